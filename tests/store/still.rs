//! A desk in a place where no lock reaches the other machines: read by way of a copy that was looked over, never written.

use std::time::{Duration, Instant};

use deskhand::desk::id::TicketId;
use deskhand::desk::refusal::Refusal;
use deskhand::store::{Access, Class, Store, believe};

use crate::desk::{Desk, incident, near, note, send};

fn reader(desk: &Desk, name: &str) -> Store {
    believe(vec![(desk.path.clone(), Class::Unsafe)]);
    Store::open_near(&desk.path, &near(&desk.folder.path().join(name)), &mut |_, _| {}).unwrap()
}

/// Looks until the newest entry is this one; it may have been drawn a moment ago.
#[track_caller]
fn comes_to(store: &Store, newest: i64) {
    let until = Instant::now() + Duration::from_secs(20);
    while store.read().unwrap().newest().unwrap().0 != newest {
        assert!(Instant::now() < until, "{newest} of {:?}: {:?}", store.read().unwrap().newest(), store.standing());
        store.refresh(Duration::from_secs(60));
    }
}

/// The desk and all that lies beside it, byte by byte.
fn shore(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(desk.folder.path()).unwrap().flatten().filter(|entry| entry.path().is_file());
    let mut files: Vec<_> =
        files.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn everything_is_read_and_nothing_written_and_a_refusal_says_what_to_do() {
    let desk = Desk::new();
    let mut host = desk.open();
    send(&mut host, incident("VPN down in Lyon")).unwrap();
    let before = shore(&desk);
    let mut far = reader(&desk, "far");
    assert_eq!(far.access(), Access::Read);
    assert_eq!(far.read().unwrap().ticket(TicketId(1)).unwrap().title, "VPN down in Lyon");
    let told = send(&mut far, note(TicketId(1), "Still down.")).unwrap_err();
    assert_eq!(told.exit_code(), 4);
    let told = told.to_string();
    assert!(told.contains("is only read from here: locks do not reach the other machines here"), "{told}");
    assert!(told.contains("To change it, run ssh HOST deskhand"), "{told}");
    assert_eq!(far.waiting(), []);
    assert_eq!(far.verify().unwrap(), []);
    let saved = far.backup(&desk.folder.path().join("safe"), crate::desk::moment().now).unwrap();
    assert_eq!(saved.newest.0, 2);
    assert_eq!(far.meet(&crate::desk::author()), []);
    drop(far);
    assert_eq!(shore(&desk), before);
    send(&mut host, incident("Mail is slow")).unwrap();
    comes_to(&reader(&desk, "far"), 3);
}

#[test]
fn a_desk_that_goes_away_or_is_torn_leaves_the_last_good_copy_with_its_age() {
    let desk = Desk::new();
    let mut host = desk.open();
    send(&mut host, incident("VPN down in Lyon")).unwrap();
    drop(host);
    let mut far = reader(&desk, "far");
    let whole = std::fs::read(&desk.path).unwrap();
    let fresh = far.standing().unwrap().fresh;
    assert!(fresh.is_some());
    let mut torn = whole.clone();
    let middle = torn.len() / 2 / 4096 * 4096;
    torn[middle..middle + 4096].fill(7);
    std::fs::write(&desk.path, &torn).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    let mut standing = far.standing().unwrap();
    while !standing.behind.as_ref().is_some_and(|why| why.contains("what was copied does not hold")) {
        assert!(Instant::now() < until, "{standing:?}");
        far.refresh(Duration::from_secs(60));
        standing = far.standing().unwrap();
    }
    assert_eq!((standing.away, standing.fresh), (None, fresh));
    assert_eq!(far.read().unwrap().ticket(TicketId(1)).unwrap().title, "VPN down in Lyon");
    std::fs::remove_file(&desk.path).unwrap();
    far.refresh(Duration::from_secs(60));
    assert!(far.standing().unwrap().away.unwrap().why.contains("is not there now"));
    drop(far);
    // Who can't ask the place any more still knows that nothing is written there.
    far = Store::open_near(&desk.path, &near(&desk.folder.path().join("far")), &mut |_, _| {}).unwrap();
    let refusal = send(&mut far, note(TicketId(1), "Still down.")).unwrap_err();
    assert!(matches!(refusal, Refusal::Unavailable(_)) && refusal.to_string().contains("is only read from here"));
    std::fs::write(&desk.path, &whole).unwrap();
    far.refresh(Duration::from_secs(60));
    let standing = far.standing().unwrap();
    assert_eq!((standing.away, standing.behind), (None, None));
}

#[test]
fn a_desk_that_was_replaced_by_an_older_copy_is_reported_here_too() {
    let desk = Desk::new();
    let older = std::fs::read(&desk.path).unwrap();
    let mut host = desk.open();
    send(&mut host, incident("VPN down in Lyon")).unwrap();
    drop(host);
    drop(reader(&desk, "far"));
    for ending in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(desk.path.with_extension(format!("desk{ending}")));
    }
    std::fs::write(&desk.path, older).unwrap();
    let far = reader(&desk, "far");
    let until = Instant::now() + Duration::from_secs(60);
    let mut news = far.news();
    while news.is_empty() && Instant::now() < until {
        far.refresh(Duration::from_secs(60));
        news = far.news();
    }
    assert!(
        news[0].contains("it now ends at entry 1, and entries 2 to 2 that this machine had seen are gone"),
        "{news:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn over_a_file_system_that_fails_at_any_operation_the_last_good_copy_stays_and_nothing_is_ever_written() {
    use crate::drive::{Drive, Fault};
    use fuser::Errno;
    let Some(drive) = Drive::mount(false) else { return };
    let mut host = crate::desk::found(&drive.behind("ops.desk"));
    let nearby = near(&drive.here().join("far"));
    drive.weather.reset();
    // By the operating system's own word: it is FUSE.
    let far = Store::open_near(&drive.file("ops.desk"), &nearby, &mut |_, _| {}).unwrap();
    assert!(far.only_read().unwrap().why.contains("fuse of deskhand-test at "), "{:?}", far.only_read());
    let mut done = drive.weather.done();
    let all = done.len();
    assert!(all > 10, "{done:?}");
    for (at, fault) in (0..all).map(|at| (at, if at % 3 == 0 { Fault::Hangs } else { Fault::Fails(Errno::EIO) })) {
        let newest = send(&mut host, incident("VPN down in Lyon")).unwrap().seq.unwrap();
        drive.weather.brews(at, 2, fault);
        far.refresh(Duration::from_millis(50));
        let seen = far.read().unwrap().newest().unwrap();
        assert!(seen == newest || seen.0 == newest.0 - 1, "{seen:?} of {newest:?}");
        done.extend(drive.weather.done());
        drive.weather.clears();
        comes_to(&far, newest.0);
        done.extend(drive.weather.done());
    }
    let read = ["look", "lookup", "open", "read", "stat", "attributes", "list"];
    done.retain(|what| !read.contains(&what.split(' ').next().unwrap()));
    assert_eq!(done, [] as [&str; 0]);
}
