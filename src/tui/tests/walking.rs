//! The ticket pane: walking its fields and what belongs to it, going from hit to hit.

use super::*;
use crate::desk::command::TaskChange;
use crate::desk::link::Relation;
use crate::tui::screen::queue::sheet::Spot;

/// The ticket pane of the first of three, after a search for words.
fn searched(words: &str) -> Sitting {
    let mut sitting = three();
    let id = sitting.id();
    let text = (0..40).map(|n| format!("Line {n}{}", if n % 10 == 9 { ": the VPN fell" } else { "" }));
    let text = text.collect::<Vec<_>>().join("\n");
    sitting.bert(Command::Write { on: vec![id.into()], public: false, text });
    sitting.keys("/").types(words).keys("Enter Enter");
    sitting
}

#[test]
fn n_goes_from_hit_to_hit_in_the_ticket_and_round_the_end() {
    let mut sitting = searched("vpn");
    sitting.shows("n next hit").keys("n").shows("Hit 1 of 5").hides("Line 29");
    sitting.keys("n n n").shows("Hit 4 of 5").shows("Line 29: the VPN fell");
    sitting.keys("n n").shows("Hit 1 of 5, from the top again").shows("VPN down in Lyon");
    sitting.keys("N").shows("Hit 5 of 5, from the end again").shows("Line 39: the VPN fell");
}

#[test]
fn n_opens_a_new_ticket_where_there_are_no_hits_to_go_to() {
    let mut sitting = searched("vpn");
    sitting.keys("q n").shows("─ New ").keys("Esc Esc");
    three().keys("Enter n").shows("─ New ");
    searched("prio:5").keys("n").shows("─ New ");
}

#[test]
fn a_hit_behind_the_cursor_of_reading_is_the_next_one() {
    let mut sitting = searched("vpn");
    sitting.keys("ctrl-d ctrl-d n").shows("Hit 2 of 5");
}

#[test]
fn a_search_without_a_hit_in_this_text_says_so() {
    let mut sitting = three();
    sitting.keys("t").types("orange").keys("Enter /").types("vpn or orange").keys("Enter Enter").shows("VPN");
    sitting.keys("h Esc /").types("mail").keys("Enter Enter n").shows("Hit 1 of 1");
}

#[test]
fn hits_are_marked_in_the_page_that_tells_why() {
    let mut sitting = searched("impact");
    sitting.keys("Esc Esc Esc /").types("vpn or impact").keys("Enter Enter");
    sitting.keys("&").types("priority").keys("Enter").shows("impact").keys("n").shows("Hit 1 of");
    sitting.keys("q").shows("INC-1  VPN down");
}

#[test]
fn the_fields_are_walked_by_rows_and_columns() {
    let mut sitting = three();
    sitting.keys("Enter j");
    assert_eq!(sitting.model.queue.spot, Some(Spot::Field(Field::State)));
    sitting.keys("l");
    assert_eq!(sitting.model.queue.spot, Some(Spot::Field(Field::Priority)));
    sitting.keys("j");
    assert_eq!(sitting.model.queue.spot, Some(Spot::Field(Field::Team)));
    sitting.keys("h k");
    assert_eq!(sitting.model.queue.spot, Some(Spot::Field(Field::State)));
    sitting.keys("h").shows("[Open 3]");
}

#[test]
fn enter_edits_the_field_under_the_cursor_in_its_own_way() {
    let mut sitting = three();
    sitting.keys("Enter j Enter").shows("Move INC-1 to").types("pend").keys("Enter").types("ven").keys("Enter");
    assert_eq!(sitting.state(), "pending");
    sitting.keys("l Enter").shows("Priority of INC-1").keys("Esc");
    sitting.keys("j h Enter").shows("Assign INC-1 to").types("anna").keys("Enter").shows("Set assignee of INC-1");
    sitting
        .keys("j l e")
        .shows("Edit INC-1")
        .shows("Due ")
        .hides("Channel")
        .keys("Esc")
        .keys("j h Enter")
        .shows("Created is set by the desk");
}

#[test]
fn the_field_under_the_cursor_is_explained_copied_and_filtered_by() {
    let mut sitting = three();
    sitting.keys("i Enter y f").shows("the cursor is on no field; j goes to one");
    sitting.keys("j l &").shows("INC-1 priority: P5").keys("q y f");
    assert_eq!(sitting.outside.last(), Some(&Effect::Copy(String::from("P5"))));
    sitting
        .keys("h j *")
        .shows("Filtered by Assignee; g * lists all values")
        .shows("Open, assignee:anna")
        .hides("INC-2");
}

#[test]
fn a_task_is_ticked_and_a_link_followed_where_they_are_read() {
    let mut sitting = three();
    let id = sitting.id();
    let other = sitting.store.read().unwrap().ticket_numbered("INC-2".parse().unwrap()).unwrap().id;
    sitting.bert(Command::Task { on: id, change: TaskChange::Add(String::from("Call the provider")) });
    sitting.bert(Command::Link { from: id, relation: Relation::BlockedBy, to: other });
    sitting.happens(Msg::Changed);
    sitting.keys("Enter j j j j j j Enter").shows("[x] 1. Call the provider");
    sitting.keys("k Enter").shows("INC-2  Mail is slow").shows("Queue ▸ Open ▸ INC-2");
}

#[test]
fn without_a_field_in_sight_the_text_scrolls() {
    let mut sitting = searched("vpn");
    sitting.keys("j j j j j");
    let top = sitting.model.queue.scroll;
    assert!(top > 0 && sitting.model.queue.spot.is_some(), "{top}");
    sitting.keys("ctrl-d ctrl-d j");
    assert_eq!(sitting.model.queue.spot, None);
    sitting.keys("G").shows("Line 39");
}

#[test]
fn a_reader_that_speaks_is_on_the_row_under_the_cursor() {
    let mut sitting = three();
    sitting.model.look.plain = true;
    sitting.keys("Enter j j");
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| view::draw(&sitting.model, frame)).unwrap();
    let row = terminal.get_cursor_position().unwrap().y;
    assert!(sitting.screen()[usize::from(row)].contains("Assignee"), "{row}");
}
