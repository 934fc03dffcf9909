//! The one lock of a desk on a network drive: one byte of a side file, which is opened anew each time.
//!
//! The desk file itself is never locked: what SQLite does there loses or damages data across machines. Whoever holds the
//! byte writes who they are and a fencing number into the side file. The number grows with each holder; one who was frozen
//! while the server gave the lock away finds another number, or an error, and stops.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};

use crate::desk::command::Author;
use crate::desk::time::Timestamp;
use crate::store::backup::{beside, take_after};
use crate::store::drive::block::Block;

/// The byte that is the lock. Far behind the text: on SMB locks are mandatory, and who waits reads who holds it.
const HELD: i64 = 1 << 30;
/// The byte that whoever waits holds: who had the lock a moment ago stands behind them, so nobody starves.
const NEXT: i64 = HELD + 1;
/// The text is padded to this length, so that a shorter one leaves nothing of a longer.
const RECORD: usize = 512;
/// The longest name in it, in bytes; quotation marks take two.
const NAME: usize = 90;
/// Who held the lock so short a time ago lets others who wait go first.
const AGAIN: Duration = Duration::from_millis(500);
/// Once in so long, by the clock that all processes of a machine share, those who wait in vain let go of the side file.
const EVERY: Duration = Duration::from_secs(2);
/// For so long.
const APART: Duration = Duration::from_millis(500);
/// Where the lock did not change hands for so long, whoever has it, or stands next to it, may be dead.
const IN_VAIN: Duration = Duration::from_secs(1);

/// Who holds the lock, as the side file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Grows with each holder.
    pub fence: u64,
    /// Their login.
    pub login: String,
    /// Their machine.
    pub host: String,
    /// Their process there.
    pub pid: u32,
    /// Since when, by their clock.
    pub since: Timestamp,
}

impl Holder {
    /// Somebody who takes the lock now, from this process.
    pub(crate) fn now(author: &Author) -> Holder {
        let (login, host) = (clipped(&author.login), clipped(&author.host));
        Holder { fence: 0, login, host, pid: std::process::id(), since: super::standing::now() }
    }
}

/// A name so short that two of them fit into a record, whatever is in them.
fn clipped(name: &str) -> String {
    let mut room = NAME;
    let fits = |c: &char| {
        room = room.saturating_sub(c.len_utf8());
        room > 0
    };
    name.chars().filter(|c| !c.is_control()).take_while(fits).collect()
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.login.as_str() {
            "" => f.write_str("somebody"),
            login => write!(f, "{login} on {} (process {})", self.host, self.pid),
        }
    }
}

/// What somebody who waits for the lock puts up with.
pub(crate) struct Patience<'a> {
    /// Until when.
    pub(crate) until: Instant,
    /// Whether they gave up.
    pub(crate) stop: &'a AtomicBool,
    /// Told now and then for whom they wait.
    pub(crate) waiting: &'a dyn Fn(&Holder),
}

/// Why the lock was not had.
#[derive(Debug)]
pub(crate) enum Denied {
    /// Others held it for longer than the patience lasted, this one now; and how long that was.
    Busy(Holder, Duration),
    /// Whoever waited gave up.
    Stopped,
    /// The drive's reason.
    Failed(io::Error),
}

impl From<io::Error> for Denied {
    fn from(error: io::Error) -> Denied {
        Denied::Failed(error)
    }
}

/// The lock, held until it is dropped.
pub(crate) struct Lock {
    file: File,
    /// What we wrote into the side file.
    signed: Holder,
    /// When we did, by the drive's clock.
    at: Option<Timestamp>,
    /// Taken by somebody who may only read: beside others of their kind, while nobody writes.
    shared: bool,
}

/// The side file of a desk.
pub(crate) fn side_file(desk: &Path) -> PathBuf {
    beside(desk, ".lock")
}

