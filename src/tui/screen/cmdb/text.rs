//! What is read of a CI, as lines with the places in which the cursor can stand.

use std::ops::Range;

use crate::desk::id::{ArticleId, CiId, TicketId};
use crate::text;
use crate::tui::model::Model;
use crate::tui::screen::cmdb::{Face, history, impact, record, relations};
use crate::tui::screen::queue::timeline::{Line, Tone};

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

/// Where it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What it is.
    pub spot: Spot,
    /// In which row.
    pub row: usize,
    /// Left or right: 0 or 1.
    pub column: usize,
    /// The pieces of the row that it takes.
    pub pieces: Range<usize>,
}

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
        self.stops.push(Stop { spot, row: self.lines.len(), column: 0, pieces: 0..line.len() });
        self.lines.push(line);
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.lines.push(Line::new());
    }

    /// Where the cursor stands, if what it is on is still there. An open fold is the same as a closed one.
    #[must_use]
    pub fn at(&self, spot: Option<&Spot>) -> Option<&Stop> {
        let same = |one: &Spot| match (one, spot?) {
            (Spot::Fold(a, _), Spot::Fold(b, _)) => Some(a == b),
            (a, b) => Some(a == b),
        };
        let found = self.stops.iter().find(|stop| same(&stop.spot) == Some(true));
        found.or_else(|| self.stops.first().filter(|_| self.stands))
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
