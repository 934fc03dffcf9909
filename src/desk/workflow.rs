//! Where a ticket is in its life: the five phases into which the states of every workflow fall.

use serde::{Deserialize, Serialize};

/// What a state amounts to, whatever a desk calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Nobody has begun.
    New,
    /// Somebody works on it.
    Active,
    /// It waits for somebody or something.
    Waiting,
    /// The work is done; it can still come back.
    Done,
    /// It is over.
    Closed,
}

impl Phase {
    /// All, in the order of a ticket's life.
    pub const ALL: [Phase; 5] = [Phase::New, Phase::Active, Phase::Waiting, Phase::Done, Phase::Closed];

    /// Whether there is still work: new, active or waiting.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Phase::New | Phase::Active | Phase::Waiting)
    }

    /// Its number in the desk file, 0 to 4.
    #[must_use]
    pub fn code(self) -> i64 {
        match self {
            Phase::New => 0,
            Phase::Active => 1,
            Phase::Waiting => 2,
            Phase::Done => 3,
            Phase::Closed => 4,
        }
    }

    /// The phase with that number.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| phase.code() == code)
    }
}
