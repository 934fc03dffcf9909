//! What a local copy lacks: the entries of the journal since its own newest one, and the rows that they name as they are now.
//!
//! Rows are fetched by their number, not rebuilt from the journal: so it does not matter how often or in which order a copy
//! was caught up, and a row that was changed ten times travels once.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Params, params_from_iter};

use crate::desk::id::{ArticleId, CiId, Seq};
use crate::store::batch::Table;
use crate::store::full_text::{self, Reworded, worded};

/// About so many changes are fetched while the lock is held; then others get their turn.
pub(super) const BITE: i64 = 5_000;

/// The cells of one row, in the order of its table's columns.
pub(super) type Cells = Vec<Value>;

/// Rows by table and number.
type Touched = BTreeSet<(Table, i64)>;

/// How far a copy of a journal goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// Its newest entry.
    pub(crate) seq: Seq,
    /// The newest row that the entries name.
    pub(crate) change: i64,
}

/// What a local copy lacks.
#[derive(Debug)]
pub(crate) struct Delta {
    /// How far it will go.
    pub(crate) to: Position,
    txns: Vec<Cells>,
    changes: Vec<Cells>,
    /// Each row that was touched, as it is now; `None` when it is gone.
    rows: Vec<(Table, i64, Option<Cells>)>,
    counters: Vec<Cells>,
    blobs: Vec<Cells>,
    /// Whose words changed.
    reworded: Reworded,
}

impl Delta {
    /// How many rows it touches.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }
}

/// How far a desk or a copy goes.
pub(crate) fn position(conn: &Connection) -> rusqlite::Result<Position> {
    conn.prepare_cached("SELECT (SELECT ifnull(max(seq), 0) FROM txn), (SELECT ifnull(max(id), 0) FROM change)")?
        .query_row([], |row| Ok(Position { seq: Seq(row.get(0)?), change: row.get(1)? }))
}

/// Reads what `copy` lacks from the `desk`: entries after `from`, at most about `limit` changes of them. When there are more,
/// rows may be newer than the entries that come with them; the next delta brings those.
pub(crate) fn since(desk: &Connection, copy: &Connection, from: Position, limit: i64) -> rusqlite::Result<Delta> {
    let known = from.change;
    // The entry in which the limit is passed still comes whole.
    let to: i64 = desk
        .prepare_cached("SELECT seq FROM change WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2")?
        .query_row([known, limit], |row| row.get(0))
        .optional()?
        .map_or_else(|| desk.query_row("SELECT ifnull(max(seq), 0) FROM txn", [], |row| row.get(0)), Ok)?;
    let txns = all(desk, "SELECT * FROM txn WHERE seq > ?1 AND seq <= ?2 ORDER BY seq", [from.seq.0, to])?;
    let changes = all(desk, "SELECT * FROM change WHERE id > ?1 AND seq <= ?2 ORDER BY id", [known, to])?;
    let change = match changes.last().and_then(|cells| cells.first()) {
        Some(Value::Integer(id)) => *id,
        _ => known,
    };
    let to = Position { seq: Seq(to), change };
    let (touched, reworded) = named(desk, from, to)?;
    let (mut rows, mut blobs) = (Vec::new(), Vec::new());
    for (table, id) in touched {
        if matches!(table, Table::Attachment | Table::ArticleFile | Table::Inventory) {
            blobs.extend(contents(desk, copy, table, id)?);
        }
        let cells = all(desk, &format!("SELECT * FROM {} WHERE id = ?1", table.name()), [id])?.pop();
        rows.push((table, id, cells));
    }
    Ok(Delta { to, txns, changes, rows, counters: counters(desk)?, blobs, reworded })
}

/// The numbers given out.
pub(super) fn counters(desk: &Connection) -> rusqlite::Result<Vec<Cells>> {
    all(desk, "SELECT * FROM counter", [])
}

