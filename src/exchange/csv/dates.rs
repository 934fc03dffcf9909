//! Dates as files write them, and which of `3/4/2016` is the month.
//!
//! A date is dissected by what stands in it, not tried against formats: numbers, a month's name, a time, a zone.
//! Where only the order of day and month is open, all rows of all date columns are witnesses.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::desk::time::{Moment, Timestamp};

/// Which of two numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 29/2/2016.
    DayFirst,
    /// 2/29/2016.
    MonthFirst,
}

impl DateOrder {
    fn words(self) -> &'static str {
        match self {
            DateOrder::DayFirst => "day-first",
            DateOrder::MonthFirst => "month-first",
        }
    }
}

/// A date and time as written, before the order of day and month is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Certain to the point: an epoch.
    Instant(Timestamp),
    /// A wall clock somewhere, or at an offset from UTC in minutes.
    Wall(Day, NaiveTime, Option<i32>),
}

/// The day part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// Only one reading.
    Certain(NaiveDate),
    /// Two numbers and a year: either may be the day.
    Either(u32, u32, i32),
}

impl Written {
    /// Dissects `text`; `None` when it is no date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Written> {
        let text = text.trim();
        if text.is_empty() || text.len() > 48 || !text.is_ascii() {
            return None;
        }
        if text.bytes().all(|b| b.is_ascii_digit()) {
            let n: i64 = text.parse().ok()?;
            return match text.len() {
                9..=10 => Some(Written::Instant(Timestamp(n * 1000))),
                12..=13 => Some(Written::Instant(Timestamp(n))),
                _ => None,
            };
        }
        Dissection::of(text)?.written()
    }

    /// The point in time, with days and months in `order` and walls in `zone`; `None` when `order` gives no such day.
    #[must_use]
    pub fn instant(self, order: DateOrder, zone: &Moment) -> Option<Timestamp> {
        let (day, time, offset) = match self {
            Written::Instant(at) => return Some(at),
            Written::Wall(day, time, offset) => (day, time, offset),
        };
        let day = match (day, order) {
            (Day::Certain(day), _) => day,
            (Day::Either(first, second, year), DateOrder::DayFirst) => NaiveDate::from_ymd_opt(year, second, first)?,
            (Day::Either(first, second, year), DateOrder::MonthFirst) => NaiveDate::from_ymd_opt(year, first, second)?,
        };
        let wall = NaiveDateTime::new(day, time);
        match offset {
            Some(minutes) => {
                let utc = wall.checked_sub_signed(Duration::minutes(i64::from(minutes)))?;
                Some(Timestamp(utc.and_utc().timestamp_millis()))
            }
            None => Some(zone.at(wall)),
        }
    }
}

/// The parts of a date in the order in which they stand.
#[derive(Default)]
struct Dissection {
    numbers: Vec<(u32, usize)>, // value, digits
    named_month: Option<(u32, usize)>,
    dotted: bool,
    time: Option<NaiveTime>,
    offset: Option<i32>,
}

