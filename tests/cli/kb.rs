//! Knowledge as people and scripts at a prompt meet it.

use crate::desk::Desk;

/// KB-1 is published and has a workaround, KB-2 is a draft.
fn base() -> Desk {
    let desk = Desk::staffed();
    let body = "## Symptom\n\nThe VPN drops after sleep.\n\n## Workaround\n\nReconnect after a minute.\n";
    desk.feed("kb new 'VPN drops after sleep' --type fault tags=vpn services=payroll -", body);
    desk.done("kb publish KB-1");
    desk.done("kb new 'Reset a badge' owner=anna");
    desk
}

#[test]
fn an_article_is_written_and_its_number_is_printed() {
    let desk = Desk::staffed();
    let answer = desk.feed("kb new 'VPN drops' --type how-to tags=vpn,mac owner=anna -", "Restart *it*.\n");
    assert_eq!((answer.out.as_str(), answer.err.as_str()), ("KB-1\n", "added KB-1 VPN drops (entry 5)\n"));
    let shown = desk.done("kb show kb1 --format json");
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["type"], "how_to");
    assert_eq!(shown["tags"], serde_json::json!(["mac", "vpn"]));
    assert_eq!((&shown["owner"], &shown["body"]), (&"anna".into(), &"Restart *it*.\n".into()));
    assert_eq!(
        desk.refused("kb new x --type fualt"),
        (3, String::from("deskhand: there is no type of article 'fualt'; did you mean 'fault'?\n"))
    );
    assert_eq!(
        desk.refused("kb new x tagz=1"),
        (2, String::from("deskhand: an article has no field 'tagz'; did you mean 'tags'?\n"))
    );
    assert_eq!(desk.refused("kb new one two").0, 2);
    assert_eq!(desk.refused("kb new").0, 1);
    assert_eq!(desk.refused("kb show KB-9"), (3, String::from("deskhand: there is no KB-9\n")));
}

#[test]
fn a_new_article_starts_with_the_template_of_its_type() {
    let desk = base();
    assert_eq!(desk.done("kb show KB-2 --format json").matches("## Goal").count(), 1);
    let answer = desk.run("kb new 'Disk full' --type runbook --dry-run");
    assert!(
        answer.out.starts_with("KB-3 Disk full (new)\n  state → draft\n  title → Disk full\n  type → runbook\n"),
        "{}",
        answer.out
    );
    assert_eq!(answer.err, "would have added KB-3 Disk full; nothing was changed\n");
}

#[test]
fn an_article_is_changed_by_number_title_and_stdin() {
    let desk = base();
    assert_eq!(
        desk.told("kb edit KB-1 tags+=mac tags-=vpn review=2031-01-31"),
        "set tags, review of KB-1 VPN drops after sleep (entry 8)\n"
    );
    assert_eq!(desk.told("set KB-2 summary='At the desk'"), "set summary of KB-2 Reset a badge (entry 9)\n");
    assert_eq!(
        desk.feed("kb edit 'reset a badge' -", "Come to the desk.\n").err,
        "set body of KB-2 Reset a badge (entry 10)\n"
    );
    let rows = desk.done("kb show KB-1 KB-2 --format tsv");
    assert!(rows.starts_with("KB-1\tpublished\t1\tVPN drops after sleep\t\tfault\t"), "{rows}");
    assert!(rows.contains("\tCome to the desk.\\n\n"), "{rows}");
    assert_eq!(
        desk.feed("kb edit - tags+=new", "KB-1 x\nKB-2 y\n").err,
        "set tags of KB-1 VPN drops after sleep, and 1 more like it (entry 11)\n"
    );
    let dry = desk.run("kb edit KB-2 audience=everyone tags=x --dry-run");
    assert_eq!(dry.out, "KB-2 Reset a badge\n  audience staff → everyone\n  tag new → none\n  tag → x\n");
    assert_eq!(desk.refused("kb edit KB-2 audience=cats").0, 1);
    assert_eq!(desk.refused("kb edit KB-2 title+=x").0, 2);
    assert_eq!(desk.refused("kb edit KB-2").0, 2);
}

