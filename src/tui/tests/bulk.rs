//! Many tickets at once, and one ticket by two people at once.

use super::*;

fn retitle(sitting: &mut Sitting, title: &str) {
    let on = vec![sitting.id().into()];
    let set = Edit::from([(Field::Title, Value::from(title))]);
    sitting.bert(Command::Edit { on, set, tag: Vec::new(), untag: Vec::new() });
}

#[test]
fn a_change_of_many_shows_before_and_after_and_is_one_undo() {
    let mut sitting = three();
    sitting.keys("M t").types("flood").keys("Enter").shows("Change 3 tickets").shows("tag → flood");
    sitting.keys("Esc").shows("Nothing was changed");
    sitting.keys("t").types("flood").keys("Enter Enter").shows("Set +flood of 3 tickets");
    sitting.keys("u").shows("Undid entry");
    assert!(sitting.store.read().unwrap().tags_in_use().unwrap().is_empty());
}

#[test]
fn those_that_refuse_say_why_and_the_others_can_be_changed() {
    let mut sitting = three();
    sitting.keys("i").keys("s").types("progress").keys("Enter").shows("Moved INC-1 to in_progress");
    sitting
        .keys("j j M s")
        .types("assigned")
        .keys("Enter")
        .shows("Assign 3 tickets")
        .types("anna")
        .keys("Enter")
        .shows("Change 2 tickets, 1 refused")
        .shows("! ");
    sitting.shows("Enter changes the 2 that allow it").keys("Enter").shows("Moved 2 tickets to assigned");
}

#[test]
fn a_form_for_many_is_looked_at_before_it_is_written() {
    let mut sitting = three();
    sitting.keys("Space Space c").types("Known problem").keys("Esc Enter").shows("note → Known problem");
    sitting.keys("Esc").shows("Known problem").keys("Esc Enter Enter").shows("Noted on 2 tickets");
    assert!(sitting.model.drafts.is_empty());
}

#[test]
fn two_titles_at_once_open_three_columns_and_mine_can_be_taken() {
    let mut sitting = three();
    sitting.keys("e");
    retitle(&mut sitting, "VPN down everywhere");
    sitting.types(", Paris").keys("Esc Enter").shows("INC-1 was changed by bert meanwhile");
    sitting.shows("both had seen").shows("(o) VPN down").shows("( ) VPN down").shows("Paris");
    assert_eq!(sitting.model.drafts.len(), 1, "mine is kept until it is decided");
    sitting.keys("m Enter").shows("VPN down in Lyon, Paris");
    assert!(sitting.model.drafts.is_empty());
    assert_eq!(sitting.model.queue.rows[0].0.title, "VPN down in Lyon, Paris");
}

#[test]
fn theirs_can_be_kept_and_other_fields_of_mine_still_count() {
    let mut sitting = three();
    sitting.keys("e");
    retitle(&mut sitting, "VPN down everywhere");
    sitting.types("!").keys("Tab Tab Tab Tab Tab Tab Tab ctrl-u").types("2");
    sitting.keys("Esc Enter").shows("was changed by bert").keys("t Enter").shows("Set impact of INC-1");
    let ticket = &sitting.model.queue.rows[0].0;
    assert_eq!((ticket.title.as_str(), ticket.impact.get()), ("VPN down everywhere", 2));
}

#[test]
fn a_conflict_can_wait_among_the_drafts_or_be_edited() {
    let mut sitting = three();
    sitting.keys("e");
    retitle(&mut sitting, "VPN down everywhere");
    sitting.types("!").keys("Esc Enter").keys("e").shows("bert changed it meanwhile").types("!").keys("Esc Enter");
    assert_eq!(sitting.model.queue.rows[0].0.title, "VPN down in Lyon!!");
    sitting.keys("e");
    retitle(&mut sitting, "VPN is back");
    sitting.types("?").keys("Esc Enter Esc").shows("Kept as a draft");
    assert_eq!(sitting.model.drafts.len(), 1);
}
