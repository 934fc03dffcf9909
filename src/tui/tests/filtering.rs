//! The filter line and what the list says while it has no rows.

use super::*;
use crate::tui::effect::Slot;

#[test]
fn tab_completes_with_the_candidates_shown() {
    let mut sitting = three();
    sitting.keys("/").types("assig").keys("Tab").shows("/assignee:");
    sitting.keys("Tab").shows("> me").shows("none").shows("/assignee:me").keys("Tab").shows("/assignee:none");
    sitting.shows("> INC-1").keys("Shift-Tab").shows("/assignee:me").keys("Esc").hides("> me").shows("/assignee:me");
    sitting.keys("Esc").hides("assignee:");
}

#[test]
fn completion_knows_the_desk_and_says_when_nothing_begins_so() {
    let mut sitting = three();
    sitting.keys("i /").types("requester:an").keys("Tab").shows("/requester:anna");
    sitting.types(" qqq").keys("Tab").shows("Nothing begins so");
}

#[test]
fn filters_of_the_past_are_recalled() {
    let mut sitting = three();
    sitting.keys("/ Up").shows("No filter was used before").keys("Esc");
    sitting.keys("/").types("mail").keys("Enter Esc /").types("prio:4").keys("Enter Esc");
    assert!(sitting.outside.iter().any(|effect| matches!(effect, Effect::KeepHabits(_))));
    sitting.keys("/ Up").shows("/prio:4").keys("Up").shows("/mail*").keys("Up").shows("/mail*");
    sitting.keys("Down Down").hides("/mail*").keys("Up Up Enter").shows("Open, mail*").shows("INC-2");
}

#[test]
fn a_mistake_is_told_under_its_column() {
    let mut sitting = three();
    sitting.keys("/").types("is:open proi:1");
    let screen = sitting.screen();
    assert_eq!(screen[22].find("proi"), screen[23].find('^'), "{}", screen.join("\n"));
    sitting.shows("did you mean 'prio'?");
    sitting.keys("Enter").shows("did you mean").keys("Esc Esc").hides("proi");
}

#[test]
fn empty_on_its_way_and_failed_are_three_texts() {
    let mut sitting = Sitting::with(&[], (80, 24));
    sitting.shows("Nothing here. ] shows the next view");
    sitting.keys("/").types("nothing").shows("Nothing in this view fits nothing").keys("Esc");
    sitting.model.queue.loading = true;
    sitting.hides("Nothing here").hides("Reading the list");
    sitting.happens(Msg::Woke);
    sitting.shows("Reading the list…").keys("R").shows("Nothing here");
    let generation = sitting.model.asked[&Slot::List];
    let refusal = Refusal::Unavailable(String::from("the drive is away"));
    sitting.happens(Msg::Answer(Slot::List, generation, Err(refusal)));
    sitting.shows("The list could not be read").shows("R tries again").keys("R").shows("Nothing here");
}

#[test]
fn the_desk_is_said_to_be_opened_only_after_a_while() {
    let mut sitting = three();
    let look = sitting.model.look;
    sitting.model = Model::new(sitting.author.clone(), "ops", (80, 24), look, sitting.moment.now, sitting.moment.zone);
    assert!(sitting.model.awaits());
    sitting.hides("Opening the desk");
    sitting.happens(Msg::Woke);
    sitting.shows("Opening the desk…");
    assert!(!sitting.model.awaits(), "it is said once");
}

#[test]
fn nothing_is_awaited_once_the_list_is_there() {
    let mut sitting = three();
    assert!(!sitting.model.awaits());
    let effects = update(&mut sitting.model, Msg::Term(TermEvent::Input(Input::Key(Key::char(']')))));
    assert!(sitting.model.awaits() && effects.contains(&Effect::Wake(150)));
    sitting.settle(effects);
    assert!(!sitting.model.awaits());
}

#[test]
fn the_strip_always_shows_the_view_that_is_open() {
    let mut sitting = three();
    let names: Vec<String> = sitting.model.queue.views.iter().map(|view| view.name.clone()).collect();
    for _ in 0..names.len() {
        let name = &names[sitting.model.queue.view];
        let strip = sitting.screen()[1].clone();
        assert!(strip.contains(&format!("[{name}")) && strip.contains(']'), "{strip}");
        sitting.keys("]");
    }
}

#[test]
fn tab_reaches_the_views_in_a_wide_window() {
    let mut sitting = three();
    sitting.happens(Msg::Term(TermEvent::Resize(170, 40)));
    sitting.keys("Tab Tab k").shows("Queue ▸ Unassigned").keys("Enter j");
    assert_eq!(sitting.on(), "INC-2");
}

#[test]
fn the_footer_ends_with_help() {
    let mut sitting = three();
    for columns in [40, 60, 80, 100, 160] {
        sitting.happens(Msg::Term(TermEvent::Resize(columns, 24)));
        let footer = sitting.screen()[23].clone();
        assert!(footer.ends_with("? help"), "{columns}: {footer}");
    }
}
