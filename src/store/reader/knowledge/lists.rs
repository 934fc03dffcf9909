//! Lists of articles: how good they are, what must be looked at, what is missing.

use rusqlite::Row;

use crate::desk::id::{ArticleId, PersonId, Seq};
use crate::desk::knowledge::{Phase, Proof};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;

/// An article in a list, with what readers made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleRow {
    /// Its number.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// The name of its type.
    pub kind: String,
    /// Where it is in its life.
    pub state: String,
    /// What that amounts to.
    pub phase: Phase,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// When it was last touched.
    pub updated: Timestamp,
    /// When it was last published or found to hold.
    pub confirmed: Option<Timestamp>,
    /// When somebody shall look whether it still holds.
    pub review: Option<Timestamp>,
    /// Its newest edition.
    pub edition: i64,
    /// What readers made of it.
    pub proof: Proof,
    /// When it last helped to work a ticket.
    pub used: Option<Timestamp>,
    /// How many flags are open.
    pub flags: i64,
}

/// Of what a reader says that something is wrong with it.
pub(super) const FLAGGED: &str = "a.id IN (SELECT article FROM feedback WHERE verdict = 'flag' AND settled IS NULL)";
/// What waits for somebody else to read it.
pub(super) const WAITING: &str = "a.phase = 1";

/// What is due for review by this time, or was called for it already.
pub(super) fn late(until: Timestamp) -> String {
    // Each half by its index; an OR of both would read all that holds.
    format!(
        "a.id IN (SELECT id FROM article WHERE phase = 3
                  UNION ALL SELECT id FROM article WHERE +phase = 2 AND review <= {})",
        until.0
    )
}

/// Why somebody must look at an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its review day has come.
    Review(Timestamp),
    /// A reader says that something is wrong with it.
    Flag(ArticleFlag),
    /// It waits for somebody else to read it before it is published.
    Waiting,
}

/// An article at which somebody must look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleDue {
    /// The article.
    pub article: ArticleRow,
    /// Why.
    pub why: Why,
}

/// What a reader says is wrong with an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleFlag {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: Option<PersonId>,
    /// What.
    pub comment: String,
    /// When somebody settled it.
    pub settled: Option<Timestamp>,
    /// What was done about it.
    pub answer: Option<String>,
}

/// What was looked for and not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// As it was last typed.
    pub typed: String,
    /// How often.
    pub times: i64,
    /// For the first time.
    pub first: Timestamp,
    /// For the last time.
    pub last: Timestamp,
}

pub(super) const ROW: &str =
    "SELECT a.id, a.title, a.type, a.state, a.phase, a.owner, a.updated, a.confirmed, a.review, a.edition,
  (SELECT count(*) FROM citation c WHERE c.article = a.id AND c.role = 'used'),
  (SELECT count(*) FROM feedback f WHERE f.article = a.id AND f.verdict = 'helped'),
  (SELECT count(*) FROM feedback f WHERE f.article = a.id AND f.verdict = 'failed'),
  (SELECT max(c.at) FROM citation c WHERE c.article = a.id AND c.role = 'used'),
  (SELECT count(*) FROM feedback f WHERE f.article = a.id AND f.verdict = 'flag' AND f.settled IS NULL)
  FROM article a";