impl Dissection {
    fn of(text: &str) -> Option<Dissection> {
        let mut parts = Dissection::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let run = |same: fn(&char) -> bool| rest.chars().take_while(same).count();
            if first.is_ascii_digit() {
                let digits = run(char::is_ascii_digit);
                let (number, after) = rest.split_at_checked(digits)?;
                let dates_done = parts.numbers.len() + usize::from(parts.named_month.is_some()) >= 2;
                if after.starts_with(':') && parts.time.is_none() && dates_done {
                    rest = parts.take_time(rest)?;
                    continue;
                }
                parts.numbers.push((number.parse().ok()?, digits));
                if parts.numbers.len() > 3 {
                    return None;
                }
                parts.dotted |= after.starts_with('.');
                rest = after;
            } else if first.is_ascii_alphabetic() {
                let letters = run(char::is_ascii_alphabetic);
                let (word, after) = rest.split_at_checked(letters)?;
                parts.take_word(word)?;
                rest = after;
            } else if parts.time.is_some() && parts.offset.is_none() && matches!(first, '+' | '-') {
                rest = parts.take_offset(rest)?;
            } else if matches!(first, '/' | '-' | '.' | ',' | ' ') {
                rest = rest.get(1..)?;
            } else {
                return None;
            }
        }
        Some(parts)
    }

    /// `1:16`, `01:16:30`, `01:16:30.123`, with `PM` to follow or not.
    fn take_time<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let length = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b':').count();
        let (clock, mut after) = text.split_at_checked(length)?;
        let mut numbers = clock.split(':').map(|n| n.parse::<u32>().ok());
        let (hour, minute, second) = (numbers.next()??, numbers.next()??, numbers.next().unwrap_or(Some(0))?);
        let mut milli = 0;
        if let Some(fraction) = after.strip_prefix(['.', ',']).filter(|f| f.starts_with(|c: char| c.is_ascii_digit())) {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let (shown, rest) = fraction.split_at_checked(digits)?;
            milli = format!("{shown:0<3}").get(..3)?.parse().ok()?;
            after = rest;
        }
        let half = after.trim_start().get(..2).map(str::to_ascii_lowercase);
        let hour = match half.as_deref() {
            Some("am" | "pm") if !(1..=12).contains(&hour) => return None,
            Some("am") => hour % 12,
            Some("pm") => hour % 12 + 12,
            _ => hour,
        };
        if matches!(half.as_deref(), Some("am" | "pm")) {
            after = after.trim_start().get(2..)?;
        }
        self.time = Some(NaiveTime::from_hms_milli_opt(hour, minute, second, milli)?);
        Some(after)
    }

    fn take_offset<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let length = text.bytes().skip(1).take_while(|b| b.is_ascii_digit() || *b == b':').count();
        let (shown, after) = text.get(1..)?.split_at_checked(length)?;
        let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
        let (hours, minutes) = match digits.len() {
            2 => (digits.parse::<i32>().ok()?, 0),
            4 => (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?),
            _ => return None,
        };
        if hours > 15 || minutes > 59 {
            return None;
        }
        self.offset = Some(sign * (hours * 60 + minutes));
        Some(after)
    }

    fn take_word(&mut self, word: &str) -> Option<()> {
        const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "t" => return Some(()),
            "z" | "utc" | "gmt" if self.time.is_some() => {
                self.offset = Some(0);
                return Some(());
            }
            "at" | "st" | "nd" | "rd" | "th" => return Some(()),
            _ => {}
        }
        let short = lower.get(..3)?;
        if let Some(index) = MONTHS.iter().position(|m| *m == short) {
            if self.named_month.is_some() {
                return None;
            }
            self.named_month = Some((u32::try_from(index).ok()? + 1, self.numbers.len()));
            return Some(());
        }
        DAYS.contains(&short).then_some(())
    }

    fn written(self) -> Option<Written> {
        let time = self.time.unwrap_or(NaiveTime::MIN);
        let year = |(n, digits): (u32, usize)| -> Option<i32> {
            match digits {
                4 => i32::try_from(n).ok(),
                2 if n < 70 => i32::try_from(2000 + n).ok(),
                2 => i32::try_from(1900 + n).ok(),
                _ => None,
            }
        };
        let day = match (self.named_month, self.numbers.as_slice()) {
            // 29-Feb-2016, Feb 29, 2016, Mon Feb 29 01:16:00 2016; 2016-Feb-29
            (Some((month, 1)), [y, (day, _)]) if y.1 == 4 => {
                Day::Certain(NaiveDate::from_ymd_opt(year(*y)?, month, *day)?)
            }
            (Some((month, 0 | 1)), [(day, _), y]) => Day::Certain(NaiveDate::from_ymd_opt(year(*y)?, month, *day)?),
            (None, [y, (month, _), (day, _)]) if y.1 == 4 => {
                Day::Certain(NaiveDate::from_ymd_opt(year(*y)?, *month, *day)?)
            }
            // Where dates are dotted, days come first.
            (None, [(day, _), (month, _), y]) if self.dotted => {
                Day::Certain(NaiveDate::from_ymd_opt(year(*y)?, *month, *day)?)
            }
            (None, [(a, _), (b, _), y]) => {
                let y = year(*y)?;
                let either = NaiveDate::from_ymd_opt(y, *a, *b).or_else(|| NaiveDate::from_ymd_opt(y, *b, *a));
                either.map(|_| Day::Either(*a, *b, y))?
            }
            _ => return None,
        };
        Some(Written::Wall(day, time, self.offset))
    }
}

/// Collects what the rows say about the order of day and month.
#[derive(Debug, Default)]
pub struct Witnesses {
    day_first: Option<(u64, String)>,
    month_first: Option<(u64, String)>,
    votes: (u64, u64),
    open: Option<(u64, String)>,
}

impl Witnesses {
    /// Hears the value of a date column.
    pub fn hear(&mut self, row: u64, text: &str) {
        let Some(Written::Wall(Day::Either(first, second, _), ..)) = Written::parse(text) else { return };
        let (slot, count) = match (first > 12, second > 12) {
            (true, false) => (&mut self.day_first, Some(&mut self.votes.0)),
            (false, true) => (&mut self.month_first, Some(&mut self.votes.1)),
            _ if first != second => (&mut self.open, None),
            _ => return,
        };
        slot.get_or_insert_with(|| (row, text.to_owned()));
        if let Some(count) = count {
            *count += 1;
        }
    }

