//! The Queue tab: views with counts, the list, the ticket.

mod state;
pub mod timeline;
pub mod view;

pub use state::{Pane, Queue, Shown, ViewRow};
