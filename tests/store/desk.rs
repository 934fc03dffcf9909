//! A desk in a folder of its own, and the commands that these tests send.

use std::path::{Path, PathBuf};
use std::time::Duration;

use deskhand::desk::command::{Author, Command, OpenTicket, Receipt, Request};
use deskhand::desk::field::{Edit, Field, Value};
use deskhand::desk::id::{CommandId, Kind, Seq, TicketId};
use deskhand::desk::refusal::Refusal;
use deskhand::desk::time::{Moment, Timestamp};
use deskhand::store::{Bounds, Class, Finding, Nearby, Stop, Store, WhenAway, believe};

pub struct Desk {
    pub folder: tempfile::TempDir,
    pub path: PathBuf,
}

impl Desk {
    pub fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ops.desk");
        drop(found(&path));
        Desk { folder, path }
    }

    pub fn open(&self) -> Store {
        Store::open(&self.path).unwrap()
    }

    #[track_caller]
    pub fn is_whole(&self) {
        assert_eq!(self.open().verify().unwrap(), [] as [Finding; 0]);
    }
}

pub fn found(path: &Path) -> Store {
    Store::create(path, &author(), &moment(), "ops").unwrap()
}

/// What a client keeps of desks on drives.
pub fn nearby(folder: &Path) -> Nearby {
    Nearby {
        copy: folder.join("copy"),
        outbox: folder.join("outbox"),
        me: author(),
        when_away: WhenAway::Refuse,
        patience: Duration::from_secs(60),
        bounds: Bounds::default(),
        stop: Stop::default(),
    }
}

pub fn author() -> Author {
    Author { login: String::from("anna"), via: None, host: String::from("lab") }
}

pub fn moment() -> Moment {
    Moment::utc(Timestamp(1_790_000_000_000))
}

pub fn incident(title: &str) -> Command {
    described(title, "")
}

pub fn described(title: &str, text: &str) -> Command {
    let mut set = Edit::from([(Field::Title, Value::from(title))]);
    if !text.is_empty() {
        set.insert(Field::Description, Value::from(text));
    }
    Command::Open(OpenTicket {
        kind: Kind::Incident,
        set,
        tags: Vec::new(),
        tasks: Vec::new(),
        links: Vec::new(),
        created: None,
    })
}

pub fn note(on: TicketId, text: &str) -> Command {
    Command::Write { on: vec![on.into()], public: false, text: text.to_owned() }
}

pub fn send(store: &mut Store, command: Command) -> Result<Receipt, Refusal> {
    store.execute(&Request::new(command), &author(), &moment())
}

/// The ids of all commands in the journal, in order, and whether their places have no gap.
pub fn journal(store: &Store) -> (Vec<CommandId>, bool) {
    let reader = store.read().unwrap();
    let newest = reader.newest().unwrap();
    let all: Vec<_> = (1..=newest.0).map(|seq| reader.transaction(Seq(seq))).collect();
    let gapless = all.iter().all(Result::is_ok);
    let ids = all.into_iter().flatten().map(|entry| CommandId(entry.command.parse().unwrap())).collect();
    (ids, gapless)
}

/// What a client keeps in `folder` of a desk that lies elsewhere.
pub fn near(folder: &Path) -> Nearby {
    Nearby { when_away: WhenAway::Wait, ..nearby(folder) }
}

/// From now on the place of this desk, not of its copies, is treated as a network drive.
pub fn lies_on_a_drive(desk: &Path) {
    believe(vec![(desk.to_owned(), Class::Network)]);
}

/// Puts a desk with a log that is not empty at a place, as it is copied from a local disk while somebody has it open. It has
/// two entries, the second only in the log.
pub fn copy_with_log(folder: &Path, there: &Path) {
    let here = folder.join("copied.desk");
    let mut store = found(&here);
    send(&mut store, incident("Mail is slow")).unwrap();
    copy_files(&here, there);
    assert!(std::fs::metadata(with(there, "-wal")).unwrap().len() > 0);
    drop(store);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(with(&here, ending));
    }
}

/// Copies a desk and what SQLite needs beside it.
fn copy_files(from: &Path, to: &Path) {
    for ending in ["", "-wal", "-journal"] {
        let _ = std::fs::remove_file(with(to, ending));
        if with(from, ending).exists() {
            std::fs::copy(with(from, ending), with(to, ending)).unwrap();
        }
    }
}

/// How many entries a desk has that is seen past all protocol, as SQLite would find it after a power cut.
#[track_caller]
pub fn whole_entries(folder: &Path, desk: &Path) -> usize {
    let seen = folder.join("seen.desk");
    copy_files(desk, &seen);
    let store = Store::open(&seen).unwrap();
    assert_eq!(store.verify().unwrap(), [] as [Finding; 0]);
    journal(&store).0.len()
}

/// A file of SQLite's beside a desk.
pub fn with(desk: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", desk.display()))
}
