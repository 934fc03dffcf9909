//! What the machine refuses: a full disk, a read-only file, permission lost, a folder in the desk's place.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use deskhand::store::Store;

use crate::child::{Role, Worker};
use crate::desk::{Desk, author, described, incident, journal, moment, send};

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"))
}

/// Runs a child for whom permissions count: another user, when this one is root. `None` when there is no way.
fn ordinary(role: Role, desk: &Path) -> Option<Worker> {
    if !is_root() {
        return Some(Worker::start(role, desk, ""));
    }
    let by = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let program = std::env::current_exe().unwrap();
    let reaches = Command::new(by[0]).args(&by[1..]).arg(program).arg("--list").output();
    if !reaches.is_ok_and(|out| out.status.success()) {
        println!("skipped: root ignores permissions, and there is no other user who can run this");
        return None;
    }
    Some(Worker::start_by(&by, role, desk, ""))
}

pub fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_limit_on_the_size_of_files_is_told_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let by = ["sh", "-c", "trap '' XFSZ; ulimit -f 8000; exec \"$0\" \"$@\""];
    let said = Worker::start_by(&by, Role::Fill, &folder.path().join("ops.desk"), "").rest();
    filled(&said, "refused 4 ");
}

#[test]
fn a_full_disk_is_told_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=3m tmpfs \"$DISK\" && exec \"$0\" \"$@\"";
    let by = ["unshare", "-m", "sh", "-c", &mount.replace("$DISK", &folder.path().to_string_lossy())];
    let said = Worker::start_by(&by, Role::Fill, &folder.path().join("ops.desk"), "").rest();
    if said.is_empty() {
        println!("skipped: a disk can't be mounted here");
        return;
    }
    filled(&said, "refused 4 no space left on the disk of");
}

#[track_caller]
fn filled(said: &[String], refused: &str) {
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with(refused) && said[0].contains("nothing was changed"), "{}", said[0]);
    let words: Vec<&str> = said[1].split(' ').collect();
    assert_eq!((words[1], words[4], words[5]), (words[3], "findings", "[]"), "{}", said[1]);
    assert_ne!(words[1], "0", "something went in before");
}

#[test]
fn a_desk_that_may_only_be_read_is_read_and_says_so_when_it_shall_be_changed() {
    let desk = Desk::new();
    allow(desk.folder.path(), 0o555);
    allow(&desk.path, 0o444);
    let before = std::fs::read(&desk.path).unwrap();
    let Some(worker) = ordinary(Role::Try, &desk.path) else { return };
    let said = worker.rest();
    assert_eq!(said[0], "Read 1");
    assert!(said[1].starts_with("refused 4 ") && said[1].contains("is read-only for you"), "{}", said[1]);
    assert_eq!(std::fs::read(&desk.path).unwrap(), before);
    allow(desk.folder.path(), 0o755);
}

#[test]
fn who_may_only_read_sees_what_others_write() {
    let desk = Desk::new();
    allow(desk.folder.path(), 0o755);
    for file in std::fs::read_dir(desk.folder.path()).unwrap().flatten() {
        allow(&file.path(), 0o644);
    }
    let Some(mut worker) = ordinary(Role::Watch, &desk.path) else { return };
    assert_eq!(worker.says().as_deref(), Some("Read Ok(Seq(1)) []"));
    // Written and brought from the log into the file, since the last writer leaves.
    (0..20).for_each(|_| drop(send(&mut desk.open(), described("Mail", &"Mail is slow ".repeat(200))).unwrap()));
    worker.go();
    assert_eq!(worker.says().as_deref(), Some("Read Ok(Seq(21)) []"));
    let mut store = desk.open();
    (0..20).for_each(|_| drop(send(&mut store, incident("Mail is slow")).unwrap()));
    worker.go();
    assert_eq!(worker.says().as_deref(), Some("Read Ok(Seq(41)) []"));
}

#[test]
fn a_desk_that_may_not_even_be_read_says_whom_to_ask() {
    let desk = Desk::new();
    allow(desk.folder.path(), 0o755);
    allow(&desk.path, 0o000);
    let Some(worker) = ordinary(Role::Try, &desk.path) else { return };
    let said = worker.rest();
    assert!(said[0].starts_with("refused 4 you may not read ") && said[0].contains("ask its owner"), "{}", said[0]);
}

#[test]
fn permission_lost_in_mid_work_loses_nothing() {
    let desk = Desk::new();
    allow(desk.folder.path(), 0o777);
    allow(&desk.path, 0o666);
    let Some(mut worker) = ordinary(Role::Wait, &desk.path) else { return };
    assert_eq!(worker.says().as_deref(), Some("ready"));
    for file in std::fs::read_dir(desk.folder.path()).unwrap().flatten() {
        allow(&file.path(), 0o444);
    }
    allow(desk.folder.path(), 0o555);
    worker.go();
    // Who has a file open may go on; what counts is that a yes is a yes.
    let said = worker.rest();
    allow(desk.folder.path(), 0o755);
    let kept = journal(&desk.open()).0.len();
    match said[0].as_str() {
        "done opened INC-1: Mail is slow" => assert_eq!(kept, 2),
        refused => assert!(refused.starts_with("refused 4 ") && kept == 1, "{refused}"),
    }
    desk.is_whole();
}

#[test]
fn a_folder_put_in_the_place_of_an_open_desk_is_noticed() {
    let desk = Desk::new();
    let mut store = desk.open();
    let aside = desk.folder.path().join("aside.desk");
    std::fs::rename(&desk.path, &aside).unwrap();
    std::fs::create_dir(&desk.path).unwrap();
    let refusal = send(&mut store, incident("Mail is slow")).unwrap_err();
    assert_eq!(refusal.exit_code(), 4);
    assert!(refusal.to_string().contains("was replaced by another file since it was opened, or is gone"), "{refusal}");
    let refusal = Store::open(&desk.path).map(|_| ()).unwrap_err();
    assert_eq!((refusal.exit_code(), refusal.to_string().contains("is a folder, not a desk file")), (5, true));
    let refusal = Store::create(&desk.path, &author(), &moment(), "ops").map(|_| ()).unwrap_err();
    assert!(refusal.to_string().ends_with("exists already; nothing was changed"), "{refusal}");
}
