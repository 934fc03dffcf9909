//! What the Changes tab knows: what lies in the stretch of time that it holds, where its cursor is, and what is being moved.

use chrono::{Datelike, Months, NaiveDate, Timelike, Weekday};

use crate::desk::change::conflict::{Conflict, Side};
use crate::desk::change::window::Span;
use crate::desk::command::Target;
use crate::desk::id::{Number, TicketId};
use crate::desk::query::{Query, parse};
use crate::desk::ticket::Ticket;
use crate::desk::time::{Moment, Timestamp};
use crate::tui::inquiry::calendar::{Band, Stretch};
use crate::tui::screen::changes::agenda;
use crate::tui::screen::changes::grab::Grab;
use crate::tui::screen::changes::time::{self, Face};
use crate::tui::screen::typing::{Typing, meant};

/// The state of the Changes tab.
#[derive(Debug)]
pub struct Changes {
    /// Whether it was ever looked at.
    pub visited: bool,
    /// How it is looked at.
    pub face: Face,
    /// How it was looked at when a day was opened from there: one step out leads back.
    pub opened: Option<Face>,
    /// Whether the calendar fills the screen.
    pub zoomed: bool,
    /// The day on which weeks begin.
    pub week: Weekday,
    /// Where the cursor is: the beginning of its slot.
    pub at: Timestamp,
    /// The day with which the agenda begins.
    pub anchor: Option<NaiveDate>,
    /// The change or release under the cursor.
    pub item: Option<TicketId>,
    /// Whether what was under the cursor is elsewhere now: then it rests on nothing until it is moved.
    pub away: bool,
    /// The slot where a range began.
    pub range: Option<Timestamp>,
    /// The change that is being moved.
    pub grab: Option<Grab>,
    /// The first row on the screen, where the rows are more than fit.
    pub top: usize,
    /// The filter as applied.
    pub filter: String,
    /// The filter line while it is typed.
    pub typing: Option<Typing>,
    /// What is wrong with the filter.
    pub filter_error: Option<String>,
    /// What lies in the stretch that was read last.
    pub held: Option<Stretch>,
    /// The stretch that was asked for last.
    pub asked: Option<Span>,
    /// The stretch for whose conflicts was asked last.
    pub sought: Option<Span>,
    /// What is in conflict, and in which stretch.
    pub conflicts: (Option<Span>, Vec<Conflict>),
    /// Whether what is shown is still on its way.
    pub loading: bool,
    /// Whether it has been awaited for so long that it is said.
    pub slow: bool,
    /// Why it could not be read.
    pub failed: Option<String>,
}

impl Default for Changes {
    fn default() -> Changes {
        Changes {
            visited: false,
            face: Face::default(),
            opened: None,
            zoomed: false,
            week: Weekday::Mon,
            at: Timestamp(0),
            anchor: None,
            item: None,
            away: false,
            range: None,
            grab: None,
            top: 0,
            filter: String::new(),
            typing: None,
            filter_error: None,
            held: None,
            asked: None,
            sought: None,
            conflicts: (None, Vec::new()),
            loading: false,
            slow: false,
            failed: None,
        }
    }
}

/// A change or release where it lies, or where it would lie.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// When.
    pub span: Span,
}

