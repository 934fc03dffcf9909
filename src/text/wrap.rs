//! Wrapping: by word, else by grapheme; between ideographs, which have no spaces.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::grapheme_width;

/// `text` in lines of at most `width` columns.
///
/// Breaks at spaces, which vanish at a break; indentation stays. A word that is wider than a line is cut between
/// graphemes, and only a grapheme that is itself wider than `width` exceeds it. Newlines in `text` are kept, and there
/// is always at least one line. `text` is expected to be clean ([`super::clean_text`]).
///
/// ```
/// assert_eq!(deskhand::text::wrap("The printer jams", 8), ["The", "printer", "jams"]);
/// ```
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    wrapped(text, width).into_iter().map(|line| text.get(line).unwrap_or_default().to_owned()).collect()
}

/// The same lines as [`wrap`] makes, as the bytes of `text` that each takes: for text whose parts have looks of their own.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut lines = Lines { done: Vec::new(), line: 0..0, columns: 0, width: width.max(1) };
    let mut at = 0;
    for paragraph in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        lines.line = at..at;
        lines.paragraph(paragraph, at);
        at += paragraph.len() + 1;
    }
    lines.done
}

/// A stretch of text that is not broken unless it must be.
struct Piece<'a> {
    at: usize,
    text: &'a str,
    columns: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Word,
    /// One ideograph or emoji: a line may end before and after it.
    Wide,
}

impl Kind {
    fn of(grapheme: &str, columns: usize) -> Kind {
        // Non-breaking spaces are there to not break.
        let breaks = |c: char| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}');
        if grapheme.chars().all(breaks) {
            Kind::Space
        } else if columns > 1 {
            Kind::Wide
        } else {
            Kind::Word
        }
    }
}

/// Must not begin a line after an ideograph.
fn closes(grapheme: &str) -> bool {
    grapheme
        .starts_with(['、', '。', '，', '．', '：', '；', '？', '！', '）', '」', '』', '】', '》', '〉', '…', 'ー'])
        || grapheme.starts_with([',', '.', ':', ';', '?', '!', ')', ']', '}', '”', '’'])
}

fn pieces(paragraph: &str) -> Vec<Piece<'_>> {
    if super::is_plain_ascii(paragraph) {
        return ascii_pieces(paragraph);
    }
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for (at, grapheme) in paragraph.grapheme_indices(true) {
        let columns = grapheme_width(grapheme);
        let kind = Kind::of(grapheme, columns);
        match pieces.last_mut() {
            Some(last) if last.kind != Kind::Space && closes(grapheme) => last.extend(paragraph, at, grapheme, columns),
            Some(last) if last.kind == kind && kind != Kind::Wide => last.extend(paragraph, at, grapheme, columns),
            _ => pieces.push(Piece { at, text: grapheme, columns, kind }),
        }
    }
    pieces
}

/// The same for text of which every byte is a column, as most is: ten times as fast.
fn ascii_pieces(paragraph: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(paragraph.len() / 3);
    let mut at = 0;
    for run in paragraph.as_bytes().chunk_by(|a, b| (*a == b' ') == (*b == b' ')) {
        let text = paragraph.get(at..at + run.len()).unwrap_or_default();
        let kind = if run.first() == Some(&b' ') { Kind::Space } else { Kind::Word };
        pieces.push(Piece { at, text, columns: run.len(), kind });
        at += run.len();
    }
    pieces
}

impl<'a> Piece<'a> {
    /// Takes in the grapheme that follows it in `whole`.
    fn extend(&mut self, whole: &'a str, at: usize, grapheme: &str, columns: usize) {
        self.text = whole.get(self.at..at + grapheme.len()).unwrap_or(self.text);
        self.columns += columns;
    }
}

struct Lines {
    done: Vec<Range<usize>>,
    /// What the line being filled takes of the text.
    line: Range<usize>,
    columns: usize,
    width: usize,
}

impl Lines {
    /// Breaks a paragraph that begins at `start`.
    fn paragraph(&mut self, paragraph: &str, start: usize) {
        let mut gap_columns = 0;
        for piece in pieces(paragraph) {
            if piece.kind == Kind::Space {
                gap_columns = piece.columns;
                continue;
            }
            let at = start + piece.at;
            let fits = self.columns + gap_columns + piece.columns <= self.width;
            // Indentation stays even before a word that must be cut, unless it would leave too little of the line.
            let indents = self.line.is_empty() && gap_columns * 2 <= self.width;
            if fits || indents {
                self.columns += gap_columns;
            } else if self.line.is_empty() {
                self.line = at..at;
            } else {
                self.end(at);
            }
            gap_columns = 0;
            self.word(&piece, at);
        }
        self.end(start + paragraph.len());
    }

    fn word(&mut self, word: &Piece<'_>, mut at: usize) {
        if self.columns + word.columns <= self.width {
            return self.push(at + word.text.len(), word.columns);
        }
        for grapheme in word.text.graphemes(true) {
            let columns = grapheme_width(grapheme);
            if self.columns + columns > self.width && self.columns > 0 {
                self.end(at);
            }
            at += grapheme.len();
            self.push(at, columns);
        }
    }

    /// Takes in what goes up to `end`.
    fn push(&mut self, end: usize, columns: usize) {
        self.line.end = end;
        self.columns += columns;
    }

    /// Ends the line; the next begins at `next`.
    fn end(&mut self, next: usize) {
        self.done.push(std::mem::replace(&mut self.line, next..next));
        self.columns = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::width;
    use super::*;

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("The printer on floor two jams.", 12), ["The printer", "on floor two", "jams."]);
    }

    #[test]
    fn newlines_blank_lines_and_indentation_are_kept() {
        assert_eq!(wrap("a\n\n  b c\n", 5), ["a", "", "  b c"]);
        assert_eq!(wrap("  indented text", 10), ["  indented", "text"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn a_long_word_is_cut() {
        assert_eq!(wrap("see https://x.example/abc", 8), ["see", "https://", "x.exampl", "e/abc"]);
    }

    #[test]
    fn ideographs_break_anywhere_but_before_a_full_stop() {
        assert_eq!(wrap("印刷機が壊れた。", 8), ["印刷機が", "壊れた。"]);
        assert_eq!(wrap("印刷機が。壊", 8), ["印刷機", "が。壊"]);
        assert_eq!(wrap("OS更新", 4), ["OS更", "新"]);
    }

    #[test]
    fn no_width_is_no_panic() {
        assert_eq!(wrap("ab 東", 0), ["a", "b", "東"]);
    }

    #[test]
    fn a_non_breaking_space_does_not_break() {
        assert_eq!(wrap("at 10\u{a0}000 units", 9), ["at 10\u{a0}000", "units"]);
    }

    fn without_spaces(text: &str) -> String {
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_every_line_fits(
            text in "([a-z]{1,9}|[ \n]|東|。|👩\u{200d}👧|🇨🇭|e\u{301}|\u{301}|\u{200d}|.){0,40}",
            columns in 0_usize..24,
        ) {
            let text = super::super::clean_text(&text);
            let lines = wrap(&text, columns);
            for line in &lines {
                let one_wide_grapheme = line.graphemes(true).filter(|g| grapheme_width(g) > 0).count() <= 1;
                prop_assert!(width(line) <= columns || one_wide_grapheme, "{line:?}");
            }
            prop_assert_eq!(without_spaces(&lines.concat()), without_spaces(&text));
        }
    }
}
