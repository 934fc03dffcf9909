//! The journal as it is read: transactions, and the rows that each touched.

use std::collections::BTreeMap;

use rusqlite::Row;

use crate::desk::field::{Field, Value};
use crate::desk::id::{ArticleId, CiId, CommandId, Seq, TicketId};
use crate::desk::mark::Mark;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::apply::changes_of;
use crate::store::reader::Reader;
use crate::store::reader::sheet::hex;

/// One transaction of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its place.
    pub seq: Seq,
    /// The id that its client gave the command.
    pub command: String,
    /// When, by the clock of the machine that wrote it; order comes from `seq`.
    pub at: Timestamp,
    /// In whose name.
    pub author: String,
    /// Who acted in that name.
    pub via: Option<String>,
    /// On which machine.
    pub host: String,
    /// What kind of command: `edit`, `move`, `undo`.
    pub verb: String,
    /// One line that says what was done.
    pub summary: String,
    /// Why, in the author's words.
    pub reason: Option<String>,
    /// What the rules added, as the author was told.
    pub notices: Vec<String>,
    /// The transaction that it took back.
    pub undoes: Option<Seq>,
    /// The later transaction that took it back, if one did and was not taken back itself.
    pub undone_by: Option<Seq>,
    /// How many rows it touched.
    pub changes: i64,
}

/// One row that a transaction touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedRow {
    /// The transaction.
    pub seq: Seq,
    /// The table.
    pub table: String,
    /// The row.
    pub row: i64,
    /// The ticket to which the row belongs.
    pub ticket: Option<TicketId>,
    /// The CI to which the row belongs.
    pub ci: Option<CiId>,
    /// The article to which the row belongs.
    pub article: Option<ArticleId>,
    /// The columns that changed, as they were; `None` for a new row.
    pub before: Option<BTreeMap<String, Value>>,
    /// The same columns afterwards; `None` for a deleted row.
    pub after: Option<BTreeMap<String, Value>>,
}

impl ChangedRow {
    /// The columns with what they were and what they became; a new row was nothing, a deleted one becomes nothing.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Value, Value)> {
        let empty = BTreeMap::new();
        let names: Vec<&String> =
            self.after.as_ref().or(self.before.as_ref()).map(|map| map.keys().collect()).unwrap_or_default();
        let before = self.before.clone().unwrap_or_else(|| empty.clone());
        let after = self.after.clone().unwrap_or(empty);
        names.into_iter().map(move |name| {
            (name.as_str(), before.get(name).cloned().unwrap_or_default(), after.get(name).cloned().unwrap_or_default())
        })
    }
}

const TRANSACTION: &str = "SELECT x.seq, x.command, x.at, x.author, x.via, x.host, x.verb, x.summary, x.reason, x.receipt, x.undoes,
  (SELECT max(u.seq) FROM txn u WHERE u.undoes = x.seq AND NOT EXISTS (SELECT 1 FROM txn r WHERE r.undoes = u.seq)), ifnull(x.changes, 0)
  FROM txn x";

