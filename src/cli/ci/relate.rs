//! `ci relate`, `ci unrelate`, `ci redundancy`: how CIs depend on each other.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::links::ends;
use crate::cli::open::Desk;
use crate::desk::cmdb::CmdbCommand;
use crate::desk::command::Command;

/// What `ci relate` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Relate {
    /// What is related: vm7 runs on esx2
    #[arg(value_name = "CI RELATION CI", required = true, num_args = 3..)]
    words: Vec<String>,
    /// Failure only degrades, and does not stop
    #[arg(long, conflicts_with = "hard")]
    soft: bool,
    /// Failure stops
    #[arg(long)]
    hard: bool,
}

/// What `ci unrelate` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Unrelate {
    /// What is no longer related: vm7 esx2, or vm7 runs on esx2
    #[arg(value_name = "CI [RELATION] CI", required = true, num_args = 2..)]
    words: Vec<String>,
}

/// What `ci redundancy` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Redundancy {
    /// The CI, the relation, and how many must stand: cluster1 contains 2
    #[arg(value_name = "CI RELATION NEED|none", required = true, num_args = 3..)]
    words: Vec<String>,
}

pub(super) fn relate(globals: &Globals, args: &Relate) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let (from, relation, to) = ends(&args.words).ok_or_else(|| Failure::usage("name two CIs"))?;
    let reader = desk.read()?;
    let (from, to) = (reader.find_ci(from)?, reader.find_ci(to)?);
    drop(reader);
    let soft = (args.soft || args.hard).then_some(args.soft);
    desk.execute(Command::Cmdb(CmdbCommand::Relate { from, relation, to, soft }))?;
    Ok(())
}

pub(super) fn unrelate(globals: &Globals, args: &Unrelate) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let (from, relation, to) = match args.words.as_slice() {
        // CI CI RELATION, the relation last, is meant where the last word names no CI but a relation.
        [a, b, rest @ ..] if !rest.is_empty() && reader.rules().cmdb.relations.find(&rest.join(" ")).is_ok() => {
            (a.as_str(), rest.join(" "), b.as_str())
        }
        words => ends(words).ok_or_else(|| Failure::usage("name two CIs"))?,
    };
    let (from, to) = (reader.find_ci(from)?, reader.find_ci(to)?);
    drop(reader);
    let relation = (!relation.is_empty()).then_some(relation);
    desk.execute(Command::Cmdb(CmdbCommand::Unrelate { from, to, relation }))?;
    Ok(())
}

pub(super) fn redundancy(globals: &Globals, args: &Redundancy) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let (id, relation, need) = ends(&args.words).ok_or_else(|| Failure::usage("name a CI, a relation and a number"))?;
    let on = desk.read()?.find_ci(id)?;
    let need = match need.to_ascii_lowercase().as_str() {
        "none" => None,
        text => Some(text.parse().map_err(Failure::Usage)?),
    };
    desk.execute(Command::Cmdb(CmdbCommand::Redundancy { on, relation, need }))?;
    Ok(())
}
