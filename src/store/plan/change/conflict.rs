//! What stands against a planned time: told when a plan comes to meet it, asked about before the change goes on, overridden
//! with a reason.

use std::collections::BTreeSet;

use crate::desk::change::conflict::{Conflict, Side};
use crate::desk::change::window::{Window, WindowKind};
use crate::desk::field::{Field, Value};
use crate::desk::id::{CiId, Number, PersonId, TicketId};
use crate::desk::link::Relation;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::workflow::Transition;
use crate::store::Asker;
use crate::store::batch::{Table, Write, column, row};
use crate::store::image::{int, text};
use crate::store::plan::change::{is_planned, planned};
use crate::store::plan::draft::Draft;
use crate::store::reader::conflict::Proposed;

/// So many conflicts are told by name.
const TOLD: usize = 3;
/// Plans that a command changes beyond so many are not looked at one by one: `is:conflicting` finds what they meet.
const LOOKED_AT: usize = 20;

/// The fields on which it hangs what a plan meets.
const BEARING: [Field; 6] =
    [Field::PlannedStart, Field::PlannedEnd, Field::Service, Field::Ci, Field::Assignee, Field::Team];

fn asker(draft: &Draft) -> Asker {
    Asker { me: Some(draft.me()), moment: draft.moment }
}

/// What a change meets as this plan has made it so far.
pub(super) fn conflicts(draft: &Draft, ticket: &Ticket) -> Result<Vec<Conflict>, Refusal> {
    let mut plans = vec![proposed(draft, ticket)?];
    let kin: Vec<TicketId> = plans.iter().flat_map(|own| &own.kin).map(|(id, _)| *id).collect();
    let mut drafted = BTreeSet::new();
    // What the same command plans counts as it will be.
    for (_, other) in draft.worked().filter(|(_, other)| is_planned(other.kind()) && other.id != ticket.id) {
        drafted.insert(other.id);
        let meets = ticket.planned_start < other.planned_end && other.planned_start < ticket.planned_end;
        if meets || kin.contains(&other.id) {
            plans.push(proposed(draft, other)?);
        }
    }
    draft.reader.conflicts_of_proposed(&plans, &drafted, &asker(draft))
}

/// A plan with its own rows as this command has made them so far.
fn proposed<'t>(draft: &Draft, ticket: &'t Ticket) -> Result<Proposed<'t>, Refusal> {
    let id = ticket.id.0;
    let affected = draft.rows(Table::Affected, "ticket", id)?;
    let by_hand = affected.values().filter(|row| !row.get("path").is_some_and(Value::given));
    let people = draft.rows(Table::Implementer, "ticket", id)?;
    let (above, below) = (draft.rows(Table::Link, "ticket", id)?, draft.rows(Table::Link, "other", id)?);
    let kin = above.values().map(|row| (row, "other", false)).chain(below.values().map(|row| (row, "ticket", true)));
    let kin = kin.filter(|(row, ..)| text(row, "relation") == Relation::ChildOf.word());
    Ok(Proposed {
        ticket,
        cis: by_hand.map(|row| CiId(int(row, "ci"))).collect(),
        people: people.values().map(|row| PersonId(int(row, "person"))).collect(),
        kin: kin.map(|(row, end, below)| (TicketId(int(row, end)), below)).collect(),
    })
}

/// Refuses a transition that waits until nothing stands against the planned time.
pub(super) fn refuse_open(draft: &Draft, ticket: &Ticket, transition: &Transition) -> Result<(), Refusal> {
    let met = conflicts(draft, ticket)?;
    let mut open = (1..).zip(&met).filter(|(_, conflict)| conflict.is_open()).peekable();
    let Some((place, first)) = open.peek() else { return Ok(()) };
    let with = match &first.with {
        Side::Ticket(number) => number.to_string(),
        Side::Windows(_) => place.to_string(),
    };
    let told: Vec<&str> = open.map(|(_, conflict)| conflict.text.as_str()).collect();
    Err(Refusal::rule(format!(
        "To {} {n}, plan it otherwise or override what it meets: {}; deskhand change override {n} --conflict {with} --reason WHY",
        transition.verb,
        told.join("; "),
        n = ticket.number
    )))
}

/// Writes down that somebody lives with conflicts of a change, and why.
pub(super) fn live_with(draft: &mut Draft, on: TicketId, conflicts: &[&Conflict], why: &str) -> Result<(), Refusal> {
    let known = draft.rows(Table::Override, "ticket", on.0)?;
    let (me, now) = (draft.me().0, draft.moment.now.0);
    for conflict in conflicts {
        let identity = conflict.identity();
        match known.iter().find(|(_, row)| text(row, "conflict") == identity) {
            Some((id, _)) => draft.update(Table::Override, *id, row! { "person": me, "at": now, "reason": why }),
            None => {
                let text = conflict.text.as_str();
                draft.insert(
                    Table::Override,
                    row! { "ticket": on.0, "conflict": identity, "text": text, "person": me, "at": now, "reason": why },
                )?;
            }
        }
    }
    draft.touch(on)
}

