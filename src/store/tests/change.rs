//! Changes: what they risk, who approves them, what voids an approval, how the work begins and ends.

use std::collections::BTreeMap;

use super::*;
use crate::desk::change::{CabCommand, ChangeCommand, Decision, StepState, Verdict};
use crate::desk::cmdb::CmdbCommand;
use crate::desk::id::{CabId, PersonId};
use crate::desk::people::Person;
use crate::desk::priority::Criticality;
use crate::desk::time::{HOUR, MINUTE};

/// A desk on which anna plans; bob and carl are her team, dora leads. Its service is payroll, whose owner is carl.
pub(super) struct Room {
    pub(super) desk: Desk,
    pub(super) bob: Person,
    carl: Person,
    pub(super) dora: Person,
}

impl Room {
    pub(super) fn new() -> Room {
        let mut desk = Desk::new();
        let bob = person(&mut desk, "bob", "agent");
        let carl = person(&mut desk, "carl", "agent");
        let dora = person(&mut desk, "dora", "lead");
        let anna = desk.store.read().unwrap().find_person("anna").unwrap();
        let team = Record::Team {
            id: None,
            key: String::from("net"),
            name: String::from("Network"),
            members: vec![anna.id, bob.id, carl.id],
            active: true,
        };
        desk.done(Command::Register(team));
        let team = desk.store.read().unwrap().find_team("net").unwrap().id;
        desk.done(Command::Register(Record::Service {
            id: None,
            key: String::from("payroll"),
            name: String::from("Payroll"),
            criticality: Criticality::Low,
            owner: Some(carl.id),
            team: Some(team),
            active: true,
        }));
        Room { desk, bob, carl, dora }
    }

    /// A change of payroll, to begin in so many minutes and to take an hour.
    pub(super) fn plan(&mut self, minutes: i64) -> TicketId {
        let service = self.desk.store.read().unwrap().find_service("payroll").unwrap().id;
        let start = self.desk.moment.now.plus(minutes * MINUTE);
        let receipt = self.desk.done(Command::Open(OpenTicket {
            kind: Kind::Change,
            set: Edit::from([
                (Field::Title, Value::from("Replace the certificate")),
                (Field::Description, Value::from("The old one ends soon.")),
                (Field::Service, Value::Int(service.0)),
                (Field::BackoutPlan, Value::from("Put the old one back.")),
                (Field::BackoutMinutes, Value::Int(5)),
                (Field::PlannedStart, Value::Int(start.0)),
                (Field::PlannedEnd, Value::Int(start.plus(HOUR).0)),
            ]),
            tags: Vec::new(),
            tasks: vec![String::from("Install"), String::from("Look at it from outside")],
            links: Vec::new(),
            created: None,
        }));
        self.desk.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id
    }

    #[track_caller]
    pub(super) fn act(&mut self, command: ChangeCommand) -> Receipt {
        self.desk.done(Command::Change(command))
    }

    #[track_caller]
    pub(super) fn refuse(&mut self, command: ChangeCommand) -> String {
        self.desk.refused(Command::Change(command))
    }

    pub(super) fn answer(&mut self, on: TicketId, answers: &[(&str, &str)]) -> Receipt {
        let owned = |word: &str| Some(word.to_owned()).filter(|word| !word.is_empty());
        let answers: BTreeMap<String, Option<String>> =
            answers.iter().map(|(question, answer)| ((*question).to_owned(), owned(answer))).collect();
        self.act(ChangeCommand::Answer { on, answers })
    }

    /// Harmless, but for what is told.
    pub(super) fn assessed(&mut self, minutes: i64, but: &[(&str, &str)]) -> TicketId {
        let id = self.plan(minutes);
        let usual = [
            ("users", "none"),
            ("practice", "often"),
            ("tested", "fully"),
            ("complexity", "one_team"),
            ("compliance", "none"),
        ];
        self.answer(id, &usual);
        if !but.is_empty() {
            self.answer(id, but);
        }
        id
    }

    pub(super) fn asked(&mut self, minutes: i64, but: &[(&str, &str)]) -> TicketId {
        let id = self.assessed(minutes, but);
        self.desk.done(move_to(id, "approval", Edit::new()));
        id
    }

