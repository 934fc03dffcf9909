//! What can change a knowledge base, as plain data.

use serde::{Deserialize, Deserializer, Serialize};

use crate::desk::command::{OpenTicket, Target};
use crate::desk::field::{Edit, Value};
use crate::desk::id::{ArticleId, Seq, TicketId};
use crate::desk::knowledge::Content;
use crate::desk::time::Timestamp;

/// An article, as its editor saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleTarget {
    /// Which article.
    pub id: ArticleId,
    /// The version that was seen; `None` means whatever it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Seq>,
}

impl From<ArticleId> for ArticleTarget {
    fn from(id: ArticleId) -> ArticleTarget {
        ArticleTarget { id, version: None }
    }
}

/// What a ticket is to an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CitationRole {
    /// They have to do with each other.
    Relates,
    /// The article was made from it.
    Origin,
    /// It is the problem whose known error the article is.
    KnownError,
    /// The article helped to work it.
    Used,
}

impl CitationRole {
    /// All of them.
    pub const ALL: [CitationRole; 4] =
        [CitationRole::Relates, CitationRole::Origin, CitationRole::KnownError, CitationRole::Used];

    /// Its word in the desk file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            CitationRole::Relates => "relates",
            CitationRole::Origin => "origin",
            CitationRole::KnownError => "known_error",
            CitationRole::Used => "used",
        }
    }

    /// How it reads from the article: `used by INC-12`.
    #[must_use]
    pub fn reads(self) -> &'static str {
        match self {
            CitationRole::Relates => "relates to",
            CitationRole::Origin => "made from",
            CitationRole::KnownError => "known error of",
            CitationRole::Used => "used by",
        }
    }

    /// How it reads from the ticket: `uses KB-9`.
    #[must_use]
    pub fn asks(self) -> &'static str {
        match self {
            CitationRole::Relates => "relates to",
            CitationRole::Origin => "became",
            CitationRole::KnownError => "known error",
            CitationRole::Used => "used",
        }
    }

    /// The one of that word, spelt in any way.
    #[must_use]
    pub fn named(word: &str) -> Option<CitationRole> {
        let word = word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        CitationRole::ALL.into_iter().find(|role| role.word() == word || role.reads().replace(' ', "_") == word)
    }
}

/// What was decided about a field or paragraph that two people changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Which, as the conflict names it.
    pub what: String,
    /// What the other made of it, as it was seen: a wording that came later was not.
    pub theirs: Value,
    /// Whether mine stands in its place.
    pub mine: bool,
}

