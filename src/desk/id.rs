//! Names that never change: what a record is called by people (`INC-42`) and by the file (a row id).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The six kinds of ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An unplanned interruption or loss of quality.
    Incident,
    /// Something a person asks for from the catalogue.
    Request,
    /// The cause behind incidents.
    Problem,
    /// An addition, modification or removal that could affect services.
    Change,
    /// Changes that go live together.
    Release,
    /// An entry of continual improvement.
    Improvement,
}

impl Kind {
    /// All kinds, in the order of the glossary.
    pub const ALL: [Kind; 6] =
        [Kind::Incident, Kind::Request, Kind::Problem, Kind::Change, Kind::Release, Kind::Improvement];

    /// The prefix of its numbers: `INC`.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Kind::Incident => "INC",
            Kind::Request => "REQ",
            Kind::Problem => "PRB",
            Kind::Change => "CHG",
            Kind::Release => "REL",
            Kind::Improvement => "IMP",
        }
    }

    /// The word for it: `incident`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Incident => "incident",
            Kind::Request => "request",
            Kind::Problem => "problem",
            Kind::Change => "change",
            Kind::Release => "release",
            Kind::Improvement => "improvement",
        }
    }

    /// One of its kind: `an incident`, `a change`.
    #[must_use]
    pub fn one(self) -> &'static str {
        match self {
            Kind::Incident => "an incident",
            Kind::Request => "a request",
            Kind::Problem => "a problem",
            Kind::Change => "a change",
            Kind::Release => "a release",
            Kind::Improvement => "an improvement",
        }
    }

    /// The kind that a word or prefix names, in any case: `inc`, `Incident`, `INC`.
    #[must_use]
    pub fn named(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| word.eq_ignore_ascii_case(k.prefix()) || word.eq_ignore_ascii_case(k.word()))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What people call a ticket: its kind and a number that is never used twice, `INC-42`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// The kind, which the prefix tells.
    pub kind: Kind,
    /// Counts from 1 within the kind.
    pub n: i64,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}", self.kind.prefix(), self.n))
    }
}

impl FromStr for Number {
    type Err = String;

    /// Reads `INC-42`, `inc42`, `Inc-0042`.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let refuse = || format!("'{text}' is no ticket number; they look like INC-42");
        let (prefix, rest) = text.split_at_checked(3).ok_or_else(refuse)?;
        let kind = Kind::ALL.into_iter().find(|k| prefix.eq_ignore_ascii_case(k.prefix())).ok_or_else(refuse)?;
        let digits = rest.strip_prefix('-').unwrap_or(rest);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refuse());
        }
        let n: i64 = digits.parse().map_err(|_| refuse())?;
        if n == 0 { Err(refuse()) } else { Ok(Number { kind, n }) }
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )*};
}

row_ids! {
    /// A ticket's row; grows in the order in which tickets reached this desk.
    TicketId,
    /// A person's row.
    PersonId,
    /// A team's row.
    TeamId,
    /// A service's row.
    ServiceId,
    /// A category's row.
    CategoryId,
    /// A note's or reply's row.
    EntryId,
    /// The row of a meeting of the change advisory board.
    CabId,
    /// A CI's row, which is also its number: `CI-118`.
    CiId,
    /// A row of a maintenance or freeze window.
    WindowId,
    /// An article's row, which is also its number: `KB-9`.
    ArticleId,
    /// A place in the journal: the sequence number of a transaction. Order on a desk comes from it, never from clocks.
    Seq,
}

macro_rules! numbered_rows {
    ($($name:ident $prefix:literal $what:literal $example:literal),* $(,)?) => {$(
        impl $name {
            /// The prefix of its number.
            pub const PREFIX: &str = $prefix;

            #[doc = concat!("What people call it: `", $example, "`.")]
            #[must_use]
            pub fn number(self) -> String {
                format!("{}-{}", $name::PREFIX, self.0)
            }
        }

        impl FromStr for $name {
            type Err = String;

            #[doc = concat!("Reads `", $example, "` in any case, with or without the dash.")]
            fn from_str(text: &str) -> Result<Self, String> {
                let text = text.trim();
                let refuse = || format!("'{text}' is no number of {}; they look like {}", $what, $example);
                let (prefix, rest) = text.split_at_checked($prefix.len()).ok_or_else(refuse)?;
                let digits = rest.strip_prefix('-').unwrap_or(rest);
                if !prefix.eq_ignore_ascii_case($prefix)
                    || digits.is_empty()
                    || !digits.bytes().all(|b| b.is_ascii_digit())
                {
                    return Err(refuse());
                }
                digits.parse().ok().filter(|n| *n > 0).map($name).ok_or_else(refuse)
            }
        }
    )*};
}

numbered_rows! {
    CiId "CI" "a CI" "CI-118",
    ArticleId "KB" "an article" "KB-9",
}

/// The id that a client gives a command, so that a retry after an unclear failure changes the desk once.
///
/// A UUID version 7 (RFC 9562), made by whoever sends the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandId(pub uuid::Uuid);

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_any_case_with_or_without_the_dash() {
        let inc42 = Number { kind: Kind::Incident, n: 42 };
        for typed in ["INC-42", "inc42", " Inc-0042 "] {
            assert_eq!(typed.parse(), Ok(inc42), "{typed}");
        }
        assert_eq!(inc42.to_string(), "INC-42");
    }

    #[test]
    fn what_is_no_number_is_refused_by_name() {
        for typed in ["", "INC", "INC-", "XYZ-1", "INC-0", "INC-1x", "INC--1", "INC-99999999999999999999", "ÄÖÜ-1"] {
            assert!(typed.parse::<Number>().is_err(), "{typed}");
        }
    }
}
