//! Commands: everything that can change a desk, as plain data.
//!
//! A command carries an id made by its client, so that a retry after an unclear failure changes the desk once, and for each
//! ticket the version that its author was looking at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::desk::change::ChangeCommand;
use crate::desk::change::window::WindowCommand;
use crate::desk::cmdb::CmdbCommand;
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{
    ArticleId, CategoryId, CiId, CommandId, Kind, Number, PersonId, Seq, ServiceId, TeamId, TicketId,
};
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::link::Relation;
use crate::desk::mark::Mark;
use crate::desk::people::Roles;
use crate::desk::priority::Criticality;
use crate::desk::ticket::Ticket;
use crate::desk::time::Timestamp;

/// A command on its way to the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Made by the client; the same id changes the desk once.
    pub id: CommandId,
    /// What shall happen.
    pub command: Command,
    /// Why, in its author's words.
    pub reason: Option<String>,
}

impl Request {
    /// A request with a new id and no reason.
    #[must_use]
    pub fn new(command: Command) -> Request {
        Request { id: CommandId(uuid::Uuid::now_v7()), command, reason: None }
    }

    /// The same request with a reason.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Request {
        self.reason = reason;
        self
    }
}

/// Who sends a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The login in whose name it is done.
    pub login: String,
    /// The login that the system knows, when it acts in another's name.
    pub via: Option<String>,
    /// The machine.
    pub host: String,
}

/// A ticket, as its editor saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Which ticket.
    pub id: TicketId,
    /// The version that was seen; `None` means whatever it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Seq>,
}

impl From<TicketId> for Target {
    fn from(id: TicketId) -> Target {
        Target { id, version: None }
    }
}

/// Everything that can change a desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Open a ticket.
    Open(OpenTicket),
    /// Give fields new values, add and remove tags.
    Edit {
        /// The tickets.
        on: Vec<Target>,
        /// The fields.
        set: Edit,
        /// Tags to add.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tag: Vec<String>,
        /// Tags to remove.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        untag: Vec<String>,
    },
    /// Move tickets to another state.
    Move {
        /// The tickets.
        on: Vec<Target>,
        /// The state.
        to: String,
        /// What the transition demands or takes.
        set: Edit,
        /// Complete their open children too.
        #[serde(default)]
        children: bool,
    },
    /// Write a note or a reply.
    Write {
        /// The tickets.
        on: Vec<Target>,
        /// Whether the requester sees it.
        public: bool,
        /// The text.
        text: String,
    },
    /// Link two tickets.
    Link {
        /// The ticket.
        from: TicketId,
        /// What it is to the other.
        relation: Relation,
        /// The other.
        to: TicketId,
    },
    /// Take a link away, whichever side it was made from.
    Unlink {
        /// One end.
        from: TicketId,
        /// The other.
        to: TicketId,
        /// Only this relation; `None` means all.
        relation: Option<Relation>,
    },
    /// Let one ticket take over others, with their notes, replies, files, tasks, times, tags, watchers and links.
    Merge {
        /// The tickets that end.
        from: Vec<Target>,
        /// The one that goes on.
        into: TicketId,
    },
    /// Watch tickets, or no longer.
    Watch {
        /// The tickets.
        on: Vec<TicketId>,
        /// Who.
        person: PersonId,
        /// Whether to begin or to end.
        watching: bool,
    },
    /// Log time spent.
    LogTime {
        /// The ticket.
        on: TicketId,
        /// Minutes; negative to correct.
        minutes: i64,
        /// On what.
        text: String,
    },
    /// Attach a file.
    Attach {
        /// The tickets.
        on: Vec<TicketId>,
        /// Its name, without folders.
        name: String,
        /// Its media type, `text/plain`.
        media: String,
        /// Its contents; the journal keeps their checksum.
        #[serde(skip)]
        bytes: Vec<u8>,
    },
    /// Take an attachment away. Its contents stay in the desk file, so that this can be undone.
    Detach {
        /// The attachment's row.
        attachment: i64,
    },
    /// Change a ticket's checklist.
    Task {
        /// The ticket.
        on: TicketId,
        /// How.
        change: TaskChange,
    },
    /// Add a person, team, service, category or setting, or change it from whatever it is now.
    Register(Record),
    /// Change one from what its editor saw: what others changed meanwhile stays.
    Revise {
        /// What was seen.
        seen: Box<Record>,
        /// What it shall become.
        to: Box<Record>,
    },
    /// Take back a transaction by a new one.
    Undo {
        /// Which.
        seq: Seq,
        /// What was decided about the fields that somebody changed since.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        settled: Vec<Settled>,
    },
    /// Put single tickets back as a backup holds them.
    Reinstate(Reinstate),
    /// Take in records from another system.
    Import(Import),
    /// Change the CMDB.
    Cmdb(CmdbCommand),
    /// Change the knowledge base.
    Knowledge(KnowledgeCommand),
    /// Change maintenance and freeze windows.
    Window(WindowCommand),
    /// Plan, approve and carry out changes.
    Change(ChangeCommand),
    /// Several commands as one change: all or none, one entry in the journal, one undo.
    Each(Vec<Command>),
    /// Close what has been resolved for long enough.
    CloseResolved {
        /// Resolved before this.
        before: Timestamp,
    },
}

