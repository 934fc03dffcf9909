//! `link`, `unlink`, `merge`: tickets that have to do with each other.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::desk::cmdb::CmdbCommand;
use crate::desk::command::Command;
use crate::desk::id::{CiId, TicketId};
use crate::desk::link::Relation;

/// The relation of a ticket to the CIs that it concerns.
const AFFECTS: &str = "affects";

/// What `link` takes.
#[derive(Debug, Args)]
pub(super) struct Link {
    /// What is linked: INC-1 blocked by CHG-2; or what a ticket concerns: INC-1 affects fw1
    #[arg(value_name = "ID RELATION ID", required = true, num_args = 2..)]
    words: Vec<String>,
    /// With affects: follow failure from the ticket's CIs and record what else suffers
    #[arg(long)]
    impact: bool,
    /// How many relations failure is followed
    #[arg(long, value_name = "N", default_value_t = 10, requires = "impact")]
    depth: u32,
}

/// What `unlink` takes.
#[derive(Debug, Args)]
pub(super) struct Unlink {
    /// What is no longer linked: INC-1 INC-2, INC-1 blocks INC-2, or INC-1 CI-7
    #[arg(value_name = "ID [RELATION] ID", required = true, num_args = 2..)]
    words: Vec<String>,
}

/// What `merge` takes.
#[derive(Debug, Args)]
pub(super) struct Merge {
    /// The tickets that end
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// The one that goes on
    #[arg(long, value_name = "ID")]
    into: String,
}

/// What people's words say of two tickets, and whether they say it from the other side.
pub(super) fn relation(words: &str) -> Outcome<(Relation, bool)> {
    Relation::named(words).ok_or_else(|| {
        let known: Vec<&str> =
            Relation::ALL.into_iter().flat_map(|relation| [relation.names().0, relation.names().1]).collect();
        let mut known: Vec<&str> = known;
        known.dedup();
        Failure::usage(format!("'{words}' is no relation; there are {}", known.join(", ")))
    })
}

/// The first and the last word, and in one what stands between them: a relation.
pub(super) fn ends(words: &[String]) -> Option<(&str, String, &str)> {
    match words {
        [from, between @ .., to] => Some((from, between.join(" "), to)),
        _ => None,
    }
}

/// The ticket and the CIs of `INC-1 affects fw1 vm7`, if that is what the words say.
fn concerned(desk: &Desk, words: &[String]) -> Outcome<Option<(TicketId, Vec<CiId>)>> {
    let reader = desk.read()?;
    let named: &[String] = match words {
        [_, between, cis @ ..] if between.eq_ignore_ascii_case(AFFECTS) => cis,
        [_, cis @ ..] if cis.iter().all(|word| word.parse::<CiId>().is_ok()) => cis,
        _ => return Ok(None),
    };
    let ticket = words.first().map(String::as_str).unwrap_or_default();
    let cis = named.iter().map(|word| reader.find_ci(word)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some((ids::ticket(desk, ticket)?.id, cis)))
}

pub(super) fn link(globals: &Globals, args: &Link) -> Outcome {
    let mut desk = Desk::open(globals)?;
    if let Some((ticket, add)) = concerned(&desk, &args.words)? {
        let impact = args.impact.then_some(args.depth);
        if add.is_empty() && impact.is_none() {
            return Err(Failure::usage("name the CIs: deskhand link INC-1 affects fw1"));
        }
        desk.execute(Command::Cmdb(CmdbCommand::Concern { ticket, add, remove: Vec::new(), impact }))?;
        return Ok(());
    }
    if args.impact {
        return Err(Failure::usage("--impact goes with affects: deskhand link INC-1 affects fw1 --impact"));
    }
    let (from, words, to) = ends(&args.words).ok_or_else(|| Failure::usage("name two tickets"))?;
    let (relation, reverse) = if words.is_empty() { (Relation::Relates, false) } else { relation(&words)? };
    let (from, to) = (ids::ticket(&desk, from)?.id, ids::ticket(&desk, to)?.id);
    let (from, to) = if reverse { (to, from) } else { (from, to) };
    desk.execute(Command::Link { from, relation, to })?;
    Ok(())
}

pub(super) fn unlink(globals: &Globals, args: &Unlink) -> Outcome {
    let mut desk = Desk::open(globals)?;
    if let Some((ticket, remove)) = concerned(&desk, &args.words)? {
        desk.execute(Command::Cmdb(CmdbCommand::Concern { ticket, add: Vec::new(), remove, impact: None }))?;
        return Ok(());
    }
    let (from, words, to) = ends(&args.words).ok_or_else(|| Failure::usage("name two tickets"))?;
    let relation = if words.is_empty() { None } else { Some(relation(&words)?.0) };
    let (from, to) = (ids::ticket(&desk, from)?.id, ids::ticket(&desk, to)?.id);
    desk.execute(Command::Unlink { from, to, relation })?;
    Ok(())
}

pub(super) fn merge(globals: &Globals, args: &Merge) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let tickets = ids::tickets(&desk, &args.ids)?;
    let into = ids::ticket(&desk, &args.into)?.id;
    desk.execute(Command::Merge { from: ids::targets(&tickets), into })?;
    Ok(())
}