impl Lock {
    /// Takes the lock of `desk` for `me`, whose fencing number and time are filled in.
    ///
    /// `last` is when this process gave it back the last time.
    pub(crate) fn take(
        desk: &Path,
        me: &Holder,
        last: Option<Instant>,
        read_only: bool,
        patience: &Patience<'_>,
    ) -> Result<Lock, Denied> {
        let mut file = open(desk, read_only)?;
        let kind = if read_only { libc::F_RDLCK } else { libc::F_WRLCK };
        let greedy = last.is_some_and(|last| last.elapsed() < AGAIN);
        let mut queued = false;
        let mut pause = Duration::from_millis(1);
        let mut told: Option<Instant> = None;
        let begun = Instant::now();
        let mut seen = (0, begun);
        loop {
            if greedy || told.is_some() {
                // One at a time stands next to the lock; the others wait behind.
                queued = queued || read_only || set(&file, NEXT, kind)?;
            }
            // Who stands next and does not take what is free is dead or cut off: nobody waits behind them for long.
            let in_vain = seen.1.elapsed() > IN_VAIN;
            if (queued || in_vain || !(greedy || told.is_some())) && set(&file, HELD, kind)? {
                if read_only {
                    return Ok(Lock { file, signed: Holder::default(), at: None, shared: true });
                }
                if queued {
                    set(&file, NEXT, libc::F_UNLCK)?;
                }
                let mut lock = Lock { file, signed: me.clone(), at: None, shared: false };
                if lock.sign()? {
                    return Ok(lock);
                }
                // Somebody removed the side file while we waited; the others will lock the one that comes next.
                file = open(desk, read_only)?;
                queued = false;
                continue;
            }
            if patience.stop.load(Ordering::Relaxed) {
                return Err(Denied::Stopped);
            }
            if told.is_none_or(|at| at.elapsed() > Duration::from_millis(250)) {
                let holder = whoever_holds(&file);
                if told.is_none() || seen.0 != holder.fence {
                    seen = (holder.fence, Instant::now());
                }
                told = Some(Instant::now());
                (patience.waiting)(&holder);
            }
            if Instant::now() >= patience.until {
                return Err(Denied::Busy(whoever_holds(&file), begun.elapsed()));
            }
            if in_vain && is_time_apart() {
                // The processes of one machine may share a handle of the drive without knowing (Linux does so on SMB), and
                // the lock of one who was killed lives as long as any of them has it open: all close it at the same time.
                drop(file);
                while is_time_apart() && !patience.stop.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(10));
                }
                file = open(desk, read_only)?;
                queued = false;
            }
            // At random, so that many who wait do not ask together; seldom enough not to burden the server.
            std::thread::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0));
            pause = (pause * 2).min(Duration::from_millis(25));
        }
    }

    /// Whether whoever took this lock still has it: the server may have given it away while this machine slept, or somebody
    /// removed the side file, and the next holder locks another one.
    pub(crate) fn is_ours(&self) -> io::Result<bool> {
        if self.shared {
            return Ok(true);
        }
        let mut block = Block::default();
        let text = block.read_past_cache(&self.file)?;
        Ok(holder(text).as_ref() == Some(&self.signed) && self.file.metadata()?.nlink() > 0)
    }

    /// The clock of the drive, by the time at which it saw our signature.
    pub(crate) fn drive_time(&self) -> Option<Timestamp> {
        self.at
    }

    /// What the server does when a lease ends.
    #[cfg(test)]
    pub(crate) fn is_given_away(&self) {
        set(&self.file, HELD, libc::F_UNLCK).unwrap();
    }

    /// Writes who holds the lock and the next fencing number; `false` when the file is one that was removed.
    fn sign(&mut self) -> io::Result<bool> {
        self.signed.fence = read(&self.file)?.map_or(0, |holder| holder.fence).saturating_add(1);
        let mut text = serde_json::to_vec(&self.signed)?;
        text.resize(RECORD.max(text.len() + 1), b' ');
        if let Some(last) = text.last_mut() {
            *last = b'\n';
        }
        self.file.write_all_at(&text, 0)?;
        // The others must see it, and an error of the drive must show before anything is written to the desk.
        self.file.sync_data()?;
        let seen = self.file.metadata()?;
        let since = seen.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        self.at = since.and_then(|since| i64::try_from(since.as_millis()).ok()).map(Timestamp);
        Ok(seen.nlink() > 0)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing would do as well; a descriptor that a child process got by accident would not.
        let _ = set(&self.file, HELD, libc::F_UNLCK);
    }
}

/// Whether this is one of the moments at which nobody on this machine who waits in vain has the side file open.
fn is_time_apart() -> bool {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_millis() % EVERY.as_millis() < APART.as_millis()
}

