//! What draws and edits and knows no desk.

pub mod editor;
pub mod wrap;
