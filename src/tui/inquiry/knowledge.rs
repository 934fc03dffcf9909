//! What the Knowledge tab asks the desk, and what it is told: lists, searches as they are typed, an article with everything,
//! read and laid out; and what wishes about articles mean.

mod article;
mod past;

use std::sync::Arc;

use crate::desk::command::Command;
use crate::desk::id::{ArticleId, PersonId, TicketId};
use crate::desk::knowledge::{ArticleField, ArticleTarget, Content, KnowledgeCommand, Phase, Proof, Snippet, Wanted};
use crate::desk::refusal::Refusal;
use crate::desk::time::{Moment, Timestamp, parse_time};
use crate::store::{ArticleHit, ArticleRow, Asker, FollowedStep, Gap, How, Reader, Shelf, ShelfPlace};
use crate::text::markdown::Document;
use crate::tui::effect::ArticleWish;
use crate::tui::inquiry::Happening;
use crate::tui::prose::Prose;
use crate::tui::screen::rows::Row;

pub(crate) use article::typed;
pub use article::{About, MOST, Record, label};
pub use past::{Old, Printed};
pub(crate) use past::{lines_of, why};

/// So many articles are found at most: who does not find it among them types another word.
pub const FOUND: usize = 50;
/// So many searches that found nothing are listed.
const GAPS: usize = 100;

/// What is looked through where nothing is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// What is published.
    #[default]
    Published,
    /// What is being written, and what waits to be read by somebody else.
    Drafts,
    /// What is due for review.
    Due,
    /// Of what a reader says that something is wrong with it.
    Flagged,
    /// What I answer for.
    Mine,
    /// What no longer holds.
    Retired,
    /// What was searched and not found.
    Gaps,
}

impl View {
    /// All, in their order.
    pub const ALL: [View; 7] =
        [View::Published, View::Drafts, View::Due, View::Flagged, View::Mine, View::Retired, View::Gaps];

    /// What it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            View::Published => "Published",
            View::Drafts => "Drafts",
            View::Due => "Due",
            View::Flagged => "Flagged",
            View::Mine => "Mine",
            View::Retired => "Retired",
            View::Gaps => "Gaps",
        }
    }

    /// What it shows, in a few words.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            View::Published => "what holds",
            View::Drafts => "being written, or in review",
            View::Due => "late, flagged, or waiting for somebody else to read it",
            View::Flagged => "a reader says that something is wrong",
            View::Mine => "what I answer for",
            View::Retired => "what no longer holds",
            View::Gaps => "searched and not found: what to write next",
        }
    }

    /// The next one, or the one before, round the ends.
    #[must_use]
    pub fn turned(self, by: isize) -> View {
        let count = isize::try_from(View::ALL.len()).unwrap_or(1);
        let at = View::ALL.iter().position(|view| *view == self).and_then(|at| isize::try_from(at).ok());
        let next = usize::try_from((at.unwrap_or(0) + by).rem_euclid(count)).unwrap_or(0);
        View::ALL.get(next).copied().unwrap_or_default()
    }

    /// The shelf on which its articles lie; none where it shows no articles, or nobody is known who could own any.
    fn shelf(self, asker: &Asker) -> Option<Shelf> {
        Some(match self {
            View::Published => Shelf::Live,
            View::Drafts => Shelf::Unpublished,
            View::Due => Shelf::Due(asker.moment.now),
            View::Flagged => Shelf::Flagged,
            View::Mine => Shelf::Of(asker.me?),
            View::Retired => Shelf::Gone,
            View::Gaps => return None,
        })
    }
}

/// How an article is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// In so many columns.
    pub width: usize,
    /// With these words marked.
    pub sought: Vec<String>,
}

/// A question about articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inquiry {
    /// A page of a view, from its beginning or behind a place.
    Page {
        /// Which.
        view: View,
        /// Behind this one.
        after: Option<ShelfPlace>,
        /// At most.
        limit: usize,
    },
    /// The articles that have these words, as they are typed so far.
    Search(String),
    /// How many articles each view has.
    Counts,
    /// An article with everything.
    Article(ArticleId, Measure),
    /// The article that a word means: its number, digits alone, its title; to be read.
    Named(String, Measure),
    /// The same document for another width or other words.
    Lay {
        /// Of this article.
        of: ArticleId,
        /// What it says.
        document: Arc<Document>,
        /// Whether its code has colours already.
        coloured: bool,
        /// Whether it shall get them.
        colour: bool,
        /// How it is laid out.
        measure: Measure,
    },
    /// How far its steps are at a ticket.
    Steps(ArticleId, TicketId),
    /// Its editions.
    Editions(ArticleId),
    /// What an edition said; without a number, what it says now.
    Edition(ArticleId, Option<i64>, Measure),
    /// What changed from an edition to another; none is nothing before the first, and what it says now after the last.
    Difference {
        /// Of this article.
        of: ArticleId,
        /// From this edition.
        from: Option<i64>,
        /// To this one.
        to: Option<i64>,
        /// How it is laid out.
        measure: Measure,
    },
    /// What happened to it.
    History(ArticleId),
    /// An edit of its text and what others made of it meanwhile, in one text: where both changed a paragraph, both wordings
    /// stand between marks.
    Joined {
        /// The article, as it was seen.
        on: ArticleTarget,
        /// What was typed.
        body: String,
    },
}

