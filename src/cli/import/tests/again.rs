//! Tickets that come a second time.

use super::*;

const OLD: &str = "id,title,state,team,updated,tags\nSN1,Mail is slow,new,Net,2016-03-01 10:00:00,vpn\nSN2,No mail,new,Net,2016-03-01 10:00:00,\n";
const NEW: &str = "id,title,state,team,updated,tags\nSN1,Mail is slow,in_progress,Web,2016-03-02 10:00:00,vpn\nSN2,No mail,new,Net,2016-03-01 10:00:00,\n";

#[test]
fn the_same_file_twice_changes_nothing() {
    let mut desk = Desk::new();
    desk.import("generic", OLD);
    let newest = desk.newest();
    let again = desk.import("generic", OLD);
    assert_eq!(again.code, 0);
    assert_eq!(again.summary(), "imported 2 tickets from a.csv: 0 new, 0 updated, 2 unchanged");
    assert_eq!(again.line("nothing"), "nothing was changed");
    assert_eq!(desk.newest(), newest, "not even an entry in the journal");
}

#[test]
fn a_later_export_brings_tickets_up_to_date() {
    let mut desk = Desk::new();
    desk.import("generic", OLD);
    let plan = desk.plan("generic", NEW);
    assert_eq!(
        plan.out,
        "row\taction\tkey\tticket\twhat\n2\tupdate\tSN1\tINC-1\tstate, team\n3\tunchanged\tSN2\tINC-2\t\n"
    );
    assert_eq!(plan.line("would"), "would import 2 tickets from a.csv: 0 new, 1 updated, 1 unchanged");
    let newest = desk.newest();
    assert_eq!(newest, 2, "a plan changes nothing");
    desk.import("generic", NEW);
    assert_eq!(desk.card("INC-1", "state team updated"), "in_progress | Web | 2016-03-02 10:00");
    desk.undo_newest();
    assert_eq!(desk.card("INC-1", "state team"), "new | Net");
    desk.is_whole();
    // What was taken back counts as nobody's change.
    desk.import("generic", NEW);
    assert_eq!(desk.card("INC-1", "state team"), "in_progress | Web");
}

#[test]
fn what_people_changed_here_stays_and_is_counted() {
    let mut desk = Desk::new();
    desk.import("generic", OLD);
    desk.set("INC-1", Field::Title, "Mail is slow in Lyon");
    let other = NEW.replace("Mail is slow", "Mail is very slow");
    let plan = desk.plan("generic", &other);
    assert_eq!(plan.out.lines().nth(1), Some("2\tupdate\tSN1\tINC-1\tstate, team; kept: title"));
    let ended = desk.import("generic", &other);
    assert_eq!(
        ended.line("kept"),
        "kept 1 field changed here on 1 ticket: the file says otherwise, and what people changed stays"
    );
    assert_eq!(desk.card("INC-1", "title state team"), "Mail is slow in Lyon | in_progress | Web");
    assert_eq!(desk.import("generic", &other).line("nothing"), "nothing was changed");
}

#[test]
fn what_was_changed_here_and_changed_back_is_brought_up_to_date() {
    let mut desk = Desk::new();
    desk.import("generic", OLD);
    desk.set("INC-1", Field::Title, "Mail is slow in Lyon");
    desk.undo_newest();
    desk.import("generic", &NEW.replace("Mail is slow", "Mail is very slow"));
    assert_eq!(desk.card("INC-1", "title"), "Mail is very slow");
}

#[test]
fn a_state_that_stays_keeps_its_times() {
    let mut desk = Desk::new();
    desk.import("generic", "id,title,state,resolved,updated\nSN1,A,new,,2016-03-01 10:00:00\n");
    let id = desk.ticket("INC-1").id;
    let set = Edit::from([(Field::PendingReason, Value::from("vendor"))]);
    desk.carry_out(Command::Move { on: vec![id.into()], to: "pending".into(), set, children: false });
    let later = "id,title,state,resolved,updated\nSN1,B,resolved,2016-03-02 10:00:00,2016-03-02 10:00:00\n";
    desk.import("generic", later);
    assert_eq!(desk.card("INC-1", "title state pending_reason resolved"), "B | pending | vendor | ");
}

