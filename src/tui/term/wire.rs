//! Ratatui's backend: what changed, in as few bytes as say it.
//!
//! The stock backend asks the terminal for its cursor and the system for the size, names each colour by its long number,
//! resets all attributes around every frame, and writes 25 bytes for a frame in which nothing changed. This one never asks,
//! remembers between frames what is shown, where the cursor stands and which attributes are on, moves rows that only moved,
//! and writes nothing for nothing.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::{Position, Rect, Size};
use ratatui::{Frame, Terminal};

use super::cursor::Cursor;
use super::shift::Shift;
use super::wide;
use super::writer::FrameWriter;

#[derive(Debug)]
pub(super) struct Wire {
    writer: FrameWriter,
    size: Size,
    cursor: Cursor,
    /// Whether the cursor is shown; `None` when we can't know.
    visible: Option<bool>,
    /// What stands on the screen; `None` when we can't know, or the terminal can't move rows and it does not matter.
    shown: Option<Buffer>,
    /// Whether the terminal can move rows.
    moves_rows: bool,
}

/// Draws a frame on a terminal. The one way to do it: ratatui alone leaves halves of wide symbols behind.
pub(super) fn draw(terminal: &mut Terminal<Wire>, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
    terminal.draw(|frame| {
        view(frame);
        wide::mark_covered(frame.buffer_mut());
    })?;
    Ok(())
}

impl Wire {
    /// A wire to a terminal that was cleared.
    pub(super) fn new(writer: FrameWriter, (columns, rows): (u16, u16), moves_rows: bool) -> Wire {
        let mut wire = Wire {
            writer,
            size: Size::new(columns, rows),
            cursor: Cursor::default(),
            visible: None,
            shown: None,
            moves_rows,
        };
        wire.blank();
        wire
    }

    /// The window has this size from the next frame on. Terminals move the cursor and the rows as they like meanwhile.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = Size::new(columns, rows);
        self.cursor.at = None;
        self.shown = None;
    }

    /// Another program had the terminal: nothing is known about what it left.
    pub(super) fn forget(&mut self) {
        self.cursor = Cursor::default();
        self.visible = None;
        self.shown = None;
    }

    /// The screen was cleared.
    fn blank(&mut self) {
        self.shown = self.moves_rows.then(|| Buffer::empty(Rect::from((Position::ORIGIN, self.size))));
    }

    /// The same change by moving rows and drawing the rest, with the cursor as it then is; `None` where no rows moved.
    fn shifted(&self, mut shown: Buffer, next: &Buffer) -> Option<(Vec<u8>, Cursor)> {
        let shift = Shift::find(&shown, next)?;
        let mut cursor = self.cursor;
        let mut bytes = shift.sequence(&mut cursor);
        shift.apply(&mut shown);
        bytes.extend(cursor.write(&shown.diff(next), self.size.width));
        Some((bytes, cursor))
    }
}

/// `shown` with the cells that change.
fn after(shown: &Buffer, cells: &[(u16, u16, &Cell)]) -> Buffer {
    let mut next = shown.clone();
    for (x, y, cell) in cells {
        if let Some(place) = next.cell_mut((*x, *y)) {
            place.clone_from(cell);
        }
        for covered in 1..cell.cell_width() {
            if let Some(place) = next.cell_mut((x.saturating_add(covered), *y)) {
                wide::cover(place);
            }
        }
    }
    next
}

