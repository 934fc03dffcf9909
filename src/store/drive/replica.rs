//! The local copy of a desk on a network drive: all reading is there, at local speed, also while the drive is away.
//!
//! It lies in the cache folder and can be made again from the drive at any time. It has the desk's tables and full text, and
//! no triggers: the journal in it is the drive's own. Each copy is a file with a number of its own; the highest counts. A
//! name is never used twice, since a write-ahead log must not meet another file of the same name.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::delta::{self, Delta, Position};
use super::outbox::sweep;
use super::standing::now;
use super::touch::{Newest, explain, hash_at, newest};
use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::{Access, open, schema};

/// `PRAGMA application_id` of a local copy, so that nobody takes it for a desk: "DeskCopy" has no room, "DskC" has.
const APPLICATION_ID: u32 = 0x4473_6B43;

/// The file whose time tells when the newest copy was as new as the drive.
const FRESH: &str = "fresh";

/// So many rows are written with room for all the pages that they touch.
const MANY: usize = 500;
/// That room, as `PRAGMA cache_size` takes it: 128 MiB, of which only what is needed is taken.
const ROOM: i64 = -128 << 10;

/// No copy takes so long to make.
const HALF_MADE: Duration = Duration::from_secs(24 * 60 * 60);
/// Whoever wants to know what a desk was before it was replaced has asked by then.
const SEEN: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// A local copy that is open for catching up.
pub(crate) struct Replica {
    conn: Connection,
    path: PathBuf,
}

/// How a copy stands to the drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Past {
    /// What the copy has is how the drive's journal begins.
    Shared,
    /// It is not: the desk was replaced by an older copy or another, or its journal was rewritten. The text says what differs.
    Rewritten(String),
}

impl Replica {
    /// The newest copy in `folder` that this program can read; `None` where there is none.
    pub(crate) fn find(folder: &Path) -> Option<PathBuf> {
        numbered(folder).into_iter().rev().map(|(_, path)| path).find(|path| is_sound(path))
    }

    /// The file that the next copy in `folder` will be. Numbered by the clock: also the name of one that is gone may still
    /// be in use.
    pub(crate) fn next(folder: &Path) -> PathBuf {
        let last = numbered(folder).last().map_or(0, |(number, _)| *number);
        folder.join(format!("{}.copy", (last + 1).max(now().0.unsigned_abs())))
    }

    /// Takes away what programs that ended left half-made in a folder of copies, and what was kept long ago of desks that
    /// were replaced.
    pub(crate) fn sweep(folder: &Path) {
        sweep(folder, HALF_MADE, |name| name.contains(".part"));
        sweep(folder, SEEN, |name| name.starts_with("seen-"));
    }

    /// Whether SQLite finds the copy in `folder` damaged. Reads all of it.
    pub(crate) fn is_damaged(path: &Path) -> bool {
        let look = || -> rusqlite::Result<String> {
            let conn = Connection::open_with_flags(path, flags())?;
            schema::admit(&conn)?;
            conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        };
        !look().is_ok_and(|found| found == "ok")
    }

    /// Takes away the copies in `folder`, but not the one that is kept.
    pub(crate) fn forget_all_but(folder: &Path, kept: Option<&Path>) {
        for (_, old) in numbered(folder).iter().filter(|(_, path)| Some(path.as_path()) != kept) {
            for ending in ["", "-wal", "-shm"] {
                // What is already gone need not be removed; who still reads it goes on reading it.
                let _ = std::fs::remove_file(crate::store::backup::beside(old, ending));
            }
        }
    }

    /// When the copy in `folder` was last known to be as new as the drive; remembered between sittings.
    pub(crate) fn fresh(folder: &Path) -> Option<Timestamp> {
        let at = std::fs::metadata(folder.join(FRESH)).ok()?.modified().ok()?;
        let since = at.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok().map(Timestamp)
    }

