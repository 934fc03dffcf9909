//! Changes as their planners, approvers and implementers meet them on the screens.

use std::path::PathBuf;
use std::sync::OnceLock;

use super::*;
use crate::desk::change::{ChangeCommand, Verdict};
use crate::desk::command::Record;
use crate::desk::id::PersonId;
use crate::desk::people::Roles;
use crate::desk::priority::Criticality;
use crate::desk::time::MINUTE;

impl Sitting {
    fn done(&mut self, command: Command) -> Receipt {
        self.store.execute(&Request::new(command), &self.author, &self.moment).unwrap()
    }

    fn person(&mut self, login: &str, name: &str, roles: &str) -> PersonId {
        let (login, name, roles) = (login.to_owned(), name.to_owned(), Roles::parse(roles).unwrap());
        let known = self.store.read().unwrap().person_by_login(&login).unwrap().map(|one| one.id);
        let person = Record::Person { id: known, login: login.clone(), name, mail: None, roles, active: true };
        self.done(Command::Register(person));
        self.store.read().unwrap().find_person(&login).unwrap().id
    }

    /// A change of payroll, to begin in so many minutes and to take an hour.
    fn change(&mut self, title: &str, minutes: i64) -> TicketId {
        let service = self.store.read().unwrap().find_service("payroll").unwrap().id;
        let start = self.moment.now.plus(minutes * MINUTE);
        let receipt = self.done(Command::Open(OpenTicket {
            kind: Kind::Change,
            set: Edit::from([
                (Field::Title, Value::from(title)),
                (Field::Service, Value::Int(service.0)),
                (Field::PlanReason, Value::from("The old one ends soon.")),
                (Field::PlanImpact, Value::from("Logins fail for a minute.")),
                (Field::TestPlan, Value::from("Log in from outside.")),
                (Field::BackoutPlan, Value::from("Put the old one back.\nRestart the portal.")),
                (Field::BackoutMinutes, Value::Int(5)),
                (Field::PlannedStart, Value::Int(start.0)),
                (Field::PlannedEnd, Value::Int(start.plus(HOUR).0)),
            ]),
            tags: Vec::new(),
            tasks: vec![String::from("Install"), String::from("Look at it from outside")],
            links: Vec::new(),
            created: None,
        }));
        self.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id
    }

    /// Answers what the desk can't know.
    fn judged(&mut self, on: TicketId, users: &str) {
        let answers = [
            ("users", users),
            ("practice", "often"),
            ("tested", "fully"),
            ("complexity", "one_team"),
            ("compliance", "none"),
        ];
        let answers = answers.iter().map(|(ask, answer)| ((*ask).to_owned(), Some((*answer).to_owned()))).collect();
        self.done(Command::Change(ChangeCommand::Answer { on, answers }));
    }

    fn moved(&mut self, on: TicketId, to: &str) {
        self.done(Command::Move { on: vec![on.into()], to: to.to_owned(), set: Edit::new(), children: false });
    }

    /// Another change of bert's that waits for approval.
    fn asked(&mut self, title: &str) -> TicketId {
        self.author.login = String::from("bert");
        let id = self.change(title, 72 * 60);
        self.judged(id, "team");
        self.moved(id, "approval");
        self.author.login = String::from("anna");
        self.happens(Msg::Changed);
        id
    }

    /// Somebody else decides.
    fn voted(&mut self, login: &str, on: TicketId, verdict: Verdict, comment: &str) {
        let other = Author { login: login.to_owned(), ..self.author.clone() };
        let comment = Some(comment.to_owned()).filter(|text| !text.is_empty());
        let vote = Command::Change(ChangeCommand::Vote { on: vec![on.into()], verdict, comment });
        self.store.execute(&Request::new(vote), &other, &self.moment).unwrap();
        self.happens(Msg::Changed);
    }

    /// The message said last.
    fn said(&self) -> String {
        self.model.message.as_ref().map(|message| message.text.clone()).unwrap_or_default()
    }
}

