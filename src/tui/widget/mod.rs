//! What draws and edits and knows no desk.

pub mod editor;
pub mod marked;
pub mod wrap;