impl Reader<'_> {
    /// The newest transactions before `before`, newest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn log(&self, before: Option<Seq>, limit: usize) -> Result<Vec<Transaction>, Refusal> {
        self.all(
            &format!("{TRANSACTION} WHERE x.seq < ?1 ORDER BY x.seq DESC LIMIT ?2"),
            (before.map_or(i64::MAX, |seq| seq.0), i64::try_from(limit).unwrap_or(i64::MAX)),
            transaction,
        )
    }

    /// The transactions that touched a ticket, newest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn log_of(&self, ticket: TicketId) -> Result<Vec<Transaction>, Refusal> {
        self.all(
            &format!("{TRANSACTION} WHERE x.seq IN (SELECT seq FROM change WHERE ticket = ?1) ORDER BY x.seq DESC"),
            [ticket.0],
            transaction,
        )
    }

    /// One transaction.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the journal has no such place.
    pub fn transaction(&self, seq: Seq) -> Result<Transaction, Refusal> {
        self.one(&format!("{TRANSACTION} WHERE x.seq = ?1"), [seq.0], transaction)?
            .ok_or_else(|| Refusal::not_found(format!("the journal has no entry {seq}; see: deskhand log")))
    }

    /// The newest transaction of an author that can be taken back: neither taken back already nor itself a taking back. Looked
    /// for among the newest 10,000 entries: what lies further back is taken back by its number.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn last_of(&self, author: &str) -> Result<Option<Transaction>, Refusal> {
        self.one(
            &format!(
                "{TRANSACTION} WHERE x.author = ?1 AND x.undoes IS NULL AND x.verb <> 'found' AND x.seq > (SELECT max(seq) - 10000 FROM txn)
                   AND NOT EXISTS (SELECT 1 FROM txn u WHERE u.undoes = x.seq AND NOT EXISTS (SELECT 1 FROM txn r WHERE r.undoes = u.seq))
                 ORDER BY x.seq DESC LIMIT 1"
            ),
            [author],
            transaction,
        )
    }

    /// The newest undo of an author that was not taken back itself: what a redo takes back. Nothing, once they changed
    /// something else since: a redo never reaches back behind newer work.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn last_undo_of(&self, author: &str) -> Result<Option<Transaction>, Refusal> {
        self.one(
            &format!(
                "{TRANSACTION} WHERE x.author = ?1 AND x.verb = 'undo' AND x.seq > (SELECT max(seq) - 10000 FROM txn)
                   AND NOT EXISTS (SELECT 1 FROM txn u WHERE u.undoes = x.seq)
                   AND x.undoes IN (SELECT seq FROM txn WHERE undoes IS NULL)
                   AND NOT EXISTS (SELECT 1 FROM txn w WHERE w.author = ?1 AND w.seq > x.seq AND w.undoes IS NULL)
                 ORDER BY x.seq DESC LIMIT 1"
            ),
            [author],
            transaction,
        )
    }

    /// The rows that a transaction touched, in order.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn changes_of(&self, seq: Seq) -> Result<Vec<ChangedRow>, Refusal> {
        self.all(
            concat!(
                "SELECT seq, tbl, row, ticket, before, after, record FROM change WHERE ",
                changes_of!("?1"),
                " ORDER BY id"
            ),
            [seq.0],
            changed_row,
        )
    }

    /// The rows of a ticket that were touched after `since`, oldest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn changes_of_ticket(&self, ticket: TicketId, since: Seq) -> Result<Vec<ChangedRow>, Refusal> {
        self.all(
            "SELECT seq, tbl, row, ticket, before, after, record FROM change WHERE ticket = ?1 AND seq > ?2 ORDER BY id",
            [ticket.0, since.0],
            changed_row,
        )
    }

    /// What the fields of a ticket were at `version`, for those that changed since.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn changed_since(&self, ticket: TicketId, version: Seq) -> Result<BTreeMap<Field, Value>, Refusal> {
        let mut base = BTreeMap::new();
        for change in self.changes_of_ticket(ticket, version)? {
            if change.table == "ticket" {
                for (column, before, _) in change.columns() {
                    if let Some(field) = Field::named(column) {
                        base.entry(field).or_insert(before);
                    }
                }
            }
        }
        Ok(base)
    }

    /// The newest place in the journal.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn newest(&self) -> Result<Seq, Refusal> {
        Ok(Seq(self.one("SELECT max(seq) FROM txn", [], |row| row.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0)))
    }

    /// The newest entry, for a client to remember.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn mark(&self) -> Result<Mark, Refusal> {
        let desk = self.identity()?;
        let newest = self.one(
            "SELECT seq, hash, at, author FROM txn WHERE hash IS NOT NULL ORDER BY seq DESC LIMIT 1",
            [],
            |row| Ok((Seq(row.get(0)?), row.get::<_, Vec<u8>>(1)?, Timestamp(row.get(2)?), row.get(3)?)),
        )?;
        let (seq, hash, at, author) = newest.unwrap_or((Seq(0), Vec::new(), Timestamp(0), String::new()));
        Ok(Mark { desk, seq, hash: hex(&hash), at, author })
    }

    /// The hash with which an entry is sealed, in hexadecimal; `None` where there is no such entry.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn hash_at(&self, seq: Seq) -> Result<Option<String>, Refusal> {
        let hash = self.one("SELECT hash FROM txn WHERE seq = ?1", [seq.0], |row| row.get::<_, Option<Vec<u8>>>(0))?;
        Ok(hash.flatten().map(|hash| hex(&hash)))
    }

    /// Whether the desk has carried out a command.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn has_done(&self, id: CommandId) -> Result<bool, Refusal> {
        Ok(self.one("SELECT 1 FROM txn WHERE command = ?1", [id.to_string()], |_| Ok(()))?.is_some())
    }
}

/// What the journal reads of a receipt: its list of tickets may be long.
#[derive(serde::Deserialize)]
struct Told {
    #[serde(default)]
    notices: Vec<String>,
}

fn transaction(row: &Row<'_>) -> rusqlite::Result<Transaction> {
    let receipt: String = row.get(9)?;
    let notices = serde_json::from_str::<Told>(&receipt).map(|receipt| receipt.notices).unwrap_or_default();
    Ok(Transaction {
        seq: Seq(row.get(0)?),
        command: row.get(1)?,
        at: Timestamp(row.get(2)?),
        author: row.get(3)?,
        via: row.get(4)?,
        host: row.get(5)?,
        verb: row.get(6)?,
        summary: row.get(7)?,
        reason: row.get(8)?,
        notices,
        undoes: row.get::<_, Option<i64>>(10)?.map(Seq),
        undone_by: row.get::<_, Option<i64>>(11)?.map(Seq),
        changes: row.get(12)?,
    })
}

pub(super) fn changed_row(row: &Row<'_>) -> rusqlite::Result<ChangedRow> {
    let image = |column: usize| -> rusqlite::Result<Option<BTreeMap<String, Value>>> {
        let text: Option<String> = row.get(column)?;
        text.map(|text| {
            serde_json::from_str(&text).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
            })
        })
        .transpose()
    };
    let record = row.get::<_, Option<String>>(6)?;
    Ok(ChangedRow {
        seq: Seq(row.get(0)?),
        table: row.get(1)?,
        row: row.get(2)?,
        ticket: row.get::<_, Option<i64>>(3)?.map(TicketId),
        before: image(4)?,
        after: image(5)?,
        ci: record.as_ref().and_then(|number| number.parse().ok()),
        article: record.and_then(|number| number.parse().ok()),
    })
}
