//! Backups while others write.

use deskhand::desk::time::Timestamp;
use deskhand::store::{Store, restore};

use crate::child::{Role, Worker};
use crate::desk::{Desk, incident, journal, moment, send};

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
fn restoring_while_another_process_works_loses_none_of_its_commands_silently() {
    let desk = Desk::new();
    send(&mut desk.open(), incident("Mail is slow")).unwrap();
    let saved = desk.open().backup(&desk.folder.path().join("backups"), moment().now).unwrap();
    let mut worker = Worker::start(Role::Wait, &desk.path, "");
    worker.says().unwrap();
    let kept = restore(&saved.path, &desk.path, Timestamp(1_790_000_001_000)).unwrap().unwrap();
    worker.go();
    let said = worker.rest();
    assert!(said[0].starts_with("refused 4 ") && said[0].contains("was replaced by another file"), "{}", said[0]);
    assert_eq!(journal(&Store::open(&kept).unwrap()).0.len(), 2);
    assert_eq!(journal(&desk.open()).0.len(), 2);
    desk.is_whole();
}
