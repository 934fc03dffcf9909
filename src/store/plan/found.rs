//! The first transaction of a desk: its configuration, its categories, its admin.

use std::collections::BTreeMap;

use crate::desk::command::Author;
use crate::desk::people::{Role, Roles};
use crate::desk::refusal::Refusal;
use crate::desk::rules::{CATEGORIES, DEFAULTS};
use crate::store::batch::{Batch, Row, Table, Write, row};
use crate::store::plan::Plan;

pub(crate) fn found(founder: &Author, label: &str) -> Result<Plan, Refusal> {
    let mut batch = Batch::default();
    for (name, text) in DEFAULTS {
        let text = if *name == "desk.toml" { labelled(text, label) } else { (*text).to_owned() };
        add(&mut batch, Table::Setting, row! { "name": *name, "value": text });
    }
    let login = founder.login.to_lowercase();
    add(
        &mut batch,
        Table::Person,
        row! { "login": login.as_str(), "name": login.as_str(), "roles": Roles::of(&[Role::Admin]).to_string(), "active": 1 },
    );
    let categories: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(CATEGORIES).map_err(|error| Refusal::Damaged(format!("categories.toml: {error}")))?;
    for (key, group) in &categories {
        let name = group.get("name").map_or(key.as_str(), String::as_str);
        let parent = add(&mut batch, Table::Category, row! { "key": key.as_str(), "name": name, "active": 1 });
        for (sub, name) in group.iter().filter(|(sub, _)| *sub != "name") {
            add(
                &mut batch,
                Table::Category,
                row! { "key": format!("{key}.{sub}"), "name": name.as_str(), "parent": parent, "active": 1 },
            );
        }
    }
    Ok(Plan { batch, summary: format!("founded the desk {label}"), ..Plan::default() })
}

fn add(batch: &mut Batch, table: Table, row: Row) -> i64 {
    let last = batch.counters.entry(table.name().to_owned()).or_insert(0);
    *last += 1;
    batch.writes.push(Write::Insert { table, id: *last, row });
    *last
}

fn labelled(text: &str, label: &str) -> String {
    let quoted = toml::Value::String(label.to_owned()).to_string();
    text.lines()
        .map(|line| if line.starts_with("label = ") { format!("label = {quoted}\n") } else { format!("{line}\n") })
        .collect()
}
