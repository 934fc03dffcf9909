//! Time spent on a ticket: what may be logged, and corrected.

use crate::desk::id::Number;
use crate::desk::refusal::Refusal;

/// More than a month at once is a slip of the finger.
const MONTH: i64 = 60 * 24 * 31;

/// Whether `minutes` may be logged on a ticket on which `spent` are logged: up to a month; negative to correct, down to none.
///
/// # Errors
/// A refusal that says how much is logged.
pub fn log(number: Number, spent: i64, minutes: i64) -> Result<(), Refusal> {
    if minutes == 0 || !(-MONTH..=MONTH).contains(&minutes) {
        return Err(Refusal::rule(format!(
            "{minutes} minutes can't have been spent; up to a month, negative to correct"
        )));
    }
    if minutes < 0 && spent.saturating_add(minutes) < 0 {
        return Err(Refusal::rule(match spent {
            ..=0 => format!("no time is logged on {number} that could be taken back"),
            _ => format!("only {spent} min are logged on {number}; {} can't be taken back", minutes.unsigned_abs()),
        }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::id::Kind;

    fn refused(spent: i64, minutes: i64) -> String {
        log(Number { kind: Kind::Incident, n: 7 }, spent, minutes).map_or_else(|no| no.to_string(), |()| String::new())
    }

    #[test]
    fn a_correction_takes_back_what_is_logged_and_no_more() {
        assert_eq!(refused(25, -25), "");
        assert_eq!(refused(25, -26), "only 25 min are logged on INC-7; 26 can't be taken back");
        assert_eq!(refused(0, -1), "no time is logged on INC-7 that could be taken back");
    }

    #[test]
    fn nothing_and_more_than_a_month_are_slips() {
        assert_eq!(refused(0, 0), "0 minutes can't have been spent; up to a month, negative to correct");
        assert_eq!(
            refused(0, i64::MAX),
            format!("{} minutes can't have been spent; up to a month, negative to correct", i64::MAX)
        );
        assert_eq!(refused(i64::MAX, MONTH), "");
    }
}
