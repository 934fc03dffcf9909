//! `change conflicts`, `change override`: what planned changes would meet, and living with it for a reason.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::change::ChangeCommand;
use crate::desk::change::conflict::{Conflict, Side};
use crate::desk::command::Command;
use crate::desk::id::{Number, PersonId};
use crate::desk::time::Moment;
use crate::store::Reader;

/// What `change conflicts` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Conflicts {
    /// Changes and releases
    #[arg(value_name = "ID")]
    ids: Vec<String>,
}

/// What `change override` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Override {
    /// The change
    id: String,
    /// A conflict by its number in the list, or all open ones with this change, incident or window [default: the only one]
    #[arg(long, value_name = "N|CHG-N|WINDOW")]
    conflict: Vec<String>,
}

pub(super) fn list(globals: &Globals, args: &Conflicts) -> Outcome {
    let desk = Desk::open(globals)?;
    let asker = desk.asker()?;
    let tickets = if args.ids.is_empty() { Vec::new() } else { ids::tickets(&desk, &args.ids)? };
    let reader = desk.read()?;
    let found = match args.ids.is_empty() {
        true => reader.conflicts_to_come(&asker)?,
        false => {
            let mut found = Vec::new();
            for ticket in &tickets {
                found.extend(reader.conflicts_of(ticket, &asker)?);
            }
            found
        }
    };
    let columns = ["change", "n", "cause", "with", "from", "until", "overridden"].map(Column::of);
    let columns = columns.into_iter().chain([Column::of("conflict").cut()]).collect();
    let mut rows = Rows::new(Output::rows(globals), columns);
    let zone = desk.moment.zone;
    let mut counts: BTreeMap<Number, i64> = BTreeMap::new();
    let mut lines = Vec::new();
    for conflict in &found {
        let n = counts.entry(conflict.change).or_default();
        *n += 1;
        let why = match &conflict.overridden {
            Some(by) => format!("{}: {}", login(&reader, by.by)?, by.why),
            None => String::new(),
        };
        lines.push(Row {
            id: conflict.change.to_string(),
            cells: vec![
                Cell::text(conflict.change.to_string()),
                Cell::of(n.to_string(), *n),
                Cell::text(conflict.cause.word()),
                Cell::text(with(conflict)),
                Cell::of(conflict.span.from.local(zone), conflict.span.from.rfc3339()),
                Cell::of(conflict.span.until.local(zone), conflict.span.until.rfc3339()),
                Cell::text(why),
                Cell::text(conflict.text.as_str()),
            ],
        });
    }
    rows.page(&lines)?;
    if rows.finish()? == 0 {
        say("no conflicts");
    }
    Ok(())
}

pub(super) fn live_with(globals: &Globals, args: &Override) -> Outcome {
    let Some(why) = globals.reason.clone().filter(|why| !why.trim().is_empty()) else {
        return Err(Failure::usage("who overrides a conflict says why: --reason WHY"));
    };
    let mut desk = Desk::open(globals)?;
    let ticket = ids::ticket(&desk, &args.id)?;
    let all = desk.read()?.conflicts_of(&ticket, &desk.asker()?)?;
    let meant = match args.conflict.as_slice() {
        [] => the_only_one(&all, ticket.number)?,
        words => words.iter().map(|word| named(&all, word, ticket.number)).collect::<Outcome<Vec<_>>>()?.concat(),
    };
    let conflicts = meant.iter().map(|conflict| conflict.identity()).collect();
    // The reason is kept with the override, where it is told with its conflict.
    desk.execute(Command::Change(ChangeCommand::Override { on: ticket.id, conflicts, why }))?;
    Ok(())
}

fn the_only_one(all: &[Conflict], number: Number) -> Outcome<Vec<&Conflict>> {
    let open: Vec<&Conflict> = all.iter().filter(|conflict| conflict.is_open()).collect();
    match open.len() {
        1 => Ok(open),
        0 => Err(Failure::rule(format!("{number} has no conflict that is not overridden"))),
        n => Err(Failure::usage(format!(
            "{number} has {n} conflicts; which? --conflict N, by its number in: deskhand change conflicts {number}"
        ))),
    }
}

/// The conflicts that a word means: one by its place, whoever overrode it; all open ones with a ticket or a window.
fn named<'c>(all: &'c [Conflict], word: &str, number: Number) -> Outcome<Vec<&'c Conflict>> {
    let place = word.trim().parse::<usize>().ok();
    let other = word.parse::<Number>().ok();
    let is_meant = |(n, conflict): &(usize, &Conflict)| match &conflict.with {
        _ if place.is_some() => place == Some(*n),
        _ if !conflict.is_open() => false,
        Side::Ticket(number) => other == Some(*number),
        Side::Windows(windows) => windows.iter().any(|window| window.name.eq_ignore_ascii_case(word.trim())),
    };
    let meant: Vec<&Conflict> = (1..).zip(all).filter(is_meant).map(|(_, conflict)| conflict).collect();
    match meant.is_empty() {
        true => Err(Failure::not_found(format!(
            "{number} has no open conflict '{word}'; see: deskhand change conflicts {number}"
        ))),
        false => Ok(meant),
    }
}

fn login(reader: &Reader, person: PersonId) -> Outcome<String> {
    Ok(reader.person(person)?.map_or_else(|| person.to_string(), |person| person.login))
}

/// A conflict in words, with who overrode it and why.
pub(in crate::cli) fn told(reader: &Reader, conflict: &Conflict, moment: &Moment) -> Outcome<String> {
    Ok(match &conflict.overridden {
        None => conflict.text.clone(),
        Some(by) => {
            let name = reader.person(by.by)?.map_or_else(|| by.by.to_string(), |person| person.name);
            format!("{}; overridden by {name}, {}: {}", conflict.text, by.at.local(moment.zone), by.why)
        }
    })
}

/// That what a change meets can't be told: a window's query names what is gone.
pub(in crate::cli) fn untold(why: &str) -> String {
    format!("what it meets can't be told: {why}")
}

/// The same for programs.
pub(super) fn json(reader: &Reader, conflict: &Conflict) -> Outcome<Json> {
    let overridden = match &conflict.overridden {
        Some(by) => json!({ "by": login(reader, by.by)?, "at": by.at.rfc3339(), "reason": by.why }),
        None => Json::Null,
    };
    Ok(json!({
        "cause": conflict.cause.word(), "with": with(conflict), "from": conflict.span.from.rfc3339(),
        "until": conflict.span.until.rfc3339(), "text": conflict.text, "overridden": overridden,
    }))
}

fn with(conflict: &Conflict) -> String {
    match &conflict.with {
        Side::Ticket(number) => number.to_string(),
        Side::Windows(windows) => windows.iter().map(|window| window.name.as_str()).collect::<Vec<_>>().join(", "),
    }
}
