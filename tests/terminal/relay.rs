//! The real program at the far end of a slow line: 300 ms there and back, 25 kB/s.
//!
//! The line's time is reckoned, not waited for: the program gets what would have arrived, and what it sends is charged to
//! a line on which a byte takes its time and waits for the byte before it. Where the line is full, it carries nothing
//! until it is told how many bytes more.

use crate::home::Home;
use crate::pty::Pty;

/// From here to there, in milliseconds.
const ONE_WAY: f64 = 150.0;
/// Bytes in a millisecond.
const SPEED: f64 = 25.0;
/// Between the repeats of a key that is held down, in milliseconds.
const REPEAT: f64 = 33.0;

/// A line and the clock at its near end.
#[derive(Default)]
struct Line {
    /// When its last byte has left the far end.
    free: f64,
}

impl Line {
    /// When bytes that the far end wrote on hearing a key typed at `typed` are all here.
    fn carry(&mut self, typed: f64, bytes: usize) -> f64 {
        self.free = self.free.max(typed + ONE_WAY) + f64::from(u32::try_from(bytes).unwrap()) / SPEED;
        self.free + ONE_WAY
    }
}

/// Presses a key and gives what it cost, once `shown` is there and its frame is over.
fn press(pty: &mut Pty, key: &str, shown: &str) -> usize {
    let before = pty.raw().len();
    pty.send(key);
    pty.wait_for_frame(before, shown);
    pty.raw().len() - before
}

fn at_the_list(home: &Home) -> Pty {
    let mut pty = home.screens(&[("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")]);
    pty.wait_for_text("Unassigned");
    pty.send("]");
    pty.wait_for_text("> INC-1 ");
    pty
}

/// How many times `needle` is there.
fn count(bytes: &[u8], needle: &str) -> usize {
    bytes.windows(needle.len()).filter(|window| *window == needle.as_bytes()).count()
}

/// What a person sees: erased cells and written blanks look the same.
fn rows(screen: &vt100::Screen) -> Vec<String> {
    screen.rows(0, 80).map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn a_key_that_is_held_down_never_runs_ahead_of_the_line() {
    let home = Home::with_tickets(120);
    let mut pty = at_the_list(&home);
    let mut line = Line::default();
    let mut typed = 0.0;
    for number in 2..=110 {
        typed += REPEAT;
        let cost = press(&mut pty, "j", &format!("> INC-{number} "));
        let seen = line.carry(typed, cost) - typed;
        // The way there and back, and the row itself.
        assert!(seen < 2.0 * ONE_WAY + REPEAT, "INC-{number} is seen after {seen:.0} ms, {cost} bytes");
    }
}

/// In the footer of the list, and nowhere else: each text tells that its key was answered, since two keys share a frame else.
const BACK: &str = "Enter open  i take";

#[test]
fn every_screen_is_there_half_a_second_after_its_key() {
    let home = Home::with_tickets(60);
    let mut pty = at_the_list(&home);
    for (key, shown) in [
        ("?", "Help"),
        ("\x1b", BACK),
        (":", "list.down"),
        ("\x1b", BACK),
        ("c", "Note on INC-1"),
        ("\x1b", BACK),
        ("\x04", "> INC-10 "),
        ("\r", "▸ INC-10"),
        ("h", BACK),
    ] {
        let cost = press(&mut pty, key, shown);
        let seen = Line::default().carry(0.0, cost);
        assert!(seen < 500.0, "{key:?} is seen after {seen:.0} ms, {cost} bytes");
    }
}

#[test]
fn keys_typed_while_the_line_is_full_all_arrive_and_their_frames_become_few() {
    let direct = {
        let home = Home::with_tickets(60);
        let mut pty = large(&home);
        pty.send("jjjjjjjjj");
        pty.wait_for_text("> INC-10 ");
        pty.send("cDone.");
        pty.wait_for_text("Done.");
        pty.picture(rows)
    };
    let home = Home::with_tickets(60);
    let mut pty = large(&home);
    pty.carry(Some(0));
    let before = pty.raw().len();
    // A whole screen is more than all the buffers before the line: from its first byte on the program waits to write.
    pty.send("\x0c");
    while count(&pty.raw()[before..], "\x1b[2J") == 0 {
        pty.carry_until(64, |_| false);
    }
    for key in ["j", "k"].map(|key| [key; 10]).concat().repeat(150) {
        pty.send(key);
    }
    pty.send("jjjjjjjjjcDone.");
    // A tenth of a second of the line at a time.
    let done = |screen: &vt100::Screen| screen.contents().contains("Done.");
    while !pty.carry_until(2_500, done) {}
    pty.carry(None);
    pty.wait_for(|screen| rows(screen) == direct);
    let frames = count(&pty.raw()[before..], "\x1b[?2026h");
    assert!(frames < 30, "{frames} frames for 3,000 keys");
}

/// A tall window in which every cell has a colour of its own, so that none can be left out.
fn large(home: &Home) -> Pty {
    home.configure("theme = \"light-contrast\"\n");
    let mut pty = home.start(&[], &[("COLORTERM", "truecolor")], (200, 80));
    pty.wait_for_text("Unassigned");
    pty.send("]");
    pty.wait_for_text("> INC-1 ");
    pty
}
