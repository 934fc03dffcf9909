//! Why the desk said no, in a form that a program can decide on and a person can act on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::desk::field::{Field, Value};
use crate::desk::id::{Number, Seq};

/// Why a command was not carried out. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// What was named does not exist; the text says what, and the nearest that does.
    NotFound(String),
    /// A rule of the desk forbids it; the text says which and what would help.
    Rule(String),
    /// A transition demands fields that were not given.
    Missing {
        /// The ticket.
        number: Number,
        /// What was wanted: `resolve`.
        verb: String,
        /// The fields that are missing; `assignee or team` means either.
        fields: Vec<String>,
    },
    /// Somebody else changed the same thing meanwhile.
    Conflict(Box<Conflict>),
    /// Several tickets of one command were refused, each for its own reason.
    Several(Vec<Refusal>),
    /// The desk file can't be reached now: locked, away, read-only, full.
    Unavailable(String),
    /// The desk file is damaged, or not a desk.
    Damaged(String),
}

/// Two people changed the same fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// What is in dispute: `INC-42`, or `entry 7 of the journal`.
    pub what: String,
    /// The change that came first.
    pub theirs: Seq,
    /// Who made it.
    pub author: String,
    /// The fields, one by one.
    pub fields: Vec<Disputed>,
}

/// One field in dispute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disputed {
    /// Its name.
    pub field: String,
    /// What both had seen.
    pub base: Value,
    /// What the other made of it.
    pub theirs: Value,
    /// What you want.
    pub yours: Value,
}

impl Refusal {
    /// A rule's refusal, in the user's words.
    #[must_use]
    pub fn rule(text: impl Into<String>) -> Refusal {
        Refusal::Rule(text.into())
    }

    /// Something that does not exist.
    #[must_use]
    pub fn not_found(text: impl Into<String>) -> Refusal {
        Refusal::NotFound(text.into())
    }

    /// The exit code of a command that ends with it: 1 refused, 3 not found, 4 unavailable, 5 damaged.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Refusal::Rule(_) | Refusal::Missing { .. } | Refusal::Conflict(_) => 1,
            Refusal::NotFound(_) => 3,
            Refusal::Unavailable(_) => 4,
            Refusal::Damaged(_) => 5,
            Refusal::Several(all) => all.first().map_or(1, Refusal::exit_code),
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound(text) | Refusal::Rule(text) | Refusal::Unavailable(text) | Refusal::Damaged(text) => {
                f.write_str(text)
            }
            Refusal::Missing { number, verb, fields } => {
                let hints: Vec<String> = fields.iter().map(|field| hint(field)).collect();
                write!(f, "To {verb} {number}, give {}", hints.join(" and "))
            }
            Refusal::Conflict(conflict) => conflict.fmt(f),
            Refusal::Several(all) => {
                let shown: Vec<String> = all.iter().take(10).map(ToString::to_string).collect();
                f.write_str(&shown.join("\n"))?;
                match all.len() - shown.len() {
                    0 => Ok(()),
                    more => write!(f, "\n… and {more} more"),
                }
            }
        }
    }
}

fn hint(field: &str) -> String {
    let label = field.split(" or ").filter_map(Field::named).map(|f| format!("{}=…", f.name())).collect::<Vec<_>>();
    if label.is_empty() { field.to_owned() } else { label.join(" or ") }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was changed meanwhile by {} (entry {} of the journal):", self.what, self.author, self.theirs)?;
        for disputed in &self.fields {
            write!(
                f,
                "\n  {}: was {}, theirs {}, yours {}",
                disputed.field,
                shown(&disputed.base),
                shown(&disputed.theirs),
                shown(&disputed.yours)
            )?;
        }
        Ok(())
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::from("nothing"),
        Value::Int(n) => n.to_string(),
        Value::Text(text) if text.chars().count() > 60 => format!("'{}…'", text.chars().take(60).collect::<String>()),
        Value::Text(text) => format!("'{text}'"),
    }
}
