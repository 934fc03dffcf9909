//! A drive for tests: a file system of our own that passes everything on to a folder behind it. On the way it counts, takes
//! its time, fails, hangs, or answers with what was there before.
#![allow(dead_code, reason = "the benchmark needs less of it than the tests")]

mod passing;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use fuser::{BackgroundSession, Errno};

/// A mounted drive; unmounted when it is dropped.
pub struct Drive {
    session: Option<BackgroundSession>,
    pub weather: Arc<Weather>,
    folder: tempfile::TempDir,
}

/// What happens to an operation.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// It fails.
    Fails(Errno),
    /// Half of what is to be written arrives, then it fails. What writes nothing fails.
    Torn,
    /// It is not answered before [`Weather::clears`].
    Hangs,
}

/// How the drive is.
#[derive(Default)]
pub struct Weather {
    now: Mutex<Now>,
    cleared: Condvar,
}

#[derive(Default)]
struct Now {
    delay: Duration,
    /// Operations since the last [`Weather::reset`], by what they did to which file.
    done: Vec<String>,
    /// From this operation on, so many of them.
    fault: Option<(usize, usize, Fault)>,
    /// What is answered instead of the beginning of a file, and how often yet.
    stale: HashMap<String, (Vec<u8>, usize)>,
}

impl Drive {
    /// Mounts one; `None`, said aloud, where this machine has no FUSE or does not let us.
    pub fn mount(like_nfs: bool) -> Option<Drive> {
        let folder = tempfile::tempdir().unwrap();
        let (at, behind) = (folder.path().join("drive"), folder.path().join("behind"));
        std::fs::create_dir(&at).unwrap();
        std::fs::create_dir(&behind).unwrap();
        let weather = Arc::new(Weather::default());
        let mut options = fuser::Config::default();
        options.mount_options.push(fuser::MountOption::FSName(String::from("deskhand-test")));
        match fuser::spawn_mount(passing::Passing::new(behind, Arc::clone(&weather), like_nfs), &at, &options) {
            Ok(session) => Some(Drive { session: Some(session), weather, folder }),
            Err(error) => {
                println!("skipped: no FUSE file system can be mounted here: {error}");
                None
            }
        }
    }

    /// A file as clients see it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("drive").join(name)
    }

    /// The same file past the drive.
    pub fn behind(&self, name: &str) -> PathBuf {
        self.folder.path().join("behind").join(name)
    }

    /// A folder on this machine's own disk.
    pub fn here(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Drive {
    fn drop(&mut self) {
        self.weather.clears();
        if let Some(session) = self.session.take() {
            // What a client's thread still asks is answered with an error now: a thread that waits for this very process
            // could never end, nor could the process.
            let _ = rustix::mount::unmount(self.folder.path().join("drive"), rustix::mount::UnmountFlags::FORCE);
            drop(session);
        }
    }
}

impl Weather {
    /// Each operation takes so long from now on.
    pub fn takes(&self, delay: Duration) {
        self.now().delay = delay;
    }

    /// Counts anew.
    pub fn reset(&self) {
        self.now().done.clear();
    }

    /// What was done since the last reset.
    pub fn done(&self) -> Vec<String> {
        self.now().done.clone()
    }

    /// Counts anew; the operation of that place, counted from 0, and those after it, `times` in all, meet a fault.
    pub fn brews(&self, at: usize, times: usize, fault: Fault) {
        let mut now = self.now();
        now.done.clear();
        now.fault = Some((at, times, fault));
    }

    /// No more faults; what hangs goes on.
    pub fn clears(&self) {
        let mut now = self.now();
        now.fault = None;
        now.stale.clear();
        self.cleared.notify_all();
    }

    /// The next `times` reads of the beginning of a file are answered with what was there before.
    pub fn remembers(&self, name: &str, bytes: Vec<u8>, times: usize) {
        self.now().stale.insert(name.to_owned(), (bytes, times));
    }

    /// How many of those answers were not given yet.
    pub fn remembered(&self, name: &str) -> usize {
        self.now().stale.get(name).map_or(0, |(_, times)| *times)
    }

    /// What happens to the operation that is asked for now; returns when its time has passed.
    fn meets(&self, what: &str, file: &str) -> Option<Fault> {
        let mut now = self.now();
        let place = now.done.len();
        now.done.push(format!("{what} {file}"));
        let delay = now.delay;
        let fault = now.fault.filter(|(at, times, _)| place >= *at && place - at < *times).map(|(.., fault)| fault);
        if let Some(Fault::Hangs) = fault {
            drop(self.cleared.wait_while(now, |now| now.fault.is_some()));
            return None;
        }
        drop(now);
        if !delay.is_zero() {
            std::thread::sleep(delay);
        }
        fault
    }

    fn recalls(&self, file: &str, offset: u64, size: usize) -> Option<Vec<u8>> {
        let mut now = self.now();
        let (bytes, times) = now.stale.get_mut(file).filter(|(_, times)| offset == 0 && *times > 0)?;
        *times -= 1;
        Some(bytes.get(..size.min(bytes.len()))?.to_vec())
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