    pub(super) fn try_vote(
        &mut self,
        who: &str,
        id: TicketId,
        verdict: Verdict,
        comment: &str,
    ) -> Result<Receipt, Refusal> {
        let (me, comment) = (self.desk.author.login.clone(), Some(comment.to_owned()).filter(|text| !text.is_empty()));
        self.desk.author.login = who.to_owned();
        let done = self.desk.try_do(Command::Change(ChangeCommand::Vote { on: vec![id.into()], verdict, comment }));
        self.desk.author.login = me;
        done
    }

    #[track_caller]
    pub(super) fn approve(&mut self, who: &str, id: TicketId) -> Receipt {
        self.try_vote(who, id, Verdict::Approve, "").unwrap()
    }

    pub(super) fn state(&self, id: TicketId) -> String {
        self.desk.ticket(id).state
    }

    pub(super) fn steps(&self, id: TicketId) -> Vec<(String, StepState)> {
        let steps = self.desk.store.read().unwrap().approval(id).unwrap();
        steps.into_iter().map(|step| (step.name, step.state)).collect()
    }

    pub(super) fn finds_for(&self, who: &Person, query: &str) -> Vec<String> {
        let reader = self.desk.store.read().unwrap();
        let asker = Asker { me: Some(who.id), moment: self.desk.moment };
        let page = reader.tickets(&query.parse().unwrap(), &asker, &PageFrom::Start, 100).unwrap();
        page.rows.iter().map(|(ticket, _)| ticket.number.to_string()).collect()
    }
}

fn lead(desk: &mut Desk, id: TicketId, set: Edit) -> Result<Receipt, Refusal> {
    let me = std::mem::replace(&mut desk.author.login, String::from("dora"));
    let done = desk.try_do(Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() });
    desk.author.login = me;
    done
}

#[test]
fn a_change_is_asked_about_its_risk_before_anybody_is_asked_to_approve_it() {
    let mut room = Room::new();
    let id = room.plan(60);
    let refused = room.desk.refused(move_to(id, "approval", Edit::new()));
    assert_eq!(
        refused,
        "To ask for approval CHG-1, answer what it risks: deskhand change risk CHG-1 users=none|team|site|all \
         practice=often|some|never tested=fully|partly|no complexity=one_team|several|vendor compliance=none|some|major"
    );
    let told = room.answer(id, &[("users", "team"), ("tested", "partly")]);
    assert_eq!(told.summary, "CHG-1: risk 9 so far");
    let told = room.answer(id, &[("practice", "some"), ("complexity", "several"), ("compliance", "some")]);
    assert_eq!(told.summary, "CHG-1: risk 14, medium");
    assert_eq!(room.desk.finds("risk:medium kind:change"), ["CHG-1"]);
    let reasons = room.desk.store.read().unwrap().why(&room.desk.ticket(id), Field::Risk).unwrap();
    assert_eq!(
        reasons.because,
        [
            "users: one team: 2",
            "criticality: low (found by the desk): 0",
            "dependents: none or one (found by the desk): 0",
            "practice: sometimes: 1",
            "tested: partly: 2",
            "backout: documented (found by the desk): 2",
            "backout_time: less than a quarter (found by the desk): 0",
            "time: in business hours (found by the desk): 3",
            "complexity: several teams: 2",
            "compliance: somewhat: 2",
            "together 14: medium",
        ]
    );
    let refused = room.desk.try_do(Command::Change(ChangeCommand::Answer {
        on: id,
        answers: BTreeMap::from([(String::from("tested"), Some(String::from("maybe")))]),
    }));
    assert_eq!(refused.unwrap_err().to_string(), "CHG-1: tested takes fully, partly, no, not 'maybe'");
}

#[test]
fn an_answer_by_hand_stays_until_it_is_given_back_to_the_desk() {
    let mut room = Room::new();
    let id = room.assessed(60, &[("backout", "tested")]);
    assert_eq!(room.desk.ticket(id).risk_score, Some(3));
    room.desk.set(id, Field::BackoutPlan, "Another way back.");
    assert_eq!(room.desk.ticket(id).risk_score, Some(3));
    room.answer(id, &[("backout", "")]);
    assert_eq!(room.desk.ticket(id).risk_score, Some(5));
    room.desk.set(id, Field::BackoutPlan, Value::Null);
    assert_eq!(room.desk.ticket(id).risk_score, Some(9));
    assert_eq!(room.desk.ticket(id).risk.as_deref(), Some("medium"), "without a way back");
}

