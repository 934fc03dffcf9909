//! The real program while others have its terminal: the shell that it is suspended to, the editor.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::home::Home;
use crate::pty::Pty;

/// A shell with job control: it tells when its job stops, and continues it on Enter.
const SHELL: [&str; 3] = ["sh", "-c", r#"set -m; "$0" "$@"; echo "stopped"; stty -a; read line; fg; exit $?"#];

fn under_a_shell(home: &Home, extra: &[(&str, &str)]) -> Pty {
    let mut pty = home.start_by(&SHELL, &[], extra, (24, 80));
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    pty
}

/// The shell has its terminal as it was; then the screens are back and hear keys.
fn back_by_fg(pty: &mut Pty) {
    pty.wait_for(|screen| !screen.alternate_screen() && screen.contents().contains("echoke"));
    let text = pty.screen_text();
    assert!(text.contains(" icanon") && text.contains(" echo "), "{text}");
    pty.send("\r");
}

/// The only child of a process.
fn child_of(parent: Pid) -> Pid {
    let parent = parent.as_raw_nonzero();
    let children = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
    Pid::from_raw(children.trim().parse().unwrap()).unwrap()
}

#[test]
fn ctrl_z_goes_to_the_shell_and_fg_comes_back_to_the_same_row() {
    let home = Home::with_a_desk();
    let mut pty = under_a_shell(&home, &[]);
    pty.send("j");
    pty.wait_for_text("> INC-2");
    pty.send("\x1a");
    back_by_fg(&mut pty);
    pty.wait_for(|screen| screen.alternate_screen() && screen.contents().contains("> INC-2"));
    pty.send("j");
    pty.wait_for_text("> INC-3");
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn being_told_to_stop_is_the_same_as_ctrl_z() {
    let home = Home::with_a_desk();
    let mut pty = under_a_shell(&home, &[]);
    kill_process(child_of(pty.process()), Signal::TSTP).unwrap();
    back_by_fg(&mut pty);
    pty.wait_for(|screen| screen.alternate_screen() && screen.contents().contains("> INC-1"));
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

/// Opens the editor on a new note.
fn edit(pty: &mut Pty) {
    pty.send("cBefore.");
    pty.wait_for_text("Before.");
    pty.send("\x18\x05");
}

#[test]
fn ctrl_z_in_the_editor_goes_to_the_shell_and_fg_comes_back_to_the_editor() {
    let home = Home::with_a_desk();
    let editor = home.script("editor", r#"echo "editing"; read text; echo "$text" > "$1""#);
    let mut pty = under_a_shell(&home, &[("EDITOR", editor.as_str())]);
    edit(&mut pty);
    pty.wait_for(|screen| !screen.alternate_screen() && screen.contents().contains("editing"));
    pty.send("\x1a");
    back_by_fg(&mut pty);
    pty.send("After the break.\r");
    pty.wait_for(|screen| screen.alternate_screen() && screen.contents().contains("After the break."));
    assert!(!pty.screen_text().contains("Before."));
}

#[test]
fn an_editor_that_crashed_leaves_the_text_and_no_mode_behind() {
    let home = Home::with_a_desk();
    let script = r#"echo lost > "$1"; stty raw -echo; printf '\033[?1049h\033[?1000h\033[?1h\033[5;6r'; kill -9 $$"#;
    let editor = home.script("editor", script);
    let mut pty = home.screens(&[("EDITOR", editor.as_str())]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    edit(&mut pty);
    pty.wait_for_text("the editor ended with an error; the text is as it was");
    pty.wait_for(|screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None);
    pty.send(" And after.");
    pty.wait_for_text("Before. And after.");
    pty.send("\x1b");
    pty.wait_for_text("Enter send");
    pty.send("k");
    pty.wait_for_text("? help");
    pty.send("\x03\x03");
    assert_eq!(pty.exit_code(), 130);
    pty.assert_restored();
}

#[test]
fn an_editor_that_is_not_installed_is_said_so_and_the_text_stays() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[("EDITOR", "no-such-editor")]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    edit(&mut pty);
    pty.wait_for_text("Cannot run `no-such-editor`");
    pty.wait_for_text("Before.");
}

#[test]
fn going_on_after_a_stop_that_nobody_told_draws_again() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    let before = pty.raw().len();
    pty.signal(Signal::STOP);
    pty.signal(Signal::CONT);
    pty.wait_for_raw(before, "\x1b[?1049h");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    assert!(pty.runs_for(Duration::from_millis(1)));
}
