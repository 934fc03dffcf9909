//! Forms: templates, names that complete, values refused as typed, tickets that exist already.

use super::*;

#[test]
fn a_ticket_opened_from_a_template_has_its_fields_tags_and_tasks() {
    let mut sitting = three();
    sitting.keys("n").shows("VPN does not connect").types("vpn").keys("Enter");
    sitting.shows("New incident: VPN does not connect (brings 1 tag, 3 tasks)").shows("net.vpn");
    sitting.types("Kiel").keys("Esc Enter").shows("Opened INC-4: VPN does not connect: Kiel");
    let reader = sitting.store.read().unwrap();
    let ticket = reader.ticket_numbered("INC-4".parse().unwrap()).unwrap();
    assert!(ticket.description.contains("Client version"));
    assert_eq!(reader.tags(ticket.id).unwrap(), ["vpn"]);
    assert_eq!(reader.tasks(ticket.id).unwrap().len(), 3);
}

#[test]
fn each_kind_can_be_opened() {
    let mut sitting = three();
    sitting.keys("n").types("problem").keys("Enter").shows("New problem").types("Why?").keys("Esc Enter");
    sitting.shows("Opened PRB-1: Why?");
}

#[test]
fn open_tickets_like_the_title_are_shown_while_it_is_typed() {
    let mut sitting = three();
    sitting
        .keys("n")
        .types("incident")
        .keys("Enter")
        .types("Slow mail")
        .shows("like INC-2 (new) Mail is slow")
        .keys("Tab")
        .hides("like INC-2");
}

#[test]
fn a_name_is_completed_from_its_letters_and_tab_takes_it() {
    let mut sitting = three();
    sitting
        .keys("i")
        .keys("n")
        .types("incident")
        .keys("Enter")
        .types("Keys lost")
        .keys("Tab")
        .types("ann")
        .shows("> anna")
        .keys("Tab");
    sitting.shows("anna").keys("Esc Enter").shows("Opened INC-4");
    let reader = sitting.store.read().unwrap();
    assert!(reader.ticket_numbered("INC-4".parse().unwrap()).unwrap().requester.is_some());
}

#[test]
fn values_are_refused_in_place_as_they_are_typed() {
    let mut sitting = three();
    sitting
        .keys("i")
        .keys("n")
        .types("incident")
        .keys("Enter")
        .types("X")
        .keys("Tab")
        .types("zzz")
        .shows("there is no 'zzz'")
        .keys("ctrl-u");
    sitting.keys("Tab").types("9").shows("1 (highest) to 4 (lowest)").keys("Esc Enter").shows("Impact: 1 (highest)");
    sitting.keys("Esc d").keys("d").keys("ctrl-u").types("whenever").shows("a date or time").keys("Enter");
    sitting.shows("Due: a date or time").keys("ctrl-u").types("2h").keys("Enter").shows("Set due of INC-1");
}

#[test]
fn a_snippet_is_inserted_with_its_placeholders_filled() {
    let mut sitting = three();
    sitting.keys("Enter r ctrl-x s").types("fixed").keys("Enter").shows("INC-1 (VPN down in Lyon) is fixed");
    sitting.keys("ctrl-x u").hides("is fixed.");
}

#[test]
fn a_paste_is_undone_in_one_step() {
    let mut sitting = three();
    sitting.keys("c").types("See: ");
    sitting.happens(Msg::Term(TermEvent::Input(Input::Paste(String::from("one\ntwo\nthree")))));
    sitting.shows("three").keys("ctrl-_").hides("three").shows("See:");
}

#[test]
fn a_ticket_like_the_one_typed_is_read_and_gone_to_and_the_text_is_kept() {
    let mut sitting = three();
    sitting.keys("n").types("incident").keys("Enter").types("Slow mail").shows("ctrl-o reads, links, inserts one");
    sitting.keys("ctrl-o").shows("> like        INC-2 (new) Mail is slow").shows("It stopped this morning.");
    sitting.keys("o").shows("Queue ▸ Open ▸ INC-2");
    assert_eq!(sitting.on(), "INC-2");
    sitting.keys("n").types("incident").keys("Enter").shows("Slow mail");
}

#[test]
fn a_new_ticket_is_linked_to_one_like_it() {
    let mut sitting = three();
    sitting.keys("n").types("incident").keys("Enter").types("Slow mail").keys("ctrl-o l").shows("linked INC-2");
    sitting.keys("Esc Enter").shows("Opened INC-4: Slow mail");
    let reader = sitting.store.read().unwrap();
    let ticket = reader.ticket_numbered("INC-4".parse().unwrap()).unwrap();
    let links = reader.links(ticket.id).unwrap();
    assert_eq!(links.iter().map(|link| link.number.to_string()).collect::<Vec<_>>(), ["INC-2"]);
}

#[test]
fn a_title_too_long_is_refused_as_it_is_typed() {
    let mut sitting = three();
    sitting.keys("n").types("incident").keys("Enter").types(&"word ".repeat(51)).shows("a title takes 250 characters");
    sitting.keys("Esc Enter").shows("Title: a title takes 250 characters, not 254; the rest");
}

#[test]
fn the_edit_form_shows_what_the_state_demanded_and_does_not_let_it_be_emptied() {
    let mut sitting = three();
    sitting.keys("s").types("pend").keys("Enter").types("vendor").keys("Enter").shows("Moved INC-1 to pending");
    sitting.keys("e").shows("Waiting for*").keys("Shift-Tab").keys("ctrl-u Esc Enter").shows("Waiting for: needed");
    sitting.types("part").keys("Esc Enter").shows("Set pending_reason of INC-1");
}

#[test]
fn what_is_killed_in_one_field_is_put_back_in_another() {
    let mut sitting = three();
    sitting.keys("n").types("incident").keys("Enter").types("anna").keys("ctrl-u Tab ctrl-y").shows("Requester");
    let Some(crate::tui::overlay::Overlay::Form(form)) = sitting.model.overlays.last() else { panic!() };
    assert_eq!(form.fields[1].editor.text(), "anna");
}

#[test]
fn of_two_fields_of_which_a_state_demands_one_either_will_do() {
    let mut sitting = three();
    sitting.keys("s").types("in_prog").keys("Enter").shows("Assignee*").shows("or Team").keys("Enter Enter");
    sitting.shows("Assignee: needed").types("me").keys("Esc Enter").shows("Moved INC-1 to in_progress");
}

#[test]
fn what_is_offered_for_the_last_field_of_a_long_form_is_seen_in_80x24() {
    let mut sitting = three();
    sitting.keys("i Enter e").keys("Shift-Tab Shift-Tab").shows("Channel").types("p").shows("> phone").shows("Channel");
    sitting.keys("Shift-Tab Shift-Tab Shift-Tab").shows("Urgency");
}
