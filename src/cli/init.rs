//! `init`: a new desk.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::{author, desk_path, nearby};
use crate::store::Store;

/// What `init` takes.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// What the desk is called [default: the name of its file]
    #[arg(long)]
    label: Option<String>,
}

pub(super) fn run(globals: &Globals, args: &Init) -> Outcome {
    let path = desk_path(globals)?;
    if globals.dry_run {
        return Err(Failure::usage("init has no dry run"));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        if globals.db.is_some() {
            return Err(Failure::Refused(crate::desk::refusal::Refusal::Unavailable(format!(
                "there is no folder {}; make it first",
                folder.display()
            ))));
        }
        std::fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let label = args.label.clone().or(stem).unwrap_or_else(|| String::from("desk"));
    let author = author(globals);
    let now = crate::home::moment();
    match nearby(globals, &path)? {
        Some(nearby) => Store::build_near(&path, &nearby, &author, &now, &label, |_| Ok(())),
        None => Store::create(&path, &author, &now, &label),
    }?;
    say(&format!("{label} is ready at {}; {} is its admin", path.display(), author.login));
    Ok(())
}