    /// Remembers that it is as new as the drive at this moment.
    pub(crate) fn keep_fresh(folder: &Path, at: Timestamp) {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(at.0.unsigned_abs());
        // It is shown to people and decides nothing.
        let _ = std::fs::File::create(folder.join(FRESH)).and_then(|file| file.set_modified(at));
    }

    /// Opens a copy to catch it up.
    pub(crate) fn open(path: &Path) -> Result<Replica, Refusal> {
        let conn = connect(path).map_err(|error| open::explain(path, &error))?;
        Ok(Replica { conn, path: path.to_owned() })
    }

    /// Opens a copy for questions, and for telling what a command would do.
    pub(crate) fn ask(path: &Path) -> Result<Connection, Refusal> {
        let ready = || -> rusqlite::Result<Connection> {
            let mut conn = Connection::open_with_flags(path, flags())?;
            open::configure(&mut conn, Access::Write)?;
            schema::keep_journal(&conn)?;
            Ok(conn)
        };
        ready().map_err(|error| open::explain(path, &error))
    }

    pub(crate) fn conn(&self) -> &Connection {
        &self.conn
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The newest entry that it has.
    pub(crate) fn newest(&self) -> Result<Newest, Refusal> {
        newest(&self.conn).map_err(|error| self.explain(&error))
    }

    /// Compares its past with the drive's.
    pub(crate) fn compare(&self, desk: &Connection) -> Result<Past, Refusal> {
        let mine = self.newest()?;
        let ask = || -> Result<Past, Refusal> {
            let sql = |error: rusqlite::Error| self.explain(&error);
            if hash_at(desk, mine.seq).map_err(sql)?.as_deref() == Some(&mine.hash) {
                return Ok(Past::Shared);
            }
            // Each entry hashes its predecessor: where two agree, they agree on all before.
            let (mut shared, mut differs) = (0, mine.seq.0);
            while differs - shared > 1 {
                let middle = Seq(i64::midpoint(shared, differs));
                let same = hash_at(desk, middle).map_err(sql)? == hash_at(&self.conn, middle).map_err(sql)?;
                if same { shared = middle.0 } else { differs = middle.0 }
            }
            let theirs = newest(desk).map_err(sql)?.seq;
            let seen = self.described(Seq(differs)).map_err(sql)?;
            Ok(Past::Rewritten(match theirs < Seq(differs) {
                true => format!(
                    "it now ends at entry {theirs}, and entries {differs} to {} that this machine had seen are gone, the first of them {seen}",
                    mine.seq
                ),
                false => {
                    format!("from entry {differs} on it is another one than this machine had seen, which was {seen}")
                }
            }))
        };
        ask()
    }

    /// How far it goes.
    pub(crate) fn position(&self) -> Result<Position, Refusal> {
        delta::position(&self.conn).map_err(|error| self.explain(&error))
    }

    /// What `desk` has after `from`, about `limit` changes of it.
    pub(crate) fn lacks(&self, desk: &Connection, from: Position, limit: i64) -> Result<Delta, Refusal> {
        delta::since(desk, &self.conn, from, limit).map_err(|error| explain(&self.path, &error))
    }

    /// Keeps what it has as a desk of its own, beside the copies: what this machine saw and the drive has no more.
    pub(crate) fn set_aside(&self, now: Timestamp) -> Result<PathBuf, Refusal> {
        let kept = self.path.with_file_name(format!("seen-{}.desk", now.rfc3339().replace(['-', ':'], "")));
        let write = || -> rusqlite::Result<()> {
            self.conn.execute("VACUUM INTO ?1", [kept.to_string_lossy()])?;
            let desk = Connection::open(&kept)?;
            schema::admit(&desk)?;
            schema::install_triggers(&desk)?;
            desk.pragma_update(None, "application_id", schema::APPLICATION_ID)
        };
        write().map_err(|error| open::explain(&kept, &error))?;
        Ok(kept)
    }

    /// Closes it, its log taken in.
    pub(crate) fn close(self) -> Result<(), Refusal> {
        let path = self.path;
        self.conn.close().map_err(|(_, error)| open::explain(&path, &error))
    }

    /// Writes down what the drive has, all at once for those who read here.
    pub(crate) fn take_in(&self, deltas: &[Delta]) -> Result<(), Refusal> {
        self.write(deltas).map_err(|error| self.explain(&error))
    }

    /// The same while the drive is held, for whose lock others wait: `false` where somebody else writes here just now.
    pub(crate) fn take_in_at_once(&mut self, delta: &Delta) -> Result<bool, Refusal> {
        let write = |replica: &mut Replica| -> rusqlite::Result<bool> {
            replica.conn.busy_timeout(Duration::ZERO)?;
            let written = replica.write(std::slice::from_ref(delta));
            open::be_patient(&mut replica.conn)?;
            match written {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
                written => written.map(|()| true),
            }
        };
        write(self).map_err(|error| self.explain(&error))
    }

    /// Waits until nobody else writes here: a change of many tickets that is looked at before it is made.
    pub(crate) fn wait_for_turn(&self) -> Result<(), Refusal> {
        let turn = rusqlite::Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate);
        turn.and_then(rusqlite::Transaction::rollback).map_err(|error| self.explain(&error))
    }

