//! The house stays as it is drawn: arrows point one way, and each outside library has one room.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

/// Every source file with its path from `src/` and its text without tests.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
                if !name.ends_with("tests.rs") && !name.contains("/tests/") {
                    found.push((name, text));
                }
            }
        }
    }
    found
}

/// Whether a file may name a library.
type Allowed = fn(&str) -> bool;

/// Lines of code, comments left out.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

fn room(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

#[test]
fn arrows_point_one_way_only() {
    let forbidden: &[(&str, &[&str])] = &[
        ("desk", &["store", "exchange", "tui", "cli", "home"]),
        ("store", &["exchange", "tui", "cli"]),
        ("exchange", &["tui", "cli"]),
        ("tui", &["cli"]),
        ("text.rs", &["desk", "store", "exchange", "tui", "cli"]),
        ("text", &["desk", "store", "exchange", "tui", "cli"]),
    ];
    let mut backward = Vec::new();
    for (name, text) in sources() {
        for (_, others) in forbidden.iter().filter(|(from, _)| room(&name) == *from || name == *from) {
            for line in code(&text) {
                for other in others.iter().filter(|other| line.contains(&format!("crate::{other}"))) {
                    backward.push(format!("src/{name} reaches into {other}: {}", line.trim()));
                }
            }
        }
    }
    assert!(backward.is_empty(), "{}", backward.join("\n"));
}

#[test]
fn each_outside_library_has_one_room() {
    let rooms: &[(&str, Allowed)] = &[
        ("rusqlite", |name| name.starts_with("store/")),
        ("crossterm", |_| false),
        ("signal_hook", |name| name.starts_with("tui/term/")),
        ("ratatui", |name| {
            name.starts_with("tui/term/")
                || name.starts_with("tui/widget/")
                || name.ends_with("view.rs")
                || name == "tui/theme.rs"
                || name == "tui/layout.rs"
        }),
        ("clap", |name| name.starts_with("cli/") || name == "main.rs"),
        ("quick_xml", |name| name == "exchange/inventory/nmap.rs"),
        ("pulldown_cmark", |name| name.starts_with("text/markdown/")),
        ("syntect", |name| name == "text/markdown/colour.rs"),
        ("flate2", |name| name == "exchange/inventory/input.rs"),
    ];
    let mut stray = Vec::new();
    for (name, text) in sources() {
        for (library, _) in rooms.iter().filter(|(_, allowed)| !allowed(&name)) {
            for line in code(&text).filter(|line| {
                line.contains(&format!("use {library}"))
                    || line.contains(&format!(" {library}::"))
                    || line.contains(&format!("({library}::"))
            }) {
                stray.push(format!("src/{name} names {library}: {}", line.trim()));
            }
        }
    }
    assert!(stray.is_empty(), "{}", stray.join("\n"));
}

#[test]
fn the_desk_knows_no_clock_and_no_file() {
    let mut impure = Vec::new();
    for (name, text) in sources().into_iter().filter(|(name, _)| name.starts_with("desk/")) {
        for line in code(&text) {
            for outside in
                ["std::fs", "std::env", "std::process", "SystemTime", "Instant::now", "Utc::now", "Local::now"]
            {
                if line.contains(outside) {
                    impure.push(format!("src/{name}: {}", line.trim()));
                }
            }
        }
    }
    assert!(impure.is_empty(), "{}", impure.join("\n"));
}

#[test]
fn update_and_view_know_no_clock_and_no_file() {
    let pure = ["tui/update.rs", "tui/model.rs", "tui/view.rs", "tui/focus.rs", "tui/layout.rs"];
    let mut impure = Vec::new();
    for (name, text) in sources() {
        let watched = pure.contains(&name.as_str())
            || ["tui/action/", "tui/update/", "tui/screen/", "tui/overlay/", "tui/widget/"]
                .iter()
                .any(|folder| name.starts_with(folder));
        for line in code(&text).filter(|_| watched) {
            for outside in ["std::fs", "std::env", "std::process", "Instant", "Utc::now", "crate::home", "Store::open"]
            {
                if line.contains(outside) {
                    impure.push(format!("src/{name}: {}", line.trim()));
                }
            }
        }
    }
    assert!(impure.is_empty(), "{}", impure.join("\n"));
}

#[test]
fn the_top_level_stays_as_agreed() {
    let agreed = ["Cargo.toml", "Cargo.lock", "src", "assets", "tests", "README.md", "LICENSE", "target"];
    let extra: Vec<String> = fs::read_dir(env!("CARGO_MANIFEST_DIR"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !agreed.contains(&name.as_str()))
        .collect();
    assert_eq!(extra, [] as [&str; 0]);
}
