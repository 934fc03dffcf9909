//! What crosses the border: imports and exports.

pub mod csv;
pub mod demo;
pub mod file;
pub mod ics;
pub mod intake;
pub mod inventory;
pub mod markdown;
