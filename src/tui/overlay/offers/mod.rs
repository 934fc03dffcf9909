//! What may help with a ticket, over the form in which it is written or over the list: a few lines to choose from, and below
//! them what the chosen one says.

pub(super) mod view;

use crate::desk::command::Target;
use crate::text::markdown::Line;
use crate::tui::model::Model;
use crate::tui::offer::{About, Offer, Thing};
use crate::tui::prose::Prose;
use crate::tui::screen::queue::{Shown, sheet};
use crate::tui::theme;
use crate::tui::widget::grid::Piece;

/// What may help.
#[derive(Clone, Debug)]
pub struct Offers {
    /// With what, in its frame.
    pub title: String,
    /// The same for the desk.
    pub about: About,
    /// The tickets for which something is done with it; none over the form of a ticket that is not there yet.
    pub on: Vec<Target>,
    /// Whether it lies over a form, into which it is put.
    pub over_form: bool,
    /// The lines.
    pub offers: Vec<Offer>,
    /// Whether they are on their way.
    pub awaited: bool,
    /// The line under the cursor.
    pub cursor: usize,
    /// Whether what is read takes all the room.
    pub whole: bool,
    /// Rows of it scrolled off the top.
    pub top: usize,
    /// What is read, once it came.
    pub read: Option<(Thing, Read)>,
}

/// What is read.
#[derive(Clone, Debug)]
pub enum Read {
    /// An article's text.
    Article(Box<Prose>),
    /// A ticket.
    Ticket(Box<Shown>),
}

impl Offers {
    /// The one under the cursor.
    #[must_use]
    pub fn chosen(&self) -> Option<&Offer> {
        self.offers.get(self.cursor)
    }

    /// Takes the lines; the cursor stays on its own.
    pub fn take(&mut self, offers: Vec<Offer>) {
        let on = self.chosen().map(|offer| offer.thing);
        self.offers = offers;
        self.awaited = false;
        self.cursor = on.and_then(|on| self.offers.iter().position(|offer| offer.thing == on)).unwrap_or(0);
    }

    /// What is read of the one under the cursor; nothing while it is on its way.
    #[must_use]
    pub fn reading(&self) -> Option<&Read> {
        let own = self.chosen()?.thing;
        self.read.as_ref().filter(|(thing, _)| *thing == own).map(|(_, read)| read)
    }
}

impl Read {
    /// How many rows it takes in so many columns.
    #[must_use]
    pub fn height(&self, model: &Model, width: usize) -> usize {
        match self {
            Read::Article(prose) => prose.layout.lines.len(),
            Read::Ticket(shown) => sheet::text(shown, model, width).lines.len(),
        }
    }

    /// Some of its rows.
    #[must_use]
    pub fn rows(&self, model: &Model, width: usize, from: usize, most: usize) -> Vec<Vec<Piece>> {
        match self {
            Read::Article(prose) => {
                let row = |line: &Line| {
                    line.iter().map(|piece| (theme::ink(model.look, piece.ink), piece.text.clone())).collect()
                };
                prose.layout.lines.iter().skip(from).take(most).map(row).collect()
            }
            Read::Ticket(shown) => {
                let lines = sheet::text(shown, model, width).lines.into_iter().skip(from).take(most);
                lines
                    .map(|line| line.into_iter().map(|(tone, text)| (theme::tone(model.look, tone), text)).collect())
                    .collect()
            }
        }
    }
}
