//! Knowledge at the ticket, as those meet it who answer the phone: what is known stands beside what they type.

use std::path::PathBuf;
use std::sync::OnceLock;

use super::*;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{ArticleField, CitationRole, Content, KnowledgeCommand};
use crate::desk::link::Relation;

/// What mends a VPN.
pub(super) const VPN: &str = "## Symptom\n\nThe tunnel is gone after the laptop slept.\n\n## Fix\n\nRestart the agent:\n\n```sh\nsystemctl restart vpn-agent\n```\n";
const MAIL: &str = "## Symptom\n\nMail waits for an hour.\n\n## Workaround\n\nRestart the relay mx2.\n";

impl Sitting {
    fn opened(&mut self, kind: Kind, title: &str, more: Edit) -> TicketId {
        let mut set = more;
        set.insert(Field::Title, Value::from(title));
        let open = OpenTicket { kind, set, tags: Vec::new(), tasks: Vec::new(), links: Vec::new(), created: None };
        let receipt = self.store.execute(&Request::new(Command::Open(open)), &self.author, &self.moment).unwrap();
        self.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id
    }

    fn ticket(&self, number: &str) -> crate::desk::ticket::Ticket {
        self.store.read().unwrap().ticket_numbered(number.parse().unwrap()).unwrap()
    }

    fn uses(&self, number: &str) -> Vec<(String, CitationRole)> {
        let id = self.ticket(number).id;
        let cited = self.store.read().unwrap().articles_of(id).unwrap();
        cited.into_iter().map(|one| (one.id.number(), one.role.unwrap())).collect()
    }
}

/// The keys to a place of the case table.
pub(super) fn place(name: &str) -> Option<&'static str> {
    Some(match name {
        "known" => "",
        "knownticket" => "g i 'inc1 Enter",
        "known_new" => "n 'incident Enter 'VPN_down",
        "known_new_offers" => "n 'incident Enter 'VPN_down ctrl-o",
        "may_help" => "g i 'inc1 Enter S s",
        "problem" => "g i 'prb1 Enter",
        _ => return None,
    })
}

/// Three open incidents; KB-1 mends VPNs, KB-2 is the known error of PRB-1, to which INC-2 is linked; INC-4 was solved.
pub(super) fn known(size: (u16, u16)) -> Sitting {
    static DESK: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, desk) = DESK.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut sitting = Sitting::with(&["VPN down in Lyon", "Mail is slow", "Printer on fire"], (80, 24));
        sitting.article("VPN drops after sleep", "fault", "", VPN);
        let cause = Edit::from([
            (Field::RootCause, Value::from("The relay leaks memory.")),
            (Field::Workaround, Value::from("Restart the relay mx2.")),
        ]);
        let problem = sitting.opened(Kind::Problem, "Relay mx2 hangs", cause);
        let id = sitting.article("Mail waits at mx2", "known_error", "", MAIL);
        let (role, tickets) = (CitationRole::KnownError, vec![problem]);
        sitting.kb(KnowledgeCommand::Cite { on: id, role, tickets });
        let link = Command::Link { from: TicketId(2), relation: Relation::Relates, to: problem };
        sitting.store.execute(&Request::new(link), &sitting.author, &sitting.moment).unwrap();
        let solved = sitting.opened(Kind::Incident, "VPN down in Kiel", Edit::new());
        let set = Edit::from([
            (Field::ResolutionCode, Value::from("fixed")),
            (Field::Resolution, Value::from("Rebooted the gateway in Kiel.")),
        ]);
        let done = Command::Move { on: vec![solved.into()], to: String::from("resolved"), set, children: false };
        sitting.store.execute(&Request::new(done), &sitting.author, &sitting.moment).unwrap();
        let path = sitting.store.backup(folder.path(), sitting.moment.now).unwrap().path;
        (folder, path)
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ops.desk");
    std::fs::copy(desk, &path).unwrap();
    let mut sitting = Sitting::at(Store::open(&path).unwrap(), folder, size);
    sitting.keys("] ]");
    sitting
}

#[test]
fn what_is_known_shows_under_the_title_as_it_is_typed() {
    let mut sitting = known((80, 24));
    sitting.keys("n").types("incident").keys("Enter").types("VPN").shows("see KB-1 VPN drops after sleep");
    sitting.shows("solved INC-4 VPN down in Kiel").shows("like INC-1 (new) VPN down in Lyon");
    sitting.shows("ctrl-o reads, links, inserts one").keys("Tab").hides("see KB-1");
    for _ in 0..5 {
        sitting.keys("Tab");
    }
    sitting.types("It is slow").shows("ctrl-o KB-1, 2 more");
}

