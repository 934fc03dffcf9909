//! Looking after a desk from the prompt: where it lies, backups by themselves, single tickets from a backup, a desk that went back.

use serde_json::Value as Json;

use crate::desk::Desk;

/// A desk whose settings have it backed up into `folder`.
fn backed_up(folder: &str) -> Desk {
    let desk = Desk::staffed();
    let text = desk.done("config show desk.toml").replace("folder = \"\"", &format!("folder = \"{folder}\""));
    let edit = "sh -c 'printf %s \"$TEXT\" > \"$0\"'";
    let output =
        desk.program().args(["config", "edit", "desk.toml"]).env("EDITOR", edit).env("TEXT", text).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    desk
}

fn files(desk: &Desk, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(desk.path(folder)).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn doctor_tells_place_locks_journal_and_backups_to_people_and_programs() {
    let desk = Desk::staffed();
    let told = desk.done("doctor");
    assert!(told.contains("place      local: a local disk: read and written directly\n"), "{told}");
    assert!(told.contains("locks      hold between two processes\n"), "{told}");
    assert!(told.contains("clock      as here\n"), "{told}");
    assert!(told.contains("journal    4 entries, sealed with ") && told.contains("; the last 4 hold\n"), "{told}");
    assert!(told.contains("backups    none in HOME/.local/share/deskhand/backups; not automatic\n"), "{told}");
    assert!(told.contains("advice     have backups taken by themselves: name a folder in [backup]"), "{told}");
    let json: Json = serde_json::from_str(&desk.done("doctor --format json")).unwrap();
    assert_eq!(json["place"]["class"], "local");
    assert_eq!(json["locks"], true);
    assert_eq!(json["journal"]["entries"], 4);
    assert_eq!(json["clock"]["ahead_ms"], 0);
    assert!(json["speed"]["write_us"].is_number());
    assert_eq!(json["backups"]["newest"], Json::Null);
    assert_eq!(json["advice"].as_array().unwrap().len(), 1);
    assert_eq!(files(&desk, ".local/share/deskhand"), ["desk.desk", "desk.desk-shm", "desk.desk-wal"]);
}

#[test]
fn a_place_is_treated_as_the_configuration_says_and_the_variable_before_it() {
    let desk = Desk::empty();
    std::fs::create_dir_all(desk.path(".config/deskhand")).unwrap();
    std::fs::write(desk.path(".config/deskhand/config.toml"), "[place]\n\"~/.local\" = \"network\"\n").unwrap();
    let doctor = desk.run("doctor");
    assert_eq!(doctor.code, 0, "{}", doctor.err);
    assert!(doctor.out.contains("place      network: a network drive whose locks work\n"), "{}", doctor.out);
    assert!(doctor.out.contains("evidence   config.toml says so of HOME/.local; else local ("), "{}", doctor.out);
    assert!(doctor.out.contains("that they reach others is told by the mount options only"), "{}", doctor.out);
    let asked = |class: &str| desk.program().env("DESKHAND_PLACE", class).arg("list").output().unwrap();
    assert!(asked("local").status.success());
    assert!(asked("unsafe").status.success());
    let refused = desk.run_with("new incident --title 'VPN down'", &[("DESKHAND_PLACE", "unsafe")]);
    assert_eq!(refused.code, 4);
    assert!(
        refused.err.contains("is only read from here: locks do not reach the other machines here"),
        "{}",
        refused.err
    );
    assert!(refused.err.contains("To change it, run ssh HOST deskhand"), "{}", refused.err);
    let doctor = desk.run_with("doctor", &[("DESKHAND_PLACE", "unsafe")]).out;
    assert!(doctor.contains("place      unsafe: read by way of a local copy, never written\n"), "{doctor}");
    assert!(doctor.contains("access     read only, by way of a local copy\n"), "{doctor}");
    assert!(doctor.contains("advice     to change the desk, run ssh HOST deskhand"), "{doctor}");
    std::fs::write(desk.path(".config/deskhand/config.toml"), "[place]\n\"~/.local\" = \"netwrok\"\n").unwrap();
    assert_eq!(desk.refused("list").0, 2);
}

#[test]
fn tick_backs_a_desk_up_when_it_is_due_and_backup_uses_the_same_folder() {
    let desk = backed_up("safe");
    assert!(desk.told("tick").contains("saved and verified HOME/.local/share/deskhand/safe/desk-"));
    assert!(!desk.told("tick").contains("saved"));
    let made = files(&desk, ".local/share/deskhand/safe");
    assert_eq!(made.len(), 2);
    assert!(made[0].ends_with("-auto.desk") && made[1] == "desk.backup-lock", "{made:?}");
    assert!(desk.done("backup").starts_with("HOME/.local/share/deskhand/safe/desk-"));
    let told = desk.done("doctor");
    assert!(told.contains("old, verified when it was taken; every 24 h\n"), "{told}");
    assert!(!told.contains("advice"), "{told}");
}

#[test]
fn a_backup_that_can_not_be_taken_is_told_by_tick_and_doctor_after_the_work_is_done() {
    let desk = backed_up("/proc/nowhere");
    let answer = desk.run("tick");
    assert_eq!(answer.code, 4);
    assert!(answer.err.contains("no backup: /proc/nowhere can't be written"), "{}", answer.err);
    assert!(desk.done("doctor").contains("advice     backups are late: run deskhand tick and see why"));
    desk.done("new incident --title 'VPN down'");
}

#[test]
fn single_tickets_come_back_from_a_backup() {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN down' --field tags=+vpn");
    desk.done("new incident --title 'Mail is slow'");
    let saved = desk.done("backup copies").trim().replace("HOME", &desk.home.path().display().to_string());
    let saved = std::fs::read_dir(desk.path("copies")).unwrap().next().map_or(saved.into(), |it| it.unwrap().path());
    desk.done("set inc1 title=x");
    desk.done("set inc2 title=y");
    let restore = |rest: &str| desk.run(&format!("restore {} {rest}", saved.display()));
    let shown = restore("--only inc1 --dry-run");
    assert_eq!(shown.out, "INC-1\n  title x → VPN down\n");
    assert_eq!(desk.done("list sort:created --columns title"), "x\ny\n");
    let done = restore("--only inc-1,INC2");
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.err.starts_with("put INC-1, INC-2 back as of entry 6 (desk-"), "{}", done.err);
    assert_eq!(desk.done("list sort:created --columns title"), "VPN down\nMail is slow\n");
    desk.done("undo");
    assert_eq!(desk.done("list sort:created --columns title"), "x\ny\n");
    assert_eq!(restore("--only 'mail is:open'").code, 0);
    assert_eq!(desk.done("list sort:created --columns title"), "x\nMail is slow\n");
    assert_eq!(restore("--only inc9").code, 3);
    assert_eq!(restore("--only nothinglikethis").code, 3);
    assert_eq!(restore("--only isx:").code, 2);
}

#[test]
fn a_desk_that_went_back_is_told_once_and_reading_works() {
    let desk = Desk::staffed();
    let file = desk.path(".local/share/deskhand/desk.desk");
    desk.done("new incident --title 'Disk is full'");
    desk.done("backup copies");
    let saved = std::fs::read_dir(desk.path("copies")).unwrap().next().unwrap().unwrap().path();
    desk.done("new incident --title 'VPN down'");
    for ending in ["-wal", "-shm"] {
        std::fs::remove_file(file.with_extension(format!("desk{ending}"))).unwrap();
    }
    std::fs::copy(&saved, &file).unwrap();
    assert_eq!(
        desk.told("list"),
        "deskhand: this desk went back from entry 6 to 5: an older copy took its place, or it was edited by other means. You had seen entry 6 by me of TIME; now the newest is entry 5 by me of TIME\n"
    );
    assert_eq!(desk.told("list"), "");
    desk.done("new incident --title 'Mail is slow'");
    let restored = desk.run(&format!("restore {}", saved.display()));
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert_eq!(desk.told("list"), "", "this client put it back itself");
}
