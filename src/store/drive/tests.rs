//! Several clients with copies of their own at one desk in a folder that stands for a drive.

use std::time::Duration;

use super::*;
use crate::desk::command::{Command, Target, TaskChange};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{PersonId, Seq, TicketId};
use crate::desk::link::Relation;
use crate::desk::time::Timestamp;
use crate::store::batch::Table;
use crate::store::tests::incident;
use crate::store::{
    Asker, Class, Finding, PageFrom, Relocated, Relocation, Store, believe, full_text, restore, verify,
};

/// A drive with one desk.
struct Shore {
    folder: tempfile::TempDir,
}

impl Shore {
    fn new() -> Shore {
        let shore = Shore { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(shore.folder.path().join("drive")).unwrap();
        believe(vec![(shore.folder.path().join("drive"), Class::Network)]);
        drop(shore.found());
        shore
    }

    fn found(&self) -> Store {
        let nearby = self.nearby("anna");
        Store::build_near(&self.desk(), &nearby, &who("anna"), &moment(), "ops", |_| Ok(())).unwrap()
    }

    fn desk(&self) -> PathBuf {
        self.folder.path().join("drive").join("ops.desk")
    }

    fn nearby(&self, login: &str) -> Nearby {
        Nearby {
            copy: self.folder.path().join(login).join("copy"),
            outbox: self.folder.path().join(login).join("outbox"),
            me: who(login),
            when_away: WhenAway::Wait,
            patience: Duration::from_secs(60),
            bounds: Bounds::default(),
            stop: Stop::default(),
        }
    }

    fn client(&self, login: &str) -> Store {
        Store::open_near(&self.desk(), &self.nearby(login), &mut |_, _| {}).unwrap()
    }

    fn leaves(&self) {
        std::fs::rename(self.folder.path().join("drive"), self.folder.path().join("away")).unwrap();
    }

    fn returns(&self) {
        std::fs::rename(self.folder.path().join("away"), self.folder.path().join("drive")).unwrap();
    }

    /// What is at the drive, seen past all protocol; nobody works there now.
    fn bare(&self) -> Connection {
        Connection::open(self.desk()).unwrap()
    }
}

fn who(login: &str) -> Author {
    Author { login: login.to_owned(), via: None, host: String::from("lab") }
}

fn moment() -> Moment {
    Moment::utc(Timestamp(1_790_000_000_000))
}

impl Store {
    /// Waits for the news of the drive.
    fn refreshed(&self) -> &Store {
        self.drive.as_ref().unwrap().refresh(Duration::from_secs(60));
        self
    }

    fn does(&mut self, command: Command) -> Result<Receipt, Refusal> {
        let me = self.drive.as_ref().unwrap().shared.me();
        self.execute(&Request::new(command), &me, &moment())
    }

    fn title(&self, ticket: i64) -> String {
        self.read().unwrap().ticket(TicketId(ticket)).unwrap().title.clone()
    }

    fn finds(&self, words: &str) -> usize {
        let query = crate::desk::query::parse(words).unwrap();
        let reader = self.read().unwrap();
        reader.tickets(&query, &Asker { me: None, moment: moment() }, &PageFrom::Start, 50).unwrap().rows.len()
    }
}

fn retitle(store: &Store, ticket: i64, title: &str) -> Command {
    let version = store.read().unwrap().ticket(TicketId(ticket)).unwrap().version;
    Command::Edit {
        on: vec![Target { id: TicketId(ticket), version: Some(version) }],
        set: Edit::from([(Field::Title, Value::from(title))]),
        tag: Vec::new(),
        untag: Vec::new(),
    }
}

/// All rows of all tables, the journal's too.
fn rows(conn: &Connection) -> Vec<(String, Vec<String>)> {
    let tables = Table::ALL.iter().map(|table| table.name()).chain(["txn", "change", "counter", "blob", "desk"]);
    tables
        .map(|table| {
            let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = statement.column_count();
            let cells = |row: &rusqlite::Row<'_>| -> rusqlite::Result<String> {
                (0..columns).map(|n| row.get::<_, rusqlite::types::Value>(n).map(|v| format!("{v:?}|"))).collect()
            };
            let mut rows: Vec<String> = statement.query_map([], cells).unwrap().map(Result::unwrap).collect();
            rows.sort();
            (table.to_owned(), rows)
        })
        .collect()
}

#[test]
fn what_one_client_does_the_other_sees_and_both_copies_are_the_desk() {
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    let receipt = anna.does(incident("VPN down in Lyon")).unwrap();
    assert_eq!((receipt.seq, receipt.waits), (Some(Seq(2)), None));
    assert_eq!(bob.refreshed().title(1), "VPN down in Lyon");
    assert_eq!(bob.finds("lyon"), 1);
    bob.does(retitle(&bob, 1, "VPN down in Paris")).unwrap();
    assert_eq!(anna.refreshed().title(1), "VPN down in Paris");
    assert_eq!((anna.finds("lyon"), anna.finds("paris")), (0, 1));
    let attach = Command::Attach {
        on: vec![TicketId(1)],
        name: String::from("log.txt"),
        media: String::from("text/plain"),
        bytes: b"what happened".to_vec(),
    };
    anna.does(attach).unwrap();
    bob.refreshed();
    bob.does(Command::Undo { seq: Seq(3), settled: Vec::new() }).unwrap();
    assert_eq!(anna.refreshed().title(1), "VPN down in Lyon");
    bob.refreshed();
    let there = rows(&shore.bare());
    assert_eq!(rows(&anna.conn), there);
    assert_eq!(rows(&bob.conn), there);
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
    assert!(!crate::store::full_text::begun(&shore.bare()).unwrap());
}

