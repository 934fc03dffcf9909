//! The filter line while it is typed.

pub mod view;

use crate::desk::query::Completion;

/// A word of the filter that is being completed.
#[derive(Clone, Debug)]
pub struct Completing {
    /// What could be meant.
    pub completion: Completion,
    /// The candidate in the line.
    pub at: usize,
    /// The bytes that it takes there.
    pub range: std::ops::Range<usize>,
}
