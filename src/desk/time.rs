//! Time on a desk: UTC milliseconds everywhere, a person's zone only where somebody reads or types it.

use std::fmt;

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike,
    Utc, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// One minute in milliseconds.
pub const MINUTE: i64 = 60_000;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day of 24 hours in milliseconds.
pub const DAY: i64 = 24 * HOUR;

impl Timestamp {
    /// The point `ms` milliseconds later (earlier when negative), saturating.
    #[must_use]
    pub fn plus(self, ms: i64) -> Self {
        Timestamp(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this, negative when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// RFC 3339 in UTC with seconds, the stable form of machine formats: `2026-11-22T09:30:00Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(at) => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            None => self.0.to_string(),
        }
    }

    /// `2026-11-22 09:30` in `zone`.
    #[must_use]
    pub fn local(self, zone: Tz) -> String {
        self.shown(zone, "%Y-%m-%d %H:%M")
    }

    fn shown(self, zone: Tz, format: &str) -> String {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(at) => at.with_timezone(&zone).format(format).to_string(),
            None => self.0.to_string(),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// Now, and the zone in which its reader lives: all that a rule may know of the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The present.
    pub now: Timestamp,
    /// The zone in which days begin and typed times are meant.
    pub zone: Tz,
}

impl Moment {
    /// A moment in UTC, for tests and machine formats.
    #[must_use]
    pub fn utc(now: Timestamp) -> Self {
        Moment { now, zone: Tz::UTC }
    }

    /// The calendar day of `at` in this zone.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> NaiveDate {
        self.wall(at).date()
    }

    /// What a wall clock in this zone shows at an instant.
    #[must_use]
    pub fn wall(&self, at: Timestamp) -> NaiveDateTime {
        DateTime::<Utc>::from_timestamp_millis(at.0).unwrap_or_default().with_timezone(&self.zone).naive_local()
    }

    /// Today in this zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.day_of(self.now)
    }

    /// The first instant of `day` in this zone; where a clock change skips midnight, the first that exists.
    #[must_use]
    pub fn start_of(&self, day: NaiveDate) -> Timestamp {
        self.at(day.and_time(NaiveTime::MIN))
    }

    /// The instant that a wall clock in this zone shows as `wall`. A time that occurs twice means the first;
    /// one that a clock change skips means the first instant after the gap.
    #[must_use]
    pub fn at(&self, wall: NaiveDateTime) -> Timestamp {
        let mut shown = wall;
        // Gaps begin and end on whole minutes. The longest so far was a day, when an island changed sides of the date line.
        for _ in 0..=25 * 60 {
            match self.zone.from_local_datetime(&shown) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => return Timestamp(at.timestamp_millis()),
                LocalResult::None => {}
            }
            let next = shown.with_second(0).and_then(|minute| minute.with_nanosecond(0));
            let Some(next) = next.and_then(|minute| minute.checked_add_signed(Duration::minutes(1))) else { break };
            shown = next;
        }
        Timestamp(wall.and_utc().timestamp_millis())
    }
}

/// A span of time as people type it on a desk: `25m`, `2h`, `3d`, `1w`, also `1h30m`.
///
/// Returns milliseconds; days are 24 hours. `None` when it is no such span.
#[must_use]
pub fn parse_span(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut digits = String::new();
    let mut any = false;
    for c in text.trim().chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1_000,
            'm' => MINUTE,
            'h' => HOUR,
            'd' => DAY,
            'w' => 7 * DAY,
            _ => return None,
        };
        let count: i64 = digits.parse().ok()?;
        digits.clear();
        total = total.checked_add(count.checked_mul(unit)?)?;
        any = true;
    }
    (any && digits.is_empty()).then_some(total)
}

