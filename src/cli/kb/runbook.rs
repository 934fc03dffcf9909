//! `kb follow`, `kb steps`, `kb runbook`: runbooks at tickets.

use std::io::Write;

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::kb::show;
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::command::Command;
use crate::desk::id::{ArticleId, Number};
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::time::Moment;
use crate::store::{Followed, FollowedStep};

/// What `kb follow` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Follow {
    /// The article
    id: String,
    /// The ticket
    ticket: String,
}

/// What `kb steps` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Steps {
    /// The article
    id: String,
    /// A ticket: how far each step is there
    ticket: Option<String>,
    /// Print the code of the step in that place, and nothing else
    #[arg(long, value_name = "N")]
    code: Option<usize>,
}

/// What `kb runbook` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Runbook {
    /// The name of an alert, a ticket that names one, or the runbook's number
    #[arg(value_name = "ALERT | ID")]
    word: String,
}

pub(super) fn follow(globals: &Globals, args: &Follow) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let (on, ticket) = (desk.read()?.find_article(&args.id)?, ids::ticket(&desk, &args.ticket)?.id);
    desk.execute(Command::Knowledge(KnowledgeCommand::Follow { on, ticket }))?;
    Ok(())
}

pub(super) fn steps(globals: &Globals, args: &Steps) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let ticket = args.ticket.as_deref().map(|word| ids::ticket(&desk, word)).transpose()?;
    let followed = reader.followed(reader.find_article(&args.id)?, ticket.as_ref().map(|ticket| ticket.id))?;
    if let Some(place) = args.code {
        return code(&followed, place);
    }
    let mut names = vec!["place", "step", "heading", "code", "text"];
    if ticket.is_some() {
        names.splice(1..1, ["task", "done", "ended", "by"]);
    }
    let columns = names.into_iter().map(Column::of).map(|one| if one.key == "text" { one.cut() } else { one });
    let mut rows = Rows::new(Output::rows(globals), columns.collect());
    let row = |(place, step): (usize, &FollowedStep)| row(place, step, ticket.is_some(), &desk.moment);
    rows.page(&(1..).zip(&followed.steps).map(row).collect::<Vec<_>>())?;
    if rows.finish()? == 0 {
        say(&format!(
            "{} has no steps: they are its tasks, - [ ], or the items of its numbered lists",
            followed.article.called()
        ));
    }
    Ok(())
}

fn row(place: usize, one: &FollowedStep, at_ticket: bool, moment: &Moment) -> Row {
    let mut cells = vec![
        Cell::of(place.to_string(), place),
        Cell::text(one.step.number.as_str()),
        Cell::text(one.step.under.as_str()),
        Cell::of(one.step.codes.len().to_string(), one.step.codes.len()),
        Cell::text(one.text.as_str()),
    ];
    if at_ticket {
        let task = one.task.as_ref();
        let ended = task.and_then(|task| task.ended);
        let mark = task.map_or("-", |task| if task.done { "[x]" } else { "[ ]" });
        let told = [
            Cell::of(
                task.map_or_else(|| String::from("-"), |task| task.position.to_string()),
                task.map(|task| task.position),
            ),
            Cell::of(mark, task.map(|task| task.done)),
            Cell::of(ended.map_or_else(String::new, |at| at.local(moment.zone)), ended.map(|at| at.rfc3339())),
            Cell::of(one.by.clone().unwrap_or_default(), one.by.clone()),
        ];
        cells.splice(1..1, told);
    }
    Row { id: place.to_string(), cells }
}

/// The blocks of code of one step as they are written, so that they can be piped.
fn code(followed: &Followed, place: usize) -> Outcome {
    let called = followed.article.called();
    let count = followed.steps.len();
    let step = place.checked_sub(1).and_then(|at| followed.steps.get(at));
    let step = step.ok_or_else(|| Failure::not_found(format!("{called} has no step {place}; it has {count}")))?;
    let blocks: Vec<&str> =
        step.step.codes.iter().filter_map(|at| Some(followed.document.codes.get(*at)?.text.as_str())).collect();
    if blocks.is_empty() {
        return Err(Failure::not_found(format!("step {place} of {called} has no code")));
    }
    let mut out = std::io::stdout().lock();
    blocks.into_iter().try_for_each(|block| out.write_all(block.as_bytes()))?;
    Ok(out.flush()?)
}

pub(super) fn runbook(globals: &Globals, args: &Runbook) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    if let Ok(id) = args.word.parse::<ArticleId>() {
        let article = reader.article(reader.find_article(&id.number())?)?;
        if article.kind != "runbook" {
            let number = id.number();
            return Err(Failure::rule(format!(
                "{} is no runbook; to read it: deskhand show {number}",
                article.called()
            )));
        }
        drop(reader);
        return show::show(globals, &[id.number()]);
    }
    let found = match args.word.parse::<Number>() {
        Ok(_) => {
            let ticket = ids::ticket(&desk, &args.word)?;
            reader.runbook_for(&ticket.title, &ticket.description, &reader.tags(ticket.id)?)?
        }
        Err(_) => reader.runbook_for(&args.word, "", &[args.word.to_lowercase()])?,
    };
    let found = found.ok_or_else(|| {
        Failure::not_found(match args.word.parse::<Number>() {
            Ok(number) => format!("{number} names no alert of which there is a published runbook"),
            Err(_) => format!("no published runbook is called '{}'; to search: deskhand kb search", args.word),
        })
    })?;
    drop(reader);
    show::show(globals, &[found.id.number()])
}
