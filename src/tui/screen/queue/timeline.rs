//! The ticket as lines: its fields in two columns, what it says, then everything that happened, oldest first.

use crate::desk::field::{Field, Shape, Value};
use crate::desk::time::{Timestamp, short_span};
use crate::store::{Event, FieldChange, shown};
use crate::text;
use crate::tui::model::Model;
use crate::tui::screen::queue::Shown;
use crate::tui::screen::queue::diff::{self, Changed};

/// How a piece of text is meant; the theme says how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Plain.
    Plain,
    /// A heading or name.
    Strong,
    /// A label, a time: there when wanted.
    Quiet,
    /// Overdue, major, highest priority.
    Warning,
    /// What the requester sees.
    Public,
}

/// A line: pieces with their tones.
pub type Line = Vec<(Tone, String)>;

/// The fields of the header, in the order of reading.
const HEADER: &[Field] = &[
    Field::State,
    Field::Priority,
    Field::Assignee,
    Field::Team,
    Field::Requester,
    Field::Service,
    Field::Category,
    Field::Ci,
    Field::Due,
    Field::Created,
    Field::PendingReason,
    Field::ResolutionCode,
    Field::CauseCode,
    Field::Channel,
    Field::Resolved,
    Field::Closed,
    Field::MergedInto,
    Field::External,
];

/// The lines of a ticket in `width` columns.
#[must_use]
pub fn lines(what: &Shown, model: &Model, width: usize) -> Vec<Line> {
    let sheet = &what.sheet;
    let ticket = &sheet.ticket;
    let width = width.max(10);
    let mut lines: Vec<Line> = Vec::new();
    let title = format!("{}  {}", ticket.number, text::clean_line(&ticket.title));
    lines.extend(text::wrap(&title, width).into_iter().map(|row| vec![(Tone::Strong, row)]));
    if ticket.major {
        lines.push(vec![(Tone::Warning, String::from("MAJOR INCIDENT"))]);
    }
    header(&mut lines, what, model, width);
    let mut block = |label: &str, body: &str, tone: Tone| {
        if !body.trim().is_empty() {
            lines.push(Vec::new());
            if !label.is_empty() {
                lines.push(vec![(Tone::Quiet, label.to_owned())]);
            }
            lines.extend(body_lines(body, width, tone, model));
        }
    };
    block("", &ticket.description, Tone::Plain);
    block("Workaround", ticket.workaround.as_deref().unwrap_or_default(), Tone::Plain);
    block("Root cause", ticket.root_cause.as_deref().unwrap_or_default(), Tone::Plain);
    block("Resolution", ticket.resolution.as_deref().unwrap_or_default(), Tone::Plain);
    belongings(&mut lines, what, model, width);
    happened(&mut lines, what, model, width);
    lines
}

fn header(lines: &mut Vec<Line>, what: &Shown, model: &Model, width: usize) {
    let ticket = &what.sheet.ticket;
    let fields: Vec<(&str, String, Tone)> = HEADER
        .iter()
        .filter(|field| ticket.value(**field).given() || matches!(field, Field::Assignee | Field::Team))
        .map(|field| {
            let value = ticket.value(*field);
            let mut words = text::clean_line(&shown(*field, &value, &what.sheet.names, &model.moment)).into_owned();
            let mut tone = Tone::Plain;
            if words.is_empty() {
                words = String::from("nobody");
            }
            match (field, value.int()) {
                (Field::Due, Some(at)) if ticket.phase.is_open() => {
                    let late = at < model.moment.now.0;
                    words = format!(
                        "{}{}, {words}",
                        if late { "! late by " } else { "in " },
                        short_span(at - model.moment.now.0)
                    );
                    tone = if late { Tone::Warning } else { Tone::Plain };
                }
                (Field::Priority, _) => {
                    words = format!("{words} (imp {}, urg {})", ticket.impact.get(), ticket.urgency.get());
                    if ticket.priority_reason.is_some() {
                        words = format!("{} by hand, matrix {}", ticket.priority, ticket.priority_computed);
                    }
                    tone = if ticket.priority.get() == 1 { Tone::Warning } else { Tone::Plain };
                }
                (Field::State, _) => tone = Tone::Strong,
                _ => {}
            }
            (field.spec().label, words, tone)
        })
        .collect();
    let columns = if width >= 60 { 2 } else { 1 };
    let column = width / columns;
    for pair in fields.chunks(columns) {
        let mut line = Line::new();
        for (label, words, tone) in pair {
            line.push((Tone::Quiet, text::pad(&text::truncate(label, 14, model.look.ellipsis()), 15)));
            line.push((
                *tone,
                text::pad(
                    &text::truncate(words, column.saturating_sub(16), model.look.ellipsis()),
                    column.saturating_sub(15),
                ),
            ));
        }
        lines.push(line);
    }
    if !what.sheet.tags.is_empty() {
        lines.push(vec![
            (Tone::Quiet, text::pad("Tags", 15)),
            (Tone::Plain, text::clean_line(&what.sheet.tags.join(" ")).into_owned()),
        ]);
    }
}

