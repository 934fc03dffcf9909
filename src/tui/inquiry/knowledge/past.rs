//! What an article was: its editions, what changed between two, what happened to it, and why a field is what it is.

use std::sync::Arc;

use similar::{ChangeTag, TextDiff};

use crate::desk::id::{ArticleId, PersonId};
use crate::desk::knowledge::ArticleField;
use crate::desk::refusal::Refusal;
use crate::desk::time::{Moment, Timestamp};
use crate::store::{FieldChange, Reader};
use crate::text::clean_text;
use crate::text::markdown::{Block, Code, Document};
use crate::tui::inquiry::history::{happening, reasons};
use crate::tui::inquiry::knowledge::{Measure, label};
use crate::tui::inquiry::{Changed, Happening};
use crate::tui::prose::Prose;
use crate::tui::update::capital;

/// At most so many entries of an article's history.
const ENTRIES: usize = 200;
/// So many lines around a change show where it is.
const AROUND: usize = 3;

/// An edition in the list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Counts from 1.
    pub n: i64,
    /// When it was published.
    pub at: Timestamp,
    /// By whom.
    pub who: String,
    /// Its title.
    pub title: String,
    /// How many lines its text has.
    pub lines: usize,
}

/// What an edition said, or what changed between two.
#[derive(Clone, Debug)]
pub struct Old {
    /// What it is, in words.
    pub title: String,
    /// To be read.
    pub prose: Arc<Prose>,
}

pub(super) fn editions(reader: &Reader, id: ArticleId) -> Result<Vec<Printed>, Refusal> {
    let name = |person: Option<PersonId>| -> Result<String, Refusal> {
        let found = person.map(|id| reader.person(id)).transpose()?.flatten();
        Ok(found.map_or_else(|| String::from("?"), |one| one.name))
    };
    let each = reader.editions(id)?.into_iter().map(|one| {
        Ok(Printed { n: one.n, at: one.at, who: name(one.person)?, title: one.title, lines: one.body.lines().count() })
    });
    each.collect()
}

/// What an edition is called; without a number, what the article says now.
fn named(n: Option<i64>) -> String {
    n.map_or_else(|| String::from("now"), |n| format!("edition {n}"))
}

pub(super) fn edition(reader: &Reader, id: ArticleId, n: Option<i64>, measure: &Measure) -> Result<Old, Refusal> {
    let (title, _, body) = reader.article_text(id, n)?;
    let prose = Arc::new(Prose::read(&body, measure.width, &measure.sought));
    Ok(Old { title: format!("{} {}: {title}", id.number(), named(n)), prose })
}

/// What changed from one edition to another.
pub(super) fn difference(
    reader: &Reader,
    id: ArticleId,
    from: Option<i64>,
    to: Option<i64>,
    measure: &Measure,
) -> Result<Old, Refusal> {
    let before = from.map(|n| reader.article_text(id, Some(n))).transpose()?.unwrap_or_default();
    let after = reader.article_text(id, to)?;
    let mut text = String::new();
    for (what, was, is) in [("title", &before.0, &after.0), ("summary", &before.1, &after.1)] {
        if was != is {
            let mut line = |sign: char, value: &str| {
                if !value.is_empty() {
                    text.push_str(&format!("{sign}{what}: {value}\n"));
                }
            };
            line('-', was);
            line('+', is);
        }
    }
    let diff = TextDiff::from_lines(&before.2, &after.2);
    for group in diff.grouped_ops(AROUND) {
        let (was, is) = group.first().map_or((1, 1), |op| (op.old_range().start + 1, op.new_range().start + 1));
        text.push_str(&format!("@@ -{was} +{is} @@\n"));
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            text.push_str(&format!("{sign}{}\n", change.value().trim_end_matches(['\n', '\r'])));
        }
    }
    let title = match from {
        None => format!("{} {}: all of it is new", id.number(), named(to)),
        Some(_) if text.is_empty() => {
            format!("{}: {} and {} say the same", id.number(), named(from), named(to))
        }
        Some(_) => format!("{}: from {} to {}", id.number(), named(from), named(to)),
    };
    let code = Code { language: String::from("diff"), text: clean_text(&text).into_owned(), colours: Vec::new() };
    let mut document = Document { codes: vec![code], ..Document::default() };
    if !text.is_empty() {
        document.blocks.push(Block::Code(0));
    }
    let prose = Prose::again(&Arc::new(document), false, true, measure.width, &measure.sought);
    Ok(Old { title, prose: Arc::new(prose) })
}

/// What happened to an article, the newest first.
pub(super) fn history(reader: &Reader, id: ArticleId, moment: &Moment) -> Result<Vec<Happening>, Refusal> {
    let events = reader.history_of_article(id, moment)?.into_iter().rev().take(ENTRIES);
    Ok(events.map(|event| happening(event.transaction, event.changes.iter().map(changed).collect())).collect())
}

/// A change in words. A long text is told by how many of its lines came and went: its editions tell which.
fn changed(change: &FieldChange) -> Changed {
    let text = |value: &crate::desk::field::Value| value.text().unwrap_or_default().to_owned();
    let (before, after) = (text(&change.before), text(&change.after));
    let field = ArticleField::ALL.iter().find(|field| field.name() == change.what);
    let name = field.map_or_else(|| capital(&change.what), |field| label(*field).to_owned());
    if field != Some(&ArticleField::Body) {
        return Changed { name: change.what.clone(), label: name, before, after };
    }
    let (mut came, mut went) = (0, 0);
    for line in TextDiff::from_lines(&before, &after).iter_all_changes() {
        came += usize::from(line.tag() == ChangeTag::Insert);
        went += usize::from(line.tag() == ChangeTag::Delete);
    }
    let after = format!("{came} {} came, {went} went", if came == 1 { "line" } else { "lines" });
    Changed { name: change.what.clone(), label: name, before: String::new(), after }
}

/// So many lines, in words.
pub(crate) fn lines_of(count: usize) -> String {
    format!("{count} {}", if count == 1 { "line" } else { "lines" })
}

/// Why a field of an article is what it is, as lines to read.
pub(crate) fn why(
    reader: &Reader,
    id: ArticleId,
    field: ArticleField,
    moment: &Moment,
) -> Result<(String, Vec<String>), Refusal> {
    let article = reader.article(id)?;
    let values = article.values(field);
    let now = values.iter().map(|value| reader.shown_article(field, value, moment));
    let now = now.collect::<Result<Vec<_>, _>>()?.join(", ");
    let now = match (field, now.is_empty()) {
        (ArticleField::Body, _) => lines_of(article.body.lines().count()),
        (_, true) => String::from("nothing"),
        (_, false) => now,
    };
    let mut lines = Vec::new();
    if let (ArticleField::Review, Some(kind)) = (field, reader.rules().knowledge.type_of(&article)) {
        lines
            .push(format!("a {} is reviewed {} days after it was published or reviewed", kind.label, kind.review_days));
    }
    // Lists are told by what came to them and went.
    let word = match field {
        ArticleField::Tags => "tag",
        ArticleField::Services => "service",
        ArticleField::Cis => "ci",
        other => other.name(),
    };
    lines.extend(reasons(&history(reader, id, moment)?, word, moment));
    Ok((format!("{} {}: {now}", id.number(), label(field)), lines))
}
