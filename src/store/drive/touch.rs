//! Touching the drive: lock, fresh open, look whether it is still the same desk, one short transaction, close, unlock.

use std::fs::File;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, DropBehavior, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};
use rustix::fs::{Mode, OFlags};

use super::block::counter_of;
use super::lock::{Denied, Holder, Lock, Patience};
use super::step::{Step, reached};
use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::{Access, backup, full_text, open, schema};

/// SQLite's own locks, caches across machines and write-ahead log can't be trusted on a network drive; this VFS has none.
const WITHOUT_LOCKS: &str = "unix-none";

/// The newest entry of a journal with its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Newest {
    pub(crate) seq: Seq,
    pub(crate) hash: Vec<u8>,
}

/// A desk file on a drive while it is held. Dropping it closes the file, then gives the lock back.
pub(crate) struct Touch {
    // Before the lock: fields are dropped in this order.
    conn: Option<Connection>,
    /// Opened after the lock was had, so that it shows what the drive has.
    file: File,
    lock: Lock,
    path: PathBuf,
}

impl Touch {
    /// Takes the lock and opens the desk. What a client that died left half-done is rolled back here; a desk of an older
    /// version is brought up to date after a backup; one that was copied here from a local disk is made fit for the drive.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] when the drive or the lock is not had, [`Refusal::Damaged`] when it is no desk any more.
    pub(crate) fn begin(
        path: &Path,
        me: &Holder,
        last: Option<Instant>,
        access: Access,
        patience: &Patience<'_>,
    ) -> Result<Touch, Refusal> {
        let (lock, head) = hold(path, me, last, access, patience)?;
        let version = head.version;
        if access == Access::Read && head.is_of_local_disks && log_of(path) > 0 {
            return Err(Refusal::Unavailable(format!(
                "{} was copied here with a log, which you may not take in; let somebody who may write it open it once",
                path.display()
            )));
        }
        let file = match access == Access::Write && head.is_of_local_disks {
            true => {
                // Some drives replace no file that is open.
                drop(head);
                without_log(path, &lock)?
            }
            false => head.file,
        };
        fetch_ahead(&file);
        let conn = connect(path, access).map_err(|error| explain(path, &error))?;
        let touch = Touch { conn: Some(conn), file, lock, path: path.to_owned() };
        touch.make_fit(version, access)?;
        reached(Step::Opened);
        Ok(touch)
    }

    /// Takes the lock of a desk that is too damaged to be opened, to replace it.
    pub(crate) fn bare(path: &Path, me: &Holder, patience: &Patience<'_>) -> Result<Touch, Refusal> {
        let lock = Lock::take(path, me, None, false, patience).map_err(|why| denied(path, why))?;
        let file = File::open(path).map_err(|error| away(path, &error))?;
        Ok(Touch { conn: None, file, lock, path: path.to_owned() })
    }

    /// Copies the desk as it is, byte by byte: nobody writes meanwhile, and a drive reads fastest in one go.
    pub(crate) fn draw(&self, to: &Path) -> Result<(), Refusal> {
        let copy = || -> std::io::Result<()> {
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
            std::io::copy(&mut std::fs::File::open(&self.path)?, &mut file).map(|_| ())
        };
        copy().map_err(|error| away(&self.path, &error))
    }

    /// The desk file.
    pub(crate) fn conn(&self) -> Result<&Connection, Refusal> {
        self.conn.as_ref().ok_or_else(|| Refusal::Unavailable(format!("{} is closed", self.path.display())))
    }

    /// The newest entry of its journal.
    pub(crate) fn newest(&self) -> Result<Newest, Refusal> {
        newest(self.conn()?).map_err(|error| explain(&self.path, &error))
    }

    /// How far the drive's clock is before ours, in milliseconds, as far as it tells.
    pub(crate) fn clock_ahead(&self, now: Timestamp) -> Option<i64> {
        self.lock.drive_time().map(|theirs| theirs.0 - now.0)
    }

