//! Hints name keys as they are bound: whoever rebinds a key reads the new one everywhere.

use std::path::Path;

use super::*;
use crate::tui::key::{Chord, Keymap, Wanted};

/// What is quoted in a file outside comments and tests.
fn quoted(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let said = |line: &&str| !["//", "#["].iter().any(|sign| line.trim_start().starts_with(sign));
    let code = text.lines().filter(said).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A letter in quotes: '"' opens nothing.
            '\'' if chars.peek() == Some(&'"') => drop(chars.nth(1)),
            '\'' if chars.peek() == Some(&'\\') => drop(chars.nth(2)),
            '"' => {
                let mut literal = String::new();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    literal.push(if c == '\\' { chars.next().unwrap_or(' ') } else { c });
                }
                found.push(literal);
            }
            _ => {}
        }
    }
    found
}

/// Whether a word of a hint is a key: `Esc`, `ctrl-x`, a letter that stands alone.
fn is_key(word: &str) -> bool {
    const NAMED: [&str; 8] = ["Esc", "Enter", "Tab", "Shift-Tab", "Space", "Backspace", "PgUp", "PgDn"];
    // How a choice is marked.
    if word == "(o)" {
        return false;
    }
    let bare = word.trim_matches([',', ';', '.', ':', '(', ')', '\'']);
    let mut chars = bare.chars();
    let alone = match (chars.next(), chars.next()) {
        (Some(c), None) => (c.is_ascii_alphabetic() && !"aAI".contains(c)) || "?[]*&\"".contains(c),
        _ => false,
    };
    NAMED.contains(&bare) || bare.starts_with("ctrl-") || alone
}

/// The hints of the screens that name a key themselves.
fn fixed(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // What keys are, and what a terminal makes of them, is told there.
        if path.is_dir() && !["tests", "snapshots", "key", "term"].contains(&name.as_str()) {
            fixed(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            let hints = quoted(&std::fs::read_to_string(&path).unwrap());
            let chord = |hint: &str| hint.parse::<Chord>().is_ok();
            let hints = hints.into_iter().filter(|hint| !chord(hint) && hint.split_whitespace().any(is_key));
            found.extend(hints.map(|hint| format!("{name}: {hint}")));
        }
    }
}

#[test]
fn no_hint_names_a_key_by_itself() {
    let mut found = Vec::new();
    fixed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui"), &mut found);
    found.sort();
    assert_eq!(found, [] as [String; 0], "ask the keymap: model.key(ActionId::…)\n{}", found.join("\n"));
}

#[test]
fn rebound_keys_are_named_in_hints() {
    let mut sitting = Sitting::with(&["VPN down in Lyon"], (80, 24));
    let bind = |action: &str, chord: &str| Wanted { action: (action.into(), 0), chords: vec![(chord.into(), 0)] };
    let wanted = [bind("view.next", ")"), bind("ticket.new", "Q"), bind("form.leave", "ctrl-g"), bind("back", "Z")];
    sitting.model.keymap = Keymap::with(&wanted).unwrap().0;
    sitting.shows("Nothing here. ) shows the next view, Q opens a ticket");
    sitting.keys(") ) c").types("Half").shows("ctrl-g send, keep or discard").keys("ctrl-g").shows("Enter send");
    sitting.keys("k M *").types("zzz").shows("Nothing fits. Backspace, or Esc to close.");
}

#[test]
fn an_action_without_a_key_is_named_by_the_palette() {
    let mut sitting = Sitting::with(&[], (80, 24));
    let wanted = [Wanted { action: (String::from("view.next"), 0), chords: Vec::new() }];
    sitting.model.keymap = Keymap::with(&wanted).unwrap().0;
    sitting.shows("Nothing here. : view.next shows the next view");
}
