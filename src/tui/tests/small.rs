//! Small things that make a day easier: views by number, whose ticket it was, what was just written, pages, discarded texts.

use super::*;

#[test]
fn a_view_is_gone_to_by_its_number_or_name() {
    let mut sitting = three();
    sitting.keys("g v").shows("Views").shows("Overdue").types("2").keys("Enter").shows("Queue ▸ Unassigned");
    sitting.keys("g v").types("open").keys("Enter").shows("Queue ▸ Open");
}

#[test]
fn taking_a_ticket_from_a_colleague_says_whose_it_was() {
    let mut sitting = three();
    let on = vec![sitting.id().into()];
    sitting.bert(Command::Write { on: on.clone(), public: false, text: String::from("Mine.") });
    let bert = sitting.store.read().unwrap().person_by_login("bert").unwrap().unwrap().id;
    let set = Edit::from([(Field::Assignee, Value::Int(bert.0))]);
    sitting.bert(Command::Edit { on, set, tag: Vec::new(), untag: Vec::new() });
    sitting.happens(Msg::Changed);
    sitting.keys("i").shows("Set assignee of INC-1 (was bert's)");
    sitting.keys("j i").shows("Set assignee of INC-2").hides("was ");
}

#[test]
fn after_a_reply_the_timeline_is_where_it_was_written() {
    let mut sitting = three();
    let id = sitting.id();
    let text = (0..60).map(|n| format!("Line {n}")).collect::<Vec<_>>().join("\n");
    sitting.bert(Command::Write { on: vec![id.into()], public: false, text });
    sitting.happens(Msg::Changed);
    sitting.keys("Enter").hides("Line 59").keys("r").types("It runs again.").keys("Esc Enter");
    sitting.shows("Replied on INC-1").shows("It runs again.").shows("anna  reply");
}

#[test]
fn pages_of_lines_are_leapt_over_in_help_and_pickers() {
    let mut sitting = three();
    sitting
        .keys("?")
        .shows("> list.down")
        .keys("PgDn")
        .hides("> list.down")
        .keys("PgDn PgUp PgUp PgUp")
        .shows("> list.down");
    sitting.keys("PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn").shows("> stop").keys("PgDn").shows("> stop");
}

#[test]
fn a_discarded_text_comes_back_with_undo() {
    let mut sitting = three();
    sitting.keys("c").types("Half a note").keys("Esc d").shows("Discarded; u brings it back").hides("Half a note");
    assert!(sitting.model.drafts.is_empty());
    sitting.keys("u").shows("Note on INC-1").shows("Half a note").types(" more").keys("Esc Enter");
    sitting.shows("Noted on INC-1").keys("u").shows("Undid entry");
}

#[test]
fn undo_takes_back_what_was_done_after_a_text_was_discarded() {
    let mut sitting = three();
    sitting.keys("c").types("Half a note").keys("Esc d i u").shows("Undid entry").hides("Note on");
}

#[test]
fn the_text_the_fields_and_the_due_time_have_drafts_of_their_own() {
    let mut sitting = three();
    sitting
        .keys("e")
        .types("!")
        .keys("Esc Esc")
        .keys("E")
        .types(" Really.")
        .keys("Esc Esc")
        .keys("d")
        .types("x")
        .keys("Esc Esc");
    assert_eq!(sitting.model.drafts.keys().collect::<Vec<_>>(), ["edit 1", "edit 1 description", "edit 1 due"]);
    sitting.keys("e").shows("VPN down in Lyon!").keys("Esc d").keys("E").shows("Really.").keys("Esc Esc");
    sitting.keys("g w").types("really").keys("Enter").shows("It stopped this morning. Really.");
}

#[test]
fn a_new_ticket_is_offered_from_templates_first() {
    let mut sitting = three();
    sitting.keys("n");
    let rows = sitting.screen();
    let place = |text: &str| rows.iter().position(|row| row.contains(text)).unwrap();
    assert!(place("VPN does not connect") < place("without a template"));
}

#[test]
fn a_refusal_is_read_over_a_list_that_fills_the_screen() {
    let mut sitting = three();
    sitting.keys(": ").types("only_marked").keys("Enter").shows("only_marked: no ticket is marked");
}

#[test]
fn an_open_range_is_what_an_action_is_about() {
    let mut sitting = three();
    sitting.keys("v j p").shows("2 marked");
}

#[test]
fn where_there_is_nothing_to_count_that_is_said() {
    let mut sitting = three();
    sitting.keys("/").types("nosuchword").keys("Enter f").shows("There is nothing to count in this list");
}
