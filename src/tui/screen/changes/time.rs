//! Days, weeks and months of a calendar, by the wall clock of whoever looks: a day has 23 or 25 hours where the clocks change.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::desk::change::window::Span;
use crate::desk::time::{HOUR, Moment, Timestamp};

/// So many days the agenda shows at once.
const AGENDA: u64 = 28;

/// How the calendar is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// The weeks of a month, a day a cell.
    #[default]
    Month,
    /// The hours of seven days.
    Week,
    /// The hours of a day.
    Day,
    /// A list by days.
    Agenda,
}

impl Face {
    /// All, in their order.
    pub const ALL: [Face; 4] = [Face::Month, Face::Week, Face::Day, Face::Agenda];

    /// What it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Face::Month => "Month",
            Face::Week => "Week",
            Face::Day => "Day",
            Face::Agenda => "Agenda",
        }
    }

    /// The next one, or the one before, round the ends.
    #[must_use]
    pub fn turned(self, by: isize) -> Face {
        let count = isize::try_from(Face::ALL.len()).unwrap_or(1);
        let at = Face::ALL.iter().position(|face| *face == self).unwrap_or(0);
        let next = isize::try_from(at).unwrap_or(0).saturating_add(by).rem_euclid(count);
        Face::ALL.get(usize::try_from(next).unwrap_or(0)).copied().unwrap_or_default()
    }

    /// Whether its slots are hours; else they are days.
    #[must_use]
    pub fn is_by_hours(self) -> bool {
        matches!(self, Face::Week | Face::Day)
    }

    /// The first day that it shows, and the first that it no longer shows, with the cursor on this day. The agenda begins
    /// where it did before as long as the day is in it.
    #[must_use]
    pub fn days(self, day: NaiveDate, first: Weekday, anchor: Option<NaiveDate>) -> (NaiveDate, NaiveDate) {
        let from = match self {
            Face::Month => week_of(day.with_day(1).unwrap_or(day), first),
            Face::Week => week_of(day, first),
            Face::Day => day,
            Face::Agenda => match anchor {
                Some(anchor) => {
                    let pages = (day - anchor).num_days().div_euclid(days_of(AGENDA));
                    plus(anchor, pages.saturating_mul(days_of(AGENDA)))
                }
                None => day,
            },
        };
        let until = match self {
            Face::Month => {
                let last = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
                let last = last.and_then(|next| next.pred_opt()).unwrap_or(day);
                plus(week_of(last, first), 7)
            }
            Face::Week => plus(from, 7),
            Face::Day => plus(from, 1),
            Face::Agenda => plus(from, days_of(AGENDA)),
        };
        (from, until)
    }

    /// The instant a page on, or back.
    #[must_use]
    pub fn paged(self, at: Timestamp, by: i64, moment: &Moment) -> Timestamp {
        let wall = moment.wall(at);
        let day = match self {
            Face::Month => {
                let months = Months::new(u32::try_from(by.unsigned_abs()).unwrap_or(0));
                let moved = if by < 0 {
                    wall.date().checked_sub_months(months)
                } else {
                    wall.date().checked_add_months(months)
                };
                moved.unwrap_or(wall.date())
            }
            Face::Week | Face::Day => plus(wall.date(), 7 * by),
            Face::Agenda => plus(wall.date(), days_of(AGENDA) * by),
        };
        sensible(moment.at(day.and_time(wall.time())), at)
    }
}

fn days_of(days: u64) -> i64 {
    i64::try_from(days).unwrap_or(0)
}

/// A day so many days on, or back; the same where there is none.
#[must_use]
pub fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    let count = Days::new(days.unsigned_abs());
    let moved = if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) };
    moved.unwrap_or(day)
}

/// The day on which the week of a day begins.
#[must_use]
pub fn week_of(day: NaiveDate, first: Weekday) -> NaiveDate {
    plus(day, -i64::from(day.weekday().days_since(first)))
}

/// The same time of day so many days on, or back.
#[must_use]
pub fn shifted(at: Timestamp, days: i64, moment: &Moment) -> Timestamp {
    let wall = moment.wall(at);
    sensible(moment.at(plus(wall.date(), days).and_time(wall.time())), at)
}

/// A calendar has no pages before 1900 or behind 2200, as windows have none.
fn sensible(to: Timestamp, from: Timestamp) -> Timestamp {
    // 1900-01-01 and 2200-01-01.
    if (-2_208_988_800_000..7_258_118_400_000).contains(&to.0) { to } else { from }
}

