//! A text being typed: one line or many, with the readline keys and an undo. Knows graphemes, not screens.
//!
//! A step of undo is what was replaced, not a copy of the text, so that typing in a long text costs what typing in a short one
//! does.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::text;
use crate::tui::widget::wrap;

/// A text and the place in it where typing goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editor {
    text: String,
    /// In bytes, always between graphemes.
    cursor: usize,
    /// Whether Enter makes a new line.
    pub multiline: bool,
    /// What was replaced, step by step; the newest last.
    past: VecDeque<Step>,
    /// Whether the last change was a letter at its end: a letter there goes on with the same step.
    running: bool,
    /// The column to which Up and Down keep.
    column: Option<usize>,
}

/// A change that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    /// Where it was made.
    at: usize,
    /// What stood there.
    gone: String,
    /// How many bytes stand there now.
    length: usize,
    /// Where the cursor was.
    cursor: usize,
}

/// At most so many steps are remembered.
const REMEMBERED: usize = 1_000;

/// A change or movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// A grapheme back.
    Left,
    /// A grapheme on.
    Right,
    /// To the beginning of the line.
    Home,
    /// To the end of the line.
    End,
    /// The grapheme before the cursor goes.
    Backspace,
    /// The grapheme behind the cursor goes.
    Delete,
    /// The word before the cursor goes.
    DeleteWord,
    /// The line before the cursor goes.
    DeleteToStart,
    /// The line behind the cursor goes.
    DeleteToEnd,
    /// The grapheme before the cursor and the one behind it change places; at the end of a line, the last two.
    Transpose,
    /// The last change is taken back.
    Undo,
}

impl Editor {
    /// A field of one line.
    #[must_use]
    pub fn line(text: &str) -> Editor {
        Editor { text: text::clean_line(text).into_owned(), ..Editor::default() }.settled()
    }

    /// A text of many lines.
    #[must_use]
    pub fn lines(text: &str) -> Editor {
        Editor { text: text::clean_text(text).into_owned(), multiline: true, ..Editor::default() }.settled()
    }

