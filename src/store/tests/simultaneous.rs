//! Two at once: what merges, what is a conflict, what happens once.

use super::*;

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
    // Another process holds the lock and changes the workflow, while this one plans by the old one.
    let (path, author, moment) = (desk.path(), desk.author.clone(), desk.moment);
    let (holds, planned_on_old) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
    let mut plannings = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let slow: &mut dyn FnMut(Stage) = &mut |stage| {
                if stage != Stage::Planning {
                    holds.wait();
                    planned_on_old.wait();
                }
            };
            let mut other = Store::open(&path).unwrap();
            other.execute_telling(&Request::new(change.clone()), &author, &moment, slow).unwrap();
        });
        holds.wait();
        let park = Command::Move { on: vec![id.into()], to: String::from("parked"), set: Edit::new(), children: false };
        let tell: &mut dyn FnMut(Stage) = &mut |stage| {
            plannings += usize::from(stage == Stage::Planning);
            if (stage, plannings) == (Stage::Planning, 1) {
                planned_on_old.wait();
            }
        };
        desk.store.execute_telling(&Request::new(park), &author, &moment, tell).unwrap();
    });
    assert_eq!((desk.ticket(id).state.as_str(), plannings), ("parked", 2));
}

/// Carries out a command and lets a colleague carry out theirs as soon as it is being planned; how often it was planned.
fn interrupted(desk: &mut Desk, command: Command, colleague: Command) -> (Receipt, usize) {
    let mut theirs = Some((Store::open(&desk.path()).unwrap(), Request::new(colleague)));
    let bob = Author { login: String::from("bob"), via: None, host: String::from("lab") };
    let mut plannings = 0;
    let tell: &mut dyn FnMut(Stage) = &mut |stage| {
        plannings += usize::from(stage == Stage::Planning);
        if let Some((mut store, request)) = theirs.take() {
            store.execute(&request, &bob, &desk.moment).unwrap();
        }
    };
    let receipt = desk.store.execute_telling(&Request::new(command), &desk.author, &desk.moment, tell).unwrap();
    (receipt, plannings)
}

#[test]
fn a_colleague_goes_on_while_an_import_is_planned_and_it_is_planned_again_on_what_they_did() {
    use crate::desk::command::{Import, Imported, ImportedTicket};
    let mut desk = Desk::new();
    person(&mut desk, "bob", "agent");
    let file = |titles: &[&str]| {
        let tickets = titles.iter().zip(1..).map(|(title, n)| ImportedTicket {
            key: format!("SD-{n}"),
            kind: Kind::Incident,
            number: None,
            set: vec![(Field::Title, Imported::Plain(Value::from(*title)))],
            tags: Vec::new(),
            entries: Vec::new(),
            past: Vec::new(),
        });
        let (source, sha256) = (String::from("jira"), titles.concat());
        Command::Import(Import { source, sha256, tickets: tickets.collect(), ..Import::default() })
    };
    let (receipt, plannings) = interrupted(&mut desk, file(&["One", "Two"]), incident("Printer on fire"));
    assert_eq!(
        (receipt.summary.as_str(), plannings),
        ("imported 2 tickets from jira: 2 new, 0 updated, 0 unchanged", 2)
    );
    let titles = |desk: &Desk| {
        let reader = desk.store.read().unwrap();
        let title = |n| reader.ticket_numbered(Number { kind: Kind::Incident, n }).unwrap().title;
        [1, 2, 3].map(title)
    };
    assert_eq!(titles(&desk), ["Printer on fire", "One", "Two"], "numbers go on behind the colleague's");

    // What the colleague writes while the import is planned is theirs: the import sees it and leaves it alone.
    let two = desk.store.read().unwrap().ticket_numbered(Number { kind: Kind::Incident, n: 3 }).unwrap().id;
    let (receipt, _) = interrupted(&mut desk, file(&["One now", "Two now"]), edit(two, Field::Title, "Two by bob"));
    assert_eq!(titles(&desk), ["Printer on fire", "One now", "Two by bob"], "{receipt:?}");
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn a_bulk_edit_that_a_colleague_overtook_while_it_was_planned_keeps_what_they_did() {
    let mut desk = Desk::new();
    person(&mut desk, "bob", "agent");
    let tickets: Vec<TicketId> = (0..20).map(|n| desk.open(&format!("Ticket {n}"))).collect();
    let on = tickets.iter().map(|id| Target::from(*id)).collect();
    let bulk = Command::Edit { on, set: Edit::new(), tag: vec![String::from("storm")], untag: Vec::new() };
    let (_, plannings) = interrupted(&mut desk, bulk, tags(tickets[7], &["storm"], &[]));
    assert_eq!(plannings, 2);
    let reader = desk.store.read().unwrap();
    assert!(tickets.iter().all(|id| reader.tags(*id).unwrap() == ["storm"]));
}

#[test]
fn what_nobody_overtook_is_planned_once() {
    let mut desk = Desk::new();
    let mut plannings = 0;
    let tell: &mut dyn FnMut(Stage) = &mut |stage| plannings += usize::from(stage == Stage::Planning);
    let request = Request::new(incident("Mail is slow"));
    desk.store.execute_telling(&request, &desk.author, &desk.moment, tell).unwrap();
    assert_eq!(plannings, 1);
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
        theirs.seq.unwrap().0
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
