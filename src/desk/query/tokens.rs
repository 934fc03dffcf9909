//! What a word is in full text: the rules of SQLite's FTS5 tokenizer `unicode61 remove_diacritics 2`, told once in Rust.
//!
//! A token is a run of letters and digits; case and, on Latin letters, accents don't count. The store's index decides
//! what is found; this tells the same story where there is no index: <https://sqlite.org/fts5.html#unicode61_tokenizer>.
//!
//! FTS5 knows Unicode 6.1. What came later (newer emoji, say) it takes for letters, where this goes by today's Unicode.

use std::ops::Range;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// The tokens of `text`, folded.
///
/// ```
/// # use deskhand::desk::query::tokens;
/// assert_eq!(tokens("E-Mail für Zoë"), ["e", "mail", "fur", "zoe"]);
/// ```
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    located(text).into_iter().map(|(_, token)| token).collect()
}

/// The tokens of `text`, folded, each with the bytes that it takes.
#[must_use]
pub fn located(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match found.last_mut().filter(|_| open) {
            Some((range, token)) if is_token_char(c) => {
                token.push(folded(c));
                range.end = end;
            }
            // Part of the token, and dropped from it.
            Some((range, _)) if is_accent(c) => range.end = end,
            _ => {
                open = is_token_char(c);
                if open {
                    found.push((at..end, folded(c).to_string()));
                }
            }
        }
    }
    found
}

/// Whether there is anything in `text` that can be searched for.
pub(super) fn is_searchable(text: &str) -> bool {
    text.chars().any(is_token_char)
}

/// A name as names are compared: in Unicode's lower case, without white space around.
#[must_use]
pub fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A letter or number, or of private use: Unicode's categories L, N and Co.
fn is_token_char(c: char) -> bool {
    // What `char` calls alphabetic also holds vowel signs (marks) and circled letters (symbols).
    let symbol = matches!(c, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}');
    let private = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
    c.is_ascii_alphanumeric() || private || (c.is_alphanumeric() && !symbol && !is_combining_mark(c))
}

/// The combining accents that FTS5 reads over (`sqlite3Fts5UnicodeIsdiacritic`).
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{331}') && is_combining_mark(c)
}

/// One letter in lower case; a Latin one without its accents.
fn folded(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let folded = case_folded(c);
    let mut base = None;
    decompose_canonical(folded, |part| {
        base.get_or_insert(part);
    });
    match base {
        Some(letter) if letter.is_ascii_alphabetic() => letter.to_ascii_lowercase(),
        _ => folded,
    }
}

/// Unicode's simple case folding: by way of the upper case, so that `ς` is `σ` and `µ` is `μ`; never one letter to many.
fn case_folded(c: char) -> char {
    let upper = if c == 'ı' { None } else { single(c.to_uppercase()) };
    single(upper.unwrap_or(c).to_lowercase()).unwrap_or(c)
}

fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_know_the_bytes_that_they_take() {
        assert_eq!(located("é, Zoe\u{308}!"), [(0..2, String::from("e")), (4..9, String::from("zoe"))]);
    }

    #[test]
    fn tokens_are_runs_of_letters_and_digits_without_case_and_accents() {
        assert_eq!(tokens("BGP-Flap on fw1.example, 3×!"), ["bgp", "flap", "on", "fw1", "example", "3"]);
        assert_eq!(tokens("Ťříští Ṩ ệ"), ["tristi", "s", "e"]);
        assert_eq!(tokens("e\u{301}tude"), ["etude"]);
        assert_eq!(tokens("Straße ПРИВЕТ λόγος 5µs"), ["straße", "привет", "λόγοσ", "5μs"]);
        assert!(tokens(" *** \u{0}\u{301}").is_empty());
    }
}
