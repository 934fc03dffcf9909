//! Who is here: which ticket each has open, and whether they write on it.
//!
//! One small file for each client in a folder beside the desk, `ops.desk.here/`; nobody locks anything for it. A client
//! writes its file anew when what it does changes, and else now and then. All times are those of the file system, so that
//! clocks that differ do no harm: who wrote much earlier than we did is gone, whatever became of them.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::desk::command::Author;
use crate::desk::id::TicketId;
use crate::store::backup::beside;

/// How often a file is written anew while nothing changes.
const AGAIN: Duration = Duration::from_secs(30);
/// Who wrote so many seconds before us is gone.
const GONE: i64 = 90;
/// A file that was left so many seconds ago is taken away by whoever sees it.
const LEFT: i64 = 24 * 60 * 60;
/// No client writes more.
const LONGEST: i64 = 4096;
/// No name is longer.
const NAME: usize = 60;

/// Somebody who is at the desk now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// Their login.
    pub login: String,
    /// Their machine.
    pub host: String,
    /// Their process there.
    pub pid: u32,
    /// The version of their program.
    pub version: String,
    /// What they do.
    #[serde(flatten)]
    pub doing: Doing,
}

/// What somebody at the desk does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doing {
    /// The ticket that they have open.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    /// What they write on it.
    #[serde(default)]
    pub writing: Option<Writing>,
}

/// What somebody writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "&'static str")]
pub enum Writing {
    /// A reply.
    Reply,
    /// A note.
    Note,
    /// Fields, or what a program of another version calls by another word.
    Change,
}

impl Writing {
    /// What it is called.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Writing::Reply => "a reply",
            Writing::Note => "a note",
            Writing::Change => "a change",
        }
    }
}

impl From<Writing> for &'static str {
    fn from(writing: Writing) -> &'static str {
        match writing {
            Writing::Reply => "reply",
            Writing::Note => "note",
            Writing::Change => "change",
        }
    }
}

impl From<String> for Writing {
    fn from(word: String) -> Writing {
        match word.as_str() {
            "reply" => Writing::Reply,
            "note" => Writing::Note,
            _ => Writing::Change,
        }
    }
}

/// The presence of one client at one desk; dropping it takes the client's file away.
pub(crate) struct Presence {
    desk: PathBuf,
    file: String,
    me: Present,
    /// When our file was written last, and when that was by the clock of the file system.
    written: Option<(Instant, i64)>,
    /// The files of others with the time and number at which they were read, so that none is read twice.
    known: BTreeMap<String, ((i64, u64), Option<Present>)>,
}

impl Presence {
    pub(crate) fn new(desk: &Path, me: &Author) -> Presence {
        let me = Present {
            login: me.login.clone(),
            host: me.host.clone(),
            pid: std::process::id(),
            version: String::from(env!("CARGO_PKG_VERSION")),
            doing: Doing::default(),
        };
        let file = format!("{}.json", uuid::Uuid::now_v7());
        Presence { desk: desk.to_owned(), file, me, written: None, known: BTreeMap::new() }
    }

    /// Tells the others what we do, where that is not known yet, and finds out what they do. Without a ticket open nobody
    /// waits for that: then it is found out when our file is due. `None` is nothing new.
    ///
    /// Where the folder can't be written, nobody is seen and nobody sees: presence is a convenience.
    pub(crate) fn look(&mut self, doing: Doing) -> Option<Vec<Present>> {
        let due = self.written.is_none_or(|(at, _)| at.elapsed() >= AGAIN) || self.me.doing != doing;
        if !due && doing.ticket.is_none() {
            return None;
        }
        self.me.doing = doing;
        Some(self.meet(due).unwrap_or_default())
    }

    fn meet(&mut self, due: bool) -> rustix::io::Result<Vec<Present>> {
        let folder = self.folder()?;
        if due {
            // Tried again when it is due again.
            let now = self.written.map_or(0, |(_, by_drive)| by_drive);
            self.written = Some((Instant::now(), now));
            let now = self.write(&folder)?;
            self.written = Some((Instant::now(), now));
        }
        self.others(&folder)
    }

    /// The folder beside the desk, with the desk's own rights: whoever may write the desk may be seen at it.
    fn folder(&self) -> rustix::io::Result<OwnedFd> {
        let path = folder_of(&self.desk);
        let open = || rustix::fs::open(&path, OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty());
        match open() {
            Err(Errno::NOENT) => {
                let desk = std::fs::metadata(&self.desk).map_err(|_| Errno::NOENT)?;
                rustix::fs::mkdir(&path, Mode::from_raw_mode(0o700))?;
                let folder = open()?;
                let rights = desk.mode() & 0o777;
                // Who may read a file may look into its folder. The group is kept for the files to come.
                self.hand_over(&folder, &desk, rights | (rights >> 2 & 0o111) | 0o2000);
                Ok(folder)
            }
            opened => opened,
        }
    }

