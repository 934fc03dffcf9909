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

pub fn figure(name: impl Into<String>, ours: Duration, raw: Option<Duration>, budget: &'static str) -> String {
    Figure { name: name.into(), ours, raw, budget }.to_string()
}

/// The median and the 99th of 100 of `times` runs.
pub fn measure<T>(times: usize, mut run: impl FnMut() -> T) -> (Duration, Duration) {
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

/// A commit of ours and the same by plain SQLite: they take turns, so that both meet the same disk. Then the pages that
/// each writes, which no other work on the machine changes.
fn commit(name: &str, files: [&Path; 2], mut ours: impl FnMut(), mut raw: impl FnMut()) -> [String; 2] {
    let (mut times, mut pages) = ([Vec::new(), Vec::new()], [0.0; 2]);
    let clock = |run: &mut dyn FnMut(), all: &mut Vec<Duration>| {
        let began = Instant::now();
        run();
        all.push(began.elapsed());
    };
    for _ in 0..400 {
        clock(&mut ours, &mut times[0]);
        clock(&mut raw, &mut times[1]);
    }
    for (pages, (path, run)) in pages.iter_mut().zip(files.iter().zip([&mut ours as &mut dyn FnMut(), &mut raw])) {
        *pages = raw::pages_written(path, 40, run);
    }
    let [ours, raw] = times.map(|mut all| {
        all.sort_unstable();
        all[all.len() / 2]
    });
    [
        figure(format!("{name}, median"), ours, Some(raw), "<= 1.67 x"),
        format!("{:<40} {:>12.1} {:>12.1} {:>7.2}", format!("{name}, pages"), pages[0], pages[1], pages[0] / pages[1]),
    ]
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
    let baseline = raw::without_journal(path);
    let plain = raw::committing(&baseline);
    let files = [path, baseline.as_path()];
    let mut store = Store::open(path).unwrap();
    let tickets = crate::desk::wanted();
    // One seed for both, so that they write the same words to the same tickets; another in each run, or a desk that is kept
    // would have them already.
    let seed = fastrand::u64(..);
    let (mut rng, mut same) = (fastrand::Rng::with_seed(seed), fastrand::Rng::with_seed(seed));
    let words = Words::new();
    let mut send = |command| store.execute(&Request::new(command), &author(), &moment()).unwrap();
    let edit = |on: Vec<TicketId>, set: Edit| Command::Edit {
        on: on.into_iter().map(Into::into).collect(),
        set,
        tag: Vec::new(),
        untag: Vec::new(),
    };
    let mut table = Vec::new();
    let new_title = |rng: &mut fastrand::Rng| {
        let title = format!("{} {}", words.text(rng, 4, 8), rng.u32(..));
        (rng.i64(1..=tickets), title)
    };
    table.extend(commit(
        "commit: a title",
        files,
        || {
            let (id, title) = new_title(&mut rng);
            send(edit(vec![TicketId(id)], Edit::from([(Field::Title, Value::from(title))])));
        },
        || {
            let sql = "UPDATE ticket SET title = ?2, updated = 1790000000000, version = version + 1 WHERE id = ?1";
            plain.prepare_cached(sql).unwrap().execute(new_title(&mut same)).unwrap();
        },
    ));
    let new_ci = |rng: &mut fastrand::Rng| (rng.i64(1..=tickets), format!("srv{}", rng.u32(..)));
    table.extend(commit(
        "commit: a CI, no full text",
        files,
        || {
            let (id, ci) = new_ci(&mut rng);
            send(edit(vec![TicketId(id)], Edit::from([(Field::Ci, Value::from(ci))])));
        },
        || {
            let sql = "UPDATE ticket SET ci = ?2, updated = 1790000000000, version = version + 1 WHERE id = ?1";
            plain.prepare_cached(sql).unwrap().execute(new_ci(&mut same)).unwrap();
        },
    ));
    let new_note = |rng: &mut fastrand::Rng| (rng.i64(1..=tickets), words.text(rng, 10, 30));
    table.extend(commit(
        "commit: a note",
        files,
        || {
            let (id, text) = new_note(&mut rng);
            send(Command::Write { on: vec![TicketId(id).into()], public: false, text });
        },
        || {
            let (id, text) = new_note(&mut same);
            plain.execute_batch("BEGIN IMMEDIATE").unwrap();
            let sql = "INSERT INTO entry (ticket, at, author, public, text) VALUES (?1, 1790000000000, 2, 0, ?2)";
            plain.prepare_cached(sql).unwrap().execute((id, text)).unwrap();
            let sql = "UPDATE ticket SET updated = 1790000000000, version = version + 1 WHERE id = ?1";
            plain.prepare_cached(sql).unwrap().execute([id]).unwrap();
            plain.execute_batch("COMMIT").unwrap();
        },
    ));
    let some: Vec<TicketId> = (0..500).map(|n| TicketId(tickets - n * 7 % tickets)).collect();
    let began = Instant::now();
    let receipt = send(edit(some.clone(), Edit::from([(Field::Ci, Value::from(format!("bench{}", rng.u32(..))))])));
    let bulk = began.elapsed();
    let (raw, _) = measure(1, || {
        plain.execute_batch("BEGIN IMMEDIATE").unwrap();
        for id in &some {
            let sql = "UPDATE ticket SET ci = 'bench', updated = 1790000000000, version = version + 1 WHERE id = ?1";
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
