//! Why the desk said no, in a form that a program can decide on and a person can act on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::desk::field::{Field, Shape, Value};
use crate::desk::id::{Number, Seq};
use crate::desk::rules::Rules;

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
        /// What is missing.
        needs: Vec<Need>,
    },
    /// Somebody else changed the same thing meanwhile.
    Conflict(Box<Conflict>),
    /// What shall be taken back was taken back already.
    TakenBack {
        /// The entry of the journal.
        entry: Seq,
        /// The one that took it back.
        by: Seq,
    },
    /// Several tickets of one command were refused, each for its own reason.
    Several(Vec<Refusal>),
    /// The desk file can't be reached now: locked, away, read-only, full.
    Unavailable(String),
    /// The desk file is damaged, or not a desk.
    Damaged(String),
}

/// What a transition demands and nobody gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The fields of which one must be given.
    pub either: Vec<Field>,
    /// The words that the first of them takes, where the desk lists them.
    pub words: Vec<String>,
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
    /// The table and row that stand in the way of an undo.
    pub row: Option<(String, i64)>,
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

    /// The same refusal, with the words that a desk takes in what is missing.
    #[must_use]
    pub fn with_words(mut self, rules: &Rules) -> Refusal {
        if let Refusal::Missing { needs, .. } = &mut self {
            for need in needs {
                need.words = match need.either.first().map(|field| field.shape()) {
                    Some(Shape::Choice(list)) => rules.words(list).into_iter().map(str::to_owned).collect(),
                    Some(Shape::Level) => (1..=4).map(|level| level.to_string()).collect(),
                    _ => Vec::new(),
                };
            }
        }
        self
    }

    /// The exit code of a command that ends with it: 1 refused, 3 not found, 4 unavailable, 5 damaged.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Refusal::Rule(_) | Refusal::Missing { .. } | Refusal::Conflict(_) | Refusal::TakenBack { .. } => 1,
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
            Refusal::Missing { number, verb, needs } => {
                let typed: Vec<String> = needs.iter().map(Need::to_string).collect();
                write!(f, "To {verb} {number}, give {}", typed.join(" and "))
            }
            Refusal::Conflict(conflict) => conflict.fmt(f),
            Refusal::TakenBack { entry, by } => {
                write!(f, "entry {entry} was taken back by entry {by} already; to redo it: deskhand undo {by}")
            }
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

impl fmt::Display for Need {
    /// As it is typed: `pending_reason=requester|vendor`, `assignee=… or team=…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A list that is longer is named, when a word of it is mistyped.
        const TOLD: usize = 8;
        let words: Vec<&str> = self.words.iter().take(TOLD).map(String::as_str).collect();
        let more = (self.words.len() > TOLD || self.words.is_empty()).then_some("…");
        let words = words.into_iter().chain(more).collect::<Vec<_>>().join("|");
        let typed = self.either.iter().enumerate().map(|(place, field)| {
            let takes = if place == 0 { words.as_str() } else { "…" };
            format!("{field}={takes}")
        });
        f.write_str(&typed.collect::<Vec<_>>().join(" or "))
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was changed meanwhile by {} (entry {} of the journal):", self.what, self.author, self.theirs)?;
        for disputed in &self.fields {
            write!(
                f,
                "\n  {}: was {}, theirs {}, yours {}",
                disputed.field,
                shown(&disputed.base, [&disputed.theirs, &disputed.yours]),
                shown(&disputed.theirs, [&disputed.base, &disputed.yours]),
                shown(&disputed.yours, [&disputed.base, &disputed.theirs])
            )?;
        }
        Ok(())
    }
}

/// Longer texts are cut to where they differ.
const WHOLE: usize = 60;
/// So much is shown before a difference, and from it on.
const AROUND: (usize, usize) = (16, 44);

fn shown(value: &Value, others: [&Value; 2]) -> String {
    match value {
        Value::Null => String::from("nothing"),
        Value::Int(n) => n.to_string(),
        Value::Text(text) if text.chars().count() > WHOLE => format!("'{}'", cut(text, others)),
        Value::Text(text) => format!("'{text}'"),
    }
}

/// A text cut to what tells it from the others.
fn cut(text: &str, others: [&Value; 2]) -> String {
    let all: Vec<char> = text.chars().collect();
    let mut at: Vec<usize> = others.iter().filter_map(|other| first_difference(text, other.text()?)).collect();
    at.sort_unstable();
    if at.is_empty() {
        at.push(0);
    }
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for at in at {
        let (from, to) = (at.saturating_sub(AROUND.0), (at + AROUND.1).min(all.len()));
        match parts.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => parts.push((from, to)),
        }
    }
    let mut told = String::new();
    let mut end = 0;
    for (from, to) in parts {
        if from > end {
            told.push('…');
        }
        told.extend(all.get(from..to).unwrap_or_default());
        end = to;
    }
    if end < all.len() {
        told.push('…');
    }
    told
}

/// The place of the first character in which two texts differ; `None` where they are the same.
#[must_use]
pub fn first_difference(one: &str, other: &str) -> Option<usize> {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    (one != other).then_some(same)
}

/// What a rule refuses is told; what can't be read is refused.
///
/// # Errors
/// When something can't be read.
pub fn told<T>(found: Result<T, Refusal>) -> Result<Result<T, String>, Refusal> {
    match found {
        Ok(found) => Ok(Ok(found)),
        Err(refusal @ (Refusal::Unavailable(_) | Refusal::Damaged(_))) => Err(refusal),
        Err(refusal) => Ok(Err(refusal.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_wordings_are_cut_to_where_they_differ() {
        let wording = |end: &str| Value::from(format!("{}{end}", "The gateway forgets the session. ".repeat(4)));
        let conflict = Conflict {
            what: String::from("KB-9"),
            theirs: Seq(4),
            author: String::from("bert"),
            row: None,
            fields: vec![Disputed {
                field: String::from("body, paragraph 2"),
                base: wording("Restart it."),
                theirs: wording("Restart both."),
                yours: wording("Wait."),
            }],
        };
        assert_eq!(
            conflict.to_string(),
            "KB-9 was changed meanwhile by bert (entry 4 of the journal):\n  body, paragraph 2: was '…ts the session. Restart it.', \
             theirs '…ts the session. Restart both.', yours '…ts the session. Wait.'"
        );
    }
}
