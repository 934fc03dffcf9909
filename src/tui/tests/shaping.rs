//! The list as its reader wants it: order, columns, facets, filters by value, saved views, preview, marks.

use super::*;
use crate::store::PageFrom;
use crate::tui::habits::Preview;

#[test]
fn o_orders_the_list_and_shift_o_turns_it() {
    let mut sitting = three();
    sitting.keys("o").shows("Order by").types("titl").keys("Enter").shows("Queue ▸ Open, sort:title");
    assert_eq!(sitting.on(), "INC-2");
    sitting.keys("O").shows("sort:-title");
    assert_eq!(sitting.on(), "INC-1");
    sitting.keys("o").types("created").shows("When it was opened").keys("Enter").shows("sort:-created");
    sitting.keys("]").hides("sort:");
}

#[test]
fn a_sort_that_is_typed_wins_over_the_one_chosen_before() {
    let mut sitting = three();
    sitting.keys("O /").types("sort:title").keys("Enter").shows("Open, sort:title");
    assert_eq!(sitting.on(), "INC-2");
}

#[test]
fn columns_are_chosen_and_remembered() {
    let mut sitting = three();
    sitting.keys("W").shows("Columns").types("impact").keys("Enter").shows("shown").keys("Esc").shows("Im");
    let kept = sitting.outside.iter().rev().find_map(|effect| match effect {
        Effect::KeepHabits(habits) => Some(habits.columns.clone()),
        _ => None,
    });
    assert_eq!(kept.unwrap(), ["number", "priority", "state", "due", "impact"]);
    sitting.keys("W").types("state").keys("Enter Esc").hides("State").keys("W").types("auto").keys("Enter Esc");
    sitting.shows("State").hides(" Im ");
}

#[test]
fn columns_that_do_not_fit_are_told_so_and_the_title_keeps_its_room() {
    let mut sitting = three();
    for name in ["requester", "team", "service", "category", "age"] {
        sitting.keys("W").types(name).keys("Enter Esc");
    }
    sitting.keys("W").types("category").shows("no room").keys("Esc").shows("VPN down in Lyon");
}

#[test]
fn a_view_brings_its_own_columns() {
    let mut sitting = three();
    sitting.model.queue.views[2].columns = vec![String::from("number"), String::from("age")];
    sitting.shows("Age").hides("State");
}

#[test]
fn a_star_filters_by_a_value_of_the_ticket_under_the_cursor() {
    let mut sitting = three();
    sitting.keys("p").keys("Tab").keys("Esc");
    sitting.keys("* ").shows("Filter by a value of INC-1").types("state").keys("Enter").shows("Open, state:new");
    sitting.keys("i *").types("assi").keys("Enter").shows("state:new assignee:none").hides("INC-1 ").shows("INC-2");
    sitting.keys("*").types("assi").keys("Enter").shows("/state:new assignee:none");
}

#[test]
fn facets_count_the_values_of_the_list_and_narrow_it() {
    let mut sitting = three();
    sitting.keys("i f").shows("Narrow by").shows("state:new").shows("assignee:anna").shows("prio:5").keys("Esc");
    sitting.keys("f").types("assignee:n").shows("2").keys("Enter").shows("assignee:none").hides("INC-1 ");
    sitting.keys("f").hides("assignee:anna");
}

#[test]
fn the_filter_is_saved_as_a_view_that_everybody_gets() {
    let mut sitting = three();
    sitting.keys("/").types("vpn").keys("Enter F").shows("Save as a view for everybody");
    sitting.types("VPN calls").keys("Enter").shows("Queue ▸ VPN calls").shows("[VPN calls 1]").hides("INC-2");
    let documents = sitting.store.read().unwrap().settings().unwrap();
    assert!(documents.iter().any(|(name, _)| name == "view/91-vpn-calls.toml"), "{documents:?}");
    // Somebody else changed it: the strip follows, the view shown stays.
    sitting.keys("F").types("VPN twice").keys("Enter [").shows("[VPN calls 1]").shows("VPN twice 1");
}

#[test]
fn a_view_that_is_gone_gives_way_to_the_first() {
    let mut sitting = three();
    sitting.keys("/").types("vpn").keys("Enter F").types("VPN calls").keys("Enter").shows("Queue ▸ VPN calls");
    sitting.keys("u").shows("Queue ▸ My work").hides("VPN calls 1");
}

