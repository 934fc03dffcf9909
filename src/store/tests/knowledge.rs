//! Articles by the store's two doors.

use super::*;
use crate::desk::id::{ArticleId, ServiceId};
use crate::desk::knowledge::{ArticleField, ArticleTarget, CitationRole, Content, KnowledgeCommand, Phase};
use crate::store::{How, Shelf, Why};

pub(super) fn words(given: &[(ArticleField, &str)]) -> Content {
    given.iter().map(|(field, text)| (*field, vec![Value::from(*text)])).collect()
}

impl Desk {
    pub(super) fn kb(&mut self, command: KnowledgeCommand) -> Receipt {
        self.done(Command::Knowledge(command))
    }

    pub(super) fn kb_refused(&mut self, command: KnowledgeCommand) -> String {
        self.refused(Command::Knowledge(command))
    }

    pub(super) fn write(&mut self, title: &str, body: &str) -> ArticleId {
        let set = words(&[(ArticleField::Title, title), (ArticleField::Body, body)]);
        self.kb(KnowledgeCommand::Write { set, cite: Vec::new() }).articles[0]
    }

    pub(super) fn publish(&mut self, id: ArticleId) -> Receipt {
        self.kb(KnowledgeCommand::Advance { on: vec![id], to: String::from("publish"), at: None })
    }

    pub(super) fn published(&mut self, title: &str, body: &str) -> ArticleId {
        let id = self.write(title, body);
        self.publish(id);
        id
    }

    pub(super) fn article(&self, id: ArticleId) -> crate::desk::knowledge::Article {
        self.store.read().unwrap().article(id).unwrap()
    }

    pub(super) fn found(&self, words: &str) -> Vec<String> {
        let found = self.store.read().unwrap().search_articles(words, 20, self.moment.now).unwrap();
        found.hits.iter().map(|hit| hit.id.number()).collect()
    }

    pub(super) fn how(&self, words: &str) -> How {
        self.store.read().unwrap().search_articles(words, 20, self.moment.now).unwrap().how
    }

    pub(super) fn edited(&mut self, on: ArticleTarget, body: &str) -> Result<Receipt, Refusal> {
        let set = words(&[(ArticleField::Body, body)]);
        self.try_do(Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() }))
    }
}

fn seen(article: &crate::desk::knowledge::Article) -> ArticleTarget {
    ArticleTarget { id: article.id, version: Some(article.version) }
}

#[test]
fn a_search_is_narrowed_by_type_state_tag_service_ci_and_owner() {
    let mut desk = Desk::new();
    let mail = desk.service("mail", "Mail and calendar");
    let write = |desk: &mut Desk, title: &str, kind: &str, tag: &str, service: Option<ServiceId>| {
        let mut set = words(&[
            (ArticleField::Title, title),
            (ArticleField::Type, kind),
            (ArticleField::Tags, tag),
            (ArticleField::Body, "The disk is full.\n"),
        ]);
        set.extend(service.map(|id| (ArticleField::Services, vec![Value::Int(id.0)])));
        desk.kb(KnowledgeCommand::Write { set, cite: Vec::new() }).articles[0]
    };
    let runbook = write(&mut desk, "Disk full", "runbook", "linux", Some(mail));
    write(&mut desk, "Disk full on a laptop", "how_to", "laptop", None);
    desk.publish(runbook);
    assert_eq!(desk.found("disk type:runbook"), ["KB-1"]);
    assert_eq!(desk.found("disk -type:run"), ["KB-2"]);
    assert_eq!(desk.found("type:how-to,faq"), ["KB-2"]);
    assert_eq!(desk.found("state:draft"), ["KB-2"]);
    assert_eq!(desk.found("tag:lin disk"), ["KB-1"]);
    assert_eq!(desk.found("service:\"mail and\""), ["KB-1"]);
    assert_eq!(desk.found("owner:none service:mail"), [] as [&str; 0], "whoever wrote it answers for it");
    assert_eq!(desk.found("dsik type:runbook"), ["KB-1"], "mistyped");
    assert_eq!(desk.found("disk type:"), ["KB-1", "KB-2"], "not typed to its end");
    assert_eq!(desk.found("disk type:nothing"), [] as [&str; 0]);
    let reader = desk.store.read().unwrap();
    assert!(!reader.search_articles("printer type:runbook", 9, desk.moment.now).unwrap().is_gap());
}

