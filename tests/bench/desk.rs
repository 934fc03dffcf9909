//! The generated desk: a million tickets with histories, the same from the same seed, built once and kept.
//!
//! The desk is founded by the store and filled in its own schema through its own triggers, in large transactions that are
//! opened and sealed here as `store/apply.rs` documents it; that `verify` finds nothing afterwards is part of the build.

use std::path::{Path, PathBuf};
use std::time::Instant;

use deskhand::desk::command::Author;
use deskhand::desk::time::{DAY, HOUR, Moment, Timestamp};
use deskhand::store::Store;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::words::Words;

/// The present of the generated desk.
pub const NOW: Timestamp = Timestamp(1_790_000_000_000);
/// Who founded it.
pub const FOUNDER: &str = "bench";

const AGENTS: i64 = 200;
const REQUESTERS: i64 = 5_000;
const TEAMS: i64 = 20;
const SERVICES: i64 = 40;
/// Tickets in one transaction.
const PORTION: i64 = 50_000;

pub fn author() -> Author {
    Author { login: FOUNDER.to_owned(), via: None, host: String::from("lab") }
}

pub fn moment() -> Moment {
    Moment::utc(NOW)
}

/// How many tickets: `DESKHAND_BENCH_TICKETS`, a million if it is not set.
pub fn wanted() -> i64 {
    std::env::var("DESKHAND_BENCH_TICKETS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000)
}

/// Where generated desks are kept: outside the repository.
pub fn cache() -> PathBuf {
    let base = std::env::var_os("XDG_CACHE_HOME").map_or_else(std::env::temp_dir, PathBuf::from);
    base.join("deskhand-bench")
}

/// The desk of `wanted` tickets, built if it is not there or its schema is another one by now.
pub fn ready(tickets: i64) -> PathBuf {
    let edition = Sha256::digest(
        [
            include_str!("../../assets/schema/001_desk.sql"),
            include_str!("../../assets/schema/002_cmdb.sql"),
            include_str!("../../src/store/schema.rs"),
            include_str!("desk.rs"),
            include_str!("words.rs"),
        ]
        .concat(),
    );
    let edition: String = edition.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let folder = cache();
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{tickets}-{edition}.desk"));
    if !path.exists() {
        forget_older(&folder, tickets);
        build(&path, tickets);
    }
    path
}

fn forget_older(folder: &Path, tickets: i64) {
    for file in std::fs::read_dir(folder).unwrap().flatten() {
        if file.file_name().to_string_lossy().starts_with(&format!("{tickets}-")) {
            // Somebody else may have removed it.
            let _ = std::fs::remove_file(file.path());
        }
    }
}

fn build(path: &Path, tickets: i64) {
    let began = Instant::now();
    let part = path.with_extension("part");
    for leftover in [part.clone(), part.with_extension("part-wal"), part.with_extension("part-shm")] {
        let _ = std::fs::remove_file(leftover);
    }
    drop(Store::create(&part, &author(), &moment(), "bench").unwrap());
    let conn = Connection::open(&part).unwrap();
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    let admits = "a desk is changed by deskhand, not by hand: nothing was written";
    conn.create_scalar_function(admits, 0, flags, |_| Ok(1)).unwrap();
    // Nothing is lost when a half-built desk is: it is built again.
    conn.execute_batch("PRAGMA synchronous = off; PRAGMA cache_size = -1500000; PRAGMA temp_store = memory;").unwrap();
    let words = Words::new();
    let mut rng = fastrand::Rng::with_seed(42);
    people(&conn, &words, &mut rng);
    let mut desk = Filling { conn: &conn, words, rng, tickets, entry: 0, past: 0, tag: 0, numbers: [0; 6] };
    let mut first = 1;
    while first <= tickets {
        let last = (first + PORTION - 1).min(tickets);
        transaction(&conn, &format!("{first} to {last}"), || {
            for id in first..=last {
                desk.ticket(id);
            }
            desk.count(last);
        });
        eprint!("\rbuilding {}: {last} of {tickets} tickets, {:.0} s", path.display(), began.elapsed().as_secs_f64());
        first = last + 1;
    }
    eprintln!();
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(conn);
    if tickets <= 100_000 {
        assert_eq!(Store::open(&part).unwrap().verify().unwrap(), []);
    }
    settled(&part);
    std::fs::rename(&part, path).unwrap();
    let bytes = std::fs::metadata(path).map(|meta| meta.len()).unwrap_or(0);
    eprintln!("built in {:.0} s: {} MB", began.elapsed().as_secs_f64(), bytes / 1_000_000);
}

/// Waits until a new file is on the disk, or what is measured next would wait for it.
pub fn settled(path: &Path) {
    std::fs::File::open(path).and_then(|file| file.sync_all()).unwrap();
}

/// Opens an entry of the journal, lets `fill` write its rows, and seals it.
fn transaction(conn: &Connection, summary: &str, fill: impl FnOnce()) {
    conn.execute_batch("BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = on").unwrap();
    let seq: i64 = conn.query_row("SELECT max(seq) + 1 FROM txn", [], |row| row.get(0)).unwrap();
    conn.execute(
        "INSERT INTO txn (seq, command, at, author, host, verb, summary, body, receipt, first)
         VALUES (?1, ?2, ?3, ?4, 'lab', 'import', ?5, '{}', '{}', (SELECT ifnull(max(id), 0) + 1 FROM change))",
        params![seq, format!("bench-{seq}"), NOW.0, FOUNDER, summary],
    )
    .unwrap();
    fill();
    let prev: Vec<u8> = conn.query_row("SELECT hash FROM txn WHERE seq = ?1", [seq - 1], |row| row.get(0)).unwrap();
    let mut sha = Sha256::new();
    let mut feed = |part: Option<&[u8]>| {
        sha.update(part.map_or(u64::MAX, |bytes| bytes.len() as u64).to_le_bytes());
        sha.update(part.unwrap_or_default());
    };
    feed(Some(&prev));
    let mut columns = |sql: &str| {
        let mut statement = conn.prepare(sql).unwrap();
        let count = statement.column_count();
        let mut rows = statement.query([seq]).unwrap();
        let mut n = 0_i64;
        while let Some(row) = rows.next().unwrap() {
            (0..count).for_each(|column| feed(row.get_ref(column).unwrap().as_bytes_or_null().unwrap()));
            n += 1;
        }
        n
    };
    columns(
        "SELECT cast(seq AS TEXT), command, cast(at AS TEXT), author, via, host, verb, summary, reason, body, receipt,
                cast(undoes AS TEXT) FROM txn WHERE seq = ?1",
    );
    let changes = columns(
        "SELECT tbl, cast(row AS TEXT), cast(ticket AS TEXT), before, after FROM change
          WHERE id >= (SELECT first FROM txn WHERE seq = ?1) ORDER BY id",
    );
    let hash = sha.finalize().to_vec();
    conn.execute("UPDATE txn SET prev = ?2, hash = ?3, changes = ?4 WHERE seq = ?1", params![seq, prev, hash, changes])
        .unwrap();
    conn.execute_batch("COMMIT").unwrap();
}

fn people(conn: &Connection, words: &Words, rng: &mut fastrand::Rng) {
    transaction(conn, "people", || {
        let mut person = conn.prepare("INSERT INTO person (login, name, mail, roles) VALUES (?1, ?2, ?3, ?4)").unwrap();
        for n in 1..=AGENTS + REQUESTERS {
            let (login, role) =
                if n <= AGENTS { (format!("agent{n}"), "agent") } else { (format!("user{n}"), "requester") };
            let name = format!("{} {}", words.one(rng), words.one(rng));
            person.execute(params![login, name, format!("{login}@example.org"), role]).unwrap();
        }
        for n in 1..=TEAMS {
            conn.execute(
                "INSERT INTO team (key, name) VALUES (?1, ?2)",
                params![format!("team{n}"), format!("Team {n}")],
            )
            .unwrap();
        }
        for n in 1..=AGENTS {
            conn.execute("INSERT INTO member (team, person) VALUES (?1, ?2)", params![n % TEAMS + 1, n + 1]).unwrap();
        }
        for n in 1..=SERVICES {
            conn.execute(
                "INSERT INTO service (key, name, team) VALUES (?1, ?2, ?3)",
                params![format!("svc{n}"), format!("Service {n}"), n % TEAMS + 1],
            )
            .unwrap();
        }
        for (name, last) in
            [("person", AGENTS + REQUESTERS + 1), ("team", TEAMS), ("member", AGENTS), ("service", SERVICES)]
        {
            set_counter(conn, name, last);
        }
    });
}

fn set_counter(conn: &Connection, name: &str, last: i64) {
    conn.prepare_cached(
        "INSERT INTO counter (name, last) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET last = excluded.last",
    )
    .unwrap()
    .execute(params![name, last])
    .unwrap();
}

const KINDS: [(&str, &str, u32); 6] = [
    ("incident", "INC", 700),
    ("request", "REQ", 920),
    ("problem", "PRB", 950),
    ("change", "CHG", 990),
    ("release", "REL", 995),
    ("improvement", "IMP", 1_000),
];

/// The matrix of a new desk: with another priority, the first edit of a ticket would change that too.
const MATRIX: [[i64; 4]; 4] = [[1, 1, 2, 3], [1, 2, 3, 4], [2, 3, 3, 4], [3, 3, 4, 5]];

/// Few of many: small numbers are the most frequent.
fn skewed(rng: &mut fastrand::Rng, most: i64) -> i64 {
    let dice = rng.f64();
    // Exact enough: all of these are far below 2⁵³.
    ((dice * dice) * most as f64) as i64 + 1
}

struct Filling<'a> {
    conn: &'a Connection,
    words: Words,
    rng: fastrand::Rng,
    tickets: i64,
    entry: i64,
    past: i64,
    tag: i64,
    numbers: [i64; 6],
}

