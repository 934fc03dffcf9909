//! `why`: the rule behind a field's value, and the chain of entries that led to it.

use std::io::Write;

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::change::conflict;
use crate::cli::failure::Outcome;
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::show::arrow;
use crate::desk::field::{Field, Value};
use crate::desk::id::{ArticleId, CiId};
use crate::desk::refusal::told;
use crate::store::{Event, Names, Reasons, machine, shown};
use crate::text::{clean_line, one_line};

/// What `why` takes.
#[derive(Debug, Args)]
pub(super) struct Why {
    /// The ticket, or the CI or article by its number
    id: String,
    /// The field
    field: String,
}

pub(super) fn run(globals: &Globals, args: &Why) -> Outcome {
    if args.id.parse::<CiId>().is_ok() {
        return crate::cli::ci::history::why(globals, &args.id, &args.field);
    }
    if args.id.parse::<ArticleId>().is_ok() {
        return crate::cli::kb::why(globals, &args.id, &args.field);
    }
    let desk = Desk::open(globals)?;
    let field = ids::field(&args.field)?;
    let ticket = ids::ticket(&desk, &args.id)?;
    let reader = desk.read()?;
    let Reasons { value, mut because, chain, names } = reader.why(&ticket, field)?;
    if matches!(field, Field::PlannedStart | Field::PlannedEnd) {
        match told(reader.conflicts_of(&ticket, &desk.asker()?))? {
            Ok(all) => {
                for met in &all {
                    because.push(conflict::told(&reader, met, &desk.moment)?);
                }
            }
            Err(why) => because.push(conflict::untold(&why)),
        }
    }
    if matches!(field, Field::Risk | Field::RiskScore) {
        match told(reader.risk_shift(&ticket, &desk.moment))? {
            Ok(shift) => because.extend(shift.map(|shift| format!("it {}", shift.told()))),
            Err(why) => because.push(format!("what it risks today can't be told: {why}")),
        }
    }
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
        let who = event.author();
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
