//! `relocate`: the desk itself goes to another place.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::{desk_path, nearby};
use crate::exchange::file::size;
use crate::store::{Class, Relocation};

/// What `relocate` takes.
#[derive(Debug, Args)]
pub(super) struct Relocate {
    /// Where it shall lie: a file that does not exist, on a local disk or a network drive
    target: PathBuf,
}

pub(super) fn run(globals: &Globals, args: &Relocate) -> Outcome {
    let desk = desk_path(globals)?;
    let plan = Relocation::plan(&desk, &args.target)?;
    let (from, to) = (plan.from.display(), plan.to.display());
    if globals.dry_run {
        let bytes = size(i64::try_from(plan.bytes).unwrap_or(i64::MAX));
        say(&format!("would move {from} ({}, {bytes}) to {to} ({})", lies(plan.from_class), lies(plan.to_class)));
        say("others could read meanwhile, and not write; the copy would be verified, and the old file kept");
        return Ok(());
    }
    let nearby = nearby(globals, &desk)?
        .ok_or_else(|| Failure::usage("there is no home folder to make the copy in; set HOME"))?;
    let done = plan.carry_out(&nearby, crate::home::moment().now)?;
    say(&format!("moved and verified: {to} ({}), up to entry {} of the journal", lies(plan.to_class), done.newest));
    say(&format!("the old file is kept as {}; whoever opens {from} is told where the desk is", done.kept.display()));
    say(&format!(
        "point the others at it: desk = \"{to}\" in config.toml, or DESKHAND_DB={to}, with the path by which their machine knows it"
    ));
    Ok(())
}

fn lies(class: Class) -> &'static str {
    match class {
        Class::Local => "a local disk",
        Class::Network => "a network drive",
        Class::Unsafe => "a place without working locks",
    }
}
