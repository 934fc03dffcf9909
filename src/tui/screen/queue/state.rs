//! What the Queue tab knows: the views, the rows around the cursor, the ticket shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::field::Field;
use crate::desk::id::{Number, Seq, TicketId};
use crate::desk::query::{Query, SortKey, parse};
use crate::desk::rules::Rules;
use crate::desk::ticket::Ticket;
use crate::store::{Cursor, Event, Names, PageFrom, Sheet, Words};
use crate::tui::action::change::Deed;
use crate::tui::message::{Answer, Whole};
use crate::tui::offer::Offer;
use crate::tui::outlook::Outlook;
use crate::tui::screen::Tab;
use crate::tui::screen::queue::sheet::Spot;
use crate::tui::screen::typing::Typing;

/// How many rows are held at most.
const HELD: usize = 2_000;

/// A part of the tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The views.
    Views,
    /// The list.
    #[default]
    List,
    /// The ticket.
    Ticket,
}

/// A view with its count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewRow {
    /// Its name.
    pub name: String,
    /// Its query; `Err` tells why it can't be asked.
    pub query: Result<Query, String>,
    /// How many it finds, once counted.
    pub count: Option<u64>,
    /// Its columns; empty means as many as fit.
    pub columns: Vec<String>,
}

/// What the text of a ticket is wanted for, while it is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextUse {
    /// To be copied.
    Copy,
    /// To be piped to a command.
    Pipe(String),
    /// To be edited.
    Edit,
}

/// The ticket shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The ticket with everything.
    pub sheet: Sheet,
    /// Its history.
    pub history: Vec<Event>,
    /// The version that was looked at the time before, or at first.
    pub since: Option<Seq>,
    /// What lies ahead of it, where it is a change or release.
    pub outlook: Option<Box<Outlook>>,
}

/// The state of the Queue tab.
#[derive(Debug, Default)]
pub struct Queue {
    /// The pane that has the keys.
    pub pane: Pane,
    /// Whether the pane fills the screen.
    pub zoomed: bool,
    /// The views.
    pub views: Vec<ViewRow>,
    /// The view shown.
    pub view: usize,
    /// The filter as applied.
    pub filter: String,
    /// The filter line while it is typed.
    pub typing: Option<Typing>,
    /// The names that completion offers, once the desk told them.
    pub words: Option<Box<Words>>,
    /// What is wrong with the filter.
    pub filter_error: Option<String>,
    /// The rows held.
    pub rows: Vec<(Ticket, Cursor)>,
    /// The names behind their references.
    pub names: Names,
    /// From where the first row held was read.
    pub start: Option<PageFrom>,
    /// Whether the list goes on behind the rows held.
    pub more: bool,
    /// How many tickets the list has, once counted.
    pub total: Option<u64>,
    /// The row under the cursor, among those held.
    pub cursor: usize,
    /// The ticket that was read last, where the rows do not hold it: then the cursor rests on nothing.
    pub away: Option<(TicketId, Number)>,
    /// The first row on the screen, among those held.
    pub top: usize,
    /// The marked tickets.
    pub marks: BTreeSet<TicketId>,
    /// Where a range began.
    pub range: Option<usize>,
    /// The ticket shown.
    pub shown: Option<Shown>,
    /// What may help with a ticket, once the desk told it.
    pub offers: Option<(TicketId, Vec<Offer>)>,
    /// Whether the quotes of mails are shown in full.
    pub unfolded: bool,
    /// Rows scrolled off the ticket's top.
    pub scroll: usize,
    /// What the cursor in the ticket stands on.
    pub spot: Option<Spot>,
    /// The field of the column that was used last: ordered by, chosen or moved.
    pub column: Option<Field>,
    /// The hit gone to, among those of the text that is read.
    pub hit: Option<usize>,
    /// The ticket of which the newest note or reply is to be seen as soon as it comes.
    pub newest: Option<TicketId>,
    /// Whether it moves by half a page when the cursor leaves it.
    pub jumps: bool,
    /// Whether the list was never answered yet.
    pub loading: bool,
    /// Whether it has been awaited for so long that it is said.
    pub slow: bool,
    /// Why the list could not be read.
    pub failed: Option<String>,
    /// The order chosen here; empty leaves it to the filter and the view.
    pub order: Vec<SortKey>,
    /// The only tickets shown, when only the marked are.
    pub only: Option<Vec<Number>>,
    /// The numbers of tickets marked.
    pub numbers: BTreeMap<TicketId, Number>,
    /// The ticket to which the cursor goes when the list comes.
    pub goal: Option<TicketId>,
    /// Whether a ticket is awaited, to be read as soon as it comes.
    pub going: bool,
    /// What is to be done with a change as soon as all of it has come.
    pub deed: Option<(TicketId, Deed, Tab)>,
    /// The tab from which the ticket that is read was opened: one step out leads back there.
    pub came: Option<Tab>,
    /// The view to be shown as soon as the desk has it.
    pub wanted_view: Option<String>,
    /// What the text awaited is for.
    pub text_use: Option<TextUse>,
    /// The pages asked for and not answered, so that none is asked twice.
    pub(super) extending: bool,
}

