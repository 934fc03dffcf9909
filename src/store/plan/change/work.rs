//! Doing a change: begun in its time, its steps with their real times, ended well or taken back, and looked at again.

use crate::desk::change::conflict::Conflict;
use crate::desk::change::work::{against, deviations};
use crate::desk::command::Target;
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{Kind, TicketId};
use crate::desk::link::Relation;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::Timestamp;
use crate::desk::workflow::Transition;
use crate::store::batch::{Table, row};
use crate::store::plan::change::{conflict, planned};
use crate::store::plan::draft::Draft;
use crate::store::plan::links::link;
use crate::store::plan::tickets::{Manner, move_as};

/// The code of a change that was taken back.
const BACKED_OUT: &str = "failed-backed-out";

/// Refuses to begin at a wrong time or against what it meets, unless somebody says why all the same: that overrides it.
pub(super) fn ask_first(
    draft: &mut Draft,
    ticket: &Ticket,
    transition: &Transition,
    anyway: Option<&str>,
) -> Result<(), Refusal> {
    let now = draft.moment.now;
    let met = conflict::conflicts(draft, ticket)?;
    let timing = draft.reader.timing(ticket, now, now, &draft.moment)?;
    let reasons = against(ticket, Some(timing), (&met, transition.unopposed), &draft.moment);
    let open: Vec<&Conflict> = met.iter().filter(|one| transition.unopposed && one.is_open()).collect();
    let why = anyway.map(str::trim).filter(|why| !why.is_empty());
    match (reasons.is_empty(), why) {
        (true, None) => Ok(()),
        // What spoke against it went away while somebody wrote why: it is kept all the same.
        (true, Some(why)) => note(draft, ticket.id, &format!("Begun: {why}")),
        (false, Some(why)) => {
            conflict::live_with(draft, ticket.id, &open, why)?;
            note(draft, ticket.id, &format!("Begun although {}: {why}", reasons.join(", and ")))
        }
        (false, None) => Err(Refusal::rule(format!(
            "{n}: {}; to begin all the same: deskhand change start {n} --anyway REASON",
            reasons.join(", and "),
            n = ticket.number
        ))),
    }
}

fn note(draft: &mut Draft, id: TicketId, text: &str) -> Result<(), Refusal> {
    let (at, me) = (draft.moment.now.0, draft.me().0);
    draft.insert(Table::Entry, row! { "ticket": id.0, "at": at, "author": me, "public": 0, "text": text })?;
    draft.touch(id)
}

/// The transition of a change that does something, by what it does.
fn way(draft: &Draft, ticket: &Ticket, what: &str, does: impl Fn(&Transition) -> bool) -> Result<String, Refusal> {
    let workflow = draft.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
    let found = workflow.leaving(ticket).find(|transition| does(transition)).map(|transition| transition.to.clone());
    found.ok_or_else(|| {
        let ways: Vec<&str> = workflow.leaving(ticket).map(|transition| transition.to.as_str()).collect();
        Refusal::rule(format!("{} is {}: it can't {what}; from here: {}", ticket.number, ticket.state, ways.join(", ")))
    })
}

pub(super) fn start(draft: &mut Draft, on: Target, anyway: Option<&str>) -> Result<String, Refusal> {
    let ticket = planned(draft, on.id)?;
    let to = way(draft, &ticket, "begin", Transition::begins)?;
    keep_state(draft, on)?;
    move_as(draft, on.id, &to, &Edit::new(), &Manner { anyway, unfinished: false })?;
    Ok(format!("began {}", ticket.number))
}

/// Refuses where somebody moved it to another state since its author looked.
fn keep_state(draft: &mut Draft, on: Target) -> Result<(), Refusal> {
    draft.merged(on, &Edit::from([(Field::State, Value::Null)])).map(|_| ())
}

