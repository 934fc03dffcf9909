//! Files on tickets, and the files of the desk itself.

use crate::desk::Desk;

#[test]
fn a_file_is_attached_saved_and_taken_away() {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN down'");
    std::fs::write(desk.path("gateway.log"), "certificate expired\n").unwrap();
    assert_eq!(desk.told("attach inc1 gateway.log"), "attached gateway.log to INC-1 (entry 6)\n");
    assert!(desk.done("show inc1").contains("Files\n 1 gateway.log  20 bytes\n"));
    assert_eq!(
        desk.refused("save inc1 gateway.log"),
        (1, String::from("deskhand: ./gateway.log exists already; --force overwrites it\n"))
    );
    std::fs::create_dir(desk.path("out")).unwrap();
    assert_eq!(desk.done("save inc1 1 --to out"), "out/gateway.log\n");
    assert_eq!(std::fs::read_to_string(desk.path("out/gateway.log")).unwrap(), "certificate expired\n");
    assert_eq!(
        desk.refused("save inc1 gatway.log"),
        (3, String::from("deskhand: INC-1 has no file 'gatway.log'; did you mean 'gateway.log'?\n"))
    );
    assert_eq!(desk.told("detach inc1 1"), "took gateway.log off INC-1 (entry 7)\n");
    assert_eq!(desk.refused("attach inc1 nothing.log").0, 3);
    assert_eq!(desk.refused("attach inc1 out").0, 1);
}

#[test]
fn force_replaces_a_link_rather_than_what_it_leads_to() {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN down'");
    std::fs::write(desk.path("a.txt"), "new").unwrap();
    desk.done("attach inc1 a.txt");
    std::fs::remove_file(desk.path("a.txt")).unwrap();
    std::fs::write(desk.path("precious"), "old").unwrap();
    std::os::unix::fs::symlink(desk.path("precious"), desk.path("a.txt")).unwrap();
    desk.done("save inc1 a.txt --force");
    assert_eq!(std::fs::read_to_string(desk.path("precious")).unwrap(), "old");
    assert_eq!(std::fs::read_to_string(desk.path("a.txt")).unwrap(), "new");
}

#[test]
fn a_backup_is_put_back_and_what_it_replaces_is_kept() {
    let desk = Desk::staffed();
    desk.done("new incident --title Before");
    let saved = desk.done("backup copies").trim().to_owned();
    let saved = std::fs::read_dir(desk.path("copies"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .next()
        .unwrap_or(saved.into());
    desk.done("new incident --title After");
    let restored = desk.run(&format!("restore {}", saved.display()));
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert!(
        restored.err.contains("what was there is kept as HOME/.local/share/deskhand/desk.desk.replaced-"),
        "{}",
        restored.err
    );
    assert_eq!(desk.done("list --columns title"), "Before\n");
    assert_eq!(desk.told("verify"), "the desk is whole: its file, its references and all 5 entries of its journal\n");
}

#[test]
fn verify_and_doctor_say_when_a_desk_is_damaged() {
    let desk = Desk::staffed();
    assert!(desk.done("doctor").contains("integrity  ok"));
    let file = desk.path(".local/share/deskhand/desk.desk");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xA5);
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(desk.run("verify").code, 5);
    assert_eq!(desk.run("doctor").code, 5);
}

#[test]
fn text_for_notes_and_new_tickets_survives_what_the_desk_refuses() {
    let desk = Desk::staffed();
    desk.done("new incident --title x");
    // No terminal here: the editor is reached through config edit, which asks for none.
    let editor = "sh -c 'echo broken = > \"$0\"'";
    let output = desk.program().args(["config", "edit", "desk.toml"]).env("EDITOR", editor).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    let kept = told.lines().last().unwrap().strip_prefix("What you wrote is kept in ").unwrap();
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "broken =\n");
}