#[test]
fn an_article_written_at_one_machine_is_found_at_the_other() {
    use crate::desk::id::ArticleId;
    use crate::desk::knowledge::{ArticleField, KnowledgeCommand};
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    let set = |field: ArticleField, text: &str| [(field, vec![Value::from(text)])].into();
    let mut written: crate::desk::knowledge::Content = set(ArticleField::Title, "VPN drops");
    written.insert(ArticleField::Body, vec![Value::from("Restart it.")]);
    let knows = |store: &mut Store, command| store.does(Command::Knowledge(command)).unwrap();
    knows(&mut anna, KnowledgeCommand::Write { set: written, cite: Vec::new() });
    let finds = |store: &Store, words: &str| {
        store.refreshed().read().unwrap().search_articles(words, 9, moment().now).unwrap().hits.len()
    };
    assert_eq!((finds(&bob, "vpn"), finds(&bob, "restart")), (1, 1));
    let on = ArticleId(1);
    knows(
        &mut bob,
        KnowledgeCommand::Edit { on: on.into(), set: set(ArticleField::Tags, "sleep"), settled: Vec::new() },
    );
    knows(&mut bob, KnowledgeCommand::Advance { on: vec![on], to: String::from("publish"), at: None });
    knows(&mut bob, KnowledgeCommand::Rate { on, helped: true, comment: String::new() });
    assert_eq!((finds(&anna, "sleep"), finds(&anna, "drops")), (1, 1));
    anna.does(incident("No VPN")).unwrap();
    knows(&mut anna, KnowledgeCommand::Use { on, tickets: vec![TicketId(1).into()], resolve: None, to: None });
    knows(
        &mut anna,
        KnowledgeCommand::Edit { on: on.into(), set: set(ArticleField::Body, "1. Wait."), settled: Vec::new() },
    );
    assert_eq!((finds(&bob, "restart"), finds(&bob, "wait")), (0, 1));
    let (name, media, bytes) = (String::from("a.png"), String::from("image/png"), b"picture".to_vec());
    knows(&mut anna, KnowledgeCommand::Attach { on, name, media, source: None, bytes });
    knows(&mut anna, KnowledgeCommand::Follow { on, ticket: TicketId(1) });
    let reader = bob.refreshed().read().unwrap();
    let file = reader.article_files(on).unwrap().remove(0).file;
    assert_eq!(reader.contents(&file).unwrap(), b"picture");
    drop(reader);
    let there = rows(&shore.bare());
    assert_eq!(rows(&anna.refreshed().conn), there);
    assert_eq!(rows(&bob.conn), there);
    assert!(full_text::astray(&bob.conn, 9).unwrap().is_empty());
    assert!(!full_text::begun(&shore.bare()).unwrap());
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
}

/// One command of each kind that touches tickets, in an order in which each is allowed.
fn one_of_each() -> Vec<Command> {
    let [one, two] = [TicketId(1), TicketId(2)];
    let title = |text: &str| Edit::from([(Field::Title, Value::from(text))]);
    let edit = |on: &[TicketId], text| Command::Edit {
        on: on.iter().copied().map(Target::from).collect(),
        set: title(text),
        tag: Vec::new(),
        untag: Vec::new(),
    };
    let note = |on: TicketId| Command::Write { on: vec![on.into()], public: false, text: String::from("Still slow.") };
    let log = |minutes| Command::LogTime { on: one, minutes, text: String::from("phone") };
    let attach = |name: &str| Command::Attach {
        on: vec![one, two],
        name: name.to_owned(),
        media: String::from("text/plain"),
        bytes: b"what happened".to_vec(),
    };
    vec![
        incident("VPN down in Lyon"),
        incident("VPN down in Paris"),
        note(one),
        note(one),
        edit(&[one], "Same"),
        edit(&[one, two], "Same"),
        Command::Link { from: one, relation: Relation::Relates, to: two },
        note(two),
        Command::Unlink { from: two, to: one, relation: None },
        Command::Link { from: two, relation: Relation::ChildOf, to: one },
        Command::Watch { on: vec![one], person: PersonId(1), watching: true },
        Command::Watch { on: vec![one], person: PersonId(1), watching: false },
        log(15),
        log(-15),
        Command::Task { on: two, change: TaskChange::Add(String::from("Call Lyon")) },
        Command::Task { on: two, change: TaskChange::Done(1, true) },
        attach("log.txt"),
        Command::Each(vec![log(5), note(two)]),
        Command::Edit { on: vec![one.into()], set: Edit::new(), tag: vec![String::from("vpn")], untag: Vec::new() },
        Command::Undo { seq: Seq(20), settled: Vec::new() },
        Command::Undo { seq: Seq(10), settled: Vec::new() },
        Command::Merge { from: vec![two.into()], into: one },
        note(one),
        Command::Undo { seq: Seq(23), settled: Vec::new() },
        note(two),
    ]
}

#[test]
fn copies_have_every_version_of_every_ticket_that_any_command_touched() {
    let shore = Shore::new();
    let (mut anna, bob) = (shore.client("anna"), shore.client("bob"));
    for command in one_of_each() {
        let verb = format!("{command:?}");
        anna.does(command).unwrap_or_else(|refusal| panic!("{verb}: {refusal}"));
        bob.refreshed();
        let there = rows(&shore.bare());
        for (table, rows) in rows(&anna.conn).into_iter().chain(rows(&bob.conn)) {
            let theirs = there.iter().find(|(name, _)| *name == table).map(|(_, rows)| rows);
            assert_eq!(Some(&rows), theirs, "{table} after {verb}");
        }
    }
}

