//! Drafts: listed, gone on with, asked about when one leaves.

use super::*;

#[test]
fn drafts_are_listed_and_gone_on_with_from_anywhere() {
    let mut sitting = three();
    sitting.keys("c").types("Half a note").keys("Esc Esc").keys("j r").types("Dear all").keys("Esc Esc").keys("j");
    sitting.keys("g w").shows("Half a note").shows("note INC-1").shows("reply INC-2").types("half").keys("Enter");
    sitting.shows("Note on INC-1").types(".").keys("Esc Enter").shows("Noted on INC-1");
    assert_eq!(sitting.model.drafts.len(), 1);
}

#[test]
fn quitting_asks_only_while_a_draft_is_unsent() {
    let mut sitting = three();
    sitting.keys("c").types("Half").keys("Esc Esc").keys("q").shows("A draft is unsent").keys("Esc");
    assert!(!sitting.outside.contains(&Effect::Quit(0)));
    sitting.keys("q").keys("Enter");
    assert!(sitting.outside.contains(&Effect::Quit(0)));
}

#[test]
fn a_draft_of_a_new_ticket_comes_back_in_its_form() {
    let mut sitting = three();
    sitting.keys("n").types("vpn").keys("Enter").types("Kiel").keys("Esc Esc").keys("g w").shows("Kiel").keys("Enter");
    sitting.shows("New incident: VPN does not connect").shows("connect: Kiel");
}

#[test]
fn drafts_of_an_earlier_sitting_are_told_at_the_beginning() {
    let mut sitting = three();
    let opens = |sitting: &mut Sitting| {
        let welcome = worker::welcome(&sitting.store, &sitting.author).map(Box::new);
        sitting.model.message = None;
        sitting.happens(Msg::Opened(welcome));
    };
    sitting.keys("c").types("Half").keys("Esc Esc");
    opens(&mut sitting);
    sitting.shows("1 unsent draft: g w");
    sitting.keys("r").types("Dear all").keys("Esc Esc");
    opens(&mut sitting);
    sitting.shows("2 unsent drafts: g w");
}
