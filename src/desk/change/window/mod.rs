//! Windows: times in which work is wanted (maintenance) or forbidden (freeze), once or again and again.

mod command;
mod recurrence;
mod scope;
mod span;
#[cfg(test)]
mod tests;
mod wall;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::desk::id::WindowId;
use crate::desk::time::{DAY, Timestamp};

pub use command::{WindowCommand, WindowImport};
pub use recurrence::Recurrence;
pub(crate) use recurrence::wall;
pub use scope::Scope;
pub use span::Span;
pub use wall::Wall;

/// What a window is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WindowKind {
    /// Changes belong here.
    Maintenance,
    /// Changes do not happen here.
    Freeze,
}

impl WindowKind {
    /// Both.
    pub const ALL: [WindowKind; 2] = [WindowKind::Maintenance, WindowKind::Freeze];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            WindowKind::Maintenance => "maintenance",
            WindowKind::Freeze => "freeze",
        }
    }

    /// The kind that a word names.
    #[must_use]
    pub fn named(word: &str) -> Option<WindowKind> {
        WindowKind::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// A window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub kind: WindowKind,
    /// When it first begins, by the clock.
    pub starts: Wall,
    /// When it then ends, by the clock: every later one ends at the same time of day.
    pub ends: Wall,
    /// Whose clock.
    pub zone: Tz,
    /// How it comes again.
    #[serde(default)]
    pub recurrence: Recurrence,
    /// What it is about.
    pub scope: Scope,
    /// Why it is there.
    #[serde(default)]
    pub note: String,
    /// Where it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// The event that a window was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its UID, which never changes.
    pub uid: String,
    /// Its sequence number: a higher one is newer.
    pub sequence: i64,
    /// A checksum of the window as it came.
    pub digest: String,
}

/// A window as the desk keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptWindow {
    /// Its row.
    pub id: WindowId,
    /// The window.
    pub window: Window,
}

impl Window {
    /// Makes sure that it can be.
    ///
    /// # Errors
    /// A sentence saying what is wrong.
    pub fn check(&self) -> Result<(), String> {
        if self.name.trim().is_empty() {
            return Err(String::from("a window needs a name"));
        }
        if self.name.chars().any(char::is_control) {
            return Err(String::from("a window's name is one line of text, without control characters"));
        }
        if !(self.starts.is_sensible() && self.ends.is_sensible()) {
            return Err(String::from("a window lies between the years 1900 and 2200"));
        }
        if self.ends <= self.starts {
            return Err(format!("it would end at {}, before it begins at {}", self.ends.shown(), self.starts.shown()));
        }
        if self.ends.since(self.starts) > 366 * DAY {
            return Err(String::from("a window is a year long at most"));
        }
        self.recurrence.check(self.starts)
    }

    /// When it is, as far as that lies in `within` at least in part, in order.
    ///
    /// # Errors
    /// A sentence, when its rule can't be worked out.
    pub fn occurrences(&self, within: Span) -> Result<Vec<Span>, String> {
        let length = self.ends.since(self.starts);
        // By the clock a day more on both sides: no zone is farther from another.
        let from = Wall::of(within.from, self.zone).plus(-length - DAY);
        let until = Wall::of(within.until, self.zone).plus(DAY);
        let starts = self
            .recurrence
            .starts(self.starts, from, until)
            .map_err(|why| format!("the window '{}': {why}", self.name))?;
        let spans = starts
            .into_iter()
            .map(|start| Span { from: start.instant(self.zone), until: start.plus(length).instant(self.zone) });
        Ok(spans.filter(|span| span.from < span.until && span.overlaps(within)).collect())
    }

    /// The one that is now or comes next, within two years.
    ///
    /// # Errors
    /// As [`Window::occurrences`].
    pub fn next(&self, now: Timestamp) -> Result<Option<Span>, String> {
        for (from, days) in [(0, 40), (40, 690)] {
            let from = now.plus(from * DAY);
            let found = self.occurrences(Span { from, until: from.plus(days * DAY) })?;
            if let Some(span) = found.into_iter().find(|span| span.until > now) {
                return Ok(Some(span));
            }
        }
        Ok(None)
    }

    /// The instants between which it lies as a whole; no end for one that goes on.
    #[must_use]
    pub fn extent(&self) -> (Timestamp, Option<Timestamp>) {
        // Clocks may be changed by law after this was written down: a day more on both sides.
        let last = (!self.recurrence.comes_again()).then(|| self.ends.instant(self.zone).plus(DAY));
        (self.starts.instant(self.zone).plus(-DAY), last)
    }
}
