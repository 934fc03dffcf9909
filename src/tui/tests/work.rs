//! The work on one ticket that is no change of its fields, and what explains it.

use super::*;
use crate::desk::command::Record;
use crate::desk::link::Relation;

#[test]
fn tags_are_chosen_typed_and_taken_away() {
    let mut sitting = three();
    sitting.keys("t").types("vpn urgent").shows("+vpn +urgent").keys("Enter").shows("Set +vpn, +urgent of INC-1");
    sitting.keys("j t").types("vp").shows("on 1").keys("Enter").shows("Set +vpn of INC-2");
    sitting.keys("k t").types("-urgent").keys("Enter").shows("Set -urgent of INC-1");
    sitting.keys("t").shows("has it; choosing takes it away").keys("Enter").shows("Set -vpn of INC-1");
}

#[test]
fn a_ticket_is_moved_to_a_team() {
    let mut sitting = three();
    let net = Record::Team { id: None, key: "net".into(), name: "Network".into(), members: Vec::new(), active: true };
    let author = sitting.author.clone();
    sitting.store.execute(&Request::new(Command::Register(net)), &author, &sitting.moment).unwrap();
    sitting.keys("m").shows("Network").types("netw").keys("Enter").shows("Set team of INC-1");
    assert!(sitting.model.queue.current().unwrap().team.is_some());
}

#[test]
fn a_ticket_is_linked_by_the_words_of_a_title_and_the_link_is_walked() {
    let mut sitting = three();
    sitting.keys("b").types("blocked").keys("Enter").shows("INC-1 blocked by").types("slo").shows("Mail is slow");
    sitting.keys("Enter").shows("INC-1 blocked by INC-2");
    sitting.keys("Enter Enter").shows("Links of INC-1").shows("blocked by: Mail is slow").keys("Enter");
    sitting.shows("INC-2  Mail is slow").shows("blocks").shows("Queue ▸ Open ▸ INC-2");
    assert_eq!(sitting.on(), "INC-2");
}

#[test]
fn a_ticket_without_links_says_so() {
    three().keys("Enter Enter").shows("Can't open: INC-1 has no links");
}

#[test]
fn a_ticket_is_merged_into_the_one_of_that_number() {
    let mut sitting = three();
    sitting.keys("B").types("3").shows("Printer on fire").hides("Mail is slow (").keys("Enter");
    sitting.shows("Merged INC-1 into INC-3");
    sitting.keys("u").shows("Undid entry");
}

#[test]
fn tasks_are_added_ticked_and_removed_without_leaving_the_list() {
    let mut sitting = three();
    sitting.keys("T").types("Call the provider").keys("Enter").shows("[ ] 1").types("Reboot").keys("Enter");
    sitting.shows("[ ] 2").keys("Enter").shows("[x] 1").types("-2").keys("Enter").hides("[ ] 2");
    sitting.keys("Esc").hides("Call the provider").keys("Enter").shows("[x] 1. Call the provider");
}

#[test]
fn time_is_logged_in_one_line_and_nonsense_is_refused_as_it_is_typed() {
    let mut sitting = three();
    sitting.keys("w").types("soon").shows("begins with how long").keys("Enter").shows("begins with how long");
    sitting.keys("ctrl-u").types("1h5m reset the token").shows("65 minutes").keys("Enter");
    let log = sitting.store.read().unwrap().worklog(sitting.id()).unwrap();
    assert_eq!((log[0].minutes, log[0].text.as_str()), (65, "reset the token"));
}

#[test]
fn a_ticket_is_cancelled_only_when_the_count_is_typed() {
    let mut sitting = three();
    sitting.keys("D").shows("Cancel INC-1? Type 1 and Enter").keys("Enter");
    assert_eq!(sitting.state(), "new");
    sitting.types("2").keys("Enter").shows("type 1 to cancel").keys("ctrl-u").types("1").keys("Enter");
    sitting.shows("Moved INC-1 to cancelled");
    sitting.keys("Space Space D").types("2").keys("Enter").shows("Moved 2 tickets to cancelled");
}

#[test]
fn watching_begins_and_ends() {
    let mut sitting = three();
    sitting.keys("I").shows("Watching INC-1");
    assert_eq!(sitting.store.read().unwrap().watchers(sitting.id()).unwrap().len(), 1);
    sitting.keys("U").shows("No longer watching INC-1");
}

#[test]
fn why_tells_the_rule_and_the_chain() {
    let mut sitting = three();
    let id = sitting.id();
    let set = Edit::from([(Field::Urgency, Value::Int(1)), (Field::Impact, Value::Int(2))]);
    sitting.bert(Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() });
    sitting.happens(Msg::Changed);
    sitting.keys("&").types("priority").keys("Enter").shows("impact 2 × urgency 1 gives").shows("bert");
    sitting.shows("urgency 4 → 1").keys("q").hides("bert");
}

#[test]
fn a_file_is_attached_by_its_path_saved_and_taken_away() {
    let mut sitting = three();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("trace.log"), "timeout").unwrap();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    let place = format!("{}/", folder.path().display());
    sitting.keys("A Enter").types(&place).types("tr").shows("trace.log").keys("Enter").shows("trace.log");
    sitting.keys("A").shows("7 bytes").keys("Enter").shows("into a folder").keys("Enter");
    sitting.types(&place).keys("Down Enter").shows("save it here").keys("Enter").shows("Saved as");
    assert_eq!(std::fs::read_to_string(folder.path().join("out/trace.log")).unwrap(), "timeout");
    sitting.keys("A Enter").types("open").keys("Enter").types("wc -c").keys("Down Enter");
    let opened = sitting.outside.iter().find_map(|effect| match effect {
        Effect::Open { with, path } => Some((with.clone(), std::fs::read_to_string(path).unwrap())),
        _ => None,
    });
    assert_eq!(opened, Some((String::from("wc -c"), String::from("timeout"))));
    sitting.keys("A Enter").types("take").keys("Enter").keys("A").hides("7 bytes");
}

#[test]
fn what_others_did_since_i_looked_is_starred_in_the_timeline() {
    let mut sitting = three();
    sitting.keys("Enter h");
    let id = sitting.id();
    sitting.model.queue.shown = None;
    sitting.bert(Command::Write { on: vec![id.into()], public: false, text: String::from("Seen it too.") });
    sitting.happens(Msg::Changed);
    sitting.keys("Enter G").shows("* 2026").shows("Seen it too.");
    sitting.keys("c").types("Mine").keys("Esc Enter").shows("* 2026");
    assert_eq!(sitting.screen().iter().filter(|row| row.contains("* 2026")).count(), 1, "mine is not news");
    let other = sitting.store.read().unwrap().ticket_numbered("INC-2".parse().unwrap()).unwrap().id;
    sitting.bert(Command::Link { from: id, relation: Relation::Relates, to: other });
    sitting.happens(Msg::Changed);
    sitting.keys("G");
    assert_eq!(sitting.screen().iter().filter(|row| row.contains("* 2026")).count(), 2);
}
