//! The editions of an article: every version that was published, whole.

use rusqlite::Row;

use crate::desk::id::{ArticleId, PersonId};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;

/// What an article said when it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Counts from 1.
    pub n: i64,
    /// When it was published.
    pub at: Timestamp,
    /// By whom.
    pub person: Option<PersonId>,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// Its body, in Markdown.
    pub body: String,
}

impl Reader<'_> {
    /// The editions of an article, the newest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn editions(&self, id: ArticleId) -> Result<Vec<Edition>, Refusal> {
        self.all(
            "SELECT n, at, person, title, summary, body FROM edition WHERE article = ?1 ORDER BY n DESC",
            [id.0],
            edition,
        )
    }

    /// One edition of an article.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with how many there are.
    pub fn edition(&self, id: ArticleId, n: i64) -> Result<Edition, Refusal> {
        let found = self.one(
            "SELECT n, at, person, title, summary, body FROM edition WHERE article = ?1 AND n = ?2",
            (id.0, n),
            edition,
        )?;
        match found {
            Some(edition) => Ok(edition),
            None => {
                let newest = self.article(id)?.edition;
                Err(Refusal::not_found(match newest {
                    0 => format!("{} has no edition yet: it was never published", id.number()),
                    _ => format!("{} has no edition {n}; the newest is {newest}", id.number()),
                }))
            }
        }
    }

    /// An article as an edition of it, or as it is now without a number: its title, summary and body.
    ///
    /// # Errors
    /// As [`Reader::edition`].
    pub fn article_text(&self, id: ArticleId, n: Option<i64>) -> Result<(String, String, String), Refusal> {
        Ok(match n {
            Some(n) => {
                let edition = self.edition(id, n)?;
                (edition.title, edition.summary, edition.body)
            }
            None => {
                let article = self.article(id)?;
                (article.title, article.summary, article.body)
            }
        })
    }
}

fn edition(row: &Row<'_>) -> rusqlite::Result<Edition> {
    Ok(Edition {
        n: row.get(0)?,
        at: Timestamp(row.get(1)?),
        person: row.get::<_, Option<i64>>(2)?.map(PersonId),
        title: row.get(3)?,
        summary: row.get(4)?,
        body: row.get(5)?,
    })
}
