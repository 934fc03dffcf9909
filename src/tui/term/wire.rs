//! Ratatui's backend, with what is known about the terminal kept here instead of asked or said again.
//!
//! The stock backend asks the terminal for its cursor and the system for the size, and writes 25 bytes for a frame in
//! which nothing changed. This one never asks, and writes nothing: an unchanged frame is empty by construction.

use std::io;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::writer::FrameWriter;

#[derive(Debug)]
pub(super) struct Wire {
    terminal: CrosstermBackend<FrameWriter>,
    size: Size,
    /// Where the cursor was last put; `None` when something was drawn since.
    cursor: Option<Position>,
    /// Whether it is shown; `None` when we can't know.
    shown: Option<bool>,
}

impl Wire {
    pub(super) fn new(writer: FrameWriter, (columns, rows): (u16, u16)) -> Wire {
        let size = Size::new(columns, rows);
        Wire { terminal: CrosstermBackend::new(writer), size, cursor: None, shown: None }
    }

    /// The window has this size from the next frame on.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = Size::new(columns, rows);
    }

    /// Another program had the terminal: nothing is known about its cursor.
    pub(super) fn forget(&mut self) {
        self.cursor = None;
        self.shown = None;
    }
}

impl Backend for Wire {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.cursor = None;
        self.terminal.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.shown.replace(false) == Some(false) {
            return Ok(());
        }
        self.terminal.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.shown.replace(true) == Some(true) {
            return Ok(());
        }
        self.terminal.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor.replace(position) == Some(position) {
            return Ok(());
        }
        self.terminal.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.terminal.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.terminal.clear_region(region)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.cursor = None;
        self.terminal.append_lines(lines)
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
