//! `kb attach`, `kb save`, `kb detach`: pictures and other files of articles.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::kb::words::article;
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::knowledge::{Article, KnowledgeCommand, file_address, safe_name};
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::exchange::file;
use crate::store::Attachment;
use crate::text::clean_line;

/// What `kb attach` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Attach {
    /// The article
    id: String,
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// What `kb save` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Save {
    /// The article
    id: String,
    /// The file's name, or its place in the list of deskhand kb show
    #[arg(value_name = "NAME | N")]
    file: String,
    /// The folder to save it in
    #[arg(long, value_name = "DIR", default_value = ".")]
    to: PathBuf,
    /// Overwrite a file of that name
    #[arg(long)]
    force: bool,
}

/// What `kb detach` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Detach {
    /// The article
    id: String,
    /// The file's name, or its place in the list of deskhand kb show
    #[arg(value_name = "NAME | N")]
    file: String,
}

pub(super) fn attach(globals: &Globals, args: &Attach) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = article(&desk, &args.id)?.id;
    let limit = desk.read()?.rules().settings.attachment_limit;
    for path in &args.files {
        desk.execute(file::attach_to_article(on, path, limit)?)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !globals.dry_run {
            say(&format!("to show it: ![…]({})", file_address(&safe_name(&name))));
        }
    }
    Ok(())
}

pub(super) fn save(globals: &Globals, args: &Save) -> Outcome {
    let desk = Desk::open(globals)?;
    let (_, found) = find(&desk, &args.id, &args.file)?;
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
    let (article, found) = find(&desk, &args.id, &args.file)?;
    desk.execute(Command::Knowledge(KnowledgeCommand::Detach { on: article.id, names: vec![found.name] }))?;
    Ok(())
}

/// An article's file, by name or by its place in the list.
fn find(desk: &Desk, id: &str, word: &str) -> Outcome<(Article, Attachment)> {
    let article = article(desk, id)?;
    let files: Vec<Attachment> = desk.read()?.article_files(article.id)?.into_iter().map(|one| one.file).collect();
    let place = word.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let found = files.iter().find(|file| file.name == word).or_else(|| files.get(place?)).cloned();
    let found = found.ok_or_else(|| {
        let called = article.id.number();
        Failure::not_found(match nearest(word, files.iter().map(|file| file.name.as_str())) {
            Some(near) => format!("{called} has no file '{word}'; did you mean '{near}'?"),
            None => format!("{called} has no file '{word}'; it has {}", files.len()),
        })
    })?;
    Ok((article, found))
}
