//! `kill -9` at random moments: what was acknowledged is there, at most one more is, and the desk is whole.

use std::collections::HashSet;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use deskhand::store::Store;

use crate::child::{Role, Worker};
use crate::desk::{Desk, copy_with_log, incident, journal, lies_on_a_drive, nearby, send, whole_entries, with};

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let rounds: u32 = std::env::var("DESKHAND_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let desk = Desk::new();
    send(&mut desk.open(), incident("Mail is slow")).unwrap();
    let mut rng = fastrand::Rng::with_seed(9);
    let mut before = 2;
    let mut acknowledged_in_all = 0;
    for round in 0..rounds {
        let mut worker = Worker::start(Role::Work, &desk.path, "100000");
        if round % 4 > 0 {
            assert_eq!(worker.says().as_deref(), Some("begun"));
        }
        // The moment is what is random here: in the first quarter of rounds it may be while the desk is being opened.
        std::thread::sleep(Duration::from_micros(rng.u64(0..25_000)));
        let acknowledged: Vec<String> = worker.killed().into_iter().filter(|line| line != "begun").collect();
        acknowledged_in_all += acknowledged.len();
        let store = desk.open();
        let reader = store.read().unwrap();
        for id in &acknowledged {
            assert_eq!(reader.has_done(deskhand::desk::id::CommandId(id.parse().unwrap())), Ok(true), "round {round}");
        }
        let now = usize::try_from(reader.newest().unwrap().0).unwrap();
        let more = now - before - acknowledged.len();
        assert!(more <= 1, "round {round}: {more} commands that nobody was told of");
        before = now;
        drop(reader);
        if round % 50 == 49 {
            assert_eq!(store.verify().unwrap(), []);
        }
    }
    // A busy machine gets little done between two kills; something it must.
    assert!(acknowledged_in_all > 0, "no command in {rounds} rounds");
    let (ids, gapless) = journal(&desk.open());
    assert!(gapless);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), before);
    desk.is_whole();
}

#[test]
fn a_desk_that_was_copied_to_a_drive_with_a_log_is_whole_wherever_its_first_user_is_killed() {
    for step in ["Locked", "LogRead", "LogTakenIn", "LogGone", "Opened"] {
        let folder = tempfile::tempdir().unwrap();
        let desk = folder.path().join("ops.desk");
        copy_with_log(folder.path(), &desk);
        let file = std::fs::metadata(&desk).unwrap().ino();
        let mut first = Worker::start_near(Role::Open, &desk, "", &folder.path().join("bob"), step);
        assert_eq!(first.says(), Some(format!("at {step}")));
        first.killed();
        assert_eq!(whole_entries(folder.path(), &desk), 2, "{step}");
        lies_on_a_drive(&desk);
        let mut store = Store::open_near(&desk, &nearby(&folder.path().join("anna")), &mut |_, _| {}).unwrap();
        send(&mut store, incident("Printer on fire")).unwrap();
        assert_eq!((journal(&store).0.len(), whole_entries(folder.path(), &desk)), (3, 3), "{step}");
        assert_eq!((std::fs::metadata(&desk).unwrap().ino(), with(&desk, "-wal").exists()), (file, false), "{step}");
    }
}