/// What the desk says.
#[derive(Debug)]
pub enum Told {
    /// A page.
    Page {
        /// Its rows.
        rows: Vec<Listed>,
        /// Where the list goes on, if it does.
        next: Option<ShelfPlace>,
        /// Whether it goes on behind the one before.
        goes_on: bool,
    },
    /// What a search found.
    Found(Box<Hits>),
    /// How many articles each view has.
    Counts(Vec<(View, i64)>),
    /// An article with everything.
    Article(Box<Record>),
    /// The same document laid out anew.
    Laid(ArticleId, Box<Prose>),
    /// How far its steps are at a ticket.
    Steps(ArticleId, TicketId, Vec<FollowedStep>),
    /// Its editions, the newest first.
    Editions(ArticleId, Vec<Printed>),
    /// What an edition said, or what changed between two.
    Old(ArticleId, Box<Old>),
    /// What happened to it, the newest first.
    History(ArticleId, Vec<Happening>),
    /// Both edits in one text, and what the article says now.
    Joined(ArticleId, String, String),
}

/// What a search found.
#[derive(Debug)]
pub struct Hits {
    /// As it was typed.
    pub words: String,
    /// The articles, the best first.
    pub rows: Vec<Listed>,
    /// How they were found.
    pub how: How,
    /// Whether the knowledge base has nothing on it.
    pub gap: bool,
    /// The words that are marked where they stand.
    pub sought: Vec<String>,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// An article.
    Article(Box<Item>),
    /// A search that found nothing.
    Gap(Gap),
}

/// An article in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// Its type, as people call it.
    pub kind: String,
    /// Where it is in its life.
    pub state: String,
    /// What that amounts to.
    pub phase: Phase,
    /// When it was last touched.
    pub updated: Timestamp,
    /// When it was last published or found to hold.
    pub confirmed: Option<Timestamp>,
    /// When somebody shall look whether it still holds.
    pub review: Option<Timestamp>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What readers made of it.
    pub proof: Proof,
    /// How many flags are open.
    pub flags: i64,
    /// Why it was found.
    pub snippet: Option<Snippet>,
}

/// What tells one row from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// An article.
    Article(ArticleId),
    /// A search, by its words.
    Gap(String),
}

impl Row for Listed {
    type Key = Entry;

    fn key(&self) -> Entry {
        match self {
            Listed::Article(item) => Entry::Article(item.id),
            Listed::Gap(gap) => Entry::Gap(gap.typed.clone()),
        }
    }

    fn name(&self) -> String {
        match self {
            Listed::Article(item) => item.title.clone(),
            Listed::Gap(gap) => gap.typed.clone(),
        }
    }
}

/// Asks the desk.
pub(crate) fn inquire(reader: &Reader, asker: &Asker, what: &Inquiry) -> Result<Told, Refusal> {
    Ok(match what {
        Inquiry::Page { view: View::Gaps, .. } => {
            let rows = reader.gaps(GAPS)?.into_iter().map(Listed::Gap).collect();
            Told::Page { rows, next: None, goes_on: false }
        }
        Inquiry::Page { view, after, limit } => {
            let (rows, next) = match view.shelf(asker) {
                Some(shelf) => reader.shelf(shelf, after.as_ref(), *limit)?,
                None => (Vec::new(), None),
            };
            let rows = rows.into_iter().map(|row| listed(reader, row, None)).collect::<Result<_, _>>()?;
            Told::Page { rows, next, goes_on: after.is_some() }
        }
        Inquiry::Search(words) => Told::Found(Box::new(search(reader, asker, words)?)),
        Inquiry::Counts => {
            let shelves = View::ALL.into_iter().filter_map(|view| Some((view, view.shelf(asker)?)));
            let counts = shelves.map(|(view, shelf)| Ok((view, reader.count_shelf(shelf)?)));
            Told::Counts(counts.collect::<Result<_, Refusal>>()?)
        }
        Inquiry::Article(id, measure) => Told::Article(Box::new(article::record(reader, asker, *id, measure)?)),
        Inquiry::Named(word, measure) => {
            let digits = word.trim().parse::<i64>().ok().filter(|n| *n > 0).map(ArticleId);
            let id = digits.map_or_else(|| reader.find_article(word), Ok)?;
            Told::Article(Box::new(article::record(reader, asker, id, measure)?))
        }
        Inquiry::Lay { of, document, coloured, colour, measure } => {
            let prose = Prose::again(document, *coloured, *colour, measure.width, &measure.sought);
            Told::Laid(*of, Box::new(prose))
        }
        Inquiry::Steps(id, ticket) => Told::Steps(*id, *ticket, reader.followed(*id, Some(*ticket))?.steps),
        Inquiry::Editions(id) => Told::Editions(*id, past::editions(reader, *id)?),
        Inquiry::Edition(id, n, measure) => Told::Old(*id, Box::new(past::edition(reader, *id, *n, measure)?)),
        Inquiry::Difference { of, from, to, measure } => {
            Told::Old(*of, Box::new(past::difference(reader, *of, *from, *to, measure)?))
        }
        Inquiry::History(id) => Told::History(*id, past::history(reader, *id, &asker.moment)?),
        Inquiry::Joined { on, body } => {
            let (body, theirs) = reader.joined_text(*on, body)?;
            Told::Joined(on.id, body, theirs)
        }
    })
}

