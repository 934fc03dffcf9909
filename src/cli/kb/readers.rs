//! `kb rate`, `kb flag`, `kb use`: what readers make of articles.

use clap::{Args, ValueEnum};

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::knowledge::KnowledgeCommand;

/// Whether it helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Verdict {
    /// It did.
    Helped,
    /// It did not.
    #[value(name = "not")]
    Failed,
}

/// What `kb rate` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Rate {
    /// The article
    id: String,
    /// Whether it helped
    verdict: Verdict,
    /// In words
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    message: String,
}

/// What `kb flag` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Flag {
    /// The article
    id: String,
    /// What is wrong
    #[arg(short, long, value_name = "TEXT")]
    message: String,
}

/// What `kb use` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Use {
    /// The article
    id: String,
    /// Tickets
    #[arg(value_name = "ID | FIELD=VALUE", required = true)]
    words: Vec<String>,
    /// Resolve them with it; the gist of its Fix or Workaround becomes the resolution
    #[arg(long)]
    resolve: bool,
}

pub(super) fn rate(globals: &Globals, args: &Rate) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = desk.read()?.find_article(&args.id)?;
    let (helped, comment) = (args.verdict == Verdict::Helped, args.message.clone());
    desk.execute(Command::Knowledge(KnowledgeCommand::Rate { on, helped, comment }))?;
    Ok(())
}

pub(super) fn flag(globals: &Globals, args: &Flag) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = desk.read()?.find_article(&args.id)?;
    desk.execute(Command::Knowledge(KnowledgeCommand::Flag { on, comment: args.message.clone() }))?;
    Ok(())
}

pub(super) fn used(globals: &Globals, args: &Use) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = desk.read()?.find_article(&args.id)?;
    let (words, pairs) = ids::parted(&args.words);
    if !pairs.is_empty() && !args.resolve {
        return Err(Failure::usage("fields are given to resolve with: --resolve"));
    }
    let tickets = ids::tickets(&desk, &words)?.iter().map(|ticket| ticket.id.into()).collect();
    let resolve = if args.resolve { Some(ids::wanted(&mut desk, &pairs)?.set) } else { None };
    desk.execute(Command::Knowledge(KnowledgeCommand::Use { on, tickets, resolve, to: None }))?;
    Ok(())
}
