//! `outbox`: what waits on this machine until the drive of the desk is back.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::Value as Json;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::refusal::Refusal;
use crate::store::Waiting;

/// How long sending may take before it is left to the next time.
const SENDING: Duration = Duration::from_secs(60);

/// What `outbox` takes.
#[derive(Debug, Args)]
pub(super) struct Outbox {
    #[command(subcommand)]
    verb: Option<OutboxVerb>,
}

/// What can be done with what waits.
#[derive(Debug, Subcommand)]
enum OutboxVerb {
    /// Send what waits now, also what was refused before
    Send,
    /// Forget commands that wait: they will not be sent
    Discard {
        /// Their ids, or how those begin or end
        #[arg(required = true)]
        id: Vec<String>,
    },
}

pub(super) fn run(globals: &Globals, args: &Outbox) -> Outcome {
    let desk = Desk::open(globals)?;
    match &args.verb {
        None => list(&desk, globals),
        Some(_) if globals.dry_run => Err(Failure::usage("outbox send and discard have no dry run")),
        Some(OutboxVerb::Send) => send(&desk),
        Some(OutboxVerb::Discard { id }) => id.iter().try_for_each(|id| discard(&desk, id)),
    }
}

fn list(desk: &Desk, globals: &Globals) -> Outcome {
    let columns = ["id", "at", "author", "verb", "tickets", "summary", "refused"].map(Column::of);
    let columns =
        columns.map(|column| if matches!(&*column.key, "summary" | "refused") { column.cut() } else { column });
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let reader = desk.read()?;
    let row = |waiting: &Waiting| {
        let numbers = waiting.tickets().into_iter().filter_map(|id| reader.ticket(id).ok());
        let numbers: Vec<String> = numbers.map(|ticket| ticket.number.to_string()).collect();
        let refused = waiting.refused.as_ref().map(ToString::to_string);
        Row {
            id: waiting.request.id.to_string(),
            cells: vec![
                Cell::text(waiting.request.id.to_string()),
                Cell::of(waiting.at.local(desk.moment.zone), waiting.at.rfc3339()),
                Cell::text(waiting.author.login.as_str()),
                Cell::text(waiting.request.command.verb()),
                Cell::of(numbers.join(" "), Json::from(numbers.clone())),
                Cell::text(waiting.summary.as_str()),
                Cell::of(refused.clone().unwrap_or_default(), refused.map_or(Json::Null, Json::from)),
            ],
        }
    };
    rows.page(&desk.store.waiting().iter().map(row).collect::<Vec<_>>())?;
    rows.finish()?;
    for left in desk.store.unreadable() {
        say(&format!("can't be read, and stays: {}: {}", left.file.display(), left.why));
    }
    Ok(())
}

fn send(desk: &Desk) -> Outcome {
    for waiting in desk.store.waiting().iter().filter(|waiting| waiting.refused.is_some()) {
        desk.store.retry(waiting.request.id)?;
    }
    desk.store.refresh(SENDING);
    desk.store.news().iter().for_each(|news| say(news));
    let left = desk.store.waiting();
    if let Some(refused) = left.iter().find_map(|waiting| waiting.refused.clone()) {
        return Err(Failure::Refused(refused));
    }
    match (desk.store.standing().and_then(|standing| standing.away), left.len()) {
        (_, 0) => Ok(()),
        (Some(away), _) => Err(Failure::Refused(Refusal::Unavailable(away.why))),
        (None, n) => Err(Failure::Refused(Refusal::Unavailable(format!(
            "{n} still wait: another Deskhand of yours is sending them, or the drive is slow"
        )))),
    }
}

fn discard(desk: &Desk, word: &str) -> Outcome {
    let waiting = desk.store.waiting();
    let fits = |one: &&Waiting| {
        let id = one.request.id.to_string();
        id.starts_with(word) || id.ends_with(word)
    };
    let found: Vec<&Waiting> = waiting.iter().filter(fits).collect();
    match found[..] {
        [one] => {
            let kept = desk.store.discard(one.request.id)?;
            say(&format!("discarded: {}; it is kept for 30 days as {}", one.summary, kept.display()));
            Ok(())
        }
        [] => Err(Failure::not_found(format!("nothing in the outbox has an id like {word}; see deskhand outbox"))),
        _ => Err(Failure::usage(format!("{} commands in the outbox have an id like {word}", found.len()))),
    }
}