#[test]
fn what_a_change_touches_in_the_cmdb_is_in_its_risk() {
    let mut room = Room::new();
    let id = room.assessed(60, &[]);
    let vm = room.desk.ci("virtual_machine", &[("name", "pay01"), ("criticality", "vital")]);
    room.desk.done(Command::Cmdb(CmdbCommand::Concern { ticket: id, add: vec![vm], remove: Vec::new(), impact: None }));
    let ticket = room.desk.ticket(id);
    assert_eq!((ticket.risk_score, ticket.risk.as_deref()), (Some(11), Some("high")), "vital, in business hours");
}

#[test]
fn only_a_lead_overrides_a_risk_and_says_why() {
    let mut room = Room::new();
    let id = room.assessed(60, &[]);
    room.desk.author.login = String::from("bob");
    let set = Edit::from([(Field::Risk, Value::from("high")), (Field::RiskReason, Value::from("the board looks on"))]);
    let edit = |set: &Edit| Command::Edit { on: vec![id.into()], set: set.clone(), tag: Vec::new(), untag: Vec::new() };
    let refused = room.desk.refused(edit(&set));
    assert_eq!(refused, "you (agent) may not override the risk of a change; that takes admin or lead");
    room.desk.author.login = String::from("anna");
    lead(&mut room.desk, id, set).unwrap();
    assert_eq!(room.desk.ticket(id).risk.as_deref(), Some("high"));
    room.answer(id, &[("users", "team")]);
    assert_eq!(room.desk.ticket(id).risk.as_deref(), Some("high"), "it stays overridden");
    lead(&mut room.desk, id, Edit::from([(Field::Risk, Value::Null)])).unwrap();
    assert_eq!(room.desk.ticket(id).risk.as_deref(), Some("low"));
}

#[test]
fn a_low_change_takes_one_colleague_and_never_its_planner_alone() {
    let mut room = Room::new();
    let id = room.asked(60, &[]);
    assert_eq!(room.finds_for(&room.bob, "is:to-approve"), ["CHG-1"]);
    assert_eq!(room.finds_for(&room.dora, "is:to-approve"), [] as [&str; 0]);
    let told = room.approve("anna", id);
    assert_eq!(told.notices, ["nobody approves alone what they planned: CHG-1 waits for bob, carl"]);
    assert_eq!(room.state(id), "approval");
    let refused = room.desk.refused(move_to(id, "scheduled", Edit::new()));
    assert_eq!(refused, "CHG-1: to schedule it is done by the last approval: deskhand change approve");
    let told = room.approve("bob", id);
    assert_eq!(told.notices, ["CHG-1 is approved, and scheduled"]);
    assert_eq!(room.state(id), "scheduled");
    assert_eq!(room.finds_for(&room.carl, "is:to-approve"), [] as [&str; 0]);
    assert_eq!(
        room.try_vote("carl", id, Verdict::Approve, "").unwrap_err().to_string(),
        "CHG-1 is scheduled: nobody is asked to approve it"
    );
}

#[test]
fn steps_are_asked_in_their_order_and_a_rejection_says_why() {
    let mut room = Room::new();
    let id = room.asked(60, &[("tested", "no"), ("users", "team")]);
    let [manager, owner] = ["change manager", "service owner"].map(String::from);
    assert_eq!(room.steps(id), [(manager.clone(), StepState::Open), (owner.clone(), StepState::Later)]);
    let early = room.try_vote("carl", id, Verdict::Approve, "").unwrap_err().to_string();
    assert!(early.starts_with("CHG-1: at the step 'change manager' you are not asked, but dora"), "{early}");
    room.approve("dora", id);
    assert_eq!(room.finds_for(&room.carl, "is:to-approve"), ["CHG-1"]);
    let silent = room.try_vote("carl", id, Verdict::Reject, " ").unwrap_err().to_string();
    assert_eq!(silent, "who rejects says why: --comment TEXT");
    let receipt = room.try_vote("carl", id, Verdict::Reject, "Month end.").unwrap();
    assert_eq!(room.state(id), "rejected");
    assert_eq!(room.steps(id), [(manager, StepState::Approved), (owner, StepState::Rejected)]);
    room.desk.undo(&receipt);
    assert_eq!(room.state(id), "approval");
    room.approve("carl", id);
    assert_eq!(room.state(id), "scheduled");
    assert_eq!(room.desk.store.verify().unwrap(), []);
}

