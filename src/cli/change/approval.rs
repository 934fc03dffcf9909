//! `change approve`, `reject`, `delegate`, `approvals`.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::change::Planned;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::change::{ChangeCommand, Verdict};
use crate::desk::command::Command;
use crate::desk::time::{HOUR, short_span};

/// What `change approve` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Approve {
    /// Changes
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// A word on it
    #[arg(short = 'm', long, value_name = "TEXT")]
    comment: Option<String>,
}

/// What `change reject` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Reject {
    /// Changes
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Why
    #[arg(short = 'm', long, value_name = "TEXT")]
    comment: String,
}

/// What `change delegate` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Delegate {
    /// The change
    id: String,
    /// Who shall approve
    login: String,
    /// In whose place, where that is not you
    #[arg(long, value_name = "LOGIN")]
    from: Option<String>,
}

/// What `change approvals` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Approvals {
    /// The change
    id: Option<String>,
}

pub(super) fn approve(globals: &Globals, args: &Approve) -> Outcome {
    vote(globals, &args.ids, Verdict::Approve, args.comment.clone())
}

pub(super) fn reject(globals: &Globals, args: &Reject) -> Outcome {
    vote(globals, &args.ids, Verdict::Reject, Some(args.comment.clone()))
}

fn vote(globals: &Globals, words: &[String], verdict: Verdict, comment: Option<String>) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = ids::targets(&ids::tickets(&desk, words)?);
    desk.execute(Command::Change(ChangeCommand::Vote { on, verdict, comment }))?;
    Ok(())
}

pub(super) fn delegate(globals: &Globals, args: &Delegate) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = ids::ticket(&desk, &args.id)?.id;
    let person = |login: &str| -> Outcome<_> { Ok(desk.read()?.find_person(login)?.id) };
    let (from, to) = (args.from.as_deref().map(person).transpose()?, person(&args.login)?);
    desk.execute(Command::Change(ChangeCommand::Delegate { on, from, to }))?;
    Ok(())
}

pub(super) fn list(globals: &Globals, args: &Approvals) -> Outcome {
    let desk = Desk::open(globals)?;
    match &args.id {
        Some(id) => one(globals, &desk, id),
        None => silent(globals, &desk),
    }
}

fn one(globals: &Globals, desk: &Desk, id: &str) -> Outcome {
    let ticket = ids::ticket(desk, id)?;
    let Some(planned) = Planned::read(&desk.read()?, &ticket, &desk.moment)? else {
        return Err(Failure::rule(format!("{} is {}, no change", ticket.number, ticket.kind().one())));
    };
    let mut out = Output::text(globals);
    match out.format {
        Format::Json | Format::Jsonl => {
            let approval = planned.json().into_iter().find(|(name, _)| *name == "approval").map(|(_, part)| part);
            out.json(&approval.unwrap_or_default())?;
        }
        _ if planned.of.steps.is_empty() => say(&format!("nobody was asked to approve {}", ticket.number)),
        _ => planned.print_approvals(&mut out, &desk.moment)?,
    }
    Ok(out.finish()?)
}

/// Everybody who is asked and silent, the most patient first.
fn silent(globals: &Globals, desk: &Desk) -> Outcome {
    let columns = ["number", "step", "person", "since", "silent", "title"].map(Column::of);
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let silent = desk.read()?.silent(desk.moment.now)?;
    let lines: Vec<Row> = silent
        .iter()
        .map(|one| {
            let span = desk.moment.now.since(one.since);
            Row {
                id: one.number.to_string(),
                cells: vec![
                    Cell::text(one.number.to_string()),
                    Cell::text(one.step.as_str()),
                    Cell::text(one.login.as_str()),
                    Cell::of(one.since.local(desk.moment.zone), one.since.rfc3339()),
                    Cell::of(short_span(span), span / HOUR),
                    Cell::text(one.title.as_str()),
                ],
            }
        })
        .collect();
    rows.page(&lines)?;
    if rows.finish()? == 0 {
        say("nobody is asked to approve anything");
    }
    Ok(())
}
