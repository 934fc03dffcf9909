//! Moving a desk to another place: from a local disk to a drive, from there to another, and back.
//!
//! The desk is held while it is copied; the copy is verified and made fit for its new place before anything is given up; the
//! old file is kept under another name, and a signpost lies where it was. At no moment are there two desks to write to.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::backup::{beside, first_finding, sync_folder};
use crate::store::drive::Nearby;
use crate::store::hold::{Hold, kept_as, put_back};
use crate::store::location::Class;
use crate::store::open;
use crate::store::put::{Part, class_for, refuse_taken};
use crate::store::signpost::Signpost;

/// A move, thought through: nothing is changed before [`Relocation::carry_out`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// The desk, by the name that is no link.
    pub from: PathBuf,
    /// How it lies there.
    pub from_class: Class,
    /// Where it will lie.
    pub to: PathBuf,
    /// How it will lie there.
    pub to_class: Class,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A desk that was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relocated {
    /// The old file.
    pub kept: PathBuf,
    /// The newest entry of the journal.
    pub newest: Seq,
}

impl Relocation {
    /// Looks whether a desk can be moved to a place.
    ///
    /// # Errors
    /// When there is no desk here, when something lies there, and where a desk can't lie.
    pub fn plan(from: &Path, to: &Path) -> Result<Relocation, Refusal> {
        open::inspect(from)?;
        // A link stays what it is and leads to the signpost.
        let from = std::fs::canonicalize(from).map_err(|error| open::unreachable_file(from, &error))?;
        let to_class = class_for(to)?;
        let to = whole(to)?;
        if from == to {
            return Err(Refusal::rule(format!("{} is where the desk lies already", to.display())));
        }
        refuse_taken(&to)?;
        if to.to_string_lossy().contains(|c: char| c.is_control() || c == '\u{FFFD}') {
            return Err(Refusal::rule("the new place has a name that can't be written down; choose a plain one"));
        }
        let bytes = std::fs::metadata(&from).map(|meta| meta.len()).unwrap_or(0);
        Ok(Relocation { from_class: class_for(&from)?, from, to, to_class, bytes })
    }

    /// Moves the desk.
    ///
    /// # Errors
    /// When it can't be held, does not hold, or the new place can't be written; it stays where it was then.
    pub fn carry_out(&self, nearby: &Nearby, now: Timestamp) -> Result<Relocated, Refusal> {
        let Relocation { from, to, .. } = self;
        let mut hold = Hold::take(from, self.from_class, &nearby.me)?;
        let mut newest = Seq(0);
        let part = Part::make(to, self.to_class, &nearby.copy, from, |file| {
            let copy = hold.draw(from, file)?;
            if let Some(finding) = first_finding(&copy, file)? {
                return Err(Refusal::Damaged(format!(
                    "{} does not hold, so it stays where it is: {finding}. All of it: deskhand verify",
                    from.display()
                )));
            }
            let asked = copy.query_row("SELECT ifnull(max(seq), 0) FROM txn", [], |row| row.get(0));
            newest = Seq(asked.map_err(|error| open::explain(file, &error))?);
            Ok(copy)
        })?;
        let kept = kept_as(from, "moved", now);
        let post = self.write_signpost(nearby, now)?;
        if let Err(refusal) = hold.set_aside(from, &kept) {
            let _ = std::fs::remove_file(&post);
            return Err(refusal);
        }
        // From here on nobody writes to the old file, and whoever looks for it is sent on.
        let unwritten = |error| Refusal::Unavailable(format!("{} can't be written: {error}", from.display()));
        let moved = std::fs::rename(&post, from).and_then(|()| sync_folder(from)).map_err(unwritten);
        if let Err(refusal) = moved.and_then(|()| part.appear(to, self.to_class)) {
            put_back(&kept, from);
            let _ = std::fs::remove_file(&post);
            return Err(refusal);
        }
        Ok(Relocated { kept, newest })
    }

    fn write_signpost(&self, nearby: &Nearby, now: Timestamp) -> Result<PathBuf, Refusal> {
        let post = beside(&self.from, &format!(".signpost-{}", uuid::Uuid::now_v7()));
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&post)?;
            file.write_all(Signpost::new(&self.to, &nearby.me, now).text().as_bytes())?;
            file.set_permissions(std::fs::metadata(&self.from)?.permissions())?;
            file.sync_all()
        };
        write().map_err(|error| {
            let _ = std::fs::remove_file(&post);
            Refusal::Unavailable(format!("{} can't be written: {error}", self.from.display()))
        })?;
        Ok(post)
    }
}

/// A path that means the same from everywhere on this machine, of a file that need not exist.
fn whole(path: &Path) -> Result<PathBuf, Refusal> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| Refusal::rule(format!("{} names no file", path.display())))?;
    let folder = std::fs::canonicalize(folder).map_err(|error| open::unreachable_file(folder, &error))?;
    Ok(folder.join(name))
}
