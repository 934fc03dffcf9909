//! The CMDB as people and scripts at a prompt meet it.

use crate::desk::Desk;

/// Payroll stands on app01, that on vm7, that on the cluster c1 of esx1 and esx2 in a rack in Berlin.
fn estate() -> Desk {
    let desk = Desk::staffed();
    for line in [
        "ci new site Berlin",
        "ci new rack R4 location=Berlin",
        "ci new hypervisor esx1 location=R4 serial=AB1 memory=65536 ip=10.0.0.1 contact=anna team=net",
        "ci new hypervisor esx2 location=R4",
        "ci new cluster c1",
        "ci relate esx1 member of c1",
        "ci relate c1 contains esx2",
        "ci redundancy c1 contains 1",
        "ci new virtual_machine vm7 runs_on=c1 tag=linux,prod",
        "ci new application app01 runs_on=vm7 criticality=high",
        "ci relate payroll depends on app01",
    ] {
        desk.done(line);
    }
    desk
}

#[test]
fn a_ci_is_added_by_its_class_and_its_number_is_printed() {
    let desk = estate();
    let answer = desk.run("ci new certificate '*.example.org' expires=2031-12-01 secures=app01");
    assert_eq!((answer.out.as_str(), answer.code), ("CI-9\n", 0));
    assert_eq!(answer.err, "added CI-9 *.example.org (entry 16)\n");
    assert_eq!(
        desk.done("ci list class:certificate --columns number,name,secures --format csv"),
        "number,name,secures\nCI-9,*.example.org,CI-8\n"
    );
    assert_eq!(
        desk.refused("ci new srever x"),
        (3, String::from("deskhand: there is no class 'srever'; did you mean 'server'?\n"))
    );
    assert_eq!(
        desk.refused("ci new server x memroy=1"),
        (1, String::from("deskhand: a CI of class Server has no field 'memroy'; did you mean 'memory'?\n"))
    );
    assert_eq!(
        desk.refused("ci new certificate x"),
        (1, String::from("deskhand: x: a CI of class Certificate needs expires=…\n"))
    );
    assert_eq!(desk.refused("ci new server one two").0, 2);
}

#[test]
fn cis_are_changed_by_any_name_and_from_stdin() {
    let desk = estate();
    let told = desk.told("ci set 10.0.0.1 vm7 environment=prod tag+=audited tag-=prod --reason 'audit'");
    assert_eq!(told, "set environment, tag of 2 CIs (entry 16)\n");
    assert_eq!(desk.done("ci list env:prod --columns name,tag --format tsv"), "esx1\taudited\nvm7\taudited,linux\n");
    let list = desk.done("ci list class:hypervisor");
    let answer = desk.feed("ci set - team=net", &list);
    assert_eq!(answer.err, "set team of 2 CIs (entry 17)\n");
    assert_eq!(desk.told("set CI-5 memory=131072"), "set memory of CI-5 esx2 (entry 18)\n");
    assert_eq!(
        desk.refused("ci set nothing esx9 team=net"),
        (
            3,
            String::from(
                "deskhand: there is no CI 'nothing'; see: deskhand ci list\nthere is no CI 'esx9'; did you mean 'esx1'?\n"
            )
        )
    );
    assert_eq!(desk.refused("ci set esx1").0, 2);
}

#[test]
fn a_dry_run_tells_fields_and_relations_and_changes_nothing() {
    let desk = estate();
    let answer = desk.run("ci set vm7 memory=8192 location=R4 --dry-run");
    assert_eq!(answer.out, "CI-7 vm7\n  located in → CI-3 R4\n  memory → 8192 MB\n");
    assert_eq!(answer.err, "would have set location, memory of CI-7 vm7; nothing was changed\n");
    let answer = desk.run("ci new server s9 memory=1 --dry-run --format jsonl");
    assert!(
        answer.out.contains("{\"on\":\"CI-9 s9 (new)\",\"what\":\"memory\",\"before\":null,\"after\":1}\n"),
        "{}",
        answer.out
    );
    assert_eq!(desk.done("ci list class:server"), "");
}

#[test]
fn the_sheet_shows_what_belongs_to_a_ci() {
    let desk = estate();
    desk.done("new incident --title 'vm7 is slow' --field ci=CI-7");
    assert_eq!(
        desk.done("ci show vm7"),
        "\
CI-7  vm7
Class    Virtual machine                Status   live
Tags     linux, prod                    Created  TIME
Updated  TIME

Relations
runs on: c1
hosts: app01

Open tickets
INC-1 (new)  vm7 is slow

Findings
low     Incomplete (incomplete)

History
TIME  me made its record
TIME  me hosts → CI-8 app01
"
    );
    let whole: serde_json::Value = serde_json::from_str(&desk.done("show CI-4 --format json")).unwrap();
    assert_eq!((&whole["contact"], &whole["attributes"]["memory"]), (&"anna".into(), &65_536.into()));
    assert_eq!(whole["places"][1]["name"], "Berlin");
    assert_eq!(whole["relations"][1]["reads"], "member of");
    let rows = desk.done("ci show esx1 esx2 --format csv");
    assert!(rows.starts_with("number,name,class,status,"), "{rows}");
    assert_eq!(rows.lines().count(), 3);
}

