//! What changed in a text of many lines: the lines that went and came, with one of those around them.

use similar::{ChangeTag, TextDiff};

/// So many lines are shown of a change; the whole texts are told by `deskhand log` and `deskhand diff`.
const SHOWN: usize = 12;

/// A line of the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It stands there still.
    Same(String),
    /// It is gone.
    Gone(String),
    /// It is new.
    Come(String),
    /// So many more are not shown.
    More(usize),
}

/// The difference of two texts by lines, as short as it can be understood.
#[must_use]
pub fn lines(before: &str, after: &str) -> Vec<Changed> {
    let diff = TextDiff::from_lines(before.trim_end(), after.trim_end());
    let groups = diff.grouped_ops(1);
    let changes = groups.iter().flatten().flat_map(|op| diff.iter_changes(op));
    let mut all: Vec<Changed> = changes
        .map(|change| {
            let line = change.value().trim_end_matches(['\n', '\r']).to_owned();
            match change.tag() {
                ChangeTag::Equal => Changed::Same(line),
                ChangeTag::Delete => Changed::Gone(line),
                ChangeTag::Insert => Changed::Come(line),
            }
        })
        .collect();
    if all.len() > SHOWN {
        let more = all.len() - (SHOWN - 1);
        all.truncate(SHOWN - 1);
        all.push(Changed::More(more));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_changed_is_shown_with_the_lines_beside_it() {
        let told = lines("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne");
        let same = |line: &str| Changed::Same(line.to_owned());
        assert_eq!(told, [same("b"), Changed::Gone("c".into()), Changed::Come("X".into()), same("d")]);
        assert_eq!(lines("", "new"), [Changed::Come("new".into())]);
    }

    #[test]
    fn a_long_change_is_counted() {
        let long: Vec<String> = (0..40).map(|n| n.to_string()).collect();
        let told = lines("", &long.join("\n"));
        assert_eq!((told.len(), told.last()), (12, Some(&Changed::More(29))));
    }
}
