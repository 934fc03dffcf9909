//! However it ends, the terminal is whole again and the process is gone.

use std::time::Duration;

use rustix::process::Signal;

use crate::child;

#[test]
fn quitting_gives_the_terminal_back() {
    let mut pty = child::start(&[]);
    assert!(pty.in_alternate_screen());
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn fatal_signals_give_the_terminal_back() {
    let signals = [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)];
    for (signal, code) in signals {
        let pty = child::start(&[]);
        pty.signal(signal);
        assert_eq!(pty.exit_code(), code);
        pty.assert_restored();
    }
}

#[test]
fn a_loop_that_does_not_answer_is_ended_all_the_same() {
    let mut pty = child::start(&[]);
    pty.send("xS");
    pty.wait_for_text("inputs: x");
    pty.signal(Signal::TERM);
    assert_eq!(pty.exit_code(), 143);
    pty.assert_restored();
}

#[test]
fn a_closed_terminal_ends_the_process() {
    let mut pty = child::start(&[]);
    pty.close();
    assert_eq!(pty.exit_code_within(Duration::from_secs(3)), 129);
}

#[test]
fn a_closed_terminal_ends_a_process_that_was_started_with_nohup() {
    let mut pty = child::start_by(&["sh", "-c", r#"trap '' HUP; exec "$0" "$@""#], &[]);
    pty.close();
    assert_eq!(pty.exit_code_within(Duration::from_secs(3)), 129);
}

#[test]
fn a_panic_gives_the_terminal_back_and_leaves_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let mut pty = child::start(&[("REPORTS", folder.path().to_str().unwrap())]);
    pty.send("P");
    assert_eq!(pty.exit_code(), 101);
    pty.assert_restored();
    let report = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    assert!(std::fs::read_to_string(&report).unwrap().contains("asked to"));
    let words = String::from_utf8(pty.raw()).unwrap();
    assert!(words.contains(&format!("mend it: {}\r\n", report.display())), "{words}");
}

#[test]
fn a_panic_of_a_worker_leaves_the_screens_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut pty = child::start(&[("REPORTS", folder.path().to_str().unwrap())]);
    pty.send("W");
    pty.wait_for_text("worker died: true");
    assert!(pty.in_alternate_screen());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}
