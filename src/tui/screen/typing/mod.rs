//! The filter line of a tab while it is typed.

pub mod view;

use crate::desk::query::Completion;
use crate::tui::widget::editor::Editor;

/// The line while it is typed.
#[derive(Clone, Debug)]
pub struct Typing {
    /// What is typed.
    pub editor: Editor,
    /// The filter before.
    pub before: String,
    /// The word that is being completed.
    pub completing: Option<Completing>,
    /// The filter of the past that is shown, counted from the newest.
    pub recall: Option<usize>,
}

impl Typing {
    /// The line with the filter as it is.
    #[must_use]
    pub fn new(filter: &str) -> Typing {
        Typing { editor: Editor::line(filter), before: filter.to_owned(), completing: None, recall: None }
    }
}

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
