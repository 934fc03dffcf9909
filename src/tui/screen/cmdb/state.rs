//! What the CMDB tab knows: the classes, the rows around the cursor, the CI shown and what of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::cmdb::query::parse;
use crate::desk::cmdb::{CiIs, CiQuery, CiTarget, CiTerm, Common, Model, Phase};
use crate::desk::id::CiId;
use crate::desk::query::{Expr, QueryError};
use crate::desk::rules::Rules;
use crate::store::{CiCursor, Reach, Related};
use crate::tui::inquiry::{Happening, Inquiry, Listed, Reached, Record};
use crate::tui::screen::cmdb::text::Spot;
use crate::tui::screen::typing::Typing;

/// How many rows are read at once.
pub const PAGE: usize = 200;
/// How many are read at most to go to the end of a list.
pub const MOST: usize = 5_000;
/// The cursor asks for more rows this far before the end of those held.
const AHEAD: usize = 60;
/// Failure is followed over so many relations, unless somebody says otherwise.
pub const DEPTH: u32 = 10;

/// A part of the tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The classes.
    #[default]
    Classes,
    /// The list.
    List,
    /// The CI.
    Ci,
}

/// What of a CI is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// Its fields, health, tickets.
    #[default]
    Record,
    /// What it is related to.
    Relations,
    /// What fails with it, or what it needs.
    Impact,
    /// What happened to it.
    History,
}

impl Face {
    /// All, in their order.
    pub const ALL: [Face; 4] = [Face::Record, Face::Relations, Face::Impact, Face::History];

    /// What it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Face::Record => "Record",
            Face::Relations => "Relations",
            Face::Impact => "Impact",
            Face::History => "History",
        }
    }

    /// The next one, or the one before, round the ends.
    #[must_use]
    pub fn turned(self, by: isize) -> Face {
        let count = isize::try_from(Face::ALL.len()).unwrap_or(1);
        let at = Face::ALL.iter().position(|face| *face == self).unwrap_or(0);
        let at = isize::try_from(at).unwrap_or(0);
        let next = usize::try_from((at + by).rem_euclid(count)).unwrap_or(0);
        Face::ALL.get(next).copied().unwrap_or_default()
    }
}

/// What is wanted of a CI as soon as its record comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// To be edited, in this field alone or in all.
    Edit(Option<String>),
    /// To be related to another.
    Relate,
    /// To say how many of what it needs must stand.
    Need,
    /// To be handed out.
    CheckOut,
    /// To have one of its fields explained.
    Why,
}

/// The CI shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its record.
    pub record: Record,
    /// What happened to it, once asked for.
    pub history: Option<Vec<Happening>>,
}

impl Shown {
    /// Which CI.
    #[must_use]
    pub fn id(&self) -> CiId {
        self.record.sheet.ci.id
    }
}

