//! Undo: a new transaction that puts *before* back wherever *after* still stands.
//!
//! Where a later change stands in the way it is named, and nothing is changed. Redo is undoing the undo.

mod obstacle;
mod rights;
mod rows;

use std::borrow::Cow;

use crate::desk::field::Value;
use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Row, Table, Write};
use crate::store::plan::Draft;
use crate::store::reader::journal::ChangedRow;
use obstacle::{draft_conflict, refuse_orphans};
use rights::{may_undo, original, refuse_ruin};
use rows::Rows;

pub(crate) fn undo(draft: &mut Draft, seq: Seq) -> Result<String, Refusal> {
    let taken_back = draft.reader.transaction(seq)?;
    may_undo(draft, &taken_back)?;
    if taken_back.verb == "found" {
        return Err(Refusal::rule("entry 1 founded the desk; it can't be taken back"));
    }
    if let Some(by) = taken_back.undone_by {
        return Err(Refusal::rule(format!(
            "entry {seq} was taken back by entry {by} already; to redo it: deskhand undo {by}"
        )));
    }
    let mut changes = draft.reader.changes_of(seq)?;
    if original(draft.reader, &taken_back)?.verb != "register" && taken_back.verb != "import" {
        // Who came to the desk with this entry stays: what they did since stands on their row.
        changes.retain(|change| change.table != "person" || change.before.is_some() || change.after.is_none());
    }
    let touched = touched_tickets(&changes);
    let mut rows = Rows::new(draft.reader, &changes);
    for change in changes.into_iter().rev() {
        rows.reverse(change)?;
    }
    if let Some(conflict) = rows.conflict {
        return Err(draft_conflict(draft, seq, conflict)?);
    }
    rows.part_tasks()?;
    refuse_orphans(draft, seq, &rows)?;
    refuse_ruin(draft, &rows.writes)?;
    let next = crate::store::apply::next_seq(draft.reader.conn).map_err(|error| draft.reader.explain(&error))?;
    let lives = |id: &&i64| !rows.deleted.contains(&(Table::Ticket, **id));
    let tickets: Vec<i64> = touched.iter().filter(lives).copied().collect();
    draft.batch.writes.append(&mut rows.writes);
    for id in &tickets {
        let bump: Row = vec![
            (Cow::Borrowed("version"), Value::Int(next.0)),
            (Cow::Borrowed("updated"), Value::Int(draft.moment.now.0)),
        ];
        draft.batch.writes.push(Write::Update { table: Table::Ticket, id: *id, row: bump });
    }
    draft.batch.undoes = Some(seq);
    let verb = if taken_back.undoes.is_some() { "redid" } else { "undid" };
    Ok(format!("{verb} entry {seq}: {}", taken_back.summary))
}

/// The tickets that were touched.
fn touched_tickets(changes: &[ChangedRow]) -> Vec<i64> {
    let mut tickets: Vec<i64> = changes.iter().filter_map(|change| change.ticket).map(|ticket| ticket.0).collect();
    tickets.sort_unstable();
    tickets.dedup();
    tickets
}
