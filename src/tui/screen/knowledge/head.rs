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
const LABEL: usize = 11;
/// From so many columns on the fields stand in two.
const TWO: usize = 60;

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

/// The article as it is read.
pub(super) fn text(shown: &Shown, model: &Model, width: usize) -> Text {
    let record = &shown.record;
    let mut told = Text::default();
    title(&mut told, shown, model, width);
    fields(&mut told, record, model, width);
    about(&mut told, record, model, width);
    if !record.article.summary.is_empty() {
        told.gap();
        told.lines(Tone::Plain, &record.article.summary, width);
    }
    for (who, flag) in &record.flags {
        let at = flag.at.local(model.moment.zone);
        told.lines(Tone::Warning, &format!("! {who}, {at}: {}", flag.comment), width);
    }
    told.line(Tone::Quiet, model.look.set().across.repeat(width));
    if record.article.body.trim().is_empty() {
        let key = model.key(ActionId::ArticleText);
        told.line(Tone::Quiet, format!("It says nothing yet; {key} writes it."));
    } else {
        told.below(&record.prose);
    }
    told
}

/// The fields that say how far it can be relied on; in two columns where there is room.
fn fields(told: &mut Text, record: &Record, model: &Model, width: usize) {
    let article = &record.article;
    let now = model.moment.now;
    let mut all: Vec<(Spot, &str, String, Tone)> = Vec::new();
    let edition = if article.edition > 0 { format!(", edition {}", article.edition) } else { String::new() };
    let later = article.publish_at.map(|at| format!(", to be published {}", at.local(model.moment.zone)));
    let tone = match article.phase {
        Phase::Due | Phase::Gone => Tone::Warning,
        _ => Tone::Strong,
    };
    all.push((Spot::State, "State", format!("{}{edition}{}", article.state, later.unwrap_or_default()), tone));
    let text_of = |field: ArticleField| {
        let given = record.fields.iter().find(|one| one.name == field.name());
        given.map(|one| one.text.clone()).unwrap_or_default()
    };
    let own = |field: ArticleField| (Spot::Field(field), label(field), text_of(field), Tone::Plain);
    all.push(own(ArticleField::Type));
    let (spot, name, owner, _) = own(ArticleField::Owner);
    let owner = if owner.is_empty() { String::from("nobody") } else { owner };
    all.push((spot, name, owner, Tone::Plain));
    if let Some(review) = article.review {
        let day = model.moment.day_of(review).to_string();
        let late = review <= now;
        let words = if late { format!("! {day}, {} late", short_span(now.since(review))) } else { day };
        let tone = if late { Tone::Warning } else { Tone::Plain };
        all.push((Spot::Field(ArticleField::Review), "Review", words, tone));
    }
    for field in [ArticleField::Category, ArticleField::Audience, ArticleField::Language] {
        let one = own(field);
        // What is for staff is as usual.
        if !one.2.is_empty() && (field != ArticleField::Audience || one.2 != "staff") {
            all.push(one);
        }
    }
    let proof = record.row.proof;
    if proof.uses + proof.helped + proof.failed > 0 {
        let tickets = if proof.uses == 1 { "ticket" } else { "tickets" };
        let votes = proof.helped + proof.failed;
        let helped = if votes > 0 { format!(", helped {} of {votes}", proof.helped) } else { String::new() };
        let words = format!("for {} {tickets}{helped}", proof.uses);
        all.push((Spot::State, "Used", words, Tone::Plain));
    }
    let written = format!("{}, {}", record.writer, article.updated.local(model.moment.zone));
    all.push((Spot::State, "Written", written, Tone::Quiet));
    let columns = if width >= TWO { 2 } else { 1 };
    let room = width / columns;
    for row in all.chunks(columns) {
        let mut line = Line::new();
        let mut at = 0;
        for (column, (spot, name, words, tone)) in row.iter().enumerate() {
            let name = text::pad(name, LABEL);
            let words = fitted(words, room.saturating_sub(LABEL + 1), model);
            let end = at + name.len() + words.len();
            // What follows from others is only read.
            let walked = !matches!(name.trim(), "Used" | "Written");
            if walked {
                let row = told.head.len();
                told.stops.push(Stop { spot: spot.clone(), row, column, part: at..end });
            }
            let rest = room.saturating_sub(LABEL + text::width(&words));
            line.push((Tone::Quiet, name));
            line.push((*tone, words));
            line.push((Tone::Plain, " ".repeat(rest)));
            at = end + rest;
        }
        told.head.push(line);
    }
    let tags = article.tags.join(" ");
    if !tags.is_empty() {
        let words = fitted(&tags, width.saturating_sub(LABEL), model);
        told.stop(Spot::Field(ArticleField::Tags), vec![(Tone::Quiet, text::pad("Tags", LABEL)), (Tone::Plain, words)]);
    }
}

/// Services, CIs and the problem that it is about, a line each.
fn about(told: &mut Text, record: &Record, model: &Model, width: usize) {
    let room = width.saturating_sub(LABEL);
    for one in &record.about {
        let (spot, name, words) = match one {
            About::Service(key, name) => (Spot::Service(key.clone()), "Service", name.clone()),
            About::Ci(id, name) => (Spot::Ci(*id), "CI", format!("{} {name}", id.number())),
        };
        let line = vec![(Tone::Quiet, text::pad(name, LABEL)), (Tone::Plain, fitted(&words, room, model))];
        told.stop(spot, line);
    }
    for cited in record.cited.iter().filter(|cited| cited.role == CitationRole::KnownError) {
        let words = format!("{} ({}) {}", cited.number, cited.state, cited.title);
        let line = vec![(Tone::Quiet, text::pad("Problem", LABEL)), (Tone::Plain, fitted(&words, room, model))];
        told.stop(Spot::Ticket(cited.role, cited.ticket), line);
    }
}
