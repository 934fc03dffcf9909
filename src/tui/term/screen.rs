//! The terminal as the loop holds it: entered, drawn on, lent, given back.

use std::io;
use std::path::Path;
use std::sync::mpsc::Sender;

use ratatui::{Frame, Terminal};

use super::capability::Capability;
use super::clipboard::{Clipboard, CopyError, CopyRoute};
use super::crash;
use super::event::TermEvent;
use super::input::Keyboard;
use super::session::Session;
use super::signals::Signals;
use super::tty;
use super::wire::{self, Wire};
use super::writer::{FrameWriter, Traffic};

/// The terminal, for as long as this lives. Dropping it gives the terminal back.
///
/// It belongs to the thread that opened it: a panic of that thread, and of no other, gives the terminal back.
/// When a method says that the terminal is gone, the loop does as on [`TermEvent::HangUp`], which may come later.
pub struct Screen {
    pub(super) keyboard: Keyboard,
    pub(super) signals: Signals,
    pub(super) session: Session,
    terminal: Terminal<Wire>,
    writer: FrameWriter,
}

/// What came of [`Screen::suspend`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspended {
    /// We were stopped, and go on. Draw.
    Resumed,
    /// There is no shell that could continue us (`xterm -e deskhand`), so that stopping would be the end.
    NoShell,
}

impl Screen {
    /// Takes the terminal. What happens there goes to `events`; reports of panics go to the folder `reports`.
    ///
    /// # Errors
    /// When there is no usable terminal, in the user's words; or when the system has no thread or pipe left.
    pub fn open<M>(events: Sender<M>, capability: &Capability, reports: &Path) -> io::Result<Screen>
    where
        M: From<TermEvent> + Send + 'static,
    {
        if let Some(unusable) = capability.unusable {
            return Err(io::Error::new(io::ErrorKind::Unsupported, unusable));
        }
        let session = Session::new(capability.wheel);
        let signals = Signals::start(events.clone(), session.clone())?;
        crash::install(session.clone(), reports.to_path_buf());
        let writer = FrameWriter::default();
        let terminal = Terminal::new(Wire::new(writer.clone(), tty::size(), capability.moves_rows))?;
        session.enter()?;
        let keyboard = Keyboard::start(events, capability.remote).inspect_err(|_| session.leave())?;
        Ok(Screen { keyboard, signals, session, terminal, writer })
    }

    /// Draws a frame: one write, or none if nothing changed.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        wire::draw(&mut self.terminal, view)?;
        self.writer.commit()
    }

    /// The window has another size, from the next frame on, which is a full one: on the way to this size, which may
    /// be the old one again, the window may have been smaller and lost what it showed.
    ///
    /// # Errors
    /// Never in practice: nothing is written before the next frame.
    pub fn resize(&mut self, columns: u16, rows: u16) -> io::Result<()> {
        self.terminal.backend_mut().resize(columns, rows);
        self.repaint()
    }

    /// Columns and rows of the next frame.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((0, 0), |size| (size.width, size.height))
    }

    /// The next frame is drawn in full: something else wrote on the screen.
    ///
    /// # Errors
    /// Never in practice: nothing is written before the next frame.
    pub fn repaint(&mut self) -> io::Result<()> {
        self.writer.discard();
        self.terminal.backend_mut().forget();
        self.terminal.clear()
    }

    /// Stops the process as ctrl-z should, and comes back when the shell continues it. Then draw: the next frame is
    /// a full one.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn suspend(&mut self) -> io::Result<Suspended> {
        if !has_shell() {
            return Ok(Suspended::NoShell);
        }
        let away = self.keyboard.let_go();
        self.session.leave();
        let stopped = self.signals.stop();
        self.session.enter()?;
        drop(away);
        self.refit()?;
        stopped.map(|()| Suspended::Resumed)
    }

    /// After [`TermEvent::Continue`]: asserts our modes again. The next frame is a full one.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        self.session.reassert()?;
        self.refit()
    }

    /// To call at once on [`TermEvent::Signal`] and [`TermEvent::HangUp`]: the loop is on its way out, and keeping
    /// drafts may take its time. Without it the process ends two seconds after the signal.
    pub fn acknowledge(&self) {
        self.signals.notice();
    }

    /// Puts `text` on the clipboard by the best way there is, and says which.
    ///
    /// # Errors
    /// When that way refused, with what to do about it.
    pub fn copy(&mut self, clipboard: &Clipboard, text: &str) -> Result<CopyRoute, CopyError> {
        clipboard.copy(text, |sequence| tty::write_all(tty::display(), sequence).map(drop))
    }

    /// Bytes, writes and frames so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.writer.traffic()
    }

    /// Takes the size as it is now, since nobody heard the resizes of a window that was not ours; then repaints.
    pub(super) fn refit(&mut self) -> io::Result<()> {
        let (columns, rows) = tty::size();
        self.resize(columns, rows)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // What is typed from here on is the shell's.
        let _away = self.keyboard.let_go();
        self.session.leave();
    }
}

/// Whether a shell controls our job. It gives each job a group of its own, so a group that is as old as the session
/// is nobody's job, and nobody would continue it.
fn has_shell() -> bool {
    let group = rustix::process::getpgrp();
    rustix::process::getsid(None).is_ok_and(|session| session != group)
}