/// The state of the CMDB tab.
#[derive(Debug, Default)]
pub struct Cmdb {
    /// Whether it was ever looked at.
    pub visited: bool,
    /// The pane that has the keys.
    pub pane: Pane,
    /// Whether the pane fills the screen.
    pub zoomed: bool,
    /// How many CIs there are of each class and phase.
    pub counts: Vec<(String, Phase, i64)>,
    /// The class shown; empty is every one.
    pub class: String,
    /// The classes whose folding is not the usual.
    pub turned: BTreeSet<String>,
    /// The filter as applied.
    pub filter: String,
    /// The filter line while it is typed.
    pub typing: Option<Typing>,
    /// What is wrong with the filter.
    pub filter_error: Option<String>,
    /// The rows held.
    pub rows: Vec<Listed>,
    /// Where the list goes on behind them, if it does.
    pub next: Option<CiCursor>,
    /// How many CIs the list has, once counted.
    pub total: Option<i64>,
    /// How many fit in all classes, where none of the one shown does.
    pub elsewhere: Option<i64>,
    /// The row under the cursor.
    pub cursor: usize,
    /// The CI that was looked at last, where the rows do not hold it: then the cursor rests on nothing.
    pub away: Option<(CiId, String)>,
    /// The first row on the screen.
    pub top: usize,
    /// The marked CIs, with what they are called.
    pub marks: BTreeMap<CiId, String>,
    /// Where a range began.
    pub range: Option<usize>,
    /// Whether the list was never answered yet.
    pub loading: bool,
    /// Whether it has been awaited for so long that it is said.
    pub slow: bool,
    /// Why the list could not be read.
    pub failed: Option<String>,
    /// The CI to which the cursor goes when the list comes.
    pub goal: Option<CiId>,
    /// Whether the cursor goes to the end when the list comes.
    pub to_end: bool,
    /// Whether more rows are on their way.
    pub extending: bool,
    /// Whether a CI is awaited, to be looked at as soon as it comes.
    pub going: bool,
    /// What is wanted of the CI awaited.
    pub want: Option<Want>,
    /// The CI shown.
    pub shown: Option<Shown>,
    /// What of it.
    pub face: Face,
    /// The CIs on the way to it.
    pub walk: Vec<(CiId, String)>,
    /// Rows scrolled off the top of what is shown.
    pub scroll: usize,
    /// What the cursor in it stands on.
    pub spot: Option<Spot>,
    /// Folds that are not as usual, by key.
    pub folds: BTreeSet<String>,
    /// The relations of CIs unfolded in place.
    pub branches: BTreeMap<CiId, Vec<Related>>,
    /// What is reached, once asked for.
    pub reached: Option<Reached>,
    /// Which way the impact goes.
    pub reach: Option<Reach>,
    /// Over how many relations; 0 is the usual.
    pub depth: u32,
}

/// Reads a filter for CIs.
///
/// # Errors
/// What is wrong with it.
pub fn read(filter: &str, model: &Model) -> Result<CiQuery, QueryError> {
    parse(filter, model)
}

impl Cmdb {
    /// The class shown, the root where none was chosen.
    #[must_use]
    pub fn class<'a>(&'a self, model: &'a Model) -> &'a str {
        if model.classes.get(&self.class).is_some() { &self.class } else { Cmdb::root(model) }
    }

    /// The class that all are of.
    #[must_use]
    pub fn root(model: &Model) -> &str {
        model.classes.all().first().map_or("", |class| class.name.as_str())
    }

    /// What the list shows: the class, narrowed by the filter; what is gone only where it is asked for.
    ///
    /// # Errors
    /// What is wrong with the filter.
    pub fn query(&self, model: &Model) -> Result<CiQuery, QueryError> {
        self.query_in(self.class(model), model)
    }

    /// What the filter finds in a class.
    ///
    /// # Errors
    /// What is wrong with the filter.
    pub fn query_in(&self, class: &str, model: &Model) -> Result<CiQuery, QueryError> {
        let CiQuery { filter, sort } = read(&self.filter, model)?;
        let mut parts = Vec::new();
        if model.classes.get(class).is_some_and(|class| class.parent.is_some()) {
            parts.push(Expr::Term(CiTerm::Class(vec![class.to_owned()])));
        }
        if !filter.as_ref().is_some_and(asks_for_phase) {
            parts.push(Expr::Term(CiTerm::Is(vec![CiIs::Present])));
        }
        parts.extend(filter);
        Ok(CiQuery { filter: Expr::all(parts), sort })
    }

    /// The CI under the cursor, or shown.
    #[must_use]
    pub fn current(&self) -> Option<CiId> {
        match (self.pane, &self.shown) {
            (Pane::Ci, Some(shown)) => Some(shown.id()),
            (Pane::List, _) => self.here().map(|listed| listed.row.id),
            _ => None,
        }
    }

    /// The row under the cursor of the list.
    #[must_use]
    pub fn here(&self) -> Option<&Listed> {
        self.rows.get(self.cursor).filter(|_| self.away.is_none())
    }

    /// Puts the cursor of the list on the CI that is looked at, or on nothing, so that back in it no key is for another.
    pub fn follow(&mut self, height: usize) {
        let Some(shown) = self.shown.as_ref().filter(|_| self.pane == Pane::Ci) else { return };
        match self.rows.iter().position(|listed| listed.row.id == shown.id()) {
            Some(row) if row != self.cursor || self.away.is_some() => self.go(row, height),
            Some(_) => {}
            None => self.away = Some((shown.id(), shown.record.sheet.ci.name.clone())),
        }
    }