/// A span in the shortest words that stay useful in a column: `45s`, `3m`, `2h`, `4d`, `7w`, `2y`.
#[must_use]
pub fn short_span(ms: i64) -> String {
    let ms = ms.saturating_abs();
    match ms {
        _ if ms < MINUTE => format!("{}s", ms / 1_000),
        _ if ms < HOUR => format!("{}m", ms / MINUTE),
        _ if ms < 2 * DAY => format!("{}h", ms / HOUR),
        _ if ms < 60 * DAY => format!("{}d", ms / DAY),
        _ if ms < 730 * DAY => format!("{}w", ms / (7 * DAY)),
        _ => format!("{}y", ms / (365 * DAY)),
    }
}

/// A day or an instant as typed: a whole day spans from its first instant to the next day's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The first instant meant.
    pub from: Timestamp,
    /// The first instant no longer meant; equals `from` + one minute for a time of day.
    pub until: Timestamp,
}

/// Reads a date or time as people type it, relative to `moment`.
///
/// Understands `now`, `today`, `yesterday`, `tomorrow`, week days (`fri`, the next one), `2026-03-31`, `2026-03`, `2026`,
/// each day optionally with a time (`fri 14:00`, `2026-03-31T14:00`), a bare time of day (`14:00`, today), RFC 3339,
/// and spans from now (`2h`, `+3d`, `-1w`).
#[must_use]
pub fn parse_time(text: &str, moment: &Moment) -> Option<Typed> {
    let text = text.trim().to_ascii_lowercase();
    if text.is_empty() || !text.is_ascii() {
        return None;
    }
    if let Ok(exact) = DateTime::parse_from_rfc3339(&text.to_ascii_uppercase()) {
        return Some(minute(Timestamp(exact.timestamp_millis())));
    }
    if text == "now" {
        return Some(minute(moment.now));
    }
    if let Some(span) = text.strip_prefix('-').and_then(parse_span) {
        return Some(minute(moment.now.plus(-span)));
    }
    if let Some(span) = parse_span(text.strip_prefix('+').unwrap_or(&text)) {
        return Some(minute(moment.now.plus(span)));
    }
    // A blank parts day and time; so does the `T` of ISO 8601, which stands behind a digit.
    let iso = || text.rsplit_once('t').filter(|(day, _)| day.ends_with(|c: char| c.is_ascii_digit()));
    let (day_part, time_part) = match text.split_once(' ').or_else(iso) {
        Some((day, time)) if time.contains(':') => (day.trim_end(), Some(time.trim())),
        _ if text.contains(':') => ("today", Some(text.as_str())),
        _ => (text.as_str(), None),
    };
    match time_part {
        Some(time) => {
            let time = NaiveTime::parse_from_str(time, "%H:%M")
                .or_else(|_| NaiveTime::parse_from_str(time, "%H:%M:%S"))
                .ok()?;
            let (day, _) = parse_days(day_part, moment.today())?;
            Some(minute(moment.at(day.and_time(time))))
        }
        None => {
            let (first, next) = parse_days(day_part, moment.today())?;
            Some(Typed { from: moment.start_of(first), until: moment.start_of(next) })
        }
    }
}

fn minute(from: Timestamp) -> Typed {
    Typed { from, until: from.plus(MINUTE) }
}

