//! Links between tickets: directed, each with two names and a behaviour.

use serde::{Deserialize, Serialize};

/// What one ticket is to another; read `ticket RELATION other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// They have to do with each other.
    Relates,
    /// It follows the other: resolved with it.
    DuplicateOf,
    /// It is a part of the other, which offers to resolve it too.
    ChildOf,
    /// It can't be completed while the other is open.
    BlockedBy,
    /// The other brought it about.
    CausedBy,
}

impl Relation {
    /// All relations.
    pub const ALL: [Relation; 5] =
        [Relation::Relates, Relation::DuplicateOf, Relation::ChildOf, Relation::BlockedBy, Relation::CausedBy];

    /// Its word in the desk file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Relation::Relates => "relates",
            Relation::DuplicateOf => "duplicate_of",
            Relation::ChildOf => "child_of",
            Relation::BlockedBy => "blocked_by",
            Relation::CausedBy => "caused_by",
        }
    }

    /// How it reads from the ticket, and from the other.
    #[must_use]
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Relation::Relates => ("relates to", "relates to"),
            Relation::DuplicateOf => ("duplicate of", "has duplicate"),
            Relation::ChildOf => ("child of", "parent of"),
            Relation::BlockedBy => ("blocked by", "blocks"),
            Relation::CausedBy => ("caused by", "causes"),
        }
    }

    /// The relation that people's words name, and whether it is meant from the other side (`parent of`, `blocks`).
    #[must_use]
    pub fn named(words: &str) -> Option<(Relation, bool)> {
        let words = words.to_ascii_lowercase().replace(['_', '-'], " ");
        match words.trim() {
            "relates" | "relates to" | "related" | "related to" => Some((Relation::Relates, false)),
            "duplicate" | "duplicates" | "duplicate of" | "dup" => Some((Relation::DuplicateOf, false)),
            "duplicated by" | "has duplicate" => Some((Relation::DuplicateOf, true)),
            "child" | "child of" => Some((Relation::ChildOf, false)),
            "parent" | "parent of" => Some((Relation::ChildOf, true)),
            "blocked" | "blocked by" | "depends on" => Some((Relation::BlockedBy, false)),
            "blocks" => Some((Relation::BlockedBy, true)),
            "caused by" => Some((Relation::CausedBy, false)),
            "causes" | "caused" => Some((Relation::CausedBy, true)),
            _ => None,
        }
    }

    /// The relation of that word in the desk file.
    #[must_use]
    pub fn stored(word: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|relation| relation.word() == word)
    }
}

/// The words that people may use for a relation, for help and completion.
pub static WORDS: &[&str] =
    &["relates", "duplicate-of", "child-of", "parent-of", "blocked-by", "blocks", "caused-by", "causes"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_offered_is_understood() {
        for word in WORDS {
            assert!(Relation::named(word).is_some(), "{word}");
        }
        assert_eq!(Relation::named("parent-of"), Some((Relation::ChildOf, true)));
        assert_eq!(Relation::named("friend"), None);
    }
}
