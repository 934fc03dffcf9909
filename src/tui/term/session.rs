//! The hold on the terminal: the only place that knows which modes we turn on, and so how to turn them off.
//!
//! One pair of [`Session::enter`] and [`Session::leave`] serves start, exit, panic, fatal signals, suspension and
//! child programs, since a second way out is the one that forgets a mode.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use super::tty;

/// Alternate screen, bracketed paste, focus reports, the wheel as arrows; then an empty screen and no cursor.
///
/// The wheel mode (1007) is saved first: many terminals have it on by default, and `less` needs it after us.
const ENTER: &str = "\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[?1007s\x1b[?1007h\x1b[2J\x1b[H\x1b[?25l";
/// The same backwards, and plain text.
///
/// A frame that was cut off may have left an update open and margins set. The Linux console and the VT100 have no
/// alternate screen: there the shell goes on in an empty last row.
const LEAVE: &str = "\x1b[?2026l\x1b[r\x1b[0m\x1b[999H\x1b[K\x1b[?25h\x1b[?1007r\x1b[?1004l\x1b[?2004l\x1b[?1049l";
/// What a crashed editor may have left on: mouse reports, application keys, origin mode, margins, kitty's keyboard.
const MEND: &str = "\x1b[?1000;1002;1003;1006l\x1b[?1l\x1b>\x1b[?6l\x1b[r\x1b[<u\x1b[?7h";
/// How long a terminal that takes no more bytes may delay an emergency exit.
const PATIENCE: Duration = Duration::from_millis(200);

/// A handle to the process's hold on its terminal; clones are handles to the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Session {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    hold: Mutex<Hold>,
    /// Whether the wheel is left to the terminal.
    wheel_off: bool,
    /// How the terminal was when the process began, reachable without the lock.
    original: OnceLock<Termios>,
}

#[derive(Debug, Default)]
struct Hold {
    entered: bool,
    /// How the terminal was before we last entered.
    cooked: Option<Termios>,
}

impl Session {
    /// A session in which the wheel acts as the arrow keys, or does not.
    pub(super) fn new(wheel: bool) -> Session {
        Session { shared: Arc::new(Shared { wheel_off: !wheel, ..Shared::default() }) }
    }

    /// Takes the terminal. Does nothing when it is taken.
    ///
    /// # Errors
    /// When there is no terminal, or it is gone. Its modes are then as before.
    pub(super) fn enter(&self) -> io::Result<()> {
        let mut hold = self.hold();
        if hold.entered {
            return Ok(());
        }
        let cooked = tcgetattr(tty::keyboard())?;
        self.take(&mut hold, cooked, ENTER)
    }

    /// Takes the terminal back from a child program, which may have crashed and left any mode on.
    ///
    /// # Errors
    /// As [`Session::enter`].
    pub(super) fn reclaim(&self) -> io::Result<()> {
        let mut hold = self.hold();
        if hold.entered {
            return Ok(());
        }
        // Not what the child left, but what we had left to it.
        let cooked = hold.cooked.clone().map_or_else(|| tcgetattr(tty::keyboard()), Ok)?;
        self.take(&mut hold, cooked, &format!("{MEND}{ENTER}"))
    }

    /// Asserts our modes again after somebody stopped and continued us behind our back.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn reassert(&self) -> io::Result<()> {
        let mut hold = self.hold();
        match hold.cooked.clone().filter(|_| hold.entered) {
            Some(cooked) => self.take(&mut hold, cooked, ENTER),
            None => Ok(()),
        }
    }

    fn take(&self, hold: &mut Hold, cooked: Termios, modes: &str) -> io::Result<()> {
        let _ = self.shared.original.set(cooked.clone());
        let mut raw = cooked.clone();
        raw.make_raw();
        tcsetattr(tty::keyboard(), OptionalActions::Now, &raw)?;
        let modes = if self.shared.wheel_off { modes.replace("\x1b[?1007h", "\x1b[?1007l") } else { modes.to_owned() };
        if let Err(error) = tty::write_all(tty::display(), modes.as_bytes()) {
            tcsetattr(tty::keyboard(), OptionalActions::Now, &cooked)?;
            return Err(error);
        }
        *hold = Hold { entered: true, cooked: Some(cooked) };
        Ok(())
    }

    /// Gives the terminal back as it was. Does nothing when it is not taken, and never fails: there is nobody to tell.
    pub(super) fn leave(&self) {
        let mut hold = self.hold();
        if std::mem::take(&mut hold.entered) {
            give_back(hold.cooked.as_ref());
        }
    }

    /// Gives the terminal back from a thread that may not wait for the one which draws, since that one may be stuck.
    pub(super) fn abandon(&self) {
        match self.shared.hold.try_lock() {
            Ok(mut hold) => {
                if std::mem::take(&mut hold.entered) {
                    give_back(hold.cooked.as_ref());
                }
            }
            Err(_) => give_back(self.shared.original.get()),
        }
    }

    /// Whether the terminal is ours now.
    pub(super) fn entered(&self) -> bool {
        self.hold().entered
    }

    fn hold(&self) -> MutexGuard<'_, Hold> {
        // A poisoned lock still holds the modes to restore.
        self.shared.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes first, while output is still raw, then the line discipline. A terminal that takes no bytes is not waited for.
fn give_back(cooked: Option<&Termios>) {
    if tty::wait(tty::display(), PollFlags::OUT, Some(PATIENCE)).unwrap_or(false) {
        let _ = tty::write_all(tty::display(), LEAVE.as_bytes());
    }
    if let Some(cooked) = cooked {
        let _ = tcsetattr(tty::keyboard(), OptionalActions::Now, cooked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The private modes that `sequence` switches, with the letter that does it.
    fn modes(sequence: &str) -> Vec<(&str, char)> {
        sequence
            .split("\x1b[?")
            .skip(1)
            .filter_map(|rest| {
                let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
                Some((rest.get(..end)?, rest.get(end..)?.chars().next()?))
            })
            .collect()
    }

    #[test]
    fn without_an_alternate_screen_the_shell_goes_on_in_an_empty_last_row() {
        let mut console = vt100::Parser::new(5, 20, 0);
        let sitting =
            format!("{ENTER}\x1b[2;4rone\r\ntwo\x1b[5Hfooter\x1b[2H{LEAVE}$ ").replace("\x1b[?1049", "\x1b[?9999");
        console.process(sitting.as_bytes());
        let screen = console.screen();
        assert_eq!((screen.cursor_position(), screen.rows(0, 20).last().unwrap()), ((4, 2), String::from("$ ")));
    }

    #[test]
    fn leaving_undoes_every_mode_in_reverse_order() {
        let on: Vec<&str> = modes(ENTER).iter().filter(|(_, letter)| *letter == 'h').map(|(mode, _)| *mode).collect();
        let off: Vec<&str> = modes(LEAVE).iter().filter(|(_, letter)| *letter != 'h').map(|(mode, _)| *mode).collect();
        // 2026 is the writer's: a frame that was cut off must not freeze the terminal.
        assert_eq!(off.iter().rev().copied().filter(|mode| *mode != "2026").collect::<Vec<_>>(), on);
        assert!(modes(ENTER).contains(&("25", 'l')) && modes(LEAVE).contains(&("25", 'h')));
    }
}