#[test]
fn a_first_copy_of_a_desk_where_nothing_happens_knows_the_numbers_given_out() {
    let shore = Shore::new();
    shore.client("anna").does(incident("VPN down in Lyon")).unwrap();
    let mut bob = shore.client("bob");
    assert_eq!(rows(&bob.conn), rows(&shore.bare()));
    // He is new here: his first command makes him a person, who must not get anna's place.
    bob.does(incident("Mail is slow")).unwrap();
    assert_eq!(bob.finds("mail"), 1);
}

#[test]
fn a_note_on_a_ticket_gives_it_a_new_version_everywhere() {
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    anna.does(incident("VPN down in Lyon")).unwrap();
    let note =
        |text: &str| Command::Write { on: vec![Target::from(TicketId(1))], public: false, text: text.to_owned() };
    anna.does(note("Still down.")).unwrap();
    assert_eq!(rows(&bob.refreshed().conn), rows(&shore.bare()));
    bob.does(note("Up again.")).unwrap();
    assert_eq!(rows(&anna.refreshed().conn), rows(&shore.bare()));
}

#[test]
fn two_who_edit_the_same_ticket_merge_by_field_or_learn_of_the_conflict() {
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    anna.does(incident("VPN down in Lyon")).unwrap();
    bob.refreshed();
    let (mine, yours) = (retitle(&anna, 1, "Anna's title"), retitle(&bob, 1, "Bob's title"));
    anna.does(mine).unwrap();
    let Err(Refusal::Conflict(conflict)) = bob.does(yours) else { panic!("one of them was lost") };
    assert_eq!(conflict.fields[0].theirs, Value::from("Anna's title"));
    assert_eq!(bob.title(1), "Anna's title", "the refusal brought the news with it");
}

#[test]
fn while_the_drive_is_away_reading_goes_on_and_commands_wait_and_are_sent_in_order() {
    let shore = Shore::new();
    let mut anna = shore.client("anna");
    anna.does(incident("VPN down in Lyon")).unwrap();
    shore.leaves();
    anna.refreshed();
    assert!(anna.standing().unwrap().away.is_some());
    assert_eq!(anna.title(1), "VPN down in Lyon");
    let waits = anna.does(retitle(&anna, 1, "First")).unwrap();
    assert_eq!((waits.waits.is_some(), waits.seq), (true, None));
    let note = Command::Write { on: vec![Target::from(TicketId(1))], public: false, text: String::from("Typed away.") };
    anna.does(note).unwrap();
    // The rules are asked here too: what they refuse does not wait.
    assert!(matches!(anna.does(Command::Undo { seq: Seq(99), settled: Vec::new() }), Err(Refusal::NotFound(_))));
    assert_eq!(anna.standing().unwrap().waiting.len(), 2);
    drop(anna);
    let anna = shore.client("anna");
    assert_eq!((anna.standing().unwrap().waiting.len(), anna.title(1)), (2, String::from("VPN down in Lyon")));
    shore.returns();
    anna.refreshed();
    assert_eq!(anna.standing().unwrap().waiting, []);
    assert_eq!(anna.title(1), "First");
    let verbs: Vec<String> = anna.read().unwrap().log(None, 2).unwrap().into_iter().map(|entry| entry.verb).collect();
    assert_eq!(verbs, ["note", "edit"]);
    assert_eq!(anna.news().len(), 2);
}

#[test]
fn what_waited_and_is_refused_when_it_is_sent_stays_for_a_decision() {
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    anna.does(incident("VPN down in Lyon")).unwrap();
    bob.refreshed();
    shore.leaves();
    anna.refreshed();
    anna.does(retitle(&anna, 1, "Anna's title")).unwrap();
    shore.returns();
    bob.does(retitle(&bob, 1, "Bob's title")).unwrap();
    anna.refreshed();
    let waiting = anna.standing().unwrap().waiting;
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].refused.as_ref().unwrap().to_string().contains("was changed meanwhile by bob"), "{waiting:?}");
    anna.refreshed().discard(waiting[0].request.id).unwrap();
    assert_eq!(anna.standing().unwrap().waiting, []);
    assert_eq!(anna.title(1), "Bob's title");
}

#[test]
fn a_command_that_is_sent_twice_happens_once() {
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    let request = Request::new(incident("VPN down in Lyon"));
    let first = anna.execute(&request, &who("anna"), &moment()).unwrap();
    assert_eq!(anna.execute(&request, &who("anna"), &moment()), Ok(first.clone()));
    assert_eq!(bob.execute(&request, &who("anna"), &moment()), Ok(first));
    assert_eq!(bob.refreshed().finds("lyon"), 1);
}

#[test]
fn a_desk_that_was_replaced_by_an_older_copy_is_reported_and_what_was_seen_is_kept() {
    let shore = Shore::new();
    let mut anna = shore.client("anna");
    anna.does(incident("VPN down in Lyon")).unwrap();
    let older = std::fs::read(shore.desk()).unwrap();
    anna.does(incident("Mail is slow")).unwrap();
    anna.does(incident("Printer on fire")).unwrap();
    std::fs::write(shore.desk(), older).unwrap();
    anna.refreshed();
    let how = anna.standing().unwrap().rewritten.unwrap();
    assert_eq!(
        how,
        "it now ends at entry 2, and entries 3 to 4 that this machine had seen are gone, the first of them opened INC-2: Mail is slow by anna"
    );
    assert!(anna.is_outdated());
    let anna = shore.client("anna");
    assert_eq!(anna.finds("printer"), 0);
    let kept = std::fs::read_dir(shore.nearby("anna").copy).unwrap().flatten().map(|file| file.path());
    let kept = kept.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "desk")).unwrap();
    assert_eq!(Store::open(&kept).unwrap().finds("printer"), 1);
}

