//! Automatic backups: taken when one is due by whoever notices first, verified, and thinned out. Only files that were made
//! here, of this very desk, are ever removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::NaiveDateTime;

use crate::desk::refusal::Refusal;
use crate::desk::rotation::Rotation;
use crate::desk::time::Timestamp;
use crate::store::backup::{Saved, beside, name_of, take_after};
use crate::store::{Store, in_time, open};

/// What a name ends with that the rotation may take away. One that somebody took by hand has another.
const ENDING: &str = "-auto.desk";

/// What was begun so long ago and is no backup yet will never be one.
const ABANDONED: Duration = Duration::from_secs(86_400);

impl Store {
    /// The folder for backups that the desk's settings name.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn backup_folder(&self) -> Result<Option<PathBuf>, Refusal> {
        let rotation = self.rotation()?;
        // A folder that begins with / replaces what it is joined to.
        Ok((!rotation.folder.is_empty()).then(|| beside_desk(&self.path).join(&rotation.folder)))
    }

    /// Takes a backup if one is due and nobody else is at it, and removes what the rotation no longer keeps. Others go on
    /// working.
    ///
    /// # Errors
    /// When the folder can't be written or the copy does not hold; the older ones stay.
    pub fn back_up_if_due(&self, now: Timestamp) -> Result<Option<Saved>, Refusal> {
        let rotation = self.rotation()?;
        let Some(folder) = self.backup_folder()?.filter(|_| rotation.is_on()) else { return Ok(None) };
        let shelf = self.shelf(&folder)?;
        if !rotation.is_due(shelf.newest(), now) {
            return Ok(None);
        }
        let unwritable = |error: std::io::Error| {
            Refusal::Unavailable(format!("no backup: {} can't be written: {error}", folder.display()))
        };
        make(&folder, &beside_desk(&self.path)).map_err(unwritable)?;
        let lock = claim(&beside(&folder.join(stem(&self.path)), ".backup-lock"), &self.path).map_err(unwritable)?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            // Where there are no locks, two may take one at once: one too many, none too few.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        // Somebody may have been faster.
        if !rotation.is_due(shelf.newest(), now) {
            return Ok(None);
        }
        let target = folder.join(name_of(&self.path, now, ENDING));
        let saved = self.save(&target)?;
        shelf.thin(&rotation)?;
        Ok(Some(saved))
    }

    /// The time and place of the newest backup of this desk in a folder, whoever took it.
    ///
    /// # Errors
    /// When the desk can't be read, or the folder does not answer.
    pub fn newest_backup(&self, folder: &Path) -> Result<Option<(Timestamp, PathBuf)>, Refusal> {
        let shelf = self.shelf(folder)?;
        in_time(ANSWER, move || shelf.newest_of(&[".desk", ENDING]))
            .ok_or_else(|| Refusal::Unavailable(format!("{} does not answer", folder.display())))
    }

    fn shelf(&self, folder: &Path) -> Result<Shelf, Refusal> {
        Ok(Shelf { desk: self.path.clone(), identity: self.read()?.identity()?, folder: folder.to_owned() })
    }

    fn rotation(&self) -> Result<Rotation, Refusal> {
        Ok(self.read()?.rules().settings.backup.clone())
    }
}

/// How long somebody waits who only asks what is in a folder.
const ANSWER: Duration = Duration::from_secs(5);

/// The backups of a desk in a folder.
struct Shelf {
    desk: PathBuf,
    identity: String,
    folder: PathBuf,
}

impl Shelf {
    fn newest(&self) -> Option<Timestamp> {
        self.newest_of(&[ENDING]).map(|(at, _)| at)
    }

    /// Looked at from the newest on, until one is of this desk.
    fn newest_of(&self, endings: &[&str]) -> Option<(Timestamp, PathBuf)> {
        let named = endings.iter().flat_map(|ending| self.named(ending)).collect::<BTreeMap<_, _>>();
        named.into_iter().rev().find(|(_, path)| is_of(path, &self.identity))
    }