    /// Gives a file or folder of ours the desk's group and these rights, as far as we may.
    fn hand_over(&self, what: &OwnedFd, desk: &std::fs::Metadata, mode: u32) {
        let _ = rustix::fs::fchown(what, None, Some(rustix::fs::Gid::from_raw(desk.gid())));
        let _ = rustix::fs::fchmod(what, Mode::from_raw_mode(mode));
    }

    /// Writes our file, which is whole at any moment; gives the time at which the file system saw it.
    fn write(&self, folder: &OwnedFd) -> rustix::io::Result<i64> {
        let part = self.file.replace(".json", ".part");
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(folder, &part, flags, Mode::from_raw_mode(0o600))?;
        if let Ok(desk) = std::fs::metadata(&self.desk) {
            self.hand_over(&file, &desk, desk.permissions().mode() & 0o666);
        }
        let mut file = File::from(file);
        let text = serde_json::to_vec(&self.me).unwrap_or_default();
        file.write_all(&text).map_err(|_| Errno::IO)?;
        drop(file);
        rustix::fs::renameat(folder, &part, folder, &self.file)?;
        rustix::fs::statat(folder, &self.file, AtFlags::SYMLINK_NOFOLLOW).map(|stat| seconds(&stat))
    }

    /// Who else is here. What lies there besides is left alone, but for what was left long ago.
    fn others(&mut self, folder: &OwnedFd) -> rustix::io::Result<Vec<Present>> {
        let Some((_, now)) = self.written else { return Ok(Vec::new()) };
        let mut known = BTreeMap::new();
        let mut here = Vec::new();
        for entry in rustix::fs::Dir::read_from(folder)? {
            let entry = entry?;
            let Some(name) = ours(entry.file_name()) else { continue };
            if name == self.file {
                continue;
            }
            let Ok(stat) = rustix::fs::statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
            if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
                continue;
            }
            let age = now - seconds(&stat);
            if age > LEFT {
                // Another may have been faster.
                let _ = rustix::fs::unlinkat(folder, &name, AtFlags::empty());
                continue;
            }
            if age > GONE || !name.ends_with(".json") {
                continue;
            }
            let stamp = (seconds(&stat), stat.st_ino);
            let present = match self.known.remove(&name) {
                Some((seen, present)) if seen == stamp => present,
                _ => read(folder, &name),
            };
            here.extend(present.clone());
            known.insert(name, (stamp, present));
        }
        self.known = known;
        here.sort_by(|a, b| (&a.login, &a.host, a.pid).cmp(&(&b.login, &b.host, b.pid)));
        Ok(here)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if self.written.is_some()
            && let Ok(folder) = self.folder()
        {
            // What can't be taken away is old in a minute.
            let _ = rustix::fs::unlinkat(&folder, &self.file, AtFlags::empty());
            // The last one out takes the folder away too; while others are in it, it stays.
            let _ = std::fs::remove_dir(folder_of(&self.desk));
        }
    }
}

/// The folder of those who are at a desk.
fn folder_of(desk: &Path) -> PathBuf {
    beside(desk, ".here")
}

/// The name of a client's file, if it is one.
fn ours(name: &CStr) -> Option<String> {
    let name = name.to_str().ok()?;
    let (id, ending) = name.split_once('.')?;
    (matches!(ending, "json" | "part") && uuid::Uuid::try_parse(id).is_ok()).then(|| name.to_owned())
}

/// What somebody says of themselves. Anybody who may write the desk can have written it.
fn read(folder: &OwnedFd, name: &str) -> Option<Present> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(folder, name, flags, Mode::empty()).ok()?);
    let mut text = Vec::new();
    file.take(LONGEST.unsigned_abs()).read_to_end(&mut text).ok()?;
    let said: Present = serde_json::from_slice(&text).ok()?;
    let clean = |text: &str| text.chars().filter(|c| !c.is_control()).take(NAME).collect::<String>();
    let present = Present { login: clean(&said.login), host: clean(&said.host), version: clean(&said.version), ..said };
    (!present.login.is_empty()).then_some(present)
}

