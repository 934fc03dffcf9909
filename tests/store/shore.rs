//! Several processes, each with a copy of its own, at one desk in a folder that stands for a network drive.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use deskhand::desk::command::{Command, Request};
use deskhand::desk::id::{CommandId, TicketId};
use deskhand::store::{Finding, Store};
use rustix::process::{Pid, Signal, kill_process};

use crate::child::{Role, Worker};
use crate::desk::{Desk, author, incident, journal, lies_on_a_drive, moment, near, note, send};

/// The steps of the protocol, in order.
const STEPS: [&str; 10] =
    ["Locked", "Opened", "CaughtUp", "Begun", "Written", "Checked", "Committed", "Closed", "Unlocked", "Copied"];

fn client(desk: &Desk, name: &str) -> Store {
    lies_on_a_drive(&desk.path);
    Store::open_near(&desk.path, &near(&desk.folder.path().join(name)), &mut |_, _| {}).unwrap()
}

/// The desk, seen past the protocol once nobody works there.
fn seen(desk: &Desk) -> Store {
    let copy = desk.folder.path().join("seen.desk");
    for ending in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(copy.with_extension(format!("desk{ending}")));
    }
    for ending in ["", "-journal"] {
        let beside = |file: &Path| file.with_extension(format!("desk{ending}"));
        std::fs::copy(beside(&desk.path), beside(&copy)).unwrap();
    }
    Store::open(&copy).unwrap()
}

#[track_caller]
fn is_whole(desk: &Desk) {
    assert_eq!(seen(desk).verify().unwrap(), [] as [Finding; 0]);
}

/// The commands in a desk.
fn commands(desk: &Desk) -> Vec<String> {
    let (ids, gapless) = journal(&seen(desk));
    assert!(gapless);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "each once");
    ids.iter().map(CommandId::to_string).collect()
}

fn signal(worker: &Worker, signal: Signal) {
    kill_process(Pid::from_child(&worker.process), signal).unwrap();
}

#[test]
fn four_clients_move_minutes_between_tickets_and_the_sum_stays() {
    let desk = Desk::new();
    let mut anna = desk.open();
    send(&mut anna, incident("Mail is slow")).unwrap();
    send(&mut anna, incident("Printer on fire")).unwrap();
    send(&mut anna, Command::LogTime { on: TicketId(1), minutes: 100, text: String::from("phone") }).unwrap();
    drop(anna);
    let folder = |n: usize| desk.folder.path().join(format!("client-{n}"));
    let workers: Vec<Worker> =
        (0..4).map(|n| Worker::start_near(Role::Move, &desk.path, "15", &folder(n), "")).collect();
    let said: Vec<String> = workers.into_iter().flat_map(Worker::rest).filter(|line| line != "begun").collect();
    assert_eq!(said.len(), 60);
    let known = commands(&desk);
    assert_eq!(known.len(), 64);
    assert!(said.iter().all(|id| known.contains(id)));
    is_whole(&desk);
}

#[test]
fn a_client_killed_at_any_step_leaves_the_desk_whole_and_its_command_happens_once_when_it_is_sent_again() {
    let desk = Desk::new();
    let mut bob = client(&desk, "bob");
    bob.execute(&Request::new(incident("Mail is slow")), &author(), &moment()).unwrap();
    for (n, step) in STEPS.iter().enumerate() {
        let id = CommandId(uuid::Uuid::now_v7()).to_string();
        let folder = desk.folder.path().join("anna");
        let mut anna = Worker::start_near(Role::Same, &desk.path, &id, &folder, step);
        assert_eq!(anna.says().as_deref(), Some("ready"));
        anna.go();
        assert_eq!(anna.says().as_deref(), Some(format!("at {step}").as_str()));
        anna.killed();
        bob.execute(&Request::new(note(TicketId(1), "Still slow.")), &author(), &moment()).unwrap();
        let there = commands(&desk).contains(&id);
        assert_eq!(there, n >= 6, "killed at {step}");
        let mut again = Worker::start_near(Role::Same, &desk.path, &id, &folder, "");
        again.says().unwrap();
        again.go();
        assert!(again.says().unwrap().contains("Printer on fire"), "{step}");
        again.rest();
        assert!(commands(&desk).contains(&id), "{step}");
    }
    assert_eq!(commands(&desk).len(), 2 + 2 * STEPS.len());
    is_whole(&desk);
}