#[test]
fn another_plan_voids_what_was_approved_and_asks_again() {
    let mut room = Room::new();
    let id = room.asked(60, &[]);
    room.approve("bob", id);
    let later = room.desk.ticket(id).planned_end.unwrap().plus(HOUR);
    let told = room.desk.set(id, Field::PlannedEnd, later.0);
    assert_eq!(
        told.notices,
        ["planned_end changed: what was approved of CHG-1 no longer counts", "asked: anna, bob, carl (peer, 1 of 3)"]
    );
    assert_eq!(room.state(id), "approval");
    assert_eq!(room.finds_for(&room.bob, "is:to-approve"), ["CHG-1"]);
    // The whole of it is one entry, and goes as one.
    room.desk.undo(&told);
    assert_eq!(room.state(id), "scheduled");
    room.desk.set(id, Field::Communication, "Mail to all.");
    assert_eq!(room.state(id), "scheduled", "what nobody approved voids nothing");
}

#[test]
fn an_undo_does_not_slip_another_plan_under_an_approval() {
    let mut room = Room::new();
    let id = room.assessed(60, &[]);
    let edited = room.desk.set(id, Field::TestPlan, "On the test system.");
    room.desk.done(move_to(id, "approval", Edit::new()));
    room.approve("bob", id);
    let refused = room.desk.refused(Command::Undo { seq: edited.seq.unwrap(), settled: Vec::new() });
    assert_eq!(
        refused,
        "CHG-1 was approved as it is planned now: test_plan can't be taken back under it; edit the plan, which asks for approval again"
    );
}

#[test]
fn who_looked_at_another_plan_looks_again_before_approving() {
    let mut room = Room::new();
    let id = room.asked(60, &[]);
    let seen = room.desk.ticket(id).version;
    room.desk.set(id, Field::TestPlan, "Not at all.");
    room.desk.author.login = String::from("bob");
    let target = Target { id, version: Some(seen) };
    let vote = |on| ChangeCommand::Vote { on: vec![on], verdict: Verdict::Approve, comment: None };
    assert_eq!(room.refuse(vote(target)), "CHG-1: test_plan changed since you looked; look again before you decide");
    room.act(vote(id.into()));
    assert_eq!(room.state(id), "scheduled");
}

#[test]
fn a_vote_is_handed_on_by_who_was_asked_or_by_a_lead() {
    let mut room = Room::new();
    let id = room.asked(60, &[("tested", "no"), ("users", "team")]);
    let (bob, dora) = (room.bob.id, room.dora.id);
    let delegate = |from: Option<PersonId>, to: PersonId| ChangeCommand::Delegate { on: id, from, to };
    room.desk.author.login = String::from("bob");
    assert_eq!(
        room.refuse(delegate(Some(dora), bob)),
        "you (agent) may not delegate what others are asked for; that takes admin or lead"
    );
    room.desk.author.login = String::from("dora");
    let anna = room.desk.store.read().unwrap().find_person("anna").unwrap().id;
    assert_eq!(room.refuse(delegate(None, anna)), "CHG-1: anna plans it, and can't approve in another's place");
    assert_eq!(room.act(delegate(None, bob)).summary, "bob is asked about CHG-1 in place of dora");
    room.desk.author.login = String::from("anna");
    assert!(room.try_vote("dora", id, Verdict::Approve, "").is_err());
    room.approve("bob", id);
    assert_eq!(room.steps(id)[0].1, StepState::Approved);
}

#[test]
fn two_who_vote_at_once_are_both_heard_and_the_step_is_decided_once() {
    let mut room = Room::new();
    let id = room.asked(60, &[("tested", "no"), ("users", "all"), ("compliance", "major"), ("practice", "never")]);
    assert_eq!(room.desk.ticket(id).risk.as_deref(), Some("high"));
    let asked = room.desk.store.read().unwrap().approval(id).unwrap();
    assert_eq!(
        (asked[0].name.as_str(), asked[0].need, asked[0].votes.len()),
        ("CAB", 2, 2),
        "anna is admin, dora lead"
    );
    let (path, moment) = (room.desk.path(), room.desk.moment);
    let together = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for login in ["anna", "dora"] {
            let (path, together) = (&path, &together);
            scope.spawn(move || {
                let mut store = Store::open(path).unwrap();
                let author = Author { login: login.to_owned(), via: None, host: String::from("lab") };
                let vote = ChangeCommand::Vote { on: vec![id.into()], verdict: Verdict::Approve, comment: None };
                let request = Request::new(Command::Change(vote));
                together.wait();
                store.execute(&request, &author, &moment).unwrap();
            });
        }
    });
    assert_eq!(room.state(id), "scheduled");
    assert_eq!(room.desk.store.verify().unwrap(), []);
}

