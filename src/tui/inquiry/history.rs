//! What happened to a CI, from the journal, in words; and why a field of it is what it is.

use std::collections::BTreeMap;

use crate::desk::cmdb::{Ci, Common};
use crate::desk::field::Value;
use crate::desk::id::{CiId, Seq};
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::{ChangedRow, Reader};
use crate::tui::inquiry::{Changed, Happening};

/// At most so many entries of a CI's history.
const ENTRIES: usize = 200;

/// What happened to a CI, the newest first.
pub(super) fn history(reader: &Reader, id: CiId) -> Result<Vec<Happening>, Refusal> {
    let ci = reader.ci(id)?;
    let changes = reader.changes_of_ci(id, Seq(0))?;
    let names = reader.attribute_names(&changes)?;
    let mut by: BTreeMap<Seq, Vec<ChangedRow>> = BTreeMap::new();
    for change in changes {
        by.entry(change.seq).or_default().push(change);
    }
    let mut told = Vec::new();
    for (seq, rows) in by.into_iter().rev().take(ENTRIES) {
        let entry = reader.transaction(seq)?;
        let mut changes: Vec<Changed> = Vec::new();
        for row in &rows {
            for change in in_words(reader, &ci, row, names.get(&row.row).map(String::as_str))? {
                join(&mut changes, change);
            }
        }
        let software = rows.iter().filter(|row| row.table == "install").count();
        if software > 0 {
            let after = format!("{software} titles changed");
            changes.push(Changed { name: "software".into(), label: "Software".into(), before: String::new(), after });
        }
        let who = match &entry.via {
            Some(via) => format!("{} (by {via})", entry.author),
            None => entry.author,
        };
        told.push(Happening {
            seq,
            at: entry.at,
            who,
            verb: entry.verb,
            reason: entry.reason,
            undone: entry.undone_by.is_some(),
            changes,
        });
    }
    Ok(told)
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

fn in_words(reader: &Reader, ci: &Ci, row: &ChangedRow, attribute: Option<&str>) -> Result<Vec<Changed>, Refusal> {
    let model = &reader.rules().cmdb;
    let word = |name: &str, value: &Value| match value.given() {
        true => reader.shown_fact(ci, name, value),
        false => Ok(String::new()),
    };
    let label = |name: &str| model.field(&ci.class, name).map_or(name.to_owned(), |field| field.label().to_owned());
    let told = |name: &str, before: &Value, after: &Value| -> Result<Changed, Refusal> {
        Ok(Changed {
            name: name.to_owned(),
            label: label(name),
            before: word(name, before)?,
            after: word(name, after)?,
        })
    };
    let image = |column: &str| {
        let of = |image: &Option<BTreeMap<String, Value>>| {
            image.as_ref().and_then(|image| image.get(column)).cloned().unwrap_or_default()
        };
        (of(&row.before), of(&row.after))
    };
    match row.table.as_str() {
        "ci" => {
            // What an inventory only saw again is no change of the CI.
            let own =
                row.columns().filter(|(name, ..)| Common::named(name).is_some_and(|common| !common.is_given_by_desk()));
            let own: Vec<_> = own.filter(|(_, before, after)| before.given() || after.given()).collect();
            own.into_iter().map(|(name, before, after)| told(name, &before, &after)).collect()
        }
        "attribute" => {
            let Some(name) = attribute else { return Ok(Vec::new()) };
            let (before, after) = image("value");
            Ok(vec![told(name, &before, &after)?])
        }
        "relation" => {
            let (before, after) = image("type");
            let kind = if after.given() { &after } else { &before };
            let Some(kind) = kind.text().and_then(|name| model.relations.get(name)) else { return Ok(Vec::new()) };
            let end = |column: &str| {
                let (before, after) = image(column);
                after.int().or(before.int()).map(CiId)
            };
            let (Some(from), Some(to)) = (end("ci"), end("other")) else { return Ok(Vec::new()) };
            let reverse = from != ci.id;
            let other = if reverse { from } else { to };
            let name = reader.ci_name(other)?.unwrap_or_else(|| other.number());
            let (was, is) = if row.after.is_some() { (String::new(), name) } else { (name, String::new()) };
            let label = kind.reading(reverse).to_owned();
            Ok(vec![Changed { name: kind.name.clone(), label, before: was, after: is }])
        }
        "redundancy" => {
            let (before, after) = image("need");
            let text = |value: &Value| value.text().unwrap_or_default().to_owned();
            let label = String::from("How many must stand");
            Ok(vec![Changed { name: "need".into(), label, before: text(&before), after: text(&after) }])
        }
        _ => Ok(Vec::new()),
    }
}

/// Why a field of a CI is what it is, as lines to read.
pub(crate) fn why(reader: &Reader, id: CiId, name: &str, moment: &Moment) -> Result<(String, Vec<String>), Refusal> {
    let ci = reader.ci(id)?;
    let label = reader.rules().cmdb.field(&ci.class, name).map_or(name, |field| field.label()).to_owned();
    let word = |value: &Value| reader.shown_fact(&ci, name, value);
    let now = ci.values(name).iter().map(word).collect::<Result<Vec<_>, _>>()?.join(", ");
    let face = |text: &str| if text.is_empty() { String::from("nothing") } else { text.to_owned() };
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
    let wanted = if name == Common::Location.name() { "located_in" } else { name };
    let mut never = true;
    for entry in history(reader, id)? {
        for change in entry.changes.iter().filter(|change| change.name == wanted) {
            never = false;
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
    if never {
        lines.push(String::from("nobody ever changed it"));
    }
    Ok((format!("{} {label}: {}", id.number(), face(&now)), lines))
}