impl Changes {
    /// What the filter asks for.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn query(&self) -> Result<Query, String> {
        parse(&meant(&self.filter, self.typing.is_some())).map_err(|error| error.to_string())
    }

    /// The stretch that is shown.
    #[must_use]
    pub fn shown(&self, moment: &Moment) -> Span {
        let (from, until) = self.face.days(moment.day_of(self.at), self.week, self.anchor);
        Span { from: moment.start_of(from), until: moment.start_of(until) }
    }

    /// The slot under the cursor: a day, or an hour.
    #[must_use]
    pub fn slot(&self, moment: &Moment) -> Span {
        self.slot_at(self.at, moment)
    }

    fn slot_at(&self, at: Timestamp, moment: &Moment) -> Span {
        if self.face.is_by_hours() { time::hour_of(at, moment) } else { time::day(moment.day_of(at), moment) }
    }

    /// The slots that are marked: from where a range began to the cursor; else the one under it.
    #[must_use]
    pub fn marked(&self, moment: &Moment) -> Span {
        let (here, began) = (self.slot(moment), self.range.map(|at| self.slot_at(at, moment)));
        let began = began.unwrap_or(here);
        Span { from: here.from.min(began.from), until: here.until.max(began.until) }
    }

    /// What lies in a stretch, those that begin first first.
    #[must_use]
    pub fn items(&self, within: Span) -> Vec<Item<'_>> {
        let tickets = self.held.iter().flat_map(|held| &held.tickets);
        let items = tickets.filter_map(|ticket| Some(Item { ticket, span: self.span_of(ticket)? }));
        let mut items: Vec<Item> = items.filter(|item| item.span.overlaps(within)).collect();
        items.sort_by_key(|item| (item.span.from, item.ticket.id));
        items
    }

    /// The windows that lie in a stretch, freezes first.
    #[must_use]
    pub fn bands(&self, within: Span) -> Vec<&Band> {
        let bands = self.held.iter().flat_map(|held| &held.bands);
        let mut bands: Vec<&Band> = bands.filter(|band| band.spans.iter().any(|span| span.overlaps(within))).collect();
        bands.sort_by_key(|band| std::cmp::Reverse(band.kind));
        bands
    }

    /// When a change lies, or would lie where it is being moved.
    #[must_use]
    pub fn span_of(&self, ticket: &Ticket) -> Option<Span> {
        match &self.grab {
            Some(grab) if grab.on.id == ticket.id => Some(grab.span),
            _ => Some(Span { from: ticket.planned_start?, until: ticket.planned_end? }),
        }
    }

    /// A change or release held here.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.held.as_ref()?.tickets.iter().find(|ticket| ticket.id == id)
    }

    /// A change or release as it was seen here.
    #[must_use]
    pub fn seen(&self, id: TicketId) -> Option<Target> {
        self.ticket(id).map(|ticket| Target { id, version: Some(ticket.version) })
    }

    /// The change or release under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&Ticket> {
        self.ticket(self.item?)
    }

    /// The release that bundles a change.
    #[must_use]
    pub fn release_of(&self, id: TicketId) -> Option<Number> {
        Some(self.held.as_ref()?.bundled.get(&id)?.1)
    }

    /// The changes that a release bundles, as far as they are held.
    pub fn bundle_of(&self, id: TicketId) -> impl Iterator<Item = &Ticket> {
        let held = self.held.iter();
        held.flat_map(move |held| {
            held.tickets.iter().filter(move |ticket| held.bundled.get(&ticket.id).is_some_and(|(of, _)| *of == id))
        })
    }

    /// What a change is in conflict with, or would be where it is being moved.
    pub fn conflicts_of(&self, number: Number) -> impl Iterator<Item = &Conflict> {
        let grab = self.grab.as_ref();
        let moving = move |other: Number| grab.is_some_and(|grab| grab.number == other);
        let known = self.conflicts.1.iter().filter(move |conflict| {
            conflict.change == number && !moving(number) && !matches!(conflict.with, Side::Ticket(it) if moving(it))
        });
        let met = grab.and_then(|grab| grab.met.as_ref()).into_iter().flat_map(|met| &met.conflicts);
        let met = met.filter(move |conflict| {
            // Of a conflict between two changes both tell.
            conflict.change == number || matches!(conflict.with, Side::Ticket(other) if other == number)
        });
        known.chain(met)
    }

    /// Whether it is in conflict with something that nobody lives with.
    #[must_use]
    pub fn clashes(&self, number: Number) -> bool {
        self.conflicts_of(number).any(Conflict::is_open)
    }

    /// Puts the cursor somewhere: on the change that it was on as long as that lies there, else on the first that does.
    pub fn go(&mut self, at: Timestamp, moment: &Moment) {
        (self.at, self.away) = (at, false);
        if self.face == Face::Agenda {
            self.anchor = Some(self.face.days(moment.day_of(at), self.week, self.anchor).0);
        }
        self.rest(moment);
    }

    /// Where the change under the cursor may lie: in its slot; in an agenda anywhere on the page.
    fn reach(&self, moment: &Moment) -> Span {
        if self.face == Face::Agenda { self.shown(moment) } else { self.slot(moment) }
    }

    /// Puts the cursor on what lies in its slot; in an agenda on what comes next.
    pub fn rest(&mut self, moment: &Moment) {
        let (reach, from) = (self.reach(moment), self.slot(moment).from);
        let here = self.items(reach);
        let found = match here.iter().find(|item| Some(item.ticket.id) == self.item) {
            Some(stays) => Some(stays),
            None if self.face == Face::Agenda => here.iter().find(|item| item.span.from >= from).or(here.last()),
            None => here.first(),
        };
        let found = found.map(|item| (item.ticket.id, item.span.from));
        self.item = found.map(|(id, _)| id);
        if let Some((_, begins)) = found.filter(|_| self.face == Face::Agenda) {
            self.at = begins.max(reach.from);
        }
    }

    /// Puts the cursor on a change, in the slot where it begins; or where the shown stretch does, if it began before that.
    pub fn stand_on(&mut self, id: TicketId, moment: &Moment) {
        let Some(span) = self.ticket(id).and_then(|ticket| self.span_of(ticket)) else { return };
        self.item = Some(id);
        let at = match self.face.is_by_hours() {
            true => time::hour_of(span.from, moment).from,
            // The month and the agenda keep the time of day, for the faces that show it.
            false => span.from,
        };
        self.go(at, moment);
    }

    /// Comes to a change in hours: where it begins if that is on the day of the cursor; else to the day's first hour.
    pub fn come_to(&mut self, id: TicketId, at: Timestamp, moment: &Moment) {
        let day = time::day(moment.day_of(at), moment);
        let span = self.ticket(id).and_then(|ticket| self.span_of(ticket));
        let begins = span.map_or(at, |span| span.from.max(day.from));
        let at = if begins < day.until { begins } else { at };
        self.go(time::hour_of(at, moment).from, moment);
    }

    /// Whether what is held of the calendar would hold the change that is being moved too, if it is still there.
    #[must_use]
    pub fn reaches_grab(&self) -> bool {
        let was = self.grab.as_ref().map(|grab| grab.was);
        was.zip(self.held.as_ref()).is_some_and(|(was, held)| held.within.overlaps(was))
    }

    /// The first or last slot of what is shown.
    #[must_use]
    pub fn end(&self, last: bool, moment: &Moment) -> Timestamp {
        let shown = self.shown(moment);
        // The time of day stays where days are the slots.
        let day = match self.face {
            Face::Month => day_of_month(moment.day_of(self.at), last),
            _ => moment.day_of(if last { shown.until.plus(-1) } else { shown.from }),
        };
        if self.face == Face::Day {
            let hours = time::hours(day, moment);
            let hour = if last { hours.last() } else { hours.first() };
            return hour.map_or(self.at, |hour| hour.from);
        }
        moment.at(day.and_time(moment.wall(self.at).time()))
    }

    /// The next change or release by its beginning, or the one before.
    #[must_use]
    pub fn next_item(&self, forward: bool, moment: &Moment) -> Option<TicketId> {
        let all = self.items(self.held.as_ref()?.within);
        let slot = self.slot(moment);
        let place = self.item.and_then(|id| all.iter().position(|item| item.ticket.id == id));
        let next = match (place, forward) {
            (Some(place), true) => place.checked_add(1),
            (Some(place), false) => place.checked_sub(1),
            (None, true) => all.iter().position(|item| item.span.from >= slot.from),
            (None, false) => all.iter().rposition(|item| item.span.from < slot.from),
        };
        next.and_then(|next| all.get(next)).map(|item| item.ticket.id)
    }

    /// Takes what lies in a stretch. The cursor rests on nothing where its change is elsewhere now; gives that change then.
    pub fn take(&mut self, stretch: Stretch, moment: &Moment) -> Option<TicketId> {
        let before = self.held.replace(stretch);
        // Asked for another filter, the cursor rests on what lies there; in the same, on nothing where its change has gone.
        let anew = std::mem::take(&mut self.loading);
        (self.slow, self.failed) = (false, None);
        self.away &= !anew;
        let reach = self.reach(moment);
        let lies = |id| self.items(reach).iter().any(|item| item.ticket.id == id);
        match self.item {
            Some(id) if lies(id) => None,
            Some(id) if !anew => {
                (self.item, self.away) = (None, true);
                before.map(|_| id)
            }
            None if self.away => None,
            _ => {
                self.rest(moment);
                None
            }
        }
    }

    /// Keeps the row of the cursor on the screen, and as much else as there is.
    pub fn settle(&mut self, height: usize, moment: &Moment) {
        let (row, rows) = match self.face {
            Face::Month => (0, 0),
            Face::Week => (self.hour(moment), 24),
            Face::Day => {
                let hours = time::hours(moment.day_of(self.at), moment);
                (hours.iter().position(|hour| self.at < hour.until).unwrap_or(0), hours.len())
            }
            Face::Agenda => {
                let rows = agenda::rows(self, moment);
                let row = agenda::row_of(&rows, self.item);
                // From the first one the headings above it are seen too.
                let above = rows.iter().take(row).any(|row| matches!(row, agenda::Row::Item(_)));
                (if above { row } else { 0 }, rows.len())
            }
        };
        let height = height.max(1);
        self.top = self.top.min(row).max((row + 1).saturating_sub(height)).min(rows.saturating_sub(height));
    }

    /// The hour of the day at the cursor, by the clock.
    #[must_use]
    pub fn hour(&self, moment: &Moment) -> usize {
        usize::try_from(moment.wall(self.at).hour()).unwrap_or(0)
    }

    /// The beginning of the hour after the one at the cursor, or of the one before.
    #[must_use]
    pub fn hour_on(&self, forward: bool, moment: &Moment) -> Timestamp {
        let hour = time::hour_of(self.at, moment);
        if forward { hour.until } else { time::hour_of(hour.from.plus(-1), moment).from }
    }
}

/// The first or last day of a month.
fn day_of_month(day: NaiveDate, last: bool) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    if !last {
        return first;
    }
    let next = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt());
    next.unwrap_or(day)
}
