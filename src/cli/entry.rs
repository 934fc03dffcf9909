//! `note` and `reply`: what is written onto tickets.

use std::io::IsTerminal;

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::form;
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::rules::{fill, nearest};
use crate::desk::ticket::Ticket;

/// What `note` and `reply` takes.
#[derive(Debug, Args)]
pub(super) struct Write {
    /// Tickets; - reads the text from stdin
    #[arg(value_name = "ID", required = true)]
    words: Vec<String>,
    /// The text
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,
    /// The text of a snippet of the desk; its placeholders are filled in
    #[arg(long, value_name = "NAME", conflicts_with = "message")]
    snippet: Option<String>,
}

pub(super) fn write(globals: &Globals, args: &Write, public: bool) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let given = args.message.is_some() || args.snippet.is_some();
    let (dashes, numbers): (Vec<String>, Vec<String>) = args.words.iter().cloned().partition(|word| word == "-");
    let from_stdin = !given && !dashes.is_empty();
    if from_stdin && numbers.is_empty() {
        return Err(Failure::usage("when the tickets come from stdin, give the text by -m"));
    }
    let tickets = ids::tickets(&desk, if from_stdin { &numbers } else { &args.words })?;
    if let Some(name) = &args.snippet {
        let text = snippet(&desk, name)?;
        for ticket in &tickets {
            let text = filled(&desk, ticket, &text)?;
            let on = ids::targets(std::slice::from_ref(ticket));
            desk.execute(Command::Write { on, public, text })?;
        }
        return Ok(());
    }
    let on = ids::targets(&tickets);
    if let Some(text) = &args.message {
        desk.execute(Command::Write { on, public, text: text.clone() })?;
        return Ok(());
    }
    if from_stdin {
        desk.execute(Command::Write { on, public, text: ids::stdin()? })?;
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("give the text: -m TEXT, or - to read it from stdin"));
    }
    let edited = form::edit(if public { "reply" } else { "note" }, "")?;
    if edited.text().trim().is_empty() {
        edited.done();
        say("no text, nothing was written");
        return Ok(());
    }
    let text = edited.text().to_owned();
    desk.execute(Command::Write { on, public, text }).map_err(|failure| edited.kept(failure))?;
    edited.done();
    Ok(())
}

fn snippet(desk: &Desk, name: &str) -> Outcome<String> {
    let reader = desk.read()?;
    let snippets = &reader.rules().snippets;
    match snippets.get(name) {
        Some(snippet) => Ok(snippet.text.clone()),
        None => Err(Failure::not_found(match nearest(name, snippets.keys().map(String::as_str)) {
            Some(near) => format!("there is no snippet '{name}'; did you mean '{near}'?"),
            None => format!(
                "there is no snippet '{name}'; there are {}",
                snippets.keys().cloned().collect::<Vec<_>>().join(", ")
            ),
        })),
    }
}

/// A snippet's text for one ticket.
fn filled(desk: &Desk, ticket: &Ticket, text: &str) -> Outcome<String> {
    let reader = desk.read()?;
    let requester = ticket.requester.map(|id| reader.person(id)).transpose()?.flatten();
    let me = reader.person_by_login(&desk.author.login)?.map_or_else(|| desk.author.login.clone(), |me| me.name);
    Ok(fill(text, &|name| match name {
        "requester" => requester.as_ref().map(|person| person.name.clone()),
        "number" => Some(ticket.number.to_string()),
        "title" => Some(ticket.title.clone()),
        "me" => Some(me.clone()),
        "today" => Some(desk.moment.today().to_string()),
        _ => None,
    }))
}
