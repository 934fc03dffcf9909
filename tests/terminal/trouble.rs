//! The desk file in trouble while the screens are open.

use crate::home::Home;

#[test]
fn a_desk_that_another_process_holds_is_read_and_the_change_comes_when_it_lets_go() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    let other = rusqlite::Connection::open(home.desk()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    pty.send("i");
    pty.send("j");
    pty.wait_for_text("> INC-2");
    pty.send("/print\r");
    pty.wait_for_text("> INC-3");
    assert!(!pty.screen_text().contains("Set assignee"));
    other.execute_batch("ROLLBACK").unwrap();
    pty.wait_for_text("Set assignee of INC-1");
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn leaving_while_the_desk_is_held_waits_for_the_change_and_does_not_lose_it() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    let other = rusqlite::Connection::open(home.desk()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    pty.send("iq");
    assert!(pty.runs_for(std::time::Duration::from_millis(300)));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert_eq!(home.run(&["list", "is:mine", "--format", "ids"]), "INC-1\n");
}

#[test]
fn a_desk_that_vanishes_is_told_and_no_text_is_lost() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    for name in ["desk.desk", "desk.desk-wal", "desk.desk-shm"] {
        let _ = std::fs::remove_file(home.desk().with_file_name(name));
    }
    pty.send("cThe spooler hangs");
    pty.wait_for_text("The spooler hangs");
    pty.send("\x1b");
    pty.wait_for_text("Enter send");
    pty.send("\r");
    pty.wait_for_text("there is no desk at");
    pty.wait_for_text("The spooler hangs");
    pty.signal(rustix::process::Signal::TERM);
    assert_eq!(pty.exit_code(), 143);
    pty.assert_restored();
    let mut drafts = std::fs::read_dir(home.path("state/deskhand/drafts")).unwrap().flatten();
    assert!(drafts.any(|file| std::fs::read_to_string(file.path()).unwrap().contains("The spooler hangs")));
}
