//! The article: what it is in a few lines, then what it says.

use crate::desk::knowledge::{ArticleField, CitationRole, Phase};
use crate::desk::time::short_span;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::inquiry::knowledge::{About, Record, label};
use crate::tui::model::Model;
use crate::tui::screen::knowledge::Shown;
use crate::tui::screen::knowledge::text::{Spot, Text, fitted};
use crate::tui::screen::queue::timeline::{Line, Tone};
use crate::tui::screen::stops::Stop;

/// Columns of a label with its gap.
const LABEL: usize = 12;
/// Columns in which it is told how many pieces are left out.
const LEFT_OUT: usize = 7;

/// Number, title and type in one line.
pub(super) fn title(told: &mut Text, shown: &Shown, model: &Model, width: usize) {
    let article = &shown.record.article;
    let number = article.id.number();
    let room = width.saturating_sub(text::width(&number) + 2);
    let rows = text::wrap(&text::clean_line(&article.title), room.max(10));
    let blank = " ".repeat(text::width(&number) + 2);
    for (at, row) in rows.into_iter().enumerate() {
        let before = if at == 0 { format!("{number}  ") } else { blank.clone() };
        told.head.push(vec![(Tone::Quiet, before), (Tone::Strong, fitted(&row, room, model))]);
    }
}

/// The article as it is read: what it is in as few rows as that takes, so that what it says is in sight.
pub(super) fn text(shown: &Shown, model: &Model, width: usize) -> Text {
    let record = &shown.record;
    let mut told = Text::default();
    title(&mut told, shown, model, width);
    if !record.article.summary.is_empty() {
        told.lines(Tone::Plain, &record.article.summary, width);
    }
    side_by_side(&mut told, standing(record, model), usize::MAX, model, width);
    side_by_side(&mut told, about(record), 1, model, width);
    warnings(&mut told, record, model, width);
    told.line(Tone::Quiet, model.look.set().across.repeat(width));
    if record.article.body.trim().is_empty() {
        let key = model.key(ActionId::ArticleText);
        told.line(Tone::Quiet, format!("It says nothing yet; {key} writes it."));
    } else {
        told.below(&record.prose);
    }
    told
}

/// Some words, and on what the cursor is there, if it can stand there.
type Piece = (Option<Spot>, Tone, String);

/// Pieces side by side, in as many rows as they take; where those are too many, how many are left out.
fn side_by_side(told: &mut Text, pieces: Vec<Piece>, most: usize, model: &Model, width: usize) {
    let glue = model.look.set().beside;
    let count = pieces.len();
    let (mut line, mut at, mut column, mut rows) = (Line::new(), 0, 0, 1);
    let bytes = |line: &Line| line.iter().map(|(_, piece)| piece.len()).sum::<usize>();
    for (place, (spot, tone, words)) in pieces.into_iter().enumerate() {
        let words = fitted(&words, width, model);
        let wide = text::width(&words);
        // How many are left out has its room in the last row.
        let room = if rows == most && place + 1 < count { width.saturating_sub(LEFT_OUT) } else { width };
        if column > 0 && at + text::width(glue) + wide > room {
            if rows == most {
                line.push((Tone::Quiet, format!("{glue}+{}", count - place)));
                break;
            }
            told.head.push(std::mem::take(&mut line));
            (rows, at, column) = (rows + 1, 0, 0);
        }
        if column > 0 {
            line.push((Tone::Quiet, glue.to_owned()));
            at += text::width(glue);
        }
        if let Some(spot) = spot {
            let from = bytes(&line);
            told.stops.push(Stop { spot, row: told.head.len(), column, part: from..from + words.len() });
        }
        line.push((tone, words));
        (at, column) = (at + wide, column + 1);
    }
    if !line.is_empty() {
        told.head.push(line);
    }
}

