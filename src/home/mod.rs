//! Where a person's own files live, and who that person is to this machine.

pub mod config;
pub mod drafts;
pub mod habits;
pub mod memory;
pub mod seen;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use crate::desk::command::Author;
use crate::desk::time::{Moment, Timestamp};
use crate::store::{Bounds, Nearby, Stop, WhenAway, signpost_at};

/// The three XDG folders of Deskhand. All that is in them is personal, and rebuildable or recoverable.
#[derive(Clone, Debug)]
pub struct Home {
    /// `config.toml`: which desk, theme, keys, columns.
    pub config: PathBuf,
    /// Drafts, outbox, log.
    pub state: PathBuf,
    /// Replicas of desks on network drives.
    pub cache: PathBuf,
    /// Where a desk lies when nobody said otherwise.
    pub data: PathBuf,
}

impl Home {
    /// The folders of whoever runs this process; `None` when the system knows no home folder.
    #[must_use]
    pub fn find() -> Option<Home> {
        let dirs = directories::ProjectDirs::from("", "", "deskhand")?;
        Some(Home {
            config: dirs.config_dir().to_path_buf(),
            state: dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_path_buf(),
            cache: dirs.cache_dir().to_path_buf(),
            data: dirs.data_dir().to_path_buf(),
        })
    }
}

impl Home {
    /// What this machine keeps of a desk on a network drive, for whoever works at it.
    #[must_use]
    pub fn nearby(&self, desk: &Path, me: &Author, when_away: WhenAway, patience: Duration) -> Nearby {
        let desk = std::path::absolute(desk).unwrap_or_else(|_| desk.to_owned());
        let (copy, outbox) = (self.cache.join("replica"), self.state.join("outbox"));
        let name = name_of(&desk);
        Nearby {
            copy: copy.join(&name),
            outbox: outbox.join(&name),
            me: me.clone(),
            when_away,
            patience,
            place: None,
            bounds: Bounds::default(),
            stop: Stop::default(),
        }
    }
}

impl Home {
    /// Lets a person's own files follow a desk that was moved: texts that were not sent, commands that wait, what was looked
    /// at. What there is already at the new place stays.
    pub fn follow(&self, from: &Path, to: &Path) {
        let absent = |to: &Path| !to.exists();
        for what in ["drafts", "seen", "habits"] {
            let (from, to) = (file_of(&self.state, what, from), file_of(&self.state, what, to));
            if absent(&to) {
                // What is not there need not follow.
                let _ = std::fs::rename(from, to);
            }
        }
        let outbox = |desk: &Path| self.state.join("outbox").join(name_of(desk));
        let from = std::path::absolute(from).unwrap_or_else(|_| from.to_owned());
        let (from, to) = (outbox(&from), outbox(to));
        for waiting in std::fs::read_dir(&from).into_iter().flatten().flatten() {
            let _ = std::fs::create_dir_all(&to);
            let _ = std::fs::rename(waiting.path(), to.join(waiting.file_name()));
        }
    }

    /// Lets a person's own files follow where a signpost lies in the place of a desk.
    pub fn sent_on(&self, desk: &Path) {
        if let Some(signpost) = signpost_at(desk) {
            self.follow(desk, &signpost.to);
        }
    }
}

/// The zone of this machine, by `TZ` or the system; UTC where neither names one.
#[must_use]
pub fn zone() -> Tz {
    std::env::var("TZ")
        .ok()
        .and_then(|name| name.trim_start_matches(':').parse().ok())
        .or_else(|| iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()))
        .unwrap_or(Tz::UTC)
}

/// The present, in this person's zone.
#[must_use]
pub fn moment() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment { now: Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)), zone: zone() }
}

/// The login by the operating system's word.
#[must_use]
pub fn login() -> String {
    whoami::username().ok().filter(|name| !name.is_empty()).unwrap_or_else(|| String::from("unknown"))
}

/// The name of this machine, for the journal.
#[must_use]
pub fn host() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

/// The name of a desk's personal file in one of these folders.
fn file_of(folder: &Path, what: &str, desk: &Path) -> PathBuf {
    folder.join(what).join(format!("{}.json", name_of(desk)))
}

/// A desk's path as one name: readable, and its own, however like another path it is.
fn name_of(desk: &Path) -> String {
    let desk = std::path::absolute(desk).unwrap_or_else(|_| desk.to_owned());
    let shown: String =
        desk.to_string_lossy().chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' }).collect();
    // A file name may have 255 bytes, with an ending of ours.
    let shown = shown.get(shown.len().saturating_sub(160)..).unwrap_or(&shown);
    let sum = Sha256::digest(desk.as_os_str().as_encoded_bytes());
    let own: String = sum.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{shown}-{own}")
}

/// Writes a personal file that is whole at any moment, and that nobody else may read.
fn write_whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Two programs of one person do not write into one file.
    let part = file.with_extension(format!("part-{}", std::process::id()));
    open_private(&part)?.write_all(bytes)?;
    std::fs::rename(&part, file)
}

fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_login_is_the_one_that_the_system_tells() {
        let told = std::process::Command::new("id").arg("-un").output().unwrap();
        assert_eq!(super::login(), String::from_utf8_lossy(&told.stdout).trim());
    }
}
