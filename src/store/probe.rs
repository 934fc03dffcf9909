//! What only trying tells of the folder in which a desk lies: whether locks hold there, how long it takes to answer, whether
//! its clock is ours.
//!
//! Two processes of one machine show that locks exist, not that they reach the server: the mount options tell that.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::io::Errno;

use crate::store::backup::beside;

/// How often each thing is tried; the median counts.
const TRIES: usize = 5;

/// How long the folder takes to answer, and what its clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answering {
    /// To write a little and have it on the disk.
    pub write: Duration,
    /// To open a file and ask for its size.
    pub look: Duration,
    /// By how many milliseconds its clock is ahead of ours; negative where it is behind.
    pub clock: i64,
}

/// A file beside a desk, to try things with; it goes when it is dropped.
pub struct Probe {
    path: PathBuf,
    file: File,
}

impl Probe {
    /// Makes one beside the desk at `desk`.
    ///
    /// # Errors
    /// The operating system's, where the folder can't be written.
    pub fn beside(desk: &Path) -> std::io::Result<Probe> {
        let path = beside(desk, &format!(".probe-{}", std::process::id()));
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        Ok(Probe { path, file })
    }

    /// Where it lies, for another process to try its lock.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes its lock, which this process keeps until the probe goes.
    ///
    /// # Errors
    /// Where there are no locks.
    pub fn lock(&self) -> std::io::Result<()> {
        Ok(fcntl_lock(&self.file, FlockOperation::NonBlockingLockExclusive)?)
    }

    /// Measures how the folder answers. It gives the lock up.
    ///
    /// # Errors
    /// The operating system's.
    pub fn measure(&mut self) -> std::io::Result<Answering> {
        let write = median(|| {
            self.file.write_all(b"deskhand\n")?;
            self.file.sync_all()
        })?;
        let look = median(|| File::open(&self.path)?.metadata().map(|_| ()))?;
        let before = SystemTime::now();
        self.file.write_all(b"deskhand\n")?;
        self.file.sync_all()?;
        let theirs = std::fs::metadata(&self.path)?.modified()?;
        // Written somewhere between the two.
        Ok(Answering {
            write,
            look,
            clock: ahead(milliseconds(before), milliseconds(SystemTime::now()), milliseconds(theirs)),
        })
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        // What is already gone need not be removed.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether another process holds the lock of the file at `path`.
///
/// # Errors
/// The operating system's, and where there are no locks.
pub fn is_locked(path: &Path) -> std::io::Result<bool> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(false),
        Err(Errno::AGAIN | Errno::ACCESS) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

fn median(mut attempt: impl FnMut() -> std::io::Result<()>) -> std::io::Result<Duration> {
    let mut times = Vec::with_capacity(TRIES);
    for _ in 0..TRIES {
        let begun = Instant::now();
        attempt()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times.get(TRIES / 2).copied().unwrap_or_default())
}

/// By how much a clock is ahead that told `theirs` for something between `before` and `after`; file times are coarse by up
/// to 10 ms, which counts as nothing.
fn ahead(before: i64, after: i64, theirs: i64) -> i64 {
    const COARSE: i64 = 10;
    match theirs {
        early if early < before - COARSE => early - before,
        late if late > after + COARSE => late - after,
        _ => 0,
    }
}

fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_off_only_by_what_the_time_of_writing_can_not_explain() {
        assert_eq!(ahead(1_000, 1_020, 1_010), 0);
        assert_eq!(ahead(1_000, 1_020, 995), 0);
        assert_eq!(ahead(1_000, 1_020, 91_020), 90_000);
        assert_eq!(ahead(100_000, 100_020, 40_000), -60_000);
    }

    #[test]
    fn a_probe_measures_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut probe = Probe::beside(&folder.path().join("ops.desk")).unwrap();
        assert_eq!(probe.measure().unwrap().clock, 0);
        drop(probe);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
