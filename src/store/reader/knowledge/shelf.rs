//! Articles to browse: shelf by shelf, page by page.

use rusqlite::params_from_iter;

use crate::desk::field::Value;
use crate::desk::id::{ArticleId, PersonId};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::cmdb::any_value;
use crate::store::reader::knowledge::lists::{ArticleRow, FLAGGED, ROW, WAITING, article_row, late};

/// Articles that are looked through together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// What holds, by title.
    Live,
    /// What is being written or waits for a reader, the latest first.
    Unpublished,
    /// What somebody must look at by this time, as [`Reader::articles_due`] tells; the most overdue first.
    Due(Timestamp),
    /// Of what a reader says that something is wrong with it, by title.
    Flagged,
    /// What somebody answers for and still holds or will, by title.
    Of(PersonId),
    /// What no longer holds, the latest first.
    Gone,
}

/// A place on a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfPlace(Value, ArticleId);

impl Shelf {
    /// Which articles lie there, and in which order.
    fn terms(self) -> (String, &'static str) {
        let title = "a.title COLLATE NOCASE";
        match self {
            // Nearly all hold: they are read in the order of their titles, not by where they are in their lives.
            Shelf::Live => (String::from("+a.phase IN (2, 3)"), title),
            Shelf::Unpublished => (String::from("a.phase IN (0, 1)"), "-a.updated"),
            Shelf::Due(now) => (format!("({} OR {WAITING} OR {FLAGGED})", late(now)), "ifnull(a.review, 0)"),
            Shelf::Flagged => (FLAGGED.to_owned(), title),
            Shelf::Of(person) => (format!("a.owner = {} AND a.phase < 4", person.0), title),
            Shelf::Gone => (String::from("a.phase = 4"), "-a.updated"),
        }
    }

    /// The places of a page, from its beginning or behind a place.
    pub(crate) fn page(self, behind: bool, limit: usize) -> String {
        let (mut wanted, key) = self.terms();
        if behind {
            // The first of the two lets an index be entered where the page begins.
            wanted = format!("{wanted} AND {key} >= ?1 AND ({key}, a.id) > (?1, ?2)");
        }
        format!("SELECT {key}, a.id FROM article a WHERE {wanted} ORDER BY {key}, a.id LIMIT {limit}")
    }
}

impl Reader<'_> {
    /// A page of a shelf, from its beginning or behind a place; and where it goes on, if it does.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn shelf(
        &self,
        shelf: Shelf,
        after: Option<&ShelfPlace>,
        limit: usize,
    ) -> Result<(Vec<ArticleRow>, Option<ShelfPlace>), Refusal> {
        let values = after.map(|ShelfPlace(value, id)| [value.clone(), Value::Int(id.0)]);
        // What each article is worth is counted for those of the page alone.
        let places =
            self.all(&shelf.page(after.is_some(), limit + 1), params_from_iter(values.iter().flatten()), |row| {
                Ok(ShelfPlace(any_value(row, 0)?, ArticleId(row.get(1)?)))
            })?;
        let next = places.get(limit.wrapping_sub(1)).filter(|_| places.len() > limit).cloned();
        let mut rows = Vec::with_capacity(places.len());
        for ShelfPlace(_, id) in places.iter().take(limit) {
            rows.extend(self.one(&format!("{ROW} WHERE a.id = ?1"), [id.0], article_row)?);
        }
        Ok((rows, next))
    }

    /// How many articles lie on a shelf.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn count_shelf(&self, shelf: Shelf) -> Result<i64, Refusal> {
        let (wanted, _) = shelf.terms();
        Ok(self.one(&format!("SELECT count(*) FROM article a WHERE {wanted}"), [], |row| row.get(0))?.unwrap_or(0))
    }
}