    /// Commits, unless the lock was given to somebody else meanwhile.
    pub(crate) fn commit(&self, mut transaction: Transaction<'_>) -> Result<(), Refusal> {
        reached(Step::Written);
        // What fails is rolled back when the file is closed, unless the lock is lost.
        transaction.set_drop_behavior(DropBehavior::Ignore);
        self.refuse_lost()?;
        reached(Step::Checked);
        transaction.commit().map_err(|error| explain(&self.path, &error))?;
        reached(Step::Committed);
        Ok(())
    }

    /// Refuses to go on where the lock was given to somebody else meanwhile.
    pub(crate) fn refuse_lost(&self) -> Result<(), Refusal> {
        refuse_lost(&self.path, &self.lock)
    }

    /// Closes the file and gives the lock back. Returns the change counter that the file has by then, where the drive tells.
    pub(crate) fn end(mut self) -> Option<u32> {
        self.close();
        reached(Step::Closed);
        // As this machine sees it: what was written was written here, and the rest was read after the lock was had.
        let counter = counter_of(&self.file);
        drop(self);
        reached(Step::Unlocked);
        counter
    }

    /// Closes the desk file and keeps the lock.
    pub(crate) fn close(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        if !conn.is_autocommit() && !self.lock.is_ours().unwrap_or(false) {
            // Closing it would roll back, which would write into the journal of whoever holds the lock now. Nothing of this
            // transaction has reached the desk file, unless it was lost within the commit. Two descriptors and some memory
            // are the price.
            std::mem::forget(conn);
        }
    }

    /// Brings the desk up to date and takes out what a drive has no use for. Each step is a commit like any other.
    fn make_fit(&self, found: i64, access: Access) -> Result<(), Refusal> {
        let (path, conn) = (&self.path, self.conn()?);
        let sql = |error: rusqlite::Error| explain(path, &error);
        // The header may be behind a journal that was rolled back just now: what SQLite says counts.
        let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(sql)?;
        open::refuse_newer(path, version.max(found))?;
        if access == Access::Read {
            return match version < schema::version() {
                false => Ok(()),
                true => Err(Refusal::Unavailable(format!(
                    "{} is of an older version and read-only for you; let somebody who may write it open it once",
                    path.display()
                ))),
            };
        }
        let begin = || -> Result<Transaction<'_>, Refusal> {
            let mut begun = Transaction::new_unchecked(conn, TransactionBehavior::Exclusive).map_err(sql)?;
            // Whether it may be rolled back is looked at when the file is closed.
            begun.set_drop_behavior(DropBehavior::Ignore);
            Ok(begun)
        };
        if version < schema::version() {
            backup::before_migration(conn, path, version)?;
            loop {
                let transaction = begin()?;
                if !schema::advance(&transaction).map_err(sql)? {
                    transaction.rollback().map_err(sql)?;
                    break;
                }
                self.commit(transaction)?;
            }
        }
        if full_text::begun(conn).map_err(sql)? {
            let transaction = begin()?;
            full_text::remove(&transaction).map_err(sql)?;
            self.commit(transaction)?;
        }
        Ok(())
    }
}

/// How often a lock that was given away before anything was done is taken again.
const AGAIN: usize = 3;

/// Takes the lock and looks at the desk. The first question to it rolls back what a dead client left half-done, and a sleeper
/// must not do that to a living one: who lost the lock meanwhile takes it again.
fn hold(
    path: &Path,
    me: &Holder,
    last: Option<Instant>,
    access: Access,
    patience: &Patience<'_>,
) -> Result<(Lock, open::Head), Refusal> {
    for _ in 0..AGAIN {
        let lock = Lock::take(path, me, last, access == Access::Read, patience).map_err(|why| denied(path, why))?;
        reached(Step::Locked);
        let head = open::look(path)?;
        if lock.is_ours().map_err(|error| away(path, &error))? {
            return Ok((lock, head));
        }
    }
    Err(given_away(path))
}

