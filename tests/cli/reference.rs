//! The whole command reference, so that no change of it goes unseen.

use crate::desk::Desk;

#[test]
fn the_command_reference_is_what_was_agreed() {
    insta::assert_snapshot!("command-reference", Desk::none().done("guide commands"));
}

#[test]
fn completions_and_man_pages_are_made() {
    let desk = Desk::none();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(desk.done(&format!("completions {shell}")).contains("deskhand"), "{shell}");
    }
    assert!(desk.done("man").starts_with(".ie"));
    desk.done("man pages");
    assert!(desk.path("pages/deskhand-list.1").exists());
}

#[test]
fn the_guide_has_its_topics() {
    let desk = Desk::none();
    for topic in desk.done("guide").lines().map(|line| line.split_whitespace().next().unwrap()) {
        assert!(desk.done(&format!("guide {topic}")).starts_with("# "), "{topic}");
    }
}