#[test]
fn an_empty_text_empties_nothing_unless_it_is_said() {
    let desk = base();
    let why = "deskhand: the text is empty, nothing was written; body=none leaves an article without one\n";
    assert_eq!(desk.refused("kb edit KB-1 --file /dev/null"), (1, String::from(why)));
    for line in ["kb edit KB-1 -", "kb new Empty -"] {
        let answer = desk.feed(line, "\n");
        assert_eq!((answer.code, answer.err.as_str()), (1, why), "{line}");
    }
    assert!(desk.done("kb show KB-1").contains("Reconnect after a minute."));
    desk.done("kb edit KB-1 body=none");
    assert!(!desk.done("kb show KB-1").contains("Reconnect after a minute."));
}

#[test]
fn a_page_with_fields_above_its_text_is_understood_and_merged_with_what_others_did_since() {
    let desk = base();
    let page = "title: VPN drops\nsummary: After sleep.\ntags: vpn, mac\n\nFirst.\n\nSecond.\n";
    desk.feed("kb new -", page);
    std::fs::write(desk.path("page.md"), format!("---\ntitle: Front\ntags: [a, b]\n---\n\n{page}")).unwrap();
    desk.done("kb new --file page.md");
    let shown: serde_json::Value = serde_json::from_str(&desk.done("kb show KB-3 KB-4 --format json")).unwrap();
    assert_eq!((&shown[0]["title"], &shown[0]["tags"]), (&"VPN drops".into(), &serde_json::json!(["mac", "vpn"])));
    assert_eq!(shown[0]["body"], "First.\n\nSecond.\n");
    assert_eq!((&shown[1]["title"], &shown[1]["body"]), (&"Front".into(), &page.into()));
    let version = desk.done("log KB-3 --format ids").lines().next().unwrap().to_owned();
    let page = page.replace("\n\nFirst", &format!("\nversion: {version}\n\nFirst"));
    desk.feed("kb edit KB-3 -", "First by Anna.\n\nSecond.\n");
    // Another paragraph is merged; the same is refused.
    assert!(desk.feed("kb edit KB-3 -", &page.replace("Second.", "Second by me.")).err.starts_with("set "));
    let shown: serde_json::Value = serde_json::from_str(&desk.done("kb show KB-3 --format json")).unwrap();
    assert_eq!(shown["body"], "First by Anna.\n\nSecond by me.\n");
    let answer = desk.feed("kb edit KB-3 -", &page.replace("First.", "First by me."));
    assert!(answer.err.contains("was changed meanwhile by"), "{}", answer.err);
    assert!(answer.err.contains("theirs 'First by Anna.', yours 'First by me.'"), "{}", answer.err);
}

#[test]
fn an_article_is_shown_with_all_that_hangs_on_it() {
    let desk = base();
    desk.done("new incident --title 'no vpn' --field assignee=anna");
    desk.done("kb use KB-1 INC-1");
    desk.done("kb rate KB-1 helped");
    desk.feed("kb edit KB-2 -", "As KB-1 says.\n");
    desk.done("kb edit KB-1 owner=anna review=2031-01-31 summary='Reconnect after a minute.' --as anna");
    insta::assert_snapshot!("kb-show", desk.done("show KB-1 --format table"));
    assert!(desk.done("show INC-1").contains("\nKnowledge\nused KB-1 (published)  VPN drops after sleep\n"));
    assert!(desk.done("show INC-1").contains("article → used KB-1 VPN drops after sleep"));
}

#[test]
fn its_editions_are_kept_compared_and_put_back() {
    let desk = base();
    desk.feed("kb edit KB-1 -", "## Symptom\n\nThe VPN drops after sleep.\n\n## Workaround\n\nReconnect.\n");
    assert_eq!(
        desk.done("kb editions KB-1 --format tsv").lines().map(|line| line.chars().next().unwrap()).collect::<String>(),
        "21"
    );
    assert!(desk.done("kb editions KB-1 1").ends_with("Reconnect after a minute.\n"));
    let diff = desk.done("kb diff KB-1");
    assert!(diff.ends_with("- Reconnect after a minute.\n+ Reconnect.\n"), "{diff}");
    assert_eq!(desk.done("diff kb-1 --from 2 --to 1").lines().last(), Some("+ Reconnect after a minute."));
    assert_eq!(desk.told("kb restore KB-1 1"), "set KB-1 VPN drops after sleep back to edition 1 (entry 9)\n");
    assert_eq!(desk.told("kb diff KB-1 --from 1 --to 3"), "nothing changed between these\n");
    assert_eq!(
        desk.refused("kb diff KB-2"),
        (3, String::from("deskhand: KB-2 has no edition yet: it was never published\n"))
    );
    assert_eq!(desk.done("log KB-1 --format ids"), "9\n8\n6\n5\n");
    desk.done("undo 9");
    assert!(desk.done("kb editions KB-1 2").ends_with("Reconnect.\n"));
}

