//! The screens in the README are the program's own, on the demo desk.

use super::*;
use crate::exchange::demo;

/// Somebody of the demo desk at 80 by 24, as after `deskhand demo`.
fn demo() -> Sitting {
    let folder = tempfile::tempdir().unwrap();
    let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
    let moment = Moment::utc(Timestamp(1_790_000_000_000));
    let nearby = crate::store::Nearby {
        copy: folder.path().join("copy"),
        outbox: folder.path().join("outbox"),
        me: author.clone(),
        when_away: crate::store::WhenAway::Refuse,
        patience: std::time::Duration::ZERO,
        bounds: crate::store::Bounds::default(),
        stop: crate::store::Stop::default(),
    };
    let store = demo::build(&folder.path().join("demo.desk"), &nearby, &author, &moment, 1, &mut |_, _| {}).unwrap();
    let mut sitting = Sitting::at(store, folder, (80, 24));
    sitting.model.file = String::from("demo");
    sitting
}

/// The screen without its empty rows, and without those between the first `above` and the last `below`.
fn trimmed(sitting: &Sitting, above: usize, below: usize) -> String {
    let empty = |row: &String| row.trim_matches(['│', ' ']).is_empty();
    let rows: Vec<String> = sitting.screen().into_iter().filter(|row| !empty(row)).collect();
    let shown = rows.iter().enumerate().filter(|(n, _)| *n < above || n + below >= rows.len());
    shown.map(|(_, row)| format!("{row}\n")).collect()
}

#[test]
fn the_readme_shows_the_screens_as_they_are() {
    let mut sitting = demo();
    sitting.keys("] ]");
    let queue = trimmed(&sitting, 12, 1);
    sitting.keys("Enter");
    let ticket = trimmed(&sitting, 21, 1);
    sitting
        .keys("h x")
        .types("fix")
        .keys("Tab")
        .types("The cache mixed up two sessions; it is off until it is mended.");
    let form = trimmed(&sitting, 24, 0);
    sitting.keys("Esc Esc :").types("reso");
    let palette = trimmed(&sitting, 7, 2);

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let mut readme = std::fs::read_to_string(file).unwrap();
    let renew = std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always");
    for (name, screen) in [("queue", queue), ("ticket", ticket), ("form", form), ("palette", palette)] {
        let (begin, end) = (format!("<!-- {name} -->\n```\n"), format!("```\n<!-- /{name} -->"));
        let (before, rest) = readme.split_once(&begin).unwrap();
        let (shown, after) = rest.split_once(&end).unwrap();
        if renew {
            readme = format!("{before}{begin}{screen}{end}{after}");
        } else {
            assert_eq!(
                shown, screen,
                "the {name} in README.md is old; INSTA_UPDATE=always cargo test readme renews it"
            );
        }
    }
    if renew {
        std::fs::write(file, readme).unwrap();
    }
}