#[test]
fn work_begins_in_its_time_or_with_a_reason_and_real_times_are_kept() {
    let mut room = Room::new();
    let id = room.asked(60, &[]);
    room.approve("bob", id);
    room.desk.set(id, Field::Assignee, room.bob.id.0);
    let start = |anyway: Option<&str>| ChangeCommand::Start { on: id.into(), anyway: anyway.map(str::to_owned) };
    let early = ChangeCommand::Step { on: id, position: 1, done: true, at: None, note: None };
    assert_eq!(room.refuse(early), "the work on CHG-1 has not begun: deskhand change start CHG-1");
    let refused = room.refuse(start(None));
    assert!(refused.starts_with("CHG-1: it is planned for 2026-"), "{refused}");
    assert!(refused.ends_with("to begin all the same: deskhand change start CHG-1 --anyway REASON"), "{refused}");
    assert_eq!(refused, room.desk.refused(move_to(id, "implementing", Edit::new())));
    room.act(start(Some("the vendor is here now")));
    let ticket = room.desk.ticket(id);
    assert_eq!((ticket.state.as_str(), ticket.actual_start), ("implementing", Some(room.desk.moment.now)));
    let notes = room.desk.store.read().unwrap().entries(id).unwrap();
    assert!(notes[0].text.ends_with(": the vendor is here now"), "{}", notes[0].text);

    let finish = || ChangeCommand::Finish { on: id.into(), code: String::from("successful"), resolution: None };
    assert_eq!(
        room.refuse(finish()),
        "Cannot review CHG-1: task 1 is open (Install); task 2 is open (Look at it from outside)"
    );
    let began = room.desk.moment.now;
    let step = |position, done, at| ChangeCommand::Step { on: id, position, done, at, note: None };
    room.act(step(1, false, Some(began)));
    room.act(step(1, true, Some(began.plus(1_500))));
    let refused = room.refuse(step(2, true, Some(room.desk.moment.now.plus(HOUR))));
    assert_eq!(refused, "CHG-1: a step is noted when it is done, not before");
    room.act(step(2, true, None));
    let tasks = room.desk.store.read().unwrap().tasks(id).unwrap();
    assert_eq!((tasks[0].began, tasks[0].ended), (Some(began), Some(began.plus(1_500))));
    room.act(finish());
    let done = room.desk.ticket(id);
    assert_eq!((done.state.as_str(), done.actual_end), ("review", Some(room.desk.moment.now)));
    assert_eq!(room.refuse(start(None)), "CHG-1 is review: it can't begin; from here: closed");
    let later = Edit::from([(Field::PlannedEnd, Value::Int(room.desk.moment.now.plus(90 * DAY).0))]);
    let edit = Command::Edit { on: vec![id.into()], set: later, tag: Vec::new(), untag: Vec::new() };
    assert_eq!(room.desk.refused(edit), "CHG-1 is review: it stays planned as it was");
}

#[test]
fn what_is_backed_out_says_why_and_leaves_its_steps_undone() {
    let mut room = Room::new();
    let id = room.asked(0, &[]);
    room.approve("bob", id);
    room.desk.set(id, Field::Assignee, room.bob.id.0);
    room.act(ChangeCommand::Start { on: id.into(), anyway: None });
    room.act(ChangeCommand::BackOut { on: id.into(), why: String::from("The chain was wrong.") });
    let ticket = room.desk.ticket(id);
    assert_eq!(
        (ticket.state.as_str(), ticket.resolution_code.as_deref(), ticket.resolution.as_deref()),
        ("review", Some("failed-backed-out"), Some("The chain was wrong."))
    );
    let incident = room.desk.open("Payroll warns of a certificate");
    let lessons = Some(String::from("Look at the chain first."));
    room.act(ChangeCommand::Review { on: id, lessons, caused: vec![incident] });
    let links = room.desk.store.read().unwrap().links(id).unwrap();
    assert_eq!((links[0].name(), links[0].number.to_string().as_str()), ("causes", "INC-1"));
    assert_eq!(room.desk.ticket(id).lessons.as_deref(), Some("Look at the chain first."));
}

