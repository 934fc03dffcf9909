//! Two people changed the same fields: what both had seen, theirs, mine.

use crate::desk::refusal::Conflict;
use crate::tui::effect::Wish;

/// Fields that two people changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contest {
    /// What I wanted.
    pub wish: Wish,
    /// What is in dispute.
    pub conflict: Conflict,
    /// Whose value each field gets.
    pub sides: Vec<Side>,
    /// The field under the cursor.
    pub at: usize,
}

/// Whose value a field gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What stands on the desk.
    Theirs,
    /// What I wanted.
    Mine,
}
