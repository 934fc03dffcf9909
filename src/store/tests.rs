//! The store as its users meet it: commands in, questions out, on a real file.

use std::path::PathBuf;

use super::*;
use crate::desk::command::{Command, OpenTicket, Record, Target, TaskChange};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{Kind, Number, TicketId};
use crate::desk::link::Relation;
use crate::desk::time::{DAY, Timestamp};

/// A desk in a folder of its own, with a clock that its test moves.
struct Desk {
    store: Store,
    author: Author,
    moment: Moment,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
        let moment = Moment::utc(Timestamp(1_790_000_000_000));
        let store = Store::create(&folder.path().join("ops.desk"), &author, &moment, "ops").unwrap();
        Desk { store, author, moment, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ops.desk")
    }

    fn try_do(&mut self, command: Command) -> Result<Receipt, Refusal> {
        self.moment.now = self.moment.now.plus(1_000);
        self.store.execute(&Request::new(command), &self.author, &self.moment)
    }

    #[track_caller]
    fn done(&mut self, command: Command) -> Receipt {
        self.try_do(command).unwrap()
    }

    #[track_caller]
    fn refused(&mut self, command: Command) -> String {
        self.try_do(command).unwrap_err().to_string()
    }

    fn open(&mut self, title: &str) -> TicketId {
        let receipt = self.done(incident(title));
        self.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id
    }

    fn ticket(&self, id: TicketId) -> crate::desk::ticket::Ticket {
        self.store.read().unwrap().ticket(id).unwrap()
    }

    fn set(&mut self, id: TicketId, field: Field, value: impl Into<Value>) -> Receipt {
        self.done(edit(id, field, value))
    }

    fn resolve(&mut self, id: TicketId) -> Receipt {
        self.done(resolve(id))
    }

    #[track_caller]
    fn undo(&mut self, receipt: &Receipt) -> Receipt {
        self.done(Command::Undo { seq: receipt.seq.unwrap() })
    }

    fn finds(&self, query: &str) -> Vec<String> {
        let reader = self.store.read().unwrap();
        let me = reader.person_by_login("anna").unwrap().map(|person| person.id);
        let asker = Asker { me, moment: self.moment };
        let page = reader.tickets(&query.parse().unwrap(), &asker, &PageFrom::Start, 100).unwrap();
        page.rows.iter().map(|(ticket, _)| ticket.number.to_string()).collect()
    }
}

fn incident(title: &str) -> Command {
    Command::Open(OpenTicket {
        kind: Kind::Incident,
        set: Edit::from([(Field::Title, Value::from(title))]),
        tags: Vec::new(),
        tasks: Vec::new(),
        links: Vec::new(),
        created: None,
    })
}

fn edit(id: TicketId, field: Field, value: impl Into<Value>) -> Command {
    Command::Edit { on: vec![id.into()], set: Edit::from([(field, value.into())]), tag: Vec::new(), untag: Vec::new() }
}

fn resolve(id: TicketId) -> Command {
    let set = Edit::from([
        (Field::ResolutionCode, Value::from("fixed")),
        (Field::Resolution, Value::from("Restarted the gateway.")),
    ]);
    Command::Move { on: vec![id.into()], to: String::from("resolved"), set, children: false }
}

fn note(id: TicketId, text: &str) -> Command {
    Command::Write { on: vec![id.into()], public: false, text: text.to_owned() }
}