/// The rows that the journal names between two positions, and whose words changed.
fn named(desk: &Connection, from: Position, to: Position) -> rusqlite::Result<(Touched, Reworded)> {
    let (mut touched, mut reworded) = (Touched::new(), Reworded::default());
    let mut changed =
        desk.prepare_cached("SELECT tbl, row, ticket, before, after, record FROM change WHERE id > ?1 AND id <= ?2")?;
    let mut changed = changed.query([from.change, to.change])?;
    while let Some(row) = changed.next()? {
        let Some(table) = Table::named(row.get_ref(0)?.as_str()?) else { continue };
        touched.insert((table, row.get(1)?));
        let (before, after) = (row.get_ref(3)?.as_str_or_null()?, row.get_ref(4)?.as_str_or_null()?);
        let owner: Option<i64> = row.get(2)?;
        let former = before.and_then(|image| number_in(image, "ticket"));
        // What belongs to a CI gives it a new version, and so does a relation to its other end.
        let number = row.get_ref(5)?.as_str_or_null()?;
        let record = number.and_then(|number| number.parse::<CiId>().ok()).map(|ci| ci.0);
        // So does what belongs to an article.
        let article = number.and_then(|number| number.parse::<ArticleId>().ok()).map(|article| article.0);
        touched.extend(article.map(|article| (Table::Article, article)));
        let end = match table {
            Table::Relation => match after.or(before).and_then(|image| number_in(image, "other")) {
                Some(other) => Some(Some(other)),
                None => Some(
                    desk.prepare_cached("SELECT other FROM relation WHERE id = ?1")?
                        .query_row([row.get::<_, i64>(1)?], |row| row.get(0))
                        .optional()?,
                ),
            },
            _ => None,
        };
        touched.extend([record, end.flatten()].into_iter().flatten().map(|ci| (Table::Ci, ci)));
        // What belongs to a ticket gives it a new version, which the journal does not name.
        let other = (table == Table::Link).then(|| after.or(before).and_then(|image| number_in(image, "other")));
        touched.extend([owner, former, other.flatten()].into_iter().flatten().map(|ticket| (Table::Ticket, ticket)));
        match table {
            Table::Ticket | Table::Entry if words_changed(table, before, after) => {
                reworded.tickets.extend(owner.into_iter().chain(former));
            }
            Table::Article | Table::ArticleTag if words_changed(table, before, after) => {
                reworded.articles.extend(article)
            }
            _ => {}
        }
    }
    Ok((touched, reworded))
}

/// Writes a delta into a local copy, whose connection has a transaction open. What it has already is written once more.
pub(crate) fn take_in(copy: &Connection, delta: &Delta) -> rusqlite::Result<()> {
    // All old rows go before the new ones come: a value that must be unique may have moved from one to the other.
    let (mut come, mut unique) = (Vec::new(), Unique::new());
    for (table, id, cells) in &delta.rows {
        if !change(copy, &mut unique, *table, *id, cells.as_ref())? {
            come.extend(cells.as_ref().map(|cells| (table, cells)));
        }
    }
    for (table, cells) in come {
        // Where two deltas were fetched, the older row of two that claim a value comes again in the newer one.
        put(copy, "INSERT OR REPLACE", table.name(), cells)?;
    }
    for blob in &delta.blobs {
        put(copy, "INSERT OR IGNORE", "blob", blob)?;
    }
    for counter in &delta.counters {
        put(copy, "INSERT OR REPLACE", "counter", counter)?;
    }
    for change in &delta.changes {
        put(copy, "INSERT OR REPLACE", "change", change)?;
    }
    for txn in &delta.txns {
        put(copy, "INSERT OR REPLACE", "txn", txn)?;
    }
    full_text::index(copy, &delta.reworded)
}

/// The columns of tables whose values must be unique.
type Unique = BTreeMap<Table, BTreeSet<String>>;

fn unique_in(copy: &Connection, table: Table) -> rusqlite::Result<BTreeSet<String>> {
    let named = "SELECT i.name FROM pragma_index_list(?1) AS l, pragma_index_info(l.name) AS i
                  WHERE l.\"unique\" AND i.name IS NOT NULL";
    copy.prepare_cached(named)?.query_map([table.name()], |row| row.get(0))?.collect()
}