/// The keys to a place of the case table.
pub(super) fn place(name: &str) -> Option<&'static str> {
    Some(match name {
        "changes" => "/ 'kind:change_sort:number Enter",
        "change" => "g i 'chg1 Enter",
        "asked" => "g a Enter",
        "running" => "g i 'chg3 Enter",
        "waits" | "waits_wide" => "2 Tab Tab",
        _ => return None,
    })
}

/// Anna, who leads; bert and cleo of her team. CHG-1 is a draft without a risk, CHG-2 waits for anna's approval, CHG-3 is being done.
pub(super) fn plans(size: (u16, u16)) -> Sitting {
    // It is made once and copied.
    static DESK: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, desk) = DESK.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut sitting = Sitting::with(&["VPN down in Lyon", "Mail is slow", "Printer on fire"], (80, 24));
        staff(&mut sitting);
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

/// Gives a desk people and changes.
pub(super) fn staff(sitting: &mut Sitting) {
    let anna = sitting.person("anna", "Anna Ek", "admin,lead,agent");
    let bert = sitting.person("bert", "Bert de Wit", "agent");
    let cleo = sitting.person("cleo", "Cleo Ray", "agent");
    let members = vec![anna, bert, cleo];
    let (key, name) = (String::from("net"), String::from("Network"));
    sitting.done(Command::Register(Record::Team { id: None, key, name, members, active: true }));
    let team = sitting.store.read().unwrap().find_team("net").unwrap().id;
    sitting.done(Command::Register(Record::Service {
        id: None,
        key: String::from("payroll"),
        name: String::from("Payroll"),
        criticality: Criticality::Low,
        owner: Some(cleo),
        team: Some(team),
        active: true,
    }));
    sitting.change("Replace the certificate", 24 * 60);
    sitting.author.login = String::from("bert");
    let asked = sitting.change("Renew the login page", 48 * 60);
    sitting.judged(asked, "team");
    sitting.moved(asked, "approval");
    sitting.author.login = String::from("anna");
    let running = sitting.change("Patch the portal", 0);
    sitting.judged(running, "none");
    sitting.moved(running, "approval");
    sitting.voted("bert", running, Verdict::Approve, "Looks fine.");
    let take = Edit::from([(Field::Assignee, Value::Int(anna.0))]);
    sitting.done(Command::Edit { on: vec![running.into()], set: take, tag: Vec::new(), untag: Vec::new() });
    sitting.done(Command::Change(ChangeCommand::Start { on: running.into(), anyway: None }));
    sitting.happens(Msg::Changed);
}

#[test]
fn a_changes_sheet_looks_as_agreed_narrow_and_wide() {
    for (name, keys) in [
        ("draft", "g i chg1 Enter"),
        ("draft_end", "g i chg1 Enter > G"),
        ("asked", "g a Enter"),
        ("asked_end", "g a Enter G"),
        ("running", "g i chg3 Enter"),
        ("plan", "g i chg1 Enter C p"),
        ("risk", "g i chg1 Enter C q Right"),
        ("start", "g i chg2 Enter C"),
    ] {
        for size in [(80, 24), (160, 45)] {
            let mut sitting = plans(size);
            for word in keys.split(' ') {
                match word {
                    "chg1" | "chg2" | "chg3" => drop(sitting.types(word)),
                    key => drop(sitting.keys(key)),
                }
            }
            insta::assert_snapshot!(format!("change_{name}_{}x{}", size.0, size.1), sitting.screen().join("\n"));
        }
    }
}

#[test]
fn a_plan_is_made_in_one_form_with_its_steps_and_what_it_would_meet() {
    let mut sitting = plans((80, 24));
    sitting.keys("C n").shows("std-certificate").types("change").keys("Enter");
    sitting.types("Renew the switch");
    sitting.keys("Tab Tab").types("fri 22:00").keys("Tab").types("fri 23:00");
    sitting.keys("Esc Enter").shows("Opened CHG-4: Renew the switch");
    sitting.keys("g i").types("chg4").keys("Enter").shows("09-25 22:00");
    sitting.keys("C p").shows("Plan CHG-4");
    for _ in 0..9 {
        sitting.keys("Tab");
    }
    sitting.types("bert").keys("Tab").types("It fails.").keys("Tab Tab").types("Unplug\nPlug in").keys("Esc Enter");
    sitting.shows("Worked on by   Bert de Wit").shows("It fails.").shows("[ ] 1. Unplug").shows("[ ] 2. Plug in");
    // Another step between them: what stands before it stays.
    sitting.keys("C p");
    for _ in 0..12 {
        sitting.keys("Tab");
    }
    sitting
        .keys("Up End")
        .types("\nClean")
        .keys("Esc Enter")
        .shows("Planned CHG-4")
        .shows("2. Clean")
        .shows("3. Plug in");
}