/// Overrides conflicts of a change as their author saw them.
pub(super) fn carry_out(draft: &mut Draft, on: TicketId, identities: &[String], why: &str) -> Result<String, Refusal> {
    let ticket = planned(draft, on)?;
    let why = why.trim();
    if why.is_empty() {
        return Err(Refusal::rule("who overrides a conflict says why: --reason WHY"));
    }
    let now = conflicts(draft, &ticket)?;
    let mut meant = Vec::new();
    for identity in identities {
        let found = now.iter().find(|conflict| conflict.identity() == *identity);
        meant.push(found.ok_or_else(|| {
            Refusal::rule(format!(
                "{n}: what it meets is not what you saw; look again: deskhand change conflicts {n}",
                n = ticket.number
            ))
        })?);
    }
    let Some((first, others)) = meant.split_first() else { return Err(Refusal::rule("which conflict?")) };
    let more = if others.is_empty() { String::new() } else { format!(", and {} more", others.len()) };
    let summary = format!("overrode: {}{more}", first.text);
    live_with(draft, on, &meant, why)?;
    Ok(summary)
}

/// Tells what a freeze catches of what is planned.
pub(in crate::store::plan) fn tell_caught(draft: &mut Draft, window: &Window) -> Result<(), Refusal> {
    if window.kind == WindowKind::Freeze {
        let caught = draft.reader.caught_by(window, &asker(draft))?;
        tell(draft, &caught, "planned in it");
    }
    Ok(())
}

/// Tells what is planned on services on which an incident became a major one.
fn tell_disturbed(draft: &mut Draft) -> Result<(), Refusal> {
    let on = |ticket: &Ticket| ticket.service.filter(|_| ticket.major && ticket.phase.is_open());
    let declared = draft.worked().filter_map(|(before, now)| on(now).filter(|_| before.and_then(on) != on(now)));
    for service in declared.collect::<BTreeSet<_>>() {
        let felt = draft.reader.felt_on(service, &asker(draft))?;
        tell(draft, &felt, "planned on its service");
    }
    Ok(())
}

fn tell(draft: &mut Draft, numbers: &[Number], what: &str) {
    let named: Vec<String> = numbers.iter().take(TOLD).map(ToString::to_string).collect();
    let more = match numbers.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if !named.is_empty() {
        draft.notices.push(format!("conflict: {what}: {}{more}; see: deskhand list is:conflicting", named.join(", ")));
    }
}

/// Tells what plans come to meet by this command.
pub(in crate::store::plan) fn tell_new(draft: &mut Draft) -> Result<(), Refusal> {
    tell_disturbed(draft)?;
    let to_come = |now: &Ticket| is_planned(now.kind()) && now.phase.is_open() && now.actual_start.is_none();
    if !draft.worked().any(|(_, now)| to_come(now)) {
        return Ok(());
    }
    let mut moved: BTreeSet<i64> = draft.batch.writes.iter().flat_map(bearing_on).flatten().collect();
    // What a release no longer contains may meet it.
    for write in &draft.batch.writes {
        if let Write::Delete { table: Table::Link, id } = write {
            let rows = draft.reader.rows_naming(Table::Link, "id", *id)?;
            moved.extend(rows.values().flat_map(|row| [int(row, "ticket"), int(row, "other")]));
        }
    }
    let replanned: Vec<(Option<Ticket>, Ticket)> = draft
        .worked()
        .filter(|(before, now)| to_come(now) && (moved.contains(&now.id.0) || differs(*before, now)))
        .map(|(before, now)| (before.cloned(), now.clone()))
        .collect();
    if replanned.len() > LOOKED_AT {
        draft.notices.push(String::from("what they meet now: deskhand list is:conflicting"));
        return Ok(());
    }
    for (before, now) in replanned {
        let open: Vec<Conflict> = conflicts(draft, &now)?.into_iter().filter(Conflict::is_open).collect();
        if open.is_empty() {
            continue;
        }
        let met = match &before {
            Some(before) => draft.reader.conflicts_of(before, &asker(draft))?,
            None => Vec::new(),
        };
        let is_new =
            |one: &&Conflict| !met.iter().any(|known| known.with == one.with && known.cause.word() == one.cause.word());
        let new: Vec<&Conflict> = open.iter().filter(is_new).collect();
        draft.notices.extend(new.iter().take(TOLD).map(|conflict| format!("conflict: {}", conflict.text)));
        if new.len() > TOLD {
            let more = new.len() - TOLD;
            draft.notices.push(format!("{more} conflicts more: deskhand change conflicts {}", now.number));
        }
    }
    Ok(())
}

fn differs(before: Option<&Ticket>, now: &Ticket) -> bool {
    before.is_none_or(|before| BEARING.iter().any(|field| before.value(*field) != now.value(*field)))
}

/// The tickets whose conflicts a new row bears on.
fn bearing_on(write: &Write) -> [Option<i64>; 2] {
    match write {
        Write::Insert { table: Table::Affected | Table::Implementer, row, .. } => [column(row, "ticket"), None],
        Write::Insert { table: Table::Link, row, .. } => [column(row, "ticket"), column(row, "other")],
        _ => [None, None],
    }
}
