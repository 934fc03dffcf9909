use std::path::{Path, PathBuf};

use super::*;
use crate::desk::change::window::Span;

fn reading() -> Reading {
    Reading { kind: WindowKind::Freeze, scope: Scope::Everything, zone: Tz::Europe__Berlin }
}

fn calendar(events: &str) -> Calendar {
    let text =
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.trim().replace('\n', "\r\n") + "\r\n");
    read(text.as_bytes(), &reading()).unwrap()
}

#[test]
fn a_holiday_is_a_whole_day_where_the_desk_is() {
    let found = calendar(
        "BEGIN:VEVENT
UID:xmas@example.org
SUMMARY:Christmas\\, first day
DTSTART;VALUE=DATE:20261225
BEGIN:VALARM
SUMMARY:not this
END:VALARM
END:VEVENT",
    );
    let [day] = found.windows.as_slice() else { panic!("{found:?}") };
    assert_eq!((day.name.as_str(), day.zone), ("Christmas, first day", Tz::Europe__Berlin));
    assert_eq!(
        (day.starts.to_string(), day.ends.to_string()),
        ("2026-12-25T00:00:00".into(), "2026-12-26T00:00:00".into())
    );
}

#[test]
fn a_moved_time_of_a_recurring_event_is_left_out_there_and_comes_here() {
    let found = calendar(
        "BEGIN:VEVENT
UID:patch
DTSTART;TZID=\"America/New_York\":20260106T220000
DURATION:PT2H
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:Patches
END:VEVENT
BEGIN:VEVENT
UID:patch
RECURRENCE-ID;TZID=America/New_York:20260113T220000
DTSTART;TZID=America/New_York:20260114T220000
DTEND;TZID=America/New_York:20260115T000000
SUMMARY:Patches\\, a day later
END:VEVENT
BEGIN:VEVENT
UID:patch
RECURRENCE-ID;TZID=America/New_York:20260120T220000
DTSTART;TZID=America/New_York:20260120T220000
DTEND;TZID=America/New_York:20260121T000000
STATUS:CANCELLED
END:VEVENT",
    );
    let year = Span { from: Timestamp(1_767_225_600_000), until: Timestamp(1_798_761_600_000) };
    let begins =
        |window: &Window| window.occurrences(year).unwrap().iter().map(|span| span.from.rfc3339()).collect::<Vec<_>>();
    let [weekly, moved] = found.windows.as_slice() else { panic!("{found:?}") };
    assert_eq!(begins(weekly), ["2026-01-07T03:00:00Z"]);
    assert_eq!(begins(moved), ["2026-01-15T03:00:00Z"]);
    assert_eq!(moved.source.as_ref().unwrap().uid, "patch/20260113T220000");
}

#[test]
fn an_event_that_can_be_no_window_is_told_with_its_line_and_the_reason() {
    let found = calendar(
        "BEGIN:VEVENT
UID:a
SUMMARY:Nowhere
DTSTART;TZID=Middle/Earth:20260106T220000
DURATION:PT2H
END:VEVENT
BEGIN:VEVENT
UID:b
SUMMARY:Each second
DTSTART:20260106T220000Z
DURATION:PT2H
RRULE:FREQ=SECONDLY
END:VEVENT
BEGIN:VEVENT
UID:c
SUMMARY:A moment
DTSTART:20260106T220000Z
END:VEVENT
BEGIN:VEVENT
UID:d
STATUS:CANCELLED
DTSTART;VALUE=DATE:20260106
END:VEVENT",
    );
    let told: Vec<String> =
        found.unread.iter().map(|one| format!("{} {}: {}", one.line, one.name, one.reason)).collect();
    assert_eq!(
        told,
        [
            "3 Nowhere: DTSTART: the time zone 'Middle/Earth' is not known; zones are called as Europe/Berlin is",
            "9 Each second: RRULE: FREQ=SECONDLY: a window comes DAILY, WEEKLY, MONTHLY or YEARLY",
            "16 A moment: it has no end, so it is a moment and no window",
        ]
    );
    assert_eq!((found.windows.len(), found.cancelled), (0, vec![String::from("d")]));
    assert_eq!(read(b"hello", &reading()).unwrap_err(), "it is no calendar: there is no BEGIN:VCALENDAR in it");
    let todo = b"BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR";
    assert_eq!(read(todo, &reading()).unwrap_err(), "there are no events in it, only VTODO");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "ics"));
    files.sort();
    files
}

/// Real and hostile calendars that lie beside the project; none of them is part of it.
fn beside() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.ancestors().map(|above| above.join("shared/data/calendar")).find(|folder| folder.is_dir());
    if folder.is_none() {
        println!("skipped: shared/data/calendar is not there");
    }
    folder
}

#[test]
fn holidays_of_five_years_come_whole() {
    let Some(folder) = beside() else { return };
    for path in files(&folder.join("holidays")) {
        let bytes = std::fs::read(&path).unwrap();
        let found = read(&bytes, &reading()).unwrap();
        assert!(found.events > 30 && found.unread.is_empty(), "{}: {:?}", path.display(), found.unread);
        assert_eq!(found.windows.len(), found.events);
        assert_eq!(found.windows, read(&bytes, &reading()).unwrap().windows);
    }
}

#[test]
fn strange_and_broken_calendars_come_or_are_refused_with_a_reason() {
    let Some(folder) = beside() else { return };
    let (mut whole, mut parts, mut refused) = (0, 0, 0);
    for path in files(&folder.join("icalendar")) {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match read(&bytes, &reading()) {
            Ok(found) => {
                assert!(found.unread.iter().all(|one| one.reason.len() > 10), "{name}: {:?}", found.unread);
                if found.unread.is_empty() {
                    whole += 1
                } else {
                    parts += 1
                }
                for one in &found.unread {
                    println!("{name}:{}: {}", one.line, one.reason);
                }
            }
            Err(why) => {
                assert!(why.len() > 10, "{name}");
                println!("{name}: {why}");
                refused += 1;
            }
        }
        // Cut anywhere, it is read or refused all the same.
        for cut in (0..bytes.len()).step_by(97) {
            let _ = read(&bytes[..cut], &reading());
        }
    }
    println!("{whole} whole, {parts} in part, {refused} refused");
    assert!(whole >= 25, "{whole} whole, {parts} in part, {refused} refused");
}

proptest::proptest! {
    #[test]
    fn nothing_that_a_file_may_hold_stops_the_program(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", "END:VEVENT\n", "END:VCALENDAR\n", "DTSTART:20260101T000000Z\n",
            "DTSTART;VALUE=DATE:20260101\n", "DTEND:99999999T999999Z\n", "DURATION:P99999999999W\n", "DURATION:PT1H\n",
            "RRULE:FREQ=DAILY;COUNT=0\n", "RRULE:FREQ=WEEKLY;INTERVAL=0\n", "RRULE:FREQ=YEARLY;BYSETPOS=400\n",
            "RRULE:FREQ=DAILY;UNTIL=ä\n", "EXDATE:,,\n", "RDATE;VALUE=PERIOD:20260101T000000Z/PT1H\n", "UID:a\n", "ä", "\"",
            ";TZID=", ":", "\\", " ", "\n", "RECURRENCE-ID:20260101T000000Z\n", "STATUS:CANCELLED\n", "SUMMARY:x\n",
        ]), 0..30),
    ) {
        let _ = read(parts.concat().as_bytes(), &reading());
    }
}
