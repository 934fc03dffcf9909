//! Whether a desk is whole: SQLite's own checks, the chain of hashes through its journal, and the rows against the journal.

mod copy;
mod ledger;
mod mend;

use std::collections::BTreeSet;
use std::fmt;

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use crate::desk::id::{ArticleId, Seq};
use crate::desk::refusal::Refusal;
use crate::store::reader::sheet::hex;
use crate::store::{Store, apply, full_text, open, put};

pub(crate) use mend::{close_unfinished, refuse_unfinished};

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// SQLite found a page, index or row damaged.
    Damage(String),
    /// A row refers to one that is not there.
    Orphan(String),
    /// A transaction of the journal is not what it was when it was sealed, or its predecessor was exchanged.
    Rewritten(Seq),
    /// The rows of a table are not what the journal says.
    Unjournaled(&'static str),
    /// A transaction was never sealed.
    Unsealed(Seq),
    /// The contents of an attachment, named by their checksum, are missing or others.
    Contents(String),
    /// Full text and tickets don't agree on this row.
    Unindexed(i64),
    /// Full text and articles don't agree on this one.
    UnindexedArticle(ArticleId),
    /// This machine's copy of a desk on a network drive is not as the desk, in these rows.
    Copy(&'static str),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Damage(text) => write!(f, "damaged: {text}"),
            Finding::Orphan(text) => write!(f, "a reference leads nowhere: {text}"),
            Finding::Rewritten(seq) => write!(f, "entry {seq} of the journal was changed after it was written"),
            Finding::Unsealed(seq) => {
                write!(
                    f,
                    "entry {seq} of the journal was never finished: somebody wrote into the file by hand. To close it: deskhand verify --mend"
                )
            }
            Finding::Unjournaled(table) => {
                write!(
                    f,
                    "the rows of {table} are not what the journal says: somebody or something changed them past it"
                )
            }
            Finding::Contents(sha256) => {
                write!(f, "the contents of an attachment are missing or do not fit their checksum {sha256}")
            }
            Finding::Copy(rows) => {
                write!(f, "this machine's local copy was not as the desk is ({rows}), and was made anew")
            }
            Finding::UnindexedArticle(id) => {
                write!(f, "{} can't be found by its text. To mend that: deskhand verify --mend", id.number())
            }
            Finding::Unindexed(id) => {
                write!(f, "the ticket in row {id} can't be found by its text. To mend that: deskhand verify --mend")
            }
        }
    }
}

impl Store {
    /// Everything that is not as it should be; empty when the desk is whole. Reads the whole file; of a desk on a network
    /// drive, a copy that is drawn of it, so that others wait for the reading only, and compares the local copy with it.
    ///
    /// # Errors
    /// When the file can't be read at all.
    pub fn verify(&self) -> Result<Vec<Finding>, Refusal> {
        let sql = |error: rusqlite::Error| open::explain(&self.path, &error);
        let Some(drive) = &self.drive else { return examine(&self.conn).map_err(sql) };
        let draft = put::draft_in(drive.folder())?;
        drive.draw(draft.path())?;
        let drawn = Connection::open(draft.path()).map_err(sql)?;
        let mut findings = examine(&drawn).map_err(sql)?;
        if findings.is_empty()
            && !self.is_outdated()
            && let Some(differs) = copy::differs(&self.conn, &drawn)
        {
            findings.push(Finding::Copy(differs));
            drive.renew();
        }
        Ok(findings)
    }
}

pub(crate) fn examine(conn: &Connection) -> rusqlite::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut statement = conn.prepare("PRAGMA integrity_check(20)")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text: String = row.get(0)?;
        if text != "ok" {
            findings.push(Finding::Damage(text));
        }
    }
    if !findings.is_empty() {
        return Ok(findings);
    }
    let mut statement = conn.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        findings.push(Finding::Orphan(format!("row {} of {table} into {parent}", id.unwrap_or_default())));
    }
    chain(conn, Seq(0), &mut findings)?;
    if findings.is_empty() {
        // Only a journal that holds can be held against the rows.
        findings.extend(ledger::disagreeing(conn)?.into_iter().map(|table| Finding::Unjournaled(table.name())));
    }
    contents(conn, &mut findings)?;
    findings.extend(unindexed(&full_text::astray(conn, 1)?));
    Ok(findings)
}

/// What full text and rows don't agree on.
fn unindexed(astray: &full_text::Reworded) -> impl Iterator<Item = Finding> {
    let articles = astray.articles.iter().map(|id| Finding::UnindexedArticle(ArticleId(*id)));
    astray.tickets.iter().copied().map(Finding::Unindexed).chain(articles)
}

/// Contents of attachments against their checksums. They are read one by one: there may be more than memory holds.
fn contents(conn: &Connection, findings: &mut Vec<Finding>) -> rusqlite::Result<()> {
    let mut statement = conn.prepare("SELECT sha256, bytes FROM blob")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let sha256: String = row.get(0)?;
        if hex(&Sha256::digest(row.get_ref(1)?.as_blob()?)) != sha256 {
            findings.push(Finding::Contents(sha256));
        }
    }
    // A desk on its way through the migrations does not have all of them.
    let mut missing = BTreeSet::new();
    for table in ["attachment", "inventory", "article_file"] {
        if conn.table_exists(None::<&str>, table)? {
            let sql = format!("SELECT sha256 FROM {table} WHERE sha256 NOT IN (SELECT sha256 FROM blob)");
            for sha256 in conn.prepare(&sql)?.query_map([], |row| row.get::<_, String>(0))? {
                missing.insert(sha256?);
            }
        }
    }
    findings.extend(missing.into_iter().map(Finding::Contents));
    Ok(())
}

/// The entries behind `after`, each against what it was sealed with and against its predecessor.
pub(super) fn chain(conn: &Connection, after: Seq, findings: &mut Vec<Finding>) -> rusqlite::Result<()> {
    let mut prev: Option<Vec<u8>> =
        conn.query_row("SELECT hash FROM txn WHERE seq = ?1", [after.0], |row| row.get(0)).optional()?.flatten();
    let mut statement = conn.prepare("SELECT seq, prev, hash, changes FROM txn WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = statement.query([after.0])?;
    while let Some(row) = rows.next()? {
        let seq = Seq(row.get(0)?);
        let (told, hash, changes): (Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>) =
            (row.get(1)?, row.get(2)?, row.get(3)?);
        let Some(hash) = hash else {
            findings.push(Finding::Unsealed(seq));
            continue;
        };
        let (computed, counted) = apply::hash_of(conn, seq, prev.as_deref())?;
        if computed != hash || told != prev || changes != Some(counted) {
            findings.push(Finding::Rewritten(seq));
        }
        prev = Some(hash);
    }
    // Every range ends where the next begins; what lies before the first is nobody's.
    let stray: Option<i64> = conn
        .query_row("SELECT seq FROM change WHERE id < (SELECT min(first) FROM txn) LIMIT 1", [], |row| row.get(0))
        .optional()?;
    findings.extend(stray.map(|seq| Finding::Rewritten(Seq(seq))));
    Ok(())
}
