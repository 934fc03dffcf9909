//! The real program by the words of the environment: which terminal, which way to the clipboard.

use crate::home::Home;
use crate::pty::Pty;

#[test]
fn inside_tmux_and_screen_the_screens_are_whole() {
    let home = Home::with_a_desk();
    for term in ["tmux-256color", "screen-256color", "screen"] {
        let mut pty = home.screens(&[("TERM", term)]);
        pty.wait_for_text("Unassigned 3");
        pty.send("]");
        pty.wait_for_text("> INC-1");
        pty.send("q");
        assert_eq!(pty.exit_code(), 0);
        pty.assert_restored();
    }
}

#[test]
fn a_dumb_terminal_is_told_what_works_there_and_gets_no_sequence() {
    let home = Home::with_a_desk();
    for term in ["dumb", ""] {
        let pty = home.screens(&[("TERM", term)]);
        assert_ne!(pty.exit_code(), 0, "{term}");
        let raw = String::from_utf8(pty.raw()).unwrap();
        assert!(raw.contains("The commands work without: `deskhand help`"), "{raw:?}");
        assert!(!raw.contains('\x1b'), "{raw:?}");
    }
}

#[test]
fn screens_into_a_pipe_are_refused() {
    let home = Home::with_a_desk();
    let pty = home.start_by(&["sh", "-c", r#""$0" "$@" | cat; echo over"#], &[], &[], (24, 80));
    pty.wait_for_text("standard output is none");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn a_terminal_without_margins_is_scrolled_by_drawing() {
    let home = Home::with_tickets(40);
    for (term, moved) in [("xterm-256color", true), ("ansi", false)] {
        let mut pty = home.screens(&[("TERM", term)]);
        pty.wait_for_text("Unassigned 40");
        pty.send("]");
        pty.wait_for_text("> INC-");
        pty.send(&"j".repeat(17));
        pty.wait_for_text("> INC-18 ");
        for number in 19..30 {
            pty.send("j");
            pty.wait_for_text(&format!("> INC-{number} "));
        }
        let sent = String::from_utf8_lossy(&pty.raw()).into_owned();
        assert_eq!(sent.contains("\x1b[r"), moved, "{term}");
    }
}

/// Copies the number of INC-1 and waits for `said`.
fn copy(home: &Home, extra: &[(&str, &str)], said: &str) -> Pty {
    let mut pty = home.screens(extra);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    pty.send("yi");
    pty.wait_for_text(said);
    pty
}

fn sent(pty: &Pty) -> String {
    String::from_utf8_lossy(&pty.raw()).into_owned()
}

#[test]
fn a_number_is_copied_by_the_terminal_and_through_screen() {
    let home = Home::with_a_desk();
    let osc = "\x1b]52;c;SU5DLTE=\x07";
    let pty = copy(&home, &[], "Copied INC-1 to the terminal's clipboard");
    assert!(sent(&pty).contains(osc));
    let pty = copy(&home, &[("TERM", "screen"), ("STY", "1.tty")], "Copied INC-1 to the terminal's clipboard");
    assert!(sent(&pty).contains(&format!("\x1bP{osc}\x1b\\")));
}

#[test]
fn inside_tmux_a_number_goes_to_its_buffer() {
    let home = Home::with_a_desk();
    let copied = home.path("copied");
    home.script("tmux", &format!("echo \"$@\" > '{0}'; cat >> '{0}'", copied.display()));
    let path = home.search_path();
    let extra = [("TMUX", "/tmp/tmux-0/default,1,0"), ("PATH", path.as_str())];
    let pty = copy(&home, &extra, "Copied INC-1 to the tmux buffer");
    assert!(!sent(&pty).contains("\x1b]52"));
    let got = std::fs::read_to_string(copied).unwrap();
    assert!(got.starts_with("load-buffer") && got.ends_with("\nINC-1"), "{got:?}");
}

#[test]
fn the_users_own_command_comes_first_and_its_failure_is_told() {
    let home = Home::with_a_desk();
    let copied = home.path("copied");
    home.configure(&format!("clipboard = \"cat > '{}'\"\n", copied.display()));
    let pty = copy(&home, &[("TMUX", "/tmp/tmux-0/default,1,0")], "Copied INC-1 by cat");
    assert!(!sent(&pty).contains("\x1b]52"));
    assert_eq!(std::fs::read_to_string(copied).unwrap(), "INC-1");
    home.configure("clipboard = \"exit 3\"\n");
    copy(&home, &[], "exit 3 can't copy");
}
