//! When changes happen, when they may, and what they would meet: at a prompt and in other programs.

use std::process::Command;

use crate::desk::Desk;

fn planned() -> Desk {
    let desk = Desk::staffed();
    desk.done("new change --title 'Swap disks, twice' --field planned_start='2027-03-01 22:00' --field planned_end='2027-03-02 01:00' --field service=payroll --field assignee=anna");
    desk.done("new change --title 'Move racks' --field planned_start='2027-03-01 23:00' --field planned_end='2027-03-01 23:30' --field service=payroll");
    desk
}

#[test]
fn windows_are_kept_at_the_prompt() {
    let desk = Desk::staffed();
    desk.done("change window new 'Sunday night' starts='2027-01-03 02:00' ends=+4h rule=FREQ=WEEKLY;BYDAY=SU scope=class:computer zone=Europe/Berlin");
    desk.done("change window new 'Year end' kind=freeze starts=2027-12-20 ends=2028-01-03 zone=Europe/Berlin");
    desk.done("change window set 'sunday night' starts='2027-01-10 03:00'");
    assert_eq!(
        desk.done("change window list --format csv"),
        "id,kind,name,scope,starts,ends,zone,rule,next\n\
         1,maintenance,Sunday night,class:computer,2027-01-10T03:00:00,2027-01-10T07:00:00,Europe/Berlin,FREQ=WEEKLY;BYDAY=SU,TIME\n\
         2,freeze,Year end,everything,2027-12-20T00:00:00,2028-01-04T00:00:00,Europe/Berlin,,TIME\n"
    );
    desk.done("change window remove 1 'year end'");
    assert_eq!(desk.done("change window list"), "");
    assert_eq!(
        desk.refused("change window new Often starts=2027-01-01 ends=+1h rule=FREQ=MINUTELY"),
        (2, String::from("deskhand: rule: FREQ=MINUTELY: a window comes DAILY, WEEKLY, MONTHLY or YEARLY\n"))
    );
}

#[test]
fn conflicts_and_the_agenda_are_printed_in_every_form() {
    let desk = planned();
    desk.done("change window new 'Close' kind=freeze starts=2027-03-01 ends=2027-03-01 scope=service:payroll");
    assert_eq!(
        desk.done("change conflicts chg1 --format csv"),
        "change,n,cause,with,from,until,overridden,conflict\n\
         CHG-1,1,same_service,CHG-2,TIME,TIME,,CHG-1 and CHG-2 are both on Payroll\n\
         CHG-1,2,freeze,Close,TIME,TIME,,CHG-1 is inside the freeze 'Close' for Payroll\n"
    );
    assert_eq!(desk.done("change conflicts --format ids"), "CHG-1\nCHG-1\nCHG-2\nCHG-2\n");
    assert_eq!(
        desk.done("change calendar --from 2027-03-01 --to 2027-03-02"),
        "Mon 2027-03-01\n  \
           all day            freeze   Close  (service:payroll)\n  \
           22:00–03-02 01:00  CHG-1  ! Swap disks, twice  (draft, anna, payroll)\n  \
           23:00–23:30        CHG-2  ! Move racks  (draft, net, payroll)\n"
    );
    assert_eq!(
        desk.done("change calendar --from 2027-03-01 --to 2027-03-02 --markdown"),
        "## Mon 2027-03-01\n\n\
         | Time | What | Title | State | Who | Service |\n|---|---|---|---|---|---|\n\
         | all day | freeze | Close |  |  | service:payroll |\n\
         | 22:00–03-02 01:00 | CHG-1 | Swap disks, twice | draft | anna | payroll |\n\
         | 23:00–23:30 | CHG-2 | Move racks | draft | net | payroll |\n"
    );
    let csv = desk.done("change calendar --from 2027-03-01 --to 2027-03-02 --format csv");
    assert_eq!(csv.lines().nth(2), Some("TIME,TIME,change,CHG-1,draft,\"Swap disks, twice\",anna,,payroll,2"));
    let json = desk.done("change calendar --from 2027-03 --to 2027-03 --format jsonl");
    assert_eq!(json.lines().count(), 3);
    assert_eq!(desk.run("change conflicts chg1 --format ids --from").code, 2);
}

#[test]
fn a_calendar_written_here_says_the_same_times_in_another_library() {
    let desk = planned();
    desk.done("set chg2 title='Racks; moved, or not: größer als fünfundsiebzig Zeichen, damit die Zeile gefaltet werden muss'");
    desk.done("move chg2 cancelled");
    let text = desk.done("export ics");
    assert!(text.contains("\r\nDTSTART:20270301T220000Z\r\nDTEND:20270302T010000Z\r\n"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 75), "{text}");
    let before = text.clone();
    assert_eq!(desk.done("export ics"), before, "the same desk gives the same calendar");
    desk.done("set chg1 planned_end='2027-03-02 02:00'");
    let after = desk.done("export ics chg1");
    let sequence = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("SEQUENCE:")).unwrap();
        line["SEQUENCE:".len()..].parse::<i64>().unwrap()
    };
    assert!(sequence(&after) > sequence(&before));
    let uid = |text: &str| text.lines().find(|line| line.starts_with("UID:chg-1@")).map(str::to_owned);
    assert!(uid(&before).is_some() && uid(&before) == uid(&after));

    let script = "import sys\ntry:\n    import icalendar\nexcept ImportError:\n    sys.exit(77)\n\
        for e in icalendar.Calendar.from_ical(sys.stdin.buffer.read()).walk('VEVENT'):\n    \
        print(e['UID'].split('@')[0], e.decoded('DTSTART').isoformat(), e.decoded('DTEND').isoformat(), e['STATUS'], e['SUMMARY'], sep='|')\n";
    let file = desk.path("out.ics");
    std::fs::write(&file, before.as_bytes()).unwrap();
    let output = Command::new("python3").args(["-c", script]).stdin(std::fs::File::open(&file).unwrap()).output();
    let Ok(output) = output else {
        println!("skipped: there is no python3");
        return;
    };
    if output.status.code() == Some(77) {
        println!("skipped: Python has no icalendar; pip install icalendar");
        return;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "chg-1|2027-03-01T22:00:00+00:00|2027-03-02T01:00:00+00:00|TENTATIVE|CHG-1 Swap disks, twice\n\
         chg-2|2027-03-01T23:00:00+00:00|2027-03-01T23:30:00+00:00|CANCELLED|CHG-2 Racks; moved, or not: größer als fünfundsiebzig Zeichen, damit die Zeile gefaltet werden muss\n"
    );
}

#[test]
fn holidays_come_in_as_freezes() {
    let desk = Desk::staffed();
    let file = desk.path("days.ics");
    std::fs::write(
        &file,
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:New Year\nDTSTART;VALUE=DATE:20280101\nEND:VEVENT\nEND:VCALENDAR\n",
    )
    .unwrap();
    let import = format!("import ics {} --scope service:payroll --zone Europe/Berlin", file.display());
    assert_eq!(
        desk.done(&format!("{import} --plan")),
        "action\tname\tstarts\twhat\ncreate\tNew Year\tTIME\tuntil TIME\n"
    );
    desk.done(&import);
    let answer = desk.run(&import);
    assert!(answer.err.ends_with("0 new, 0 changed, 1 unchanged\nnothing was changed\n"), "{}", answer.err);
    assert_eq!(desk.done("change window list --format ids"), "1\n");
}
