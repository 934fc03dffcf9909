//! What happened to a CI, from the journal, in words; and why a field of it is what it is.

use crate::desk::cmdb::{Ci, Common};
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::{CiFact, Reader, Transaction};
use crate::tui::inquiry::{Changed, Happening};

/// At most so many entries of a CI's history.
const ENTRIES: usize = 200;

/// What happened to a CI, the newest first.
pub(super) fn history(reader: &Reader, id: CiId) -> Result<Vec<Happening>, Refusal> {
    let ci = reader.ci(id)?;
    let mut told = Vec::new();
    for event in reader.history_of_ci(id)?.into_iter().rev().take(ENTRIES) {
        let mut changes: Vec<Changed> = Vec::new();
        for fact in event.changes.into_iter().filter(|fact| fact.what != "locked") {
            join(&mut changes, in_words(reader, &ci, fact)?);
        }
        told.push(happening(event.transaction, changes));
    }
    Ok(told)
}

/// An entry of the journal as people read it, with what it changed.
pub(super) fn happening(entry: Transaction, changes: Vec<Changed>) -> Happening {
    let who = match &entry.via {
        Some(via) => format!("{} (by {via})", entry.author),
        None => entry.author,
    };
    Happening {
        seq: entry.seq,
        at: entry.at,
        who,
        verb: entry.verb,
        summary: entry.summary,
        reason: entry.reason,
        undone: entry.undone_by.is_some(),
        changes,
    }
}

/// Adds a change; several values that came to one field, or went, are told in one line.
fn join(changes: &mut Vec<Changed>, change: Changed) {
    let like = |one: &&mut Changed| {
        let added = one.before.is_empty() && change.before.is_empty();
        let gone = one.after.is_empty() && change.after.is_empty();
        (&one.name, &one.label) == (&change.name, &change.label) && (added || gone)
    };
    match changes.iter_mut().find(like) {
        Some(one) => {
            let (into, more) = match change.before.is_empty() {
                true => (&mut one.after, &change.after),
                false => (&mut one.before, &change.before),
            };
            into.push_str(", ");
            into.push_str(more);
        }
        None => changes.push(change),
    }
}

fn in_words(reader: &Reader, ci: &Ci, fact: CiFact) -> Result<Changed, Refusal> {
    let word = |value: &Value| match value.given() {
        true if fact.is_field => reader.shown_fact(ci, &fact.what, value),
        _ => Ok(value.text().unwrap_or_default().to_owned()),
    };
    let (before, after) = (word(&fact.before)?, word(&fact.after)?);
    let label = match (fact.is_field, fact.what.as_str()) {
        (true, name) => reader.rules().cmdb.field(&ci.class, name).map_or(name, |field| field.label()).to_owned(),
        (false, "redundancy") => String::from("How many must stand"),
        (false, "software") => String::from("Software"),
        (false, reading) => reading.to_owned(),
    };
    Ok(Changed { name: fact.what, label, before, after })
}

/// Why a field of a CI is what it is, as lines to read.
pub(crate) fn why(reader: &Reader, id: CiId, name: &str, moment: &Moment) -> Result<(String, Vec<String>), Refusal> {
    let ci = reader.ci(id)?;
    let label = reader.rules().cmdb.field(&ci.class, name).map_or(name, |field| field.label()).to_owned();
    let word = |value: &Value| reader.shown_fact(&ci, name, value);
    let now = ci.values(name).iter().map(word).collect::<Result<Vec<_>, _>>()?.join(", ");
    let mut lines = Vec::new();
    if ci.locked.iter().any(|field| field == name) {
        lines.push(String::from("kept by hand: no inventory overwrites it"));
    }
    for sighting in reader.sightings(id)? {
        if let Some(found) = sighting.found.get(name) {
            let found = found.iter().map(word).collect::<Result<Vec<_>, _>>()?.join(", ");
            lines.push(format!(
                "{} last found {} on {}",
                sighting.source,
                face(&found),
                sighting.at.local(moment.zone)
            ));
        }
    }
    // Where it stands is told by a relation, as that reads.
    let place = reader.rules().cmdb.relations.get("located_in").map_or("located_in", |kind| kind.reading(false));
    let wanted = if name == Common::Location.name() { place } else { name };
    lines.extend(reasons(&history(reader, id)?, wanted, moment));
    Ok((format!("{} {label}: {}", id.number(), face(&now)), lines))
}

/// What happened to one field, as lines to read; that nobody ever changed it, where that is so.
pub(super) fn reasons(history: &[Happening], wanted: &str, moment: &Moment) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in history {
        for change in entry.changes.iter().filter(|change| change.name == wanted) {
            let undone = if entry.undone { ", taken back since" } else { "" };
            lines.push(String::new());
            lines.push(format!(
                "{}  {}  entry {}, {}{undone}",
                entry.at.local(moment.zone),
                entry.who,
                entry.seq,
                entry.verb
            ));
            lines.push(format!("  {} → {}", face(&change.before), face(&change.after)));
            lines.extend(entry.reason.as_ref().map(|reason| format!("  because: {reason}")));
        }
    }
    if lines.is_empty() {
        lines.push(String::from("nobody ever changed it"));
    }
    lines
}

fn face(text: &str) -> String {
    if text.is_empty() { String::from("nothing") } else { text.to_owned() }
}