#[test]
fn a_client_that_was_frozen_while_its_lock_was_given_away_damages_nothing_and_its_command_happens_once() {
    let desk = Desk::new();
    let mut bob = client(&desk, "bob");
    bob.execute(&Request::new(incident("Mail is slow")), &author(), &moment()).unwrap();
    // Between the last look at the lock and the commit is the window that remains.
    for step in STEPS.iter().filter(|step| **step != "Checked") {
        let id = CommandId(uuid::Uuid::now_v7()).to_string();
        let mut anna = Worker::start_near(Role::Same, &desk.path, &id, &desk.folder.path().join("anna"), step);
        anna.says().unwrap();
        anna.go();
        assert_eq!(anna.says().as_deref(), Some(format!("at {step}").as_str()));
        signal(&anna, Signal::STOP);
        // One kernel gives no lock away; to the others it is the same when the file that was locked is another by now.
        std::fs::remove_file(desk.path.with_extension("desk.lock")).unwrap();
        for _ in 0..3 {
            bob.execute(&Request::new(note(TicketId(1), "Still slow.")), &author(), &moment()).unwrap();
        }
        signal(&anna, Signal::CONT);
        anna.go();
        assert!(anna.says().unwrap().contains("Printer on fire"), "{step}");
        anna.rest();
        assert!(commands(&desk).contains(&id), "{step}");
        is_whole(&desk);
    }
}

#[test]
fn a_frozen_holder_is_named_and_who_waits_for_it_goes_on_when_it_is_back() {
    let desk = Desk::new();
    lies_on_a_drive(&desk.path);
    let mut nearby = near(&desk.folder.path().join("bob"));
    nearby.bounds.lock = Duration::from_millis(200);
    let mut bob = Store::open_near(&desk.path, &nearby, &mut |_, _| {}).unwrap();
    let id = CommandId(uuid::Uuid::now_v7()).to_string();
    let mut anna = Worker::start_near(Role::Same, &desk.path, &id, &desk.folder.path().join("anna"), "Written");
    anna.says().unwrap();
    anna.go();
    anna.says().unwrap();
    signal(&anna, Signal::STOP);
    let request = Request::new(incident("Mail is slow"));
    let receipt = bob.execute(&request, &author(), &moment()).unwrap();
    let holder = format!("is held by anna on lab (process {})", anna.process.id());
    assert!(receipt.waits.is_some() && receipt.notices[0].contains(&holder), "{receipt:?}");
    signal(&anna, Signal::CONT);
    anna.go();
    assert!(anna.says().unwrap().contains("Printer on fire"));
    anna.rest();
    // Another start finds it in the outbox and sends it.
    drop(bob);
    let bob = Store::open_near(&desk.path, &nearby, &mut |_, _| {}).unwrap();
    assert_eq!(bob.standing().unwrap().waiting, []);
    assert_eq!(commands(&desk)[1..], [id, request.id.to_string()]);
    is_whole(&desk);
}

#[test]
fn nothing_acknowledged_is_lost_when_clients_are_killed_in_mid_commit() {
    let desk = Desk::new();
    let mut bob = client(&desk, "bob");
    bob.execute(&Request::new(incident("Mail is slow")), &author(), &moment()).unwrap();
    let mut rng = fastrand::Rng::with_seed(4);
    let mut acknowledged = Vec::new();
    for _ in 0..12 {
        let mut anna = Worker::start_near(Role::Work, &desk.path, "100000", &desk.folder.path().join("anna"), "");
        assert_eq!(anna.says().as_deref(), Some("begun"));
        // The moment is what is random here.
        std::thread::sleep(Duration::from_micros(rng.u64(0..60_000)));
        acknowledged.extend(anna.killed());
        bob.execute(&Request::new(note(TicketId(1), "Still slow.")), &author(), &moment()).unwrap();
    }
    let known = commands(&desk);
    assert!(acknowledged.iter().filter(|line| *line != "begun").all(|id| known.contains(id)));
    is_whole(&desk);
}
