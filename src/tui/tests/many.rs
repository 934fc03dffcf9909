//! Work on many tickets at once: everything that makes sense on marks, each looked at first, each one undo.

use super::*;

fn tasks(sitting: &Sitting, n: i64) -> Vec<String> {
    sitting.store.read().unwrap().tasks(TicketId(n)).unwrap().into_iter().map(|task| task.text).collect()
}

fn texts(sitting: &Sitting, n: i64) -> Vec<String> {
    sitting.store.read().unwrap().entries(TicketId(n)).unwrap().into_iter().map(|entry| entry.text).collect()
}

#[test]
fn a_task_is_added_to_all_the_marked_and_taken_back_at_once() {
    let mut sitting = three();
    sitting.keys("M T").shows("Add a task to 3 tickets").types("Tell the users").keys("Enter");
    sitting.shows("Change 3 tickets").shows("task → [ ] Tell the users").keys("Enter").shows("and 2 more like it");
    assert_eq!((1..=3).map(|n| tasks(&sitting, n).len()).sum::<usize>(), 3);
    sitting.keys("u");
    assert_eq!((1..=3).map(|n| tasks(&sitting, n).len()).sum::<usize>(), 0);
}

#[test]
fn time_is_logged_on_each_of_the_marked() {
    let mut sitting = three();
    sitting.keys("Space Space w").shows("Time on 2 tickets").types("25m switch").keys("Enter");
    sitting.shows("time → 25 min switch").keys("Enter").shows("Logged 25 min on INC-1, and 1 more like it");
    let log = |n| sitting.store.read().unwrap().worklog(TicketId(n)).unwrap().len();
    assert_eq!([log(1), log(2), log(3)], [1, 1, 0]);
}

#[test]
fn many_are_linked_to_one_and_those_that_can_not_say_why() {
    let mut sitting = three();
    sitting.keys("M b").types("blocked by").keys("Enter").shows("3 tickets blocked by").types("3").keys("Enter");
    sitting.shows("Change 2 tickets, 1 refused").shows("link → blocked by INC-3").shows("can't be linked to itself");
    sitting.keys("Enter").shows("Linked INC-1 blocked by INC-3, and 1 more like it");
    assert_eq!(sitting.store.read().unwrap().sheet(TicketId(3)).unwrap().links.len(), 2);
    sitting.keys("u");
    assert_eq!(sitting.store.read().unwrap().sheet(TicketId(3)).unwrap().links.len(), 0);
}

#[test]
fn a_link_from_the_other_side_is_told_at_each_of_the_many() {
    let mut sitting = three();
    sitting.keys("Space Space b").types("blocks").keys("Enter").types("3").keys("Enter");
    sitting.shows("link → blocks INC-3").hides("nothing to change");
}

#[test]
fn a_file_is_attached_to_all_the_marked() {
    let mut sitting = three();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("trace.log"), "timeout").unwrap();
    sitting.keys("Space Space A").shows("Attach which file to 2 tickets?");
    sitting.types(&format!("{}/tr", folder.path().display())).keys("Enter").shows("file → trace.log");
    sitting.keys("Enter").shows("Attached trace.log to 2 tickets");
    let files = |n| sitting.store.read().unwrap().attachments(TicketId(n)).unwrap().len();
    assert_eq!([files(1), files(2), files(3)], [1, 1, 0]);
}

#[test]
fn any_field_is_given_to_many_and_what_differs_stays_unless_it_is_given() {
    let mut sitting = three();
    sitting.keys("Space Space e").shows("Edit 2 tickets").hides("Title").shows("anna");
    sitting.keys("Tab Tab Tab Tab Tab").types("fw1").keys("Esc Enter").shows("ci → fw1").keys("Enter");
    sitting.shows("Set ci of 2 tickets");
    let ticket = |n| sitting.store.read().unwrap().ticket(TicketId(n)).unwrap();
    assert_eq!(ticket(2).ci.as_deref(), Some("fw1"));
    assert_ne!(ticket(1).due, ticket(2).due, "due times differed and were left alone");
}

#[test]
fn priority_and_due_time_are_judged_for_many() {
    let mut sitting = three();
    sitting.keys("M p").shows("Priority of 3 tickets").keys("ctrl-u").types("1").keys("Tab ctrl-u").types("1");
    sitting.keys("Esc Enter").shows("priority P5 → P1").keys("Enter").shows("Set impact, urgency of 3 tickets");
    sitting.keys("d").shows("Due time of 3 tickets").types("2h").keys("Enter").shows("due 2026").keys("Enter");
    sitting.shows("Set due of 3 tickets");
}

#[test]
fn a_snippet_in_a_reply_to_many_names_each_ticket_and_requester() {
    let mut sitting = three();
    sitting.keys("Space Space r").types("Dear {requester}, {number} is done. {today}").keys("Esc Enter");
    sitting.shows("Dear anna, INC-1 is done.").shows("INC-2 is done.").keys("Enter").shows("and 1 more like it");
    assert_eq!(texts(&sitting, 2), ["Dear anna, INC-2 is done. {today}"], "what nobody knows stays as it was written");
    sitting.keys("u");
    assert_eq!((texts(&sitting, 1).len(), texts(&sitting, 2).len()), (0, 0));
}

#[test]
fn the_one_that_remains_of_many_is_addressed_as_well() {
    let mut sitting = three();
    sitting.keys("Space Space r").types("About {number}").keys("Esc Enter Enter").keys("Esc j").keys(".");
    assert_eq!(texts(&sitting, 3), ["About INC-3"]);
    sitting.keys("g g r").types("As {number} as it stands").keys("Esc Enter");
    assert_eq!(texts(&sitting, 1).last().map(String::as_str), Some("As {number} as it stands"));
}

#[test]
fn the_whole_query_is_worked_on_at_once() {
    let titles: Vec<String> = (0..230).map(|n| format!("Ticket {n}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut sitting = Sitting::with(&titles, (80, 24));
    sitting.keys("] ] M M w").types("5m").keys("Enter").shows("Change 230 tickets").keys("Enter");
    sitting.shows("and 229 more like it");
}
