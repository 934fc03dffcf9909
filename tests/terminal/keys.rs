//! What is typed at the real program arrives, however the line cuts it, and nothing else is taken for typing.

use crate::home::Home;
use crate::pty::Pty;

fn at_the_list(home: &Home, extra: &[(&str, &str)]) -> Pty {
    let mut pty = home.screens(extra);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    pty
}

#[test]
fn an_arrow_that_the_line_cut_in_pieces_closes_nothing() {
    let home = Home::with_a_desk();
    let mut pty = at_the_list(&home, &[("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")]);
    pty.send(":");
    pty.wait_for_text(": ");
    for part in ["\x1b", "[", "B", "\x1b", "[", "A"] {
        pty.send(part);
    }
    pty.send("take it");
    pty.wait_for_text("take it");
    pty.send("\x1b");
    pty.wait_for_text("? help");
    pty.send("j");
    pty.wait_for_text("> INC-2");
    assert!(home.run(&["list", "is:mine", "--format", "ids"]).is_empty());
}

#[test]
fn a_paste_into_the_list_runs_nothing() {
    let home = Home::with_a_desk();
    let mut pty = at_the_list(&home, &[]);
    pty.send("\x1b[200~i\rq\r\x1b[201~j");
    pty.wait_for_text("> INC-2");
    assert!(home.run(&["list", "is:mine", "--format", "ids"]).is_empty());
}

#[test]
fn a_paste_into_a_note_is_one_text() {
    let home = Home::with_a_desk();
    let mut pty = at_the_list(&home, &[]);
    pty.send("c\x1b[200~ping fw1\r\tq\r100 % los");
    pty.send("s\x1b[201~");
    pty.wait_for_text("100 % loss");
    pty.send("\x1b");
    pty.wait_for_text("Enter send");
    pty.send("\r");
    pty.wait_for_text("Noted on INC-1");
    let shown = home.run(&["show", "INC-1"]);
    assert!(shown.contains("ping fw1") && shown.contains("100 % loss"), "{shown}");
}

#[test]
fn replies_of_a_terminal_that_nobody_asked_are_not_typing() {
    let home = Home::with_a_desk();
    let mut pty = at_the_list(&home, &[]);
    let replies = "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62;22c\x1b[24;80R\x1bP1+r544e=78\x1b\\\x1b]52;c;aWkK\x07";
    pty.send("cBefore");
    pty.wait_for_text("Before");
    pty.send(replies);
    pty.send(" after");
    pty.wait_for_text("Before after");
    pty.send("\x1b");
    pty.wait_for_text("Enter send");
    pty.send("d");
    pty.wait_for_text("? help");
    pty.send(replies);
    pty.send("j");
    pty.wait_for_text("> INC-2");
    assert!(home.run(&["list", "is:mine", "--format", "ids"]).is_empty());
}

#[test]
fn a_key_that_comes_with_a_resize_is_heard_at_once() {
    let home = Home::with_a_desk();
    let mut pty = at_the_list(&home, &[]);
    for (size, shown) in [((30, 90), "> INC-2"), ((20, 70), "> INC-3")] {
        pty.resize(size.0, size.1);
        pty.send("j");
        pty.wait_for_text(shown);
    }
}

#[test]
fn keys_typed_before_the_desk_is_open_are_heard_after() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.send("]");
    pty.wait_for_text("> INC-1");
}
