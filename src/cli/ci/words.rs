//! What the words of a command line name: CIs, and what is given to their fields.

use crate::cli::failure::Outcome;
use crate::cli::ids::several;
use crate::cli::open::Desk;
use crate::desk::id::CiId;

/// How a word changes a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Sign {
    /// `field=value`.
    Set,
    /// `field+=value`.
    Add,
    /// `field-=value`.
    Remove,
}

/// `field=value`, `tag+=x` or `tag-=x`, where the word is one.
pub(in crate::cli) fn given(word: &str) -> Option<(&str, Sign, &str)> {
    let (name, value) = word.split_once('=')?;
    let (name, sign) = match (name.strip_suffix('+'), name.strip_suffix('-')) {
        (Some(name), _) => (name, Sign::Add),
        (_, Some(name)) => (name, Sign::Remove),
        _ => (name, Sign::Set),
    };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    is_name.then_some((name, sign, value))
}

/// Whether all of these words are numbers of CIs: then a verb for everything means CIs.
pub(in crate::cli) fn are_cis(words: &[String]) -> bool {
    !words.is_empty() && words.iter().all(|word| word.parse::<CiId>().is_ok())
}

/// The CIs that these words name, each once, in their order. `-` reads them from stdin, the first word of each line.
///
/// All that are not found are told at once.
pub(super) fn cis(desk: &Desk, words: &[String]) -> Outcome<Vec<CiId>> {
    let reader = desk.read()?;
    several(words, "CI", |word| reader.find_ci(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_sign_adds_or_removes() {
        assert_eq!(given("memory=64"), Some(("memory", Sign::Set, "64")));
        assert_eq!(given("tag+=a,b"), Some(("tag", Sign::Add, "a,b")));
        assert_eq!(given("asset-tag=A=1"), Some(("asset-tag", Sign::Set, "A=1")));
        assert_eq!(given("tag-=x"), Some(("tag", Sign::Remove, "x")));
        assert_eq!((given("esx2"), given("=x"), given("10.0.0.1=x")), (None, None, None));
    }
}
