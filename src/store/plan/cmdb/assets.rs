//! Assets handed out and taken back; a stock counts down and up.

use crate::desk::cmdb::{Ci, CiTarget, Phase};
use crate::desk::field::Value;
use crate::desk::id::PersonId;
use crate::desk::refusal::Refusal;
use crate::store::plan::cmdb::facts;
use crate::store::plan::draft::Draft;

const STOCK: &str = "stock_item";

pub(super) fn check_out(
    draft: &mut Draft,
    on: CiTarget,
    to: PersonId,
    until: Option<&str>,
    count: Option<i64>,
) -> Result<String, Refusal> {
    let mut ci = draft.ci(on.id)?;
    let label = format!("{} {}", ci.id.number(), ci.name);
    let person = draft.reader.person(to)?.map_or_else(|| draft.login.clone(), |person| person.name);
    if ci.phase == Phase::Gone {
        return Err(Refusal::rule(format!("{label} is {}: it can't be handed out", ci.status)));
    }
    if is_stock(draft, &ci) {
        let left = change_stock(draft, &mut ci, -count.unwrap_or(1))?;
        let minimum = ci.value("minimum").int().unwrap_or(0);
        if left < minimum {
            draft.notices.push(format!("{label}: {left} left, the minimum is {minimum}"));
        }
        draft.put_ci(ci)?;
        return Ok(format!("handed {} × {label} to {person}", count.unwrap_or(1)));
    }
    refuse_count(&label, count)?;
    if let Some(holder) = ci.holder.filter(|holder| *holder != to) {
        let holder = draft.reader.person(holder)?.map_or_else(|| holder.to_string(), |person| person.login);
        return Err(Refusal::rule(format!(
            "{label} is with {holder}; take it back first: deskhand ci checkin {}",
            on.id.number()
        )));
    }
    ci.holder = Some(to);
    if ci.phase != Phase::Live {
        let model = &draft.rules().cmdb.statuses;
        (ci.status, ci.phase) = (model.initial.clone(), model.phase(&model.initial));
    }
    let due: Vec<Value> = until.map(Value::from).into_iter().collect();
    facts::put(draft, &mut ci, "due_back", &due)?;
    draft.put_ci(ci)?;
    Ok(match until {
        Some(day) => format!("handed {label} to {person} until {day}"),
        None => format!("handed {label} to {person}"),
    })
}

pub(super) fn check_in(draft: &mut Draft, on: CiTarget, count: Option<i64>) -> Result<String, Refusal> {
    let mut ci = draft.ci(on.id)?;
    let label = format!("{} {}", ci.id.number(), ci.name);
    if is_stock(draft, &ci) {
        change_stock(draft, &mut ci, count.unwrap_or(1))?;
        draft.put_ci(ci)?;
        return Ok(format!("took {} × {label} back", count.unwrap_or(1)));
    }
    refuse_count(&label, count)?;
    if ci.holder.is_none() {
        return Err(Refusal::rule(format!("{label} is with nobody")));
    }
    ci.holder = None;
    facts::put(draft, &mut ci, "due_back", &[])?;
    let model = &draft.rules().cmdb.statuses;
    (ci.status, ci.phase) = (model.stocked.clone(), model.phase(&model.stocked));
    draft.put_ci(ci)?;
    Ok(format!("took {label} back"))
}

fn is_stock(draft: &Draft, ci: &Ci) -> bool {
    draft.rules().cmdb.classes.is(&ci.class, STOCK)
}

fn refuse_count(label: &str, count: Option<i64>) -> Result<(), Refusal> {
    match count {
        None | Some(1) => Ok(()),
        Some(_) => Err(Refusal::rule(format!("{label} is one thing; only a stock item is counted"))),
    }
}

/// Changes what is in stock; says what is left.
fn change_stock(draft: &mut Draft, ci: &mut Ci, by: i64) -> Result<i64, Refusal> {
    let now = ci.value("quantity").int().unwrap_or(0);
    let left = now.saturating_add(by);
    if by == 0 || left < 0 {
        return Err(Refusal::rule(format!("{} {}: there are {now}", ci.id.number(), ci.name)));
    }
    facts::put(draft, ci, "quantity", &[Value::Int(left)])?;
    Ok(left)
}