/// A change of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnowledgeCommand {
    /// Write a new article.
    Write {
        /// Its fields; `title` is needed.
        set: Content,
        /// What tickets are to it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cite: Vec<(TicketId, CitationRole)>,
    },
    /// Take in the pages of a folder: all of these or none.
    Import {
        /// The folder.
        from: String,
        /// The number of the first new article; refused where it is taken, since pages link to each other by numbers.
        next: ArticleId,
        /// What becomes of its pages.
        all: Vec<KnowledgeCommand>,
    },
    /// Give fields of an article new values; its body is merged by paragraph with what others made of it meanwhile.
    Edit {
        /// The article.
        on: ArticleTarget,
        /// The fields.
        set: Content,
        /// What was decided about what others changed too.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        settled: Vec<Decided>,
    },
    /// Move articles to another state of their life.
    Advance {
        /// The articles.
        on: Vec<ArticleId>,
        /// The state.
        to: String,
        /// By itself, when this time has come.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// Say that articles still hold: their review is due anew, what was flagged is settled.
    Review {
        /// The articles.
        on: Vec<ArticleId>,
        /// What was looked at, or why a flag needs nothing done.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        comment: String,
    },
    /// Let an article say again what an edition of it said.
    Restore {
        /// The article.
        on: ArticleTarget,
        /// The edition.
        edition: i64,
    },
    /// Say whether an article helped.
    Rate {
        /// The article.
        on: ArticleId,
        /// Whether it did.
        helped: bool,
        /// In words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        comment: String,
    },
    /// Say that something is wrong with an article: a task for its owner.
    Flag {
        /// The article.
        on: ArticleId,
        /// What is wrong.
        comment: String,
    },
    /// Note that an article helped to work tickets.
    Use {
        /// The article.
        on: ArticleId,
        /// The tickets, as they were seen.
        #[serde(deserialize_with = "seen")]
        tickets: Vec<Target>,
        /// Resolve them with it: what the transition demands, beside what the article gives.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolve: Option<Edit>,
        /// The state to which they are moved then; without one, the first in which they are done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// Open a ticket and resolve it with an article at once: what somebody asked was answered while they asked.
    Solve {
        /// The article.
        on: ArticleId,
        /// The ticket.
        open: Box<OpenTicket>,
        /// What the transition demands, beside what the article gives.
        #[serde(default, skip_serializing_if = "Edit::is_empty")]
        resolve: Edit,
    },
    /// Follow a runbook for a ticket: its steps come onto the checklist, those that stand there already stay.
    Follow {
        /// The article.
        on: ArticleId,
        /// The ticket.
        ticket: TicketId,
    },
    /// Attach a file to an article, or put another in the place of the one of that name.
    Attach {
        /// The article.
        on: ArticleId,
        /// Its name, without folders.
        name: String,
        /// Its media type, `image/png`.
        media: String,
        /// The file from which it comes, where it is imported.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// Its contents; the journal keeps their checksum.
        #[serde(skip)]
        bytes: Vec<u8>,
    },
    /// Take files of an article away. Their contents stay in the desk file, so that this can be undone.
    Detach {
        /// The article.
        on: ArticleId,
        /// Their names.
        names: Vec<String>,
    },
    /// Link articles and tickets.
    Cite {
        /// The article.
        on: ArticleId,
        /// What the tickets are to it.
        role: CitationRole,
        /// The tickets.
        tickets: Vec<TicketId>,
    },
    /// Take links between an article and tickets away.
    Uncite {
        /// The article.
        on: ArticleId,
        /// The tickets.
        tickets: Vec<TicketId>,
        /// What the tickets are to it; without one, whatever they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<CitationRole>,
    },
    /// Note the workaround of a known error on all open incidents that are linked to it.
    Tell {
        /// The article.
        on: ArticleId,
    },
    /// Note that a search found nothing.
    Missed {
        /// As they were typed.
        words: String,
    },
    /// Do what time brings: publish what is scheduled, call for the reviews that are due.
    Fall {
        /// By now.
        now: Timestamp,
    },
}

/// Tickets as they were seen. An outbox may hold a command from when they were numbers alone.
fn seen<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Target>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seen {
        Number(TicketId),
        Target(Target),
    }
    let all = Vec::<Seen>::deserialize(from)?;
    let target = |one| match one {
        Seen::Number(id) => Target::from(id),
        Seen::Target(target) => target,
    };
    Ok(all.into_iter().map(target).collect())
}

impl KnowledgeCommand {
    /// Its word in the journal.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            KnowledgeCommand::Write { .. } => "kb new",
            KnowledgeCommand::Import { .. } => "import",
            KnowledgeCommand::Edit { .. } => "kb edit",
            KnowledgeCommand::Advance { .. } => "kb move",
            KnowledgeCommand::Review { .. } => "kb review",
            KnowledgeCommand::Restore { .. } => "kb restore",
            KnowledgeCommand::Rate { .. } => "kb rate",
            KnowledgeCommand::Flag { .. } => "kb flag",
            KnowledgeCommand::Use { .. } => "kb use",
            KnowledgeCommand::Solve { .. } => "kb solve",
            KnowledgeCommand::Follow { .. } => "kb follow",
            KnowledgeCommand::Attach { .. } => "kb attach",
            KnowledgeCommand::Detach { .. } => "kb detach",
            KnowledgeCommand::Cite { .. } | KnowledgeCommand::Uncite { .. } => "kb link",
            KnowledgeCommand::Tell { .. } => "kb tell",
            KnowledgeCommand::Missed { .. } => "kb missed",
            KnowledgeCommand::Fall { .. } => "kb due",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_that_waits_since_before_versions_is_still_understood() {
        let old = r#"{"use":{"on":9,"tickets":[3,{"id":4,"version":7}],"resolve":{}}}"#;
        let command: KnowledgeCommand = serde_json::from_str(old).unwrap();
        let tickets = vec![TicketId(3).into(), Target { id: TicketId(4), version: Some(Seq(7)) }];
        let resolve = Some(Edit::new());
        assert_eq!(command, KnowledgeCommand::Use { on: ArticleId(9), tickets, resolve, to: None });
        let old = r#"{"uncite":{"on":9,"tickets":[3]}}"#;
        let command: KnowledgeCommand = serde_json::from_str(old).unwrap();
        assert_eq!(command, KnowledgeCommand::Uncite { on: ArticleId(9), tickets: vec![TicketId(3)], role: None });
    }
}
