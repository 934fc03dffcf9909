use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::desk::time::MINUTE;

fn at(text: &str) -> Timestamp {
    Timestamp(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis())
}

fn within(from: &str, until: &str) -> Span {
    Span { from: at(from), until: at(until) }
}

fn window(starts: &str, ends: &str, zone: Tz, rule: &str) -> Window {
    Window {
        name: String::from("Sunday night"),
        kind: WindowKind::Maintenance,
        starts: starts.parse().unwrap(),
        ends: ends.parse().unwrap(),
        zone,
        recurrence: Recurrence::read(rule, zone).unwrap(),
        scope: Scope::Everything,
        note: String::new(),
        source: None,
    }
}

fn shown(spans: &[Span]) -> Vec<String> {
    spans.iter().map(|span| format!("{} {}", span.from.rfc3339(), span.until.rfc3339())).collect()
}

#[test]
fn a_weekly_window_keeps_its_time_by_the_clock_when_the_clocks_change() {
    let sundays = window("2026-01-04T02:00:00", "2026-01-04T06:00:00", Tz::Europe__Berlin, "FREQ=WEEKLY;BYDAY=SU");
    assert_eq!(
        shown(&sundays.occurrences(within("2026-03-20T00:00:00Z", "2026-04-10T00:00:00Z")).unwrap()),
        [
            "2026-03-22T01:00:00Z 2026-03-22T05:00:00Z",
            // 02:00 is skipped: it begins when the clocks show 03:00, and is an hour shorter.
            "2026-03-29T01:00:00Z 2026-03-29T04:00:00Z",
            "2026-04-05T00:00:00Z 2026-04-05T04:00:00Z",
        ]
    );
    // 02:00 is there twice on 25 October: it begins with the first, and is an hour longer.
    assert_eq!(
        shown(&sundays.occurrences(within("2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z")).unwrap()),
        ["2026-10-25T00:00:00Z 2026-10-25T05:00:00Z"]
    );
    let island = window("2026-01-01T01:45:00", "2026-01-01T02:15:00", Tz::Australia__Lord_Howe, "FREQ=DAILY");
    assert_eq!(
        shown(&island.occurrences(within("2026-10-02T00:00:00Z", "2026-10-04T20:00:00Z")).unwrap()),
        [
            "2026-10-02T15:15:00Z 2026-10-02T15:45:00Z",
            // Clocks go half an hour forward at 02:00.
            "2026-10-03T15:15:00Z 2026-10-03T15:30:00Z",
            "2026-10-04T14:45:00Z 2026-10-04T15:15:00Z",
        ]
    );
}

#[test]
fn the_end_of_a_month_is_found_by_its_working_days() {
    let closing = window(
        "2026-01-01T00:00:00",
        "2026-01-02T00:00:00",
        Tz::UTC,
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,2,-2,-1",
    );
    let days: Vec<String> = closing
        .occurrences(within("2026-10-15T00:00:00Z", "2026-11-15T00:00:00Z"))
        .unwrap()
        .iter()
        .map(|span| span.from.rfc3339()[..10].to_owned())
        .collect();
    assert_eq!(days, ["2026-10-29", "2026-10-30", "2026-11-02", "2026-11-03"]);
}

#[test]
fn dates_are_added_and_left_out() {
    let rule = "RRULE:FREQ=DAILY;UNTIL=20260103\nRDATE:20260110T090000\nEXDATE:20260102T090000";
    let window = window("2026-01-01T09:00:00", "2026-01-01T10:00:00", Tz::UTC, rule);
    let days: Vec<String> = window
        .occurrences(within("2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z"))
        .unwrap()
        .iter()
        .map(|span| span.from.rfc3339()[..10].to_owned())
        .collect();
    assert_eq!(days, ["2026-01-01", "2026-01-03", "2026-01-10"]);
    assert_eq!(
        window.recurrence.to_string(),
        "FREQ=DAILY;UNTIL=20260103T235959\nRDATE:20260110T090000\nEXDATE:20260102T090000"
    );
    assert_eq!(Recurrence::read(&window.recurrence.to_string(), Tz::UTC), Ok(window.recurrence));
}