    /// Files whose names say that they are backups of a desk of this name, by their time.
    fn named(&self, ending: &str) -> BTreeMap<Timestamp, PathBuf> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return BTreeMap::new() };
        let front = format!("{}-", stem(&self.desk));
        let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        files
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                Some((time_in(name.strip_prefix(&front)?.strip_suffix(ending)?)?, entry.path()))
            })
            .collect()
    }

    /// Removes what is no longer kept, and what was begun and never finished.
    fn thin(&self, rotation: &Rotation) -> Result<(), Refusal> {
        let ours: BTreeMap<Timestamp, PathBuf> =
            self.named(ENDING).into_iter().filter(|(_, path)| is_of(path, &self.identity)).collect();
        let kept = rotation.kept(&ours.keys().copied().collect::<BTreeSet<_>>());
        let too_old = ours.into_iter().filter(|(at, _)| !kept.contains(at)).map(|(_, path)| path);
        for path in too_old.chain(self.abandoned()) {
            std::fs::remove_file(&path)
                .map_err(|error| Refusal::Unavailable(format!("{} can't be removed: {error}", path.display())))?;
        }
        Ok(())
    }

    /// Copies that were begun under a name of ours, by a process that died.
    fn abandoned(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let front = format!("{}-", stem(&self.desk));
        let old = |path: &Path| {
            let modified = std::fs::metadata(path).and_then(|meta| meta.modified());
            modified.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > ABANDONED))
        };
        let part = |name: &str| {
            let (stamp, process) = name.strip_prefix(&front)?.split_once(&format!("{ENDING}.part-"))?;
            (time_in(stamp).is_some() && process.bytes().all(|byte| byte.is_ascii_digit())).then_some(())
        };
        let paths = entries.flatten().map(|entry| entry.path());
        paths.filter(|path| path.file_name().and_then(|name| part(name.to_str()?)).is_some() && old(path)).collect()
    }
}

/// Whether a file is a copy of the desk of that identity. One that can't be read is not known to be.
fn is_of(path: &Path, identity: &str) -> bool {
    let asked = open::only_read(path)
        .ok()
        .and_then(|conn| conn.query_row("SELECT uuid FROM desk", [], |row| row.get::<_, String>(0)).ok());
    asked.as_deref() == Some(identity)
}

/// The time in the name of a backup: `20261122T093000Z`.
fn time_in(stamp: &str) -> Option<Timestamp> {
    let time = NaiveDateTime::parse_from_str(stamp, "%Y%m%dT%H%M%SZ").ok()?;
    Some(Timestamp(time.and_utc().timestamp_millis()))
}

fn stem(desk: &Path) -> String {
    desk.file_stem().map_or_else(|| String::from("desk"), |stem| stem.to_string_lossy().into_owned())
}

fn beside_desk(desk: &Path) -> PathBuf {
    desk.parent().unwrap_or(Path::new("")).to_path_buf()
}

/// Makes the folder, for the same people as the desk's own.
fn make(folder: &Path, like: &Path) -> std::io::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    let like = if like.as_os_str().is_empty() { Path::new(".") } else { like };
    take_after(&File::open(folder)?, &std::fs::metadata(like)?)
}

/// Opens the file whose lock says that somebody takes a backup. It stays: who removed it would let two hold it.
fn claim(path: &Path, desk: &Path) -> std::io::Result<File> {
    match OpenOptions::new().read(true).write(true).create_new(true).open(path) {
        Ok(file) => take_after(&file, &std::fs::metadata(desk)?).map(|()| file),
        Err(_) => OpenOptions::new().read(true).write(true).open(path).or_else(|_| File::open(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_read_from_the_name_that_a_backup_gets() {
        let at = Timestamp(1_790_000_000_000);
        let name = name_of(Path::new("/srv/ops.desk"), at, ENDING);
        assert_eq!(name, "ops-20260921T141320Z-auto.desk");
        assert_eq!(time_in("20260921T141320Z"), Some(at));
        assert_eq!(time_in("20260921T141320Z-auto"), None);
        assert_eq!(time_in("yesterday"), None);
    }
}
