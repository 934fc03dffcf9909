//! What the screens must show wherever there is little room: numbers whole, words whole, nothing over something else.

use super::*;

fn at(size: (u16, u16), titles: &[&str]) -> Sitting {
    let mut sitting = Sitting::with(titles, size);
    sitting.keys("] ]");
    sitting
}

#[test]
fn the_number_of_the_millionth_ticket_is_whole() {
    let mut sitting = at((80, 24), &["VPN down in Lyon"]);
    sitting.model.queue.rows[0].0.number.n = 1_000_000;
    sitting.shows("> INC-1000000 P5 new").shows("VPN down in Lyon");
}

#[test]
fn a_long_way_here_leaves_the_count_and_what_is_read_only_alone() {
    let mut sitting = at((40, 12), &["VPN down in Lyon"]);
    sitting.model.read_only = Some(String::from("this desk is read-only for you"));
    sitting.keys("/").types("vpn or gateway or").types(" lyon").keys("Enter Enter");
    let top = sitting.screen()[0].clone();
    assert!(top.ends_with(" [read-only]  1") && top.contains("Open, "), "{top}");
    sitting.happens(Msg::Term(TermEvent::Resize(80, 24)));
    assert_eq!(sitting.screen()[0], "ops (ops) ▸ Queue ▸ Open, vpn or gateway or lyon* ▸ INC-1         [read-only]  1");
}

#[test]
fn forty_columns_leave_room_for_a_title() {
    at((40, 12), &["VPN down in Lyon"]).shows("VPN down in Lyon").hides("State");
    at((80, 24), &["VPN down in Lyon"]).shows("State");
}

#[test]
fn what_an_empty_list_says_is_never_cut() {
    let mut sitting = Sitting::with(&[], (40, 12));
    sitting.shows("  Nothing here. ] shows the next view, n").shows("  opens a ticket, : lists all commands.");
}

#[test]
fn what_can_not_be_done_in_an_empty_list_is_not_offered() {
    let mut sitting = Sitting::with(&[], (80, 24));
    sitting.hides("Enter open").hides("Space mark").keys("Enter").shows("Can't open: there is no ticket in this list");
}

#[test]
fn when_a_ticket_is_due_is_whole_in_eighty_columns() {
    let mut sitting = at((80, 24), &["VPN down in Lyon"]);
    sitting.keys("Enter").shows("in 1h, 09-21 15:13");
    sitting.moment.now = sitting.moment.now.plus(90 * 60_000);
    sitting.keys("j").shows("! 30m late, 09-21 15:13");
}

#[test]
fn history_names_who_a_field_named_before() {
    let mut sitting = at((80, 24), &["VPN down in Lyon"]);
    let set = Edit::from([(Field::Requester, Value::Null)]);
    sitting.bert(Command::Edit { on: vec![sitting.id().into()], set, tag: Vec::new(), untag: Vec::new() });
    sitting.happens(Msg::Changed);
    sitting.keys("Enter").shows("requester anna → nothing");
}

#[test]
fn the_names_of_views_are_whole_beside_their_counts() {
    at((200, 50), &["VPN down in Lyon"]).shows("Waiting for requester ");
}

#[test]
fn a_hint_at_the_foot_of_a_form_is_whole_or_not_there() {
    let mut sitting = at((40, 12), &["VPN down in Lyon"]);
    sitting.keys("n Enter").shows("│ Tab next field                       │");
    sitting.keys("Esc c").shows("│ Esc send, keep or discard            │").hides("│ Tab");
}
