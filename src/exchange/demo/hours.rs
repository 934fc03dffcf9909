//! The working hours of the demo company, as one line of minutes without nights and weekends.

use chrono::{Datelike, Days, NaiveTime, Weekday};

use crate::desk::time::{HOUR, MINUTE, Moment, Timestamp};

/// Working minutes of a day, 8:00 to 18:00.
pub(super) const DAY: i64 = 600;

/// Working minutes counted from long before the first ticket to some weeks after now.
pub(super) struct Hours {
    /// 8:00 of every working day.
    days: Vec<Timestamp>,
    /// The working minute that has begun last.
    pub(super) now: i64,
    /// The first working minute of the last ninety days.
    pub(super) first: i64,
    pub(super) moment: Moment,
}

impl Hours {
    pub(super) fn around(moment: &Moment) -> Hours {
        let today = moment.today();
        let opening = NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default();
        let days = (0..180)
            .filter_map(|n| today.checked_sub_days(Days::new(110))?.checked_add_days(Days::new(n)))
            .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
            .map(|day| moment.at(day.and_time(opening)))
            .collect();
        let mut hours = Hours { days, now: 0, first: 0, moment: *moment };
        hours.now = hours.index(moment.now);
        hours.first = hours.index(moment.now.plus(-90 * 24 * HOUR));
        hours
    }

    /// When a working minute begins.
    pub(super) fn at(&self, minute: i64) -> Timestamp {
        self.opening(minute.div_euclid(DAY)).plus(minute.rem_euclid(DAY) * MINUTE)
    }

    /// 8:00 of a working day, counted from the first.
    pub(super) fn opening(&self, day: i64) -> Timestamp {
        let last = self.days.len().saturating_sub(1);
        let day = usize::try_from(day).unwrap_or(0).min(last);
        self.days.get(day).copied().unwrap_or(self.moment.now)
    }

    /// The working minute of an instant; of a night, the last of the day before.
    pub(super) fn index(&self, at: Timestamp) -> i64 {
        let begun = self.days.partition_point(|start| *start <= at);
        let Some(start) = begun.checked_sub(1).and_then(|day| self.days.get(day)) else { return 0 };
        let day = i64::try_from(begun).unwrap_or(1) - 1;
        day * DAY + (at.since(*start) / MINUTE).min(DAY - 1)
    }
}
