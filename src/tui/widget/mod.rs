//! What draws and edits and knows no desk.

pub mod border;
pub mod editor;
pub mod grid;
pub mod marked;
pub mod prose;
pub mod strip;
pub mod wrap;
