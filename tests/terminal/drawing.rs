//! What goes over the wire: as little as possible, in one piece.

use crate::child;
use crate::pty::Pty;

fn count(haystack: &[u8], needle: &str) -> usize {
    haystack.windows(needle.len()).filter(|window| *window == needle.as_bytes()).count()
}

/// Quits, and gives the child's own count of frames and writes.
fn traffic(pty: &mut Pty) -> (usize, usize) {
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    let text = pty.screen_text();
    let numbers = text.rsplit("frames ").next().unwrap();
    let (frames, writes) = numbers.split_once(" writes ").unwrap();
    (frames.parse().unwrap(), writes.trim().parse().unwrap())
}

#[test]
fn a_frame_is_one_write_in_a_synchronized_update() {
    let mut pty = child::start(&[]);
    for (key, shown) in [("a", "inputs: a"), ("b", "a b"), ("c", "a b c")] {
        pty.send(key);
        pty.wait_for_text(shown);
    }
    let updates = count(&pty.raw(), "\x1b[?2026h");
    assert_eq!(updates, 4);
    assert_eq!(traffic(&mut pty), (4, 4));
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let mut pty = child::start(&[]);
    let before = pty.raw();
    pty.send("NNNNN");
    pty.send("x");
    pty.wait_for_text("inputs: x");
    let raw = pty.raw();
    assert_eq!(count(&raw[before.len()..], "\x1b[?2026h"), 1, "{:?}", String::from_utf8_lossy(&raw[before.len()..]));
    assert_eq!(traffic(&mut pty), (7, 2));
}

#[test]
fn a_resize_is_drawn_in_the_new_size() {
    let mut pty = child::start(&[]);
    pty.resize(12, 50);
    pty.wait_for_text("ready 50x12");
    pty.resize(1, 1);
    pty.wait_for(|screen| screen.contents().trim() == "r");
    pty.resize(10, 60);
    pty.wait_for_text("ready 60x10");
}

#[test]
fn with_no_color_the_selected_row_is_still_reversed() {
    let pty = child::start(&[("NO_COLOR", "1")]);
    pty.wait_for_text("warning");
    pty.wait_for(|screen| screen.cell(2, 0).is_some_and(vt100::Cell::inverse));
    let raw = String::from_utf8(pty.raw()).unwrap();
    for colour in ["\x1b[38;", "\x1b[48;", "\x1b[31", "\x1b[41"] {
        assert!(!raw.contains(colour), "{raw:?}");
    }
}

#[test]
fn without_no_color_there_are_colours() {
    let pty = child::start(&[]);
    pty.wait_for(|screen| {
        screen.cell(2, 0).is_some_and(|cell| cell.inverse() && cell.fgcolor() == vt100::Color::Idx(1))
    });
}

#[test]
fn the_terminal_is_never_asked_anything() {
    let mut pty = child::start(&[]);
    pty.resize(12, 50);
    pty.wait_for_text("ready 50x12");
    let raw = pty.raw();
    for query in ["\x1b[6n", "\x1b[5n", "\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[?u", "\x1b]11;?", "\x1bP+q"] {
        assert_eq!(count(&raw, query), 0, "{query:?}");
    }
}

#[test]
fn what_is_copied_goes_through_the_terminal() {
    let mut pty = child::start(&[]);
    pty.send("C");
    pty.wait_for_text("copied through the terminal (OSC 52)");
    assert_eq!(count(&pty.raw(), "\x1b]52;c;SU5DLTQy\x07"), 1);
}
