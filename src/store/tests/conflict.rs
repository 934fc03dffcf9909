//! What stands against a planned time: told at once, asked about before a change goes on, overridden for one conflict alone.

use super::change::Room;
use super::*;
use crate::desk::change::window::{Recurrence, Scope, Window, WindowCommand, WindowKind};
use crate::desk::change::{ChangeCommand, Verdict};
use crate::desk::time::{HOUR, MINUTE};

const HARMLESS: &[(&str, &str)] = &[];

impl Room {
    fn met(&self, id: TicketId) -> Vec<(String, String, bool)> {
        let reader = self.desk.store.read().unwrap();
        let asker = Asker { me: None, moment: self.desk.moment };
        let found = reader.conflicts_of(&reader.ticket(id).unwrap(), &asker).unwrap();
        found.into_iter().map(|one| (one.identity(), one.text.clone(), one.is_open())).collect()
    }

    /// What still stands in the way.
    fn open(&self, id: TicketId) -> Vec<String> {
        self.met(id).into_iter().filter(|(.., is_open)| *is_open).map(|(_, text, _)| text).collect()
    }

    /// Overrides all that a change meets.
    fn override_all(&mut self, on: TicketId, why: &str) -> Result<Receipt, Refusal> {
        let conflicts = self.met(on).into_iter().map(|(identity, ..)| identity).collect();
        let why = why.to_owned();
        self.desk.try_do(Command::Change(ChangeCommand::Override { on, conflicts, why }))
    }

    fn shift(&mut self, id: TicketId, minutes: i64) -> Receipt {
        let ticket = self.desk.ticket(id);
        let moved = |at: Option<Timestamp>| Value::Int(at.unwrap().plus(minutes * MINUTE).0);
        let set = Edit::from([
            (Field::PlannedStart, moved(ticket.planned_start)),
            (Field::PlannedEnd, moved(ticket.planned_end)),
        ]);
        self.desk.done(Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() })
    }

    fn freeze(&mut self, name: &str, minutes: (i64, i64)) -> Receipt {
        let utc = |minutes: i64| {
            let at = self.desk.moment.now.plus(minutes * MINUTE).0;
            chrono::DateTime::from_timestamp_millis(at).unwrap().format("%Y-%m-%dT%H:%M:%S").to_string()
        };
        let window = Window {
            name: name.to_owned(),
            kind: WindowKind::Freeze,
            starts: utc(minutes.0).parse().unwrap(),
            ends: utc(minutes.1).parse().unwrap(),
            zone: chrono_tz::Tz::UTC,
            recurrence: Recurrence::read("", chrono_tz::Tz::UTC).unwrap(),
            scope: Scope::Everything,
            note: String::new(),
            source: None,
        };
        self.desk.done(Command::Window(WindowCommand::Put { id: None, seen: None, window: Box::new(window) }))
    }
}

const BOTH: &str = "CHG-1 and CHG-2 are both on Payroll";

#[test]
fn a_change_goes_on_when_each_of_its_conflicts_is_overridden_with_a_reason() {
    let mut room = Room::new();
    let one = room.assessed(60, HARMLESS);
    let two = room.assessed(60, HARMLESS);
    assert_eq!(
        room.desk.refused(move_to(one, "approval", Edit::new())),
        "To ask for approval CHG-1, plan it otherwise or override what it meets: CHG-1 and CHG-2 are both on Payroll; \
         deskhand change override CHG-1 --conflict CHG-2 --reason WHY"
    );
    assert_eq!(room.override_all(one, " ").unwrap_err().to_string(), "who overrides a conflict says why: --reason WHY");
    let done = room.override_all(one, "They do different nodes.").unwrap();
    assert_eq!(done.summary, format!("overrode: {BOTH}"));
    assert_eq!(room.open(one), [""; 0]);
    assert_eq!(room.open(two), ["CHG-2 and CHG-1 are both on Payroll"], "each owner decides for their own");
    room.desk.done(move_to(one, "approval", Edit::new()));
    let events = room.desk.store.read().unwrap().history(one).unwrap();
    let told = events.iter().flat_map(|event| &event.changes).find(|change| change.what == "overrode conflict");
    assert_eq!(told.unwrap().after.text(), Some("CHG-1 and CHG-2 are both on Payroll: They do different nodes."));
    room.desk.undo(&done);
    assert_eq!(room.open(one), [BOTH]);
    assert_eq!(room.desk.store.verify().unwrap(), []);
}

