//! Searching articles as words are typed: exact first, then as they were perhaps meant, then any of them.

use rusqlite::params_from_iter;

use crate::desk::field::Value;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::ranking::WEIGHTS;
use crate::desk::knowledge::{Fit, Phase, Proof, Signals, Snippet, Term, Wanted, score, snippet, spaced};
use crate::desk::query::tokens;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::knowledge::narrow::Narrowing;
use crate::text::markdown::gist;

/// How articles were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// They have all that was typed.
    Exact,
    /// Nothing has that; they have this, which was perhaps meant: each mistyped word with what it was taken for.
    Corrected(Vec<(String, String)>),
    /// Nothing has all of it; they have some.
    Loose,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Found {
    /// The articles, the best first.
    pub hits: Vec<ArticleHit>,
    /// How they were found.
    pub how: How,
    /// Whether more than words was asked for, `type:runbook`.
    pub narrowed: bool,
}

impl Found {
    /// Whether the knowledge base has nothing on what was typed: then it is a gap.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        !self.narrowed && (self.hits.is_empty() || self.how == How::Loose)
    }
}

/// An article that was found.
#[derive(Clone, Debug)]
pub struct ArticleHit {
    /// Its number.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// What it says, in a sentence or two.
    pub summary: String,
    /// The name of its type.
    pub kind: String,
    /// Where it is in its life.
    pub state: String,
    /// What that amounts to.
    pub phase: Phase,
    /// When it was last touched.
    pub updated: Timestamp,
    /// Why it was found, with the hits marked.
    pub snippet: Snippet,
    /// How good it is, beside the others of the same search.
    pub score: f64,
}

/// Columns whose words tell what an article is about.
pub(super) const STRONG: &str = "{title headings tags codes}";
/// All columns that are searched; what an article links to is asked by itself.
pub(super) const ALL: &str = "{title headings body tags codes}";
/// So many of the most relevant are looked at in full; the order among them follows from more than words.
const LOOKED_AT: usize = 200;
/// So many characters of an article show why it was found.
const SNIPPET: usize = 160;
/// So many meanings of a mistyped word are tried.
const MEANINGS: usize = 3;

/// What was perhaps meant.
#[derive(Default)]
struct Meant {
    /// For each term what it may stand for.
    terms: Vec<Vec<Term>>,
    /// The words that were taken for others.
    corrected: Vec<(String, String)>,
}

/// An article by number with its BM25, the higher the better.
type Relevant = (ArticleId, f64);

