//! The rows of an event log, held compactly until all rows of a ticket are known: they may stand anywhere in the file.
//!
//! Such logs repeat nearly every value from row to row, so each different one is held once.

use std::collections::HashMap;
use std::rc::Rc;

use super::table::Row;

/// Rows by ticket.
#[derive(Default)]
pub struct Log {
    pool: HashMap<Rc<str>, Rc<str>>,
    tickets: Vec<Vec<LogRow>>,
    at: HashMap<String, usize>,
}

/// One row of a log.
pub struct LogRow {
    /// Its number; the header is row 1.
    pub number: u64,
    /// The line on which it begins.
    pub line: u64,
    values: Box<[Rc<str>]>,
}

impl LogRow {
    /// Its values in order.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|value| &**value)
    }
}

impl Log {
    /// Adds a row of the ticket `key`.
    pub fn add(&mut self, key: String, row: &Row) {
        let values = row.values().map(|value| match self.pool.get(value) {
            Some(held) => Rc::clone(held),
            None => {
                let held: Rc<str> = Rc::from(value);
                self.pool.insert(Rc::clone(&held), Rc::clone(&held));
                held
            }
        });
        let row = LogRow { number: row.number, line: row.line, values: values.collect() };
        let index = *self.at.entry(key).or_insert(self.tickets.len());
        match self.tickets.get_mut(index) {
            Some(rows) => rows.push(row),
            None => self.tickets.push(vec![row]),
        }
    }

    /// The rows of each ticket, tickets in the order in which they first appeared.
    pub fn into_tickets(self) -> impl Iterator<Item = Vec<LogRow>> {
        self.tickets.into_iter()
    }
}
