//! The terminal, and the only user of rustix and signal-hook.
//!
//! People come for [`Screen`]: it enters the terminal, draws, lends the terminal to other programs, and gives it back
//! whole however the process ends. What happens at the terminal arrives as [`TermEvent`]s on the loop's own channel.
//!
//! Rules of this folder: never query the terminal (slow lines, tmux and old emulators answer late or not at all), one
//! `write(2)` a frame, nothing written when nothing changed, no wake-up when nothing happened.

mod capability;
mod child;
mod clipboard;
mod crash;
mod cursor;
mod decode;
mod event;
mod input;
mod screen;
mod session;
mod sgr;
mod shift;
mod signals;
mod tty;
mod wide;
mod wire;
mod writer;

pub use capability::{Capability, Colours, Glyphs, Unusable};
pub use child::{After, Lend, LendError, split_words};
pub use clipboard::{Clipboard, CopyError, CopyRoute};
pub use decode::{Decoder, Input};
pub use event::{Fatal, TermEvent};
pub use screen::{Screen, Suspended};
pub use tty::size;
pub use writer::Traffic;