/// A day from its first instant to the next day's.
#[must_use]
pub fn day(day: NaiveDate, moment: &Moment) -> Span {
    Span { from: moment.start_of(day), until: moment.start_of(plus(day, 1)) }
}

/// The hours of a day as they pass: 23 or 25 where the clocks change by one, the last one shorter where they change by less.
#[must_use]
pub fn hours(date: NaiveDate, moment: &Moment) -> Vec<Span> {
    let day = day(date, moment);
    let mut hours = Vec::with_capacity(25);
    let mut from = day.from;
    while from < day.until {
        let until = from.plus(HOUR).min(day.until);
        hours.push(Span { from, until });
        from = until;
    }
    hours
}

/// The hour of its day in which an instant lies.
#[must_use]
pub fn hour_of(at: Timestamp, moment: &Moment) -> Span {
    let hours = hours(moment.day_of(at), moment);
    let found = hours.into_iter().find(|hour| hour.from <= at && at < hour.until);
    found.unwrap_or(Span { from: at, until: at.plus(HOUR) })
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn in_berlin() -> Moment {
        Moment { now: Timestamp(1_790_000_000_000), zone: Tz::Europe__Berlin }
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn clocks(day: &str, moment: &Moment) -> Vec<String> {
        hours(date(day), moment).iter().map(|hour| moment.wall(hour.from).format("%H:%M").to_string()).collect()
    }

    #[test]
    fn a_day_has_the_hours_that_pass_on_it() {
        let long = clocks("2026-10-25", &in_berlin());
        assert_eq!((long.len(), &long[1..5]), (25, &["01:00", "02:00", "02:00", "03:00"].map(String::from)[..]));
        let short = clocks("2027-03-28", &in_berlin());
        assert_eq!((short.len(), &short[1..4]), (23, &["01:00", "03:00", "04:00"].map(String::from)[..]));
        assert_eq!(clocks("2026-09-21", &in_berlin()).len(), 24);
        let lord_howe = Moment { zone: Tz::Australia__Lord_Howe, ..in_berlin() };
        let half = clocks("2026-10-04", &lord_howe);
        assert_eq!((half.len(), half.last().map(String::as_str)), (24, Some("23:30")));
    }

    #[test]
    fn a_day_on_is_the_same_time_of_day_through_a_change_of_the_clocks() {
        let moment = in_berlin();
        let before = moment.at(date("2026-10-24").and_hms_opt(14, 0, 0).unwrap());
        assert_eq!(shifted(before, 1, &moment).local(moment.zone), "2026-10-25 14:00");
        assert_eq!(shifted(before, 1, &moment).since(before), 25 * HOUR);
        let gap = moment.at(date("2027-03-27").and_hms_opt(2, 30, 0).unwrap());
        assert_eq!(shifted(gap, 1, &moment).local(moment.zone), "2027-03-28 03:00");
    }

    #[test]
    fn a_month_shows_whole_weeks_that_begin_where_weeks_begin() {
        let days = |first| Face::Month.days(date("2026-11-22"), first, None);
        assert_eq!(days(Weekday::Mon), (date("2026-10-26"), date("2026-12-07")));
        assert_eq!(days(Weekday::Sun), (date("2026-11-01"), date("2026-12-06")));
        assert_eq!(days(Weekday::Sat), (date("2026-10-31"), date("2026-12-05")));
    }

    #[test]
    fn a_month_on_from_its_last_day_is_the_last_day_of_the_next() {
        let moment = in_berlin();
        let at = moment.at(date("2027-01-31").and_hms_opt(9, 0, 0).unwrap());
        assert_eq!(Face::Month.paged(at, 1, &moment).local(moment.zone), "2027-02-28 09:00");
        assert_eq!(Face::Month.paged(at, -2, &moment).local(moment.zone), "2026-11-30 09:00");
    }

    #[test]
    fn the_agenda_turns_its_pages_from_where_it_began() {
        let days = |day| Face::Agenda.days(date(day), Weekday::Mon, Some(date("2026-11-23")));
        assert_eq!(days("2026-11-30"), (date("2026-11-23"), date("2026-12-21")));
        assert_eq!(days("2026-12-21"), (date("2026-12-21"), date("2027-01-18")));
        assert_eq!(days("2026-11-22"), (date("2026-10-26"), date("2026-11-23")));
    }

    #[test]
    fn no_page_lies_behind_the_end_of_the_calendar() {
        let moment = in_berlin();
        let mut at = moment.now;
        (0..10_000).for_each(|_| at = Face::Month.paged(at, 1, &moment));
        assert_eq!(at.local(moment.zone).get(..4), Some("2199"));
    }
}
