//! Backups: a sound copy of a desk while others write, verified after it was written.

use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::{Store, open, verify};

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

impl Store {
    /// Copies the desk into `folder` while others go on working, and verifies the copy.
    ///
    /// # Errors
    /// When the folder can't be written or the copy does not hold; nothing half-written is left.
    pub fn backup(&self, folder: &Path, now: Timestamp) -> Result<Saved, Refusal> {
        let stem =
            self.path.file_stem().map_or_else(|| String::from("desk"), |stem| stem.to_string_lossy().into_owned());
        let stamp = now.rfc3339().replace(['-', ':'], "");
        std::fs::create_dir_all(folder)
            .map_err(|error| Refusal::Unavailable(format!("{} can't be made: {error}", folder.display())))?;
        copy(&self.conn, &self.path, &folder.join(format!("{stem}-{stamp}.desk")))
    }
}

/// Copies an open desk to `target`, which must not exist, and verifies the copy.
fn copy(conn: &Connection, source: &Path, target: &Path) -> Result<Saved, Refusal> {
    if target.exists() {
        return Err(Refusal::rule(format!("{} exists already; nothing was written", target.display())));
    }
    let part = target.with_extension("part");
    let written = write_copy(conn, source, &part);
    let outcome = written.and_then(|newest| {
        std::fs::rename(&part, target)
            .map_err(|error| Refusal::Unavailable(format!("{} can't be written: {error}", target.display())))?;
        let bytes = std::fs::metadata(target).map(|meta| meta.len()).unwrap_or(0);
        Ok(Saved { path: target.to_owned(), newest, bytes })
    });
    if outcome.is_err() {
        // What is already gone need not be removed.
        let _ = std::fs::remove_file(&part);
    }
    outcome
}

fn write_copy(conn: &Connection, source: &Path, part: &Path) -> Result<Seq, Refusal> {
    let sql = |error: rusqlite::Error| open::explain(part, &error);
    let mut copy = Connection::open(part).map_err(sql)?;
    copy_pages(conn, &mut copy).map_err(|error| open::explain(source, &error))?;
    // A copy stands alone: no write-ahead log beside it.
    copy.query_row("PRAGMA journal_mode = delete", [], |_| Ok(())).map_err(sql)?;
    let findings = verify::examine(&copy).map_err(sql)?;
    if let Some(finding) = findings.first() {
        return Err(Refusal::Damaged(format!(
            "the copy does not hold ({finding}); the desk itself may be damaged: deskhand verify"
        )));
    }
    let newest = copy.query_row("SELECT ifnull(max(seq), 0) FROM txn", [], |row| row.get(0)).map_err(sql)?;
    copy.close().map_err(|(_, error)| sql(error))?;
    std::fs::File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(|error| Refusal::Unavailable(error.to_string()))?;
    Ok(Seq(newest))
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
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".before-{}-at-{newest}", crate::store::schema::version()));
    let target = PathBuf::from(name);
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

/// Puts a backup in the place of a desk. The file that it replaces is kept beside it, under the name returned.
///
/// # Errors
/// When the backup does not hold or the place can't be written; the desk stays as it was.
pub fn restore(backup: &Path, desk: &Path, now: Timestamp) -> Result<Option<PathBuf>, Refusal> {
    let (source, _) = open::open(backup)?;
    let findings = verify::examine(&source).map_err(|error| open::explain(backup, &error))?;
    if let Some(finding) = findings.first() {
        return Err(Refusal::Damaged(format!(
            "{} does not hold: {finding}. The desk stays as it was",
            backup.display()
        )));
    }
    let mut part = desk.as_os_str().to_owned();
    part.push(".restoring");
    let part = PathBuf::from(part);
    let _ = std::fs::remove_file(&part);
    write_copy(&source, backup, &part)?;
    let kept = if desk.exists() {
        // Takes the log into the file, so that the one file kept is whole; and keeps writers out until it has moved, so that
        // none of them writes into it unseen. A desk that is too damaged for that is replaced all the same.
        let old =
            Connection::open_with_flags(desk, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        if let Ok(old) = &old {
            let _ = old.busy_timeout(std::time::Duration::from_secs(15));
            let _ = old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            match old.execute_batch("BEGIN IMMEDIATE") {
                Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                    let _ = std::fs::remove_file(&part);
                    return Err(open::explain(desk, &error));
                }
                _ => {}
            }
        }
        let stamp = now.rfc3339().replace(['-', ':'], "");
        let mut name = desk.as_os_str().to_owned();
        name.push(format!(".replaced-{stamp}"));
        let kept = PathBuf::from(name);
        std::fs::rename(desk, &kept)
            .map_err(|error| Refusal::Unavailable(format!("{} can't be kept: {error}", desk.display())))?;
        for ending in ["-wal", "-shm"] {
            let side = |base: &Path| {
                let mut name = base.as_os_str().to_owned();
                name.push(ending);
                PathBuf::from(name)
            };
            if side(desk).exists() {
                let _ = std::fs::rename(side(desk), side(&kept));
            }
        }
        Some(kept)
    } else {
        None
    };
    std::fs::rename(&part, desk)
        .map_err(|error| Refusal::Unavailable(format!("{} can't be written: {error}", desk.display())))?;
    Ok(kept)
}