#[test]
fn a_plan_that_moves_into_another_change_is_told_while_it_is_typed() {
    let mut sitting = plans((80, 24));
    sitting.keys("g i").types("chg1").keys("Enter C p").hides("CHG-2");
    let start = sitting.store.read().unwrap().ticket(TicketId(5)).unwrap().planned_start.unwrap();
    let day = start.local(sitting.moment.zone);
    let until = start.plus(2 * HOUR).local(sitting.moment.zone);
    sitting.keys("Tab Tab ctrl-u").types(&until);
    sitting.keys("Shift-Tab ctrl-u").types(&day).shows("CHG-2");
}

#[test]
fn the_score_of_a_risk_follows_the_answers_as_they_change() {
    let mut sitting = plans((80, 24));
    sitting.keys("g i").types("chg1").keys("Enter s").types("approval").keys("Enter");
    assert_eq!(sitting.said(), "Can't ask for approval: it is not known yet what CHG-1 risks; C q asks");
    sitting
        .keys("C q")
        .shows("How many users lose service")
        .shows("Together 5 so far, 5 to answer")
        .shows("+6  everybody");
    sitting
        .keys("Right")
        .shows("Together 5 so far, 4 to answer")
        .keys("Right Right")
        .shows("> site")
        .shows("Together 9 so far");
    sitting
        .keys("Tab")
        .shows("(found by the desk)")
        .keys("Right")
        .shows("(the desk says low)")
        .shows("Together 11 so far");
    sitting.keys("Left Tab Tab").types("x").shows("there is no 'x'").keys("ctrl-u").types("so").keys("Tab");
    sitting.types("f").shows("Tab for fully").keys("Tab");
    sitting.keys("Tab Tab Tab Right Tab Right").shows("Together 10: medium");
    sitting.keys("Esc Enter").shows("CHG-1: risk 10, medium");
    sitting.keys("g g").shows("medium (10)");
    sitting.keys("G").shows("Risk 10: medium").shows("users +4").keys(">").shows("+4  users         a site");
    sitting.keys("g g j l &").shows("CHG-1 risk: medium");
}

#[test]
fn only_a_lead_overrides_a_risk_and_says_why() {
    let mut sitting = plans((80, 24));
    sitting.person("dora", "Dora Lind", "lead");
    sitting
        .keys("g i")
        .types("chg2")
        .keys("Enter C o")
        .keys("ctrl-u")
        .types("medium")
        .keys("Tab")
        .types("Payday")
        .keys("Enter");
    sitting.shows("medium (7), by hand").keys("G").shows("overridden to medium: Payday");
}

#[test]
fn what_waits_for_me_is_counted_everywhere_and_approved_with_three_keys() {
    let mut sitting = plans((80, 24));
    sitting.shows("2 Changes (1)").keys("3").shows("2 Changes (1)");
    sitting.keys("g a").shows("[To approve 1]");
    assert_eq!(sitting.on(), "CHG-2");
    sitting
        .keys("Enter")
        .shows("? silent: you, Bert de Wit, Cleo Ray")
        .keys("C a")
        .shows("Approve CHG-2")
        .types("Go on.")
        .keys("Enter");
    sitting.hides("to approve]").shows("+ Anna Ek approved").shows(": Go on.");
    sitting.keys("C a");
    assert!(
        sitting.said().starts_with("Can't approve: CHG-2: nobody is asked to approve it now"),
        "{}",
        sitting.said()
    );
}

