//! The full text of a desk: where it stands, and how it is kept.
//!
//! It is rebuildable from the rows, and a desk file on a network drive has none: each client keeps it in its local copy,
//! so that a commit over the network is short. A desk that comes from a drive to a local disk gets it when it is opened.

use std::collections::BTreeSet;

use rusqlite::Connection;

const CREATE: &str = include_str!("../../assets/schema/full_text.sql");

/// Its tables.
const TABLES: &[&str] = &["ticket_text"];

/// Whether this file holds full text.
pub(crate) fn stands(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'ticket_text')")?
        .query_row([], |row| row.get(0))
}

/// Makes its tables, empty.
pub(crate) fn create(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(CREATE)
}

/// Takes it out of a file.
pub(crate) fn remove(conn: &Connection) -> rusqlite::Result<()> {
    TABLES.iter().try_for_each(|table| conn.execute_batch(&format!("DROP TABLE IF EXISTS {table}")))
}

/// Brings the full text of tickets up to date with their rows. All at once: each statement ends with a piece of the index of
/// its own, and many small pieces are put together again and again.
pub(crate) fn index(conn: &Connection, tickets: &BTreeSet<i64>) -> rusqlite::Result<()> {
    if tickets.is_empty() {
        return Ok(());
    }
    let tickets: Vec<String> = tickets.iter().map(i64::to_string).collect();
    let tickets = format!("[{}]", tickets.join(","));
    conn.prepare_cached("DELETE FROM ticket_text WHERE rowid IN (SELECT value FROM json_each(?1))")?
        .execute([&tickets])?;
    conn.prepare_cached(
        "INSERT INTO ticket_text (rowid, title, body)
         SELECT id, title, concat_ws(char(10), description, resolution, root_cause, workaround,
                (SELECT group_concat(text, char(10)) FROM entry WHERE ticket = t.id))
           FROM ticket t WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id",
    )?
    .execute([&tickets])?;
    Ok(())
}

/// Fills empty tables from all rows.
pub(crate) fn index_all(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(
        "INSERT INTO ticket_text (rowid, title, body)
         SELECT id, title, concat_ws(char(10), description, resolution, root_cause, workaround,
                (SELECT group_concat(text, char(10)) FROM entry WHERE ticket = t.id))
           FROM ticket t",
    )
}

/// Tickets that it does not hold, and rows of it that are no ticket, at most `limit` of each; a negative limit means all.
pub(crate) fn astray(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<i64>> {
    if !stands(conn)? {
        return Ok(Vec::new());
    }
    let ask = |sql: &str| -> rusqlite::Result<Vec<i64>> {
        conn.prepare(sql)?.query_map([limit], |row| row.get(0))?.collect()
    };
    let mut astray = ask("SELECT id FROM ticket WHERE id NOT IN (SELECT id FROM ticket_text_docsize) LIMIT ?1")?;
    astray.extend(ask("SELECT id FROM ticket_text_docsize WHERE id NOT IN (SELECT id FROM ticket) LIMIT ?1")?);
    Ok(astray)
}