#[test]
fn a_search_finds_articles_cis_and_tickets() {
    let desk = Desk::staffed();
    desk.feed("kb new 'Restart edge-fw1' -", "Press the button.\n");
    desk.done("kb publish KB-1");
    desk.done("ci new firewall edge-fw1");
    desk.done("ci new firewall other");
    desk.done("new incident --title 'edge-fw1 is away'");
    assert_eq!(desk.done("search edge-fw1 --format ids"), "KB-1\nCI-2\nINC-1\n");
    assert_eq!(desk.done("search edge-fw1 is:open --format ids"), "INC-1\n");
}

#[test]
fn articles_are_searched_and_what_is_not_found_is_listed() {
    let desk = base();
    assert_eq!(desk.done("kb search vpn --format ids"), "KB-1\n");
    assert_eq!(
        desk.done("kb search recon --format csv"),
        "number,type,state,title,snippet\nKB-1,fault,published,VPN drops after sleep,The VPN drops after sleep. Reconnect after a minute.\n"
    );
    let answer = desk.run("kb search bagde --format ids");
    assert_eq!((answer.out.as_str(), answer.err.as_str()), ("KB-2\n", "nothing has that; taken: bagde for badge\n"));
    for words in ["coffee machine", "machine coffee"] {
        assert_eq!(desk.told(&format!("kb search {words}")), "no article was found\n");
    }
    assert_eq!(desk.told("kb search nothing --quiet"), "no article was found\n");
    let gaps = desk.done("kb gaps --format tsv");
    assert!(gaps.starts_with("2\tmachine coffee\t"), "{gaps}");
    assert_eq!(gaps.lines().count(), 1);
    desk.done("new incident --title 'vpn is slow'");
    assert_eq!(desk.done("search vpn --format ids"), "KB-1\nINC-1\n");
    assert_eq!(desk.done("search vpn is:open --format ids"), "INC-1\n");
    assert_eq!(
        desk.done("search vpn --columns number,kind,priority,title --format csv"),
        "number,kind,priority,title\nKB-1,article,,VPN drops after sleep\nINC-1,incident,5,vpn is slow\n"
    );
}

#[test]
fn an_article_is_led_through_its_life() {
    let desk = base();
    assert_eq!(desk.told("kb move KB-2 submit"), "KB-2 Reset a badge is in_review (entry 8)\n");
    assert!(desk.done("kb due --format tsv").starts_with("KB-2\tin review\t"));
    assert!(desk.told("kb publish KB-2 --at 2031-01-31").starts_with("KB-2 Reset a badge: to be published TIME"));
    assert_eq!(desk.told("kb publish KB-2"), "KB-2 Reset a badge is published (entry 10)\n");
    assert_eq!(desk.refused("kb publish KB-2"), (1, String::from("deskhand: KB-2 is already published\n")));
    desk.done("kb edit KB-1 review=2001-01-31");
    desk.done("tick");
    assert_eq!(desk.done("kb list --state review_due --format ids"), "KB-1\n");
    desk.done("kb flag KB-1 -m 'wrong host'");
    let due = desk.done("kb due --format json");
    let due: serde_json::Value = serde_json::from_str(&due).unwrap();
    assert_eq!((&due[0]["why"], &due[0]["comment"]), (&"flag".into(), &"me: wrong host".into()));
    assert_eq!(due[1]["why"], "review");
    desk.done("kb review KB-1 -m 'mended'");
    assert_eq!(desk.told("kb due"), "nothing is due\n");
    desk.done("kb retire KB-1");
    assert_eq!(desk.done("kb list --format ids"), "KB-2\n");
    assert_eq!(desk.done("kb list --all --sort quality --format ids"), "KB-2\nKB-1\n");
    assert!(desk.refused("kb move KB-2 gone").1.contains("there is no state 'gone'; there are draft, in_review"));
}