impl Queue {
    /// Takes the views of a desk's rules.
    pub fn open(&mut self, rules: &Rules) {
        let shown = self.views.get(self.view).map(|view| view.name.clone());
        let known = std::mem::take(&mut self.views);
        self.views = rules
            .views
            .iter()
            .map(|view| ViewRow {
                name: view.name.clone(),
                query: parse(&view.query).map_err(|error| error.to_string()),
                count: known.iter().find(|row| row.name == view.name).and_then(|row| row.count),
                columns: view.columns.clone(),
            })
            .collect();
        self.view = self.views.iter().position(|view| Some(&view.name) == shown.as_ref()).unwrap_or(0);
    }

    /// Shows one query and nothing else.
    pub fn watch(&mut self, query: &str) {
        let asked = parse(query).map_err(|error| error.to_string());
        self.views = vec![ViewRow { name: query.to_owned(), query: asked, count: None, columns: Vec::new() }];
        self.view = 0;
    }

    /// The ticket under the cursor, or shown.
    #[must_use]
    pub fn current(&self) -> Option<&Ticket> {
        match (self.pane, &self.shown) {
            (Pane::Ticket, Some(shown)) => Some(&shown.sheet.ticket),
            _ => self.here(),
        }
    }

    /// The ticket under the cursor of the list.
    #[must_use]
    pub fn here(&self) -> Option<&Ticket> {
        self.rows.get(self.cursor).map(|(ticket, _)| ticket).filter(|_| self.away.is_none())
    }

    /// Puts the cursor on the ticket that is read, or on nothing, so that back in the list no key is for another.
    pub fn follow(&mut self, height: usize) {
        let Some(shown) = self.shown.as_ref().filter(|_| self.pane == Pane::Ticket) else { return };
        let (id, number) = (shown.sheet.ticket.id, shown.sheet.ticket.number);
        match self.rows.iter().position(|(ticket, _)| ticket.id == id) {
            Some(row) if row != self.cursor || self.away.is_some() => self.go(row, height),
            Some(_) => {}
            None => self.away = Some((id, number)),
        }
    }

    /// A ticket as it is shown, with its bodies; else as it is listed, without.
    #[must_use]
    pub fn known(&self, id: TicketId) -> Option<&Ticket> {
        let shown = self.shown.iter().map(|shown| &shown.sheet.ticket);
        shown.chain(self.rows.iter().map(|(ticket, _)| ticket)).find(|ticket| ticket.id == id)
    }

