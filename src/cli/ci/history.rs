//! `diff`, `why` and `log` of a CI: what changed on it, when, and by whom.

use std::collections::BTreeMap;
use std::io::Write;

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::ci::facts;
use crate::cli::diff::time;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::show::{arrow, author};
use crate::desk::cmdb::Common;
use crate::desk::field::Value;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::{CiFact, Reader};
use crate::text::{clean_line, one_line};

/// What `ci log` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Log {
    /// The CI
    pub(super) id: String,
    /// At most so many; a terminal gets 50 unless told otherwise, a pipe all
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<usize>,
}

/// What `ci diff` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Diff {
    /// The CI
    pub(super) id: String,
    /// The earlier time [default: when its record was made]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) from: Option<String>,
    /// The later time [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) to: Option<String>,
}

/// A change in a line: `memory 64 → 128`, `hosts → CI-7 vm7`.
pub(in crate::cli) fn told(reader: &Reader, class: &str, fact: &CiFact, moment: &Moment) -> Outcome<String> {
    let face = |value: &Value| -> Outcome<String> {
        Ok(match (fact.is_field, value) {
            (_, Value::Null) => String::new(),
            (true, value) => one_line(&facts::shown(reader, class, &fact.what, value, moment)?, 60, "…"),
            (false, value) => one_line(value.text().unwrap_or_default(), 60, "…"),
        })
    };
    Ok(arrow(&fact.what, &face(&fact.before)?, &face(&fact.after)?))
}

/// A change as programs read it.
pub(in crate::cli) fn fact_json(reader: &Reader, class: &str, fact: &CiFact) -> Outcome<Json> {
    let face = |value: &Value| -> Outcome<Json> {
        match (fact.is_field, value) {
            (true, value) => facts::data(reader, class, &fact.what, value),
            (false, value) => Ok(value.text().map_or(Json::Null, Json::from)),
        }
    };
    Ok(json!({ "what": fact.what, "before": face(&fact.before)?, "after": face(&fact.after)? }))
}

/// What differs between two times, with its two faces.
struct Change {
    what: String,
    line: String,
    before: Json,
    after: Json,
}

/// Compares a CI at two times: its fields, its relations.
pub(in crate::cli) fn diff(globals: &Globals, word: &str, from: Option<&str>, to: Option<&str>) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let ci = reader.ci(reader.find_ci(word)?)?;
    let history = reader.history_of_ci(ci.id)?;
    let made = history.first().map_or(ci.created, |event| event.transaction.at);
    let from = time(&desk, from)?.unwrap_or(made);
    let to = time(&desk, to)?.unwrap_or(desk.moment.now);
    if to < from {
        return Err(Failure::usage("--to lies before --from"));
    }
    let Some(after) = reader.ci_as_of(ci.id, to)? else {
        return Err(Failure::rule(format!("{} was not here yet at that time", ci.id.number())));
    };
    let before = reader.ci_as_of(ci.id, from)?.unwrap_or_default();
    let mut changes: Vec<Change> = Vec::new();
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let none = Vec::new();
        let (was, is) = (before.get(name).unwrap_or(&none), after.get(name).unwrap_or(&none));
        if was == is || Common::named(name).is_some_and(Common::is_given_by_desk) {
            continue;
        }
        let shown = |values: &[Value]| -> Outcome<String> {
            let all = values.iter().map(|value| facts::shown(&reader, &ci.class, name, value, &desk.moment));
            Ok(all.collect::<Outcome<Vec<_>>>()?.join(", "))
        };
        let data = |values: &[Value]| -> Outcome<Json> {
            let mut all: Vec<Json> =
                values.iter().map(|value| facts::data(&reader, &ci.class, name, value)).collect::<Outcome<_>>()?;
            Ok(if all.len() > 1 { Json::Array(all) } else { all.pop().unwrap_or_default() })
        };
        let line = arrow(name, &one_line(&shown(was)?, 60, "…"), &one_line(&shown(is)?, 60, "…"));
        changes.push(Change { what: name.clone(), line, before: data(was)?, after: data(is)? });
    }
    let between = history.iter().filter(|event| event.transaction.at > from && event.transaction.at <= to);
    for ((what, end), count) in net(between.flat_map(|event| &event.changes)) {
        let (was, is) = if count > 0 { ("", end.as_str()) } else { (end.as_str(), "") };
        let line = arrow(&what, &one_line(was, 60, "…"), &one_line(is, 60, "…"));
        let data = |end: &str| if end.is_empty() { Json::Null } else { Json::from(end) };
        let (before, after) = (data(was), data(is));
        changes.push(Change { what, line, before, after });
    }
    let mut out = Output::text(globals);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        let changes: Vec<Json> = changes
            .into_iter()
            .map(|one| json!({ "field": one.what, "before": one.before, "after": one.after }))
            .collect();
        let number = ci.id.number();
        out.json(&json!({ "number": number, "from": from.rfc3339(), "to": to.rfc3339(), "changes": changes }))?;
        return Ok(out.finish()?);
    }
    for change in &changes {
        writeln!(out, "{}", change.line)?;
    }
    out.finish()?;
    if changes.is_empty() {
        say("nothing changed between these times");
    }
    Ok(())
}

