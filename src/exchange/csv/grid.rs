//! A whole table as text: for lists that are looked at as a whole, not row by row.

use std::path::Path;

use super::bytes;
use super::cell;
use super::error::ImportError;
use super::origin::Origin;
use super::read::Table;

/// A table.
#[derive(Debug)]
pub struct Grid {
    /// The encoding, and how it is known.
    pub encoding: String,
    /// The columns; the second of two with one name has `#2` added.
    pub headers: Vec<String>,
    /// The rows with their numbers, the header being row 1; or why one is refused.
    pub rows: Vec<(u64, Result<Vec<String>, String>)>,
}

/// Reads the table at `path`; a zip archive with one table in it will do.
///
/// # Errors
/// When it can't be read or is no table.
pub fn grid(path: &Path) -> Result<Grid, ImportError> {
    let origin = Origin::find(path)?;
    let io = |source| ImportError::Io { path: path.to_owned(), source };
    let sight = origin.stream(|input| bytes::look(input, &mut |_| {}).map_err(io))?;
    let encoding = sight.describe();
    let table = Table::open(&origin, sight)?;
    let (mut rows, mut removed) = (Vec::new(), 0);
    table.rows(table.skip, &mut |row, _| {
        let values = match &row.fault {
            Some(fault) => Err(format!("the row {fault}")),
            None => Ok(row.values().map(|value| cell::take(value, &mut removed).into_owned()).collect()),
        };
        rows.push((row.number, values));
        Ok(true)
    })?;
    Ok(Grid { encoding, headers: table.headers.names, rows })
}
