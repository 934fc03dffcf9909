//! What a person has looked at, and in which version: what `is:changed` and the unread mark go by.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::desk::id::{Seq, TicketId};

/// At most so many tickets are remembered; those looked at longest ago by version are forgotten first.
const REMEMBERED: usize = 5_000;

/// The tickets that one person has looked at on one desk.
pub struct Seen {
    file: PathBuf,
    versions: BTreeMap<TicketId, Seq>,
}

impl Seen {
    /// What is remembered in `folder` for the desk at `desk`; nothing where the file can't be read.
    #[must_use]
    pub fn open(folder: &Path, desk: &Path) -> Seen {
        let file = super::file_of(folder, "seen", desk);
        let versions = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Vec<(TicketId, Seq)>>(&bytes).ok())
            .unwrap_or_default();
        Seen { file, versions: versions.into_iter().collect() }
    }

    /// The tickets with the versions that were looked at.
    #[must_use]
    pub fn versions(&self) -> &BTreeMap<TicketId, Seq> {
        &self.versions
    }

    /// Remembers that a ticket was looked at. Kept in memory until [`Seen::save`].
    pub fn look(&mut self, ticket: TicketId, version: Seq) {
        self.versions.insert(ticket, version);
        if self.versions.len() > REMEMBERED
            && let Some(oldest) = self.versions.iter().min_by_key(|(_, version)| **version).map(|(ticket, _)| *ticket)
        {
            self.versions.remove(&oldest);
        }
    }

    /// Writes it down.
    ///
    /// # Errors
    /// The operating system's.
    pub fn save(&self) -> std::io::Result<()> {
        let list: Vec<(&TicketId, &Seq)> = self.versions.iter().collect();
        super::write_whole(&self.file, &serde_json::to_vec(&list)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_at_is_remembered_per_desk() {
        let folder = tempfile::tempdir().unwrap();
        let desk = Path::new("/srv/ops.desk");
        let mut seen = Seen::open(folder.path(), desk);
        seen.look(TicketId(7), Seq(3));
        seen.look(TicketId(7), Seq(5));
        seen.save().unwrap();
        assert_eq!(Seen::open(folder.path(), desk).versions().get(&TicketId(7)), Some(&Seq(5)));
        assert!(Seen::open(folder.path(), Path::new("/srv/other.desk")).versions().is_empty());
    }
}
