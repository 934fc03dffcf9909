//! Tickets that a desk has never seen.

use super::*;

const LIST: &str = "\
Number,Short description,State,Priority,Impact,Urgency,Caller,Assigned to,Assignment group,Category,Subcategory,Opened,Updated,Resolved,Channel,Work notes
INC0002,Printer jams,In Progress,2 - High,3 - Low,3 - Low,Zoe Roe,Bob Jones,Service Desk,Hardware,Printer,2016-03-02 10:00:00,2016-03-02 11:00:00,,Phone,\"2016-03-02 10:30:00 - Bob Jones (Work notes)
Replaced the fuser.\"
INC0001,=cmd|' /C calc'!A0,Closed,4 - Low,2 - Medium,3 - Low,Zoe Roe,,Network,Network,VPN,2016-03-01 09:00:00,2016-03-03 09:00:00,2016-03-01 12:00:00,Self-service,
";

#[test]
fn a_list_becomes_tickets_people_teams_and_categories() {
    let mut desk = Desk::new();
    let ended = desk.import("servicenow", LIST);
    assert_eq!(ended.code, 0);
    assert_eq!(ended.summary(), "imported 2 tickets from a.csv: 2 new, 0 updated, 0 unchanged");
    assert_eq!(
        ended.line("added"),
        "added 2 people, 2 teams, 2 categories",
        "Network and its VPN stand on every new desk"
    );
    assert_eq!(ended.line("to take"), "to take it back: deskhand undo 2");
    // The older ticket has the smaller number and row.
    assert_eq!(
        desk.card("INC-1", "title state external requester team category channel created resolved updated"),
        "=cmd|' /C calc'!A0 | closed | INC0001 | Zoe Roe | Network | Network / VPN, remote access | form | 2016-03-01 09:00 | 2016-03-01 12:00 | 2016-03-03 09:00"
    );
    assert_eq!(
        desk.card("INC-2", "title state assignee team category channel"),
        "Printer jams | in_progress | Bob Jones | Service Desk | Hardware / Printer | phone"
    );
    assert!(desk.ticket("INC-1").id < desk.ticket("INC-2").id);
    let id = desk.ticket("INC-2").id;
    let reader = desk.store.read().unwrap();
    let roles = |login: &str| reader.find_person(login).unwrap().roles.to_string();
    assert_eq!((roles("zoe.roe"), roles("bob.jones")), ("requester".into(), "agent".into()));
    let notes = reader.entries(id).unwrap();
    assert_eq!((notes.len(), notes[0].text.as_str(), notes[0].public), (1, "Replaced the fuser.", false));
    drop(reader);
    desk.is_whole();
}

#[test]
fn a_priority_against_the_matrix_stays_with_a_reason() {
    let mut desk = Desk::new();
    desk.import("servicenow", LIST);
    assert_eq!(desk.card("INC-2", "priority priority_computed priority_reason"), "P2 | P3 | imported");
    // 2 and 3 give P3 by the matrix; the file says P4.
    assert_eq!(desk.card("INC-1", "priority priority_computed priority_reason"), "P4 | P3 | imported");
    let mut plain = Desk::new();
    plain.import("generic", "id,title,impact,urgency,priority\n7,Mail is slow,2,3,3\n8,No mail,1,1,\n");
    assert_eq!(plain.card("INC-1", "priority priority_computed priority_reason"), "P3 | P3 | ");
    assert_eq!(plain.card("INC-2", "priority priority_computed priority_reason"), "P1 | P1 | ");
}