#[test]
fn a_rejected_change_stands_in_nobodys_way_until_it_is_planned_anew() {
    let mut room = Room::new();
    let one = room.assessed(60, HARMLESS);
    let two = room.assessed(60, HARMLESS);
    room.override_all(two, "They do different nodes.").unwrap();
    room.desk.done(move_to(two, "approval", Edit::new()));
    assert_eq!(room.open(one), [BOTH]);
    room.try_vote("bob", two, Verdict::Reject, "Not now.").unwrap();
    assert_eq!(room.state(two), "rejected");
    assert_eq!((room.met(one), room.met(two)), (Vec::new(), Vec::new()));
    room.desk.done(move_to(two, "draft", Edit::new()));
    assert_eq!(room.open(one), [BOTH]);
}

#[test]
fn an_override_holds_for_its_own_conflict_and_no_other() {
    let mut room = Room::new();
    let one = room.assessed(60, HARMLESS);
    let two = room.assessed(60, HARMLESS);
    room.override_all(one, "They do different nodes.").unwrap();
    let seen: Vec<String> = room.met(one).into_iter().map(|(identity, ..)| identity).collect();
    room.shift(two, 20);
    assert_eq!(room.open(one), [BOTH], "the other one moved");
    let stale = ChangeCommand::Override { on: one, conflicts: seen, why: String::from("Still.") };
    assert_eq!(
        room.desk.refused(Command::Change(stale)),
        "CHG-1: what it meets is not what you saw; look again: deskhand change conflicts CHG-1"
    );
    room.shift(two, -20);
    assert_eq!(room.open(one), [""; 0], "it is the same again");
    room.shift(one, 5);
    assert_eq!(room.open(one), [BOTH], "its own plan moved");
    room.shift(one, -5);
    room.assessed(60, HARMLESS);
    assert_eq!(room.open(one), ["CHG-1 and CHG-3 are both on Payroll"], "a third one came");
    room.shift(two, 600);
    assert_eq!(room.met(one).len(), 1, "what is gone is gone");
}

#[test]
fn what_came_since_the_approval_is_asked_about_at_the_start_and_a_reason_overrides_it() {
    let mut room = Room::new();
    let one = room.asked(0, HARMLESS);
    room.approve("bob", one);
    room.desk.set(one, Field::Assignee, room.bob.id.0);
    room.plan(0);
    let start = |anyway: Option<&str>| {
        Command::Change(ChangeCommand::Start { on: one.into(), anyway: anyway.map(str::to_owned) })
    };
    assert_eq!(
        room.desk.refused(start(None)),
        "CHG-1: CHG-1 and CHG-2 are both on Payroll; to begin all the same: deskhand change start CHG-1 --anyway REASON"
    );
    room.desk.done(start(Some("CHG-2 waits for us.")));
    assert_eq!(room.state(one), "implementing");
    let reader = room.desk.store.read().unwrap();
    let asker = Asker { me: None, moment: room.desk.moment };
    let met = reader.conflicts_of(&reader.ticket(one).unwrap(), &asker).unwrap();
    assert_eq!(met[0].overridden.as_ref().unwrap().why, "CHG-2 waits for us.");
    assert_eq!(reader.entries(one).unwrap()[0].text, format!("Begun although {BOTH}: CHG-2 waits for us."));
}

#[test]
fn a_freeze_that_was_overridden_is_not_asked_about_again_at_the_start() {
    let mut room = Room::new();
    room.freeze("Year end", (-60, 600));
    let one = room.assessed(0, &[("time", "off_hours")]);
    assert_eq!(room.open(one), ["CHG-1 is inside the freeze 'Year end'"]);
    room.override_all(one, "The law comes into force.").unwrap();
    room.desk.done(move_to(one, "approval", Edit::new()));
    room.approve("bob", one);
    room.desk.set(one, Field::Assignee, room.bob.id.0);
    room.desk.done(Command::Change(ChangeCommand::Start { on: one.into(), anyway: None }));
    assert_eq!(room.state(one), "implementing");
}

#[test]
fn who_plans_into_a_conflict_is_told_at_once_and_its_owners_find_it() {
    let mut room = Room::new();
    let one = room.plan(60);
    let two = room.plan(600);
    assert_eq!(room.desk.finds("is:conflicting"), [""; 0]);
    let told = room.shift(two, -540);
    assert_eq!(told.notices, [format!("conflict: {}", "CHG-2 and CHG-1 are both on Payroll")]);
    assert_eq!(room.shift(two, 10).notices, [""; 0], "what it met before is not news");
    assert_eq!(room.desk.finds("is:conflicting sort:number"), ["CHG-1", "CHG-2"]);
    room.override_all(one, "Agreed.").unwrap();
    assert_eq!(room.desk.finds("is:conflicting"), ["CHG-2"]);
    let bob = room.bob.id;
    for id in [one, two] {
        let command = ChangeCommand::Implementers { on: id, add: vec![bob], remove: Vec::new() };
        let told = room.desk.done(Command::Change(command)).notices;
        assert_eq!(told.len(), usize::from(id == two), "{told:?}");
    }
    assert_eq!(room.desk.finds("is:conflicting sort:number"), ["CHG-1", "CHG-2"], "bob is to do both");
}

