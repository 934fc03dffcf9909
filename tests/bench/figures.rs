//! The figures, one function each family.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use deskhand::desk::command::{Command, Import, Imported, ImportedTicket, Request};
use deskhand::desk::field::{Edit, Field, Value};
use deskhand::desk::id::{Kind, PersonId, TicketId};
use deskhand::desk::query::Query;
use deskhand::store::{Asker, PageFrom, Store};

use crate::desk::{author, moment};
use crate::raw;
use crate::words::Words;

/// Set for the child that tells its memory.
pub const MEMORY: &str = "DESKHAND_BENCH_MEMORY";

/// One line of the table.
pub struct Figure {
    name: String,
    ours: Duration,
    raw: Option<Duration>,
    budget: &'static str,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1_000.0);
        let raw = self.raw.map_or_else(|| String::from("-"), ms);
        let ratio =
            self.raw.map_or_else(String::new, |raw| format!("{:.2}", self.ours.as_secs_f64() / raw.as_secs_f64()));
        write!(f, "{:<40} {:>12} {:>12} {:>7}  {}", self.name, ms(self.ours), raw, ratio, self.budget)
    }
}

fn figure(name: impl Into<String>, ours: Duration, raw: Option<Duration>, budget: &'static str) -> String {
    Figure { name: name.into(), ours, raw, budget }.to_string()
}

/// The median and the 99th of 100 of `times` runs.
fn measure<T>(times: usize, mut run: impl FnMut() -> T) -> (Duration, Duration) {
    let mut all: Vec<Duration> = (0..times)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(run());
            began.elapsed()
        })
        .collect();
    all.sort_unstable();
    (all[times / 2], all[(times * 99 / 100).min(times - 1)])
}

pub fn all(path: &Path) -> Vec<String> {
    let mut table = vec![first_page(path)];
    table.extend(views(path));
    table.extend(texts(path));
    table.extend(commits(path));
    table.push(import());
    table.push(memory());
    table
}

fn asker() -> Asker {
    Asker { me: Some(PersonId(2)), moment: moment() }
}

fn first_page(path: &Path) -> String {
    let query: Query = "is:open sort:priority,due".parse().unwrap();
    let ours = measure(50, || {
        let store = Store::open(path).unwrap();
        let page = store.read().unwrap().tickets(&query, &asker(), &PageFrom::Start, 50).unwrap();
        assert_eq!(page.rows.len(), 50);
    });
    let raw = measure(50, || assert_eq!(raw::run(&raw::open(path), &raw::page_sql("Open", 0), None), 51));
    figure("open the desk and its first page", ours.0, Some(raw.0), "<= 50 ms, <= 2 x")
}

fn views(path: &Path) -> Vec<String> {
    let store = Store::open(path).unwrap();
    let conn = raw::open(path);
    let views = store.read().unwrap().rules().views.clone();
    let mut table = Vec::new();
    for view in &views {
        let query: Query = view.query.parse().unwrap();
        let mut next = None;
        let first = measure(200, || {
            let page = store.read().unwrap().tickets(&query, &asker(), &PageFrom::Start, 50).unwrap();
            next = page.rows.last().map(|(_, cursor)| cursor.clone()).filter(|_| page.more);
        });
        let raw_first = measure(200, || raw::run(&conn, &raw::page_sql(&view.name, 0), None));
        table.push(figure(format!("{}: first page, median", view.name), first.0, Some(raw_first.0), ""));
        table.push(figure(format!("{}: first page, p99", view.name), first.1, Some(raw_first.1), "<= 8 ms"));
        if let Some(cursor) = next {
            let from = PageFrom::After(cursor);
            let after = measure(200, || store.read().unwrap().tickets(&query, &asker(), &from, 50).unwrap());
            let raw_after = measure(200, || raw::run(&conn, &raw::page_sql(&view.name, 50), None));
            table.push(figure(format!("{}: next page, p99", view.name), after.1, Some(raw_after.1), "<= 8 ms"));
        }
        let count = measure(20, || store.read().unwrap().count(&query, &asker()).unwrap());
        let raw_count = measure(20, || raw::run(&conn, &raw::count_sql(&view.name), None));
        table.push(figure(format!("{}: count, median", view.name), count.0, Some(raw_count.0), ""));
    }
    table
}

