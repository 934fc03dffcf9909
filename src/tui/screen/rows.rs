//! The rows of a list as they are held: read page by page, with a cursor that stays on its record, marks and a range.

use std::collections::BTreeMap;

/// The cursor asks for more rows this far before the end of those held.
const AHEAD: usize = 60;

/// A row of a list.
pub trait Row {
    /// What tells it from the others.
    type Key: Clone + Ord + std::fmt::Debug;

    /// That of this one.
    fn key(&self) -> Self::Key;

    /// What it is called.
    fn name(&self) -> String;
}

/// Rows of a list, and a place where it goes on.
#[derive(Debug)]
pub struct Rows<R: Row, P> {
    /// The rows held.
    pub held: Vec<R>,
    /// Where the list goes on behind them, if it does.
    pub next: Option<P>,
    /// The row under the cursor.
    pub cursor: usize,
    /// The record that was looked at last, where the rows do not hold it: then the cursor rests on nothing.
    pub away: Option<(R::Key, String)>,
    /// The first row on the screen.
    pub top: usize,
    /// The marked records, with what they are called.
    pub marks: BTreeMap<R::Key, String>,
    /// Where a range began.
    pub range: Option<usize>,
    /// Whether the list was never answered yet.
    pub loading: bool,
    /// Whether it has been awaited for so long that it is said.
    pub slow: bool,
    /// Why it could not be read.
    pub failed: Option<String>,
    /// The record to which the cursor goes when the list comes.
    pub goal: Option<R::Key>,
    /// Whether the cursor goes to the end when the list comes.
    pub to_end: bool,
    /// Whether more rows are on their way.
    pub extending: bool,
}

impl<R: Row, P> Default for Rows<R, P> {
    fn default() -> Rows<R, P> {
        Rows {
            held: Vec::new(),
            next: None,
            cursor: 0,
            away: None,
            top: 0,
            marks: BTreeMap::new(),
            range: None,
            loading: false,
            slow: false,
            failed: None,
            goal: None,
            to_end: false,
            extending: false,
        }
    }
}

impl<R: Row, P> Rows<R, P> {
    /// The row under the cursor.
    #[must_use]
    pub fn here(&self) -> Option<&R> {
        self.held.get(self.cursor).filter(|_| self.away.is_none())
    }

    /// Where a record stands.
    #[must_use]
    pub fn find(&self, key: &R::Key) -> Option<usize> {
        self.held.iter().position(|row| row.key() == *key)
    }

    /// Forgets the rows: those of another list come.
    pub fn clear(&mut self) {
        self.held.clear();
        (self.cursor, self.away, self.top, self.range, self.next) = (0, None, 0, None, None);
    }

    /// Awaits the list from its beginning.
    pub fn awaited(&mut self) {
        (self.loading, self.slow, self.failed, self.extending) = (true, false, None, false);
    }

    /// It will not come.
    pub fn fails(&mut self, why: String) {
        self.failed = Some(why);
        (self.loading, self.extending, self.to_end) = (false, false, false);
    }

    /// Puts the cursor on the record that is looked at, or on nothing, so that back in the list no key is for another.
    pub fn follow(&mut self, key: &R::Key, name: &str, height: usize) {
        match self.find(key) {
            Some(row) if row != self.cursor || self.away.is_some() => self.go(row, height),
            Some(_) => {}
            None => self.away = Some((key.clone(), name.to_owned())),
        }
    }

    /// Takes a page. The cursor stays on its record, or in its place where that is gone.
    pub fn take(&mut self, rows: Vec<R>, next: Option<P>, goes_on: bool, height: usize) {
        let away = self.away.take();
        let on = match &away {
            Some((key, _)) => Some(key.clone()),
            None => self.held.get(self.cursor).map(Row::key),
        };
        let anchor = self.range.and_then(|from| self.held.get(from)).map(Row::key);
        let offset = self.cursor.saturating_sub(self.top);
        let fresh = std::mem::take(&mut self.loading);
        self.failed = None;
        match goes_on {
            // An answer to what nobody waits for any more.
            true if !self.extending => {
                self.away = away;
                return;
            }
            true => self.held.extend(rows),
            false => self.held = rows,
        }
        self.next = next;
        self.extending = false;
        self.range = anchor.and_then(|key| self.find(&key));
        let goal = if fresh { self.goal.take().or(away.as_ref().map(|(key, _)| key.clone())) } else { on };
        let found = goal.and_then(|key| self.find(&key));
        // A list read from its beginning begins there; one read again stays as it is.
        self.away = away.filter(|_| found.is_none() && !fresh);
        let last = self.held.len().saturating_sub(1);
        self.cursor = found.unwrap_or(if fresh { 0 } else { self.cursor }).min(last);
        if std::mem::take(&mut self.to_end) {
            (self.cursor, self.away) = (last, None);
        }
        if self.top > 0 {
            self.top = self.cursor.saturating_sub(offset);
        }
        self.settle(height);
    }

    /// Where to read on, if the cursor nears the end of the rows held.
    pub fn reads_on(&mut self) -> Option<&P> {
        let below = self.held.len().saturating_sub(self.cursor + 1);
        if self.extending || below >= AHEAD {
            return None;
        }
        self.extending = self.next.is_some();
        self.next.as_ref()
    }

    /// Moves the cursor by rows; from nothing, the first step comes back to where the list was left.
    pub fn step(&mut self, by: isize, height: usize) {
        let by = if self.away.is_some() { 0 } else { by };
        self.go(self.cursor.saturating_add_signed(by), height);
    }

    /// Puts the cursor on a row.
    pub fn go(&mut self, row: usize, height: usize) {
        self.away = None;
        self.cursor = row.min(self.held.len().saturating_sub(1));
        self.settle(height);
    }

    /// Keeps the cursor on the screen.
    pub fn settle(&mut self, height: usize) {
        self.top = self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(height.max(1)));
    }

    /// Marks the record under the cursor, or no longer.
    pub fn mark(&mut self) {
        if let Some((key, name)) = self.here().map(|row| (row.key(), row.name()))
            && self.marks.remove(&key).is_none()
        {
            self.marks.insert(key, name);
        }
    }

    /// Marks the rows held, or none where all of them are.
    pub fn mark_all(&mut self) {
        if self.held.iter().all(|row| self.marks.contains_key(&row.key())) {
            self.marks.clear();
        } else {
            self.marks.extend(self.held.iter().map(|row| (row.key(), row.name())));
        }
    }

    /// Marks the rows from where the range began to the cursor.
    pub fn mark_range(&mut self) {
        if let Some(from) = self.range.take() {
            let (a, b) = (from.min(self.cursor), from.max(self.cursor));
            self.marks.extend(self.held.iter().skip(a).take(b - a + 1).map(|row| (row.key(), row.name())));
        }
    }

    /// Whether a row is marked, or lies in the range.
    #[must_use]
    pub fn is_marked(&self, at: usize, row: &R) -> bool {
        let range = self.range.map(|from| (from.min(self.cursor), from.max(self.cursor)));
        self.marks.contains_key(&row.key()) || range.is_some_and(|(a, b)| (a..=b).contains(&at))
    }

    /// How many of the marked records the rows do not hold.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.marks.keys().filter(|key| self.find(key).is_none()).count()
    }
}
