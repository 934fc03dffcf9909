//! Why a file as a whole is refused. A single bad row is no error: it becomes a [`Rejected`](super::Rejected).

use std::io;
use std::path::PathBuf;

/// Why nothing of a file can be read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file can't be opened or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The archive holds no CSV, several, or one that can't be taken out.
    #[error("{}: {reason}", path.display())]
    Archive {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// There is no table in the file.
    #[error("{}: {reason}", path.display())]
    NoTable {
        /// Which file.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// A quote opens and never closes, so that no row after it can be trusted.
    #[error(
        "the quote that opens on line {line} (row {row}) is never closed: all after it would be one value; \
         close it or double it (\"\"), then import again"
    )]
    UnclosedQuote {
        /// The row that holds the quote; the header is row 1.
        row: u64,
        /// The line on which it opens, counted from 1.
        line: u64,
    },
    /// More than a desk takes in at once.
    #[error("{0}")]
    TooMuch(String),
    /// No column says which record a row is about.
    #[error(
        "no column tells the records apart: the map '{map}' looks for {wanted}, the file has {found}{hint}; \
         name one under `key` in the map"
    )]
    NoKey {
        /// The map's name.
        map: String,
        /// The columns that it looks for.
        wanted: String,
        /// The columns that there are.
        found: String,
        /// A preset that fits better, if there is one.
        hint: String,
    },
    /// The map itself can't be used.
    #[error("map '{map}': {reason}")]
    Map {
        /// Its name or file.
        map: String,
        /// What is wrong, with the line.
        reason: String,
    },
    /// So many rows are rejected that the file is something else than the map says.
    #[error(
        "{count} rows were rejected, which is too many to be the right map for this file; the first, row {row}: {reason}"
    )]
    TooManyRejected {
        /// How many, until reading stopped.
        count: usize,
        /// The first of them.
        row: u64,
        /// Why.
        reason: String,
    },
}