impl Backend for Wire {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let cells: Vec<(u16, u16, &Cell)> = content.collect();
        let mut cursor = self.cursor;
        let mut bytes = cursor.write(&cells, self.size.width);
        if let Some(shown) = self.shown.take() {
            let next = after(&shown, &cells);
            // Rows that moved differ in more cells than one row has.
            let moved = (cells.len() > usize::from(self.size.width)).then(|| self.shifted(shown, &next)).flatten();
            if let Some(moved) = moved.filter(|(moved, _)| moved.len() < bytes.len()) {
                (bytes, cursor) = moved;
            }
            self.shown = Some(next);
        }
        self.cursor = cursor;
        self.writer.write_all(&bytes)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.visible.replace(false) == Some(false) {
            return Ok(());
        }
        self.writer.write_all(b"\x1b[?25l")
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.visible.replace(true) == Some(true) {
            return Ok(());
        }
        self.writer.write_all(b"\x1b[?25h")
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let bytes = self.cursor.go(position.into());
        self.writer.write_all(&bytes)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        let plain = self.cursor.draw_plain();
        self.writer.write_all(&plain)?;
        match region {
            ClearType::All => self.blank(),
            _ => self.shown = None,
        }
        self.writer.write_all(match region {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        })
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.cursor.at = None;
        self.shown = None;
        self.writer.write_all(&b"\n".repeat(usize::from(lines)))
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Style};
    use ratatui::text::{Line, Span};
    use ratatui::widgets::Paragraph;

    use super::*;

    /// The bytes of each frame.
    fn frames(frames: &[Vec<Line<'_>>]) -> Vec<String> {
        let writer = FrameWriter::default();
        let mut terminal = Terminal::new(Wire::new(writer.clone(), (12, 3), true)).unwrap();
        frames
            .iter()
            .map(|lines| {
                let view = |frame: &mut Frame<'_>| frame.render_widget(Paragraph::new(lines.clone()), frame.area());
                draw(&mut terminal, view).unwrap();
                writer.take()
            })
            .collect()
    }

    #[test]
    fn an_unchanged_frame_is_empty() {
        let frame = vec![Line::raw("one"), Line::styled("two", Style::new().fg(Color::Red))];
        assert_eq!(frames(&[frame.clone(), frame])[1], "");
    }

    #[test]
    fn colours_have_their_short_names_and_nothing_is_reset_twice() {
        let red = Line::from(vec![Span::styled("a", Style::new().fg(Color::Red)), Span::raw("b")]);
        let sent = frames(&[vec![Line::raw("")], vec![red]]);
        assert_eq!(sent[1], "\x1b[H\x1b[0;31ma\x1b[mb");
    }

    #[test]
    fn the_cursor_goes_the_shortest_way() {
        let sent = frames(&[vec![Line::raw("abc"), Line::raw("def")], vec![Line::raw("Xbc"), Line::raw("XeX")]]);
        assert_eq!(sent[1], "\x1b[HX\r\nX\x1b[CX");
    }

    #[test]
    fn blanks_up_to_the_edge_are_erased() {
        let sent = frames(&[vec![Line::raw("abcdefghijkl")], vec![Line::raw("abc")]]);
        assert_eq!(sent[1], "\x1b[1;4H\x1b[K");
    }

    #[test]
    fn after_a_symbol_whose_width_terminals_dispute_the_cursor_is_put() {
        let sent = frames(&[vec![Line::raw("")], vec![Line::raw("▸x│y")]]);
        assert_eq!(sent[1], "\x1b[H\x1b[m▸\x1b[1;2Hx│y");
    }

    #[test]
    fn the_half_of_a_wide_symbol_that_another_leaves_over_is_drawn_anew() {
        let blue = |text| Span::styled(text, Style::new().bg(Color::Blue));
        let before = Line::from(vec![Span::raw("xx"), blue("東東"), Span::raw("!")]);
        let after = Line::from(vec![Span::raw("x"), blue("東東"), Span::raw(" !")]);
        let sent = frames(&[vec![before], vec![after]]);
        assert_eq!(sent[1], "\x1b[1;2H\x1b[44m東\x1b[1;4H東\x1b[1;6H\x1b[m ");
    }

    #[test]
    fn an_emoji_that_some_terminals_draw_in_one_column_leaves_nothing_beside_it() {
        let sent = frames(&[vec![Line::raw("abc")], vec![Line::raw("❤\u{fe0f}c")]]);
        assert_eq!(sent[1], "\r  \x1b[H❤\u{fe0f}");
    }
}
