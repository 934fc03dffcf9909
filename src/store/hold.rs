//! A desk held where it lies while its file is copied, moved or replaced: nobody else writes until this is dropped.

use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::desk::command::Author;
use crate::desk::refusal::Refusal;
use crate::store::backup::{beside, draw, sync_folder, take_after};
use crate::store::drive::{Holder, Newest, Patience, Step, Touch, newest, reached};
use crate::store::location::Class;
use crate::store::put::{SIDES, is_gone, remove_sides, replace};
use crate::store::signpost::Post;
use crate::store::{Access, open};

/// How long whoever works there may keep it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What keeps the others out.
pub(super) enum Hold {
    /// SQLite's own lock, on a local disk; `None` where what lies there is too damaged to be written by anybody.
    Local(Option<Connection>),
    /// The lock on the side file, on a drive.
    Drive(Touch),
}

impl Hold {
    /// Holds a sound desk.
    pub(super) fn take(desk: &Path, class: Class, me: &Author) -> Result<Hold, Refusal> {
        if class == Class::Network {
            return touch(desk, me, Touch::begin).map(Hold::Drive);
        }
        let opened = open::open(desk)?;
        if opened.access == Access::Read {
            return Err(Refusal::Unavailable(format!("{} is read-only for you", desk.display())));
        }
        settle(&opened.conn).map_err(|error| open::explain(desk, &error))?;
        Ok(Hold::Local(Some(opened.conn)))
    }

    /// Holds whatever lies there, to replace it. A desk that is too damaged to be opened is held all the same.
    pub(super) fn seize(desk: &Path, class: Class, me: &Author) -> Result<Hold, Refusal> {
        if class == Class::Network {
            let bare = || touch(desk, me, |desk, me, _, _, patience| Touch::bare(desk, me, patience));
            return touch(desk, me, Touch::begin).or_else(|why| bare().map_err(|_| why)).map(Hold::Drive);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(old) = Connection::open_with_flags(desk, flags) else { return Ok(Hold::Local(None)) };
        let _ = old.busy_timeout(Duration::from_secs(15));
        match settle(&old) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                Err(open::explain(desk, &error))
            }
            _ => Ok(Hold::Local(Some(old))),
        }
    }

    /// Copies the desk as it is into a new file.
    pub(super) fn draw(&self, desk: &Path, to: &Path) -> Result<Connection, Refusal> {
        match self {
            // By a second connection: SQLite copies no pages for one that has begun to write.
            Hold::Local(Some(_)) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let conn = Connection::open_with_flags(desk, flags).map_err(|error| open::explain(desk, &error))?;
                draw(&conn, desk, to)
            }
            Hold::Local(None) => Err(Refusal::Damaged(format!("{} can't be read", desk.display()))),
            Hold::Drive(touch) => {
                touch.draw(to)?;
                Connection::open(to).map_err(|error| open::explain(to, &error))
            }
        }
    }

    /// The newest entry of the journal of a desk that is sound.
    pub(super) fn newest(&self, desk: &Path) -> Result<Newest, Refusal> {
        match self {
            Hold::Drive(touch) => touch.newest(),
            Hold::Local(Some(conn)) => newest(conn).map_err(|error| open::explain(desk, &error)),
            Hold::Local(None) => Err(Refusal::Damaged(format!("{} can't be read", desk.display()))),
        }
    }

    /// Puts a signpost in the place of what lies there, which is kept under another name, its side files with it. At each
    /// moment one of the two lies there.
    pub(super) fn make_way(&mut self, desk: &Path, post: &Post, kept: &Path) -> Result<(), Refusal> {
        if let Hold::Drive(touch) = self {
            touch.refuse_lost()?;
            // Some drives replace no file that is open.
            touch.close();
        }
        if std::fs::symlink_metadata(kept).is_ok() {
            return Err(Refusal::rule(format!("{} exists already; try again", kept.display())));
        }
        let keep = || -> io::Result<()> {
            // The log and the journal first: what is kept is whole as soon as it is there.
            for ending in SIDES.iter().filter(|ending| beside(desk, ending).exists()) {
                second_name(&beside(desk, ending), &beside(kept, ending))?;
            }
            second_name(desk, kept)?;
            sync_folder(kept)
        };
        let forget = || {
            for ending in SIDES.iter().chain([&""]) {
                // What is not there need not go.
                let _ = std::fs::remove_file(beside(kept, ending));
            }
        };
        keep().map_err(|error| {
            forget();
            Refusal::Unavailable(format!("{} can't be kept: {error}", desk.display()))
        })?;
        reached(Step::Kept);
        let still_held = match self {
            Hold::Drive(touch) => touch.refuse_lost(),
            Hold::Local(_) => Ok(()),
        };
        let posted = still_held.and_then(|()| {
            replace(post.path(), desk)
                .map_err(|error| Refusal::Unavailable(format!("{} can't be written: {error}", desk.display())))
        });
        if let Err(refusal) = posted {
            match is_gone(desk) {
                true => put_back(kept, desk),
                false => forget(),
            }
            return Err(refusal);
        }
        // From here on nobody writes to the old file, and whoever looks for it is sent on.
        remove_sides(desk);
        sync_folder(desk).map_err(|error| {
            put_back(kept, desk);
            Refusal::Unavailable(format!("{} can't be written: {error}", desk.display()))
        })?;
        reached(Step::Posted);
        Ok(())
    }
}

