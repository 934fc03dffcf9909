//! Taking back what a colleague changed since: decided field by field, neither side lost.

use super::*;
use crate::tui::model::Deed;

fn set(id: TicketId, fields: &[(Field, Value)]) -> Command {
    let set = fields.iter().cloned().collect();
    Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() }
}

/// I gave the first ticket another title and CI; Bert changed the title again.
fn contested() -> Sitting {
    let mut sitting = three();
    sitting.keys("Enter e").types(" again").keys("Tab Tab Tab Tab Tab Tab").types("fw1").keys("Esc Enter h");
    let id = sitting.id();
    sitting.bert(set(id, &[(Field::Title, Value::from("VPN down in all of France"))]));
    sitting.happens(Msg::Changed);
    sitting
}

fn title_and_ci(sitting: &Sitting) -> (String, Option<String>) {
    let ticket = sitting.store.read().unwrap().ticket(sitting.id()).unwrap();
    (ticket.title, ticket.ci)
}

#[test]
fn an_undo_that_a_colleague_stands_in_the_way_of_asks_field_by_field() {
    let mut sitting = contested();
    sitting.keys("u").shows("bert changed it since").shows("as I had made it").shows("as it is now").shows("before me");
    sitting.shows("t leave as it is now | m take back");
    sitting.keys("Enter").shows("Undid entry");
    assert_eq!(title_and_ci(&sitting), (String::from("VPN down in all of France"), None));
    sitting.keys("ctrl-r").shows("Redid entry");
    assert_eq!(title_and_ci(&sitting), (String::from("VPN down in all of France"), Some(String::from("fw1"))));
}

#[test]
fn what_the_colleague_wrote_can_be_taken_back_too_and_stays_in_the_history() {
    let mut sitting = contested();
    sitting.keys("u m Enter").shows("Undid entry");
    assert_eq!(title_and_ci(&sitting), (String::from("VPN down in Lyon"), None));
    sitting.keys("Enter G").shows("VPN down in all of France");
}

#[test]
fn esc_takes_nothing_back_and_u_asks_again() {
    let mut sitting = contested();
    let before = title_and_ci(&sitting);
    sitting.keys("u Esc").shows("Nothing was taken back");
    assert_eq!(title_and_ci(&sitting), before);
    sitting.keys("u").shows("bert changed it since").keys("e").shows("An undo puts back what was there");
}

#[test]
fn a_third_change_while_the_screen_is_open_asks_again() {
    let mut sitting = contested();
    sitting.keys("u m");
    let id = sitting.id();
    sitting.bert(set(id, &[(Field::Title, Value::from("VPN down everywhere"))]));
    sitting.keys("Enter").shows("VPN down everywhere").shows("(o) VPN down");
    sitting.keys("Enter").shows("Undid entry");
    assert_eq!(title_and_ci(&sitting), (String::from("VPN down everywhere"), None));
}

#[test]
fn a_state_that_stays_keeps_the_times_that_belong_to_it_and_the_priority_follows_what_it_has() {
    let mut sitting = three();
    let id = sitting.id();
    sitting.keys("p ctrl-u").types("1").keys("Tab ctrl-u").types("1").keys("Esc Enter").shows("INC-1       P1");
    sitting.bert(set(id, &[(Field::Urgency, Value::Int(3))]));
    sitting.happens(Msg::Changed);
    sitting.keys("u").shows("urgency").keys("Enter").shows("Undid entry");
    let ticket = sitting.store.read().unwrap().ticket(id).unwrap();
    assert_eq!((ticket.impact.get(), ticket.urgency.get(), ticket.priority.get()), (4, 3, 4));
}

#[test]
fn nothing_is_taken_back_where_all_of_it_stays() {
    let mut sitting = three();
    let id = sitting.id();
    sitting.keys("d ctrl-u").types("2h").keys("Enter");
    sitting.bert(set(id, &[(Field::Due, Value::Int(sitting.moment.now.plus(9 * HOUR).0))]));
    sitting.happens(Msg::Changed);
    sitting.keys("u Enter").shows("nothing of entry");
}

#[test]
fn what_was_taken_back_elsewhere_is_passed_over_and_what_is_earlier_is_next() {
    let mut sitting = three();
    sitting.keys("c").types("First.").keys("Esc Enter").shows("Noted on");
    sitting.keys("j c").types("Second.").keys("Esc Enter").shows("Noted on");
    let [Deed::Entry(_), Deed::Entry(last)] = sitting.model.done[..] else { panic!("{:?}", sitting.model.done) };
    let elsewhere = Request::new(Command::Undo { seq: last, settled: Vec::new() });
    sitting.store.execute(&elsewhere, &sitting.author, &sitting.moment).unwrap();
    sitting.keys("u");
    assert_eq!(sitting.model.done, []);
    sitting.shows("Undid");
}
