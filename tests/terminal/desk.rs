//! The real program on a real desk in a pseudo-terminal: what a colleague at the keyboard would see.

use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use crate::pty::Pty;

/// A home folder of its own with a desk of three incidents.
pub struct Home(tempfile::TempDir);

impl Home {
    pub fn with_a_desk() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        home.run(&["init", "--label", "lab"]);
        for title in ["VPN down in Lyon", "Mail is slow", "Printer jams"] {
            home.run(&["new", "incident", "--title", title]);
        }
        home
    }

    fn variables(&self) -> Vec<(String, String)> {
        let path = |name: &str| self.0.path().join(name).to_string_lossy().into_owned();
        vec![
            (String::from("HOME"), path("")),
            (String::from("XDG_CONFIG_HOME"), path("config")),
            (String::from("XDG_STATE_HOME"), path("state")),
            (String::from("XDG_DATA_HOME"), path("data")),
            (String::from("XDG_CACHE_HOME"), path("cache")),
            (String::from("TZ"), String::from("UTC")),
            (String::from("LC_ALL"), String::from("C.UTF-8")),
            (String::from("TERM"), String::from("xterm-256color")),
        ]
    }

    pub fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_deskhand"))
            .args(arguments)
            .env_remove("DESKHAND_DB")
            .envs(self.variables())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Writes their config.toml.
    pub fn configure(&self, text: &str) {
        let folder = self.0.path().join("config/deskhand");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), text).unwrap();
    }

    pub fn screens(&self, extra: &[(&str, &str)]) -> Pty {
        self.start(&[], extra, (24, 80))
    }

    pub fn start(&self, arguments: &[&str], extra: &[(&str, &str)], size: (u16, u16)) -> Pty {
        let variables = self.variables();
        let mut all: Vec<(&str, &str)> = variables.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        all.extend_from_slice(extra);
        Pty::start(env!("CARGO_BIN_EXE_deskhand"), arguments, &all, size)
    }
}

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
    pty.send("]]]");
    pty.wait_for_text("[At risk");
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
    assert_eq!(home.run(&["list", "is:mine", "--format", "ids"]), "INC-2\n");
}

#[test]
fn what_was_typed_is_there_again_after_the_program_was_killed() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    pty.send("cThe spooler hangs since ni");
    pty.wait_for_text("since ni");
    pty.signal(Signal::KILL);
    pty.exit_code();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    pty.send("c");
    pty.wait_for_text("The spooler hangs since ni");
    pty.send("ne.\x1b");
    pty.wait_for_text("Enter send");
    pty.send("\r");
    pty.wait_for_text("Noted on INC-1");
    assert!(home.run(&["show", "INC-1"]).contains("The spooler hangs since nine."));
}

#[test]
fn every_way_out_gives_the_terminal_back() {
    let home = Home::with_a_desk();
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let pty = home.screens(&[]);
        pty.wait_for_text("Unassigned 3");
        pty.signal(signal);
        assert_eq!(pty.exit_code(), code);
        pty.assert_restored();
    }
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
    assert!(raw.contains("\x1b[7m") || raw.contains("\x1b[0;7m"), "the row under the cursor is reversed");
}

#[test]
fn without_a_desk_the_screens_say_what_to_do() {
    let home = Home(tempfile::tempdir().unwrap());
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
