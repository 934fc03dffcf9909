//! A day's work.

use crate::desk::Desk;

#[test]
fn a_ticket_is_opened_taken_worked_resolved_and_shown() {
    let desk = Desk::staffed();
    let opened =
        desk.run("new incident --title 'VPN down in Lyon' --field service=payroll --field urgency=2 --tag vpn");
    assert_eq!((opened.out.as_str(), opened.code), ("INC-1\n", 0));
    assert_eq!(opened.err, "opened INC-1: VPN down in Lyon (entry 5)\nteam by service Payroll\n");
    assert_eq!(desk.told("assign inc1 anna"), "set assignee of INC-1 (entry 6)\n");
    assert_eq!(desk.told("--as anna note INC1 -m 'The certificate expired.'"), "noted on INC-1 (entry 7)\n");
    assert_eq!(desk.told("task inc-1 add 'Renew it'"), "added task 1 to INC-1: Renew it (entry 8)\n");
    assert_eq!(desk.told("task inc-1 done 1"), "did task 1 of INC-1: Renew it (entry 9)\n");
    assert_eq!(desk.told("time inc1 1h25m -m analysis"), "logged 85 min on INC-1 (entry 10)\n");
    assert_eq!(
        desk.refused("move inc1 resolve"),
        (
            1,
            String::from(
                "deskhand: To resolve INC-1, give resolution_code=fixed|workaround|configuration|hardware-replaced|restored|\
                user-guided|restarted|third-party|… and resolution=…\n"
            )
        )
    );
    assert_eq!(
        desk.refused("move inc1 pending").1,
        "deskhand: To wait INC-1, give pending_reason=requester|vendor|change|parts|scheduled|monitoring|problem\n"
    );
    assert_eq!(desk.refused("time inc1 -2h").1, "deskhand: only 85 min are logged on INC-1; 120 can't be taken back\n");
    assert_eq!(
        desk.told("move inc1 resolve resolution_code=fixed resolution='Renewed the certificate.' --reason 'all green'"),
        "moved INC-1 to resolved (entry 11)\n"
    );
    let shown = "\
INC-1  VPN down in Lyon
State            resolved               Priority         P2
Impact           4                      Urgency          2
Requester        me                     Assignee         Anna Ek
Team             Network                Service          Payroll
Resolution code  fixed                  Created          TIME
Updated          TIME       Resolved         TIME
Tags             vpn

Resolution
Renewed the certificate.

Tasks
 1 [x] Renew it  TIME

Time  1h 25m

Timeline
TIME  me opened it
TIME  me assignee → Anna Ek
TIME  Anna Ek noted
    The certificate expired.
TIME  me task → [ ] Renew it
TIME  me task [ ] Renew it → [x] Renew it
TIME  me time → 85 min analysis
TIME  me resolution → Renewed the certificate.; resolution_code →
                  fixed; resolved → TIME; state assigned → resolved
    because: all green
";
    // Where lines break depends on the length of the login of whoever runs the tests.
    assert_eq!(words(&desk.done("show inc1")), words(shown));
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_list_shows_what_is_open_with_the_most_pressing_first() {
    let desk = Desk::staffed();
    desk.done("new incident --title 'Printer jams'");
    desk.done("new incident --title 'Payroll stands' -f service=payroll -f impact=1 -f urgency=1");
    desk.done("new request --title 'A laptop' -f assignee=anna");
    desk.done("new incident --title Gone");
    desk.done("move inc3 cancel");
    assert_eq!(
        desk.done("list --columns number,priority,state,assignee,team,title --format table"),
        "\
number  prio  state     assignee  team  title
INC-2   P1    assigned            net   Payroll stands
INC-1   P5    new                       Printer jams
REQ-1   P5    new       Anna Ek         A laptop
"
    );
    assert_eq!(desk.done("list -is:open --format ids"), "INC-3\n");
    assert_eq!(desk.done("list kind:inc -prio:1 is:open --format ids"), "INC-1\n");
    assert_eq!(desk.done("list is:open --sort -number --limit 2 --format ids"), "REQ-1\nINC-2\n");
    assert_eq!(desk.done("search laptop --format ids"), "REQ-1\n");
    let nothing = desk.run("list tag:nothing");
    assert_eq!((nothing.out.as_str(), nothing.err.as_str(), nothing.code), ("", "no ticket was found\n", 0));
}

#[test]
fn a_ticket_goes_to_a_person_a_team_me_or_nobody() {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN down'");
    let who = || desk.done("list --columns assignee,team inc1");
    desk.done("assign inc1 me");
    assert_eq!(who(), "me\t\n");
    desk.done("assign inc1 net");
    assert_eq!(who(), "\tnet\n");
    desk.done("assign inc1 'Anna Ek'");
    assert_eq!(who(), "anna\tnet\n");
    desk.done("assign inc1 none");
    assert_eq!(who(), "\tnet\n");
    assert_eq!(
        desk.refused("assign inc1 ana"),
        (3, String::from("deskhand: there is no person or team 'ana'; did you mean 'anna'?\n"))
    );
}

#[test]
fn templates_snippets_and_links_save_typing() {
    let desk = Desk::staffed();
    assert_eq!(desk.done("new incident --template vpn --title 'VPN: no route' -f requester=anna"), "INC-1\n");
    assert_eq!(desk.done("list --columns number,category,urgency,tags inc1"), "INC-1\tnet.vpn\t2\tvpn\n");
    assert_eq!(desk.done("task inc1").lines().count(), 3);
    desk.done("new problem --title 'Old firmware' --link 'causes inc1'");
    assert_eq!(desk.done("list linked:prb1 --format ids"), "INC-1\n");
    assert!(desk.done("show inc1").contains("caused by PRB-1 (new)  Old firmware\n"));
    desk.done("reply inc1 --snippet resolved");
    assert!(desk.done("show inc1").contains("    Hello Anna Ek,\n\n    INC-1 (VPN: no route) is fixed."));
    assert_eq!(
        desk.refused("new incident --template vnp --title x"),
        (3, String::from("deskhand: there is no template 'vnp'; did you mean 'vpn'?\n"))
    );
    let answer = desk.feed("new request --title 'From mail' -", "First line\nsecond line\n");
    assert_eq!(answer.out, "REQ-1\n");
    assert!(desk.done("show req1").contains("Description\nFirst line\nsecond line\n"));
}
