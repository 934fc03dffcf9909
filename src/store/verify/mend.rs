//! What can be put right without a backup: an entry of the journal that nobody finished, and full text that lost tickets.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::{Finding, unindexed};
use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::store::{Store, apply, full_text, open};

/// Refuses to build on an entry that was never finished: what is written now would become part of it.
pub(crate) fn refuse_unfinished(conn: &Connection, path: &Path) -> Result<(), Refusal> {
    match unfinished(conn).map_err(|error| open::explain(path, &error))? {
        None => Ok(()),
        Some(seq) => {
            Err(Refusal::Damaged(format!("{}: {}. Nothing was changed", path.display(), Finding::Unsealed(seq))))
        }
    }
}

/// The newest entry, if it was never finished. Only the newest can be: entries come one after the other.
fn unfinished(conn: &Connection) -> rusqlite::Result<Option<Seq>> {
    let newest = conn
        .prepare_cached("SELECT seq, hash IS NULL FROM txn ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((Seq(row.get(0)?), row.get::<_, bool>(1)?)))
        .optional()?;
    Ok(newest.and_then(|(seq, open)| open.then_some(seq)))
}

/// Closes an entry that was never finished, as it is; tells which.
pub(crate) fn close_unfinished(conn: &Connection) -> rusqlite::Result<Option<Seq>> {
    let found = unfinished(conn)?;
    found.map_or(Ok(()), |seq| apply::seal(conn, seq))?;
    Ok(found)
}

impl Store {
    /// Puts right what can be without a backup, and tells what it was. An entry that was never finished is closed as it is,
    /// so that it can be looked at and taken back like any other; full text is written again where it does not fit.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn mend(&mut self) -> Result<Vec<Finding>, Refusal> {
        self.writable()?;
        if let Some(drive) = &self.drive {
            // Full text is the local copy's own, and verify has that made anew.
            return Ok(drive.mend()?.map(Finding::Unsealed).into_iter().collect());
        }
        let mend = |conn: &mut Connection| -> rusqlite::Result<Vec<Finding>> {
            let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut mended = Vec::new();
            mended.extend(close_unfinished(&transaction)?.map(Finding::Unsealed));
            let astray = full_text::astray(&transaction, -1)?;
            full_text::index(&transaction, &astray)?;
            mended.extend(unindexed(&astray));
            transaction.commit()?;
            Ok(mended)
        };
        mend(&mut self.conn).map_err(|error| open::explain(&self.path, &error))
    }
}
