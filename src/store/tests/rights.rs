//! Who may do what, and in whose name.

use super::*;

#[test]
fn roles_are_enforced_and_acting_for_another_is_recorded_with_both_names() {
    let mut desk = Desk::new();
    let person = |login: &str, roles: &str| {
        Command::Register(crate::desk::command::Record::Person {
            id: None,
            login: login.to_owned(),
            name: login.to_uppercase(),
            mail: None,
            roles: crate::desk::people::Roles::parse(roles).unwrap(),
            active: true,
        })
    };
    desk.done(person("otto", "auditor"));
    desk.done(person("rita", "requester"));
    let id = desk.open("Mail is slow");
    let as_ = |login: &str, via: Option<&str>| Author {
        login: login.to_owned(),
        via: via.map(str::to_owned),
        host: String::from("lab"),
    };

    let otto = desk.store.execute(&Request::new(note(id, "hm")), &as_("otto", None), &desk.moment).unwrap_err();
    assert_eq!(otto.to_string(), "you (auditor) may not work tickets; that takes admin or lead or agent");
    let rita =
        desk.store.execute(&Request::new(edit(id, Field::Urgency, 1)), &as_("rita", None), &desk.moment).unwrap_err();
    assert_eq!(rita.to_string(), "you (requester) may not work tickets; that takes admin or lead or agent");

    let receipt =
        desk.store.execute(&Request::new(incident("No mail")), &as_("rita", Some("anna")), &desk.moment).unwrap();
    let entry = desk.store.read().unwrap().transaction(receipt.seq.unwrap()).unwrap();
    assert_eq!((entry.author.as_str(), entry.via.as_deref()), ("rita", Some("anna")));
    let forged =
        desk.store.execute(&Request::new(incident("No mail")), &as_("anna", Some("rita")), &desk.moment).unwrap_err();
    assert!(forged.to_string().contains("may not act in another's name"), "{forged}");
}

#[test]
fn a_newcomer_gets_the_role_that_the_settings_say_with_the_first_change() {
    let mut desk = Desk::new();
    let bert = Author { login: String::from("Bert"), via: None, host: String::from("lab") };
    desk.store.execute(&Request::new(incident("Hello")), &bert, &desk.moment).unwrap();
    let person = desk.store.read().unwrap().find_person("bert").unwrap();
    assert_eq!((person.login.as_str(), person.roles.to_string().as_str()), ("bert", "agent"));
    assert_eq!(desk.ticket(TicketId(1)).requester, Some(person.id));
}

#[test]
fn a_newcomer_introduces_themselves_and_nobody_else() {
    let mut desk = Desk::new();
    let dora = Author { login: String::from("dora"), via: None, host: String::from("lab") };
    let id = desk.store.read().unwrap().next_person().unwrap();
    let person = |id| {
        let roles = crate::desk::people::Roles::of(&[crate::desk::people::Role::Agent]);
        let (login, name) = (String::from("dora"), String::from("dora"));
        Command::Register(crate::desk::command::Record::Person {
            id: Some(id),
            login,
            name,
            mail: None,
            roles,
            active: true,
        })
    };
    let stale = crate::desk::id::PersonId(id.0 - 1);
    assert!(desk.store.execute(&Request::new(person(stale)), &dora, &desk.moment).is_err());
    desk.store.execute(&Request::new(person(id)), &dora, &desk.moment).unwrap();
    assert_eq!(desk.store.read().unwrap().find_person("dora").unwrap().id, id);
}

#[test]
fn nobody_works_a_ticket_by_way_of_moving_it() {
    for role in ["requester", "auditor"] {
        let mut desk = Desk::new();
        let id = desk.open("Mail is slow");
        let rita = person(&mut desk, "rita", role);
        desk.author.login = String::from("rita");
        let set = Edit::from([(Field::Assignee, Value::Int(rita.id.0)), (Field::Title, Value::from("hacked"))]);
        assert!(desk.refused(move_to(id, "assigned", set)).contains("may not work tickets"));
        assert_eq!(desk.ticket(id).title, "Mail is slow");
    }
}

#[test]
fn a_requester_says_what_a_new_ticket_is_about_and_not_who_does_it() {
    let mut desk = Desk::new();
    let rita = person(&mut desk, "rita", "requester");
    let anna = desk.store.read().unwrap().find_person("anna").unwrap();
    desk.author.login = String::from("rita");
    let open = |field: Field, value: Value| {
        let Command::Open(mut open) = incident("No mail") else { unreachable!() };
        open.set.insert(field, value);
        Command::Open(open)
    };
    desk.done(open(Field::Urgency, Value::Int(2)));
    desk.done(open(Field::Requester, Value::Int(rita.id.0)));
    assert!(
        desk.refused(open(Field::Assignee, Value::Int(anna.id.0))).starts_with("assignee: you (requester) may not")
    );
    assert!(
        desk.refused(open(Field::Requester, Value::Int(anna.id.0))).starts_with("requester: you (requester) may not")
    );
}

#[test]
fn an_auditor_neither_watches_nor_takes_another_login() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let otto = person(&mut desk, "otto", "auditor");
    desk.author.login = String::from("otto");
    assert!(desk.refused(Command::Watch { on: vec![id], person: otto.id, watching: true }).contains("may not"));
    let renamed = crate::desk::people::Person { login: String::from("newboss"), ..otto };
    assert!(desk.refused(with_roles(&renamed, "auditor")).contains("may not change people"));
}

#[test]
fn who_is_no_longer_active_acts_for_nobody() {
    let mut desk = Desk::new();
    person(&mut desk, "rita", "requester");
    let bea = person(&mut desk, "bea", "admin");
    let Command::Register(crate::desk::command::Record::Person { id, login, name, mail, roles, .. }) =
        with_roles(&bea, "admin")
    else {
        unreachable!()
    };
    desk.done(Command::Register(crate::desk::command::Record::Person { id, login, name, mail, roles, active: false }));
    let acting = Author { login: String::from("rita"), via: Some(String::from("bea")), host: String::from("lab") };
    let refused = desk.store.execute(&Request::new(incident("No mail")), &acting, &desk.moment).unwrap_err();
    assert_eq!(refused.to_string(), "bea is not active on this desk and can't act for others");
}
