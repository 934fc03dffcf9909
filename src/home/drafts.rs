//! Texts that were typed and not sent: kept on this machine as they are typed, one file a desk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The drafts of one person at one desk.
pub struct Drafts {
    file: PathBuf,
    texts: BTreeMap<String, String>,
}

impl Drafts {
    /// The drafts kept in `folder` for the desk at `desk`; none where the file can't be read.
    #[must_use]
    pub fn open(folder: &Path, desk: &Path) -> Drafts {
        let file = super::file_of(folder, "drafts", desk);
        let texts = read(&file).unwrap_or_default();
        Drafts { file, texts }
    }

    /// All drafts, by the place where they belong.
    #[must_use]
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// Keeps a draft, or forgets it where the text is empty. The file is whole at any moment.
    ///
    /// # Errors
    /// The operating system's.
    pub fn keep(&mut self, place: String, text: String) -> std::io::Result<()> {
        // The same person may write in another window: what is kept from there stays.
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let turn = super::open_private(&self.file.with_extension("lock"))?;
        turn.lock()?;
        if let Some(kept) = read(&self.file) {
            self.texts = kept;
        }
        if text.is_empty() {
            self.texts.remove(&place);
        } else {
            self.texts.insert(place, text);
        }
        super::write_whole(&self.file, &serde_json::to_vec(&self.texts)?)
    }
}

/// Brings the drafts of a desk that was moved to where it lies now. Where there is one already in the same place, both stay
/// where they are.
pub(super) fn follow(folder: &Path, before: &Path, now: &Path) {
    let (mut from, mut to) = (Drafts::open(folder, before), Drafts::open(folder, now));
    for (place, text) in from.texts.clone() {
        if !to.texts.contains_key(&place) && to.keep(place.clone(), text).is_ok() {
            // One that stays is offered twice.
            let _ = from.keep(place, String::new());
        }
    }
}

fn read(file: &Path) -> Option<BTreeMap<String, String>> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_there_again_after_a_crash_and_gone_when_sent() {
        let folder = tempfile::tempdir().unwrap();
        let desk = Path::new("/srv/ops.desk");
        Drafts::open(folder.path(), desk).keep(String::from("note 7"), String::from("half a sen")).unwrap();
        let mut again = Drafts::open(folder.path(), desk);
        assert_eq!(again.all().get("note 7").map(String::as_str), Some("half a sen"));
        assert!(Drafts::open(folder.path(), Path::new("/srv/other.desk")).all().is_empty());
        again.keep(String::from("note 7"), String::new()).unwrap();
        assert!(Drafts::open(folder.path(), desk).all().is_empty());
    }

    #[test]
    fn two_windows_of_one_person_keep_the_drafts_of_both() {
        let folder = tempfile::tempdir().unwrap();
        let desk = Path::new("/srv/ops.desk");
        let (mut one, mut other) = (Drafts::open(folder.path(), desk), Drafts::open(folder.path(), desk));
        one.keep(String::from("note 7"), String::from("half a sen")).unwrap();
        other.keep(String::from("reply 8"), String::from("another")).unwrap();
        one.keep(String::from("note 7"), String::from("half a sentence")).unwrap();
        let kept = Drafts::open(folder.path(), desk);
        assert_eq!(kept.all().values().collect::<Vec<_>>(), ["half a sentence", "another"]);
        other.keep(String::from("reply 8"), String::new()).unwrap();
        assert_eq!(Drafts::open(folder.path(), desk).all().len(), 1);
    }
}
