//! How a person likes the screens of a desk: columns, where the ticket is shown, the filters they used.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// At most so many filters are remembered.
const FILTERS: usize = 100;

/// Where the ticket under the cursor is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preview {
    /// Right of the list, where there is room.
    #[default]
    Right,
    /// Below the list.
    Below,
    /// Nowhere.
    Off,
}

impl Preview {
    /// The next one, in turn.
    #[must_use]
    pub fn next(self) -> Preview {
        match self {
            Preview::Right => Preview::Below,
            Preview::Below => Preview::Off,
            Preview::Off => Preview::Right,
        }
    }
}

/// What one person is used to at one desk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Habits {
    /// The columns of lists, by name; empty means as many as fit.
    pub columns: Vec<String>,
    /// Where the ticket under the cursor is shown.
    pub preview: Preview,
    /// The filters used, the newest last.
    pub filters: Vec<String>,
}

impl Habits {
    /// What is remembered in `folder` for the desk at `desk`; nothing where the file can't be read.
    #[must_use]
    pub fn open(folder: &Path, desk: &Path) -> Habits {
        let bytes = std::fs::read(super::file_of(folder, "habits", desk)).ok();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Writes it down.
    ///
    /// # Errors
    /// The operating system's.
    pub fn save(&self, folder: &Path, desk: &Path) -> std::io::Result<()> {
        super::write_whole(&super::file_of(folder, "habits", desk), &serde_json::to_vec(self)?)
    }

    /// Remembers a filter as the newest. Tells whether that changed anything.
    pub fn used(&mut self, filter: &str) -> bool {
        let filter = filter.trim();
        if filter.is_empty() || self.filters.last().is_some_and(|last| last == filter) {
            return false;
        }
        self.filters.retain(|known| known != filter);
        self.filters.push(filter.to_owned());
        let over = self.filters.len().saturating_sub(FILTERS);
        self.filters.drain(..over);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_are_remembered_per_desk_and_a_broken_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let desk = Path::new("/srv/ops.desk");
        let mut habits = Habits { columns: vec![String::from("due")], preview: Preview::Below, ..Habits::default() };
        assert!(habits.used("vpn") && habits.used("mail") && habits.used("vpn") && !habits.used("vpn "));
        habits.save(folder.path(), desk).unwrap();
        assert_eq!(Habits::open(folder.path(), desk), habits);
        assert_eq!(habits.filters, ["mail", "vpn"]);
        assert_eq!(Habits::open(folder.path(), Path::new("/srv/other.desk")), Habits::default());
        let file = std::fs::read_dir(folder.path().join("habits")).unwrap().next().unwrap().unwrap().path();
        std::fs::write(file, "{").unwrap();
        assert_eq!(Habits::open(folder.path(), desk), Habits::default());
    }
}
