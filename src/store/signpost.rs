//! What lies in the place of a desk that was moved: a short text that says where it is now. Deskhand reads it to whoever
//! opens the old place, and so does any pager.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::desk::command::Author;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;

/// How it begins. Longer than the header of a desk, whoever reads that alone: a client that looks for news at this place
/// finds some, and then this.
const FIRST: &str = "Deskhand: the desk that was here was moved.\n";

/// Where a desk went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signpost {
    /// Where it lies now.
    pub to: PathBuf,
    /// Who moved it.
    pub by: String,
    /// When.
    pub at: String,
}

/// The signpost at a place; `None` where there is none.
#[must_use]
pub fn at(place: &Path) -> Option<Signpost> {
    let mut text = String::new();
    let meta = std::fs::metadata(place).ok()?;
    // Nobody waits for a pipe to say something.
    if !meta.is_file() || meta.len() > 16_384 {
        return None;
    }
    File::open(place).ok()?.read_to_string(&mut text).ok()?;
    let line = |name: &str| text.strip_prefix(FIRST)?.lines().find_map(|line| line.strip_prefix(name));
    Some(Signpost { to: PathBuf::from(line("to: ")?), by: line("by: ")?.to_owned(), at: line("at: ")?.to_owned() })
}

impl Signpost {
    pub(super) fn new(to: &Path, by: &Author, at: Timestamp) -> Signpost {
        Signpost { to: to.to_owned(), by: format!("{} on {}", by.login, by.host), at: at.rfc3339() }
    }

    pub(super) fn text(&self) -> String {
        let to = self.to.display();
        format!(
            "{FIRST}\nto: {to}\nby: {}\nat: {}\n\nOpen it there: deskhand --db {to}\nor for good: desk = \"{to}\" in config.toml, or DESKHAND_DB={to}\n",
            self.by, self.at
        )
    }

    /// What somebody who opens the old place is told.
    pub(super) fn refusal(&self, place: &Path) -> Refusal {
        let to = self.to.display();
        Refusal::Unavailable(format!(
            "the desk at {} was moved to {to} by {} at {}. Open it there: deskhand --db {to}; or for good: desk = \"{to}\" in config.toml, or DESKHAND_DB",
            place.display(),
            self.by,
            self.at
        ))
    }
}