fn refuse_lost(path: &Path, lock: &Lock) -> Result<(), Refusal> {
    match lock.is_ours() {
        Ok(true) => Ok(()),
        Ok(false) => Err(given_away(path)),
        Err(error) => Err(away(path, &error)),
    }
}

fn given_away(path: &Path) -> Refusal {
    Refusal::Unavailable(format!(
        "{}: this machine was away for so long that the drive gave its lock to somebody else; nothing was changed",
        path.display()
    ))
}

impl Drop for Touch {
    fn drop(&mut self) {
        self.close();
    }
}

pub(crate) fn newest(conn: &Connection) -> rusqlite::Result<Newest> {
    conn.query_row("SELECT seq, hash FROM txn ORDER BY seq DESC LIMIT 1", [], |row| {
        Ok(Newest { seq: Seq(row.get(0)?), hash: row.get::<_, Option<Vec<u8>>>(1)?.unwrap_or_default() })
    })
    .optional()
    .map(|found| found.unwrap_or(Newest { seq: Seq(0), hash: Vec::new() }))
}

/// The hash of an entry; `None` where there is no such entry.
pub(crate) fn hash_at(conn: &Connection, seq: Seq) -> rusqlite::Result<Option<Vec<u8>>> {
    conn.prepare_cached("SELECT hash FROM txn WHERE seq = ?1")?.query_row([seq.0], |row| row.get(0)).optional()
}

/// Makes a desk that was copied here as it was on a local disk one without a log. It stays the same file, and at each moment
/// all of it is there, with its log as long as that counts: whoever comes after one who was interrupted goes on.
fn without_log(path: &Path, lock: &Lock) -> Result<File, Refusal> {
    if log_of(path) > 0 {
        take_log_in(path, lock)?;
        reached(Step::LogTakenIn);
    }
    refuse_lost(path, lock)?;
    for ending in ["-wal", "-shm"] {
        // What is already gone need not be removed.
        let _ = std::fs::remove_file(backup::beside(path, ending));
    }
    reached(Step::LogGone);
    // The last: as long as the file says that it may have a log, all of this is done again.
    forget_log(path, lock)?;
    File::open(path).map_err(|error| away(path, &error))
}

/// How long the log of a desk is.
fn log_of(path: &Path) -> u64 {
    std::fs::metadata(backup::beside(path, "-wal")).map_or(0, |log| log.len())
}

/// Where the two bytes are that tell whether a file has a log (sqlite.org/fileformat2.html).
const HAS_LOG: u64 = 18;

/// All is in the file itself; what tells that there may be a log goes. A sleeper who lost the lock writes what is there
/// already, and no byte beside it: a write that must reach the drive at once is not rounded up to pages.
fn forget_log(path: &Path, lock: &Lock) -> Result<(), Refusal> {
    let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::DSYNC;
    let file =
        rustix::fs::open(path, flags, Mode::empty()).map(File::from).map_err(|error| away(path, &error.into()))?;
    refuse_lost(path, lock)?;
    file.write_all_at(&[1, 1], HAS_LOG).map_err(|error| away(path, &error))
}