fn open(desk: &Path, read_only: bool) -> io::Result<File> {
    let path = side_file(desk);
    if read_only {
        return File::open(path);
    }
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    match rustix::fs::open(&path, flags, Mode::empty()) {
        Ok(file) => Ok(File::from(file)),
        Err(rustix::io::Errno::NOENT) => {
            // Whoever may write the desk may lock it, whatever this person's umask and group are.
            let like = std::fs::metadata(desk)?;
            let file = File::from(rustix::fs::open(&path, flags | OFlags::CREATE, Mode::from_raw_mode(0o666))?);
            let _ = take_after(&file, &like);
            Ok(file)
        }
        Err(error) => Err(error.into()),
    }
}

/// What the side file says, as far as this machine knows; `None` where it is new, or was torn when somebody died.
fn read(file: &File) -> io::Result<Option<Holder>> {
    let mut text = [0_u8; RECORD];
    let got = file.read_at(&mut text, 0)?;
    Ok(text.get(..got).and_then(holder))
}

/// Whom one waits for, as far as that is known. Past the cache: a machine may remember who had it before for as long as
/// it has the file open.
fn whoever_holds(file: &File) -> Holder {
    Block::default().read_past_cache(file).ok().and_then(holder).unwrap_or_default()
}

/// The number of whoever held the lock last.
#[cfg(test)]
pub(crate) fn fence_of(desk: &Path) -> u64 {
    read(&File::open(side_file(desk)).unwrap()).unwrap().map_or(0, |holder| holder.fence)
}

fn holder(text: &[u8]) -> Option<Holder> {
    serde_json::from_slice(text.get(..text.len().min(RECORD))?.trim_ascii()).ok()
}