    /// The CIs that an action is for: the marked ones, else the one under the cursor or shown.
    #[must_use]
    pub fn targets(&self) -> Vec<CiId> {
        match self.marks.is_empty() || self.pane == Pane::Ci {
            true => self.current().into_iter().collect(),
            false => self.marks.keys().copied().collect(),
        }
    }

    /// A CI as it was seen here, for a change that respects what others did since.
    #[must_use]
    pub fn seen(&self, id: CiId) -> CiTarget {
        let shown = self.shown.as_ref().filter(|shown| shown.id() == id);
        CiTarget { id, version: shown.map(|shown| shown.record.sheet.ci.version) }
    }

    /// What a CI held here is called: its name.
    #[must_use]
    pub fn name(&self, id: CiId) -> Option<&str> {
        let shown = self.shown.iter().map(|shown| &shown.record.sheet.ci).find(|ci| ci.id == id);
        let listed = || self.rows.iter().find(|listed| listed.row.id == id).map(|listed| listed.row.name.as_str());
        shown.map(|ci| ci.name.as_str()).or_else(listed).or_else(|| self.marks.get(&id).map(String::as_str))
    }

    /// The class of a CI held here.
    #[must_use]
    pub fn class_of(&self, id: CiId) -> Option<&str> {
        let shown = self.shown.iter().map(|shown| &shown.record.sheet.ci).find(|ci| ci.id == id);
        let listed = || self.rows.iter().find(|listed| listed.row.id == id).map(|listed| listed.row.class.as_str());
        shown.map(|ci| ci.class.as_str()).or_else(listed)
    }

    /// Whether a CI held here is with nobody, so that there is nothing to take back; a stock is counted instead.
    #[must_use]
    pub fn is_free(&self, id: CiId, rules: Option<&Rules>) -> bool {
        let shown = self.shown.as_ref().map(|shown| &shown.record.sheet.ci).filter(|ci| ci.id == id);
        let listed = || self.rows.iter().find(|listed| listed.row.id == id).map(|listed| &listed.row);
        let known = shown.map(|ci| (ci.class.as_str(), ci.holder));
        let known = known.or_else(|| listed().map(|row| (row.class.as_str(), row.holder)));
        let stock = |class: &str| rules.is_some_and(|rules| rules.cmdb.classes.is(class, "stock_item"));
        known.is_some_and(|(class, holder)| holder.is_none() && !stock(class))
    }

    /// Takes a page. The cursor stays on its CI, or in its place where that is gone.
    pub fn take_page(&mut self, rows: Vec<Listed>, next: Option<CiCursor>, goes_on: bool, height: usize) {
        let away = self.away.take();
        let on = match &away {
            Some((id, _)) => Some(*id),
            None => self.rows.get(self.cursor).map(|listed| listed.row.id),
        };
        let anchor = self.range.and_then(|from| self.rows.get(from)).map(|listed| listed.row.id);
        let offset = self.cursor.saturating_sub(self.top);
        let fresh = std::mem::take(&mut self.loading);
        self.failed = None;
        match goes_on {
            // An answer to what nobody waits for any more.
            true if !self.extending => {
                self.away = away;
                return;
            }
            true => self.rows.extend(rows),
            false => self.rows = rows,
        }
        self.next = next;
        self.extending = false;
        let find = |id: Option<CiId>| id.and_then(|id| self.rows.iter().position(|listed| listed.row.id == id));
        self.range = find(anchor);
        let goal = if fresh { self.goal.take().or(away.as_ref().map(|(id, _)| *id)) } else { on };
        let found = find(goal);
        // A list read from its beginning begins there; one read again stays as it is.
        self.away = away.filter(|_| found.is_none() && !fresh);
        let last = self.rows.len().saturating_sub(1);
        self.cursor = found.unwrap_or(if fresh { 0 } else { self.cursor }).min(last);
        if std::mem::take(&mut self.to_end) {
            (self.cursor, self.away) = (last, None);
        }
        if self.top > 0 {
            self.top = self.cursor.saturating_sub(offset);
        }
        self.settle(height);
    }

