//! What happened, why, and going back.

use crate::desk::Desk;

fn desk() -> Desk {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN down' -f service=payroll -f urgency=2");
    desk
}

#[test]
fn undo_takes_back_and_redo_brings_again() {
    let desk = desk();
    desk.done("set inc1 title='VPN is down'");
    let title = || desk.done("list inc1 --columns title");
    assert_eq!(
        desk.told("undo"),
        "undid entry 6: set title of INC-1 (entry 7)\nto take this back too: deskhand undo 7\n"
    );
    assert_eq!(title(), "VPN down\n");
    desk.done("redo");
    assert_eq!(title(), "VPN is down\n");
    assert_eq!(desk.refused("redo"), (1, String::from("deskhand: there is no undo of yours to take back\n")));
    assert_eq!(
        desk.refused("undo 99"),
        (3, String::from("deskhand: the journal has no entry 99; see: deskhand log\n"))
    );
}

#[test]
fn undo_names_what_stands_in_its_way_in_words() {
    let desk = desk();
    desk.done("assign inc1 anna");
    desk.done("assign inc1 me");
    assert_eq!(
        desk.refused("undo 6"),
        (
            1,
            String::from(
                "deskhand: entry 6 can't be taken back, INC-1 was changed meanwhile by me (entry 7 of the journal):\n  \
                 assignee: was 'Anna Ek', theirs 'me', yours nothing\n"
            )
        )
    );
}

#[test]
fn the_log_tells_who_did_what_and_why() {
    let desk = desk();
    desk.done("set inc1 ci=gw1 --reason 'found it' --as anna");
    desk.done("undo 6");
    assert_eq!(
        desk.done("log inc1 --format csv"),
        "\
seq,at,author,verb,summary,reason,undone_by
7,TIME,me,undo,undid entry 6: set ci of INC-1,,
6,TIME,anna (by me),edit,set ci of INC-1,found it,7
5,TIME,me,open,opened INC-1: VPN down,,
"
    );
    assert!(desk.done("log inc1 --format table").starts_with("seq  at                author"));
}

#[test]
fn why_tells_the_rule_and_the_chain() {
    let desk = desk();
    desk.done("set inc1 priority=1 --reason 'the CEO waits'");
    desk.done("set inc1 urgency=1 --as anna");
    assert_eq!(
        desk.done("why inc1 priority"),
        "\
INC-1 priority: P1
  impact 4 × urgency 1 gives P3 by the matrix
  Payroll is vital: raised one step to P2
  overridden to P1 by me: the CEO waits
entry 5  TIME  me open
    impact → 4
    priority → P2
    service → Payroll
    urgency → 2
    rule: team by service Payroll
entry 6  TIME  me edit
    priority P2 → P1
    priority_reason → the CEO waits
    because: the CEO waits
entry 7  TIME  anna (by me) edit
    urgency 2 → 1
"
    );
    desk.done("move inc1 cancel --reason 'tested'");
    assert_eq!(
        desk.done("why inc1 state"),
        "\
INC-1 state: cancelled
entry 5  TIME  me open
    state → assigned
    rule: team by service Payroll
entry 8  TIME  me move
    state assigned → cancelled
    because: tested
"
    );
    let json: serde_json::Value = serde_json::from_str(&desk.done("why inc1 team --format json")).unwrap();
    assert_eq!(json["value"], "net");
    assert_eq!(json["chain"][0]["notices"][0], "team by service Payroll");
    assert_eq!(desk.done("why inc1 due"), "INC-1 due: nothing\n  nobody ever changed it\n");
}

#[test]
fn diff_compares_two_times() {
    let desk = desk();
    desk.done("set inc1 title='VPN is down' tags=+vpn urgency=1");
    assert_eq!(desk.done("diff inc1"), "title VPN down → VPN is down\nurgency 2 → 1\ntags → vpn\n");
    let nothing = desk.run("diff inc1 --from now");
    assert_eq!((nothing.out.as_str(), nothing.err.as_str()), ("", "nothing changed between these times\n"));
    assert_eq!(desk.refused("diff inc1 --to yesterday").0, 2);
    assert_eq!(
        desk.refused("diff inc1 --from 2020-01-01 --to 2020-02-01"),
        (1, String::from("deskhand: INC-1 was not here yet at that time\n"))
    );
}
