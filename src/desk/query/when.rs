//! Times in a query: kept as typed, so that a saved view asks for *its* today, and read at the moment of asking.

use chrono::{Days, NaiveTime, Weekday};

use crate::desk::query::vocabulary::TimeField;
use crate::desk::time::{Moment, Timestamp, Typed, parse_span, parse_time};

/// A point, day, month, year or span as typed: `2026-03`, `today`, `fri 14:00`, `4h`. Only what can be read gets in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct When(String);

impl When {
    /// Reads it, or not; white space and case don't matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<When> {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let dated = words.starts_with(|c: char| c.is_ascii_digit()) && parse_span(&words).is_none();
        let text = if dated { words.to_ascii_uppercase() } else { words.to_ascii_lowercase() };
        let when = When(text);
        when.read(false, &Moment::utc(Timestamp(0))).map(|_| when)
    }

    /// As typed, in its canonical spelling.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Its length, if it is a span without a sign: one that counts from now in the direction in which the field looks.
    #[must_use]
    pub fn span(&self) -> Option<i64> {
        parse_span(&self.0)
    }

    /// A day, month or year that means the same at every moment.
    fn is_fixed(&self) -> bool {
        let mut chars = self.0.chars();
        self.span().is_none()
            && chars.by_ref().take(4).all(|c| c.is_ascii_digit())
            && matches!(chars.next(), None | Some('-'))
    }

    fn weekday(&self) -> Option<Weekday> {
        let word = self.0.split(' ').next()?;
        if word.len() < 3 { None } else { word.parse().ok() }
    }

    fn read(&self, back: bool, moment: &Moment) -> Option<Typed> {
        if let Some(span) = self.span() {
            let from = moment.now.plus(if back { -span } else { span });
            return Some(Typed { from, until: from.plus(1) });
        }
        if back && self.weekday().is_some() {
            // What has been on Friday has been on the last one: the next one, seen from a week ago.
            let noon = moment.today().checked_sub_days(Days::new(7))?.and_time(NaiveTime::from_hms_opt(12, 0, 0)?);
            return parse_time(&self.0, &Moment { now: moment.at(noon), zone: moment.zone });
        }
        parse_time(&self.0, moment)
    }
}

/// How a time compares: in time for points, in length for spans, so `age:>7d` is *older*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`, also `..x`
    AtMost,
    /// `>`
    More,
    /// `>=`, also `x..`
    AtLeast,
}

impl Comparison {
    /// How it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::More => ">",
            Comparison::AtLeast => ">=",
        }
    }

    fn mirrored(self) -> Comparison {
        match self {
            Comparison::Less => Comparison::More,
            Comparison::AtMost => Comparison::AtLeast,
            Comparison::More => Comparison::Less,
            Comparison::AtLeast => Comparison::AtMost,
        }
    }
}

/// A range of time as typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TimeRange {
    /// `none`: there is no such time.
    None,
    /// `today`, `2026-03`: any instant of it. `2h`: from now until then, or from then until now.
    Within(When),
    /// `<4h`, `>=2026-01-01`.
    Compared(Comparison, When),
    /// `2026-01-01..2026-03-31`, both ends included. Either two spans, or none where the field looks back.
    Between(When, When),
}

/// From, included, and until, excluded; `None` is without end.
pub type Bounds = (Option<Timestamp>, Option<Timestamp>);