    /// The question for the rows that the cursor nears, if it nears the end of those held.
    pub fn next_page(&mut self, model: &Model) -> Option<Inquiry> {
        let below = self.rows.len().saturating_sub(self.cursor + 1);
        if self.extending || below >= AHEAD {
            return None;
        }
        let after = Some(self.next.clone()?);
        let query = self.query(model).ok()?;
        self.extending = true;
        Some(Inquiry::Page { query, after, limit: PAGE })
    }

    /// Moves the cursor by rows; from nothing, the first step comes back to where the list was left.
    pub fn step(&mut self, by: isize, height: usize) {
        let by = if self.away.is_some() { 0 } else { by };
        self.go(self.cursor.saturating_add_signed(by), height);
    }

    /// Puts the cursor on a row.
    pub fn go(&mut self, row: usize, height: usize) {
        self.away = None;
        self.cursor = row.min(self.rows.len().saturating_sub(1));
        self.settle(height);
    }

    /// Keeps the cursor on the screen.
    pub fn settle(&mut self, height: usize) {
        self.top = self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(height.max(1)));
    }

    /// Marks the CI under the cursor, or no longer.
    pub fn mark(&mut self) {
        if let Some((id, name)) = self.here().map(|listed| (listed.row.id, listed.row.name.clone()))
            && self.marks.remove(&id).is_none()
        {
            self.marks.insert(id, name);
        }
    }

    /// Marks the rows from where the range began to the cursor.
    pub fn mark_range(&mut self) {
        if let Some(from) = self.range.take() {
            let (a, b) = (from.min(self.cursor), from.max(self.cursor));
            let rows = self.rows.iter().skip(a).take(b - a + 1);
            self.marks.extend(rows.map(|listed| (listed.row.id, listed.row.name.clone())));
        }
    }

    /// Takes the record of a CI.
    pub fn take_record(&mut self, record: Record) {
        let id = record.sheet.ci.id;
        let history = match self.shown.take() {
            Some(shown) if shown.id() == id => shown.history,
            _ => {
                (self.scroll, self.spot) = (0, None);
                self.folds.clear();
                self.branches.clear();
                None
            }
        };
        self.shown = Some(Shown { record, history });
    }

    /// The CIs whose failure is looked at: the marked ones, else the one shown.
    #[must_use]
    pub fn failing(&self) -> Vec<CiId> {
        match self.marks.is_empty() {
            true => self.shown.iter().map(Shown::id).collect(),
            false => self.marks.keys().copied().collect(),
        }
    }

    /// Which way the impact goes.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach.unwrap_or(Reach::Down)
    }

    /// Over how many relations it goes.
    #[must_use]
    pub fn depth(&self) -> u32 {
        if self.depth == 0 { DEPTH } else { self.depth }
    }

    /// Folds or unfolds.
    pub fn turn(&mut self, key: &str) {
        if !self.folds.remove(key) {
            self.folds.insert(key.to_owned());
        }
    }
}

/// Whether a filter leaves out what is gone.
#[must_use]
pub fn hides_gone(filter: &str, model: &Model) -> bool {
    read(filter, model).is_ok_and(|query| !query.filter.as_ref().is_some_and(asks_for_phase))
}

/// Whether a filter says itself which phases of life it wants.
fn asks_for_phase(filter: &Expr<CiTerm>) -> bool {
    match filter {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(asks_for_phase),
        Expr::Not(part) => asks_for_phase(part),
        Expr::Term(CiTerm::Is(any)) => {
            any.iter().any(|is| matches!(is, CiIs::Gone | CiIs::Present | CiIs::Live | CiIs::Planned | CiIs::Stock))
        }
        Expr::Term(CiTerm::Common { field, .. }) => *field == Common::Status,
        Expr::Term(CiTerm::Number(_)) => true,
        Expr::Term(_) => false,
    }
}
