//! A text being typed: one line or many, with the readline keys. Knows graphemes, not screens.

use unicode_segmentation::UnicodeSegmentation;

use crate::text;

/// A text and the place in it where typing goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editor {
    text: String,
    /// In bytes, always between graphemes.
    cursor: usize,
    /// Whether Enter makes a new line.
    pub multiline: bool,
}

/// A change or movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// A grapheme back.
    Left,
    /// A grapheme on.
    Right,
    /// A line up.
    Up,
    /// A line down.
    Down,
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
}

impl Editor {
    /// A field of one line.
    #[must_use]
    pub fn line(text: &str) -> Editor {
        Editor { text: text::clean_line(text).into_owned(), cursor: text.len(), multiline: false }.settled()
    }

    /// A text of many lines.
    #[must_use]
    pub fn lines(text: &str) -> Editor {
        Editor { text: text::clean_text(text).into_owned(), cursor: text.len(), multiline: true }.settled()
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

    /// Types or pastes a text at the cursor.
    pub fn insert(&mut self, typed: &str) {
        let clean = if self.multiline { text::clean_text(typed) } else { text::clean_line(typed) };
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
    }

    /// Replaces `range` by `text` and goes behind it.
    pub fn replace(&mut self, range: std::ops::Range<usize>, text: &str) {
        if self.text.is_char_boundary(range.start) && self.text.is_char_boundary(range.end) && range.start <= range.end
        {
            self.cursor = range.start + text.len();
            self.text.replace_range(range, text);
        }
    }

    /// Puts another text in its place.
    pub fn set(&mut self, text: &str) {
        *self = if self.multiline { Editor::lines(text) } else { Editor::line(text) };
    }

    /// Carries out a stroke.
    pub fn stroke(&mut self, stroke: Stroke) {
        let line_start = self.before().rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.after().find('\n').map_or(self.text.len(), |at| self.cursor + at);
        match stroke {
            Stroke::Left => self.cursor -= self.before().graphemes(true).next_back().map_or(0, str::len),
            Stroke::Right => self.cursor += self.after().graphemes(true).next().map_or(0, str::len),
            Stroke::Home => self.cursor = line_start,
            Stroke::End => self.cursor = line_end,
            Stroke::Up if line_start > 0 => {
                let above = self.text.get(..line_start - 1).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
                self.cursor = self.column_in(above, line_start - 1, line_start);
            }
            Stroke::Up => self.cursor = 0,
            Stroke::Down if line_end < self.text.len() => {
                let below = line_end + 1;
                let end =
                    self.text.get(below..).and_then(|text| text.find('\n')).map_or(self.text.len(), |at| below + at);
                self.cursor = self.column_in(below, end, line_start);
            }
            Stroke::Down => self.cursor = self.text.len(),
            Stroke::Backspace => {
                let end = self.cursor;
                self.stroke(Stroke::Left);
                self.text.replace_range(self.cursor..end, "");
            }
            Stroke::Delete => {
                let length = self.after().graphemes(true).next().map_or(0, str::len);
                self.text.replace_range(self.cursor..self.cursor + length, "");
            }
            Stroke::DeleteWord => {
                let kept = self.before().trim_end().trim_end_matches(|c: char| !c.is_whitespace()).len();
                self.text.replace_range(kept..self.cursor, "");
                self.cursor = kept;
            }
            Stroke::DeleteToStart => {
                self.text.replace_range(line_start..self.cursor, "");
                self.cursor = line_start;
            }
            Stroke::DeleteToEnd => self.text.replace_range(self.cursor..line_end, ""),
        }
    }

    /// The place in the line `start..end` under the cursor's column in the line that begins at `from`.
    fn column_in(&self, start: usize, end: usize, from: usize) -> usize {
        let column = text::width(self.text.get(from..self.cursor).unwrap_or_default());
        let line = self.text.get(start..end).unwrap_or_default();
        let mut wide = 0;
        for (at, grapheme) in line.grapheme_indices(true) {
            if wide >= column {
                return start + at;
            }
            wide += text::width(grapheme);
        }
        end
    }

    fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    fn after(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// The text in rows of `width` columns, and the row and column of the cursor among them.
    #[must_use]
    pub fn rows(&self, width: usize) -> (Vec<String>, (usize, usize)) {
        let mut rows = Vec::new();
        let mut place = (0, 0);
        let mut start = 0;
        for line in self.text.split('\n') {
            let mut row = String::new();
            let mut wide = 0;
            for (at, grapheme) in line.grapheme_indices(true) {
                let step = text::width(grapheme);
                if wide + step > width.max(1) && wide > 0 {
                    rows.push(std::mem::take(&mut row));
                    wide = 0;
                }
                if start + at == self.cursor {
                    place = (rows.len(), wide);
                }
                row.push_str(grapheme);
                wide += step;
            }
            if start + line.len() == self.cursor {
                place = (rows.len(), wide);
            }
            rows.push(row);
            start += line.len() + 1;
        }
        (rows, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(strokes: &[Stroke], mut editor: Editor) -> (String, usize) {
        strokes.iter().for_each(|stroke| editor.stroke(*stroke));
        (editor.text().to_owned(), editor.cursor())
    }

    #[test]
    fn strokes_go_by_grapheme() {
        let family = "a👨‍👩‍👧é";
        assert_eq!(typed(&[Stroke::Backspace], Editor::line(family)), (String::from("a👨‍👩‍👧"), "a👨‍👩‍👧".len()));
        assert_eq!(typed(&[Stroke::Left, Stroke::Backspace], Editor::line(family)), (String::from("aé"), 1));
    }

    #[test]
    fn up_and_down_keep_the_column() {
        let editor = Editor::lines("one\nlonger line\nxy");
        let (_, cursor) = typed(&[Stroke::Up], editor.clone());
        assert_eq!(cursor, 6);
        let (_, cursor) = typed(&[Stroke::Up, Stroke::End, Stroke::Down], editor);
        assert_eq!(cursor, "one\nlonger line\nxy".len());
    }

    #[test]
    fn words_and_line_ends_go_as_in_a_shell() {
        assert_eq!(typed(&[Stroke::DeleteWord], Editor::line("reset the router ")).0, "reset the ");
        assert_eq!(typed(&[Stroke::DeleteToStart], Editor::lines("a\nbc")).0, "a\n");
        assert_eq!(typed(&[Stroke::Home, Stroke::DeleteToEnd], Editor::lines("a\nbc")).0, "a\n");
    }

    #[test]
    fn a_paste_is_text_and_its_escapes_are_gone() {
        let mut editor = Editor::line("");
        editor.insert("one\ntwo\u{1b}[2J");
        assert!(!editor.text().contains(['\n', '\u{1b}']), "{:?}", editor.text());
        let mut editor = Editor::lines("");
        editor.insert("one\r\ntwo");
        assert_eq!(editor.text(), "one\ntwo");
    }

    #[test]
    fn rows_wrap_and_tell_the_cursor() {
        let editor = Editor::lines("abcdef\ng");
        assert_eq!(editor.rows(4), (vec![String::from("abcd"), String::from("ef"), String::from("g")], (2, 1)));
        assert_eq!(Editor::line("").rows(4), (vec![String::new()], (0, 0)));
    }
}