/// Writes what is in the log into the desk, and empties the log when all of that is on the drive. Whoever holds the lock is
/// the only one here, so SQLite needs no memory that is shared with others.
fn take_log_in(path: &Path, lock: &Lock) -> Result<(), Refusal> {
    let sql = |error: rusqlite::Error| explain(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags_and_vfs(path, flags, WITHOUT_LOCKS).map_err(sql)?;
    // Who lost the lock closes the desk and writes nothing.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(sql)?;
    conn.pragma_update(None, "locking_mode", "exclusive").map_err(sql)?;
    conn.pragma_update(None, "synchronous", "full").map_err(sql)?;
    // The first question reads the log.
    let version = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(sql)?;
    open::refuse_newer(path, version)?;
    reached(Step::LogRead);
    refuse_lost(path, lock)?;
    let busy: bool = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(sql)?;
    conn.close().map_err(|(_, error)| sql(error))?;
    match busy || log_of(path) > 0 {
        true => Err(Refusal::Unavailable(format!(
            "what is in the log of {} could not be taken in; nothing is lost. Try again",
            path.display()
        ))),
        false => Ok(()),
    }
}

fn connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let flags = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    } | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if access == Access::Write {
        // A journal that always exists can't be missed. A machine may remember that there was none: asking for it to be
        // made asks the drive, so this comes before SQLite looks for one. An empty one is none to SQLite; where it can't be
        // made, the commit will say why.
        let made =
            std::fs::OpenOptions::new().read(true).append(true).create(true).open(backup::beside(path, "-journal"));
        if let Ok(journal) = made {
            // Written in parts of pages, which are read first where they are not known.
            fetch_ahead(&journal);
            if journal.metadata().is_ok_and(|meta| meta.len() == 0)
                && let Ok(like) = std::fs::metadata(path)
            {
                // A new one: the others must be able to write it, whatever this person's umask and group are.
                let _ = backup::take_after(&journal, &like);
            }
        }
    }
    let mut conn = Connection::open_with_flags_and_vfs(path, flags, WITHOUT_LOCKS)?;
    // The lock on the side file is held as long as this connection lives: what was read once is still so, and a journal
    // that was looked for once need not be looked for before each statement.
    conn.pragma_update(None, "locking_mode", "exclusive")?;
    open::defend(&mut conn)?;
    conn.pragma_update(None, "mmap_size", 0)?;
    // Nothing reaches the desk file before the lock was found to be still held.
    conn.pragma_update(None, "cache_spill", false)?;
    if access == Access::Write {
        conn.query_row("PRAGMA journal_mode = persist", [], |_| Ok(()))?;
        conn.pragma_update(None, "synchronous", "extra")?;
    }
    Ok(conn)
}

/// So much of a file's beginning is fetched ahead, in pieces as large as the system takes at once; and one piece of its end.
const BEGINNING: u64 = 4 * PIECE;
const PIECE: u64 = 128 << 10;

/// Lets the system fetch what a touch is about to read, all of it at once: one page after the other, each is a way to the
/// drive and back. The beginning has the schema and the roots of all tables, the end what came last. Only asked for: what does
/// not come is read when it is needed.
fn fetch_ahead(file: &File) {
    let size = file.metadata().map_or(0, |meta| meta.len());
    let end = size.saturating_sub(PIECE).max(BEGINNING);
    for from in (0..BEGINNING).step_by(128 << 10).chain([end]).filter(|from| *from < size) {
        #[cfg(target_os = "linux")]
        let _ = rustix::fs::fadvise(file, from, std::num::NonZeroU64::new(PIECE), rustix::fs::Advice::WillNeed);
        #[cfg(not(target_os = "linux"))]
        let _ = from;
    }
}

/// What an error of SQLite's means at a drive. One that can't be read for a moment looks to SQLite like a damaged desk
/// (`SQLITE_IOERR_CORRUPTFS`); whoever would restore a backup then would lose what is there.
pub(crate) fn explain(path: &Path, error: &rusqlite::Error) -> Refusal {
    match open::explain(path, error) {
        Refusal::Damaged(_) => Refusal::Unavailable(format!(
            "{} could not be read ({error}); nothing was changed. If the drive is well and it stays so, the desk is damaged: deskhand verify",
            path.display()
        )),
        other => other,
    }
}

/// What an error of the operating system's means to somebody whose desk lies on a drive.
pub(crate) fn away(path: &Path, error: &std::io::Error) -> Refusal {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            Refusal::Unavailable(format!("{} is not there now; perhaps its drive is not mounted", path.display()))
        }
        std::io::ErrorKind::PermissionDenied => open::unreachable_file(path, error),
        _ => Refusal::Unavailable(format!("the drive of {} does not answer as it should: {error}", path.display())),
    }
}