/// What came and went besides fields, by what it is called: one that came and went again is left out.
fn net<'a>(facts: impl Iterator<Item = &'a CiFact>) -> BTreeMap<(String, String), i64> {
    let mut net: BTreeMap<(String, String), i64> = BTreeMap::new();
    for fact in facts.filter(|fact| !fact.is_field) {
        for (value, by) in [(&fact.before, -1), (&fact.after, 1)] {
            if let Some(text) = value.text() {
                *net.entry((fact.what.clone(), text.to_owned())).or_default() += by;
            }
        }
    }
    net.retain(|_, count| *count != 0);
    net
}

/// Why a field of a CI has its value: who keeps it, and the entries that led to it.
pub(in crate::cli) fn why(globals: &Globals, word: &str, field: &str) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let ci = reader.ci(reader.find_ci(word)?)?;
    let model = &reader.rules().cmdb;
    let name = model.field(&ci.class, field).map_err(|error| Failure::from(Refusal::Rule(error)))?.name().to_owned();
    // Where it stands is told by a relation.
    let what = match name == Common::Location.name() {
        true => model.relations.get("located_in").map_or(name.clone(), |kind| kind.label.clone()),
        false => name.clone(),
    };
    let mut because = Vec::new();
    if ci.locked.contains(&name) {
        because.push(format!(
            "kept by hand: no inventory overwrites it, until deskhand ci unlock {} {name}",
            ci.id.number()
        ));
    }
    for sighting in reader.sightings(ci.id)? {
        if let Some(found) = sighting.found.get(&name) {
            let found = found.iter().map(|value| facts::shown(&reader, &ci.class, &name, value, &desk.moment));
            let found = found.collect::<Outcome<Vec<_>>>()?.join(", ");
            because.push(format!("{} found {found} on {}", sighting.source, sighting.at.local(desk.moment.zone)));
        }
    }
    let mut chain = reader.history_of_ci(ci.id)?;
    chain.iter_mut().for_each(|event| event.changes.retain(|fact| fact.what == what));
    chain.retain(|event| !event.changes.is_empty());
    let mut out = Output::text(globals);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        let mut entries = Vec::new();
        for event in &chain {
            let changes =
                event.changes.iter().map(|fact| fact_json(&reader, &ci.class, fact)).collect::<Outcome<Vec<_>>>()?;
            let entry = &event.transaction;
            entries.push(json!({
                "seq": entry.seq.0, "at": entry.at.rfc3339(), "author": entry.author, "via": entry.via,
                "verb": entry.verb, "changes": changes, "reason": entry.reason,
            }));
        }
        let value = facts::all_data(&reader, &ci, &name)?;
        out.json(
            &json!({ "number": ci.id.number(), "field": name, "value": value, "because": because, "chain": entries }),
        )?;
        return Ok(out.finish()?);
    }
    let value = match facts::all_shown(&reader, &ci, &name, &desk.moment)? {
        empty if empty.is_empty() => String::from("nothing"),
        value => one_line(&value, 60, "…"),
    };
    let heading = out.heading(&format!("{} {name}: {value}", ci.id.number()));
    writeln!(out, "{heading}")?;
    for step in &because {
        writeln!(out, "  {}", clean_line(step))?;
    }
    if chain.is_empty() {
        writeln!(out, "  nobody ever changed it")?;
    }
    for event in &chain {
        let entry = &event.transaction;
        let who = author(&entry.author, entry.via.as_deref());
        let at = entry.at.local(desk.moment.zone);
        writeln!(out, "entry {}  {at}  {} {}", entry.seq, clean_line(&who), entry.verb)?;
        for fact in &event.changes {
            writeln!(out, "    {}", told(&reader, &ci.class, fact, &desk.moment)?)?;
        }
        if let Some(reason) = &entry.reason {
            writeln!(out, "    because: {}", clean_line(reason))?;
        }
    }
    Ok(out.finish()?)
}