#[test]
fn the_sheet_says_what_fails_now_and_by_which_way() {
    let desk = estate();
    desk.done("new incident --title 'c1 is down' --field impact=1");
    desk.done("link inc1 affects c1");
    let sheet = desk.done("ci show app01");
    assert!(sheet.contains("\nNow          degraded by INC-1: app01 ← vm7 ← c1\n"), "{sheet}");
    assert!(desk.done("ci show c1").contains("degraded by INC-1"));
}

#[test]
fn a_list_takes_queries_columns_and_every_format() {
    let desk = estate();
    assert_eq!(desk.done("ci list class:computer -has:location --format ids"), "CI-6\nCI-7\n");
    assert_eq!(desk.done("ci list class:computer --sort -name --columns name"), "vm7\nesx2\nesx1\nc1\n");
    assert_eq!(
        desk.done("ci list esx1 --columns number,location,team,contact,memory,member_of --format jsonl"),
        "{\"number\":\"CI-4\",\"location\":\"CI-3\",\"team\":\"net\",\"contact\":\"anna\",\"memory\":65536,\"member_of\":[\"CI-6\"]}\n"
    );
    desk.done("ci set esx2 status=retired");
    assert_eq!(desk.done("ci list class:hypervisor --columns name"), "esx1\nesx2\n");
    assert!(!desk.done("ci list --columns name").contains("esx2"));
    let nothing = desk.run("ci list zzz");
    assert_eq!((nothing.out.as_str(), nothing.err.as_str(), nothing.code), ("", "no CI was found\n", 0));
    assert_eq!(
        desk.refused("ci list --columns memroy"),
        (2, String::from("deskhand: --columns: CIs have no field 'memroy'; did you mean 'memory'?\n"))
    );
    assert_eq!(desk.refused("ci list is:liev").0, 2);
}

#[test]
fn impact_tells_every_hit_with_its_way_and_whom_to_tell() {
    let desk = estate();
    desk.done("new incident --title 'Mail is slow' --field ci=CI-7");
    desk.done("new change --title 'Patch app01' --field ci=CI-8 --field planned_start=2031-01-01T09:00:00Z");
    assert_eq!(
        desk.done("ci impact esx1 esx2"),
        "\
If esx1, esx2 fail: 4 down, 0 degraded

Services
down      Payroll ← app01 ← vm7 ← c1 ← esx1

Others
down      c1 ← esx1
down      vm7 ← c1 ← esx1
down      app01 ← vm7 ← c1 ← esx1

To tell
Anna Ek: contact of esx1
Network (team): Payroll, esx1

Open incidents
INC-1 (new)  Mail is slow, on vm7

Changes to come
CHG-1 (draft)  TIME  Patch app01, on app01
"
    );
    assert!(desk.done("ci impact AB1 --down").starts_with("If esx1 fails: 0 down, 4 degraded\n"));
    let up = desk.done("ci impact payroll --up --format tsv");
    assert!(up.contains("CI-2\tBerlin\tsite\tneeded\t6\tPayroll → app01 → vm7 → c1 → esx1 → R4 → Berlin\n"), "{up}");
    let near = desk.run("ci impact esx1 esx2 --depth 1");
    assert_eq!(near.err, "there is more behind it; follow it further with --depth\n");
    let json: serde_json::Value = serde_json::from_str(&desk.done("ci impact esx1 --format json")).unwrap();
    assert_eq!((&json["hits"][0]["name"], &json["hits"][0]["state"]), (&"Payroll".into(), &"degraded".into()));
    assert_eq!((&json["incidents"][0]["on"], &json["people"][0]["login"]), (&"CI-7".into(), &"anna".into()));
}

