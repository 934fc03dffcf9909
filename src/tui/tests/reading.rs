//! Reading a ticket: mails folded, texts compared, files got out.

use super::*;

const MAIL: &str = "Still down.\n> Dear Anna,\n> we restarted it.\n> Does it work?\n> Bert\nRegards";

#[test]
fn what_a_mail_quotes_is_folded_until_somebody_wants_to_read_it() {
    let mut sitting = three();
    let id = sitting.id();
    sitting.bert(Command::Write { on: vec![id.into()], public: true, text: String::from(MAIL) });
    sitting.happens(Msg::Changed);
    sitting.keys("Enter G").shows("> 4 quoted lines").hides("Does it work?").shows("Regards");
    sitting.keys(">").shows("> Does it work?").hides("4 quoted lines").keys(">").shows("4 quoted lines");
    sitting.keys("> h j Enter h k Enter G").shows("4 quoted lines");
}

#[test]
fn a_changed_description_shows_the_lines_that_went_and_came() {
    let mut sitting = three();
    let id = sitting.id();
    let set = Edit::from([(Field::Description, Value::from("It stopped at noon.\nOnly in Lyon."))]);
    sitting.bert(Command::Edit { on: vec![id.into()], set, tag: Vec::new(), untag: Vec::new() });
    sitting.happens(Msg::Changed);
    sitting.keys("Enter G").shows("description changed").shows("- It stopped this morning.").shows("+ Only in Lyon.");
}

#[test]
fn a_file_is_piped_into_a_command_and_no_desktop_is_promised_where_there_is_none() {
    let mut sitting = three();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("trace.log"), "timeout").unwrap();
    sitting.keys("A Enter").types(&format!("{}/trace.log", folder.path().display())).keys("Enter");
    sitting.keys("A Enter").types("open").keys("Enter").shows("no desktop here").types("xdg").keys("Enter");
    sitting.shows("xdg-open: no desktop here; save it, or pipe it").keys("Esc");
    sitting.keys("A Enter").types("pipe").keys("Enter").types("grep -c time").keys("Down Down Enter");
    let opened = sitting.outside.iter().find_map(|effect| match effect {
        Effect::Open { with, path } => Some((with.clone(), path.clone())),
        _ => None,
    });
    let (with, path) = opened.unwrap();
    let line = format!("{with} \"$1\"");
    let ran = std::process::Command::new("sh").args(["-c", &line, "sh"]).arg(&path).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "1\n");
}
