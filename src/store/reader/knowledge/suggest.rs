//! What may help with a ticket that is being written: articles about what its words are about, and tickets that were solved.

use std::collections::BTreeSet;

use crate::desk::id::{ArticleId, Kind, Number, TicketId};
use crate::desk::knowledge::{Term, Wanted, spaced};
use crate::desk::query::tokens;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::knowledge::narrow::Narrowing;
use crate::store::reader::knowledge::runbook::AlertRunbook;
use crate::store::reader::knowledge::search::{ALL, ArticleHit, STRONG, any_of, one};

/// What may help.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    /// The runbook of the alert that the ticket names; it is also the first of the articles.
    pub runbook: Option<AlertRunbook>,
    /// Articles, the best first.
    pub articles: Vec<ArticleHit>,
    /// Solved tickets, the most alike first.
    pub tickets: Vec<Similar>,
}

/// A ticket that was solved and reads alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Similar {
    /// The ticket.
    pub id: TicketId,
    /// Its number.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// How it was resolved.
    pub resolution: Option<String>,
    /// When.
    pub resolved: Option<Timestamp>,
}

/// So many articles and tickets are suggested.
const SUGGESTED: usize = 5;
/// So many words of a title, and of a description, are asked for: the rarest, which say most.
const OF_TITLE: usize = 6;
const OF_DESCRIPTION: usize = 4;
/// So many words of a description are looked up.
const LOOKED_UP: usize = 60;
/// A word in more of the articles than one of so many says nothing.
const COMMON: i64 = 4;
/// One in no more than one of so many tells something wherever it stands; others, only in what an article is about.
const RARE: i64 = 10;
/// A description of so many such words, all of which an article has, is no chance.
const ENOUGH: usize = 3;
/// So many of the newest tickets that have the words are compared.
const COMPARED: usize = 40;

/// The words that are asked for.
struct Asked {
    title: Vec<Word>,
    description: Vec<Word>,
}

/// A word of articles.
struct Word {
    text: String,
    /// Whether few have it.
    rare: bool,
}

