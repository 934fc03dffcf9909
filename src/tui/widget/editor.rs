//! A text being typed: one line or many, with the readline keys and an undo. Knows graphemes, not screens.

use std::ops::Range;

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
    /// What the text and cursor were, step by step; the newest last.
    past: Vec<(String, usize)>,
    /// Where the last letter typed ended: a letter there goes on with the same step of undo.
    run: Option<usize>,
}

/// At most so many steps are remembered.
const REMEMBERED: usize = 200;

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
        if !(is_letter && self.run == Some(self.cursor)) {
            self.remember();
        }
        self.run = is_letter.then_some(self.cursor + clean.len());
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
    }

    /// Replaces `range` by `text` and goes behind it.
    pub fn replace(&mut self, range: std::ops::Range<usize>, text: &str) {
        if self.text.is_char_boundary(range.start) && self.text.is_char_boundary(range.end) && range.start <= range.end
        {
            self.remember();
            self.cursor = range.start + text.len();
            self.text.replace_range(range, text);
        }
    }

    /// Puts another text in its place; undo brings the old one back.
    pub fn set(&mut self, text: &str) {
        self.remember();
        let other = if self.multiline { Editor::lines(text) } else { Editor::line(text) };
        (self.text, self.cursor) = (other.text, other.cursor);
    }

    fn remember(&mut self) {
        self.run = None;
        if self.past.len() == REMEMBERED {
            self.past.remove(0);
        }
        self.past.push((self.text.clone(), self.cursor));
    }

    /// Carries out a stroke.
    pub fn stroke(&mut self, stroke: Stroke) {
        let before = (self.text.clone(), self.cursor);
        self.carry_out(stroke);
        if stroke != Stroke::Undo {
            self.run = None;
            if self.text != before.0 {
                let after = std::mem::replace(&mut self.text, before.0);
                let cursor = std::mem::replace(&mut self.cursor, before.1);
                self.remember();
                (self.text, self.cursor) = (after, cursor);
            }
        }
    }

    fn carry_out(&mut self, stroke: Stroke) {
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
                self.carry_out(Stroke::Left);
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
            Stroke::Undo => {
                self.run = None;
                if let Some((text, cursor)) = self.past.pop() {
                    (self.text, self.cursor) = (text, cursor);
                }
            }
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
    ///
    /// Rows end behind a space where they can; the spaces at a row's end may reach over its width.
    #[must_use]
    pub fn rows(&self, width: usize) -> (Vec<String>, (usize, usize)) {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut start = 0;
        for line in self.text.split('\n') {
            ranges.extend(broken(line, width.max(1)).into_iter().map(|row| start + row.start..start + row.end));
            start += line.len() + 1;
        }
        let row = ranges.iter().rposition(|row| row.start <= self.cursor).unwrap_or(0);
        let from = ranges.get(row).map_or(0, |row| row.start);
        let column = text::width(self.text.get(from..self.cursor).unwrap_or_default());
        let rows = ranges.into_iter().map(|row| self.text.get(row).unwrap_or_default().to_owned()).collect();
        (rows, (row, column.min(width)))
    }
}

/// One line in rows: behind the last space that fits, else between graphemes.
fn broken(line: &str, width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let (mut start, mut wide) = (0, 0);
    // Behind the last space of this row, and the columns up to there.
    let mut gap: Option<(usize, usize)> = None;
    for (at, grapheme) in line.grapheme_indices(true) {
        let columns = text::width(grapheme);
        if grapheme.chars().all(char::is_whitespace) {
            wide += columns;
            gap = Some((at + grapheme.len(), wide));
            continue;
        }
        if wide + columns > width && wide > 0 {
            let (end, gone) = gap.take().unwrap_or((at, wide));
            rows.push(start..end);
            (start, wide) = (end, wide - gone);
            // A word wider than a row is cut where the row ends.
            if wide + columns > width && wide > 0 {
                rows.push(start..at);
                (start, wide) = (at, 0);
            }
        }
        wide += columns;
    }
    rows.push(start..line.len());
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        let (rows, place) = Editor::lines("the printer jams").rows(8);
        assert_eq!((rows, place), (vec![String::from("the "), String::from("printer "), String::from("jams")], (2, 4)));
    }

    #[test]
    fn undo_takes_back_a_word_a_paste_or_a_stroke_at_a_time() {
        let mut editor = Editor::lines("");
        "one two".chars().for_each(|c| editor.insert(&c.to_string()));
        editor.insert(" and\nall this");
        editor.stroke(Stroke::DeleteWord);
        let mut seen = Vec::new();
        for _ in 0..6 {
            editor.stroke(Stroke::Undo);
            seen.push(editor.text().to_owned());
        }
        assert_eq!(seen, ["one two and\nall this", "one two", "one ", "one", "", ""]);
    }

    proptest! {
        #[test]
        fn rows_hold_the_whole_text_and_the_cursor_where_it_is(
            text in "[a-c 漢é👍\\n]{0,60}", width in 1_usize..12, strokes in prop::collection::vec(0_u8..6, 0..20)
        ) {
            let mut editor = Editor::lines(&text);
            for stroke in strokes {
                let all = [Stroke::Left, Stroke::Up, Stroke::Home, Stroke::Backspace, Stroke::Undo, Stroke::Right];
                editor.stroke(all[usize::from(stroke)]);
            }
            let (rows, (row, column)) = editor.rows(width);
            let mut rest = editor.text();
            let mut before = 0;
            for (at, text) in rows.iter().enumerate() {
                prop_assert!(rest.starts_with(text.as_str()));
                prop_assert!(text::width(text.trim_end()) <= width.max(2), "{text:?} in {width}");
                if at == row {
                    let place = editor.cursor() - before;
                    prop_assert_eq!(column, text::width(&text[..place]).min(width));
                }
                before += text.len();
                rest = &rest[text.len()..];
                if let Some(next) = rest.strip_prefix('\n') {
                    rest = next;
                    before += 1;
                }
            }
            prop_assert_eq!(rest, "");
        }

        #[test]
        fn undoing_everything_brings_the_first_text_back(typed in prop::collection::vec(".{1,4}", 0..30)) {
            let mut editor = Editor::lines("first");
            typed.iter().for_each(|text| editor.insert(text));
            editor.stroke(Stroke::DeleteWord);
            (0..=typed.len()).for_each(|_| editor.stroke(Stroke::Undo));
            prop_assert_eq!((editor.text(), editor.cursor()), ("first", 5));
        }
    }
}