#[test]
fn a_first_copy_is_whole_though_others_work_while_it_is_made() {
    let shore = Shore::new();
    let mut anna = shore.client("anna");
    for n in 0..5 {
        anna.does(incident(&format!("Ticket {n}"))).unwrap();
    }
    let mut slices = 0;
    let bob = Store::open_near(&shore.desk(), &shore.nearby("bob"), &mut |_, _| {
        slices += 1;
        anna.does(incident("While bob copies")).unwrap();
        anna.does(retitle(&anna, 1, &format!("Changed {slices} times"))).unwrap();
    });
    let bob = bob.unwrap();
    assert!(slices > 0);
    assert_eq!(rows(&bob.conn), rows(&shore.bare()));
    assert_eq!(bob.finds("copies"), slices);
    assert!(crate::store::full_text::astray(&bob.conn, 9).unwrap().is_empty());
}

#[test]
fn two_clients_see_what_each_other_does_and_who_leaves_is_gone() {
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    let replying = Doing { ticket: Some(TicketId(1)), writing: Some(crate::store::Writing::Reply) };
    bob.present(&who("bob"), replying);
    bob.refreshed();
    let here = anna.meet(&who("anna"));
    assert_eq!(here.iter().map(|one| (one.login.as_str(), one.doing)).collect::<Vec<_>>(), [("bob", replying)]);
    drop(bob);
    let reading = Doing { ticket: Some(TicketId(1)), writing: None };
    anna.present(&who("anna"), reading);
    assert_eq!(anna.refreshed().drive.as_ref().unwrap().shared.here(), []);
    shore.leaves();
    anna.refreshed();
    assert!(anna.standing().unwrap().away.is_some());
    drop(anna);
}

#[test]
fn a_conflict_is_kept_with_what_waits_until_it_is_decided_and_its_age_is_known_after_a_restart() {
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    anna.does(incident("VPN down")).unwrap();
    bob.refreshed();
    let mine = retitle(&bob, 1, "VPN down in Lyon");
    shore.leaves();
    bob.refreshed();
    let receipt = bob.does(mine).unwrap();
    let fresh = bob.standing().unwrap().fresh;
    assert!(receipt.waits.is_some() && receipt.seq.is_none() && fresh.is_some());
    drop(bob);
    let nearby = Nearby { patience: Duration::from_secs(60), ..shore.nearby("bob") };
    let bob = Store::open_near(&shore.desk(), &nearby, &mut |_, _| {}).unwrap();
    assert_eq!(bob.standing().unwrap().fresh, fresh);
    shore.returns();
    anna.refreshed();
    let theirs = retitle(&anna, 1, "VPN down in Paris");
    anna.does(theirs).unwrap();
    bob.refreshed();
    let waiting = bob.waiting();
    let Some(Refusal::Conflict(conflict)) = &waiting[0].refused else { panic!("{waiting:?}") };
    let [disputed] = &conflict.fields[..] else { panic!("one field") };
    assert_eq!(
        (disputed.base.text(), disputed.theirs.text(), disputed.yours.text()),
        (Some("VPN down"), Some("VPN down in Paris"), Some("VPN down in Lyon"))
    );
    bob.retry(waiting[0].request.id).unwrap();
    assert_eq!(bob.waiting()[0].refused, None);
    bob.discard(waiting[0].request.id).unwrap();
    assert_eq!((bob.waiting(), bob.title(1)), (vec![], String::from("VPN down in Paris")));
}

#[test]
fn a_first_copy_that_nobody_waits_for_is_given_up() {
    let shore = Shore::new();
    shore.client("anna").does(incident("VPN down")).unwrap();
    let nearby = shore.nearby("bob");
    let stop = nearby.stop.clone();
    let refused = Store::open_near(&shore.desk(), &nearby, &mut |_, _| stop.now()).err();
    assert_eq!(refused, Some(Refusal::Unavailable(String::from("stopped"))));
    assert!(std::fs::read_dir(&nearby.copy).unwrap().next().is_none(), "nothing half-made is left");
}

#[test]
fn a_command_given_when_the_drive_is_back_does_not_wait() {
    let shore = Shore::new();
    let mut anna = shore.client("anna");
    shore.leaves();
    assert!(anna.does(incident("VPN down")).unwrap().waits.is_some());
    shore.returns();
    let receipt = anna.does(incident("Mail is slow")).unwrap();
    assert!(receipt.seq.is_some() && receipt.waits.is_none());
    assert_eq!((anna.waiting(), anna.title(1), anna.title(2)), (vec![], "VPN down".into(), "Mail is slow".into()));
}

