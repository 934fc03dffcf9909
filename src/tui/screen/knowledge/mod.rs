//! The Knowledge tab: views and search, the list with why each was found, the article: its text, what it is linked to, what it
//! said before, what happened to it.

pub mod hand;
mod head;
mod links;
pub mod list;
mod state;
pub mod text;
mod versions;
pub mod view;

pub use crate::tui::inquiry::knowledge::View;
pub use state::{Face, Knowledge, PAGE, Pane, Shown, Want};