#[test]
fn an_incident_is_opened_taken_worked_and_resolved() {
    let mut desk = Desk::new();
    let id = desk.open("VPN down in Lyon");
    assert_eq!(desk.ticket(id).state, "new");
    let me = desk.store.read().unwrap().find_person("anna").unwrap().id;
    desk.set(id, Field::Assignee, me.0);
    assert_eq!(desk.ticket(id).state, "assigned");
    let refused = desk.refused(Command::Move {
        on: vec![id.into()],
        to: String::from("resolved"),
        set: Edit::new(),
        children: false,
    });
    assert_eq!(refused, "To resolve INC-1, give resolution_code=… and resolution=…");
    desk.resolve(id);
    let ticket = desk.ticket(id);
    assert_eq!((ticket.state.as_str(), ticket.resolved), ("resolved", Some(desk.moment.now)));
    assert_eq!(desk.finds("is:resolved"), ["INC-1"]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn every_change_is_in_the_journal_with_before_and_after() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let receipt = desk.set(id, Field::Title, "Mail is very slow");
    let reader = desk.store.read().unwrap();
    let changes = reader.changes_of(receipt.seq.unwrap()).unwrap();
    assert_eq!(changes.len(), 1);
    let told: Vec<(String, Value, Value)> = changes[0].columns().map(|(name, a, b)| (name.to_owned(), a, b)).collect();
    assert_eq!(told, [(String::from("title"), Value::from("Mail is slow"), Value::from("Mail is very slow"))]);
    let entry = reader.transaction(receipt.seq.unwrap()).unwrap();
    assert_eq!((entry.author.as_str(), entry.host.as_str(), entry.verb.as_str()), ("anna", "lab", "edit"));
}

#[test]
fn the_same_command_twice_changes_the_desk_once() {
    let mut desk = Desk::new();
    let request = Request::new(incident("Printer on fire"));
    let first = desk.store.execute(&request, &desk.author, &desk.moment).unwrap();
    let again = desk.store.execute(&request, &desk.author, &desk.moment).unwrap();
    assert_eq!(first, again);
    assert_eq!(desk.finds(""), ["INC-1"]);
}

#[test]
fn a_write_by_hand_is_refused_by_the_file_itself() {
    let mut desk = Desk::new();
    desk.open("Mail is slow");
    let shell = rusqlite::Connection::open(desk.path()).unwrap();
    for sql in [
        "UPDATE ticket SET title = 'x'",
        "DELETE FROM ticket",
        "INSERT INTO person (login, name, roles) VALUES ('eve', 'Eve', 'admin')",
        "UPDATE counter SET last = 0",
        "DELETE FROM counter",
        "INSERT OR REPLACE INTO counter (name, last) VALUES ('ticket', 0)",
        "INSERT OR REPLACE INTO ticket SELECT * FROM ticket",
        "INSERT OR REPLACE INTO change SELECT * FROM change",
        "INSERT OR REPLACE INTO blob VALUES ('0', x'00')",
        "INSERT OR REPLACE INTO txn SELECT * FROM txn",
        "INSERT INTO txn (seq, command, at, author, host, verb, summary, body, receipt)
         VALUES (99, 'x', 0, 'eve', 'lab', 'edit', '', '{}', '{}')",
        "INSERT OR REPLACE INTO desk VALUES (1, 'x', 0)",
        "INSERT OR IGNORE INTO desk VALUES (1, 'x', 0)",
    ] {
        let error = shell.execute_batch(sql).unwrap_err().to_string();
        assert!(error.contains("a desk is changed by deskhand, not by hand: nothing was written"), "{sql}: {error}");
    }
    for sql in
        ["UPDATE txn SET author = 'eve'", "DELETE FROM txn", "DELETE FROM change", "UPDATE change SET after = NULL"]
    {
        let error = shell.execute_batch(sql).unwrap_err().to_string();
        assert!(error.starts_with("the journal is never rewritten"), "{sql}: {error}");
    }
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn not_even_deskhand_itself_can_write_an_entry_of_the_journal_again_or_out_of_turn() {
    let mut desk = Desk::new();
    desk.open("Mail is slow");
    for sql in [
        "INSERT OR REPLACE INTO txn SELECT * FROM txn WHERE seq = 1",
        "INSERT OR REPLACE INTO txn (seq, command, at, author, host, verb, summary, body, receipt)
         VALUES (99, 'x', 0, 'eve', 'lab', 'edit', '', '{}', '{}')",
        "INSERT OR REPLACE INTO txn (seq, command, at, author, host, verb, summary, body, receipt)
         SELECT 3, command, 0, 'eve', 'lab', 'edit', '', '{}', '{}' FROM txn WHERE seq = 2",
    ] {
        let error = desk.store.conn.execute_batch(sql).unwrap_err().to_string();
        assert!(error.starts_with("the journal is never rewritten"), "{sql}: {error}");
    }
    let error = desk.store.conn.execute_batch("INSERT OR REPLACE INTO desk VALUES (1, 'x', 0)").unwrap_err();
    assert_eq!(error.to_string(), "a desk keeps its identity");
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn an_entry_that_was_never_finished_is_told_as_damage_and_mended() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let shell = rusqlite::Connection::open(desk.path()).unwrap();
    shell.execute_batch("DROP TRIGGER txn_guards_insert").unwrap();
    shell
        .execute_batch(
            "INSERT INTO txn (seq, command, at, author, host, verb, summary, body, receipt)
             VALUES (3, 'x', 0, 'eve', 'lab', 'edit', 'by hand', '{}', '{}');
             UPDATE ticket SET ci = 'mx9';",
        )
        .unwrap();
    let refusal = desk.try_do(note(id, "can't be kept")).unwrap_err();
    assert_eq!(refusal.exit_code(), 5);
    let told = "entry 3 of the journal was never finished: somebody wrote into the file by hand";
    assert!(refusal.to_string().contains(told) && refusal.to_string().contains("deskhand verify --mend"), "{refusal}");
    assert_eq!(desk.store.verify().unwrap(), [Finding::Unsealed(Seq(3))]);
    let mended = desk.store.mend().unwrap();
    assert_eq!(mended, [Finding::Unsealed(Seq(3))]);
    assert_eq!(desk.store.verify().unwrap(), []);
    desk.done(note(id, "is kept"));
    assert_eq!(desk.ticket(id).ci.as_deref(), Some("mx9"), "what was written by hand is in the journal, to be undone");
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn a_full_text_that_was_emptied_by_hand_is_found_and_mended() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    desk.done(note(id, "The queue is full."));
    let shell = rusqlite::Connection::open(desk.path()).unwrap();
    shell
        .execute_batch("DELETE FROM ticket_text; INSERT INTO ticket_text (rowid, title) VALUES (77, 'ghost')")
        .unwrap();
    assert_eq!(desk.store.verify().unwrap(), [Finding::Unindexed(1), Finding::Unindexed(77)]);
    assert_eq!(desk.finds("queue"), [] as [&str; 0]);
    assert_eq!(desk.store.mend().unwrap(), [Finding::Unindexed(1), Finding::Unindexed(77)]);
    assert_eq!(desk.finds("queue"), ["INC-1"]);
    assert_eq!(desk.store.verify().unwrap(), []);
    assert_eq!(desk.store.mend().unwrap(), []);
}

#[test]
fn a_command_that_waited_for_another_goes_by_the_rules_as_they_are_then() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let documents = desk.store.read().unwrap().settings().unwrap();
    let (name, text) = documents.iter().find(|(name, _)| name == "workflow/incident.toml").unwrap();
    let without = Rules::read(documents.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap();
    assert!(without.workflow(Kind::Incident).unwrap().state("parked").is_none());
    let parked = format!(
        "{text}\n[[state]]\nname = \"parked\"\nphase = \"active\"\n\n[[transition]]\nfrom = [\"new\"]\nto = \"parked\"\nverb = \"park\"\n"
    );
    let change = Command::Register(Record::Settings(vec![(name.clone(), Some(parked))]));
    // Another process holds the lock, changes the workflow, and lets go.
    let (path, author, moment) = (desk.path(), desk.author.clone(), desk.moment);
    let holds = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let slow: &mut dyn FnMut(usize, usize) = &mut |_, _| {
                holds.wait();
                std::thread::sleep(std::time::Duration::from_millis(300));
            };
            let mut other = Store::open(&path).unwrap();
            other.execute_telling(&Request::new(change.clone()), &author, &moment, slow).unwrap();
        });
        holds.wait();
        desk.done(Command::Move { on: vec![id.into()], to: String::from("parked"), set: Edit::new(), children: false });
    });
    assert_eq!(desk.ticket(id).state, "parked");
}

