//! Rows that only moved: a terminal moves them itself for a dozen bytes, where drawing them anew takes hundreds.
//!
//! The means are the oldest there are, margins (DECSTBM) and index or reverse index at a margin, since the Linux console
//! and the VT100 know no others. They move whole rows: panes beside each other can't be moved this way.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;

use super::cursor::Cursor;

/// Rows that move up or down together, with the rows that they push out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// The first row of the region.
    top: usize,
    /// Its last row.
    bottom: usize,
    /// By how many rows.
    by: usize,
    up: bool,
}

/// Fewer rows are drawn as quickly.
const WORTH: usize = 2;

impl Shift {
    /// The move that saves most rows on the way from what is `shown` to what comes `next`; whether it saves bytes is
    /// another question.
    pub(super) fn find(shown: &Buffer, next: &Buffer) -> Option<Shift> {
        let (from, to) = (prints(shown), prints(next));
        let mut best = None;
        let mut saved = WORTH - 1;
        for by in 1..from.len().saturating_sub(1) {
            for up in [true, false] {
                for (first, last, gain) in runs(&from, &to, by, up) {
                    if gain > saved {
                        saved = gain;
                        let (top, bottom) = if up { (first, last + by) } else { (first - by, last) };
                        best = Some(Shift { top, bottom, by, up });
                    }
                }
            }
        }
        best
    }

    /// What makes a terminal do it.
    pub(super) fn sequence(self, cursor: &mut Cursor) -> Vec<u8> {
        let row = |row: usize| u16::try_from(row).unwrap_or(u16::MAX);
        // The rows that come in take the background that is on.
        let mut bytes = cursor.draw_plain();
        bytes.extend(format!("\x1b[{};{}r", self.top + 1, self.bottom + 1).bytes());
        // Margins bring the cursor to a corner; which, depends on modes.
        cursor.at = None;
        if self.up {
            bytes.extend(cursor.go(Position::new(0, row(self.bottom))));
            bytes.extend(b"\n".repeat(self.by));
        } else {
            bytes.extend(cursor.go(Position::new(0, row(self.top))));
            bytes.extend(b"\x1bM".repeat(self.by));
        }
        bytes.extend(b"\x1b[r");
        cursor.at = None;
        bytes
    }

    /// What is shown afterwards.
    pub(super) fn apply(self, shown: &mut Buffer) {
        let width = usize::from(shown.area.width);
        let region = shown.content.get_mut(self.top * width..(self.bottom + 1) * width).unwrap_or_default();
        let cells = (self.by * width).min(region.len());
        let kept = region.len() - cells;
        let empty = if self.up {
            region.rotate_left(cells);
            region.get_mut(kept..)
        } else {
            region.rotate_right(cells);
            region.get_mut(..cells)
        };
        empty.unwrap_or_default().iter_mut().for_each(Cell::reset);
    }
}

/// One number for each row: equal rows have equal ones, and a chance equality costs bytes, not truth.
fn prints(buffer: &Buffer) -> Vec<u64> {
    let rows = buffer.content.chunks(usize::from(buffer.area.width).max(1));
    rows.map(|row| {
        let mut hasher = DefaultHasher::new();
        row.hash(&mut hasher);
        hasher.finish()
    })
    .collect()
}

