//! A desk on a network drive: commits over a drive of every slowness, catching up, a first copy, reading while it hangs.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use deskhand::desk::command::{Command, Request};
use deskhand::desk::id::TicketId;
use deskhand::store::{Asker, Bounds, Class, Nearby, PageFrom, Stop, Store, WhenAway, believe};
use rusqlite::{Connection, OpenFlags};

use crate::desk::{author, moment};
use crate::drive::{Drive, Fault};
use crate::figures::measure;

/// Tickets enough for about a gigabyte.
pub const TICKETS: i64 = 300_000;

/// What a client keeps in `folder`.
fn near(folder: &Path) -> Nearby {
    Nearby {
        copy: folder.join("copy"),
        outbox: folder.join("outbox"),
        me: author(),
        when_away: WhenAway::Refuse,
        patience: Duration::from_secs(600),
        bounds: Bounds { silence: Duration::from_secs(600), ..Bounds::default() },
        stop: Stop::default(),
    }
}

fn client(desk: &Path, folder: PathBuf) -> Store {
    believe(vec![(desk.to_owned(), Class::Network)]);
    Store::open_near(desk, &near(&folder), &mut |_, _| {}).unwrap()
}

fn note(store: &mut Store, tickets: i64) {
    let on = (1..=tickets).map(|id| TicketId(id).into()).collect();
    let command = Command::Write { on, public: false, text: String::from("Still slow.") };
    store.execute(&Request::new(command), &author(), &moment()).unwrap();
}

/// A line of the table.
fn line(name: &str, ours: Duration, raw: Duration) -> String {
    let ratio = ours.as_secs_f64() / raw.as_secs_f64().max(1e-9);
    format!("{name:<52} {:>12} {:>12} {ratio:>6.1}x", in_words(ours), in_words(raw))
}

fn in_words(span: Duration) -> String {
    match span.as_micros() {
        few @ 0..1_000 => format!("{few} µs"),
        some @ 1_000..10_000_000 => format!("{:.1} ms", some as f64 / 1_000.0),
        _ => format!("{:.1} s", span.as_secs_f64()),
    }
}

pub fn all(generated: &Path, tell: &mut dyn FnMut(String)) {
    slow(tell);
    copies(generated, tell);
}

/// A commit by plain SQLite with a persistent journal and no locks at all: the least that a sound commit asks of a drive.
fn commit(plain: &Path) {
    let conn = Connection::open_with_flags_and_vfs(plain, OpenFlags::default(), "unix-none").unwrap();
    conn.query_row("PRAGMA journal_mode = persist", [], |_| Ok(())).unwrap();
    conn.execute_batch("PRAGMA synchronous = full; INSERT INTO note VALUES ('Still slow.')").unwrap();
}

/// One note over a drive that takes its time, a look that finds nothing new, one change of another client's, and a page while
/// the drive hangs.
fn slow(tell: &mut dyn FnMut(String)) {
    let Some(drive) = Drive::mount(true) else { return tell(String::from("no FUSE here: not measured")) };
    let mut store = Store::create(&drive.behind("ops.desk"), &author(), &moment(), "ops").unwrap();
    let open: Command = serde_json::from_str(r#"{"open":{"kind":"incident","set":{"title":"Mail is slow"}}}"#).unwrap();
    store.execute(&Request::new(open), &author(), &moment()).unwrap();
    drop(store);
    let mut anna = client(&drive.file("ops.desk"), drive.here().join("anna"));
    let mut bob = client(&drive.file("ops.desk"), drive.here().join("bob"));
    note(&mut anna, 1);
    let plain = drive.file("plain.db");
    let conn = Connection::open_with_flags_and_vfs(&plain, OpenFlags::default(), "unix-none").unwrap();
    conn.execute_batch("CREATE TABLE note (text)").unwrap();
    drop(conn);
    commit(&plain);
    for delay in [0, 1, 10, 50] {
        drive.weather.takes(Duration::from_millis(delay));
        let times = if delay < 10 { 20 } else { 5 };
        let counted = |run: &mut dyn FnMut()| {
            drive.weather.reset();
            let (median, _) = measure(times, run);
            (median, drive.weather.done().len() / times)
        };
        let (raw, least) = counted(&mut || commit(&plain));
        let (ours, operations) = counted(&mut || note(&mut anna, 1));
        tell(line(&format!("commit, {delay} ms ({operations} operations, raw {least})"), ours, raw));
        let (looked, operations) = counted(&mut || anna.refresh(Duration::from_secs(600)));
        tell(line(&format!("a look without news, {delay} ms ({operations} operations)"), looked, raw));
        note(&mut bob, 1);
        drive.weather.reset();
        let (caught, _) = measure(1, || anna.refresh(Duration::from_secs(600)));
        let operations = drive.weather.done().len();
        tell(line(&format!("one change of another's, {delay} ms ({operations} operations)"), caught, raw));
    }
    drive.weather.takes(Duration::ZERO);
    let asker = Asker { me: None, moment: moment() };
    let query = "is:open".parse().unwrap();
    let page = |store: &Store| store.read().unwrap().tickets(&query, &asker, &PageFrom::Start, 50).unwrap();
    let (there, _) = measure(2_000, || page(&anna));
    drive.weather.brews(0, 1, Fault::Hangs);
    anna.data_version().unwrap();
    let (hangs, _) = measure(2_000, || page(&anna));
    drive.weather.clears();
    tell(line("a page while the drive hangs (raw: while not)", hangs, there));
}

/// A first copy beside copying the file, catching up, and the whole drawn anew where there are no locks.
fn copies(generated: &Path, tell: &mut dyn FnMut(String)) {
    let folder = tempfile::tempdir_in(crate::desk::cache()).unwrap();
    let desk = folder.path().join("ops.desk");
    let (plain, _) = measure(1, || {
        std::fs::copy(generated, &desk).unwrap();
        crate::desk::settled(&desk);
    });
    let size = std::fs::metadata(&desk).map_or(0, |meta| meta.len() / 1_000_000);
    // Whoever comes first makes it fit for the drive.
    let mut anna = client(&desk, folder.path().join("anna"));
    let (first, _) = measure(1, || drop(client(&desk, folder.path().join("bob"))));
    tell(line(&format!("first copy of {size} MB (raw: the file)"), first, plain));
    let (nothing, _) = measure(5, || drop(client(&desk, folder.path().join("bob"))));
    tell(line("start, nothing new (raw: a first copy)", nothing, first));
    for tickets in [1, 100, 10_000] {
        let tickets = tickets.min(crate::desk::wanted());
        note(&mut anna, tickets);
        let began = Instant::now();
        let bob = client(&desk, folder.path().join("bob"));
        let behind = began.elapsed();
        drop(bob);
        tell(line(&format!("start, {tickets} changes behind (raw: nothing new)"), behind, nothing));
    }
    drop(anna);
    let _ = std::fs::remove_dir_all(folder.path().join("anna"));
    let still = |name: &str| {
        believe(vec![(desk.clone(), Class::Unsafe)]);
        let nearby = near(&folder.path().join(name));
        measure(1, || drop(Store::open_near(&desk, &nearby, &mut |_, _| {}).unwrap())).0
    };
    tell(line("first copy without locks: drawn and verified", still("carl"), plain));
    tell(line("start without locks, nothing new", still("carl"), nothing));
}