#[test]
fn an_impact_is_drawn_as_a_tree_and_as_graphs_and_nothing_else_is() {
    let desk = estate();
    desk.done("ci new endpoint 'say \"hi\"'");
    desk.done("ci relate 'say \"hi\"' depends on vm7 --soft");
    assert_eq!(
        desk.done("ci impact c1 --format tree"),
        "\
CI-6 c1
└─ hosts: CI-7 vm7 (down)
   ├─ hosts: CI-8 app01 (down)
   │  └─ supports: CI-1 Payroll (down)
   └─ supports: CI-9 say \"hi\" (degraded)
"
    );
    let dot = desk.done("ci impact c1 --format dot");
    assert!(dot.contains("  ci9 [label=\"say \\\"hi\\\"\", color=orange];\n"), "{dot}");
    assert!(dot.contains("  ci7 -> ci9 [label=\"supports\", style=dashed];\n"), "{dot}");
    let mermaid = desk.done("ci impact c1 --format mermaid");
    assert!(mermaid.contains("  ci9[\"say #34;hi#34;\"]:::degraded\n"), "{mermaid}");
    assert!(mermaid.contains("  ci7 -.->|\"supports\"| ci9\n"), "{mermaid}");
    assert_eq!(desk.refused("list --format dot").0, 2);
}

#[test]
fn relations_are_made_from_either_end_and_taken_away() {
    let desk = estate();
    assert_eq!(desk.told("ci relate esx1 powers R4"), "related R4 powered by esx1 (entry 16)\n");
    assert_eq!(desk.told("ci unrelate R4 esx1 powered_by"), "unrelated R4 and esx1 (entry 17)\n");
    assert_eq!(desk.told("ci unrelate esx1 located in R4"), "unrelated esx1 and R4 (entry 18)\n");
    assert_eq!(desk.refused("ci unrelate esx1 R4"), (3, String::from("deskhand: esx1 and R4 are not related\n")));
    assert_eq!(desk.refused("ci redundancy c1 contains most").0, 2);
    assert_eq!(
        desk.told("ci redundancy c1 contains 50%"),
        "set the redundancy of c1: 50% of what it contains (entry 19)\n"
    );
    assert_eq!(
        desk.told("ci redundancy c1 contains none"),
        "took away the redundancy of c1: it needs of what it contains what the type says (entry 20)\n"
    );
}

#[test]
fn the_number_says_the_kind_to_log_diff_and_why() {
    let desk = estate();
    desk.done("ci set vm7 memory=8192 --reason 'more room'");
    desk.done("ci unrelate vm7 c1");
    assert_eq!(desk.done("diff CI-7"), "memory → 8192 MB\nhosts → CI-8 app01\nruns on CI-6 c1 → none\n");
    assert_eq!(desk.done("ci diff app01 --from now"), "");
    assert_eq!(
        desk.done("why ci7 memory"),
        "CI-7 memory: 8192 MB\nentry 16  TIME  me ci set\n    memory → 8192 MB\n    because: more room\n"
    );
    assert_eq!(
        desk.done("why CI-4 location"),
        "CI-4 location: R4\nentry 7  TIME  me ci new\n    located in → CI-3 R4\n"
    );
    assert_eq!(desk.done("log CI-7 --format ids"), "17\n16\n14\n13\n");
    assert_eq!(
        desk.done("ci log vm7 --limit 1 --format csv").lines().nth(1),
        Some("17,TIME,me,ci unrelate,unrelated vm7 and c1,,")
    );
    desk.done("undo");
    assert_eq!(desk.done("ci diff vm7"), "memory → 8192 MB\nhosts → CI-8 app01\n");
    assert_eq!(desk.refused("diff CI-99").0, 3);
    assert_eq!(
        desk.refused("diff CI-7 --to 2020-01-01 --from 2019-01-01"),
        (1, String::from("deskhand: CI-7 was not here yet at that time\n"))
    );
}

#[test]
fn the_audit_counts_offenders_and_lists_them() {
    let desk = estate();
    desk.done("ci new virtual_machine stray");
    let answer = desk.run("ci audit");
    assert!(answer.out.contains("high\t1\t2\tvm-without-host\tVirtual machine without a host\n"), "{}", answer.out);
    assert!(answer.err.starts_with("health "), "{}", answer.err);
    let drill = desk.run("ci audit vm-without-host --columns number,name");
    assert_eq!(drill.out, "CI-9\tstray\n");
    assert_eq!(drill.err, "Virtual machine without a host. What breaks with a host is told wrongly.\n");
    let json: serde_json::Value = serde_json::from_str(&desk.done("ci audit --format json")).unwrap();
    assert!(json["health"].as_f64().unwrap() < 1.0);
    assert_eq!(
        desk.refused("ci audit vm-without-hots"),
        (3, String::from("deskhand: there is no audit rule 'vm-without-hots'; did you mean 'vm-without-host'?\n"))
    );
}

