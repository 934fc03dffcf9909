//! The CMDB tab: classes with counts, the list, the CI: its record, its relations, what it takes along, what happened to it.

pub mod classes;
mod history;
mod impact;
pub mod list;
mod record;
mod relations;
mod state;
pub mod text;
pub mod view;

pub use state::{Cmdb, Face, MOST, PAGE, Pane, Shown, Want, hides_gone, read};
