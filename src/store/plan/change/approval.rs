//! Asking for approval, giving and refusing it, and what becomes of it when the plan changes.

use crate::desk::change::USUAL_TYPE;
use crate::desk::change::approval::{StepState, Verdict, Who, tally};
use crate::desk::command::Target;
use crate::desk::field::{Edit, Field};
use crate::desk::id::{PersonId, TicketId};
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::workflow::{Phase, Transition, Trigger};
use crate::store::batch::{Table, row};
use crate::store::plan::change::replan::{replan, shift};
use crate::store::plan::change::{conflict, is_planned, login, planned, work};
use crate::store::plan::draft::Draft;
use crate::store::plan::tickets::{each, named};
use crate::store::reader::change::{ApprovalStep, steps_of};

/// Refuses to go on with what was approved where the risk rose since: settling that asks for approval anew.
pub(in crate::store::plan) fn refuse_risen(draft: &Draft, ticket: &Ticket, to: &str) -> Result<(), Refusal> {
    let workflow = draft.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
    if !workflow.between(ticket, to).is_some_and(|transition| transition.approved) {
        return Ok(());
    }
    let rank = |band: &str| draft.rules().change.risk.rank(band);
    match shift(draft, ticket)?.filter(|shift| rank(&shift.is) > rank(&shift.was)) {
        Some(shift) => Err(Refusal::rule(format!(
            "the risk of {n} {}; settle that first: deskhand change risk {n} --again",
            shift.told(),
            n = ticket.number
        ))),
        None => Ok(()),
    }
}

/// What must hold before a change makes a transition: its risk is known where that is asked for, it is approved, it is its time.
pub(in crate::store::plan) fn gate(
    draft: &mut Draft,
    ticket: &Ticket,
    transition: &Transition,
    anyway: Option<&str>,
) -> Result<(), Refusal> {
    if transition.needs.iter().any(|need| need == Field::Risk.name()) && ticket.risk.is_none() {
        let open = unanswered(draft, ticket.id)?;
        return Err(Refusal::rule(format!(
            "To {} {n}, answer what it risks: deskhand change risk {n} {}",
            transition.verb,
            open.join(" "),
            n = ticket.number
        )));
    }
    if transition.asks {
        replan(draft, ticket.id, ticket, &Edit::new())?;
    }
    if transition.approved && !is_approved(draft, ticket)? {
        let of_type = ticket.change_type.as_deref().unwrap_or(USUAL_TYPE);
        let (risk, n) = (ticket.risk.as_deref().unwrap_or("unknown"), ticket.number);
        let open = steps(draft, ticket.id)?.into_iter().find(|step| step.state == StepState::Open);
        return Err(Refusal::rule(match open {
            Some(step) => {
                let silent = logins(draft, step.silent())?;
                format!("{n} is not approved yet: the step '{}' waits for {silent}", step.name)
            }
            None if of_type == USUAL_TYPE => {
                format!("a {of_type} change of {risk} risk takes approval: move {n} back to draft, and ask for it")
            }
            None => format!(
                "a {of_type} change of {risk} risk takes approval: deskhand set {n} change_type={USUAL_TYPE}, then ask for it"
            ),
        }));
    }
    match (transition.begins(), transition.unopposed) {
        (true, _) => work::ask_first(draft, ticket, transition, anyway),
        (false, true) => conflict::refuse_open(draft, ticket, transition),
        (false, false) => Ok(()),
    }
}

/// The questions about a change's risk that nobody answered, as they are typed.
fn unanswered(draft: &Draft, id: TicketId) -> Result<Vec<String>, Refusal> {
    let questions = &draft.rules().change.risk;
    let rows = draft.rows(Table::Answer, "ticket", id.0)?;
    let given = |name: &str| rows.values().any(|row| crate::store::image::text(row, "question") == name);
    let open = questions.question.iter().filter(|question| !given(&question.name));
    Ok(open.map(|question| format!("{}={}", question.name, question.words().join("|"))).collect())
}

/// What follows from a transition of a change: those who must approve are asked, or what was asked falls away.
pub(in crate::store::plan) fn moved(draft: &mut Draft, id: TicketId, transition: &Transition) -> Result<(), Refusal> {
    if transition.asks {
        return ask(draft, id);
    }
    let ticket = draft.ticket(id)?;
    if !is_planned(ticket.kind()) {
        return Ok(());
    }
    let phase = ticket.phase;
    for step in steps(draft, id)? {
        let unfinished = matches!(step.state, StepState::Open | StepState::Later);
        if phase == Phase::New && step.state != StepState::Void || unfinished && !transition.approved {
            set_state(draft, step.id, StepState::Void);
        }
    }
    Ok(())
}

