//! The CIs that a ticket concerns: those named by hand, and those that were computed from them, kept apart.

use std::collections::BTreeMap;

use crate::desk::id::{CiId, TicketId};
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::plan::draft::Draft;

pub(super) fn concern(
    draft: &mut Draft,
    ticket: TicketId,
    add: &[CiId],
    remove: &[CiId],
    computed: Option<&[(CiId, String)]>,
) -> Result<String, Refusal> {
    let number = draft.ticket(ticket)?.number;
    let mut now: BTreeMap<CiId, (i64, Option<String>)> = draft
        .reader
        .all("SELECT ci, id, path FROM affected WHERE ticket = ?1", [ticket.0], |row| {
            Ok((CiId(row.get(0)?), (row.get(1)?, row.get(2)?)))
        })?
        .into_iter()
        .collect();
    for ci in remove {
        if let Some((row, _)) = now.remove(ci) {
            draft.delete(Table::Affected, row);
        }
    }
    for ci in add {
        draft.ci(*ci)?;
        match now.get_mut(ci) {
            Some((_, None)) => {}
            Some((row, path)) => {
                draft.update(Table::Affected, *row, row! { "path": Option::<&str>::None });
                *path = None;
            }
            None => {
                let row = draft.insert(Table::Affected, row! { "ticket": ticket.0, "ci": ci.0 })?;
                now.insert(*ci, (row, None));
            }
        }
    }
    if let Some(computed) = computed {
        let wanted: BTreeMap<CiId, &str> = computed.iter().map(|(ci, path)| (*ci, path.as_str())).collect();
        for (ci, (row, path)) in &now {
            // What a hand put there stays as it is.
            let Some(path) = path else { continue };
            match wanted.get(ci) {
                None => draft.delete(Table::Affected, *row),
                Some(new) if new == path => {}
                Some(new) => draft.update(Table::Affected, *row, row! { "path": *new }),
            }
        }
        for (ci, path) in wanted.iter().filter(|(ci, _)| !now.contains_key(ci)) {
            draft.ci(*ci)?;
            draft.insert(Table::Affected, row! { "ticket": ticket.0, "ci": ci.0, "path": *path })?;
        }
    }
    draft.touch(ticket)?;
    Ok(format!("the CIs of {number}"))
}
