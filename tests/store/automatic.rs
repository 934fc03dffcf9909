//! Backups that are taken by themselves, and single tickets that come back from one.

use std::path::{Path, PathBuf};

use deskhand::desk::command::{Command, Record};
use deskhand::desk::id::TicketId;
use deskhand::desk::time::{DAY, HOUR, Timestamp};
use deskhand::store::Store;

use crate::child::{Role, Worker};
use crate::desk::{Desk, found, incident, journal, lies_on_a_drive, moment, near, send};

/// Has the desk at `store` backed up into `folder`, every day, with the numbers that are shipped.
fn configure(store: &mut Store, folder: &str) {
    let text = store.read().unwrap().settings().unwrap().into_iter().find(|(name, _)| name == "desk.toml").unwrap().1;
    let text = text.replace("folder = \"\"", &format!("folder = \"{folder}\""));
    send(store, Command::Register(Record::Settings(vec![(String::from("desk.toml"), Some(text))]))).unwrap();
}

fn after(span: i64) -> Timestamp {
    moment().now.plus(span)
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.filter(|name| !name.ends_with(".backup-lock")).collect();
    names.sort();
    names
}

fn backed_up() -> (Desk, Store, PathBuf) {
    let desk = Desk::new();
    let mut store = desk.open();
    configure(&mut store, "saved");
    send(&mut store, incident("Mail is slow")).unwrap();
    let folder = desk.folder.path().join("saved");
    (desk, store, folder)
}

#[test]
fn without_a_folder_nothing_is_backed_up_and_with_one_when_it_is_due() {
    let desk = Desk::new();
    let mut store = desk.open();
    assert_eq!(store.back_up_if_due(after(0)).unwrap(), None);
    configure(&mut store, "saved");
    let saved = store.back_up_if_due(after(0)).unwrap().unwrap();
    assert_eq!(saved.path, desk.folder.path().join("saved/ops-20260921T141320Z-auto.desk"));
    assert_eq!(Store::open_backup(&saved.path).unwrap().verify().unwrap(), []);
    assert_eq!(store.back_up_if_due(after(23 * HOUR)).unwrap(), None);
    assert!(store.back_up_if_due(after(DAY)).unwrap().is_some());
    assert_eq!(store.newest_backup(&desk.folder.path().join("saved")).unwrap().unwrap().0, after(DAY));
}

#[test]
fn a_desk_on_a_drive_is_backed_up_from_the_drive_when_it_is_due() {
    let desk = Desk::new();
    lies_on_a_drive(&desk.path);
    let nearby = near(&desk.folder.path().join("anna"));
    let mut store = Store::open_near(&desk.path, &nearby, &mut |_, _| {}).unwrap();
    configure(&mut store, "saved");
    send(&mut store, incident("Mail is slow")).unwrap();
    let saved = store.back_up_if_due(after(0)).unwrap().unwrap();
    assert_eq!(saved.path, desk.folder.path().join("saved/ops-20260921T141320Z-auto.desk"));
    assert_eq!((saved.newest.0, Store::open_backup(&saved.path).unwrap().verify().unwrap()), (3, vec![]));
    assert_eq!(store.back_up_if_due(after(23 * HOUR)).unwrap(), None);
}

#[test]
fn old_backups_go_and_files_of_others_stay() {
    let (desk, store, folder) = backed_up();
    std::fs::create_dir(&folder).unwrap();
    // By hand, of another desk of the same name, of another program: none is ours to take away.
    store.backup(&folder, after(-300 * DAY)).unwrap();
    let other = desk.folder.path().join("elsewhere");
    std::fs::create_dir(&other).unwrap();
    drop(found(&other.join("ops.desk")));
    std::fs::copy(other.join("ops.desk"), folder.join("ops-20250101T000000Z-auto.desk")).unwrap();
    std::fs::write(folder.join("ops-20250102T000000Z-auto.desk"), "notes").unwrap();
    std::fs::write(folder.join("ops-20250103T000000Z-auto.desk.part-77"), "half").unwrap();
    for day in 0..30 {
        store.back_up_if_due(after(day * DAY)).unwrap().unwrap();
    }
    let kept = names(&folder);
    assert_eq!(
        kept.iter().map(|name| &name[4..]).collect::<Vec<_>>(),
        [
            "20250101T000000Z-auto.desk",
            "20250102T000000Z-auto.desk",
            "20250103T000000Z-auto.desk.part-77",
            "20251125T141320Z.desk",
            "20260930T141320Z-auto.desk",
            "20261004T141320Z-auto.desk",
            "20261011T141320Z-auto.desk",
            "20261014T141320Z-auto.desk",
            "20261015T141320Z-auto.desk",
            "20261016T141320Z-auto.desk",
            "20261017T141320Z-auto.desk",
            "20261018T141320Z-auto.desk",
            "20261019T141320Z-auto.desk",
            "20261020T141320Z-auto.desk",
        ]
    );
}