/// How far it can be relied on.
fn standing(record: &Record, model: &Model) -> Vec<Piece> {
    let article = &record.article;
    let own = |field: ArticleField| (Some(Spot::Field(field)), Tone::Quiet, record.text(field).to_owned());
    let edition = if article.edition > 0 { format!(", edition {}", article.edition) } else { String::new() };
    let tone = if article.phase == Phase::Live { Tone::Quiet } else { Tone::Warning };
    let mut all = vec![own(ArticleField::Type), (Some(Spot::State), tone, format!("{}{edition}", article.state))];
    let (spot, tone, owner) = own(ArticleField::Owner);
    all.push((spot, tone, if owner.is_empty() { String::from("owned by nobody") } else { owner }));
    // What is for staff is as usual.
    if record.text(ArticleField::Audience) != "staff" {
        let (spot, tone, audience) = own(ArticleField::Audience);
        all.push((spot, tone, format!("for {audience}")));
    }
    if let Some(review) = article.review.filter(|review| *review > model.moment.now) {
        let day = model.moment.day_of(review);
        all.push((Some(Spot::Field(ArticleField::Review)), Tone::Quiet, format!("review {day}")));
    }
    let used = used(record);
    if !used.is_empty() {
        all.push((None, Tone::Quiet, used));
    }
    all
}

/// What readers made of it.
fn used(record: &Record) -> String {
    let proof = record.row.proof;
    let votes = proof.helped + proof.failed;
    let used = (proof.uses > 0).then(|| format!("used {}", proof.uses));
    let helped = (votes > 0).then(|| format!("helped {} of {votes}", proof.helped));
    used.into_iter().chain(helped).collect::<Vec<_>>().join(", ")
}

/// The problem, services and CIs that it is about, and its tags.
fn about(record: &Record) -> Vec<Piece> {
    let problems = record.tickets().filter(|cited| cited.role == CitationRole::KnownError);
    let problems = problems.map(|cited| {
        let words = format!("{} ({}) {}", cited.number, cited.state, cited.title);
        (Some(Spot::Ticket(cited.role, cited.ticket)), Tone::Plain, words)
    });
    let things = record.about.iter().map(|one| match one {
        About::Service(key, name) => (Some(Spot::Service(key.clone())), Tone::Plain, name.clone()),
        About::Ci(id, name) => (Some(Spot::Ci(*id)), Tone::Plain, format!("{} {name}", id.number())),
    });
    let tags = record.article.tags.join(" ");
    let tags = (!tags.is_empty()).then(|| (Some(Spot::Field(ArticleField::Tags)), Tone::Quiet, format!("tags {tags}")));
    problems.chain(things).chain(tags).collect()
}

/// What somebody should know before they rely on it, a line each.
fn warnings(told: &mut Text, record: &Record, model: &Model, width: usize) {
    let (article, now) = (&record.article, model.moment.now);
    let mut warn = |spot: Spot, words: String| {
        told.stop(spot, vec![(Tone::Warning, fitted(&format!("! {words}"), width, model))]);
    };
    if let Some(at) = article.publish_at {
        warn(Spot::State, format!("to be published {}", at.local(model.moment.zone)));
    }
    match article.phase {
        Phase::Gone => warn(Spot::State, format!("{}: it no longer holds", article.state)),
        Phase::Draft | Phase::Review => warn(Spot::State, format!("{}: not published yet", article.state)),
        Phase::Live | Phase::Due => {
            if let Some(review) = article.review.filter(|review| *review <= now) {
                let (day, late) = (model.moment.day_of(review), short_span(now.since(review)));
                warn(Spot::Field(ArticleField::Review), format!("review {day}, {late} late"));
            }
        }
    }
    for (who, flag) in &record.flags {
        let at = flag.at.local(model.moment.zone);
        told.lines(Tone::Warning, &format!("! {who}, {at}: {}", flag.comment), width);
    }
}

/// The fields one by one.
pub(super) fn fields(told: &mut Text, record: &Record, model: &Model, width: usize) {
    let article = &record.article;
    let room = width.saturating_sub(LABEL + 2);
    let line = |name: &str, words: &str| {
        vec![(Tone::Quiet, format!("  {}", text::pad(name, LABEL))), (Tone::Plain, fitted(words, room, model))]
    };
    told.gap();
    told.line(Tone::Strong, "Fields");
    told.stop(Spot::State, line("State", &article.state));
    for field in ArticleField::ALL {
        let above = matches!(field, ArticleField::Title | ArticleField::Summary);
        let links = matches!(field, ArticleField::Services | ArticleField::Cis);
        if !above && !links && !record.text(*field).is_empty() {
            told.stop(Spot::Field(*field), line(label(*field), record.text(*field)));
        }
    }
    let used = used(record);
    if !used.is_empty() {
        told.head.push(line("Readers", &used));
    }
    told.head.push(line("Written by", &record.writer));
    told.head.push(line("Changed", &article.updated.local(model.moment.zone)));
}
