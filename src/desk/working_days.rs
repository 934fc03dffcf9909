//! Working days, Monday to Friday where the desk is, for promises that are counted in whole days.

use chrono::{Datelike, NaiveDate, NaiveTime};

use crate::desk::time::{DAY, Moment, Timestamp};

/// The latest time from which `days` whole working days have passed by now.
///
/// What was resolved before it has stayed resolved for so many working days. On a weekend no working time passes: Saturday
/// and Sunday count as the end of Friday.
#[must_use]
pub fn passed_since(moment: &Moment, days: u32) -> Timestamp {
    if days == 0 {
        return moment.now;
    }
    let today = moment.today();
    let into_day = moment.now.since(moment.start_of(today)).clamp(0, DAY);
    let (mut day, into_day) = if works(today) { (today, into_day) } else { (last_working(today), DAY) };
    for _ in 0..days {
        day = last_working(day);
    }
    // By the wall clock, so that a change of the clocks in between neither adds nor takes an hour.
    let milliseconds = u32::try_from(into_day % 1_000).unwrap_or(0);
    let seconds = u32::try_from(into_day / 1_000).unwrap_or(0);
    let wall = NaiveTime::from_num_seconds_from_midnight_opt(seconds, milliseconds * 1_000_000);
    match wall {
        Some(time) if into_day < DAY => moment.at(day.and_time(time)),
        _ => moment.start_of(day.succ_opt().unwrap_or(day)),
    }
}

fn works(day: NaiveDate) -> bool {
    day.weekday().number_from_monday() <= 5
}

/// The working day before a day.
fn last_working(day: NaiveDate) -> NaiveDate {
    let mut before = day;
    while let Some(previous) = before.pred_opt() {
        before = previous;
        if works(before) {
            break;
        }
    }
    before
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;

    fn cutoff(now: &str, days: u32) -> String {
        let midnight = Moment { now: Timestamp(0), zone: Berlin };
        let wall = chrono::NaiveDateTime::parse_from_str(now, "%Y-%m-%d %H:%M").unwrap();
        passed_since(&Moment { now: midnight.at(wall), zone: Berlin }, days).local(Berlin)
    }

    #[test]
    fn five_working_days_are_a_week() {
        // Monday 2026-11-23, ten o'clock.
        assert_eq!(cutoff("2026-11-23 10:00", 5), "2026-11-16 10:00");
        assert_eq!(cutoff("2026-11-23 10:00", 1), "2026-11-20 10:00");
        assert_eq!(cutoff("2026-11-23 10:00", 0), "2026-11-23 10:00");
        assert_eq!(cutoff("2026-11-22 10:00", 0), "2026-11-22 10:00");
    }

    #[test]
    fn no_working_time_passes_on_a_weekend() {
        for now in ["2026-11-21 00:00", "2026-11-21 10:00", "2026-11-22 23:00"] {
            assert_eq!(cutoff(now, 5), "2026-11-14 00:00", "{now}");
        }
    }

    #[test]
    fn a_change_of_the_clocks_moves_nothing() {
        // Clocks went back on Sunday 2026-10-25.
        assert_eq!(cutoff("2026-10-26 09:00", 1), "2026-10-23 09:00");
    }
}
