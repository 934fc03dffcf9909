//! Backups while others write.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use deskhand::desk::command::Command;
use deskhand::desk::id::TicketId;
use deskhand::desk::time::Timestamp;
use deskhand::store::{Store, restore};

use crate::child::{Role, Worker};
use crate::desk::{Desk, incident, journal, moment, nearby, send};
use crate::refused::allow;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_backup_taken_while_two_processes_write_holds_a_beginning_of_the_journal() {
    let desk = Desk::new();
    send(&mut desk.open(), incident("Mail is slow")).unwrap();
    let mut workers: Vec<Worker> = (0..2).map(|_| Worker::start(Role::Work, &desk.path, "100")).collect();
    for worker in &mut workers {
        assert_eq!(worker.says().as_deref(), Some("begun"));
        worker.says().unwrap();
    }
    let saved = desk.open().backup(&desk.folder.path().join("backups"), moment().now).unwrap();
    workers.into_iter().for_each(|worker| drop(worker.rest()));
    let copy = Store::open(&saved.path).unwrap();
    assert_eq!(copy.verify().unwrap(), []);
    let (whole, _) = journal(&desk.open());
    let (copied, gapless) = journal(&copy);
    assert!(gapless);
    assert_eq!(whole.len(), 202);
    assert_eq!(copied.len(), usize::try_from(saved.newest.0).unwrap());
    assert_eq!(copied[..], whole[..copied.len()]);
}

#[test]
fn a_backup_of_a_large_desk_ends_while_others_write_without_a_pause() {
    let desk = Desk::new();
    let mut store = desk.open();
    send(&mut store, incident("Mail is slow")).unwrap();
    for n in 0..6_u8 {
        let bytes = std::iter::repeat_with(|| fastrand::u8(..)).take(10_000_000).collect();
        let (name, media) = (format!("log-{n}"), String::from("text/plain"));
        send(&mut store, Command::Attach { on: vec![TicketId(1)], name, media, bytes }).unwrap();
    }
    let mut workers: Vec<Worker> = (0..2).map(|_| Worker::start(Role::Work, &desk.path, "1000000")).collect();
    for worker in &mut workers {
        assert_eq!(worker.says().as_deref(), Some("begun"));
        worker.says().unwrap();
    }
    let (done, told) = std::sync::mpsc::channel();
    let (path, to) = (desk.path.clone(), desk.folder.path().join("backups"));
    let backup = std::thread::spawn(move || {
        let saved = Store::open(&path).unwrap().backup(&to, moment().now).unwrap();
        done.send(()).unwrap();
        saved
    });
    let in_time = told.recv_timeout(std::time::Duration::from_secs(8)).is_ok();
    workers.into_iter().for_each(|worker| drop(worker.killed()));
    assert!(in_time, "others write, and the backup begins again and again");
    assert_eq!(Store::open(&backup.join().unwrap().path).unwrap().verify().unwrap(), []);
}

#[test]
fn restoring_leaves_the_backup_as_it_was_and_the_desk_keeps_its_permissions() {
    let desk = Desk::new();
    send(&mut desk.open(), incident("Mail is slow")).unwrap();
    allow(&desk.path, 0o640);
    let archive = desk.folder.path().join("archive");
    let saved = desk.open().backup(&archive, moment().now).unwrap();
    assert_eq!(mode(&saved.path), 0o640, "as the desk");
    let before = std::fs::read(&saved.path).unwrap();
    allow(&saved.path, 0o400);
    allow(&archive, 0o500);
    allow(&desk.path, 0o660);
    restore(&saved.path, &desk.path, &nearby(desk.folder.path()), Timestamp(1_790_000_001_000)).unwrap();
    assert_eq!(std::fs::read(&saved.path).unwrap(), before);
    assert_eq!(std::fs::read_dir(&archive).unwrap().count(), 1, "nothing was laid beside it");
    assert_eq!(mode(&desk.path), 0o660);
    send(&mut desk.open(), incident("Mail is very slow")).unwrap();
    desk.is_whole();
    allow(&archive, 0o700);
}

#[test]
fn a_desk_copied_with_its_log_is_restored_with_its_log() {
    let desk = Desk::new();
    let mut store = desk.open();
    send(&mut store, incident("Mail is slow")).unwrap();
    let aside = desk.folder.path().join("aside.desk");
    std::fs::copy(&desk.path, &aside).unwrap();
    std::fs::copy(desk.path.with_extension("desk-wal"), aside.with_extension("desk-wal")).unwrap();
    let before = std::fs::read(&aside).unwrap();
    let place = desk.folder.path().join("new.desk");
    assert_eq!(restore(&aside, &place, &nearby(desk.folder.path()), moment().now).unwrap(), None);
    assert_eq!(journal(&Store::open(&place).unwrap()).0.len(), 2);
    assert_eq!(std::fs::read(&aside).unwrap(), before);
}

#[test]
fn restoring_while_another_process_works_loses_none_of_its_commands_silently() {
    let desk = Desk::new();
    send(&mut desk.open(), incident("Mail is slow")).unwrap();
    let saved = desk.open().backup(&desk.folder.path().join("backups"), moment().now).unwrap();
    let mut worker = Worker::start(Role::Wait, &desk.path, "");
    worker.says().unwrap();
    let kept =
        restore(&saved.path, &desk.path, &nearby(desk.folder.path()), Timestamp(1_790_000_001_000)).unwrap().unwrap();
    worker.go();
    let said = worker.rest();
    assert!(said[0].starts_with("refused 4 ") && said[0].contains("was replaced by another file"), "{}", said[0]);
    assert_eq!(journal(&Store::open(&kept).unwrap()).0.len(), 2);
    assert_eq!(journal(&desk.open()).0.len(), 2);
    desk.is_whole();
}
