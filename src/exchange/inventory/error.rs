//! Why an inventory is refused as a whole.

use std::io;
use std::path::PathBuf;

use crate::exchange::csv::ImportError;

/// Why nothing of a file is taken in.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// It can't be opened or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is something else, broken, or not to be trusted.
    #[error("{}: {reason}", path.display())]
    Refused {
        /// Which file.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// A table or its map can't be used.
    #[error(transparent)]
    List(#[from] ImportError),
}
