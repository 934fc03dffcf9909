//! A stretch of time, its end not part of it.

use serde::{Deserialize, Serialize};

use crate::desk::time::Timestamp;

/// From an instant until before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant that is no longer part of it.
    pub until: Timestamp,
}

impl Span {
    /// Whether both share an instant: what ends when the other begins does not.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.from < other.until && other.from < self.until && self.from < self.until && other.from < other.until
    }

    /// Whether all of the other lies in it.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    /// The time that both share.
    #[must_use]
    pub fn shared(self, other: Span) -> Option<Span> {
        self.overlaps(other).then(|| Span { from: self.from.max(other.from), until: self.until.min(other.until) })
    }
}
