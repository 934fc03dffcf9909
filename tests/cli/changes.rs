//! Changes of several tickets, and changes that are only looked at.

use crate::desk::Desk;

fn two_tickets() -> Desk {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN down'");
    desk.done("new incident --title 'Mail is slow'");
    desk
}

#[test]
fn numbers_come_from_stdin_as_a_list_prints_them() {
    let desk = two_tickets();
    let list = desk.done("list is:open");
    let answer = desk.feed("set - urgency=1 --tag storm", &list);
    assert_eq!(answer.err, "set urgency, +storm of 2 tickets (entry 7)\n");
    assert_eq!(desk.done("list tag:storm urgency:1 sort:number --format ids"), "INC-1\nINC-2\n");
    let answer = desk.feed("note - -m 'Power is back.'", "INC-1\n\n inc2 \n");
    assert_eq!(answer.err, "noted on 2 tickets (entry 8)\n");
    let answer = desk.feed("note inc1 -", "a text\nof two lines\n");
    assert_eq!(answer.err, "noted on INC-1 (entry 9)\n");
    assert!(desk.done("show inc1").contains("    a text\n    of two lines\n"));
    assert_eq!(desk.feed("note -", "text").code, 2);
}

#[test]
fn a_change_of_many_is_made_for_all_or_for_none() {
    let desk = two_tickets();
    assert_eq!(
        desk.refused("set inc1 inc8 inc9 urgency=1"),
        (3, String::from("deskhand: there is no INC-8\nthere is no INC-9\n"))
    );
    assert_eq!(desk.done("list urgency:1 --format ids"), "");
}

#[test]
fn a_dry_run_shows_names_and_changes_nothing() {
    let desk = two_tickets();
    let answer = desk.run("assign inc1 anna --dry-run");
    assert_eq!(answer.out, "INC-1\n  assignee → Anna Ek\n  state new → assigned\n");
    assert_eq!(answer.err, "would have set assignee of INC-1; nothing was changed\n");
    let answer = desk.run("set inc1 service=payroll tags=+vpn urgency=1 --dry-run --format jsonl");
    assert_eq!(
        answer.out,
        "{\"on\":\"INC-1\",\"what\":\"tag\",\"before\":null,\"after\":\"vpn\"}\n\
         {\"on\":\"INC-1\",\"what\":\"priority\",\"before\":5,\"after\":2}\n\
         {\"on\":\"INC-1\",\"what\":\"priority_computed\",\"before\":5,\"after\":2}\n\
         {\"on\":\"INC-1\",\"what\":\"service\",\"before\":null,\"after\":\"payroll\"}\n\
         {\"on\":\"INC-1\",\"what\":\"urgency\",\"before\":4,\"after\":1}\n"
    );
    let answer = desk.run("new incident --title New --dry-run");
    assert!(answer.out.starts_with("INC-3 (new)\n"), "{}", answer.out);
    let answer = desk.run("person set anna mail=none --dry-run");
    assert_eq!(answer.out, "person anna\n  mail anna@example.org → none\n");
}

#[test]
fn a_merge_takes_everything_over_and_undo_brings_it_back() {
    let desk = two_tickets();
    desk.done("note inc2 -m 'queue of 900'");
    assert_eq!(desk.told("merge inc2 --into inc1"), "merged INC-2 into INC-1 (entry 8)\n");
    assert!(desk.done("show inc1").contains("    queue of 900\n"));
    desk.done("undo");
    assert!(!desk.done("show inc1").contains("queue of 900"));
    assert!(desk.done("show inc2").contains("    queue of 900\n"));
}

#[test]
fn links_read_from_both_sides_and_block() {
    let desk = two_tickets();
    assert_eq!(desk.told("link inc1 blocks inc2"), "linked INC-2 blocked by INC-1 (entry 7)\n");
    assert_eq!(
        desk.refused("move inc2 resolved resolution_code=fixed resolution=done"),
        (1, String::from("deskhand: Cannot resolve INC-2: blocked by INC-1 (new)\n"))
    );
    assert_eq!(desk.told("unlink inc1 inc2"), "unlinked INC-1 and INC-2 (entry 8)\n");
    assert_eq!(desk.refused("link inc1 eats inc2").0, 2);
}

#[test]
fn watchers_follow_and_unfollow() {
    let desk = two_tickets();
    assert_eq!(desk.told("follow inc1 inc2"), "watching 2 tickets (entry 7)\n");
    assert_eq!(desk.told("follow inc1"), "watching INC-1: nothing to change\n");
    desk.done("unfollow inc2");
    assert_eq!(desk.done("list is:watched --format ids"), "INC-1\n");
    desk.done("follow inc2 --person anna");
    assert_eq!(desk.done("--as anna list is:watched --format ids"), "INC-2\n");
}
