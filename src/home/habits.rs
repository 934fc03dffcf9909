//! What a person is used to at a desk, remembered between sittings; the screens know what that is.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is remembered in `folder` for the desk at `desk`; nothing where the file can't be read.
#[must_use]
pub fn open<T: DeserializeOwned + Default>(folder: &Path, desk: &Path) -> T {
    let bytes = std::fs::read(super::file_of(folder, "habits", desk)).ok();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Writes it down.
///
/// # Errors
/// The operating system's.
pub fn save<T: Serialize>(habits: &T, folder: &Path, desk: &Path) -> std::io::Result<()> {
    super::write_whole(&super::file_of(folder, "habits", desk), &serde_json::to_vec(habits)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::habits::{Habits, Preview};
    use crate::tui::screen::Tab;

    #[test]
    fn habits_are_remembered_per_desk_and_a_broken_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let desk = Path::new("/srv/ops.desk");
        let mut habits = Habits { columns: vec![String::from("due")], preview: Preview::Below, ..Habits::default() };
        assert!(
            habits.used(Tab::Queue, "vpn")
                && habits.used(Tab::Queue, "mail")
                && habits.used(Tab::Queue, "vpn")
                && !habits.used(Tab::Queue, "vpn ")
        );
        save(&habits, folder.path(), desk).unwrap();
        assert_eq!(open::<Habits>(folder.path(), desk), habits);
        assert_eq!(habits.filters, ["mail", "vpn"]);
        assert_eq!(open::<Habits>(folder.path(), Path::new("/srv/other.desk")), Habits::default());
        let file = std::fs::read_dir(folder.path().join("habits")).unwrap().next().unwrap().unwrap().path();
        std::fs::write(file, "{").unwrap();
        assert_eq!(open::<Habits>(folder.path(), desk), Habits::default());
    }
}
