//! Merging: one ticket takes over others, with all that belongs to them.

use std::collections::BTreeSet;

use crate::desk::command::Target;
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::TicketId;
use crate::desk::link::Relation;
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::desk::workflow::Phase;
use crate::store::batch::{Table, row};
use crate::store::image::int;
use crate::store::plan::draft::Draft;
use crate::store::plan::knowledge::take_over_citations;
use crate::store::plan::tickets::each;

/// Rows that go over as they are.
const MOVED: [(Table, &str); 4] = [
    (Table::Entry, "SELECT id FROM entry WHERE ticket = ?1 ORDER BY id"),
    (Table::Task, "SELECT id FROM task WHERE ticket = ?1 ORDER BY id"),
    (Table::Worklog, "SELECT id FROM worklog WHERE ticket = ?1 ORDER BY id"),
    (Table::Attachment, "SELECT id FROM attachment WHERE ticket = ?1 ORDER BY id"),
];

pub(super) fn merge(draft: &mut Draft, from: &[Target], into: TicketId) -> Result<String, Refusal> {
    draft.may(Deed::WorkTickets)?;
    let target = draft.ticket(into)?;
    if let Some(heir) = target.merged_into {
        return Err(Refusal::rule(format!("{} was merged into {heir} itself; merge into that", target.number)));
    }
    let mut tags: BTreeSet<String> = draft.reader.tags(into)?.into_iter().collect();
    let mut watchers: BTreeSet<i64> = draft.reader.watchers(into)?.into_iter().map(|person| person.0).collect();
    let mut workers: BTreeSet<i64> = draft.reader.implementers(into)?.into_iter().map(|person| person.0).collect();
    let mut cis: BTreeSet<i64> = draft.reader.affected(into)?.into_iter().map(|ci| ci.id.0).collect();
    // The tasks that come line up behind those that are there: a position names one task.
    let mut position = draft.reader.tasks(into)?.iter().map(|task| task.position).max().unwrap_or(0);
    let mut names = Vec::new();
    each(draft, from, |draft, source| {
        let ticket = draft.ticket(source.id)?;
        // Whoever merged it saw it in some state; what became of it meanwhile must not be lost.
        draft.merged(*source, &Edit::from([(Field::State, Value::Null)]))?;
        if source.id == into {
            return Err(Refusal::rule(format!("{} can't be merged into itself", ticket.number)));
        }
        if let Some(heir) = ticket.merged_into {
            return Err(Refusal::rule(format!("{} was merged into {heir} already", ticket.number)));
        }
        if ticket.kind() != target.kind() {
            return Err(Refusal::rule(format!(
                "{} is {}, {} {}; link them instead",
                ticket.number,
                ticket.kind().one(),
                target.number,
                target.kind().one()
            )));
        }
        for (table, sql) in MOVED {
            for id in draft.reader.all(sql, [source.id.0], |row| row.get::<_, i64>(0))? {
                if table == Table::Task {
                    position += 1;
                    draft.update(table, id, row! { "ticket": into.0, "position": position });
                } else {
                    draft.update(table, id, row! { "ticket": into.0 });
                }
            }
        }
        for (id, name) in draft.reader.all("SELECT id, name FROM tag WHERE ticket = ?1", [source.id.0], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })? {
            take_over(draft, Table::Tag, id, into, tags.insert(name));
        }
        for (id, person) in
            draft.reader.all("SELECT id, person FROM watcher WHERE ticket = ?1", [source.id.0], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
            })?
        {
            take_over(draft, Table::Watcher, id, into, watchers.insert(person));
        }
        for (id, ci, path) in
            draft.reader.all("SELECT id, ci, path FROM affected WHERE ticket = ?1", [source.id.0], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<String>>(2)?))
            })?
        {
            let new = cis.insert(ci);
            take_over(draft, Table::Affected, id, into, new);
            // What a hand put on one of them stays by hand.
            if !new && path.is_none() {
                let sql = "SELECT id FROM affected WHERE ticket = ?1 AND ci = ?2 AND path IS NOT NULL";
                for row in draft.reader.all(sql, [into.0, ci], |row| row.get::<_, i64>(0))? {
                    draft.update(Table::Affected, row, row! { "path": Option::<&str>::None });
                }
            }
        }
        take_over_citations(draft, source.id, into)?;
        // What was answered and approved was so for another plan, and stays with it.
        for (id, row) in draft.rows(Table::Implementer, "ticket", source.id.0)? {
            take_over(draft, Table::Implementer, id, into, workers.insert(int(&row, "person")));
        }
        let workflow = draft.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
        let end = workflow
            .state
            .iter()
            .find(|state| state.phase == Phase::Closed)
            .map_or("closed", |state| state.name.as_str());
        let note = format!("Merged into {}.", target.number);
        let mut edit = Edit::from([
            (Field::State, Value::from(end)),
            (Field::MergedInto, Value::from(target.number.to_string())),
            (Field::Closed, Value::Int(draft.moment.now.0)),
            (Field::PendingReason, Value::Null),
        ]);
        if ticket.resolution_code.is_none() {
            edit.insert(Field::ResolutionCode, Value::from("duplicate"));
            edit.insert(Field::Resolution, Value::from(note.as_str()));
        }
        draft.put(source.id, &edit)?;
        let told = format!("{} was merged into this ticket: {}\n\n{}", ticket.number, ticket.title, ticket.description);
        draft.insert(
            Table::Entry,
            row! { "ticket": into.0, "at": draft.moment.now.0, "author": draft.me().0, "public": 0, "text": told.trim_end() },
        )?;
        names.push(ticket.number.to_string());
        Ok(())
    })?;
    relink(draft, from, into)?;
    draft.touch(into)?;
    Ok(format!("merged {} into {}", names.join(", "), target.number))
}

