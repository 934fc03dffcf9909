//! Undo and redo: of one edit, of many, of opening, merging and importing.

use super::*;

#[test]
fn undo_takes_back_one_edit_and_redo_is_undoing_the_undo() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let changed = desk.set(id, Field::Title, "Mail is very slow");
    let undone = desk.undo(&changed);
    assert_eq!(desk.ticket(id).title, "Mail is slow");
    desk.undo(&undone);
    assert_eq!(desk.ticket(id).title, "Mail is very slow");
    assert_eq!(desk.finds("very"), ["INC-1"]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn a_bulk_edit_of_500_tickets_is_one_entry_and_one_undo() {
    let mut desk = Desk::new();
    let ids: Vec<TicketId> = (0..500).map(|n| desk.open(&format!("Ticket {n}"))).collect();
    let bulk = Command::Edit {
        on: ids.iter().map(|id| (*id).into()).collect(),
        set: Edit::from([(Field::Urgency, Value::Int(1))]),
        tag: vec![String::from("storm")],
        untag: Vec::new(),
    };
    let receipt = desk.done(bulk);
    assert_eq!(receipt.summary, "set urgency, +storm of 500 tickets");
    assert_eq!(
        desk.store
            .read()
            .unwrap()
            .count(&"tag:storm prio:3".parse().unwrap(), &Asker { me: None, moment: desk.moment }),
        Ok(500)
    );
    desk.undo(&receipt);
    assert_eq!(desk.finds("tag:storm"), [] as [&str; 0]);
    assert_eq!(desk.finds("urgency:1"), [] as [&str; 0]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn undo_names_the_later_change_that_stands_in_the_way_and_changes_nothing() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let first = desk.set(id, Field::Title, "Mail is very slow");
    let second = desk.set(id, Field::Title, "No mail at all");
    let refused = desk.refused(Command::Undo { seq: first.seq.unwrap(), settled: Vec::new() });
    assert!(refused.contains(&format!("entry {} of the journal", second.seq.unwrap())), "{refused}");
    assert_eq!(desk.ticket(id).title, "No mail at all");
    // An unrelated later change does not stand in the way.
    desk.set(id, Field::Ci, "mx1");
    desk.undo(&second);
    assert_eq!((desk.ticket(id).title.as_str(), desk.ticket(id).ci.as_deref()), ("Mail is very slow", Some("mx1")));
}

#[test]
fn opening_is_undone_unless_something_stands_on_it() {
    let mut desk = Desk::new();
    let opened = desk.done(incident("By mistake"));
    desk.undo(&opened);
    assert_eq!(desk.finds(""), [] as [&str; 0]);
    let again = desk.done(incident("On purpose"));
    assert_eq!(again.tickets[0].to_string(), "INC-2", "numbers are never reused");
    let id = desk.store.read().unwrap().ticket_numbered(again.tickets[0]).unwrap().id;
    let noted = desk.done(note(id, "Somebody worked on it."));
    let refused = desk.refused(Command::Undo { seq: again.seq.unwrap(), settled: Vec::new() });
    assert!(refused.contains(&format!("entry {} of the journal", noted.seq.unwrap())), "{refused}");
    desk.undo(&noted);
    desk.undo(&again);
    assert_eq!(desk.finds(""), [] as [&str; 0]);
}

#[test]
fn a_merge_moves_everything_and_its_undo_puts_everything_back() {
    let mut desk = Desk::new();
    let (keep, gone) = (desk.open("VPN down"), desk.open("Remote access broken"));
    desk.done(note(gone, "The certificate has expired."));
    desk.done(Command::Task { on: gone, change: TaskChange::Add(String::from("Renew it")) });
    desk.done(Command::Edit {
        on: vec![gone.into()],
        set: Edit::new(),
        tag: vec![String::from("vpn")],
        untag: Vec::new(),
    });
    let before = desk.store.read().unwrap().sheet(gone).unwrap();
    let merged = desk.done(Command::Merge { from: vec![gone.into()], into: keep });
    let sheet = desk.store.read().unwrap().sheet(keep).unwrap();
    assert_eq!((sheet.tags.as_slice(), sheet.tasks.len(), sheet.entries.len()), (&[String::from("vpn")][..], 1, 2));
    assert_eq!(desk.ticket(gone).merged_into.map(|n| n.to_string()).as_deref(), Some("INC-1"));
    assert_eq!(desk.finds("certificate"), ["INC-1"]);
    desk.undo(&merged);
    let after = desk.store.read().unwrap().sheet(gone).unwrap();
    assert_eq!((after.tags, after.tasks, after.entries), (before.tags, before.tasks, before.entries));
    assert_eq!(desk.ticket(gone).state, "new");
    assert_eq!(desk.finds("certificate"), ["INC-2"]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn taking_back_takes_the_right_that_doing_took_and_a_desk_keeps_an_admin() {
    let mut desk = Desk::new();
    let anna = desk.store.read().unwrap().find_person("anna").unwrap();
    let bea = person(&mut desk, "bea", "agent");
    let promoted = desk.done(with_roles(&bea, "admin"));
    desk.done(with_roles(&anna, "agent"));
    assert!(
        desk.refused(Command::Undo { seq: promoted.seq.unwrap(), settled: Vec::new() })
            .contains("may not change people")
    );
    desk.author.login = String::from("bea");
    assert_eq!(
        desk.refused(Command::Undo { seq: promoted.seq.unwrap(), settled: Vec::new() }),
        "that would leave the desk without an admin; make another one first"
    );
}

#[test]
fn undo_finds_what_it_would_put_back_there_already() {
    let mut desk = Desk::new();
    let (id, other) = (desk.open("Mail is slow"), desk.open("No mail"));
    desk.done(tags(id, &["vpn"], &[]));
    let untagged = desk.done(tags(id, &[], &["vpn"]));
    desk.done(tags(id, &["vpn"], &[]));
    desk.undo(&untagged);
    assert_eq!(desk.finds("tag:vpn"), ["INC-1"]);
    let link = Command::Link { from: id, relation: Relation::Relates, to: other };
    desk.done(link.clone());
    let unlinked = desk.done(Command::Unlink { from: id, to: other, relation: None });
    desk.done(link);
    desk.undo(&unlinked);
    assert_eq!(desk.finds("linked:INC-2"), ["INC-1"]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn a_newcomer_undoes_and_redoes_the_first_change_also_after_the_second() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    desk.author.login = String::from("bob");
    let first = desk.done(note(id, "hello"));
    let undone = desk.undo(&first);
    let redone = desk.undo(&undone);
    desk.done(note(id, "again"));
    desk.undo(&redone);
    let notes: Vec<String> =
        desk.store.read().unwrap().entries(id).unwrap().into_iter().map(|entry| entry.text).collect();
    assert_eq!(notes, ["again"]);
}

#[test]
fn a_redo_never_reaches_back_behind_newer_work() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let changed = desk.set(id, Field::Title, "Mail is very slow");
    desk.undo(&changed);
    assert!(desk.store.read().unwrap().last_undo_of("anna").unwrap().is_some());
    desk.set(id, Field::Ci, "mx1");
    assert_eq!(desk.store.read().unwrap().last_undo_of("anna").unwrap(), None);
}

fn task(on: TicketId, change: TaskChange) -> Command {
    Command::Task { on, change }
}

fn tasks(desk: &Desk, id: TicketId) -> Vec<String> {
    let tasks = desk.store.read().unwrap().tasks(id).unwrap();
    tasks.iter().map(|task| format!("{} {}", task.position, task.text)).collect()
}

#[test]
fn a_task_that_comes_back_gets_a_number_of_its_own() {
    let mut desk = Desk::new();
    let id = desk.open("Move the mail server");
    for text in ["Back up", "Move"] {
        desk.done(task(id, TaskChange::Add(String::from(text))));
    }
    let removed = desk.done(task(id, TaskChange::Remove(2)));
    desk.done(task(id, TaskChange::Add(String::from("Tell the users"))));
    let undone = desk.undo(&removed);
    assert_eq!(tasks(&desk, id), ["1 Back up", "2 Tell the users", "3 Move"]);
    desk.undo(&undone);
    assert_eq!(tasks(&desk, id), ["1 Back up", "2 Tell the users"]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn a_task_that_comes_back_from_a_merge_gets_a_number_of_its_own() {
    let mut desk = Desk::new();
    let (keep, gone) = (desk.open("VPN down"), desk.open("Remote access broken"));
    desk.done(task(gone, TaskChange::Add(String::from("Renew it"))));
    let merged = desk.done(Command::Merge { from: vec![gone.into()], into: keep });
    desk.done(task(gone, TaskChange::Add(String::from("Call back"))));
    desk.undo(&merged);
    assert_eq!(tasks(&desk, gone), ["1 Call back", "2 Renew it"]);
}

#[test]
fn several_commands_are_one_entry_and_one_undo() {
    let mut desk = Desk::new();
    let (a, b) = (desk.open("VPN down"), desk.open("Mail is slow"));
    let add = |on| task(on, TaskChange::Add(String::from("Call back")));
    let done = desk.done(Command::Each(vec![add(a), add(b), add(b)]));
    assert_eq!(done.summary, "added task 1 to INC-1: Call back, and 2 more like it");
    assert_eq!(tasks(&desk, b), ["1 Call back", "2 Call back"]);
    desk.undo(&done);
    assert_eq!((tasks(&desk, a).len(), tasks(&desk, b).len()), (0, 0));
    let broken = Command::Each(vec![add(a), task(b, TaskChange::Remove(9))]);
    assert!(desk.refused(broken).contains("has no task 9"));
    assert_eq!(tasks(&desk, a).len(), 0, "all or none");
}