#[test]
fn beside_a_form_with_room_it_stands_all_the_time() {
    let mut sitting = known((160, 45));
    sitting.keys("n").types("incident").keys("Enter").shows("Articles and tickets that may");
    sitting.types("VPN down").shows("see KB-1 VPN drops after").shows("Restart the agent").keys("Tab");
    sitting.shows("see KB-1 VPN drops after").shows("solved INC-4 VPN down in");
}

#[test]
fn a_description_finds_what_the_title_does_not() {
    let mut sitting = known((80, 24));
    sitting.keys("n").types("incident").keys("Enter").types("Broken").hides("KB-1");
    for _ in 0..6 {
        sitting.keys("Tab");
    }
    sitting.types("the tunnel is gone").shows("ctrl-o KB-1");
}

#[test]
fn an_article_is_read_over_the_form_and_nothing_typed_is_lost() {
    let mut sitting = known((80, 24));
    sitting.keys("n").types("incident").keys("Enter").types("VPN down").keys("ctrl-o");
    sitting.shows("> see         KB-1 VPN drops after sleep").shows("# Fix").shows("systemctl restart vpn-agent");
    sitting.keys("j").shows("> solved      INC-4").shows("Rebooted the gateway in Kiel.");
    sitting.keys("k Enter").shows("KB-1 VPN drops after sleep").hides("> see").keys("Enter").shows("> see");
    sitting.keys("q").shows("New incident").shows("VPN down").hides("# Fix");
    sitting.types(" daily").shows("VPN down daily");
    assert_eq!(sitting.model.overlays.len(), 1);
}

#[test]
fn a_link_or_the_fix_goes_into_the_description() {
    let mut sitting = known((80, 24));
    sitting.keys("n").types("incident").keys("Enter").types("VPN drops").keys("ctrl-o l");
    sitting.shows("KB-1 VPN drops after sleep");
    sitting.types(" did it.").keys("ctrl-o i").keys("Esc Enter").shows("Opened INC-5: VPN drops");
    assert_eq!(
        sitting.ticket("INC-5").description,
        "KB-1 VPN drops after sleep did it.\n\nRestart the agent:\n\n```sh\nsystemctl restart vpn-agent\n```"
    );
}

#[test]
fn how_a_like_ticket_was_resolved_is_copied_and_the_ticket_linked() {
    let mut sitting = known((80, 24));
    sitting.keys("n").types("incident").keys("Enter").types("VPN down").keys("ctrl-o j i ctrl-o j l");
    sitting.shows("It will relate to INC-4").keys("Esc Enter").shows("Opened INC-5");
    assert_eq!(sitting.ticket("INC-5").description, "Rebooted the gateway in Kiel.");
    let links = sitting.store.read().unwrap().links(sitting.ticket("INC-5").id).unwrap();
    assert_eq!(links.iter().map(|link| link.number.to_string()).collect::<Vec<_>>(), ["INC-4"]);
}

#[test]
fn a_new_ticket_is_opened_and_resolved_with_an_article_in_one_step() {
    let mut sitting = known((80, 24));
    sitting.keys("n").types("incident").keys("Enter").types("VPN drops").keys("ctrl-o x");
    sitting.shows("Opened INC-5: VPN drops, resolved with KB-1 VPN drops after sleep");
    let ticket = sitting.ticket("INC-5");
    assert_eq!((ticket.state.as_str(), ticket.resolution_code.as_deref()), ("resolved", Some("fixed")));
    assert!(ticket.resolution.unwrap().ends_with("(KB-1 VPN drops after sleep)"));
    assert_eq!(sitting.uses("INC-5"), [(String::from("KB-1"), CitationRole::Used)]);
    assert!(sitting.model.drafts.is_empty());
    sitting.keys("u").shows("Undid entry");
    assert!(sitting.store.read().unwrap().ticket_numbered("INC-5".parse().unwrap()).is_err());
}

