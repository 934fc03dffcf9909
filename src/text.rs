//! Text on its way to a terminal: cleaned, measured, wrapped, cut.
//!
//! Nobody else in the house measures or cleans text, so that what we think fits is what the screen
//! draws, and what a stranger wrote in a ticket can never steer somebody's terminal.

pub mod address;
mod clean;
pub mod markdown;
mod wrap;

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

pub use clean::{clean_line, clean_text};
pub use wrap::{wrap, wrapped};

/// Says that text was cut, where the terminal shows Unicode.
pub const ELLIPSIS: &str = "…";
/// Says that text was cut, where the terminal shows only ASCII.
pub const ELLIPSIS_ASCII: &str = "~";

/// How many columns `text` takes on the screen, by the same rule as ratatui's buffer.
///
/// That rule is the sum over graphemes: of the whole string, `unicode-width` knows ligatures that a
/// grid of cells does not draw.
///
/// ```
/// assert_eq!(deskhand::text::width("ticket"), 6);
/// assert_eq!(deskhand::text::width("東京"), 4);
/// ```
#[must_use]
pub fn width(text: &str) -> usize {
    if is_plain_ascii(text) {
        return text.len();
    }
    text.graphemes(true).map(grapheme_width).sum()
}

/// Columns of one grapheme.
///
/// Half-width kana sound marks are combining to Unicode but take a cell in every terminal; ratatui counts them too
/// (<https://github.com/ratatui/ratatui/pull/2187>). Controls are never drawn.
fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) {
        return 0;
    }
    let sound_marks = grapheme.chars().filter(|c| matches!(c, '\u{FF9E}' | '\u{FF9F}')).count();
    grapheme.width() + sound_marks
}

/// The start of `text` that fits in `width` columns, ending in `mark` when something was cut.
///
/// Never wider than `width`, never half a character.
///
/// ```
/// use deskhand::text::{truncate, ELLIPSIS};
/// assert_eq!(truncate("Printer jams", 8, ELLIPSIS), "Printer…");
/// assert_eq!(truncate("Printer", 8, ELLIPSIS), "Printer");
/// ```
#[must_use]
pub fn truncate<'a>(text: &'a str, width: usize, mark: &str) -> Cow<'a, str> {
    if is_plain_ascii(text) && text.len() <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(self::width(mark));
    let mut columns = 0;
    let mut cut = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        columns += grapheme_width(grapheme);
        if columns <= room {
            cut = at + grapheme.len();
        }
        if columns > width {
            let head = text.get(..cut).unwrap_or_default();
            let mark = if self::width(mark) <= width { mark } else { "" };
            return Cow::Owned(format!("{head}{mark}"));
        }
    }
    Cow::Borrowed(text)
}

/// `text` followed by as many spaces as fill `width` columns; text that is wider stays as it is.
#[must_use]
pub fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(self::width(text))))
}

/// `text` moved to the right end of `width` columns: for numbers, which align by their last digit.
#[must_use]
pub fn pad_start(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(self::width(text))))
}

/// A text without its first columns.
#[must_use]
pub fn skip(text: &str, columns: usize) -> String {
    let mut wide = 0;
    text.graphemes(true)
        .skip_while(|grapheme| {
            let hidden = wide < columns;
            wide += width(grapheme);
            hidden
        })
        .collect()
}

/// The first words of a long text as one cleaned line of at most `width` columns: what a list shows of a reply.
///
/// Looks no further into the text than it must, so a preview of a pasted log costs nothing.
#[must_use]
pub fn one_line(text: &str, width: usize, mark: &str) -> String {
    // Forty bytes a column leave room for the longest emoji and for blank lines before the first word.
    let enough = width.saturating_mul(40).saturating_add(1024).min(text.len());
    let end = (0..=enough).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let (head, rest) = text.split_at(end);
    let cleaned = clean_line(head);
    let mut words = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    if !rest.trim().is_empty() {
        words.push_str(mark);
    }
    truncate(&words, width, mark).into_owned()
}

/// Whether every byte is one printable ASCII character, as in most text that we meet.
fn is_plain_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    /// What the screen takes for `text`, by asking the screen.
    fn drawn_width(text: &str) -> usize {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 2000, 1));
        let (end, _) = buffer.set_stringn(0, 0, text, usize::MAX, Style::new());
        usize::from(end)
    }

    #[test]
    fn width_is_what_the_screen_draws() {
        for text in ["plain", "東京", "e\u{301}", "👩‍👩‍👧‍👦 family", "🇨🇭🇩🇪", "ｶﾞ", "☎\u{fe0f}", "لا", "a\u{200d}b", "नमस्ते"]
        {
            assert_eq!(width(text), drawn_width(text), "{text:?}");
        }
    }

    #[test]
    fn a_cut_text_says_so_and_never_splits_a_character() {
        assert_eq!(truncate("東京駅", 5, ELLIPSIS), "東京…");
        assert_eq!(truncate("東京駅", 4, ELLIPSIS), "東…");
        assert_eq!(truncate("abc", 2, ELLIPSIS_ASCII), "a~");
        assert_eq!(truncate("abc", 0, ELLIPSIS), "");
        assert_eq!(truncate("e\u{301}e\u{301}", 2, ELLIPSIS), "e\u{301}e\u{301}");
    }

    #[test]
    fn padding_counts_columns_not_characters() {
        assert_eq!(pad("東", 4), "東  ");
        assert_eq!(pad_start("42", 4), "  42");
        assert_eq!(pad("wide", 2), "wide");
    }

    #[test]
    fn a_preview_is_one_line_of_the_first_words() {
        assert_eq!(one_line("\n\n  Hello,\r\n\tworld  \n", 40, ELLIPSIS), "Hello, world");
        assert_eq!(one_line("Hello, world", 8, ELLIPSIS), "Hello, …");
        let log = "x ".repeat(1_000_000);
        assert_eq!(width(&one_line(&log, 20, ELLIPSIS)), 20);
    }

    proptest! {
        #[test]
        fn width_equals_the_screen_for_any_text(text in ".{0,60}") {
            prop_assert_eq!(width(&text), drawn_width(&text));
        }

        #[test]
        fn a_truncated_text_fits(text in ".{0,60}", columns in 0_usize..40) {
            prop_assert!(width(&truncate(&text, columns, ELLIPSIS)) <= columns);
        }

        #[test]
        fn a_preview_is_one_line_that_fits(text in "(.|\n|\t|\u{1b}){0,60}", columns in 0_usize..40) {
            let line = one_line(&text, columns, ELLIPSIS);
            prop_assert!(width(&line) <= columns);
            prop_assert!(!line.contains(char::is_control));
        }
    }
}
