//! The rows of one ticket become its history: what differs from row to row is what happened.

use std::collections::BTreeMap;

use super::convert::Snapshot;
use super::incoming::{Incoming, Past, Typed};
use super::notes::Notes;
use super::state;
use crate::desk::field::Field;

/// Whether a difference between two rows is an event. Dates and texts that follow from the others are not.
fn is_event(field: Field) -> bool {
    !matches!(
        field,
        Field::Title
            | Field::Description
            | Field::External
            | Field::Created
            | Field::Updated
            | Field::Resolved
            | Field::Closed
    )
}

/// One snapshot as a ticket without a past.
pub fn single(snapshot: Snapshot, notes: &mut Notes) -> Incoming {
    let Snapshot { row, key, kind, mut fields, tags, entries, declared, .. } = snapshot;
    settle_ends(&mut fields, row, notes);
    Incoming { row, key, kind, fields, tags, entries, past: Vec::new(), declared }
}

/// The snapshots of one ticket, in any order, as a ticket with its past. `None` when there are none.
pub fn together(mut snapshots: Vec<Snapshot>, notes: &mut Notes) -> Option<Incoming> {
    let row = snapshots.iter().map(|s| s.row).min()?;
    snapshots.sort_by(|a, b| a.order.cmp(&b.order).then(a.row.cmp(&b.row)));
    carry_states(&mut snapshots);
    let mut past = Vec::with_capacity(snapshots.len());
    let mut latest = None;
    for pair in snapshots.windows(2) {
        let [before, after] = pair else { continue };
        let known = latest.max(before.at);
        let at = known.max(after.at);
        if after.at < known {
            notes.say(after.row, "a row is older than the one before it; its change is dated like that one");
        }
        latest = at;
        let changes = differences(&before.fields, &after.fields);
        if let (false, Some(at)) = (changes.is_empty(), at) {
            past.push(Past { at, who: after.by.clone(), changes });
        }
    }
    let first_at = snapshots.first().and_then(|s| s.at);
    let mut tags = Vec::new();
    let mut entries = Vec::new();
    for snapshot in &mut snapshots {
        tags.append(&mut snapshot.tags);
        entries.append(&mut snapshot.entries);
    }
    let mut seen = std::collections::HashSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    entries.sort_by_key(|entry| entry.at);
    let mut written = std::collections::HashSet::new();
    entries.retain(|e| written.insert((e.at, e.author.clone(), e.text.clone())));
    let last = snapshots.pop()?;
    let mut ticket = Incoming { row, tags, entries, past, ..single(last, notes) };
    if let (Some(Typed::Null), Some(at)) = (ticket.fields.get(&Field::Created), first_at) {
        ticket.fields.insert(Field::Created, Typed::Time(at));
    }
    Some(ticket)
}

/// A row that does not say its state has the one of the row before; at the beginning, that of the next that says one.
fn carry_states(snapshots: &mut [Snapshot]) {
    let state = |s: &Snapshot| [Field::State, Field::PendingReason].map(|field| s.fields.get(&field).cloned());
    let mut carried = snapshots.iter().find(|s| !s.same_state).map(state);
    for snapshot in snapshots {
        if !snapshot.same_state {
            carried = Some(state(snapshot));
        } else if let Some([state, reason]) = &carried {
            let given = [(Field::State, state), (Field::PendingReason, reason)];
            snapshot.fields.extend(given.into_iter().filter_map(|(field, v)| v.clone().map(|v| (field, v))));
        }
    }
}

fn differences(before: &BTreeMap<Field, Typed>, after: &BTreeMap<Field, Typed>) -> Vec<(Field, Typed, Typed)> {
    let changed = after.iter().filter(|(field, _)| is_event(**field)).filter_map(|(field, now)| {
        let was = before.get(field).unwrap_or(&Typed::Null);
        (was != now).then(|| (*field, was.clone(), now.clone()))
    });
    let mut changes: Vec<_> = changed.collect();
    // A reason to wait that only the row before has ends with it.
    for (field, was) in before.iter().filter(|(field, was)| is_event(**field) && **was != Typed::Null) {
        if !after.contains_key(field) {
            changes.push((*field, was.clone(), Typed::Null));
        }
    }
    changes
}

/// A ticket that is open has neither been resolved nor closed, whatever its columns still say.
fn settle_ends(fields: &mut BTreeMap<Field, Typed>, row: u64, notes: &mut Notes) {
    let Some(Typed::Text(state)) = fields.get(&Field::State) else { return };
    let (done, closed) = (state::is_done(state), state::is_closed(state));
    for (field, stands) in [(Field::Resolved, done), (Field::Closed, closed)] {
        if let (false, Some(at @ Typed::Time(_))) = (stands, fields.get_mut(&field)) {
            *at = Typed::Null;
            notes.say(
                row,
                format!("a ticket has a time for '{field}' that its state contradicts; the time is left out"),
            );
        }
    }
}