fn texts(path: &Path) -> Vec<String> {
    let store = Store::open(path).unwrap();
    let conn = raw::open(path);
    let reader = store.read().unwrap();
    let mut table = Vec::new();
    for (word, newest, ranked) in
        [("kerberos", "<= 16 ms", "<= 100 ms"), ("vpn", "<= 16 ms", ""), ("the", "<= 16 ms", "")]
    {
        let query: Query = word.parse().unwrap();
        let share = reader.count(&query, &asker()).unwrap() as f64 * 100.0 / crate::desk::wanted() as f64;
        let ours = measure(50, || reader.tickets(&query, &asker(), &PageFrom::Start, 50).unwrap());
        let raw_newest = measure(50, || raw::run(&conn, &raw::text_sql("ticket_text.rowid DESC"), Some(word)));
        table.push(figure(format!("text {word} ({share:.2} %), newest, p99"), ours.1, Some(raw_newest.1), newest));
        let (ours, _) = measure(3, || reader.ranked(&query, &asker(), 50).unwrap());
        let (plain, _) = measure(3, || raw::run(&conn, &raw::text_sql("bm25(ticket_text, 4.0, 1.0)"), Some(word)));
        table.push(figure(format!("text {word} ({share:.2} %), ranked"), ours, Some(plain), ranked));
    }
    table
}

fn commits(path: &Path) -> Vec<String> {
    let plain = raw::committing(&raw::without_journal(path));
    let mut store = Store::open(path).unwrap();
    let tickets = crate::desk::wanted();
    let mut rng = fastrand::Rng::new();
    let words = Words::new();
    let mut send = |command| store.execute(&Request::new(command), &author(), &moment()).unwrap();
    let edit = |on: Vec<TicketId>, set: Edit| Command::Edit {
        on: on.into_iter().map(Into::into).collect(),
        set,
        tag: Vec::new(),
        untag: Vec::new(),
    };
    let mut table = Vec::new();
    let (ours, _) = measure(200, || {
        let title = format!("{} {}", words.text(&mut rng, 4, 8), rng.u32(..));
        send(edit(vec![TicketId(rng.i64(1..=tickets))], Edit::from([(Field::Title, Value::from(title))])));
    });
    let (raw, _) = measure(200, || {
        let title = format!("{} {}", words.text(&mut rng, 4, 8), rng.u32(..));
        let sql = "UPDATE ticket SET title = ?2, updated = updated + 1, version = version + 1 WHERE id = ?1";
        plain.prepare_cached(sql).unwrap().execute((rng.i64(1..=tickets), title)).unwrap();
    });
    table.push(figure("commit: a title, median", ours, Some(raw), "<= 1.67 x"));
    let (ours, _) = measure(200, || {
        let set = Edit::from([(Field::Ci, Value::from(format!("srv{}", rng.u32(..))))]);
        send(edit(vec![TicketId(rng.i64(1..=tickets))], set));
    });
    let (raw, _) = measure(200, || {
        let sql = "UPDATE ticket SET ci = ?2, updated = updated + 1, version = version + 1 WHERE id = ?1";
        let ci = format!("srv{}", rng.u32(..));
        plain.prepare_cached(sql).unwrap().execute((rng.i64(1..=tickets), ci)).unwrap();
    });
    table.push(figure("commit: a CI, no full text, median", ours, Some(raw), "<= 1.67 x"));
    let (ours, _) = measure(200, || {
        let text = words.text(&mut rng, 10, 30);
        send(Command::Write { on: vec![TicketId(rng.i64(1..=tickets)).into()], public: false, text });
    });
    let (raw, _) = measure(200, || {
        let (id, text) = (rng.i64(1..=tickets), words.text(&mut rng, 10, 30));
        plain.execute_batch("BEGIN IMMEDIATE").unwrap();
        let sql = "INSERT INTO entry (ticket, at, author, public, text) VALUES (?1, 0, 2, 0, ?2)";
        plain.prepare_cached(sql).unwrap().execute((id, text)).unwrap();
        plain
            .prepare_cached("UPDATE ticket SET updated = updated + 1, version = version + 1 WHERE id = ?1")
            .unwrap()
            .execute([id])
            .unwrap();
        plain.execute_batch("COMMIT").unwrap();
    });
    table.push(figure("commit: a note, median", ours, Some(raw), "<= 1.67 x"));
    let some: Vec<TicketId> = (0..500).map(|n| TicketId(tickets - n * 7 % tickets)).collect();
    let began = Instant::now();
    let receipt = send(edit(some.clone(), Edit::from([(Field::Ci, Value::from(format!("bench{}", rng.u32(..))))])));
    let bulk = began.elapsed();
    let (raw, _) = measure(1, || {
        plain.execute_batch("BEGIN IMMEDIATE").unwrap();
        for id in &some {
            let sql = "UPDATE ticket SET ci = 'bench', updated = updated + 1, version = version + 1 WHERE id = ?1";
            plain.prepare_cached(sql).unwrap().execute([id.0]).unwrap();
        }
        plain.execute_batch("COMMIT").unwrap();
    });
    table.push(figure("bulk edit of 500", bulk, Some(raw), ""));
    let began = Instant::now();
    send(Command::Undo { seq: receipt.seq.unwrap(), settled: Vec::new() });
    table.push(figure("undo of it", began.elapsed(), None, ""));
    table
}