/// The days that a word means: the first, and the first after.
fn parse_days(word: &str, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let day = |d: NaiveDate| Some((d, d.succ_opt()?));
    match word {
        "today" => return day(today),
        "yesterday" => return day(today.pred_opt()?),
        "tomorrow" => return day(today.succ_opt()?),
        _ => {}
    }
    if let Ok(date) = NaiveDate::parse_from_str(word, "%Y-%m-%d") {
        return day(date);
    }
    if word.len() == 7 && word.as_bytes().get(4) == Some(&b'-') {
        let first = NaiveDate::parse_from_str(&format!("{word}-01"), "%Y-%m-%d").ok()?;
        return Some((first, first.checked_add_months(Months::new(1))?));
    }
    if word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) {
        let first = NaiveDate::from_ymd_opt(word.parse().ok()?, 1, 1)?;
        return Some((first, first.checked_add_months(Months::new(12))?));
    }
    if word.len() >= 3 && word.bytes().all(|b| b.is_ascii_alphabetic()) {
        let weekday: Weekday = word.parse().ok()?;
        let ahead = (7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
        let ahead = if ahead == 0 { 7 } else { ahead };
        return day(today.checked_add_days(Days::new(u64::from(ahead)))?);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monday_morning(zone: Tz) -> Moment {
        let wall = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(9, 30, 0).unwrap();
        let at = Moment { now: Timestamp(0), zone }.at(wall);
        Moment { now: at, zone }
    }

    #[test]
    fn spans_are_read_as_typed_on_a_desk() {
        assert_eq!(parse_span("25m"), Some(25 * MINUTE));
        assert_eq!(parse_span("1h30m"), Some(90 * MINUTE));
        assert_eq!(parse_span("1w"), Some(7 * DAY));
        assert_eq!(parse_span("h"), None);
        assert_eq!(parse_span("12"), None);
        assert_eq!(parse_span("99999999999999999999d"), None);
    }

    #[test]
    fn a_day_begins_at_midnight_where_its_reader_lives() {
        let berlin = monday_morning(chrono_tz::Europe::Berlin);
        let today = parse_time("today", &berlin).unwrap();
        assert_eq!(today.from.rfc3339(), "2026-11-22T23:00:00Z");
        assert_eq!(today.until.rfc3339(), "2026-11-23T23:00:00Z");
    }

    #[test]
    fn friday_means_the_next_one_and_may_carry_a_time() {
        let moment = monday_morning(Tz::UTC);
        assert_eq!(parse_time("fri 14:00", &moment).unwrap().from.rfc3339(), "2026-11-27T14:00:00Z");
        assert_eq!(parse_time("mon", &moment).unwrap().from.rfc3339(), "2026-11-30T00:00:00Z");
        assert_eq!(parse_time("tomorrow 9:00", &moment).unwrap().from.rfc3339(), "2026-11-24T09:00:00Z");
        assert_eq!(parse_time("2026-03-31T14:00", &moment).unwrap().from.rfc3339(), "2026-03-31T14:00:00Z");
        assert_eq!(parse_time("14:00", &moment).unwrap().from.rfc3339(), "2026-11-23T14:00:00Z");
        assert_eq!(parse_time("2h", &moment).unwrap().from.rfc3339(), "2026-11-23T11:30:00Z");
        assert_eq!(parse_time("-1w", &moment).unwrap().from.rfc3339(), "2026-11-16T09:30:00Z");
    }

    #[test]
    fn a_month_and_a_year_span_all_their_days() {
        let moment = monday_morning(Tz::UTC);
        let month = parse_time("2026-02", &moment).unwrap();
        assert_eq!(
            (month.from.rfc3339().as_str(), month.until.rfc3339().as_str()),
            ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")
        );
        assert_eq!(parse_time("2026-02-30", &moment), None);
        assert_eq!(parse_time("soon", &moment), None);
    }

    #[test]
    fn a_time_skipped_by_a_clock_change_means_the_first_that_exists() {
        let berlin = monday_morning(chrono_tz::Europe::Berlin);
        assert_eq!(parse_time("2026-03-29 02:30", &berlin).unwrap().from.rfc3339(), "2026-03-29T01:00:00Z");
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_the_first_after_it_to_the_minute() {
        let at = |zone: Tz, text: &str| {
            let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
            Moment { now: Timestamp(0), zone }.at(wall).rfc3339()
        };
        assert_eq!(at(Tz::Europe__Berlin, "2026-03-29 02:20"), "2026-03-29T01:00:00Z");
        assert_eq!(at(Tz::Australia__Lord_Howe, "2026-10-04 02:10"), "2026-10-03T15:30:00Z");
        assert_eq!(at(Tz::Pacific__Apia, "2011-12-30 09:00"), "2011-12-30T10:00:00Z", "a day that was not");
    }

    #[test]
    fn short_spans_fit_a_column() {
        assert_eq!(short_span(3 * MINUTE + 59_000), "3m");
        assert_eq!(short_span(-2 * HOUR), "2h");
        assert_eq!(short_span(4 * DAY), "4d");
        assert_eq!(short_span(i64::MIN), "292471208y");
    }
}
