//! Putting together what a source tells of one thing, with every text cleaned.

use serde_json::Value as Json;

use crate::desk::cmdb::FoundCi;
use crate::text::{clean_line, clean_text};

/// A longer value is none that a record needs.
const LONGEST: usize = 4096;

/// A thing of a class, by what its source calls it.
pub(super) fn thing(key: &str, class: &str) -> FoundCi {
    FoundCi { key: line(key).unwrap_or_default(), class: class.to_owned(), ..FoundCi::default() }
}

impl FoundCi {
    /// Tells a field; nothing where there is no value.
    pub(super) fn tell(&mut self, field: &str, value: Option<String>) {
        if let Some(value) = value.as_deref().and_then(line) {
            self.fields.push((field.to_owned(), vec![value]));
        }
    }

    /// Tells a field of which the source knows that it is empty where there is no value.
    pub(super) fn tell_or_none(&mut self, field: &str, value: Option<String>) {
        self.fields.push((field.to_owned(), value.as_deref().and_then(line).into_iter().collect()));
    }

    /// Tells text of many lines.
    pub(super) fn describe(&mut self, text: &str) {
        let text = clean_text(text);
        if !text.trim().is_empty() {
            self.fields.push((String::from("description"), vec![cut(text.trim())]));
        }
    }

    /// Tells a whole list.
    pub(super) fn tell_all(&mut self, field: &str, values: impl IntoIterator<Item = String>) {
        let mut values: Vec<String> = values.into_iter().filter_map(|value| line(&value)).collect();
        values.sort();
        values.dedup();
        self.fields.push((field.to_owned(), values));
    }

    /// Tells all relations of a type.
    pub(super) fn relate(&mut self, relation: &str, reverse: bool, others: Vec<String>) {
        self.relations.push((relation.to_owned(), reverse, others));
    }
}

/// One line of clean text; `None` where there is nothing.
pub(super) fn line(text: &str) -> Option<String> {
    let text = clean_line(text);
    let text = text.trim();
    (!text.is_empty()).then(|| cut(text))
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// A text, number or yes-or-no at a place in JSON, as text.
pub(super) fn text(json: &Json, pointer: &str) -> Option<String> {
    plain(json.pointer(pointer)?)
}

/// A plain value as text.
pub(super) fn plain(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => line(text),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(yes) => Some(yes.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// A whole number at a place in JSON, written as a number or as text.
pub(super) fn number(json: &Json, pointer: &str) -> Option<i64> {
    match json.pointer(pointer)? {
        Json::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|n| n as i64)),
        Json::String(text) => text.split_whitespace().next()?.parse().ok(),
        _ => None,
    }
}

/// The list at a place in JSON; one thing that is no list counts as a list of one.
pub(super) fn list<'j>(json: &'j Json, pointer: &str) -> &'j [Json] {
    match json.pointer(pointer) {
        Some(Json::Array(list)) => list,
        Some(one @ Json::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}

/// Whether a network interface is made by a program on many machines, so that its addresses tell nothing.
pub(super) fn is_made_up(interface: &str) -> bool {
    const BEGINNINGS: [&str; 18] = [
        "docker", "br-", "veth", "virbr", "vnet", "lo", "cni", "flannel", "cali", "tun", "tap", "vmnet", "vboxnet",
        "podman", "lxcbr", "lxdbr", "kube", "dummy",
    ];
    let name = interface.to_lowercase();
    BEGINNINGS.iter().any(|begin| name.starts_with(begin))
        && !["local", "long", "lom"].iter().any(|word| name.starts_with(word))
}
