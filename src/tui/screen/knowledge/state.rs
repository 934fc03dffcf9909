//! What the Knowledge tab knows: the view, the rows around the cursor, the article shown and what of it.

use crate::desk::id::ArticleId;
use crate::desk::knowledge::{ArticleField, ArticleTarget};
use crate::store::{How, ShelfPlace};
use crate::tui::inquiry::Happening;
use crate::tui::inquiry::knowledge::{Entry, Hits, Item, Listed, Old, Printed, Record, View};
use crate::tui::screen::knowledge::hand::Hand;
use crate::tui::screen::knowledge::text::Spot;
use crate::tui::screen::rows::Rows;
use crate::tui::screen::typing::Typing;

/// How many rows are read at once.
pub const PAGE: usize = 200;

/// A part of the tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The list.
    #[default]
    List,
    /// The article.
    Article,
}

/// What of an article is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// What it says.
    #[default]
    Article,
    /// What it is linked to.
    Links,
    /// What it said before.
    Versions,
    /// What happened to it.
    History,
}

impl Face {
    /// All, in their order.
    pub const ALL: [Face; 4] = [Face::Article, Face::Links, Face::Versions, Face::History];

    /// What it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Face::Article => "Article",
            Face::Links => "Links",
            Face::Versions => "Versions",
            Face::History => "History",
        }
    }

    /// The next one, or the one before, round the ends.
    #[must_use]
    pub fn turned(self, by: isize) -> Face {
        let count = isize::try_from(Face::ALL.len()).unwrap_or(1);
        let at = Face::ALL.iter().position(|face| *face == self).and_then(|at| isize::try_from(at).ok());
        let next = usize::try_from((at.unwrap_or(0) + by).rem_euclid(count)).unwrap_or(0);
        Face::ALL.get(next).copied().unwrap_or_default()
    }
}

/// What is wanted of an article as soon as it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// To be edited, in this field alone or in all.
    Edit(Option<ArticleField>),
    /// Its text to be edited; in `$EDITOR`, if so.
    Text(bool),
    /// Its text on the clipboard.
    Copy,
    /// Its text given to a command.
    Pipe(String),
}

/// The article shown.
#[derive(Debug)]
pub struct Shown {
    /// All of it.
    pub record: Record,
    /// What happened to it, once asked for.
    pub history: Option<Vec<Happening>>,
    /// What it said before, once asked for.
    pub editions: Option<Vec<Printed>>,
    /// The edition or difference that is read.
    pub old: Option<Old>,
}

impl Shown {
    /// Which article.
    #[must_use]
    pub fn id(&self) -> ArticleId {
        self.record.article.id
    }
}

/// The state of the Knowledge tab.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// Whether it was ever looked at.
    pub visited: bool,
    /// The pane that has the keys.
    pub pane: Pane,
    /// Whether the pane fills the screen.
    pub zoomed: bool,
    /// What is looked through where nothing is searched.
    pub view: View,
    /// How many articles each view has.
    pub counts: Vec<(View, i64)>,
    /// The words that are searched.
    pub filter: String,
    /// The search line while it is typed.
    pub typing: Option<Typing>,
    /// The rows held.
    pub rows: Rows<Listed, ShelfPlace>,
    /// How those were found that are held: nothing where a view is looked through.
    pub how: Option<How>,
    /// The words that are marked where they stand.
    pub sought: Vec<String>,
    /// The search that was answered last, and whether it found nothing.
    pub answered: Option<(String, bool)>,
    /// The search that was settled, while its answer is awaited: a gap, if it finds nothing.
    pub settled: Option<String>,
    /// Whether an article is awaited, to be looked at as soon as it comes.
    pub going: bool,
    /// What is wanted of the article awaited.
    pub want: Option<Want>,
    /// The heading at which the article awaited is to be read.
    pub anchor: Option<String>,
    /// The row at which the article awaited is to be read: it was left there.
    pub resume: Option<usize>,
    /// The article shown.
    pub shown: Option<Shown>,
    /// What of it.
    pub face: Face,
    /// Rows scrolled off the top of what is shown.
    pub scroll: usize,
    /// What the cursor in it stands on.
    pub spot: Option<Spot>,
    /// The hit that was gone to last.
    pub hit: Option<usize>,
    /// The edition with which others are compared.
    pub base: Option<i64>,
    /// The ticket for which articles are followed.
    pub hand: Option<Hand>,
}

