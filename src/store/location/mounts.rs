//! The mount that holds a path: its type, what was mounted where, and with which options.
//!
//! Linux tells it in `/proc/self/mountinfo` (proc_pid_mountinfo(5)); the mount's id comes from `statx`, since one mount may
//! lie over another. Where the kernel is too old for that, the longest mount point that holds the path decides, of equals
//! the last.

use std::path::{Path, PathBuf};

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) id: u64,
    pub(super) point: PathBuf,
    pub(super) kind: String,
    pub(super) source: String,
    /// Of the mount and of its file system.
    pub(super) options: Vec<String>,
}

/// The mount that holds `path`, which has no links in it.
#[cfg(target_os = "linux")]
pub(super) fn holding(path: &Path) -> std::io::Result<Mount> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    // A mount that hangs would hold this too; so would opening the desk, which comes next.
    let id = statx(CWD, path, AtFlags::empty(), StatxFlags::MNT_ID)
        .ok()
        .filter(|found| found.stx_mask & StatxFlags::MNT_ID.bits() != 0)
        .map(|found| found.stx_mnt_id);
    let text = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    Ok(find(&text, id, path).unwrap_or_else(|| unknown("unknown")))
}

/// The mount that holds `path`, by `statfs`. Mount options beyond the type are not told by it.
#[cfg(target_os = "macos")]
pub(super) fn holding(path: &Path) -> std::io::Result<Mount> {
    let found = rustix::fs::statfs(path)?;
    let text = |chars: &[std::ffi::c_char]| -> String {
        let bytes = chars.iter().map(|c| c.cast_unsigned()).take_while(|byte| *byte != 0).collect();
        String::from_utf8(bytes).unwrap_or_default()
    };
    Ok(Mount {
        id: 0,
        point: PathBuf::from(text(&found.f_mntonname)),
        kind: text(&found.f_fstypename),
        source: text(&found.f_mntfromname),
        options: Vec::new(),
    })
}

/// Nobody can be asked here.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn holding(_path: &Path) -> std::io::Result<Mount> {
    Ok(unknown("unknown"))
}

#[cfg(not(target_os = "macos"))]
fn unknown(kind: &str) -> Mount {
    Mount { id: 0, point: PathBuf::from("/"), kind: kind.to_owned(), source: kind.to_owned(), options: Vec::new() }
}

#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "Linux alone has mountinfo"))]
fn find(mountinfo: &str, id: Option<u64>, path: &Path) -> Option<Mount> {
    let mounts: Vec<Mount> = mountinfo.lines().filter_map(parse).collect();
    let by_id = id.and_then(|id| mounts.iter().find(|mount| mount.id == id));
    // Of equals `max_by_key` takes the last: it lies over the others.
    let by_point =
        || mounts.iter().filter(|it| path.starts_with(&it.point)).max_by_key(|it| it.point.components().count());
    by_id.or_else(by_point).cloned()
}

/// One line: `36 35 98:0 /root /point options optional… - type source superoptions`.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "Linux alone has mountinfo"))]
pub(super) fn parse(line: &str) -> Option<Mount> {
    let (front, back) = line.split_once(" - ")?;
    let mut front = front.split(' ');
    let id = front.next()?.parse().ok()?;
    let point = PathBuf::from(plain(front.nth(3)?));
    let own = front.next()?;
    let mut back = back.splitn(3, ' ');
    let (kind, source) = (back.next()?.to_owned(), plain(back.next()?));
    let options = own.split(',').chain(back.next().unwrap_or_default().split(',')).map(str::to_owned).collect();
    Some(Mount { id, point, kind, source, options })
}

/// Blank, tab, newline and backslash are written as three octal digits.
fn plain(text: &str) -> String {
    let mut plain = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let octal = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match octal.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(meant) if *byte == b'\\' => {
                plain.push(meant);
                rest = after.get(3..).unwrap_or_default();
            }
            _ => {
                plain.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of real machines.
    const MOUNTINFO: &str = "\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard,resv_strict
25 27 0:23 / /dev/shm rw,relatime - tmpfs tmpfs rw,size=24684084k
61 27 0:51 / /mnt/team rw,relatime shared:31 master:2 - nfs4 10.0.2.2:/srv/team rw,vers=4.2,rsize=1048576,wsize=1048576,namlen=255,hard,proto=tcp,timeo=600,retrans=2,sec=sys,clientaddr=10.0.2.15,local_lock=none,addr=10.0.2.2
62 27 0:52 / /mnt/old rw,relatime - nfs 10.0.2.2:/srv/old rw,vers=3,rsize=65536,wsize=65536,namlen=255,hard,nolock,proto=tcp,timeo=600,retrans=2,sec=sys,mountaddr=10.0.2.2,mountvers=3,mountport=20048,mountproto=tcp,local_lock=all,addr=10.0.2.2
63 27 0:53 / /mnt/with\\040blank rw,nosuid,nodev,relatime - fuse.sshfs anna@far:/srv/a\\134b rw,user_id=1000,group_id=1000
64 27 0:54 / /mnt/share rw,relatime - cifs //nas/desk rw,vers=3.1.1,cache=strict,username=anna,uid=0,noforceuid,gid=0,noforcegid,addr=10.0.2.3,file_mode=0755,dir_mode=0755,soft,nounix,serverino,mapposix,nobrl,rsize=4194304,wsize=4194304
65 27 254:0 /backing /mnt rw - xfs /dev/vdb rw
";

    #[test]
    fn a_mount_is_read_with_all_its_options() {
        let team = find(MOUNTINFO, Some(61), Path::new("/mnt/team/ops.desk")).unwrap();
        assert_eq!((team.kind.as_str(), team.source.as_str()), ("nfs4", "10.0.2.2:/srv/team"));
        assert_eq!(team.point, Path::new("/mnt/team"));
        assert_eq!((&*team.options[0], &*team.options[3]), ("rw", "vers=4.2"));
        assert!(team.options.contains(&String::from("local_lock=none")));
        let far = find(MOUNTINFO, Some(63), Path::new("/")).unwrap();
        assert_eq!((far.point.to_str(), far.source.as_str()), (Some("/mnt/with blank"), "anna@far:/srv/a\\b"));
        assert!(find(MOUNTINFO, Some(64), Path::new("/")).unwrap().options.contains(&String::from("nobrl")));
    }

    #[test]
    fn without_an_id_the_innermost_mount_point_decides() {
        let kind = |path: &str| find(MOUNTINFO, None, Path::new(path)).unwrap().kind;
        assert_eq!(kind("/mnt/old/ops.desk"), "nfs");
        assert_eq!(kind("/mnt/older/ops.desk"), "xfs");
        assert_eq!(kind("/srv/ops.desk"), "ext4");
    }

    #[test]
    fn a_mount_that_lies_over_another_is_told_by_its_id() {
        assert_eq!(find(MOUNTINFO, Some(65), Path::new("/mnt/team/ops.desk")).unwrap().kind, "xfs");
    }

    #[test]
    fn lines_that_are_none_are_left_out() {
        assert_eq!(find("", None, Path::new("/")), None);
        assert_eq!(parse("27 1 254:0 / / rw"), None);
        assert_eq!(parse("x 1 254:0 / / rw - ext4 /dev/vda rw"), None);
    }
}
