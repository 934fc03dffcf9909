//! Keys as people write them: one press ([`Key`]), or several in a row ([`Chord`]); and what they mean where.

mod chord;
mod keymap;
pub mod lint;

pub use chord::{Chord, ChordError, Code, Key};
pub use keymap::{Bound, Fault, Keymap, Meaning, Wanted};
