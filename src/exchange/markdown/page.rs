//! A page of a folder as an article: its title, its type and its text.

use std::path::Path;

use super::front::{self, Front};
use super::link::without_shortcodes;
use crate::text::markdown::{Heading, gist};

/// A page as it was read.
pub(super) struct Page {
    /// The keys above its text.
    pub(super) front: Front,
    /// What it is called.
    pub(super) title: String,
    /// Whether it is an alert's runbook: by its headings, or by those beside it.
    pub(super) is_runbook: bool,
    /// Whether it is called by a name that a machine gave, as alerts are.
    pub(super) is_named_by_machine: bool,
    /// Its text, its links as they stand in the file.
    pub(super) body: String,
    /// Whether it says anything.
    pub(super) says_something: bool,
}

/// The headings of an alert's runbook. Two of them tell one.
const RUNBOOK: [&str; 4] = ["meaning", "impact", "diagnosis", "mitigation"];

impl Page {
    pub(super) fn read(path: &str, text: &str) -> Page {
        let (front, body) = front::part(text);
        let body = without_shortcodes(body);
        let body = body.trim_start_matches('\n').trim_end();
        let gist = gist(body);
        let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let given = front.get("title").and_then(|values| values.first()).cloned();
        // Only what stands above all else names the page.
        let first = gist.outline.first().filter(|first| first.level == 1 && first.range.start == 0);
        let own = first.map(|first| first.text.trim().to_owned()).filter(|text| !text.is_empty());
        let is_title = |title: &Option<String>| title.as_ref().is_some_and(|title| same(title, &stem));
        let is_named_by_machine = is_name(&stem) && (is_title(&given) || is_title(&own));
        let title = match (&given, &own) {
            _ if is_named_by_machine => stem,
            (Some(given), _) => given.clone(),
            (None, Some(own)) => own.clone(),
            (None, None) => stem.replace(['-', '_'], " "),
        };
        // An export writes the title once, above; elsewhere the first heading often says it again.
        let repeated = first.filter(|first| !front.contains_key("number") && same(&first.text, &title));
        let text = match repeated {
            Some(first) => body.get(first.range.end..).unwrap_or_default().trim_start_matches('\n'),
            None => body,
        };
        let is_runbook = gist.outline.iter().filter(|heading| is_of_runbook(heading)).count() >= 2;
        let says_something = !gist.plain.trim().is_empty();
        let body = if text.is_empty() { String::new() } else { format!("{text}\n") };
        Page { front, title, is_runbook, is_named_by_machine, body, says_something }
    }

    /// What stands under one of these keys first.
    pub(super) fn word(&self, keys: &[&str]) -> Option<&str> {
        let mut values = keys.iter().filter_map(|key| self.front.get(*key)?.first());
        values.next().map(String::as_str)
    }
}

fn is_of_runbook(heading: &Heading) -> bool {
    RUNBOOK.contains(&heading.text.trim().to_lowercase().as_str())
}

/// Whether a file's name is one that a machine gave, such as an alert's: letters and digits with an inner capital.
fn is_name(stem: &str) -> bool {
    stem.chars().all(|c| c.is_ascii_alphanumeric())
        && stem.chars().zip(stem.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase())
}

/// Whether two titles differ only in case, blanks and signs.
fn same(one: &str, other: &str) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let one = letters(one);
    !one.is_empty() && one == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_page_is_called_by_its_alert() {
        let page = Page::read(
            "node/NodeClockSkew.md",
            "---\ntitle: Node Clock Skew\n---\n\n# NodeClockSkew\n\n## Meaning\n\nLate.\n\n## Impact\n\nBad.\n",
        );
        assert_eq!(page.title, "NodeClockSkew");
        assert!(page.is_runbook && page.says_something);
        assert_eq!(page.body, "## Meaning\n\nLate.\n\n## Impact\n\nBad.\n");
    }

    #[test]
    fn other_pages_are_called_by_their_front_matter_their_first_heading_or_their_file() {
        assert_eq!(Page::read("a.md", "---\ntitle: Adding\n---\n# Adding new ones\nx").title, "Adding");
        assert_eq!(Page::read("a.md", "# Adding new ones\nx").title, "Adding new ones");
        assert_eq!(Page::read("how-to_add.md", "x").title, "how to add");
        assert_eq!(Page::read("a.md", "---\ntitle: Adding\n---\n# Adding new ones\nx").body, "# Adding new ones\nx\n");
        assert!(!Page::read("_index.md", "---\ntitle: node\n---\n").says_something);
    }
}