#[test]
fn a_form_that_lacks_something_keeps_what_resolves_it() {
    let mut sitting = known((80, 24));
    sitting.keys("n").types("incident").keys("Enter").types("VPN drops").keys("Tab Tab").types("9");
    sitting.keys("Shift-Tab Shift-Tab ctrl-o x").shows("Impact: 1 (highest)").shows("resolved with KB-1");
    sitting
        .keys("Esc Esc")
        .shows("Kept as a draft")
        .keys("n")
        .types("incident")
        .keys("Enter")
        .shows("resolved with KB-1");
    sitting.keys("Tab Tab ctrl-u Esc Enter").shows("Opened INC-5: VPN drops, resolved with KB-1");
}

#[test]
fn a_ticket_shows_its_articles_and_what_may_help() {
    let mut sitting = known((80, 24));
    sitting.keys("g i").types("2").keys("Enter").shows("known error    KB-2 (of PRB-1) Mail waits at mx2");
    sitting.shows("Restart the relay mx2.").keys("g i").types("1").keys("Enter");
    sitting.shows("may help       KB-1 VPN drops after sleep").shows("may help       INC-4 VPN down in Kiel");
    sitting.keys("S l").shows("Link INC-1 with an article").types("mx2").shows("KB-2").keys("Enter");
    sitting.shows("relates to     KB-2 (published) Mail waits at mx2");
    sitting.keys("S d").shows("KB-2").keys("Enter").hides("relates to     KB");
}

#[test]
fn a_ticket_is_resolved_with_an_article_by_a_form_that_is_filled_in() {
    let mut sitting = known((80, 24));
    sitting.keys("g i").types("1").keys("Enter S x").shows("Resolve INC-1 with").shows("KB-1").keys("Enter");
    sitting.shows("Resolve INC-1 with KB-1 VPN drops after sleep").shows("fixed").shows("Restart the agent:");
    sitting.keys("Esc").hides("Restart the agent:").keys("S x").types("sleep").keys("Enter Enter").types("Done so. ");
    sitting.keys("Esc Enter").shows("Resolved INC-1 with KB-1 VPN drops after sleep");
    assert_eq!(sitting.uses("INC-1"), [(String::from("KB-1"), CitationRole::Used)]);
    sitting.keys("u").shows("Undid entry");
    assert_eq!((sitting.ticket("INC-1").state.as_str(), sitting.uses("INC-1")), ("new", Vec::new()));
}

#[test]
fn what_the_cursor_stands_on_is_meant() {
    let mut sitting = known((80, 24));
    sitting.keys("g i").types("2").keys("Enter");
    while !matches!(sitting.model.queue.spot, Some(crate::tui::screen::queue::sheet::Spot::Offer(_))) {
        sitting.keys("j");
    }
    sitting.keys("S r").shows("the requester sees it").shows("Restart the relay mx2.").keys("Esc d");
    sitting.keys("S c").shows("staff only").shows("(KB-2 Mail waits at mx2)").keys("Esc Enter").shows("Noted on INC-2");
    sitting.keys("S u").shows("KB-2 Mail waits at mx2 helped with INC-2");
    assert_eq!(sitting.uses("INC-2"), [(String::from("KB-2"), CitationRole::Used)]);
    sitting.keys("S f").shows("KB-2 Mail waits at mx2 did not help").types("It hung again").keys("Enter");
    sitting.shows("KB-2 Mail waits at mx2 did not help");
}

#[test]
fn as_another_ticket_was_resolved_so_is_this() {
    let mut sitting = known((80, 24));
    sitting.keys("g i").types("1").keys("Enter S x Down").shows("INC-4").keys("Enter");
    sitting.shows("Resolve INC-1").hides("Resolve INC-1 with").shows("Rebooted the gateway in Kiel.").keys("Esc");
}

#[test]
fn what_may_help_is_read_over_a_ticket() {
    let mut sitting = known((80, 24));
    sitting.keys("g i").types("1").keys("Enter S s").shows("May help with INC-1").shows("> see         KB-1");
    sitting.keys("l").shows("relates to     KB-1 (published) VPN drops after sleep");
    sitting.keys("S s").shows("> relates to  KB-1").keys("d").hides("relates to     KB");
}

