//! Undo: a new transaction that puts *before* back wherever *after* still stands.
//!
//! Where a later change stands in the way it is named, and nothing is changed. Redo is undoing the undo.

mod obstacle;
mod rights;
mod rows;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::desk::command::Settled;
use crate::desk::field::{Field, Value};
use crate::desk::id::{Seq, TicketId};
use crate::desk::priority::priority;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Row, Table, Write};
use crate::store::plan::Draft;
use crate::store::reader::Reader;
use crate::store::reader::journal::ChangedRow;
use obstacle::{draft_conflict, refuse_orphans};
use rights::{may_undo, original, refuse_ruin, refuse_slipping};
use rows::Rows;

pub(crate) fn undo(draft: &mut Draft, seq: Seq, settled: &[Settled]) -> Result<String, Refusal> {
    let taken_back = draft.reader.transaction(seq)?;
    may_undo(draft, &taken_back)?;
    if taken_back.verb == "found" {
        return Err(Refusal::rule("entry 1 founded the desk; it can't be taken back"));
    }
    if let Some(by) = taken_back.undone_by {
        return Err(Refusal::TakenBack { entry: seq, by });
    }
    let mut changes = draft.reader.changes_of(seq)?;
    if original(draft.reader, &taken_back)?.verb != "register" && taken_back.verb != "import" {
        // Who came to the desk with this entry stays: what they did since stands on their row.
        changes.retain(|change| change.table != "person" || change.before.is_some() || change.after.is_none());
    }
    let touched = touched_tickets(&changes);
    let touched_cis = touched_cis(draft.reader, &changes)?;
    let articles: BTreeSet<i64> = changes.iter().filter_map(|change| change.article).map(|id| id.0).collect();
    let mut rows = Rows::new(draft.reader, &changes, settled);
    for change in changes.into_iter().rev() {
        rows.reverse(change)?;
    }
    if let Some(conflict) = rows.conflict {
        return Err(draft_conflict(draft, seq, conflict)?);
    }
    if rows.writes.is_empty() && !settled.is_empty() {
        return Err(Refusal::rule(format!(
            "nothing of entry {seq} is left to take back: all of it stays as it is now"
        )));
    }
    for ticket in rows.decided.clone() {
        recompute(draft, ticket, &mut rows.writes)?;
    }
    rows.part_tasks()?;
    refuse_orphans(draft, seq, &rows)?;
    refuse_ruin(draft, &rows.writes)?;
    refuse_slipping(draft, &rows.writes)?;
    let next = crate::store::apply::next_seq(draft.reader.conn).map_err(|error| draft.reader.explain(&error))?;
    let lives = |id: &&i64| !rows.deleted.contains(&(Table::Ticket, **id));
    let tickets: Vec<i64> = touched.iter().filter(lives).copied().collect();
    draft.batch.writes.append(&mut rows.writes);
    let cis = touched_cis.into_iter().map(|id| (Table::Ci, id));
    let others = cis.chain(articles.into_iter().map(|id| (Table::Article, id)));
    let others = others.filter(|row| !rows.deleted.contains(row));
    for (table, id) in tickets.iter().map(|id| (Table::Ticket, *id)).chain(others) {
        let bump: Row = vec![
            (Cow::Borrowed("version"), Value::Int(next.0)),
            (Cow::Borrowed("updated"), Value::Int(draft.moment.now.0)),
        ];
        draft.batch.writes.push(Write::Update { table, id, row: bump });
    }
    draft.batch.undoes = Some(seq);
    let verb = if taken_back.undoes.is_some() { "redid" } else { "undid" };
    Ok(format!("{verb} entry {seq}: {}", taken_back.summary))
}

/// Makes a ticket whole again of which some fields are put back and others stay: its phase and priority follow from what it has.
fn recompute(draft: &Draft, id: i64, writes: &mut Vec<Write>) -> Result<(), Refusal> {
    let mut ticket = draft.reader.ticket(TicketId(id))?;
    for write in writes.iter() {
        if let Write::Update { table: Table::Ticket, id: written, row } = write
            && *written == id
        {
            row.iter().filter_map(|(column, value)| Some((Field::named(column)?, value))).for_each(|(field, value)| {
                ticket.put(field, value);
            });
        }
    }
    let phase = draft.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?.phase(&ticket.state);
    let criticality = draft.criticality(&ticket)?;
    let computed = priority(&draft.rules().matrix, ticket.impact, ticket.urgency, criticality);
    let level = if ticket.priority_reason.is_some() { ticket.priority } else { computed };
    let row: Row = vec![
        (Cow::Borrowed("phase"), Value::Int(phase.code())),
        (Cow::Borrowed("priority_computed"), Value::Int(i64::from(computed.get()))),
        (Cow::Borrowed("priority"), Value::Int(i64::from(level.get()))),
    ];
    writes.push(Write::Update { table: Table::Ticket, id, row });
    Ok(())
}

/// The CIs that were touched, both ends of their relations too.
fn touched_cis(reader: &Reader, changes: &[ChangedRow]) -> Result<BTreeSet<i64>, Refusal> {
    let mut cis: BTreeSet<i64> = changes.iter().filter_map(|change| change.ci).map(|ci| ci.0).collect();
    for change in changes.iter().filter(|change| change.table == Table::Relation.name()) {
        let image = change.after.as_ref().or(change.before.as_ref());
        match image.and_then(|image| image.get("other")).and_then(Value::int) {
            Some(other) => _ = cis.insert(other),
            None => cis.extend(
                reader.one("SELECT other FROM relation WHERE id = ?1", [change.row], |row| row.get::<_, i64>(0))?,
            ),
        }
    }
    Ok(cis)
}

/// The tickets that were touched.
fn touched_tickets(changes: &[ChangedRow]) -> Vec<i64> {
    let mut tickets: Vec<i64> = changes.iter().filter_map(|change| change.ticket).map(|ticket| ticket.0).collect();
    tickets.sort_unstable();
    tickets.dedup();
    tickets
}
