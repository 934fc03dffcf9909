//! What a source tells, as a desk takes it in.

use super::*;
use crate::desk::time::Timestamp;
use crate::exchange::csv::{Declared, IncomingEntry, Past as PastEvent};

fn incoming(key: &str, fields: &[(Field, Typed)]) -> Incoming {
    Incoming {
        row: 2,
        key: key.to_owned(),
        kind: Kind::Incident,
        fields: fields.iter().cloned().collect(),
        tags: Vec::new(),
        entries: Vec::new(),
        past: Vec::new(),
        declared: Declared::default(),
    }
}

fn text(word: &str) -> Typed {
    Typed::Text(word.to_owned())
}

fn take(tickets: Vec<Incoming>, ours: bool) -> Intake {
    let origin = Origin { name: String::from("a.csv"), sha256: String::from("00"), ours };
    intake(origin, tickets, &Rules::shipped().unwrap())
}

#[test]
fn words_become_logins_keys_and_the_desks_own_choices() {
    let ticket = incoming(
        "SN1",
        &[
            (Field::Title, text("Mail is slow")),
            (Field::State, text("In_Progress")),
            (Field::Channel, text("Phone")),
            (Field::Requester, Typed::Person("Anna Smith".into())),
            (Field::Assignee, Typed::Person("Bob".into())),
            (Field::Team, Typed::Team("Service Desk".into())),
            (Field::Service, Typed::Service("Payroll".into())),
            (Field::Category, Typed::Category("Network".into(), Some("VPN".into()))),
            (Field::External, text("SN1")),
        ],
    );
    let Intake { import, rows, warnings } = take(vec![ticket], false);
    assert_eq!((rows, warnings), (vec![2], Vec::new()));
    let told: Vec<String> = import.tickets[0]
        .set
        .iter()
        .map(|(field, value)| match value {
            Imported::Named(word) => format!("{field} → {word}"),
            Imported::Plain(value) => format!("{field} {}", value.text().unwrap_or("?")),
        })
        .collect();
    assert_eq!(
        told,
        [
            "title Mail is slow",
            "state in_progress",
            "requester → anna.smith",
            "assignee → bob",
            "team → service-desk",
            "service → payroll",
            "category → network.vpn",
            "channel phone",
        ]
    );
    let people: Vec<String> = import.people.iter().map(|p| format!("{} {}", p.login, p.roles)).collect();
    assert_eq!(people, ["anna.smith requester", "bob agent"]);
    assert_eq!(import.categories[1], ("network.vpn".into(), "VPN".into(), Some("network".into())));
}

#[test]
fn words_that_no_list_has_stay_and_are_counted() {
    let code = |key: &str, word: &str| incoming(key, &[(Field::ResolutionCode, text(word))]);
    let Intake { import, warnings, .. } =
        take(vec![code("1", "code-5"), code("2", "code-5"), code("3", "Fixed")], false);
    assert_eq!(import.tickets[0].set, [(Field::ResolutionCode, Imported::Plain(Value::from("code-5")))]);
    assert_eq!(import.tickets[2].set, [(Field::ResolutionCode, Imported::Plain(Value::from("fixed")))]);
    assert_eq!(
        warnings,
        ["resolution_code: 'code-5' (2) are in no list of this desk (choices.toml) and stay as they are, on 2 tickets"]
    );
}

#[test]
fn only_a_number_written_as_ours_from_a_table_of_ours_is_ours() {
    let number = |key: &str, ours| take(vec![incoming(key, &[])], ours).import.tickets[0].number;
    assert_eq!(number("INC-42", true), Some(Number { kind: Kind::Incident, n: 42 }));
    assert_eq!(number("INC-42", false), None);
    assert_eq!(number("INC0000042", true), None);
    assert_eq!(number("REQ-42", true), None);
    assert_eq!(number("INC-99999999999", true), None);
}

#[test]
fn who_wrote_a_note_or_changed_something_works_here() {
    let mut ticket = incoming("1", &[]);
    let entry = |author: &str, public| IncomingEntry {
        at: Timestamp(5),
        author: Some(author.to_owned()),
        public,
        text: String::from("hm"),
    };
    ticket.entries = vec![entry("Carl", true), entry("Dora", false)];
    ticket.tags = vec!["#VPN".into(), "vpn".into()];
    ticket.past = vec![PastEvent {
        at: Timestamp(9),
        who: Some("Emil".into()),
        changes: vec![(Field::Assignee, Typed::Null, Typed::Person("Fritz".into()))],
    }];
    let import = take(vec![ticket], false).import;
    let people: Vec<String> = import.people.iter().map(|p| format!("{} {}", p.login, p.roles)).collect();
    assert_eq!(people, ["carl requester", "dora agent", "emil agent", "fritz agent"]);
    assert_eq!(import.tickets[0].tags, ["vpn"]);
    let change = (Field::Assignee, Imported::Plain(Value::Null), Imported::Named("fritz".into()));
    assert_eq!(import.tickets[0].past[0].changes, [change]);
}
