//! A desk's own documents, and those that it got when it was made.

use super::*;

const NAME: &str = "workflow/change.toml";
/// The workflow of changes before there was any backing out.
const OLD: &str = include_str!("../../../tests/samples/workflow-change-1.toml");

fn documents(text: Option<&str>) -> Command {
    Command::Register(Record::Settings(vec![(NAME.to_owned(), text.map(str::to_owned))]))
}

#[test]
fn a_desk_made_by_an_older_deskhand_goes_by_the_newer_workflow_unless_it_made_it_its_own() {
    let mut desk = Desk::new();
    // As if it was founded with the older one.
    desk.done(documents(None));
    desk.done(documents(Some(OLD)));
    let reader = desk.store.read().unwrap();
    let now = crate::desk::shipped::shipped(NAME).unwrap();
    assert!(reader.settings().unwrap().contains(&(NAME.to_owned(), now.to_owned())));
    let begins = |desk: &Desk| {
        let rules = desk.store.read().unwrap();
        let workflow = rules.rules().workflow(Kind::Change).unwrap();
        workflow.transition.iter().any(crate::desk::workflow::Transition::begins)
    };
    assert!(begins(&desk), "the older one knows no start");
    assert_eq!(reader.outdated().unwrap(), [""; 0]);
    drop(reader);
    let own = OLD.replace("verb = \"assess\"", "verb = \"look at\"");
    desk.done(documents(Some(&own)));
    assert!(!begins(&desk));
    assert_eq!(desk.store.read().unwrap().outdated().unwrap(), [NAME]);
    desk.done(documents(Some(now)));
    assert_eq!(desk.store.read().unwrap().outdated().unwrap(), [""; 0]);
    assert_eq!(desk.store.verify().unwrap(), []);
}