#[test]
fn verify_names_the_entry_that_was_rewritten() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let receipt = desk.set(id, Field::Title, "Mail is very slow");
    let shell = rusqlite::Connection::open(desk.path()).unwrap();
    shell.execute_batch("DROP TRIGGER change_keeps").unwrap();
    let seq = receipt.seq.unwrap();
    shell.execute("UPDATE change SET before = '{\"title\":\"Mail is fine\"}' WHERE seq = ?1", [seq.0]).unwrap();
    assert_eq!(desk.store.verify().unwrap(), [Finding::Rewritten(seq)]);
}

#[test]
fn verify_names_the_table_that_was_changed_past_the_journal() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    desk.done(note(id, "NUL \0, quote \", \\ and \u{1b}[31m are text like any other"));
    desk.set(id, Field::Title, "Mail is very slow");
    assert_eq!(desk.store.verify().unwrap(), []);
    let shell = rusqlite::Connection::open(desk.path()).unwrap();
    shell.execute_batch("DROP TRIGGER ticket_guards_UPDATE; DROP TRIGGER ticket_journals_UPDATE").unwrap();
    shell.execute("UPDATE ticket SET title = 'Mail is fine' WHERE id = ?1", [id.0]).unwrap();
    assert_eq!(desk.store.verify().unwrap(), [Finding::Unjournaled("ticket")]);
}

#[test]
fn verify_finds_a_change_that_was_given_to_another_ticket() {
    let mut desk = Desk::new();
    let (id, other) = (desk.open("Mail is slow"), desk.open("No mail"));
    let receipt = desk.set(id, Field::Ci, "mx1");
    let shell = rusqlite::Connection::open(desk.path()).unwrap();
    shell.execute_batch("DROP TRIGGER change_keeps").unwrap();
    shell.execute("UPDATE change SET ticket = ?2 WHERE seq = ?1", [receipt.seq.unwrap().0, other.0]).unwrap();
    assert_eq!(desk.store.verify().unwrap(), [Finding::Rewritten(receipt.seq.unwrap())]);
}

#[test]
fn verify_reads_the_contents_of_attachments() {
    let mut desk = Desk::new();
    let on = desk.open("Mail is slow");
    for text in ["one", "two"] {
        let (name, media) = (format!("{text}.txt"), String::from("text/plain"));
        desk.done(Command::Attach { on, name, media, bytes: text.into() });
    }
    let sums: Vec<String> = desk.store.read().unwrap().attachments(on).unwrap().into_iter().map(|a| a.sha256).collect();
    let shell = rusqlite::Connection::open(desk.path()).unwrap();
    shell.execute_batch("DROP TRIGGER blob_keeps; DROP TRIGGER blob_stays").unwrap();
    shell.execute("UPDATE blob SET bytes = x'00' WHERE sha256 = ?1", [&sums[0]]).unwrap();
    shell.execute("DELETE FROM blob WHERE sha256 = ?1", [&sums[1]]).unwrap();
    assert_eq!(desk.store.verify().unwrap(), sums.into_iter().map(Finding::Contents).collect::<Vec<_>>());
}

#[test]
fn a_desk_that_was_replaced_meanwhile_takes_no_more_changes() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let saved = desk.store.backup(&desk.folder.path().join("backups"), desk.moment.now).unwrap();
    restore(&saved.path, &desk.path(), desk.moment.now).unwrap();
    let refusal = desk.try_do(note(id, "would be lost")).unwrap_err();
    assert_eq!(refusal.exit_code(), 4);
    assert!(refusal.to_string().contains("was replaced by another file since it was opened"), "{refusal}");
    desk.store = Store::open(&desk.path()).unwrap();
    desk.done(note(id, "is kept"));
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn edits_of_different_fields_merge_and_of_the_same_field_conflict() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let seen = Target { id, version: Some(desk.ticket(id).version) };
    let theirs = desk.set(id, Field::Title, "Mail is very slow");

    let other_field = Command::Edit {
        on: vec![seen],
        set: Edit::from([(Field::Ci, Value::from("mx1"))]),
        tag: Vec::new(),
        untag: Vec::new(),
    };
    desk.done(other_field);
    let ticket = desk.ticket(id);
    assert_eq!((ticket.title.as_str(), ticket.ci.as_deref()), ("Mail is very slow", Some("mx1")));

    let same_field = Command::Edit {
        on: vec![seen],
        set: Edit::from([(Field::Title, Value::from("No mail at all"))]),
        tag: Vec::new(),
        untag: Vec::new(),
    };
    let refused = desk.refused(same_field);
    let expected = format!(
        "INC-1 was changed meanwhile by anna (entry {} of the journal):\n  title: was 'Mail is slow', theirs 'Mail is very slow', yours 'No mail at all'",
        theirs.seq.unwrap().0 + 1
    );
    assert_eq!(refused, expected);
}

