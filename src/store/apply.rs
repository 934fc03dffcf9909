//! Applying a batch: guards are checked, rows are written, the transaction is sealed with a hash of itself and its predecessor.
//!
//! Nothing is decided here. The caller has begun an immediate transaction and commits it.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, ToSql, params};
use sha2::{Digest, Sha256};

use crate::desk::command::Author;
use crate::desk::field::Value;
use crate::desk::id::{CommandId, Seq, TicketId};
use crate::desk::time::Timestamp;
use crate::store::batch::{Batch, Table, Write};
use crate::store::full_text::{self, Reworded, worded};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// The condition that finds the changes of a transaction: those from its first to the next transaction's first.
macro_rules! changes_of {
    ($seq:literal) => {
        concat!(
            "id >= (SELECT first FROM txn WHERE seq = ",
            $seq,
            ") AND id < ifnull((SELECT first FROM txn WHERE seq > ",
            $seq,
            " ORDER BY seq LIMIT 1), 9223372036854775807)"
        )
    };
}
pub(crate) use changes_of;

/// What the journal says about a transaction besides its changes.
pub(crate) struct Heading<'a> {
    pub(crate) id: CommandId,
    pub(crate) author: &'a Author,
    pub(crate) at: Timestamp,
    pub(crate) verb: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) reason: Option<&'a str>,
    /// The command as JSON.
    pub(crate) body: &'a str,
    /// The receipt as JSON.
    pub(crate) receipt: &'a str,
}

/// Why a batch was not applied.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A ticket has another version than the plan saw: plan again.
    Moved(TicketId),
    /// SQLite's reason.
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sql(error)
    }
}

/// The sequence number that the next transaction will have.
pub(crate) fn next_seq(conn: &Connection) -> rusqlite::Result<Seq> {
    conn.query_row("SELECT ifnull(max(seq), 0) + 1 FROM txn", [], |row| row.get(0).map(Seq))
}

/// Told while a batch is written: how many steps are done, of how many.
pub(crate) type Tick<'a> = &'a mut dyn FnMut(usize, usize);

/// A tick comes every so many steps.
const STRIDE: usize = 512;
/// The full text of so many tickets is written in one go.
const PIECE: usize = 4_096;

/// Writes a batch as transaction `seq`.
pub(crate) fn apply(
    conn: &Connection,
    seq: Seq,
    batch: &Batch,
    heading: &Heading,
    tick: Tick<'_>,
) -> Result<(), Failure> {
    for (ticket, version) in &batch.guards {
        let now: Option<i64> = conn
            .prepare_cached("SELECT version FROM ticket WHERE id = ?1")?
            .query_row([ticket.0], |row| row.get(0))
            .optional()?;
        if now != Some(version.0) {
            return Err(Failure::Moved(*ticket));
        }
    }
    conn.prepare_cached(
        "INSERT INTO txn (seq, command, at, author, via, host, verb, summary, reason, body, receipt, undoes, first)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, (SELECT ifnull(max(id), 0) + 1 FROM change))",
    )?
    .execute(params![
        seq.0,
        heading.id.to_string(),
        heading.at.0,
        heading.author.login,
        heading.author.via,
        heading.author.host,
        heading.verb,
        heading.summary,
        heading.reason,
        heading.body,
        heading.receipt,
        batch.undoes.map(|seq| seq.0),
    ])?;
    let mut reworded = Reworded::default();
    for (done, write) in batch.writes.iter().enumerate() {
        if done % STRIDE == 0 {
            tick(done, batch.writes.len() + reworded.len());
        }
        perform(conn, write, &mut reworded)?;
    }
    for (name, last) in &batch.counters {
        conn.prepare_cached(
            "INSERT INTO counter (name, last) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET last = excluded.last",
        )?
        .execute(params![name, last])?;
    }
    if !reworded.is_empty() && !full_text::stands(conn)? {
        reworded = Reworded::default();
    }
    let (steps, mut done) = (batch.writes.len() + reworded.len(), batch.writes.len());
    while !reworded.is_empty() {
        tick(done, steps);
        let piece = reworded.piece(PIECE);
        full_text::index(conn, &piece)?;
        done += piece.len();
    }
    seal(conn, seq)?;
    Ok(())
}

