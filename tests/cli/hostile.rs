//! What strangers write reaches no terminal as anything but text.

use crate::desk::Desk;

const EVIL: &str = "red \u{1b}[31malert\u{1b}]0;owned\u{7} \u{9b}2J\u{202e}txt.exe";

/// Whether a text holds anything that a terminal would obey, but for newlines and tabs.
fn obeyed(text: &str) -> bool {
    text.chars().any(|c| (c.is_control() && !matches!(c, '\n' | '\t')) || ('\u{202a}'..='\u{202e}').contains(&c))
}

#[test]
fn escape_sequences_never_reach_a_terminal() {
    let desk = Desk::staffed();
    let run = |words: &[&str]| {
        let output = desk.program().args(words).output().unwrap();
        let text =
            format!("{}{}", String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(!obeyed(&text), "{words:?}: {text:?}");
    };
    run(&["new", "incident", "--title", EVIL, "-f", &format!("description={EVIL}\n{EVIL}"), "--reason", EVIL]);
    run(&["note", "inc1", "-m", EVIL]);
    run(&["task", "inc1", "add", EVIL]);
    run(&["time", "inc1", "5m", "-m", EVIL]);
    run(&["person", "set", "anna", &format!("name={EVIL}")]);
    run(&["assign", "inc1", "anna"]);
    run(&["set", "inc1", &format!("ci={EVIL}"), "--dry-run"]);
    run(&["set", "inc1", &format!("ci={EVIL}")]);
    for line in [
        "show inc1",
        "list",
        "list --format table",
        "list --format json",
        "list --columns number,description",
        "log",
        "log --format table",
        "why inc1 ci",
        "diff inc1",
        "person list",
        "person list --format table",
        "task inc1",
        "search red",
        "show inc1 --format json",
        "team list --format table",
        "undo --dry-run",
        "undo",
    ] {
        run(&line.split(' ').collect::<Vec<_>>());
    }
    run(&["list", EVIL]);
    run(&["show", EVIL]);
    run(&["list", &format!("nofield{EVIL}:x")]);
    run(&["set", "inc1", &format!("assignee={EVIL}")]);
}

#[test]
fn what_is_no_text_is_taken_as_text_or_refused() {
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::staffed();
    let odd = std::ffi::OsStr::from_bytes(b"VPN \xff\xfe down");
    let output = desk.program().args(["new", "incident", "--title"]).arg(odd).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let long = "x".repeat(1_000_000);
    let answer = desk.feed("new incident --title long -", &format!("{long}\0{long}"));
    assert_eq!((answer.out.as_str(), answer.code), ("INC-1\n", 0));
    assert_eq!(desk.run("show inc1").code, 0);
    assert_eq!(desk.refused("show inc99999999999999999999").0, 2);
    assert_eq!(desk.refused("list --limit 99999999999999999999999").0, 2);
}