#[test]
fn a_record_changed_by_two_keeps_what_each_changed_or_names_who_was_first() {
    let mut desk = Desk::new();
    let bob = |mail: Option<&str>, role| Record::Person {
        id: None,
        login: String::from("bob"),
        name: String::from("Bob"),
        mail: mail.map(str::to_owned),
        roles: crate::desk::people::Roles::of(&[role]),
        active: true,
    };
    desk.done(Command::Register(bob(None, crate::desk::people::Role::Admin)));
    let seen = desk.store.read().unwrap().find_person("bob").unwrap();
    let revise = |change: &dyn Fn(&mut crate::desk::people::Person)| {
        let mut to = seen.clone();
        change(&mut to);
        Command::Revise { seen: Box::new(Record::from(seen.clone())), to: Box::new(Record::from(to)) }
    };
    let agent = crate::desk::people::Roles::of(&[crate::desk::people::Role::Agent]);
    let revoked = desk.done(revise(&|bob| bob.roles = agent.clone()));
    desk.done(revise(&|bob| bob.mail = Some(String::from("bob@lab"))));
    let now = desk.store.read().unwrap().find_person("bob").unwrap();
    assert_eq!((now.roles, now.mail.as_deref()), (agent.clone(), Some("bob@lab")));
    let viewer = crate::desk::people::Roles::of(&[crate::desk::people::Role::Lead]);
    let refused = desk.refused(revise(&|bob| bob.roles = viewer.clone()));
    let expected = format!(
        "person bob was changed meanwhile by anna (entry {} of the journal):\n  roles: was 'admin', theirs 'agent', yours 'lead'",
        revoked.seq.unwrap().0 + 1
    );
    assert_eq!(refused, expected);
    desk.undo(&revoked);
}

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
    let refused = desk.refused(Command::Undo { seq: first.seq.unwrap() });
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
    let refused = desk.refused(Command::Undo { seq: again.seq.unwrap() });
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
fn the_tasks_of_a_merged_ticket_line_up_behind_those_that_are_there() {
    let mut desk = Desk::new();
    let (keep, gone) = (desk.open("VPN down"), desk.open("Remote access broken"));
    for (id, text) in [(keep, "look"), (gone, "renew"), (gone, "tell")] {
        desk.done(Command::Task { on: id, change: TaskChange::Add(String::from(text)) });
    }
    let merged = desk.done(Command::Merge { from: vec![gone.into()], into: keep });
    let tasks = |desk: &Desk, id| {
        let tasks = desk.store.read().unwrap().tasks(id).unwrap();
        tasks.iter().map(|task| format!("{} {}", task.position, task.text)).collect::<Vec<_>>()
    };
    assert_eq!(tasks(&desk, keep), ["1 look", "2 renew", "3 tell"]);
    let history = desk.store.read().unwrap().history(keep).unwrap();
    let told: Vec<&Value> =
        history.last().unwrap().changes.iter().filter(|c| c.what == "task").map(|c| &c.after).collect();
    assert_eq!(told, [&Value::from("[ ] renew (from INC-2)"), &Value::from("[ ] tell (from INC-2)")]);
    desk.undo(&merged);
    assert_eq!(tasks(&desk, gone), ["1 renew", "2 tell"]);
}

#[test]
fn a_duplicate_follows_and_a_parent_offers_to_resolve_its_children() {
    let mut desk = Desk::new();
    let (parent, child, twin) = (desk.open("Site down"), desk.open("No phones"), desk.open("Site is down"));
    desk.done(Command::Link { from: child, relation: Relation::ChildOf, to: parent });
    desk.done(Command::Link { from: twin, relation: Relation::DuplicateOf, to: parent });
    let receipt = desk.resolve(parent);
    assert_eq!(
        receipt.notices,
        ["INC-3 followed as its duplicate", "its child is still open: INC-2; --children moves them too"]
    );
    let twin = desk.ticket(twin);
    assert_eq!((twin.state.as_str(), twin.resolution_code.as_deref()), ("resolved", Some("duplicate")));
    assert_eq!(twin.resolution.as_deref(), Some("Duplicate of INC-1. Restarted the gateway."));
    assert_eq!(desk.ticket(child).state, "new");
}

#[test]
fn a_blocked_ticket_says_by_what_and_an_open_task_stands_in_the_way() {
    let mut desk = Desk::new();
    let (blocked, blocker) = (desk.open("Move the mail"), desk.open("New storage"));
    desk.done(Command::Link { from: blocked, relation: Relation::BlockedBy, to: blocker });
    desk.done(Command::Task { on: blocked, change: TaskChange::Add(String::from("tell the users")) });
    assert_eq!(
        desk.refused(resolve(blocked)),
        "Cannot resolve INC-1: task 1 is open (tell the users); blocked by INC-2 (new)"
    );
    desk.done(Command::Task { on: blocked, change: TaskChange::Done(1, true) });
    desk.resolve(blocker);
    desk.resolve(blocked);
    assert_eq!(
        desk.refused(Command::Link { from: blocker, relation: Relation::BlockedBy, to: blocked }),
        "INC-2 blocked by INC-1 would run in a circle"
    );
}

#[test]
fn a_closed_ticket_reopens_for_two_weeks_only() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    desk.resolve(id);
    desk.moment.now = desk.moment.now.plus(13 * DAY);
    let reopened =
        Command::Move { on: vec![id.into()], to: String::from("in_progress"), set: Edit::new(), children: false };
    desk.done(reopened.clone());
    let ticket = desk.ticket(id);
    assert_eq!((ticket.resolved, ticket.resolution.as_deref()), (None, None));
    desk.resolve(id);
    desk.moment.now = desk.moment.now.plus(15 * DAY);
    assert!(desk.refused(reopened).contains("for more than 14 days; open a new ticket and link it"));
}

