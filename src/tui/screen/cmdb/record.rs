//! A CI's record: its fields in two columns, what is not as it should be, what it concerns, what is known of it, who saw it.

use crate::desk::cmdb::Phase;
use crate::desk::id::{Kind, Number};
use crate::desk::time::short_span;
use crate::store::{CitedArticle, Concerned, Related};
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::inquiry::Given;
use crate::tui::model::Model;
use crate::tui::screen::cmdb::Shown;
use crate::tui::screen::cmdb::text::{Spot, Stop, Text, fitted};
use crate::tui::screen::queue::timeline::{Line, Tone};

/// Fields that are read elsewhere on the page.
const ELSEWHERE: [&str; 6] = ["name", "description", "location", "created", "updated", "tag"];
/// Two columns from here.
const TWO: usize = 64;

/// The record as lines.
pub(super) fn text(shown: &Shown, model: &Model, width: usize) -> Text {
    let sheet = &shown.record.sheet;
    let mut told = Text::default();
    heading(&mut told, shown, model, width);
    told.gap();
    let label = fields(&mut told, shown, model, width);
    if let Some(place) = shown.record.fields.iter().find(|one| one.name == "location")
        && (!place.text.is_empty() || place.required || place.recommended)
    {
        wide(&mut told, place, label, model, width);
    }
    if let Some(tags) = shown.record.fields.iter().find(|one| one.name == "tag" && !one.text.is_empty()) {
        wide(&mut told, tags, label, model, width);
    }
    for (relation, need) in &sheet.redundancies {
        let reading = model.rules.as_ref().and_then(|rules| rules.cmdb.relations.get(relation));
        let reading = reading.map_or(relation.as_str(), |kind| kind.label.as_str());
        told.line(Tone::Plain, format!("Of all that it {reading}, {need} must stand"));
    }
    if !shown.record.health.is_empty() {
        told.gap();
        told.line(Tone::Strong, "Health");
        for (at, why) in shown.record.health.iter().enumerate() {
            let rows = text::wrap(&text::clean_line(why), width.saturating_sub(2));
            let duplicate = at + shown.record.duplicates.len() >= shown.record.health.len();
            let other = shown.record.duplicates.iter().find(|(id, ..)| duplicate && why.contains(&id.number()));
            for (n, row) in rows.into_iter().enumerate() {
                let line = vec![(Tone::Warning, format!("{} {row}", if n == 0 { "!" } else { " " }))];
                match other.filter(|_| n == 0) {
                    Some((id, ..)) => told.stop(Spot::Ci(String::from("duplicate"), *id), line),
                    None => told.lines.push(line),
                }
            }
        }
    }
    concerned(&mut told, &sheet.tickets, model, width);
    articles(&mut told, &sheet.articles, model, width);
    told.gap();
    let relations = summary(&sheet.relations, model);
    let key = model.key(ActionId::CiRelations);
    let words = if relations.is_empty() { String::from("none") } else { relations };
    let line = format!("{}{words}  ({key} shows them)", text::pad("Relations", label));
    let line = fitted(&line, width, model);
    told.stop(Spot::Relations, vec![(Tone::Plain, line)]);
    if sheet.software > 0 {
        let line = format!("{}{} titles found by an inventory", text::pad("Software", label), sheet.software);
        told.stop(Spot::Software, vec![(Tone::Plain, line)]);
    }
    for sighting in &sheet.sightings {
        let ago = short_span(model.moment.now.since(sighting.at));
        let line = format!("{}{} as {}, {ago} ago", text::pad("Seen by", label), sighting.source, sighting.key);
        told.line(Tone::Quiet, fitted(&line, width, model));
    }
    if !sheet.ci.locked.is_empty() {
        let line = format!("{}{}", text::pad("By hand", label), sheet.ci.locked.join(", "));
        told.line(Tone::Quiet, fitted(&line, width, model));
    }
    if !sheet.ci.description.is_empty() {
        told.gap();
        for row in text::clean_text(&sheet.ci.description).lines() {
            told.lines.extend(text::wrap(row, width).into_iter().map(|row| vec![(Tone::Plain, row)]));
        }
    }
    told.gap();
    let zone = model.moment.zone;
    let made = format!("made {}, changed {}", sheet.ci.created.local(zone), sheet.ci.updated.local(zone));
    told.line(Tone::Quiet, fitted(&made, width, model));
    told
}

/// Number, name, class and status in one line.
pub(super) fn heading(told: &mut Text, shown: &Shown, model: &Model, width: usize) {
    let ci = &shown.record.sheet.ci;
    let class = model.rules.as_ref().map_or(ci.class.as_str(), |rules| rules.cmdb.classes.label(&ci.class)).to_owned();
    let number = ci.id.number();
    let tail = format!("  {class}, {}", ci.status);
    let room = width.saturating_sub(text::width(&number) + 2 + text::width(&tail));
    let name = text::truncate(&text::clean_line(&ci.name), room.max(8), model.look.ellipsis()).into_owned();
    let tone = if ci.phase == Phase::Gone { Tone::Warning } else { Tone::Quiet };
    told.lines.push(vec![(Tone::Quiet, format!("{number}  ")), (Tone::Strong, name), (tone, tail)]);
}

