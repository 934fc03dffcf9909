//! How it stands with the drive: what the screens show beside the desk's name, and the agent keeps up to date.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::lock::Holder;
use super::outbox::{Contents, Sending, Unreadable, Waiting};
use crate::desk::command::Author;
use crate::desk::time::Timestamp;
use crate::store::Access;
use crate::store::presence::{Doing, Present};

/// How it stands with the drive of a desk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Since when it has not answered, and why; `None` while it does.
    pub away: Option<Away>,
    /// When the local copy was known to be as new as the drive.
    pub fresh: Option<Timestamp>,
    /// Why the local copy is older than the desk although the drive answers; `None` while it is not.
    pub behind: Option<String>,
    /// Whom a command waits for.
    pub waiting_for: Option<Holder>,
    /// What waits in the outbox, oldest first.
    pub waiting: Vec<Waiting>,
    /// What lies there and can't be read.
    pub unreadable: Vec<Unreadable>,
    /// How far the drive's clock is before ours, in milliseconds, when that is more than a minute.
    pub clock_ahead: Option<i64>,
    /// How the desk differs from the one that this machine saw last, where it does.
    pub rewritten: Option<String>,
    /// Where the desk was moved, if it lies here no more.
    pub moved: Option<PathBuf>,
    /// The local copy in use, once it was made anew.
    pub(super) copy: Option<PathBuf>,
    /// Whether the local copy must be made anew.
    pub(super) copy_damaged: bool,
}

/// A drive that does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub why: String,
}

impl Standing {
    /// Takes in what lies in the outbox.
    pub(super) fn lies_there(&mut self, contents: Contents) {
        self.waiting = contents.waiting;
        self.unreadable = contents.unreadable;
    }
}

/// Tells from another thread that nobody waits any more: for the lock, or for the first local copy.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Stopped>);

#[derive(Debug, Default)]
struct Stopped {
    /// Whoever waits gives up what they wanted.
    given_up: AtomicBool,
    /// Whoever waits leaves, and wants it still.
    left: AtomicBool,
}

impl Stop {
    /// Whoever waits gives up.
    pub fn now(&self) {
        self.0.given_up.store(true, Ordering::Relaxed);
    }

    /// Whether it was told.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.0.given_up.load(Ordering::Relaxed)
    }

    /// Whoever waits for an answer of the drive leaves without it. A command that may wait does so in the outbox.
    pub fn leave(&self) {
        self.0.left.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_left(&self) -> bool {
        self.0.left.load(Ordering::Relaxed)
    }

    pub(super) fn forget(&self) {
        self.0.given_up.store(false, Ordering::Relaxed);
    }

    pub(super) fn flag(&self) -> &AtomicBool {
        &self.0.given_up
    }
}

/// A command on its way to the drive, as its author and the agent see it.
#[derive(Debug, Default)]
pub(super) struct Flight(Mutex<Way>);

#[derive(Debug, Default)]
enum Way {
    /// The agent has not come to it yet.
    #[default]
    Asked,
    /// The agent is at it, or was. Where its author has let it wait in the outbox meanwhile, it is marked there as being
    /// sent until the agent is done.
    Begun { _kept: Option<Sending> },
    /// Its author has let it wait in the outbox before the agent came to it.
    Withdrawn,
}

impl Flight {
    /// The agent comes to it; `false` when it need not any more.
    pub(super) fn begin(&self) -> bool {
        let mut way = locked(&self.0);
        let wanted = !matches!(*way, Way::Withdrawn);
        if wanted {
            *way = Way::Begun { _kept: None };
        }
        wanted
    }

    /// Its author waits no longer; `true` when the agent will not come to it.
    pub(super) fn withdraw(&self) -> bool {
        let mut way = locked(&self.0);
        let asked = !matches!(*way, Way::Begun { .. });
        if asked {
            *way = Way::Withdrawn;
        }
        asked
    }

    /// Marks it as being sent for as long as the agent is at it.
    pub(super) fn mark(&self, sending: Option<Sending>) {
        let mut way = locked(&self.0);
        if let Way::Begun { _kept } = &mut *way {
            *_kept = sending;
        }
    }
}

/// What the agent and those who use it share.
pub(super) struct Shared {
    standing: Mutex<Standing>,
    /// Said once each: what was sent, what was found.
    news: Mutex<Vec<String>>,
    /// Whoever waits for the lock gives up.
    pub(super) stop: Stop,
    /// Since when the agent works at the drive without a sign.
    busy: Mutex<Option<(Instant, Timestamp)>>,
    /// What whoever works here does, where others are to know.
    doing: Mutex<Option<Doing>>,
    /// Who else is here.
    here: Mutex<Vec<Present>>,
    /// Whether a look is under way or asked for.
    looking: AtomicBool,
    /// Whether the drive was found to be writable.
    writable: AtomicBool,
    me: Author,
}

impl Shared {
    pub(super) fn new(me: Author, stop: Stop) -> Shared {
        Shared {
            standing: Mutex::default(),
            news: Mutex::default(),
            stop,
            busy: Mutex::default(),
            doing: Mutex::default(),
            here: Mutex::default(),
            looking: AtomicBool::new(false),
            writable: AtomicBool::new(false),
            me,
        }
    }

    /// Who works here: whom others are told that they wait for.
    pub(super) fn me(&self) -> Author {
        self.me.clone()
    }

    pub(super) fn standing(&self) -> Standing {
        self.lock().clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.lock());
    }

    pub(super) fn tell(&self, text: String) {
        locked(&self.news).push(text);
    }

    pub(super) fn news(&self) -> Vec<String> {
        std::mem::take(&mut locked(&self.news))
    }

    /// The agent begins or goes on with something at the drive.
    pub(super) fn works(&self) {
        *locked(&self.busy) = Some((Instant::now(), now()));
    }

    /// The agent has nothing to do.
    pub(super) fn rests(&self) {
        *locked(&self.busy) = None;
    }

    /// Since when the agent has given no sign, where that is longer than `patience`.
    pub(super) fn silent_since(&self, patience: Duration) -> Option<Timestamp> {
        locked(&self.busy).filter(|(since, _)| since.elapsed() > patience).map(|(_, at)| at)
    }

    /// Notes what others are to know of whoever works here.
    pub(super) fn does(&self, doing: Doing) {
        *locked(&self.doing) = Some(doing);
    }

    pub(super) fn doing(&self) -> Option<Doing> {
        *locked(&self.doing)
    }

    pub(super) fn met(&self, here: Vec<Present>) {
        *locked(&self.here) = here;
    }

    pub(super) fn here(&self) -> Vec<Present> {
        locked(&self.here).clone()
    }

    pub(super) fn may_write(&self, access: Access) {
        self.writable.store(access == Access::Write, Ordering::Relaxed);
    }

    pub(super) fn access(&self) -> Access {
        if self.writable.load(Ordering::Relaxed) { Access::Write } else { Access::Read }
    }

    /// Whether a look may be asked for now: one at a time.
    pub(super) fn may_look(&self) -> bool {
        !self.looking.swap(true, Ordering::AcqRel)
    }

    pub(super) fn looked(&self) {
        self.looking.store(false, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        locked(&self.standing)
    }
}

/// What a panicking thread left behind is still a state of affairs.
fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The present. The agent is the store's own shell: it tells who holds a lock since when, not what is recorded.
pub(super) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
