//! Automatic backups: when the next is due, and which of the old ones are kept.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike};
use serde::{Deserialize, Serialize};

use crate::desk::time::{DAY, HOUR, Timestamp};

/// How a desk is backed up by itself: the `[backup]` of `desk.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rotation {
    /// The folder; one that does not begin with / lies beside the desk. Empty: there are none.
    pub folder: String,
    /// Hours from one to the next.
    pub every: u32,
    /// Of so many days the last one is kept,
    pub daily: u32,
    /// of so many weeks,
    pub weekly: u32,
    /// and of so many months.
    pub monthly: u32,
}

impl Default for Rotation {
    fn default() -> Self {
        Rotation { folder: String::new(), every: 24, daily: 7, weekly: 4, monthly: 6 }
    }
}

impl Rotation {
    /// Whether there are any.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.folder.is_empty() && self.every > 0
    }

    /// Whether one is due, the newest being of that time. One from the future, by a clock that was wrong, counts for as long
    /// as any other.
    #[must_use]
    pub fn is_due(&self, newest: Option<Timestamp>, now: Timestamp) -> bool {
        self.is_on() && newest.is_none_or(|newest| now.since(newest).abs() >= i64::from(self.every) * HOUR)
    }

    /// Those that are kept: all of the last day, and the last one of each of so many days, weeks and months that have one. The
    /// newest always is. Days are those of UTC, as the names of the files.
    #[must_use]
    pub fn kept(&self, taken: &BTreeSet<Timestamp>) -> BTreeSet<Timestamp> {
        let Some(newest) = taken.last() else { return BTreeSet::new() };
        let mut kept: BTreeSet<Timestamp> = taken.iter().copied().filter(|at| newest.since(*at) < DAY).collect();
        type Period = fn(&DateTime<chrono::Utc>) -> (i32, u32);
        let periods: [(u32, Period); 3] = [
            (self.daily, |at| (at.year(), at.ordinal())),
            (self.weekly, |at| (at.iso_week().year(), at.iso_week().week())),
            (self.monthly, |at| (at.year(), at.month())),
        ];
        for (count, period) in periods {
            let mut seen = BTreeSet::new();
            for at in taken.iter().rev() {
                let Some(date) = DateTime::from_timestamp_millis(at.0) else { continue };
                if seen.len() < usize::try_from(count).unwrap_or(usize::MAX) && seen.insert(period(&date)) {
                    kept.insert(*at);
                }
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on() -> Rotation {
        Rotation { folder: String::from("backups"), ..Rotation::default() }
    }

    #[test]
    fn one_is_due_when_the_newest_is_old_enough_and_a_folder_is_named() {
        let at = Timestamp(1_790_000_000_000);
        assert!(on().is_due(None, at));
        assert!(!on().is_due(Some(at), at.plus(24 * HOUR - 1)));
        assert!(on().is_due(Some(at), at.plus(24 * HOUR)));
        assert!(!on().is_due(Some(at.plus(HOUR)), at), "a clock is a little off");
        assert!(on().is_due(Some(at.plus(300 * DAY)), at), "a clock was far off");
        assert!(!Rotation::default().is_due(None, at));
    }

    #[test]
    fn a_year_of_daily_backups_leaves_days_weeks_and_months() {
        // 2026-01-01 12:00 to 2026-12-31 12:00, one a day.
        let first = Timestamp(1_767_268_800_000);
        let taken: BTreeSet<Timestamp> = (0..365).map(|day| first.plus(day * DAY)).collect();
        let days: Vec<String> = on().kept(&taken).iter().map(|at| at.rfc3339()[..10].to_owned()).collect();
        assert_eq!(
            days,
            [
                "2026-07-31",
                "2026-08-31",
                "2026-09-30",
                "2026-10-31",
                "2026-11-30",
                "2026-12-13",
                "2026-12-20",
                "2026-12-25",
                "2026-12-26",
                "2026-12-27",
                "2026-12-28",
                "2026-12-29",
                "2026-12-30",
                "2026-12-31",
            ]
        );
    }

    #[test]
    fn several_on_one_day_are_kept_for_a_day() {
        let first = Timestamp(1_767_268_800_000);
        let taken: BTreeSet<Timestamp> = (0..12).map(|n| first.plus(n * 4 * HOUR)).collect();
        let rotation = Rotation { daily: 2, weekly: 0, monthly: 0, ..on() };
        let kept: Vec<i64> = rotation.kept(&taken).iter().map(|at| at.since(first) / HOUR).collect();
        assert_eq!(kept, [24, 28, 32, 36, 40, 44]);
    }

    #[test]
    fn with_no_numbers_only_the_last_day_stays() {
        let first = Timestamp(1_767_268_800_000);
        let taken: BTreeSet<Timestamp> = (0..5).map(|day| first.plus(day * DAY)).collect();
        let rotation = Rotation { daily: 0, weekly: 0, monthly: 0, ..on() };
        assert_eq!(rotation.kept(&taken), BTreeSet::from([first.plus(4 * DAY)]));
    }
}
