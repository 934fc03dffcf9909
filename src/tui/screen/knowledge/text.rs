//! What is read of an article, as lines with the places in which the cursor can stand: a head of its own lines, and below it a
//! text that the worker laid out.

use std::sync::Arc;

use crate::desk::id::{ArticleId, CiId, TicketId};
use crate::desk::knowledge::{ArticleField, CitationRole};
use crate::text;
use crate::tui::model::Model;
use crate::tui::prose::{Mark, Prose};
use crate::tui::screen::history;
use crate::tui::screen::knowledge::{Face, head, links, versions};
use crate::tui::screen::queue::timeline::{Line, Tone};
use crate::tui::screen::stops::{At, Stop, Walk};

/// What the cursor can stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Where it is in its life.
    State,
    /// A field.
    Field(ArticleField),
    /// A service that it is about, by its key.
    Service(String),
    /// A CI that it is about.
    Ci(CiId),
    /// A ticket, and what that is to it.
    Ticket(CitationRole, TicketId),
    /// An article to which it links; one that links to it, if so.
    Article(ArticleId, bool),
    /// An edition.
    Edition(i64),
    /// Something in the text.
    Text(Mark),
}

/// An article as it is read.
#[derive(Debug, Default)]
pub struct Text {
    /// The lines above its text.
    pub head: Vec<Line>,
    /// Its text.
    pub prose: Option<Arc<Prose>>,
    /// Where the cursor can stand, in the order of reading; the part of a row is given in bytes.
    pub stops: Vec<Stop<Spot>>,
    /// Whether it stands on the first of them until it is moved.
    pub stands: bool,
}

impl Text {
    /// A line that is only read.
    pub fn line(&mut self, tone: Tone, text: impl Into<String>) {
        self.head.push(vec![(tone, text.into())]);
    }

    /// Lines of running text.
    pub fn lines(&mut self, tone: Tone, words: &str, width: usize) {
        let rows = text::wrap(&text::clean_line(words), width.max(10));
        self.head.extend(rows.into_iter().map(|row| vec![(tone, row)]));
    }

    /// A line on which the cursor can stand.
    pub fn stop(&mut self, spot: Spot, line: Line) {
        let length: String = line.iter().map(|(_, piece)| piece.as_str()).collect();
        let part = length.len() - length.trim_start().len()..length.trim_end().len();
        self.stops.push(Stop { spot, row: self.head.len(), column: 0, part });
        self.head.push(line);
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.head.push(Line::new());
    }

    /// Puts a text below the lines.
    pub fn below(&mut self, prose: &Arc<Prose>) {
        let from = self.head.len();
        let mut last = None;
        let mut column = 0;
        for (row, mark, part) in &prose.spots {
            column = if last == Some(*row) { column + 1 } else { 0 };
            last = Some(*row);
            self.stops.push(Stop { spot: Spot::Text(*mark), row: from + row, column, part: part.clone() });
        }
        self.prose = Some(Arc::clone(prose));
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.head.len() + self.prose.as_ref().map_or(0, |prose| prose.layout.lines.len())
    }

    /// The same as it is walked.
    #[must_use]
    pub fn walk(&self, height: usize) -> Walk<'_, Spot> {
        Walk { stops: &self.stops, rows: self.rows(), height }
    }

    /// Where the cursor stands, if what it is on is still there.
    #[must_use]
    pub fn at(&self, spot: Option<&Spot>) -> Option<usize> {
        let found = spot.and_then(|spot| self.stops.iter().position(|stop| stop.spot == *spot));
        found.or_else(|| (self.stands && !self.stops.is_empty()).then_some(0))
    }

    /// Where somebody is in it.
    #[must_use]
    pub fn whereabouts(&self, scroll: usize, spot: Option<&Spot>) -> At {
        At { top: scroll, stop: self.at(spot) }
    }
}

/// A line of text, cleaned and cut to its room.
#[must_use]
pub fn fitted(line: &str, width: usize, model: &Model) -> String {
    text::truncate(&text::clean_line(line), width, model.look.ellipsis()).into_owned()
}

/// What is read of the article shown, by its face.
#[must_use]
pub fn text(model: &Model, width: usize) -> Text {
    let Some(shown) = &model.knowledge.shown else { return Text::default() };
    match model.knowledge.face {
        Face::Article => head::text(shown, model, width),
        Face::Links => links::text(shown, model, width),
        Face::Versions => versions::text(shown, model, width),
        Face::History => {
            let mut told = Text::default();
            head::title(&mut told, shown, model, width);
            told.head.extend(history::lines(shown.history.as_deref(), model, width));
            told
        }
    }
}
