//! Where a person's own files live, and who that person is to this machine.

use std::path::PathBuf;

use chrono_tz::Tz;

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

/// The zone of this machine, by `TZ` or the system; UTC where neither names one.
#[must_use]
pub fn zone() -> Tz {
    std::env::var("TZ")
        .ok()
        .and_then(|name| name.trim_start_matches(':').parse().ok())
        .or_else(|| iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()))
        .unwrap_or(Tz::UTC)
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_login_is_the_one_that_the_system_tells() {
        let told = std::process::Command::new("id").arg("-un").output().unwrap();
        assert_eq!(super::login(), String::from_utf8_lossy(&told.stdout).trim());
    }
}
