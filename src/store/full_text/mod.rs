//! The full text of a desk: where it stands, and how it is kept.
//!
//! It is rebuildable from the rows, and a desk file on a network drive has none: each client keeps it in its local copy,
//! so that a commit over the network is short. A desk that comes from a drive to a local disk, or from a version that did not
//! have all of it, gets what is missing when it is opened.

mod article;
mod ticket;

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::store::batch::Table;

/// The full text of one kind of record.
struct Text {
    /// Its table, by which it is known whether it stands.
    table: &'static str,
    create: &'static str,
    remove: &'static str,
    fill: fn(&Connection) -> rusqlite::Result<()>,
}

const TEXTS: [Text; 2] = [
    Text {
        table: "ticket_text",
        create: include_str!("../../../assets/schema/ticket_text.sql"),
        remove: "DROP TABLE IF EXISTS ticket_text",
        fill: ticket::fill,
    },
    Text {
        table: "article_text",
        create: include_str!("../../../assets/schema/article_text.sql"),
        remove: "DROP TABLE IF EXISTS article_text; DROP TABLE IF EXISTS article_word",
        fill: article::fill,
    },
];

/// Whose words changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reworded {
    /// Rows of tickets.
    pub(crate) tickets: BTreeSet<i64>,
    /// Rows of articles.
    pub(crate) articles: BTreeSet<i64>,
}

impl Reworded {
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.tickets.len() + self.articles.len()
    }

    /// Takes out at most so many.
    pub(crate) fn piece(&mut self, size: usize) -> Reworded {
        let mut taken = Reworded::default();
        for (from, to) in [(&mut self.tickets, &mut taken.tickets), (&mut self.articles, &mut taken.articles)] {
            let next = from.iter().nth(size).copied();
            let later = next.map_or_else(BTreeSet::new, |next| from.split_off(&next));
            *to = std::mem::replace(from, later);
        }
        taken
    }
}

/// Columns that full text holds; `None` where each write of a row changes the words of its record.
pub(crate) fn worded(table: Table) -> Option<&'static [&'static str]> {
    match table {
        Table::Ticket => Some(&["title", "description", "resolution", "root_cause", "workaround"]),
        Table::Article => Some(&["title", "summary", "body"]),
        _ => None,
    }
}

fn has(conn: &Connection, text: &Text) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?1)")?
        .query_row([text.table], |row| row.get(0))
}

/// Whether this file holds all of it.
pub(crate) fn stands(conn: &Connection) -> rusqlite::Result<bool> {
    TEXTS.iter().try_fold(true, |all, text| Ok(all && has(conn, text)?))
}

/// Whether this file holds any of it.
pub(crate) fn begun(conn: &Connection) -> rusqlite::Result<bool> {
    TEXTS.iter().try_fold(false, |any, text| Ok(any || has(conn, text)?))
}

/// Makes its tables, empty.
pub(crate) fn create(conn: &Connection) -> rusqlite::Result<()> {
    TEXTS.iter().try_for_each(|text| conn.execute_batch(text.create))
}

/// Makes and fills those of its tables that are missing.
pub(crate) fn complete(conn: &Connection) -> rusqlite::Result<()> {
    for text in &TEXTS {
        if !has(conn, text)? {
            conn.execute_batch(text.create)?;
            (text.fill)(conn)?;
        }
    }
    Ok(())
}

/// Takes it out of a file.
pub(crate) fn remove(conn: &Connection) -> rusqlite::Result<()> {
    TEXTS.iter().try_for_each(|text| conn.execute_batch(text.remove))
}

/// Brings the full text of records up to date with their rows.
pub(crate) fn index(conn: &Connection, reworded: &Reworded) -> rusqlite::Result<()> {
    ticket::index(conn, &reworded.tickets)?;
    article::index(conn, &reworded.articles)
}

/// Fills empty tables from all rows.
pub(crate) fn index_all(conn: &Connection) -> rusqlite::Result<()> {
    TEXTS.iter().try_for_each(|text| (text.fill)(conn))
}

/// Records that it does not hold, and rows of it that are no record, at most `limit` of each; a negative limit means all.
pub(crate) fn astray(conn: &Connection, limit: i64) -> rusqlite::Result<Reworded> {
    let mut astray = Reworded::default();
    for (text, record) in TEXTS.iter().zip(["ticket", "article"]) {
        // A desk on its way through the migrations does not have all of it.
        if !has(conn, text)? || !conn.table_exists(None::<&str>, record)? {
            continue;
        }
        let ids = if record == "ticket" { &mut astray.tickets } else { &mut astray.articles };
        let table = text.table;
        for sql in [
            format!("SELECT id FROM {record} WHERE id NOT IN (SELECT id FROM {table}_docsize) LIMIT ?1"),
            format!("SELECT id FROM {table}_docsize WHERE id NOT IN (SELECT id FROM {record}) LIMIT ?1"),
        ] {
            for id in conn.prepare(&sql)?.query_map([limit], |row| row.get(0))? {
                ids.insert(id?);
            }
        }
    }
    Ok(astray)
}
