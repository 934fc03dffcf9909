//! Calendars through the whole import, onto a real desk.

use super::*;

const HOLIDAYS: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSEQUENCE:1\r\nSUMMARY:New Year\r\nDTSTART;VALUE=DATE:20270101\r\n\
    END:VEVENT\r\nBEGIN:VEVENT\r\nUID:b\r\nSUMMARY:Year end\r\nDTSTART;VALUE=DATE:20261220\r\nDTEND;VALUE=DATE:20270104\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:c\r\nSUMMARY:No time\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn ics(desk: &Desk, text: &str) -> Args {
    std::fs::write(desk.folder.path().join("days.ics"), text).unwrap();
    Args { source: SourceFormat::Ics, zone: Some(Tz::Europe__Berlin), ..desk.args("days.ics", "generic") }
}

fn windows(desk: &Desk) -> Vec<String> {
    let windows = desk.store.read().unwrap().windows().unwrap();
    windows.iter().map(|kept| format!("{} {} {}", kept.window.name, kept.window.starts, kept.window.ends)).collect()
}

#[test]
fn the_same_calendar_twice_changes_nothing_and_a_newer_one_what_is_new_in_it() {
    let mut desk = Desk::new();
    let args = ics(&desk, HOLIDAYS);
    let planned = desk.try_run(&Args { plan: true, ..args.clone() }).unwrap();
    assert_eq!(
        planned.out,
        "action\tname\tstarts\twhat\n\
         create\tNew Year\t2027-01-01 00:00\tuntil 2027-01-02 00:00\n\
         create\tYear end\t2026-12-20 00:00\tuntil 2027-01-04 00:00\n\
         skip\tNo time\t-\tline 14: it has no DTSTART, so nobody knows when it is\n"
    );
    let first = desk.try_run(&args).unwrap();
    assert_eq!(
        first.told,
        "3 events, whole days by the clock of Europe/Berlin\n\
         line 14: No time: it has no DTSTART, so nobody knows when it is\n\
         windows of days.ics: 2 new, 0 changed, 0 unchanged\n\
         to take it back: deskhand undo 2\n"
    );
    assert_eq!(
        windows(&desk),
        ["New Year 2027-01-01T00:00:00 2027-01-02T00:00:00", "Year end 2026-12-20T00:00:00 2027-01-04T00:00:00"]
    );
    let again = desk.try_run(&args).unwrap();
    assert!(
        again.told.ends_with("windows of days.ics: 0 new, 0 changed, 2 unchanged\nnothing was changed\n"),
        "{}",
        again.told
    );

    let newer = HOLIDAYS.replace("SEQUENCE:1", "SEQUENCE:2").replace("20270101", "20270102");
    let called_off = newer.replace("UID:b", "UID:b\r\nSTATUS:CANCELLED");
    let args = ics(&desk, &called_off);
    let ended = desk.try_run(&args).unwrap();
    assert!(
        ended.told.contains("windows of days.ics: 0 new, 1 changed, 0 unchanged, 1 called off\n"),
        "{}",
        ended.told
    );
    assert_eq!(windows(&desk), ["New Year 2027-01-02T00:00:00 2027-01-03T00:00:00"]);
    let args = ics(&desk, HOLIDAYS);
    desk.try_run(&args).unwrap();
    assert_eq!(windows(&desk)[0], "New Year 2027-01-02T00:00:00 2027-01-03T00:00:00", "an older one does not win");
}

#[test]
fn a_file_that_is_no_calendar_is_refused_and_nothing_is_changed() {
    let mut desk = Desk::new();
    let args = ics(&desk, "hello");
    let Err(failure) = desk.try_run(&args) else { panic!("it went in") };
    assert_eq!(
        (failure.exit_code(), failure.to_string().as_str()),
        (1, "days.ics: it is no calendar: there is no BEGIN:VCALENDAR in it")
    );
}
