//! Putting a finished file in a desk's place: made fit for that place, whole and on the disk before it gets its name, and
//! never over something else.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::desk::refusal::Refusal;
use crate::store::backup::{beside, settle, sync_folder, take_after};
use crate::store::drive::{Step, make_private, place_of, reached};
use crate::store::location::Class;
use crate::store::{full_text, open, signpost};

/// Files of SQLite's beside a desk that are part of it.
pub(super) const SIDES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The class of the place where a desk lies or shall lie, as it is used there; one where it can't lie is refused.
pub(super) fn class_for(desk: &Path) -> Result<Class, Refusal> {
    let place = place_of(desk).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Refusal::Unavailable(format!(
            "there is no folder {}; make it first",
            desk.parent().unwrap_or(Path::new(".")).display()
        )),
        _ => Refusal::Unavailable(format!("{}: {error}", desk.display())),
    })?;
    match place.class {
        Class::Network => Ok(Class::Network),
        Class::Local | Class::Unsafe => place.allow_local_protocol(desk).map(|()| Class::Local),
    }
}

/// Refuses a place where something lies already. The signpost of a desk that was moved away is nothing; what lies beside it
/// was left when that desk was kept under another name.
pub(super) fn refuse_taken(desk: &Path) -> Result<(), Refusal> {
    match signpost::at(desk) {
        Some(signpost) if signpost.unfinished().is_some() && !signpost.is_of_a_restore(desk) => {
            return Err(signpost.refusal(desk));
        }
        Some(_) => return Ok(()),
        None if std::fs::symlink_metadata(desk).is_ok() => {
            return Err(Refusal::rule(format!("{} exists already; nothing was changed", desk.display())));
        }
        None => {}
    }
    // SQLite would take what another desk left half-done for this one's.
    let left = |side: &PathBuf| std::fs::metadata(side).is_ok_and(|meta| meta.len() > 0);
    match ["-wal", "-journal"].map(|ending| beside(desk, ending)).into_iter().find(left) {
        Some(side) => Err(Refusal::rule(format!(
            "{} is left of another desk that was here; take it away first. Nothing was changed",
            side.display()
        ))),
        None => Ok(()),
    }
}

/// Makes a closed-off file fit for its class of place: on a drive there is no full text, since each client keeps its own.
pub(super) fn fit(conn: &mut Connection, class: Class) -> rusqlite::Result<()> {
    conn.query_row("PRAGMA journal_mode = delete", [], |_| Ok(()))?;
    if class == Class::Local {
        let transaction = conn.transaction()?;
        full_text::complete(&transaction)?;
        return transaction.commit();
    }
    if !full_text::begun(conn)? {
        return Ok(());
    }
    let transaction = conn.transaction()?;
    full_text::remove(&transaction)?;
    transaction.commit()?;
    // What is read over the network, and byte by byte, is as short as can be.
    conn.execute_batch("VACUUM")
}

/// A finished file beside its place, under a name that nobody looks for. It is gone when this is dropped before it appeared.
pub(super) struct Part(PathBuf);

impl Part {
    /// A name for a finished file beside `desk`. Two machines may have the same process id.
    pub(super) fn beside(desk: &Path) -> Part {
        Part(beside(desk, &format!(".new-{}", uuid::Uuid::now_v7())))
    }

    /// A finished file that was left beside its place when whoever made it was interrupted.
    pub(super) fn left(file: &Path) -> Part {
        Part(file.to_owned())
    }

    /// Lets a file be drawn, looked at and made fit: beside its place on a local disk, else in the workshop on this
    /// machine's disk, from where it is carried to the drive whole.
    pub(super) fn make(
        desk: &Path,
        class: Class,
        workshop: &Path,
        like: &Path,
        draw: impl FnOnce(&Path) -> Result<Connection, Refusal>,
    ) -> Result<Part, Refusal> {
        let finish = |file: &Path| -> Result<Connection, Refusal> {
            let mut conn = draw(file)?;
            fit(&mut conn, class).map_err(|error| open::explain(file, &error))?;
            Ok(conn)
        };
        if class == Class::Local {
            let part = Part::beside(desk);
            settle(finish(&part.0)?, &part.0, like)?;
            return Ok(part);
        }
        let draft = draft_in(workshop)?;
        finish(draft.path())?.close().map_err(|(_, error)| open::explain(draft.path(), &error))?;
        Part::carry(draft.path(), desk, Some(like))
    }