fn belongings(lines: &mut Vec<Line>, what: &Shown, model: &Model, width: usize) {
    let sheet = &what.sheet;
    if !sheet.links.is_empty() || !sheet.tasks.is_empty() || !sheet.attachments.is_empty() {
        lines.push(Vec::new());
    }
    for link in &sheet.links {
        let words = format!("{} ({}) {}", link.number, link.state, text::clean_line(&link.title));
        let tone = if link.phase.is_open() { Tone::Plain } else { Tone::Quiet };
        lines.push(vec![
            (Tone::Quiet, text::pad(link.name(), 15)),
            (tone, text::truncate(&words, width.saturating_sub(16), model.look.ellipsis()).into_owned()),
        ]);
    }
    for task in &sheet.tasks {
        let words =
            format!("[{}] {}. {}", if task.done { "x" } else { " " }, task.position, text::clean_line(&task.text));
        lines.push(vec![(Tone::Plain, text::truncate(&words, width, model.look.ellipsis()).into_owned())]);
    }
    for file in &sheet.attachments {
        let words = format!("{} ({} bytes)", text::clean_line(&file.name), file.size);
        lines.push(vec![
            (Tone::Quiet, text::pad("File", 15)),
            (Tone::Plain, text::truncate(&words, width.saturating_sub(16), model.look.ellipsis()).into_owned()),
        ]);
    }
}

/// Everything that happened, oldest first: notes and replies with their texts, changes in one line each.
fn happened(lines: &mut Vec<Line>, what: &Shown, model: &Model, width: usize) {
    let (arrow, rule) = (model.look.set().change, model.look.set().across);
    let mut things: Vec<(Timestamp, Vec<Line>)> = Vec::new();
    for entry in &what.sheet.entries {
        let who = entry.author.map_or("?", |id| what.sheet.names.person(id));
        let (kind, tone) = if entry.public { ("reply", Tone::Public) } else { ("note", Tone::Strong) };
        let login = entry.author.map_or("?", |id| what.sheet.names.login(id));
        let own = |event: &&Event| event.at == entry.at && event.who.eq_ignore_ascii_case(login);
        let fresh = what.history.iter().filter(own).any(|event| is_fresh(event, what, model));
        let mut block = vec![heading(entry.at, &text::clean_line(who), kind, tone, fresh, model)];
        block.extend(body_lines(&entry.text, width, Tone::Plain, model));
        block.push(Line::new());
        things.push((entry.at, block));
    }
    for event in &what.history {
        let changes: Vec<String> =
            event.changes.iter().filter_map(|change| told(change, event, what, model, arrow)).collect();
        if changes.is_empty() {
            continue;
        }
        let reason = event.transaction.as_ref().and_then(|transaction| transaction.reason.as_deref());
        let words = match reason {
            Some(reason) => format!("{} ({})", changes.join(", "), text::clean_line(reason)),
            None => changes.join(", "),
        };
        let head =
            heading(event.at, &text::clean_line(&event.who), "", Tone::Quiet, is_fresh(event, what, model), model);
        let used: usize = head.iter().map(|(_, piece)| text::width(piece)).sum();
        let mut rows = text::wrap(&words, width.saturating_sub(used + 1).max(20)).into_iter();
        let mut first = head;
        first.push((Tone::Quiet, rows.next().unwrap_or_default()));
        let mut block = vec![first];
        block.extend(rows.map(|row| vec![(Tone::Quiet, format!("{}{row}", " ".repeat(used)))]));
        if !is_opening(event) {
            block.extend(event.changes.iter().flat_map(|change| text_changes(change, width, model)));
        }
        things.push((event.at, block));
    }
    things.sort_by_key(|(at, _)| *at);
    if !things.is_empty() {
        lines.push(Line::new());
        lines.push(vec![(Tone::Quiet, rule.repeat(width))]);
    }
    lines.extend(things.into_iter().flat_map(|(_, block)| block));
}

