//! `attach`, `save`, `detach`: files on a ticket.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::exchange::file;
use crate::store::Attachment;
use crate::text::clean_line;

/// What `attach` takes.
#[derive(Debug, Args)]
pub(super) struct Attach {
    /// The ticket
    id: String,
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// What `save` takes.
#[derive(Debug, Args)]
pub(super) struct Save {
    /// The ticket
    id: String,
    /// The file's name, or its place in the list of deskhand show
    #[arg(value_name = "NAME | N")]
    file: String,
    /// The folder to save it in
    #[arg(long, value_name = "DIR", default_value = ".")]
    to: PathBuf,
    /// Overwrite a file of that name
    #[arg(long)]
    force: bool,
}

/// What `detach` takes.
#[derive(Debug, Args)]
pub(super) struct Detach {
    /// The ticket
    id: String,
    /// The file's name, or its place in the list of deskhand show
    #[arg(value_name = "NAME | N")]
    file: String,
}

pub(super) fn attach(globals: &Globals, args: &Attach) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = ids::ticket(&desk, &args.id)?.id;
    let limit = desk.read()?.rules().settings.attachment_limit;
    for path in &args.files {
        desk.execute(file::attach(vec![on], path, limit)?)?;
    }
    Ok(())
}

pub(super) fn save(globals: &Globals, args: &Save) -> Outcome {
    let desk = Desk::open(globals)?;
    let found = find(&desk, &args.id, &args.file)?;
    let bytes = desk.read()?.contents(&found)?;
    let path = file::save(&args.to, &found.name, &bytes, args.force).map_err(|refusal| match refusal {
        Refusal::Rule(text) => Refusal::rule(format!("{text}; --force overwrites it")),
        other => other,
    })?;
    writeln!(std::io::stdout(), "{}", clean_line(&path.to_string_lossy()))?;
    say(&format!("saved {} ({})", found.name, file::size(found.size)));
    Ok(())
}

pub(super) fn detach(globals: &Globals, args: &Detach) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let attachment = find(&desk, &args.id, &args.file)?.id;
    desk.execute(Command::Detach { attachment })?;
    Ok(())
}

/// A ticket's file, by name or by its place in the list.
fn find(desk: &Desk, id: &str, word: &str) -> Outcome<Attachment> {
    let ticket = ids::ticket(desk, id)?;
    let files = desk.read()?.attachments(ticket.id)?;
    let place = word.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let found = files.iter().rev().find(|file| file.name == word).or_else(|| files.get(place?));
    found.cloned().ok_or_else(|| {
        Failure::not_found(match nearest(word, files.iter().map(|file| file.name.as_str())) {
            Some(near) => format!("{} has no file '{word}'; did you mean '{near}'?", ticket.number),
            None => format!("{} has no file '{word}'; it has {}", ticket.number, files.len()),
        })
    })
}
