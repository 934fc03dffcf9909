//! Keys as people write them: one press ([`Key`]), or several in a row ([`Chord`]); and what they mean where.

mod chord;
pub mod resolve;

pub use chord::{Chord, ChordError, Code, Key};
