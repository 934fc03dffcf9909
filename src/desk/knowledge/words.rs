//! The words of articles and of searches: what the index holds, and what is asked of it.
//!
//! The index tokenizes as tickets' full text does (`unicode61`, see [`tokens`]). Two things are prepared for it. Scripts that
//! put no blanks between words are cut into overlapping pairs of characters, as Lucene's CJKBigramFilter does, so that any
//! part of a run is found. And identifiers such as `KubePodCrashLooping`, `ORA-00600` or `0x80070005` are also kept whole and in
//! their parts, so that both ways of typing them find them.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::desk::id::ArticleId;
use crate::desk::knowledge::narrow::{self, Only};
use crate::desk::query::tokens;
use crate::text::markdown::Gist;

/// A text as it is indexed and asked for: compatibility forms are unified (full-width letters, presentation forms of Arabic),
/// vowel points of Hebrew and Arabic left out, and runs of scripts without blanks cut into pairs.
///
/// ```
/// # use deskhand::desk::knowledge::spaced;
/// assert_eq!(spaced("VPN 接続エラー"), "VPN 接続 続エ エラ ラー ー");
/// ```
#[must_use]
pub fn spaced(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    let mut run: Vec<char> = Vec::new();
    for c in text.nfkc().filter(|c| !is_point(*c)) {
        if is_unspaced(c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            pairs(&mut out, &mut run);
            if c.is_alphanumeric() {
                out.push(' ');
            }
        }
        out.push(c);
    }
    pairs(&mut out, &mut run);
    out
}

/// Writes a run as its pairs, and its last character alone.
fn pairs(out: &mut String, run: &mut Vec<char>) {
    for (n, first) in run.iter().enumerate() {
        if out.ends_with(|c: char| !c.is_whitespace()) {
            out.push(' ');
        }
        out.push(*first);
        out.extend(run.get(n + 1));
    }
    run.clear();
}

/// A vowel point or stretching stroke, which people leave out when they type.
fn is_point(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}')
}

/// Of a script that parts words by nothing or seldom: Han, kana, Hangul, Thai, Lao, Burmese, Khmer.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e30}' | '\u{e32}' | '\u{e33}' | '\u{e40}'..='\u{e46}' | '\u{e81}'..='\u{eb0}' | '\u{ec0}'..='\u{ec6}'
        | '\u{1000}'..='\u{102a}' | '\u{1780}'..='\u{17b3}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{323af}')
}

/// At most so many identifiers of one article are kept apart.
const CODES: usize = 400;

/// The identifiers in a text as the index keeps them beside it: each whole, without what parts it, and in its parts.
///
/// ```
/// # use deskhand::desk::knowledge::codes;
/// assert_eq!(codes("see KubePodCrashLooping, ORA-00600"), ["kubepodcrashlooping kube pod crash looping", "ora00600 ora 00600"]);
/// ```
#[must_use]
pub fn codes(text: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')));
    let words = words.map(|word| word.trim_matches(['_', '-', '.', ':'])).filter(|word| (3..=80).contains(&word.len()));
    let mut found = Vec::new();
    for word in words {
        let parts = parts(word);
        if parts.len() < 2 || !is_code(word) {
            continue;
        }
        let whole: String = parts.concat();
        let code = format!("{whole} {}", parts.join(" "));
        if known.insert(code.clone()) {
            found.push(code);
        }
        if found.len() == CODES {
            break;
        }
    }
    found
}

/// Whether a word in parts is an identifier: it has an inner capital, a digit beside a letter, or an underscore. `e-mail` is none.
fn is_code(word: &str) -> bool {
    let inner = word.chars().zip(word.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    let mixed = word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(char::is_alphabetic);
    inner || mixed || word.contains('_')
}

/// The parts of an identifier in lower case: at punctuation, where a capital follows a small letter, and before the last
/// capital of a row of them (`HTTPServer` is http, server). Digits stay with the letters before them.
fn parts(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    let mut letters = word.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = letters.next() {
        if !c.is_alphanumeric() {
            parts.extend(Some(std::mem::take(&mut part)).filter(|part| !part.is_empty()));
            before = None;
            continue;
        }
        let ends_row = before.is_some_and(char::is_uppercase) && letters.peek().is_some_and(|next| next.is_lowercase());
        let rises = before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit());
        if c.is_uppercase() && (rises || ends_row) && !word.starts_with("0x") {
            parts.extend(Some(std::mem::take(&mut part)).filter(|part| !part.is_empty()));
        }
        part.extend(c.to_lowercase());
        before = Some(c);
    }
    parts.extend(Some(part).filter(|part| !part.is_empty()));
    match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        // People also look for the number alone.
        Some(number) if parts.len() == 1 => vec![String::from("0x"), number.to_lowercase()],
        _ => parts,
    }
}

/// The articles that an article names: by links, `[the page](KB-3)`, and in its text.
#[must_use]
pub fn mentions(gist: &Gist) -> BTreeSet<ArticleId> {
    let linked = gist.links.iter().filter_map(|link| link.split('#').next()?.parse().ok());
    let words = gist.plain.split(|c: char| !(c.is_alphanumeric() || c == '-'));
    let named = words.filter(|word| word.contains('-')).filter_map(|word| word.parse().ok());
    linked.chain(named).collect()
}

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Each must be found.
    pub terms: Vec<Term>,
    /// None of these may be.
    pub without: Vec<Term>,
    /// What an article must be beside.
    pub only: Vec<Only>,
}

