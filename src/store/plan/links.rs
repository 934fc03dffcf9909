//! Linking tickets.

use std::collections::BTreeSet;

use crate::desk::id::TicketId;
use crate::desk::link::Relation;
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::plan::change::contained;
use crate::store::plan::draft::Draft;

/// Links a ticket to another; relations that order tickets never run in a circle.
pub(super) fn link(draft: &mut Draft, from: TicketId, relation: Relation, to: TicketId) -> Result<String, Refusal> {
    draft.may(Deed::WorkTickets)?;
    let (ticket, other) = (draft.ticket(from)?, draft.ticket(to)?);
    let name = relation.names().0;
    if from == to {
        return Err(Refusal::rule(format!("{} can't be linked to itself", ticket.number)));
    }
    let exists = draft.reader.one(
        "SELECT 1 FROM link WHERE relation = ?3 AND ((ticket = ?1 AND other = ?2) OR (?3 = 'relates' AND ticket = ?2 AND other = ?1))",
        (from.0, to.0, relation.word()),
        |_| Ok(()),
    )?;
    if exists.is_some() {
        return Ok(format!("{} {name} {} already", ticket.number, other.number));
    }
    if relation != Relation::Relates && reaches(draft, to, from, relation)? {
        return Err(Refusal::rule(format!("{} {name} {} would run in a circle", ticket.number, other.number)));
    }
    draft.insert(Table::Link, row! { "ticket": from.0, "relation": relation.word(), "other": to.0 })?;
    draft.touch(from)?;
    draft.touch(to)?;
    contained(draft, to)?;
    Ok(format!("linked {} {name} {}", ticket.number, other.number))
}

/// Whether following a relation from `start` leads to `goal`.
fn reaches(draft: &Draft, start: TicketId, goal: TicketId, relation: Relation) -> Result<bool, Refusal> {
    let mut seen = BTreeSet::new();
    let mut ahead = vec![start.0];
    while let Some(id) = ahead.pop() {
        if id == goal.0 {
            return Ok(true);
        }
        if seen.insert(id) {
            ahead.extend(draft.reader.all(
                "SELECT other FROM link WHERE ticket = ?1 AND relation = ?2",
                (id, relation.word()),
                |row| row.get::<_, i64>(0),
            )?);
        }
    }
    Ok(false)
}

/// Takes links between two tickets away.
pub(super) fn unlink(
    draft: &mut Draft,
    from: TicketId,
    to: TicketId,
    relation: Option<Relation>,
) -> Result<String, Refusal> {
    draft.may(Deed::WorkTickets)?;
    let (ticket, other) = (draft.ticket(from)?, draft.ticket(to)?);
    let rows: Vec<i64> = draft.reader.all(
        "SELECT id FROM link WHERE ((ticket = ?1 AND other = ?2) OR (ticket = ?2 AND other = ?1)) AND (?3 IS NULL OR relation = ?3)",
        (from.0, to.0, relation.map(Relation::word)),
        |row| row.get(0),
    )?;
    if rows.is_empty() {
        return Err(Refusal::not_found(format!("{} and {} are not linked", ticket.number, other.number)));
    }
    rows.into_iter().for_each(|id| draft.delete(Table::Link, id));
    draft.touch(from)?;
    draft.touch(to)?;
    contained(draft, from)?;
    contained(draft, to)?;
    Ok(format!("unlinked {} and {}", ticket.number, other.number))
}
