//! `why`: the rule behind a field's value, and the chain of entries that led to it.

use std::io::Write;

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::failure::Outcome;
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::show::{arrow, author};
use crate::desk::explain::{Circumstances, belongs, rule};
use crate::desk::field::{Field, Value};
use crate::store::{Event, Names, machine, shown};
use crate::text::{clean_line, one_line};

/// What `why` takes.
#[derive(Debug, Args)]
pub(super) struct Why {
    /// The ticket
    id: String,
    /// The field
    field: String,
}

pub(super) fn run(globals: &Globals, args: &Why) -> Outcome {
    let desk = Desk::open(globals)?;
    let field = ids::field(&args.field)?;
    let ticket = ids::ticket(&desk, &args.id)?;
    let reader = desk.read()?;
    let mut chain = reader.history(ticket.id)?;
    for event in &mut chain {
        let changed = event.changes.iter().filter_map(|change| Some((change.field?, &change.before, &change.after)));
        let belongs = belongs(field, changed);
        event.changes.retain(|change| {
            belongs
                && change.before != change.after
                && change.field.is_some_and(|other| {
                    (other == field || crate::desk::explain::bearing(field).contains(&other))
                        && (other != Field::PriorityComputed || field == Field::PriorityComputed)
                })
        });
    }
    chain.retain(|event| !event.changes.is_empty());
    let overrode = chain.iter().rev().find(|event| {
        event.changes.iter().any(|change| change.field == Some(Field::PriorityReason) && change.after.given())
    });
    let by =
        overrode.map(|event| author(&event.who, event.transaction.as_ref().and_then(|entry| entry.via.as_deref())));
    let service = ticket.service.map(|id| reader.services().map(|all| all.into_iter().find(|one| one.id == id)));
    let service = service.transpose()?.flatten();
    let around = Circumstances {
        matrix: &reader.rules().matrix,
        service: service.as_ref().map(|service| (service.name.as_str(), service.criticality)),
        by: by.as_deref(),
    };
    let because = rule(field, &ticket, &around);
    let value = ticket.value(field);
    let changes = chain.iter().flat_map(|event| &event.changes);
    let then = changes.filter_map(|change| Some((change.field?, change)));
    let then = then.flat_map(|(field, change)| [(field, &change.before), (field, &change.after)]);
    let names = reader.names(then.chain([(field, &value)]))?;
    let mut out = Output::text(globals);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        let chain: Vec<Json> = chain.iter().map(|event| event_json(event, &names)).collect();
        let value = machine(field, &value, &names);
        let whole = json!({ "number": ticket.number, "field": field.name(), "value": value, "because": because, "chain": chain });
        out.json(&whole)?;
        return Ok(out.finish()?);
    }
    let face = |field: Field, value: &Value| match one_line(&shown(field, value, &names, &desk.moment), 60, "…") {
        text if text.is_empty() => String::from("nothing"),
        text => text,
    };
    let heading = out.heading(&format!("{} {field}: {}", ticket.number, face(field, &value)));
    writeln!(out, "{heading}")?;
    for step in &because {
        writeln!(out, "  {}", clean_line(step))?;
    }
    if chain.is_empty() {
        writeln!(out, "  nobody ever changed it")?;
    }
    for event in &chain {
        let entry = event.transaction.as_ref();
        let who = author(&event.who, entry.and_then(|entry| entry.via.as_deref()));
        let place = entry.map_or_else(|| String::from("before it came here"), |entry| format!("entry {}", entry.seq));
        let verb = entry.map_or("", |entry| entry.verb.as_str());
        writeln!(out, "{place}  {}  {} {verb}", event.at.local(desk.moment.zone), clean_line(&who))?;
        for change in &event.changes {
            let told = change.field.map_or("", Field::name);
            let face = |value: &Value| {
                change.field.map_or_else(String::new, |field| match value {
                    Value::Null => String::new(),
                    value => face(field, value),
                })
            };
            writeln!(out, "    {}", arrow(told, &face(&change.before), &face(&change.after)))?;
        }
        for note in entry.map(|entry| entry.notices.as_slice()).unwrap_or_default() {
            writeln!(out, "    rule: {}", clean_line(note))?;
        }
        if let Some(reason) = entry.and_then(|entry| entry.reason.as_deref()) {
            writeln!(out, "    because: {}", clean_line(reason))?;
        }
    }
    Ok(out.finish()?)
}

fn event_json(event: &Event, names: &Names) -> Json {
    let entry = event.transaction.as_ref();
    let changes: Vec<Json> = event
        .changes
        .iter()
        .filter_map(|change| {
            let field = change.field?;
            Some(json!({
                "field": field.name(),
                "before": machine(field, &change.before, names),
                "after": machine(field, &change.after, names),
            }))
        })
        .collect();
    json!({
        "seq": entry.map(|entry| entry.seq.0), "at": event.at.rfc3339(), "author": event.who,
        "via": entry.and_then(|entry| entry.via.clone()), "verb": entry.map(|entry| entry.verb.clone()),
        "changes": changes, "reason": entry.and_then(|entry| entry.reason.clone()),
        "notices": entry.map(|entry| entry.notices.clone()).unwrap_or_default(),
    })
}
