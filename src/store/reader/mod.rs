//! Questions to a desk. Each is one method; lists load no bodies and page by key.

pub(crate) mod calendar;
pub(crate) mod change;
pub(crate) mod cmdb;
pub(crate) mod conflict;
pub(crate) mod facets;
pub(crate) mod filter;
pub(crate) mod history;
pub(crate) mod journal;
pub(crate) mod knowledge;
pub(crate) mod names;
pub(crate) mod reasons;
pub(crate) mod sheet;
pub(crate) mod tickets;
pub(crate) mod window;
pub(crate) mod wording;
pub(crate) mod words;

use std::path::Path;
use std::rc::Rc;

use rusqlite::{Connection, Params, Row, Transaction};

use crate::desk::refusal::Refusal;
use crate::desk::rules::Rules;
use crate::desk::shipped::{in_force, shipped, was_shipped};
use crate::store::open;

/// The reading door of a desk.
pub struct Reader<'a> {
    pub(crate) conn: &'a Connection,
    path: &'a Path,
    rules: Rc<Rules>,
    /// Held so that all questions see the same moment; `None` inside a command, which has its own transaction.
    _snapshot: Option<Transaction<'a>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        conn: &'a Connection,
        path: &'a Path,
        rules: Rc<Rules>,
        snapshot: Option<Transaction<'a>>,
    ) -> Reader<'a> {
        Reader { conn, path, rules, _snapshot: snapshot }
    }

    /// The desk's rules.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The desk's identity, which no copy under another name loses.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn identity(&self) -> Result<String, Refusal> {
        Ok(self.one("SELECT uuid FROM desk", [], |row| row.get(0))?.unwrap_or_default())
    }

    /// The configuration's documents by name.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn settings(&self) -> Result<Vec<(String, String)>, Refusal> {
        let all: Vec<(String, String)> =
            self.all("SELECT name, value FROM setting ORDER BY name", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let told = all.into_iter().map(|(name, text)| {
            let text = in_force(&name, &text).to_owned();
            (name, text)
        });
        Ok(told.collect())
    }

    /// The documents of a desk that it made its own from a text which Deskhand ships otherwise by now.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn outdated(&self) -> Result<Vec<String>, Refusal> {
        let begun: Vec<(String, String, String)> = self.all(
            "SELECT s.name, s.value, c.after FROM setting s JOIN change c ON c.tbl = 'setting' AND c.row = s.id AND c.ticket IS NULL
              WHERE c.id = (SELECT min(id) FROM change WHERE tbl = 'setting' AND row = s.id AND ticket IS NULL) ORDER BY s.name",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let outdated = begun.into_iter().filter(|(name, text, image)| {
            let first: std::collections::BTreeMap<String, String> = serde_json::from_str(image).unwrap_or_default();
            let first = first.get("value").map_or("", String::as_str);
            let now = shipped(name);
            now.is_some_and(|now| now != first && now != text.as_str())
                && was_shipped(name, first)
                && !was_shipped(name, text)
        });
        Ok(outdated.map(|(name, ..)| name).collect())
    }

    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Refusal> {
        self.conn
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_map(params, read)?.collect())
            .map_err(|error| self.explain(&error))
    }

    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Refusal> {
        Ok(self.all(sql, params, read)?.into_iter().next())
    }

    pub(crate) fn explain(&self, error: &rusqlite::Error) -> Refusal {
        open::explain(self.path, error)
    }
}
