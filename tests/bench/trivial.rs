//! The least that a program on ratatui can be: a list, a cursor, a writer that sends each changed cell. What it costs is
//! what a terminal, a pseudo-terminal and this machine cost.

use std::io::{self, Read, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::{Frame, Terminal};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// Set for the child that is this program.
pub const VARIABLE: &str = "DESKHAND_BENCH_LIST";

const ROWS: usize = 5_000;

/// Runs until `q`.
pub fn run() {
    let cooked = tcgetattr(io::stdin()).unwrap();
    let mut raw = cooked.clone();
    raw.make_raw();
    tcsetattr(io::stdin(), OptionalActions::Now, &raw).unwrap();
    let rows: Vec<String> =
        (1..=ROWS).map(|n| format!("INC-{n:<7} P{} new   A title, the {n}th of its kind", n % 5 + 1)).collect();
    let mut terminal = Terminal::new(Plain(Vec::new())).unwrap();
    let mut cursor = 0;
    let mut keys = io::stdin().lock().bytes();
    loop {
        terminal.draw(|frame| draw(frame, &rows, cursor)).unwrap();
        match keys.next() {
            Some(Ok(b'j')) => cursor = (cursor + 1).min(ROWS - 1),
            Some(Ok(b'q') | Err(_)) | None => break,
            _ => {}
        }
    }
    tcsetattr(io::stdin(), OptionalActions::Now, &cooked).unwrap();
}

fn draw(frame: &mut Frame<'_>, rows: &[String], cursor: usize) {
    let height = usize::from(frame.area().height);
    let top = cursor.saturating_sub(height - 1);
    for (row, text) in frame.area().rows().zip(rows.iter().skip(top)) {
        frame.render_widget(Line::raw(text.as_str()), row);
    }
    let y = u16::try_from(cursor - top).unwrap();
    let selected = Rect { y, height: 1, ..frame.area() };
    frame.buffer_mut().set_style(selected, Style::new().add_modifier(Modifier::REVERSED));
}

/// A backend as short as one can be, with the habits of the usual ones: attributes reset around each frame, absolute moves.
struct Plain(Vec<u8>);

impl Backend for Plain {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        let mut at = None;
        let mut reversed = false;
        for (x, y, cell) in content {
            if at != Some((x, y)) {
                write!(self.0, "\x1b[{};{}H", y + 1, x + 1)?;
            }
            if cell.modifier.contains(Modifier::REVERSED) != reversed {
                reversed = !reversed;
                write!(self.0, "\x1b[{}m", if reversed { 7 } else { 0 })?;
            }
            self.0.extend(cell.symbol().as_bytes());
            at = Some((x + 1, y));
        }
        write!(self.0, "\x1b[39m\x1b[49m\x1b[0m")
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        write!(self.0, "\x1b[?25l")
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        write!(self.0, "\x1b[?25h")
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        write!(self.0, "\x1b[{};{}H", y + 1, x + 1)
    }

    fn clear(&mut self) -> io::Result<()> {
        write!(self.0, "\x1b[2J")
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        let size = rustix::termios::tcgetwinsize(io::stdout())?;
        Ok(Size::new(size.ws_col, size.ws_row))
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        let frame = std::mem::take(&mut self.0);
        io::stdout().write_all(&frame).and_then(|()| io::stdout().flush())
    }
}
