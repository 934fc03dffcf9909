//! The Queue tab: views with counts, the list, the ticket.

pub mod columns;
mod diff;
pub mod hits;
mod plan;
mod shape;
pub mod sheet;
mod state;
pub mod timeline;
pub mod view;

pub use shape::narrowed;
pub use state::{Pane, Queue, Shown, TextUse, ViewRow};
