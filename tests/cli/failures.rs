//! How commands fail: what is said, and with which code.

use std::process::Stdio;

use crate::desk::Desk;

#[test]
fn every_kind_of_failure_has_its_exit_code() {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN down'");
    assert_eq!(desk.run("list").code, 0);
    assert_eq!(desk.refused("move inc1 closed").0, 1);
    assert_eq!(desk.refused("lst").0, 2);
    assert_eq!(desk.refused("show inc9"), (3, String::from("deskhand: there is no INC-9\n")));
    assert_eq!(
        desk.refused("--db nowhere.desk list"),
        (
            4,
            String::from(
                "deskhand: there is no desk at nowhere.desk; make one there with: deskhand --db nowhere.desk init\n"
            )
        )
    );
    std::fs::write(desk.path("notes.txt"), "no desk at all").unwrap();
    assert_eq!(
        desk.refused("--db notes.txt list"),
        (5, String::from("deskhand: notes.txt is not a desk: it is no SQLite file. Nothing was changed\n"))
    );
    assert_eq!(std::fs::read_to_string(desk.path("notes.txt")).unwrap(), "no desk at all");
}

#[test]
fn a_mistake_in_a_query_is_pointed_at() {
    let desk = Desk::empty();
    assert_eq!(
        desk.refused("list is:open proi:1,2"),
        (
            2,
            String::from(
                "deskhand: column 9: there is no field 'proi'; did you mean 'prio'?\n  is:open proi:1,2\n          ^^^^\n"
            )
        )
    );
    assert_eq!(desk.refused("list is:open -tag:").0, 2);
}

#[test]
fn a_mistyped_word_is_answered_with_the_nearest() {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN down'");
    for (line, code, says) in [
        ("lisst", 2, "a similar subcommand exists: 'list'"),
        ("new incidnet --title x", 2, "did you mean 'incident'?"),
        ("set inc1 asignee=anna", 2, "there is no field 'asignee'; did you mean 'assignee'?"),
        ("set inc1 assignee=ana", 3, "there is no person 'ana'; did you mean 'anna'?"),
        ("set inc1 channel=phnoe", 1, "channel: there is no 'phnoe'; did you mean 'phone'?"),
        ("person set anna nmae=x", 2, "there is no field 'nmae'; did you mean 'name'?"),
        ("guide qeury", 3, "the guide has no topic 'qeury'; did you mean 'query'?"),
        ("config show desk.tml", 3, "there is no document 'desk.tml'; did you mean 'desk.toml'?"),
    ] {
        let (found, told) = desk.refused(line);
        assert!(found == code && told.contains(says), "{line}: {found} {told}");
    }
}

#[test]
fn the_desk_is_the_first_of_option_variable_configuration_and_data_folder() {
    let desk = Desk::none();
    let ready = |line: &str| desk.told(line);
    assert_eq!(ready("init"), "desk is ready at HOME/.local/share/deskhand/desk.desk; me is its admin\n");
    std::fs::create_dir_all(desk.path(".config/deskhand")).unwrap();
    std::fs::write(desk.path(".config/deskhand/config.toml"), "desk = \"~/team.desk\"\n").unwrap();
    assert_eq!(ready("init"), "team is ready at HOME/team.desk; me is its admin\n");
    assert_eq!(ready("--db ops.desk init"), "ops is ready at ops.desk; me is its admin\n");
    let doctor = desk.program().env("DESKHAND_DB", "ops.desk").arg("doctor").output().unwrap();
    assert!(String::from_utf8(doctor.stdout).unwrap().contains("label      ops\n"));
    assert_eq!(
        desk.refused("init"),
        (1, String::from("deskhand: HOME/team.desk exists already; nothing was changed\n"))
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let desk = Desk::empty();
    let mut child =
        desk.program().args(["guide", "commands"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn roles_are_kept_and_acting_for_others_takes_an_admin() {
    let desk = Desk::staffed();
    desk.done("person new eve roles=auditor");
    assert_eq!(
        desk.refused("--as eve new incident --title x"),
        (
            1,
            String::from(
                "deskhand: you (auditor) may not open tickets; that takes admin or lead or agent or requester\n"
            )
        )
    );
    assert_eq!(desk.refused("--as nobody new incident --title x").0, 3);
}

#[test]
fn without_text_or_title_nothing_is_guessed() {
    let desk = Desk::staffed();
    assert_eq!(
        desk.refused("new incident"),
        (2, String::from("deskhand: a title is needed: --title 'VPN down in Lyon'\n"))
    );
    desk.done("new incident --title x");
    assert_eq!(
        desk.refused("note inc1"),
        (2, String::from("deskhand: give the text: -m TEXT, or - to read it from stdin\n"))
    );
    assert_eq!(desk.refused("set inc1").0, 2);
    assert_eq!(
        desk.refused("set inc1 tags=vpn"),
        (2, String::from("deskhand: tags are added and removed: tags=+vpn or tags=-vpn\n"))
    );
}