#[test]
fn a_view_needs_a_name() {
    let mut sitting = three();
    sitting.keys("F Enter").shows("Name: needed").keys("Esc").hides("Save as a view");
    sitting.keys("F").types("Half").keys("Esc Esc").keys("g w").types("view").keys("Enter");
    sitting.shows("Save as a view").shows("Half");
}

#[test]
fn a_quote_shows_only_the_marked() {
    let mut sitting = three();
    sitting.keys("\"").shows("Can't only marked: no ticket is marked");
    sitting.keys("Space j Space \"").shows("only the marked").shows("INC-1 ").shows("INC-3").hides("INC-2");
    sitting.keys("Esc").shows("INC-2").shows("2 marked").keys("Esc").hides("marked");
}

#[test]
fn marks_of_other_views_are_among_the_marked() {
    let mut sitting = three();
    sitting.keys("Space /").types("mail").keys("Enter Space").shows("2 marked, 1 hidden");
    sitting.keys("\"").shows("INC-1 ").shows("INC-2").hides("INC-3");
}

#[test]
fn m_marks_what_is_held_then_the_whole_query_then_nothing() {
    let titles: Vec<String> = (0..230).map(|n| format!("Ticket {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut sitting = Sitting::with(&titles, (80, 24));
    sitting.keys("] ] M").shows("200 marked").shows("M again marks all 230 of this query");
    sitting.keys("M").shows("230 marked, 30 hidden");
    sitting.keys("i").shows("Change 230 tickets").keys("Enter").shows("Set assignee of 230 tickets");
    sitting.keys("u Esc").hides("marked").keys("M M M").hides("marked");
}

#[test]
fn m_is_for_the_list_that_fits_as_well() {
    let mut sitting = three();
    sitting.keys("M").shows("3 marked").keys("M").hides("marked");
}

#[test]
fn the_ticket_is_shown_right_below_or_not() {
    let mut sitting = three();
    sitting.keys("P").shows("The ticket is shown below the list").shows("It stopped this morning.").shows("> INC-1");
    sitting.keys("j").shows("INC-2  Mail is slow");
    sitting.keys("P").hides("It stopped this morning.").keys("Enter").shows("It stopped this morning.").keys("q");
    sitting.happens(Msg::Term(TermEvent::Resize(120, 40)));
    sitting.hides("It stopped this morning.").keys("P").shows("It stopped this morning.");
    assert_eq!(sitting.model.habits.preview, Preview::Right);
}

#[test]
fn on_a_list_that_goes_on_the_order_is_asked_of_the_desk() {
    let titles: Vec<String> = (0..250).map(|n| format!("Ticket {n:03}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut sitting = Sitting::with(&titles, (80, 24));
    sitting.keys("] ] o").types("title").keys("Enter O").shows("Ticket 249");
    assert_eq!(sitting.model.queue.start, Some(PageFrom::Start));
}

#[test]
fn columns_are_moved_and_keep_their_places() {
    let mut sitting = three();
    sitting.keys("W").shows("J K move").types("due").keys("K K").shows("> due").keys("Esc");
    assert!(sitting.screen()[2].starts_with("  Number      Due   Pr State"), "{}", sitting.screen()[2]);
    assert_eq!(sitting.model.habits.columns, ["number", "due", "priority", "state"]);
    sitting.keys("W").types("age").keys("J").shows("age is not shown; Enter shows it");
    sitting.keys("Enter K").shows("shown").keys("Esc").shows("Pr Age  State");
}

#[test]
fn a_star_filters_by_the_column_used_last_and_again_offers_all() {
    let mut sitting = three();
    sitting.keys("i j o").types("assignee").keys("Enter").shows("sort:assignee");
    sitting.keys("*").shows("Filtered by Assignee; g * lists all values").shows("Open, assignee:");
    sitting.keys("*").shows("Filter by a value of").types("state").keys("Enter").shows("state:");
    sitting.keys("Esc W").types("priority").keys("J Esc *").shows("Open, prio:5").keys("Esc");
    sitting.keys("o").types("due").keys("Enter *").shows("Open, due:2026-09-21");
}
