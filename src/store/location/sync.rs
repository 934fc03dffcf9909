//! Folders that a sync program copies to other machines, recognised by what the program leaves in them.
//!
//! Such a program copies the desk file while it is being written and, when two people wrote, keeps one of the two.

use std::path::{Path, PathBuf};

/// What the programs leave: Syncthing, Dropbox, Resilio Sync, ownCloud and Nextcloud, OneDrive, Google Drive.
const MARKERS: &[&str] = &[
    ".stfolder",
    ".dropbox.cache",
    ".sync/ID",
    ".owncloudsync.log",
    ".nextcloudsync.log",
    ".849C9593-D756-4E56-8D6E-42412F2A707B",
    ".tmp.driveupload",
];

/// The marker of a sync program in a folder above `path` or in `path` itself, if there is any.
pub(super) fn marker_above(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(marker_in)
}

fn marker_in(folder: &Path) -> Option<PathBuf> {
    let known = MARKERS.iter().map(|name| folder.join(name)).find(|marker| marker.exists());
    // In the home folder, `.dropbox` is a folder of Dropbox's settings; in what it copies, a file.
    let dropbox = || Some(folder.join(".dropbox")).filter(|marker| marker.is_file());
    known.or_else(dropbox).or_else(|| database_in(folder)).or_else(|| cloud(folder))
}

/// Nextcloud's and ownCloud's clients keep a database `.sync_0123abcd.db` in the folder that they copy.
fn database_in(folder: &Path) -> Option<PathBuf> {
    let name = folder.file_name()?.to_string_lossy().to_lowercase();
    // Every folder above a desk is looked at: a long listing is read only where it may be worth it.
    if !["nextcloud", "owncloud", "cloud"].iter().any(|word| name.contains(word)) {
        return None;
    }
    let entries = std::fs::read_dir(folder).ok()?;
    entries.flatten().map(|entry| entry.path()).find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name.starts_with(".sync_") || name.starts_with("._sync_")) && name.ends_with(".db")
    })
}

/// Where macOS keeps what iCloud and the File Provider of other programs copy.
fn cloud(folder: &Path) -> Option<PathBuf> {
    let known = ["Library/CloudStorage", "Library/Mobile Documents"].iter().any(|ending| folder.ends_with(ending));
    known.then(|| folder.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(make: impl Fn(&Path)) -> Option<String> {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("Nextcloud/team");
        std::fs::create_dir_all(&folder).unwrap();
        make(root.path());
        let marker = marker_above(&folder)?;
        Some(marker.strip_prefix(root.path()).unwrap().to_string_lossy().into_owned())
    }

    #[test]
    fn each_program_is_known_by_what_it_leaves() {
        assert_eq!(found(|_| ()), None);
        assert_eq!(found(|root| std::fs::write(root.join(".dropbox"), "{}").unwrap()).as_deref(), Some(".dropbox"));
        assert_eq!(found(|root| std::fs::create_dir(root.join(".dropbox")).unwrap()), None);
        assert_eq!(
            found(|root| std::fs::write(root.join("Nextcloud/.sync_1f2e.db"), "").unwrap()).as_deref(),
            Some("Nextcloud/.sync_1f2e.db")
        );
        assert_eq!(found(|root| std::fs::create_dir(root.join(".sync")).unwrap()), None);
        let resilio = |root: &Path| {
            std::fs::create_dir(root.join(".sync")).unwrap();
            std::fs::write(root.join(".sync/ID"), "").unwrap();
        };
        assert_eq!(found(resilio).as_deref(), Some(".sync/ID"));
    }

    #[test]
    fn what_icloud_copies_is_known_by_its_place() {
        let path = Path::new("/Users/anna/Library/Mobile Documents/desk");
        assert_eq!(cloud(path.parent().unwrap()), path.parent().map(Path::to_path_buf));
    }
}