#[test]
fn an_article_is_made_of_a_resolved_ticket() {
    let mut sitting = known((80, 24));
    sitting.keys("g i").types("3").keys("Enter x").types("fixed").keys("Tab").types("Put it out.").keys("Esc Enter");
    sitting.shows("Moved INC-3 to resolved; S n makes an article of it");
    sitting.keys("S n").shows("Article from INC-3").shows("Printer on fire").shows("fault");
    sitting.types(" again").keys("Esc Esc").shows("Kept as a draft").keys("S n").shows("Printer on fire again");
    sitting.keys("Esc Enter").shows("Added KB-3 Printer on fire again").shows("became         KB-3 (draft)");
    let article = sitting.store.read().unwrap().article(ArticleId(3)).unwrap();
    assert!(article.body.contains("## Symptom\n\nIt stopped this morning.") && article.body.contains("Put it out."));
    sitting.keys("u").shows("Undid entry").hides("became         KB");
}

#[test]
fn a_problem_gets_its_known_error_and_refreshes_it() {
    let mut sitting = known((80, 24));
    let problem = sitting.opened(Kind::Problem, "Cache fills up", Edit::new());
    sitting.happens(Msg::Changed);
    sitting.keys("g i").types("prb2").keys("Enter S k").shows("PRB-2 has no root cause");
    let set = Edit::from([
        (Field::RootCause, Value::from("Nobody empties it.")),
        (Field::Workaround, Value::from("Empty it.")),
    ]);
    let edit = Command::Edit { on: vec![problem.into()], set, tag: Vec::new(), untag: Vec::new() };
    sitting.store.execute(&Request::new(edit), &sitting.author, &sitting.moment).unwrap();
    sitting.happens(Msg::Changed);
    sitting.keys("S k").shows("Known error of PRB-2").keys("Esc");
    sitting.keys("g i").types("prb1").keys("Enter S k").shows("KB-2 Mail waits at mx2 as the problem has it today");
    sitting.shows("The relay leaks memory.").keys("Esc Enter").shows("Set body of KB-2");
    sitting
        .shows("1 open incident does not hold the workaround")
        .keys("Esc S k")
        .shows("KB-2 Mail waits at mx2 says what the problem says");
}

#[test]
fn a_workaround_that_changes_is_told_to_those_who_wait_after_a_look() {
    let mut sitting = known((80, 24));
    sitting
        .keys("g i")
        .types("prb1")
        .keys("Enter S t")
        .shows("Change 1 ticket")
        .shows("INC-2")
        .shows("Known error KB-2");
    sitting.keys("Enter").shows("Noted the workaround of KB-2 on 1 open incident");
    sitting.keys("S t").shows("Every open incident that is linked holds the workaround");
    let note = sitting.store.read().unwrap().entries(TicketId(2)).unwrap().pop().unwrap();
    assert_eq!(note.text, "Known error KB-2 Mail waits at mx2\n\nRestart the relay mx2.");
    let body = vec![Value::from(MAIL.replace("mx2", "mx2 and mx3"))];
    let set = Content::from([(ArticleField::Body, body)]);
    let edit = KnowledgeCommand::Edit { on: ArticleId(2).into(), set, settled: Vec::new() };
    let wish = Wish::Command(Box::new(Command::Knowledge(edit)));
    sitting.settle(vec![Effect::Do(Box::new(wish))]);
    sitting
        .shows("1 open incident does not hold the workaround of KB-2")
        .keys("Enter")
        .shows("note → Known error KB-2");
    sitting.keys("Enter").shows("Noted the workaround of KB-2 on 1 open incident");
}

#[test]
fn knowledge_at_the_ticket_looks_as_agreed() {
    for (name, keys) in [
        ("new", "n 'incident Enter 'VPN_down"),
        ("over_form", "n 'incident Enter 'VPN_down ctrl-o"),
        ("ticket", "g i 'inc2 Enter"),
        ("prefix", "g i 'inc2 Enter S"),
        ("resolve", "g i 'inc1 Enter S x 'sleep Enter"),
        ("article", "g i 'inc1 Enter S n"),
        ("tell", "g i 'prb1 Enter S t"),
    ] {
        for size in [(80, 24), (160, 45)] {
            let mut sitting = known(size);
            super::cases::press(&mut sitting, keys, &mut std::collections::BTreeSet::new());
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), sitting.screen().join("\n"));
        }
    }
}

#[test]
fn an_article_of_a_ticket_is_opened_whatever_was_read_before() {
    for size in [(80, 24), (160, 45)] {
        let mut sitting = known(size);
        sitting.keys("4 g i").types("kb2").keys("Enter 1 g i").types("1").keys("Enter S o").shows("KB-1");
        if sitting.model.tab != Tab::Knowledge {
            sitting.keys("Enter");
        }
        assert_eq!(sitting.on(), "KB-1", "{size:?}");
    }
}
