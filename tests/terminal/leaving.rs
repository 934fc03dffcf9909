//! However the real program ends, the terminal is whole, the process gone, and what was typed is on the disk.

use std::time::Duration;

use rustix::process::Signal;

use crate::home::Home;
use crate::pty::Pty;

/// The screens, with a note being written on INC-1.
fn writing(home: &Home, way: &[&str]) -> Pty {
    let mut pty = home.start_by(way, &[], &[], (24, 80));
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    pty.send("cThe spooler hangs since ni");
    pty.wait_for_text("since ni");
    pty
}

/// The note is offered again, goes on and is sent.
fn go_on_writing(home: &Home) {
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    pty.send("c");
    pty.wait_for_text("The spooler hangs since ni");
    pty.send("ne.\x1b");
    pty.wait_for_text("Enter send");
    pty.send("\r");
    pty.wait_for_text("Noted on INC-1");
    assert!(home.run(&["show", "INC-1"]).contains("The spooler hangs since nine."));
}

#[test]
fn what_was_typed_is_there_again_after_the_program_was_killed() {
    let home = Home::with_a_desk();
    let pty = writing(&home, &[]);
    pty.signal(Signal::KILL);
    pty.exit_code();
    go_on_writing(&home);
}

#[test]
fn every_signal_gives_the_terminal_back_and_keeps_what_was_typed() {
    let signals = [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)];
    for (signal, code) in signals {
        let home = Home::with_a_desk();
        let pty = writing(&home, &[]);
        pty.signal(signal);
        assert_eq!(pty.exit_code(), code);
        pty.assert_restored();
        go_on_writing(&home);
    }
}

#[test]
fn a_closed_terminal_ends_the_process_and_keeps_what_was_typed() {
    for way in [&[][..], &["sh", "-c", r#"trap '' HUP; exec "$0" "$@""#]] {
        let home = Home::with_a_desk();
        let mut pty = writing(&home, way);
        pty.close();
        assert_eq!(pty.exit_code_within(Duration::from_secs(5)), 129);
        go_on_writing(&home);
    }
}

#[test]
fn a_terminal_that_takes_no_more_bytes_does_not_hold_the_process() {
    let home = Home::with_tickets(60);
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 60");
    pty.carry(Some(0));
    // More screens than any buffer between here and there holds.
    for _ in 0..60 {
        pty.send(&"?\x1b[B\x1b".repeat(50));
    }
    pty.signal(Signal::TERM);
    assert!(pty.is_gone());
}

#[test]
fn ctrl_c_twice_quits_and_keeps_what_was_typed() {
    let home = Home::with_a_desk();
    let mut pty = writing(&home, &[]);
    pty.send("\x03\x03");
    assert_eq!(pty.exit_code(), 130);
    pty.assert_restored();
    go_on_writing(&home);
}