/// The steps of the last round as this plan has made them so far.
fn steps(draft: &Draft, id: TicketId) -> Result<Vec<ApprovalStep>, Refusal> {
    Ok(steps_of(&draft.rows(Table::Approval, "ticket", id.0)?, &draft.rows(Table::Vote, "ticket", id.0)?))
}

fn set_state(draft: &mut Draft, step: i64, state: StepState) {
    draft.update(Table::Approval, step, row! { "state": state.word() });
}

/// Whether all who must approve have; where the policy asks nobody, nobody must.
fn is_approved(draft: &Draft, ticket: &Ticket) -> Result<bool, Refusal> {
    let steps = steps(draft, ticket.id)?;
    if !steps.is_empty() && steps.iter().all(|step| step.state == StepState::Approved) {
        return Ok(true);
    }
    let policies = &draft.rules().change.approval;
    let policy = policies.policy(ticket.change_type.as_deref().unwrap_or(USUAL_TYPE), ticket.risk.as_deref());
    Ok(policy.is_some_and(|policy| policy.step.is_empty()))
}

/// Those who plan a change: whose wish it is, who does it, and who asks.
fn planners(ticket: &Ticket, asker: Option<PersonId>) -> Vec<PersonId> {
    [ticket.requester, ticket.assignee, asker].into_iter().flatten().collect()
}

/// Fixes the steps of a new round and asks the first.
fn ask(draft: &mut Draft, id: TicketId) -> Result<(), Refusal> {
    let ticket = draft.ticket(id)?;
    let number = ticket.number;
    let of_type = ticket.change_type.as_deref().unwrap_or(USUAL_TYPE);
    let Some(policy) = draft.rules().change.approval.policy(of_type, ticket.risk.as_deref()) else {
        return Err(Refusal::rule(format!("{number}: who must approve it hangs on its risk, which nobody knows yet")));
    };
    let before = steps(draft, id)?;
    for step in before.iter().filter(|step| step.state != StepState::Void) {
        set_state(draft, step.id, StepState::Void);
    }
    let me = draft.me();
    let refuse = |refusal: Refusal| match refusal {
        Refusal::Rule(why) => Refusal::rule(format!("{number}: {why}")),
        other => other,
    };
    let (asked, told) =
        policy.ask(&mut |who| people(draft, &ticket, who), &planners(&ticket, Some(me))).map_err(refuse)?;
    draft.notices.extend(told);
    let round = before.first().map_or(1, |step| step.round + 1);
    for (place, step) in (1_i64..).zip(&asked) {
        let (state, opened) = if place == 1 { ("open", Some(draft.moment.now.0)) } else { ("later", None) };
        let approval = draft.insert(
            Table::Approval,
            row! {
                "ticket": id.0, "round": round, "step": place, "name": step.name.as_str(),
                "need": i64::try_from(step.need).unwrap_or(i64::MAX), "meeting": i64::from(step.meeting), "state": state,
                "asker": me.0, "opened": opened,
            },
        )?;
        for person in &step.people {
            draft.insert(Table::Vote, row! { "ticket": id.0, "approval": approval, "person": person.0 })?;
        }
        let names = logins(draft, step.people.iter().copied())?;
        let when = if place == 1 { "asked" } else { "then" };
        draft.notices.push(format!("{when}: {names} ({}, {} of {})", step.name, step.need, step.people.len()));
    }
    draft.touch(id)?;
    if asked.is_empty() {
        draft.notices.push(String::from("nobody must approve it"));
        draft.trigger(id, Trigger::Approved)?;
    }
    Ok(())
}

fn logins(draft: &Draft, people: impl Iterator<Item = PersonId>) -> Result<String, Refusal> {
    Ok(people.map(|person| login(draft, person)).collect::<Result<Vec<_>, _>>()?.join(", "))
}

/// The active members of a team.
const MEMBERS: &str = "SELECT p.id FROM member m JOIN person p ON p.id = m.person WHERE m.team = ?1 AND p.active = 1";