impl Shore {
    fn files(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.folder.path().join("drive")).unwrap();
        let mut names: Vec<String> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn local(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn moves(&self, from: &Path, to: &Path) -> Relocated {
        Relocation::plan(from, to).unwrap().carry_out(&self.nearby("anna"), moment().now).unwrap()
    }
}

#[test]
fn a_desk_made_on_a_drive_is_there_whole_with_its_journal_and_nothing_else() {
    let shore = Shore::new();
    assert_eq!(shore.files(), ["ops.desk", "ops.desk-journal", "ops.desk.lock"]);
    assert!(!full_text::begun(&shore.bare()).unwrap());
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
    let mode: String = shore.bare().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete", "no write-ahead log");
    let again = Store::build_near(&shore.desk(), &shore.nearby("bob"), &who("bob"), &moment(), "ops", |_| Ok(()));
    assert!(matches!(again.map(|_| ()), Err(Refusal::Rule(text)) if text.contains("exists already")));
    let failed = shore.local("drive").join("new.desk");
    let failed =
        Store::build_near(&failed, &shore.nearby("bob"), &who("bob"), &moment(), "new", |_| Err(Refusal::rule("no")));
    assert!(failed.is_err());
    assert_eq!(shore.files(), ["ops.desk", "ops.desk-journal", "ops.desk.lock"]);
    assert_eq!(std::fs::read_dir(shore.nearby("bob").copy).unwrap().count(), 0);
}

#[test]
fn what_another_desk_left_half_done_is_not_taken_for_the_new_ones() {
    let shore = Shore::new();
    let place = shore.local("drive").join("new.desk");
    std::fs::write(shore.local("drive").join("new.desk-journal"), "hot").unwrap();
    let made = Store::build_near(&place, &shore.nearby("bob"), &who("bob"), &moment(), "new", |_| Ok(()));
    assert!(
        matches!(made.map(|_| ()), Err(Refusal::Rule(text)) if text.contains("new.desk-journal is left of another"))
    );
}

#[test]
fn a_desk_goes_from_a_drive_to_a_disk_and_back_and_clients_are_sent_on() {
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    anna.does(incident("VPN down in Lyon")).unwrap();
    bob.refreshed();
    let before = rows(&shore.bare());
    let local = shore.local("ops.desk");
    let moved = shore.moves(&shore.desk(), &local);
    assert_eq!(moved.newest, Seq(2));
    // Those who had it open read on, and are told.
    let refused = bob.does(retitle(&bob, 1, "Lost?"));
    assert!(
        matches!(refused, Err(Refusal::Unavailable(why)) if why.contains(&format!("was moved to {}", local.display())))
    );
    bob.refreshed();
    let standing = bob.standing().unwrap();
    assert!(standing.away.unwrap().why.contains("was moved to"));
    assert_eq!((standing.moved.as_deref(), standing.waiting.len()), (Some(local.as_path()), 0));
    assert_eq!(bob.title(1), "VPN down in Lyon");
    let told = Store::open_near(&shore.desk(), &shore.nearby("eve"), &mut |_, _| {}).map(|_| ()).unwrap_err();
    assert!(told.to_string().contains("was moved to"), "{told}");
    // The old file is whole, and the new one a desk of local disks.
    let mut here = Store::open(&local).unwrap();
    assert_eq!(here.verify().unwrap(), []);
    assert_eq!((rows(&here.conn), here.finds("lyon")), (before.clone(), 1));
    assert_eq!(rows(&Connection::open(&moved.kept).unwrap()), before);
    // And back over the signpost.
    here.execute(&Request::new(incident("Mail is slow")), &who("anna"), &moment()).unwrap();
    let back = shore.moves(&local, &shore.desk());
    assert!(back.kept.exists());
    let late = here.execute(&Request::new(incident("Too late")), &who("anna"), &moment()).unwrap_err();
    assert!(late.to_string().contains("was moved to"), "{late}");
    let told = Store::open(&local).map(|_| ()).unwrap_err();
    assert!(told.to_string().contains(&format!("was moved to {}", shore.desk().display())), "{told}");
    assert!(!full_text::begun(&shore.bare()).unwrap());
    assert_eq!(bob.refreshed().finds("slow"), 1);
    assert_eq!(bob.standing().unwrap().moved, None);
    bob.does(retitle(&bob, 1, "Back again")).unwrap();
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
}

#[test]
fn a_desk_is_not_moved_over_another_nor_where_it_is_nor_when_it_does_not_hold() {
    let shore = Shore::new();
    let other = shore.local("other.desk");
    drop(Store::create(&other, &who("bob"), &moment(), "other").unwrap());
    let plan = |to: &Path| Relocation::plan(&shore.desk(), to).map(|_| ()).unwrap_err().to_string();
    assert!(plan(&other).contains("exists already"));
    assert!(plan(&shore.desk()).contains("is where the desk lies already"));
    assert!(plan(&shore.local("nowhere/ops.desk")).contains("there is no folder"));
    shore.bare().execute_batch("DROP TRIGGER txn_keeps; UPDATE txn SET author = 'eve'").unwrap();
    let moved = Relocation::plan(&shore.desk(), &shore.local("new.desk")).unwrap();
    let refused = moved.carry_out(&shore.nearby("anna"), moment().now).unwrap_err();
    assert!(matches!(&refused, Refusal::Damaged(text) if text.contains("stays where it is")), "{refused}");
    assert_eq!(shore.files(), ["ops.desk", "ops.desk-journal", "ops.desk.lock"]);
    assert!(!shore.local("new.desk").exists());
}

#[test]
fn a_backup_of_a_desk_on_a_drive_is_a_desk_and_put_back_there_the_others_are_told() {
    let shore = Shore::new();
    let (mut anna, mut bob) = (shore.client("anna"), shore.client("bob"));
    anna.does(incident("VPN down in Lyon")).unwrap();
    bob.refreshed();
    let here = anna.backup(&shore.local("backups"), moment().now).unwrap();
    let there = anna.backup(&shore.local("drive").join("backups"), moment().now).unwrap();
    assert_eq!((here.newest, there.newest), (Seq(2), Seq(2)));
    assert_eq!(Store::open(&here.path).unwrap().finds("lyon"), 1);
    bob.does(incident("Mail is slow")).unwrap();
    bob.does(incident("Printer on fire")).unwrap();
    anna.refreshed();
    let kept = restore(&there.path, &shore.desk(), &shore.nearby("anna"), moment().now).unwrap().unwrap();
    assert_eq!(rows(&Connection::open(&kept).unwrap()).iter().find(|(name, _)| name == "ticket").unwrap().1.len(), 3);
    bob.refreshed();
    assert!(bob.standing().unwrap().rewritten.unwrap().contains("entries 3 to 4 that this machine had seen are gone"));
    assert!(bob.is_outdated());
    let anna = shore.client("anna");
    assert_eq!((anna.news().len(), anna.finds("lyon"), anna.finds("slow")), (0, 1, 0));
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
    assert!(!full_text::begun(&shore.bare()).unwrap());
}

#[test]
fn a_desk_too_damaged_to_open_is_replaced_by_a_backup() {
    let shore = Shore::new();
    let saved = shore.client("anna").backup(&shore.local("backups"), moment().now).unwrap();
    std::fs::write(shore.desk(), vec![7_u8; 9_000]).unwrap();
    restore(&saved.path, &shore.desk(), &shore.nearby("anna"), moment().now).unwrap().unwrap();
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
    shore.client("anna").does(incident("VPN down")).unwrap();
}

#[test]
fn verify_looks_at_the_drive_and_has_a_copy_made_anew_that_differs() {
    let shore = Shore::new();
    let mut anna = shore.client("anna");
    anna.does(incident("VPN down in Lyon")).unwrap();
    assert_eq!(anna.verify().unwrap(), []);
    let copy = Replica::find(&shore.nearby("anna").copy).unwrap();
    Connection::open(&copy).unwrap().execute_batch("UPDATE ticket SET title = 'Other'").unwrap();
    assert_eq!(anna.verify().unwrap(), [Finding::Copy("ticket")]);
    assert!(anna.is_outdated());
    let anna = shore.client("anna");
    assert_eq!((anna.title(1), anna.verify().unwrap()), (String::from("VPN down in Lyon"), vec![]));
    shore.bare().execute_batch("DROP TRIGGER txn_keeps; UPDATE txn SET author = 'eve' WHERE seq = 1").unwrap();
    assert_eq!(anna.verify().unwrap(), [Finding::Rewritten(Seq(1))]);
}

#[test]
fn an_entry_that_was_never_finished_is_closed_at_the_drive() {
    let shore = Shore::new();
    let mut anna = shore.client("anna");
    anna.does(incident("VPN down in Lyon")).unwrap();
    let by_hand = shore.bare();
    crate::store::schema::admit(&by_hand).unwrap();
    by_hand
        .execute_batch(
            "INSERT INTO txn (seq, command, author, host, at, verb, summary, body, receipt, first)
             SELECT seq + 1, 'by hand', 'eve', 'lab', at, verb, 'by hand', '{}', '{}', (SELECT max(id) + 1 FROM change)
               FROM txn ORDER BY seq DESC LIMIT 1",
        )
        .unwrap();
    assert_eq!(anna.verify().unwrap(), [Finding::Unsealed(Seq(3))]);
    assert_eq!(anna.mend().unwrap(), [Finding::Unsealed(Seq(3))]);
    assert_eq!(anna.verify().unwrap(), []);
    let mut anna = shore.client("anna");
    anna.does(incident("Mail is slow")).unwrap();
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
}

#[test]
fn a_damaged_copy_is_made_anew_by_whoever_opens_reads_or_writes() {
    let shore = Shore::new();
    let mut anna = shore.client("anna");
    for n in 0..40 {
        anna.does(incident(&format!("Ticket {n}"))).unwrap();
    }
    drop(anna);
    let spoil = |from: u64| {
        use std::os::unix::fs::FileExt;
        let copy = Replica::find(&shore.nearby("anna").copy).unwrap();
        Connection::open(&copy).unwrap().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(&copy).unwrap();
        let rest = usize::try_from(file.metadata().unwrap().len() - from).unwrap();
        file.write_all_at(&vec![0xA5; rest], from).unwrap();
    };
    // The first page is whole, so it is opened: the damage shows when it is caught up or asked.
    spoil(4_096);
    let mut anna = Store::open_near(&shore.desk(), &shore.nearby("anna"), &mut |_, _| {}).unwrap();
    if anna.heal() {
        anna = shore.client("anna");
    }
    assert_eq!(anna.finds("ticket"), 40);
    drop(anna);
    // The schema itself is gone.
    spoil(100);
    let mut anna = shore.client("anna");
    assert_eq!(anna.finds("ticket"), 40);
    // While it is open; a command is carried out once all the same.
    spoil(4_096);
    anna.does(incident("While it was damaged")).unwrap();
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
    assert_eq!(shore.client("anna").finds("damaged"), 1);
}

#[test]
fn on_the_server_itself_a_shared_desk_is_used_in_the_way_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let desk = folder.path().join("ops.desk");
    drop(Store::create(&desk, &who("anna"), &moment(), "ops").unwrap());
    let shore = Shore::new();
    let opened = || Store::open_near(&desk, &shore.nearby("server"), &mut |_, _| {}).unwrap();
    assert!(opened().standing().is_none(), "a desk of its own is read directly");
    std::fs::write(lock::side_file(&desk), "").unwrap();
    assert!(opened().standing().is_some());
}