impl TimeRange {
    /// Reads what stands behind a field's colon; the error says what is wrong with it.
    pub(in crate::desk) fn parse(text: &str, field: TimeField) -> Result<TimeRange, &'static str> {
        let range = match Self::read(text.trim()) {
            Some(range) => range,
            None => return Err("takes no"),
        };
        let spans = match &range {
            TimeRange::None => [None, None],
            TimeRange::Within(when) | TimeRange::Compared(_, when) => [when.span(), when.span()],
            TimeRange::Between(a, b) => [a.span(), b.span()],
        };
        if field == TimeField::Age && spans.contains(&None) {
            return Err("takes spans such as 7d, not");
        }
        if let TimeRange::Between(a, b) = &range {
            match spans {
                [Some(a), Some(b)] if a > b => return Err("ends before it begins:"),
                [Some(_), Some(_)] => {}
                [None, None] if a.is_fixed() && b.is_fixed() => {
                    if let Some((Some(from), Some(until))) = range.bounds(field, &Moment::utc(Timestamp(0)))
                        && from >= until
                    {
                        return Err("ends before it begins:");
                    }
                }
                [None, None] => {}
                _ if field.looks_back() => return Err("needs two dates or two spans, not"),
                _ => {}
            }
        }
        Ok(range)
    }

    fn read(text: &str) -> Option<TimeRange> {
        if text.eq_ignore_ascii_case("none") {
            return Some(TimeRange::None);
        }
        for comparison in [Comparison::AtMost, Comparison::AtLeast, Comparison::Less, Comparison::More] {
            if let Some(rest) = text.strip_prefix(comparison.sign()) {
                return When::parse(rest).map(|when| TimeRange::Compared(comparison, when));
            }
        }
        match text.split_once("..") {
            None => When::parse(text).map(TimeRange::Within),
            Some(("", to)) => When::parse(to).map(|when| TimeRange::Compared(Comparison::AtMost, when)),
            Some((from, "")) => When::parse(from).map(|when| TimeRange::Compared(Comparison::AtLeast, when)),
            Some((from, to)) => Some(TimeRange::Between(When::parse(from)?, When::parse(to)?)),
        }
    }

    /// The times of `field` that it means at `moment`. `None` when it means no time at all: the field is empty.
    #[must_use]
    pub fn bounds(&self, field: TimeField, moment: &Moment) -> Option<Bounds> {
        let back = field.looks_back();
        match self {
            TimeRange::None => None,
            TimeRange::Within(when) => {
                let Typed { from, until } = when.read(back, moment)?;
                match when.span() {
                    None => Some((Some(from), Some(until))),
                    Some(_) if back => Some((Some(from), Some(moment.now.plus(1)))),
                    Some(_) => Some((Some(moment.now), Some(until))),
                }
            }
            TimeRange::Compared(comparison, when) => {
                let Typed { from, until } = when.read(back, moment)?;
                // A longer age is an earlier time.
                let comparison = if back && when.span().is_some() { comparison.mirrored() } else { *comparison };
                Some(match comparison {
                    Comparison::Less => (None, Some(from)),
                    Comparison::AtMost => (None, Some(until)),
                    Comparison::More => (Some(until), None),
                    Comparison::AtLeast => (Some(from), None),
                })
            }
            TimeRange::Between(a, b) => {
                let (first, last) = if back && a.span().is_some() { (b, a) } else { (a, b) };
                Some((Some(first.read(back, moment)?.from), Some(last.read(back, moment)?.until)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    /// The bounds at Monday 2026-11-23 09:30 UTC, as text.
    fn shown(field: TimeField, text: &str) -> (String, String) {
        let moment = parse_time("2026-11-23 09:30", &Moment::utc(Timestamp(0))).unwrap();
        let moment = Moment { now: moment.from, zone: Tz::UTC };
        let (from, until) = TimeRange::parse(text, field).unwrap().bounds(field, &moment).unwrap();
        let show = |at: Option<Timestamp>| at.map_or("".to_owned(), |at| at.local(Tz::UTC).replace(" 00:00", ""));
        (show(from), show(until))
    }

    #[track_caller]
    fn means(field: TimeField, text: &str, from: &str, until: &str) {
        assert_eq!(shown(field, text), (from.to_owned(), until.to_owned()), "{text}");
    }

    #[test]
    fn a_range_of_days_includes_its_last_day() {
        means(TimeField::Created, "2026-01-01..2026-03-31", "2026-01-01", "2026-04-01");
        means(TimeField::Created, "2026-01-01..", "2026-01-01", "");
        means(TimeField::Created, "..2026-02", "", "2026-03-01");
        means(TimeField::Created, "2026", "2026-01-01", "2027-01-01");
        means(TimeField::Updated, "today", "2026-11-23", "2026-11-24");
        means(TimeField::Updated, "yesterday", "2026-11-22", "2026-11-23");
    }

    #[test]
    fn comparing_with_a_day_leaves_it_out_or_in() {
        means(TimeField::Closed, "<2026-03-10", "", "2026-03-10");
        means(TimeField::Closed, "<=2026-03-10", "", "2026-03-11");
        means(TimeField::Closed, ">2026-03-10", "2026-03-11", "");
        means(TimeField::Closed, ">=2026-03-10", "2026-03-10", "");
    }

    #[test]
    fn spans_look_ahead_for_what_is_planned_and_back_for_what_has_been() {
        means(TimeField::Due, "<4h", "", "2026-11-23 13:30");
        means(TimeField::Due, ">2d", "2026-11-25 09:30", "");
        means(TimeField::Due, "4h", "2026-11-23 09:30", "2026-11-23 13:30");
        means(TimeField::Updated, "<2h", "2026-11-23 07:30", "");
        means(TimeField::Updated, ">7d", "", "2026-11-16 09:30");
        means(TimeField::Age, ">7d", "", "2026-11-16 09:30");
        means(TimeField::Age, "1d..7d", "2026-11-16 09:30", "2026-11-22 09:30");
        means(TimeField::Created, "7d", "2026-11-16 09:30", "2026-11-23 09:30");
        means(TimeField::Created, "7d..", "", "2026-11-16 09:30");
    }

    #[test]
    fn within_the_last_two_hours_leaves_out_exactly_two_hours() {
        let moment = Moment::utc(Timestamp(10_000_000));
        let less = TimeRange::parse("<2h", TimeField::Updated).unwrap().bounds(TimeField::Updated, &moment);
        let at_most = TimeRange::parse("<=2h", TimeField::Updated).unwrap().bounds(TimeField::Updated, &moment);
        assert_eq!(less, Some((Some(Timestamp(2_800_001)), None)));
        assert_eq!(at_most, Some((Some(Timestamp(2_800_000)), None)));
    }

    #[test]
    fn a_week_day_is_the_last_one_for_what_has_been_and_the_next_one_for_what_is_planned() {
        means(TimeField::Due, "fri", "2026-11-27", "2026-11-28");
        means(TimeField::Resolved, "fri", "2026-11-20", "2026-11-21");
        means(TimeField::Resolved, "mon", "2026-11-23", "2026-11-24");
        means(TimeField::Due, "<fri 14:00", "", "2026-11-27 14:00");
    }

    #[test]
    fn a_range_that_cannot_hold_is_refused() {
        assert!(TimeRange::parse("2026-03..2026-01", TimeField::Created).is_err());
        assert!(TimeRange::parse("7d..1d", TimeField::Age).is_err());
        assert!(TimeRange::parse("7d..today", TimeField::Created).is_err());
        assert!(TimeRange::parse("today", TimeField::Age).is_err());
        assert!(TimeRange::parse("none", TimeField::Age).is_err());
        assert!(TimeRange::parse("..", TimeField::Due).is_err());
        assert!(TimeRange::parse("soon", TimeField::Due).is_err());
        assert!(TimeRange::parse("today..3d", TimeField::Due).is_ok());
    }
}
