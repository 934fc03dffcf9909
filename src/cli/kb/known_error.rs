//! `kb known-error`: faults whose cause is known, and what helps until they are mended.

use std::io::Write;

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::cli::show::{paragraph, room};
use crate::desk::command::Command;
use crate::desk::field::Value;
use crate::desk::id::{ArticleId, Kind, Number};
use crate::desk::knowledge::{
    ArticleField, ArticleTarget, CitationRole, Content, KNOWN_ERROR, KnowledgeCommand, refreshed,
};
use crate::desk::ticket::Ticket;
use crate::store::Offered;
use crate::text::clean_line;

/// What `kb known-error` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct KnownError {
    /// A problem, or a ticket that may be a case of one
    id: String,
    /// Write the problem's cause, workaround and fix of today into its article
    #[arg(long)]
    refresh: bool,
    /// Publish it at once
    #[arg(long)]
    publish: bool,
    /// Note the workaround on all open incidents that are linked to the problem
    #[arg(long)]
    tell: bool,
    /// Only show on which, and what
    #[arg(long)]
    plan: bool,
}

pub(super) fn run(globals: &Globals, args: &KnownError) -> Outcome {
    let planned = Globals { dry_run: globals.dry_run || args.plan, ..globals.clone() };
    let mut desk = Desk::open(&planned)?;
    let ticket = ids::ticket(&desk, &args.id)?;
    if ticket.kind() != Kind::Problem {
        if args.publish || args.tell || args.refresh {
            return Err(Failure::usage(format!("{} is no problem; a known error belongs to one", ticket.number)));
        }
        return offer(&planned, &desk, &ticket);
    }
    let known = desk.read()?.known_error_of(ticket.id)?;
    let mut commands = Vec::new();
    let id = match known {
        Some(id) => {
            let article = desk.read()?.article(id)?;
            let body = refreshed(&article.body, &ticket);
            if args.refresh && body != article.body {
                let on = ArticleTarget { id, version: Some(article.version) };
                let set = Content::from([(ArticleField::Body, vec![Value::from(body)])]);
                commands.push(Command::Knowledge(KnowledgeCommand::Edit { on, set, settled: Vec::new() }));
            }
            id
        }
        None => {
            for (what, given) in [("root_cause", &ticket.root_cause), ("workaround", &ticket.workaround)] {
                if given.as_deref().is_none_or(|text| text.trim().is_empty()) {
                    return Err(Failure::rule(format!(
                        "{} has no {what}; what has both is a known error: deskhand set {} {what}=…",
                        ticket.number, ticket.number
                    )));
                }
            }
            let reader = desk.read()?;
            let set = reader.drawn(KNOWN_ERROR, Some(&ticket))?;
            let next = reader.next_article()?;
            drop(reader);
            let cite = vec![(ticket.id, CitationRole::KnownError)];
            commands.push(Command::Knowledge(KnowledgeCommand::Write { set, cite }));
            next
        }
    };
    if args.publish {
        let to = String::from("publish");
        commands.push(Command::Knowledge(KnowledgeCommand::Advance { on: vec![id], to, at: None }));
    }
    if args.tell {
        commands.push(Command::Knowledge(KnowledgeCommand::Tell { on: id }));
    }
    if !commands.is_empty() {
        desk.execute(Command::Each(commands))?;
    }
    if planned.dry_run && known.is_none() {
        return Ok(());
    }
    if Output::text(&planned).format == Format::Table || args.publish || args.tell || args.refresh {
        println!("{}", ArticleId::number(id));
        return Ok(());
    }
    let article = desk.read()?.article(id)?;
    let workaround = ticket.workaround.clone().unwrap_or_default();
    table(&planned, vec![Offered { id, title: article.title, problem: Some(ticket.number), workaround }])
}

fn problem(number: Option<Number>) -> Cell {
    let shown = number.map(|number| number.to_string());
    Cell::of(shown.clone().unwrap_or_default(), shown)
}

/// Known errors as rows for programs.
fn table(globals: &Globals, all: Vec<Offered>) -> Outcome {
    let columns = ["number", "title", "problem", "workaround"].map(Column::of);
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let row = |one: Offered| Row {
        id: one.id.number(),
        cells: vec![
            Cell::text(one.id.number()),
            Cell::text(one.title),
            problem(one.problem),
            Cell::text(one.workaround),
        ],
    };
    rows.page(&all.into_iter().map(row).collect::<Vec<_>>())?;
    rows.finish()?;
    Ok(())
}

/// The workarounds that may help with a ticket.
fn offer(globals: &Globals, desk: &Desk, ticket: &Ticket) -> Outcome {
    let offered = desk.read()?.known_errors_for(ticket.id)?;
    let mut out = Output::text(globals);
    match out.format {
        Format::Table => {
            for (n, one) in offered.iter().enumerate() {
                if n > 0 {
                    writeln!(out)?;
                }
                let head = out.heading(&format!("{}  {}", one.id.number(), clean_line(&one.title)));
                let why = one.problem.map_or_else(|| String::from("reads alike"), |problem| format!("of {problem}"));
                writeln!(out, "{head}  ({why})")?;
                let room = room(&out);
                paragraph(&mut out, &one.workaround, room, "    ")?;
            }
        }
        _ => return table(globals, offered),
    }
    out.finish()?;
    if offered.is_empty() {
        say("no known error fits it");
    }
    Ok(())
}