#[test]
fn an_article_is_made_from_a_ticket_and_resolves_the_next() {
    let desk = Desk::staffed();
    desk.feed("new incident --title 'no vpn' --field assignee=anna --field service=payroll -", "It drops.");
    desk.done("move INC-1 resolved resolution_code=fixed resolution='Restarted the gateway.'");
    assert_eq!(desk.done("kb new --from INC-1"), "KB-1\n");
    let article: serde_json::Value = serde_json::from_str(&desk.done("show KB-1 --format json")).unwrap();
    assert_eq!((&article["type"], &article["services"]), (&"fault".into(), &serde_json::json!(["payroll"])));
    let body = article["body"].as_str().unwrap();
    assert!(
        body.starts_with(
            "## Symptom\n\nIt drops.\n\n## Environment\n\npayroll\n\n## Cause\n\n## Fix\n\nRestarted the gateway.\n"
        ),
        "{body}"
    );
    assert_eq!(article["tickets"][0]["role"], "origin");
    desk.done("kb publish KB-1");
    desk.done("new incident --title 'vpn gone' --field assignee=anna");
    assert_eq!(desk.told("kb use KB-1 INC-2 --resolve"), "resolved INC-2 with KB-1 no vpn (entry 10)\n");
    assert_eq!(
        desk.done("list is:resolved sort:-created --columns number,resolution --format csv").lines().nth(1),
        Some("INC-2,\"Restarted the gateway.")
    );
}

#[test]
fn a_known_error_is_written_from_its_problem_and_its_incidents_are_told() {
    let desk = Desk::staffed();
    desk.done("new problem --title 'Gateway leaks'");
    desk.done("new incident --title 'no vpn'");
    desk.done("link INC-1 caused by PRB-1");
    desk.done("set PRB-1 root_cause='A leak.'");
    assert_eq!(
        desk.refused("kb known-error PRB-1"),
        (
            1,
            String::from(
                "deskhand: PRB-1 has no workaround; what has both is a known error: deskhand set PRB-1 workaround=…\n"
            )
        )
    );
    desk.done("set PRB-1 workaround='Reconnect.'");
    let plan = desk.run("kb known-error PRB-1 --publish --tell --plan");
    assert!(plan.out.contains("\nINC-1\n  note → Known error KB-1 Gateway leaks Reconnect.\n"), "{}", plan.out);
    assert_eq!(desk.run("kb known-error PRB-1 --publish --tell").out, "KB-1\n");
    assert_eq!(desk.run("kb known-error PRB-1").out, "KB-1\n");
    assert!(desk.done("show INC-1").contains("Known error KB-1 Gateway leaks\n"));
    let offered = desk.done("kb known-error INC-1");
    assert_eq!(offered, "KB-1  Gateway leaks  (of PRB-1)\n    Reconnect.\n");
    assert_eq!(desk.done("kb suggest gateway --format tsv").split('\t').next(), Some("KB-1"));
    assert_eq!(desk.told("kb link KB-1 relates INC-1"), "KB-1 Gateway leaks relates to INC-1 (entry 11)\n");
    desk.done("set PRB-1 workaround='Reconnect twice.'");
    assert_eq!(desk.run("kb known-error PRB-1 --refresh").out, "KB-1\n");
    assert!(desk.done("kb show KB-1").contains("Reconnect twice."));
    assert_eq!(desk.refused("kb unlink KB-1 INC-1 --role likes").0, 2);
    desk.done("kb unlink KB-1 INC-1 --role relates");
    assert_eq!(desk.refused("kb link KB-1 likes INC-1").0, 2);
    desk.done("verify");
}

const STEPS: &str = "## Stop\n\n1. Stop it\n\n   ```sh\n   systemctl stop x\n   \ty\n   ```\n2. Wait\n";

