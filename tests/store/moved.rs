//! A desk that is moved or replaced by a backup, while others work and while the mover is killed.

use std::path::{Path, PathBuf};

use deskhand::desk::command::Request;
use deskhand::store::{Class, Nearby, Relocation, Store, believe, restore};

use crate::child::{Role, Worker};
use crate::desk::{author, incident, journal, moment, nearby, send};

/// The steps of a move, in order.
const STEPS: [&str; 6] = ["Locked", "Verified", "Kept", "Posted", "Appeared", "Unlocked"];

/// Two places for a desk, one of which counts as a network drive.
struct Places {
    folder: tempfile::TempDir,
}

impl Places {
    fn new() -> Places {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("drive")).unwrap();
        believe(vec![(folder.path().join("drive"), Class::Network)]);
        Places { folder }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self, place: &Path) -> Result<Store, String> {
        Store::open_near(place, &self.near(place), &mut |_, _| {}).map_err(|refusal| refusal.to_string())
    }

    /// What anna keeps of a desk at a place.
    fn near(&self, place: &Path) -> Nearby {
        nearby(&self.place("anna").join(place.parent().unwrap().file_name().unwrap()))
    }

    /// Makes a desk with one ticket.
    fn found(&self, place: &Path) {
        let mut desk = Store::build_near(place, &self.near(place), &author(), &moment(), "ops", |_| Ok(())).unwrap();
        send(&mut desk, incident("Mail is slow")).unwrap();
    }

    /// Lets another process do something with the desk until it is at a step.
    fn until(&self, role: Role, desk: &Path, with: &Path, step: &str) -> Option<Worker> {
        let drive = format!("DESKHAND_TEST_DRIVE={}", self.place("drive").display());
        let near = format!("DESKHAND_TEST_NEAR={}", self.place("mover").display());
        let stops = format!("DESKHAND_TEST_STOPS={step}");
        let mut mover = Worker::start_by(&["env", &drive, &near, &stops], role, desk, &with.to_string_lossy());
        let said = mover.says().unwrap();
        (said == format!("at {step}")).then_some(mover)
    }
}

fn entries(store: &Store) -> usize {
    journal(store).0.len()
}

fn move_killed_at_each_step(from: &str, to: &str) {
    for step in STEPS {
        let places = Places::new();
        let (from, to) = (places.place(from), places.place(to));
        places.found(&from);
        // On a local disk there is no lock of ours to take or give back.
        let Some(mover) = places.until(Role::Relocate, &from, &to, step) else { continue };
        mover.killed();
        let (old, new) = (places.open(&from), places.open(&to));
        match step {
            "Locked" | "Verified" | "Kept" => {
                assert_eq!(entries(&old.unwrap()), 2, "{step}");
                assert!(new.is_err(), "{step}");
            }
            "Posted" => {
                let told = old.map(|_| ()).unwrap_err();
                let advice = format!("finish it: deskhand --db {} relocate {}", from.display(), to.display());
                assert!(told.ends_with(&advice), "{told}");
                let told = new.map(|_| ()).unwrap_err();
                assert!(told.contains("it was being moved here; run the same relocate again"), "{told}");
            }
            _ => assert!(old.map(|_| ()).unwrap_err().contains("was moved to"), "{step}"),
        }
        if matches!(step, "Locked" | "Verified" | "Kept" | "Posted") {
            // Later: two moves of one second would have one name for what is kept.
            let done = Relocation::plan(&from, &to).unwrap();
            let done = done.carry_out(&places.near(&from), moment().now.plus(5_000)).unwrap();
            assert!(done.kept.exists(), "{step}");
        }
        let mut moved = places.open(&to).unwrap();
        assert_eq!((entries(&moved), moved.verify().unwrap()), (2, vec![]), "{step}");
        assert!(send(&mut moved, incident("Printer on fire")).unwrap().seq.is_some(), "{step}");
        drop(moved);
        // And back: nothing that was left stands in the way.
        let back = Relocation::plan(&to, &from).unwrap();
        back.carry_out(&places.near(&to), moment().now.plus(10_000)).unwrap();
        let back = places.open(&from).unwrap();
        assert_eq!((entries(&back), back.verify().unwrap()), (3, vec![]), "{step}");
    }
}

#[test]
fn a_move_to_a_drive_killed_at_any_step_leaves_a_whole_desk_and_is_finished_by_the_next_try() {
    move_killed_at_each_step("ops.desk", "drive/ops.desk");
}

#[test]
fn a_move_from_a_drive_killed_at_any_step_leaves_a_whole_desk_and_is_finished_by_the_next_try() {
    move_killed_at_each_step("drive/ops.desk", "ops.desk");
}

#[test]
fn others_work_on_while_what_is_moved_is_verified_and_what_they_did_is_moved_too() {
    let places = Places::new();
    let (from, to) = (places.place("drive/ops.desk"), places.place("ops.desk"));
    places.found(&from);
    let mut mover = places.until(Role::Relocate, &from, &to, "Verified").unwrap();
    let mut bob = places.open(&from).unwrap();
    assert!(send(&mut bob, incident("Printer on fire")).unwrap().seq.is_some());
    mover.go();
    assert_eq!(mover.says().as_deref(), Some("moved up to 3"));
    mover.rest();
    assert_eq!(entries(&places.open(&to).unwrap()), 3);
}

fn restore_killed_at_each_step(place: &str) {
    for step in STEPS {
        let places = Places::new();
        let desk = places.place(place);
        places.found(&desk);
        let mut open = places.open(&desk).unwrap();
        let saved = open.backup(&places.place("saved"), moment().now).unwrap().path;
        send(&mut open, incident("Printer on fire")).unwrap();
        drop(open);
        let Some(worker) = places.until(Role::Restore, &desk, &saved, step) else { continue };
        worker.killed();
        match step {
            "Locked" | "Verified" | "Kept" => assert_eq!(entries(&places.open(&desk).unwrap()), 3, "{step}"),
            "Posted" => {
                let told = places.open(&desk).map(|_| ()).unwrap_err();
                assert!(told.contains("a backup was being put in the place of"), "{told}");
                let whole = told.split(" restore ").nth(1).unwrap().split(". What").next().unwrap();
                let again = moment().now.plus(5_000);
                let kept = restore(Path::new(whole), &desk, &places.near(&desk), again).unwrap().unwrap();
                assert!(kept.exists() && !Path::new(whole).exists());
            }
            _ => {}
        }
        if matches!(step, "Locked" | "Verified" | "Kept") {
            let again = moment().now.plus(5_000);
            restore(&saved, &desk, &places.near(&desk), again).unwrap();
        }
        let mut restored = places.open(&desk).unwrap();
        let request = Request::new(incident("Fan is loud"));
        restored.refresh(std::time::Duration::from_secs(60));
        if restored.is_outdated() {
            restored = places.open(&desk).unwrap();
        }
        assert_eq!((entries(&restored), restored.verify().unwrap()), (2, vec![]), "{step}");
        assert!(restored.execute(&request, &author(), &moment()).unwrap().seq.is_some(), "{step}");
    }
}

#[test]
fn a_restore_on_a_drive_killed_at_any_step_leaves_a_whole_desk_and_is_finished_by_the_next_try() {
    restore_killed_at_each_step("drive/ops.desk");
}

#[test]
fn a_restore_on_a_local_disk_killed_at_any_step_leaves_a_whole_desk_and_is_finished_by_the_next_try() {
    restore_killed_at_each_step("ops.desk");
}