#[test]
fn the_requester_answering_ends_the_waiting_for_them() {
    let mut desk = Desk::new();
    let opened = desk.done(incident("Mail is slow"));
    let id = desk.store.read().unwrap().ticket_numbered(opened.tickets[0]).unwrap().id;
    let wait = Edit::from([(Field::PendingReason, Value::from("requester"))]);
    desk.done(Command::Move { on: vec![id.into()], to: String::from("pending"), set: wait, children: false });
    desk.done(Command::Write { on: vec![id.into()], public: true, text: String::from("Here is the log.") });
    let ticket = desk.ticket(id);
    assert_eq!((ticket.state.as_str(), ticket.pending_reason), ("in_progress", None));
}

#[test]
fn roles_are_enforced_and_acting_for_another_is_recorded_with_both_names() {
    let mut desk = Desk::new();
    let person = |login: &str, roles: &str| {
        Command::Register(crate::desk::command::Record::Person {
            id: None,
            login: login.to_owned(),
            name: login.to_uppercase(),
            mail: None,
            roles: crate::desk::people::Roles::parse(roles).unwrap(),
            active: true,
        })
    };
    desk.done(person("otto", "auditor"));
    desk.done(person("rita", "requester"));
    let id = desk.open("Mail is slow");
    let as_ = |login: &str, via: Option<&str>| Author {
        login: login.to_owned(),
        via: via.map(str::to_owned),
        host: String::from("lab"),
    };

    let otto = desk.store.execute(&Request::new(note(id, "hm")), &as_("otto", None), &desk.moment).unwrap_err();
    assert_eq!(otto.to_string(), "you (auditor) may not work tickets; that takes admin or lead or agent");
    let rita =
        desk.store.execute(&Request::new(edit(id, Field::Urgency, 1)), &as_("rita", None), &desk.moment).unwrap_err();
    assert_eq!(rita.to_string(), "you (requester) may not work tickets; that takes admin or lead or agent");

    let receipt =
        desk.store.execute(&Request::new(incident("No mail")), &as_("rita", Some("anna")), &desk.moment).unwrap();
    let entry = desk.store.read().unwrap().transaction(receipt.seq.unwrap()).unwrap();
    assert_eq!((entry.author.as_str(), entry.via.as_deref()), ("rita", Some("anna")));
    let forged =
        desk.store.execute(&Request::new(incident("No mail")), &as_("anna", Some("rita")), &desk.moment).unwrap_err();
    assert!(forged.to_string().contains("may not act in another's name"), "{forged}");
}

#[test]
fn a_newcomer_gets_the_role_that_the_settings_say_with_the_first_change() {
    let mut desk = Desk::new();
    let bert = Author { login: String::from("Bert"), via: None, host: String::from("lab") };
    desk.store.execute(&Request::new(incident("Hello")), &bert, &desk.moment).unwrap();
    let person = desk.store.read().unwrap().find_person("bert").unwrap();
    assert_eq!((person.login.as_str(), person.roles.to_string().as_str()), ("bert", "agent"));
    assert_eq!(desk.ticket(TicketId(1)).requester, Some(person.id));
}

#[test]
fn full_text_folds_accents_and_finds_prefixes_and_phrases_in_notes() {
    let mut desk = Desk::new();
    let id = desk.open("Zoë can't print");
    desk.done(note(id, "The spooler says: out of paper"));
    for (query, found) in [
        ("zoe", 1),
        ("spool*", 1),
        ("\"out of paper\"", 1),
        ("\"paper out\"", 0),
        ("title:spooler", 0),
        ("title:print", 1),
    ] {
        assert_eq!(desk.finds(query).len(), found, "{query}");
    }
}

#[test]
fn lists_page_by_key_in_both_directions() {
    let mut desk = Desk::new();
    for n in 0..25 {
        let id = desk.open(&format!("Ticket {n}"));
        desk.set(id, Field::Urgency, i64::from(n % 4) + 1);
    }
    let reader = desk.store.read().unwrap();
    let asker = Asker { me: None, moment: desk.moment };
    for sort in ["", "sort:priority,-updated", "sort:due", "sort:-title", "sort:team"] {
        let query = sort.parse().unwrap();
        let whole: Vec<Number> =
            reader.tickets(&query, &asker, &PageFrom::Start, 100).unwrap().rows.iter().map(|(t, _)| t.number).collect();
        assert_eq!(whole.len(), 25);
        let (mut forward, mut from) = (Vec::new(), PageFrom::Start);
        loop {
            let page = reader.tickets(&query, &asker, &from, 7).unwrap();
            forward.extend(page.rows.iter().map(|(t, _)| t.number));
            match page.rows.last() {
                Some((_, cursor)) if page.more => from = PageFrom::After(cursor.clone()),
                _ => break,
            }
        }
        assert_eq!(forward, whole, "{sort}");
        let (mut backward, mut from) = (Vec::new(), PageFrom::End);
        loop {
            let page = reader.tickets(&query, &asker, &from, 7).unwrap();
            backward.splice(0..0, page.rows.iter().map(|(t, _)| t.number));
            match page.rows.first() {
                Some((_, cursor)) if page.more => from = PageFrom::Before(cursor.clone()),
                _ => break,
            }
        }
        assert_eq!(backward, whole, "{sort}");
    }
}