/// Moves a row to the target, or drops it where the target has the like.
fn take_over(draft: &mut Draft, table: Table, id: i64, into: TicketId, new: bool) {
    if new {
        draft.update(table, id, row! { "ticket": into.0 });
    } else {
        draft.delete(table, id);
    }
}

/// A link: its row, its ends and its relation between them.
type Link = (i64, (i64, String, i64));

/// Lets every end of a link that merges become the target; the like is dropped, and what would run in a circle refused.
fn relink(draft: &mut Draft, from: &[Target], into: TicketId) -> Result<(), Refusal> {
    let mut rows: Vec<Link> = Vec::new();
    for id in std::iter::once(into).chain(from.iter().map(|target| target.id)) {
        for row in link_rows(draft, id)? {
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    let heir = |end: i64| if from.iter().any(|target| target.id.0 == end) { into.0 } else { end };
    let mut kept: BTreeSet<(i64, String, i64)> = BTreeSet::new();
    let mut moved = Vec::new();
    for (id, (a, relation, b)) in &rows {
        let after = (heir(*a), relation.clone(), heir(*b));
        if after.0 == after.2 || !kept.insert(after.clone()) {
            draft.delete(Table::Link, *id);
        } else if (after.0, after.2) != (*a, *b) {
            draft.update(Table::Link, *id, row! { "ticket": after.0, "other": after.2 });
            moved.push(after);
        }
    }
    let replaced: BTreeSet<i64> = rows.iter().map(|(id, _)| *id).collect();
    for (a, relation, b) in moved.iter().filter(|(_, relation, _)| relation != Relation::Relates.word()) {
        if reaches(draft, &kept, &replaced, *b, *a, relation)? {
            let name = Relation::stored(relation).map_or(relation.as_str(), |relation| relation.names().0);
            let (one, other) = (draft.ticket(TicketId(*a))?.number, draft.ticket(TicketId(*b))?.number);
            return Err(Refusal::rule(format!(
                "after the merge, {one} {name} {other} would run in a circle; unlink them first"
            )));
        }
    }
    Ok(())
}

/// Whether following a relation from `start` leads to `goal`, with some links replaced by others.
fn reaches(
    draft: &Draft,
    kept: &BTreeSet<(i64, String, i64)>,
    replaced: &BTreeSet<i64>,
    start: i64,
    goal: i64,
    relation: &str,
) -> Result<bool, Refusal> {
    let (mut seen, mut ahead) = (BTreeSet::new(), vec![start]);
    while let Some(at) = ahead.pop() {
        if at == goal {
            return Ok(true);
        }
        if seen.insert(at) {
            let here: Vec<(i64, i64)> = draft.reader.all(
                "SELECT id, other FROM link WHERE ticket = ?1 AND relation = ?2",
                (at, relation),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            ahead.extend(here.iter().filter(|(id, _)| !replaced.contains(id)).map(|(_, other)| *other));
            ahead.extend(kept.iter().filter(|(a, r, _)| *a == at && r == relation).map(|(_, _, b)| *b));
        }
    }
    Ok(false)
}

fn link_rows(draft: &Draft, id: TicketId) -> Result<Vec<Link>, Refusal> {
    draft.reader.all(
        "SELECT id, ticket, relation, other FROM link WHERE ticket = ?1 OR other = ?1 ORDER BY id",
        [id.0],
        |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))),
    )
}
