//! Signals become events of the loop; and when the loop does not answer, the process ends all the same, with its
//! terminal whole.

use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGSTOP, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::{Handle, Signals as Arrivals};
use signal_hook::low_level;

use super::event::{Fatal, TermEvent};
use super::session::Session;
use super::tty;

/// The loop has this long to take notice of a fatal signal.
const NOTICE: Duration = Duration::from_secs(2);
/// A closing terminal makes both the kernel and the shell send SIGHUP, and init systems send two signals at once: what
/// follows so closely is the same request, not an impatient second one.
const SAME_REQUEST: Duration = Duration::from_millis(300);
/// How long a stop that was asked for may take to happen.
const STOPPING: Duration = Duration::from_secs(1);

const FATAL: [Fatal; 4] = [
    Fatal { name: "SIGTERM", number: SIGTERM },
    Fatal { name: "SIGHUP", number: SIGHUP },
    Fatal { name: "SIGINT", number: SIGINT },
    Fatal { name: "SIGQUIT", number: SIGQUIT },
];

/// The thread that waits for signals, until this is dropped.
pub(super) struct Signals {
    watch: Arc<Watch>,
    handle: Handle,
}

#[derive(Default)]
struct Watch {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// When the first fatal signal came.
    doomed: Option<Instant>,
    /// The loop has taken notice of it.
    noticed: bool,
    /// A child program has the terminal.
    lent: bool,
    /// When one last had it.
    returned: Option<Instant>,
    /// We are about to stop ourselves.
    stopping: bool,
    /// We were continued since.
    continued: bool,
}

impl Watch {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the loop to take notice, but no longer than [`NOTICE`]; and says whether it did. Time with an editor
    /// does not count: ending now would leave the editor, and the text in it, without a terminal.
    fn is_noticed(&self) -> bool {
        let returned = self.changed.wait_while(self.state(), |state| state.lent);
        let state = returned.unwrap_or_else(PoisonError::into_inner);
        let noticed = self.changed.wait_timeout_while(state, NOTICE, |state| !state.noticed);
        noticed.unwrap_or_else(PoisonError::into_inner).0.noticed
    }
}

impl Signals {
    pub(super) fn start<M>(events: Sender<M>, session: Session) -> io::Result<Signals>
    where
        M: From<TermEvent> + Send + 'static,
    {
        let fatal = FATAL.iter().map(|fatal| fatal.number);
        let mut arrivals = Arrivals::new(fatal.chain([SIGTSTP, SIGCONT, SIGWINCH]))?;
        let handle = arrivals.handle();
        let watch = Arc::new(Watch::default());
        let receiver = Receiver { events, session, watch: Arc::clone(&watch) };
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in arrivals.forever() {
                receiver.receive(signal);
            }
        })?;
        Ok(Signals { watch, handle })
    }

    /// The loop has seen the fatal signal and is on its way out, however long keeping the drafts takes.
    pub(super) fn notice(&self) {
        self.watch.state().noticed = true;
        self.watch.changed.notify_all();
    }

    /// While the guard lives, a child program has the terminal: its ctrl-c is not ours, and its ctrl-z is.
    pub(super) fn lend(&self) -> Lent {
        self.watch.state().lent = true;
        Lent(Arc::clone(&self.watch))
    }

    /// Stops the process, or its whole group so that whoever waits for us notices, and returns when it goes on.
    pub(super) fn stop(&self) -> io::Result<()> {
        {
            let mut state = self.watch.state();
            (state.stopping, state.continued) = (true, false);
        }
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        // The stop may reach another thread first. Until it has come and gone nobody may touch the terminal.
        let waiting = |state: &mut State| !state.continued;
        let state = self.watch.changed.wait_timeout_while(self.watch.state(), STOPPING, waiting);
        state.unwrap_or_else(PoisonError::into_inner).0.stopping = false;
        Ok(())
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// See [`Signals::lend`].
pub(super) struct Lent(Arc<Watch>);

impl Drop for Lent {
    fn drop(&mut self) {
        let mut state = self.0.state();
        (state.lent, state.returned) = (false, Some(Instant::now()));
        drop(state);
        self.0.changed.notify_all();
    }
}

struct Receiver<M> {
    events: Sender<M>,
    session: Session,
    watch: Arc<Watch>,
}

impl<M: From<TermEvent> + Send + 'static> Receiver<M> {
    fn receive(&self, signal: i32) {
        match signal {
            SIGWINCH => {
                let (columns, rows) = tty::size();
                self.tell(TermEvent::Resize(columns, rows));
            }
            SIGTSTP if self.watch.state().lent => {
                // An editor's ctrl-z stops its group, and we are in it; the shell waits for us to stop as well.
                let _ = low_level::raise(SIGSTOP);
            }
            SIGTSTP => {
                self.tell(TermEvent::Suspend);
            }
            SIGCONT => self.go_on(),
            _ => {
                if let Some(fatal) = FATAL.into_iter().find(|fatal| fatal.number == signal) {
                    self.end(fatal);
                }
            }
        }
    }

    /// Whether there is still a loop to hear it.
    fn tell(&self, event: TermEvent) -> bool {
        self.events.send(M::from(event)).is_ok()
    }

    fn go_on(&self) {
        let mut state = self.watch.state();
        state.continued = true;
        self.watch.changed.notify_all();
        // Whoever stopped us on purpose, or lent the terminal, takes it back without being told.
        let expected = state.stopping || state.lent;
        drop(state);
        if !expected {
            self.tell(TermEvent::Continue);
        }
    }

    fn end(&self, fatal: Fatal) {
        let mut state = self.watch.state();
        // What ended the child may be heard here only after we have heard of its end.
        let childs = state.lent || state.returned.is_some_and(|moment| moment.elapsed() < SAME_REQUEST);
        if childs && matches!(fatal.number, SIGINT | SIGQUIT) {
            return;
        }
        match state.doomed {
            None => {
                state.doomed = Some(Instant::now());
                drop(state);
                if !self.tell(TermEvent::Signal(fatal)) {
                    die(&self.session, fatal);
                }
                self.insist(fatal);
            }
            Some(first) if first.elapsed() < SAME_REQUEST => {}
            Some(_) => {
                drop(state);
                die(&self.session, fatal);
            }
        }
    }

    /// Ends the process if the loop takes no notice.
    fn insist(&self, fatal: Fatal) {
        let (watch, session) = (Arc::clone(&self.watch), self.session.clone());
        let insist = move || {
            if !watch.is_noticed() {
                die(&session, fatal);
            }
        };
        if thread::Builder::new().name("last resort".to_owned()).spawn(insist).is_err() {
            die(&self.session, fatal);
        }
    }
}

/// Without destructors: they may wait for what has kept the loop from answering.
fn die(session: &Session, fatal: Fatal) -> ! {
    session.abandon();
    low_level::exit(fatal.exit_code())
}
