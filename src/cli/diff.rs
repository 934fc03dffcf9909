//! `diff`: a ticket at two times, field by field.

use std::io::Write;

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::show::arrow;
use crate::desk::field::{Field, Value};
use crate::desk::id::{ArticleId, CiId};
use crate::desk::time::{Timestamp, parse_time};
use crate::store::{machine, shown};
use crate::text::{clean_line, one_line};

/// What `diff` takes.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The ticket, or the CI
    id: String,
    /// The earlier time [default: when it was opened]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: Option<String>,
    /// The later time [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    to: Option<String>,
}

/// A time as typed, where one was.
pub(super) fn time(desk: &Desk, text: Option<&str>) -> Outcome<Option<Timestamp>> {
    let Some(text) = text else { return Ok(None) };
    let typed = parse_time(text, &desk.moment);
    typed.map(|typed| Some(typed.from)).ok_or_else(|| {
        Failure::usage(format!("'{text}' is no time; they look like 2026-03-31, mon 9:00, yesterday or -3d"))
    })
}

pub(super) fn run(globals: &Globals, args: &Diff) -> Outcome {
    if args.id.parse::<CiId>().is_ok() {
        return crate::cli::ci::history::diff(globals, &args.id, args.from.as_deref(), args.to.as_deref());
    }
    if args.id.parse::<ArticleId>().is_ok() {
        let edition = |text: &Option<String>| -> Outcome<Option<i64>> {
            let number = text.as_ref().map(|text| text.trim().parse());
            number.transpose().map_err(|_| Failure::usage("of an article, --from and --to take numbers of editions"))
        };
        return crate::cli::kb::diff_of(globals, &args.id, edition(&args.from)?, edition(&args.to)?);
    }
    let desk = Desk::open(globals)?;
    let ticket = ids::ticket(&desk, &args.id)?;
    let reader = desk.read()?;
    let opened = reader.log_of(ticket.id)?.last().map_or(ticket.created, |entry| entry.at);
    let from = time(&desk, args.from.as_deref())?.unwrap_or(opened);
    let to = time(&desk, args.to.as_deref())?.unwrap_or(desk.moment.now);
    if to < from {
        return Err(Failure::usage("--to lies before --from"));
    }
    let Some((after, new_tags)) = reader.as_of(ticket.id, to)? else {
        return Err(Failure::rule(format!("{} was not here yet at that time", ticket.number)));
    };
    let before = reader.as_of(ticket.id, from)?;
    let ignored = |field: &Field| matches!(field, Field::Updated | Field::PriorityComputed);
    let changed: Vec<(Field, Value, Value)> = Field::ALL
        .iter()
        .filter(|field| !ignored(field))
        .map(|field| {
            let was = before.as_ref().map_or(Value::Null, |(before, _)| before.value(*field));
            (*field, was, after.value(*field))
        })
        .filter(|(_, was, is)| was != is && (was.given() || is.given()))
        .collect();
    let old_tags = before.map(|(_, tags)| tags).unwrap_or_default();
    let names = reader.names(changed.iter().flat_map(|(field, was, is)| [(*field, was), (*field, is)]))?;
    let mut out = Output::text(globals);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        let mut fields: Vec<Json> = changed
            .iter()
            .map(|(field, was, is)| {
                json!({ "field": field.name(), "before": machine(*field, was, &names), "after": machine(*field, is, &names) })
            })
            .collect();
        if old_tags != new_tags {
            fields.push(json!({ "field": "tags", "before": old_tags, "after": new_tags }));
        }
        out.json(&json!({ "number": ticket.number, "from": from.rfc3339(), "to": to.rfc3339(), "changes": fields }))?;
        return Ok(out.finish()?);
    }
    for (field, was, is) in &changed {
        let face = |value: &Value| one_line(&shown(*field, value, &names, &desk.moment), 60, "…");
        writeln!(out, "{}", arrow(field.name(), &face(was), &face(is)))?;
    }
    if old_tags != new_tags {
        writeln!(out, "{}", clean_line(&arrow("tags", &old_tags.join(","), &new_tags.join(","))))?;
    }
    out.finish()?;
    if changed.is_empty() && old_tags == new_tags {
        say("nothing changed between these times");
    }
    Ok(())
}
