//! Other programs on our terminal: the shell that we are suspended to, and the editor.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::child;
use crate::pty::Pty;

/// A shell with job control: it tells when its job stops, shows the terminal's modes, and continues it on Enter.
const SHELL: [&str; 3] = ["sh", "-c", r#"set -m; "$0" "$@"; echo "stopped"; stty -a; read line; fg; exit $?"#];

fn stop_and_continue(stop: impl FnOnce(&mut Pty)) {
    let mut pty = child::start_by(&SHELL, &[]);
    stop(&mut pty);
    pty.wait_for(|screen| !screen.alternate_screen() && screen.contents().contains("echoke"));
    let text = pty.screen_text();
    assert!(text.contains(" icanon") && text.contains(" echo "), "{text}");
    pty.send("\r");
    pty.wait_for(|screen| screen.alternate_screen() && screen.contents().contains("resumed"));
    pty.send("j");
    pty.wait_for_text("inputs: j");
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

/// The child's own process id, which it shows.
fn process_shown(pty: &Pty) -> Pid {
    let text = pty.screen_text();
    let number = text.split("pid ").nth(1).and_then(|rest| rest.split('.').next()).unwrap();
    Pid::from_raw(number.parse().unwrap()).unwrap()
}

#[test]
fn ctrl_z_goes_to_the_shell_and_fg_comes_back() {
    stop_and_continue(|pty| pty.send("\x1a"));
}

#[test]
fn being_told_to_stop_goes_to_the_shell_and_fg_comes_back() {
    stop_and_continue(|pty| kill_process(process_shown(pty), Signal::TSTP).unwrap());
}

#[test]
fn without_a_shell_ctrl_z_does_not_stop() {
    let mut pty = child::start(&[]);
    pty.send("\x1a");
    pty.wait_for_text("no shell to return to");
}

#[test]
fn going_on_after_a_stop_that_nobody_told_draws_again() {
    let mut pty = child::start(&[]);
    let before = pty.raw().len();
    pty.signal(Signal::STOP);
    pty.signal(Signal::CONT);
    pty.wait_for_raw(before, "\x1b[?1049h");
    pty.wait_for_text("ready");
    pty.send("j");
    pty.wait_for_text("inputs: j");
}

/// An editor that is a shell script.
fn editor(folder: &Path, script: &str) -> String {
    let path = folder.join("editor");
    fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    format!("'{}' --wait", path.display())
}

fn start_with(folder: &Path, editor: &str) -> Pty {
    let draft = folder.join("draft");
    child::start(&[("VISUAL", editor), ("DRAFT", draft.to_str().unwrap())])
}

#[test]
fn each_key_goes_to_the_program_that_had_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let editor = editor(folder.path(), r#"echo "editing with $1"; read text; echo "$text" > "$2""#);
    let mut pty = start_with(folder.path(), &editor);
    pty.send("aEb");
    pty.wait_for(|screen| !screen.alternate_screen() && screen.contents().contains("editing with --wait"));
    // Typed ahead: the end of the line is the editor's, what follows is ours.
    pty.send("c\rxyz");
    pty.wait_for(|screen| screen.alternate_screen() && screen.contents().contains("x y z"));
    let text = pty.screen_text();
    let inputs = text.split("inputs: ").nth(1).and_then(|rest| rest.lines().next()).unwrap().to_owned();
    // `b` came before the editor began or after, depending on the moment; it is never lost.
    assert!(
        inputs == "a x y z" && text.contains("draft: bc") || inputs == "a b x y z" && text.contains("draft: c"),
        "{text}"
    );
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn an_editor_that_crashed_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let script = r"stty raw -echo; printf '\033[?1049h\033[?1000h\033[?1h\033[5;6r'; kill -9 $$";
    let mut pty = start_with(folder.path(), &editor(folder.path(), script));
    pty.send("E");
    pty.wait_for_text("signal: 9");
    pty.wait_for(|screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None);
    pty.send("j");
    pty.wait_for_text("inputs: j");
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn an_editor_that_is_not_there_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut pty = start_with(folder.path(), "no-such-editor");
    pty.send("E");
    pty.wait_for_text("Cannot run `no-such-editor`");
    assert!(pty.in_alternate_screen());
}

#[test]
fn ctrl_c_in_the_editor_is_the_editors() {
    let folder = tempfile::tempdir().unwrap();
    let editor = editor(folder.path(), "echo editing; read text");
    let mut pty = start_with(folder.path(), &editor);
    pty.send("E");
    pty.wait_for(|screen| !screen.alternate_screen() && screen.contents().contains("editing"));
    pty.send("\x03");
    pty.wait_for_text("signal: 2");
    pty.send("j");
    pty.wait_for_text("inputs: j");
}

#[test]
fn a_request_to_end_waits_for_the_editor() {
    let folder = tempfile::tempdir().unwrap();
    let editor = editor(folder.path(), r#"echo editing; read text; echo "$text" > "$2""#);
    let mut pty = start_with(folder.path(), &editor);
    pty.send("E");
    pty.wait_for(|screen| !screen.alternate_screen() && screen.contents().contains("editing"));
    pty.signal(Signal::TERM);
    assert!(pty.runs_for(Duration::from_millis(2500)));
    pty.send("words\r");
    assert_eq!(pty.exit_code(), 143);
    pty.assert_restored();
    assert_eq!(fs::read_to_string(folder.path().join("draft")).unwrap(), "words\n");
}