#[test]
fn who_freezes_or_declares_a_major_incident_is_told_what_is_planned() {
    let mut room = Room::new();
    room.plan(60);
    room.plan(6_000);
    let told = room.freeze("Quiet", (30, 600));
    assert_eq!(told.notices, ["conflict: planned in it: CHG-1; see: deskhand list is:conflicting"]);
    let payroll = room.desk.store.read().unwrap().find_service("payroll").unwrap().id;
    let incident = room.desk.open("Payroll is down");
    room.desk.set(incident, Field::Service, payroll.0);
    let told = room.desk.set(incident, Field::Major, 1);
    assert_eq!(told.notices, ["conflict: planned on its service: CHG-1, CHG-2; see: deskhand list is:conflicting"]);
}

#[test]
fn a_release_and_its_changes_keep_to_one_time_or_say_why_not() {
    let mut room = Room::new();
    let change = room.assessed(60, HARMLESS);
    let now = room.desk.moment.now;
    let receipt = room.desk.done(Command::Open(OpenTicket {
        kind: Kind::Release,
        set: Edit::from([
            (Field::Title, Value::from("Payroll 9")),
            (Field::PlannedStart, Value::Int(now.0)),
            (Field::PlannedEnd, Value::Int(now.plus(HOUR).0)),
        ]),
        tags: Vec::new(),
        tasks: Vec::new(),
        links: Vec::new(),
        created: None,
    }));
    let release = room.desk.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id;
    let beyond = "CHG-1 is planned outside of the time of REL-1, which contains it";
    let told = room.desk.done(Command::Link { from: change, relation: Relation::ChildOf, to: release });
    assert_eq!(told.notices, [format!("conflict: {beyond}"), format!("conflict: {beyond}")]);
    assert_eq!((room.open(change), room.open(release)), (vec![beyond.to_owned()], vec![beyond.to_owned()]));
    assert!(room.desk.refused(move_to(change, "approval", Edit::new())).contains(beyond));
    // The release takes more time: all is well.
    room.desk.set(release, Field::PlannedEnd, now.plus(4 * HOUR).0);
    assert_eq!((room.met(change), room.met(release)), (vec![], vec![]));
    let told = room.shift(change, 600);
    assert_eq!(told.notices, [format!("conflict: {beyond}")]);
    for state in ["building", "testing"] {
        room.desk.done(move_to(release, state, Edit::new()));
    }
    assert!(room.desk.refused(move_to(release, "go_no_go", Edit::new())).contains(beyond));
    room.override_all(release, "The certificate comes the day after.").unwrap();
    room.desk.done(move_to(release, "go_no_go", Edit::new()));
    assert_eq!(room.state(release), "go_no_go");
}

#[test]
fn no_window_is_about_conflicts_which_follow_from_windows() {
    let mut room = Room::new();
    room.freeze("Year end", (-60, 600));
    let kept = room.desk.store.read().unwrap().find_window("year end").unwrap();
    let window = Window { scope: Scope::Tickets(String::from("is:mine (is:open or -is:conflicting)")), ..kept.window };
    let put = WindowCommand::Put { id: Some(kept.id), seen: None, window: Box::new(window) };
    assert_eq!(
        room.desk.refused(Command::Window(put)),
        "a window can't be about conflicts: they follow from the windows"
    );
}

#[test]
fn a_freeze_is_told_at_the_start_also_where_the_desks_own_workflow_does_not_ask_about_conflicts() {
    let mut room = Room::new();
    let name = String::from("workflow/change.toml");
    // Their own, not an older one that was shipped.
    let own = crate::desk::shipped::shipped(&name).unwrap().replace("verb = \"implement\"", "verb = \"begin\"");
    let own = own.replace("unopposed = true\n", "");
    room.desk.done(Command::Register(Record::Settings(vec![(name, Some(own))])));
    let one = room.asked(0, &[("time", "off_hours")]);
    room.approve("bob", one);
    room.desk.set(one, Field::Assignee, room.bob.id.0);
    room.freeze("Year end", (-60, 600));
    let start = |anyway: Option<&str>| {
        Command::Change(ChangeCommand::Start { on: one.into(), anyway: anyway.map(str::to_owned) })
    };
    assert_eq!(
        room.desk.refused(start(None)),
        "CHG-1: changes are frozen now; to begin all the same: deskhand change start CHG-1 --anyway REASON"
    );
    room.desk.done(start(Some("The law comes into force.")));
    assert_eq!(room.state(one), "implementing");
}