#[test]
fn a_backup_holds_and_restoring_keeps_what_it_replaces() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let saved = desk.store.backup(&desk.folder.path().join("backups"), desk.moment.now).unwrap();
    desk.set(id, Field::Title, "Mail is very slow");
    let path = desk.path();
    let Desk { store, folder, moment, .. } = desk;
    drop(store);
    let kept = restore(&saved.path, &path, moment.now).unwrap().unwrap();
    assert_eq!(Store::open(&path).unwrap().read().unwrap().ticket(id).unwrap().title, "Mail is slow");
    assert_eq!(Store::open(&kept).unwrap().read().unwrap().ticket(id).unwrap().title, "Mail is very slow");
    drop(folder);
}

#[test]
fn what_is_no_desk_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    std::fs::write(place("text"), "hello").unwrap();
    std::fs::write(place("empty"), "").unwrap();
    rusqlite::Connection::open(place("other.db")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let newer = rusqlite::Connection::open(place("newer.desk")).unwrap();
    newer
        .execute_batch(&format!(
            "PRAGMA application_id = {}; PRAGMA user_version = 99; CREATE TABLE t (x)",
            schema::APPLICATION_ID
        ))
        .unwrap();
    drop(newer);
    for (name, code, says) in [
        ("text", 5, "it is no SQLite file"),
        ("empty", 5, "it is no SQLite file"),
        ("other.db", 5, "a SQLite file of another program"),
        ("newer.desk", 4, "written by a newer Deskhand"),
        ("missing", 4, "there is no desk at"),
    ] {
        let before = std::fs::read(place(name)).ok();
        let refusal = Store::open(&place(name)).map(|_| ()).unwrap_err();
        assert_eq!(refusal.exit_code(), code, "{name}");
        assert!(refusal.to_string().contains(says), "{name}: {refusal}");
        assert_eq!(std::fs::read(place(name)).ok(), before, "{name}");
    }
    rustix::fs::mknodat(
        rustix::fs::CWD,
        place("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    assert_eq!(Store::open(&place("pipe")).map(|_| ()).unwrap_err().exit_code(), 5);
    let refusal = Store::open(folder.path()).map(|_| ()).unwrap_err();
    assert_eq!((refusal.exit_code(), refusal.to_string().contains("is a folder")), (5, true));
}

#[test]
fn a_desk_that_is_filled_while_it_is_made_is_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.desk");
    let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
    let moment = Moment::utc(Timestamp(1_790_000_000_000));
    let names = || -> Vec<_> { std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect() };
    let fill = |store: &mut Store, title: &str| {
        assert!(!path.exists(), "nobody sees it before it is whole");
        store.execute(&Request::new(incident(title)), &author, &moment).map(|_| ())
    };
    let refused = Store::build(&path, &author, &moment, "ops", |store| {
        fill(store, "Mail is slow")?;
        fill(store, "")
    });
    assert!(refused.map(|_| ()).unwrap_err().to_string().contains("a title is needed"));
    assert!(names().is_empty(), "{:?}", names());
    drop(Store::build(&path, &author, &moment, "ops", |store| fill(store, "Mail is slow")).unwrap());
    let beside = |ending: &str| std::fs::metadata(format!("{}{ending}", path.display())).unwrap().len();
    assert_eq!((names().len(), beside("-wal")), (3, 0), "the desk, its empty log and the log's memory: {:?}", names());
    let store = Store::open(&path).unwrap();
    assert_eq!(store.verify().unwrap(), []);
    assert_eq!(store.read().unwrap().ticket(TicketId(1)).unwrap().title, "Mail is slow");
}

#[test]
fn attachments_are_kept_once_and_checked() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let attach = |bytes: &[u8]| Command::Attach {
        on: id,
        name: String::from("../log.txt"),
        media: String::from("text/plain"),
        bytes: bytes.to_vec(),
    };
    let attached = desk.done(attach(b"line one"));
    let reader = desk.store.read().unwrap();
    let attachment = reader.attachments(id).unwrap().remove(0);
    assert_eq!((attachment.name.as_str(), attachment.size), ("log.txt", 8));
    assert_eq!(reader.contents(&attachment).unwrap(), b"line one");
    drop(reader);
    let undone = desk.undo(&attached);
    assert!(desk.store.read().unwrap().attachments(id).unwrap().is_empty());
    desk.undo(&undone);
    let reader = desk.store.read().unwrap();
    assert_eq!(reader.contents(&reader.attachments(id).unwrap()[0]).unwrap(), b"line one");
}

#[test]
fn history_tells_spans_and_turns() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    desk.resolve(id);
    desk.done(Command::Move {
        on: vec![id.into()],
        to: String::from("in_progress"),
        set: Edit::new(),
        children: false,
    });
    let reader = desk.store.read().unwrap();
    assert_eq!(reader.turns(id).unwrap(), (0, 1));
    let history = reader.history(id).unwrap();
    assert_eq!(history.len(), 3);
    assert_eq!(
        history[0].changes.iter().find(|c| c.what == "title").map(|c| c.after.clone()),
        Some(Value::from("Mail is slow"))
    );
}

#[test]
fn a_second_reader_sees_the_moment_of_the_first() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let (first, second) = (desk.store.read().unwrap(), desk.store.read().unwrap());
    let mut other = Store::open(&desk.path()).unwrap();
    let changed = edit(id, Field::Title, "Mail is very slow");
    other.execute(&Request::new(changed), &desk.author, &desk.moment).unwrap();
    for reader in [&first, &second] {
        assert_eq!(reader.ticket(id).unwrap().title, "Mail is slow");
    }
}

