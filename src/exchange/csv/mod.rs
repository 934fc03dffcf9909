//! CSV in: from a file of another service desk to tickets with their histories, as a [`Map`] says.
//!
//! [`read`] is the way in; what it gives has not met any desk yet. [`cell`] is what every CSV that we write goes through.

mod bind;
mod bytes;
mod cell;
mod chronicle;
mod convert;
mod dates;
mod error;
mod grid;
mod incoming;
mod journal;
mod log;
mod map;
mod notes;
mod origin;
mod preset;
mod read;
mod rejects;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod witnesses;

pub use cell::cell;
pub use dates::{DateOrder, Day, Written};
pub use error::ImportError;
pub use grid::{Grid, grid};
pub use incoming::{Declared, Incoming, IncomingEntry, Past, Phase, Progress, Rejected, Source, Typed};
pub use map::{Columns, Map, plain};
pub use preset::{PRESETS, Preset, preset};
pub use read::read;
pub use rejects::{rejected_path, write_rejected};
