//! What a type of file system and its mount options promise: whether a lock taken here is seen by other machines.
//!
//! The measurements behind this table are those of a real client and a real server: NFS and SMB with their locks hold a
//! desk under the protocol of drives; `nolock`, `nobrl` and sshfs lose what was acknowledged. What is not in the table
//! promises nothing.

use std::fmt;

/// How a place is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A disk of this machine: write-ahead log, read directly.
    Local,
    /// A network drive whose locks reach the server.
    Network,
    /// A drive or folder that others change without our locks: a desk there is read, by way of a local copy, and never
    /// written.
    Unsafe,
}

impl Class {
    /// Its word, in the configuration and in what is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Class::Local => "local",
            Class::Network => "network",
            Class::Unsafe => "unsafe",
        }
    }

    pub(super) fn named(word: &str) -> Option<Class> {
        [Class::Local, Class::Network, Class::Unsafe].into_iter().find(|class| class.word() == word.trim())
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A class with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) class: Class,
    pub(super) reason: String,
    pub(super) advice: Vec<&'static str>,
}

/// Disks of this machine, by type. `fuseblk` is a block device of this machine behind FUSE (ntfs-3g).
const LOCAL: &[&str] = &[
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "bcachefs", "f2fs", "jfs", "reiserfs", "nilfs2", "tmpfs", "ramfs",
    "rootfs", "overlay", "aufs", "ecryptfs", "vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "hfs", "hfsplus",
    "apfs", "ufs", "udf", "squashfs", "erofs", "iso9660",
];

/// Drives whose byte-range locks are kept by a server or between the machines, unless an option says otherwise.
const LOCKING: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "ceph",
    "fuse.ceph",
    "fuse.ceph-fuse",
    "fuse.glusterfs",
    "gpfs",
    "ocfs2",
    "gfs2",
];

/// Options that keep locks on this machine, with the word for each in a sentence.
const WITHOUT_LOCKS: &[&str] = &["nolock", "nolocks", "locallocks", "localflocks", "localflock", "noflock", "nobrl"];

/// The class of a type of file system under its mount options.
pub(super) fn of(kind: &str, options: &[String]) -> Verdict {
    let verdict = |class, reason: String, advice| Verdict { class, reason, advice };
    if LOCAL.contains(&kind) {
        return verdict(Class::Local, String::from("a disk of this machine"), Vec::new());
    }
    if matches!(kind, "fuse.sshfs" | "fuse.rclone" | "afs" | "davfs" | "webdav") || kind.starts_with("fuse.davfs") {
        return verdict(Class::Unsafe, String::from("its locks stay on this machine"), vec![MOUNT_OTHERWISE]);
    }
    if kind == "lustre" && options.iter().any(|option| option == "flock") {
        return verdict(Class::Network, String::from("its locks reach the other machines (flock)"), Vec::new());
    }
    if !LOCKING.contains(&kind) {
        let reason = String::from("nothing shows that its locks reach other machines");
        return verdict(Class::Unsafe, reason, vec![MOUNT_OTHERWISE]);
    }
    let local = |option: &&String| {
        WITHOUT_LOCKS.contains(&option.as_str())
            || option.strip_prefix("local_lock=").is_some_and(|which| which != "none")
    };
    if let Some(option) = options.iter().find(local) {
        return verdict(
            Class::Unsafe,
            format!("the mount option {option} keeps locks on this machine"),
            vec!["mount it without nolock, local_lock and nobrl, so that locks reach the server"],
        );
    }
    let advice = advice(kind, options);
    let told: Vec<&str> = options.iter().map(String::as_str).filter(|option| decides(option)).collect();
    let reason = match told.is_empty() {
        true => String::from("its locks reach the server"),
        false => format!("its locks reach the server ({})", told.join(",")),
    };
    verdict(Class::Network, reason, advice)
}

pub(super) const MOUNT_OTHERWISE: &str = "put the desk on NFS 4 or SMB";

/// Options that are worth telling.
fn decides(option: &str) -> bool {
    ["vers=", "local_lock=", "cache="].iter().any(|name| option.starts_with(name))
        || matches!(option, "hard" | "soft" | "nolease")
}

