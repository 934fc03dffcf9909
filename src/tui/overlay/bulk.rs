//! A change of many tickets before it is made: a table of before and after.

use crate::tui::effect::Wish;
use crate::tui::proposal::Proposal;

/// A change of many tickets before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulk {
    /// What somebody wants.
    pub wish: Wish,
    /// What the desk says to it.
    pub proposal: Proposal,
    /// Rows scrolled off its top.
    pub top: usize,
}
