//! The terminal.
mod decode;
pub use decode::{Decoder, Input};
