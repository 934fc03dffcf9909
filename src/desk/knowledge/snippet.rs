//! A line out of an article that shows why it was found, with the hits marked.

use std::ops::Range;

use crate::desk::knowledge::words::is_unspaced;
use crate::desk::query::located;

/// A piece of a text on one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The piece; `…` where something was cut.
    pub text: String,
    /// The bytes of it that were looked for.
    pub hits: Vec<Range<usize>>,
}

/// So much of a text is looked through, in bytes: what shows why a long article was found stands near its beginning, or the
/// beginning is shown.
const LOOKED_AT: usize = 24 << 10;

/// The part of a plain text where most of these tokens stand together, at most `room` characters long.
#[must_use]
pub fn snippet(text: &str, tokens: &[&str], room: usize) -> Snippet {
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let line = text.get(..end).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let hits = marked(&line, tokens);
    // From which hit on most different tokens stand within the room.
    let mut best = (0, 0);
    for (n, (hit, _)) in hits.iter().enumerate() {
        let within = hits.iter().skip(n).take_while(|(other, _)| other.end <= hit.start + room);
        let mut known: Vec<usize> = within.map(|(_, token)| *token).collect();
        known.sort_unstable();
        known.dedup();
        if known.len() > best.1 {
            best = (n, known.len());
        }
    }
    let first = hits.get(best.0).map_or(0, |(hit, _)| hit.start);
    // A few words before it, from the beginning of one; the whole beginning where it is near.
    let lead = if first <= room / 3 { 0 } else { first - room / 4 };
    let begin = match lead {
        0 => 0,
        _ => {
            let lead = (lead..=first).find(|at| line.is_char_boundary(*at)).unwrap_or(first);
            line.get(lead..first).and_then(|before| before.find(' ')).map_or(first, |blank| lead + blank + 1)
        }
    };
    let rest = line.get(begin..).unwrap_or_default();
    let cut = match rest.char_indices().nth(room) {
        None => rest,
        Some((at, _)) => {
            let whole = rest.get(..at).unwrap_or_default();
            whole
                .rfind(' ')
                .filter(|blank| begin + blank > first)
                .map_or(whole, |blank| whole.get(..blank).unwrap_or(whole))
        }
    };
    let mark = if begin > 0 { "…" } else { "" };
    let tail = if cut.len() < rest.len() || end < text.len() { "…" } else { "" };
    let within = hits.into_iter().map(|(hit, _)| hit).filter(|hit| hit.start >= begin && hit.end <= begin + cut.len());
    let hits = within.map(|hit| hit.start - begin + mark.len()..hit.end - begin + mark.len()).collect();
    Snippet { text: format!("{mark}{cut}{tail}"), hits }
}

/// Where any of these tokens stands in a line, in order.
#[must_use]
pub fn hits(line: &str, tokens: &[&str]) -> Vec<Range<usize>> {
    marked(line, tokens).into_iter().map(|(range, _)| range).collect()
}

/// Where the tokens stand in a line, in order, each with which token it is. A token also stands where a longer word begins
/// with it, and inside a run without blanks or a long identifier.
fn marked(line: &str, tokens: &[&str]) -> Vec<(Range<usize>, usize)> {
    let mut hits: Vec<(Range<usize>, usize)> = Vec::new();
    for (range, word) in located(line) {
        let own = line.get(range.clone()).unwrap_or_default();
        if own.contains(is_unspaced) {
            for (n, token) in tokens.iter().enumerate() {
                hits.extend(
                    own.match_indices(token).map(|(at, _)| (range.start + at..range.start + at + token.len(), n)),
                );
            }
            continue;
        }
        if let Some(n) = tokens.iter().position(|token| word.starts_with(token)) {
            hits.push((range, n));
        } else if let Some(n) = tokens.iter().position(|token| token.len() >= 4 && word.contains(token)) {
            hits.push((range, n));
        }
    }
    hits.sort_by_key(|(range, _)| (range.start, range.end));
    // Pairs of a run overlap: together they are one hit.
    let mut joined: Vec<(Range<usize>, usize)> = Vec::new();
    for (range, n) in hits {
        match joined.last_mut().filter(|(last, _)| range.start < last.end) {
            Some((last, _)) => last.end = last.end.max(range.end),
            None => joined.push((range, n)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, tokens: &[&str], room: usize) -> String {
        let Snippet { text, hits } = snippet(text, tokens, room);
        let mut marked = String::new();
        let mut at = 0;
        for hit in hits {
            marked.push_str(&format!("{}[{}]", &text[at..hit.start], &text[hit.clone()]));
            at = hit.end;
        }
        marked + &text[at..]
    }

    #[test]
    fn the_line_with_most_of_the_words_is_shown_and_they_are_marked() {
        let text = "The gateway is old.\n\nIt was bought in 2011 by nobody knows whom. When a laptop sleeps, the VPN drops and \
                    the gateway forgets it. Then restart the client.";
        assert_eq!(shown(text, &["vpn", "gatew"], 60), "…sleeps, the [VPN] drops and the [gateway] forgets it. Then…");
        assert_eq!(shown(text, &["nothing"], 30), "The gateway is old. It was…");
        assert_eq!(shown("short", &["sh"], 30), "[short]");
    }

    #[test]
    fn accents_runs_and_identifiers_are_marked() {
        assert_eq!(shown("Zugang für Zoë", &["zoe"], 40), "Zugang für [Zoë]");
        assert_eq!(shown("東京都で接続できない", &["接続", "続"], 40), "東京都で[接続]できない");
        assert_eq!(shown("see KubePodCrashLooping", &["crash"], 40), "see [KubePodCrashLooping]");
    }

    #[test]
    fn any_text_can_be_cut_anywhere() {
        for room in 0..40 {
            let Snippet { text, hits } = snippet("日本語 äöü e\u{301} 🙂🙂 日本 ", &["日本", "o", "e"], room);
            assert!(hits.iter().all(|hit| text.get(hit.clone()).is_some()), "{text:?} {hits:?}");
        }
    }
}
