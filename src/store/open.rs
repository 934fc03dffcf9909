//! Opening a desk file: looked at before it is touched, so that what is no desk is left as it was.

use std::fs::{File, FileType};
use std::io::{ErrorKind, Read};
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, FileControl, OpenFlags};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::desk::refusal::Refusal;
use crate::store::location::place_of;
use crate::store::{backup, full_text, put, schema, signpost};

/// How a connection may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading and writing.
    Write,
    /// Reading only: the file, its folder or the caller allows no more.
    Read,
}

/// A connection to a desk.
pub(crate) struct Opened {
    pub(crate) conn: Connection,
    pub(crate) access: Access,
    /// Read without locks, since nobody writes.
    pub(crate) at_rest: bool,
}

/// Opens the desk file at `path`, migrating it after a verified backup if it is older than this program.
///
/// # Errors
/// [`Refusal::Unavailable`] when it can't be reached, [`Refusal::Damaged`] when it is no desk; either says what to do.
pub(crate) fn open(path: &Path) -> Result<Opened, Refusal> {
    let found = inspect(path)?;
    allow_place(path)?;
    let access = if writable(path) { Access::Write } else { Access::Read };
    let (mut conn, at_rest) = connect(path, access)?;
    configure(&mut conn, access).map_err(|error| explain(path, &error))?;
    // The header may be behind the write-ahead log: what SQLite says counts.
    let version: i64 =
        conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|error| explain(path, &error))?;
    refuse_newer(path, version.max(found))?;
    if version < schema::version() {
        if access == Access::Read {
            return Err(Refusal::Unavailable(format!(
                "{} is of an older version and read-only; make it writable once, so that it can be brought up to date",
                path.display()
            )));
        }
        backup::before_migration(&conn, path, version)?;
        schema::migrate(&mut conn).map_err(|error| explain(path, &error))?;
    }
    if access == Access::Write {
        complete(&conn).map_err(|error| explain(path, &error))?;
    }
    Ok(Opened { conn, access, at_rest })
}

/// Makes the full text that is missing: of a desk that was copied here from a drive, or comes from an older version.
fn complete(conn: &Connection) -> rusqlite::Result<()> {
    if full_text::stands(conn)? {
        return Ok(());
    }
    let transaction = rusqlite::Transaction::new_unchecked(conn, rusqlite::TransactionBehavior::Immediate)?;
    // Asked again under the lock: another process may have been faster.
    full_text::complete(&transaction)?;
    transaction.commit()
}

/// Refuses a place where SQLite's locks can't be trusted.
pub(crate) fn allow_place(path: &Path) -> Result<(), Refusal> {
    place_of(path).map_err(|error| unreachable_file(path, &error))?.allow_local_protocol(path)
}

/// Opens a backup and leaves it and its folder as they are. A single file at rest may lie anywhere; one that has a log
/// beside it may be a desk at work, and is read with locks.
pub(crate) fn only_read(path: &Path) -> Result<Connection, Refusal> {
    inspect(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let log =
        ["-wal", "-journal"].map(|ending| std::fs::metadata(backup::beside(path, ending)).map(|meta| meta.len()).ok());
    let conn = if log.iter().flatten().any(|bytes| *bytes > 0) || (log[0].is_some() && allow_place(path).is_ok()) {
        allow_place(path)?;
        Connection::open_with_flags(path, flags)
    } else {
        Connection::open_with_flags(immutable(path), flags | OpenFlags::SQLITE_OPEN_URI)
    };
    let sql = |error| explain(path, &error);
    let mut conn = conn.map_err(sql)?;
    conn.busy_handler(Some(wait_for_turn)).map_err(sql)?;
    let version = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(sql)?;
    refuse_newer(path, version)?;
    Ok(conn)
}

fn immutable(path: &Path) -> String {
    format!("file:{}?immutable=1", escape_uri(path))
}

/// Makes a new, empty desk file with our schema; the caller fills it and moves it to its place.
pub(crate) fn create(path: &Path) -> Result<Connection, Refusal> {
    allow_place(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags).map_err(|error| explain(path, &error))?;
    configure(&mut conn, Access::Write).map_err(|error| explain(path, &error))?;
    schema::migrate(&mut conn).map_err(|error| explain(path, &error))?;
    Ok(conn)
}

/// Looks at the first bytes of the file and returns the schema version that they tell.
pub(crate) fn inspect(path: &Path) -> Result<i64, Refusal> {
    look(path).map(|head| head.version)
}

/// What the first bytes of a desk file tell.
pub(crate) struct Head {
    pub(crate) version: i64,
    /// It has, or had, a write-ahead log.
    pub(crate) is_of_local_disks: bool,
    /// The file from which they were read.
    pub(crate) file: File,
}

/// Looks at the first bytes of the file.
pub(crate) fn look(path: &Path) -> Result<Head, Refusal> {
    let unreachable = |error: std::io::Error| unreachable_file(path, &error);
    // Whoever opened a pipe in another way would wait for somebody to write into it.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let not_a_file = |kind: FileType| match kind.is_dir() {
        true => format!("{} is a folder, not a desk file; name the file in it", path.display()),
        false => format!("{} is not a desk: it is no file. Nothing was changed", path.display()),
    };
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        // A socket can't be opened.
        Err(Errno::NXIO) => {
            let kind = std::fs::metadata(path).map_err(unreachable)?.file_type();
            return Err(Refusal::Damaged(not_a_file(kind)));
        }
        Err(error) => return Err(unreachable(error.into())),
    };
    let kind = file.metadata().map_err(unreachable)?.file_type();
    if !kind.is_file() {
        return Err(Refusal::Damaged(not_a_file(kind)));
    }
    let mut head = [0_u8; 100];
    let read = (&file).read_exact(&mut head);
    if let Err(error) = read
        && error.kind() != ErrorKind::UnexpectedEof
    {
        return Err(unreachable(error));
    }
    if !head.starts_with(b"SQLite format 3\0") {
        if let Some(signpost) = signpost::at(path) {
            return Err(signpost.refusal(path));
        }
        return Err(Refusal::Damaged(format!(
            "{} is not a desk: it is no SQLite file. Nothing was changed",
            path.display()
        )));
    }
    let number = |at: usize| head.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes);
    // Offsets by the file format: 18 and 19 mode, 60 user version, 68 application id (sqlite.org/fileformat2.html).
    if number(68) != schema::APPLICATION_ID {
        return Err(Refusal::Damaged(format!(
            "{} is not a desk: it is a SQLite file of another program. Nothing was changed",
            path.display()
        )));
    }
    let version = i64::from(number(60));
    refuse_newer(path, version)?;
    let is_of_local_disks = head.get(18..20).is_some_and(|versions| versions.contains(&2));
    Ok(Head { version, is_of_local_disks, file })
}