impl Command {
    /// Its word in the journal.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Command::Open(_) => "open",
            Command::Edit { .. } => "edit",
            Command::Move { .. } => "move",
            Command::Write { public: true, .. } => "reply",
            Command::Write { .. } => "note",
            Command::Link { .. } => "link",
            Command::Unlink { .. } => "unlink",
            Command::Merge { .. } => "merge",
            Command::Watch { .. } => "watch",
            Command::LogTime { .. } => "time",
            Command::Attach { .. } => "attach",
            Command::Detach { .. } => "detach",
            Command::Task { .. } => "task",
            Command::Register(_) | Command::Revise { .. } => "register",
            Command::Undo { .. } => "undo",
            Command::Reinstate(_) => "restore",
            Command::Import(_) => "import",
            Command::CloseResolved { .. } => "tick",
            Command::Cmdb(command) => command.verb(),
            Command::Knowledge(command) => command.verb(),
            Command::Window(command) => command.verb(),
            Command::Change(command) => command.verb(),
            Command::Each(commands) => commands.first().map_or("edit", Command::verb),
        }
    }
}

/// What was decided about a field that was changed again since the change that is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The table of its row.
    pub table: String,
    /// Its row.
    pub row: i64,
    /// Its name.
    pub field: String,
    /// The newest change of it that was seen: a later one asks again.
    pub seen: Seq,
    /// Whether it is taken back all the same; else it stays as it is.
    pub take_back: bool,
}

/// A ticket to open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTicket {
    /// Its kind.
    pub kind: Kind,
    /// Its fields; `title` is needed.
    pub set: Edit,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Its checklist.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// What it is to tickets that exist.
    #[serde(default)]
    pub links: Vec<(Relation, TicketId)>,
    /// When it was opened, where that was not now.
    #[serde(default)]
    pub created: Option<Timestamp>,
}

/// A change of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskChange {
    /// Add a task at the end.
    Add(String),
    /// Tick or untick the task of that position, counted from 1.
    Done(i64, bool),
    /// Take the task of that position away.
    Remove(i64),
}

/// A record that is no ticket. With an id it changes that record, without it adds one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// A person.
    Person {
        /// Which one, unless new.
        id: Option<PersonId>,
        /// Login, lower case.
        login: String,
        /// Name.
        name: String,
        /// Mail address.
        mail: Option<String>,
        /// Roles.
        roles: Roles,
        /// Whether pickers offer them.
        active: bool,
    },
    /// A team.
    Team {
        /// Which one, unless new.
        id: Option<TeamId>,
        /// Short key.
        key: String,
        /// Name.
        name: String,
        /// Who is in it.
        members: Vec<PersonId>,
        /// Whether pickers offer it.
        active: bool,
    },
    /// A service.
    Service {
        /// Which one, unless new.
        id: Option<ServiceId>,
        /// Short key.
        key: String,
        /// Name.
        name: String,
        /// How much the business depends on it.
        criticality: Criticality,
        /// Who answers for it.
        owner: Option<PersonId>,
        /// Who gets its tickets.
        team: Option<TeamId>,
        /// Whether pickers offer it.
        active: bool,
    },
    /// A category.
    Category {
        /// Which one, unless new.
        id: Option<CategoryId>,
        /// Short key.
        key: String,
        /// Its own name.
        name: String,
        /// The category above.
        parent: Option<CategoryId>,
        /// Who gets its tickets.
        team: Option<TeamId>,
        /// Whether pickers offer it.
        active: bool,
    },
    /// Documents of the configuration; `None` takes one out.
    Settings(Vec<(String, Option<String>)>),
}