    fn write(&self, deltas: &[Delta]) -> rusqlite::Result<()> {
        let Some(last) = deltas.last() else { return Ok(()) };
        if deltas.iter().map(Delta::rows).sum::<usize>() < MANY {
            return self.write_in(last, deltas);
        }
        // Pages that do not fit are written before the commit and read again, time after time.
        let usual: i64 = self.conn.query_row("PRAGMA cache_size", [], |row| row.get(0))?;
        self.conn.pragma_update(None, "cache_size", ROOM)?;
        let written = self.write_in(last, deltas);
        self.conn.pragma_update(None, "cache_size", usual)?;
        self.conn.execute_batch("PRAGMA shrink_memory")?;
        written
    }

    fn write_in(&self, last: &Delta, deltas: &[Delta]) -> rusqlite::Result<()> {
        let transaction = rusqlite::Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate)?;
        // Another process with the same copy may have been here: rows that it brought are newer.
        if delta::position(&transaction)?.seq < last.to.seq {
            deltas.iter().try_for_each(|delta| delta::take_in(&transaction, delta))?;
        }
        transaction.commit()
    }

    fn described(&self, seq: Seq) -> rusqlite::Result<String> {
        self.conn.query_row("SELECT summary || ' by ' || author FROM txn WHERE seq = ?1", [seq.0], |row| row.get(0))
    }

    fn explain(&self, error: &rusqlite::Error) -> Refusal {
        open::explain(&self.path, error)
    }
}

/// Marks a new file as a copy of this version.
pub(super) fn mark(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "application_id", APPLICATION_ID)
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut conn = Connection::open_with_flags(path, flags())?;
    open::defend(&mut conn)?;
    // References are looked at when rows are written at the drive; here they come in any order.
    conn.pragma_update(None, "foreign_keys", false)?;
    conn.query_row("PRAGMA journal_mode = wal", [], |_| Ok(()))?;
    // What a power cut takes is fetched again.
    conn.pragma_update(None, "synchronous", "normal")?;
    Ok(conn)
}

fn is_sound(path: &Path) -> bool {
    let look = || -> rusqlite::Result<bool> {
        let conn = Connection::open_with_flags(path, flags())?;
        let number = |pragma: &str| conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
        Ok(number("application_id")? == i64::from(APPLICATION_ID) && number("user_version")? == schema::version())
    };
    look().unwrap_or(false)
}

/// The copies in a folder with their numbers, oldest first.
fn numbered(folder: &Path) -> Vec<(u64, PathBuf)> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut copies: Vec<(u64, PathBuf)> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "copy"))
        .filter_map(|path| Some((path.file_stem()?.to_str()?.parse().ok()?, path)))
        .collect();
    copies.sort();
    copies
}