    /// Copies a finished file beside `desk` and waits until it is on the disk there. It gets the owner and permissions of
    /// the file that it is `like`, else those of any new file of this person's.
    pub(super) fn carry(file: &Path, desk: &Path, like: Option<&Path>) -> Result<Part, Refusal> {
        let part = Part::beside(desk);
        let copy = || -> io::Result<()> {
            let mode = if like.is_some() { 0o600 } else { 0o666 };
            let mut to = OpenOptions::new().write(true).create_new(true).mode(mode).open(&part.0)?;
            io::copy(&mut File::open(file)?, &mut to)?;
            if let Some(like) = like {
                take_after(&to, &std::fs::metadata(like)?)?;
            }
            to.sync_all()
        };
        copy().map_err(|error| unwritten(desk, &error))?;
        Ok(part)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Gives it its name, where nothing lies but perhaps the signpost of a desk that was moved.
    pub(super) fn appear(self, desk: &Path, class: Class) -> Result<(), Refusal> {
        refuse_taken(desk)?;
        let posted = signpost::at(desk).is_some();
        if posted {
            remove_sides(desk);
        }
        if class == Class::Network {
            make_journal(desk, &self.0);
        }
        let named = match posted {
            true => self.replace(desk),
            false => self.name(desk),
        };
        named.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Refusal::rule(format!("{} exists already; nothing was changed", desk.display()))
            }
            _ => unwritten(desk, &error),
        })?;
        // It is there now, and others may have opened it: what fails from here on takes it back no more.
        let _ = sync_folder(desk);
        reached(Step::Appeared);
        Ok(())
    }

    /// Gives it the name of what lies there. Where somebody has that open on SMB, Linux takes it away and then finds that its
    /// name is not free yet: this one waits for it then, and stays where it is if that takes too long. Nothing is lost.
    pub(super) fn replace(self, desk: &Path) -> io::Result<()> {
        replace(&self.0, desk).map_err(|error| match is_gone(desk) {
            true => {
                let only = format!("{error}; all of it is in {}", self.0.display());
                // It is the only one that is left.
                std::mem::forget(self);
                io::Error::other(only)
            }
            false => error,
        })
    }

    /// Some drives know no links, others no renaming that spares what is there.
    fn name(&self, desk: &Path) -> io::Result<()> {
        name(&self.0, desk)
    }
}

fn name(file: &Path, place: &Path) -> io::Result<()> {
    match std::fs::hard_link(file, place) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Ok(renameat_with(CWD, file, CWD, place, RenameFlags::NOREPLACE)?)
        }
        // A second name that stays for now goes with whatever is left of its making.
        linked => linked.map(|()| _ = std::fs::remove_file(file)),
    }
}

/// How long somebody may have open what was taken away.
const OPEN: Duration = Duration::from_secs(30);

/// Lets a file take the place of another, also where the system takes that away first.
pub(super) fn replace(file: &Path, place: &Path) -> io::Result<()> {
    let until = Instant::now() + OPEN;
    let mut replaced = std::fs::rename(file, place);
    while replaced.is_err() && is_gone(place) && file.exists() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
        replaced = name(file, place);
    }
    replaced
}

/// Whether a file is not there any more; a drive refuses to tell of one that goes when nobody has it open.
pub(super) fn is_gone(place: &Path) -> bool {
    let gone = [io::ErrorKind::NotFound, io::ErrorKind::PermissionDenied];
    std::fs::symlink_metadata(place).is_err_and(|error| gone.contains(&error.kind()))
}

impl Drop for Part {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            // What has its name by now is not here any more.
            let _ = std::fs::remove_file(beside(&self.0, ending));
        }
    }
}

/// The journal of a desk on a drive always exists, so that no machine remembers that there is none. Where it can't be made
/// now, the first who writes makes it.
pub(super) fn make_journal(desk: &Path, like: &Path) {
    let made = OpenOptions::new().append(true).create(true).open(beside(desk, "-journal"));
    let _ = made.and_then(|file| take_after(&file, &std::fs::metadata(like)?));
}

/// Takes away what SQLite keeps beside a desk that is not there any more.
pub(super) fn remove_sides(desk: &Path) {
    for ending in SIDES {
        // What is not there need not go.
        let _ = std::fs::remove_file(beside(desk, ending));
    }
}

/// A finished file beside its place that has not got its name, where nothing has that: whoever gave it was interrupted.
pub(super) fn awaits_its_name(desk: &Path) -> Option<PathBuf> {
    let begins = format!("{}.new-", desk.file_name()?.to_str()?);
    let folder = desk.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let files = std::fs::read_dir(folder).ok()?.flatten();
    let mut waits = files.filter(|file| file.file_name().to_str().is_some_and(|name| name.starts_with(&begins)));
    waits.next().map(|file| file.path())
}

/// A folder of this machine's disk for a file in the making, and a new name in it.
pub(super) fn draft_in(folder: &Path) -> Result<Draft, Refusal> {
    make_private(folder)
        .map_err(|error| Refusal::Unavailable(format!("{} can't be made: {error}", folder.display())))?;
    clear_leftovers(folder);
    Ok(Draft(folder.join(format!("{}.part", uuid::Uuid::now_v7()))))
}

/// Nothing is in the making for so long without being written to.
const LEFT: Duration = Duration::from_secs(24 * 60 * 60);

/// Takes away what a program that was ended left in the making: it may be as large as the desk.
fn clear_leftovers(folder: &Path) {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let parts = files.filter(|file| file.file_name().to_string_lossy().contains(".part"));
    let old = |file: &std::fs::DirEntry| -> Option<bool> {
        Some(file.metadata().ok()?.modified().ok()?.elapsed().ok()? > LEFT)
    };
    for leftover in parts.filter(|file| old(file) == Some(true)) {
        // Another program may have taken it away.
        let _ = std::fs::remove_file(leftover.path());
    }
}

/// A file in the making on this machine's disk, which goes when this is dropped.
pub(super) struct Draft(PathBuf);

impl Draft {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes it fit for a class of place.
    pub(super) fn fit(&self, class: Class) -> Result<(), Refusal> {
        let sql = |error: rusqlite::Error| open::explain(&self.0, &error);
        let mut conn = Connection::open(&self.0).map_err(sql)?;
        fit(&mut conn, class).map_err(sql)?;
        conn.close().map_err(|(_, error)| sql(error))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            // What is already gone need not be removed.
            let _ = std::fs::remove_file(beside(&self.0, ending));
        }
    }
}

fn unwritten(desk: &Path, error: &io::Error) -> Refusal {
    Refusal::Unavailable(format!("{} can't be written: {error}", desk.display()))
}
