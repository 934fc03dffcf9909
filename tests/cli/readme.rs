//! What the README tells a newcomer to type works as it stands there.

use crate::desk::Desk;

/// The lines of the block that follows a heading, without their comments.
fn block(heading: &str) -> Vec<String> {
    let readme = include_str!("../../README.md");
    let section = readme.split_once(heading).unwrap().1;
    section
        .lines()
        .skip_while(|line| !line.starts_with("    "))
        .take_while(|line| line.starts_with("    "))
        .map(|line| line.split(" #").next().unwrap().trim().to_owned())
        .collect()
}

#[test]
fn the_first_desk_of_the_readme_works_line_by_line() {
    let desk = Desk::none();
    let mut ran = 0;
    for line in block("## Your first desk") {
        if let Some(arguments) = line.strip_prefix("deskhand ") {
            desk.done(arguments);
            ran += 1;
        }
    }
    assert!(ran >= 8, "{ran}");
    assert_eq!(desk.run("list INC-1 --format ids").out, "INC-1\n");
}

#[test]
fn every_command_that_the_readme_lists_is_there() {
    let desk = Desk::empty();
    for line in block("## Commands") {
        let words = line.strip_prefix("deskhand ").unwrap().replace("[COMMAND]", "list").replace("[TOPIC]", "query");
        desk.done(words.split("  ").next().unwrap());
    }
}

#[test]
fn an_export_read_back_changes_nothing() {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN \u{1b}[2J down' --field impact=2 --tag vpn");
    desk.done("assign inc1 anna");
    desk.done("note inc1 -m 'seen it'");
    let exported = desk.program().args(["export", "csv"]).output().unwrap().stdout;
    std::fs::write(desk.path("all.csv"), exported).unwrap();
    let again = desk.run("import csv all.csv --map generic");
    assert!(again.err.contains("0 new, 0 updated, 1 unchanged"), "{}", again.err);
}
