//! Moving a desk to another place: from a local disk to a drive, from there to another, and back.
//!
//! A copy is verified and made fit for its new place, and held against the desk, before anything is given up; then the old
//! file gets another name, a signpost takes its place, and the copy gets its name. At no moment are there two desks to write
//! to, and at each a whole one is found: whoever comes after a crash is told by the signpost how to finish.

use std::path::{Path, PathBuf};

use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::backup::first_finding;
use crate::store::drive::{Nearby, Step, newest, reached};
use crate::store::hold::{Hold, kept_as, put_back};
use crate::store::location::Class;
use crate::store::open;
use crate::store::put::{Part, class_for, refuse_taken};
use crate::store::signpost::{self, Signpost};

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
    /// A move to that place which was interrupted when all but its last step was done.
    left: Option<Signpost>,
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
        let left = signpost::at(from).filter(|signpost| {
            signpost.unfinished().is_some()
                && whole(to).is_ok_and(|to| to == signpost.to)
                && !signpost.is_of_a_restore(from)
        });
        if left.is_none() {
            open::inspect(from)?;
        }
        // A link stays what it is and leads to the signpost.
        let from = std::fs::canonicalize(from).map_err(|error| open::unreachable_file(from, &error))?;
        let to_class = class_for(to)?;
        let to = whole(to)?;
        if from == to {
            return Err(Refusal::rule(format!("{} is where the desk lies already", to.display())));
        }
        refuse_taken(&to)?;
        let bytes = std::fs::metadata(left.as_ref().map_or(&*from, |left| &*left.kept)).map(|meta| meta.len());
        Ok(Relocation { from_class: class_for(&from)?, from, to, to_class, bytes: bytes.unwrap_or(0), left })
    }

    /// Moves the desk, or finishes a move that was interrupted.
    ///
    /// # Errors
    /// When it can't be held, does not hold, or the new place can't be written; it stays where it was then.
    pub fn carry_out(&self, nearby: &Nearby, now: Timestamp) -> Result<Relocated, Refusal> {
        if let Some(left) = &self.left {
            return self.finish(left, nearby);
        }
        let Relocation { from, to, .. } = self;
        let kept = kept_as(from, "moved", now);
        let (mut hold, part, newest) = self.draw(nearby)?;
        let post = Signpost::new(to, &nearby.me, now, &kept, part.path()).post(from)?;
        hold.make_way(from, &post, &kept)?;
        if let Err(refusal) = part.appear(to, self.to_class) {
            put_back(&kept, from);
            return Err(refusal);
        }
        Ok(Relocated { kept, newest })
    }

    /// Draws a copy that holds and is what the desk is while it is held. Others work on while it is looked at; only where
    /// they changed the desk each time, they wait.
    fn draw(&self, nearby: &Nearby) -> Result<(Hold, Part, Seq), Refusal> {
        let from = &self.from;
        let take = || Hold::take(from, self.from_class, &nearby.me);
        let mut tries = 0;
        loop {
            tries += 1;
            let mut hold = Some(take()?);
            let mut drawn = None;
            let part = Part::make(&self.to, self.to_class, &nearby.copy, from, |file| {
                let copy = match &hold {
                    Some(hold) => hold.draw(from, file)?,
                    None => take()?.draw(from, file)?,
                };
                if tries < TRIES {
                    hold = None;
                }
                if let Some(finding) = first_finding(&copy, file)? {
                    return Err(Refusal::Damaged(format!(
                        "{} does not hold, so it stays where it is: {finding}. All of it: deskhand verify",
                        from.display()
                    )));
                }
                drawn = Some(newest(&copy).map_err(|error| open::explain(file, &error))?);
                Ok(copy)
            })?;
            reached(Step::Verified);
            let hold = hold.map_or_else(take, Ok)?;
            let newest = hold.newest(from)?;
            if drawn.as_ref() == Some(&newest) {
                return Ok((hold, part, newest.seq));
            }
        }
    }

    /// Gives the copy that waits for it its name. Whoever made it may still be at it: the lock of the old place tells.
    fn finish(&self, left: &Signpost, nearby: &Nearby) -> Result<Relocated, Refusal> {
        let held = if self.from_class == Class::Network { &self.from } else { &left.kept };
        let _hold = Hold::seize(held, self.from_class, &nearby.me)?;
        let still = signpost::at(&self.from).filter(|signpost| signpost == left);
        let Some(file) = still.as_ref().and_then(Signpost::unfinished) else {
            return Err(left.refusal(&self.from));
        };
        let asked = open::only_read(file).and_then(|desk| newest(&desk).map_err(|error| open::explain(file, &error)));
        let newest = asked?.seq;
        Part::left(file).appear(&self.to, self.to_class)?;
        Ok(Relocated { kept: left.kept.clone(), newest })
    }
}

/// A copy is drawn so often while others work on; the last time they wait until it has been looked at.
const TRIES: usize = 3;

/// A path that means the same from everywhere on this machine, of a file that need not exist.
fn whole(path: &Path) -> Result<PathBuf, Refusal> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| Refusal::rule(format!("{} names no file", path.display())))?;
    let folder = std::fs::canonicalize(folder).map_err(|error| open::unreachable_file(folder, &error))?;
    Ok(folder.join(name))
}
