//! The first local copy of a desk on a drive: read in slices, so that the others work on while it is made.
//!
//! Rows that change behind the slices are named by the journal, like all other news: the copy is caught up before anybody
//! reads it.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use super::delta::{self, Cells, put};
use super::replica::mark;
use crate::desk::refusal::Refusal;
use crate::store::batch::Table as Journaled;
use crate::store::{full_text, open, schema};

/// A slice ends after so many rows, or so many bytes.
const ROWS: usize = 20_000;
const BYTES: usize = 8 << 20;

/// A table that is being copied: rows after `done` up to `last`. What comes later is named by the journal.
struct Table {
    name: &'static str,
    done: i64,
    last: i64,
}

/// A copy in the making.
pub(crate) struct Copying<'a> {
    conn: Connection,
    path: &'a Path,
    /// The tables that are still to come, the next one last.
    tables: Vec<Table>,
    done: i64,
    all: i64,
    /// Statements that make the indexes, which are quicker made when all rows are there.
    indexes: Vec<String>,
}

impl<'a> Copying<'a> {
    /// Begins a copy in a new file at `path`.
    pub(crate) fn begin(desk: &Connection, path: &'a Path) -> Result<Copying<'a>, Refusal> {
        let ready = || -> rusqlite::Result<Copying<'a>> {
            let mut conn = Connection::open_with_flags(path, OpenFlags::default())?;
            // A copy that is lost with the machine is made again.
            conn.pragma_update(None, "journal_mode", "off")?;
            conn.pragma_update(None, "synchronous", "off")?;
            schema::admit(&conn)?;
            schema::migrate(&mut conn)?;
            schema::remove_triggers(&conn)?;
            conn.pragma_update(None, "foreign_keys", false)?;
            let indexes = put_off_indexes(&conn)?;
            let journaled = Journaled::ALL.iter().map(|table| table.name());
            let mut tables = Vec::new();
            for name in journaled.chain(["blob", "change", "txn", "desk"]) {
                let last = format!("SELECT ifnull(max(rowid), 0) FROM {name}");
                tables.push(Table { name, done: 0, last: desk.query_row(&last, [], |row| row.get(0))? });
            }
            // The numbers given out change with an entry of the journal only, and each delta brings them.
            delta::counters(desk)?.iter().try_for_each(|cells| put(&conn, "INSERT", "counter", cells))?;
            let all = tables.iter().map(|table| table.last).sum();
            Ok(Copying { conn, path, tables, done: 0, all, indexes })
        };
        ready().map_err(|error| open::explain(path, &error))
    }

    /// Reads the next slice while the desk is held, of one table or of many small ones. What it returns is written after
    /// the lock is given back; `None` when all is there.
    pub(crate) fn read(&mut self, desk: &Connection) -> Result<Option<Slice>, Refusal> {
        let mut slice = Slice::default();
        while slice.has_room()
            && let Some(table) = self.tables.last_mut()
        {
            slice.take(desk, table).map_err(|error| open::explain(self.path, &error))?;
            if table.done >= table.last {
                self.tables.pop();
            }
        }
        Ok((!slice.rows.is_empty()).then_some(slice))
    }

    /// Writes a slice; says how much of all is done.
    pub(crate) fn write(&mut self, slice: &Slice) -> Result<(i64, i64), Refusal> {
        let write = || -> rusqlite::Result<()> {
            let transaction = self.conn.unchecked_transaction()?;
            slice.rows.iter().try_for_each(|(table, cells)| put(&transaction, "INSERT OR REPLACE", table, cells))?;
            transaction.commit()
        };
        write().map_err(|error| open::explain(self.path, &error))?;
        self.done += i64::try_from(slice.rows.len()).unwrap_or(0);
        Ok((self.done.min(self.all), self.all))
    }

    /// Makes the indexes and the full text. The copy still lacks what happened since it was begun.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        let finish = || -> rusqlite::Result<()> {
            self.indexes.iter().try_for_each(|sql| self.conn.execute_batch(sql))?;
            full_text::index_all(&self.conn)?;
            mark(&self.conn)
        };
        finish().map_err(|error| open::explain(self.path, &error))?;
        self.conn.close().map_err(|(_, error)| open::explain(self.path, &error))
    }
}

fn put_off_indexes(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?;
    let found: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    found.iter().try_for_each(|(name, _)| conn.execute_batch(&format!("DROP INDEX {name}")))?;
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

/// Rows with the tables to which they belong.
#[derive(Default)]
pub(crate) struct Slice {
    rows: Vec<(&'static str, Cells)>,
    bytes: usize,
}

impl Slice {
    fn has_room(&self) -> bool {
        self.rows.len() < ROWS && self.bytes < BYTES
    }

    /// Takes rows of a table until there is no more room or there are no more rows.
    fn take(&mut self, desk: &Connection, table: &mut Table) -> rusqlite::Result<()> {
        let name = table.name;
        let sql = format!("SELECT rowid, * FROM {name} WHERE rowid > ?1 AND rowid <= ?2 ORDER BY rowid");
        let mut statement = desk.prepare_cached(&sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query((table.done, table.last))?;
        while self.has_room() {
            let Some(row) = rows.next()? else {
                table.done = table.last;
                break;
            };
            table.done = row.get(0)?;
            let cells: Cells = (1..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?;
            self.bytes += cells.iter().map(weight).sum::<usize>();
            self.rows.push((name, cells));
        }
        Ok(())
    }
}

fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        _ => 8,
    }
}
