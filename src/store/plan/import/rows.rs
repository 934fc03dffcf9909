//! What belongs to an imported ticket: its notes and replies, tags, and past. Nothing is taken in twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::desk::command::{Imported, ImportedTicket, Past};
use crate::desk::field::{Field, Value};
use crate::desk::id::TicketId;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::plan::draft::Draft;
use crate::store::plan::import::references::References;

/// What a ticket has already.
#[derive(Default)]
pub(super) struct Have {
    entries: HashSet<(i64, String)>,
    tags: HashSet<String>,
    /// How many events of a moment change the same fields.
    past: HashMap<(i64, Vec<Field>), usize>,
}

impl Have {
    /// What a ticket of this desk has, as far as the import brings such.
    pub(super) fn of(draft: &Draft, id: TicketId, from: &ImportedTicket) -> Result<Have, Refusal> {
        let mut have = Have::default();
        let reader = draft.reader;
        if !from.entries.is_empty() {
            have.entries = reader.entries(id)?.into_iter().map(|entry| (entry.at.0, entry.text)).collect();
        }
        if !from.tags.is_empty() {
            have.tags = reader.tags(id)?.into_iter().collect();
        }
        if !from.past.is_empty() {
            let known = reader.all("SELECT at, after FROM past WHERE ticket = ?1", [id.0], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })?;
            for (at, after) in known {
                let after: BTreeMap<Field, Value> = serde_json::from_str(&after).unwrap_or_default();
                *have.past.entry((at, after.into_keys().collect())).or_default() += 1;
            }
        }
        Ok(have)
    }

    pub(super) fn has_tag(&self, tag: &str) -> bool {
        self.tags.contains(tag)
    }
}

/// Plans the rows that the ticket does not have; gives how many.
pub(super) fn add(
    draft: &mut Draft,
    known: &References,
    id: TicketId,
    from: &ImportedTicket,
    mut have: Have,
    wants_tag: impl Fn(&str) -> bool,
) -> Result<usize, Refusal> {
    let mut added = 0;
    for entry in &from.entries {
        if !have.entries.insert((entry.at.0, entry.text.clone())) {
            continue;
        }
        let author = entry.author.as_deref().and_then(|login| known.person(login)).map(|(id, _)| id);
        draft.insert(
            Table::Entry,
            row! {
                "ticket": id.0, "at": entry.at.0, "author": author, "public": i64::from(entry.public), "text": entry.text.as_str(),
            },
        )?;
        added += 1;
    }
    for tag in &from.tags {
        if !have.tags.insert(tag.clone()) || !wants_tag(tag) {
            continue;
        }
        draft.insert(Table::Tag, row! { "ticket": id.0, "name": tag.as_str() })?;
        added += 1;
    }
    for past in &from.past {
        let mut fields: Vec<Field> = past.changes.iter().map(|(field, ..)| *field).collect();
        fields.sort_unstable();
        fields.dedup();
        if let Some(count) = have.past.get_mut(&(past.at.0, fields)).filter(|count| **count > 0) {
            *count -= 1;
            continue;
        }
        let who = past.who.as_deref().map(|login| known.person(login).map_or(login, |(_, login)| login).to_owned());
        let before = image(known, past, |(_, before, _)| before)?;
        let after = image(known, past, |(.., after)| after)?;
        draft.insert(
            Table::Past,
            row! { "ticket": id.0, "at": past.at.0, "who": who, "before": before, "after": after },
        )?;
        added += 1;
    }
    Ok(added)
}

/// One side of an event as JSON, with values as the journal keeps them.
fn image(
    known: &References,
    past: &Past,
    side: impl Fn(&(Field, Imported, Imported)) -> &Imported,
) -> Result<String, Refusal> {
    let values: BTreeMap<Field, Value> =
        past.changes.iter().map(|change| (change.0, known.value(change.0, side(change)).unwrap_or_default())).collect();
    serde_json::to_string(&values).map_err(|error| Refusal::rule(format!("a past event can't be kept: {error}")))
}