#[test]
fn notes_and_history_are_added_once_and_a_tag_taken_away_stays_away() {
    let mut desk = Desk::new();
    let notes = |more: &str| {
        format!(
            "id,title,tags,notes\nSN1,A,\"vpn,lyon\",\"2016-03-01 10:00:00 - Bob (Work notes)\nRestarted it.\n{more}\"\n"
        )
    };
    desk.import("generic", &notes(""));
    let id = desk.ticket("INC-1").id;
    let untag = vec![String::from("lyon")];
    desk.carry_out(Command::Edit { on: vec![id.into()], set: Edit::new(), tag: Vec::new(), untag });
    let ended = desk.import("generic", &notes("2016-03-01 11:00:00 - Bob (Work notes)\nAgain.\n"));
    assert_eq!(ended.summary(), "imported 1 ticket from a.csv: 0 new, 1 updated, 0 unchanged");
    let reader = desk.store.read().unwrap();
    let texts: Vec<String> = reader.entries(id).unwrap().into_iter().map(|entry| entry.text).collect();
    assert_eq!(texts, ["Restarted it.", "Again."]);
    assert_eq!(reader.tags(id).unwrap(), ["vpn"]);
}

#[test]
fn a_longer_log_adds_what_happened_since_and_counts_it_once() {
    let mut desk = Desk::new();
    let log = |rows: &str| {
        format!(
            "number,incident_state,sys_mod_count,sys_updated_by,sys_updated_at,opened_at,assignment_group\n\
             7,New,0,1,29/2/2016 01:16,29/2/2016 01:16,1\n7,Resolved,1,2,29/2/2016 02:16,29/2/2016 01:16,1\n{rows}"
        )
    };
    desk.import("servicenow-event-log", &log(""));
    let id = desk.ticket("INC-1").id;
    desk.import(
        "servicenow-event-log",
        &log("7,Active,2,2,29/2/2016 03:16,29/2/2016 01:16,2\n7,Resolved,3,2,29/2/2016 04:16,29/2/2016 01:16,2\n"),
    );
    assert_eq!(desk.card("INC-1", "state team"), "resolved | group-2");
    assert_eq!(desk.store.read().unwrap().turns(id).unwrap(), (1, 1));
}

#[test]
fn a_number_of_ours_comes_back_to_its_ticket_and_to_no_other() {
    let mut desk = Desk::new();
    let open = Command::Open(crate::desk::command::OpenTicket {
        kind: Kind::Incident,
        set: Edit::from([(Field::Title, Value::from("Mail is slow"))]),
        tags: Vec::new(),
        tasks: Vec::new(),
        links: Vec::new(),
        created: None,
    });
    desk.carry_out(open);
    let (created, updated) = (desk.ticket("INC-1").created, desk.ticket("INC-1").updated);
    let back = format!("number,title,created,updated\nINC-1,Mail is very slow,{created},{updated}\n");
    desk.import("generic", &back);
    assert_eq!(desk.card("INC-1", "title external"), "Mail is very slow | ");
    // The same number from elsewhere is another ticket.
    desk.import(
        "generic",
        "number,title,created\nINC-1,Not ours,2016-03-01 10:00:00\nINC-40,Ours once,2016-03-01 10:00:00\n",
    );
    assert_eq!(desk.card("INC-1", "title"), "Mail is very slow");
    assert_eq!(desk.card("INC-40", "title external"), "Ours once | ");
    assert_eq!(desk.card("INC-41", "title external"), "Not ours | INC-1");
    desk.is_whole();
}

#[test]
fn a_ticket_merged_here_and_one_found_twice_are_skipped() {
    let mut desk = Desk::new();
    desk.import("generic", OLD);
    let (one, two) = (desk.ticket("INC-1").id, desk.ticket("INC-2").id);
    let merged = desk.carry_out(Command::Merge { from: vec![one.into()], into: two });
    let ended = desk.import("generic", NEW);
    assert_eq!(ended.line("skipped"), "skipped: INC-1 was merged into INC-2 here");
    assert_eq!(ended.summary(), "imported 1 ticket from a.csv: 0 new, 0 updated, 1 unchanged, 1 skipped");
    desk.carry_out(Command::Undo { seq: merged.seq.unwrap(), settled: Vec::new() });
    desk.set("INC-2", Field::External, "SN1");
    let plan = desk.plan("generic", NEW);
    assert_eq!(plan.out.lines().nth(1), Some("2\tskip\tSN1\t-\tINC-1 and INC-2 both have SN1"));
}
