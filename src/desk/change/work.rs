//! Doing a change: what speaks against beginning now, and how what was done differs from what was planned.

use crate::desk::change::conflict::Conflict;
use crate::desk::change::risk::Timing;
use crate::desk::ticket::Ticket;
use crate::desk::time::{MINUTE, Moment, short_span};

/// What speaks against beginning the work now, in words: it is planned for another time, nobody shall change anything, or it
/// meets what nobody overrode, where the workflow asks about that (`unopposed`).
#[must_use]
pub fn against(
    ticket: &Ticket,
    timing: Option<Timing>,
    (met, unopposed): (&[Conflict], bool),
    moment: &Moment,
) -> Vec<String> {
    let mut against = Vec::new();
    let local = |at: Option<crate::desk::time::Timestamp>| at.map_or_else(String::new, |at| at.local(moment.zone));
    if ticket.planned_start.is_some_and(|start| moment.now < start) {
        against.push(format!("it is planned for {}", local(ticket.planned_start)));
    }
    if ticket.planned_end.is_some_and(|end| moment.now >= end) {
        against.push(format!("it was planned until {}", local(ticket.planned_end)));
    }
    // A freeze in which the change is planned is one of its conflicts: told there, or overridden.
    let is_told = met.iter().any(|one| (unopposed || !one.is_open()) && one.freezes(moment.now));
    if timing == Some(Timing::Freeze) && !is_told {
        against.push(String::from("changes are frozen now"));
    }
    against.extend(met.iter().filter(|one| unopposed && one.is_open()).map(|one| one.text.clone()));
    against
}

/// How the real times differ from the planned ones, a line each; nothing where either is not known.
#[must_use]
pub fn deviations(ticket: &Ticket) -> Vec<String> {
    let mut lines = Vec::new();
    let late = |by: i64, what: &str| match by / MINUTE {
        0 => format!("{what} on time"),
        1.. => format!("{what} {} late", short_span(by)),
        _ => format!("{what} {} early", short_span(by)),
    };
    if let (Some(planned), Some(actual)) = (ticket.planned_start, ticket.actual_start) {
        lines.push(late(actual.since(planned), "began"));
    }
    if let (Some(planned), Some(actual)) = (ticket.planned_end, ticket.actual_end) {
        lines.push(late(actual.since(planned), "ended"));
    }
    if let (Some(from), Some(until), Some(began), Some(ended)) =
        (ticket.planned_start, ticket.planned_end, ticket.actual_start, ticket.actual_end)
    {
        lines.push(format!(
            "took {} min, planned were {} min",
            ended.since(began) / MINUTE,
            until.since(from) / MINUTE
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::id::{Kind, Number, TicketId};
    use crate::desk::time::Timestamp;

    fn planned() -> Ticket {
        let mut ticket = Ticket::blank(TicketId(1), Number { kind: Kind::Change, n: 1 }, "scheduled", Timestamp(0));
        ticket.planned_start = Some(Timestamp(60 * MINUTE));
        ticket.planned_end = Some(Timestamp(180 * MINUTE));
        ticket
    }

    fn at(minute: i64) -> Moment {
        Moment::utc(Timestamp(minute * MINUTE))
    }

    #[test]
    fn a_change_begins_in_its_own_time_and_outside_of_a_freeze() {
        assert_eq!(against(&planned(), None, ([].as_slice(), true), &at(59)), ["it is planned for 1970-01-01 01:00"]);
        assert_eq!(against(&planned(), None, ([].as_slice(), true), &at(60)), [] as [&str; 0]);
        assert_eq!(
            against(&planned(), Some(Timing::Freeze), ([].as_slice(), true), &at(60)),
            ["changes are frozen now"]
        );
        assert_eq!(
            against(&planned(), Some(Timing::Business), ([].as_slice(), true), &at(180)),
            ["it was planned until 1970-01-01 03:00"]
        );
    }

    #[test]
    fn a_review_tells_how_the_real_times_differ() {
        let mut done = planned();
        assert_eq!(deviations(&done), [] as [&str; 0]);
        done.actual_start = Some(Timestamp(65 * MINUTE));
        done.actual_end = Some(Timestamp(170 * MINUTE));
        assert_eq!(deviations(&done), ["began 5m late", "ended 10m early", "took 105 min, planned were 120 min"]);
    }
}
