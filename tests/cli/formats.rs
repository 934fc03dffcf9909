//! Every format, as programs read it.

use crate::desk::Desk;

fn desk() -> Desk {
    let desk = Desk::staffed();
    desk.done(
        "new incident --title 'VPN \"down\", again' -f assignee=anna -f due=2026-11-30T12:00:00Z -f external=A-1",
    );
    desk.feed("new request --title '=cmd()' -", "two\nlines\tand a tab");
    desk
}

const COLUMNS: &str = "list sort:number --columns number,priority,assignee,due,title";

#[test]
fn rows_are_tab_separated_in_a_pipe_without_a_header() {
    let desk = desk();
    let rows = "INC-1\t5\tanna\tTIME\tVPN \"down\", again\nREQ-1\t5\t\t\t=cmd()\n";
    assert_eq!(desk.done(COLUMNS), rows);
    assert_eq!(desk.done(&format!("{COLUMNS} --format tsv")), rows);
    assert_eq!(desk.done("list req1 --columns number,description"), "REQ-1\ttwo\\nlines\\tand a tab\n");
}

#[test]
fn csv_has_a_header_and_never_a_formula() {
    let desk = desk();
    assert_eq!(
        desk.done(&format!("{COLUMNS} --format csv")),
        "number,priority,assignee,due,title\n\
         INC-1,5,anna,TIME,\"VPN \"\"down\"\", again\"\n\
         REQ-1,5,,,'=cmd()\n"
    );
    assert_eq!(desk.done("list tag:none title:nothing --columns number --format csv"), "number\n");
}

#[test]
fn json_is_one_array_and_jsonl_one_object_a_line() {
    let desk = desk();
    let first = "{\"number\":\"INC-1\",\"priority\":5,\"assignee\":\"anna\",\"due\":\"TIME\",\"title\":\"VPN \\\"down\\\", again\"}";
    let second = "{\"number\":\"REQ-1\",\"priority\":5,\"assignee\":null,\"due\":null,\"title\":\"=cmd()\"}";
    assert_eq!(desk.done(&format!("{COLUMNS} --format json")), format!("[\n{first},\n{second}\n]\n"));
    assert_eq!(desk.done(&format!("{COLUMNS} --format jsonl")), format!("{first}\n{second}\n"));
    assert_eq!(desk.done("list title:nothing --format json"), "[]\n");
}

#[test]
fn records_and_the_journal_have_the_same_formats() {
    let desk = desk();
    assert_eq!(
        desk.done("person show anna --format jsonl"),
        "{\"login\":\"anna\",\"name\":\"Anna Ek\",\"mail\":\"anna@example.org\",\"roles\":\"agent\",\"active\":true}\n"
    );
    assert_eq!(desk.done("team list"), "net\tNetwork\tanna\ttrue\n");
    assert_eq!(
        desk.done("service list --format csv"),
        "key,name,criticality,owner,team,active,state\npayroll,Payroll,vital,,net,true,\n"
    );
    assert_eq!(desk.done("category show net.vpn"), "net.vpn\tVPN, remote access\tnet\t\ttrue\n");
    assert_eq!(
        desk.done("log inc1 --format jsonl"),
        "{\"seq\":5,\"at\":\"TIME\",\"author\":\"me\",\"verb\":\"open\",\"summary\":\"opened INC-1: VPN \\\"down\\\", again\",\"reason\":null,\"undone_by\":null}\n"
    );
    assert_eq!(desk.done("log --limit 2 --format ids"), "6\n5\n");
}

#[test]
fn a_ticket_as_json_has_everything_that_belongs_to_it() {
    let desk = desk();
    desk.done("note inc1 -m hello");
    desk.done("follow inc1");
    desk.done("task inc1 add look");
    let shown: serde_json::Value = serde_json::from_str(&desk.done("show inc1 --format json")).unwrap();
    assert_eq!(shown["assignee"], "anna");
    assert_eq!(shown["entries"][0]["text"], "hello");
    assert_eq!(
        shown["tasks"][0],
        serde_json::json!({
            "position": 1, "done": false, "text": "look", "began": null, "ended": null, "article": null, "step": null,
        })
    );
    assert_eq!(shown["watchers"], serde_json::json!(["me"]));
    assert_eq!(shown["history"].as_array().unwrap().len(), 4);
}

#[test]
fn an_export_is_read_back_by_the_generic_preset() {
    use deskhand::desk::field::Field;
    use deskhand::desk::time::{Moment, Timestamp};
    use deskhand::exchange::csv::{Typed, preset, read};

    let desk = desk();
    let exported = desk.run("export csv");
    assert_eq!(exported.err, "2 tickets\n");
    let file = desk.path("out.csv");
    let whole = desk.program().args(["export", "csv"]).output().unwrap();
    std::fs::write(&file, whole.stdout).unwrap();
    let (_, tickets, rejected) =
        read(&file, &preset("generic").unwrap(), &Moment::utc(Timestamp(0)), &mut |_| {}).unwrap();
    assert!(rejected.is_empty(), "{rejected:?}");
    let keys: Vec<&str> = tickets.iter().map(|ticket| ticket.key.as_str()).collect();
    assert_eq!(keys, ["A-1", "REQ-1"]);
    let title = |n: usize| tickets[n].fields.get(&Field::Title).cloned();
    assert_eq!(title(0), Some(Typed::Text(String::from("VPN \"down\", again"))));
    assert_eq!(title(1), Some(Typed::Text(String::from("=cmd()"))));
    let description = tickets[1].fields.get(&Field::Description);
    assert_eq!(description, Some(&Typed::Text(String::from("two\nlines\tand a tab"))));
    assert_eq!(tickets[0].fields.get(&Field::Assignee), Some(&Typed::Person(String::from("anna"))));
}

#[test]
fn an_unknown_column_is_answered_with_the_nearest() {
    let desk = desk();
    assert_eq!(
        desk.refused("list --columns number,titel"),
        (2, String::from("deskhand: --columns: there is no field 'titel'; did you mean 'title'?\n"))
    );
}
