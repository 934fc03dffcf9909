//! A change from its plan to its review, at the prompt.

use crate::desk::Desk;

/// A desk on which anna and bob are agents of one team, and dora leads; with a change that begins now.
fn planned() -> Desk {
    let desk = Desk::staffed();
    desk.done("person new bob name='Bob Ott' roles=agent");
    desk.done("person new dora name='Dora Lin' roles=lead");
    desk.done("team set net members=anna,bob");
    desk.done("service set payroll criticality=low owner=dora");
    desk.done("--as anna new change --title 'Replace the certificate' --field service=payroll");
    desk.done("change plan chg1 description='The old one ends.' planned_start=-5m planned_end=2h backout_minutes=10");
    desk.done("change plan chg1 backout_plan='Put the old one back.' steps=+Install implementers=+bob assignee=anna");
    desk
}

const ANSWERS: &str = "users=none practice=often tested=fully complexity=one_team compliance=none time=off_hours";

#[test]
fn a_change_is_planned_approved_done_and_reviewed() {
    let desk = planned();
    let (code, told) = desk.refused("move chg1 approval");
    assert_eq!(code, 1);
    assert!(told.starts_with("deskhand: To ask for approval CHG-1, answer what it risks: "), "{told}");
    let told = desk.told(&format!("change risk chg1 {ANSWERS}"));
    assert!(told.starts_with("CHG-1: risk 3, low (entry "), "{told}");
    assert_eq!(
        desk.done("change risk chg1"),
        "CHG-1 risk: low\n  0  users         none\n  0  criticality   low  (found by the desk)\n\
         \u{20} 0  dependents    none or one  (found by the desk)\n  0  practice      often, without failure\n\
         \u{20} 0  tested        fully\n  2  backout       documented  (found by the desk)\n\
         \u{20} 0  backout_time  less than a quarter  (found by the desk)\n  1  time          out of business hours\n\
         \u{20} 0  complexity    one team\n  0  compliance    no\n  3  together: low\n"
    );
    assert!(desk.done("why chg1 risk").contains("  together 3: low\n"));
    let told = desk.told("--as anna move chg1 approval");
    assert!(told.ends_with("asked: anna, bob (peer, 1 of 2)\n"), "{told}");
    assert_eq!(desk.done("--as bob list is:to-approve --format ids"), "CHG-1\n");
    assert_eq!(desk.refused("--as bob change reject chg1").0, 2);
    let told = desk.told("--as bob change approve chg1 -m 'looks sound'");
    assert!(told.ends_with("CHG-1 is approved, and scheduled\n"), "{told}");
    let shown = desk.done("show chg1");
    assert!(
        shown.contains("1. peer (1 of 2): approved\n   Anna Ek: silent\n   Bob Ott approved, TIME: looks sound\n"),
        "{shown}"
    );
    assert!(shown.contains("Worked on by  Bob Ott\n"), "{shown}");

    desk.done("--as anna change start chg1");
    desk.done("--as anna change step chg1 1 -m 'on both nodes'");
    desk.done("--as anna change finish chg1 -m 'The chain is right.'");
    desk.done("new incident --title 'Payroll warns'");
    desk.done("change review chg1 --lessons 'Look at the chain first.' --caused inc1");
    let review = desk.done("change review chg1");
    assert!(review.starts_with("CHG-1 Replace the certificate: successful\n  began 5m late\n  ended "), "{review}");
    assert!(review.contains("  caused INC-1 (new)  Payroll warns\n\nLessons\nLook at the chain first.\n"), "{review}");
    let json: serde_json::Value = serde_json::from_str(&desk.done("show chg1 --format json")).unwrap();
    assert_eq!(json["risk"], "low");
    assert_eq!(json["approval"][0]["votes"][1]["comment"], "looks sound");
    assert_eq!(json["implementers"][0], "bob");
    assert_eq!(json["answers"][9]["question"], "compliance");
    let json: serde_json::Value = serde_json::from_str(&desk.done("change plan chg1 --format json")).unwrap();
    assert_eq!(json["steps"][0]["text"], "Install");
    assert_eq!(json["backout_minutes"], 10);
    let plan = desk.done("change plan chg1");
    assert!(plan.contains("\nBack-out plan\nPut the old one back.\n"), "{plan}");
    assert!(plan.contains(" 1 [x] Install  (TIME to TIME)\n"), "{plan}");
}

