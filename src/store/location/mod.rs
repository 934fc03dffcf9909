//! Where the desk file lies, by the operating system's own word; that decides how it is opened.
//!
//! On a local disk SQLite's own locks and its write-ahead log are sound. On a network drive they lose or damage data in
//! ways that were measured, so a desk there is opened by another protocol, and only read where no lock reaches the others. Type and mount options are asked of
//! Linux and macOS; Deskhand has not been made for Windows, and elsewhere no place is trusted unless the person says so.

mod class;
mod mounts;
mod sync;

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

pub use class::Class;
use class::{MOUNT_OTHERWISE, Verdict};
use mounts::Mount;
use serde::{Deserialize, Serialize};

use crate::desk::refusal::Refusal;
use crate::store::drive::in_time;

/// What is known of the place where a desk lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How it is treated.
    pub class: Class,
    /// The type of its file system: `ext4`, `nfs4`, `fuse.sshfs`.
    pub kind: String,
    /// What was mounted: a device, `server:/export`, `//server/share`.
    pub source: String,
    /// Where.
    pub mount: PathBuf,
    /// Why it is treated so, in words.
    pub evidence: String,
    /// What would be better, as far as the mount options tell.
    pub advice: Vec<String>,
}

/// Folders that a person says to be of a class, in `config.toml`.
pub type Told = Vec<(PathBuf, Class)>;

/// Told before a desk is opened: facts about this machine, as its mounts are.
static TOLD: RwLock<Vec<Said>> = RwLock::new(Vec::new());

/// How long a folder that a person names may take to say where it leads.
const ANSWER: Duration = Duration::from_secs(1);

/// What a person says of a folder.
struct Said {
    /// As they name it.
    folder: PathBuf,
    /// Where it leads, past all links.
    leads: PathBuf,
    class: Class,
}

/// The class of every place, for tests and scripts.
const VARIABLE: &str = "DESKHAND_PLACE";

/// Lets a person's word count for the folders that they name, beside what was told before.
pub fn believe(told: Told) {
    let said = told.into_iter().map(|(folder, class)| {
        let named = folder.clone();
        // Asked once: a drive that hangs must not hold up whoever works elsewhere.
        let leads = in_time(ANSWER, move || std::fs::canonicalize(named).ok()).flatten();
        Said { leads: leads.unwrap_or_else(|| folder.clone()), folder, class }
    });
    let said: Vec<Said> = said.collect();
    let mut known = TOLD.write().unwrap_or_else(PoisonError::into_inner);
    known.retain(|known| said.iter().all(|new| new.folder != known.folder));
    known.extend(said);
}

/// The place that holds `path`, or its folder where `path` does not exist yet.
///
/// # Errors
/// The operating system's, when neither can be asked.
pub fn place_of(path: &Path) -> std::io::Result<Place> {
    let there = if path.exists() {
        path
    } else {
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    };
    let whole = std::fs::canonicalize(there)?;
    let mount = mounts::holding(&whole)?;
    let place = judge(&mount, sync::marker_above(&whole).as_deref());
    let variable = std::env::var(VARIABLE).ok().and_then(|word| Class::named(&word));
    let known = TOLD.read().unwrap_or_else(PoisonError::into_inner);
    let told = said_of(&whole, &known);
    Ok(match (variable, told) {
        (Some(class), _) => place.overruled(class, &format!("{VARIABLE} says so")),
        (None, Some(said)) => place.overruled(said.class, &format!("config.toml says so of {}", said.folder.display())),
        (None, None) => place,
    })
}

/// Whether a folder that is kept for this machine alone lies on a network drive, whatever anybody says of the place: there
/// another machine would write into it. One that does not exist yet lies where the next one above it does.
pub(crate) fn is_shared(folder: &Path) -> bool {
    let there = folder.ancestors().find(|above| above.exists()).unwrap_or(Path::new("."));
    let mount = std::fs::canonicalize(there).and_then(|whole| mounts::holding(&whole));
    mount.is_ok_and(|mount| class::of(&mount.kind, &mount.options).class == Class::Network)
}

/// What a mount and the folders above the desk say.
fn judge(mount: &Mount, synced: Option<&Path>) -> Place {
    let Verdict { mut class, reason, advice } = class::of(&mount.kind, &mount.options);
    let mut evidence = format!("{} of {} at {}: {reason}", mount.kind, mount.source, mount.point.display());
    if let Some(marker) = synced {
        class = Class::Unsafe;
        evidence = format!(
            "{} shows that a sync program copies this folder: it copies half-written files, and knows no locks",
            marker.display()
        );
    }
    Place {
        class,
        kind: mount.kind.clone(),
        source: mount.source.clone(),
        mount: mount.point.clone(),
        evidence,
        advice: advice.iter().map(|text| (*text).to_owned()).collect(),
    }
}

/// What was told of the innermost folder that holds `path`.
fn said_of<'t>(path: &Path, told: &'t [Said]) -> Option<&'t Said> {
    told.iter().filter(|said| path.starts_with(&said.leads)).max_by_key(|said| said.leads.components().count())
}

impl Place {
    /// The place as something says that it is which knows better than the operating system.
    pub(crate) fn overruled(self, class: Class, by: &str) -> Place {
        let evidence = format!("{by}; else {} ({})", self.class, self.evidence);
        Place { class, evidence, ..self }
    }

