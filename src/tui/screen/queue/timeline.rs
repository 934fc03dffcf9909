//! What happened to a ticket, as lines: replies, notes and changes, oldest first; and how the pieces of a line are meant.

use std::collections::BTreeMap;

use crate::desk::field::{Field, Shape, Value};
use crate::desk::time::Timestamp;
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

/// Everything that happened, oldest first: notes and replies with their texts, changes in one line each.
///
/// Gives the row at which the newest note or reply begins.
pub(super) fn happened(lines: &mut Vec<Line>, what: &Shown, model: &Model, width: usize) -> Option<usize> {
    let (arrow, rule) = (model.look.set().change, model.look.set().across);
    let mut things: Vec<(Timestamp, bool, Vec<Line>)> = Vec::new();
    for entry in &what.sheet.entries {
        let who = entry.author.map_or("?", |id| what.sheet.names.person(id));
        let (kind, tone) = if entry.public { ("reply", Tone::Public) } else { ("note", Tone::Strong) };
        let login = entry.author.map_or("?", |id| what.sheet.names.login(id));
        let own = |event: &&Event| event.at == entry.at && event.who.eq_ignore_ascii_case(login);
        let fresh = what.history.iter().filter(own).any(|event| is_fresh(event, what, model));
        let mut block = vec![heading(entry.at, &text::clean_line(who), kind, tone, fresh, model)];
        block.extend(body_lines(&entry.text, width, Tone::Plain, model));
        block.push(Line::new());
        things.push((entry.at, true, block));
    }
    for event in &what.history {
        let changes = summed(event, |change| told(change, event, what, model, arrow));
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
        things.push((event.at, false, block));
    }
    things.sort_by_key(|(at, ..)| *at);
    if !things.is_empty() {
        lines.push(Line::new());
        lines.push(vec![(Tone::Quiet, rule.repeat(width))]);
    }
    let mut newest = None;
    for (_, written, block) in things {
        newest = if written { Some(lines.len()) } else { newest };
        lines.extend(block);
    }
    newest
}

/// More rows of one kind than so many that came or went at once are counted, not named.
const NAMED: usize = 5;

/// The changes of an event in words; many of one kind in one.
fn summed(event: &Event, told: impl Fn(&FieldChange) -> Option<String>) -> Vec<String> {
    let kind = |change: &FieldChange| match (change.field, change.before.given(), change.after.given()) {
        (None, false, true) => Some(('+', change.what.clone())),
        (None, true, false) => Some(('-', change.what.clone())),
        _ => None,
    };
    let mut counts: BTreeMap<(char, String), usize> = BTreeMap::new();
    event.changes.iter().filter_map(kind).for_each(|kind| *counts.entry(kind).or_default() += 1);
    counts.retain(|_, count| *count > NAMED);
    let mut words = Vec::new();
    for change in &event.changes {
        match kind(change).filter(|kind| counts.contains_key(kind)) {
            None => words.extend(told(change)),
            // Said where the first of them stands.
            Some(many) => {
                let Some(count) = counts.get_mut(&many).map(std::mem::take).filter(|count| *count > 0) else {
                    continue;
                };
                let (sign, what) = many;
                words.extend(told(change).map(|_| match what.as_str() {
                    "affects" => format!("{sign}affects {count} CIs"),
                    kind => format!("{sign}{kind}: {count} of them"),
                }));
            }
        }
    }
    words
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
            // What a change was opened with is read above.
            "risk answer" if is_opening(event) => None,
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
pub(super) fn body_lines(body: &str, width: usize, tone: Tone, model: &Model) -> Vec<Line> {
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