/// One word or phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its tokens, side by side.
    pub tokens: Vec<String>,
    /// Whether longer words that begin like its last token are meant too.
    pub prefix: bool,
}

impl Wanted {
    /// Reads words as they are typed: each is also the beginning of longer ones; `"in quotes"` a phrase as it stands; `-x`
    /// what must not be there; `type:runbook` what it must be. Half-typed quotes are a phrase so far.
    ///
    /// ```
    /// # use deskhand::desk::knowledge::Wanted;
    /// let wanted = Wanted::read("vpn \"after sleep\" -mac");
    /// assert_eq!(wanted.terms.len(), 2);
    /// assert!(wanted.terms[0].prefix && !wanted.terms[1].prefix);
    /// assert_eq!(wanted.without[0].tokens, ["mac"]);
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Wanted {
        let mut wanted = Wanted::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let negated = rest.strip_prefix('-').filter(|after| !after.starts_with([' ', '-']));
            let from = negated.unwrap_or(rest);
            if let Some((mark, values, behind)) = narrow::read(from) {
                if !values.is_empty() {
                    wanted.only.push(Only { mark, values, not: negated.is_some() });
                }
                rest = behind.trim_start();
                continue;
            }
            let (word, quoted, behind) = match from.strip_prefix('"') {
                Some(phrase) => match phrase.split_once('"') {
                    Some((phrase, behind)) => (phrase, true, behind),
                    None => (phrase, false, ""),
                },
                None => {
                    let end = from.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(from.len());
                    let (word, behind) = from.split_at(end);
                    (word, false, behind)
                }
            };
            let tokens = tokens(&spaced(word));
            if !tokens.is_empty() {
                // A run of characters goes on in the text, whether it is quoted or not.
                let term = Term { tokens, prefix: !quoted || word.ends_with(is_unspaced) };
                if negated.is_some() { wanted.without.push(term) } else { wanted.terms.push(term) }
            }
            rest = behind.trim_start();
        }
        // One letter begins too many words to say anything: it stands for itself, or will be a word when more is typed.
        let is_letter = |term: &Term| matches!(term.tokens.as_slice(), [only] if only.len() == 1);
        for term in wanted.terms.iter_mut().filter(|term| is_letter(term)) {
            term.prefix = false;
        }
        if wanted.terms.len() > 1 && wanted.terms.last().is_some_and(is_letter) && !text.ends_with(char::is_whitespace)
        {
            wanted.terms.pop();
        }
        wanted
    }

    /// Whether anything is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.only.is_empty()
    }

    /// The same search however it was typed: what counts searches that found nothing.
    #[must_use]
    pub fn normal(&self) -> String {
        let words: BTreeSet<String> = self.terms.iter().map(|term| term.tokens.join(" ")).collect();
        words.into_iter().collect::<Vec<_>>().join(" ")
    }

    /// Every token that is looked for, each once.
    #[must_use]
    pub fn tokens(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for token in self.terms.iter().flat_map(|term| &term.tokens) {
            if !all.contains(&token.as_str()) {
                all.push(token);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_without_blanks_are_cut_into_pairs() {
        assert_eq!(spaced("東京都 VPN"), "東京 京都 都 VPN");
        assert_eq!(spaced("東"), "東");
        assert_eq!(spaced("Ｖ接続"), "V 接続 続");
        assert_eq!(spaced("שָׁלוֹם"), "שלום");
        assert_eq!(spaced("plain"), "plain");
    }

    #[test]
    fn identifiers_are_kept_whole_and_in_parts() {
        assert_eq!(
            codes("HTTPServer_Error v2.4 e-mail the End. KubePod"),
            ["httpservererror http server error", "v24 v2 4", "kubepod kube pod"]
        );
        assert_eq!(codes("0x80070005 (0x80070005)"), ["0x80070005 0x 80070005"]);
        assert_eq!(codes("ERR_CONNECTION_REFUSED"), ["errconnectionrefused err connection refused"]);
        assert!(codes("The printer is slow. Turn it off-line").is_empty());
    }

    #[test]
    fn what_is_typed_is_read_as_it_grows() {
        let term = |tokens: &[&str], prefix| Term { tokens: tokens.iter().map(|t| (*t).to_owned()).collect(), prefix };
        assert_eq!(
            Wanted::read("Drucker \"papier sta").terms,
            [term(&["drucker"], true), term(&["papier", "sta"], true)]
        );
        assert_eq!(Wanted::read("ORA-00600").terms, [term(&["ora", "00600"], true)]);
        assert_eq!(Wanted::read("  - -- \"\" ").terms, []);
        assert_eq!(Wanted::read("bb aa AA").normal(), "aa bb");
        assert_eq!(Wanted::read("drucker n").terms, [term(&["drucker"], true)], "a word is just begun");
        assert_eq!(Wanted::read("vitamin c ").terms, [term(&["vitamin"], true), term(&["c"], false)]);
        assert_eq!(Wanted::read("接続").terms, [term(&["接続", "続"], true)]);
    }
}
