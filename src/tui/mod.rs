//! The screens: one loop in Elm's shape.
//!
//! - [`key`]: presses and chords, as people write them.
//! - [`term`]: the terminal itself, and the only user of crossterm, rustix and signal-hook.

pub mod key;
pub mod term;
