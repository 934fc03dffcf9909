//! Hits: where the words of the filter stand in a text that is read.
//!
//! A word is found by the same rules by which the desk finds it; a phrase may go on in the next row.

use std::ops::Range;

use crate::desk::query::{Expr, Query, Term, TextMatch, located, tokens};

/// A token with its row and the bytes that it takes there.
type Token = (usize, Range<usize>, String);

/// One hit: the bytes that it takes in each of its rows, first row first.
pub type Hit = Vec<(usize, Range<usize>)>;

/// The words that a query looks for, without those that must not be there.
#[must_use]
pub fn words(query: &Query) -> Vec<TextMatch> {
    let mut found = Vec::new();
    if let Some(expr) = &query.filter {
        gather(expr, &mut found);
    }
    found
}

fn gather(expr: &Expr, found: &mut Vec<TextMatch>) {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| gather(part, found)),
        Expr::Term(Term::Text { any, .. }) => found.extend(any.iter().cloned()),
        Expr::Not(_) | Expr::Term(_) => {}
    }
}

/// The hits of these words in rows of text, in the order of reading.
#[must_use]
pub fn find(rows: &[String], words: &[TextMatch]) -> Vec<Hit> {
    let text: Vec<Token> = rows
        .iter()
        .enumerate()
        .flat_map(|(row, text)| located(text).into_iter().map(move |(range, token)| (row, range, token)))
        .collect();
    let wanted: Vec<(Vec<String>, bool)> = words.iter().map(|word| (tokens(&word.text), word.prefix)).collect();
    let mut hits = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let longest = wanted.iter().filter_map(|(phrase, prefix)| fits(&text, at, phrase, *prefix)).max().unwrap_or(0);
        let hit = text.iter().skip(at).take(longest).map(|(row, range, _)| (*row, range.clone()));
        if longest > 0 {
            hits.push(hit.collect());
        }
        at += longest.max(1);
    }
    hits
}

/// How many tokens from `at` on are this phrase.
fn fits(text: &[Token], at: usize, phrase: &[String], prefix: bool) -> Option<usize> {
    let here = text.get(at..at + phrase.len())?;
    let last = phrase.len().checked_sub(1)?;
    let same = |(place, ((.., token), wanted)): (usize, (&Token, &String))| {
        token == wanted || (prefix && place == last && token.starts_with(wanted.as_str()))
    };
    here.iter().zip(phrase).enumerate().all(same).then_some(phrase.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::query::parse;

    fn found(query: &str, rows: &[&str]) -> Vec<String> {
        let rows: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
        let hits = find(&rows, &words(&parse(query).unwrap()));
        let told = |hit: &Hit| -> String {
            hit.iter().map(|(row, range)| format!("{row}:{}", &rows[*row][range.clone()])).collect::<Vec<_>>().join(" ")
        };
        hits.iter().map(told).collect()
    }

    #[test]
    fn words_are_found_whatever_their_case_and_accents() {
        assert_eq!(found("vpn cafe", &["The VPN in the Café", "vpns"]), ["0:VPN", "0:Café"]);
        assert_eq!(found("vpn*", &["vpns and VPN"]), ["0:vpns", "0:VPN"]);
    }

    #[test]
    fn a_phrase_goes_on_in_the_next_row() {
        assert_eq!(found("\"bgp flap\"", &["a bgp", "flap, no bgp"]), ["0:bgp 1:flap"]);
    }

    #[test]
    fn what_must_not_be_there_is_no_hit() {
        assert_eq!(found("prio:1 -mail title:vpn", &["mail vpn prio"]), ["0:vpn"]);
    }
}