fn perform(conn: &Connection, write: &Write, reworded: &mut Reworded) -> rusqlite::Result<()> {
    match write {
        Write::Insert { table, id, row } => {
            let columns: String = row.iter().map(|(column, _)| format!(", {column}")).collect();
            let places: String = (2..row.len() + 2).map(|n| format!(", ?{n}")).collect();
            let sql = format!("INSERT INTO {} (id{columns}) VALUES (?1{places})", table.name());
            run(&mut conn.prepare_cached(&sql)?, *id, row)?;
            reword(conn, reworded, *table, *id)?;
        }
        Write::Update { table, id, row } => {
            let says =
                worded(*table).is_none_or(|columns| row.iter().any(|(column, _)| columns.contains(&column.as_ref())));
            if says {
                reword(conn, reworded, *table, *id)?;
            }
            let set: Vec<String> =
                row.iter().enumerate().map(|(n, (column, _))| format!("{column} = ?{}", n + 2)).collect();
            let sql = format!("UPDATE {} SET {} WHERE id = ?1", table.name(), set.join(", "));
            run(&mut conn.prepare_cached(&sql)?, *id, row)?;
            // It may belong to another now.
            if says {
                reword(conn, reworded, *table, *id)?;
            }
        }
        Write::Delete { table, id } => {
            reword(conn, reworded, *table, *id)?;
            conn.prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", table.name()))?.execute([id])?;
        }
        Write::Blob { sha256, bytes } => {
            conn.prepare_cached("INSERT INTO blob (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute(params![sha256, bytes])?;
        }
    }
    Ok(())
}

fn run(
    statement: &mut CachedStatement,
    id: i64,
    row: &[(std::borrow::Cow<'static, str>, Value)],
) -> rusqlite::Result<()> {
    statement.raw_bind_parameter(1, id)?;
    for (n, (_, value)) in row.iter().enumerate() {
        statement.raw_bind_parameter(n + 2, value)?;
    }
    statement.raw_execute().map(|_| ())
}

/// Notes whose words a row is about.
fn reword(conn: &Connection, reworded: &mut Reworded, table: Table, id: i64) -> rusqlite::Result<()> {
    let owner = |sql: &str| conn.prepare_cached(sql)?.query_row([id], |row| row.get::<_, i64>(0)).optional();
    match table {
        Table::Ticket => _ = reworded.tickets.insert(id),
        Table::Entry => reworded.tickets.extend(owner("SELECT ticket FROM entry WHERE id = ?1")?),
        Table::Article => _ = reworded.articles.insert(id),
        Table::ArticleTag => reworded.articles.extend(owner("SELECT article FROM article_tag WHERE id = ?1")?),
        _ => {}
    }
    Ok(())
}

/// Closes the open transaction with the hash of itself and its predecessor.
pub(crate) fn seal(conn: &Connection, seq: Seq) -> rusqlite::Result<()> {
    let prev: Option<Vec<u8>> = conn
        .prepare_cached("SELECT hash FROM txn WHERE seq < ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([seq.0], |row| row.get(0))
        .optional()?
        .flatten();
    let (hash, changes) = hash_of(conn, seq, prev.as_deref())?;
    conn.prepare_cached("UPDATE txn SET prev = ?2, hash = ?3, changes = ?4 WHERE seq = ?1")?
        .execute(params![seq.0, prev, hash, changes])?;
    Ok(())
}

/// The hash of a transaction: SHA-256 over its predecessor's hash, its heading and its changes in order, each value
/// preceded by its length as 64 bits, little end first; an absent value counts as length 2⁶⁴−1, an absent record as nothing.
pub(crate) fn hash_of(conn: &Connection, seq: Seq, prev: Option<&[u8]>) -> rusqlite::Result<(Vec<u8>, i64)> {
    let mut sha = Sha256::new();
    feed(&mut sha, prev);
    conn.prepare_cached(
        "SELECT cast(seq AS TEXT), command, cast(at AS TEXT), author, via, host, verb, summary, reason, body, receipt, cast(undoes AS TEXT)
           FROM txn WHERE seq = ?1",
    )?
    .query_row([seq.0], |row| {
        for column in 0..12 {
            feed(&mut sha, row.get_ref(column)?.as_str_or_null().ok().flatten().map(str::as_bytes));
        }
        Ok(())
    })?;
    let named = concat!(
        "SELECT tbl, cast(row AS TEXT), cast(ticket AS TEXT), before, after, seq, record FROM change WHERE ",
        changes_of!("?1"),
        " ORDER BY id"
    );
    // A desk of the first version, before it is brought up to date, does not have that column.
    let bare = concat!(
        "SELECT tbl, cast(row AS TEXT), cast(ticket AS TEXT), before, after, seq, NULL FROM change WHERE ",
        changes_of!("?1"),
        " ORDER BY id"
    );
    let mut statement = conn.prepare_cached(named).or_else(|_| conn.prepare_cached(bare))?;
    let mut rows = statement.query([seq.0])?;
    let mut changes = 0;
    while let Some(row) = rows.next()? {
        // A row that says it is another's is hashed but not counted, so that one or the other tells.
        changes += i64::from(row.get::<_, i64>(5)? == seq.0);
        for column in 0..5 {
            feed(&mut sha, row.get_ref(column)?.as_str_or_null().ok().flatten().map(str::as_bytes));
        }
        // The first desks did not have this column: what is absent is not fed, so that their hashes still stand.
        if let Some(record) = row.get_ref(6)?.as_str_or_null().ok().flatten() {
            feed(&mut sha, Some(record.as_bytes()));
        }
    }
    Ok((sha.finalize().to_vec(), changes))
}

fn feed(sha: &mut Sha256, part: Option<&[u8]>) {
    match part {
        Some(bytes) => {
            sha.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX - 1).to_le_bytes());
            sha.update(bytes);
        }
        None => sha.update(u64::MAX.to_le_bytes()),
    }
}
