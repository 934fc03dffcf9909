//! Runbooks at tickets, and the files of articles, by the store's two doors.

use super::knowledge::words;
use super::*;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{ArticleField, CitationRole, KnowledgeCommand};
use crate::store::{FollowedStep, Task};

const BODY: &str =
    "## Stop\n\n1. Stop it\n\n   ```sh\n   systemctl stop x\n   ```\n2. Wait\n\n## Start\n\n1. Start it\n2. Wait\n";

impl Desk {
    fn runbook(&mut self, title: &str, body: &str, tags: &[&str]) -> ArticleId {
        let mut set =
            words(&[(ArticleField::Title, title), (ArticleField::Body, body), (ArticleField::Type, "runbook")]);
        set.insert(ArticleField::Tags, tags.iter().map(|tag| Value::from(*tag)).collect());
        let id = self.kb(KnowledgeCommand::Write { set, cite: Vec::new() }).articles[0];
        self.publish(id);
        id
    }

    fn follow(&mut self, on: ArticleId, ticket: TicketId) -> Receipt {
        self.kb(KnowledgeCommand::Follow { on, ticket })
    }

    fn tick(&mut self, on: TicketId, position: i64, done: bool) -> Receipt {
        self.done(Command::Task { on, change: TaskChange::Done(position, done) })
    }

    fn tasks(&self, ticket: TicketId) -> Vec<Task> {
        self.store.read().unwrap().tasks(ticket).unwrap()
    }

    fn steps(&self, id: ArticleId, ticket: TicketId) -> Vec<FollowedStep> {
        self.store.read().unwrap().followed(id, Some(ticket)).unwrap().steps
    }

    fn alert(&self, title: &str, description: &str, tags: &[&str]) -> Option<ArticleId> {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        self.store.read().unwrap().runbook_for(title, description, &tags).unwrap().map(|found| found.id)
    }

    fn attach(&mut self, on: ArticleId, name: &str, bytes: &[u8]) -> Receipt {
        let (name, media, bytes) = (name.to_owned(), String::from("image/png"), bytes.to_vec());
        self.kb(KnowledgeCommand::Attach { on, name, media, source: None, bytes })
    }

    fn files(&self, id: ArticleId) -> Vec<(String, Vec<u8>)> {
        let reader = self.store.read().unwrap();
        let files = reader.article_files(id).unwrap().into_iter();
        files.map(|one| (one.file.name.clone(), reader.contents(&one.file).unwrap())).collect()
    }
}

fn lines(tasks: &[Task]) -> Vec<String> {
    let line = |task: &Task| {
        let from = task.origin.as_ref().map(|from| format!(" ({} {} {})", from.edition, from.heading, from.step));
        format!("{} [{}] {}{}", task.position, if task.done { "x" } else { " " }, task.text, from.unwrap_or_default())
    };
    tasks.iter().map(line).collect()
}

