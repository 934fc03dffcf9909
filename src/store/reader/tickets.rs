//! Lists of tickets: filtered, ordered, paged by key; no bodies are read.

use rusqlite::params_from_iter;

use crate::desk::field::Value;
use crate::desk::id::{Kind, Number, TicketId};
use crate::desk::query::{Expr, Place, Query, SortField, Term, TextMatch, TimeField, TimeRange};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::store::reader::Reader;
use crate::store::reader::filter::{Asker, CLOSED, Condition, DUE, RESOLVED, condition, match_text, time_column};
use crate::store::reader::sheet::{CORE, ticket};

/// A place in a list: the sort keys of a row. Rows that come or go elsewhere do not move it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(Vec<Value>);

/// Where in a list to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFrom {
    /// From its beginning.
    Start,
    /// From a row, that row included, or from where it was.
    At(Cursor),
    /// Behind a row.
    After(Cursor),
    /// The rows before a row.
    Before(Cursor),
    /// Its end.
    End,
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// The tickets, without their bodies, each with its place.
    pub rows: Vec<(Ticket, Cursor)>,
    /// Whether the list goes on in the direction of reading.
    pub more: bool,
}

/// A number of rows as SQL takes it.
fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// One key of an order in SQL.
struct Key {
    sql: String,
    descending: bool,
}

impl Reader<'_> {
    /// A page of the tickets that a query finds, in its order. Without an order the newest come first: by the time that the
    /// query asks about, if it asks about one, else by arrival.
    ///
    /// # Errors
    /// When the query names somebody or something that the desk does not know.
    pub fn tickets(&self, query: &Query, asker: &Asker, from: &PageFrom, limit: usize) -> Result<Page, Refusal> {
        let mut keys = keys(query);
        let (from_clause, mut wanted) = self.source(query, asker, by_arrival(&keys))?;
        follow(&from_clause, &mut keys);
        let (backward, cursor) = match from {
            PageFrom::Start => (false, None),
            PageFrom::At(cursor) | PageFrom::After(cursor) => (false, Some(cursor)),
            PageFrom::Before(cursor) => (true, Some(cursor)),
            PageFrom::End => (true, None),
        };
        if let Some(Cursor(values)) = cursor {
            seek(&mut wanted, &keys, values, backward, matches!(from, PageFrom::At(_)));
        }
        let selected: String = keys.iter().map(|key| format!(", {}", key.sql)).collect();
        let order: Vec<String> = keys
            .iter()
            .map(|key| format!("{} {}", key.sql, if key.descending == backward { "ASC" } else { "DESC" }))
            .collect();
        let sql = format!(
            "SELECT {CORE}{selected} FROM {from_clause} WHERE {} ORDER BY {} LIMIT {}",
            wanted.sql,
            order.join(", "),
            at_most(limit.saturating_add(1))
        );
        let first_key = CORE.split(',').count();
        let mut rows = self.all(&sql, params_from_iter(&wanted.values), |row| {
            let place = (0..keys.len()).map(|n| value(row, first_key + n)).collect::<Result<Vec<_>, _>>()?;
            Ok((ticket(row, false)?, Cursor(place)))
        })?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        if backward {
            rows.reverse();
        }
        Ok(Page { rows, more })
    }

    /// How many tickets a query finds.
    ///
    /// # Errors
    /// As [`Reader::tickets`].
    pub fn count(&self, query: &Query, asker: &Asker) -> Result<u64, Refusal> {
        let (from, wanted) = self.source(query, asker, false)?;
        // With no condition at all SQLite counts entries of the smallest index, without looking at them.
        let condition = if query.filter.is_some() { format!(" WHERE {}", wanted.sql) } else { String::new() };
        let sql = format!("SELECT count(*) FROM {from}{condition}");
        Ok(self
            .one(&sql, params_from_iter(&wanted.values), |row| row.get::<_, i64>(0))?
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or(0))
    }

    /// The first tickets that a query finds, without an order: only which they are.
    ///
    /// # Errors
    /// As [`Reader::tickets`].
    pub fn numbers(&self, query: &Query, asker: &Asker, limit: usize) -> Result<Vec<(TicketId, Number)>, Refusal> {
        let (from, wanted) = self.source(query, asker, false)?;
        let sql = format!("SELECT t.id, t.kind, t.n FROM {from} WHERE {} LIMIT {}", wanted.sql, at_most(limit));
        let found = self.all(&sql, params_from_iter(&wanted.values), |row| {
            Ok((TicketId(row.get(0)?), row.get::<_, String>(1)?, row.get(2)?))
        })?;
        Ok(found.into_iter().filter_map(|(id, kind, n)| Some((id, Number { kind: Kind::named(&kind)?, n }))).collect())
    }

    /// The tickets that fit the words of a query best, best first: words in titles weigh four times those in bodies
    /// (BM25, Robertson & Zaragoza 2009, as FTS5 computes it).
    ///
    /// # Errors
    /// As [`Reader::tickets`]; also when the query has no words.
    pub fn ranked(&self, query: &Query, asker: &Asker, limit: usize) -> Result<Vec<Ticket>, Refusal> {
        let (from, wanted) = self.source(query, asker, true)?;
        if !from.starts_with("ticket_text") {
            return Err(Refusal::rule("there are no words to search for"));
        }
        // Ranked first and joined then, so that only the best are read.
        let sql = format!(
            "SELECT {CORE} FROM {from} WHERE {} ORDER BY bm25(ticket_text, 4.0, 1.0), t.id DESC LIMIT {}",
            wanted.sql,
            at_most(limit)
        );
        self.all(&sql, params_from_iter(&wanted.values), |row| ticket(row, false))
    }

    /// How SQLite would go about a query: the lines of `EXPLAIN QUERY PLAN`. For tests of speed that can't flicker.
    ///
    /// # Errors
    /// As [`Reader::tickets`].
    pub fn explain_query(&self, query: &Query, asker: &Asker) -> Result<Vec<String>, Refusal> {
        let mut keys = keys(query);
        let (from, wanted) = self.source(query, asker, by_arrival(&keys))?;
        follow(&from, &mut keys);
        let order: Vec<String> =
            keys.iter().map(|key| format!("{} {}", key.sql, if key.descending { "DESC" } else { "ASC" })).collect();
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT {CORE} FROM {from} WHERE {} ORDER BY {} LIMIT 51",
            wanted.sql,
            order.join(", ")
        );
        self.all(&sql, params_from_iter(&wanted.values), |row| row.get(3))
    }

    /// Where to look and for what. With `streaming`, words that must all be found drive the search, newest first.
    pub(super) fn source(&self, query: &Query, asker: &Asker, streaming: bool) -> Result<(String, Condition), Refusal> {
        let Some(filter) = &query.filter else {
            return Ok((String::from("ticket t"), Condition::of("1")));
        };
        let (texts, rest) = if streaming { split(filter) } else { (Vec::new(), Some(filter.clone())) };
        if texts.is_empty() {
            return Ok((String::from("ticket t"), condition(self, filter, asker, streaming)?));
        }
        let words: Vec<String> = texts.iter().map(|(place, any)| match_text(*place, any)).collect();
        let mut wanted = match &rest {
            Some(rest) => condition(self, rest, asker, streaming)?,
            None => Condition::of("1"),
        };
        wanted.sql = format!("ticket_text MATCH ? AND {}", wanted.sql);
        wanted.values.insert(0, Value::Text(words.join(" AND ")));
        Ok((String::from("ticket_text CROSS JOIN ticket t ON t.id = ticket_text.rowid"), wanted))
    }
}

