//! Ratatui's backend: what changed, in as few bytes as say it.
//!
//! The stock backend asks the terminal for its cursor and the system for the size, names each colour by its long number,
//! resets all attributes around every frame, and writes 25 bytes for a frame in which nothing changed. This one never asks,
//! remembers between frames where the cursor stands and which attributes are on, and writes nothing for nothing.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use super::sgr::Pen;
use super::writer::FrameWriter;

#[derive(Debug)]
pub(super) struct Wire {
    writer: FrameWriter,
    size: Size,
    /// Where the cursor stands; `None` when we can't know.
    cursor: Option<Position>,
    /// Whether it is shown; `None` when we can't know.
    shown: Option<bool>,
    /// The attributes that are on; `None` when we can't know.
    pen: Option<Pen>,
}

impl Wire {
    pub(super) fn new(writer: FrameWriter, (columns, rows): (u16, u16)) -> Wire {
        Wire { writer, size: Size::new(columns, rows), cursor: None, shown: None, pen: None }
    }

    /// The window has this size from the next frame on. Terminals move the cursor as they like meanwhile.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = Size::new(columns, rows);
        self.cursor = None;
    }

    /// Another program had the terminal: nothing is known about its cursor and attributes.
    pub(super) fn forget(&mut self) {
        self.cursor = None;
        self.shown = None;
        self.pen = None;
    }

    fn draw_with(&mut self, pen: Pen) -> io::Result<()> {
        if self.pen != Some(pen) {
            self.writer.write_all(&pen.after(self.pen))?;
            self.pen = Some(pen);
        }
        Ok(())
    }

    /// Moves the cursor by the shortest sequence that every terminal knows.
    fn go(&mut self, to: Position) -> io::Result<()> {
        if self.cursor == Some(to) {
            return Ok(());
        }
        let absolute = match (to.y, to.x) {
            (0, 0) => String::from("\x1b[H"),
            (y, 0) => format!("\x1b[{}H", y + 1),
            (y, x) => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        let relative = match self.cursor {
            Some(at) if at.y == to.y && to.x == 0 => Some(String::from("\r")),
            Some(at) if at.y == to.y && to.x == at.x + 1 => Some(String::from("\x1b[C")),
            Some(at) if at.y == to.y && to.x > at.x => Some(format!("\x1b[{}C", to.x - at.x)),
            // A line feed neither scrolls above the last row nor leaves the column, output being raw.
            Some(at) if to.y == at.y + 1 && to.x == 0 => Some(String::from("\r\n")),
            _ => None,
        };
        let shortest = relative.filter(|relative| relative.len() < absolute.len()).unwrap_or(absolute);
        self.cursor = Some(to);
        self.writer.write_all(shortest.as_bytes())
    }
}

/// A blank that erasing leaves as well as writing does.
fn is_blank(cell: &Cell) -> bool {
    let visible = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
    cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.intersects(visible)
}

/// Whether every terminal agrees that a symbol is one column wide.
fn is_surely_one_column(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => c < '\u{300}' || ('\u{2500}'..'\u{2580}').contains(&c),
        _ => false,
    }
}

impl Backend for Wire {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let cells: Vec<(u16, u16, &Cell)> = content.collect();
        let last = self.size.width.saturating_sub(1);
        let mut at = 0;
        while let Some((x, y, cell)) = cells.get(at).copied() {
            self.go(Position::new(x, y))?;
            let blanks = cells
                .iter()
                .skip(at)
                .zip(x..)
                .take_while(|((x, row, cell), wanted)| *row == y && x == wanted && is_blank(cell))
                .count();
            // Blanks up to the edge of the screen are erased in three bytes; the cursor stays.
            if blanks > 3 && usize::from(last - x.min(last)) + 1 == blanks {
                self.draw_with(Pen::default())?;
                self.writer.write_all(b"\x1b[K")?;
                at += blanks;
                continue;
            }
            self.draw_with(Pen::of(cell))?;
            self.writer.write_all(cell.symbol().as_bytes())?;
            // At the edge terminals differ in where the cursor then is.
            let known = is_surely_one_column(cell.symbol()) && x < last;
            self.cursor = known.then(|| Position::new(x + 1, y));
            at += 1;
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.shown.replace(false) == Some(false) {
            return Ok(());
        }
        self.writer.write_all(b"\x1b[?25l")
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.shown.replace(true) == Some(true) {
            return Ok(());
        }
        self.writer.write_all(b"\x1b[?25h")
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.go(position.into())
    }

    fn clear(&mut self) -> io::Result<()> {
        // Erased cells take the background that is on.
        self.draw_with(Pen::default())?;
        self.writer.write_all(b"\x1b[2J")
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.draw_with(Pen::default())?;
        self.writer.write_all(match region {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        })
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.cursor = None;
        self.writer.write_all(&vec![b'\n'; usize::from(lines)])
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
    use ratatui::Terminal;
    use ratatui::style::Style;
    use ratatui::text::{Line, Span};
    use ratatui::widgets::Paragraph;

    use super::*;

    /// The bytes of each frame.
    fn frames(frames: &[Vec<Line<'_>>]) -> Vec<String> {
        let writer = FrameWriter::default();
        let mut terminal = Terminal::new(Wire::new(writer.clone(), (12, 3))).unwrap();
        frames
            .iter()
            .map(|lines| {
                terminal.draw(|frame| frame.render_widget(Paragraph::new(lines.clone()), frame.area())).unwrap();
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
}
