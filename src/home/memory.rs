//! The newest entry of each desk's journal that this person has seen: a desk that no longer holds it was replaced by an older
//! copy or edited by other means, and is reported once.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::desk::mark::{Mark, compare};
use crate::desk::refusal::Refusal;
use crate::store::Reader;

/// What is remembered of one desk file.
pub struct Memory {
    file: PathBuf,
    desk: PathBuf,
    last: Option<Mark>,
}

/// As it is written: file names of two desks may be the same, their paths are not.
#[derive(Serialize, Deserialize)]
struct Remembered {
    path: PathBuf,
    last: Mark,
}

impl Memory {
    /// What is remembered in `folder` of the desk at `desk`; nothing where the file can't be read.
    #[must_use]
    pub fn open(folder: &Path, desk: &Path) -> Memory {
        let desk = std::path::absolute(desk).unwrap_or_else(|_| desk.to_path_buf());
        let file = super::file_of(folder, "last", &desk);
        let read = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Remembered>(&bytes).ok());
        let last = read.filter(|remembered| remembered.path == desk).map(|remembered| remembered.last);
        Memory { file, desk, last }
    }

    /// Meets the desk again: says what is wrong if it is not the one that was seen, gone on, and remembers it as it is now.
    ///
    /// # Errors
    /// When the desk can't be read.
    pub fn meet(&mut self, reader: &Reader) -> Result<Option<String>, Refusal> {
        let newest = reader.mark()?;
        let breach = match &self.last {
            Some(seen) => compare(seen, &newest, reader.hash_at(seen.seq)?.as_deref())
                .map(|breach| breach.told(seen, &newest, super::zone())),
            None => None,
        };
        self.keep(newest);
        Ok(breach)
    }

    /// Remembers a desk as it is now, without a word: this client made it so.
    pub fn keep(&mut self, newest: Mark) {
        if self.last.as_ref() == Some(&newest) {
            return;
        }
        let remembered = Remembered { path: self.desk.clone(), last: newest };
        if let Ok(bytes) = serde_json::to_vec(&remembered) {
            // Where nothing can be remembered, nothing is noticed next time, and that is all.
            let _ = super::write_whole(&self.file, &bytes);
        }
        self.last = Some(remembered.last);
    }
}

/// The places where a desk of this identity was seen.
pub(super) fn places_of(folder: &Path, identity: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder.join("last")).into_iter().flatten().flatten().map(|file| file.path());
    let read = |file: PathBuf| serde_json::from_slice::<Remembered>(&std::fs::read(file).ok()?).ok();
    files.filter_map(read).filter(|seen| seen.last.desk == identity).map(|seen| seen.path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::command::Author;
    use crate::desk::time::{Moment, Timestamp};
    use crate::store::Store;

    #[test]
    fn a_desk_in_the_place_of_another_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ops.desk");
        let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        let make = || Store::create(&path, &author, &Moment::utc(Timestamp(0)), "ops").unwrap();
        let meet = |store: &Store| Memory::open(folder.path(), &path).meet(&store.read().unwrap()).unwrap();
        let first = make();
        assert_eq!(meet(&first), None);
        assert_eq!(meet(&first), None);
        drop(first);
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("ops.desk{ending}")));
        }
        let second = make();
        assert!(meet(&second).unwrap().starts_with("another desk lies here than before. You had seen entry 1 by anna"));
        assert_eq!(meet(&second), None);
    }
}