#[test]
fn who_rejects_says_why_and_the_sheet_tells_it() {
    let mut sitting = plans((80, 24));
    sitting.keys("g a C r Enter").shows("Why: needed").types("Not on payday.").keys("Enter");
    assert_eq!(sitting.store.read().unwrap().ticket(TicketId(5)).unwrap().state, "rejected");
    sitting.keys("g i").types("chg2").keys("Enter").shows("x Anna Ek rejected just now: Not on payday.");
}

#[test]
fn an_approval_is_handed_on() {
    let mut sitting = plans((80, 24));
    sitting.person("dora", "Dora Lind", "agent");
    sitting.keys("g a C d").shows("waits for").types("dora").keys("Enter Enter").shows("Dora is asked about CHG-2");
    sitting.hides("to approve]");
}

#[test]
fn several_changes_are_approved_at_once_after_a_look() {
    let mut sitting = plans((80, 24));
    let another = sitting.asked("Renew the other page");
    sitting.keys("g a Space Space C a Enter").shows("Change 2 tickets").keys("Enter").shows("Approved 2 tickets");
    assert_ne!(sitting.store.read().unwrap().ticket(another).unwrap().state, "approval");
}

#[test]
fn what_was_done_with_a_change_is_not_repeated_with_the_next_one_unseen() {
    let mut sitting = plans((80, 24));
    let another = sitting.asked("Renew the other page");
    sitting.keys("g a C a Enter").shows("Approved CHG-2").shows("> CHG-4").keys(".");
    assert_eq!(sitting.said(), "Can't again: each change is planned, approved and begun by itself");
    assert_eq!(sitting.store.read().unwrap().ticket(another).unwrap().state, "approval");
}

#[test]
fn changes_that_the_list_does_not_show_are_not_voted_on() {
    let mut sitting = plans((80, 24));
    sitting.asked("Renew the other page");
    sitting.keys("g a Space Space /").types("kind:incident").keys("Enter C a");
    assert_eq!(sitting.said(), "Can't approve: not all that are marked are listed here; look at them first");
}

#[test]
fn a_vote_that_was_put_off_is_for_the_plan_as_it_was_then() {
    let mut sitting = plans((80, 24));
    sitting.keys("g a C a").types("Go on.").keys("Esc Esc /").types("kind:incident").keys("Enter");
    let start = sitting.store.read().unwrap().ticket(TicketId(5)).unwrap().planned_start.unwrap();
    let set = Edit::from([(Field::PlannedStart, Value::Int(start.plus(30 * MINUTE).0))]);
    sitting.bert(Command::Edit { on: vec![TicketId(5).into()], set, tag: Vec::new(), untag: Vec::new() });
    sitting.keys("g w Enter").shows("Approve CHG-2").shows("Renew the login page").shows("Go on.");
    sitting.keys("Enter").shows("planned_start changed since you looked");
}

#[test]
fn a_form_that_comes_late_does_not_take_the_keys_of_something_else() {
    let mut sitting = plans((80, 24));
    for key in ["?", ":", "/", "3"] {
        sitting.keys("2 Tab C");
        let late = update(&mut sitting.model, Msg::Term(TermEvent::Input(Input::Key(Key::char('p')))));
        sitting.keys(key);
        let scope = crate::tui::focus::scopes(&sitting.model)[0];
        sitting.settle(late);
        assert_eq!(crate::tui::focus::scopes(&sitting.model)[0], scope, "{key}");
        sitting.keys("Esc Esc");
    }
    sitting.keys("2 C p").shows("Plan CHG");
}

#[test]
fn an_answer_is_understood_however_it_is_written_and_another_is_refused() {
    let mut sitting = plans((80, 24));
    sitting.keys("g i").types("chg3").keys("Enter C t Up Up").types("none").keys("Tab Tab Enter");
    sitting.shows("is: there is no 'none'").keys("ctrl-u Tab Tab Enter").shows("is: needed");
    sitting.types("being worked on").shows("Tab for begun").keys("ctrl-u").types("Begun").keys("Tab Tab Enter");
    sitting.shows("Began step 1 of CHG-3");
}