    /// Takes an answer for the list. The cursor stays on its ticket, or in its place where that is gone.
    pub fn take_page(&mut self, answer: Answer, height: usize) {
        let Answer::Page { rows, more, from, names } = answer else { return };
        let away = self.away.take();
        let on = match away {
            Some((id, _)) => Some(id),
            None => self.rows.get(self.cursor).map(|(ticket, _)| ticket.id),
        };
        let anchor = self.range.and_then(|from| self.rows.get(from)).map(|(ticket, _)| ticket.id);
        let offset = self.cursor.saturating_sub(self.top);
        let fresh = self.loading;
        self.loading = false;
        self.failed = None;
        self.names.join(*names);
        match from {
            PageFrom::After(_) if self.extending => {
                self.rows.extend(rows);
                self.more = more;
                let over = self.rows.len().saturating_sub(HELD).min(self.top);
                if over > 0 {
                    let last = self.rows.drain(..over).next_back();
                    self.start = last.map(|(_, cursor)| PageFrom::After(cursor));
                    self.top -= over;
                }
            }
            PageFrom::Before(_) if self.extending => {
                self.start = Some(if more { from } else { PageFrom::Start });
                self.top += rows.len();
                self.rows.splice(0..0, rows);
                if self.rows.len() > HELD {
                    self.rows.truncate(HELD);
                    self.more = true;
                }
            }
            PageFrom::End => {
                self.start = Some(if more { PageFrom::End } else { PageFrom::Start });
                self.rows = rows;
                self.more = false;
                self.cursor = self.rows.len().saturating_sub(1);
                self.top = (self.cursor + 1).saturating_sub(height);
                self.extending = false;
                self.range = anchor.and_then(|id| self.rows.iter().position(|(ticket, _)| ticket.id == id));
                return;
            }
            _ => {
                self.rows = rows;
                self.more = more;
                self.start = Some(from);
            }
        }
        self.extending = false;
        // A range begins at a ticket, not at a place in the list.
        self.range = anchor.and_then(|id| self.rows.iter().position(|(ticket, _)| ticket.id == id));
        let goal = if fresh { self.goal.take().or(away.map(|(id, _)| id)) } else { on };
        let found = goal.and_then(|id| self.rows.iter().position(|(ticket, _)| ticket.id == id));
        // A list read from its beginning begins there; one read again stays as it is.
        self.away = away.filter(|_| found.is_none() && !fresh);
        self.cursor = found.unwrap_or(if fresh { 0 } else { self.cursor }).min(self.rows.len().saturating_sub(1));
        // A list seen from its top stays so: what comes in above is news.
        if self.top > 0 {
            self.top = self.cursor.saturating_sub(offset);
        }
        self.settle(height);
    }

    /// What may help with a ticket, as far as it is known.
    #[must_use]
    pub fn offers_of(&self, id: TicketId) -> &[Offer] {
        self.offers.as_ref().filter(|(of, _)| *of == id).map_or(&[], |(_, offers)| offers)
    }

    /// Moves the cursor by rows.
    pub fn step(&mut self, by: isize, height: usize) {
        // From nothing, the first step comes back to where the list was left.
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
        let height = height.max(1);
        if self.jumps && !(self.top..self.top + height).contains(&self.cursor) {
            self.top = self.cursor.saturating_sub(height / 2);
        }
        self.top = self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(height));
    }

    /// Marks the ticket under the cursor, or no longer.
    pub fn mark(&mut self) {
        if let Some((id, number)) = self.here().map(|ticket| (ticket.id, ticket.number))
            && !self.marks.remove(&id)
        {
            self.mark_all([(id, number)]);
        }
    }

    /// Marks the rows from where the range began to the cursor.
    pub fn mark_range(&mut self) {
        if let Some(from) = self.range.take() {
            let (a, b) = (from.min(self.cursor), from.max(self.cursor));
            let rows = self.rows.iter().skip(a).take(b - a + 1);
            self.mark_all(rows.map(|(ticket, _)| (ticket.id, ticket.number)).collect::<Vec<_>>());
        }
    }

    /// Takes the sheet of a ticket, if it is still the one wanted.
    pub fn take_sheet(&mut self, whole: Whole, seen: Option<Seq>) {
        let Whole { sheet, history, outlook } = whole;
        let same = self.shown.as_ref().filter(|shown| shown.sheet.ticket.id == sheet.ticket.id);
        // While it is shown, what is new stays marked.
        let since = same.map_or(seen.or(Some(sheet.ticket.version)), |shown| shown.since);
        if same.is_none() {
            (self.scroll, self.spot, self.hit) = (0, None, None);
            self.unfolded = false;
        }
        self.shown = Some(Shown { sheet, history, since, outlook });
    }
}
