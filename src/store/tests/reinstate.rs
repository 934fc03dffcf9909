//! Single tickets put back from a backup.

use super::*;
use crate::desk::command::Reinstate;

/// A desk with a ticket that has some of everything, saved, and the backup.
fn saved() -> (Desk, TicketId, TicketId, Store) {
    let mut desk = Desk::new();
    let (id, other) = (desk.open("Mail is slow"), desk.open("Disk is full"));
    desk.done(Command::Write { on: vec![id.into()], public: true, text: String::from("We look into it.") });
    desk.done(Command::Edit {
        on: vec![id.into()],
        set: Edit::new(),
        tag: vec![String::from("mail")],
        untag: Vec::new(),
    });
    desk.done(Command::Link { from: id, relation: Relation::CausedBy, to: other });
    desk.done(Command::Task { on: id, change: TaskChange::Add(String::from("ask the provider")) });
    desk.done(Command::Attach {
        on: vec![id],
        name: String::from("mail.log"),
        media: String::from("text/plain"),
        bytes: b"550 no".to_vec(),
    });
    let backup = desk.store.backup(&desk.folder.path().join("saved"), desk.moment.now).unwrap();
    let backup = Store::open_backup(&backup.path).unwrap();
    (desk, id, other, backup)
}

fn wanted(backup: &Store, ids: &[TicketId]) -> Reinstate {
    backup.read().unwrap().recover("saved", ids).unwrap()
}

/// What a ticket is, with what belongs to it; times of change left out.
fn whole(store: &Store, id: TicketId) -> String {
    let mut told = store.read().unwrap().recover("", &[id]).unwrap().tickets.remove(0);
    (told.ticket.version, told.ticket.updated) = (Seq(0), Timestamp(0));
    told.rows.sort_by_key(|row| (row.table.clone(), row.id));
    format!("{told:?}")
}

#[test]
fn a_ticket_is_put_back_as_it_was_in_one_entry_that_can_be_undone() {
    let (mut desk, id, other, backup) = saved();
    let before = whole(&backup, id);
    desk.set(id, Field::Title, "asdf");
    desk.done(Command::Edit {
        on: vec![id.into()],
        set: Edit::from([(Field::Urgency, Value::Int(1))]),
        tag: vec![String::from("wrong")],
        untag: vec![String::from("mail")],
    });
    desk.done(Command::Unlink { from: id, to: other, relation: None });
    desk.done(Command::Task { on: id, change: TaskChange::Done(1, true) });
    desk.done(Command::Task { on: id, change: TaskChange::Add(String::from("nonsense")) });
    let spoilt = whole(&desk.store, id);
    let receipt = desk.done(Command::Reinstate(wanted(&backup, &[id])));
    assert_eq!(receipt.summary, "put INC-1 back as of entry 8 (saved)");
    assert_eq!(whole(&desk.store, id), before);
    assert_eq!(desk.finds("tag:mail"), ["INC-1"]);
    assert_eq!(desk.finds("slow"), ["INC-1"]);
    assert_eq!(desk.done(Command::Reinstate(wanted(&backup, &[id]))).seq, None, "nothing is left to do");
    desk.undo(&receipt);
    assert_eq!(whole(&desk.store, id), spoilt);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn what_was_written_since_stays() {
    let (mut desk, id, _, backup) = saved();
    desk.set(id, Field::Title, "asdf");
    desk.done(Command::Write { on: vec![id.into()], public: true, text: String::from("It is mended.") });
    desk.done(Command::LogTime { on: id, minutes: 30, text: String::new() });
    desk.done(Command::Reinstate(wanted(&backup, &[id])));
    let sheet = desk.store.read().unwrap().sheet(id).unwrap();
    assert_eq!(sheet.ticket.title, "Mail is slow");
    let texts: Vec<&str> = sheet.entries.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["We look into it.", "It is mended."]);
    assert_eq!(sheet.worklog.len(), 1);
}

#[test]
fn a_ticket_that_is_gone_comes_back_under_its_number() {
    let mut desk = Desk::new();
    let opened = desk.done(incident("Mail is slow"));
    let id = TicketId(1);
    desk.open("Disk is full");
    let backup = desk.store.backup(&desk.folder.path().join("saved"), desk.moment.now).unwrap();
    let backup = Store::open_backup(&backup.path).unwrap();
    let before = whole(&backup, id);
    desk.undo(&opened);
    assert_eq!(desk.finds("slow"), [] as [&str; 0]);
    let receipt = desk.done(Command::Reinstate(wanted(&backup, &[id])));
    assert_eq!(whole(&desk.store, id), before);
    assert_eq!(desk.finds("slow"), ["INC-1"]);
    assert_eq!(receipt.tickets, [Number { kind: Kind::Incident, n: 1 }]);
    desk.undo(&receipt);
    assert_eq!(desk.finds("slow"), [] as [&str; 0]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn a_merged_ticket_gets_its_notes_back_from_the_one_that_took_it_over() {
    let (mut desk, id, other, backup) = saved();
    let before = whole(&backup, id);
    desk.done(Command::Merge { from: vec![id.into()], into: other });
    assert_eq!(desk.store.read().unwrap().sheet(other).unwrap().entries.len(), 2, "the reply, and a note of the merge");
    desk.done(Command::Reinstate(wanted(&backup, &[id])));
    assert_eq!(whole(&desk.store, id), before);
    assert_eq!(desk.store.read().unwrap().sheet(other).unwrap().entries.len(), 1);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn two_linked_tickets_come_back_with_one_link() {
    let (mut desk, id, other, backup) = saved();
    desk.done(Command::Unlink { from: id, to: other, relation: None });
    desk.done(Command::Link { from: other, relation: Relation::Relates, to: id });
    desk.done(Command::Reinstate(wanted(&backup, &[id, other])));
    assert_eq!(whole(&desk.store, id), whole(&backup, id));
    assert_eq!(whole(&desk.store, other), whole(&backup, other));
}

#[test]
fn putting_back_takes_the_right_to_undo_what_others_did() {
    let (mut desk, id, _, backup) = saved();
    desk.set(id, Field::Title, "asdf");
    desk.author.login = String::from("ben");
    assert!(desk.refused(Command::Reinstate(wanted(&backup, &[id]))).contains("undo what others did"));
}
