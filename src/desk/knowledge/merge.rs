//! Two people's edits of one text, merged by paragraph.
//!
//! A paragraph is what blank lines part; a fenced block of code is one paragraph, blank lines and all. Each side's text is
//! laid beside the common base (longest common subsequence, Myers 1986, by `similar`), so that of every paragraph of the base
//! it is known what became of it on either side, and what was written between any two. What one side alone changed is taken;
//! what both changed in the same way is taken once; only the same paragraph changed in two ways is a clash. A line-wise
//! three-way merge would also stumble over edits of neighbouring paragraphs; this does not.

use std::borrow::Cow;

use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};

/// A paragraph that both changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Its place in the base, counted from 1.
    pub paragraph: usize,
    /// What both had seen.
    pub base: String,
    /// What the other made of it; empty where it was taken out.
    pub theirs: String,
    /// What you made of it; empty where it was taken out.
    pub yours: String,
}

/// Both edits in one text, or the paragraphs that both changed.
///
/// # Errors
/// The clashes, in the order of the base.
pub fn merge(base: &str, theirs: &str, yours: &str) -> Result<String, Vec<Clash>> {
    merge_by(base, theirs, yours, &|_| None)
}

/// Both edits in one text, with both wordings of what both changed between marks, as version control writes them.
#[must_use]
pub fn joined(base: &str, theirs: &str, yours: &str) -> String {
    let both = |clash: &Clash| {
        let part = |text: &str| if text.is_empty() { String::new() } else { format!("{text}\n") };
        Some(format!("{UNDECIDED}\n{}=======\n{}{YOURS}", part(&clash.theirs), part(&clash.yours)))
    };
    merge_by(base, theirs, yours, &both).unwrap_or_else(|_| yours.to_owned())
}

/// Before the other's wording, in a text of [`joined`].
pub const UNDECIDED: &str = "<<<<<<< theirs";
/// Behind yours.
const YOURS: &str = ">>>>>>> yours";

/// Whether a text still holds two wordings between marks.
#[must_use]
pub fn is_undecided(text: &str) -> bool {
    text.lines().any(|line| line.trim_end() == UNDECIDED || line.trim_end() == YOURS)
}

/// As [`merge()`]; of a paragraph that both changed, `settle` says what shall stand there, if that is known.
///
/// # Errors
/// The clashes of which it is not, in the order of the base.
pub fn merge_by(
    base: &str,
    theirs: &str,
    yours: &str,
    settle: &dyn Fn(&Clash) -> Option<String>,
) -> Result<String, Vec<Clash>> {
    if theirs == yours || yours == base {
        return Ok(theirs.to_owned());
    }
    if theirs == base {
        return Ok(yours.to_owned());
    }
    let (base, theirs, yours) = (paragraphs(base), paragraphs(theirs), paragraphs(yours));
    let (left, right) = (Fate::of(&base, &theirs), Fate::of(&base, &yours));
    let (mut merged, mut clashes): (Vec<Piece>, Vec<Clash>) = (Vec::new(), Vec::new());
    for (place, paragraph) in base.iter().map(Some).chain([None]).enumerate() {
        let (new, newer) = (left.written(place), right.written(place));
        // What both wrote here in the same words is there once.
        let newer = newer.iter().filter(|own| !new.iter().any(|other| other.text == own.text));
        merged.extend(new.iter().chain(newer).map(Paragraph::piece));
        let Some(base) = paragraph else { break };
        let (theirs, yours) = (left.became(place), right.became(place));
        let text = |one: Option<&Paragraph>| one.map(|one| one.text.to_owned()).unwrap_or_default();
        if text(theirs) == base.text {
            merged.extend(yours.map(Paragraph::piece));
        } else if text(yours) == base.text || text(theirs) == text(yours) {
            merged.extend(theirs.map(Paragraph::piece));
        } else {
            let clash =
                Clash { paragraph: place + 1, base: base.text.to_owned(), theirs: text(theirs), yours: text(yours) };
            match settle(&clash) {
                Some(settled) if settled.is_empty() => {}
                Some(settled) => merged.push((Cow::Owned(settled), base.gap)),
                None => clashes.push(clash),
            }
        }
    }
    if clashes.is_empty() { Ok(put_together(&merged)) } else { Err(clashes) }
}

/// A paragraph, and the blank lines behind it. Those are kept, and don't count when paragraphs are compared.
#[derive(Clone, Copy, Debug)]
struct Paragraph<'a> {
    text: &'a str,
    gap: &'a str,
}

/// The text of a paragraph and the blank lines behind it, on their way into a text.
type Piece<'a> = (Cow<'a, str>, &'a str);

impl<'a> Paragraph<'a> {
    fn piece(&self) -> Piece<'a> {
        (Cow::Borrowed(self.text), self.gap)
    }
}

/// The paragraphs of a text.
fn paragraphs(text: &str) -> Vec<Paragraph<'_>> {
    let mut bounds: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut goes_on, mut fence) = (0, false, None);
    for line in text.split_inclusive('\n') {
        let end = at + line.trim_end_matches(['\n', '\r']).len();
        if fence.is_none() && line.trim().is_empty() {
            goes_on = false;
        } else {
            match bounds.last_mut().filter(|_| goes_on) {
                Some(open) => open.1 = end,
                None => bounds.push((at, end)),
            }
            goes_on = true;
            fence = fenced(line, fence);
        }
        at += line.len();
    }
    let next = bounds.iter().skip(1).map(|(begin, _)| *begin).chain([text.len()]);
    let pairs = bounds.iter().zip(next);
    pairs
        .map(|((begin, end), next)| Paragraph {
            text: text.get(*begin..*end).unwrap_or_default(),
            gap: text.get(*end..next).unwrap_or_default(),
        })
        .collect()
}