#[test]
fn a_ticket_is_shown_as_it_was_at_any_time() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let opened = desk.moment.now;
    let tag = |tag: &[&str], untag: &[&str]| Command::Edit {
        on: vec![id.into()],
        set: Edit::new(),
        tag: tag.iter().map(|name| (*name).to_owned()).collect(),
        untag: untag.iter().map(|name| (*name).to_owned()).collect(),
    };
    desk.done(tag(&["mail"], &[]));
    desk.set(id, Field::Title, "Mail is very slow");
    let between = desk.moment.now;
    desk.done(tag(&["mx"], &["mail"]));
    desk.set(id, Field::Title, "No mail at all");
    let reader = desk.store.read().unwrap();
    let at = |time| reader.as_of(id, time).unwrap().map(|(ticket, tags)| (ticket.title, tags.join(",")));
    assert_eq!(at(opened.plus(-1)), None);
    assert_eq!(at(opened), Some((String::from("Mail is slow"), String::new())));
    assert_eq!(at(between), Some((String::from("Mail is very slow"), String::from("mail"))));
    assert_eq!(at(desk.moment.now), Some((String::from("No mail at all"), String::from("mx"))));
}

#[test]
fn history_tells_what_happened_to_the_rows_of_a_ticket() {
    let mut desk = Desk::new();
    let (id, other) = (desk.open("Mail is slow"), desk.open("New storage"));
    desk.done(Command::Link { from: id, relation: Relation::BlockedBy, to: other });
    desk.done(Command::Task { on: id, change: TaskChange::Add(String::from("tell the users")) });
    desk.done(Command::Task { on: id, change: TaskChange::Done(1, true) });
    desk.done(Command::LogTime { on: id, minutes: 25, text: String::from("queues") });
    let history = desk.store.read().unwrap().history(id).unwrap();
    let told: Vec<String> = history
        .iter()
        .flat_map(|event| &event.changes)
        .filter(|change| change.field.is_none())
        .map(|change| {
            let text = |value: &Value| value.text().unwrap_or_default().to_owned();
            format!("{}: {} → {}", change.what, text(&change.before), text(&change.after))
        })
        .collect();
    assert_eq!(
        told,
        [
            "link:  → blocked by INC-2",
            "task:  → [ ] tell the users",
            "task: [ ] tell the users → [x] tell the users",
            "time:  → 25 min queues"
        ]
    );
}

#[test]
fn a_newcomer_introduces_themselves_and_nobody_else() {
    let mut desk = Desk::new();
    let dora = Author { login: String::from("dora"), via: None, host: String::from("lab") };
    let id = desk.store.read().unwrap().next_person().unwrap();
    let person = |id| {
        let roles = crate::desk::people::Roles::of(&[crate::desk::people::Role::Agent]);
        let (login, name) = (String::from("dora"), String::from("dora"));
        Command::Register(crate::desk::command::Record::Person {
            id: Some(id),
            login,
            name,
            mail: None,
            roles,
            active: true,
        })
    };
    let stale = crate::desk::id::PersonId(id.0 - 1);
    assert!(desk.store.execute(&Request::new(person(stale)), &dora, &desk.moment).is_err());
    desk.store.execute(&Request::new(person(id)), &dora, &desk.moment).unwrap();
    assert_eq!(desk.store.read().unwrap().find_person("dora").unwrap().id, id);
}

fn person(desk: &mut Desk, login: &str, roles: &str) -> crate::desk::people::Person {
    desk.done(Command::Register(crate::desk::command::Record::Person {
        id: None,
        login: login.to_owned(),
        name: login.to_owned(),
        mail: None,
        roles: crate::desk::people::Roles::parse(roles).unwrap(),
        active: true,
    }));
    desk.store.read().unwrap().find_person(login).unwrap()
}

fn with_roles(person: &crate::desk::people::Person, roles: &str) -> Command {
    Command::Register(crate::desk::command::Record::Person {
        id: Some(person.id),
        login: person.login.clone(),
        name: person.name.clone(),
        mail: None,
        roles: crate::desk::people::Roles::parse(roles).unwrap(),
        active: true,
    })
}

fn tags(id: TicketId, tag: &[&str], untag: &[&str]) -> Command {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Command::Edit { on: vec![id.into()], set: Edit::new(), tag: owned(tag), untag: owned(untag) }
}

fn move_to(id: TicketId, to: &str, set: Edit) -> Command {
    Command::Move { on: vec![id.into()], to: to.to_owned(), set, children: false }
}

#[test]
fn nobody_works_a_ticket_by_way_of_moving_it() {
    for role in ["requester", "auditor"] {
        let mut desk = Desk::new();
        let id = desk.open("Mail is slow");
        let rita = person(&mut desk, "rita", role);
        desk.author.login = String::from("rita");
        let set = Edit::from([(Field::Assignee, Value::Int(rita.id.0)), (Field::Title, Value::from("hacked"))]);
        assert!(desk.refused(move_to(id, "assigned", set)).contains("may not work tickets"));
        assert_eq!(desk.ticket(id).title, "Mail is slow");
    }
}

#[test]
fn a_requester_says_what_a_new_ticket_is_about_and_not_who_does_it() {
    let mut desk = Desk::new();
    let rita = person(&mut desk, "rita", "requester");
    let anna = desk.store.read().unwrap().find_person("anna").unwrap();
    desk.author.login = String::from("rita");
    let open = |field: Field, value: Value| {
        let Command::Open(mut open) = incident("No mail") else { unreachable!() };
        open.set.insert(field, value);
        Command::Open(open)
    };
    desk.done(open(Field::Urgency, Value::Int(2)));
    desk.done(open(Field::Requester, Value::Int(rita.id.0)));
    assert!(
        desk.refused(open(Field::Assignee, Value::Int(anna.id.0))).starts_with("assignee: you (requester) may not")
    );
    assert!(
        desk.refused(open(Field::Requester, Value::Int(anna.id.0))).starts_with("requester: you (requester) may not")
    );
}