/// Gives a file that nobody writes to a second name; where a drive knows no links, a copy gets it.
fn second_name(file: &Path, name: &Path) -> io::Result<()> {
    match std::fs::hard_link(file, name) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            let to = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(name)?;
            let from = std::fs::File::open(file)?;
            io::copy(&mut &from, &mut &to)?;
            take_after(&to, &from.metadata()?)?;
            to.sync_all()
        }
        linked => linked,
    }
}

/// Puts back what made way; where even that fails, it lies under the name that the signpost tells.
pub(super) fn put_back(kept: &Path, desk: &Path) {
    for ending in SIDES.iter().chain([&""]).filter(|ending| beside(kept, ending).exists()) {
        let _ = replace(&beside(kept, ending), &beside(desk, ending));
    }
}

/// The name under which a file is kept that leaves its place.
pub(super) fn kept_as(desk: &Path, why: &str, now: crate::desk::time::Timestamp) -> PathBuf {
    beside(desk, &format!(".{why}-{}", now.rfc3339().replace(['-', ':'], "")))
}

/// Takes the log into the desk, so that the one file is whole, and keeps writers out.
fn settle(conn: &Connection) -> rusqlite::Result<()> {
    // What others read just now stays in the log; it follows the file.
    let _ = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    conn.execute_batch("BEGIN IMMEDIATE")
}

fn touch(
    desk: &Path,
    me: &Author,
    begin: impl FnOnce(&Path, &Holder, Option<Instant>, Access, &Patience<'_>) -> Result<Touch, Refusal>,
) -> Result<Touch, Refusal> {
    let patience = Patience { until: Instant::now() + PATIENCE, stop: &AtomicBool::new(false), waiting: &|_| {} };
    begin(desk, &Holder::now(me), None, Access::Write, &patience)
}

/// Reads the change counter of a file at rest (offset 24, sqlite.org/fileformat2.html).
pub(super) fn counter_of(path: &Path) -> io::Result<u32> {
    use std::os::unix::fs::FileExt;
    let mut bytes = [0_u8; 4];
    std::fs::File::open(path)?.read_exact_at(&mut bytes, 24)?;
    Ok(u32::from_be_bytes(bytes))
}

/// Lets a file at rest count as newer than another by its change counter: whoever looks for news at that number alone finds
/// some. The second place is what SQLite compares the first with.
pub(super) fn outrun(part: &Path, other: u32) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    let next = counter_of(part)?.max(other).wrapping_add(1).to_be_bytes();
    let file = std::fs::OpenOptions::new().write(true).open(part)?;
    [24, 92].iter().try_for_each(|place| file.write_all_at(&next, *place))?;
    file.sync_all()
}
