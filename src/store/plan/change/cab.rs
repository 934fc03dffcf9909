//! Meetings of the change advisory board: what a meeting decides is what its members say where they are asked.

use std::collections::BTreeMap;

use crate::desk::change::{CabCommand, Decision, Verdict};
use crate::desk::id::{CabId, PersonId, TicketId};
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::image::{Image, int, text};
use crate::store::plan::change::approval::{open_step, say, settle};
use crate::store::plan::change::{login, planned};
use crate::store::plan::draft::Draft;

pub(super) fn carry_out(draft: &mut Draft, command: &CabCommand) -> Result<String, Refusal> {
    match command {
        CabCommand::Call { at, title, members, query, agenda } => {
            let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
            if title.is_empty() {
                return Err(Refusal::rule("a meeting takes a title"));
            }
            let cab =
                CabId(draft.insert(Table::Cab, row! { "at": at.0, "title": title.as_str(), "query": query.as_str() })?);
            arrange(draft, cab, agenda, &[], members, &[])?;
            Ok(format!("called the meeting {cab}: {title}, {} items", agenda.len()))
        }
        CabCommand::Arrange { cab, add, remove, join, leave } => {
            open(draft, *cab)?;
            arrange(draft, *cab, add, remove, join, leave)?;
            Ok(format!("arranged the meeting {cab}"))
        }
        CabCommand::Decide { cab, on, decision, notes } => decide(draft, *cab, *on, *decision, notes.as_deref()),
        CabCommand::Close { cab } => {
            open(draft, *cab)?;
            let left = items(draft, *cab)?.values().filter(|item| text(item, "decision").is_empty()).count();
            if left > 0 {
                draft.notices.push(format!("{left} of its items were not decided"));
            }
            let now = draft.moment.now.0;
            draft.update(Table::Cab, cab.0, row! { "closed": now });
            Ok(format!("ended the meeting {cab}"))
        }
    }
}

/// A meeting that has not ended.
fn open(draft: &Draft, cab: CabId) -> Result<(), Refusal> {
    match draft.reader.meeting(cab)?.closed {
        None => Ok(()),
        Some(at) => Err(Refusal::rule(format!("the meeting {cab} ended at {}", at.local(draft.moment.zone)))),
    }
}

fn items(draft: &Draft, cab: CabId) -> Result<BTreeMap<i64, Image>, Refusal> {
    draft.rows(Table::CabItem, "cab", cab.0)
}

fn members(draft: &Draft, cab: CabId) -> Result<BTreeMap<i64, PersonId>, Refusal> {
    let rows = draft.rows(Table::CabMember, "cab", cab.0)?;
    Ok(rows.iter().map(|(id, row)| (*id, PersonId(int(row, "person")))).collect())
}

fn arrange(
    draft: &mut Draft,
    cab: CabId,
    add: &[TicketId],
    remove: &[TicketId],
    join: &[PersonId],
    leave: &[PersonId],
) -> Result<(), Refusal> {
    let known = items(draft, cab)?;
    let row_of = |ticket: &TicketId| known.iter().find(|(_, item)| int(item, "ticket") == ticket.0).map(|(id, _)| *id);
    let mut last = known.values().map(|item| int(item, "position")).max().unwrap_or(0);
    for ticket in add.iter().filter(|ticket| row_of(ticket).is_none()) {
        planned(draft, *ticket)?;
        last += 1;
        draft.insert(Table::CabItem, row! { "ticket": ticket.0, "cab": cab.0, "position": last, "notes": "" })?;
        draft.touch(*ticket)?;
    }
    for ticket in remove {
        let number = draft.ticket(*ticket)?.number;
        let Some(row) = row_of(ticket) else {
            return Err(Refusal::not_found(format!("{number} is not on the agenda of the meeting {cab}")));
        };
        draft.delete(Table::CabItem, row);
        draft.touch(*ticket)?;
    }
    let present = members(draft, cab)?;
    for person in join.iter().filter(|person| !present.values().any(|known| known == *person)) {
        draft.insert(Table::CabMember, row! { "cab": cab.0, "person": person.0 })?;
    }
    for (row, _) in present.iter().filter(|(_, person)| leave.contains(person)) {
        draft.delete(Table::CabMember, *row);
    }
    Ok(())
}

fn decide(
    draft: &mut Draft,
    cab: CabId,
    on: TicketId,
    decision: Option<Decision>,
    notes: Option<&str>,
) -> Result<String, Refusal> {
    open(draft, cab)?;
    let meeting = draft.reader.meeting(cab)?;
    let members: Vec<PersonId> = members(draft, cab)?.into_values().collect();
    if !members.contains(&draft.me()) {
        draft.may(Deed::LeadCab)?;
    }
    let ticket = planned(draft, on)?;
    let items = items(draft, cab)?;
    let Some((row, item)) = items.iter().find(|(_, item)| int(item, "ticket") == on.0) else {
        return Err(Refusal::not_found(format!("{} is not on the agenda of the meeting {cab}", ticket.number)));
    };
    if !text(item, "decision").is_empty() && decision.is_some_and(|one| one.word() != text(item, "decision")) {
        return Err(Refusal::rule(format!(
            "the meeting {cab} decided about {} already; to take that back: deskhand undo",
            ticket.number
        )));
    }
    let notes = notes.map(str::trim).filter(|notes| !notes.is_empty());
    if decision == Some(Decision::Reject) && notes.is_none() {
        return Err(Refusal::rule("a meeting that rejects says why: --notes TEXT"));
    }
    let mut columns = Vec::new();
    columns.extend(notes.map(|notes| row! { "notes": notes }).into_iter().flatten());
    columns.extend(decision.map(|decision| row! { "decision": decision.word() }).into_iter().flatten());
    if columns.is_empty() {
        return Err(Refusal::rule("what was decided? approve, reject or defer; or --notes TEXT"));
    }
    draft.update(Table::CabItem, *row, columns);
    draft.touch(on)?;
    let said = format!("{}{}", meeting.title, notes.map_or_else(String::new, |notes| format!(": {notes}")));
    match decision {
        Some(Decision::Approve) => speak(draft, on, &members, Verdict::Approve, &said)?,
        Some(Decision::Reject) => speak(draft, on, &members, Verdict::Reject, &said)?,
        _ => {}
    }
    Ok(match decision {
        Some(decision) => format!("the meeting {cab} {} {}", decision.told(), ticket.number),
        None => format!("noted on {} in the meeting {cab}", ticket.number),
    })
}

/// Lets the members of a meeting say what it decided, where they are asked.
fn speak(
    draft: &mut Draft,
    on: TicketId,
    members: &[PersonId],
    verdict: Verdict,
    comment: &str,
) -> Result<(), Refusal> {
    let ticket = draft.ticket(on)?;
    let step = open_step(draft, &ticket)?;
    if !step.meeting {
        return Err(Refusal::rule(format!(
            "{}: the step '{}' is open, which no meeting decides",
            ticket.number, step.name
        )));
    }
    let asked: Vec<PersonId> = step.silent().filter(|person| members.contains(person)).collect();
    if asked.is_empty() {
        let names = step.silent().map(|person| login(draft, person)).collect::<Result<Vec<_>, _>>()?.join(", ");
        return Err(Refusal::rule(format!(
            "{}: nobody of the meeting is asked at the step '{}', but {names}",
            ticket.number, step.name
        )));
    }
    for person in asked {
        say(draft, on, person, verdict, Some(comment))?;
    }
    settle(draft, on)
}
