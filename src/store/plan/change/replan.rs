//! What follows from a change of a plan: the desk's own answers, the risk, and whether what was approved still stands.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::desk::change::risk::{Shift, settle};
use crate::desk::change::{Answer, Reading};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{CiId, Kind, TicketId};
use crate::desk::link::Relation;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::store::batch::{Table, row};
use crate::store::image::{int, text};
use crate::store::plan::change::{approval, is_planned, planned};
use crate::store::plan::draft::Draft;

/// Works out the risk of a change anew after it was `before`, with what its editor `gave`; voids its approval where the plan is
/// another one now. Once the work has begun, all stays as it was approved.
pub(in crate::store::plan) fn replan(
    draft: &mut Draft,
    id: TicketId,
    before: &Ticket,
    gave: &Edit,
) -> Result<(), Refusal> {
    let ticket = draft.ticket(id)?;
    if !is_planned(ticket.kind()) {
        return Ok(());
    }
    if before.actual_start.is_some() || !before.phase.is_open() {
        let mine = [Field::Risk, Field::RiskReason].into_iter().find(|field| gave.contains_key(field));
        return match mine {
            Some(field) => {
                Err(Refusal::rule(format!("{}: {field} stays as it was when the work began", ticket.number)))
            }
            None => Ok(()),
        };
    }
    let reading = fill_in(draft, &ticket)?;
    let band = match ticket.kind() {
        Kind::Release => highest(draft, id, reading.band.clone())?,
        _ => reading.band.clone(),
    };
    let roles = draft.roles.clone();
    let mut edit = settle(before, gave, band.as_deref(), &roles)?;
    let known = reading.shares.iter().any(|share| share.answer.is_some());
    edit.insert(Field::RiskScore, known.then_some(reading.score).into());
    draft.put(id, &edit)?;
    let now = draft.ticket(id)?;
    let changed = what_changed(draft, before, &now);
    if !changed.is_empty() {
        approval::plan_changed(draft, id, &changed)?;
    }
    if now.risk != before.risk {
        for release in releases_of(draft, id)? {
            contained(draft, release)?;
        }
    }
    Ok(())
}

/// Works out the risk of a release anew after one of its changes became another, came or went.
pub(in crate::store::plan) fn contained(draft: &mut Draft, release: TicketId) -> Result<(), Refusal> {
    let before = draft.ticket(release)?;
    match before.kind() {
        Kind::Release => replan(draft, release, &before, &Edit::new()),
        _ => Ok(()),
    }
}

/// The fields that count for an approval and are others now.
fn what_changed(draft: &Draft, before: &Ticket, now: &Ticket) -> Vec<&'static str> {
    let policies = &draft.rules().change;
    let fields = policies.approval.voided_by.iter();
    let mut changed: Vec<&'static str> =
        fields.filter(|field| before.value(**field) != now.value(**field)).map(|field| field.name()).collect();
    let rank = |ticket: &Ticket| ticket.risk.as_ref().map_or(0, |risk| policies.risk.rank(risk));
    if rank(now) > rank(before) {
        changed.push("risk");
    }
    changed
}

/// The CIs of a change as this plan has made them so far: those given by hand, and those computed.
fn touched(draft: &Draft, id: TicketId) -> Result<(Vec<CiId>, Vec<CiId>), Refusal> {
    let affected = draft.rows(Table::Affected, "ticket", id.0)?;
    let (computed, by_hand): (Vec<_>, Vec<_>) =
        affected.values().partition(|row| row.get("path").is_some_and(Value::given));
    let ids = |rows: Vec<&BTreeMap<String, Value>>| rows.into_iter().map(|row| CiId(int(row, "ci"))).collect();
    Ok((ids(by_hand), ids(computed)))
}

/// How the risk of a change moved, as this plan has made it so far.
pub(super) fn shift(draft: &Draft, ticket: &Ticket) -> Result<Option<Shift>, Refusal> {
    let (by_hand, computed) = touched(draft, ticket.id)?;
    let rows = draft.rows(Table::Answer, "ticket", ticket.id.0)?;
    let answers = rows.values().map(|row| {
        let answer = Answer { value: text(row, "value").to_owned(), by_hand: int(row, "by_hand") == 1 };
        (text(row, "question").to_owned(), answer)
    });
    Ok(draft.reader.risk_with(ticket, (&by_hand, &computed), answers.collect(), &draft.moment)?.shift)
}

/// Writes down what the desk itself answers, where no person did; gives what all answers come to.
fn fill_in(draft: &mut Draft, ticket: &Ticket) -> Result<Reading, Refusal> {
    let (by_hand, computed) = touched(draft, ticket.id)?;
    let facts = draft.reader.risk_facts(ticket, &by_hand, &computed, &draft.moment)?;
    let questions = &draft.rules().change.risk;
    let computed = questions.computed(ticket, &facts);
    let rows = draft.rows(Table::Answer, "ticket", ticket.id.0)?;
    let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
    for (id, row) in &rows {
        let question = text(row, "question").to_owned();
        let answer = Answer { value: text(row, "value").to_owned(), by_hand: int(row, "by_hand") == 1 };
        match computed.get(&question) {
            _ if answer.by_hand => _ = answers.insert(question, answer),
            None => draft.delete(Table::Answer, *id),
            Some(value) => {
                if *value != answer.value {
                    draft.update(Table::Answer, *id, row! { "value": value.as_str() });
                }
                answers.insert(question, Answer { value: value.clone(), by_hand: false });
            }
        }
    }
    for (question, value) in computed {
        if let Entry::Vacant(free) = answers.entry(question) {
            let question = free.key();
            let row = row! {
                "ticket": ticket.id.0, "question": question.as_str(), "value": value.as_str(), "by_hand": 0,
            };
            draft.insert(Table::Answer, row)?;
            free.insert(Answer { value, by_hand: false });
        }
    }
    Ok(draft.rules().change.risk.read_answers(&answers))
}

