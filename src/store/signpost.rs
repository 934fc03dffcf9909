//! What lies in the place of a desk that was moved: a short text that says where it is now. Deskhand reads it to whoever
//! opens the old place, and so does any pager.
//!
//! While a desk is moved or replaced it also names the whole file that is about to get its name: whoever comes after a crash
//! is told how to finish.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::desk::command::Author;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::backup::{beside, take_after};

/// How it begins. Longer than the header of a desk, whoever reads that alone: a client that looks for news at this place
/// finds some, and then this.
const FIRST: &str = "Deskhand: the desk that was here was moved.\n";

/// Where a desk went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signpost {
    /// Where it lies now. Where a backup takes its place, that is this very place.
    pub to: PathBuf,
    /// Who moved it.
    pub by: String,
    /// When.
    pub at: String,
    /// The file that was here, under its other name.
    pub kept: PathBuf,
    /// The whole desk, while it waits for its name.
    pub(super) whole: PathBuf,
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
    Some(Signpost {
        to: PathBuf::from(line("to: ")?),
        by: line("by: ")?.to_owned(),
        at: line("at: ")?.to_owned(),
        kept: PathBuf::from(line("kept: ")?),
        whole: PathBuf::from(line("whole: ")?),
    })
}

impl Signpost {
    pub(super) fn new(to: &Path, by: &Author, at: Timestamp, kept: &Path, whole: &Path) -> Signpost {
        let (to, kept, whole) = (to.to_owned(), kept.to_owned(), whole.to_owned());
        Signpost { to, by: format!("{} on {}", by.login, by.host), at: at.rfc3339(), kept, whole }
    }

    /// Refuses names that can't be written down in lines.
    pub(super) fn refuse_unwritable(&self) -> Result<(), Refusal> {
        let odd = |path: &PathBuf| path.to_string_lossy().contains(|c: char| c.is_control() || c == '\u{FFFD}');
        match [&self.to, &self.kept, &self.whole].into_iter().any(odd) {
            true => Err(Refusal::rule("the place has a name that can't be written down; choose a plain one")),
            false => Ok(()),
        }
    }

    /// Writes it beside `place`, to be put there, like the file that lies there now.
    pub(super) fn post(&self, place: &Path) -> Result<Post, Refusal> {
        self.refuse_unwritable()?;
        let post = Post(beside(place, &format!(".signpost-{}", uuid::Uuid::now_v7())));
        let write = || -> std::io::Result<()> {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&post.0)?;
            file.write_all(self.text().as_bytes())?;
            take_after(&file, &std::fs::metadata(place)?)?;
            file.sync_all()
        };
        match write() {
            Ok(()) => Ok(post),
            Err(error) => Err(Refusal::Unavailable(format!("{} can't be written: {error}", place.display()))),
        }
    }

    /// The whole desk that has not got its name yet, where whoever gave it was interrupted. It lies beside that name:
    /// nobody else's file is taken for it.
    pub(super) fn unfinished(&self) -> Option<&Path> {
        let name = |path: &Path| Some(path.file_name()?.to_str()?.to_owned());
        let beside = self.whole.parent() == self.to.parent()
            && name(&self.whole)?.starts_with(&format!("{}.new-", name(&self.to)?));
        let named = || std::fs::symlink_metadata(&self.to).is_ok() && at(&self.to).is_none();
        // One that has got its name besides was interrupted before the other was taken away.
        let waits = || std::fs::metadata(&self.whole).is_ok_and(|meta| meta.is_file() && meta.nlink() == 1);
        (beside && waits() && !named()).then_some(&*self.whole)
    }

    /// Whether it is the desk's own place to which it leads: a backup is being put there.
    pub(super) fn is_of_a_restore(&self, place: &Path) -> bool {
        std::path::absolute(place).is_ok_and(|place| place == self.to) || self.to == place
    }

    fn text(&self) -> String {
        let (to, kept, whole) = (self.to.display(), self.kept.display(), self.whole.display());
        format!(
            "{FIRST}\nto: {to}\nby: {}\nat: {}\nkept: {kept}\nwhole: {whole}\n\nOpen it there: deskhand --db {to}\nor for good: desk = \"{to}\" in config.toml, or DESKHAND_DB={to}\nIf {whole} still exists, it is the desk: run the same relocate or restore again, and it gets its name.\n",
            self.by, self.at
        )
    }

    /// What somebody who opens the old place is told.
    pub(super) fn refusal(&self, place: &Path) -> Refusal {
        let restores = self.is_of_a_restore(place);
        let (place, to, by, at) = (place.display(), self.to.display(), &self.by, &self.at);
        let whole = self.whole.display();
        Refusal::Unavailable(match self.unfinished() {
            None if restores => format!(
                "a backup was being put in the place of {place} by {by} at {at}, which was interrupted. Restore it again: deskhand --db {place} restore FILE. What was there is kept as {}",
                self.kept.display()
            ),
            Some(_) if restores => format!(
                "a backup was being put in the place of {place} by {by} at {at}. If that was interrupted, finish it: deskhand --db {place} restore {whole}. What was there is kept as {}",
                self.kept.display()
            ),
            Some(_) => format!(
                "the desk at {place} was being moved to {to} by {by} at {at}. If that was interrupted, finish it: deskhand --db {place} relocate {to}"
            ),
            None => format!(
                "the desk at {place} was moved to {to} by {by} at {at}. Open it there: deskhand --db {to}; or for good: desk = \"{to}\" in config.toml, or DESKHAND_DB"
            ),
        })
    }
}

/// A signpost beside its place. It is gone when this is dropped before it was put there.
pub(super) struct Post(PathBuf);

impl Post {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        // What has its place by now is not here any more.
        let _ = std::fs::remove_file(&self.0);
    }
}