#[test]
fn outside_of_its_time_a_change_begins_only_with_a_reason_that_is_kept() {
    let desk = planned();
    desk.done(&format!("change risk chg1 {ANSWERS}"));
    desk.done("--as anna change plan chg1 planned_start=2d planned_end=3d");
    desk.done("--as anna move chg1 approval");
    desk.done("--as bob change approve chg1");
    let (code, told) = desk.refused("change start chg1");
    assert_eq!(
        (code, told.as_str()),
        (
            1,
            "deskhand: CHG-1: it is planned for TIME; to begin all the same: deskhand change start CHG-1 --anyway REASON\n"
        )
    );
    desk.done("change start chg1 --anyway 'the vendor is here'");
    assert!(desk.done("show chg1").contains("    because: the vendor is here\n"));
    assert_eq!(desk.refused("change backout chg1").0, 2, "why?");
    desk.done("change backout chg1 -m 'wrong chain'");
    assert_eq!(desk.done("list code:failed-backed-out --columns number,state"), "CHG-1\treview\n");
}

#[test]
fn a_meeting_has_an_agenda_decisions_and_minutes() {
    let desk = planned();
    desk.done(&format!("change risk chg1 {ANSWERS} users=all tested=no compliance=major practice=never"));
    desk.done("team new cab name=CAB members=bob,dora");
    desk.done("--as anna move chg1 approval");
    assert_eq!(desk.done("change cab new tomorrow --title 'CAB of the week'"), "1\n");
    assert!(desk.done("change cab list").ends_with("\tCAB of the week\n"));
    let (code, told) = desk.refused("--as anna change cab decide 1 chg1 approve");
    assert_eq!((code, told.contains("decide for the CAB without being in the meeting")), (1, true), "{told}");
    let told = desk.told("--as dora change cab decide 1 chg1 approve -m 'Tell production.'");
    assert!(told.starts_with("the meeting 1 approved CHG-1 (entry "), "{told}");
    assert_eq!(desk.done("list chg1 --columns state"), "scheduled\n");
    assert_eq!(
        desk.done("change cab minutes 1"),
        "# CAB of the week\n\nTIME\n\nPresent: Bob Ott, Dora Lin\n\n## CHG-1: Replace the certificate\n\n\
         high risk, TIME to TIME\n\n**approved**\n\nTell production.\n"
    );
    assert!(desk.done("change cab minutes 1 --text").contains("1. CHG-1 Replace the certificate\n"));
    desk.done("change cab close 1");
    assert_eq!(desk.refused("change cab decide 1 chg1 defer").0, 1);
}

#[test]
fn a_standard_change_comes_from_its_template() {
    let desk = planned();
    assert_eq!(desk.done("new change --template std-dns --title 'DNS record www' --field service=payroll"), "CHG-2\n");
    desk.done("move chg2 scheduled planned_start=3h planned_end=4h");
    let shown = desk.done("show chg2");
    assert!(shown.contains("Template  std-dns: no run has ended yet\n"), "{shown}");
    assert_eq!(desk.done("list template:std-dns change_type:standard --format ids"), "CHG-2\n");
}

