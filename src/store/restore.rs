//! Restoring: a verified copy of a backup takes the place of a desk. The backup itself is only read.

use std::path::{Path, PathBuf};

use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::backup::{draw, first_finding};
use crate::store::drive::{Nearby, forget_copies};
use crate::store::hold::{Hold, counter_of, kept_as, outrun, put_back};
use crate::store::location::Class;
use crate::store::put::{Part, class_for};
use crate::store::signpost::{self, Signpost};
use crate::store::{open, schema};

/// Puts a backup in the place of a desk, brought up to date where it is older than this program. The file that it replaces
/// is kept beside it, under the name returned.
///
/// # Errors
/// When the backup does not hold or the place can't be written; the desk stays as it was.
pub fn restore(backup: &Path, desk: &Path, nearby: &Nearby, now: Timestamp) -> Result<Option<PathBuf>, Refusal> {
    let class = class_for(desk)?;
    let source = open::only_read(backup)?;
    let like = if desk.exists() { desk } else { backup };
    let part = Part::make(desk, class, &nearby.copy, like, |file| {
        let mut copy = draw(&source, backup, file)?;
        schema::admit(&copy)
            .and_then(|()| schema::migrate(&mut copy))
            .map_err(|error| open::explain(backup, &error))?;
        match first_finding(&copy, backup)? {
            Some(finding) => Err(Refusal::Damaged(format!(
                "{} does not hold: {finding}. The desk stays as it was",
                backup.display()
            ))),
            None => Ok(copy),
        }
    })?;
    let kept = put(part, desk, class, nearby, now)?;
    match class {
        // Opened once, so that the log is there for those who may only read.
        Class::Local => drop(open::open(desk)?),
        // Whoever put it there knows that it is another: the others are told.
        _ => forget_copies(&nearby.copy),
    }
    Ok(kept)
}

/// Moves the copy to its place, and what was there aside; between the two a signpost lies there.
fn put(part: Part, desk: &Path, class: Class, nearby: &Nearby, now: Timestamp) -> Result<Option<PathBuf>, Refusal> {
    if !desk.exists() {
        return part.appear(desk, class).map(|()| None);
    }
    let before = signpost::at(desk);
    if class == Class::Network {
        // Others look for news by this number alone.
        let known = before.as_ref().map_or(desk, |signpost| &signpost.kept);
        outrun(part.path(), counter_of(known).unwrap_or(0))
            .map_err(|error| Refusal::Unavailable(format!("{} can't be written: {error}", desk.display())))?;
    }
    if let Some(signpost) = before {
        // One that was interrupted left a whole file, which nobody waits for any more.
        let left = signpost.unfinished().map(Part::left);
        part.appear(desk, class)?;
        drop(left);
        return Ok(signpost.kept.exists().then_some(signpost.kept));
    }
    // Kept until the end: nobody writes into a file that nobody will see.
    let mut hold = Hold::seize(desk, class, &nearby.me)?;
    let kept = kept_as(desk, "replaced", now);
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let post = Signpost::new(&whole(desk), &nearby.me, now, &whole(&kept), &whole(part.path())).post(desk)?;
    hold.make_way(desk, &post, &kept)?;
    if let Err(refusal) = part.appear(desk, class) {
        put_back(&kept, desk);
        return Err(refusal);
    }
    Ok(Some(kept))
}
