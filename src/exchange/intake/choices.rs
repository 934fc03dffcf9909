//! Words from the desk's lists: those that it has are spelt as it does, others stay as they are and are counted.

use std::collections::BTreeMap;

use crate::desk::field::{Field, Shape};
use crate::desk::rules::Rules;
use crate::exchange::csv::Typed;

/// A warning names no more words than this.
const SHOWN: usize = 5;

/// The desk's lists of words, and the words that they lack.
pub struct Choices<'a> {
    rules: &'a Rules,
    unknown: BTreeMap<Field, BTreeMap<String, u64>>,
}

impl<'a> Choices<'a> {
    /// Nothing unknown yet.
    pub fn new(rules: &'a Rules) -> Choices<'a> {
        Choices { rules, unknown: BTreeMap::new() }
    }

    /// A word as the desk spells it, or as it is.
    pub fn own(&self, list: &str, word: String) -> String {
        self.find(list, &word).map_or(word, str::to_owned)
    }

    fn find(&self, list: &str, word: &str) -> Option<&'a str> {
        self.rules.words(list).into_iter().find(|known| known.eq_ignore_ascii_case(word))
    }

    /// Counts a ticket's word if its list does not have it.
    pub fn count(&mut self, field: Field, value: &Typed) {
        if let (Shape::Choice(list), Typed::Text(word)) = (field.shape(), value)
            && self.find(list, word).is_none()
        {
            *self.unknown.entry(field).or_default().entry(word.clone()).or_default() += 1;
        }
    }

    /// One sentence for each field, the most frequent words first.
    pub fn told(self) -> impl Iterator<Item = String> {
        self.unknown.into_iter().map(|(field, words)| {
            let mut words: Vec<(String, u64)> = words.into_iter().collect();
            words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let tickets: u64 = words.iter().map(|(_, count)| count).sum();
            let mut shown: Vec<String> =
                words.iter().take(SHOWN).map(|(word, count)| format!("'{word}' ({count})")).collect();
            if words.len() > SHOWN {
                shown.push(format!("and {} more", words.len() - SHOWN));
            }
            format!(
                "{field}: {} are in no list of this desk (choices.toml) and stay as they are, on {tickets} {}",
                shown.join(", "),
                if tickets == 1 { "ticket" } else { "tickets" }
            )
        })
    }
}
