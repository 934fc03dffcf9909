//! A drive that fails at every single file operation of a commit, tears writes, hangs, or answers with what was.

use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use deskhand::desk::command::Request;
use deskhand::desk::id::{CommandId, TicketId};
use deskhand::store::{Finding, Store, WhenAway};
use fuser::Errno;

use crate::desk::{
    author, copy_with_log, found, incident, journal, lies_on_a_drive, moment, near, nearby, note, whole_entries, with,
};
use crate::drive::{Drive, Fault};

/// A mounted drive with a desk of one ticket, on which nobody works yet.
fn drive() -> Option<Drive> {
    let drive = Drive::mount(false)?;
    drop(found(&drive.behind("ops.desk")));
    Some(drive)
}

fn client(drive: &Drive, name: &str) -> Store {
    lies_on_a_drive(&drive.file("ops.desk"));
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
fn sweep(times_failed: usize, fault: Fault, stride: usize) {
    let Some(drive) = drive() else { return };
    let mut anna = client(&drive, "anna");
    anna.execute(&Request::new(incident("Mail is slow")), &author(), &moment()).unwrap();
    let all = steps(&drive, &mut anna).len();
    assert!(all > 20, "{:?}", drive.weather.done());
    let mut refused = 0;
    for at in (fastrand::usize(0..stride)..all + 2).step_by(stride) {
        let request = Request::new(note(TicketId(1), "Still slow."));
        drive.weather.brews(at, times_failed, fault);
        let outcome = anna.execute(&request, &author(), &moment());
        let done = drive.weather.done();
        let there = format!("{fault:?} at operation {at}, {:?}", done.get(at));
        drive.weather.clears();
        // Seen past the protocol while nobody works: an acknowledged command is there, another at most half.
        match outcome {
            Ok(receipt) => assert_eq!((times(&drive, request.id), receipt.waits), (1, None), "{there}"),
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
    assert!(times_failed > 1 || refused < all / 3, "{refused} of {all}");
}

#[test]
fn one_fault_at_any_operation_of_a_commit_is_weathered_or_told() {
    sweep(1, Fault::Fails(Errno::EIO), 4);
    sweep(1, Fault::Torn, 9);
}

#[test]
fn a_drive_that_goes_at_any_operation_of_a_commit_loses_nothing_and_repeats_nothing() {
    sweep(usize::MAX, Fault::Fails(Errno::EIO), 2);
    for error in [Errno::ENOSPC, Errno::ESTALE, Errno::EACCES] {
        sweep(usize::MAX, Fault::Fails(error), 9);
    }
    sweep(usize::MAX, Fault::Torn, 5);
}

/// Opens a desk that was copied to the drive with a log, on a drive that fails from an operation on.
fn first_use(drive: &Drive, at: usize, fault: Fault) -> Vec<String> {
    let (name, mut near) = (format!("{at}.desk"), nearby(&drive.here().join(format!("anna-{at}"))));
    near.bounds.lock = Duration::from_secs(2);
    let (desk, behind) = (drive.file(&name), drive.behind(&name));
    copy_with_log(drive.here(), &behind);
    let file = std::fs::metadata(&behind).unwrap().ino();
    lies_on_a_drive(&desk);
    drive.weather.brews(at, usize::MAX, fault);
    drop(Store::open_near(&desk, &near, &mut |_, _| {}));
    let done = drive.weather.done();
    let there = format!("{fault:?} at operation {at}, {:?}", done.get(at));
    drive.weather.clears();
    assert_eq!(whole_entries(drive.here(), &behind), 2, "{there}");
    let store = Store::open_near(&desk, &near, &mut |_, _| {}).unwrap();
    assert_eq!((journal(&store).0.len(), whole_entries(drive.here(), &behind)), (2, 2), "{there}");
    assert_eq!((std::fs::metadata(&behind).unwrap().ino(), with(&behind, "-wal").exists()), (file, false), "{there}");
    done
}

#[test]
fn a_drive_that_goes_while_a_desk_with_a_log_is_first_used_on_it_leaves_it_whole() {
    let Some(drive) = drive() else { return };
    let all = first_use(&drive, 10_000, Fault::Torn);
    let log: Vec<usize> = (0..all.len()).filter(|at| all[*at].ends_with("-wal")).collect();
    for at in (log[0] + fastrand::usize(0..17)..=log[log.len() - 1] + 8).step_by(17) {
        first_use(&drive, at, if at % 2 == 0 { Fault::Torn } else { Fault::Fails(Errno::EIO) });
    }
}

#[test]
fn while_a_drive_hangs_reading_goes_on_and_a_command_waits_and_happens_once() {
    let Some(drive) = drive() else { return };
    lies_on_a_drive(&drive.file("ops.desk"));
    let mut nearby = near(&drive.here().join("anna"));
    nearby.bounds.silence = Duration::from_millis(300);
    let mut anna = Store::open_near(&drive.file("ops.desk"), &nearby, &mut |_, _| {}).unwrap();
    anna.execute(&Request::new(incident("Mail is slow")), &author(), &moment()).unwrap();
    let all = steps(&drive, &mut anna).len();
    let mut written = 0;
    for at in [0, 4, all / 2, all - 3] {
        drive.weather.brews(at, 1, Fault::Hangs);
        let request = Request::new(note(TicketId(1), "Still slow."));
        let receipt = anna.execute(&request, &author(), &moment()).unwrap();
        assert!(receipt.waits.is_some(), "at operation {at}");
        assert_eq!(anna.read().unwrap().ticket(TicketId(1)).unwrap().title, "Mail is slow");
        drive.weather.clears();
        written += 1;
        // The next one stands behind it.
        let behind = Request::new(note(TicketId(1), "And again."));
        let mut receipt = anna.execute(&behind, &author(), &moment()).unwrap();
        while receipt.waits.is_some() {
            receipt = anna.execute(&behind, &author(), &moment()).unwrap();
        }
        written += 1;
        assert_eq!((times(&drive, request.id), times(&drive, behind.id)), (1, 1), "at operation {at}");
    }
    assert_eq!(anna.read().unwrap().newest().unwrap().0, 3 + written);
    assert_eq!(anna.standing().unwrap().waiting, []);
    is_whole(&drive);
}

#[test]
fn what_the_drive_remembers_wrongly_costs_a_look_and_never_a_wrong_row() {
    let Some(drive) = drive() else { return };
    let (mut anna, mut bob) = (client(&drive, "anna"), client(&drive, "bob"));
    anna.execute(&Request::new(incident("Mail is slow")), &author(), &moment()).unwrap();
    let first_block = std::fs::read(drive.behind("ops.desk")).unwrap()[..4096].to_vec();
    anna.execute(&Request::new(incident("Printer on fire")), &author(), &moment()).unwrap();
    // Bob's look is answered with what was: he has it already or looks again later.
    drive.weather.remembers("ops.desk", first_block, 1);
    bob.data_version().unwrap();
    let seen = bob.execute(&Request::new(note(TicketId(2), "Called the fire brigade.")), &author(), &moment());
    assert_eq!(seen.unwrap().seq.unwrap().0, 4);
    assert_eq!(bob.read().unwrap().ticket(TicketId(2)).unwrap().title, "Printer on fire");
    drive.weather.clears();
    // A holder to whom the side file shows an older signature believes that it lost the lock, and tries again.
    let side_file = std::fs::read(drive.behind("ops.desk.lock")).unwrap();
    anna.execute(&Request::new(note(TicketId(1), "Looks better.")), &author(), &moment()).unwrap();
    drive.weather.remembers("ops.desk.lock", side_file, 2);
    let request = Request::new(note(TicketId(1), "It is well again."));
    assert_eq!(anna.execute(&request, &author(), &moment()).unwrap().seq.unwrap().0, 6);
    assert_eq!((drive.weather.remembered("ops.desk.lock"), times(&drive, request.id)), (0, 1));
    is_whole(&drive);
}

#[test]
fn a_commit_asks_the_drive_for_no_more_than_it_needs() {
    let Some(drive) = drive() else { return };
    let mut anna = client(&drive, "anna");
    anna.execute(&Request::new(incident("Mail is slow")), &author(), &moment()).unwrap();
    let done = steps(&drive, &mut anna);
    let count = |what: &str| done.iter().filter(|done| **done == what).count();
    println!("{} operations", done.len());
    // The desk for our look at it and by SQLite; its journal to make it, to look into it, to write it.
    assert_eq!((count("open ops.desk.lock"), count("open ops.desk"), count("open ops.desk-journal")), (1, 2, 3));
    assert_eq!((count("sync ops.desk.lock"), count("sync ops.desk"), count("sync ops.desk-journal")), (1, 1, 4));
}