/// Whether the order is that of arrival alone, which full text can give by itself.
fn by_arrival(keys: &[Key]) -> bool {
    matches!(keys, [only] if only.sql == "t.id")
}

/// Where full text drives the search, its own row id is the order in which it can be read.
fn follow(from: &str, keys: &mut [Key]) {
    if from.starts_with("ticket_text")
        && let [only] = keys
    {
        only.sql = String::from("ticket_text.rowid");
    }
}

/// The words that must all be found, and what else must hold.
fn split(filter: &Expr) -> (Vec<(Place, Vec<TextMatch>)>, Option<Expr>) {
    let parts = match filter {
        Expr::And(parts) => parts.clone(),
        one => vec![one.clone()],
    };
    let mut texts = Vec::new();
    let mut rest = Vec::new();
    for part in parts {
        match part {
            Expr::Term(Term::Text { place, any }) => texts.push((place, any)),
            other => rest.push(other),
        }
    }
    (texts, Expr::all(rest))
}

/// The order of a query as SQL, ending in the row id so that it is total.
fn keys(query: &Query) -> Vec<Key> {
    let asked = query.filter.as_ref().and_then(asked_time);
    let mut keys: Vec<Key> = query
        .sort
        .iter()
        .map(|key| {
            let sql = match asked {
                // Every ticket that is found has this time, so that none need come last and the index serves both ways.
                Some(time) if sorts(time) == Some(key.field) => String::from(time_column(time)),
                _ => sort_sql(key.field, key.descending),
            };
            Key { sql, descending: key.descending }
        })
        .collect();
    if keys.is_empty()
        && let Some(time) = asked
    {
        keys.push(Key { sql: String::from(time_column(time)), descending: true });
    }
    if !keys.iter().any(|key| key.sql == "t.id") {
        let descending = keys.last().is_none_or(|key| key.descending);
        keys.push(Key { sql: String::from("t.id"), descending });
    }
    keys
}