/// The active people whom a word of the policy means for a change.
fn people(draft: &Draft, ticket: &Ticket, who: &Who) -> Result<Vec<PersonId>, Refusal> {
    let reader = draft.reader;
    let active = |sql: &str, of: i64| reader.all(sql, [of], |row| row.get(0).map(PersonId));
    match who {
        Who::OwnTeam => ticket.team.map_or(Ok(Vec::new()), |team| active(MEMBERS, team.0)),
        Who::ServiceOwner => ticket.service.map_or(Ok(Vec::new()), |service| {
            active(
                "SELECT p.id FROM service s JOIN person p ON p.id = s.owner WHERE s.id = ?1 AND p.active = 1",
                service.0,
            )
        }),
        Who::Role(role) => {
            let all = reader.people()?;
            Ok(all.into_iter().filter(|one| one.active && one.roles.has(*role)).map(|one| one.id).collect())
        }
        Who::Team(key) => {
            let team: Option<i64> =
                reader.one("SELECT id FROM team WHERE key = ?1", [key.to_lowercase()], |row| row.get(0))?;
            team.map_or(Ok(Vec::new()), |team| active(MEMBERS, team))
        }
        Who::Person(login) => Ok(reader
            .person_by_login(login)?
            .filter(|person| person.active)
            .map(|person| person.id)
            .into_iter()
            .collect()),
    }
}

/// The plan of a change became another one: what somebody approved no longer counts, and everybody is asked again.
pub(super) fn plan_changed(draft: &mut Draft, id: TicketId, changed: &[&str]) -> Result<(), Refusal> {
    let steps = steps(draft, id)?;
    let standing = steps.iter().any(|step| !matches!(step.state, StepState::Void | StepState::Rejected));
    let given = steps.iter().flat_map(|step| &step.votes).any(|vote| vote.verdict == Some(Verdict::Approve));
    // Who must approve may hang on what changed: even where nobody has said anything yet, they are asked anew.
    if !standing {
        return Ok(());
    }
    let ticket = draft.ticket(id)?;
    let what = changed.join(", ");
    if given {
        draft.notices.push(format!("{what} changed: what was approved of {} no longer counts", ticket.number));
    }
    let workflow = draft.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
    match workflow.triggered(&ticket, Trigger::Replanned) {
        Some(_) => {
            draft.trigger(id, Trigger::Replanned)?;
            ask(draft, id)
        }
        None => ask(draft, id),
    }
}

/// Says what the author says of changes that wait for them.
pub(super) fn vote(
    draft: &mut Draft,
    on: &[Target],
    verdict: Verdict,
    comment: Option<&str>,
) -> Result<String, Refusal> {
    let comment = comment.map(str::trim).filter(|text| !text.is_empty());
    if verdict == Verdict::Reject && comment.is_none() {
        return Err(Refusal::rule("who rejects says why: --comment TEXT"));
    }
    let me = draft.me();
    each(draft, on, |draft, target| {
        refuse_unseen(draft, *target)?;
        say(draft, target.id, me, verdict, comment)?;
        settle(draft, target.id)
    })?;
    let said = if verdict == Verdict::Reject { "rejected" } else { "approved" };
    Ok(format!("{said} {}", named(draft, on)?))
}

/// Nobody approves a plan that is another one than they saw.
fn refuse_unseen(draft: &mut Draft, target: Target) -> Result<(), Refusal> {
    let ticket = planned(draft, target.id)?;
    let Some(version) = target.version.filter(|version| *version < ticket.version) else { return Ok(()) };
    let since = draft.reader.changed_since(target.id, version)?;
    let counts = &draft.rules().change.approval.voided_by;
    let changed: Vec<&str> = since
        .iter()
        .filter(|(field, then)| counts.contains(field) && ticket.value(**field) != **then)
        .map(|(field, _)| field.name())
        .collect();
    match changed.is_empty() {
        true => Ok(()),
        false => Err(Refusal::rule(format!(
            "{}: {} changed since you looked; look again before you decide",
            ticket.number,
            changed.join(", ")
        ))),
    }
}

/// Writes down what somebody says at the open step.
pub(super) fn say(
    draft: &mut Draft,
    id: TicketId,
    person: PersonId,
    verdict: Verdict,
    comment: Option<&str>,
) -> Result<(), Refusal> {
    let ticket = draft.ticket(id)?;
    let step = open_step(draft, &ticket)?;
    let mine = step.votes.iter().find(|vote| vote.person == person);
    let Some(mine) = mine.filter(|vote| vote.verdict != Some(Verdict::Delegate)) else {
        let names = logins(draft, step.silent())?;
        return Err(Refusal::rule(format!(
            "{}: at the step '{}' you are not asked, but {names}; a lead can hand it to you: deskhand change delegate {} YOU --from LOGIN",
            ticket.number, step.name, ticket.number
        )));
    };
    draft.update(
        Table::Vote,
        mine.id,
        row! { "verdict": verdict.word(), "at": draft.moment.now.0, "plan": ticket.version.0, "comment": comment },
    );
    draft.touch(id)
}