impl Reader<'_> {
    /// What may help with a ticket of this title and description.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn suggest(&self, title: &str, description: &str) -> Result<Suggestions, Refusal> {
        self.suggest_tagged(title, description, &[])
    }

    /// What may help with a ticket as it is; of other tickets only.
    ///
    /// # Errors
    /// As [`Reader::ticket`].
    pub fn suggest_for(&self, id: TicketId) -> Result<Suggestions, Refusal> {
        let ticket = self.ticket(id)?;
        let mut found = self.suggest_tagged(&ticket.title, &ticket.description, &self.tags(id)?)?;
        found.tickets.retain(|similar| similar.id != id);
        Ok(found)
    }

    /// The same with the tags that it has, which may name an alert.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn suggest_tagged(&self, title: &str, description: &str, tags: &[String]) -> Result<Suggestions, Refusal> {
        let runbook = self.runbook_for(title, description, tags)?;
        let mut known = BTreeSet::new();
        let mut each = |text: &str| -> Vec<String> {
            let all = tokens(&spaced(text)).into_iter().filter(|token| token.chars().count() > 1);
            all.filter(|token| known.insert(token.clone())).collect()
        };
        let (title, description) = (each(title), each(description));
        let description: Vec<String> = description.into_iter().take(LOOKED_UP).collect();
        let asked =
            Asked { title: self.telling(&title, OF_TITLE)?, description: self.telling(&description, OF_DESCRIPTION)? };
        let mut articles = self.helping(&asked)?;
        if let Some(runbook) = &runbook {
            articles.retain(|hit| hit.id != runbook.id);
            articles.truncate(SUGGESTED - 1);
            let wanted = Wanted::default();
            articles.splice(0..0, self.hits(vec![(runbook.id, 1.0)], &wanted, "", 1, self.newest_time()?)?);
        }
        Ok(Suggestions { runbook, articles, tickets: self.solved_alike(&title)? })
    }

    /// When something was last written: whoever types has no better clock to tell what is fresh.
    fn newest_time(&self) -> Result<Timestamp, Refusal> {
        let now = self.one("SELECT at FROM txn ORDER BY seq DESC LIMIT 1", [], |row| row.get::<_, i64>(0))?;
        Ok(Timestamp(now.unwrap_or_default()))
    }

    /// The words that few articles have, the fewest first.
    fn telling(&self, words: &[String], limit: usize) -> Result<Vec<Word>, Refusal> {
        let all: i64 = self.one("SELECT count(*) FROM article", [], |row| row.get(0))?.unwrap_or(0);
        let mut found = Vec::new();
        for word in words {
            let sql = "SELECT doc FROM article_vocabulary WHERE term = ?1";
            // In a base of a few articles every word is common.
            if let Some(articles) = self.one(sql, [word], |row| row.get::<_, i64>(0))?
                && (articles <= 3 || articles <= all / COMMON)
            {
                found.push((articles, word.clone()));
            }
        }
        found.sort();
        let word = |(articles, text): (i64, String)| {
            let rare = text.chars().count() > 2 && (articles <= 3 || articles <= all / RARE);
            Word { text, rare }
        };
        Ok(found.into_iter().take(limit).map(word).collect())
    }

    fn helping(&self, wanted: &Asked) -> Result<Vec<ArticleHit>, Refusal> {
        let words = wanted.title.iter().chain(&wanted.description);
        let terms: Vec<Term> = words.map(|word| Term { tokens: vec![word.text.clone()], prefix: false }).collect();
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let asked = any_of(&terms.iter().map(one).collect::<Vec<_>>());
        let relevant = self.ranked_articles(&format!("{ALL} : {asked}"), &Narrowing::default())?;
        // What no longer holds, and what nobody has found good yet, is no help to somebody in a hurry.
        let live = "SELECT 1 FROM article WHERE id = ?1 AND phase IN (2, 3)";
        let mut kept = Vec::new();
        for (id, relevance) in relevant {
            if kept.len() < 2 * SUGGESTED
                && self.one(live, [id.0], |_| Ok(()))?.is_some()
                && self.is_about(id, wanted)?
            {
                kept.push((id, relevance));
            }
        }
        let wanted = Wanted { terms, ..Wanted::default() };
        self.hits(kept, &wanted, "", SUGGESTED, self.newest_time()?)
    }

    /// Whether an article has so much of what is asked that it is no chance: a word of the title in what it is about, two of them
    /// anywhere, or all that a description says.
    fn is_about(&self, id: ArticleId, asked: &Asked) -> Result<bool, Refusal> {
        let has = |columns: &str, word: &Word| -> Result<bool, Refusal> {
            let sql = "SELECT 1 FROM article_text WHERE article_text MATCH ?1 AND rowid = ?2";
            let found = self.one(sql, (format!("{columns} : (\"{}\")", word.text), id.0), |_| Ok(()))?;
            Ok(found.is_some())
        };
        let (mut weight, mut said) = (0, 0);
        for word in &asked.title {
            weight += if has(STRONG, word)? { 3 } else { 2 * u32::from(word.rare && has(ALL, word)?) };
        }
        for word in &asked.description {
            match has(STRONG, word)? {
                true => weight += 2,
                false => said += usize::from(word.rare && has(ALL, word)?),
            }
        }
        let whole = said >= ENOUGH && said == asked.description.iter().filter(|word| word.rare).count();
        // Who has typed a single word has not said more.
        let alone = asked.title.len() + asked.description.len() == 1 && weight > 0;
        Ok(whole || alone || weight + u32::from(said > 0) >= 3)
    }

    /// Solved tickets with words of a title. The newest that have most of its rarest words are compared: so many tickets as a
    /// desk has can't be ranked while somebody types.
    fn solved_alike(&self, title: &[String]) -> Result<Vec<Similar>, Refusal> {
        let mut rare = Vec::new();
        for word in title {
            let sql = "SELECT doc FROM ticket_vocabulary WHERE term = ?1";
            if let Some(tickets) = self.one(sql, [word], |row| row.get::<_, i64>(0))? {
                rare.push((tickets, word.as_str()));
            }
        }
        rare.sort_unstable();
        let mut found: Vec<(Similar, usize)> = Vec::new();
        // The rarest may be a name that no other ticket has.
        let sets: [&[usize]; 4] = [&[0, 1, 2], &[0, 1], &[1, 2], &[0]];
        for set in sets.into_iter().filter(|set| set.iter().all(|place| *place < rare.len())) {
            let words = set.iter().filter_map(|place| rare.get(*place));
            let words: Vec<String> = words.map(|(_, word)| format!("\"{word}\"")).collect();
            let alike = self.all(
                "SELECT t.id, t.kind, t.n, t.title, t.resolution, t.resolved
                   FROM ticket_text CROSS JOIN ticket t ON t.id = ticket_text.rowid
                  WHERE ticket_text MATCH ?1 AND t.phase >= 3 AND t.resolution IS NOT NULL
                  ORDER BY ticket_text.rowid DESC LIMIT ?2",
                (words.join(" AND "), i64::try_from(COMPARED).unwrap_or(i64::MAX)),
                |row| {
                    let Some(kind) = Kind::named(&row.get::<_, String>(1)?) else { return Ok(None) };
                    Ok(Some(Similar {
                        id: TicketId(row.get(0)?),
                        number: Number { kind, n: row.get(2)? },
                        title: row.get(3)?,
                        resolution: row.get(4)?,
                        resolved: row.get::<_, Option<i64>>(5)?.map(Timestamp),
                    }))
                },
            )?;
            for one in alike.into_iter().flatten() {
                let own = tokens(&spaced(&one.title));
                let shared = title.iter().filter(|word| own.contains(word)).count();
                if !found.iter().any(|(known, _)| known.id == one.id) {
                    found.push((one, shared));
                }
            }
            if found.len() >= SUGGESTED {
                break;
            }
        }
        // One word in common is chance, unless the title has no more.
        found.retain(|(_, shared)| *shared >= title.len().min(2));
        found.sort_by(|(a, shared), (b, other)| other.cmp(shared).then(b.id.cmp(&a.id)));
        found.truncate(SUGGESTED);
        Ok(found.into_iter().map(|(one, _)| one).collect())
    }
}