#[test]
fn taking_back_takes_the_right_that_doing_took_and_a_desk_keeps_an_admin() {
    let mut desk = Desk::new();
    let anna = desk.store.read().unwrap().find_person("anna").unwrap();
    let bea = person(&mut desk, "bea", "agent");
    let promoted = desk.done(with_roles(&bea, "admin"));
    desk.done(with_roles(&anna, "agent"));
    assert!(desk.refused(Command::Undo { seq: promoted.seq.unwrap() }).contains("may not change people"));
    desk.author.login = String::from("bea");
    assert_eq!(
        desk.refused(Command::Undo { seq: promoted.seq.unwrap() }),
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

#[test]
fn a_duplicate_that_can_not_follow_stays_as_it_was() {
    let mut desk = Desk::new();
    let (original, twin) = (desk.open("Site down"), desk.open("Site is down"));
    desk.done(Command::Link { from: twin, relation: Relation::DuplicateOf, to: original });
    desk.done(Command::Task { on: twin, change: TaskChange::Add(String::from("call back")) });
    let receipt = desk.resolve(original);
    assert_eq!(
        receipt.notices,
        ["INC-2 did not follow as its duplicate: Cannot resolve INC-2: task 1 is open (call back)"]
    );
    let twin = desk.ticket(twin);
    assert_eq!((twin.state.as_str(), twin.resolution_code, twin.resolution), ("new", None, None));
}

#[test]
fn merging_carries_links_over_and_never_makes_a_circle() {
    let mut desk = Desk::new();
    let (a, b, c) = (desk.open("a"), desk.open("b"), desk.open("c"));
    desk.done(Command::Link { from: a, relation: Relation::CausedBy, to: b });
    desk.done(Command::Merge { from: vec![a.into(), b.into()], into: c });
    for id in [a, b, c] {
        assert_eq!(desk.store.read().unwrap().links(id).unwrap(), []);
    }
    assert_eq!(
        desk.refused(move_to(a, "in_progress", Edit::new())),
        "INC-1 was merged into INC-3; the work goes on there"
    );

    let (d, e, f) = (desk.open("d"), desk.open("e"), desk.open("f"));
    desk.done(Command::Link { from: d, relation: Relation::BlockedBy, to: e });
    desk.done(Command::Link { from: e, relation: Relation::BlockedBy, to: f });
    assert_eq!(
        desk.refused(Command::Merge { from: vec![d.into()], into: f }),
        "after the merge, INC-6 blocked by INC-5 would run in a circle; unlink them first"
    );
}

#[test]
fn a_stale_move_or_merge_is_a_conflict_and_what_i_left_alone_is_not_put_back() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let (bob, cat) = (person(&mut desk, "bob", "agent"), person(&mut desk, "cat", "agent"));
    let seen = Target { id, version: Some(desk.ticket(id).version) };
    desk.set(id, Field::Assignee, bob.id.0);
    let set = Edit::from([(Field::Assignee, Value::Int(cat.id.0))]);
    let stale = Command::Move { on: vec![seen], to: String::from("in_progress"), set, children: false };
    assert!(desk.refused(stale).contains("was changed meanwhile by anna"));

    desk.set(id, Field::Title, "Mail down everywhere");
    let set = Edit::from([(Field::Title, Value::from("Mail is slow")), (Field::Ci, Value::from("mx1"))]);
    desk.done(Command::Edit { on: vec![seen], set, tag: Vec::new(), untag: Vec::new() });
    let ticket = desk.ticket(id);
    assert_eq!((ticket.title.as_str(), ticket.ci.as_deref()), ("Mail down everywhere", Some("mx1")));

    let other = desk.open("No mail");
    let seen = Target { id, version: Some(desk.ticket(id).version) };
    desk.resolve(id);
    assert!(desk.refused(Command::Merge { from: vec![seen], into: other }).contains("was changed meanwhile"));
}

#[test]
fn what_a_state_demanded_is_not_emptied_while_the_ticket_is_in_it() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    desk.resolve(id);
    assert_eq!(
        desk.refused(edit(id, Field::Resolution, Value::Null)),
        "INC-1 is resolved: resolution can be changed, not emptied; move it to another state first"
    );
    desk.set(id, Field::Resolution, "Replaced the disk.");
}

#[test]
fn an_auditor_neither_watches_nor_takes_another_login() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let otto = person(&mut desk, "otto", "auditor");
    desk.author.login = String::from("otto");
    assert!(desk.refused(Command::Watch { on: vec![id], person: otto.id, watching: true }).contains("may not"));
    let renamed = crate::desk::people::Person { login: String::from("newboss"), ..otto };
    assert!(desk.refused(with_roles(&renamed, "auditor")).contains("may not change people"));
}

#[test]
fn who_is_no_longer_active_acts_for_nobody() {
    let mut desk = Desk::new();
    person(&mut desk, "rita", "requester");
    let bea = person(&mut desk, "bea", "admin");
    let Command::Register(crate::desk::command::Record::Person { id, login, name, mail, roles, .. }) =
        with_roles(&bea, "admin")
    else {
        unreachable!()
    };
    desk.done(Command::Register(crate::desk::command::Record::Person { id, login, name, mail, roles, active: false }));
    let acting = Author { login: String::from("rita"), via: Some(String::from("bea")), host: String::from("lab") };
    let refused = desk.store.execute(&Request::new(incident("No mail")), &acting, &desk.moment).unwrap_err();
    assert_eq!(refused.to_string(), "bea is not active on this desk and can't act for others");
}