#[test]
fn what_was_approved_is_judged_anew_after_a_question() {
    let mut sitting = plans((80, 24));
    sitting.keys("g a C g").shows("Judge CHG-2 anew?").types("leave").keys("Enter").hides("anew?");
    assert!(!sitting.did.iter().any(|effect| matches!(effect, Effect::Do(_))));
    sitting.keys("C g Enter");
    assert!(sitting.said().contains("risk"), "{}", sitting.said());
}

#[test]
fn that_a_move_costs_the_approval_is_told_before_it_is_saved() {
    for size in [(80, 24), (160, 45)] {
        let mut sitting = plans(size);
        sitting.keys("2 Tab Tab").shows("CHG-2").keys("m l").hides("approved anew").keys("Esc");
        sitting.voted("anna", TicketId(5), Verdict::Approve, "");
        sitting.keys("m l").shows("then it must be approved anew").keys("h").hides("approved anew").keys("Esc");
    }
}

#[test]
fn a_change_begins_at_once_in_its_time_and_asks_why_out_of_it() {
    let mut sitting = plans((80, 24));
    sitting.voted("anna", TicketId(5), Verdict::Approve, "");
    sitting.keys("g i").types("chg2").keys("Enter i C s").shows("Start CHG-2 all the same?").shows("it is planned for");
    sitting.keys("Enter").shows("Why all the same: needed").types("The vendor is here.").keys("Enter");
    sitting.shows("Began CHG-2").keys("G").shows("The vendor is here.");
    let mut sitting = plans((80, 24));
    sitting.voted("anna", TicketId(5), Verdict::Approve, "");
    sitting.moment.now = sitting.moment.now.plus(48 * HOUR + MINUTE);
    sitting.happens(Msg::Changed);
    sitting.keys("g i").types("chg2").keys("Enter i s").types("impl").keys("Enter").shows("Began CHG-2");
}

#[test]
fn steps_are_begun_and_ticked_with_their_times_and_the_change_is_finished() {
    let mut sitting = plans((80, 24));
    sitting
        .keys("g i")
        .types("chg3")
        .keys("Enter C t")
        .shows("CHG-3, step 1: Install")
        .keys("Up Up Right")
        .shows("> begun");
    sitting.keys("Tab Tab").types("Uploaded.").keys("Enter").shows("Began step 1 of CHG-3").shows("began 14:13");
    sitting.moment.now = sitting.moment.now.plus(10 * MINUTE);
    sitting.keys("C t Enter").shows("Did step 1 of CHG-3").shows("14:13 to 14:23");
    sitting.keys("C f").shows("step 2 is open").keys("Enter");
    sitting
        .shows("Finish CHG-3")
        .keys("Esc")
        .keys("C t Enter C f")
        .types("All well.")
        .keys("Enter")
        .shows("Finished CHG-3: successful");
    sitting.keys("g g").shows("review").shows("successful");
}

#[test]
fn a_change_is_backed_out_with_the_way_back_in_sight_and_reviewed() {
    let mut sitting = plans((80, 24));
    sitting
        .keys("g i")
        .types("chg3")
        .keys("Enter C b")
        .shows("The way back (5 min): Put the old one back.")
        .shows("Restart the portal.");
    sitting
        .keys("Esc C b")
        .types("Logins failed.")
        .keys("Esc Enter")
        .shows("Backed out CHG-3")
        .shows("failed-backed-out");
    sitting
        .keys("C v")
        .shows("began on time")
        .types("inc1")
        .keys("Tab")
        .types("Test the portal first.")
        .keys("Esc Enter");
    sitting.shows("Reviewed CHG-3").keys("ctrl-d").shows("Test the portal first.").keys("ctrl-d").shows("INC-1");
}

#[test]
fn a_releases_sheet_tells_what_it_contains_with_its_risk() {
    let mut sitting = plans((80, 24));
    let set = Edit::from([(Field::Title, Value::from("Autumn")), (Field::Description, Value::from("All of it."))]);
    let (tags, links) = (Vec::new(), Vec::new());
    let tasks = vec![String::from("Backups were tested")];
    sitting.done(Command::Open(OpenTicket { kind: Kind::Release, set, tags, tasks, links, created: None }));
    let release = sitting.store.read().unwrap().ticket_numbered("REL-1".parse().unwrap()).unwrap().id;
    let relation = crate::desk::link::Relation::ChildOf;
    sitting.done(Command::Link { from: TicketId(5), relation, to: release });
    sitting.happens(Msg::Changed);
    sitting.keys("g i").types("rel1").keys("Enter").shows("CHG-2 (approval) [").shows("Go or no-go, 0 of 1 done");
}