    fn settled(mut self) -> Self {
        self.cursor = self.text.len();
        self
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The place of the cursor, in bytes.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Types or pastes a text at the cursor. Letters in a row are one step of undo, so is a paste.
    pub fn insert(&mut self, typed: &str) {
        let clean = if self.multiline { text::clean_text(typed) } else { text::clean_line(typed) };
        let is_letter = clean.chars().count() == 1 && !clean.contains(char::is_whitespace);
        match self.past.back_mut() {
            Some(step) if is_letter && self.running && step.at + step.length == self.cursor => {
                step.length += clean.len();
                self.text.insert_str(self.cursor, &clean);
                self.go(self.cursor + clean.len());
            }
            _ => self.put(self.cursor..self.cursor, &clean),
        }
        self.running = is_letter;
    }

    /// Replaces `range` by `text` and goes behind it.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        if self.text.get(range.clone()).is_some() {
            self.put(range, text);
        }
    }

    /// Goes before the first place of a text, if it is there.
    pub fn go_before(&mut self, text: &str) {
        if let Some(at) = self.text.find(text) {
            self.go(at);
        }
    }

    /// Goes to a place, in bytes.
    pub fn go_to(&mut self, place: usize) {
        self.go(place.min(self.text.len()));
    }

    /// Puts another text in its place; undo brings the old one back.
    pub fn set(&mut self, text: &str) {
        let text = if self.multiline { text::clean_text(text) } else { text::clean_line(text) };
        self.put(0..self.text.len(), &text);
    }

    /// Changes the text and remembers how it was.
    fn put(&mut self, range: Range<usize>, text: &str) {
        (self.running, self.column) = (false, None);
        let gone = self.text.get(range.clone()).unwrap_or_default().to_owned();
        if gone.is_empty() && text.is_empty() {
            return;
        }
        if self.past.len() == REMEMBERED {
            self.past.pop_front();
        }
        self.past.push_back(Step { at: range.start, gone, length: text.len(), cursor: self.cursor });
        let end = range.start + text.len();
        self.text.replace_range(range, text);
        self.go(end);
    }

    /// Goes to a place, or behind the grapheme that it is in: what is typed may join with what stands there.
    fn go(&mut self, place: usize) {
        self.column = None;
        let mut cursor = GraphemeCursor::new(place, self.text.len(), true);
        // The whole text is given, so that the answer never hangs on more of it.
        self.cursor = match cursor.is_boundary(&self.text, 0) {
            Ok(true) | Err(_) => place,
            Ok(false) => cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len()),
        };
    }

    /// Carries out a stroke; gives the text that a kill took away, to be put elsewhere.
    pub fn stroke(&mut self, stroke: Stroke) -> Option<String> {
        let line = self.line_around();
        let at = self.cursor;
        match stroke {
            Stroke::DeleteWord => {
                let kept = self.before().trim_end().trim_end_matches(|c: char| !c.is_whitespace()).len();
                return self.kill(kept..at);
            }
            Stroke::DeleteToStart => return self.kill(line.start..at),
            Stroke::DeleteToEnd => return self.kill(at..line.end),
            Stroke::Backspace => self.put(at - self.back()..at, ""),
            Stroke::Delete => self.put(at..at + self.on(), ""),
            Stroke::Transpose => self.transpose(&line),
            Stroke::Undo => self.undo(),
            Stroke::Left => self.go(at - self.back()),
            Stroke::Right => self.go(at + self.on()),
            Stroke::Home => self.go(line.start),
            Stroke::End => self.go(line.end),
        }
        self.running = false;
        None
    }

    fn kill(&mut self, range: Range<usize>) -> Option<String> {
        let killed = self.text.get(range.clone()).map(str::to_owned).filter(|text| !text.is_empty());
        self.put(range, "");
        killed
    }

    fn transpose(&mut self, line: &Range<usize>) {
        if self.cursor == line.end {
            self.cursor -= self.back();
        }
        let (start, end) = (self.cursor.saturating_sub(self.back()), self.cursor + self.on());
        if start < line.start || start == self.cursor || end > line.end {
            self.cursor = end.min(line.end);
            return;
        }
        let both = [self.text.get(self.cursor..end), self.text.get(start..self.cursor)].map(Option::unwrap_or_default);
        self.put(start..end, &both.concat());
    }

    fn undo(&mut self) {
        self.column = None;
        if let Some(step) = self.past.pop_back() {
            self.text.replace_range(step.at..step.at + step.length, &step.gone);
            self.cursor = step.cursor;
        }
    }

    /// Goes so many rows down, or up, in a text that is shown in `width` columns; from the last to its end, from the first to its
    /// beginning. The column is kept over shorter rows.
    pub fn go_rows(&mut self, by: isize, width: usize) {
        let rows = wrap::rows(&self.text, width);
        let row = wrap::row_of(&rows, self.cursor);
        let from = rows.get(row).map_or(0, |row| row.start);
        let column = self.column.unwrap_or_else(|| text::width(self.text.get(from..self.cursor).unwrap_or_default()));
        self.running = false;
        self.cursor = match row.checked_add_signed(by) {
            None => 0,
            Some(to) => match rows.get(to) {
                None => self.text.len(),
                Some(there) => self.at_column(there.clone(), column),
            },
        };
        self.column = Some(column);
    }

    /// The place in a row under a column: before the grapheme that covers it. Never the end of a row that goes on in the next.
    fn at_column(&self, row: Range<usize>, column: usize) -> usize {
        let (start, end) = (row.start, row.end);
        let goes_on = self.text.as_bytes().get(end).is_some_and(|byte| *byte != b'\n');
        let (mut wide, mut last) = (0, start);
        for (at, grapheme) in self.text.get(row).unwrap_or_default().grapheme_indices(true) {
            wide += text::width(grapheme);
            last = start + at;
            if wide > column {
                return last;
            }
        }
        if goes_on { last } else { end }
    }

    fn line_around(&self) -> Range<usize> {
        let start = self.before().rfind('\n').map_or(0, |at| at + 1);
        start..self.after().find('\n').map_or(self.text.len(), |at| self.cursor + at)
    }

    /// The length of the grapheme before the cursor.
    fn back(&self) -> usize {
        self.before().graphemes(true).next_back().map_or(0, str::len)
    }

    /// The length of the grapheme behind it.
    fn on(&self) -> usize {
        self.after().graphemes(true).next().map_or(0, str::len)
    }

    fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    fn after(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// The rows of the text in `width` columns that fit `height`, with that of the cursor among them; and the row and column of the
    /// cursor on the screen.
    #[must_use]
    pub fn shown(&self, width: usize, height: usize) -> (Vec<&str>, (usize, usize)) {
        let rows = wrap::rows(&self.text, width);
        let row = wrap::row_of(&rows, self.cursor);
        let from = rows.get(row).map_or(0, |row| row.start);
        let column = text::width(self.text.get(from..self.cursor).unwrap_or_default());
        let top = (row + 1).saturating_sub(height);
        let shown = rows.into_iter().skip(top).take(height).map(|row| self.text.get(row).unwrap_or_default());
        (shown.collect(), (row - top, column.min(width)))
    }
}