#[test]
fn an_article_lives_from_draft_to_retired_and_each_edition_is_kept() {
    let mut desk = Desk::new();
    let id = desk.write("VPN drops", "Restart it.\n");
    assert_eq!((id.number().as_str(), desk.article(id).state.as_str()), ("KB-1", "draft"));
    desk.publish(id);
    let now = desk.article(id);
    assert_eq!((now.state.as_str(), now.phase, now.edition), ("published", Phase::Live, 1));
    assert_eq!(now.review.unwrap().since(now.confirmed.unwrap()), 180 * DAY);
    desk.edited(id.into(), "Restart the client.\n").unwrap();
    assert_eq!(desk.article(id).edition, 2, "what readers rely on is an edition at once");
    let editions = desk.store.read().unwrap().editions(id).unwrap();
    let bodies: Vec<(i64, &str)> = editions.iter().map(|one| (one.n, one.body.as_str())).collect();
    assert_eq!(bodies, [(2, "Restart the client.\n"), (1, "Restart it.\n")]);
    desk.kb(KnowledgeCommand::Restore { on: id.into(), edition: 1 });
    let back = desk.article(id);
    assert_eq!((back.body.as_str(), back.edition), ("Restart it.\n", 3));
    desk.kb(KnowledgeCommand::Advance { on: vec![id], to: String::from("retired"), at: None });
    assert_eq!((desk.article(id).phase, desk.article(id).review), (Phase::Gone, None));
    assert_eq!(
        desk.kb_refused(KnowledgeCommand::Restore { on: id.into(), edition: 9 }),
        "KB-1 has no edition 9; the newest is 3"
    );
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn everything_done_to_an_article_can_be_undone_and_its_words_follow() {
    let mut desk = Desk::new();
    let id = desk.write("VPN drops", "Restart it.");
    assert_eq!(desk.found("restart"), ["KB-1"]);
    let published = desk.publish(id);
    let edited = desk.edited(id.into(), "Call the vendor.").unwrap();
    assert_eq!((desk.found("vendor"), desk.found("restart")), (vec![String::from("KB-1")], vec![]));
    let tags = Content::from([(ArticleField::Tags, vec![Value::from("mac"), Value::from("Sleep")])]);
    let tagged = desk.kb(KnowledgeCommand::Edit { on: id.into(), set: tags, settled: Vec::new() });
    assert_eq!(
        (desk.article(id).tags, desk.found("sleep")),
        (vec!["mac".to_owned(), "sleep".to_owned()], vec!["KB-1".to_owned()])
    );
    desk.undo(&tagged);
    assert_eq!(desk.found("sleep"), [] as [&str; 0]);
    let rated = desk.kb(KnowledgeCommand::Rate { on: id, helped: true, comment: String::new() });
    desk.undo(&rated);
    let redone = desk.undo(&edited);
    assert_eq!((desk.article(id).body.as_str(), desk.article(id).edition), ("Restart it.", 1));
    desk.undo(&redone);
    assert_eq!(desk.article(id).body, "Call the vendor.");
    let refused = desk.refused(Command::Undo { seq: published.seq.unwrap(), settled: Vec::new() });
    assert!(
        refused.starts_with("entry 3 can't be taken back, KB-1 VPN drops was changed meanwhile by anna"),
        "{refused}"
    );
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn two_people_edit_different_paragraphs_and_both_stay() {
    let mut desk = Desk::new();
    let id = desk.published("VPN", "One.\n\nTwo.\n\nThree.\n");
    let both = seen(&desk.article(id));
    desk.edited(both, "One!\n\nTwo.\n\nThree.\n").unwrap();
    desk.edited(both, "One.\n\nTwo.\n\nThree!\n\nFour.\n").unwrap();
    assert_eq!(desk.article(id).body, "One!\n\nTwo.\n\nThree!\n\nFour.\n");
    let refusal = desk.edited(both, "Uno.\n\nTwo.\n\nThree.\n").unwrap_err();
    let Refusal::Conflict(conflict) = refusal else { panic!("{refusal}") };
    assert_eq!(conflict.what, "KB-1 VPN");
    let [clash] = conflict.fields.as_slice() else { panic!("{conflict:?}") };
    assert_eq!(clash.field, "body, paragraph 1");
    let text = |value: &Value| value.text().unwrap().to_owned();
    assert_eq!([text(&clash.base), text(&clash.theirs), text(&clash.yours)], ["One.", "One!", "Uno."]);
    let lists =
        |tags: &[&str]| Content::from([(ArticleField::Tags, tags.iter().map(|tag| Value::from(*tag)).collect())]);
    desk.kb(KnowledgeCommand::Edit { on: both, set: lists(&["a"]), settled: Vec::new() });
    desk.kb(KnowledgeCommand::Edit { on: both, set: lists(&["b"]), settled: Vec::new() });
    assert_eq!(desk.article(id).tags, ["a", "b"], "two who add to a list both do");
}

#[test]
fn what_is_scheduled_is_published_and_what_is_due_is_called_for_review() {
    let mut desk = Desk::new();
    let id = desk.write("Patch day", "Reboot.");
    let at = desk.moment.now.plus(DAY);
    let later = desk.kb(KnowledgeCommand::Advance { on: vec![id], to: String::from("publish"), at: Some(at) });
    assert!(later.summary.starts_with("KB-1 Patch day: to be published 20"), "{}", later.summary);
    let now = desk.moment.now;
    assert_eq!(desk.kb(KnowledgeCommand::Fall { now }).seq, None, "nothing is due yet");
    desk.moment.now = at.plus(1);
    let now = desk.moment.now;
    desk.kb(KnowledgeCommand::Fall { now });
    assert_eq!((desk.article(id).state.as_str(), desk.article(id).publish_at), ("published", None));
    desk.moment.now = desk.moment.now.plus(200 * DAY);
    let now = desk.moment.now;
    desk.kb(KnowledgeCommand::Fall { now });
    assert_eq!(desk.article(id).state, "review_due");
    desk.kb(KnowledgeCommand::Flag { on: id, comment: String::from("The host is gone.") });
    let due = desk.store.read().unwrap().articles_due(desk.moment.now).unwrap();
    assert!(matches!(&due[0].why, Why::Flag(flag) if flag.comment == "The host is gone."));
    assert!(matches!(due[1].why, Why::Review(_)));
    desk.kb(KnowledgeCommand::Review { on: vec![id], comment: String::from("Changed the host.") });
    assert_eq!(desk.article(id).state, "published");
    assert_eq!(desk.store.read().unwrap().articles_due(desk.moment.now).unwrap(), []);
    assert_eq!(desk.store.read().unwrap().flags(id).unwrap()[0].answer.as_deref(), Some("Changed the host."));
}

#[test]
fn a_policy_goes_back_to_review_when_it_is_changed() {
    let mut desk = Desk::new();
    let id = desk.write("Passwords", "Long ones.");
    desk.kb(KnowledgeCommand::Edit {
        on: id.into(),
        set: words(&[(ArticleField::Type, "policy")]),
        settled: Vec::new(),
    });
    desk.kb(KnowledgeCommand::Advance { on: vec![id], to: String::from("submit"), at: None });
    let refused = desk.kb_refused(KnowledgeCommand::Advance { on: vec![id], to: String::from("publish"), at: None });
    assert!(refused.contains("somebody who did not write it last"), "{refused}");
    person(&mut desk, "bert", "agent");
    desk.author.login = String::from("bert");
    desk.publish(id);
    desk.author.login = String::from("anna");
    let receipt = desk.edited(id.into(), "Longer ones.").unwrap();
    assert_eq!(receipt.notices, ["KB-1 is in_review until somebody else publishes it"]);
    assert_eq!((desk.article(id).state.as_str(), desk.article(id).edition), ("in_review", 1));
}

#[test]
fn articles_are_found_as_words_are_typed() {
    let mut desk = Desk::new();
    let title = desk.published("Printer jams on floor 3", "Open the tray.");
    let body = desk.published("Office equipment", "If the printer hums, leave it.\n\n## Toner\n\nOrder it.");
    assert_eq!(desk.found("print"), [title.number(), body.number()], "a title says more than a body");
    assert_eq!(desk.found("toner"), [body.number()]);
    assert_eq!(desk.found("\"printer hums\""), [body.number()]);
    assert_eq!(desk.found("\"printer floor\""), [] as [&str; 0]);
    assert_eq!(desk.found("printer -jams"), [body.number()]);
    assert_eq!(desk.found("kb-2"), ["KB-2"]);
    assert_eq!(desk.found(""), [] as [&str; 0]);
    let reader = desk.store.read().unwrap();
    let hit = &reader.search_articles("hums", 5, desk.moment.now).unwrap().hits[0];
    assert_eq!(hit.snippet.text, "If the printer hums, leave it. Order it.");
    assert_eq!(&hit.snippet.text[hit.snippet.hits[0].clone()], "hums");
}

#[test]
fn identifiers_other_scripts_and_mistyped_words_are_found() {
    let mut desk = Desk::new();
    let pods = desk.published("KubePodCrashLooping", "A pod restarts.").number();
    let windows = desk.published("Access denied", "Error 0x80070005, see also ORA-00600.").number();
    let tokyo = desk.published("東京オフィスの無線", "無線LANに接続できない場合は再起動する。").number();
    let hebrew = desk.published("מדפסת", "המדפסת לא עובדת").number();
    let german = desk.published("Zugang für Gäste", "Über das Portal.").number();
    for (typed, number) in [
        ("KubePodCrashLooping", &pods),
        ("kubepodcr", &pods),
        ("crash looping", &pods),
        ("0x80070005", &windows),
        ("80070005", &windows),
        ("ORA-00600", &windows),
        ("ora00600", &windows),
        ("接続", &tokyo),
        ("再起動する", &tokyo),
        ("線", &tokyo),
        ("עובדת", &hebrew),
        ("gaste", &german),
    ] {
        assert_eq!(desk.found(typed), [number.as_str()], "{typed}");
        assert_eq!(desk.how(typed), How::Exact, "{typed}");
    }
    assert_eq!(desk.found("acces dneied"), [windows.as_str()]);
    assert_eq!(desk.how("dneied"), How::Corrected(vec![(String::from("dneied"), String::from("denied"))]));
    assert_eq!(desk.found("portal restarts"), [german, pods], "what has some of it");
    assert_eq!(desk.how("portal restarts"), How::Loose);
}

#[test]
fn what_is_fresh_and_proven_stands_first() {
    let mut desk = Desk::new();
    let old = desk.published("Reset a badge", "At the desk.");
    desk.moment.now = desk.moment.now.plus(3 * 365 * DAY);
    let new = desk.published("Reset a badge", "At the desk.");
    assert_eq!(desk.found("badge"), [new.number(), old.number()]);
    desk.kb(KnowledgeCommand::Review { on: vec![old], comment: String::new() });
    let incident = desk.open("badge");
    desk.kb(KnowledgeCommand::Use { on: old, tickets: vec![incident], resolve: None });
    desk.kb(KnowledgeCommand::Rate { on: old, helped: true, comment: String::new() });
    assert_eq!(desk.found("badge"), [old.number(), new.number()]);
    let row = desk.store.read().unwrap().article_row(old).unwrap();
    assert_eq!((row.proof.uses, row.proof.helped, row.proof.failed), (1, 1, 0));
    desk.kb(KnowledgeCommand::Rate { on: old, helped: false, comment: String::from("no") });
    let row = desk.store.read().unwrap().article_row(old).unwrap();
    assert_eq!((row.proof.helped, row.proof.failed), (0, 1), "everybody has one voice");
}

#[test]
fn what_is_looked_for_in_vain_is_counted_until_it_is_written() {
    let mut desk = Desk::new();
    for typed in ["badge lost", "Lost  badge", "coffee"] {
        desk.kb(KnowledgeCommand::Missed { words: typed.to_owned() });
    }
    let gaps = |desk: &Desk| -> Vec<(String, i64)> {
        let gaps = desk.store.read().unwrap().gaps(9).unwrap();
        gaps.into_iter().map(|gap| (gap.typed, gap.times)).collect()
    };
    assert_eq!(gaps(&desk), [(String::from("Lost badge"), 2), (String::from("coffee"), 1)]);
    desk.published("A badge is lost", "Call us.");
    assert_eq!(gaps(&desk), [(String::from("coffee"), 1)]);
}

#[test]
fn links_between_articles_are_known_both_ways() {
    let mut desk = Desk::new();
    let one = desk.write("One", "See [two](KB-2#steps) and KB-9.");
    let two = desk.write("Two", "Alone.");
    let reader = desk.store.read().unwrap();
    let names = |list: Vec<crate::store::CitedArticle>| list.into_iter().map(|one| one.title).collect::<Vec<_>>();
    assert_eq!(names(reader.links_of_article(&reader.article(one).unwrap()).unwrap()), ["Two"]);
    assert_eq!(names(reader.backlinks(two).unwrap()), ["One"]);
    assert_eq!(names(reader.backlinks(one).unwrap()), [] as [&str; 0]);
    drop(reader);
    assert_eq!(desk.found("steps"), [] as [&str; 0], "where it links to is no word of it");
}

/// A problem with a root cause and a workaround, its known error, an incident that it causes and one that only reads alike.
fn known_error(desk: &mut Desk) -> (ArticleId, TicketId, TicketId) {
    let mut open = |kind: Kind, set: Edit| {
        let open = OpenTicket { kind, set, tags: vec![], tasks: vec![], links: vec![], created: None };
        let number = desk.done(Command::Open(open)).tickets[0];
        desk.store.read().unwrap().ticket_numbered(number).unwrap().id
    };
    let titled = |title: &str| Edit::from([(Field::Title, Value::from(title))]);
    let problem = open(Kind::Problem, titled("VPN gateway leaks memory"));
    let linked = open(Kind::Incident, titled("cannot connect from home"));
    let alike = open(Kind::Incident, titled("gateway leaks again"));
    desk.done(Command::Link { from: linked, relation: Relation::CausedBy, to: problem });
    let set = words(&[
        (ArticleField::Title, "VPN gateway leaks memory"),
        (ArticleField::Type, "known_error"),
        (
            ArticleField::Body,
            "## Symptom\n\nNo VPN.\n\n## Workaround\n\nReconnect after a minute.\n\n## Permanent fix\n\nNone.",
        ),
    ]);
    let cite = vec![(problem, CitationRole::KnownError)];
    let article = desk.kb(KnowledgeCommand::Write { set, cite }).articles[0];
    desk.publish(article);
    (article, linked, alike)
}

#[test]
fn an_incident_is_offered_the_workaround_of_its_known_error() {
    let mut desk = Desk::new();
    let (article, linked, alike) = known_error(&mut desk);
    let reader = desk.store.read().unwrap();
    let offered = reader.known_errors_for(linked).unwrap();
    assert_eq!((offered[0].id, offered[0].workaround.as_str()), (article, "Reconnect after a minute."));
    assert_eq!(offered[0].problem.unwrap().to_string(), "PRB-1");
    let offered = reader.known_errors_for(alike).unwrap();
    assert_eq!((offered[0].id, offered[0].problem), (article, None));
    drop(reader);
    let told = desk.kb(KnowledgeCommand::Tell { on: article });
    assert_eq!(told.summary, "noted the workaround of KB-1 on 1 open incident");
    let entries = desk.store.read().unwrap().entries(linked).unwrap();
    assert_eq!(entries[0].text, "Known error KB-1 VPN gateway leaks memory\n\nReconnect after a minute.");
    assert!(desk.kb(KnowledgeCommand::Tell { on: article }).seq.is_none(), "once is enough");
}

#[test]
fn a_ticket_is_resolved_with_an_article_and_undone_with_one_undo() {
    let mut desk = Desk::new();
    let (article, linked, _) = known_error(&mut desk);
    desk.done(Command::Edit {
        on: vec![linked.into()],
        set: Edit::from([(Field::Assignee, Value::from("me"))]),
        tag: vec![],
        untag: vec![],
    });
    let used = desk.kb(KnowledgeCommand::Use { on: article, tickets: vec![linked], resolve: Some(Edit::new()) });
    assert_eq!(used.summary, "resolved INC-1 with KB-1 VPN gateway leaks memory");
    let ticket = desk.ticket(linked);
    assert_eq!((ticket.state.as_str(), ticket.resolution_code.as_deref()), ("resolved", Some("workaround")));
    assert_eq!(ticket.resolution.as_deref(), Some("Reconnect after a minute.\n\n(KB-1 VPN gateway leaks memory)"));
    let reader = desk.store.read().unwrap();
    let cited: Vec<(&str, String)> =
        reader.cited(article).unwrap().iter().map(|one| (one.role.reads(), one.number.to_string())).collect();
    assert_eq!(cited, [("used by", String::from("INC-1")), ("known error of", String::from("PRB-1"))]);
    assert_eq!(reader.articles_of(linked).unwrap()[0].id, article);
    drop(reader);
    desk.undo(&used);
    assert_eq!(desk.store.read().unwrap().articles_of(linked).unwrap(), []);
    assert_eq!(desk.ticket(linked).state, "assigned");
}

#[test]
fn what_helps_is_suggested_while_a_ticket_is_written() {
    let mut desk = Desk::new();
    for n in 0..8 {
        desk.published(&format!("Laptop {n}"), "The laptop of somebody.");
    }
    let fix = desk.published("Docking station shows no picture", "Unplug it for a minute.");
    desk.write("Docking station", "A draft is no help in a hurry.");
    let solved = desk.open("No picture on docking station");
    desk.done(Command::Edit {
        on: vec![solved.into()],
        set: Edit::from([(Field::Assignee, Value::from("me"))]),
        tag: vec![],
        untag: vec![],
    });
    desk.resolve(solved);
    let reader = desk.store.read().unwrap();
    let found = reader.suggest("docking station: screen stays dark", "my laptop has no picture").unwrap();
    assert_eq!(found.articles.first().map(|hit| hit.id), Some(fix));
    assert!(found.articles.iter().all(|hit| hit.phase.is_live()));
    assert_eq!(found.tickets.iter().map(|one| one.id).collect::<Vec<_>>(), [solved]);
    assert!(reader.suggest("", "").unwrap().articles.is_empty());
}

#[test]
fn a_word_in_common_by_chance_suggests_nothing() {
    let mut desk = Desk::new();
    desk.published("Node broken", "The host was reached.");
    desk.published("Gateway times out", "Somebody has to wait.");
    let reader = desk.store.read().unwrap();
    let suggested = |title: &str, description: &str| -> Vec<String> {
        let found = reader.suggest(title, description).unwrap();
        found.articles.into_iter().map(|hit| hit.id.number()).collect()
    };
    assert_eq!(suggested("ERP slow in Gdansk", "our host can't be reached"), [] as [&str; 0]);
    assert_eq!(suggested("ERP slow in Gdansk", "the gateway says so"), [] as [&str; 0]);
    assert_eq!(suggested("ERP slow in Gdansk", "the gateway lets us wait"), ["KB-2"], "its title has one of two");
    assert_eq!(suggested("The gateway again", ""), ["KB-2"], "what it is about is in the title");
    assert_eq!(suggested("wait", ""), ["KB-2"], "nothing else was said");
}

#[test]
fn a_name_that_no_other_ticket_has_hides_no_ticket_that_reads_alike() {
    let mut desk = Desk::new();
    let solved = desk.open("VPN down in Kiel");
    let assigned = Edit::from([(Field::Assignee, Value::from("me"))]);
    desk.done(Command::Edit { on: vec![solved.into()], set: assigned, tag: vec![], untag: vec![] });
    desk.resolve(solved);
    desk.open("VPN down in Lyon");
    let found = desk.store.read().unwrap().suggest("VPN down in Lyon", "").unwrap();
    assert_eq!(found.tickets.iter().map(|one| one.id).collect::<Vec<_>>(), [solved]);
}

#[test]
fn a_ticket_that_an_article_answers_is_opened_and_resolved_in_one_command() {
    let mut desk = Desk::new();
    let article = desk.published("VPN drops", "## Fix\n\nRestart it.\n");
    let open = OpenTicket {
        kind: Kind::Incident,
        set: Edit::from([(Field::Title, Value::from("VPN is gone"))]),
        tags: Vec::new(),
        tasks: vec![String::from("Call back")],
        links: Vec::new(),
        created: None,
    };
    let solve =
        |open: &OpenTicket| KnowledgeCommand::Solve { on: article, open: Box::new(open.clone()), resolve: Edit::new() };
    assert!(desk.kb_refused(solve(&open)).contains("task 1"), "what stands in the way of resolving does here");
    let receipt = desk.kb(solve(&OpenTicket { tasks: Vec::new(), ..open }));
    assert_eq!(receipt.summary, "opened INC-1: VPN is gone, resolved with KB-1 VPN drops");
    let ticket = desk.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap();
    assert_eq!(ticket.resolution.as_deref(), Some("Restart it.\n\n(KB-1 VPN drops)"));
    assert_eq!(desk.store.read().unwrap().cited(article).unwrap()[0].role, CitationRole::Used);
    desk.undo(&receipt);
    assert!(desk.store.read().unwrap().ticket(ticket.id).is_err());
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn a_merged_ticket_hands_its_articles_on() {
    let mut desk = Desk::new();
    let article = desk.published("VPN", "Restart.");
    let (one, two, three) = (desk.open("a"), desk.open("b"), desk.open("c"));
    desk.kb(KnowledgeCommand::Use { on: article, tickets: vec![one, two], resolve: None });
    let merged = desk.done(Command::Merge { from: vec![one.into(), two.into()], into: three });
    let cited = |desk: &Desk| -> Vec<TicketId> {
        desk.store.read().unwrap().cited(article).unwrap().iter().map(|one| one.ticket).collect()
    };
    assert_eq!(cited(&desk), [three]);
    desk.undo(&merged);
    assert_eq!(cited(&desk), [two, one]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn a_requester_may_say_what_helped_and_write_nothing() {
    let mut desk = Desk::new();
    let id = desk.published("VPN", "Restart.");
    person(&mut desk, "rita", "requester");
    desk.author.login = String::from("rita");
    desk.kb(KnowledgeCommand::Rate { on: id, helped: true, comment: String::new() });
    desk.kb(KnowledgeCommand::Flag { on: id, comment: String::from("Old picture.") });
    let refused = desk.edited(id.into(), "Mine.").unwrap_err().to_string();
    assert_eq!(refused, "you (requester) may not write articles; that takes admin or lead or agent");
}

#[test]
fn an_article_is_written_published_told_and_changed_as_one_entry() {
    let mut desk = Desk::new();
    let (_, linked, _) = known_error(&mut desk);
    let problem = desk.store.read().unwrap().links(linked).unwrap()[0].id;
    let next = desk.store.read().unwrap().next_article().unwrap();
    let set = words(&[(ArticleField::Title, "Second"), (ArticleField::Body, "## Workaround\n\nWait.\n")]);
    let publish = KnowledgeCommand::Advance { on: vec![next], to: String::from("publish"), at: None };
    let other = words(&[(ArticleField::Body, "## Workaround\n\nWait longer.\n")]);
    let used = KnowledgeCommand::Use { on: next, tickets: vec![linked], resolve: None };
    let all = [
        KnowledgeCommand::Write { set, cite: vec![(problem, CitationRole::KnownError)] },
        publish,
        KnowledgeCommand::Edit { on: next.into(), set: other, settled: Vec::new() },
        KnowledgeCommand::Tell { on: next },
        used.clone(),
        used,
    ];
    let receipt = desk.done(Command::Each(all.map(Command::Knowledge).into()));
    assert_eq!(receipt.articles, [next]);
    assert_eq!((desk.article(next).edition, desk.article(next).state.as_str()), (2, "published"));
    assert_eq!(desk.store.read().unwrap().entries(linked).unwrap()[0].text, "Known error KB-2 Second\n\nWait longer.");
    desk.undo(&receipt);
    assert_eq!(desk.found("longer"), [] as [&str; 0]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn what_holds_is_read_by_title_in_an_index() {
    let mut desk = Desk::new();
    for title in ["beta", "Alpha", "gamma"] {
        desk.published(title, "x");
    }
    let reader = desk.store.read().unwrap();
    for behind in [false, true] {
        let sql = Shelf::Live.page(behind, 3).replace("?1", "'b'").replace("?2", "1");
        let plan: Vec<String> = reader.all(&format!("EXPLAIN QUERY PLAN {sql}"), [], |row| row.get(3)).unwrap();
        let plan = plan.join("; ");
        assert!(plan.contains("COVERING INDEX article_shelf") && !plan.contains("TEMP B-TREE"), "{plan}");
        assert_eq!(plan.starts_with("SEARCH"), behind, "{plan}");
    }
    let (page, next) = reader.shelf(Shelf::Live, None, 2).unwrap();
    assert_eq!(page.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Alpha", "beta"]);
    let (page, next) = reader.shelf(Shelf::Live, next.as_ref(), 2).unwrap();
    assert_eq!((page[0].title.as_str(), page.len(), next), ("gamma", 1, None));
}

#[test]
fn an_article_is_no_younger_by_being_used() {
    let mut desk = Desk::new();
    let (id, ticket) = (desk.published("VPN drops", "Restart it."), desk.open("VPN"));
    let written = desk.article(id).updated;
    desk.moment.now = desk.moment.now.plus(DAY);
    desk.kb(KnowledgeCommand::Cite { on: id, role: CitationRole::Used, tickets: vec![ticket] });
    desk.kb(KnowledgeCommand::Rate { on: id, helped: true, comment: String::new() });
    assert_eq!(desk.article(id).updated, written);
    desk.edited(id.into(), "Restart it twice.").unwrap();
    assert_eq!(desk.article(id).updated, desk.moment.now);
}

#[test]
fn what_is_due_is_the_same_on_the_shelf_and_in_the_list() {
    let mut desk = Desk::new();
    let [late, flagged, _] = ["Late", "Flagged", "Sound"].map(|title| desk.published(title, "x"));
    let day = vec![Value::Int(desk.moment.now.0)];
    let set = Content::from([(ArticleField::Review, day)]);
    desk.kb(KnowledgeCommand::Edit { on: late.into(), set, settled: Vec::new() });
    desk.kb(KnowledgeCommand::Flag { on: flagged, comment: String::from("Gone.") });
    let read = desk.write("To be read", "x");
    desk.kb(KnowledgeCommand::Advance { on: vec![read], to: String::from("in_review"), at: None });
    let (reader, now) = (desk.store.read().unwrap(), desk.moment.now);
    let mut listed: Vec<ArticleId> = reader.articles_due(now).unwrap().iter().map(|due| due.article.id).collect();
    let shelf = reader.shelf(Shelf::Due(now), None, 9).unwrap().0;
    let mut shelved: Vec<ArticleId> = shelf.iter().map(|row| row.id).collect();
    (listed.sort(), shelved.sort());
    assert_eq!(listed, [late, flagged, read]);
    assert_eq!((shelved, reader.count_shelf(Shelf::Due(now)).unwrap()), (listed, 3));
}
