//! The Changes tab: changes, releases, windows and freezes by month, week, day and as an agenda; moved and stretched in time.

mod agenda;
mod cell;
mod day;
mod grab;
mod month;
mod preview;
mod state;
mod time;
pub mod view;
mod week;

pub use cell::when;
pub use grab::Grab;
pub use state::{Changes, Item};
pub use time::{Face, hour_of, shifted};

use crate::tui::model::Model;

/// Rows above those on which the cursor can be.
#[must_use]
pub fn head(model: &Model) -> usize {
    match model.changes.face {
        Face::Month | Face::Agenda => 0,
        Face::Week => week::HEAD,
        Face::Day => day::head(model),
    }
}