/// The fence that is open behind a line: ``` or ~~~ (CommonMark 0.31, 4.5).
fn fenced<'a>(line: &'a str, open: Option<&'a str>) -> Option<&'a str> {
    let line = line.trim();
    let run = |c: char| line.get(..line.len() - line.trim_start_matches(c).len()).unwrap_or_default();
    match open {
        Some(fence) => {
            let closes = line.len() >= fence.len() && line.chars().all(|c| fence.starts_with(c));
            if closes { None } else { Some(fence) }
        }
        None => ['`', '~'].map(run).into_iter().find(|run| run.len() >= 3),
    }
}

/// A text from paragraphs: each pair parted by at least one blank line.
fn put_together(pieces: &[Piece<'_>]) -> String {
    let mut text = String::new();
    for (n, (own, gap)) in pieces.iter().enumerate() {
        text.push_str(own);
        let last = n + 1 == pieces.len();
        let parts = gap.bytes().filter(|byte| *byte == b'\n').count() >= 2;
        text.push_str(match (last, parts) {
            (true, _) => "\n",
            (false, true) => gap,
            (false, false) => "\n\n",
        });
    }
    text
}

/// What became of a base: of each of its paragraphs, and between them.
struct Fate<'a> {
    /// What stands for each paragraph now.
    became: Vec<Option<Paragraph<'a>>>,
    /// What was written before each paragraph, and behind the last.
    written: Vec<Vec<Paragraph<'a>>>,
}

impl<'a> Fate<'a> {
    fn of(base: &[Paragraph<'a>], now: &[Paragraph<'a>]) -> Fate<'a> {
        let (old, new): (Vec<&str>, Vec<&str>) =
            (base.iter().map(|one| one.text).collect(), now.iter().map(|one| one.text).collect());
        let mut fate = Fate { became: vec![None; base.len()], written: vec![Vec::new(); base.len() + 1] };
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            match op {
                DiffOp::Equal { old_index, new_index, len } => {
                    for n in 0..len {
                        fate.put(old_index + n, now.get(new_index + n));
                    }
                }
                DiffOp::Delete { .. } => {}
                DiffOp::Insert { old_index, new_index, new_len } => {
                    now.iter().skip(new_index).take(new_len).for_each(|one| fate.write(old_index, one));
                }
                DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                    let old = base.get(old_index..old_index + old_len).unwrap_or_default();
                    let new = now.get(new_index..new_index + new_len).unwrap_or_default();
                    let mut behind = old_index;
                    for (pair, paragraph) in paired(old, new).into_iter().zip(new) {
                        match pair {
                            Some(place) => {
                                fate.put(old_index + place, Some(paragraph));
                                behind = old_index + place + 1;
                            }
                            None => fate.write(behind, paragraph),
                        }
                    }
                }
            }
        }
        fate
    }

    fn put(&mut self, place: usize, paragraph: Option<&Paragraph<'a>>) {
        if let Some(became) = self.became.get_mut(place) {
            *became = paragraph.copied();
        }
    }

    fn write(&mut self, place: usize, paragraph: &Paragraph<'a>) {
        if let Some(written) = self.written.get_mut(place) {
            written.push(*paragraph);
        }
    }

    fn became(&self, place: usize) -> Option<&Paragraph<'a>> {
        self.became.get(place).and_then(Option::as_ref)
    }

    fn written(&self, place: usize) -> &[Paragraph<'a>] {
        self.written.get(place).map_or(&[], Vec::as_slice)
    }
}

/// So many pairs of paragraphs are compared word by word; a rewrite larger than that is paired in order.
const COMPARED: usize = 400;

/// Of which old paragraph each new one is the new wording, in order, as many as can be: those most alike.
fn paired(old: &[Paragraph<'_>], new: &[Paragraph<'_>]) -> Vec<Option<usize>> {
    if old.len() == new.len() || old.len().saturating_mul(new.len()) > COMPARED {
        return (0..new.len()).map(|n| Some(n).filter(|n| *n < old.len())).collect();
    }
    let columns = new.len() + 1;
    let at = |i: usize, j: usize| i * columns + j;
    // best[at(i, j)]: what the rests from i and j are worth at most. A pair is worth more than any likeness of one.
    let mut best = vec![0.0_f32; (old.len() + 1) * columns];
    let get = |best: &[f32], i: usize, j: usize| best.get(at(i, j)).copied().unwrap_or(0.0);
    let mut alike = vec![0.0_f32; old.len() * columns];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let ratio = TextDiff::from_words(a.text, b.text).ratio();
            if let Some(cell) = alike.get_mut(at(i, j)) {
                *cell = ratio;
            }
            let pair = 2.0 + ratio + get(&best, i + 1, j + 1);
            let worth = pair.max(get(&best, i + 1, j)).max(get(&best, i, j + 1));
            if let Some(cell) = best.get_mut(at(i, j)) {
                *cell = worth;
            }
        }
    }
    let mut pairs = vec![None; new.len()];
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        let here = get(&best, i, j);
        let pair = 2.0 + alike.get(at(i, j)).copied().unwrap_or(0.0) + get(&best, i + 1, j + 1);
        if pair >= here {
            if let Some(place) = pairs.get_mut(j) {
                *place = Some(i);
            }
            (i, j) = (i + 1, j + 1);
        } else if get(&best, i + 1, j) >= here {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
