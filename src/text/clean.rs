//! Cleaning of every text from outside: no control but a newline gets through, nothing that is invisible
//! or turns the reading direction, and nothing readable is hidden.
//!
//! A terminal obeys what it is sent. A ticket written by a stranger, a file name, a log with colours in it must
//! therefore be text and only text before it is drawn, printed, or put in a window title.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use super::width;

/// Where tabs stop: the eight columns that logs and tables were written for.
const TAB: usize = 8;
/// No colour or cursor sequence is longer; what is, is text that happens to begin with ESC.
const LONGEST_CSI: usize = 48;
/// No title or link sequence is longer. An unterminated one must not swallow the ticket.
const LONGEST_STRING: usize = 2048;

/// `text` as one line: newlines become spaces, and no control is left.
///
/// ```
/// assert_eq!(deskhand::text::clean_line("disk\u{1b}[31m full\r\nagain"), "disk full again");
/// ```
#[must_use]
pub fn clean_line(text: &str) -> Cow<'_, str> {
    clean(text, ' ')
}

/// `text` with its lines: CR LF, CR and the Unicode separators become `\n`, and no other control is left.
#[must_use]
pub fn clean_text(text: &str) -> Cow<'_, str> {
    clean(text, '\n')
}

fn clean(text: &str, newline: char) -> Cow<'_, str> {
    let harmless = |c: char| c == newline || !(c.is_control() || is_separator(c) || is_unseen(c));
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Cleaner { out: String::with_capacity(text.len()), column: 0, measured: 0, newline }.clean(text))
}

/// Ends a line although it is not `\n`.
fn is_separator(c: char) -> bool {
    matches!(c, '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Draws nothing, but turns, joins or hides what is drawn. U+200C and U+200D stay: scripts and emoji need them.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}'                          // soft hyphen
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // reading direction
        | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{feff}' // zero width
        | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' // format controls nobody should use
        | '\u{e0000}'..='\u{e007f}') // tags: invisible ASCII
}

struct Cleaner {
    out: String,
    /// The column at which `out[measured..]` begins.
    column: usize,
    measured: usize,
    newline: char,
}

impl Cleaner {
    fn clean(mut self, text: &str) -> String {
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\r' => {
                    rest.next_if_eq(&'\n');
                    self.end_line();
                }
                '\n' => self.end_line(),
                c if is_separator(c) => self.end_line(),
                '\t' => self.tab(),
                '\u{1b}' => {
                    if !skip_sequence(&mut rest) {
                        self.out.push('␛');
                    }
                }
                c if is_unseen(c) => {}
                c if c.is_control() => self.out.push(picture(c)),
                c => self.out.push(c),
            }
        }
        self.out
    }

    fn end_line(&mut self) {
        self.out.push(self.newline);
        if self.newline == '\n' {
            self.column = 0;
            self.measured = self.out.len();
        }
    }

    /// Spaces to the next tab stop. Only what came since the last one is measured, so many tabs cost no more than one.
    fn tab(&mut self) {
        self.column += self.out.get(self.measured..).map_or(0, width);
        let spaces = TAB - self.column % TAB;
        self.out.extend(std::iter::repeat_n(' ', spaces));
        self.column += spaces;
        self.measured = self.out.len();
    }
}

/// The visible sign of a control: U+2400 for NUL and so on.
fn picture(control: char) -> char {
    match u32::from(control) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    }
}

/// Moves `rest`, which stands after an ESC, behind the sequence that ESC begins; or says that it begins none.
fn skip_sequence(rest: &mut Peekable<Chars<'_>>) -> bool {
    let mut ahead = rest.clone();
    let complete = match ahead.next() {
        Some('[') => skip_csi(&mut ahead),
        Some(']' | 'P' | 'X' | '^' | '_') => skip_string(&mut ahead),
        // Character sets, which `tput sgr0` puts in many logs.
        Some('(' | ')' | '*' | '+') => ahead.next().is_some_and(|c| c.is_ascii_graphic()),
        _ => false,
    };
    if complete {
        *rest = ahead;
    }
    complete
}

fn skip_csi(ahead: &mut Peekable<Chars<'_>>) -> bool {
    for c in ahead.take(LONGEST_CSI) {
        match c {
            '\u{20}'..='\u{3f}' => {}
            '\u{40}'..='\u{7e}' => return true,
            _ => return false,
        }
    }
    false
}

fn skip_string(ahead: &mut Peekable<Chars<'_>>) -> bool {
    let mut after_escape = false;
    for c in ahead.take(LONGEST_STRING) {
        match c {
            '\u{07}' | '\u{9c}' => return true,
            '\\' if after_escape => return true,
            '\n' | '\r' => return false,
            _ => after_escape = c == '\u{1b}',
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn clean_text_is_not_copied() {
        assert!(matches!(clean_line("Grüße, 東京"), Cow::Borrowed(_)));
        assert!(matches!(clean_text("two\nlines"), Cow::Borrowed(_)));
    }

    #[test]
    fn colours_links_and_titles_go_and_their_text_stays() {
        assert_eq!(clean_line("\u{1b}[1;31mred\u{1b}[0m\u{1b}(B"), "red");
        assert_eq!(clean_line("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{7}"), "link");
        assert_eq!(clean_line("\u{1b}]0;title\u{7}body"), "body");
    }

    #[test]
    fn a_sequence_without_an_end_hides_nothing() {
        assert_eq!(clean_text("\u{1b}]0;title\nbody"), "␛]0;title\nbody");
        assert_eq!(clean_text("\u{1b}["), "␛[");
        assert_eq!(clean_text("\u{1b}c"), "␛c");
    }

    #[test]
    fn controls_become_visible() {
        assert_eq!(clean_line("a\0b\u{7f}c\u{9b}31md"), "a␀b␡c\u{fffd}31md");
    }

    #[test]
    fn direction_and_zero_width_characters_go() {
        assert_eq!(clean_line("invoice\u{202e}fdp.exe\u{200b}\u{feff}\u{e0041}"), "invoicefdp.exe");
        assert_eq!(clean_line("👩\u{200d}👧"), "👩\u{200d}👧");
    }

    #[test]
    fn every_end_of_line_is_one_newline_or_one_space() {
        assert_eq!(clean_text("a\r\nb\rc\nd\u{2028}e\u{85}f"), "a\nb\nc\nd\ne\nf");
        assert_eq!(clean_line("a\r\nb\rc\nd\u{2029}e"), "a b c d e");
    }

    #[test]
    fn tabs_stop_every_eight_columns() {
        assert_eq!(clean_text("a\tb\t\tc\n東\td"), "a       b               c\n東      d");
    }

    proptest! {
        #[test]
        fn no_control_survives(text in "(.|[\u{0}-\u{20}]|\u{1b}[\\[\\]P]|\r\n|[\u{200b}-\u{2069}]){0,80}") {
            let cleaned = clean_text(&text);
            prop_assert!(!cleaned.contains(|c: char| c != '\n' && (c.is_control() || is_separator(c) || is_unseen(c))));
            prop_assert!(!clean_line(&text).contains(char::is_control));
        }

        #[test]
        fn what_is_clean_stays_as_it_is(text in "(.|[\u{0}-\u{20}]|\u{1b}[\\[\\]P]){0,80}") {
            let once = clean_text(&text);
            prop_assert_eq!(clean_text(&once), once.as_ref());
        }
    }
}
