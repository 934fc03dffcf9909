//! From what a file says to what a desk takes in: people by login, teams by key, choices in the desk's own words.
//!
//! Nothing here knows which of them the desk has already: that is the store's to find out.

mod cast;
mod choices;
mod slug;

use crate::desk::command::{Import, Imported, ImportedEntry, ImportedTicket, Past};
use crate::desk::field::{Field, Shape, Value};
use crate::desk::id::{Kind, Number};
use crate::desk::rules::Rules;
use crate::exchange::csv::{Incoming, Typed};
use cast::Cast;
use choices::Choices;

/// Where records come from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The name of the file.
    pub name: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Whether keys such as `INC-42` may be numbers of this desk, come back.
    pub ours: bool,
}

/// What a file brings, and what somebody should know about it.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// For [`Command::Import`](crate::desk::command::Command::Import).
    pub import: Import,
    /// The row of each ticket, in their order.
    pub rows: Vec<u64>,
    /// What was taken otherwise than it stands in the file.
    pub warnings: Vec<String>,
}

/// Turns tickets as a source tells them into an import. Takes them by value: each is freed as it is done.
#[must_use]
pub fn intake(origin: Origin, incoming: Vec<Incoming>, rules: &Rules) -> Intake {
    let mut desk = Desk { cast: Cast::default(), choices: Choices::new(rules), rules };
    let mut tickets = Vec::with_capacity(incoming.len());
    let mut rows = Vec::with_capacity(incoming.len());
    for ticket in incoming {
        rows.push(ticket.row);
        tickets.push(desk.ticket(ticket, origin.ours));
    }
    let Desk { mut cast, choices, .. } = desk;
    let people = cast.people();
    let (teams, services, categories, merged) = cast.rest();
    let import = Import { source: origin.name, sha256: origin.sha256, people, teams, services, categories, tickets };
    Intake { import, rows, warnings: choices.told().chain(merged).collect() }
}

struct Desk<'a> {
    cast: Cast,
    choices: Choices<'a>,
    rules: &'a Rules,
}

impl Desk<'_> {
    fn ticket(&mut self, from: Incoming, ours: bool) -> ImportedTicket {
        let Incoming { key, kind, fields, tags, entries, past, .. } = from;
        let number = ours.then(|| own_number(&key, kind)).flatten();
        let mut set = Vec::with_capacity(fields.len());
        for (field, value) in fields {
            // A number of ours is no number of another system.
            if field == Field::External && (number.is_some() || value == Typed::Text(key.clone())) {
                continue;
            }
            self.choices.count(field, &value);
            set.push((field, self.value(kind, field, value)));
        }
        let entries = entries
            .into_iter()
            .map(|entry| ImportedEntry {
                at: entry.at,
                author: entry.author.map(|word| self.cast.person(&word, !entry.public)),
                public: entry.public,
                text: entry.text,
            })
            .collect();
        let past = past
            .into_iter()
            .map(|past| Past {
                at: past.at,
                who: past.who.map(|word| self.cast.person(&word, true)),
                changes: past
                    .changes
                    .into_iter()
                    .map(|(field, before, after)| {
                        (field, self.value(kind, field, before), self.value(kind, field, after))
                    })
                    .collect(),
            })
            .collect();
        let mut tidy: Vec<String> = Vec::with_capacity(tags.len());
        for tag in tags.iter().map(|tag| slug::tag(tag)) {
            if !tidy.contains(&tag) {
                tidy.push(tag);
            }
        }
        ImportedTicket { key, kind, number, set, tags: tidy, entries, past }
    }

    fn value(&mut self, kind: Kind, field: Field, value: Typed) -> Imported {
        Imported::Plain(match value {
            Typed::Null => Value::Null,
            Typed::Int(n) => Value::Int(n),
            Typed::Time(at) => Value::Int(at.0),
            Typed::Text(text) => Value::Text(match field.shape() {
                Shape::Choice(list) => self.choices.own(list, text),
                Shape::State => self.state(kind, text),
                _ => text,
            }),
            Typed::Person(word) => return Imported::Named(self.cast.person(&word, field == Field::Assignee)),
            Typed::Team(word) => return Imported::Named(self.cast.team(&word)),
            Typed::Service(word) => return Imported::Named(self.cast.service(&word)),
            Typed::Category(first, second) => return Imported::Named(self.cast.category(&first, second.as_deref())),
        })
    }

    /// A state as the desk spells it.
    fn state(&self, kind: Kind, word: String) -> String {
        let known = self.rules.workflow(kind).ok().and_then(|workflow| workflow.state(&word));
        known.map_or(word, |state| state.name.clone())
    }
}

/// The number of ours that a key is, written as we write it: `INC-42`.
fn own_number(key: &str, kind: Kind) -> Option<Number> {
    let number: Number = key.parse().ok()?;
    let sane = number.kind == kind && number.n < 1_000_000_000;
    (sane && number.to_string().eq_ignore_ascii_case(key)).then_some(number)
}

#[cfg(test)]
mod tests;