#[test]
fn a_standard_change_follows_a_template_and_takes_nobodys_approval() {
    let mut room = Room::new();
    let service = room.desk.store.read().unwrap().find_service("payroll").unwrap().id;
    let standard = |template: Option<&str>| {
        let set = Edit::from([
            (Field::Title, Value::from("DNS record www")),
            (Field::ChangeType, Value::from("standard")),
            (Field::Template, template.into()),
            (Field::Service, Value::Int(service.0)),
            (Field::BackoutMinutes, Value::Int(5)),
        ]);
        Command::Open(OpenTicket { kind: Kind::Change, set, tags: vec![], tasks: vec![], links: vec![], created: None })
    };
    let refused = room.desk.refused(standard(None));
    assert_eq!(
        refused,
        "CHG-1: a standard change follows a template that was approved for it: deskhand new change --template \
         std-certificate|std-disk|std-dns|std-patches|std-vlan"
    );
    let receipt = room.desk.done(standard(Some("std-dns")));
    let id = room.desk.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id;
    let now = room.desk.moment.now;
    let times =
        Edit::from([(Field::PlannedStart, Value::Int(now.0)), (Field::PlannedEnd, Value::Int(now.plus(HOUR).0))]);
    room.desk.done(move_to(id, "scheduled", times));
    assert_eq!((room.state(id).as_str(), room.desk.ticket(id).risk_score), ("scheduled", Some(7)), "never done yet");
    room.desk.done(Command::Change(ChangeCommand::Start { on: id.into(), anyway: None }));
    let finish = ChangeCommand::Finish { on: id.into(), code: String::from("successful"), resolution: None };
    room.desk.done(Command::Change(finish));
    let runs = room.desk.store.read().unwrap().runs("std-dns").unwrap();
    assert_eq!((runs.ended, runs.percent()), (1, Some(100)));
    // Standard changes that risk more than they did are none.
    let receipt = room.desk.done(standard(Some("std-dns")));
    let risky = room.desk.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id;
    room.answer(risky, &[("users", "all"), ("compliance", "major")]);
    let now = room.desk.moment.now;
    let times =
        Edit::from([(Field::PlannedStart, Value::Int(now.0)), (Field::PlannedEnd, Value::Int(now.plus(HOUR).0))]);
    assert_eq!(
        room.desk.refused(move_to(risky, "scheduled", times)),
        "a standard change of medium risk takes approval: deskhand set CHG-2 change_type=normal, then ask for it"
    );
}

#[test]
fn an_emergency_is_approved_by_one_and_looked_at_afterwards() {
    let mut room = Room::new();
    let id = room.plan(0);
    room.desk.set(id, Field::ChangeType, "emergency");
    room.desk.set(id, Field::Assignee, room.bob.id.0);
    room.desk.done(move_to(id, "approval", Edit::new()));
    let start = || ChangeCommand::Start { on: id.into(), anyway: None };
    assert_eq!(room.refuse(start()), "CHG-1 is not approved yet: the step 'emergency' waits for anna, dora");
    room.approve("dora", id);
    room.act(start());
    for position in [1, 2] {
        room.act(ChangeCommand::Step { on: id, position, done: true, at: None, note: None });
    }
    room.act(ChangeCommand::Finish { on: id.into(), code: String::from("successful"), resolution: None });
    let tasks = room.desk.store.read().unwrap().tasks(id).unwrap();
    assert_eq!(tasks[2].text, "Review: why was there no time to plan it, and what came of that?");
    assert_eq!(room.desk.refused(move_to(id, "closed", Edit::new())), "To close CHG-1, give lessons=…");
}

