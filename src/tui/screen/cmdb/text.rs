//! What is read of a CI, as lines with the places in which the cursor can stand.

use crate::desk::id::{ArticleId, CiId, TicketId};
use crate::text;
use crate::tui::model::Model;
use crate::tui::screen::cmdb::{Face, history, impact, record, relations};
use crate::tui::screen::queue::timeline::{Line, Tone};
use crate::tui::screen::stops::{self, Walk};

/// What the cursor can stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A field, by its word.
    Field(String),
    /// Another CI; the key tells the same CI in two places apart.
    Ci(String, CiId),
    /// What can be folded, by its key, and whether it is open.
    Fold(String, bool),
    /// A ticket.
    Ticket(TicketId),
    /// An article.
    Article(ArticleId),
    /// The list of software.
    Software,
    /// The relations, told in one line.
    Relations,
}

/// Where it stands there; the part of a row is given in pieces.
pub type Stop = stops::Stop<Spot>;

/// A CI as lines.
#[derive(Debug, Default)]
pub struct Text {
    /// The lines.
    pub lines: Vec<Line>,
    /// Where the cursor can stand, in the order of reading.
    pub stops: Vec<Stop>,
    /// Whether it stands on the first of them until it is moved.
    pub stands: bool,
}

impl Text {
    /// A line that is only read.
    pub fn line(&mut self, tone: Tone, text: impl Into<String>) {
        self.lines.push(vec![(tone, text.into())]);
    }

    /// A line on which the cursor can stand.
    pub fn stop(&mut self, spot: Spot, line: Line) {
        self.stops.push(Stop { spot, row: self.lines.len(), column: 0, part: 0..line.len() });
        self.lines.push(line);
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.lines.push(Line::new());
    }

    /// The same as it is walked.
    #[must_use]
    pub fn walk(&self, height: usize) -> Walk<'_, Spot> {
        Walk { stops: &self.stops, rows: self.lines.len(), height }
    }

    /// Where the cursor stands, if what it is on is still there. An open fold is the same as a closed one.
    #[must_use]
    pub fn at(&self, spot: Option<&Spot>) -> Option<&Stop> {
        self.place(spot).and_then(|place| self.stops.get(place))
    }

    /// The place of that among the stops.
    #[must_use]
    pub fn place(&self, spot: Option<&Spot>) -> Option<usize> {
        let same = |one: &Spot| match (one, spot?) {
            (Spot::Fold(a, _), Spot::Fold(b, _)) => Some(a == b),
            (a, b) => Some(a == b),
        };
        let found = self.stops.iter().position(|stop| same(&stop.spot) == Some(true));
        found.or_else(|| (self.stands && !self.stops.is_empty()).then_some(0))
    }
}

/// A line of text, cleaned and cut to its room; blanks stay, so that columns stand.
#[must_use]
pub fn fitted(line: &str, width: usize, model: &Model) -> String {
    text::truncate(&text::clean_line(line), width, model.look.ellipsis()).into_owned()
}

/// What is read of the CI shown, by its face.
#[must_use]
pub fn text(model: &Model, width: usize) -> Text {
    let Some(shown) = &model.cmdb.shown else { return Text::default() };
    match model.cmdb.face {
        Face::Record => record::text(shown, model, width),
        Face::Relations => Text { stands: true, ..relations::text(shown, model, width) },
        Face::Impact => Text { stands: true, ..impact::text(model, width) },
        Face::History => history::text(shown, model, width),
    }
}
