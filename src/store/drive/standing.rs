//! How it stands with the drive: what the screens show beside the desk's name, and the agent keeps up to date.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::lock::Holder;
use super::outbox::Waiting;
use crate::desk::command::Author;
use crate::desk::time::Timestamp;

/// How it stands with the drive of a desk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Since when it has not answered, and why; `None` while it does.
    pub away: Option<Away>,
    /// When the local copy was known to be as new as the drive.
    pub fresh: Option<Timestamp>,
    /// Whom a command waits for.
    pub waiting_for: Option<Holder>,
    /// What waits in the outbox, oldest first.
    pub waiting: Vec<Waiting>,
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

/// What the agent and those who use it share.
pub(super) struct Shared {
    standing: Mutex<Standing>,
    /// Said once each: what was sent, what was found.
    news: Mutex<Vec<String>>,
    /// Whoever waits for the lock gives up.
    pub(super) stop: AtomicBool,
    /// Whether a look is under way or asked for.
    looking: AtomicBool,
    me: Author,
}

impl Shared {
    pub(super) fn new(me: Author) -> Shared {
        Shared {
            standing: Mutex::default(),
            news: Mutex::default(),
            stop: AtomicBool::new(false),
            looking: AtomicBool::new(false),
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
        self.news.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }

    pub(super) fn news(&self) -> Vec<String> {
        std::mem::take(&mut self.news.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a look may be asked for now: one at a time.
    pub(super) fn may_look(&self) -> bool {
        !self.looking.swap(true, Ordering::AcqRel)
    }

    pub(super) fn looked(&self) {
        self.looking.store(false, Ordering::Release);
    }

    /// What a panicking thread left behind is still a state of affairs.
    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