impl Reader<'_> {
    /// The articles that have these words, the best first: a word is also the beginning of longer ones, `"in quotes"` a phrase,
    /// `-word` must not be there, `type:runbook` narrows. The number of an article finds it.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn search_articles(&self, words: &str, limit: usize, now: Timestamp) -> Result<Found, Refusal> {
        let wanted = Wanted::read(words);
        let mut found = self.search_wanted(&wanted, words, limit, now)?;
        if let Ok(id) = words.trim().parse::<ArticleId>()
            && self.one("SELECT 1 FROM article WHERE id = ?1", [id.0], |_| Ok(()))?.is_some()
        {
            found.hits.retain(|hit| hit.id != id);
            found.hits.truncate(limit.saturating_sub(1));
            found.hits.splice(0..0, self.hits(vec![(id, 1.0)], &wanted, words, 1, now)?);
            found.how = How::Exact;
        }
        Ok(found)
    }

    fn search_wanted(&self, wanted: &Wanted, typed: &str, limit: usize, now: Timestamp) -> Result<Found, Refusal> {
        let narrow = self.narrowing(&wanted.only)?;
        let narrowed = !narrow.is_empty();
        if wanted.terms.is_empty() {
            let relevant = if narrowed { self.narrowed(&narrow)? } else { Vec::new() };
            return Ok(Found { hits: self.hits(relevant, wanted, typed, limit, now)?, how: How::Exact, narrowed });
        }
        let exact = all_of(&wanted.terms.iter().map(one).collect::<Vec<_>>());
        let relevant = self.relevant(&exact, &wanted.without, &narrow, limit)?;
        if !relevant.is_empty() {
            return Ok(Found { hits: self.hits(relevant, wanted, typed, limit, now)?, how: How::Exact, narrowed });
        }
        let Meant { terms: meant, corrected } = self.meant(wanted)?;
        if !corrected.is_empty() {
            let groups: Vec<String> =
                meant.iter().map(|terms| any_of(&terms.iter().map(one).collect::<Vec<_>>())).collect();
            let relevant = self.relevant(&all_of(&groups), &wanted.without, &narrow, limit)?;
            if !relevant.is_empty() {
                let meant = Wanted { terms: meant.concat(), ..Wanted::default() };
                let hits = self.hits(relevant, &meant, typed, limit, now)?;
                return Ok(Found { hits, how: How::Corrected(corrected), narrowed });
            }
        }
        let terms = meant.concat();
        let some = any_of(&terms.iter().map(one).collect::<Vec<_>>());
        let relevant = self.relevant(&some, &wanted.without, &narrow, limit)?;
        let hits = self.hits(relevant, &Wanted { terms, ..Wanted::default() }, typed, limit, now)?;
        Ok(Found { hits, how: How::Loose, narrowed })
    }

    /// Whether any article has all of these words.
    pub(super) fn finds_article(&self, words: &str) -> Result<bool, Refusal> {
        let wanted = Wanted::read(words);
        let asked = format!("{ALL} : {}", all_of(&wanted.terms.iter().map(one).collect::<Vec<_>>()));
        Ok(!wanted.terms.is_empty() && self.any_article(&asked)?)
    }

    /// Whether full text finds anything.
    fn any_article(&self, asked: &str) -> Result<bool, Refusal> {
        let sql = "SELECT 1 FROM article_text WHERE article_text MATCH ?1 LIMIT 1";
        Ok(self.one(sql, [asked], |_| Ok(()))?.is_some())
    }

    /// The most relevant articles. What they are about is asked first: such hits outweigh all others, and the short columns
    /// are read quickly however common a word is; the bodies are read where those don't fill the list.
    fn relevant(
        &self,
        asked: &str,
        without: &[Term],
        narrow: &Narrowing,
        limit: usize,
    ) -> Result<Vec<Relevant>, Refusal> {
        let but = match without {
            [] => String::new(),
            terms => format!(" NOT {ALL} : {}", any_of(&terms.iter().map(one).collect::<Vec<_>>())),
        };
        let strong = self.ranked_articles(&format!("({STRONG} : {asked}){but}"), narrow)?;
        if strong.len() >= limit.max(1) {
            return Ok(strong);
        }
        self.ranked_articles(&format!("({ALL} : {asked}){but}"), narrow)
    }

    /// What full text finds, the most relevant first (BM25 as FTS5 computes it).
    pub(super) fn ranked_articles(&self, asked: &str, narrow: &Narrowing) -> Result<Vec<Relevant>, Refusal> {
        let weights: Vec<String> = WEIGHTS.iter().map(f64::to_string).collect();
        let sql = format!(
            "SELECT article_text.rowid, -bm25(article_text, {}, 0) AS relevance FROM article_text{} WHERE article_text MATCH ?{}
              ORDER BY relevance DESC LIMIT {LOOKED_AT}",
            weights.join(", "),
            if narrow.is_empty() { "" } else { " CROSS JOIN article a ON a.id = article_text.rowid" },
            narrow.and()
        );
        let values = std::iter::once(Value::from(asked)).chain(narrow.values.iter().cloned());
        self.all(&sql, params_from_iter(values), |row| Ok((ArticleId(row.get(0)?), row.get(1)?)))
    }

    /// What is narrowed without words, the latest first.
    fn narrowed(&self, narrow: &Narrowing) -> Result<Vec<Relevant>, Refusal> {
        let sql =
            format!("SELECT a.id FROM article a WHERE TRUE{} ORDER BY a.updated DESC LIMIT {LOOKED_AT}", narrow.and());
        self.all(&sql, params_from_iter(&narrow.values), |row| Ok((ArticleId(row.get(0)?), 1.0)))
    }

    /// Relevant articles as hits: in the order that [`score`] gives them, with what shows why they were found.
    pub(super) fn hits(
        &self,
        relevant: Vec<Relevant>,
        wanted: &Wanted,
        typed: &str,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<ArticleHit>, Refusal> {
        let asked = match wanted.only.is_empty() {
            true => tokens(&spaced(typed)),
            false => wanted.terms.iter().flat_map(|term| term.tokens.clone()).collect(),
        };
        let ids = serde_json::json!(relevant.iter().map(|(id, _)| id.0).collect::<Vec<_>>()).to_string();
        let mut hits = self.all(
            "SELECT a.id, a.title, a.summary, a.type, a.state, a.phase, a.updated, ifnull(a.confirmed, a.created),
                    (SELECT count(*) FROM citation c WHERE c.article = a.id AND c.role = 'used'),
                    (SELECT count(*) FROM feedback f WHERE f.article = a.id AND f.verdict = 'helped'),
                    (SELECT count(*) FROM feedback f WHERE f.article = a.id AND f.verdict = 'failed')
               FROM article a WHERE a.id IN (SELECT value FROM json_each(?1))",
            [ids],
            |row| {
                let (id, title) = (ArticleId(row.get(0)?), row.get::<_, String>(1)?);
                let relevance =
                    relevant.iter().find(|(known, _)| *known == id).map_or(0.0, |(_, relevance)| *relevance);
                let phase = Phase::from_code(row.get(5)?).unwrap_or_default();
                let signals = Signals {
                    relevance,
                    fit: fit(&title, &asked),
                    age: now.since(Timestamp(row.get(7)?)),
                    proof: Proof { uses: row.get(8)?, helped: row.get(9)?, failed: row.get(10)? },
                    phase,
                };
                Ok(ArticleHit {
                    id,
                    title,
                    summary: row.get(2)?,
                    kind: row.get(3)?,
                    state: row.get(4)?,
                    phase,
                    updated: Timestamp(row.get(6)?),
                    snippet: Snippet::default(),
                    score: score(&signals),
                })
            },
        )?;
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.id.cmp(&a.id)));
        hits.truncate(limit);
        let looked_for = wanted.tokens();
        for hit in &mut hits {
            let body: Option<String> =
                self.one("SELECT body FROM article WHERE id = ?1", [hit.id.0], |row| row.get(0))?;
            let mut text = gist(&body.unwrap_or_default()).plain;
            if text.trim().is_empty() {
                text.clone_from(&hit.summary);
            }
            hit.snippet = snippet(&text, &looked_for, SNIPPET);
        }
        Ok(hits)
    }

    /// What was perhaps meant by words of which no article has all.
    fn meant(&self, wanted: &Wanted) -> Result<Meant, Refusal> {
        let Meant { mut terms, mut corrected } = Meant::default();
        for term in &wanted.terms {
            let mut any = vec![term.clone()];
            if let [token] = term.tokens.as_slice()
                && !self.any_article(&format!("{ALL} : {}", one(term)))?
            {
                let near = self.near_words(token)?;
                corrected.extend(near.first().map(|word| (token.clone(), word.clone())));
                any.extend(near.into_iter().map(|word| Term { tokens: vec![word], prefix: false }));
            }
            terms.push(any);
        }
        Ok(Meant { terms, corrected })
    }

    /// The words of articles that a mistyped one may stand for, the nearest first: one edit away where it is short, two where
    /// it is longer (Damerau 1964: a letter more, less, another, or two exchanged). Begun like it first: few mistype the first
    /// letter.
    fn near_words(&self, word: &str) -> Result<Vec<String>, Refusal> {
        let length = word.chars().count();
        let reach = match length {
            0..=2 => return Ok(Vec::new()),
            3..=5 => 1,
            _ => 2,
        };
        let bag = letters(word);
        let near = |known: Vec<String>| -> Vec<(usize, String)> {
            let fits = known.into_iter().filter(|known| {
                known.chars().count().abs_diff(length) <= reach
                    // An edit changes two letters at most: cheap to ask, and nearly all words are out by it.
                    && usize::try_from((letters(known) ^ bag).count_ones()).is_ok_and(|differ| differ <= 2 * reach)
            });
            let told = fits.map(|known| (strsim::damerau_levenshtein(word, &known), known));
            told.filter(|(distance, _)| *distance <= reach).collect()
        };
        let first: String = word.chars().take(1).collect();
        let begun = "SELECT word FROM article_word WHERE word >= ?1 AND word < ?1 || char(1114111)";
        let mut found = near(self.all(begun, [&first], |row| row.get(0))?);
        if found.is_empty() {
            found = near(self.all("SELECT word FROM article_word", [], |row| row.get(0))?);
        }
        // Words that no article has any more were left behind.
        let mut living = Vec::new();
        for (distance, known) in found {
            let sql = "SELECT doc FROM article_vocabulary WHERE term = ?1";
            if let Some(articles) = self.one(sql, [&known], |row| row.get::<_, i64>(0))? {
                living.push((distance, -articles, known));
            }
        }
        living.sort();
        Ok(living.into_iter().take(MEANINGS).map(|(_, _, word)| word).collect())
    }
}

/// Which letters a word has, as bits.
fn letters(word: &str) -> u64 {
    word.chars().fold(0, |bits, c| bits | 1 << (u32::from(c) % 64))
}

/// How a title fits what was typed.
fn fit(title: &str, asked: &[String]) -> Fit {
    let own = tokens(&spaced(title));
    if own == asked {
        Fit::Same
    } else if !asked.is_empty() && asked.iter().all(|token| own.contains(token)) {
        Fit::Whole
    } else {
        Fit::Loose
    }
}

/// A term in FTS5's own words: a phrase in quotes, so that nothing in it is syntax.
pub(super) fn one(term: &Term) -> String {
    format!("\"{}\"{}", term.tokens.join(" "), if term.prefix { " *" } else { "" })
}

fn all_of(parts: &[String]) -> String {
    format!("({})", parts.join(" AND "))
}

pub(super) fn any_of(parts: &[String]) -> String {
    format!("({})", parts.join(" OR "))
}