/// The highest risk of a release's own answers and its changes.
fn highest(draft: &mut Draft, release: TicketId, own: Option<String>) -> Result<Option<String>, Refusal> {
    let links = draft.rows(Table::Link, "other", release.0)?;
    let parts = links.values().filter(|row| text(row, "relation") == Relation::ChildOf.word());
    let parts: Vec<TicketId> = parts.map(|row| TicketId(int(row, "ticket"))).collect();
    let mut highest = own;
    for id in parts {
        let part = draft.ticket(id)?;
        if part.kind() != Kind::Change {
            continue;
        }
        highest = match (highest, part.risk) {
            (Some(one), Some(other)) => Some(draft.rules().change.risk.higher(&one, &other).to_owned()),
            (one, other) => one.or(other),
        };
    }
    Ok(highest)
}

/// The releases that contain a change.
fn releases_of(draft: &mut Draft, change: TicketId) -> Result<Vec<TicketId>, Refusal> {
    let links = draft.rows(Table::Link, "ticket", change.0)?;
    let above = links.values().filter(|row| text(row, "relation") == Relation::ChildOf.word());
    Ok(above.map(|row| TicketId(int(row, "other"))).collect())
}

/// Answers questions by hand, or gives them back to the desk.
pub(super) fn answer(
    draft: &mut Draft,
    on: TicketId,
    answers: &BTreeMap<String, Option<String>>,
) -> Result<String, Refusal> {
    let ticket = planned(draft, on)?;
    if ticket.actual_start.is_some() || !ticket.phase.is_open() {
        return Err(Refusal::rule(format!("{}: its risk stays as it was when the work began", ticket.number)));
    }
    write_answers(draft, &ticket, answers)?;
    draft.touch(on)?;
    replan(draft, on, &ticket, &Edit::new())?;
    let now = draft.ticket(on)?;
    let score = now.risk_score.unwrap_or_default();
    match &now.risk {
        Some(risk) => Ok(format!("{}: risk {score}, {risk}", now.number)),
        None => Ok(format!("{}: risk {score} so far", now.number)),
    }
}

/// Works out the risk of changes anew after what it follows from moved.
pub(super) fn reassess(draft: &mut Draft, on: &[TicketId]) -> Result<String, Refusal> {
    let mut told = Vec::new();
    for id in on {
        let ticket = planned(draft, *id)?;
        let moved = shift(draft, &ticket)?;
        replan(draft, *id, &ticket, &Edit::new())?;
        let now = draft.ticket(*id)?;
        let n = ticket.number;
        if let Some(shift) = moved.filter(|shift| now.risk.as_ref() == Some(&shift.is)) {
            draft.touch(*id)?;
            told.push(format!("the risk of {n} {}", shift.told()));
        } else if now.risk != ticket.risk {
            let word = |risk: &Option<String>| risk.clone().unwrap_or_else(|| String::from("not known"));
            told.push(format!("the risk of {n} was {} and is {} today", word(&ticket.risk), word(&now.risk)));
        }
    }
    let Some((first, others)) = told.split_first() else {
        return Ok(String::from("worked out what changes risk: as before"));
    };
    draft.notices.splice(0..0, others.iter().cloned());
    Ok(first.clone())
}

fn write_answers(
    draft: &mut Draft,
    ticket: &Ticket,
    answers: &BTreeMap<String, Option<String>>,
) -> Result<(), Refusal> {
    let rows = draft.rows(Table::Answer, "ticket", ticket.id.0)?;
    for (name, value) in answers {
        let refuse = |why: String| Refusal::rule(format!("{}: {why}", ticket.number));
        let question = draft.rules().change.risk.question(name).map_err(refuse)?;
        let known = rows.iter().find(|(_, row)| text(row, "question") == question.name).map(|(id, _)| *id);
        let Some(word) = value else {
            known.into_iter().for_each(|id| draft.delete(Table::Answer, id));
            continue;
        };
        let value = question.choice(word).map_err(refuse)?.name.as_str();
        match known {
            Some(id) => draft.update(Table::Answer, id, row! { "value": value, "by_hand": 1 }),
            None => {
                let question = question.name.as_str();
                draft.insert(
                    Table::Answer,
                    row! { "ticket": ticket.id.0, "question": question, "value": value, "by_hand": 1 },
                )?;
            }
        }
    }
    Ok(())
}

/// Gives a new change the answers of its template, and refuses one that calls itself standard without such a template.
pub(in crate::store::plan) fn follow_template(draft: &mut Draft, id: TicketId) -> Result<(), Refusal> {
    let ticket = draft.ticket(id)?;
    let template = ticket.template.as_ref().and_then(|name| draft.rules().templates.get(name));
    let answers = template.map(|template| template.answers.clone()).unwrap_or_default();
    let answers: BTreeMap<String, Option<String>> =
        answers.into_iter().map(|(question, answer)| (question, Some(answer))).collect();
    write_answers(draft, &ticket, &answers)?;
    replan(draft, id, &ticket, &Edit::new())
}