impl Reader<'_> {
    /// The articles that came from files: number, file, hash of what it said.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn article_sources(&self) -> Result<Vec<(ArticleId, String, String)>, Refusal> {
        self.all("SELECT id, source, ifnull(hash, '') FROM article WHERE source IS NOT NULL ORDER BY id", [], |row| {
            Ok((ArticleId(row.get(0)?), row.get(1)?, row.get(2)?))
        })
    }

    /// The transaction that last took an article over from a file.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn article_taken_in(&self, id: ArticleId) -> Result<Option<Seq>, Refusal> {
        let changes = self.changes_of_article(id, Seq(0))?;
        let own = changes.iter().rev().filter(|change| change.table == "article");
        Ok(own.into_iter().find(|change| change.columns().any(|(name, ..)| name == "hash")).map(|change| change.seq))
    }

    /// The articles of these phases, by number; all of them where none is named.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn articles(&self, phases: &[Phase]) -> Result<Vec<ArticleRow>, Refusal> {
        self.articles_after(phases, ArticleId(0), usize::MAX)
    }

    /// A page of the articles of these phases, by number: those behind one, at most so many.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn articles_after(&self, phases: &[Phase], after: ArticleId, limit: usize) -> Result<Vec<ArticleRow>, Refusal> {
        let codes: Vec<i64> = phases.iter().map(|phase| phase.code()).collect();
        let behind = "WHERE a.id > ?1 AND (?2 = '[]' OR a.phase IN (SELECT value FROM json_each(?2)))";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.all(
            &format!("{ROW} {behind} ORDER BY a.id LIMIT ?3"),
            (after.0, serde_json::json!(codes).to_string(), limit),
            article_row,
        )
    }

    /// An article as lists show it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none of that number.
    pub fn article_row(&self, id: ArticleId) -> Result<ArticleRow, Refusal> {
        let found = self.one(&format!("{ROW} WHERE a.id = ?1"), [id.0], article_row)?;
        found.ok_or_else(|| Refusal::not_found(format!("there is no {}", id.number())))
    }

    /// The articles at which somebody must look: flagged ones first, then those in review, then those whose day has come by
    /// `until`, the most overdue first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn articles_due(&self, until: Timestamp) -> Result<Vec<ArticleDue>, Refusal> {
        let mut due = Vec::new();
        for article in self.all(&format!("{ROW} WHERE {FLAGGED} ORDER BY a.id"), [], article_row)? {
            let flags = self.flags(article.id)?.into_iter().filter(|flag| flag.settled.is_none());
            due.extend(flags.map(|flag| ArticleDue { article: article.clone(), why: Why::Flag(flag) }));
        }
        for article in self.all(&format!("{ROW} WHERE {WAITING} ORDER BY a.updated, a.id"), [], article_row)? {
            due.push(ArticleDue { article, why: Why::Waiting });
        }
        let late = format!("{ROW} WHERE {} ORDER BY a.review, a.id", late(until));
        for article in self.all(&late, [], article_row)? {
            let review = article.review.unwrap_or(until);
            due.push(ArticleDue { article, why: Why::Review(review) });
        }
        Ok(due)
    }

    /// Whether time has come for an article: to be published, or to be called for review.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn articles_fall(&self, now: Timestamp) -> Result<bool, Refusal> {
        let sql = "SELECT 1 FROM article WHERE publish_at <= ?1 OR (review <= ?1 AND phase = 2) LIMIT 1";
        Ok(self.one(sql, [now.0], |_| Ok(()))?.is_some())
    }

    /// What readers said is wrong with an article, the newest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn flags(&self, id: ArticleId) -> Result<Vec<ArticleFlag>, Refusal> {
        self.all(
            "SELECT at, person, comment, settled, answer FROM feedback
              WHERE article = ?1 AND verdict = 'flag' ORDER BY at DESC, id DESC",
            [id.0],
            |row| {
                Ok(ArticleFlag {
                    at: Timestamp(row.get(0)?),
                    person: row.get::<_, Option<i64>>(1)?.map(PersonId),
                    comment: row.get(2)?,
                    settled: row.get::<_, Option<i64>>(3)?.map(Timestamp),
                    answer: row.get(4)?,
                })
            },
        )
    }

    /// What was looked for in vain and still would be, the most wanted first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn gaps(&self, limit: usize) -> Result<Vec<Gap>, Refusal> {
        let all = self.all("SELECT typed, times, first, last FROM gap ORDER BY times DESC, last DESC", [], |row| {
            let time = |column: usize| row.get(column).map(Timestamp);
            Ok(Gap { typed: row.get(0)?, times: row.get(1)?, first: time(2)?, last: time(3)? })
        })?;
        let mut open = Vec::new();
        for gap in all {
            if open.len() == limit {
                break;
            }
            // Somebody may have written it since.
            if !self.finds_article(&gap.typed)? {
                open.push(gap);
            }
        }
        Ok(open)
    }
}

pub(super) fn article_row(row: &Row<'_>) -> rusqlite::Result<ArticleRow> {
    let time = |column: usize| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
    };
    Ok(ArticleRow {
        id: ArticleId(row.get(0)?),
        title: row.get(1)?,
        kind: row.get(2)?,
        state: row.get(3)?,
        phase: Phase::from_code(row.get(4)?).unwrap_or_default(),
        owner: row.get::<_, Option<i64>>(5)?.map(PersonId),
        updated: Timestamp(row.get(6)?),
        confirmed: time(7)?,
        review: time(8)?,
        edition: row.get(9)?,
        proof: Proof { uses: row.get(10)?, helped: row.get(11)?, failed: row.get(12)? },
        used: time(13)?,
        flags: row.get(14)?,
    })
}
