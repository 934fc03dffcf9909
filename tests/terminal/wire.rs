//! What the real program costs on the wire: bytes and writes for what people do all day.

use crate::home::Home;
use crate::pty::Pty;

/// The most that one row down may cost at 80 by 24.
const ROW: usize = 400;

/// Presses `key` and gives the bytes that it cost, when `shown` is on the screen and its frame is over.
fn cost(pty: &mut Pty, key: &str, shown: &str) -> usize {
    let before = pty.raw().len();
    pty.send(key);
    pty.wait_for_text(shown);
    pty.wait_for_raw(before, "\x1b[?2026l");
    pty.raw().len() - before
}

#[test]
fn one_row_down_costs_no_more_than_400_bytes_also_where_the_list_scrolls() {
    let home = Home::with_tickets(60);
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 60");
    pty.send("]");
    pty.wait_for_text("[Unassigned 60]");
    pty.wait_for_text("> INC-1 ");
    let mut costs = Vec::new();
    for number in 2..55 {
        costs.push(cost(&mut pty, "j", &format!("> INC-{number} ")));
    }
    // A late count may come in between once.
    let dear = costs.iter().filter(|cost| **cost > ROW).count();
    assert!(dear <= 1, "{costs:?}");
}