/// KB-1 is the runbook of the alert NodeDown, INC-1 names it.
fn alert() -> Desk {
    let desk = Desk::staffed();
    desk.feed("kb new NodeDown --type runbook services=payroll -", STEPS);
    desk.done("kb publish KB-1");
    desk.done("new incident --title '[FIRING:1] nodedown srv1'");
    desk
}

#[test]
fn a_runbook_is_found_by_its_alert_followed_and_ticked() {
    let desk = alert();
    assert!(desk.done("kb runbook nodedown").starts_with("KB-1 NodeDown\n"));
    assert!(desk.done("kb runbook INC-1").starts_with("KB-1 NodeDown\n"));
    assert_eq!(
        desk.refused("kb runbook Node"),
        (3, String::from("deskhand: no published runbook is called 'Node'; to search: deskhand kb search\n"))
    );
    let suggested = desk.run("kb suggest INC-1");
    assert_eq!(suggested.err, "KB-1 is the runbook of nodedown\n");
    assert_eq!(desk.told("kb follow KB-1 INC-1"), "INC-1 follows KB-1 NodeDown: 2 steps (entry 8)\n");
    assert_eq!(desk.told("kb follow KB-1 INC-1"), "INC-1 follows KB-1 NodeDown already: nothing to change\n");
    desk.done("task INC-1 done 1");
    let steps: serde_json::Value = serde_json::from_str(&desk.done("kb steps KB-1 INC-1 --format json")).unwrap();
    assert_eq!((&steps[0]["done"], &steps[0]["text"], &steps[0]["code"]), (&true.into(), &"Stop it".into(), &1.into()));
    assert!(steps[0]["ended"].is_string() && steps[0]["by"].is_string());
    assert_eq!((&steps[1]["done"], &steps[1]["ended"]), (&false.into(), &serde_json::Value::Null));
    assert_eq!(desk.done("kb steps KB-1 --format tsv"), "1\t1\tStop\t1\tStop it\n2\t2\tStop\t0\tWait\n");
    let shown = desk.done("show INC-1");
    assert!(shown.contains(" 1 [x] Stop it  (KB-1 1)  TIME") && shown.contains(" 2 [ ] Wait  (KB-1 2)\n"), "{shown}");
    assert!(shown.contains("used KB-1 (published)  NodeDown"), "{shown}");
}

#[test]
fn the_code_of_a_step_is_printed_as_it_is_written_and_nothing_else() {
    let desk = alert();
    assert_eq!(desk.done("kb steps KB-1 --code 1"), "systemctl stop x\n\ty\n");
    assert_eq!(
        desk.refused("kb steps KB-1 --code 2"),
        (3, String::from("deskhand: step 2 of KB-1 NodeDown has no code\n"))
    );
    assert_eq!(
        desk.refused("kb steps KB-1 --code 9"),
        (3, String::from("deskhand: KB-1 NodeDown has no step 9; it has 2\n"))
    );
}

#[test]
fn files_of_an_article_are_attached_listed_saved_and_taken_away() {
    let desk = alert();
    std::fs::write(desk.path("my rack.png"), b"one").unwrap();
    let told = desk.told("kb attach KB-1 'my rack.png'");
    assert_eq!(told, "attached my rack.png to KB-1 NodeDown (entry 8)\nto show it: ![…](attachment:my%20rack.png)\n");
    assert!(desk.done("kb show KB-1").contains("\nFiles\n 1 my rack.png  3 bytes\n"), "{}", desk.done("kb show KB-1"));
    assert_eq!(
        desk.refused("kb save KB-1 1"),
        (1, String::from("deskhand: ./my rack.png exists already; --force overwrites it\n"))
    );
    std::fs::create_dir(desk.path("out")).unwrap();
    assert_eq!(desk.done("kb save KB-1 'my rack.png' --to out"), "out/my rack.png\n");
    assert_eq!(std::fs::read(desk.path("out/my rack.png")).unwrap(), b"one");
    assert_eq!(
        desk.refused("kb detach KB-1 rack.png"),
        (3, String::from("deskhand: KB-1 has no file 'rack.png'; did you mean 'my rack.png'?\n"))
    );
    desk.done("kb detach KB-1 1");
    assert_eq!(desk.refused("kb save KB-1 1").0, 3);
    desk.done("undo");
    assert!(desk.done("kb show KB-1 --format json").contains("\"my rack.png\""));
}