#[expect(clippy::unnecessary_cast, reason = "its width differs from system to system")]
fn seconds(stat: &Stat) -> i64 {
    stat.st_mtime as i64
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn desk() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let desk = folder.path().join("ops.desk");
        std::fs::write(&desk, "").unwrap();
        std::fs::set_permissions(&desk, std::fs::Permissions::from_mode(0o660)).unwrap();
        (folder, desk)
    }

    fn who(desk: &Path, login: &str) -> Presence {
        let author = Author { login: login.to_owned(), via: None, host: String::from("lab") };
        Presence::new(desk, &author)
    }

    const IDLE: Doing = Doing { ticket: None, writing: None };
    const READING: Doing = Doing { ticket: Some(TicketId(7)), writing: None };
    const REPLYING: Doing = Doing { ticket: Some(TicketId(7)), writing: Some(Writing::Reply) };

    fn seen(presence: &mut Presence) -> Vec<(String, Doing)> {
        presence.look(READING).unwrap().into_iter().map(|one| (one.login, one.doing)).collect()
    }

    #[test]
    fn two_see_what_each_other_does_until_they_leave() {
        let (_folder, desk) = desk();
        let (mut anna, mut bob) = (who(&desk, "anna"), who(&desk, "bob"));
        assert_eq!(seen(&mut anna), []);
        bob.look(REPLYING);
        assert_eq!(seen(&mut anna), [(String::from("bob"), REPLYING)]);
        bob.look(READING);
        assert_eq!(seen(&mut anna), [(String::from("bob"), READING)]);
        assert_eq!(bob.look(IDLE).unwrap().first().map(|one| one.login.clone()), Some(String::from("anna")));
        assert_eq!(bob.look(IDLE), None, "without a ticket nothing is asked before it is due");
        drop(bob);
        assert_eq!(seen(&mut anna), []);
    }

    fn files(desk: &Path) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder_of(desk)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    fn age(file: &Path, seconds: u64) {
        let then = SystemTime::now() - Duration::from_secs(seconds);
        File::options().write(true).open(file).unwrap().set_modified(then).unwrap();
    }

    #[test]
    fn who_wrote_long_before_us_is_gone_and_their_file_goes_after_a_day() {
        let (_folder, desk) = desk();
        let (mut anna, mut bob) = (who(&desk, "anna"), who(&desk, "bob"));
        bob.look(READING);
        let [file] = &files(&desk)[..] else { panic!("one file") };
        assert_eq!(seen(&mut anna).len(), 1);
        age(file, 60);
        assert_eq!(seen(&mut anna).len(), 1);
        age(file, 200);
        assert_eq!(seen(&mut anna), []);
        assert!(file.exists());
        age(file, 100_000);
        assert_eq!(seen(&mut anna), []);
        assert!(!file.exists());
    }

    #[test]
    fn the_folder_and_its_files_have_the_rights_of_the_desk() {
        let (_folder, desk) = desk();
        let mut anna = who(&desk, "anna");
        anna.look(READING);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!(mode(&folder_of(&desk)), 0o770);
        assert_eq!(files(&desk).iter().map(|file| mode(file)).collect::<Vec<_>>(), [0o660]);
    }

    #[test]
    fn what_others_leave_there_does_no_harm() {
        let (outside, desk) = desk();
        let mut anna = who(&desk, "anna");
        anna.look(READING);
        let folder = folder_of(&desk);
        let put = |text: &[u8]| std::fs::write(folder.join(format!("{}.json", uuid::Uuid::now_v7())), text).unwrap();
        put(b"");
        put(b"{\"login\": 7}");
        put(b"{\"login\":\"\",\"host\":\"h\",\"pid\":1,\"version\":\"1\"}");
        put("[".repeat(100_000).as_bytes());
        put(br#"{"login":"eve\u001b[2J\n","host":"h","pid":1,"version":"1","ticket":9,"writing":"a spell"}"#);
        std::fs::write(folder.join("passwd"), "x").unwrap();
        let secret = outside.path().join("secret");
        std::fs::write(&secret, br#"{"login":"mallory","host":"h","pid":1,"version":"1"}"#).unwrap();
        std::os::unix::fs::symlink(&secret, folder.join(format!("{}.json", uuid::Uuid::now_v7()))).unwrap();
        let casting = Doing { ticket: Some(TicketId(9)), writing: Some(Writing::Change) };
        assert_eq!(seen(&mut anna), [(String::from("eve[2J"), casting)]);
    }

    #[test]
    fn a_link_in_place_of_the_folder_or_a_file_is_not_followed() {
        let (outside, desk) = desk();
        let elsewhere = outside.path().join("elsewhere");
        std::fs::create_dir(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder_of(&desk)).unwrap();
        let mut anna = who(&desk, "anna");
        assert_eq!(anna.look(READING), Some(Vec::new()));
        drop(anna);
        assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
        std::fs::remove_file(folder_of(&desk)).unwrap();
        let mut anna = who(&desk, "anna");
        std::fs::create_dir(folder_of(&desk)).unwrap();
        let victim = outside.path().join("victim");
        std::fs::write(&victim, "precious").unwrap();
        for ending in ["json", "part"] {
            let name = anna.file.replace("json", ending);
            std::os::unix::fs::symlink(&victim, folder_of(&desk).join(name)).unwrap();
        }
        anna.look(READING);
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
    }
}