/// Locks or unlocks a byte without waiting; `false` when somebody else has it. The lock belongs to the open file, not to
/// the process: two stores in one process keep each other out too.
fn set(file: &File, byte: i64, kind: i32) -> io::Result<bool> {
    let range = libc::flock {
        l_type: i16::try_from(kind).unwrap_or_default(),
        l_whence: i16::try_from(libc::SEEK_SET).unwrap_or_default(),
        l_start: byte,
        l_len: 1,
        l_pid: 0,
    };
    #[cfg(target_os = "linux")]
    let how = FcntlArg::F_OFD_SETLK(&range);
    #[cfg(not(target_os = "linux"))]
    let how = FcntlArg::F_SETLK(&range);
    match fcntl(file, how) {
        Ok(_) => Ok(true),
        Err(nix::Error::EAGAIN | nix::Error::EACCES) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me(login: &str) -> Holder {
        Holder { login: login.to_owned(), host: String::from("lab"), pid: 7, ..Holder::default() }
    }

    fn take(desk: &Path, login: &str, patience: Duration) -> Result<Lock, Denied> {
        let until = Instant::now() + patience;
        Lock::take(desk, &me(login), None, false, &Patience { until, stop: &AtomicBool::new(false), waiting: &|_| {} })
    }

    fn desk() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let desk = folder.path().join("ops.desk");
        std::fs::write(&desk, "").unwrap();
        (folder, desk)
    }

    #[test]
    fn one_holds_the_lock_and_the_others_are_told_who() {
        let (_folder, desk) = desk();
        let first = take(&desk, "anna", Duration::ZERO).unwrap_or_else(|_| panic!("refused"));
        let Err(Denied::Busy(holder, _)) = take(&desk, "bob", Duration::ZERO) else { panic!("two holders") };
        assert_eq!((holder.login.as_str(), holder.fence), ("anna", 1));
        assert_eq!(holder.to_string(), "anna on lab (process 7)");
        drop(first);
        assert_eq!(take(&desk, "bob", Duration::ZERO).map(|lock| lock.signed.fence).ok(), Some(2));
    }

    #[test]
    fn whoever_has_the_longest_name_is_still_told() {
        let (_folder, desk) = desk();
        let author = Author { login: "\"é\n".repeat(300), via: None, host: "\\".repeat(300) };
        let long = Holder::now(&author);
        let patience = Patience { until: Instant::now(), stop: &AtomicBool::new(false), waiting: &|_| {} };
        let _lock = Lock::take(&desk, &long, None, false, &patience).unwrap_or_else(|_| panic!("refused"));
        let Err(Denied::Busy(holder, _)) = take(&desk, "bob", Duration::ZERO) else { panic!("two holders") };
        assert_eq!((holder.login.len(), holder.host.len(), holder.fence), (88, 89, 1));
    }

    #[test]
    fn a_holder_whose_lock_was_given_away_finds_another_number() {
        let (_folder, desk) = desk();
        let sleeper = take(&desk, "anna", Duration::ZERO).unwrap_or_else(|_| panic!("refused"));
        assert!(sleeper.is_ours().unwrap());
        sleeper.is_given_away();
        let next = take(&desk, "bob", Duration::ZERO).unwrap_or_else(|_| panic!("refused"));
        assert!(!sleeper.is_ours().unwrap() && next.is_ours().unwrap());
    }

    #[test]
    fn who_may_only_read_waits_for_writers_and_not_for_each_other() {
        let (_folder, desk) = desk();
        let stop = AtomicBool::new(false);
        let reads = || {
            let patience = Patience { until: Instant::now(), stop: &stop, waiting: &|_| {} };
            Lock::take(&desk, &me("eve"), None, true, &patience)
        };
        let writer = take(&desk, "anna", Duration::ZERO).unwrap_or_else(|_| panic!("refused"));
        assert!(matches!(reads(), Err(Denied::Busy(..))));
        drop(writer);
        let (one, other) = (reads(), reads());
        assert!(one.is_ok() && other.is_ok());
        assert!(matches!(take(&desk, "anna", Duration::ZERO), Err(Denied::Busy(..))));
    }

    #[test]
    fn who_waits_gets_the_lock_before_who_had_it_just_now() {
        let (_folder, desk) = desk();
        let stop = AtomicBool::new(false);
        let held = take(&desk, "anna", Duration::ZERO).unwrap_or_else(|_| panic!("refused"));
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let (desk, stop) = (&desk, &stop);
            let waits = scope.spawn(move || {
                let waiting = move |_: &Holder| _ = tell.send(());
                let until = Instant::now() + Duration::from_secs(30);
                Lock::take(desk, &me("bob"), None, false, &Patience { until, stop, waiting: &waiting })
                    .map(|l| l.signed.fence)
            });
            // Told twice: by then bob stands next to the lock.
            told.recv().unwrap();
            told.recv().unwrap();
            drop(held);
            let until = Instant::now() + Duration::from_secs(30);
            let patience = Patience { until, stop, waiting: &|_| {} };
            let again = Lock::take(desk, &me("anna"), Some(Instant::now()), false, &patience).map(|l| l.signed.fence);
            assert_eq!((waits.join().unwrap().ok(), again.ok()), (Some(2), Some(3)));
        });
    }

    #[test]
    fn nobody_waits_long_behind_one_who_stands_next_and_takes_nothing() {
        let (_folder, desk) = desk();
        drop(take(&desk, "anna", Duration::ZERO).unwrap_or_else(|_| panic!("refused")));
        let cut_off = open(&desk, false).unwrap();
        assert!(set(&cut_off, NEXT, libc::F_WRLCK).unwrap());
        // Anna had the lock just now, and would let others who wait go first.
        let until = Instant::now() + Duration::from_secs(60);
        let patience = Patience { until, stop: &AtomicBool::new(false), waiting: &|_| {} };
        let again = Lock::take(&desk, &me("anna"), Some(Instant::now()), false, &patience);
        assert_eq!(again.map(|lock| lock.signed.fence).ok(), Some(2));
    }

    /// How often this process has a file open.
    #[cfg(target_os = "linux")]
    fn opened(path: &Path) -> usize {
        let open = std::fs::read_dir("/proc/self/fd").unwrap();
        open.filter(|fd| fd.as_ref().is_ok_and(|fd| std::fs::read_link(fd.path()).is_ok_and(|to| to == path))).count()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn those_who_wait_in_vain_let_go_of_the_side_file_together_and_go_on_waiting() {
        let (_folder, desk) = desk();
        let side = side_file(&desk).canonicalize().unwrap_or_else(|_| side_file(&desk));
        let held = take(&desk, "anna", Duration::ZERO).unwrap_or_else(|_| panic!("refused"));
        std::thread::scope(|scope| {
            let wait = |login| {
                scope.spawn({
                    let desk = &desk;
                    move || take(desk, login, Duration::from_secs(60)).map(|lock| lock.signed.login.clone()).ok()
                })
            };
            let (bob, eve) = (wait("bob"), wait("eve"));
            while opened(&side) < 3 {
                std::thread::yield_now();
            }
            // Only the holder has it open.
            while opened(&side) > 1 {
                assert!(!bob.is_finished() && !eve.is_finished(), "gave up");
                std::thread::yield_now();
            }
            drop(held);
            assert_eq!(bob.join().unwrap().as_deref(), Some("bob"));
            assert_eq!(eve.join().unwrap().as_deref(), Some("eve"));
        });
    }
}