fn denied(path: &Path, why: Denied) -> Refusal {
    match why {
        Denied::Busy(holder, waited) => Refusal::Unavailable(format!(
            "{} was not free for {} s and is held by {holder}. If that machine lost its power or its network, the drive frees the lock by itself: NFS 4 after its lease (60–90 s), SMB after seconds, NFS 3 when it boots again",
            path.display(),
            waited.as_secs()
        )),
        Denied::Stopped => Refusal::Unavailable(String::from(super::STOPPED)),
        Denied::Failed(error) => away(path, &error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::desk::command::Author;
    use crate::desk::time::Moment;
    use crate::store::{Store, verify};

    fn desk() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let desk = folder.path().join("ops.desk");
        let anna = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        drop(Store::create(&desk, &anna, &Moment::utc(Timestamp(1_790_000_000_000)), "ops").unwrap());
        (folder, desk)
    }

    fn touch(desk: &Path, login: &str) -> Touch {
        let me = Holder { login: login.to_owned(), ..Holder::default() };
        let patience = Patience { until: Instant::now(), stop: &AtomicBool::new(false), waiting: &|_| {} };
        Touch::begin(desk, &me, None, Access::Write, &patience).unwrap()
    }

    /// A transaction in which somebody got as far as writing pages.
    fn half_done(touch: &Touch) -> Transaction<'_> {
        let transaction = Transaction::new_unchecked(touch.conn().unwrap(), TransactionBehavior::Immediate).unwrap();
        transaction.execute_batch("CREATE TABLE half_done (id INTEGER PRIMARY KEY)").unwrap();
        transaction
    }

    #[test]
    fn who_lost_the_lock_leaves_the_work_of_the_next_holder_alone() {
        let (_folder, desk) = desk();
        let anna = touch(&desk, "anna");
        let asleep = half_done(&anna);
        anna.lock.is_given_away();
        // Bob works, and dies in the middle of his commit.
        let bob = touch(&desk, "bob");
        let dies = half_done(&bob);
        bob.conn().unwrap().cache_flush().unwrap();
        let refusal = anna.commit(asleep).unwrap_err();
        assert!(refusal.to_string().contains("gave its lock to somebody else; nothing was changed"), "{refusal}");
        anna.end();
        std::mem::forget(dies);
        bob.lock.is_given_away();
        std::mem::forget(bob);
        // What he had done by half is rolled back by whoever comes next.
        touch(&desk, "eve").end();
        let desk = Connection::open(&desk).unwrap();
        assert_eq!(verify::examine(&desk).unwrap(), []);
        assert!(!desk.table_exists(None, "half_done").unwrap());
    }

    #[test]
    fn who_finds_the_side_file_removed_does_not_commit() {
        let (_folder, desk) = desk();
        let anna = touch(&desk, "anna");
        let begun = half_done(&anna);
        std::fs::remove_file(crate::store::drive::lock::side_file(&desk)).unwrap();
        let bob = touch(&desk, "bob");
        assert!(anna.commit(begun).is_err());
        anna.end();
        bob.end();
    }

    /// A desk as it was left by somebody who got as far as opening it, lost the lock, and slept while bob worked.
    fn overtaken(desk: &Path) -> (Touch, i64) {
        let (lock, head) = {
            let patience = Patience { until: Instant::now(), stop: &AtomicBool::new(false), waiting: &|_| {} };
            let me = Holder { login: String::from("anna"), ..Holder::default() };
            hold(desk, &me, None, Access::Write, &patience).unwrap()
        };
        lock.is_given_away();
        let conn = connect(desk, Access::Write).unwrap();
        (Touch { conn: Some(conn), file: head.file, lock, path: desk.to_owned() }, head.version)
    }

    #[test]
    fn who_lost_the_lock_makes_no_desk_fit_nor_brings_it_up_to_date() {
        let (_folder, desk) = desk();
        // As the desk of a local disk: with full text, without a log.
        Connection::open(&desk).unwrap().query_row("PRAGMA journal_mode = delete", [], |_| Ok(())).unwrap();
        let (anna, version) = overtaken(&desk);
        let bob = touch_unfit(&desk);
        let refusal = anna.make_fit(version, Access::Write).unwrap_err();
        assert!(refusal.to_string().contains("gave its lock to somebody else"), "{refusal}");
        anna.end();
        assert!(full_text::stands(bob.conn().unwrap()).unwrap(), "she took nothing out");
        bob.end();
        touch(&desk, "eve").end();
        assert!(!full_text::stands(&Connection::open(&desk).unwrap()).unwrap());
    }

    /// The lock of bob, who has not begun to do anything.
    fn touch_unfit(desk: &Path) -> Touch {
        let patience = Patience { until: Instant::now(), stop: &AtomicBool::new(false), waiting: &|_| {} };
        let me = Holder { login: String::from("bob"), ..Holder::default() };
        let (lock, head) = hold(desk, &me, None, Access::Write, &patience).unwrap();
        Touch { conn: Some(connect(desk, Access::Write).unwrap()), file: head.file, lock, path: desk.to_owned() }
    }

    #[test]
    fn a_desk_of_a_local_disk_stays_the_same_file_when_it_is_first_used_on_a_drive() {
        use std::os::unix::fs::MetadataExt;
        let (_folder, desk) = desk();
        let has_log = || std::fs::read(&desk).unwrap()[18..20].to_vec();
        assert_eq!((has_log(), backup::beside(&desk, "-wal").exists()), (vec![2, 2], true));
        let before = std::fs::metadata(&desk).unwrap().ino();
        // A drive may take away what is replaced while somebody has it open.
        let _open = File::open(&desk).unwrap();
        touch(&desk, "anna").end();
        assert_eq!((has_log(), backup::beside(&desk, "-wal").exists()), (vec![1, 1], false));
        assert_eq!(std::fs::metadata(&desk).unwrap().ino(), before);
        assert_eq!(verify::examine(&Connection::open(&desk).unwrap()).unwrap(), []);
    }

    #[test]
    fn a_desk_with_a_log_that_was_copied_here_keeps_what_is_in_the_log_and_only_whoever_has_the_lock_takes_it_in() {
        let (folder, desk) = desk();
        let writer = Connection::open(&desk).unwrap();
        schema::admit(&writer).unwrap();
        writer.execute_batch("CREATE TABLE late (id INTEGER PRIMARY KEY)").unwrap();
        let there = folder.path().join("copied.desk");
        for ending in ["", "-wal"] {
            std::fs::copy(backup::beside(&desk, ending), backup::beside(&there, ending)).unwrap();
        }
        let before = std::fs::read(&there).unwrap();
        let patience = Patience { until: Instant::now(), stop: &AtomicBool::new(false), waiting: &|_| {} };
        let (lock, _) = hold(&there, &Holder::default(), None, Access::Write, &patience).unwrap();
        lock.is_given_away();
        std::fs::remove_file(crate::store::drive::lock::side_file(&there)).unwrap();
        assert!(without_log(&there, &lock).is_err());
        assert!(std::fs::read(&there).unwrap() == before && backup::beside(&there, "-wal").exists());
        touch(&there, "bob").end();
        let copied = Connection::open(&there).unwrap();
        assert!(copied.table_exists(None, "late").unwrap() && !backup::beside(&there, "-wal").exists());
        assert_eq!(
            std::fs::read_dir(folder.path())
                .unwrap()
                .filter(|file| { file.as_ref().unwrap().file_name().to_string_lossy().contains(".new-") })
                .count(),
            0
        );
    }
}