/// Whether somebody else did it since I looked the time before.
fn is_fresh(event: &Event, what: &Shown, model: &Model) -> bool {
    let seq = event.transaction.as_ref().map(|transaction| transaction.seq);
    what.since.is_some_and(|since| seq > Some(since)) && !event.who.eq_ignore_ascii_case(&model.author.login)
}

fn heading(at: Timestamp, who: &str, kind: &str, tone: Tone, fresh: bool, model: &Model) -> Line {
    let mut line = vec![(Tone::Quiet, format!("{} ", at.local(model.moment.zone))), (tone, who.to_owned())];
    if fresh {
        line.insert(0, (Tone::Strong, String::from("* ")));
    }
    line.push((Tone::Quiet, if kind.is_empty() { String::from("  ") } else { format!("  {kind}") }));
    line
}

fn is_opening(event: &Event) -> bool {
    event.transaction.as_ref().is_some_and(|transaction| transaction.verb == "open")
}

/// What changed in a long text, line by line; nothing for other fields, and for a text that is shown whole above.
fn text_changes(change: &FieldChange, width: usize, model: &Model) -> Vec<Line> {
    let is_text = change.field.is_some_and(|field| field.shape() == Shape::Text);
    let (Value::Text(before), Value::Text(after), true) = (&change.before, &change.after, is_text) else {
        return Vec::new();
    };
    let row = |tone: Tone, sign: &str, line: &str| {
        let line = text::clean_line(line).into_owned();
        vec![(tone, text::truncate(&format!("    {sign} {line}"), width, model.look.ellipsis()).into_owned())]
    };
    diff::lines(before, after)
        .iter()
        .map(|line| match line {
            Changed::Same(line) => row(Tone::Quiet, " ", line),
            Changed::Gone(line) => row(Tone::Quiet, "-", line),
            Changed::Come(line) => row(Tone::Plain, "+", line),
            Changed::More(count) => row(Tone::Quiet, " ", &format!("{} {count} more lines", model.look.ellipsis())),
        })
        .collect()
}

/// A change in words; nothing for what is told otherwise.
fn told(change: &FieldChange, event: &Event, what: &Shown, model: &Model, arrow: &str) -> Option<String> {
    let Some(field) = change.field else {
        let word = |value: &Value| value.text().map(|text| text::one_line(text, 40, model.look.ellipsis()));
        return match change.what.as_str() {
            "note" | "reply" => None,
            "watcher" => Some(format!("{}watching", if change.after.given() { "" } else { "no longer " })),
            kind => Some(match (word(&change.before), word(&change.after)) {
                (None, Some(new)) => format!("+{kind} {new}"),
                (Some(old), None) => format!("-{kind} {old}"),
                (_, Some(new)) => format!("{kind} {new}"),
                _ => kind.to_owned(),
            }),
        };
    };
    if is_opening(event) {
        return (field == Field::Created).then(|| String::from("opened"));
    }
    if matches!(field, Field::PriorityComputed | Field::Resolved | Field::Closed | Field::Created) {
        return None;
    }
    if field.shape() == Shape::Text {
        return Some(format!("{field} changed"));
    }
    let words = |value: &Value| {
        let words = shown(field, value, &what.sheet.names, &model.moment);
        if words.is_empty() { String::from("nothing") } else { text::one_line(&words, 60, model.look.ellipsis()) }
    };
    Some(format!("{field} {} {arrow} {}", words(&change.before), words(&change.after)))
}

/// So many quoted lines in a row are folded to one; fewer are read faster than unfolded.
const FOLDED: usize = 3;

/// A text wrapped to lines; what a mail quotes is folded to one line, until somebody wants to read it.
fn body_lines(body: &str, width: usize, tone: Tone, model: &Model) -> Vec<Line> {
    let clean = text::clean_text(body);
    let lines: Vec<&str> = clean.trim_end().split('\n').collect();
    let is_quoted = |line: &str| line.starts_with('>');
    let mut shown = Vec::new();
    for run in lines.chunk_by(|one, other| is_quoted(one) == is_quoted(other)) {
        let quoted = run.first().is_some_and(|line| is_quoted(line));
        if quoted && run.len() >= FOLDED && !model.queue.unfolded {
            shown.push(vec![(Tone::Quiet, format!("> {} quoted lines", run.len()))]);
            continue;
        }
        let tone = if quoted { Tone::Quiet } else { tone };
        shown.extend(run.iter().flat_map(|line| text::wrap(line, width)).map(|row| vec![(tone, row)]));
    }
    shown
}