fn advice(kind: &str, options: &[String]) -> Vec<&'static str> {
    let has = |wanted: &str| options.iter().any(|option| option == wanted);
    let version = options.iter().find_map(|option| option.strip_prefix("vers=")).unwrap_or_default();
    let nfs = matches!(kind, "nfs" | "nfs4");
    let mut advice = Vec::new();
    if nfs && matches!(version, "2" | "3") {
        advice.push(
            "mount it with NFS 4 (vers=4.2): under NFS 3 the lock of a machine that lost power stays until it boots again",
        );
    }
    if nfs && (has("soft") || has("softerr")) {
        advice.push("mount it hard: a soft mount gives up in the middle of a write");
    }
    if kind == "cifs" && version.starts_with('1') {
        advice.push("mount it with SMB 3 (vers=3.1.1): SMB 1 is old and slow");
    }
    if matches!(kind, "cifs" | "smb3") && !has("nolease") {
        advice.push(
            "mount it with nolease: a machine that forgets a lease lets everybody wait for half a minute, time and again",
        );
    }
    if kind == "cifs" && has("cache=loose") {
        advice.push("mount it without cache=loose: it shows what others wrote too late");
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(kind: &str, options: &str) -> (Class, String) {
        let options: Vec<String> = options.split(',').map(str::to_owned).collect();
        let verdict = of(kind, &options);
        (verdict.class, verdict.reason)
    }

    #[test]
    fn types_and_options_decide() {
        assert_eq!(class("ext4", "rw").0, Class::Local);
        assert_eq!(class("overlay", "rw,lowerdir=/a").0, Class::Local);
        assert_eq!(
            class("nfs4", "rw,vers=4.2,hard,local_lock=none"),
            (Class::Network, String::from("its locks reach the server (vers=4.2,hard,local_lock=none)"))
        );
        assert_eq!(
            class("nfs", "rw,vers=3,nolock,local_lock=all"),
            (Class::Unsafe, String::from("the mount option nolock keeps locks on this machine"))
        );
        assert_eq!(class("nfs", "rw,vers=3,local_lock=posix").0, Class::Unsafe);
        assert_eq!(class("cifs", "rw,vers=3.1.1,cache=strict").0, Class::Network);
        assert_eq!(class("cifs", "rw,vers=3.1.1,nobrl").0, Class::Unsafe);
        assert_eq!(class("9p", "rw,trans=virtio").0, Class::Network);
        assert_eq!(class("fuse.glusterfs", "rw").0, Class::Network);
        assert_eq!(class("fuse.sshfs", "rw").0, Class::Unsafe);
        assert_eq!(class("fuse.rclone", "rw").0, Class::Unsafe);
        assert_eq!(class("fuse.gocryptfs", "rw").0, Class::Unsafe);
        assert_eq!(class("lustre", "rw,flock").0, Class::Network);
        assert_eq!(class("lustre", "rw").0, Class::Unsafe);
        assert_eq!(class("virtiofs", "rw").0, Class::Unsafe);
        assert_eq!(class("newfs", "rw").1, "nothing shows that its locks reach other machines");
    }

    #[test]
    fn what_would_be_better_is_said() {
        let advice =
            |kind: &str, options: &str| of(kind, &options.split(',').map(str::to_owned).collect::<Vec<_>>()).advice;
        assert!(advice("nfs", "vers=3,hard,local_lock=none")[0].starts_with("mount it with NFS 4"));
        assert!(advice("nfs4", "vers=4.1,soft")[0].starts_with("mount it hard"));
        assert!(advice("nfs4", "vers=4.2,hard").is_empty());
        assert!(advice("cifs", "vers=1.0")[0].starts_with("mount it with SMB 3"));
        assert!(advice("cifs", "vers=3.1.1,nobrl")[0].starts_with("mount it without nolock"));
        assert!(advice("cifs", "vers=3.1.1,cache=strict")[0].starts_with("mount it with nolease"));
        assert!(advice("cifs", "vers=3.1.1,cache=strict,nolease").is_empty());
    }
}