    /// The order, a sentence that says how it is known, and a warning if it is a guess or contradicted.
    #[must_use]
    pub fn decide(&self, set: Option<DateOrder>) -> (DateOrder, String, Option<String>) {
        use DateOrder::{DayFirst, MonthFirst};
        let says = |order: DateOrder, witness: &(u64, String)| {
            let other = if order == DayFirst { MonthFirst } else { DayFirst };
            format!("row {} has {}, which can't be {}", witness.0, witness.1, other.words())
        };
        if let Some(order) = set {
            let against = if order == DayFirst { (MonthFirst, &self.month_first) } else { (DayFirst, &self.day_first) };
            let warning = against.1.as_ref().map(|w| {
                format!("dates are set to {}, but {}; such rows are rejected", order.words(), says(against.0, w))
            });
            return (order, format!("{}: as set", order.words()), warning);
        }
        match (&self.day_first, &self.month_first, &self.open) {
            (Some(day), None, _) => (DayFirst, format!("day-first: {}", says(DayFirst, day)), None),
            (None, Some(month), _) => (MonthFirst, format!("month-first: {}", says(MonthFirst, month)), None),
            (Some(day), Some(month), _) => {
                let (order, votes) = if self.votes.0 >= self.votes.1 {
                    (DayFirst, self.votes)
                } else {
                    (MonthFirst, (self.votes.1, self.votes.0))
                };
                let (with, against) = if order == DayFirst { (day, month) } else { (month, day) };
                let other = if order == DayFirst { MonthFirst } else { DayFirst };
                let warning = format!(
                    "dates contradict each other: {} of them can only be {}, {} can't be ({}); those rows are rejected",
                    votes.0,
                    order.words(),
                    votes.1,
                    says(other, against)
                );
                (order, format!("{}: {}", order.words(), says(order, with)), Some(warning))
            }
            (None, None, Some((row, text))) => (
                DayFirst,
                "day-first: nothing tells, so the default".to_owned(),
                Some(format!(
                    "no date tells days from months (row {row} has {text}); read day-first, \
                     say --dates month-first if that is wrong"
                )),
            ),
            (None, None, None) => (DayFirst, "every date has one reading only".to_owned(), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn read(text: &str) -> String {
        let zone = Moment { now: Timestamp(0), zone: Tz::UTC };
        match Written::parse(text).and_then(|w| w.instant(DateOrder::DayFirst, &zone)) {
            Some(at) => at.rfc3339(),
            None => "none".to_owned(),
        }
    }

    #[test]
    fn the_same_minute_in_every_spelling_is_the_same_minute() {
        for text in [
            "2016-02-29 01:16:00",
            "2016-02-29T01:16Z",
            "2016-02-29T02:16:00+01:00",
            "2016-02-28 20:16:00 -0500",
            "29/2/2016 01:16",
            "29.02.2016 01:16",
            "29.2.16, 01:16",
            "29-02-2016 01:16:00",
            "29-Feb-2016 01:16",
            "29/Feb/16 1:16 AM",
            "Feb 29, 2016 1:16 AM",
            "February 29th, 2016 at 1:16am",
            "Mon Feb 29 01:16:00 2016",
            "Mon, 29 Feb 2016 01:16:00 GMT",
            "2016/02/29 01:16:00.000",
            "1456708560",
            "1456708560000",
        ] {
            assert_eq!(read(text), "2016-02-29T01:16:00Z", "{text}");
        }
        assert_eq!(read("29/Feb/16 1:16 PM"), "2016-02-29T13:16:00Z");
        assert_eq!(read("29/Feb/16 12:16 PM"), "2016-02-29T12:16:00Z");
        assert_eq!(read("2016-02-29"), "2016-02-29T00:00:00Z");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in
            ["", "?", "soon", "42", "30/2/2016", "2016-13-01", "1/2", "12:30", "1/2/3/4", "9".repeat(40).as_str()]
        {
            assert_eq!(read(text), "none", "{text}");
        }
    }

    #[test]
    fn one_row_that_can_only_be_day_first_decides_for_all() {
        let mut heard = Witnesses::default();
        heard.hear(2, "3/4/2016 01:16");
        heard.hear(9, "29/2/2016 01:16");
        let (order, why, warning) = heard.decide(None);
        assert_eq!((order, warning), (DateOrder::DayFirst, None));
        assert_eq!(why, "day-first: row 9 has 29/2/2016 01:16, which can't be month-first");
        let mut heard = Witnesses::default();
        heard.hear(5, "2/29/2016");
        assert_eq!(heard.decide(None).1, "month-first: row 5 has 2/29/2016, which can't be day-first");
    }

    #[test]
    fn undecidable_dates_are_day_first_with_a_warning_unless_set() {
        let mut heard = Witnesses::default();
        heard.hear(2, "3/4/2016");
        let (order, _, warning) = heard.decide(None);
        assert_eq!(order, DateOrder::DayFirst);
        assert_eq!(
            warning.unwrap(),
            "no date tells days from months (row 2 has 3/4/2016); read day-first, say --dates month-first if that is wrong"
        );
        assert_eq!(heard.decide(Some(DateOrder::MonthFirst)).0, DateOrder::MonthFirst);
        assert_eq!(heard.decide(Some(DateOrder::MonthFirst)).2, None);
    }

    #[test]
    fn contradicting_rows_are_named_and_the_majority_holds() {
        let mut heard = Witnesses::default();
        heard.hear(2, "2/29/2016");
        heard.hear(3, "3/30/2016");
        heard.hear(4, "29/2/2016");
        let (order, _, warning) = heard.decide(None);
        assert_eq!(order, DateOrder::MonthFirst);
        assert_eq!(
            warning.unwrap(),
            "dates contradict each other: 2 of them can only be month-first, 1 can't be \
             (row 4 has 29/2/2016, which can't be month-first); those rows are rejected"
        );
    }
}