#[test]
fn a_service_and_a_ci_tell_their_articles() {
    let desk = alert();
    let service: serde_json::Value = serde_json::from_str(&desk.done("service show payroll --format json")).unwrap();
    let row = if service.is_array() { &service[0] } else { &service };
    assert_eq!(row["articles"], serde_json::json!(["KB-1"]));
    desk.done("ci new server srv1");
    desk.done("kb edit KB-1 cis=srv1");
    assert!(
        desk.done("ci show srv1").contains("\nKnowledge\nKB-1 (published)  NodeDown\n"),
        "{}",
        desk.done("ci show srv1")
    );
}

#[test]
fn a_ticket_that_an_article_answers_is_opened_and_resolved_at_once() {
    let desk = Desk::staffed();
    desk.done("kb new 'VPN drops' body=none");
    desk.done("kb edit KB-1 body='Restart it.'");
    desk.done("kb publish KB-1");
    assert_eq!(desk.run("new incident --title 'VPN is gone' --solved-by KB-1").out, "INC-1\n");
    let shown = desk.done("show INC-1");
    assert!(shown.contains("resolved") && shown.contains("By KB-1 VPN drops."), "{shown}");
    desk.done("undo");
    assert_eq!(desk.refused("show INC-1").0, 3);
    assert_eq!(desk.refused("new incident --title x --solved-by KB-9").0, 3);
}

#[test]
fn what_is_asked_for_a_program_is_answered_as_it_was_asked() {
    let desk = Desk::staffed();
    desk.done("new problem --title 'Gateway leaks'");
    desk.done("set PRB-1 root_cause='A leak.' workaround='Reconnect.'");
    let answer = desk.run("kb known-error PRB-1 --publish");
    assert!(
        answer.err.starts_with("added KB-1 Gateway leaks; KB-1 Gateway leaks is published (entry "),
        "{}",
        answer.err
    );
    assert_eq!(
        desk.done("kb known-error PRB-1 --format csv"),
        "number,title,problem,workaround\nKB-1,Gateway leaks,PRB-1,Reconnect.\n"
    );
    let told: serde_json::Value = serde_json::from_str(&desk.done("kb known-error PRB-1 --format json")).unwrap();
    assert_eq!(told[0]["number"], "KB-1");
    desk.done("new incident --title 'the gateway leaks'");
    desk.done("link INC-1 caused by PRB-1");
    assert!(desk.done("kb known-error INC-1 --format csv").ends_with("\nKB-1,Gateway leaks,PRB-1,Reconnect.\n"));
    assert_eq!(desk.refused("kb diff KB-1 --format csv").0, 2);
    assert_eq!(
        desk.refused("kb show ''"),
        (3, String::from("deskhand: no article is called nothing; they are called as KB-9 is, or by their title\n"))
    );
    assert!(desk.refused("kb publish KB-1 --at yesterday").1.contains("has passed"));
    let why = desk.done("why KB-1 title");
    assert!(why.starts_with("KB-1 Title: Gateway leaks\n") && why.contains("entry "), "{why}");
}

#[test]
fn a_runbook_is_shown_by_its_number_too() {
    let desk = alert();
    assert!(desk.done("kb runbook KB-1").starts_with("KB-1 NodeDown\n"));
    desk.done("kb new 'Order a badge'");
    assert_eq!(
        desk.refused("kb runbook KB-2"),
        (1, String::from("deskhand: KB-2 Order a badge is no runbook; to read it: deskhand show KB-2\n"))
    );
}

#[test]
fn an_undo_that_is_refused_names_who_is_in_the_way_and_not_ones_own_undo() {
    let desk = base();
    desk.done("kb edit KB-2 summary=A");
    desk.done("kb edit KB-2 summary=B --as anna");
    desk.done("kb edit KB-2 summary=C");
    desk.done("undo");
    let why = desk.refused("undo").1;
    assert!(why.contains("was changed meanwhile by anna"), "{why}");
}
