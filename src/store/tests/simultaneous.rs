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