pub(crate) fn refuse_newer(path: &Path, version: i64) -> Result<(), Refusal> {
    if version <= schema::version() {
        return Ok(());
    }
    Err(Refusal::Unavailable(format!(
        "{} was written by a newer Deskhand (its schema is {version}, this program knows {}); install the newer one. Nothing was changed",
        path.display(),
        schema::version()
    )))
}

/// Refuses to read on, without locks, what somebody has begun to change.
pub(crate) fn refuse_stale(path: &Path) -> Result<(), Refusal> {
    if !backup::beside(path, "-wal").exists() {
        return Ok(());
    }
    Err(Refusal::Unavailable(format!("somebody has begun to change {}; open it again", path.display())))
}

/// Refuses to write into a file that no longer lies where it was opened: what is written there, nobody would see.
/// Asked inside a writing transaction, which a restore waits for.
pub(crate) fn refuse_replaced(conn: &Connection, path: &Path) -> Result<(), Refusal> {
    let mut moved = 0;
    conn.file_control(None::<&str>, FileControl::HasMoved(&mut moved)).map_err(|error| explain(path, &error))?;
    if moved == 0 {
        return Ok(());
    }
    if let Some(signpost) = signpost::at(path) {
        return Err(signpost.refusal(path));
    }
    Err(Refusal::Unavailable(format!(
        "{} was replaced by another file since it was opened, or is gone; open it again. Nothing was changed",
        path.display()
    )))
}

pub(crate) fn unreachable_file(path: &Path, error: &std::io::Error) -> Refusal {
    match error.kind() {
        std::io::ErrorKind::NotFound if put::awaits_its_name(path).is_some() => Refusal::Unavailable(format!(
            "there is no desk at {} yet: it was being moved here; run the same relocate again, and it gets its name",
            path.display()
        )),
        std::io::ErrorKind::NotFound => Refusal::Unavailable(format!(
            "there is no desk at {}; make one there with: deskhand --db {} init",
            path.display(),
            path.display()
        )),
        std::io::ErrorKind::PermissionDenied => Refusal::Unavailable(format!(
            "you may not read {}; ask its owner for read and write permission on the file and its folder",
            path.display()
        )),
        _ => Refusal::Unavailable(format!("{} can't be read: {error}", path.display())),
    }
}

/// Whether the file and its folder may be written.
pub(crate) fn writable(path: &Path) -> bool {
    may_write(path) == Some(true)
}

/// The same where nobody may be able to tell: a drive that is away neither allows nor refuses anything.
pub(crate) fn may_write(path: &Path) -> Option<bool> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let may = |place: &Path| match rustix::fs::access(place, rustix::fs::Access::WRITE_OK) {
        Ok(()) => Some(true),
        Err(Errno::ACCESS | Errno::PERM | Errno::ROFS) => Some(false),
        Err(_) => None,
    };
    match (may(path), may(folder)) {
        (Some(true), folder) => folder,
        (file, _) => file,
    }
}

