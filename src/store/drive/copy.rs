//! The first local copy of a desk on a drive: read in slices, so that the others work on while it is made.
//!
//! Rows that change behind the slices are named by the journal, like all other news: the copy is caught up before anybody
//! reads it.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use super::delta::put;
use super::replica::mark;
use super::touch::Touch;
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
    pub(crate) fn begin(touch: &Touch, path: &'a Path) -> Result<Copying<'a>, Refusal> {
        let desk = touch.conn()?;
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
            let all = tables.iter().map(|table| table.last).sum();
            Ok(Copying { conn, path, tables, done: 0, all, indexes })
        };
        ready().map_err(|error| open::explain(path, &error))
    }

    /// Reads the next slice while the desk is held. What it returns is written after the lock is given back; `None` when
    /// all is there.
    pub(crate) fn read(&mut self, touch: &Touch) -> Result<Option<Slice>, Refusal> {
        let desk = touch.conn()?;
        let Some(table) = self.tables.last_mut() else { return Ok(None) };
        let mut next = || -> rusqlite::Result<Slice> {
            let name = table.name;
            let sql = format!("SELECT rowid, * FROM {name} WHERE rowid > ?1 AND rowid <= ?2 ORDER BY rowid LIMIT ?3");
            let mut statement = desk.prepare_cached(&sql)?;
            let columns = statement.column_count();
            let mut rows = statement.query((table.done, table.last, i64::try_from(ROWS).unwrap_or(i64::MAX)))?;
            let mut slice = Slice { table: name, rows: Vec::new() };
            let mut bytes = 0;
            while bytes < BYTES {
                let Some(row) = rows.next()? else {
                    // All of it, unless the slice is full.
                    table.done = if slice.rows.len() < ROWS { table.last } else { table.done };
                    break;
                };
                table.done = row.get(0)?;
                let cells: Vec<Value> = (1..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?;
                bytes += cells.iter().map(weight).sum::<usize>();
                slice.rows.push(cells);
            }
            Ok(slice)
        };
        let slice = next().map_err(|error| open::explain(self.path, &error))?;
        if table.done >= table.last {
            self.tables.pop();
        }
        Ok(Some(slice))
    }

    /// Writes a slice; says how much of all is done.
    pub(crate) fn write(&mut self, slice: &Slice) -> Result<(i64, i64), Refusal> {
        let write = || -> rusqlite::Result<()> {
            let transaction = self.conn.unchecked_transaction()?;
            slice.rows.iter().try_for_each(|cells| put(&transaction, "INSERT OR REPLACE", slice.table, cells))?;
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

/// Rows of one table.
pub(crate) struct Slice {
    table: &'static str,
    rows: Vec<Vec<Value>>,
}

fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        _ => 8,
    }
}