impl Knowledge {
    /// Whether the list is what a search found.
    #[must_use]
    pub fn searches(&self) -> bool {
        !self.filter.trim().is_empty()
    }

    /// Whether what is read is followed for a ticket in hand.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.hand.is_some() && self.face == Face::Article
    }

    /// The row under the cursor of the list.
    #[must_use]
    pub fn here(&self) -> Option<&Listed> {
        self.rows.here()
    }

    /// The article under the cursor of the list.
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        match self.here()? {
            Listed::Article(item) => Some(item),
            Listed::Gap(_) => None,
        }
    }

    /// The article under the cursor, or shown.
    #[must_use]
    pub fn current(&self) -> Option<ArticleId> {
        match (self.pane, &self.shown) {
            (Pane::Article, Some(shown)) => Some(shown.id()),
            _ => self.item().map(|item| item.id),
        }
    }

    /// The articles that an action is for: the marked ones, else the one under the cursor or shown.
    #[must_use]
    pub fn targets(&self) -> Vec<ArticleId> {
        let marked = self.rows.marks.keys().filter_map(|key| match key {
            Entry::Article(id) => Some(*id),
            Entry::Gap(_) => None,
        });
        let marked: Vec<ArticleId> = marked.collect();
        if marked.is_empty() || self.pane == Pane::Article { self.current().into_iter().collect() } else { marked }
    }

    /// An article as it was seen here, for a change that respects what others did since.
    #[must_use]
    pub fn seen(&self, id: ArticleId) -> ArticleTarget {
        let shown = self.shown.as_ref().filter(|shown| shown.id() == id);
        ArticleTarget { id, version: shown.map(|shown| shown.record.article.version) }
    }

    /// The title of an article held here.
    #[must_use]
    pub fn title(&self, id: ArticleId) -> Option<&str> {
        let shown = self.shown.as_ref().filter(|shown| shown.id() == id);
        let listed = || {
            self.rows.held.iter().find_map(|row| match row {
                Listed::Article(item) if item.id == id => Some(item.title.as_str()),
                _ => None,
            })
        };
        let marked = || self.rows.marks.get(&Entry::Article(id)).map(String::as_str);
        shown.map(|shown| shown.record.article.title.as_str()).or_else(listed).or_else(marked)
    }

    /// The state of an article held here.
    #[must_use]
    pub fn state(&self, id: ArticleId) -> Option<&str> {
        let shown = self.shown.as_ref().filter(|shown| shown.id() == id);
        let listed = || {
            self.rows.held.iter().find_map(|row| match row {
                Listed::Article(item) if item.id == id => Some(item.state.as_str()),
                _ => None,
            })
        };
        shown.map(|shown| shown.record.article.state.as_str()).or_else(listed)
    }

    /// Puts the cursor of the list on the article that is looked at, or on nothing.
    pub fn follow(&mut self, height: usize) {
        let Some(shown) = self.shown.as_ref().filter(|_| self.pane == Pane::Article) else { return };
        self.rows.follow(&Entry::Article(shown.id()), &shown.record.article.title, height);
    }

    /// Takes what a search found.
    pub fn take_hits(&mut self, hits: Hits, height: usize) {
        self.how = Some(hits.how);
        self.sought = hits.sought;
        self.answered = Some((hits.words, hits.gap));
        self.rows.take(hits.rows, None, false, height);
    }

    /// Takes an article.
    pub fn take(&mut self, mut record: Record) {
        let id = record.article.id;
        // The same text is not coloured and walked anew.
        if let Some(shown) = self.shown.as_ref().filter(|shown| shown.id() == id) {
            let (old, new) = (&shown.record.prose, &record.prose);
            let same = shown.record.article.body == record.article.body;
            if same && (old.width, &old.sought) == (new.width, &new.sought) {
                record.prose = std::sync::Arc::clone(old);
            }
        }
        let (history, editions, old) = match self.shown.take() {
            Some(shown) if shown.id() == id => (shown.history, shown.editions, shown.old),
            _ => {
                (self.scroll, self.spot, self.hit, self.base) = (0, None, None, None);
                (None, None, None)
            }
        };
        self.shown = Some(Shown { record, history, editions, old });
    }

    /// Shows another face of the article, from its top.
    pub fn turn_to(&mut self, face: Face) {
        if self.face != face {
            (self.face, self.scroll, self.spot) = (face, 0, None);
        }
        if let Some(shown) = &mut self.shown {
            shown.old = None;
        }
    }
}
