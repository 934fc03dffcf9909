//! When a plan may be: it ends after it begins, and what was done stays planned as it was.

use chrono_tz::Tz;

use crate::desk::field::{Edit, Field};
use crate::desk::id::Kind;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;

/// Refuses a planned time that can't be. `after` is the ticket as the edit would leave it; `zone` is in what times are told.
///
/// # Errors
/// A rule's refusal saying what stands against it.
pub fn check_planned(before: &Ticket, after: &Ticket, given: &Edit, zone: Tz) -> Result<(), Refusal> {
    if ![Field::PlannedStart, Field::PlannedEnd].iter().any(|field| given.contains_key(field)) {
        return Ok(());
    }
    let number = after.number;
    if let (Some(start), Some(end)) = (after.planned_start, after.planned_end)
        && end <= start
    {
        let (start, end) = (start.local(zone), end.local(zone));
        return Err(Refusal::rule(format!("{number}: it would end at {end}, not after it begins at {start}")));
    }
    if !matches!(after.kind(), Kind::Change | Kind::Release) {
        return Ok(());
    }
    let moved = (before.planned_start, before.planned_end) != (after.planned_start, after.planned_end);
    if moved && (before.actual_end.is_some() || !before.phase.is_open()) {
        return Err(Refusal::rule(format!("{number} is {}: it stays planned as it was", before.state)));
    }
    if before.actual_start.is_some() && before.planned_start != after.planned_start {
        return Err(Refusal::rule(format!("the work on {number} has begun: its planned start stays as it was")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::field::Value;
    use crate::desk::id::{Number, TicketId};
    use crate::desk::time::{HOUR, Timestamp};
    use crate::desk::workflow::Phase;

    fn edited(change: &Ticket, start: i64, end: i64) -> Result<(), String> {
        let given =
            Edit::from([(Field::PlannedStart, Value::Int(start * HOUR)), (Field::PlannedEnd, Value::Int(end * HOUR))]);
        let mut after = change.clone();
        after.put_all(&given);
        check_planned(change, &after, &given, Tz::UTC).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn a_plan_ends_after_it_begins_and_what_was_done_stays_planned_as_it_was() {
        let mut change = Ticket::blank(TicketId(1), Number { kind: Kind::Change, n: 7 }, "draft", Timestamp(0));
        assert_eq!(edited(&change, 20, 22), Ok(()));
        let refused = "CHG-7: it would end at 1970-01-01 18:00, not after it begins at 1970-01-01 20:00";
        assert_eq!(edited(&change, 20, 18).unwrap_err(), refused);
        assert!(edited(&change, 20, 20).is_err());
        change.planned_start = Some(Timestamp(20 * HOUR));
        change.actual_start = Some(Timestamp(20 * HOUR));
        assert_eq!(edited(&change, 20, 23), Ok(()), "work that takes longer");
        let refused = "the work on CHG-7 has begun: its planned start stays as it was";
        assert_eq!(edited(&change, 21, 23).unwrap_err(), refused);
        (change.actual_end, change.phase, change.state) = (Some(Timestamp(0)), Phase::Closed, String::from("closed"));
        assert_eq!(edited(&change, 20, 23).unwrap_err(), "CHG-7 is closed: it stays planned as it was");
    }
}