/// Notes when a step was begun, or done.
pub(super) fn step(
    draft: &mut Draft,
    on: TicketId,
    position: i64,
    done: bool,
    at: Timestamp,
    what: Option<&str>,
) -> Result<String, Refusal> {
    let ticket = planned(draft, on)?;
    let number = ticket.number;
    // The checklist of a release is gone through before its work begins, the steps of a change are its work.
    if ticket.kind() == Kind::Change && ticket.actual_start.is_none() {
        return Err(Refusal::rule(format!("the work on {number} has not begun: deskhand change start {number}")));
    }
    let tasks = draft.reader.tasks(on)?;
    let Some(task) = tasks.iter().find(|task| task.position == position) else {
        return Err(Refusal::not_found(format!("{number} has no step {position}; it has {}", tasks.len())));
    };
    if at > draft.moment.now {
        return Err(Refusal::rule(format!("{number}: a step is noted when it is done, not before")));
    }
    let began = task.began.unwrap_or(at);
    if began > at {
        return Err(Refusal::rule(format!("{number}: step {position} began at {}", began.local(draft.moment.zone))));
    }
    match done {
        true => draft.update(Table::Task, task.id, row! { "done": 1, "began": began.0, "ended": at.0 }),
        false => {
            draft.update(Table::Task, task.id, row! { "done": 0, "began": at.0, "ended": Option::<i64>::None });
        }
    }
    if let Some(what) = what.map(str::trim).filter(|what| !what.is_empty()) {
        note(draft, on, &format!("Step {position}: {what}"))?;
    }
    draft.touch(on)?;
    Ok(format!("{} step {position} of {number}: {}", if done { "did" } else { "began" }, task.text))
}

pub(super) fn finish(draft: &mut Draft, on: Target, code: &str, resolution: Option<&str>) -> Result<String, Refusal> {
    let ticket = planned(draft, on.id)?;
    let to = way(draft, &ticket, "be finished", |transition| transition.stamps.contains(&Field::ActualEnd))?;
    keep_state(draft, on)?;
    let mut set = Edit::from([(Field::ResolutionCode, Value::from(code))]);
    set.extend(resolution.map(|text| (Field::Resolution, Value::from(text))));
    move_as(draft, on.id, &to, &set, &Manner::default())?;
    Ok(format!("finished {}: {code}", ticket.number))
}

pub(super) fn back_out(draft: &mut Draft, on: Target, why: &str) -> Result<String, Refusal> {
    let ticket = planned(draft, on.id)?;
    if why.trim().is_empty() {
        return Err(Refusal::rule("who backs out says why"));
    }
    let to = way(draft, &ticket, "be backed out", |transition| transition.stamps.contains(&Field::ActualEnd))?;
    keep_state(draft, on)?;
    let set = Edit::from([(Field::ResolutionCode, Value::from(BACKED_OUT)), (Field::Resolution, Value::from(why))]);
    // What was not done any more does not stand in the way.
    move_as(draft, on.id, &to, &set, &Manner { anyway: None, unfinished: true })?;
    Ok(format!("backed out {}", ticket.number))
}

/// Looks back: what it teaches, and which incidents it caused. The change stays in its state.
pub(super) fn review(
    draft: &mut Draft,
    on: TicketId,
    lessons: Option<&str>,
    caused: &[TicketId],
) -> Result<String, Refusal> {
    let ticket = planned(draft, on)?;
    if ticket.actual_end.is_none() {
        return Err(Refusal::rule(format!("{} is {}: it is reviewed when it was done", ticket.number, ticket.state)));
    }
    for incident in caused {
        let other = draft.ticket(*incident)?;
        if other.kind() != Kind::Incident {
            return Err(Refusal::rule(format!("{} is {}, no incident", other.number, other.number.kind.one())));
        }
        link(draft, *incident, Relation::CausedBy, on)?;
    }
    if let Some(lessons) = lessons {
        draft.edit(on, &Edit::from([(Field::Lessons, Value::from(lessons))]))?;
    }
    draft.notices.extend(deviations(&ticket));
    Ok(format!("reviewed {}", ticket.number))
}