#[test]
fn an_event_log_becomes_a_ticket_with_its_past() {
    let mut desk = Desk::new();
    let log = "\
number,incident_state,sys_mod_count,sys_updated_by,sys_updated_at,opened_at,assignment_group,closed_code
7,New,0,Updated by 1,29/2/2016 01:16,29/2/2016 01:16,Group 1,code 5
7,Resolved,1,Updated by 2,29/2/2016 02:16,29/2/2016 01:16,Group 2,code 5
7,Active,2,Updated by 2,29/2/2016 02:16,29/2/2016 01:16,Group 2,code 5
7,Closed,3,Updated by 2,29/2/2016 04:16,29/2/2016 01:16,Group 2,code 5
";
    let ended = desk.import("servicenow-event-log", log);
    assert_eq!(ended.summary(), "imported 1 ticket from a.csv: 1 new, 0 updated, 0 unchanged");
    let id = desk.ticket("INC-1").id;
    let reader = desk.store.read().unwrap();
    assert_eq!(reader.turns(id).unwrap(), (1, 1), "handed on once, reopened once");
    let told: Vec<String> = reader
        .history(id)
        .unwrap()
        .iter()
        .filter(|event| event.transaction.is_none())
        .map(|event| {
            let fields: Vec<&str> = event.changes.iter().map(|change| change.what.as_str()).collect();
            format!("{} {} {}", event.at, event.who, fields.join(" "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "2016-02-29T02:16:00Z editor-updated.by.2 state team",
            "2016-02-29T02:16:00Z editor-updated.by.2 state",
            "2016-02-29T04:16:00Z editor-updated.by.2 state",
        ]
    );
    drop(reader);
    assert_eq!(desk.import("servicenow-event-log", log).line("nothing"), "nothing was changed");
    desk.is_whole();
}

#[test]
fn people_teams_and_categories_that_the_desk_calls_so_are_not_made_again() {
    use crate::desk::command::Record;
    use crate::desk::people::{Role, Roles};
    let mut desk = Desk::new();
    desk.carry_out(Command::Register(Record::Person {
        id: None,
        login: String::from("bjones"),
        name: String::from("Bob Jones"),
        mail: None,
        roles: Roles::of(&[Role::Lead]),
        active: true,
    }));
    desk.carry_out(Command::Register(Record::Team {
        id: None,
        key: String::from("sd"),
        name: String::from("Service Desk"),
        members: Vec::new(),
        active: true,
    }));
    let ended = desk.import("servicenow", LIST);
    assert_eq!(ended.line("added"), "added 1 person, 1 team, 2 categories");
    assert_eq!(desk.card("INC-2", "assignee team"), "Bob Jones | Service Desk");
    let reader = desk.store.read().unwrap();
    assert_eq!(reader.find_person("bjones").unwrap().roles, Roles::of(&[Role::Lead]), "an import changes no roles");
    assert_eq!(reader.find_category("hardware.printer").unwrap().path, "Hardware / Printer");
}

#[test]
fn words_that_the_desk_does_not_know_stay_and_are_counted() {
    let mut desk = Desk::new();
    let ended = desk.import("generic", "id,title,channel\n1,A,IVR\n2,B,ivr\n3,C,Email\n");
    assert_eq!(
        ended.line("warning: channel"),
        "warning: channel: 'IVR' (1), 'ivr' (1) are in no list of this desk (choices.toml) and stay as they are, on 2 tickets"
    );
    assert_eq!(desk.card("INC-1", "channel"), "IVR");
    assert_eq!(desk.card("INC-3", "channel"), "mail");
}

#[test]
fn a_field_that_the_kind_does_not_have_is_left_out_and_said() {
    let mut desk = Desk::new();
    let ended = desk.import("generic", "id,kind,title,major\n1,request,A,yes\n2,incident,B,yes\n3,request,C,no\n");
    assert_eq!(ended.line("left out"), "left out: a request has no major");
    assert!(desk.ticket("INC-1").major);
}

#[test]
fn an_import_is_undone_as_a_whole_and_done_again() {
    let mut desk = Desk::new();
    desk.import("servicenow", LIST);
    let (one, people) = (desk.ticket("INC-2"), desk.store.read().unwrap().people().unwrap());
    desk.undo_newest();
    let reader = desk.store.read().unwrap();
    assert_eq!((reader.people().unwrap().len(), reader.teams().unwrap().len()), (1, 0));
    assert!(reader.ticket(one.id).is_err());
    drop(reader);
    desk.is_whole();
    desk.undo_newest();
    assert_eq!(desk.ticket("INC-2").since(&one).into_keys().collect::<Vec<_>>(), [Field::Updated]);
    assert_eq!(desk.store.read().unwrap().people().unwrap(), people);
    assert_eq!(desk.import("servicenow", LIST).line("nothing"), "nothing was changed");
    desk.is_whole();
}

#[test]
fn whoever_may_not_import_is_told_and_nothing_changes() {
    let mut desk = Desk::new();
    desk.author.login = String::from("bert");
    std::fs::write(desk.folder.path().join("a.csv"), LIST).unwrap();
    let failure = desk.try_run(&desk.args("a.csv", "servicenow")).err().unwrap();
    assert_eq!(
        (failure.exit_code(), failure.to_string()),
        (1, "you (agent) may not import records; that takes admin".into())
    );
    assert_eq!(desk.newest(), 1);
}