#[test]
fn the_steps_of_a_runbook_come_onto_the_checklist_and_each_knows_where_it_came_from() {
    let mut desk = Desk::new();
    let (runbook, ticket) = (desk.runbook("NodeDown", BODY, &[]), desk.open("NodeDown"));
    desk.done(Command::Task { on: ticket, change: TaskChange::Add(String::from("Call the site")) });
    let followed = desk.follow(runbook, ticket);
    assert_eq!(followed.summary, "INC-1 follows KB-1 NodeDown: 4 steps");
    assert_eq!(
        lines(&desk.tasks(ticket)),
        [
            "1 [ ] Call the site",
            "2 [ ] Stop it (1 Stop 1)",
            "3 [ ] Wait (1 Stop 2)",
            "4 [ ] Start it (1 Start 1)",
            "5 [ ] Wait (1 Start 2)"
        ]
    );
    let reader = desk.store.read().unwrap();
    assert_eq!(reader.articles_of(ticket).unwrap()[0].role, Some(CitationRole::Used), "it counts as use");
    assert_eq!(reader.article_row(runbook).unwrap().proof.uses, 1);
    drop(reader);
    let again = desk.follow(runbook, ticket);
    assert_eq!((again.summary.as_str(), again.seq), ("INC-1 follows KB-1 NodeDown already", None));
    desk.undo(&followed);
    assert_eq!(lines(&desk.tasks(ticket)), ["1 [ ] Call the site"]);
    assert_eq!(desk.store.read().unwrap().article_row(runbook).unwrap().proof.uses, 0);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn open_steps_of_a_runbook_do_not_keep_an_incident_from_being_resolved_in_the_same_command() {
    let mut desk = Desk::new();
    let (on, ticket) = (desk.runbook("NodeDown", BODY, &[]), desk.open("NodeDown"));
    let set = Edit::from([
        (Field::Assignee, Value::from(1)),
        (Field::ResolutionCode, Value::from("fixed")),
        (Field::Resolution, Value::from("Restarted.")),
    ]);
    let resolve = Command::Move { on: vec![ticket.into()], to: String::from("resolved"), set, children: false };
    desk.done(Command::Each(vec![Command::Knowledge(KnowledgeCommand::Follow { on, ticket }), resolve]));
    assert_eq!(desk.store.read().unwrap().ticket(ticket).unwrap().state, "resolved");
}

#[test]
fn a_ticked_step_tells_when_and_by_whom_and_undo_unticks_it() {
    let mut desk = Desk::new();
    let (runbook, ticket) = (desk.runbook("NodeDown", BODY, &[]), desk.open("NodeDown"));
    desk.follow(runbook, ticket);
    person(&mut desk, "bert", "agent");
    desk.author.login = String::from("bert");
    let ticked = desk.tick(ticket, 4, true);
    let at = desk.moment.now;
    let told = |desk: &Desk| -> Vec<(bool, Option<Timestamp>, Option<String>)> {
        let steps = desk.steps(runbook, ticket).into_iter();
        steps.map(|one| (one.task.as_ref().unwrap().done, one.task.unwrap().ended, one.by)).collect()
    };
    let open = (false, None, None);
    assert_eq!(
        told(&desk),
        [open.clone(), open.clone(), open.clone(), (true, Some(at), Some(String::from("bert")))],
        "the second of two that read alike"
    );
    desk.undo(&ticked);
    assert_eq!(told(&desk), [open.clone(), open.clone(), open.clone(), open]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn a_newer_edition_brings_only_what_is_new_and_what_was_ticked_stays() {
    let mut desk = Desk::new();
    let (runbook, ticket) = (desk.runbook("NodeDown", BODY, &[]), desk.open("NodeDown"));
    desk.follow(runbook, ticket);
    desk.tick(ticket, 1, true);
    let newer = "## Stop\n\n1. Tell the users\n2. Stop it\n3. Wait\n\n## Begin\n\n1. Start it\n2. Wait\n3. Look\n";
    desk.edited(runbook.into(), newer).unwrap();
    let steps: Vec<(String, Option<i64>)> =
        (desk.steps(runbook, ticket).into_iter()).map(|one| (one.text, one.task.map(|task| task.position))).collect();
    let places: Vec<Option<i64>> = steps.iter().map(|(_, place)| *place).collect();
    assert_eq!(places, [None, Some(1), Some(2), Some(3), Some(4), None], "{steps:?}");
    assert_eq!(desk.follow(runbook, ticket).summary, "INC-1 follows KB-1 NodeDown: 2 steps more");
    assert_eq!(
        lines(&desk.tasks(ticket)),
        [
            "1 [x] Stop it (1 Stop 1)",
            "2 [ ] Wait (1 Stop 2)",
            "3 [ ] Start it (1 Start 1)",
            "4 [ ] Wait (1 Start 2)",
            "5 [ ] Tell the users (2 Stop 1)",
            "6 [ ] Look (2 Begin 3)"
        ]
    );
    assert_eq!(desk.follow(runbook, ticket).seq, None);
}

#[test]
fn two_who_follow_the_same_runbook_at_once_get_one_checklist_and_both_tick_on_it() {
    let mut desk = Desk::new();
    let (runbook, ticket) = (desk.runbook("NodeDown", BODY, &[]), desk.open("NodeDown"));
    person(&mut desk, "bert", "agent");
    let (path, moment) = (desk.path(), desk.moment);
    let together = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for (login, position) in [("anna", 1), ("bert", 2)] {
            let (path, together) = (&path, &together);
            scope.spawn(move || {
                let mut store = Store::open(path).unwrap();
                let author = Author { login: login.to_owned(), via: None, host: String::from("lab") };
                together.wait();
                let follow = Command::Knowledge(KnowledgeCommand::Follow { on: runbook, ticket });
                store.execute(&Request::new(follow), &author, &moment).unwrap();
                let tick = Command::Task { on: ticket, change: TaskChange::Done(position, true) };
                store.execute(&Request::new(tick), &author, &moment).unwrap();
            });
        }
    });
    let by: Vec<Option<String>> = desk.steps(runbook, ticket).into_iter().map(|one| one.by).collect();
    assert_eq!(by, [Some(String::from("anna")), Some(String::from("bert")), None, None]);
    assert_eq!(desk.tasks(ticket).len(), 4);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn the_steps_of_a_runbook_stand_in_no_incidents_way_and_in_that_of_a_change() {
    let mut desk = Desk::new();
    let (runbook, incident) = (desk.runbook("NodeDown", BODY, &[]), desk.open("NodeDown"));
    desk.set(incident, Field::Assignee, "me");
    desk.follow(runbook, incident);
    desk.resolve(incident);
    assert_eq!(desk.ticket(incident).state, "resolved");
    let other = desk.open("other");
    desk.set(other, Field::Assignee, "me");
    desk.done(Command::Task { on: other, change: TaskChange::Add(String::from("Own")) });
    desk.follow(runbook, other);
    let refused = desk.refused(resolve(other));
    assert_eq!(refused, "Cannot resolve INC-2: task 1 is open (Own)");
}

#[test]
fn what_is_retired_is_not_followed_and_what_has_no_steps_is_used() {
    let mut desk = Desk::new();
    let (plain, ticket) = (desk.runbook("Watchdog", "It always fires.", &[]), desk.open("x"));
    assert_eq!(desk.follow(plain, ticket).summary, "INC-1 uses KB-1 Watchdog, which has no steps to tick");
    desk.kb(KnowledgeCommand::Advance { on: vec![plain], to: String::from("retired"), at: None });
    let refused = desk.kb_refused(KnowledgeCommand::Follow { on: plain, ticket });
    assert_eq!(refused, "KB-1 Watchdog is retired: it no longer holds");
    person(&mut desk, "rita", "requester");
    desk.author.login = String::from("rita");
    assert!(desk.kb_refused(KnowledgeCommand::Follow { on: plain, ticket }).starts_with("you (requester) may not"));
}

#[test]
fn a_merged_ticket_takes_the_steps_that_were_ticked_along() {
    let mut desk = Desk::new();
    let (runbook, one, two) = (desk.runbook("NodeDown", BODY, &[]), desk.open("a"), desk.open("b"));
    desk.follow(runbook, one);
    desk.tick(one, 1, true);
    desk.done(Command::Merge { from: vec![one.into()], into: two });
    let done: Vec<bool> = desk.steps(runbook, two).into_iter().map(|step| step.task.unwrap().done).collect();
    assert_eq!(done, [true, false, false, false]);
    assert_eq!(desk.follow(runbook, two).seq, None);
}

#[test]
fn an_alert_leads_to_its_runbook_by_its_whole_name_only() {
    let mut desk = Desk::new();
    let node = desk.runbook("NodeDown", "x", &["host_unreachable", "linux"]);
    let disk = desk.runbook("Disk space is low (90%)", "x", &["linux"]);
    let draft = words(&[(ArticleField::Title, "ClockSkew"), (ArticleField::Type, "runbook")]);
    desk.kb(KnowledgeCommand::Write { set: draft, cite: Vec::new() });
    desk.published("CertExpires", "A how-to, no runbook.");
    for (title, found) in [
        ("NodeDown", Some(node)),
        ("[FIRING:1] nodedown prod (critical)", Some(node)),
        ("srv1: Disk space is low (90%)", Some(disk)),
        ("Host_Unreachable: srv1", Some(node)),
        ("NodeDownload fails", None),
        ("Disk space is low", None),
        ("linux box broken", None),
        ("ClockSkew", None),
        ("CertExpires", None),
        ("", None),
    ] {
        assert_eq!(desk.alert(title, "", &[]), found, "{title}");
    }
    assert_eq!(desk.alert("Server", "Labels:\n - alertname = NodeDown\n - job = node", &[]), Some(node));
    assert_eq!(desk.alert("Server", "NodeDown somewhere in the text", &[]), None);
    assert_eq!(desk.alert("Server", "", &["nodedown"]), Some(node));
    assert_eq!(desk.alert("Server", "", &["linux"]), None, "a tag that several have names none");
    assert_eq!(desk.alert("NodeDown: Disk space is low (90%)", "", &[]), Some(disk), "the longest name");
    let other = desk.runbook("nodedown", "newer", &[]);
    desk.kb(KnowledgeCommand::Review { on: vec![node], comment: String::new() });
    assert_eq!(desk.alert("NodeDown", "", &[]), Some(node), "of two the one that was confirmed last");
    assert_ne!(node, other);
}

#[test]
fn the_runbook_of_an_alert_is_suggested_first() {
    let mut desk = Desk::new();
    desk.published("Kernel log of a node that is down and hangs", "A node down: the kernel log hangs.");
    let node = desk.runbook("NodeDown", "Nothing that reads alike.", &[]);
    let reader = desk.store.read().unwrap();
    let found = reader.suggest("NodeDown: kernel log hangs", "").unwrap();
    assert_eq!(found.articles.iter().map(|hit| hit.id.number()).collect::<Vec<_>>(), ["KB-2", "KB-1"]);
    assert_eq!(found.runbook.map(|one| (one.id, one.alert)), Some((node, String::from("nodedown"))));
    assert_eq!(reader.suggest("kernel log hangs", "").unwrap().runbook, None);
    drop(reader);
    let ticket = desk.open("Server");
    desk.done(tags(ticket, &["nodedown"], &[]));
    assert_eq!(desk.store.read().unwrap().suggest_for(ticket).unwrap().runbook.unwrap().id, node);
}

#[test]
fn names_are_looked_up_in_an_index() {
    let desk = Desk::new();
    let reader = desk.store.read().unwrap();
    let plan = |sql: &str| -> String {
        reader.all::<String>(&format!("EXPLAIN QUERY PLAN {sql}"), [], |row| row.get(3)).unwrap().join("; ")
    };
    let named = plan("SELECT id FROM article WHERE lower(title) = lower('x') ORDER BY id LIMIT 2");
    assert!(named.contains("USING") && named.contains("article_title"), "{named}");
    let alert = plan(
        "SELECT lower(title), id, title FROM article WHERE lower(title) IN (SELECT value FROM json_each('[]'))
          AND phase IN (2, 3) AND type = 'runbook' ORDER BY confirmed DESC, id DESC",
    );
    assert!(alert.contains("article_title"), "{alert}");
    let tag = plan(
        "SELECT t.name, a.id, a.title FROM article_tag t JOIN article a ON a.id = t.article
          WHERE t.name IN (SELECT value FROM json_each('[]')) AND a.phase IN (2, 3) AND a.type = 'runbook' ORDER BY a.id",
    );
    assert!(tag.contains("article_tag_name"), "{tag}");
}

#[test]
fn an_article_is_found_by_its_title_in_any_case() {
    let mut desk = Desk::new();
    let (one, two) = (desk.write("VPN drops", "x"), desk.write("Überwachung", "x"));
    desk.write("twice", "x");
    desk.write("Twice", "x");
    let reader = desk.store.read().unwrap();
    assert_eq!(reader.find_article("vpn DROPS").unwrap(), one);
    assert_eq!(reader.find_article("ÜBERWACHUNG").unwrap(), two);
    let refused = |word: &str| reader.find_article(word).unwrap_err().to_string();
    assert_eq!(refused("TWICE"), "'TWICE' may be KB-3 or KB-4; give the number");
    assert_eq!(refused("VPN drop"), "there is no article 'VPN drop'; did you mean 'VPN drops'?");
}

#[test]
fn a_file_of_an_article_is_replaced_taken_away_and_brought_back() {
    let mut desk = Desk::new();
    let id = desk.write("Rack", "![rack](attachment:rack.png)");
    let ticket = desk.open("x");
    let name = String::from("same.png");
    desk.done(Command::Attach { on: vec![ticket], name, media: String::from("image/png"), bytes: b"one".to_vec() });
    assert_eq!(desk.attach(id, "../img/rack.png", b"one").summary, "attached rack.png to KB-1 Rack");
    assert_eq!(desk.attach(id, "rack.png", b"one").seq, None, "the same again is no change");
    let other = desk.attach(id, "rack.png", b"two");
    assert_eq!(other.summary, "put another rack.png onto KB-1 Rack");
    assert_eq!(desk.files(id), [(String::from("rack.png"), b"two".to_vec())]);
    desk.undo(&other);
    assert_eq!(desk.files(id), [(String::from("rack.png"), b"one".to_vec())]);
    let names = vec![String::from("rack.png")];
    let gone = desk.kb(KnowledgeCommand::Detach { on: id, names: names.clone() });
    assert_eq!(gone.notices, ["the text of KB-1 still shows rack.png"]);
    assert_eq!(desk.files(id), []);
    assert_eq!(desk.kb_refused(KnowledgeCommand::Detach { on: id, names }), "KB-1 Rack has no file 'rack.png'");
    desk.undo(&gone);
    assert_eq!(desk.files(id).len(), 1);
    let reader = desk.store.read().unwrap();
    let blobs: i64 = reader.one("SELECT count(*) FROM blob", [], |row| row.get(0)).unwrap().unwrap();
    assert_eq!(blobs, 2, "a ticket's attachment shares its contents");
    let told = reader.history_of_article(id, &desk.moment).unwrap();
    let told: Vec<String> = told
        .iter()
        .flat_map(|event| &event.changes)
        .filter(|c| c.what == "file")
        .map(|c| format!("{}>{}", c.before.text().unwrap_or_default(), c.after.text().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            ">rack.png",
            "rack.png (7692c3ad)>rack.png (3fc4ccfe)",
            "rack.png (3fc4ccfe)>rack.png (7692c3ad)",
            "rack.png>",
            ">rack.png"
        ]
    );
    drop(reader);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn an_undo_does_not_put_a_file_over_another_of_its_name() {
    let mut desk = Desk::new();
    let id = desk.write("Rack", "x");
    desk.attach(id, "a.png", b"one");
    let gone = desk.kb(KnowledgeCommand::Detach { on: id, names: vec![String::from("a.png")] });
    desk.attach(id, "a.png", b"two");
    let refused = desk.refused(Command::Undo { seq: gone.seq.unwrap(), settled: Vec::new() });
    assert!(refused.contains("the article_file of KB-1 Rack"), "{refused}");
    assert_eq!(desk.files(id), [(String::from("a.png"), b"two".to_vec())]);
}

#[test]
fn a_file_larger_than_the_desk_takes_is_refused() {
    let mut desk = Desk::new();
    let id = desk.write("Rack", "x");
    let limit = usize::try_from(desk.store.read().unwrap().rules().settings.attachment_limit).unwrap();
    let bytes = vec![0; (limit << 20) + 1];
    let attach =
        KnowledgeCommand::Attach { on: id, name: String::from("big.iso"), media: String::new(), source: None, bytes };
    let refused = desk.kb_refused(attach);
    assert!(refused.starts_with("big.iso has ") && refused.contains("attachment_limit"), "{refused}");
}

#[test]
fn a_desk_of_the_version_before_runbooks_is_brought_up_to_date_and_backed_up() {
    let mut desk = Desk::new();
    let (article, ticket) = (desk.published("NodeDown", BODY), desk.open("NodeDown"));
    desk.done(Command::Task { on: ticket, change: TaskChange::Add(String::from("Call the site")) });
    desk.tick(ticket, 1, true);
    let path = desk.path();
    drop(desk.store);
    // As the version before left it: the tables without what came since.
    let conn = rusqlite::Connection::open(&path).unwrap();
    let triggers: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    triggers.iter().for_each(|name| conn.execute_batch(&format!("DROP TRIGGER \"{name}\"")).unwrap());
    conn.execute_batch(
        "DROP TABLE article_file; DROP INDEX article_title; DROP INDEX article_shelf; DROP INDEX task_article;
         ALTER TABLE task DROP COLUMN article; ALTER TABLE task DROP COLUMN edition;
         ALTER TABLE task DROP COLUMN step; ALTER TABLE task DROP COLUMN heading;
         DELETE FROM sqlite_stat1 WHERE idx IN ('task_article', 'article_title', 'article_shelf') OR tbl = 'article_file';
         PRAGMA user_version = 6",
    )
    .unwrap();
    drop(conn);
    desk.store = Store::open(&path).unwrap();
    assert_eq!(lines(&desk.tasks(ticket)), ["1 [x] Call the site"]);
    assert_eq!(desk.follow(article, ticket).summary, "INC-1 follows KB-1 NodeDown: 4 steps");
    desk.attach(article, "a.png", b"one");
    assert_eq!(desk.store.verify().unwrap(), []);
    let kept = std::fs::read_dir(desk.folder.path()).unwrap().flatten();
    let kept = kept.filter(|file| file.file_name().to_string_lossy().contains(".before-"));
    assert!(kept.count() >= 1, "a backup of the desk as it was");
}

#[test]
fn the_articles_about_a_ci_or_a_service_are_told_what_is_published_first() {
    let mut desk = Desk::new();
    desk.done(Command::Register(Record::Service {
        id: None,
        key: String::from("vpn"),
        name: String::from("VPN"),
        criticality: crate::desk::priority::Criticality::default(),
        owner: None,
        team: None,
        active: true,
    }));
    let service = desk.store.read().unwrap().find_service("vpn").unwrap().id;
    let (draft, gone, live) = (desk.write("Draft", "x"), desk.published("Gone", "x"), desk.published("Live", "x"));
    for id in [draft, gone, live] {
        let set = crate::desk::knowledge::Content::from([(ArticleField::Services, vec![Value::Int(service.0)])]);
        desk.kb(KnowledgeCommand::Edit { on: id.into(), set, settled: Vec::new() });
    }
    desk.kb(KnowledgeCommand::Advance { on: vec![gone], to: String::from("retired"), at: None });
    let told: Vec<String> =
        desk.store.read().unwrap().articles_about_service(service).unwrap().into_iter().map(|one| one.title).collect();
    assert_eq!(told, ["Live", "Draft"]);
}