#[test]
fn a_conflict_is_overridden_with_a_reason_that_is_told_wherever_it_is() {
    let desk = planned();
    desk.done(&format!("change risk chg1 {ANSWERS}"));
    let told = desk.run(
        "new change --title 'Move racks' --field service=payroll --field planned_start=-5m --field planned_end=1h",
    );
    assert!(told.err.ends_with("conflict: CHG-2 and CHG-1 are both on Payroll\n"), "{}", told.err);
    let (code, told) = desk.refused("--as anna move chg1 approval");
    assert_eq!(code, 1);
    assert!(told.contains("deskhand change override CHG-1 --conflict CHG-2 --reason WHY"), "{told}");
    assert_eq!(
        desk.refused("change override chg1"),
        (2, String::from("deskhand: who overrides a conflict says why: --reason WHY\n"))
    );
    assert_eq!(
        desk.refused("change override chg1 --conflict chg9 --reason Why"),
        (3, String::from("deskhand: CHG-1 has no open conflict 'chg9'; see: deskhand change conflicts CHG-1\n"))
    );
    desk.done("change window new 'Close' kind=freeze starts=-1d ends=1d scope=service:payroll");
    let (code, told) = desk.refused("change override chg1 --reason Why");
    assert_eq!((code, told.contains("CHG-1 has 2 conflicts; which?")), (2, true), "{told}");
    assert_eq!(desk.done("list is:conflicting --format ids"), "CHG-2\nCHG-1\n");
    assert!(
        desk.told("tick")
            .contains("\nin conflict with what nobody overrode: CHG-1, CHG-2; see: deskhand change conflicts\n")
    );
    let told =
        desk.told("--as anna change override chg1 --conflict close --conflict 1 --reason 'Other racks; agreed.'");
    assert!(told.starts_with("overrode: CHG-1 is inside the freeze 'Close' for Payroll, and 1 more (entry "), "{told}");
    assert_eq!(desk.done("list is:conflicting --format ids"), "CHG-2\n");
    let list = desk.done("change conflicts chg1 --format csv");
    assert!(list.contains("CHG-1,1,same_service,CHG-2,TIME,TIME,anna: Other racks; agreed.,CHG-1 and CHG-2"), "{list}");
    let line = "CHG-1 and CHG-2 are both on Payroll; overridden by Anna Ek, TIME: Other racks; agreed.\n";
    let shown = desk.done("show chg1");
    assert!(shown.contains(&format!("Conflicts\n 1. {line}")), "{shown}");
    // The timeline is wrapped where a line ends.
    let told = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("overrode conflict → CHG-1 and CHG-2 are both on Payroll: Other racks; agreed."), "{shown}");
    assert!(desk.done("why chg1 planned_start").contains(&format!("  {line}")));
    let json: serde_json::Value = serde_json::from_str(&desk.done("show chg1 --format json")).unwrap();
    assert_eq!(json["conflicts"][0]["overridden"]["by"], "anna");
    assert_eq!(json["conflicts"][0]["with"], "CHG-2");
    assert!(!desk.done("change calendar").contains("CHG-1  !"));
    desk.done("--as anna move chg1 approval");
    desk.done("set chg2 planned_end=30m");
    assert_eq!(desk.done("list is:conflicting --format ids"), "CHG-2\nCHG-1\n", "what they share is another time");
}

#[test]
fn a_risk_that_rose_is_told_and_settled() {
    let desk = planned();
    desk.done(&format!("change risk chg1 {ANSWERS} time=business"));
    assert_eq!(desk.done("list chg1 --columns risk"), "low\n");
    desk.done("service set payroll criticality=vital");
    let risk = desk.done("change risk chg1");
    let moved = "it was low and is high today (criticality: low, now vital)";
    assert!(risk.contains(&format!("     {moved}; to take that over: change risk --again\n")), "{risk}");
    assert!(desk.done("why chg1 risk").contains(&format!("  {moved}\n")));
    let json: serde_json::Value = serde_json::from_str(&desk.done("change risk chg1 --format json")).unwrap();
    assert_eq!((json["risk"].as_str(), json["today"]["risk"].as_str()), (Some("low"), Some("high")));
    let told = desk.told("tick");
    assert!(
        told.contains("the risk of CHG-1 was low and is high today (criticality: low, now vital) (entry "),
        "{told}"
    );
    assert_eq!(desk.done("list chg1 --columns risk"), "high\n");
    assert!(
        desk.told("change risk chg1 --again").starts_with("worked out what changes risk: as before: nothing to change")
    );
}
