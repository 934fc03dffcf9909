//! Several processes at one desk.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use deskhand::desk::id::CommandId;

use crate::child::{Role, Worker};
use crate::desk::{Desk, incident, journal, send};

#[test]
fn four_processes_write_at_once_and_nothing_is_lost() {
    let desk = Desk::new();
    send(&mut desk.open(), incident("Mail is slow")).unwrap();
    let workers: Vec<Worker> = (0..4).map(|_| Worker::start(Role::Work, &desk.path, "50")).collect();
    let said: Vec<String> = workers.into_iter().flat_map(Worker::rest).filter(|line| line != "begun").collect();
    assert_eq!(said.len(), 200);
    let (ids, gapless) = journal(&desk.open());
    assert!(gapless);
    assert_eq!(ids.len(), 202, "founded, the first ticket, and 200 commands");
    let ids: HashSet<String> = ids.iter().map(CommandId::to_string).collect();
    assert!(said.iter().all(|id| ids.contains(id)));
    desk.is_whole();
}

#[test]
fn a_command_retried_by_three_processes_at_once_happens_once() {
    let desk = Desk::new();
    let id = CommandId(uuid::Uuid::now_v7()).to_string();
    let mut workers: Vec<Worker> = (0..3).map(|_| Worker::start(Role::Same, &desk.path, &id)).collect();
    for worker in &mut workers {
        assert_eq!(worker.says().as_deref(), Some("ready"));
    }
    workers.iter_mut().for_each(Worker::go);
    let told: HashSet<String> = workers.into_iter().flat_map(Worker::rest).collect();
    assert_eq!(told.len(), 1, "all are told the same: {told:?}");
    let (ids, _) = journal(&desk.open());
    assert_eq!(ids.iter().filter(|known| known.to_string() == id).count(), 1);
    assert_eq!(ids.len(), 2);
}

#[test]
fn a_failure_that_nobody_was_told_of_is_retried_safely() {
    let desk = Desk::new();
    let id = CommandId(uuid::Uuid::now_v7()).to_string();
    for _ in 0..2 {
        let mut worker = Worker::start(Role::Same, &desk.path, &id);
        worker.says().unwrap();
        worker.go();
        worker.says().unwrap();
        worker.killed();
    }
    assert_eq!(journal(&desk.open()).0.len(), 2);
    desk.is_whole();
}

#[test]
fn a_lock_that_another_process_holds_for_a_second_is_waited_out() {
    let desk = Desk::new();
    let holder = rusqlite::Connection::open(&desk.path).unwrap();
    let mut worker = Worker::start(Role::Wait, &desk.path, "");
    worker.says().unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    worker.go();
    std::thread::sleep(Duration::from_secs(1));
    holder.execute_batch("COMMIT").unwrap();
    assert_eq!(worker.says().as_deref(), Some("done opened INC-1: Mail is slow"));
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn a_lock_that_another_process_never_gives_back_is_told() {
    let desk = Desk::new();
    let holder = rusqlite::Connection::open(&desk.path).unwrap();
    let mut worker = Worker::start(Role::Wait, &desk.path, "");
    worker.says().unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    worker.go();
    let said = worker.says().unwrap();
    assert!(said.starts_with("refused 4 ") && said.contains("another process is writing"), "{said}");
    holder.execute_batch("COMMIT").unwrap();
    desk.is_whole();
}
