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

pub use class::Class;
use class::{MOUNT_OTHERWISE, Verdict};
use mounts::Mount;
use serde::{Deserialize, Serialize};

use crate::desk::refusal::Refusal;

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
static TOLD: RwLock<Told> = RwLock::new(Told::new());

/// The class of every place, for tests and scripts.
const VARIABLE: &str = "DESKHAND_PLACE";

/// Lets a person's word count for the folders that they name, beside what was told before.
pub fn believe(told: Told) {
    let mut known = TOLD.write().unwrap_or_else(PoisonError::into_inner);
    known.retain(|(folder, _)| told.iter().all(|(other, _)| other != folder));
    known.extend(told);
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
        (None, Some((folder, class))) => {
            place.overruled(class, &format!("config.toml says so of {}", folder.display()))
        }
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
fn said_of<'t>(path: &Path, told: &'t Told) -> Option<(&'t Path, Class)> {
    let resolved = |folder: &Path| std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    told.iter()
        .map(|(folder, class)| (folder.as_path(), *class))
        .filter(|(folder, _)| path.starts_with(resolved(folder)))
        .max_by_key(|(folder, _)| folder.components().count())
}

impl Place {
    /// The place as its owner says that it is, where they do.
    pub(crate) fn told(self, class: Option<Class>) -> Place {
        match class {
            Some(class) => self.overruled(class, "its owner says so"),
            None => self,
        }
    }

    fn overruled(self, class: Class, by: &str) -> Place {
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
        let told = vec![(PathBuf::from("/mnt"), Class::Unsafe), (PathBuf::from("/mnt/disk"), Class::Local)];
        assert_eq!(said_of(Path::new("/mnt/disk/ops.desk"), &told), Some((Path::new("/mnt/disk"), Class::Local)));
        assert_eq!(said_of(Path::new("/mnt/diskette"), &told), Some((Path::new("/mnt"), Class::Unsafe)));
        assert_eq!(said_of(Path::new("/srv"), &told), None);
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
