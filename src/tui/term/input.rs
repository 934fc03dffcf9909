//! The thread that reads the keyboard. It sleeps until there is something to read, and can be made to let go.
//!
//! crossterm's reader is not used: it spins when the terminal closes, loses keys when a resize comes with them, and
//! takes an arrow that the line cut in two for Esc and letters.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::decode::Decoder;
use super::event::TermEvent;
use super::tty;

/// How long the rest of a cut sequence may take on this machine.
const LOCAL_WAIT: Duration = Duration::from_millis(30);
/// The same over ssh.
const REMOTE_WAIT: Duration = Duration::from_millis(80);
/// A paste's packets may lie this many times farther apart.
const PASTE_PATIENCE: u32 = 10;

/// The reading thread, until this is dropped.
pub(super) struct Keyboard {
    turn: Arc<Turn>,
    wake: OwnedFd,
    thread: Option<JoinHandle<()>>,
}

/// Whose turn it is to read.
#[derive(Default)]
struct Turn {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Reading,
    /// Asked to let go of the keyboard.
    LettingGo,
    /// Another program reads.
    Away,
    /// Over: asked for, or the terminal hung up.
    Ended,
}

impl Turn {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.state() = state;
        self.changed.notify_all();
    }

    fn wait_while(&self, condition: impl Fn(State) -> bool) -> State {
        let guard = self.changed.wait_while(self.state(), |state| condition(*state));
        *guard.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keyboard {
    pub(super) fn start<M>(events: Sender<M>, remote: bool) -> io::Result<Keyboard>
    where
        M: From<TermEvent> + Send + 'static,
    {
        let (woken, wake) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
        let turn = Arc::new(Turn::default());
        let mut reader = Reader {
            events,
            decoder: Decoder::new(),
            woken,
            turn: Arc::clone(&turn),
            wait: if remote { REMOTE_WAIT } else { LOCAL_WAIT },
        };
        let thread = thread::Builder::new().name("keyboard".to_owned()).spawn(move || reader.run())?;
        Ok(Keyboard { turn, wake, thread: Some(thread) })
    }

    /// Returns when nobody here reads any more; until the guard is dropped every key is another program's.
    pub(super) fn let_go(&self) -> Away {
        let mut state = self.turn.state();
        if *state == State::Reading {
            *state = State::LettingGo;
            drop(state);
            self.nudge();
            self.turn.wait_while(|state| state == State::LettingGo);
        }
        Away(Arc::clone(&self.turn))
    }

    fn nudge(&self) {
        // A full pipe wakes as well.
        let _ = rustix::io::write(&self.wake, &[0]);
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        self.turn.set(State::Ended);
        self.nudge();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// See [`Keyboard::let_go`].
pub(super) struct Away(Arc<Turn>);

impl Drop for Away {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if *state == State::Away {
            *state = State::Reading;
            self.0.changed.notify_all();
        }
    }
}

struct Reader<M> {
    events: Sender<M>,
    decoder: Decoder,
    /// The end of the pipe that wakes us.
    woken: OwnedFd,
    turn: Arc<Turn>,
    wait: Duration,
}

/// What woke the reader.
enum Wake {
    Keys,
    /// The rest of a sequence did not come.
    Silence,
    /// Somebody wants us to look whose turn it is.
    Turn,
    Nothing,
    HangUp,
}

/// The loop or the terminal is gone.
struct Gone;

impl<M: From<TermEvent>> Reader<M> {
    fn run(&mut self) {
        while self.my_turn() {
            let done = match self.wake() {
                Wake::Keys => self.read(),
                Wake::Silence => {
                    let inputs = self.decoder.flush();
                    self.send(inputs.into_iter().map(TermEvent::Input))
                }
                Wake::Turn => {
                    let _ = rustix::io::read(&self.woken, &mut [0_u8; 16]);
                    Ok(())
                }
                Wake::Nothing => Ok(()),
                Wake::HangUp => Err(Gone),
            };
            if let Err(Gone) = done {
                let _ = self.send([TermEvent::HangUp]);
                self.turn.set(State::Ended);
            }
        }
    }

    /// Waits until it is our turn to read, or for ever not.
    fn my_turn(&self) -> bool {
        if *self.turn.state() == State::LettingGo {
            self.turn.set(State::Away);
        }
        self.turn.wait_while(|state| state == State::Away) != State::Ended
    }

    fn wake(&self) -> Wake {
        let patience = match (self.decoder.pending(), self.decoder.pasting()) {
            (false, _) => None,
            (true, false) => Some(self.wait),
            (true, true) => Some(self.wait * PASTE_PATIENCE),
        };
        let patience = patience.and_then(|wait| Timespec::try_from(wait).ok());
        let keyboard = PollFd::from_borrowed_fd(tty::keyboard(), PollFlags::IN);
        let mut fds = [keyboard, PollFd::from_borrowed_fd(self.woken.as_fd(), PollFlags::IN)];
        match poll(&mut fds, patience.as_ref()) {
            Ok(0) => Wake::Silence,
            Err(Errno::INTR) => Wake::Nothing,
            Err(_) => Wake::HangUp,
            Ok(_) => {
                let [keyboard, woken] = &fds;
                if !woken.revents().is_empty() {
                    Wake::Turn
                } else if keyboard.revents().contains(PollFlags::IN) {
                    Wake::Keys
                } else {
                    Wake::HangUp
                }
            }
        }
    }

    fn read(&mut self) -> Result<(), Gone> {
        let mut bytes = [0; 4096];
        match rustix::io::read(tty::keyboard(), &mut bytes) {
            Ok(0) => Err(Gone),
            Ok(count) => {
                let inputs = self.decoder.feed(bytes.get(..count).unwrap_or_default());
                self.send(inputs.into_iter().map(TermEvent::Input))
            }
            Err(Errno::INTR | Errno::AGAIN) => Ok(()),
            Err(_) => Err(Gone),
        }
    }

    fn send(&self, events: impl IntoIterator<Item = TermEvent>) -> Result<(), Gone> {
        events.into_iter().try_for_each(|event| self.events.send(M::from(event)).map_err(|_| Gone))
    }
}
