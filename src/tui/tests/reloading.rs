//! The desk's rules change while somebody works: the screens go by the new ones from the next look at the desk on.

use super::*;
use crate::desk::command::Record;
use crate::desk::rules::DEFAULTS;

fn change(sitting: &mut Sitting, name: &str, edit: impl Fn(&str) -> String) {
    let text = DEFAULTS.iter().find(|(known, _)| *known == name).map(|(_, text)| edit(text));
    let author = sitting.author.clone();
    let register = Command::Register(Record::Settings(vec![(name.to_owned(), text)]));
    sitting.store.execute(&Request::new(register), &author, &sitting.moment).unwrap();
    sitting.happens(Msg::Changed);
}

#[test]
fn a_state_and_a_word_that_an_admin_adds_are_offered_at_once() {
    let mut sitting = three();
    let added = "\n[[state]]\nname = \"parked\"\nphase = \"waiting\"\nhelp = \"Not this quarter.\"\n\
                 \n[[transition]]\nverb = \"park\"\nfrom = [\"open\"]\nto = \"parked\"\nneeds = [\"pending_reason\"]\n";
    change(&mut sitting, "workflow/incident.toml", |text| format!("{text}{added}"));
    sitting.keys("s").shows("Not this quarter.").types("park").keys("Enter").shows("Park INC-1").shows("Waiting for*");
    sitting.keys("Esc");
    change(&mut sitting, "choices.toml", |text| {
        format!("{text}\n[[pending_reason]]\nname = \"budget\"\npauses = true\n")
    });
    sitting.keys("s").types("park").keys("Enter").types("budg").keys("Enter").shows("Moved INC-1 to parked");
    sitting.keys("e").shows("Waiting for*").shows("budget");
}

#[test]
fn a_form_that_is_open_while_the_rules_change_keeps_what_was_typed() {
    let mut sitting = three();
    sitting.keys("c").types("Half a sen");
    change(&mut sitting, "desk.toml", |text| text.replace("label = \"ops\"", "label = \"prod\""));
    sitting.types("tence").shows("Half a sentence").keys("Esc Enter").shows("Noted on INC-1");
}

#[test]
fn a_view_that_an_admin_adds_stands_in_the_strip() {
    let mut sitting = three();
    let author = sitting.author.clone();
    let view = String::from("name = \"Printers\"\nquery = \"is:open printer\"\n");
    let register = Command::Register(Record::Settings(vec![(String::from("view/05-printers.toml"), Some(view))]));
    sitting.store.execute(&Request::new(register), &author, &sitting.moment).unwrap();
    sitting.happens(Msg::Changed);
    sitting.shows("Printers 1").shows("[Open 3]");
}