#[test]
fn a_window_that_nobody_could_look_at_is_refused_with_the_reason() {
    let refused = |rule: &str| match Recurrence::read(rule, Tz::UTC) {
        Err(why) => why,
        Ok(recurrence) => {
            let mut one = window("2026-01-01T09:00:00", "2026-01-01T10:00:00", Tz::UTC, "");
            one.recurrence = recurrence;
            one.check().unwrap_err()
        }
    };
    assert_eq!(refused("FREQ=SECONDLY"), "FREQ=SECONDLY: a window comes DAILY, WEEKLY, MONTHLY or YEARLY");
    assert_eq!(
        refused("FREQ=DAILY;BYHOUR=0,1,2;BYMINUTE=5"),
        "BYHOUR=0,1,2: a window begins once a day; make one for each time"
    );
    assert_eq!(refused("FREQ=DAILY;COUNT=4000000000"), "COUNT=4000000000: at most 10000 times");
    assert_eq!(
        refused("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        "it never comes: look at its rule and the dates left out"
    );
    assert_eq!(refused("FREQ=DAILY;UNTIL=20200101"), "it never comes: look at its rule and the dates left out");
    assert_eq!(
        refused("FREQ=DAILY;COUNT=1 EXDATE:20260101T090000"),
        "it never comes: look at its rule and the dates left out"
    );
    assert_eq!(refused("BYDAY=SU"), "'BYDAY=SU' has no FREQ; a rule looks like FREQ=WEEKLY;BYDAY=SU");
    assert!(
        refused("FREQ=WEEKLY;BYDAY=XX").starts_with("FREQ=WEEKLY;BYDAY=XX: "),
        "{}",
        refused("FREQ=WEEKLY;BYDAY=XX")
    );
    assert_eq!(
        window("2026-01-01T09:00:00", "2026-01-01T09:00:00", Tz::UTC, "").check().unwrap_err(),
        "it would end at 2026-01-01 09:00, before it begins at 2026-01-01 09:00"
    );
}

#[test]
fn a_rule_that_began_long_ago_is_not_gone_through_from_its_beginning() {
    for rule in [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
        "FREQ=MONTHLY;BYDAY=1SU",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=3,7;BYMONTHDAY=5",
        "FREQ=MONTHLY;INTERVAL=5",
    ] {
        let mut old = window("1990-05-07T22:00:00", "1990-05-08T01:00:00", Tz::Europe__Berlin, rule);
        let span = within("2026-01-01T00:00:00Z", "2028-12-31T00:00:00Z");
        let found = old.occurrences(span).unwrap();
        assert!(!found.is_empty());
        // A count keeps the rule from being begun later: the slow way.
        old.recurrence = Recurrence::read(&format!("{rule};COUNT=10000"), Tz::Europe__Berlin).unwrap();
        let slow: Vec<Span> = old.occurrences(span).unwrap_or_default();
        assert!(slow.len() <= found.len() && found.starts_with(&slow), "{rule}");
    }
}

/// The same by looking at every day and every minute: when the clock first shows the time or, where it is skipped, more.
fn slowly(window: &Window, days: &[Weekday], within: Span) -> Vec<Span> {
    let clock = |at: Timestamp| Wall::of(at, window.zone);
    let first_showing = |wall: Wall| {
        // From well before, minute by minute, in the zone's own time.
        let mut at = Timestamp(wall.0.and_utc().timestamp_millis() - 15 * 60 * MINUTE);
        while clock(at) < wall {
            at = at.plus(MINUTE);
        }
        at
    };
    let mut spans = Vec::new();
    let mut day = clock(within.from.plus(-4 * DAY)).0.date();
    let last = clock(within.until.plus(2 * DAY)).0.date();
    let length = window.ends.since(window.starts);
    while day <= last {
        let start = Wall(day.and_time(window.starts.0.time()));
        if days.contains(&day.weekday()) && start >= window.starts {
            let span = Span { from: first_showing(start), until: first_showing(start.plus(length)) };
            if span.from < span.until && span.overlaps(within) {
                spans.push(span);
            }
        }
        day = day.succ_opt().unwrap();
    }
    spans
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_recurring_window_over_a_change_of_the_clocks_is_where_the_clock_on_the_wall_says(
        place in 0..3_usize,
        year in 2024..2030_i32,
        autumn in any::<bool>(),
        offset in -4..4_i64,
        minute in (0..24 * 60_u32),
        // Most changes of the clocks are at night.
        night in any::<bool>(),
        length in 1..40 * 60_i64,
        days in proptest::sample::subsequence(vec![0_u8, 1, 2, 3, 4, 5, 6], 1..=7),
    ) {
        let zone = [Tz::Europe__Berlin, Tz::America__New_York, Tz::Australia__Lord_Howe][place];
        let month = match (place, autumn) {
            (0, false) => 3, (0, true) => 10,
            (1, false) => 3, (1, true) => 11,
            (_, false) => 4, _ => 10,
        };
        let (nth, name) = match (place, month) {
            (0, _) => (-1, "SU"), (1, 3) => (2, "SU"), _ => (1, "SU"),
        };
        prop_assert_eq!(name, "SU");
        let sundays: Vec<NaiveDate> = (1..=31)
            .filter_map(|day| NaiveDate::from_ymd_opt(year, month, day))
            .filter(|day| day.weekday() == Weekday::Sun)
            .collect();
        let change = if nth < 0 { *sundays.last().unwrap() } else { sundays[nth as usize - 1] };
        let minute = if night { minute % (4 * 60) } else { minute };
        let time = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
        let starts = Wall((change - chrono::Duration::days(10)).and_time(time));
        let words = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        let all = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
        let by: Vec<&str> = days.iter().map(|day| words[usize::from(*day)]).collect();
        let weekdays: Vec<Weekday> = days.iter().map(|day| all[usize::from(*day)]).collect();
        let mut window = window("2026-01-01T00:00:00", "2026-01-02T00:00:00", zone, &format!("FREQ=WEEKLY;BYDAY={}", by.join(",")));
        window.starts = starts;
        window.ends = starts.plus(length * MINUTE);
        let middle = Wall(change.and_time(NaiveTime::MIN)).instant(zone).plus(offset * 6 * 60 * MINUTE);
        let span = Span { from: middle.plus(-2 * DAY), until: middle.plus(3 * DAY) };
        prop_assert_eq!(window.occurrences(span).unwrap(), slowly(&window, &weekdays, span));
    }
}
