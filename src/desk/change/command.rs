//! What can be done with a change besides editing and moving it, as plain data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::desk::change::approval::Verdict;
use crate::desk::command::Target;
use crate::desk::id::{CabId, PersonId, TicketId};
use crate::desk::time::Timestamp;

/// Something done with a change or a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeCommand {
    /// Answer questions about its risk.
    Answer {
        /// The change.
        on: TicketId,
        /// Questions with their answers; none goes back to what the desk itself says.
        answers: BTreeMap<String, Option<String>>,
    },
    /// Work out its risk anew, from what the desk knows today.
    Reassess {
        /// The changes.
        on: Vec<TicketId>,
    },
    /// Say who works on it besides its assignee.
    Implementers {
        /// The change.
        on: TicketId,
        /// Who comes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        add: Vec<PersonId>,
        /// Who goes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<PersonId>,
    },
    /// Approve or reject it.
    Vote {
        /// The changes, as they were seen.
        on: Vec<Target>,
        /// What.
        verdict: Verdict,
        /// Why; a rejection demands it.
        comment: Option<String>,
    },
    /// Let somebody else approve in one's place.
    Delegate {
        /// The change.
        on: TicketId,
        /// In whose place, where that is not the author; it takes a lead.
        from: Option<PersonId>,
        /// Who.
        to: PersonId,
    },
    /// Live with conflicts of its planned time.
    Override {
        /// The change.
        on: TicketId,
        /// Which, as they were seen: their identities.
        conflicts: Vec<String>,
        /// Why.
        why: String,
    },
    /// Begin the work.
    Start {
        /// The change.
        on: Target,
        /// Why now, where something speaks against it.
        anyway: Option<String>,
    },
    /// Work on a step of its checklist.
    Step {
        /// The change.
        on: TicketId,
        /// The step's position, counted from 1.
        position: i64,
        /// Whether it is done, or only begun.
        done: bool,
        /// When, where that was not now.
        at: Option<Timestamp>,
        /// What happened.
        note: Option<String>,
    },
    /// End the work: it is done.
    Finish {
        /// The change.
        on: Target,
        /// How it went: a resolution code.
        code: String,
        /// In words.
        resolution: Option<String>,
    },
    /// End the work: it was taken back.
    BackOut {
        /// The change.
        on: Target,
        /// Why.
        why: String,
    },
    /// Look back at it.
    Review {
        /// The change.
        on: TicketId,
        /// What it teaches.
        lessons: Option<String>,
        /// Incidents that it caused.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        caused: Vec<TicketId>,
    },
    /// A meeting of the CAB.
    Cab(CabCommand),
}

/// What happens with a meeting of the CAB.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CabCommand {
    /// Call it.
    Call {
        /// When.
        at: Timestamp,
        /// What it is called.
        title: String,
        /// Who comes.
        members: Vec<PersonId>,
        /// The query from which its agenda comes.
        query: String,
        /// What is on it.
        agenda: Vec<TicketId>,
    },
    /// Change its agenda or its members.
    Arrange {
        /// The meeting.
        cab: CabId,
        /// Changes that come onto it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        add: Vec<TicketId>,
        /// Changes that go.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<TicketId>,
        /// Who comes too.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        join: Vec<PersonId>,
        /// Who does not come.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        leave: Vec<PersonId>,
    },
    /// Decide about an item.
    Decide {
        /// The meeting.
        cab: CabId,
        /// The change.
        on: TicketId,
        /// What; nothing while only notes are taken.
        decision: Option<Decision>,
        /// Notes on it; a rejection demands them.
        notes: Option<String>,
    },
    /// End it.
    Close {
        /// The meeting.
        cab: CabId,
    },
}

/// What a meeting decides about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// Another time.
    Defer,
}

impl Decision {
    /// All decisions.
    pub const ALL: [Decision; 3] = [Decision::Approve, Decision::Reject, Decision::Defer];

    /// Its word in the desk file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Decision::Approve => "approve",
            Decision::Reject => "reject",
            Decision::Defer => "defer",
        }
    }

    /// What was decided, for people.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Decision::Approve => "approved",
            Decision::Reject => "rejected",
            Decision::Defer => "deferred",
        }
    }

    /// The decision of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Decision> {
        Decision::ALL.into_iter().find(|decision| decision.word() == word)
    }
}

impl ChangeCommand {
    /// Its word in the journal.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            ChangeCommand::Answer { .. } | ChangeCommand::Reassess { .. } => "risk",
            ChangeCommand::Implementers { .. } => "implementers",
            ChangeCommand::Vote { verdict, .. } => verdict.word(),
            ChangeCommand::Delegate { .. } => "delegate",
            ChangeCommand::Override { .. } => "override",
            ChangeCommand::Start { .. } => "start",
            ChangeCommand::Step { .. } => "step",
            ChangeCommand::Finish { .. } => "finish",
            ChangeCommand::BackOut { .. } => "backout",
            ChangeCommand::Review { .. } => "review",
            ChangeCommand::Cab(_) => "cab",
        }
    }
}
