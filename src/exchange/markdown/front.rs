//! Front matter: the few flat keys that stand above a page between two lines of `---`.
//!
//! It looks like YAML, of which this is the part that people write there: `key: value`, quotes, and lists in brackets or
//! with dashes. A whole YAML reader would be more crate than these ten keys are worth, and the one that everybody used is
//! no longer kept up. What is nested is left out.

use std::collections::BTreeMap;

/// Keys in small letters with their values, one or several.
pub type Front = BTreeMap<String, Vec<String>>;

/// Parts a page into front matter and text.
#[must_use]
pub fn part(page: &str) -> (Front, &str) {
    let Some(rest) = page.strip_prefix("---").and_then(after_line) else { return (Front::new(), page) };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return (read(rest.get(..at).unwrap_or_default()), rest.get(at + line.len()..).unwrap_or_default());
        }
        at += line.len();
    }
    // A rule above text, not front matter.
    (Front::new(), page)
}

/// What follows the end of a line that holds nothing more.
fn after_line(text: &str) -> Option<&str> {
    let (line, rest) = text.split_once('\n')?;
    line.trim().is_empty().then_some(rest)
}

fn read(text: &str) -> Front {
    let mut front = Front::new();
    let mut key: Option<String> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(item) = trimmed.strip_prefix("- ") {
            if let Some(values) = key.as_ref().and_then(|key| front.get_mut(key)) {
                values.extend(scalar(item));
            }
            continue;
        }
        let Some((name, value)) = trimmed.split_once(':').filter(|_| !line.starts_with([' ', '\t'])) else { continue };
        let name = name.trim().trim_matches(['"', '\'']).to_lowercase();
        front.insert(name.clone(), values(value.trim()));
        key = Some(name);
    }
    front
}

fn values(text: &str) -> Vec<String> {
    let Some(list) = text.strip_prefix('[').and_then(|rest| rest.trim_end().strip_suffix(']')) else {
        return scalar(text).into_iter().collect();
    };
    let mut items = Vec::new();
    let (mut item, mut quote, mut escaped) = (String::new(), None, false);
    for c in list.chars() {
        match (quote, c) {
            (None, ',') => {
                items.extend(scalar(&item));
                item.clear();
                continue;
            }
            (None, '"' | '\'') if item.trim().is_empty() => quote = Some(c),
            (Some(open), c) if c == open && !escaped => quote = None,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        item.push(c);
    }
    items.extend(scalar(&item));
    items
}

/// One value without its quotes; nothing for none.
fn scalar(text: &str) -> Option<String> {
    let text = text.trim();
    if text.starts_with('"')
        && let Ok(value) = serde_json::from_str::<String>(text)
    {
        return Some(value);
    }
    if let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(inner.replace("''", "'"));
    }
    let text = text.split_once(" #").map_or(text, |(value, _)| value.trim_end());
    (!matches!(text, "" | "~" | "null" | "|" | ">" | "|-" | ">-")).then(|| text.to_owned())
}

/// Writes a key with its values, as [`part`] reads it; nothing where there are none.
pub(super) fn write(out: &mut String, key: &str, values: &[String], list: bool) {
    let written: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    match written.as_slice() {
        [] => {}
        _ if list => out.push_str(&format!("{key}: [{}]\n", written.join(", "))),
        [value, ..] => out.push_str(&format!("{key}: {value}\n")),
    }
}

/// A value in quotes, where it would be read otherwise without them.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '(' | ')' | '+' | '@');
    let safe = value.chars().all(plain)
        && value.starts_with(char::is_alphanumeric)
        && value.trim() == value
        && !matches!(value.to_ascii_lowercase().as_str(), "null" | "true" | "false" | "yes" | "no" | "on" | "off");
    if safe { value.to_owned() } else { serde_json::Value::from(value).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_keys_lists_and_quotes_are_read_and_the_rest_is_left_out() {
        let (front, body) = part(
            "---\ntitle: \"VPN: drops\"  \nTags: [vpn, \"a, b\", 'it''s']\nowner: anna # since May\nmenu:\n  deep: x\nalso:\n- one\n  - two\n---\n\n# Text\n",
        );
        let told: Vec<String> = front.iter().map(|(key, values)| format!("{key}={}", values.join("|"))).collect();
        assert_eq!(told, ["also=one|two", "menu=", "owner=anna", "tags=vpn|a, b|it's", "title=VPN: drops"]);
        assert_eq!(body, "\n# Text\n");
    }

    #[test]
    fn a_page_without_front_matter_is_all_text() {
        for page in ["", "# A\n", "---\n", "---\n\nnever closed", "--- x\na: b\n---\n"] {
            assert_eq!(part(page), (Front::new(), page));
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let values = ["plain", "two words", "with: colon", "#x", "yes", "- a", "\"q\"", "it's", "tab\tand\nline", "é"];
        for value in values {
            let mut text = String::from("---\n");
            write(&mut text, "one", &[value.to_owned()], false);
            write(&mut text, "many", &[value.to_owned(), String::from("b,c")], true);
            text.push_str("---\n");
            let (front, _) = part(&text);
            assert_eq!(front["one"], [value], "{text}");
            assert_eq!(front["many"], [value, "b,c"], "{text}");
        }
    }
}
