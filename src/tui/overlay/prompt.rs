//! A prompt: one line of text asked for at the foot of the screen.

use crate::tui::widget::editor::Editor;

/// A line asked for.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What stands before the line.
    pub label: &'static str,
    /// What to do with it.
    pub purpose: Purpose,
    /// The line.
    pub field: Editor,
}

/// What a prompt's line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The number of a ticket to go to.
    Number,
    /// A day or time to go to.
    Day,
    /// The number of a link to follow.
    Link,
    /// A command to which the ticket's text is piped.
    Pipe,
}

impl Prompt {
    /// A prompt with nothing typed.
    #[must_use]
    pub fn new(label: &'static str, purpose: Purpose) -> Prompt {
        Prompt { label, purpose, field: Editor::line("") }
    }
}
