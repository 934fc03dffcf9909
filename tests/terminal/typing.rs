//! What is typed arrives, as keys or as text, however the line cuts it.

use crate::child;

#[test]
fn keys_arrive_as_typed() {
    let mut pty = child::start(&[]);
    pty.send("jé東\x1b[A\x04 ");
    pty.wait_for_text("inputs: j é 東 Up ctrl-d Space");
}

#[test]
fn escape_alone_is_escape() {
    let mut pty = child::start(&[]);
    pty.send("\x1b");
    pty.wait_for_text("inputs: Esc");
}

#[test]
fn an_arrow_that_the_line_cut_in_two_is_an_arrow() {
    let mut pty = child::start(&[("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")]);
    for part in ["\x1b", "[", "B", "\x1b[1;", "5", "A"] {
        pty.send(part);
    }
    pty.wait_for_text("inputs: Down ctrl-Up");
}

#[test]
fn a_paste_is_one_text_and_runs_nothing() {
    let mut pty = child::start(&[]);
    pty.send("\x1b[200~one\rq\rP");
    pty.send("two\x1b[201~j");
    pty.wait_for_text(r#"inputs: "one\nq\nPtwo" j"#);
}

#[test]
fn replies_that_an_editor_left_behind_are_not_keys() {
    let mut pty = child::start(&[]);
    pty.send("\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62;22c\x1b[24;80Rj");
    pty.wait_for_text("inputs: j");
}

#[test]
fn focus_is_told() {
    let mut pty = child::start(&[]);
    pty.send("\x1b[O\x1b[I");
    pty.wait_for_text("inputs: focus=false focus=true");
}
