//! `change start`, `step`, `finish`, `backout`, `review`.

use std::io::Write;

use clap::Args;
use serde_json::json;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::desk::change::ChangeCommand;
use crate::desk::change::work::deviations;
use crate::desk::command::Command;
use crate::desk::link::Relation;
use crate::desk::ticket::Ticket;
use crate::desk::time::parse_time;
use crate::text::{clean_line, clean_text};

/// What `change start` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Start {
    /// The change
    id: String,
    /// Why now, where something speaks against it
    #[arg(long, value_name = "REASON")]
    anyway: Option<String>,
}

/// What `change step` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Step {
    /// The change
    id: String,
    /// The step's position
    position: i64,
    /// It has begun, and is not done yet
    #[arg(long)]
    begin: bool,
    /// When, if not now: 21:40
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// What happened
    #[arg(short = 'm', long, value_name = "TEXT")]
    note: Option<String>,
}

/// What `change finish` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Finish {
    /// The change
    id: String,
    /// How it went: a resolution code
    #[arg(long, value_name = "CODE", default_value = "successful")]
    code: String,
    /// In words
    #[arg(short = 'm', long, value_name = "TEXT")]
    message: Option<String>,
}

/// What `change backout` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Backout {
    /// The change
    id: String,
    /// Why
    #[arg(short = 'm', long, value_name = "TEXT")]
    message: String,
}

/// What `change review` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Review {
    /// The change
    id: String,
    /// What it teaches
    #[arg(long, value_name = "TEXT")]
    lessons: Option<String>,
    /// An incident that it caused
    #[arg(long, value_name = "INC-N")]
    caused: Vec<String>,
}

pub(super) fn start(globals: &Globals, args: &Start) -> Outcome {
    let anyway = args.anyway.clone().filter(|why| !why.trim().is_empty());
    act(globals, &args.id, anyway.clone(), |_, ticket| Ok(ChangeCommand::Start { on: ticket.id.into(), anyway }))
}

pub(super) fn step(globals: &Globals, args: &Step) -> Outcome {
    act(globals, &args.id, None, |desk, ticket| {
        let at = args.at.as_deref().map(|text| match parse_time(text, &desk.moment) {
            Some(typed) => Ok(typed.from),
            None => Err(Failure::usage(format!("'{text}' is no time; it looks like 21:40"))),
        });
        let (position, done, note) = (args.position, !args.begin, args.note.clone());
        Ok(ChangeCommand::Step { on: ticket.id, position, done, at: at.transpose()?, note })
    })
}

pub(super) fn finish(globals: &Globals, args: &Finish) -> Outcome {
    act(globals, &args.id, None, |_, ticket| {
        let (code, resolution) = (args.code.clone(), args.message.clone());
        Ok(ChangeCommand::Finish { on: ticket.id.into(), code, resolution })
    })
}

pub(super) fn backout(globals: &Globals, args: &Backout) -> Outcome {
    act(globals, &args.id, None, |_, ticket| {
        Ok(ChangeCommand::BackOut { on: ticket.id.into(), why: args.message.clone() })
    })
}

fn act(
    globals: &Globals,
    id: &str,
    reason: Option<String>,
    command: impl FnOnce(&Desk, &Ticket) -> Outcome<ChangeCommand>,
) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let ticket = ids::ticket(&desk, id)?;
    let command = command(&desk, &ticket)?;
    desk.execute_because(Command::Change(command), globals.reason.clone().or(reason))?;
    Ok(())
}

pub(super) fn review(globals: &Globals, args: &Review) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = ids::ticket(&desk, &args.id)?.id;
    if args.lessons.is_some() || !args.caused.is_empty() {
        let caused = match args.caused.is_empty() {
            true => Vec::new(),
            false => ids::tickets(&desk, &args.caused)?.iter().map(|ticket| ticket.id).collect(),
        };
        desk.execute(Command::Change(ChangeCommand::Review { on, lessons: args.lessons.clone(), caused }))?;
        return Ok(());
    }
    let ticket = ids::ticket(&desk, &args.id)?;
    let reader = desk.read()?;
    let links = reader.links(on)?;
    let caused: Vec<_> = links.iter().filter(|link| link.relation == Relation::CausedBy && link.reverse).collect();
    let mut out = Output::text(globals);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        let time = |at: Option<crate::desk::time::Timestamp>| at.map(|at| at.rfc3339());
        out.json(&json!({
            "number": ticket.number, "state": ticket.state, "code": ticket.resolution_code,
            "planned_start": time(ticket.planned_start), "planned_end": time(ticket.planned_end),
            "actual_start": time(ticket.actual_start), "actual_end": time(ticket.actual_end),
            "caused": caused.iter().map(|link| link.number.to_string()).collect::<Vec<_>>(), "lessons": ticket.lessons,
        }))?;
        return Ok(out.finish()?);
    }
    let code = ticket.resolution_code.as_deref().unwrap_or(&ticket.state);
    let heading = out.heading(&format!("{} {}: {code}", ticket.number, clean_line(&ticket.title)));
    writeln!(out, "{heading}")?;
    for line in deviations(&ticket) {
        writeln!(out, "  {line}")?;
    }
    for link in caused {
        writeln!(out, "  caused {} ({})  {}", link.number, link.state, clean_line(&link.title))?;
    }
    if let Some(lessons) = &ticket.lessons {
        writeln!(out, "\n{}\n{}", out.heading("Lessons"), clean_text(lessons.trim_end()))?;
    }
    Ok(out.finish()?)
}
