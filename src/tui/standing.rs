//! How it stands with the desk's drive, as the screens show it: whether it is away, what waits for it, who else is here.

use crate::desk::command::{Command, Target};
use crate::desk::field::{Field, Shape, Value};
use crate::desk::id::{CommandId, TicketId};
use crate::desk::knowledge::{ArticleField, Content, KnowledgeCommand};
use crate::desk::refusal::Refusal;
use crate::desk::time::{Moment, Timestamp};
use crate::store::{Present, Reader, Waiting, shown};
use crate::text;
use crate::tui::inquiry::knowledge;

/// How it stands with the desk's drive. That of a desk on a local disk has nothing but who is here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Why the drive does not answer; `None` while it does.
    pub away: Option<String>,
    /// How old what is shown is, while the drive is away or the desk can't be copied.
    pub as_of: Option<Timestamp>,
    /// What waits in the outbox, oldest first.
    pub waiting: Vec<Kept>,
    /// What lies in the outbox and can't be read: the file and why.
    pub unreadable: Vec<String>,
    /// Who else is at this desk.
    pub here: Vec<Present>,
}

/// A command that waits in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Which.
    pub id: CommandId,
    /// What it is.
    pub command: Command,
    /// The tickets that it is about.
    pub on: Vec<TicketId>,
    /// Their numbers, as people call them.
    pub numbers: Vec<String>,
    /// What it would do.
    pub summary: String,
    /// Why the desk refused it.
    pub refused: Option<Refusal>,
    /// The values that it gives to fields, as they would be typed.
    pub words: Vec<(Field, String)>,
    /// The fields of an article that it writes.
    pub facts: Vec<Written>,
}

/// A field of an article that a command which waits writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Which.
    pub field: ArticleField,
    /// The value that it would have, as it would be typed.
    pub word: String,
    /// The one that it has on this machine, likewise; none of a new article.
    pub now: String,
}

impl Kept {
    /// A command that waits, with names in place of row ids as far as this machine knows them.
    #[must_use]
    pub fn read(waiting: &Waiting, reader: &Reader, moment: &Moment) -> Kept {
        let set = match &waiting.request.command {
            Command::Edit { set, .. } | Command::Move { set, .. } => set.clone(),
            Command::Open(ticket) => ticket.set.clone(),
            Command::Knowledge(KnowledgeCommand::Use { resolve: Some(set), .. }) => set.clone(),
            Command::Knowledge(KnowledgeCommand::Solve { open, resolve, .. }) => {
                open.set.iter().chain(resolve).map(|(field, value)| (*field, value.clone())).collect()
            }
            _ => std::collections::BTreeMap::new(),
        };
        let on = waiting.tickets();
        let tickets = on.iter().filter_map(|id| reader.ticket(*id).ok());
        Kept {
            id: waiting.request.id,
            command: waiting.request.command.clone(),
            numbers: tickets.map(|ticket| ticket.number.to_string()).collect(),
            on,
            summary: waiting.summary.clone(),
            refused: waiting.refused.clone(),
            words: set.iter().map(|(field, value)| (*field, typed(*field, value, reader, moment))).collect(),
            facts: facts(&waiting.request.command, reader, moment),
        }
    }

    /// The tickets, as the command's author saw them.
    #[must_use]
    pub fn targets(&self) -> Vec<Target> {
        match &self.command {
            Command::Edit { on, .. } | Command::Move { on, .. } | Command::Write { on, .. } => on.clone(),
            _ => self.on.iter().map(|id| Target::from(*id)).collect(),
        }
    }

    /// The text in it that somebody wrote.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.command {
            Command::Write { text, .. } => Some(text),
            Command::Knowledge(
                KnowledgeCommand::Rate { helped: false, comment, .. }
                | KnowledgeCommand::Flag { comment, .. }
                | KnowledgeCommand::Review { comment, .. },
            ) => Some(comment).filter(|comment| !comment.is_empty()).map(String::as_str),
            _ => None,
        }
    }
}

/// The fields of an article that a command writes.
fn facts(command: &Command, reader: &Reader, moment: &Moment) -> Vec<Written> {
    let (set, now) = match command {
        Command::Knowledge(KnowledgeCommand::Edit { on, set, .. }) => (set, reader.article(on.id).ok()),
        Command::Knowledge(KnowledgeCommand::Write { set, .. }) => (set, None),
        _ => return Vec::new(),
    };
    let typed = |field: ArticleField, values: &[Value]| {
        let word = knowledge::typed(reader, moment, field, values).unwrap_or_default();
        if field == ArticleField::Body { word.trim_end_matches('\n').to_owned() } else { word }
    };
    let written = |(field, values): (&ArticleField, &Vec<Value>)| Written {
        field: *field,
        word: typed(*field, values),
        now: now.as_ref().map(|now| typed(*field, &now.values(*field))).unwrap_or_default(),
    };
    Content::iter(set).map(written).collect()
}

fn typed(field: Field, value: &Value, reader: &Reader, moment: &Moment) -> String {
    let Ok(names) = reader.names([(field, value)]) else { return String::new() };
    match (field.shape(), value.int()) {
        (Shape::Person | Shape::Team | Shape::Service | Shape::Category, Some(id)) => {
            names.reference(field, id, true).unwrap_or_default().to_owned()
        }
        _ => shown(field, value, &names, moment),
    }
}

impl Standing {
    /// What stands beside the desk's name: `[drive away, as of 12:31 · 2 waiting · 1 refused · 1 unreadable]`.
    #[must_use]
    pub fn words(&self, moment: &Moment) -> Option<String> {
        let as_of = self.as_of.map(|at| {
            let (local, today) = (at.local(moment.zone), moment.today().to_string());
            // What is of today needs no date.
            local.strip_prefix(&today).map_or(local.clone(), |time| time.trim().to_owned())
        });
        let away = match (&self.away, as_of) {
            (Some(_), Some(as_of)) => Some(format!("drive away, as of {as_of}")),
            (Some(_), None) => Some(String::from("drive away")),
            (None, as_of) => as_of.map(|as_of| format!("as of {as_of}")),
        };
        let refused = self.waiting.iter().filter(|kept| kept.refused.is_some()).count();
        let told = |n: usize, what: &str| (n > 0).then(|| format!("{n} {what}"));
        let waiting = told(self.waiting.len() - refused, "waiting");
        let unreadable = told(self.unreadable.len(), "unreadable");
        let words: Vec<String> =
            away.into_iter().chain(waiting).chain(told(refused, "refused")).chain(unreadable).collect();
        (!words.is_empty()).then(|| format!("[{}]", words.join(" · ")))
    }

    /// What waits for a ticket.
    pub fn waiting_on(&self, ticket: TicketId) -> impl Iterator<Item = &Kept> {
        self.waiting.iter().filter(move |kept| kept.on.contains(&ticket))
    }

    /// Who else has a ticket open, or writes on it; those who write first. `me` in another window is nobody else.
    pub fn at<'s>(&'s self, ticket: TicketId, me: &'s str) -> impl Iterator<Item = &'s Present> {
        let there = move |one: &&Present| one.doing.ticket == Some(ticket) && one.login != me;
        let writes = self.here.iter().filter(there).filter(|one| one.doing.writing.is_some());
        writes.chain(self.here.iter().filter(there).filter(|one| one.doing.writing.is_none()))
    }

    /// What somebody does, in words: `bob is writing a reply`.
    #[must_use]
    pub fn told(one: &Present) -> String {
        let login = text::clean_line(&one.login);
        match one.doing.writing {
            Some(writing) => format!("{login} is writing {}", writing.words()),
            None => format!("{login} is here"),
        }
    }
}