/// Tickets as a backup of this desk holds them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reinstate {
    /// The name of the backup.
    pub source: String,
    /// How far the backup goes; the desk must hold that entry.
    pub newest: Mark,
    /// The tickets.
    pub tickets: Vec<Recovered>,
}

/// One ticket with what belonged to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// The ticket.
    pub ticket: Ticket,
    /// Its notes, tags, links and so on.
    pub rows: Vec<RecoveredRow>,
}

/// A row that belonged to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveredRow {
    /// Its table.
    pub table: String,
    /// Its id, which no other row of that table ever has.
    pub id: i64,
    /// Its columns.
    pub columns: BTreeMap<String, Value>,
}

/// Records from another system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Where they come from: the name of the file.
    pub source: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// People, teams, services and categories that tickets name and the desk may not have: created unless they exist.
    #[serde(skip)]
    pub people: Vec<ImportedPerson>,
    /// Team keys with their names.
    #[serde(skip)]
    pub teams: Vec<(String, String)>,
    /// Service keys with their names.
    #[serde(skip)]
    pub services: Vec<(String, String)>,
    /// Category keys with names and the parent's key.
    #[serde(skip)]
    pub categories: Vec<(String, String, Option<String>)>,
    /// The tickets.
    #[serde(skip)]
    pub tickets: Vec<ImportedTicket>,
}

/// A person whom imported tickets name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedPerson {
    /// Login, lower case.
    pub login: String,
    /// Name.
    pub name: String,
    /// Mail address.
    pub mail: Option<String>,
    /// Their roles on this desk.
    pub roles: Roles,
}

/// A value of an imported field: references by login or key, since rows may not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A value that needs no look-up.
    Plain(Value),
    /// A person by login, a team, service or category by key: which of them, the field tells.
    Named(String),
}

/// A ticket from another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedTicket {
    /// Its number there; the match key, kept in `external`.
    pub key: String,
    /// Its kind.
    pub kind: Kind,
    /// The number to give it here, when it is one of ours coming back.
    pub number: Option<Number>,
    /// Its fields, state and times included.
    pub set: Vec<(Field, Imported)>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its notes and replies.
    pub entries: Vec<ImportedEntry>,
    /// Its history.
    pub past: Vec<Past>,
}

/// A note or reply from another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedEntry {
    /// When it was written.
    pub at: Timestamp,
    /// By whom: a login.
    pub author: Option<String>,
    /// Whether the requester saw it.
    pub public: bool,
    /// The text.
    pub text: String,
}

/// One change in a ticket's former life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// When.
    pub at: Timestamp,
    /// By whom: a login.
    pub who: Option<String>,
    /// What: the field, before, after.
    pub changes: Vec<(Field, Imported, Imported)>,
}

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its place in the journal; `None` when there was nothing to change.
    pub seq: Option<Seq>,
    /// The tickets that it touched, at most a thousand of them.
    pub tickets: Vec<Number>,
    /// The CIs that it touched, at most a thousand of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cis: Vec<CiId>,
    /// The articles that it touched, at most a thousand of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<ArticleId>,
    /// One line that says what was done.
    pub summary: String,
    /// What its author should know or could do next.
    pub notices: Vec<String>,
    /// The command, while it is not done: the drive of the desk is away, and it waits in the outbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<CommandId>,
}