/// Ten thousand tickets into a new desk.
fn import() -> String {
    let folder = tempfile::tempdir_in(crate::desk::cache()).unwrap();
    let mut store = Store::create(&folder.path().join("new.desk"), &author(), &moment(), "import").unwrap();
    let words = Words::new();
    let mut rng = fastrand::Rng::with_seed(3);
    let mut ticket = |n: i64| ImportedTicket {
        key: format!("SD-{n}"),
        kind: Kind::Incident,
        number: None,
        set: vec![
            (Field::Title, Imported::Plain(Value::from(words.text(&mut rng, 4, 9)))),
            (Field::Description, Imported::Plain(Value::from(words.text(&mut rng, 10, 40)))),
        ],
        tags: Vec::new(),
        entries: Vec::new(),
        past: Vec::new(),
    };
    let tickets = (0..10_000).map(&mut ticket).collect();
    let import = Import { source: String::from("bench"), sha256: String::from("0"), tickets, ..Import::default() };
    let began = Instant::now();
    match store.execute(&Request::new(Command::Import(import)), &author(), &moment()) {
        Ok(_) => {
            let rate = 10_000.0 / began.elapsed().as_secs_f64();
            figure(format!("import of 10,000 ({rate:.0} a second)"), began.elapsed(), None, "")
        }
        Err(refusal) => format!("{:<40} skipped: {refusal}", "import of 10,000"),
    }
}

fn memory() -> String {
    let out = std::process::Command::new(std::env::current_exe().unwrap()).env(MEMORY, "1").output().unwrap();
    format!(
        "{:<40} {:>12}  budget <= 60 MB",
        "memory after all views and their counts",
        String::from_utf8_lossy(&out.stdout).trim()
    )
}

/// Opens the desk as a screen does, lists and counts every view, searches, and tells the most memory that it took.
pub fn tell_memory(path: &Path) {
    let store = Store::open(path).unwrap();
    let reader = store.read().unwrap();
    for view in &reader.rules().views {
        let query: Query = view.query.parse().unwrap();
        reader.tickets(&query, &asker(), &PageFrom::Start, 50).unwrap();
        reader.count(&query, &asker()).unwrap();
    }
    reader.tickets(&"vpn".parse().unwrap(), &asker(), &PageFrom::Start, 50).unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|text| text.trim().strip_suffix(" kB"));
    let most: u64 = most.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    println!("{:.1} MB", most as f64 / 1_000.0);
}
