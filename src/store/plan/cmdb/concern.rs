//! The CIs that a ticket concerns: those named by hand, and those that failure reaches from them, kept apart.

use std::collections::BTreeMap;

use crate::desk::cmdb::Impact;
use crate::desk::field::Edit;
use crate::desk::id::{CiId, TicketId};
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::plan::change::replan;
use crate::store::plan::draft::Draft;
use crate::store::reader::cmdb::Reach;

/// As far as impact is looked at when a CI is linked.
const DEPTH: u32 = 10;
/// So many of those that would suffer are named.
const NAMED: usize = 3;

/// The CIs that a ticket has, by row, with the path where it was computed.
type Known = BTreeMap<CiId, (i64, Option<String>)>;

pub(super) fn concern(
    draft: &mut Draft,
    ticket: TicketId,
    add: &[CiId],
    remove: &[CiId],
    depth: Option<u32>,
) -> Result<String, Refusal> {
    let number = draft.ticket(ticket)?.number;
    let mut known: Known = draft
        .reader
        .all("SELECT ci, id, path FROM affected WHERE ticket = ?1", [ticket.0], |row| {
            Ok((CiId(row.get(0)?), (row.get(1)?, row.get(2)?)))
        })?
        .into_iter()
        .collect();
    let mut changed = Vec::new();
    for ci in remove {
        let name = draft.ci(*ci)?.name;
        match known.remove(ci) {
            Some((row, _)) => draft.delete(Table::Affected, row),
            None => return Err(Refusal::not_found(format!("{number} does not concern {} {name}", ci.number()))),
        }
        changed.push(name);
    }
    for ci in add {
        changed.push(draft.ci(*ci)?.name);
        match known.get_mut(ci) {
            Some((_, None)) => {}
            Some((row, path)) => {
                draft.update(Table::Affected, *row, row! { "path": Option::<&str>::None });
                *path = None;
            }
            None => {
                let row = draft.insert(Table::Affected, row! { "ticket": ticket.0, "ci": ci.0 })?;
                known.insert(*ci, (row, None));
            }
        }
    }
    // What was computed from CIs that are gone goes with them.
    let is_computed = known.values().any(|(_, path)| path.is_some());
    let depth = depth.or((is_computed && !remove.is_empty()).then_some(DEPTH));
    let reached = match depth {
        Some(depth) => Some(compute(draft, ticket, &known, depth)?),
        None if !add.is_empty() => {
            offer(draft, ticket, &known)?;
            None
        }
        None => None,
    };
    draft.touch(ticket)?;
    let with = match reached {
        Some(n) => format!(", and {n} that would fail with it"),
        None => String::new(),
    };
    let before = draft.ticket(ticket)?;
    replan(draft, ticket, &before, &Edit::new())?;
    Ok(match (changed.as_slice(), remove.is_empty()) {
        ([], _) => format!("{number} affects {} that would fail with its CIs", reached.unwrap_or(0)),
        (names, true) => format!("{number} affects {}{with}", names.join(", ")),
        (names, false) => format!("{number} no longer affects {}", names.join(", ")),
    })
}

/// What failure reaches from the CIs of a ticket: its own and those it has by hand.
fn reached(draft: &mut Draft, ticket: TicketId, known: &Known, depth: u32) -> Result<Impact, Refusal> {
    let own = match draft.ticket(ticket)?.ci {
        Some(ci) => draft.reader.ci_called(&ci)?,
        None => Vec::new(),
    };
    let by_hand = known.iter().filter(|(_, (_, path))| path.is_none()).map(|(ci, _)| *ci);
    let roots: Vec<CiId> = own.iter().copied().chain(by_hand).collect();
    draft.reader.impact(&roots, Reach::Down, depth)
}

/// Records what failure reaches, each with its way; says how many that are.
fn compute(draft: &mut Draft, ticket: TicketId, known: &Known, depth: u32) -> Result<usize, Refusal> {
    let impact = reached(draft, ticket, known, depth)?;
    let mut wanted: BTreeMap<CiId, String> = BTreeMap::new();
    for hit in &impact.hits {
        wanted.insert(hit.ci, draft.reader.way(&impact.path(hit.ci))?);
    }
    for (ci, (row, path)) in known {
        // What a hand put there stays as it is.
        let Some(path) = path else { continue };
        match wanted.get(ci) {
            None => draft.delete(Table::Affected, *row),
            Some(new) if new == path => {}
            Some(new) => draft.update(Table::Affected, *row, row! { "path": new.as_str() }),
        }
    }
    for (ci, path) in wanted.iter().filter(|(ci, _)| !known.contains_key(ci)) {
        draft.insert(Table::Affected, row! { "ticket": ticket.0, "ci": ci.0, "path": path.as_str() })?;
    }
    Ok(wanted.len())
}

/// Tells what else would suffer, and how to record it.
fn offer(draft: &mut Draft, ticket: TicketId, known: &Known) -> Result<(), Refusal> {
    let impact = reached(draft, ticket, known, DEPTH)?;
    let more: Vec<CiId> = impact.hits.iter().map(|hit| hit.ci).filter(|ci| !known.contains_key(ci)).collect();
    // The farthest are what the business sees: services stand at the top.
    let names: Vec<String> = more
        .iter()
        .rev()
        .take(NAMED)
        .map(|ci| Ok(draft.reader.ci_name(*ci)?.unwrap_or_else(|| ci.number())))
        .collect::<Result<_, Refusal>>()?;
    if !names.is_empty() {
        let number = draft.ticket(ticket)?.number;
        let others = if more.len() > names.len() { ", …" } else { "" };
        draft.notices.push(format!(
            "{} more would suffer: {}{others}; record them: deskhand link {number} affects --impact",
            more.len(),
            names.join(", ")
        ));
    }
    Ok(())
}
