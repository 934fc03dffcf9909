//! Runbooks followed at a ticket: which steps stand on its checklist already, and which of its words may name an alert.

use std::collections::BTreeSet;

use crate::desk::id::ArticleId;
use crate::text::markdown::{Document, Step};

/// The type of the articles that are followed when an alert fires.
pub const RUNBOOK: &str = "runbook";

/// Which step of which article a task came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The article.
    pub article: ArticleId,
    /// Its edition when it was followed; 0 for a draft.
    pub edition: i64,
    /// The step's number there.
    pub step: String,
    /// The heading under which it stands.
    pub heading: String,
}

/// What a step is called on a checklist: its text, or where it has none its first line of code.
#[must_use]
pub fn step_called(step: &Step, document: &Document) -> String {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let code = step.codes.first().and_then(|at| document.codes.get(*at));
    let code = code.and_then(|code| code.text.lines().map(line).find(|line| !line.is_empty()));
    let text = Some(line(&step.text)).filter(|text| !text.is_empty()).or(code);
    text.unwrap_or_else(|| format!("Step {}", step.number))
}

/// For each step the place of its task, where it has one: steps and tasks are told by heading and text.
///
/// A step keeps its task when its number changes, since others came before it, and when its heading does.
#[must_use]
pub fn placed(steps: &[(&str, &str)], tasks: &[(&str, &str)]) -> Vec<Option<usize>> {
    let mut free: BTreeSet<usize> = (0..tasks.len()).collect();
    let mut places = vec![None; steps.len()];
    let mut take = |is_same: fn((&str, &str), (&str, &str)) -> bool| {
        for (place, step) in places.iter_mut().zip(steps).filter(|(place, _)| place.is_none()) {
            *place = free.iter().copied().find(|at| tasks.get(*at).is_some_and(|task| is_same(*step, *task)));
            if let Some(at) = place {
                free.remove(at);
            }
        }
    };
    take(|step, task| step == task);
    take(|step, task| step.1 == task.1);
    places
}

/// So many words of a text are looked at, and so many side by side may be one name.
const WORDS: usize = 24;
const SIDE_BY_SIDE: usize = 6;

/// What in the title of a ticket may be the name of an alert, in small letters, the longest first: words and words side by
/// side, with the signs around them and without.
///
/// ```
/// # use deskhand::desk::knowledge::alert_names;
/// let names = alert_names("[FIRING:1] NodeDown (srv1)");
/// assert!(names.contains(&String::from("nodedown")) && names.contains(&String::from("nodedown (srv1)")));
/// ```
#[must_use]
pub fn alert_names(title: &str) -> Vec<String> {
    let words: Vec<&str> = title.split_whitespace().take(WORDS).collect();
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        for name in [name, bare(name)].map(str::to_ascii_lowercase) {
            if !bare(&name).is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
    };
    for count in (1..=words.len().min(SIDE_BY_SIDE)).rev() {
        words.windows(count).for_each(|row| add(&row.join(" ")));
    }
    let parts = words.iter().flat_map(|word| word.split(|c: char| !(c.is_alphanumeric() || "_-".contains(c))));
    parts.for_each(add);
    names
}

/// A name without the signs around it.
fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The name that a monitoring system wrote into a text as the label `alertname`: `alertname=NodeDown`,
/// `"alertname": "NodeDown"`.
///
/// ```
/// # use deskhand::desk::knowledge::labelled_alert;
/// assert_eq!(labelled_alert("- alertname = NodeDown\n- job = x").as_deref(), Some("nodedown"));
/// assert_eq!(labelled_alert("no alertname here"), None);
/// ```
#[must_use]
pub fn labelled_alert(text: &str) -> Option<String> {
    const LABEL: &str = "alertname";
    let small = text.to_ascii_lowercase();
    small.match_indices(LABEL).find_map(|(at, _)| {
        let rest = small.get(at + LABEL.len()..)?.trim_start_matches(['"', '\'', '*', '`', ' ']);
        let value = rest.strip_prefix(['=', ':'])?.trim_start_matches(['~', '*', '`', ' ']);
        let (value, end): (&str, &[char]) = match value.strip_prefix('"') {
            Some(value) => (value, &['"', '\n']),
            None => (value, &['\n', ',', ';', '}', ' ', '"', '\'', '`']),
        };
        let name = bare(value.split(end).next()?);
        (!name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::markdown::read;

    #[test]
    fn a_step_keeps_its_task_whatever_comes_before_it() {
        let old = [("Mend", "Stop it"), ("Mend", "Look"), ("Check", "Look")];
        let new = [("Mend", "Call"), ("Mend", "Stop it"), ("Check", "Look"), ("Repair", "Look"), ("Check", "Look")];
        assert_eq!(placed(&old, &old), [Some(0), Some(1), Some(2)]);
        assert_eq!(placed(&new, &old), [None, Some(0), Some(2), Some(1), None]);
        assert_eq!(placed(&[], &old), []);
    }

    #[test]
    fn a_step_without_text_is_called_by_its_code() {
        let document = read("1. Stop  *it*\n2. ```sh\n\n   kill 1\n   ```\n3.\n");
        let names: Vec<String> = document.steps().iter().map(|step| step_called(step, &document)).collect();
        assert_eq!(names, ["Stop it", "kill 1", "Step 3"]);
    }

    #[test]
    fn words_of_a_title_may_name_an_alert() {
        for (title, name) in [
            ("NodeDown", "nodedown"),
            ("[FIRING:2] NodeDown prod", "nodedown"),
            ("firing: NodeDown@srv1", "nodedown"),
            ("Disk space is low on srv1 (92%)", "disk space is low"),
            ("srv1: Disk low (92%)", "disk low (92%)"),
            ("alert/node_down", "node_down"),
        ] {
            assert!(alert_names(title).contains(&name.to_owned()), "{title}: {:?}", alert_names(title));
        }
        assert!(!alert_names("NodeDownAgain").contains(&String::from("nodedown")));
        assert_eq!(alert_names(" - ?! "), [] as [&str; 0]);
        assert_eq!(alert_names("a b")[0], "a b", "the longest first");
    }

    #[test]
    fn the_label_of_an_alert_is_read_as_systems_write_it() {
        for text in [
            "alertname=NodeDown, job=x",
            "{\"alertname\": \"NodeDown\"}",
            "**alertname:** `NodeDown`",
            "alertname=\"NodeDown\"}",
        ] {
            assert_eq!(labelled_alert(text).as_deref(), Some("nodedown"), "{text}");
        }
        assert_eq!(labelled_alert("alertname="), None);
    }
}