fn search(reader: &Reader, asker: &Asker, words: &str) -> Result<Hits, Refusal> {
    let found = reader.search_articles(words, FOUND, asker.moment.now)?;
    let mut sought: Vec<String> = Wanted::read(words).tokens().into_iter().map(str::to_owned).collect();
    if let How::Corrected(meant) = &found.how {
        let meant = meant.iter().flat_map(|(_, meant)| crate::desk::query::tokens(meant));
        sought.extend(meant);
    }
    let gap = found.is_gap();
    let rows = found.hits.into_iter().map(|hit| {
        let ArticleHit { id, snippet, .. } = hit;
        listed(reader, reader.article_row(id)?, Some(snippet))
    });
    let rows = rows.collect::<Result<_, Refusal>>()?;
    Ok(Hits { words: words.to_owned(), rows, how: found.how, gap, sought })
}

fn listed(reader: &Reader, row: ArticleRow, snippet: Option<Snippet>) -> Result<Listed, Refusal> {
    let kinds = &reader.rules().knowledge.types;
    let kind = kinds.iter().find(|kind| kind.name == row.kind).map_or(row.kind, |kind| kind.label.clone());
    let owner = row.owner.map(|id| reader.person(id)).transpose()?.flatten().map(|one| one.name);
    Ok(Listed::Article(Box::new(Item {
        id: row.id,
        title: row.title,
        kind,
        state: row.state,
        phase: row.phase,
        updated: row.updated,
        confirmed: row.confirmed,
        review: row.review,
        owner,
        proof: row.proof,
        flags: row.flags,
        snippet,
    })))
}

/// The command that a wish about articles means.
pub(crate) fn understand(
    reader: &Reader,
    me: Option<PersonId>,
    moment: &Moment,
    wish: &ArticleWish,
) -> Result<Command, Refusal> {
    let content = |fields: &[(ArticleField, String)]| -> Result<Content, Refusal> {
        let each =
            fields.iter().map(|(field, text)| Ok((*field, reader.understand_article(*field, text, me, moment)?)));
        each.collect()
    };
    let command = match wish {
        ArticleWish::Write { fields, cite } => {
            let mut set = content(fields)?;
            set.retain(|_, values| !values.is_empty());
            KnowledgeCommand::Write { set, cite: cite.clone() }
        }
        ArticleWish::Edit { on, fields, settled } => {
            let set = content(fields)?;
            return each(on, |on| Ok(KnowledgeCommand::Edit { on, set: set.clone(), settled: settled.clone() }));
        }
        ArticleWish::About { on, field, word, remove } => {
            let values = reader.understand_article(*field, word, me, moment)?;
            return each(on, |on| {
                let now = reader.article(on.id)?;
                let mut all = now.values(*field);
                all.retain(|value| !values.contains(value));
                if !remove {
                    all.extend(values.iter().cloned());
                }
                let on = ArticleTarget { version: Some(now.version), ..on };
                Ok(KnowledgeCommand::Edit { on, set: Content::from([(*field, all)]), settled: Vec::new() })
            });
        }
        ArticleWish::Advance { on, to, at } => {
            let at = match at.trim() {
                "" => None,
                typed => match parse_time(typed, moment) {
                    Some(at) => Some(at.from),
                    None => {
                        let why = format!("when takes a day or time: fri 9:00, 2h, 2027-01-31; not '{typed}'");
                        return Err(Refusal::rule(why));
                    }
                },
            };
            KnowledgeCommand::Advance { on: on.clone(), to: to.clone(), at }
        }
        ArticleWish::Cite { on, role, ticket } => {
            let tickets: Vec<TicketId> = ticket
                .split(',')
                .map(|word| {
                    let number = word.trim().parse().map_err(Refusal::rule)?;
                    Ok(reader.ticket_numbered(number)?.id)
                })
                .collect::<Result<_, Refusal>>()?;
            KnowledgeCommand::Cite { on: *on, role: *role, tickets }
        }
    };
    Ok(Command::Knowledge(command))
}

/// The same for each article, as one change.
fn each(
    on: &[ArticleTarget],
    make: impl Fn(ArticleTarget) -> Result<KnowledgeCommand, Refusal>,
) -> Result<Command, Refusal> {
    match on {
        [one] => Ok(Command::Knowledge(make(*one)?)),
        on => {
            let all = on.iter().map(|one| Ok(Command::Knowledge(make(*one)?)));
            Ok(Command::Each(all.collect::<Result<_, Refusal>>()?))
        }
    }
}
