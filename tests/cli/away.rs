//! A desk on a network drive that goes away and comes back, as scripts meet it.

use std::io::BufRead;

use crate::desk::{Answer, Desk};

/// A desk in a folder that stands for a drive.
struct Shore(Desk);

impl Shore {
    fn new() -> Shore {
        let desk = Desk::none();
        std::fs::create_dir(desk.path("drive")).unwrap();
        let shore = Shore(desk);
        shore.0.done("init --label ops --db drive/ops.desk");
        assert_eq!(shore.run("new incident --title 'VPN down'").out, "INC-1\n");
        shore
    }

    #[track_caller]
    fn run(&self, line: &str) -> Answer {
        self.0.run_with(line, &[("DESKHAND_PLACE", "network"), ("DESKHAND_DB", "drive/ops.desk")])
    }

    fn leaves(&self) {
        std::fs::rename(self.0.path("drive"), self.0.path("away")).unwrap();
    }

    fn returns(&self) {
        std::fs::rename(self.0.path("away"), self.0.path("drive")).unwrap();
    }
}

#[test]
fn while_the_drive_is_away_reading_goes_on_and_changes_wait_where_that_is_wanted() {
    let shore = Shore::new();
    shore.leaves();
    let listed = shore.run("list --format ids");
    assert_eq!((listed.out.as_str(), listed.code), ("INC-1\n", 0));
    assert!(
        listed.err.starts_with("the drive is away; this is what this machine has of the desk as of TIME: "),
        "{}",
        listed.err
    );
    assert_eq!(shore.run("note INC-1 -m 'Calling.'").code, 4);
    let queued = shore.run("--queue note INC-1 -m 'Calling.'");
    assert_eq!((queued.out.as_str(), queued.code), ("", 0));
    assert!(queued.err.contains("noted on INC-1\nIt waits on this machine until the drive is back"), "{}", queued.err);
    let queued = shore.run("new incident --title 'Mail is slow' --queue");
    assert_eq!((queued.out.as_str(), queued.code), ("", 0), "nobody knows its number yet");
    let waiting = shore.run("outbox --format csv").out;
    let lines: Vec<Vec<&str>> = waiting.lines().map(|line| line.split(',').skip(1).collect()).collect();
    assert_eq!(lines[0], ["at", "author", "verb", "tickets", "summary", "refused"]);
    assert_eq!(lines[1], ["TIME", "me", "note", "INC-1", "noted on INC-1", ""]);
    assert_eq!(lines[2][2], "open");
    assert_eq!(shore.run("outbox send").code, 4);
    let ids = shore.run("outbox --format ids").out;
    let second = ids.lines().nth(1).unwrap();
    assert_eq!(shore.run(&format!("outbox discard {second}")).code, 0);
    assert_eq!(shore.run(&format!("outbox discard {second}")).code, 3);
    shore.returns();
    let sent = shore.run("outbox");
    assert_eq!((sent.out.as_str(), sent.code), ("", 0));
    assert_eq!(sent.err, "Sent now that the drive is back: noted on INC-1\n");
    assert!(shore.run("show INC-1").out.contains("Calling."));
    assert_eq!(shore.run("list --format ids").out, "INC-1\n");
}

#[test]
fn the_doctor_tells_who_else_is_here() {
    let shore = Shore::new();
    let doctor = shore.run("doctor");
    assert!(doctor.out.contains("nobody else"), "{}", doctor.out);
}

#[test]
fn the_doctor_says_that_it_looked_at_the_copy_and_what_lies_in_the_outbox() {
    let shore = Shore::new();
    shore.leaves();
    shore.run("--queue note INC-1 -m 'Calling.'");
    let folder = std::fs::read_dir(shore.0.path(".local/state/deskhand/outbox")).unwrap().next().unwrap().unwrap();
    std::fs::write(folder.path().join("0190.json"), "{").unwrap();
    let doctor = shore.run("doctor").out;
    assert!(doctor.contains("integrity  ok (this machine's copy was checked; the desk on its drive: "), "{doctor}");
    assert!(doctor.contains("outbox     1 waiting, 0 refused, 1 unreadable\n"), "{doctor}");
    assert!(doctor.contains("advice     a change in the outbox can't be read"), "{doctor}");
    let listed = shore.run("outbox");
    assert!(listed.err.contains("can't be read, and stays: ") && listed.err.contains("0190.json"), "{}", listed.err);
    let told = serde_json::from_str::<serde_json::Value>(&shore.run("doctor --format json").out).unwrap();
    assert_eq!((&told["examined"], &told["outbox"]["waiting"]), (&"copy".into(), &1.into()));
    shore.returns();
    shore.run("outbox send");
    assert!(folder.path().join("0190.json").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn the_doctor_comes_to_an_end_where_the_drive_hangs() {
    let Some(drive) = crate::drive::Drive::mount(false) else { return };
    let desk = Desk::none();
    let place = drive.file("ops.desk");
    let variables = [("DESKHAND_PLACE", "network"), ("DESKHAND_DB", place.to_str().unwrap())];
    let behind = drive.behind("ops.desk");
    assert_eq!(desk.run_with("init --label ops", &[("DESKHAND_DB", behind.to_str().unwrap())]).code, 0);
    assert_eq!(desk.run_with("new incident --title 'VPN down'", &variables).code, 0);
    drive.weather.brews(0, usize::MAX, crate::drive::Fault::Hangs);
    let mut doctor = desk.program().envs(variables).arg("doctor").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    let mut lines = std::io::BufReader::new(doctor.stdout.take().unwrap());
    // This kernel lets no process end that asks a drive of ours, until it is answered.
    while !told.contains("\nbackups ") && lines.read_line(&mut told).unwrap() > 0 {}
    drive.weather.clears();
    doctor.wait().unwrap();
    assert!(told.contains("place      it does not answer: nothing for 10 s\n"), "{told}");
    assert!(told.contains("size       its drive does not answer\n"), "{told}");
    assert!(told.contains("tickets    1\n"), "{told}");
}
