//! A runbook followed with a ticket in hand, as somebody meets it whom an alert has woken.

use super::*;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{ArticleField, Content, KnowledgeCommand};

const RUNBOOK: &str = "## Stop\n\n1. Stop the gateway\n\n   ```sh\n   systemctl stop vpn\n   ```\n\n2. Wait a minute\n\n\
## Start\n\n1. Start the gateway again and look whether the tunnels of all the sites in all the countries come up\n";

/// The keys to a place of the case table.
pub(super) fn place(name: &str) -> Option<&'static str> {
    Some(match name {
        "alert" => "",
        "inhand" => "S b Enter",
        _ => return None,
    })
}

/// INC-1 is an alert of which KB-1 is the runbook, and is read; INC-2 has nothing to do with it.
pub(super) fn woken(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::with(&["[FIRING:1] VpnDown lyon", "Printer on fire"], size);
    sitting.article("VpnDown", "runbook", "", RUNBOOK);
    sitting.keys("R g i").types("inc1").keys("Enter");
    sitting
}

fn tasks(sitting: &Sitting) -> Vec<(String, bool)> {
    let tasks = sitting.store.read().unwrap().tasks(TicketId(1)).unwrap();
    tasks.into_iter().map(|task| (task.text, task.done)).collect()
}

#[test]
fn the_runbook_of_an_alert_is_followed_ticked_and_left_for_the_ticket() {
    let mut sitting = woken((80, 24));
    sitting.shows("runbook        KB-1 VpnDown").keys("S").shows("b follow").keys("b").shows("Follow for INC-1");
    sitting.shows("KB-1").keys("Enter").shows("for INC-1, 0 of 3 done").shows("KB-1 for INC-1");
    sitting.shows("1. Stop the gateway").shows("[ ]").keys("Space").shows("1 of 3 done");
    assert_eq!(tasks(&sitting)[0], (String::from("Stop the gateway"), true));
    let clock = sitting.moment.now.local(sitting.moment.zone)[11..].to_owned();
    sitting.shows(&format!("[x] {clock}")).keys("Space").shows("2 of 3 done");
    assert_eq!(tasks(&sitting)[1], (String::from("Wait a minute"), true), "the cursor went on to the next");
    sitting.keys("k Space").shows("1 of 3 done");
    assert_eq!(tasks(&sitting)[1], (String::from("Wait a minute"), false));
    sitting.keys("u").shows("2 of 3 done");
    sitting.keys("q").shows("INC-1  [FIRING:1] VpnDown lyon").shows(&format!("[x] 1. Stop the gateway  {clock}"));
    sitting.shows("used           KB-1 (published) VpnDown").hides("for INC-1");
    assert!(sitting.model.knowledge.hand.is_none());
}

#[test]
fn the_code_of_a_step_is_copied_as_it_is_and_other_steps_have_none() {
    let mut sitting = woken((80, 24));
    sitting.keys("S b Enter y c");
    assert!(sitting.outside.contains(&Effect::Copy(String::from("systemctl stop vpn\n"))), "{:?}", sitting.outside);
}

#[test]
fn what_a_colleague_ticks_is_seen_and_a_step_that_came_since_is_put_on_the_list_first() {
    let mut sitting = woken((100, 30));
    sitting.keys("S b Enter").shows("0 of 3 done");
    sitting.bert(Command::Task { on: TicketId(1), change: crate::desk::command::TaskChange::Done(2, true) });
    sitting.keys("R").shows("1 of 3 done");
    let body = format!("{RUNBOOK}2. Tell the sites\n");
    let set = Content::from([(ArticleField::Body, vec![Value::from(body)])]);
    let on = ArticleId(1).into();
    sitting.bert(Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() }));
    sitting.keys("R").shows("Tell the sites").shows("1 of 3 done").keys("G");
    while !matches!(
        crate::tui::update::article_spot(&sitting.model),
        Some(crate::tui::screen::knowledge::text::Spot::Text(crate::tui::prose::Mark::Step(3)))
    ) {
        sitting.keys("k");
    }
    sitting.keys("Space").shows("1 of 4 done").keys("Space").shows("2 of 4 done");
    assert_eq!(tasks(&sitting)[3], (String::from("Tell the sites"), true));
}

#[test]
fn the_ticket_stays_in_hand_on_the_way_through_links_and_is_put_down_at_its_end() {
    let mut sitting = woken((80, 24));
    sitting.article("Routes", "how_to", "", "1. Look\n\nSee [the runbook](KB-1).\n");
    sitting.keys("S b").types("routes").keys("Enter").shows("KB-2  Routes").shows("for INC-1, 0 of 1 done");
    sitting.keys("f").types("1").keys("Enter").shows("KB-1  VpnDown").shows("for INC-1");
    sitting.keys("q").shows("INC-1  [FIRING:1] VpnDown lyon").keys("4 Enter").hides("for INC-1");
}

#[test]
fn a_ticket_is_followed_by_one_hand_and_not_where_the_desk_is_only_read() {
    let mut sitting = woken((80, 24));
    sitting.keys("q ] M S b").shows("Can't follow: one ticket at a time");
    assert!(sitting.model.overlays.is_empty());
    sitting.keys("Esc").model.read_only = Some(String::from("the file is read-only"));
    sitting.keys("S b").shows("read-only");
    assert_eq!(tasks(&sitting), []);
}

#[test]
fn a_runbook_in_hand_looks_as_agreed() {
    for (name, size) in [("hand_80x24", (80, 24)), ("hand_160x45", (160, 45))] {
        let mut sitting = woken(size);
        sitting.keys("S b Enter Space");
        insta::assert_snapshot!(name, sitting.screen().join("\n"));
    }
}

#[test]
fn a_ci_leads_to_the_articles_about_it() {
    let mut sitting = super::knowledge::shelf((80, 24));
    let set = Content::from([(ArticleField::Cis, vec![Value::Int(4)])]);
    sitting.kb(KnowledgeCommand::Edit { on: ArticleId(3).into(), set, settled: Vec::new() });
    sitting.keys("g i").types("ci-4").keys("Enter").shows("Knowledge (1)").shows("Restart the VPN gateway");
    while !matches!(crate::tui::update::ci_spot(&sitting.model), Some(crate::tui::screen::cmdb::text::Spot::Article(_)))
    {
        sitting.keys("j");
    }
    sitting.keys("Enter").shows("KB-3  Restart the VPN gateway").keys("H").shows("CMDB");
}

#[test]
fn the_runbook_in_hand_is_shown_whatever_was_read_before() {
    for size in [(80, 24), (160, 45)] {
        let mut sitting = woken(size);
        sitting.article("Order a badge", "how_to", "", "Ask the reception.\n");
        sitting.keys("4 R g i").types("kb2").keys("Enter").shows("KB-2").keys("1 g i").types("inc1").keys("Enter");
        sitting.keys("S b Enter").shows("for INC-1, 0 of 3 done");
        assert_eq!(sitting.on(), "KB-1", "{size:?}");
    }
}
