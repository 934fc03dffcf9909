//! What comes out of a file: tickets with their histories, typed, but not yet known to any desk.
//!
//! People, teams, services and categories are still the words of the source. Nothing here has touched a desk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dates::DateOrder;
use crate::desk::field::Field;
use crate::desk::id::Kind;
use crate::desk::time::Timestamp;

/// One ticket as its source tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// The row that gave it, or the first of its rows; the header is row 1, as in a spreadsheet.
    pub row: u64,
    /// What its source calls it: `INC0000045`. Two imports match on it.
    pub key: String,
    /// Which kind of ticket it becomes.
    pub kind: Kind,
    /// Its fields now. A column that is there but blank or unknown gives [`Typed::Null`]; one that is absent gives nothing.
    pub fields: BTreeMap<Field, Typed>,
    /// Its tags, each once, in the order of the source.
    pub tags: Vec<String>,
    /// Notes and replies, oldest first.
    pub entries: Vec<IncomingEntry>,
    /// What changed before it became what it is, oldest first. Walked back from `fields`, it gives the values at creation.
    pub past: Vec<Past>,
    /// What the source itself counted.
    pub declared: Declared,
}

/// A value before the desk has matched it to its own people, teams and choices.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typed {
    /// Nothing, or unknown.
    #[default]
    Null,
    /// A whole number: a level, a priority, a flag.
    Int(i64),
    /// A point in time.
    Time(Timestamp),
    /// Text, a state, or a choice.
    Text(String),
    /// A person: login, name or mail as in the source.
    Person(String),
    /// A team by name.
    Team(String),
    /// A service by name.
    Service(String),
    /// A category by name, with its second level.
    Category(String, Option<String>),
}

/// A note or reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingEntry {
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it, in the source's words.
    pub author: Option<String>,
    /// A reply that the requester sees, rather than a note for staff.
    pub public: bool,
    /// What it says.
    pub text: String,
}

/// One change in the life of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it, in the source's words.
    pub who: Option<String>,
    /// Field, value before, value after.
    pub changes: Vec<(Field, Typed, Typed)>,
}

/// Counts that the source states, to compare with those that follow from the history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// How often another team took over.
    pub reassigned: Option<i64>,
    /// How often it was opened again.
    pub reopened: Option<i64>,
}

/// A row that does not go in, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Its number; the header is row 1.
    pub row: u64,
    /// The line on which it begins, counted from 1. Rows with line breaks in them make the two differ.
    pub line: u64,
    /// What is wrong, in a sentence.
    pub reason: String,
    /// Its values as read, as far as they are not beyond all bounds.
    pub raw: Vec<String>,
}

/// What was found out about the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The encoding, and how it is known: `UTF-8 (a byte order mark says so)`.
    pub encoding: String,
    /// What separates the values.
    pub delimiter: char,
    /// Whether days or months come first.
    pub date_order: DateOrder,
    /// The same in words, with how it is known: `day-first: row 2 has 29/2/2016, which can't be month-first`.
    pub dates: String,
    /// The columns; the second of two with one name has `#2` added.
    pub headers: Vec<String>,
    /// Columns of which nothing is taken.
    pub unmapped: Vec<String>,
    /// Rows below the header, blank ones not counted.
    pub rows: u64,
    /// What somebody should know before going on.
    pub warnings: Vec<String>,
}

/// How far a reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Bytes of the file (unpacked) done in this phase.
    pub bytes: u64,
    /// Bytes of the file (unpacked), as far as known.
    pub total: u64,
    /// Rows done in this phase.
    pub rows: u64,
}

/// The phases of a reading, in order. Each goes through the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Finding out the encoding.
    Encoding,
    /// Finding out how dates are written, and whether the table is sound.
    Survey,
    /// Reading tickets.
    Reading,
}