impl Filling<'_> {
    fn count(&self, tickets: i64) {
        for (name, last) in [("ticket", tickets), ("entry", self.entry), ("past", self.past), ("tag", self.tag)] {
            set_counter(self.conn, name, last);
        }
        for ((_, prefix, _), last) in KINDS.iter().zip(self.numbers) {
            set_counter(self.conn, prefix, last);
        }
    }

    fn skewed(&mut self, most: i64) -> i64 {
        skewed(&mut self.rng, most)
    }

    fn ticket(&mut self, id: i64) {
        let conn = self.conn;
        let dice = self.rng.u32(0..1_000);
        let at = KINDS.iter().position(|(_, _, upto)| dice < *upto).unwrap_or(0);
        self.numbers[at] += 1;
        // Five years, evenly; about one ticket in fifty is open, most of them young.
        let created = NOW.0 - (self.tickets - id) * (5 * 365 * DAY / self.tickets) - self.rng.i64(0..HOUR);
        let young = id > self.tickets - self.tickets / 25;
        let open = if young { self.rng.u32(0..100) < 45 } else { self.rng.u32(0..1_000) < 2 };
        let phase = match (open, young) {
            (true, _) => self.rng.i64(0..3),
            (false, true) if self.rng.bool() => 3,
            _ => 4,
        };
        let state = ["new", "in_progress", "pending", "resolved", "closed"][usize::try_from(phase).unwrap_or(0)];
        let (impact, urgency) = (4 - self.skewed(3) / 2, 4 - self.skewed(3) / 2);
        let priority = MATRIX[(impact - 1) as usize][(urgency - 1) as usize];
        let resolved = (!open).then(|| (created + self.rng.i64(HOUR..6 * DAY)).min(NOW.0 - 1));
        let updated = resolved.unwrap_or_else(|| (created + self.rng.i64(0..5 * DAY)).min(NOW.0 - 1));
        let due = (self.rng.u32(0..10) < 8).then(|| created + self.rng.i64(1..12) * DAY);
        let assignee = (phase > 0 || self.rng.u32(0..10) < 3).then(|| self.skewed(AGENTS) + 1);
        let pending = (phase == 2).then(|| ["requester", "vendor", "parts", "change"][self.rng.usize(0..4)]);
        let code =
            (!open).then(|| ["fixed", "workaround", "user-guided", "restarted", "duplicate"][self.rng.usize(0..5)]);
        let resolution = (!open).then(|| self.words.text(&mut self.rng, 4, 12));
        let title = self.words.text(&mut self.rng, 4, 9);
        let description = self.words.text(&mut self.rng, 10, 40);
        let requester = self.skewed(REQUESTERS) + AGENTS + 1;
        let mut one_of = |chance: u32, most: i64| (self.rng.u32(0..20) < chance).then(|| skewed(&mut self.rng, most));
        let (team, service, category) = (one_of(19, TEAMS), one_of(14, SERVICES), one_of(18, 60));
        conn.prepare_cached(
                "INSERT INTO ticket (id, kind, n, version, updated, created, state, phase, priority, priority_computed, impact, urgency,
                   major, requester, assignee, team, service, category, due, resolved, closed, pending_reason, resolution_code, channel,
                   ci, title, resolution, description)
                 VALUES (?1, ?2, ?3, (SELECT max(seq) FROM txn), ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
                   ?20, ?21, ?22, ?23, ?24, ?25, ?26)",
            )
            .unwrap()
            .execute(params![
                id,
                KINDS[at].0,
                self.numbers[at],
                updated,
                created,
                state,
                phase,
                priority,
                impact,
                urgency,
                i64::from(at == 0 && self.rng.u32(0..2_000) == 0),
                requester,
                assignee,
                team,
                service,
                category,
                due,
                resolved,
                resolved.filter(|_| phase == 4),
                pending,
                code,
                ["mail", "phone", "form", "monitoring", "chat"][self.rng.usize(0..5)],
                (self.rng.u32(0..5) == 0).then(|| format!("srv{}", self.rng.u32(0..3_000))),
                title,
                resolution,
                description,
            ])
            .unwrap();
        let mut body = [description, resolution.unwrap_or_default()].join("\n");
        self.entries(id, created, updated, &mut body);
        self.history(id, created, updated, assignee);
        if self.rng.u32(0..5) == 0 {
            self.tag += 1;
            let name = format!("tag{}", self.skewed(300));
            let mut insert = conn.prepare_cached("INSERT INTO tag (id, ticket, name) VALUES (?1, ?2, ?3)").unwrap();
            insert.execute(params![self.tag, id, name]).unwrap();
        }
        let mut index =
            conn.prepare_cached("INSERT INTO ticket_text (rowid, title, body) VALUES (?1, ?2, ?3)").unwrap();
        index.execute(params![id, title, body]).unwrap();
    }

    /// One to four notes and replies.
    fn entries(&mut self, ticket: i64, created: i64, updated: i64, body: &mut String) {
        let conn = self.conn;
        for _ in 0..self.skewed(4) {
            self.entry += 1;
            let text = self.words.text(&mut self.rng, 6, 25);
            let author = self.skewed(AGENTS) + 1;
            body.push('\n');
            body.push_str(&text);
            conn.prepare_cached(
                "INSERT INTO entry (id, ticket, at, author, public, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .unwrap()
            .execute(params![
                self.entry,
                ticket,
                self.rng.i64(created..=updated),
                author,
                i64::from(self.rng.bool()),
                text,
            ])
            .unwrap();
        }
    }

    /// One to three steps of its former life.
    fn history(&mut self, ticket: i64, created: i64, updated: i64, assignee: Option<i64>) {
        let conn = self.conn;
        let steps = [
            (r#"{"state":"new"}"#.to_owned(), r#"{"state":"in_progress"}"#.to_owned()),
            (r#"{"assignee":null}"#.to_owned(), format!(r#"{{"assignee":{}}}"#, assignee.unwrap_or(2))),
            (r#"{"team":1}"#.to_owned(), format!(r#"{{"team":{}}}"#, self.rng.i64(2..TEAMS))),
        ];
        for (before, after) in steps.iter().take(usize::try_from(self.skewed(3)).unwrap_or(1)) {
            self.past += 1;
            conn.prepare_cached(
                "INSERT INTO past (id, ticket, at, who, before, after) VALUES (?1, ?2, ?3, 'agent7', ?4, ?5)",
            )
            .unwrap()
            .execute(params![self.past, ticket, self.rng.i64(created..=updated), before, after])
            .unwrap();
        }
    }
}
