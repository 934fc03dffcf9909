//! The real program on a real desk in a pseudo-terminal: what a colleague at the keyboard would see.

use std::time::Duration;

use crate::home::Home;

#[test]
fn a_colleague_takes_and_resolves_a_ticket_and_leaves_the_terminal_whole() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("VPN down in Lyon");
    pty.send("/mail\r");
    pty.wait_for_text("Queue ▸ Unassigned, mail*");
    pty.send("i");
    pty.wait_for_text("Set assignee of INC-2");
    pty.send("\x1b");
    pty.wait_for_text("Printer jams");
    pty.send("]]]]");
    pty.wait_for_text("[At risk");
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert_eq!(home.run(&["list", "is:mine", "--format", "ids"]), "INC-2\n");
}

#[test]
fn a_change_of_another_process_shows_by_itself_and_nothing_is_written_while_nothing_happens() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    home.run(&["new", "incident", "--title", "Door badge fails"]);
    pty.wait_for_text("Door badge fails");
    pty.wait_for_text("Unassigned 4");
    let before = pty.raw().len();
    assert!(pty.runs_for(Duration::from_millis(2_500)));
    assert_eq!(pty.raw().len(), before);
}

#[test]
fn no_color_sends_no_colour_and_the_row_is_still_seen() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[("NO_COLOR", "1")]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    let colours = raw
        .split("\x1b[")
        .filter_map(|part| part.split_once('m'))
        .flat_map(|(codes, _)| codes.split(';'))
        .filter(|code| code.parse::<u8>().is_ok_and(|code| matches!(code, 30..=38 | 40..=48 | 90..=107)));
    assert_eq!(colours.collect::<Vec<_>>(), [] as [&str; 0]);
    pty.wait_for(|screen| {
        let rows: Vec<String> = screen.rows(0, 80).collect();
        let selected = rows.iter().position(|row| row.starts_with("> INC-1"));
        let selected = selected.and_then(|row| u16::try_from(row).ok());
        selected.is_some_and(|row| screen.cell(row, 2).is_some_and(vt100::Cell::inverse))
    });
}

#[test]
fn without_a_desk_the_screens_say_what_to_do() {
    let home = Home::without_a_desk();
    let pty = home.screens(&[]);
    pty.wait_for_text("Make one: deskhand init. See one: deskhand demo");
    assert_eq!(pty.exit_code(), 4);
}

#[test]
fn a_desk_that_went_back_to_an_older_copy_is_told_when_it_is_opened() {
    let home = Home::with_a_desk();
    let folder = home.0.path().join("data/deskhand");
    home.run(&["backup", &folder.join("saved").to_string_lossy()]);
    home.run(&["new", "incident", "--title", "Door is stuck"]);
    let saved = std::fs::read_dir(folder.join("saved")).unwrap().next().unwrap().unwrap().path();
    for ending in ["-wal", "-shm"] {
        std::fs::remove_file(folder.join(format!("desk.desk{ending}"))).unwrap();
    }
    std::fs::copy(saved, folder.join("desk.desk")).unwrap();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.wait_for_text("this desk went back from entry 5 to 4: an older copy took its place");
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    assert!(!pty.screen_text().contains("went back"));
}