/// The fields given, and those that a good record has; in two columns where there is room. Gives the width of their labels.
fn fields(told: &mut Text, shown: &Shown, model: &Model, width: usize) -> usize {
    let wanted = |one: &&Given| {
        let lacks = one.required || one.recommended;
        !ELSEWHERE.contains(&one.name.as_str()) && (lacks || !one.text.is_empty())
    };
    let fields: Vec<&Given> = shown.record.fields.iter().filter(wanted).collect();
    let label = fields.iter().map(|one| text::width(&one.label)).max().unwrap_or(0).clamp(9, 18) + 2;
    let columns = if width >= TWO { 2 } else { 1 };
    let room = width / columns;
    let rows = fields.len().div_ceil(columns);
    for row in 0..rows {
        let mut line = Line::new();
        for column in 0..columns {
            let Some(one) = fields.get(column * rows + row) else { continue };
            let (tone, value) = face(one);
            let space = room.saturating_sub(label + 1);
            let value = text::truncate(&value, space, model.look.ellipsis()).into_owned();
            let from = line.len();
            let name = text::truncate(&one.label, label - 1, model.look.ellipsis()).into_owned();
            line.push((Tone::Quiet, text::pad(&name, label)));
            line.push((tone, value.clone()));
            let at = told.lines.len();
            told.stops.push(Stop { spot: Spot::Field(one.name.clone()), row: at, column, part: from..line.len() });
            if column + 1 < columns {
                line.push((Tone::Plain, " ".repeat(room.saturating_sub(label + text::width(&value)))));
            }
        }
        told.lines.push(line);
    }
    label
}

/// A field with a line of its own.
fn wide(told: &mut Text, one: &Given, label: usize, model: &Model, width: usize) {
    let (tone, value) = face(one);
    let value = text::truncate(&value, width.saturating_sub(label), model.look.ellipsis()).into_owned();
    told.stop(Spot::Field(one.name.clone()), vec![(Tone::Quiet, text::pad(&one.label, label)), (tone, value)]);
}

fn face(one: &Given) -> (Tone, String) {
    match (one.text.is_empty(), one.required) {
        (false, _) => (Tone::Plain, text::clean_line(&one.text).into_owned()),
        (true, true) => (Tone::Warning, String::from("! needed")),
        (true, false) => (Tone::Quiet, String::from("(not given)")),
    }
}

/// Open tickets, then changes to come.
fn concerned(told: &mut Text, tickets: &[Concerned], model: &Model, width: usize) {
    let is_change = |one: &&Concerned| one.number.kind == Kind::Change;
    let groups: [(&str, Vec<&Concerned>); 2] = [
        ("Open tickets", tickets.iter().filter(|one| !is_change(one)).collect()),
        ("Changes to come", tickets.iter().filter(is_change).collect()),
    ];
    for (title, group) in groups.into_iter().filter(|(_, group)| !group.is_empty()) {
        told.gap();
        told.line(Tone::Strong, format!("{title} ({})", group.len()));
        for one in group {
            told.stop(Spot::Ticket(one.id), ticket(one.number, one, "", model, width));
        }
    }
}

/// The articles about it.
fn articles(told: &mut Text, articles: &[CitedArticle], model: &Model, width: usize) {
    if articles.is_empty() {
        return;
    }
    told.gap();
    told.line(Tone::Strong, format!("Knowledge ({})", articles.len()));
    for one in articles {
        let line = format!("{} {} {}", text::pad(&one.id.number(), 9), text::pad(&one.state, 12), one.title);
        let tone = if one.phase.is_live() { Tone::Plain } else { Tone::Quiet };
        told.stop(Spot::Article(one.id), vec![(tone, fitted(&line, width, model))]);
    }
}

/// A ticket in one line; the way by which it came where that was computed.
pub(super) fn ticket(number: Number, one: &Concerned, on: &str, model: &Model, width: usize) -> Line {
    let why = one.path.as_ref().map_or_else(String::new, |path| format!(" ({path})"));
    let on = if on.is_empty() { String::new() } else { format!("{on}: ") };
    let line = format!("{} {} {on}{}{why}", text::pad(&number.to_string(), 9), text::pad(&one.state, 12), one.title);
    vec![(Tone::Plain, fitted(&line, width, model))]
}

/// `hosts 42, depends on 3`.
fn summary(relations: &[Related], model: &Model) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for one in relations {
        let kind = model.rules.as_ref().and_then(|rules| rules.cmdb.relations.get(&one.relation));
        let reading = kind.map_or_else(|| one.relation.clone(), |kind| kind.reading(one.reverse).to_owned());
        match counts.iter_mut().find(|(known, _)| *known == reading) {
            Some((_, count)) => *count += 1,
            None => counts.push((reading, 1)),
        }
    }
    counts.iter().map(|(reading, count)| format!("{reading} {count}")).collect::<Vec<_>>().join(", ")
}
