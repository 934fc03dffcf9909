//! Going about: back and forward, by number, the last change once more, a ticket's text to other programs.

use super::*;
use crate::desk::id::TicketId;

#[test]
fn back_and_forward_lead_through_views_filters_and_tickets() {
    let mut sitting = three();
    sitting.keys("j /").types("mail").keys("Enter").keys("Enter").shows("▸ INC-2").keys("q ]");
    sitting.shows("mail*").keys("H").shows("Queue ▸ Open, mail*").keys("H").shows("▸ INC-2");
    sitting.keys("H").hides("▸ INC-2").keys("H").hides("mail*").shows("INC-3");
    assert_eq!(sitting.on(), "INC-2", "the cursor is where it was left");
    sitting.keys("L L").shows("▸ INC-2").keys("L L L").shows("There is nothing to go forward to");
}

#[test]
fn minus_goes_to_the_last_place_and_back_here() {
    let mut sitting = three();
    sitting.keys("-").shows("Queue ▸ Unassigned").keys("-").shows("Queue ▸ Open").keys("-").shows("Unassigned");
    let mut fresh = Sitting::with(&["VPN"], (80, 24));
    fresh.keys("-").shows("There is no place before this one").keys("H").shows("nothing to go back to");
}

#[test]
fn gi_goes_to_a_ticket_by_its_number() {
    let mut sitting = three();
    sitting.keys("g i").shows("Go to").types("3\n").shows("▸ INC-3").shows("Printer on fire");
    sitting.keys("g i").types("inc2\n").shows("▸ INC-2").keys("H").shows("▸ INC-3");
    sitting.keys("g i").types("req7\n").shows("REQ-7").shows("▸ INC-3");
    sitting.keys("g i").types("zebra\n").shows("'zebra' is no ticket number");
    sitting.keys("g q").shows("> INC-3").keys("g i Esc").shows("> INC-3");
}

#[test]
fn keys_typed_on_the_way_to_a_ticket_are_for_that_ticket() {
    let mut sitting = three();
    sitting.model.queue.going = true;
    sitting.keys("c").types("here");
    assert_eq!(sitting.model.held.len(), 5);
    sitting.model.queue.going = false;
    let id = sitting.model.queue.rows[2].0.id;
    let question = crate::tui::effect::Question::Reading(id);
    let effect = sitting.model.ask(crate::tui::effect::Slot::Place, question);
    sitting.settle(vec![effect]);
    sitting.shows("Note on INC-3").shows("here");
}

#[test]
fn a_ticket_just_opened_has_the_keys_before_its_text_came() {
    let mut sitting = three();
    sitting.keys("Enter q j");
    let effects = update(&mut sitting.model, Msg::Term(TermEvent::Input(Input::Key(Key::new(Code::Enter)))));
    assert_eq!(sitting.on(), "INC-2");
    sitting.settle(effects);
    sitting.shows("▸ INC-2");
}

#[test]
fn a_dot_makes_the_last_change_of_this_row() {
    let mut sitting = three();
    sitting.keys(".").shows("Can't again: nothing was changed here yet");
    sitting.keys("i j .").shows("Set assignee of INC-2");
    assert_eq!(sitting.state(), "assigned");
    sitting.keys("c").types("Called back.").keys("Esc Enter j .").shows("Noted on INC-3");
    sitting.keys("g g Space Space .").shows("Change 2 tickets").keys("Enter").shows("Noted on 2 tickets");
}

#[test]
fn the_body_is_copied_piped_and_edited() {
    let mut sitting = three();
    sitting.keys("y b");
    assert!(sitting.outside.contains(&Effect::Copy(String::from("It stopped this morning."))));
    sitting.keys("c").types("Looking.").keys("Esc Enter |").shows("Pipe to").types("wc -l\n");
    let piped = sitting.outside.iter().find_map(|effect| match effect {
        Effect::Pipe { command, text } => Some((command.clone(), text.clone())),
        _ => None,
    });
    let (command, text) = piped.unwrap();
    assert_eq!(command, "wc -l");
    assert!(text.starts_with("INC-1 VPN down in Lyon\n\nIt stopped this morning.\n"), "{text}");
    assert!(text.contains("--- anna, note\nLooking.\n"), "{text}");
    sitting.keys("E").shows("Text of INC-1");
    assert!(sitting.outside.contains(&Effect::Editor(String::from("It stopped this morning."))));
    let effects = edited(&mut sitting.model, "It stopped at nine.\n");
    sitting.settle(effects);
    sitting.keys("Esc Enter").keys("Enter").shows("It stopped at nine.");
}

#[test]
fn one_text_at_a_time_is_edited() {
    let mut sitting = three();
    sitting.keys("M E").shows("one ticket at a time").keys("|").shows("one ticket at a time").hides("Pipe to");
    assert_eq!(sitting.model.targets().first(), Some(&TicketId(1)));
}

#[test]
fn back_in_the_list_the_cursor_is_on_the_ticket_just_read_or_on_nothing() {
    for size in [(80, 24), (160, 45)] {
        let mut sitting = Sitting::with(&["VPN down in Lyon", "Mail is slow", "Printer on fire"], size);
        sitting.keys("] ] g i").types("inc3\n").keys("Esc").shows("> INC-3");
        assert_eq!(sitting.on(), "INC-3");
        sitting.keys("/").types("mail").keys("Enter g i").types("inc1\n").hides("> INC").keys("Esc");
        sitting.shows("INC-1 is not in this view").hides("> INC");
        sitting.keys("i").shows("Can't take: INC-1 is not in this view").keys("Space v").hides("+INC");
        sitting.keys("j").shows("> INC-2").keys("i").shows("assignee of INC-2");
    }
}
