//! What a ticket's history tells: how long it was in which state, how often it was handed on, how often it came back.

use crate::desk::field::{Field, Value};
use crate::desk::time::Timestamp;

/// One change of one field at one time, from the journal or from a former system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Which field.
    pub field: Field,
    /// What it was.
    pub before: Value,
    /// What it became.
    pub after: Value,
}

/// A span of time in one state; the raw material of clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateSpan {
    /// The state.
    pub state: String,
    /// When it began.
    pub from: Timestamp,
    /// When it ended; `None` while it lasts.
    pub until: Option<Timestamp>,
}

/// The states that a ticket went through, oldest first. `steps` are in order of time.
#[must_use]
pub fn state_spans(created: Timestamp, state_now: &str, steps: &[Step]) -> Vec<StateSpan> {
    let moves: Vec<&Step> = steps.iter().filter(|step| step.field == Field::State && step.before.given()).collect();
    let first = moves.first().and_then(|step| step.before.text()).unwrap_or(state_now);
    let mut spans = vec![StateSpan { state: first.to_owned(), from: created, until: None }];
    for step in moves {
        if let Some(open) = spans.last_mut() {
            open.until = Some(step.at);
        }
        spans.push(StateSpan { state: step.after.text().unwrap_or_default().to_owned(), from: step.at, until: None });
    }
    spans
}

/// How often the ticket changed its team after it was opened, as ServiceNow's `reassignment_count` tells it: to the first
/// team of a ticket opened without one, from team to team, and to none.
#[must_use]
pub fn reassignments(steps: &[Step]) -> usize {
    steps.iter().filter(|step| step.field == Field::Team && step.before != step.after).count()
}

/// How often the ticket came back from a state that `is_over` into one that is not.
#[must_use]
pub fn reopenings(steps: &[Step], is_over: impl Fn(&str) -> bool) -> usize {
    steps
        .iter()
        .filter(|step| step.field == Field::State)
        .filter(|step| match (step.before.text(), step.after.text()) {
            (Some(before), Some(after)) => is_over(before) && !is_over(after),
            _ => false,
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(at: i64, field: Field, before: impl Into<Value>, after: impl Into<Value>) -> Step {
        Step { at: Timestamp(at), field, before: before.into(), after: after.into() }
    }

    #[test]
    fn a_history_gives_spans_handovers_and_returns() {
        let steps = [
            step(10, Field::Team, Value::Null, 1),
            step(20, Field::State, "new", "in_progress"),
            step(30, Field::Team, 1, 2),
            step(40, Field::State, "in_progress", "resolved"),
            step(50, Field::State, "resolved", "in_progress"),
        ];
        let spans = state_spans(Timestamp(0), "in_progress", &steps);
        let shown: Vec<(&str, i64, Option<i64>)> =
            spans.iter().map(|s| (s.state.as_str(), s.from.0, s.until.map(|t| t.0))).collect();
        assert_eq!(
            shown,
            [
                ("new", 0, Some(20)),
                ("in_progress", 20, Some(40)),
                ("resolved", 40, Some(50)),
                ("in_progress", 50, None)
            ]
        );
        assert_eq!(reassignments(&steps), 2);
        assert_eq!(reopenings(&steps, |state| state == "resolved"), 1);
    }

    #[test]
    fn a_ticket_that_never_moved_is_in_its_state_since_it_was_opened() {
        assert_eq!(
            state_spans(Timestamp(7), "new", &[]),
            [StateSpan { state: String::from("new"), from: Timestamp(7), until: None }]
        );
    }
}
