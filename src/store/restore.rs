//! Restoring: a verified copy of a backup takes the place of a desk. The backup itself is only read.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::backup::{beside, draw, first_finding, settle, sync_folder};
use crate::store::{open, schema};

/// Puts a backup in the place of a desk, brought up to date where it is older than this program. The file that it replaces
/// is kept beside it, under the name returned.
///
/// # Errors
/// When the backup does not hold or the place can't be written; the desk stays as it was.
pub fn restore(backup: &Path, desk: &Path, now: Timestamp) -> Result<Option<PathBuf>, Refusal> {
    open::allow_place(desk)?;
    let source = open::only_read(backup)?;
    let part = beside(desk, &format!(".restoring-{}", std::process::id()));
    let restored = prepare(&source, backup, &part, desk).and_then(|()| put(&part, desk, now));
    if restored.is_err() {
        // What is already gone need not be removed.
        let _ = std::fs::remove_file(&part);
    }
    restored
}

/// Draws the copy, brings it up to date and verifies it.
fn prepare(source: &Connection, backup: &Path, part: &Path, desk: &Path) -> Result<(), Refusal> {
    let mut copy = draw(source, backup, part)?;
    schema::admit(&copy).and_then(|()| schema::migrate(&mut copy)).map_err(|error| open::explain(backup, &error))?;
    if let Some(finding) = first_finding(&copy, backup)? {
        return Err(Refusal::Damaged(format!(
            "{} does not hold: {finding}. The desk stays as it was",
            backup.display()
        )));
    }
    settle(copy, part, if desk.exists() { desk } else { backup })
}

/// Moves the copy to its place, and what was there aside.
fn put(part: &Path, desk: &Path, now: Timestamp) -> Result<Option<PathBuf>, Refusal> {
    // Kept until the end: nobody writes into a file that nobody will see.
    let lock = keep_out(desk)?;
    let kept = match desk.exists() {
        true => Some(set_aside(desk, now)?),
        false => None,
    };
    if let Err(error) = std::fs::rename(part, desk) {
        if let Some(kept) = &kept {
            // The desk goes back to its place; where even that fails, it lies under the name that is told.
            let _ = std::fs::rename(kept, desk);
            sides(kept, desk);
        }
        return Err(Refusal::Unavailable(format!("{} can't be written: {error}", desk.display())));
    }
    drop(lock);
    // Opened once, so that the log is there for those who may only read.
    drop(open::open(desk)?);
    sync_folder(desk).map_err(|error| Refusal::Unavailable(format!("{}: {error}", desk.display())))?;
    Ok(kept)
}

/// Takes the log into the desk, so that the one file kept is whole, and keeps writers out until it has moved. A desk that is
/// too damaged for that is replaced all the same.
fn keep_out(desk: &Path) -> Result<Option<Connection>, Refusal> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(old) = Connection::open_with_flags(desk, flags) else { return Ok(None) };
    let _ = old.busy_timeout(std::time::Duration::from_secs(15));
    let _ = old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    match old.execute_batch("BEGIN IMMEDIATE") {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Err(open::explain(desk, &error)),
        _ => Ok(Some(old)),
    }
}

fn set_aside(desk: &Path, now: Timestamp) -> Result<PathBuf, Refusal> {
    let stamp = now.rfc3339().replace(['-', ':'], "");
    let kept = beside(desk, &format!(".replaced-{stamp}"));
    std::fs::rename(desk, &kept)
        .map_err(|error| Refusal::Unavailable(format!("{} can't be kept: {error}", desk.display())))?;
    sides(desk, &kept);
    Ok(kept)
}

/// Lets the log of a desk follow it.
fn sides(from: &Path, to: &Path) {
    for ending in ["-wal", "-shm"] {
        if beside(from, ending).exists() {
            let _ = std::fs::rename(beside(from, ending), beside(to, ending));
        }
    }
}