#[test]
fn on_the_server_itself_a_shared_desk_is_moved_and_restored_only_while_nobody_else_has_its_lock() {
    let folder = tempfile::tempdir().unwrap();
    let desk = folder.path().join("ops.desk");
    let shore = Shore::new();
    let server = shore.nearby("server");
    let mut store = Store::create(&desk, &who("anna"), &moment(), "ops").unwrap();
    let saved = store.backup(&folder.path().join("saved"), moment().now).unwrap();
    drop(store);
    std::fs::write(lock::side_file(&desk), "").unwrap();
    store = Store::open_near(&desk, &server, &mut |_, _| {}).unwrap();
    store.does(incident("VPN down")).unwrap();
    drop(store);
    let plan = Relocation::plan(&desk, &shore.local("elsewhere.desk")).unwrap();
    assert_eq!((plan.from_class, plan.to_class), (Class::Network, Class::Local));
    // What holds a desk at a drive has written its name into the lock file since.
    let fence = || lock::fence_of(&desk);
    let before = fence();
    assert!(restore(&saved.path, &desk, &server, moment().now).unwrap().is_some());
    assert!(fence() > before);
    // Put back for a drive: others read it byte by byte.
    assert!(!full_text::begun(&Connection::open(&desk).unwrap()).unwrap());
    let plan = Relocation::plan(&desk, &shore.local("elsewhere.desk")).unwrap();
    let before = fence();
    plan.carry_out(&server, moment().now).unwrap();
    assert!(fence() > before);
}

