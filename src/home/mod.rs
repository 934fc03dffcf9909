//! Where a person's own files live, and who that person is to this machine.

pub mod config;
pub mod drafts;
pub mod habits;
pub mod memory;
pub mod seen;
pub mod week;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use crate::desk::command::Author;
use crate::desk::time::{Moment, Timestamp};
use crate::store::{Bounds, Nearby, Stop, WhenAway, moved_from};

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
            bounds: Bounds::default(),
            stop: Stop::default(),
        }
    }
}

impl Home {
    /// Lets a person's own files follow a desk of this identity to where it lies now: texts that were not sent, what was
    /// looked at, habits. They come from wherever this person had it before and it was moved from, by whatever path this
    /// machine knows the two places. What there is already stays.
    pub fn follow(&self, desk: &Path, identity: &str) {
        for before in memory::places_of(&self.state, identity) {
            let same = std::path::absolute(desk).is_ok_and(|desk| desk == before);
            if same || !moved_from(&before, Bounds::default().answer) {
                continue;
            }
            drafts::follow(&self.state, &before, desk);
            for what in ["seen", "habits"] {
                let (from, to) = (file_of(&self.state, what, &before), file_of(&self.state, what, desk));
                if !to.exists() {
                    // What is not there need not follow.
                    let _ = std::fs::rename(from, to);
                }
            }
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
    use super::*;
    use crate::desk::id::Seq;
    use crate::desk::mark::Mark;

    #[test]
    fn texts_follow_a_desk_that_was_moved_by_whatever_paths_this_machine_knows_the_places() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let home = Home { config: place("c"), state: place("s"), cache: place("h"), data: place("d") };
        let (before, now) = (place("mine.desk"), place("theirs.desk"));
        let mark = Mark {
            desk: String::from("0190"),
            seq: Seq(1),
            hash: String::new(),
            at: Timestamp(0),
            author: String::from("anna"),
        };
        memory::Memory::open(&home.state, &before).keep(mark);
        let keep = |desk: &Path, place: &str, text: &str| {
            drafts::Drafts::open(&home.state, desk).keep(place.to_owned(), text.to_owned()).unwrap();
        };
        keep(&before, "note 7", "half a sen");
        keep(&before, "note 8", "older");
        keep(&now, "note 8", "newer");
        home.follow(&now, "0190");
        assert_eq!(drafts::Drafts::open(&home.state, &now).all().len(), 1, "it was not moved from there");
        // As the mover calls the new place, which is no path of this machine.
        let post = "Deskhand: the desk that was here was moved.\n\nto: ../../srv/ops.desk\nby: eve\nat: now\nkept: k\nwhole: w\n";
        std::fs::write(&before, post).unwrap();
        home.follow(&now, "0191");
        assert_eq!(drafts::Drafts::open(&home.state, &now).all().len(), 1, "it is another desk");
        home.follow(&now, "0190");
        let kept = drafts::Drafts::open(&home.state, &now);
        assert_eq!(kept.all().values().collect::<Vec<_>>(), ["half a sen", "newer"]);
        assert_eq!(drafts::Drafts::open(&home.state, &before).all().values().collect::<Vec<_>>(), ["older"]);
    }

    #[test]
    fn the_login_is_the_one_that_the_system_tells() {
        let told = std::process::Command::new("id").arg("-un").output().unwrap();
        assert_eq!(login(), String::from_utf8_lossy(&told.stdout).trim());
    }
}
