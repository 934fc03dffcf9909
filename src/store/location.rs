//! Where the desk file lies, by the operating system's own word; that decides how it is opened.
//!
//! On a local disk SQLite's own locks and its write-ahead log are sound. On a network drive they lose or damage data in
//! ways that were measured, so a desk there is opened by another protocol or not at all.

use std::path::Path;

use crate::desk::refusal::Refusal;

/// A class of file system, as far as it matters to a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drive {
    /// A disk of this machine: write-ahead log, read directly.
    Local,
    /// A network drive or a folder whose locks may not reach other machines, with the name of its type.
    Remote(String),
}

/// Types of file system by their magic number, `statfs(2)`: those that other machines can write to.
const REMOTE: &[(u64, &str)] = &[
    (0x6969, "nfs"),
    (0xFF53_4D42, "cifs"),
    (0xFE53_4D42, "smb3"),
    (0x517B, "smb"),
    (0x6573_5546, "fuse (sshfs, davfs, gluster…)"),
    (0x0102_1997, "9p"),
    (0x00C3_6400, "ceph"),
    (0x5346_414F, "afs"),
    (0x0BD0_0BD0, "lustre"),
    (0x4750_4653, "gpfs"),
    (0x7461_636F, "ocfs2"),
    (0x0116_1970, "gfs2"),
    (0x7375_7245, "coda"),
];

/// The class of the file system that holds `path`, or its folder where `path` does not exist yet.
///
/// # Errors
/// The operating system's, when neither can be asked.
pub fn drive_of(path: &Path) -> std::io::Result<Drive> {
    let place = if path.exists() {
        path
    } else {
        path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
    };
    // So that tests and scripts can treat a folder as a drive.
    if std::env::var_os("DESKHAND_PLACE").is_some_and(|class| class == "network") {
        return Ok(Drive::Remote(String::from("network, by DESKHAND_PLACE")));
    }
    magic_of(place).map(classify)
}

fn classify(magic: u64) -> Drive {
    match REMOTE.iter().find(|(known, _)| *known == magic & 0xFFFF_FFFF) {
        Some((_, name)) => Drive::Remote((*name).to_owned()),
        None => Drive::Local,
    }
}

#[cfg(target_os = "linux")]
fn magic_of(path: &Path) -> std::io::Result<u64> {
    let found = rustix::fs::statfs(path)?;
    Ok(found.f_type.cast_unsigned())
}

#[cfg(not(target_os = "linux"))]
fn magic_of(_path: &Path) -> std::io::Result<u64> {
    Ok(0)
}

impl Drive {
    /// Lets a desk be opened in the way of local disks, or says why it can't be.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] on a drive whose locks SQLite can't trust.
    pub fn allow_local_protocol(&self, path: &Path) -> Result<(), Refusal> {
        match self {
            Drive::Local => Ok(()),
            Drive::Remote(kind) => Err(Refusal::Unavailable(format!(
                "{} lies on a network drive ({kind}), where SQLite's locks lose data. Work on the machine that has the disk: ssh HOST deskhand",
                path.display()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_drives_are_known_by_their_magic_number() {
        assert_eq!(classify(0xEF53), Drive::Local);
        assert_eq!(classify(0x6969), Drive::Remote(String::from("nfs")));
        assert_eq!(classify(0xFFFF_FFFF_FF53_4D42), Drive::Remote(String::from("cifs")));
        let refused = classify(0x6573_5546).allow_local_protocol(Path::new("/mnt/ops.desk")).unwrap_err();
        assert!(refused.to_string().starts_with("/mnt/ops.desk lies on a network drive (fuse"), "{refused}");
    }

    #[test]
    fn a_file_that_does_not_exist_yet_is_judged_by_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(drive_of(&folder.path().join("new.desk")).is_ok());
    }
}
