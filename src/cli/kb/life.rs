//! `kb publish`, `kb retire`, `kb move`, `kb review`: articles led through their life.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::diff::time;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::kb::words::articles;
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::knowledge::{KnowledgeCommand, Phase};

/// What `kb publish` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Publish {
    /// Articles
    #[arg(value_name = "ARTICLE", required = true)]
    ids: Vec<String>,
    /// Later, by itself: mon 9:00, 2026-12-01. deskhand tick does it
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Note the workaround of a known error on all open incidents that are linked to its problem
    #[arg(long, conflicts_with = "at")]
    tell: bool,
}

/// Articles.
#[derive(Debug, Args)]
pub(in crate::cli) struct Named {
    /// Articles
    #[arg(value_name = "ARTICLE", required = true)]
    ids: Vec<String>,
}

/// What `kb move` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Move {
    /// Articles, then the state or what leads to it: KB-9 submit
    #[arg(value_name = "ARTICLE… STATE", required = true, num_args = 2..)]
    words: Vec<String>,
}

/// What `kb review` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Review {
    /// Articles
    #[arg(value_name = "ARTICLE", required = true)]
    ids: Vec<String>,
    /// What was looked at, or why a flag needs nothing done
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    message: String,
}

pub(super) fn publish(globals: &Globals, args: &Publish) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = articles(&desk, &args.ids)?;
    let at = time(&desk, args.at.as_deref())?;
    let to = state(&desk, Phase::Live)?;
    let publish = Command::Knowledge(KnowledgeCommand::Advance { on: on.clone(), to, at });
    let command = if args.tell {
        let tell = on.into_iter().map(|on| Command::Knowledge(KnowledgeCommand::Tell { on }));
        Command::Each(std::iter::once(publish).chain(tell).collect())
    } else {
        publish
    };
    desk.execute(command)?;
    Ok(())
}

pub(super) fn retire(globals: &Globals, args: &Named) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let (on, to) = (articles(&desk, &args.ids)?, state(&desk, Phase::Gone)?);
    desk.execute(Command::Knowledge(KnowledgeCommand::Advance { on, to, at: None }))?;
    Ok(())
}

/// The desk's own name for the first state of a phase.
fn state(desk: &Desk, phase: Phase) -> Outcome<String> {
    let reader = desk.read()?;
    let state = reader.rules().knowledge.life.state.iter().find(|state| state.phase == phase);
    state.map(|state| state.name.clone()).ok_or_else(|| Failure::rule("this desk has no such state of articles"))
}

pub(super) fn advance(globals: &Globals, args: &Move) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let Some((to, named)) = args.words.split_last() else {
        return Err(Failure::usage("give articles and a state"));
    };
    let on = articles(&desk, named)?;
    desk.execute(Command::Knowledge(KnowledgeCommand::Advance { on, to: to.clone(), at: None }))?;
    Ok(())
}

pub(super) fn review(globals: &Globals, args: &Review) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = articles(&desk, &args.ids)?;
    desk.execute(Command::Knowledge(KnowledgeCommand::Review { on, comment: args.message.clone() }))?;
    Ok(())
}
