//! The full text of tickets: one document a ticket, its title, and its texts, notes and replies.

use std::collections::BTreeSet;

use rusqlite::Connection;

/// Brings the full text of tickets up to date with their rows. All at once: each statement ends with a piece of the index of
/// its own, and many small pieces are put together again and again.
pub(super) fn index(conn: &Connection, tickets: &BTreeSet<i64>) -> rusqlite::Result<()> {
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

/// Fills an empty table from all rows.
pub(super) fn fill(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(
        "INSERT INTO ticket_text (rowid, title, body)
         SELECT id, title, concat_ws(char(10), description, resolution, root_cause, workaround,
                (SELECT group_concat(text, char(10)) FROM entry WHERE ticket = t.id))
           FROM ticket t",
    )
}
