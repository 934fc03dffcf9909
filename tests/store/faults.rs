//! A drive that fails at every single file operation of a commit, tears writes, hangs, or answers with what was.

use std::time::Duration;

use deskhand::desk::command::Request;
use deskhand::desk::id::{CommandId, TicketId};
use deskhand::store::{Finding, Store, WhenAway};
use fuser::Errno;

use crate::desk::{author, found, incident, moment, near, note};
use crate::drive::{Drive, Fault};

/// A mounted drive with a desk of one ticket, on which nobody works yet.
fn drive() -> Option<Drive> {
    let drive = Drive::mount(false)?;
    drop(found(&drive.behind("ops.desk")));
    Some(drive)
}

fn client(drive: &Drive, name: &str) -> Store {
    let mut nearby = near(&drive.here().join(name));
    nearby.when_away = WhenAway::Refuse;
    nearby.bounds.lock = Duration::from_secs(2);
    Store::open_near(&drive.file("ops.desk"), &nearby, &mut |_, _| {}).unwrap()
}

/// How often a command is in the desk at the drive.
fn times(drive: &Drive, id: CommandId) -> i64 {
    let desk = drive.behind("ops.desk");
    let desk = rusqlite::Connection::open_with_flags(desk, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    desk.query_row("SELECT count(*) FROM txn WHERE command = ?1", [id.to_string()], |row| row.get(0)).unwrap()
}

/// The desk at the drive is whole, seen past the drive and past all protocol.
#[track_caller]
fn is_whole(drive: &Drive) {
    let copy = drive.here().join("seen.desk");
    rusqlite::Connection::open(drive.behind("ops.desk"))
        .unwrap()
        .execute("VACUUM INTO ?1", [copy.to_string_lossy()])
        .unwrap();
    assert_eq!(Store::open(&copy).unwrap().verify().unwrap(), [] as [Finding; 0]);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(drive.here().join(format!("seen.desk{ending}")));
    }
}

/// What one commit of a client that is up to date does to the drive.
fn steps(drive: &Drive, store: &mut Store) -> Vec<String> {
    drive.weather.reset();
    store.execute(&Request::new(note(TicketId(1), "Still slow.")), &author(), &moment()).unwrap();
    drive.weather.done()
}

/// Commands of a client whose drive fails from an operation on, so many times: at each operation of a commit in turn.
fn sweep(times_failed: usize, fault: Fault) {
    let Some(drive) = drive() else { return };
    let mut anna = client(&drive, "anna");
    anna.execute(&Request::new(incident("Mail is slow")), &author(), &moment()).unwrap();
    let all = steps(&drive, &mut anna).len();
    assert!(all > 20, "{:?}", drive.weather.done());
    let mut refused = 0;
    for at in 0..all + 2 {
        let request = Request::new(note(TicketId(1), "Still slow."));
        drive.weather.brews(at, times_failed, fault);
        let outcome = anna.execute(&request, &author(), &moment());
        let done = drive.weather.done();
        let there = format!("{fault:?} at operation {at}, {:?}", done.get(at));
        drive.weather.clears();
        // Seen past the protocol while nobody works: an acknowledged command is there, another at most half.
        match outcome {
            Ok(receipt) => assert_eq!((times(&drive, request.id), receipt.waits), (1, false), "{there}"),
            Err(refusal) => {
                assert_eq!(refusal.exit_code(), 4, "{there}: {refusal}");
                refused += 1;
            }
        }
        // The client recovers, and what was unclear happens once.
        let again = anna.execute(&request, &author(), &moment());
        assert!(again.is_ok(), "{there}: {again:?}");
        assert_eq!(times(&drive, request.id), 1, "{there}");
        let version = anna.read().unwrap().ticket(TicketId(1)).unwrap().version;
        assert_eq!(Some(version), again.unwrap().seq, "{there}");
        if at % 16 == 0 {
            is_whole(&drive);
        }
    }
    is_whole(&drive);
    println!("{fault:?} {times_failed}: {refused} of {all} refused");
    assert!(refused > 0 && (times_failed > 1 || refused < all / 3), "{refused} of {all}");
}

#[test]
fn one_fault_at_any_operation_of_a_commit_is_weathered_or_told() {
    sweep(1, Fault::Fails(Errno::EIO));
    sweep(1, Fault::Torn);
}

#[test]
fn a_drive_that_goes_at_any_operation_of_a_commit_loses_nothing_and_repeats_nothing() {
    for error in [Errno::EIO, Errno::ENOSPC, Errno::ESTALE, Errno::EACCES] {
        sweep(usize::MAX, Fault::Fails(error));
    }
    sweep(usize::MAX, Fault::Torn);
}
#[test]
fn ops() {
    let Some(drive) = drive() else { return };
    let mut anna = client(&drive, "anna");
    anna.execute(&Request::new(incident("Mail is slow")), &author(), &moment()).unwrap();
    let all = steps(&drive, &mut anna);
    println!("{} operations: {all:?}", all.len());
}
