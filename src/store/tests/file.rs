//! The file: written only by us, verified, saved, restored.

use super::*;

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
        "INSERT OR IGNORE INTO person (login, name, roles) VALUES ('eve', 'Eve', 'admin')",
        "INSERT OR REPLACE INTO ticket SELECT * FROM ticket",
        "UPDATE OR IGNORE ticket SET version = 0",
        "INSERT OR REPLACE INTO change SELECT * FROM change",
        "INSERT OR IGNORE INTO change (seq, tbl, row) VALUES (NULL, 'ticket', 1)",
        "INSERT OR REPLACE INTO blob VALUES ('0', x'00')",
        "INSERT OR REPLACE INTO txn SELECT * FROM txn",
        "INSERT INTO txn (seq, command, at, author, host, verb, first, summary, body, receipt)
         VALUES (99, 'x', 0, 'eve', 'lab', 'edit', 99, '', '{}', '{}')",
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
        "INSERT OR REPLACE INTO txn (seq, command, at, author, host, verb, first, summary, body, receipt)
         VALUES (99, 'x', 0, 'eve', 'lab', 'edit', 99, '', '{}', '{}')",
        "INSERT OR REPLACE INTO txn (seq, command, at, author, host, verb, first, summary, body, receipt)
         SELECT 3, command, 0, 'eve', 'lab', 'edit', 99, '', '{}', '{}' FROM txn WHERE seq = 2",
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
            "INSERT INTO txn (seq, command, at, author, host, verb, first, summary, body, receipt)
             VALUES (3, 'x', 0, 'eve', 'lab', 'edit', (SELECT max(id) + 1 FROM change), 'by hand', '{}', '{}');
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
fn verify_names_the_entry_whose_change_was_moved_or_to_which_one_was_added() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let seq = desk.set(id, Field::Title, "Mail is very slow").seq.unwrap();
    desk.set(id, Field::Title, "No mail");
    let mut shell = rusqlite::Connection::open(desk.path()).unwrap();
    shell.execute_batch("DROP TRIGGER change_keeps; DROP TRIGGER change_belongs; DROP TRIGGER txn_keeps").unwrap();
    for (sql, found) in [
        ("UPDATE change SET seq = seq + 1 WHERE seq = ?1", vec![seq]),
        ("UPDATE change SET id = id + 100 WHERE seq = ?1", vec![seq, Seq(seq.0 + 1)]),
        ("UPDATE txn SET first = first + 1 WHERE seq = ?1", vec![Seq(seq.0 - 1), seq]),
        ("INSERT INTO change (seq, tbl, row) VALUES (?1, 'ticket', 1)", vec![Seq(seq.0 + 1)]),
        ("INSERT INTO change (id, seq, tbl, row) VALUES (-1, ?1, 'ticket', 1)", vec![seq]),
    ] {
        let hand = shell.transaction().unwrap();
        hand.execute(sql, [seq.0]).unwrap();
        let found: Vec<Finding> = found.into_iter().map(Finding::Rewritten).collect();
        assert_eq!(crate::store::verify::examine(&hand).unwrap(), found, "{sql}");
    }
}

#[test]
fn verify_reads_the_contents_of_attachments() {
    let mut desk = Desk::new();
    let on = desk.open("Mail is slow");
    for text in ["one", "two"] {
        let (name, media) = (format!("{text}.txt"), String::from("text/plain"));
        desk.done(Command::Attach { on: vec![on], name, media, bytes: text.into() });
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
    restore(&saved.path, &desk.path(), &nearby(desk.path().parent().unwrap()), desk.moment.now).unwrap();
    let refusal = desk.try_do(note(id, "would be lost")).unwrap_err();
    assert_eq!(refusal.exit_code(), 4);
    assert!(refusal.to_string().contains("was replaced by another file since it was opened"), "{refusal}");
    desk.store = Store::open(&desk.path()).unwrap();
    desk.done(note(id, "is kept"));
    assert_eq!(desk.store.verify().unwrap(), []);
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
    let kept = restore(&saved.path, &path, &nearby(path.parent().unwrap()), moment.now).unwrap().unwrap();
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
        on: vec![id],
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