/// The step that is asked now.
pub(super) fn open_step(draft: &Draft, ticket: &Ticket) -> Result<ApprovalStep, Refusal> {
    steps(draft, ticket.id)?
        .into_iter()
        .find(|step| step.state == StepState::Open)
        .ok_or_else(|| Refusal::rule(format!("{} is {}: nobody is asked to approve it", ticket.number, ticket.state)))
}

/// Lets what was said so far decide the open step, and asks the next.
pub(super) fn settle(draft: &mut Draft, id: TicketId) -> Result<(), Refusal> {
    let ticket = draft.ticket(id)?;
    let all = steps(draft, id)?;
    let Some(step) = all.iter().find(|step| step.state == StepState::Open) else { return Ok(()) };
    let planners = planners(&ticket, step.asker);
    match tally(step.need, &step.said(), &planners) {
        StepState::Approved => {
            set_state(draft, step.id, StepState::Approved);
            match all.iter().find(|next| next.state == StepState::Later) {
                Some(next) => {
                    let now = draft.moment.now.0;
                    draft.update(Table::Approval, next.id, row! { "state": "open", "opened": now });
                    let names = logins(draft, next.silent())?;
                    draft.notices.push(format!(
                        "asked: {names} ({}, {} of {})",
                        next.name,
                        next.need,
                        next.votes.len()
                    ));
                }
                None => {
                    draft.trigger(id, Trigger::Approved)?;
                    let state = draft.ticket(id)?.state;
                    draft.notices.push(format!("{} is approved, and {state}", ticket.number));
                }
            }
        }
        StepState::Rejected => {
            set_state(draft, step.id, StepState::Rejected);
            for later in all.iter().filter(|later| later.state == StepState::Later) {
                set_state(draft, later.id, StepState::Void);
            }
            draft.trigger(id, Trigger::Rejected)?;
        }
        _ => {
            let yes = step.votes.iter().filter(|vote| vote.verdict == Some(Verdict::Approve));
            let (mut count, mut alone) = (0, true);
            for vote in yes {
                count += 1;
                alone &= planners.contains(&vote.person);
            }
            draft.notices.push(if count >= step.need && alone {
                let silent = logins(draft, step.silent())?;
                format!("nobody approves alone what they planned: {} waits for {silent}", ticket.number)
            } else {
                format!("the step '{}' has {count} of {} approvals", step.name, step.need)
            });
        }
    }
    Ok(())
}

/// Hands what somebody was asked for to somebody else.
pub(super) fn delegate(
    draft: &mut Draft,
    on: TicketId,
    from: Option<PersonId>,
    to: PersonId,
) -> Result<String, Refusal> {
    let ticket = planned(draft, on)?;
    let from = from.unwrap_or(draft.me());
    if from != draft.me() {
        draft.may(Deed::DelegateOthers)?;
    }
    let step = open_step(draft, &ticket)?;
    let (giver, heir) = (login(draft, from)?, login(draft, to)?);
    let refuse = |why: String| Err(Refusal::rule(format!("{}: {why}", ticket.number)));
    let Some(mine) = step.votes.iter().find(|vote| vote.person == from && vote.verdict.is_none()) else {
        return refuse(format!("at the step '{}' nothing waits for {giver}", step.name));
    };
    if step.votes.iter().any(|vote| vote.person == to) {
        return refuse(format!("{heir} is asked at the step '{}' already", step.name));
    }
    if planners(&ticket, step.asker).contains(&to) {
        return refuse(format!("{heir} plans it, and can't approve in another's place"));
    }
    if !draft.reader.person(to)?.is_some_and(|person| person.active) {
        return refuse(format!("{heir} is not active on this desk"));
    }
    draft.update(
        Table::Vote,
        mine.id,
        row! { "verdict": Verdict::Delegate.word(), "at": draft.moment.now.0, "heir": to.0 },
    );
    draft.insert(Table::Vote, row! { "ticket": on.0, "approval": step.id, "person": to.0 })?;
    draft.touch(on)?;
    Ok(format!("{heir} is asked about {} in place of {giver}", ticket.number))
}