#[test]
fn a_release_risks_as_much_as_the_riskiest_of_its_changes_and_goes_when_its_list_is_ticked() {
    let mut room = Room::new();
    let low = room.assessed(60, &[]);
    let receipt = room.desk.done(Command::Open(OpenTicket {
        kind: Kind::Release,
        set: Edit::from([(Field::Title, Value::from("Payroll 9"))]),
        tags: Vec::new(),
        tasks: vec![String::from("Regression test")],
        links: Vec::new(),
        created: None,
    }));
    let release = room.desk.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id;
    room.desk.done(Command::Link { from: low, relation: Relation::ChildOf, to: release });
    assert_eq!(room.desk.ticket(release).risk.as_deref(), Some("low"));
    room.answer(low, &[("users", "all"), ("tested", "no"), ("compliance", "major"), ("practice", "never")]);
    assert_eq!(room.desk.ticket(release).risk.as_deref(), Some("high"));
    let reasons = room.desk.store.read().unwrap().why(&room.desk.ticket(release), Field::Risk).unwrap();
    assert_eq!(reasons.because, ["CHG-1, which it contains, has high"]);

    let now = room.desk.moment.now;
    let times =
        Edit::from([(Field::PlannedStart, Value::Int(now.0)), (Field::PlannedEnd, Value::Int(now.plus(3 * HOUR).0))]);
    for (state, set) in [("building", Edit::new()), ("testing", Edit::new()), ("go_no_go", times)] {
        room.desk.done(move_to(release, state, set));
    }
    assert_eq!(
        room.desk.refused(move_to(release, "deploying", Edit::new())),
        "Cannot go REL-1: task 1 is open (Regression test)"
    );
    assert_eq!(room.desk.refused(move_to(release, "building", Edit::new())), "To no-go REL-1, give decision=…");
    room.desk.done(Command::Task { on: release, change: TaskChange::Done(1, true) });
    room.desk.done(move_to(release, "deploying", Edit::new()));
    assert_eq!(room.desk.ticket(release).actual_start, Some(room.desk.moment.now));
    room.desk.done(Command::Unlink { from: low, to: release, relation: None });
}

#[test]
fn a_meeting_decides_item_by_item_and_its_decision_is_the_approval() {
    let mut room = Room::new();
    let risky = [("tested", "no"), ("users", "all"), ("compliance", "major"), ("practice", "never")];
    let (one, other) = (room.asked(60, &risky), room.asked(300, &risky));
    let anna = room.desk.store.read().unwrap().find_person("anna").unwrap().id;
    let at = room.desk.moment.now;
    let cab = |command| ChangeCommand::Cab(command);
    let called = room.act(cab(CabCommand::Call {
        at,
        title: String::from("CAB"),
        members: vec![anna, room.dora.id],
        query: String::from("state:approval"),
        agenda: vec![one, other],
    }));
    assert_eq!(called.summary, "called the meeting 1: CAB, 2 items");
    let decide = |on, decision, notes: Option<&str>| {
        cab(CabCommand::Decide { cab: CabId(1), on, decision: Some(decision), notes: notes.map(str::to_owned) })
    };
    room.act(decide(one, Decision::Approve, Some("Tell production.")));
    assert_eq!(room.state(one), "scheduled");
    assert_eq!(room.refuse(decide(other, Decision::Reject, None)), "a meeting that rejects says why: --notes TEXT");
    room.act(decide(other, Decision::Reject, Some("Not in month end.")));
    assert_eq!(room.state(other), "rejected");
    room.act(cab(CabCommand::Close { cab: CabId(1) }));
    let meeting = room.desk.store.read().unwrap().meeting(CabId(1)).unwrap();
    assert!(meeting.markdown(&room.desk.moment).contains("**approved**\n\nTell production.\n"));
    assert!(room.refuse(decide(one, Decision::Defer, None)).starts_with("the meeting 1 ended at "));
    room.desk.author.login = String::from("bob");
    assert!(room.refuse(cab(CabCommand::Close { cab: CabId(2) })).starts_with("there is no meeting 2"));
}

#[test]
fn who_is_silent_is_known_with_the_time() {
    let mut room = Room::new();
    room.asked(60, &[]);
    let asked = room.desk.moment.now;
    let reader = room.desk.store.read().unwrap();
    assert_eq!(reader.silent(asked.plus(-1)).unwrap(), []);
    let silent = reader.silent(asked).unwrap();
    let told: Vec<(&str, &str)> = silent.iter().map(|one| (one.login.as_str(), one.step.as_str())).collect();
    assert_eq!(told, [("anna", "peer"), ("bob", "peer"), ("carl", "peer")]);
    assert_eq!(silent[0].since, asked);
}

#[test]
fn what_is_taken_back_to_the_draft_or_cancelled_waits_for_nobody() {
    let mut room = Room::new();
    let (one, other) = (room.asked(60, &[]), room.asked(300, &[]));
    room.desk.done(move_to(one, "draft", Edit::new()));
    room.desk.done(move_to(other, "cancelled", Edit::new()));
    assert_eq!(room.finds_for(&room.bob, "is:to-approve"), [] as [&str; 0]);
    room.desk.done(move_to(one, "approval", Edit::new()));
    assert_eq!(room.finds_for(&room.bob, "is:to-approve"), ["CHG-1"]);
    let round = room.desk.store.read().unwrap().approval(one).unwrap()[0].round;
    assert_eq!(round, 2);
}