/// Makes of a row of the copy what it is at the drive, or takes it out; `false` where it must be written anew. A ticket is in
/// dozens of indexes, most of which a change does not concern.
fn change(
    copy: &Connection,
    unique: &mut Unique,
    table: Table,
    id: i64,
    cells: Option<&Cells>,
) -> rusqlite::Result<bool> {
    let name = table.name();
    let mut known = copy.prepare_cached(&format!("SELECT * FROM {name} WHERE id = ?1"))?;
    let mut known = known.query([id])?;
    let Some(row) = known.next()? else { return Ok(cells.is_none()) };
    let mut differ = Vec::new();
    for (place, cell) in cells.into_iter().flatten().enumerate() {
        if row.get_ref(place)? != ValueRef::from(cell) {
            differ.push((row.as_ref().column_name(place)?.to_owned(), cell));
        }
    }
    let unique = match unique.entry(table) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(asked) => asked.insert(unique_in(copy, table)?),
    };
    if cells.is_some() && !differ.iter().any(|(column, _)| unique.contains(column)) {
        if !differ.is_empty() {
            let set: Vec<String> = differ.iter().map(|(column, _)| format!("{column} = ?")).collect();
            let sql = format!("UPDATE {name} SET {} WHERE id = ?", set.join(", "));
            let id = Value::Integer(id);
            let values = differ.iter().map(|(_, cell)| *cell).chain([&id]);
            copy.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        }
        return Ok(true);
    }
    copy.prepare_cached(&format!("DELETE FROM {name} WHERE id = ?1"))?.execute([id])?;
    Ok(cells.is_none())
}

/// Writes one row of a table that is named by the store itself.
pub(super) fn put(copy: &Connection, how: &str, table: &str, cells: &[Value]) -> rusqlite::Result<()> {
    let places = vec!["?"; cells.len()].join(", ");
    copy.prepare_cached(&format!("{how} INTO {table} VALUES ({places})"))?.execute(params_from_iter(cells)).map(|_| ())
}

/// The rows that a question gives.
fn all(desk: &Connection, sql: &str, with: impl Params) -> rusqlite::Result<Vec<Cells>> {
    let mut statement = desk.prepare_cached(sql)?;
    let columns = statement.column_count();
    statement.query_map(with, |row| (0..columns).map(|column| row.get(column)).collect())?.collect()
}

fn words_changed(table: Table, before: Option<&str>, after: Option<&str>) -> bool {
    match (worded(table), before, after) {
        (Some(columns), Some(_), Some(after)) => columns.iter().any(|column| after.contains(&format!("\"{column}\":"))),
        // A new record or one that is gone, or a row that is all words.
        _ => true,
    }
}

/// A number in the image of a row: the ticket that a note belonged to before it was moved by a merge, the other end of a
/// link.
fn number_in(image: &str, column: &str) -> Option<i64> {
    // Images of other rows can be long.
    image.contains(&format!("\"{column}\":")).then_some(())?;
    serde_json::from_str::<serde_json::Value>(image).ok()?.get(column)?.as_i64()
}

/// The contents of a file, or the raw input of an inventory, that the copy does not have yet.
fn contents(desk: &Connection, copy: &Connection, table: Table, row: i64) -> rusqlite::Result<Option<Cells>> {
    let named = format!("SELECT sha256 FROM {} WHERE id = ?1", table.name());
    let sha256: Option<String> = desk.prepare_cached(&named)?.query_row([row], |row| row.get(0)).optional()?;
    let known = copy.prepare_cached("SELECT 1 FROM blob WHERE sha256 = ?1")?.exists([&sha256])?;
    if known {
        return Ok(None);
    }
    Ok(all(desk, "SELECT * FROM blob WHERE sha256 = ?1", [&sha256])?.pop())
}