#[test]
fn a_reason_to_begin_all_the_same_is_kept_where_nothing_speaks_against_it_any_more() {
    let mut room = Room::new();
    let one = room.asked(0, HARMLESS);
    room.approve("bob", one);
    room.desk.set(one, Field::Assignee, room.bob.id.0);
    let anyway = Some(String::from("CHG-2 waits for us."));
    room.desk.done(Command::Change(ChangeCommand::Start { on: one.into(), anyway }));
    let entries = room.desk.store.read().unwrap().entries(one).unwrap();
    assert_eq!(entries[0].text, "Begun: CHG-2 waits for us.");
}

#[test]
fn a_window_whose_query_names_what_is_gone_hides_no_other_conflict_and_none_is_made() {
    let mut room = Room::new();
    room.plan(60);
    room.plan(60);
    room.freeze("Year end", (-60, 600));
    let kept = room.desk.store.read().unwrap().find_window("year end").unwrap();
    let about = |scope: Scope| {
        let window = Box::new(Window { scope, ..kept.window.clone() });
        Command::Window(WindowCommand::Put { id: Some(kept.id), seen: None, window })
    };
    let refused = room.desk.refused(about(Scope::Tickets(String::from("team:nett"))));
    assert!(refused.starts_with("team:nett: "), "{refused}");
    room.desk.done(about(Scope::Tickets(String::from("team:net"))));
    let team = room.desk.store.read().unwrap().find_team("net").unwrap();
    let renamed = Record::Team {
        id: Some(team.id),
        key: String::from("networks"),
        name: String::from("Networks"),
        members: Vec::new(),
        active: true,
    };
    room.desk.done(Command::Register(renamed));
    assert_eq!(room.desk.finds("is:conflicting sort:number"), ["CHG-1", "CHG-2"]);
    let reader = room.desk.store.read().unwrap();
    let asker = Asker { me: None, moment: room.desk.moment };
    let one = reader.ticket(reader.ticket_numbered("CHG-1".parse().unwrap()).unwrap().id).unwrap();
    let refused = reader.conflicts_of(&one, &asker).unwrap_err().to_string();
    assert!(refused.starts_with("the window 'Year end': "), "{refused}");
}

#[test]
fn plans_that_one_command_moves_to_one_time_meet_each_other() {
    let mut room = Room::new();
    let one = room.assessed(60, HARMLESS);
    let two = room.assessed(600, HARMLESS);
    let start = room.desk.moment.now.plus(HOUR);
    let times =
        Edit::from([(Field::PlannedStart, Value::Int(start.0)), (Field::PlannedEnd, Value::Int(start.plus(HOUR).0))]);
    let on = vec![one.into(), two.into()];
    let to = String::from("approval");
    let refused = room.desk.refused(Command::Move { on: on.clone(), to, set: times.clone(), children: false });
    assert!(refused.contains("CHG-2 and CHG-1 are both on Payroll"), "{refused}");
    let told = room.desk.done(Command::Edit { on, set: times, tag: Vec::new(), untag: Vec::new() });
    assert_eq!(
        told.notices,
        [format!("conflict: {BOTH}"), String::from("conflict: CHG-2 and CHG-1 are both on Payroll")]
    );
    // Both go elsewhere, one after the other: neither meets where the other was.
    room.shift(one, 6_000);
    room.shift(two, 6_060);
    assert_eq!((room.open(one), room.open(two)), (vec![], vec![]));
}

#[test]
fn what_a_release_no_longer_contains_is_told_to_meet_it() {
    let mut room = Room::new();
    let change = room.assessed(60, HARMLESS);
    let plan = room.desk.ticket(change);
    let receipt = room.desk.done(Command::Open(OpenTicket {
        kind: Kind::Release,
        set: Edit::from([
            (Field::Title, Value::from("Payroll 9")),
            (Field::Service, Value::Int(plan.service.unwrap().0)),
            (Field::PlannedStart, Value::Int(plan.planned_start.unwrap().0)),
            (Field::PlannedEnd, Value::Int(plan.planned_end.unwrap().0)),
        ]),
        tags: Vec::new(),
        tasks: Vec::new(),
        links: Vec::new(),
        created: None,
    }));
    let release = room.desk.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id;
    room.desk.done(Command::Link { from: change, relation: Relation::ChildOf, to: release });
    assert_eq!((room.met(change), room.met(release)), (vec![], vec![]));
    let told = room.desk.done(Command::Unlink { from: change, relation: Some(Relation::ChildOf), to: release });
    let told: Vec<&str> = told.notices.iter().map(String::as_str).collect();
    assert!(told.contains(&"conflict: CHG-1 and REL-1 are both on Payroll"), "{told:?}");
}
