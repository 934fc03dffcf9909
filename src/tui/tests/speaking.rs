//! The `:` line: an action and what it asks for, in one go.

use super::*;
use crate::desk::command::Record;

/// Three incidents, a colleague Bert and a team.
fn staffed() -> Sitting {
    let mut sitting = three();
    let net = Record::Team { id: None, key: "net".into(), name: "Network".into(), members: Vec::new(), active: true };
    let author = sitting.author.clone();
    sitting.store.execute(&Request::new(Command::Register(net)), &author, &sitting.moment).unwrap();
    let id = sitting.id();
    sitting.bert(Command::Write { on: vec![id.into()], public: false, text: String::from("On it.") });
    sitting.happens(Msg::Changed);
    sitting
}

#[test]
fn a_ticket_is_assigned_by_a_few_letters_of_a_name_or_team() {
    let mut sitting = staffed();
    sitting.keys(":").types("assign be").shows("assign LOGIN | TEAM | none").shows("> bert").keys("Enter");
    sitting.shows("Set assignee of INC-1").keys(":").types("assign netw").shows("team Network").keys("Enter");
    assert!(sitting.model.queue.current().unwrap().team.is_some());
    sitting.keys(":").types("assign zzz").shows("takes LOGIN | TEAM | none").keys("Enter").shows("takes LOGIN");
}

#[test]
fn a_state_is_reached_with_what_it_demands_in_one_line() {
    let mut sitting = staffed();
    sitting.keys(":").types("move pe").shows("pending_reason=").keys("Tab").types(" rea").shows("pending_reason=");
    sitting
        .keys("Tab")
        .types("ven")
        .shows("pending pending_reason=vendor")
        .keys("Enter")
        .shows("Moved INC-1 to pending");
    sitting.keys(":").types("move resolve code=fixed resolution=\"Renewed it.\"").keys("Enter");
    sitting.shows("Moved INC-1 to resolved");
}

#[test]
fn what_a_state_demands_and_the_line_lacks_is_asked_for() {
    let mut sitting = staffed();
    sitting.keys(":").types("move resolved code=fixed").keys("Enter").shows("Resolve INC-1").shows("fixed");
    sitting.types("Renewed it.").keys("Esc Enter").shows("Moved INC-1 to resolved");
}

#[test]
fn the_list_is_filtered_and_ordered_from_the_line() {
    let mut sitting = staffed();
    sitting.keys(":").types("filter prin").keys("Enter").shows("Printer on fire").hides("Mail is slow");
    sitting.keys("Esc :").types("filter sta").shows("state:").keys("Esc");
    sitting.keys(":").types("order upd").keys("Enter").shows("Ordered: sort:-updated");
    sitting.keys(":").types("filter prio:9").keys("Enter").shows("prio: takes 1 to 5, not '9'");
}

#[test]
fn fields_tags_notes_time_and_links_are_given_in_one_line() {
    let mut sitting = staffed();
    sitting.keys(":").types("set impact=1 urg").keys("Tab").types("1").keys("Enter").shows("INC-1       P1");
    sitting.keys(":").types("tag vpn lyon").keys("Enter").shows("Set +vpn, +lyon of INC-1");
    sitting.keys(":").types("note Seen it.").keys("Enter").shows("Noted on INC-1");
    sitting.keys(":").types("time 25m calls").keys("Enter").shows("Logged 25 min on INC-1");
    sitting.keys(":").types("due 2h").keys("Enter").shows("Set due of INC-1");
    sitting
        .keys(":")
        .types("link blocks printer")
        .shows("blocks INC-3")
        .keys("Down Enter")
        .shows("Linked INC-3 blocked by INC-1");
    sitting.keys(":").types("priority 2 the board waits").keys("Enter").shows("INC-1       P2");
    sitting.keys(":").types("new problem Why so slow?").keys("Enter").shows("New problem").shows("Why so slow?");
}

#[test]
fn the_line_offers_what_can_be_done_where_it_was_opened() {
    let mut sitting = staffed();
    sitting.keys(":").shows("> list.down").hides("picker.next");
    sitting.types("assign b").keys("ctrl-u").shows("> list.down").hides("picker.next");
}

#[test]
fn a_line_is_said_of_all_the_marked() {
    let mut sitting = staffed();
    sitting.keys("Space Space :").types("time 25m calls").keys("Enter").shows("Change 2 tickets").keys("Enter");
    sitting.shows("Logged 25 min on INC-1, and 1 more like it").keys(":").types("link blocks 3").keys("Down Enter");
    sitting.shows("link → blocks INC-3").keys("Enter").shows("and 1 more like it");
    sitting.keys(":").types("note About {number}").keys("Enter").shows("About INC-2").keys("Enter");
    let texts = |n| sitting.store.read().unwrap().entries(TicketId(n)).unwrap().pop().map(|entry| entry.text);
    assert_eq!([texts(1), texts(2)], [Some("About INC-1".into()), Some("About INC-2".into())]);
}

#[test]
fn an_action_is_found_by_its_name_title_or_help_and_a_blocked_one_says_why() {
    let mut sitting = staffed();
    sitting
        .keys(":")
        .types("log time")
        .shows("> ticket.time")
        .keys("ctrl-u")
        .types("seen by staff")
        .shows("> ticket.note");
    sitting
        .keys("Tab")
        .shows("note TEXT")
        .keys("Esc")
        .keys("Space Space :")
        .types("edit")
        .shows("one ticket at a time");
    sitting.keys("Esc :").types("pipe wc").shows("one ticket at a time");
}

#[test]
fn help_stays_help_while_it_is_searched() {
    let mut sitting = staffed();
    sitting.keys("?").types("assign ").shows("Help").shows("Assign it to a person or team");
}
