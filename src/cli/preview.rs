//! `--dry-run`: what a command would change, record by record, before → after.

use std::io::Write;

use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::ci::history::{fact_json, told};
use crate::cli::failure::{Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::show::arrow;
use crate::desk::field::{Field, Value};
use crate::desk::id::{CiId, Kind};
use crate::store::{ChangedRow, CiFact, FieldChange, Names, Preview, Reader, machine, shown};
use crate::text::{clean_line, one_line};

/// What would change on one record.
struct Part {
    on: String,
    changes: Vec<FieldChange>,
}

/// Prints a preview: as text, or as JSON for programs.
pub(super) fn print(desk: &Desk, globals: &Globals, preview: &Preview) -> Outcome {
    let reader = desk.read()?;
    let mut parts: Vec<Part> = Vec::new();
    for row in preview.changes.iter().filter(|row| row.ci.is_none()) {
        let (on, changes) = (record(&reader, row, &preview.changes)?, changes(&reader, row, desk)?);
        match parts.iter_mut().find(|part| part.on == on) {
            Some(part) => part.changes.extend(changes),
            None => parts.push(Part { on, changes }),
        }
    }
    let all = parts.iter().flat_map(|part| &part.changes);
    let values = all.filter_map(|change| Some((change.field?, change)));
    let names = reader.names(values.flat_map(|(field, change)| [(field, &change.before), (field, &change.after)]))?;
    let cis = of_cis(&reader, &preview.changes)?;
    let mut out = Output::text(globals);
    match out.format {
        Format::Json | Format::Jsonl => {
            let mut all: Vec<Json> = parts.iter().flat_map(|part| in_json(part, &names)).collect();
            for part in &cis {
                for fact in &part.facts {
                    let mut told = json!({ "on": part.on });
                    if let (Some(whole), Json::Object(fact)) =
                        (told.as_object_mut(), fact_json(&reader, &part.class, fact)?)
                    {
                        whole.extend(fact);
                    }
                    all.push(told);
                }
            }
            out.jsons(all)?;
        }
        _ => {
            for part in &parts {
                let heading = out.heading(&clean_line(&part.on));
                writeln!(out, "{heading}")?;
                for change in part.changes.iter().filter(|change| !is_bookkeeping(change)) {
                    let face = |value: &Value| match change.field {
                        Some(field) => one_line(&shown(field, value, &names, &desk.moment), 60, "…"),
                        None => one_line(&plain(value), 60, "…"),
                    };
                    writeln!(out, "  {}", arrow(&change.what, &face(&change.before), &face(&change.after)))?;
                }
            }
            for part in &cis {
                let heading = out.heading(&clean_line(&part.on));
                writeln!(out, "{heading}")?;
                for fact in &part.facts {
                    writeln!(out, "  {}", told(&reader, &part.class, fact, &desk.moment)?)?;
                }
            }
        }
    }
    out.finish()?;
    for notice in &preview.receipt.notices {
        say(notice);
    }
    say(&format!("would have {}; nothing was changed", preview.receipt.summary));
    Ok(())
}

/// What would change on one CI.
struct CiPart {
    on: String,
    class: String,
    facts: Vec<CiFact>,
}

/// What would change on CIs: `CI-7 esx2`, and what a new one would be.
fn of_cis(reader: &Reader, all: &[ChangedRow]) -> Outcome<Vec<CiPart>> {
    let mut ids: Vec<CiId> = all.iter().filter_map(|row| row.ci).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut parts = Vec::new();
    for id in ids {
        let rows: Vec<ChangedRow> = all.iter().filter(|row| row.ci == Some(id)).cloned().collect();
        let facts = reader.facts_changed(id, &rows)?;
        if facts.is_empty() {
            continue;
        }
        let new = |name: &str| {
            let made = rows.iter().find(|row| row.table == "ci" && row.before.is_none())?;
            made.after.as_ref()?.get(name)?.text().map(str::to_owned)
        };
        let (name, class, new) = match (new("name"), new("class")) {
            (Some(name), Some(class)) => (name, class, " (new)"),
            _ => {
                let ci = reader.ci(id)?;
                (ci.name, ci.class, "")
            }
        };
        parts.push(CiPart { on: format!("{} {name}{new}", id.number()), class, facts });
    }
    Ok(parts)
}

/// What a changed row belongs to: a ticket by number, another record by its table and key.
fn record(reader: &Reader, row: &ChangedRow, all: &[ChangedRow]) -> Outcome<String> {
    if let (Some(id), None) = (row.article, row.ticket) {
        let new = all.iter().find(|other| other.table == "article" && other.row == id.0 && other.before.is_none());
        let title = new.and_then(|new| new.after.as_ref()?.get("title")?.text());
        return Ok(match title {
            Some(title) => format!("{} {title} (new)", id.number()),
            None => reader.article_called(id)?,
        });
    }
    let Some(id) = row.ticket else {
        let image = row.after.as_ref().or(row.before.as_ref());
        let key = ["login", "key", "name"].iter().find_map(|name| image?.get(*name)?.text().map(str::to_owned));
        let key = match key {
            Some(key) => Some(key),
            None => reader.key_of(&row.table, row.row)?,
        };
        return Ok(format!("{} {}", row.table, key.unwrap_or_else(|| row.row.to_string())));
    };
    let new = all.iter().find(|other| other.table == "ticket" && other.row == id.0 && other.before.is_none());
    let number = new.and_then(|new| {
        let image = new.after.as_ref()?;
        Some(format!("{}-{} (new)", Kind::named(image.get("kind")?.text()?)?.prefix(), image.get("n")?.int()?))
    });
    match number {
        Some(number) => Ok(number),
        None => Ok(reader.ticket(id)?.number.to_string()),
    }
}

fn changes(reader: &Reader, row: &ChangedRow, desk: &Desk) -> Outcome<Vec<FieldChange>> {
    if row.article.is_some() && row.ticket.is_none() {
        return Ok(reader.article_told(row, &desk.moment)?);
    }
    if row.ticket.is_some() {
        return Ok(reader.told(row)?);
    }
    let columns = row.columns().filter(|(_, before, after)| before != after);
    Ok(columns.map(|(name, before, after)| FieldChange { field: None, what: name.to_owned(), before, after }).collect())
}

/// What every change brings along and nobody asks about.
fn is_bookkeeping(change: &FieldChange) -> bool {
    matches!(change.field, Some(Field::PriorityComputed | Field::Created))
        || change.what == "version"
        || (!change.before.given() && !change.after.given())
}

fn in_json(part: &Part, names: &Names) -> Vec<Json> {
    let face = |change: &FieldChange, value: &Value| match change.field {
        Some(field) => machine(field, value, names),
        None => serde_json::to_value(value).unwrap_or(Json::Null),
    };
    let told = part.changes.iter().filter(|change| change.before != change.after);
    told.map(|change| {
        json!({ "on": part.on, "what": change.what, "before": face(change, &change.before), "after": face(change, &change.after) })
    })
    .collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Int(n) => n.to_string(),
        Value::Text(text) => text.clone(),
    }
}
