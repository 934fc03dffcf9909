//! A desk on a network drive: commits over a drive of every slowness, catching up, a first copy, reading while it hangs.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use deskhand::desk::command::{Command, Request};
use deskhand::desk::id::TicketId;
use deskhand::store::{Asker, Bounds, Class, Nearby, PageFrom, Store, WhenAway};
use rusqlite::Connection;

use crate::desk::{author, moment};
use crate::drive::{Drive, Fault};
use crate::figures::{figure, measure};

/// What a client keeps in `folder`.
fn near(folder: PathBuf) -> Nearby {
    Nearby {
        copy: folder.join("copy"),
        outbox: folder.join("outbox"),
        me: author(),
        when_away: WhenAway::Refuse,
        patience: Duration::from_secs(600),
        place: Some(Class::Network),
        bounds: Bounds::default(),
    }
}

fn client(desk: &Path, folder: PathBuf) -> Store {
    Store::open_near(desk, &near(folder), &mut |_, _| {}).unwrap()
}

fn note(store: &mut Store, tickets: i64) {
    let on = (1..=tickets).map(|id| TicketId(id).into()).collect();
    let command = Command::Write { on, public: false, text: String::from("Still slow.") };
    store.execute(&Request::new(command), &author(), &moment()).unwrap();
}

pub fn all(generated: &Path) -> Vec<String> {
    let mut table = slow();
    table.extend(copies(generated));
    table
}

/// One note over a drive that takes its time, beside one by plain SQLite with a persistent journal and no locks at all.
fn slow() -> Vec<String> {
    let Some(drive) = Drive::mount(true) else { return vec![String::from("no FUSE here: not measured")] };
    let mut store = Store::create(&drive.behind("ops.desk"), &author(), &moment(), "ops").unwrap();
    let open: Command = serde_json::from_str(r#"{"open":{"kind":"incident","set":{"title":"Mail is slow"}}}"#).unwrap();
    store.execute(&Request::new(open), &author(), &moment()).unwrap();
    drop(store);
    let mut anna = client(&drive.file("ops.desk"), drive.here().join("anna"));
    note(&mut anna, 1);
    let plain = drive.file("plain.db");
    let commit = || {
        let conn = Connection::open_with_flags_and_vfs(&plain, rusqlite::OpenFlags::default(), "unix-none").unwrap();
        conn.query_row("PRAGMA journal_mode = persist", [], |_| Ok(())).unwrap();
        conn.execute_batch("PRAGMA synchronous = full; CREATE TABLE IF NOT EXISTS note (text); INSERT INTO note VALUES ('Still slow.')").unwrap();
    };
    commit();
    let mut table = Vec::new();
    for delay in [0, 1, 10, 50] {
        drive.weather.takes(Duration::from_millis(delay));
        let times = if delay < 10 { 20 } else { 3 };
        drive.weather.reset();
        let ours = measure(times, || note(&mut anna, 1));
        let operations = drive.weather.done().len() / times;
        let raw = measure(times, commit);
        table.push(figure(format!("commit, {delay} ms ({operations} operations)"), ours.0, Some(raw.0), ""));
    }
    let asker = Asker { me: None, moment: moment() };
    let query = "is:open".parse().unwrap();
    let page = |store: &Store| store.read().unwrap().tickets(&query, &asker, &PageFrom::Start, 50).unwrap();
    drive.weather.takes(Duration::ZERO);
    let there = measure(200, || page(&anna));
    drive.weather.brews(0, 1, Fault::Hangs);
    anna.data_version().unwrap();
    let hangs = measure(200, || page(&anna));
    drive.weather.clears();
    table.push(figure("a page while the drive hangs (raw: while not)", hangs.0, Some(there.0), ""));
    table
}

/// A first copy beside copying the file, and catching up.
fn copies(generated: &Path) -> Vec<String> {
    let folder = tempfile::tempdir_in(crate::desk::cache()).unwrap();
    let desk = folder.path().join("ops.desk");
    let (plain, _) = measure(1, || std::fs::copy(generated, &desk).unwrap());
    let mut anna = client(&desk, folder.path().join("anna"));
    let (first, _) = measure(1, || drop(client(&desk, folder.path().join("bob"))));
    let size = std::fs::metadata(&desk).map_or(0, |meta| meta.len() / 1_000_000);
    let mut table = vec![figure(format!("first copy of {size} MB (raw: the file)"), first, Some(plain), "")];
    for tickets in [1, 100, 10_000] {
        let tickets = tickets.min(crate::desk::wanted());
        note(&mut anna, tickets);
        let began = Instant::now();
        let bob = client(&desk, folder.path().join("bob"));
        let behind = began.elapsed();
        drop(bob);
        let (current, _) = measure(5, || drop(client(&desk, folder.path().join("bob"))));
        table.push(figure(format!("start, {tickets} changes behind (raw: none)"), behind, Some(current), ""));
    }
    table
}