#[test]
fn what_a_process_that_died_began_long_ago_goes() {
    let (_desk, store, folder) = backed_up();
    std::fs::create_dir(&folder).unwrap();
    let (old, new) =
        (folder.join("ops-20250103T000000Z-auto.desk.part-77"), folder.join("ops-20250104T000000Z-auto.desk.part-78"));
    std::fs::write(&new, "half").unwrap();
    let file = std::fs::File::create(&old).unwrap();
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(100_000)).unwrap();
    store.back_up_if_due(after(0)).unwrap().unwrap();
    assert_eq!((old.exists(), new.exists()), (false, true));
}

#[test]
fn of_several_processes_one_takes_the_backup_while_others_write() {
    let (desk, _store, folder) = backed_up();
    let mut busy = Worker::start(Role::Work, &desk.path, "60");
    assert_eq!(busy.says().as_deref(), Some("begun"));
    let mut keepers: Vec<Worker> = (0..4).map(|_| Worker::start(Role::Keep, &desk.path, "")).collect();
    for keeper in &mut keepers {
        assert_eq!(keeper.says().as_deref(), Some("ready"));
    }
    keepers.iter_mut().for_each(Worker::go);
    let said: Vec<String> = keepers.into_iter().flat_map(Worker::rest).collect();
    assert_eq!(said.iter().filter(|line| *line == "saved").count(), 1, "{said:?}");
    assert_eq!(said.iter().filter(|line| *line == "none due").count(), 3, "{said:?}");
    assert_eq!(busy.rest().len(), 60);
    assert_eq!(names(&folder).len(), 1);
    let copy = Store::open_backup(&folder.join(&names(&folder)[0])).unwrap();
    assert_eq!(copy.verify().unwrap(), []);
}

#[test]
fn a_folder_that_can_not_be_written_is_told_and_work_goes_on() {
    let desk = Desk::new();
    let mut store = desk.open();
    std::fs::write(desk.folder.path().join("file"), "").unwrap();
    configure(&mut store, "file/saved");
    let told = store.back_up_if_due(after(0)).unwrap_err().to_string();
    assert!(told.starts_with("no backup: ") && told.contains("file/saved can't be written"), "{told}");
    send(&mut store, incident("Mail is slow")).unwrap();
    desk.is_whole();
}

#[test]
fn a_ticket_comes_back_only_from_this_desk_at_an_earlier_time() {
    let (desk, mut store, _) = backed_up();
    let early = store.backup(&desk.folder.path().join("a"), after(0)).unwrap();
    send(&mut store, incident("Printer on fire")).unwrap();
    let late = store.backup(&desk.folder.path().join("b"), after(0)).unwrap();
    drop(store);
    deskhand::store::restore(&early.path, &desk.path, &crate::desk::nearby(desk.folder.path()), after(1_000)).unwrap();
    let mut store = desk.open();
    send(&mut store, incident("Door is stuck")).unwrap();
    let backup = Store::open_backup(&late.path).unwrap();
    let wanted = backup.read().unwrap().recover("late", &[TicketId(2)]).unwrap();
    let refused = send(&mut store, Command::Reinstate(wanted)).unwrap_err().to_string();
    assert!(refused.starts_with("late goes up to entry 4, which this desk does not have"), "{refused}");
    assert_eq!(journal(&store).0.len(), 4, "nothing was written");
    let elsewhere = desk.folder.path().join("other.desk");
    let mut other = found(&elsewhere);
    let wanted = Store::open_backup(&early.path).unwrap().read().unwrap().recover("early", &[TicketId(1)]).unwrap();
    let refused = send(&mut other, Command::Reinstate(wanted)).unwrap_err().to_string();
    assert_eq!(refused, "early is a backup of another desk");
}
