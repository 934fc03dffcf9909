//! Backups: a sound copy of a desk while others write, verified after it was written.

use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::location::Class;
use crate::store::{Finding, Store, open, put, verify};

/// A backup that was written and verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Where it lies.
    pub path: PathBuf,
    /// The newest entry of the journal in it.
    pub newest: Seq,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Saved {
    fn at(target: &Path, newest: Seq) -> Saved {
        let bytes = std::fs::metadata(target).map(|meta| meta.len()).unwrap_or(0);
        Saved { path: target.to_owned(), newest, bytes }
    }
}

impl Store {
    /// Copies the desk into `folder` while others go on working, and verifies the copy.
    ///
    /// # Errors
    /// When the folder can't be written or the copy does not hold; nothing half-written is left.
    pub fn backup(&self, folder: &Path, now: Timestamp) -> Result<Saved, Refusal> {
        std::fs::create_dir_all(folder)
            .map_err(|error| Refusal::Unavailable(format!("{} can't be made: {error}", folder.display())))?;
        self.save(&folder.join(name_of(&self.path, now, ".desk")))
    }

    /// Copies the desk to `target`, which must not exist, and verifies the copy. One on a network drive is drawn to this
    /// machine's disk, so that others wait for the reading only.
    pub(super) fn save(&self, target: &Path) -> Result<Saved, Refusal> {
        let Some(drive) = &self.drive else { return copy(&self.conn, &self.path, target) };
        put::refuse_taken(target)?;
        let draft = put::draft_in(drive.folder())?;
        drive.draw(draft.path())?;
        let sql = |error: rusqlite::Error| open::explain(draft.path(), &error);
        let mut drawn = Connection::open(draft.path()).map_err(sql)?;
        let newest = sound(&drawn, draft.path())?;
        put::fit(&mut drawn, Class::Local).map_err(sql)?;
        drawn.close().map_err(|(_, error)| sql(error))?;
        // At rest it is a file like any other, wherever it lies.
        put::Part::carry(draft.path(), target, Some(&self.path))?.appear(target, Class::Local)?;
        Ok(Saved::at(target, newest))
    }
}

/// The name of a backup that is taken now.
pub(super) fn name_of(desk: &Path, now: Timestamp, ending: &str) -> String {
    let stem = desk.file_stem().map_or_else(|| String::from("desk"), |stem| stem.to_string_lossy().into_owned());
    format!("{stem}-{}{ending}", now.rfc3339().replace(['-', ':'], ""))
}

/// Copies an open desk to `target`, which must not exist, and verifies the copy.
fn copy(conn: &Connection, source: &Path, target: &Path) -> Result<Saved, Refusal> {
    if target.exists() {
        return Err(Refusal::rule(format!("{} exists already; nothing was written", target.display())));
    }
    // Two who copy at once do not write into one file.
    let part = beside(target, &format!(".part-{}", std::process::id()));
    let written = draw(conn, source, &part).and_then(|copy| {
        let newest = sound(&copy, &part)?;
        settle(copy, &part, source)?;
        let unwritten =
            |error: std::io::Error| Refusal::Unavailable(format!("{} can't be written: {error}", target.display()));
        std::fs::rename(&part, target).and_then(|()| sync_folder(target)).map_err(unwritten)?;
        Ok(Saved::at(target, newest))
    });
    if written.is_err() {
        // What is already gone need not be removed.
        let _ = std::fs::remove_file(&part);
    }
    written
}

/// The newest entry of a copy that holds.
fn sound(copy: &Connection, part: &Path) -> Result<Seq, Refusal> {
    if let Some(finding) = first_finding(copy, part)? {
        return Err(Refusal::Damaged(format!(
            "the copy does not hold ({finding}); the desk itself may be damaged: deskhand verify"
        )));
    }
    let newest = copy.query_row("SELECT ifnull(max(seq), 0) FROM txn", [], |row| row.get(0));
    newest.map(Seq).map_err(|error| open::explain(part, &error))
}

