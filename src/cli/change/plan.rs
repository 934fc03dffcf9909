//! `change plan`: the plan of a change, printed or given.

use std::io::Write;

use clap::Args;
use serde_json::{Map, Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::change::Planned;
use crate::cli::edit::give_the_reason;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output, labelled};
use crate::desk::change::ChangeCommand;
use crate::desk::command::{Command, TaskChange};
use crate::desk::field::{Field, Shape};
use crate::desk::id::PersonId;
use crate::desk::ticket::Ticket;
use crate::store::{machine, shown};
use crate::text::{clean_line, clean_text};

/// What `change plan` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Plan {
    /// The change
    id: String,
    /// Fields of the plan; steps=+TEXT; implementers=+LOGIN,-LOGIN
    #[arg(value_name = "FIELD=VALUE")]
    words: Vec<String>,
}

/// What a plan consists of, in the order in which people think of it.
const FIELDS: [Field; 17] = [
    Field::ChangeType,
    Field::State,
    Field::Service,
    Field::Ci,
    Field::Assignee,
    Field::Team,
    Field::PlannedStart,
    Field::PlannedEnd,
    Field::ActualStart,
    Field::ActualEnd,
    Field::BackoutMinutes,
    Field::Description,
    Field::PlanReason,
    Field::PlanImpact,
    Field::TestPlan,
    Field::BackoutPlan,
    Field::Communication,
];

pub(super) fn run(globals: &Globals, args: &Plan) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let ticket = ids::ticket(&desk, &args.id)?;
    if args.words.is_empty() {
        return print(globals, &desk, &ticket);
    }
    let (others, pairs) = ids::parted(&args.words);
    if let Some(word) = others.first() {
        return Err(Failure::usage(format!("'{word}' is no field=value")));
    }
    let (mut fields, mut commands) = (Vec::new(), Vec::new());
    for (name, value) in pairs {
        match name.as_str() {
            "step" | "steps" => {
                let text = value.strip_prefix('+').unwrap_or(&value).to_owned();
                commands.push(Command::Task { on: ticket.id, change: TaskChange::Add(text) });
            }
            "implementer" | "implementers" => commands.push(implementers(&desk, &ticket, &value)?),
            _ => fields.push((name, value)),
        }
    }
    if !fields.is_empty() {
        let mut wanted = ids::wanted(&mut desk, &fields)?;
        give_the_reason(&mut wanted.set, globals);
        let on = vec![ticket.id.into()];
        commands.insert(0, Command::Edit { on, set: wanted.set, tag: wanted.tag, untag: wanted.untag });
    }
    let command = if commands.len() == 1 { commands.remove(0) } else { Command::Each(commands) };
    desk.execute(command)?;
    Ok(())
}

/// `+anna,-bob`: who comes and who goes.
fn implementers(desk: &Desk, ticket: &Ticket, value: &str) -> Outcome<Command> {
    let reader = desk.read()?;
    let (mut add, mut remove): (Vec<PersonId>, Vec<PersonId>) = (Vec::new(), Vec::new());
    for word in value.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word.strip_prefix('-') {
            Some(login) => remove.push(reader.find_person(login)?.id),
            None => add.push(reader.find_person(word.strip_prefix('+').unwrap_or(word))?.id),
        }
    }
    Ok(Command::Change(ChangeCommand::Implementers { on: ticket.id, add, remove }))
}

fn print(globals: &Globals, desk: &Desk, ticket: &Ticket) -> Outcome {
    let reader = desk.read()?;
    let Some(planned) = Planned::read(&reader, ticket, &desk.moment)? else {
        return Err(Failure::rule(format!("{} is {}, no change", ticket.number, ticket.kind().one())));
    };
    let (tasks, affected) = (reader.tasks(ticket.id)?, reader.affected(ticket.id)?);
    let values: Vec<_> = FIELDS.iter().map(|field| (*field, ticket.value(*field))).collect();
    let names = reader.names(values.iter().map(|(field, value)| (*field, value)))?;
    let mut out = Output::text(globals);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        let mut object = Map::new();
        object.insert(String::from("number"), ticket.number.to_string().into());
        object.insert(String::from("risk"), ticket.risk.clone().into());
        object.insert(String::from("risk_score"), ticket.risk_score.into());
        for (field, value) in &values {
            object.insert(field.name().to_owned(), machine(*field, value, &names));
        }
        let steps: Vec<Json> = tasks
            .iter()
            .map(|task| {
                json!({
                    "position": task.position, "done": task.done, "text": task.text,
                    "began": task.began.map(|at| at.rfc3339()), "ended": task.ended.map(|at| at.rfc3339()),
                })
            })
            .collect();
        object.insert(String::from("steps"), Json::from(steps));
        let cis: Vec<String> = affected.iter().map(|ci| ci.id.number()).collect();
        object.insert(String::from("affected"), Json::from(cis));
        object.extend(planned.json().into_iter().map(|(name, part)| (name.to_owned(), part)));
        out.json(&Json::Object(object))?;
        return Ok(out.finish()?);
    }
    let title = out.heading(&format!("{}  {}", ticket.number, clean_line(&ticket.title)));
    writeln!(out, "{title}")?;
    for (field, value) in values.iter().filter(|(field, value)| value.given() && field.shape() != Shape::Text) {
        let value = shown(*field, value, &names, &desk.moment);
        writeln!(out, "{}", labelled(field.spec().label, 15, &clean_line(&value)))?;
    }
    for (field, value) in values.iter().filter(|(field, value)| value.given() && field.shape() == Shape::Text) {
        let label = out.heading(field.spec().label);
        writeln!(out, "\n{label}\n{}", clean_text(shown(*field, value, &names, &desk.moment).trim_end()))?;
    }
    if !affected.is_empty() {
        let cis: Vec<&str> = affected.iter().map(|ci| ci.name.as_str()).collect();
        writeln!(out, "\n{}  {}", out.heading("Affects"), clean_line(&cis.join(", ")))?;
    }
    if !tasks.is_empty() {
        writeln!(out, "\n{}", out.heading("Steps"))?;
        for task in &tasks {
            let mark = if task.done { "x" } else { " " };
            let times: Vec<String> =
                [task.began, task.ended].into_iter().flatten().map(|at| at.local(desk.moment.zone)).collect();
            let times = if times.is_empty() { String::new() } else { format!("  ({})", times.join(" to ")) };
            writeln!(out, "{:>2} [{mark}] {}{times}", task.position, clean_line(&task.text))?;
        }
    }
    planned.print(&mut out, ticket, &desk.moment)?;
    Ok(out.finish()?)
}
