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

/// A filter for tickets as it is meant: while it is typed, the word at its end may go on.
#[must_use]
pub fn meant(filter: &str, typed: bool) -> String {
    let last = filter.rsplit(char::is_whitespace).next().unwrap_or_default();
    let open = typed && !last.is_empty() && last.chars().all(char::is_alphanumeric) && last != "or";
    if open { format!("{filter}*") } else { filter.to_owned() }
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
