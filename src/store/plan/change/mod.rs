//! Planning what is done with changes: their risk, their approval, the work on them, the meetings that decide about them.

mod approval;
mod cab;
mod conflict;
mod replan;
mod work;

use crate::desk::change::ChangeCommand;
use crate::desk::id::{Kind, PersonId, TicketId};
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::store::batch::{Table, row};
use crate::store::image::int;
use crate::store::plan::draft::Draft;

pub(super) use approval::{gate, moved, refuse_risen};
pub(super) use conflict::{tell_caught, tell_new};
pub(super) use replan::{contained, follow_template, replan};

pub(super) fn carry_out(draft: &mut Draft, command: &ChangeCommand) -> Result<String, Refusal> {
    // Who is asked to approve may answer, whatever else they may do here.
    if !matches!(command, ChangeCommand::Vote { .. } | ChangeCommand::Delegate { .. }) {
        draft.may(Deed::WorkTickets)?;
    }
    match command {
        ChangeCommand::Answer { on, answers } => replan::answer(draft, *on, answers),
        ChangeCommand::Reassess { on } => replan::reassess(draft, on),
        ChangeCommand::Implementers { on, add, remove } => implementers(draft, *on, add, remove),
        ChangeCommand::Vote { on, verdict, comment } => approval::vote(draft, on, *verdict, comment.as_deref()),
        ChangeCommand::Delegate { on, from, to } => approval::delegate(draft, *on, *from, *to),
        ChangeCommand::Override { on, conflicts, why } => conflict::carry_out(draft, *on, conflicts, why),
        ChangeCommand::Start { on, anyway } => work::start(draft, *on, anyway.as_deref()),
        ChangeCommand::Step { on, position, done, at, note } => {
            work::step(draft, *on, *position, *done, at.unwrap_or(draft.moment.now), note.as_deref())
        }
        ChangeCommand::Finish { on, code, resolution } => work::finish(draft, *on, code, resolution.as_deref()),
        ChangeCommand::BackOut { on, why } => work::back_out(draft, *on, why),
        ChangeCommand::Review { on, lessons, caused } => work::review(draft, *on, lessons.as_deref(), caused),
        ChangeCommand::Cab(command) => cab::carry_out(draft, command),
    }
}

/// Whether tickets of a kind are planned, risk something and are approved.
pub(super) fn is_planned(kind: Kind) -> bool {
    matches!(kind, Kind::Change | Kind::Release)
}

/// A ticket that is planned; another has nothing of what is asked.
fn planned(draft: &mut Draft, id: TicketId) -> Result<Ticket, Refusal> {
    let ticket = draft.ticket(id)?;
    match is_planned(ticket.kind()) {
        true => Ok(ticket),
        false => Err(Refusal::rule(format!("{} is {}, no change", ticket.number, ticket.kind().one()))),
    }
}

/// Who a person is, by login.
fn login(draft: &Draft, person: PersonId) -> Result<String, Refusal> {
    let known = draft.reader.person(person)?.map(|person| person.login);
    Ok(known.unwrap_or_else(|| draft.login.clone()))
}

fn implementers(draft: &mut Draft, on: TicketId, add: &[PersonId], remove: &[PersonId]) -> Result<String, Refusal> {
    let number = planned(draft, on)?.number;
    let now = draft.rows(Table::Implementer, "ticket", on.0)?;
    let known = |person: &PersonId| now.iter().find(|(_, row)| int(row, "person") == person.0).map(|(id, _)| *id);
    let mut names = Vec::new();
    for person in add.iter().filter(|person| known(person).is_none()) {
        draft.insert(Table::Implementer, row! { "ticket": on.0, "person": person.0 })?;
        names.push(format!("+{}", login(draft, *person)?));
    }
    for (person, row) in remove.iter().filter_map(|person| Some((person, known(person)?))) {
        draft.delete(Table::Implementer, row);
        names.push(format!("-{}", login(draft, *person)?));
    }
    if !names.is_empty() {
        draft.touch(on)?;
    }
    Ok(format!("{} of those who work on {number}", names.join(", ")))
}
