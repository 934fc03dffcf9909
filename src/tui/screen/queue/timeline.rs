//! What happened to a ticket, as lines: replies, notes and changes, oldest first; and how the pieces of a line are meant.

use crate::desk::field::{Field, Shape, Value};
use crate::desk::time::Timestamp;
use crate::store::{Event, FieldChange, shown};
use crate::text;
use crate::tui::model::Model;
use crate::tui::screen::queue::Shown;

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
        block.extend(body_lines(&entry.text, width, Tone::Plain));
        block.push(Line::new());
        things.push((entry.at, true, block));
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

/// A change in words; nothing for what is told otherwise.
fn told(change: &FieldChange, event: &Event, what: &Shown, model: &Model, arrow: &str) -> Option<String> {
    let opened = event.transaction.as_ref().is_some_and(|transaction| transaction.verb == "open");
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
    if opened {
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

/// A text wrapped to lines; quoted lines of mails folded to one.
pub(super) fn body_lines(body: &str, width: usize, tone: Tone) -> Vec<Line> {
    let clean = text::clean_text(body);
    let mut lines = Vec::new();
    let mut quoted = 0;
    for line in clean.trim_end().split('\n') {
        if line.starts_with('>') {
            quoted += 1;
            continue;
        }
        fold(&mut lines, &mut quoted);
        lines.extend(text::wrap(line, width).into_iter().map(|row| vec![(tone, row)]));
    }
    fold(&mut lines, &mut quoted);
    lines
}

fn fold(lines: &mut Vec<Line>, quoted: &mut usize) {
    if *quoted > 0 {
        lines.push(vec![(Tone::Quiet, format!("> {quoted} quoted lines"))]);
        *quoted = 0;
    }
}
