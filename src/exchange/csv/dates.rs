//! Dates as files write them.
//!
//! A date is dissected by what stands in it, not tried against formats: numbers, a month's name, a time, a zone.
//! What it leaves open, the other rows decide: see [`witnesses`](super::witnesses).

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::desk::time::{Moment, Timestamp};

/// Which of two numbers is the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 29/2/2016.
    #[default]
    DayFirst,
    /// 2/29/2016.
    MonthFirst,
}

impl DateOrder {
    /// The word for it.
    #[must_use]
    pub fn words(self) -> &'static str {
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
}
