//! The store as its users meet it: commands in, questions out, on a real file.

mod audit;
mod calendar;
mod change;
mod cmdb;
mod conflict;
mod file;
mod inventory;
mod knowledge;
mod reinstate;
mod rights;
mod runbook;
mod settings;
mod simultaneous;
mod there_and_back;
mod tickets;
mod undo;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::*;
use crate::desk::command::{Command, OpenTicket, Record, Target, TaskChange};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{Kind, Number, TicketId};
use crate::desk::link::Relation;
use crate::desk::time::{DAY, Timestamp};

/// The one who has just made a new desk, and when.
pub(crate) fn founding() -> (Author, Moment) {
    let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
    (author, Moment::utc(Timestamp(1_790_000_000_000)))
}

/// A new desk in a folder. Making one takes longer than most tests do: it is made once and copied.
pub(crate) fn founded(folder: &Path) -> Store {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    let bytes = MADE.get_or_init(|| {
        let (author, moment) = founding();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ops.desk");
        drop(Store::create(&path, &author, &moment, "ops").unwrap());
        std::fs::read(&path).unwrap()
    });
    let path = folder.join("ops.desk");
    std::fs::write(&path, bytes).unwrap();
    Store::open(&path).unwrap()
}

/// A desk in a folder of its own, with a clock that its test moves.
struct Desk {
    store: Store,
    author: Author,
    moment: Moment,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let (author, moment) = founding();
        let store = founded(folder.path());
        Desk { store, author, moment, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ops.desk")
    }

    fn try_do(&mut self, command: Command) -> Result<Receipt, Refusal> {
        self.moment.now = self.moment.now.plus(1_000);
        self.store.execute(&Request::new(command), &self.author, &self.moment)
    }

    #[track_caller]
    fn done(&mut self, command: Command) -> Receipt {
        self.try_do(command).unwrap()
    }

    #[track_caller]
    fn refused(&mut self, command: Command) -> String {
        self.try_do(command).unwrap_err().to_string()
    }

    fn open(&mut self, title: &str) -> TicketId {
        let receipt = self.done(incident(title));
        self.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id
    }

    fn ticket(&self, id: TicketId) -> crate::desk::ticket::Ticket {
        self.store.read().unwrap().ticket(id).unwrap()
    }

    fn set(&mut self, id: TicketId, field: Field, value: impl Into<Value>) -> Receipt {
        self.done(edit(id, field, value))
    }

    fn resolve(&mut self, id: TicketId) -> Receipt {
        self.done(resolve(id))
    }

    #[track_caller]
    fn undo(&mut self, receipt: &Receipt) -> Receipt {
        self.done(Command::Undo { seq: receipt.seq.unwrap(), settled: Vec::new() })
    }

    fn finds(&self, query: &str) -> Vec<String> {
        let reader = self.store.read().unwrap();
        let me = reader.person_by_login("anna").unwrap().map(|person| person.id);
        let asker = Asker { me, moment: self.moment };
        let page = reader.tickets(&query.parse().unwrap(), &asker, &PageFrom::Start, 100).unwrap();
        page.rows.iter().map(|(ticket, _)| ticket.number.to_string()).collect()
    }
}

pub(crate) fn incident(title: &str) -> Command {
    Command::Open(OpenTicket {
        kind: Kind::Incident,
        set: Edit::from([(Field::Title, Value::from(title))]),
        tags: Vec::new(),
        tasks: Vec::new(),
        links: Vec::new(),
        created: None,
    })
}

fn edit(id: TicketId, field: Field, value: impl Into<Value>) -> Command {
    Command::Edit { on: vec![id.into()], set: Edit::from([(field, value.into())]), tag: Vec::new(), untag: Vec::new() }
}

fn resolve(id: TicketId) -> Command {
    let set = Edit::from([
        (Field::ResolutionCode, Value::from("fixed")),
        (Field::Resolution, Value::from("Restarted the gateway.")),
    ]);
    Command::Move { on: vec![id.into()], to: String::from("resolved"), set, children: false }
}

fn note(id: TicketId, text: &str) -> Command {
    Command::Write { on: vec![id.into()], public: false, text: text.to_owned() }
}

fn person(desk: &mut Desk, login: &str, roles: &str) -> crate::desk::people::Person {
    desk.done(Command::Register(crate::desk::command::Record::Person {
        id: None,
        login: login.to_owned(),
        name: login.to_owned(),
        mail: None,
        roles: crate::desk::people::Roles::parse(roles).unwrap(),
        active: true,
    }));
    desk.store.read().unwrap().find_person(login).unwrap()
}

fn with_roles(person: &crate::desk::people::Person, roles: &str) -> Command {
    Command::Register(crate::desk::command::Record::Person {
        id: Some(person.id),
        login: person.login.clone(),
        name: person.name.clone(),
        mail: None,
        roles: crate::desk::people::Roles::parse(roles).unwrap(),
        active: true,
    })
}

fn tags(id: TicketId, tag: &[&str], untag: &[&str]) -> Command {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Command::Edit { on: vec![id.into()], set: Edit::new(), tag: owned(tag), untag: owned(untag) }
}

fn move_to(id: TicketId, to: &str, set: Edit) -> Command {
    Command::Move { on: vec![id.into()], to: to.to_owned(), set, children: false }
}

/// What a client keeps of desks on drives.
fn nearby(folder: &std::path::Path) -> super::Nearby {
    super::Nearby {
        copy: folder.join("copy"),
        outbox: folder.join("outbox"),
        me: Author { login: String::from("anna"), via: None, host: String::from("lab") },
        when_away: super::WhenAway::Refuse,
        patience: std::time::Duration::ZERO,
        bounds: crate::store::Bounds::default(),
        stop: crate::store::Stop::default(),
    }
}