#[test]
fn what_is_no_change_says_so() {
    let mut sitting = plans((80, 24));
    sitting.keys("g i").types("inc1").keys("Enter C p");
    assert_eq!(sitting.said(), "Can't plan: INC-1 is an incident, no change");
}

#[test]
fn a_plan_that_meets_another_waits_until_somebody_lives_with_that() {
    let mut sitting = plans((80, 24));
    let plan = sitting.store.read().unwrap().ticket(TicketId(5)).unwrap();
    let set = Edit::from([Field::PlannedStart, Field::PlannedEnd].map(|field| (field, plan.value(field))));
    sitting.done(Command::Edit { on: vec![TicketId(4).into()], set, tag: Vec::new(), untag: Vec::new() });
    sitting.judged(TicketId(4), "none");
    sitting.happens(Msg::Changed);
    sitting.keys("g i").types("chg1").keys("Enter").shows("Conflicts 1").shows("! CHG-1 and CHG-2");
    sitting.keys("s").types("approval").keys("Enter");
    assert!(sitting.said().starts_with("Can't ask for approval: CHG-1 and CHG-2"), "{}", sitting.said());
    sitting.keys("C c").shows("CHG-1 would meet 1").keys("Esc");
    sitting
        .keys("C l")
        .shows("1. CHG-1 and CHG-2")
        .keys("Enter")
        .shows("Why: needed")
        .types("One night.")
        .keys("Enter");
    sitting.shows("Conflicts 1, all overridden").shows("Anna Ek lives with it: One night.");
    sitting.keys("s").types("approval").keys("Enter");
    assert_eq!(sitting.state(), "approval");
}

#[test]
fn a_meeting_is_called_and_gone_through_item_by_item() {
    let mut sitting = plans((80, 24));
    sitting.person("dora", "Dora Lind", "lead,agent");
    sitting.author.login = String::from("bert");
    let high = sitting.change("Replace the core switch", 72 * 60);
    let answers = ["users=all", "practice=often", "tested=no", "complexity=vendor", "compliance=major"];
    let answers = answers.iter().filter_map(|line| line.split_once('='));
    let answers = answers.map(|(ask, answer)| (ask.to_owned(), Some(answer.to_owned()))).collect();
    sitting.done(Command::Change(ChangeCommand::Answer { on: high, answers }));
    sitting.moved(high, "approval");
    sitting.author.login = String::from("anna");
    sitting.happens(Msg::Changed);
    sitting.keys("C m").types("new").keys("Enter").types("fri 10:00").keys("Tab Tab").types("anna, dora");
    sitting.keys("Esc Enter").keys("C m").shows("Change advisory board").shows("2 changes");
    sitting.keys("Enter").shows("Anna Ek, Dora Lind").shows("CHG-4").shows("high risk, not decided");
    sitting
        .types("chg-4")
        .keys("Enter")
        .shows("What is decided?")
        .types("Approve")
        .keys("Tab")
        .types("Tell production.")
        .keys("Esc Esc g w Enter")
        .shows("Decide about CHG-4: Replace the core switch (high risk, not decided)")
        .keys("Esc Enter");
    sitting.shows("Change advisory board, 2026-09-25 10:00").shows("approved");
    assert_eq!(sitting.store.read().unwrap().ticket(high).unwrap().state, "scheduled");
    sitting.types("minutes").keys("Enter");
    let copied = sitting.outside.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert!(copied.unwrap().contains("**approved**\n\nTell production.\n"));
    sitting.keys("C m Enter").types("read").keys("Enter").shows("Minutes of CAB").shows("Tell production.");
    sitting.keys("Esc C m Enter").types("end").keys("Enter").keys("C m").shows(", ended");
}