#[test]
fn what_waited_for_a_desk_is_not_sent_to_another_in_its_place() {
    let shore = Shore::new();
    let mut anna = shore.client("anna");
    anna.does(incident("VPN down in Lyon")).unwrap();
    shore.leaves();
    anna.refreshed();
    anna.does(retitle(&anna, 1, "For the old desk")).unwrap();
    std::fs::create_dir(shore.folder.path().join("drive")).unwrap();
    drop(Store::build_near(&shore.desk(), &shore.nearby("bob"), &who("bob"), &moment(), "new", |_| Ok(())).unwrap());
    shore.client("bob").does(incident("Another desk's first")).unwrap();
    anna.refreshed();
    let anna = shore.client("anna");
    anna.refreshed();
    let waiting = anna.waiting();
    assert_eq!(waiting.len(), 1);
    let why = waiting[0].refused.as_ref().unwrap().to_string();
    assert_eq!(why, "it was meant for the desk that lay here before; look whether it still fits");
    assert_eq!(anna.title(1), "Another desk's first");
}

impl Shore {
    /// The lock of the drive, held by somebody who takes their time.
    fn held(&self) -> lock::Lock {
        let patience = Patience {
            until: std::time::Instant::now(),
            stop: &std::sync::atomic::AtomicBool::new(false),
            waiting: &|_| {},
        };
        lock::Lock::take(&self.desk(), &Holder::now(&who("eve")), None, false, &patience)
            .unwrap_or_else(|_| panic!("refused"))
    }
}

#[test]
fn what_is_on_its_way_to_the_drive_can_not_be_discarded_and_what_has_not_left_can() {
    let shore = Shore::new();
    let nearby = shore.nearby("anna");
    let stop = nearby.stop.clone();
    let mut anna = Store::open_near(&shore.desk(), &nearby, &mut |_, _| {}).unwrap();
    let held = shore.held();
    // The first is at the drive, behind eve; the second is behind the first.
    let [first, second] = ["On its way", "Behind it"].map(|title| {
        let request = Request::new(incident(title));
        let receipt = anna.execute_telling(&request, &who("anna"), &moment(), &mut |stage| {
            if matches!(stage, Stage::Waiting(_)) {
                stop.leave();
            }
        });
        receipt.unwrap().waits.unwrap()
    });
    let other = Nearby { patience: Duration::ZERO, ..shore.nearby("anna") };
    let other = Store::open_near(&shore.desk(), &other, &mut |_, _| {}).unwrap();
    for window in [&anna, &other] {
        let refused = window.discard(first).unwrap_err().to_string();
        assert!(refused.starts_with("it is being sent at this moment and may be done already"), "{refused}");
    }
    let kept = other.discard(second).unwrap();
    assert!(std::fs::read_to_string(kept).unwrap().contains("Behind it"));
    drop(held);
    anna.refreshed();
    assert_eq!((anna.waiting(), anna.finds("way"), anna.finds("behind")), (vec![], 1, 0));
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
}

#[test]
fn a_command_does_not_overtake_what_another_window_of_its_author_sends() {
    let shore = Shore::new();
    let mut anna = shore.client("anna");
    anna.does(incident("VPN down in Lyon")).unwrap();
    shore.leaves();
    anna.refreshed();
    anna.does(retitle(&anna, 1, "First")).unwrap();
    drop(anna);
    let outbox = Outbox::at(&shore.nearby("anna").outbox, &shore.desk());
    // Another window of hers is at it.
    let sending = outbox.sender(Duration::ZERO, &Stop::default()).unwrap();
    shore.returns();
    let mut nearby = shore.nearby("anna");
    nearby.bounds.lock = Duration::from_millis(50);
    let mut anna = Store::open_near(&shore.desk(), &nearby, &mut |_, _| {}).unwrap();
    let note = Command::Write { on: vec![Target::from(TicketId(1))], public: false, text: String::from("Second.") };
    assert!(anna.does(note).unwrap().waits.is_some());
    drop(sending);
    anna.refreshed();
    let verbs: Vec<String> = anna.read().unwrap().log(None, 2).unwrap().into_iter().map(|entry| entry.verb).collect();
    assert_eq!((anna.waiting(), verbs), (vec![], vec![String::from("note"), String::from("edit")]));
}