/// The time that a query asks about, where it asks for a range of one.
fn asked_time(filter: &Expr) -> Option<TimeField> {
    let of = |expr: &Expr| match expr {
        Expr::Term(Term::Time { field, ranges }) if !ranges.contains(&TimeRange::None) => Some(*field),
        _ => None,
    };
    match filter {
        Expr::And(parts) => parts.iter().find_map(of),
        one => of(one),
    }
}

/// The order by a time.
fn sorts(time: TimeField) -> Option<SortField> {
    match time {
        TimeField::Created | TimeField::Age => Some(SortField::Created),
        TimeField::Updated => Some(SortField::Updated),
        TimeField::Resolved => Some(SortField::Resolved),
        TimeField::Closed => Some(SortField::Closed),
        TimeField::Due => Some(SortField::Due),
        TimeField::PlannedStart | TimeField::PlannedEnd => None,
    }
}

/// A sort key in SQL. What is empty comes last, whichever way.
fn sort_sql(field: SortField, descending: bool) -> String {
    let last = |column: &str| match descending {
        true => format!("ifnull({column}, -9223372036854775808)"),
        false => format!("ifnull({column}, 9223372036854775807)"),
    };
    let named = |sql: &str| match descending {
        true => format!("ifnull(({sql}), '') COLLATE NOCASE"),
        false => format!("ifnull(({sql}), char(1114111)) COLLATE NOCASE"),
    };
    match field {
        SortField::Number => String::from("t.id"),
        SortField::Created => String::from("t.created"),
        SortField::Updated => String::from("t.updated"),
        SortField::Resolved if descending => String::from(RESOLVED),
        SortField::Resolved => last("t.resolved"),
        SortField::Closed if descending => String::from(CLOSED),
        SortField::Closed => last("t.closed"),
        SortField::Due if !descending => String::from(DUE),
        SortField::Due => last("t.due"),
        SortField::Priority => String::from("t.priority"),
        SortField::Impact => String::from("t.impact"),
        SortField::Urgency => String::from("t.urgency"),
        SortField::State => String::from("t.state"),
        SortField::Kind => String::from("t.kind"),
        SortField::Title => String::from("t.title COLLATE NOCASE"),
        SortField::Assignee => named("SELECT name FROM person WHERE id = t.assignee"),
        SortField::Requester => named("SELECT name FROM person WHERE id = t.requester"),
        SortField::Team => named("SELECT key FROM team WHERE id = t.team"),
        SortField::Service => named("SELECT name FROM service WHERE id = t.service"),
        SortField::Category => named(
            "SELECT ifnull(p.name || ' / ', '') || c.name FROM category c LEFT JOIN category p ON p.id = c.parent WHERE c.id = t.category",
        ),
    }
}

/// Narrows a condition to the rows behind (or before) a place. The first key alone is told once more, for the index.
fn seek(wanted: &mut Condition, keys: &[Key], values: &[Value], backward: bool, inclusive: bool) {
    let sign = |key: &Key| if key.descending == backward { ">" } else { "<" };
    let mut tests = Vec::new();
    let mut bound = Vec::new();
    for (n, key) in keys.iter().enumerate() {
        let mut parts: Vec<String> = keys.iter().take(n).map(|equal| format!("{} = ?", equal.sql)).collect();
        let equal = if inclusive && n + 1 == keys.len() { "=" } else { "" };
        parts.push(format!("{} {}{equal} ?", key.sql, sign(key)));
        tests.push(format!("({})", parts.join(" AND ")));
        bound.extend(values.iter().take(n + 1).cloned());
    }
    if let (Some(key), Some(value)) = (keys.first(), values.first()) {
        wanted.sql = format!("({}) AND {} {}= ? AND ({})", wanted.sql, key.sql, sign(key), tests.join(" OR "));
        wanted.values.push(value.clone());
        wanted.values.extend(bound);
    }
}

pub(super) fn value(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Value> {
    Ok(match row.get_ref(column)? {
        rusqlite::types::ValueRef::Integer(n) => Value::Int(n),
        rusqlite::types::ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        _ => Value::Null,
    })
}

#[cfg(test)]
mod parity;
#[cfg(test)]
mod plans;
