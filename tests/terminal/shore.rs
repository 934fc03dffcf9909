//! A desk in a folder that stands for a network drive, which goes away and comes back under the screens.

use crate::home::Home;

const DRIVE: (&str, &str) = ("DESKHAND_PLACE", "network");

#[test]
fn the_screens_go_on_while_the_drive_is_away_and_a_note_is_sent_when_it_is_back() {
    let home = Home::with_a_desk();
    let (there, gone) = (home.path("data/deskhand"), home.path("data/gone"));
    let mut pty = home.screens(&[DRIVE]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    std::fs::rename(&there, &gone).unwrap();
    pty.wait_for_text("[drive away, as of ");
    pty.send("\r");
    pty.wait_for_text("Priority");
    pty.send("cThe spooler hangs.\x1b");
    pty.wait_for_text("Enter send");
    pty.send("\r");
    pty.wait_for_text("waits until the drive is back");
    pty.wait_for_text("· 1 waiting]");
    pty.wait_for_text("waiting: ");
    std::fs::rename(&gone, &there).unwrap();
    pty.wait_for_text("Sent now that the drive is back");
    pty.send("q");
    pty.wait_for_text("Printer jams");
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert!(home.run(&["show", "INC-1"]).contains("The spooler hangs."));
}

#[test]
fn two_at_one_desk_see_each_other_and_who_leaves_is_gone() {
    let home = Home::with_a_desk();
    let mut anna = home.start(&["--as", "anna"], &[], (24, 80));
    anna.wait_for_text("Unassigned 3");
    anna.wait_for_text("> INC-1");
    anna.send("\r");
    let mut bob = home.start(&["--as", "bob"], &[], (24, 80));
    bob.wait_for_text("Unassigned 3");
    bob.wait_for_text("> INC-1");
    bob.send("r");
    anna.wait_for_text("bob is writing a reply");
    bob.send("\x1b");
    bob.wait_for_text("Enter open");
    bob.send("\r");
    anna.wait_for_text("bob is here");
    bob.wait_for_text("anna is here");
    bob.send("qq");
    assert_eq!(bob.exit_code(), 0);
    let folder = home.path("data/deskhand/desk.desk.here");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "who leaves takes their file along");
    anna.send("qq");
    assert_eq!(anna.exit_code(), 0);
    assert!(!folder.exists(), "the last one takes the folder along");
}
