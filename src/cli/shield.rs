//! Negated terms of a query, `-tag:vpn`, look like options. They are shielded from the parser of options, and bared again
//! where the query is read.

use std::ffi::OsString;

/// Stands in front of a shielded word. No argument of a process can hold it.
const SHIELD: char = '\0';

/// The verbs that take a query.
const ASKING: [&str; 3] = ["list", "search", "export"];

/// The verbs of one room that do.
const ASKING_OF: [(&str, &str); 2] = [("ci", "list"), ("kb", "search")];

/// The options before a verb that take a value.
const VALUED: [&str; 4] = ["--db", "--as", "--reason", "--format"];

/// Arguments in which the negated terms of a query pass for plain words.
pub(super) fn shield(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut at = 1;
    while let Some(option) = arguments.get(at).and_then(|word| word.to_str()).filter(|word| word.starts_with("--")) {
        at += if VALUED.contains(&option) { 2 } else { 1 };
    }
    let verb = arguments.get(at).and_then(|word| word.to_str()).unwrap_or_default();
    let next = arguments.get(at + 1).and_then(|word| word.to_str()).unwrap_or_default();
    if ASKING.contains(&verb) || ASKING_OF.contains(&(verb, next)) {
        for argument in arguments.iter_mut().skip(at + 1) {
            if let Some(word) = argument.to_str().filter(|word| is_negation(word)) {
                *argument = OsString::from(format!("{SHIELD}{word}"));
            }
        }
    }
    arguments
}

/// A word as it was before it was shielded.
pub(super) fn bare(word: &str) -> &str {
    word.strip_prefix(SHIELD).unwrap_or(word)
}

fn is_negation(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--") && !matches!(word, "-" | "-h")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shielded(line: &str) -> String {
        let words = line.split(' ').map(OsString::from);
        shield(words).iter().map(|word| word.to_str().unwrap().replace(SHIELD, "!")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn negated_terms_are_shielded_and_options_are_not() {
        assert_eq!(
            shielded("deskhand --db list list is:open -tag:vpn -(a or b) --sort -due -h"),
            "deskhand --db list list is:open !-tag:vpn !-(a or b) --sort !-due -h"
        );
        assert_eq!(
            shielded("deskhand ci list -has:location --sort -id"),
            "deskhand ci list !-has:location --sort !-id"
        );
        assert_eq!(shielded("deskhand kb search vpn -mac --limit 3"), "deskhand kb search vpn !-mac --limit 3");
        assert_eq!(shielded("deskhand ci set - tag-=x"), "deskhand ci set - tag-=x");
        assert_eq!(shielded("deskhand note inc1 -m list"), "deskhand note inc1 -m list");
        assert_eq!(bare("\0-tag:vpn"), "-tag:vpn");
    }
}