    /// The machine that has the disk, where the mount names one.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        let name = match self.source.strip_prefix("//") {
            Some(share) => share.split('/').next(),
            None => self.source.split_once(':').map(|(host, _)| host),
        }?;
        let host = name.rsplit('@').next().unwrap_or(name);
        (!host.is_empty() && self.class != Class::Local).then_some(host)
    }

    /// What whoever wants to change a desk here can do instead, where that is not sound.
    #[must_use]
    pub fn instead(&self) -> String {
        let mount = self.advice.first().map_or(MOUNT_OTHERWISE, String::as_str);
        format!("run ssh {} deskhand (the machine that has the disk), or {mount}", self.server().unwrap_or("HOST"))
    }

    /// Why a desk here is only read; `None` where it may be written.
    #[must_use]
    pub fn only_read(&self) -> Option<OnlyRead> {
        (self.class == Class::Unsafe).then(|| OnlyRead {
            why: format!("locks do not reach the other machines here, and changes would be lost: {}", self.evidence),
            instead: self.instead(),
        })
    }

    /// Lets a desk be opened in the way of local disks, or says why it can't be.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] where SQLite's locks can't be trusted.
    pub fn allow_local_protocol(&self, path: &Path) -> Result<(), Refusal> {
        let (path, kind) = (path.display(), &self.kind);
        match (self.class, self.only_read()) {
            (Class::Local, _) => Ok(()),
            (_, Some(only_read)) => Err(only_read.refusal(path)),
            (_, None) => Err(Refusal::Unavailable(format!(
                "{path} lies on a network drive ({kind}), where SQLite's locks lose data. Work on the machine that has the disk: ssh {} deskhand",
                self.server().unwrap_or("HOST")
            ))),
        }
    }
}

/// Why a desk is only read from this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyRead {
    /// The reason, with the operating system's word.
    pub why: String,
    /// What whoever wants to change the desk can do.
    pub instead: String,
}

impl OnlyRead {
    /// What somebody is told who wants to write there.
    #[must_use]
    pub fn refusal(&self, desk: impl std::fmt::Display) -> Refusal {
        let OnlyRead { why, instead } = self;
        Refusal::Unavailable(format!("{desk} is only read from here: {why}. To change it, {instead}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: &str, synced: Option<&str>) -> Place {
        judge(&mounts::parse(line).unwrap(), synced.map(Path::new))
    }

    #[test]
    fn a_network_drive_is_refused_with_the_machine_to_work_on() {
        let nfs = place(
            "61 29 0:51 / /mnt/team rw,relatime shared:31 - nfs4 files.example.org:/srv/team rw,vers=4.2,hard,local_lock=none",
            None,
        );
        assert_eq!((nfs.class, nfs.server()), (Class::Network, Some("files.example.org")));
        assert_eq!(
            nfs.allow_local_protocol(Path::new("/mnt/team/ops.desk")).unwrap_err().to_string(),
            "/mnt/team/ops.desk lies on a network drive (nfs4), where SQLite's locks lose data. Work on the machine that has the disk: ssh files.example.org deskhand"
        );
        let sshfs =
            place("70 29 0:60 / /mnt/far rw,nosuid - fuse.sshfs anna@far:/srv rw,user_id=1000,group_id=1000", None);
        assert_eq!((sshfs.class, sshfs.server()), (Class::Unsafe, Some("far")));
        let told = sshfs.allow_local_protocol(Path::new("/mnt/far/ops.desk")).unwrap_err().to_string();
        assert!(told.contains("fuse.sshfs of anna@far:/srv at /mnt/far: its locks stay on this machine"), "{told}");
        assert!(
            told.ends_with(
                "To change it, run ssh far deskhand (the machine that has the disk), or put the desk on NFS 4 or SMB"
            ),
            "{told}"
        );
        let smb = place("72 29 0:62 / /mnt/s rw - cifs //nas/desk rw,vers=3.1.1,cache=strict", None);
        assert_eq!((smb.class, smb.server()), (Class::Network, Some("nas")));
    }

    #[test]
    fn a_local_disk_is_one_unless_a_sync_program_copies_the_folder() {
        let line = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard";
        assert!(place(line, None).allow_local_protocol(Path::new("/srv/ops.desk")).is_ok());
        let synced = place(line, Some("/home/anna/Dropbox/.dropbox"));
        assert_eq!(synced.class, Class::Unsafe);
        assert!(synced.evidence.starts_with("/home/anna/Dropbox/.dropbox shows that a sync program"));
    }

    #[test]
    fn what_a_person_says_of_the_innermost_folder_counts_and_the_systems_word_is_still_told() {
        let said = |leads: &str, class| Said { folder: PathBuf::from("/link"), leads: PathBuf::from(leads), class };
        let told = [said("/mnt", Class::Unsafe), said("/mnt/disk", Class::Local)];
        let class_of = |path: &str| said_of(Path::new(path), &told).map(|said| said.class);
        assert_eq!(class_of("/mnt/disk/ops.desk"), Some(Class::Local));
        assert_eq!(class_of("/mnt/diskette"), Some(Class::Unsafe));
        assert_eq!(class_of("/srv"), None);
        let place =
            place("70 29 0:60 / /mnt/disk rw - fuse.mergerfs a:b rw", None).overruled(Class::Local, "X says so");
        assert_eq!(place.class, Class::Local);
        assert_eq!(
            place.evidence,
            "X says so; else unsafe (fuse.mergerfs of a:b at /mnt/disk: nothing shows that its locks reach other machines)"
        );
    }

    #[test]
    fn a_file_that_does_not_exist_yet_is_judged_by_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(place_of(&folder.path().join("new.desk")).unwrap(), place_of(folder.path()).unwrap());
        assert!(place_of(&folder.path().join("nowhere/new.desk")).is_err());
    }

    #[test]
    fn a_folder_of_a_sync_program_is_found_by_its_marker() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::create_dir(folder.path().join("a/.stfolder")).unwrap();
        let place = place_of(&inner.join("ops.desk")).unwrap();
        assert_eq!(place.class, Class::Unsafe);
        assert!(place.evidence.contains("a/.stfolder shows that"), "{}", place.evidence);
    }
}
