//! What the terminal and the system tell the loop.

use super::Input;

/// Something happened at the terminal. The loop's message type implements `From<TermEvent>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermEvent {
    /// A key, a paste, a change of focus.
    Input(Input),
    /// The window has this many columns and rows now: [`super::Screen::resize`].
    Resize(u16, u16),
    /// The process is asked to end. Keep the drafts, then exit with [`Fatal::exit_code`].
    Signal(Fatal),
    /// Another process asks us to stop: [`super::Screen::suspend`].
    Suspend,
    /// We were stopped without being asked, and go on: [`super::Screen::resume`]. Also comes with a hang-up.
    Continue,
    /// The terminal is gone. Keep the drafts and exit; drawing is of no use.
    HangUp,
}

/// A signal that ends the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fatal {
    /// As in `SIGTERM`.
    pub name: &'static str,
    /// The system's number for it.
    pub number: i32,
}

impl Fatal {
    /// What a shell expects of a process that a signal ended: 128 and the signal's number.
    #[must_use]
    pub const fn exit_code(self) -> i32 {
        128 + self.number
    }
}