#[test]
fn a_change_comes_back_from_a_backup_with_its_answers_and_approvals() {
    let mut room = Room::new();
    let id = room.asked(60, &[]);
    room.approve("bob", id);
    let saved = room.desk.store.backup(room.desk.folder.path(), room.desk.moment.now).unwrap();
    room.answer(id, &[("users", "all")]);
    assert_ne!(room.desk.ticket(id).risk_score, Some(5));
    let backup = Store::open_backup(&saved.path).unwrap();
    let wanted = backup.read().unwrap().recover("backup", &[id]).unwrap();
    room.desk.done(Command::Reinstate(wanted));
    assert_eq!((room.state(id).as_str(), room.desk.ticket(id).risk_score), ("scheduled", Some(5)));
    assert_eq!(room.steps(id), [(String::from("peer"), StepState::Approved)]);
    assert_eq!(room.desk.store.verify().unwrap(), []);
}

#[test]
fn a_risk_that_rose_since_the_approval_is_told_stops_the_work_and_is_approved_anew() {
    let mut room = Room::new();
    let id = room.asked(0, &[]);
    room.approve("bob", id);
    room.desk.set(id, Field::Assignee, room.bob.id.0);
    let (payroll, carl) = (room.desk.store.read().unwrap().find_service("payroll").unwrap(), room.carl.id);
    room.desk.done(Command::Register(Record::Service {
        id: Some(payroll.id),
        key: payroll.key,
        name: payroll.name,
        criticality: Criticality::Vital,
        owner: Some(carl),
        team: payroll.team,
        active: true,
    }));
    let told = "was low and is high today (criticality: low, now vital)";
    {
        let reader = room.desk.store.read().unwrap();
        let ticket = reader.ticket(id).unwrap();
        assert_eq!(ticket.risk.as_deref(), Some("low"), "what was approved");
        assert_eq!(reader.risk_shift(&ticket, &room.desk.moment).unwrap().unwrap().told(), told);
        let all = reader.risk_shifts(&room.desk.moment).unwrap();
        assert_eq!(all.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [id]);
    }
    assert_eq!(
        room.refuse(ChangeCommand::Start { on: id.into(), anyway: Some(String::from("no time")) }),
        format!("the risk of CHG-1 {told}; settle that first: deskhand change risk CHG-1 --again")
    );
    let settled = room.act(ChangeCommand::Reassess { on: vec![id] });
    assert_eq!(settled.summary, format!("the risk of CHG-1 {told}"));
    assert_eq!(settled.notices[0], "risk changed: what was approved of CHG-1 no longer counts");
    assert_eq!((room.state(id).as_str(), room.desk.ticket(id).risk.as_deref()), ("approval", Some("high")));
    assert_eq!(room.steps(id), [(String::from("CAB"), StepState::Open)]);
    room.desk.undo(&settled);
    assert_eq!(room.state(id), "scheduled");
    room.act(ChangeCommand::Reassess { on: vec![id] });
    assert_eq!(room.state(id), "approval");
}

#[test]
fn two_people_in_two_zones_are_told_one_risk_by_the_clock_of_the_desk() {
    let mut desk = Desk::new();
    let name = String::from("desk.toml");
    let own = format!("{}\n", crate::desk::shipped::shipped(&name).unwrap());
    let own = own.replacen("label", "zone = \"Asia/Tokyo\"\nlabel", 1);
    desk.done(Command::Register(Record::Settings(vec![(name, Some(own))])));
    let id = desk.open("Any");
    let reader = desk.store.read().unwrap();
    // Wednesday, eleven in Tokyo.
    let at = Timestamp(chrono::DateTime::parse_from_rfc3339("2026-09-23T02:00:00Z").unwrap().timestamp_millis());
    for zone in [chrono_tz::Tz::UTC, chrono_tz::Tz::Asia__Tokyo] {
        let moment = Moment { now: at, zone };
        let timing = reader.timing(&reader.ticket(id).unwrap(), at, at, &moment).unwrap();
        assert_eq!(timing, crate::desk::change::Timing::Business, "{zone}");
    }
}
