//! What is wrong with a query: where, which word, and what was probably meant.

use std::fmt;

/// Why a text is no query.
///
/// Shown as `column 4: there is no field 'proi'; did you mean 'prio'?`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Where the offending word begins, in characters, from 1.
    pub column: usize,
    /// The offending word; empty where something is missing.
    pub word: String,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// The nearest thing that would have been right there.
    pub suggestion: Option<String>,
}

impl QueryError {
    pub(in crate::desk) fn new(column: usize, word: &str, message: impl Into<String>) -> Self {
        QueryError { column, word: word.to_owned(), message: message.into(), suggestion: None }
    }

    pub(in crate::desk) fn suggesting(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean '{suggestion}'?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QueryError {}

/// No word of the language is so long that a longer one could be a slip of it.
const LONGEST_SLIP: usize = 32;

/// The word of `known` for which `typed` is probably a slip: one that it begins, or at most two slips of the keyboard away.
pub(in crate::desk) fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let length = typed.chars().count();
    if length > LONGEST_SLIP {
        return None;
    }
    let distance = |word: &str| {
        if length >= 3 && word.starts_with(&typed) { 0 } else { strsim::damerau_levenshtein(&typed, word) }
    };
    known
        .map(|word| (distance(word), word))
        .filter(|(d, _)| *d <= 2 && *d < length)
        .min_by_key(|(d, _)| *d)
        .map(|(_, w)| w)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_a_slip_or_a_beginning_away() {
        let known = || ["prio", "priority", "project", "is"].into_iter();
        assert_eq!(nearest("proi", known()), Some("prio"));
        assert_eq!(nearest("PRIORTY", known()), Some("priority"));
        assert_eq!(nearest("proj", known()), Some("project"));
        assert_eq!(nearest("x", known()), None);
        assert_eq!(nearest("http", known()), None);
    }
}