/// The name of a file beside another, with an ending of its own.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Draws a copy of an open desk into a new file that nobody else may read yet.
pub(super) fn draw(conn: &Connection, source: &Path, part: &Path) -> Result<Connection, Refusal> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(part)
        .map_err(|error| Refusal::Unavailable(format!("{} can't be written: {error}", part.display())))?;
    let sql = |error: rusqlite::Error| open::explain(part, &error);
    // Nobody else knows of this file: it needs no locks, which SMB drives would turn against SQLite itself.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags_and_vfs(part, flags, "unix-none").map_err(sql)?;
    // The pages say that there is a write-ahead log; without locks it is read by one connection alone.
    copy.query_row("PRAGMA locking_mode = exclusive", [], |_| Ok(())).map_err(sql)?;
    copy_pages(conn, &mut copy).map_err(|error| open::explain(source, &error))?;
    // A copy stands alone: no write-ahead log beside it.
    copy.query_row("PRAGMA journal_mode = delete", [], |_| Ok(())).map_err(sql)?;
    Ok(copy)
}

/// What a copy does not hold up to, if anything.
pub(super) fn first_finding(copy: &Connection, part: &Path) -> Result<Option<Finding>, Refusal> {
    Ok(verify::examine(copy).map_err(|error| open::explain(part, &error))?.into_iter().next())
}

/// Closes a copy, gives it the permissions of another file, and waits until it is on the disk.
pub(super) fn settle(copy: Connection, part: &Path, like: &Path) -> Result<(), Refusal> {
    copy.close().map_err(|(_, error)| open::explain(part, &error))?;
    File::open(part)
        .and_then(|file| {
            take_after(&file, &std::fs::metadata(like)?)?;
            file.sync_all()
        })
        .map_err(|error| Refusal::Unavailable(format!("{} can't be written: {error}", part.display())))
}

/// Gives a file the owner, as far as this person may, and the permissions of another. Where it belongs to another group
/// after all, that group may do no more with it than everybody.
pub(super) fn take_after(file: &File, like: &Metadata) -> std::io::Result<()> {
    let owned = fchown(file, Some(like.uid()), Some(like.gid())).or_else(|_| fchown(file, None, Some(like.gid())));
    let mode = like.mode() & 0o777;
    let mode = if owned.is_ok() { mode } else { mode & !0o070 | (mode & 0o007) << 3 };
    match file.set_permissions(Permissions::from_mode(mode)) {
        // On drives without owners (vfat, SMB) all files have the permissions of the mount.
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported) => Ok(()),
        set => set,
    }
}

/// Waits until the name of a file is on the disk, not only its contents.
pub(super) fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder)?.sync_all() {
        // Some drives sync no folders (SMB under older kernels): there the server answers for names.
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

/// Copies all pages of one moment: without a snapshot held, every write of others would begin the copy again.
fn copy_pages(conn: &Connection, copy: &mut Connection) -> rusqlite::Result<()> {
    let snapshot = conn.is_autocommit().then(|| conn.unchecked_transaction()).transpose()?;
    // A transaction sees its moment from its first question on.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Backup::new(conn, copy)?.run_to_completion(1_000, std::time::Duration::ZERO, None)?;
    drop(snapshot);
    Ok(())
}

/// The copy that is made before a migration, beside the desk. It is named for the newest entry of the journal, so that a
/// desk which was restored and goes through the same migration again is kept as it is by then.
pub(crate) fn before_migration(conn: &Connection, path: &Path, version: i64) -> Result<(), Refusal> {
    let newest: i64 = conn
        .query_row("SELECT ifnull(max(seq), 0) FROM txn", [], |row| row.get(0))
        .map_err(|error| open::explain(path, &error))?;
    let target = beside(path, &format!(".before-{}-at-{newest}", crate::store::schema::version()));
    if target.exists() {
        return Ok(());
    }
    copy(conn, path, &target).map(|_| ()).map_err(|refusal| {
        Refusal::Unavailable(format!(
            "before bringing {} up from version {version}, a backup could not be made: {refusal}",
            path.display()
        ))
    })
}
