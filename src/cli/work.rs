//! `follow`, `time`, `task`: work on a ticket that is no change of its fields.

use clap::{Args, ValueEnum};

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::command::{Command, TaskChange};
use crate::desk::time::{MINUTE, parse_span};

/// What `follow` and `unfollow` takes.
#[derive(Debug, Args)]
pub(super) struct Follow {
    /// Tickets
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Somebody else
    #[arg(long, value_name = "LOGIN")]
    person: Option<String>,
}

/// What `time` takes.
#[derive(Debug, Args)]
pub(super) struct Time {
    /// The ticket
    id: String,
    /// How long: 25m, 1h30m, -10m
    #[arg(allow_hyphen_values = true)]
    span: String,
    /// On what
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    message: String,
}

/// What `task` takes.
#[derive(Debug, Args)]
pub(super) struct Task {
    /// The ticket
    id: String,
    /// What to do
    #[arg(value_enum, default_value_t = Deed::List)]
    deed: Deed,
    /// The text of a new task, or the position of one that exists
    #[arg(value_name = "TEXT | N")]
    words: Vec<String>,
}

/// What may happen to a checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deed {
    /// Add a task at the end
    Add,
    /// Tick a task
    Done,
    /// Untick a task
    Undone,
    /// Take a task away
    Remove,
    /// Print the checklist
    List,
}

pub(super) fn follow(globals: &Globals, args: &Follow, watching: bool) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = ids::tickets(&desk, &args.ids)?.iter().map(|ticket| ticket.id).collect();
    let person = match &args.person {
        Some(login) => desk.read()?.find_person(login)?.id,
        None => desk.me()?,
    };
    desk.execute(Command::Watch { on, person, watching })?;
    Ok(())
}

pub(super) fn time(globals: &Globals, args: &Time) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = ids::ticket(&desk, &args.id)?.id;
    let (sign, span) = match args.span.strip_prefix('-') {
        Some(span) => (-1, span),
        None => (1, args.span.as_str()),
    };
    let span = parse_span(span)
        .ok_or_else(|| Failure::usage(format!("'{}' is no span of time; they look like 25m or 1h30m", args.span)))?;
    let minutes = sign * (span.saturating_add(MINUTE - 1) / MINUTE);
    desk.execute(Command::LogTime { on, minutes, text: args.message.clone() })?;
    Ok(())
}

pub(super) fn task(globals: &Globals, args: &Task) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = ids::ticket(&desk, &args.id)?.id;
    let text = args.words.join(" ");
    let position = || {
        text.trim()
            .parse::<i64>()
            .map_err(|_| Failure::usage(format!("'{text}' is no position; see: deskhand task {}", args.id)))
    };
    let change = match args.deed {
        Deed::Add => TaskChange::Add(text),
        Deed::Done => TaskChange::Done(position()?, true),
        Deed::Undone => TaskChange::Done(position()?, false),
        Deed::Remove => TaskChange::Remove(position()?),
        Deed::List => return tasks(globals, &desk, on),
    };
    desk.execute(Command::Task { on, change })?;
    Ok(())
}

fn tasks(globals: &Globals, desk: &Desk, on: crate::desk::id::TicketId) -> Outcome {
    let columns = ["position", "done", "text", "ended", "article"].map(Column::of);
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let tasks = desk.read()?.tasks(on)?;
    let lines: Vec<Row> = tasks
        .iter()
        .map(|task| Row {
            id: task.position.to_string(),
            cells: vec![
                Cell::of(task.position.to_string(), task.position),
                Cell::of(if task.done { "[x]" } else { "[ ]" }, task.done),
                Cell::text(task.text.as_str()),
                Cell::of(
                    task.ended.map_or_else(String::new, |at| at.local(desk.moment.zone)),
                    task.ended.map(|at| at.rfc3339()),
                ),
                Cell::of(origin(task).unwrap_or_default(), origin(task)),
            ],
        })
        .collect();
    rows.page(&lines)?;
    if rows.finish()? == 0 {
        say("it has no tasks");
    }
    Ok(())
}

/// The article and the step that a task came from: `KB-9 2.1`.
pub(super) fn origin(task: &crate::store::Task) -> Option<String> {
    task.origin.as_ref().map(|origin| format!("{} {}", origin.article.number(), origin.step))
}