fn connect(path: &Path, access: Access) -> Result<(Connection, bool), Refusal> {
    let flags = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    } | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|error| explain(path, &error))?;
    if access == Access::Read && conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).is_err() {
        // Without write permission the log's shared memory can't be made. With no log there is nothing to share: nobody
        // has written here since the file came to this place. [`refuse_stale`] asks whether that is still so.
        if !backup::beside(path, "-wal").exists() {
            return Connection::open_with_flags(immutable(path), flags | OpenFlags::SQLITE_OPEN_URI)
                .map(|conn| (conn, true))
                .map_err(|error| explain(path, &error));
        }
    }
    Ok((conn, false))
}

fn escape_uri(path: &Path) -> String {
    path.to_string_lossy()
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"/._-~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// How long a connection waits for another process, in total, before it says that the desk is busy.
const PATIENCE_MS: u64 = 15_000;

/// Waits a little longer each time, at random, so that many writers do not wake together.
fn wait_for_turn(tries: i32) -> bool {
    let tries = u64::try_from(tries).unwrap_or(0);
    // 1, 2, 4 … capped at 100 ms, each between half and whole: about 75 ms a try on average once capped.
    let ceiling = (1_u64 << tries.min(7)).min(100);
    std::thread::sleep(std::time::Duration::from_micros(fastrand::u64(ceiling * 500..=ceiling * 1_000)));
    tries < PATIENCE_MS / 75
}

/// Lets a connection wait for its turn.
pub(crate) fn be_patient(conn: &mut Connection) -> rusqlite::Result<()> {
    conn.busy_handler(Some(wait_for_turn))
}

/// What holds for every connection to a desk, wherever it lies: nothing in the file is trusted.
pub(crate) fn defend(conn: &mut Connection) -> rusqlite::Result<()> {
    be_patient(conn)?;
    schema::admit(conn)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    conn.set_prepared_statement_cache_capacity(128);
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    conn.pragma_update(None, "cache_size", -8_000)
}

/// Readies a connection that questions are asked on.
pub(crate) fn configure(conn: &mut Connection, access: Access) -> rusqlite::Result<()> {
    defend(conn)?;
    // What this person has looked at, told by [`Store::seen`]; asked by `is:changed`.
    conn.execute_batch("CREATE TEMP TABLE seen (ticket INTEGER PRIMARY KEY, version INTEGER NOT NULL)")?;
    // In how many articles and tickets a word is: looked up in the index itself, so that it need not stand yet.
    conn.execute_batch(
        "CREATE VIRTUAL TABLE temp.article_vocabulary USING fts5vocab (main, article_text, row);
         CREATE VIRTUAL TABLE temp.ticket_vocabulary USING fts5vocab (main, ticket_text, row)",
    )?;
    if access == Access::Write {
        conn.query_row("PRAGMA journal_mode = wal", [], |_| Ok(()))?;
        conn.pragma_update(None, "synchronous", "full")?;
        // The log stays when the last one leaves, empty: who may only read the desk can't make one, and without it would
        // neither be locked against nor see what others write.
        conn.file_control(None::<&str>, FileControl::PersistWal(&mut 1))?;
        // With a limit, whatever it is, the last one empties it; a small one would cut it at every turn.
        conn.pragma_update(None, "journal_size_limit", 64 << 20)?;
    }
    Ok(())
}

/// What an error of SQLite's means to somebody at a desk.
pub(crate) fn explain(path: &Path, error: &rusqlite::Error) -> Refusal {
    use rusqlite::ErrorCode;
    let shown = path.display();
    let Some(code) = error.sqlite_error_code() else {
        return Refusal::Damaged(format!("{shown}: {error}. Run: deskhand verify"));
    };
    if error.to_string().contains("Expression tree is too large")
        || error.to_string().contains("too many SQL variables")
    {
        return Refusal::rule("this query asks for too much at once; ask for less");
    }
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            Refusal::Unavailable(format!("{shown} is busy: another process is writing for longer than 15 s. Try again"))
        }
        ErrorCode::DiskFull => Refusal::Unavailable(format!(
            "no space left on the disk of {shown}; nothing was changed. Free some and try again"
        )),
        ErrorCode::ReadOnly => Refusal::Unavailable(format!("{shown} is read-only; nothing was changed")),
        ErrorCode::PermissionDenied | ErrorCode::CannotOpen => {
            Refusal::Unavailable(format!("{shown} can't be opened; check the permissions of the file and its folder"))
        }
        ErrorCode::SystemIoFailure => {
            Refusal::Unavailable(format!("reading or writing {shown} failed: {error}; nothing was changed"))
        }
        ErrorCode::DatabaseCorrupt => {
            Refusal::Damaged(format!("{shown} is damaged ({error}). Restore a backup: deskhand restore FILE"))
        }
        ErrorCode::NotADatabase => {
            Refusal::Damaged(format!("{shown} is not a desk, or its first page is damaged. Nothing was changed"))
        }
        ErrorCode::OperationInterrupted => Refusal::Unavailable(String::from("stopped")),
        _ => Refusal::Damaged(format!("{shown}: {error}. Nothing was changed. Run: deskhand verify")),
    }
}
