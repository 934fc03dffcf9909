//! *Why* a field has its value: the rule in words, from the values that the rule read.

use crate::desk::change::Reading;
use crate::desk::field::{Field, Value};
use crate::desk::id::Number;
use crate::desk::priority::{Criticality, Matrix};
use crate::desk::ticket::Ticket;

/// What an explanation needs to know besides the ticket.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The desk's matrix.
    pub matrix: &'a Matrix,
    /// The ticket's service: its name and criticality.
    pub service: Option<(&'a str, Criticality)>,
    /// Who set the priority, or the risk, last, where the journal tells.
    pub by: Option<&'a str>,
    /// What the answers about a change's risk come to.
    pub risk: Option<&'a Reading>,
    /// The changes of a release, with their risks.
    pub parts: &'a [(Number, Option<String>)],
}

/// The fields whose changes bear on a field: those that a rule reads to compute it, and itself.
#[must_use]
pub fn bearing(field: Field) -> &'static [Field] {
    match field {
        Field::Priority | Field::PriorityComputed => &[
            Field::Priority,
            Field::PriorityComputed,
            Field::PriorityReason,
            Field::Impact,
            Field::Urgency,
            Field::Service,
        ],
        Field::Risk | Field::RiskScore => &[
            Field::Risk,
            Field::RiskScore,
            Field::RiskReason,
            Field::PlannedStart,
            Field::PlannedEnd,
            Field::BackoutPlan,
            Field::BackoutMinutes,
            Field::Service,
            Field::Ci,
        ],
        _ => &[],
    }
}

/// The rule behind a field, one sentence a step; nothing where people alone decide.
#[must_use]
pub fn rule(field: Field, ticket: &Ticket, around: &Circumstances) -> Vec<String> {
    match field {
        Field::Priority | Field::PriorityComputed => priority(ticket, around),
        Field::Risk | Field::RiskScore => risk(ticket, around),
        Field::Resolved | Field::Closed if !ticket.value(field).given() => {
            vec![format!("{} is {}", ticket.number, ticket.state)]
        }
        Field::Resolved => vec![String::from("set by the desk when the ticket reached a state that is done")],
        Field::Closed => vec![String::from("set by the desk when the ticket reached a state that is closed")],
        _ => Vec::new(),
    }
}

fn priority(ticket: &Ticket, around: &Circumstances) -> Vec<String> {
    let base = around.matrix.at(ticket.impact, ticket.urgency);
    let mut steps =
        vec![format!("impact {} × urgency {} gives {base} by the matrix", ticket.impact.get(), ticket.urgency.get())];
    match around.service {
        Some((name, Criticality::Vital)) if base != base.raised() => {
            steps.push(format!("{name} is vital: raised one step to {}", base.raised()));
        }
        Some((name, Criticality::Vital)) => steps.push(format!("{name} is vital, but nothing is above {base}")),
        Some((name, criticality)) => steps.push(format!("{name} is {}: not raised", criticality.word())),
        None => {}
    }
    if let Some(reason) = &ticket.priority_reason {
        let by = around.by.map_or_else(String::new, |by| format!(" by {by}"));
        steps.push(format!("overridden to {}{by}: {reason}", ticket.priority));
    }
    steps
}

fn risk(ticket: &Ticket, around: &Circumstances) -> Vec<String> {
    let Some(reading) = around.risk else { return Vec::new() };
    let mut steps: Vec<String> = Vec::new();
    // A release need not be asked itself: its changes are.
    if around.parts.is_empty() || reading.shares.iter().any(|share| share.answer.as_ref().is_some_and(|a| a.by_hand)) {
        for share in &reading.shares {
            steps.push(match &share.answer {
                Some(answer) => {
                    let by = if answer.by_hand { "" } else { " (found by the desk)" };
                    format!("{}: {}{by}: {}", share.question, share.text, share.score)
                }
                None => format!("{}: not answered", share.question),
            });
        }
        match &reading.band {
            Some(band) => steps.push(format!("together {}: {band}", reading.score)),
            None => steps.push(format!("together {} so far; there is no risk before all is answered", reading.score)),
        }
        steps.extend(reading.raised.iter().cloned());
    }
    for (number, risk) in around.parts {
        steps.push(format!("{number}, which it contains, has {}", risk.as_deref().unwrap_or("no risk yet")));
    }
    if let Some(reason) = &ticket.risk_reason {
        let by = around.by.map_or_else(String::new, |by| format!(" by {by}"));
        steps.push(format!("overridden to {}{by}: {reason}", ticket.risk.as_deref().unwrap_or("nothing")));
    }
    steps
}

/// Whether an entry of the journal that made these changes belongs to the story of a field.
#[must_use]
pub fn belongs<'a>(field: Field, mut changed: impl Iterator<Item = (Field, &'a Value, &'a Value)>) -> bool {
    changed.any(|(other, before, after)| before != after && (other == field || bearing(field).contains(&other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::id::{Kind, Number, TicketId};
    use crate::desk::priority::{Level, Priority};
    use crate::desk::time::Timestamp;

    fn ticket() -> Ticket {
        let mut ticket = Ticket::blank(TicketId(1), Number { kind: Kind::Incident, n: 1 }, "new", Timestamp(0));
        ticket.impact = Level::new(2).unwrap();
        ticket.urgency = Level::new(3).unwrap();
        ticket
    }

    fn why(ticket: &Ticket, service: Option<(&str, Criticality)>) -> Vec<String> {
        let around = Circumstances { matrix: &Matrix::default(), service, by: Some("anna"), risk: None, parts: &[] };
        rule(Field::Priority, ticket, &around)
    }

    #[test]
    fn priority_is_told_from_matrix_to_service_to_override() {
        let mut ticket = ticket();
        assert_eq!(why(&ticket, None), ["impact 2 × urgency 3 gives P3 by the matrix"]);
        assert_eq!(
            why(&ticket, Some(("Payroll", Criticality::Vital))),
            ["impact 2 × urgency 3 gives P3 by the matrix", "Payroll is vital: raised one step to P2"]
        );
        ticket.priority = Priority::new(1).unwrap();
        ticket.priority_reason = Some(String::from("the CEO waits"));
        assert_eq!(
            why(&ticket, Some(("Wiki", Criticality::Low))),
            [
                "impact 2 × urgency 3 gives P3 by the matrix",
                "Wiki is low: not raised",
                "overridden to P1 by anna: the CEO waits"
            ]
        );
    }

    #[test]
    fn nothing_is_raised_above_p1() {
        let mut ticket = ticket();
        (ticket.impact, ticket.urgency) = (Level::HIGHEST, Level::HIGHEST);
        assert_eq!(
            why(&ticket, Some(("Payroll", Criticality::Vital))).last().unwrap(),
            "Payroll is vital, but nothing is above P1"
        );
    }

    #[test]
    fn what_a_rule_reads_bears_on_what_it_computes() {
        let change = [(Field::Urgency, Value::Int(4), Value::Int(1))];
        let changed = || change.iter().map(|(field, before, after)| (*field, before, after));
        assert!(belongs(Field::Priority, changed()));
        assert!(belongs(Field::Urgency, changed()));
        assert!(!belongs(Field::Title, changed()));
    }
}