#[test]
fn an_audit_rule_is_a_document_of_the_desk_that_is_checked_when_it_is_applied() {
    let desk = estate();
    desk.done("config export conf");
    let rule = |query: &str| {
        let text = format!(
            "name = \"Hosts without a contact\"\nhelp = \"x\"\nscope = \"class:hypervisor\"\nquery = \"{query}\"\n"
        );
        std::fs::write(desk.path("conf/audit/host-contact.toml"), text).unwrap();
    };
    rule("contcat:none");
    let (code, told) = desk.refused("config apply conf");
    assert_eq!(code, 1);
    assert!(told.contains("audit/host-contact.toml: query: column 1: CIs have no field 'contcat'"), "{told}");
    rule("contact:none");
    desk.done("config apply conf");
    assert_eq!(desk.done("ci audit host-contact --columns name"), "esx2\n");
}

#[test]
fn what_expires_is_listed_and_past_days_are_left_out_when_asked() {
    let desk = estate();
    desk.done("ci new certificate old expires=2020-01-01 contact=anna team=net");
    desk.done("ci set esx1 warranty=2099-01-01");
    let rows = desk.done("ci expiring");
    assert!(rows.starts_with("2020-01-01\t-"), "{rows}");
    assert!(rows.ends_with("\tpast\tCI-9\texpires\tanna\tnet\told\n"), "{rows}");
    assert_eq!(desk.run("ci expiring --ahead").err, "nothing expires within 90d\n");
    assert!(desk.done("ci expiring --within 52000w --ahead").ends_with("\tlater\tCI-4\twarranty\tanna\tnet\tesx1\n"));
    assert_eq!(desk.refused("ci expiring --within soon").0, 2);
}

#[test]
fn licences_show_what_is_used_and_block_nothing() {
    let desk = estate();
    desk.done("ci new licence CAD metric=per_device entitled=1 software='AutoCAD*'");
    desk.done("ci new workstation ws1 uses_licence=CAD");
    assert_eq!(desk.done("ci licences"), "full\t1\t1\t0\tper_device\tCI-9\tAutoCAD*\n");
    desk.done("ci new workstation ws2 uses_licence=CAD");
    assert_eq!(
        desk.done("ci licences --format jsonl"),
        "{\"state\":\"over\",\"used\":2,\"entitled\":1,\"left\":-1,\"metric\":\"per_device\",\"licences\":[\"CI-9\"],\"software\":[\"AutoCAD*\"]}\n"
    );
    assert!(desk.done("ci show CAD").contains("In use    2 of 1; 1 too many"), "{}", desk.done("ci show CAD"));
    assert_eq!(desk.run("ci software AutoCAD").err, "no inventory has found such software\n");
}

#[test]
fn an_asset_goes_out_comes_back_and_tells_what_it_is_worth() {
    let desk = estate();
    desk.done(
        "ci new laptop lt7 status=in_stock cost=1200 purchased=2020-01-01 depreciation_months=48 residual_value=100",
    );
    assert!(desk.done("ci show lt7").contains("100.00 after 48 of 48 months"), "{}", desk.done("ci show lt7"));
    assert_eq!(
        desk.told("ci checkout lt7 anna --until 2031-12-24"),
        "handed CI-9 lt7 to Anna Ek until 2031-12-24 (entry 17)\n"
    );
    assert_eq!(
        desk.refused("ci checkout lt7 me"),
        (1, String::from("deskhand: CI-9 lt7 is with anna; take it back first: deskhand ci checkin CI-9\n"))
    );
    assert_eq!(desk.told("ci checkin lt7"), "took CI-9 lt7 back (entry 18)\n");
    desk.done("ci new stock_item Mouse quantity=5 minimum=4");
    assert_eq!(
        desk.told("ci checkout Mouse anna --count 2"),
        "handed 2 × CI-10 Mouse to Anna Ek (entry 20)\nCI-10 Mouse: 3 left, the minimum is 4\n"
    );
    assert_eq!(desk.done("ci list is:low --columns name"), "Mouse\n");
    assert_eq!(desk.refused("ci checkout Mouse anna --until whenever").0, 2);
}

#[test]
fn classes_and_relations_are_told_as_the_desk_has_them() {
    let desk = estate();
    let classes = desk.done("ci classes");
    assert!(classes.contains("computer\tComputers\tci\t0\t4\n"), "{classes}");
    let fields = desk.done("ci classes certificate");
    assert!(fields.contains("expires\tday; expires\trequired\tExpires\n"), "{fields}");
    assert!(desk.done("ci relations").contains("runs_on\truns on\thosts\tback\tfalse\t"));
    assert_eq!(desk.refused("ci classes srever").0, 3);
}

#[test]
fn a_hostile_name_steers_no_terminal() {
    let desk = estate();
    desk.done("ci set app01 name='app\u{1b}[2J01'");
    for line in [
        "ci show CI-8",
        "ci impact vm7",
        "ci impact vm7 --format dot",
        "ci list --format table",
        "log CI-8 --format table",
    ] {
        assert!(!desk.done(line).contains('\u{1b}'), "{line}");
    }
}