/// The runs of rows of `to` that stood in `from` that many rows below (`up`) or above: first, last, and how many of them
/// would otherwise have to be drawn.
fn runs(from: &[u64], to: &[u64], by: usize, up: bool) -> Vec<(usize, usize, usize)> {
    let mut all: Vec<(usize, usize, usize)> = Vec::new();
    for (row, print) in to.iter().enumerate() {
        let source = if up { row.checked_add(by) } else { row.checked_sub(by) };
        if source.and_then(|source| from.get(source)) != Some(print) {
            continue;
        }
        let gain = usize::from(from.get(row) != Some(print));
        match all.last_mut() {
            Some((_, last, gained)) if *last + 1 == row => (*last, *gained) = (row, *gained + gain),
            _ => all.push((row, row, gain)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::Terminal;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};
    use ratatui::text::Span;

    use crate::tui::term::wire::{self, Wire};
    use crate::tui::term::writer::FrameWriter;

    const COLUMNS: u16 = 14;
    const ROWS: u16 = 8;

    /// A row: its text with its look, on a row with another.
    type Row = (Span<'static>, Style);

    /// A terminal that draws rows, and an emulator that shows what arrived.
    struct Drawn {
        writer: FrameWriter,
        terminal: Terminal<Wire>,
        emulator: vt100::Parser,
    }

    impl Drawn {
        fn new(moves_rows: bool) -> Drawn {
            let writer = FrameWriter::default();
            let terminal = Terminal::new(Wire::new(writer.clone(), (COLUMNS, ROWS), moves_rows)).unwrap();
            Drawn { writer, terminal, emulator: vt100::Parser::new(ROWS, COLUMNS, 0) }
        }

        /// Draws a frame; gives its bytes.
        fn draw(&mut self, rows: &[Row]) -> String {
            let draw = |frame: &mut ratatui::Frame<'_>| {
                for ((text, style), y) in rows.iter().zip(0..ROWS) {
                    let area = Rect::new(0, y, COLUMNS, 1);
                    frame.buffer_mut().set_style(area, *style);
                    frame.render_widget(text, area);
                }
            };
            wire::draw(&mut self.terminal, draw).unwrap();
            let bytes = self.writer.take();
            self.emulator.process(bytes.as_bytes());
            bytes
        }

        /// What a person sees: every cell with its attributes.
        fn seen(&self) -> Vec<String> {
            let screen = self.emulator.screen();
            let cell = |row, column| {
                let cell = screen.cell(row, column).unwrap();
                let text = if cell.contents() == " " { "" } else { cell.contents() };
                format!("{text:?} {:?} {:?} {} {}", cell.bgcolor(), cell.fgcolor(), cell.inverse(), cell.bold())
            };
            // The foreground of a blank is not seen.
            let plain = |text: String| if text.starts_with("\"\" ") { text.replace("Idx(1)", "Default") } else { text };
            (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| plain(cell(row, column)))).collect()
        }
    }

    fn rows(texts: &[&str]) -> Vec<Row> {
        texts.iter().map(|text| (Span::raw((*text).to_owned()), Style::new())).collect()
    }

    #[test]
    fn a_list_that_went_up_by_a_row_is_moved_between_its_margins() {
        let mut drawn = Drawn::new(true);
        drawn.draw(&rows(&["title", "one", "two", "three", "four", "five", "six", "footer"]));
        let sent = drawn.draw(&rows(&["title", "two", "three", "four", "five", "six", "seven", "footer"]));
        assert_eq!(sent, "\x1b[2;7r\x1b[7H\n\x1b[r\x1b[7Hseven");
    }

    #[test]
    fn a_list_that_went_down_by_two_rows_too() {
        let mut drawn = Drawn::new(true);
        drawn.draw(&rows(&["title", "one", "two", "three", "four", "five", "six", "footer"]));
        let sent = drawn.draw(&rows(&["title", "minus", "zero", "one", "two", "three", "four", "footer"]));
        assert_eq!(sent, "\x1b[2;7r\x1b[2H\x1bM\x1bM\x1b[r\x1b[2Hminus\r\nzero");
    }

    #[test]
    fn a_terminal_without_margins_is_never_sent_any() {
        let mut drawn = Drawn::new(false);
        drawn.draw(&rows(&["one", "two", "three", "four", "five", "six", "seven", "eight"]));
        let sent = drawn.draw(&rows(&["two", "three", "four", "five", "six", "seven", "eight", "nine"]));
        assert!(!sent.contains("\x1b[r"), "{sent:?}");
    }

    #[test]
    fn a_moved_row_keeps_no_half_of_a_wide_letter_that_stood_there() {
        let blue = Style::new().bg(Color::Blue).add_modifier(Modifier::BOLD);
        let mut rows = rows(&["", "", "", "", "x東東", "", "xx東東", ""]);
        (rows[4].1, rows[6].1) = (blue, blue);
        let mut moving = Drawn::new(true);
        moving.draw(&rows);
        for (first, last, by) in [(0, 4, 1), (3, 7, 2)] {
            rows[first..=last].rotate_left(by);
            moving.draw(&rows);
            let mut whole = Drawn::new(false);
            whole.draw(&rows);
            assert_eq!(moving.seen(), whole.seen());
        }
    }

    #[test]
    fn nor_does_a_row_that_changed_while_others_moved() {
        let blue = |text| (Span::styled(text, Style::new().bg(Color::Blue)), Style::new());
        let mut rows = rows(&["the first row", "the second row", "the third row", "the fourth row", "", "", "", ""]);
        rows[7] = blue("xx東東");
        let mut moving = Drawn::new(true);
        moving.draw(&rows);
        rows[..4].rotate_left(1);
        rows[7] = blue("x東東");
        let sent = moving.draw(&rows);
        assert!(sent.contains("\x1b[r"), "no rows moved: {sent:?}");
        let mut whole = Drawn::new(false);
        whole.draw(&rows);
        assert_eq!(moving.seen(), whole.seen());
    }

    fn a_row() -> impl Strategy<Value = Row> {
        let text = prop_oneof!["[ab]{0,14}", "[a-z ]{14}", "[aé│]{0,14}", "(東|x){0,7}"];
        (text, a_look(), a_look()).prop_map(|(text, look, row)| (Span::styled(text, look), row))
    }

    fn a_look() -> impl Strategy<Value = Style> {
        prop_oneof![
            4 => Just(Style::new()),
            1 => Just(Style::new().add_modifier(Modifier::REVERSED)),
            1 => Just(Style::new().fg(Color::Red)),
            1 => Just(Style::new().bg(Color::Blue).add_modifier(Modifier::BOLD)),
        ]
    }

    #[derive(Clone, Debug)]
    enum Step {
        /// The rows from the first to the second go round by that many, as a list and its neighbours do.
        Rotate(usize, usize, usize),
        Replace(usize, Row),
        All(Vec<Row>),
        /// Somebody else wrote on the screen.
        Repaint,
    }

    fn a_step() -> impl Strategy<Value = Step> {
        let row = 0..usize::from(ROWS);
        prop_oneof![
            6 => (row.clone(), row.clone(), 1..4_usize).prop_map(|(a, b, by)| Step::Rotate(a.min(b), a.max(b), by)),
            4 => (row, a_row()).prop_map(|(at, row)| Step::Replace(at, row)),
            1 => prop::collection::vec(a_row(), usize::from(ROWS)).prop_map(Step::All),
            1 => Just(Step::Repaint),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn moving_rows_shows_what_drawing_everything_shows(
            mut rows in prop::collection::vec(a_row(), usize::from(ROWS)),
            frames in prop::collection::vec(prop::collection::vec(a_step(), 1..4), 1..8),
        ) {
            let mut moving = Drawn::new(true);
            moving.draw(&rows);
            for steps in frames {
                for step in steps {
                    match step {
                        Step::Rotate(first, last, by) => rows[first..=last].rotate_left(by % (last + 1 - first)),
                        Step::Replace(at, row) => rows[at] = row,
                        Step::All(all) => rows = all,
                        Step::Repaint => {
                            moving.emulator.process(b"\x1b[3;4r\x1b[31mrubbish\x1b[r");
                            moving.terminal.backend_mut().forget();
                            moving.terminal.clear().unwrap();
                        }
                    }
                }
                moving.draw(&rows);
                let mut whole = Drawn::new(false);
                whole.draw(&rows);
                prop_assert_eq!(moving.seen(), whole.seen());
            }
        }
    }
}
