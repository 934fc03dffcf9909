//! Keys as people write them: one press ([`Key`]), or several in a row ([`Chord`]).

mod chord;

pub use chord::{Chord, ChordError, Code, Key};
