//! What a doctor wants to know of a desk, without reading all of it.

use std::path::PathBuf;
use std::time::Duration;

use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::store::backup::beside;
use crate::store::drive::in_time;
use crate::store::{Finding, Store, open, schema, verify};

/// So many of the newest entries of the journal are held against their hashes.
pub const LOOKED_AT: i64 = 100;

/// How long somebody waits for the size of a file.
const ANSWER: Duration = Duration::from_secs(3);

/// The state of a desk file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The schema version of the file.
    pub schema: i64,
    /// The version of SQLite in this program.
    pub sqlite: &'static str,
    /// The size of the file in bytes; `None` where its drive does not answer.
    pub bytes: Option<u64>,
    /// The size of the write-ahead log beside it.
    pub log_bytes: u64,
    /// How many tickets it holds.
    pub tickets: i64,
    /// The newest entry of its journal.
    pub newest: Seq,
    /// The hash with which it is sealed, in hexadecimal.
    pub hash: String,
    /// What is wrong with the newest entries of the journal, at most [`LOOKED_AT`] of them.
    pub journal: Vec<Finding>,
    /// What SQLite's quick check found; empty when it found nothing.
    pub damage: Vec<String>,
    /// Whether all this but the size is of the local copy of a desk that lies on a network drive.
    pub of_copy: bool,
}

impl Store {
    /// Looks the desk over: sizes, versions, and SQLite's quick check, which reads every page but compares no index.
    ///
    /// # Errors
    /// When the file can't be read at all.
    pub fn health(&self) -> Result<Health, Refusal> {
        let sql = |error: rusqlite::Error| open::explain(&self.path, &error);
        let mut journal = Vec::new();
        let ask = || -> rusqlite::Result<(i64, i64, i64, Vec<String>)> {
            let schema = self.conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            let tickets = self.conn.query_row("SELECT count(*) FROM ticket", [], |row| row.get(0))?;
            let newest = self.conn.query_row("SELECT ifnull(max(seq), 0) FROM txn", [], |row| row.get(0))?;
            let mut statement = self.conn.prepare("PRAGMA quick_check(5)")?;
            let found = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok((schema, tickets, newest, found.into_iter().filter(|text| text != "ok").collect()))
        };
        let (schema, tickets, newest, damage) = ask().map_err(sql)?;
        if damage.is_empty() {
            verify::chain(&self.conn, Seq(newest - LOOKED_AT), &mut journal).map_err(sql)?;
        }
        let hash = self.read()?.mark()?.hash;
        let size = |path: PathBuf| std::fs::metadata(path).map(|meta| meta.len()).unwrap_or(0);
        let (file, log) = (self.path.clone(), beside(&self.path, "-wal"));
        let sizes = in_time(ANSWER, move || (size(file), size(log)));
        Ok(Health {
            schema,
            sqlite: rusqlite::version(),
            bytes: sizes.map(|(file, _)| file),
            log_bytes: sizes.map_or(0, |(_, log)| log),
            tickets,
            newest: Seq(newest),
            hash,
            journal,
            damage,
            of_copy: self.drive.is_some(),
        })
    }

    /// The schema version that this program writes.
    #[must_use]
    pub fn schema_version() -> i64 {
        schema::version()
    }
}