#[test]
fn who_leaves_while_the_drive_is_silent_is_let_go_and_what_was_not_sent_waits() {
    let shore = Shore::new();
    let nearby = shore.nearby("anna");
    let stop = nearby.stop.clone();
    let mut anna = Store::open_near(&shore.desk(), &nearby, &mut |_, _| {}).unwrap();
    let held = shore.held();
    let request = Request::new(incident("On its way"));
    // She leaves when she is told for whom she waits.
    let receipt = anna.execute_telling(&request, &who("anna"), &moment(), &mut |stage| {
        if matches!(stage, Stage::Waiting(_)) {
            stop.leave();
        }
    });
    assert_eq!(receipt.unwrap().waits, Some(request.id));
    let later = anna.does(incident("Asked for before leaving")).unwrap();
    assert!(later.waits.is_some());
    assert_eq!(anna.waiting().len(), 2);
    drop((anna, held));
    let anna = shore.client("anna");
    anna.refreshed();
    assert_eq!((anna.waiting(), anna.finds("leaving"), anna.finds("way")), (vec![], 1, 1));
}

#[test]
fn who_does_not_wait_in_the_outbox_is_told_who_has_the_lock_and_what_to_do() {
    let shore = Shore::new();
    let mut nearby = Nearby { when_away: WhenAway::Refuse, ..shore.nearby("anna") };
    nearby.bounds.silence = Duration::from_millis(100);
    let mut anna = Store::open_near(&shore.desk(), &nearby, &mut |_, _| {}).unwrap();
    let _held = shore.held();
    let refused = anna.does(incident("On its way")).unwrap_err().to_string();
    let holder = format!("eve on lab (process {})", std::process::id());
    assert_eq!(
        refused,
        format!(
            "the drive has not answered for 0 s; its lock was held by {holder}. Nobody knows yet whether the change was made: deskhand log tells when the drive answers. With --queue a change waits on this machine until the drive answers, and happens once"
        )
    );
}

#[test]
fn who_finds_the_desk_held_is_told_for_how_long_it_was_not_free_and_what_to_do() {
    let shore = Shore::new();
    let mut nearby = Nearby { when_away: WhenAway::Refuse, ..shore.nearby("anna") };
    nearby.bounds.lock = Duration::ZERO;
    let mut anna = Store::open_near(&shore.desk(), &nearby, &mut |_, _| {}).unwrap();
    let _held = shore.held();
    let refused = anna.does(incident("In vain")).unwrap_err().to_string();
    let held = format!("ops.desk was not free for 0 s and is held by eve on lab (process {}). If", std::process::id());
    assert!(refused.contains(&held), "{refused}");
    assert!(
        refused.ends_with(
            "boots again. With --queue a change waits on this machine until the drive answers, and happens once"
        ),
        "{refused}"
    );
}

#[test]
fn what_can_not_be_read_in_the_outbox_is_told_with_how_it_stands() {
    let shore = Shore::new();
    std::fs::create_dir_all(shore.nearby("anna").outbox).unwrap();
    let file = shore.nearby("anna").outbox.join("0190.json");
    std::fs::write(&file, "{\"of\": \"tomorrow\"}").unwrap();
    let anna = shore.client("anna");
    anna.refreshed();
    let left = anna.standing().unwrap().unreadable;
    assert_eq!((left.len(), &left[0].file, anna.unreadable()), (1, &file, left.clone()));
    assert!(file.exists());
}

#[test]
fn others_work_on_at_the_drive_while_a_change_is_looked_at_on_this_machine() {
    let shore = Shore::new();
    let (mut bob, looks) = (shore.client("bob"), shore.client("anna"));
    let ((tell, told), (go, gone)) = (channel(), channel());
    std::thread::scope(|scope| {
        let shore = &shore;
        let sends = scope.spawn(move || {
            let mut anna = shore.client("anna");
            tell.send(None).unwrap();
            gone.recv().unwrap();
            let tell = &mut |stage| _ = tell.send(Some(stage));
            anna.execute_telling(&Request::new(incident("Fan is loud")), &who("anna"), &moment(), tell)
        });
        told.recv().unwrap();
        bob.does(incident("Printer on fire")).unwrap();
        // As a preview of many tickets does.
        looks.conn.execute_batch("BEGIN IMMEDIATE").unwrap();
        go.send(()).unwrap();
        told.recv().unwrap();
        for _ in 0..3 {
            assert!(bob.does(incident("While anna waits")).unwrap().seq.is_some());
        }
        looks.conn.execute_batch("ROLLBACK").unwrap();
        assert!(sends.join().unwrap().unwrap().seq.is_some());
    });
    assert_eq!(verify::examine(&shore.bare()).unwrap(), []);
}

#[test]
fn a_drive_that_becomes_writable_or_stops_being_so_is_taken_as_it_is_without_a_restart() {
    use std::os::unix::fs::PermissionsExt;
    let shore = Shore::new();
    let mut bob = shore.client("bob");
    let rights = |mode| std::fs::set_permissions(shore.desk(), std::fs::Permissions::from_mode(mode)).unwrap();
    rights(0o444);
    if open::writable(&shore.desk()) {
        // Nothing is read-only for root.
        rights(0o644);
        return;
    }
    let mut anna = shore.client("anna");
    assert!(anna.does(incident("VPN down")).is_err() && anna.access() == Access::Read);
    rights(0o644);
    bob.does(incident("Mail is slow")).unwrap();
    anna.refreshed();
    assert!(anna.access() == Access::Write && anna.does(incident("VPN down")).unwrap().seq.is_some());
    rights(0o444);
    anna.refreshed();
    assert!(anna.access() == Access::Read && anna.does(incident("Mail is down")).is_err());
    assert_eq!(anna.waiting(), []);
}
