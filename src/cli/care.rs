//! `tick`, `verify`, `backup`, `restore`: looking after a desk.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::{Desk, desk_path, memory, nearby};
use crate::cli::output::Output;
use crate::desk::change::ChangeCommand;
use crate::desk::command::Command;
use crate::desk::id::{Number, TicketId};
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::refusal::Refusal;
use crate::desk::time::{HOUR, short_span};
use crate::desk::working_days::passed_since;
use crate::exchange::file::size;
use crate::store::{Asker, Finding, Store, restore as put_back};
use crate::text::clean_line;

/// What `verify` takes.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Close an entry of the journal that was never finished, and write the full text again where it lost tickets
    #[arg(long)]
    mend: bool,
}

/// What `backup` takes.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The folder for it [default: that of the desk's settings, else backups, beside the desk]
    #[arg(value_name = "DIR")]
    to: Option<PathBuf>,
}

/// What `restore` takes.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
    /// Only these tickets, as they are in the backup: numbers with commas, or a query that is asked there
    ///
    /// Fields, tags, watchers, links and tasks become what they were; notes, replies, times and files that are gone come
    /// back, later ones stay. It is one entry of the journal, which can be undone. First look with --dry-run.
    #[arg(long, value_name = "NUMBERS|QUERY")]
    only: Option<String>,
}

pub(super) fn tick(globals: &Globals) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let days = desk.read()?.rules().settings.close_after;
    let before = passed_since(&desk.moment, days);
    desk.execute(Command::CloseResolved { before })?;
    let moved: Vec<TicketId> = desk.read()?.risk_shifts(&desk.moment)?.into_iter().map(|(id, _)| id).collect();
    if !moved.is_empty() {
        desk.execute(Command::Change(ChangeCommand::Reassess { on: moved }))?;
    }
    let now = desk.moment.now;
    if desk.read()?.articles_fall(now)? {
        desk.execute(Command::Knowledge(KnowledgeCommand::Fall { now }))?;
    }
    remind(&desk)?;
    if globals.dry_run {
        return Ok(());
    }
    if let Some(saved) = desk.store.back_up_if_due(desk.moment.now)? {
        say(&format!("saved and verified {}", saved.path.display()));
    }
    Ok(())
}

/// Tells who was asked to approve a change and has been silent for too long, and which changes to come are in conflict.
fn remind(desk: &Desk) -> Outcome {
    let reader = desk.read()?;
    let meets = reader.conflicting(&desk.asker()?)?.into_iter().map(|id| Ok(reader.ticket(id)?.number.to_string()));
    let meets: Vec<String> = meets.collect::<Outcome<_>>()?;
    if !meets.is_empty() {
        say(&format!("in conflict with what nobody overrode: {}; see: deskhand change conflicts", meets.join(", ")));
    }
    let policy = &reader.rules().change.approval;
    for one in reader.silent(desk.moment.now.plus(-policy.remind_after.saturating_mul(HOUR)))? {
        let silent = desk.moment.now.since(one.since);
        let late = silent >= policy.escalate_after.saturating_mul(HOUR);
        let then = if late {
            format!("; to hand it on: deskhand change delegate {} LOGIN --from {}", one.number, one.login)
        } else {
            String::new()
        };
        say(&format!(
            "{}: {} has been asked to approve it for {} ({}){then}",
            one.number,
            one.login,
            short_span(silent),
            one.step
        ));
    }
    Ok(())
}

pub(super) fn verify(globals: &Globals, args: &Verify) -> Outcome {
    let mut desk = Desk::open(globals)?;
    if args.mend {
        if globals.dry_run {
            return Err(Failure::usage("--mend has no dry run; without it nothing is changed"));
        }
        for finding in desk.store.mend()? {
            say(&match finding {
                Finding::Unsealed(seq) => format!("closed entry {seq}; to take it back: deskhand undo {seq}"),
                Finding::Unindexed(id) => format!("the ticket in row {id} can be found by its text again"),
                other => other.to_string(),
            });
        }
    }
    let findings = desk.store.verify()?;
    let newest = desk.read()?.newest()?;
    let mut out = Output::text(globals);
    for finding in &findings {
        writeln!(out, "{}", clean_line(&finding.to_string()))?;
    }
    out.finish()?;
    if findings.iter().all(|finding| matches!(finding, Finding::Copy(_))) {
        say(&format!("the desk is whole: its file, its references and all {newest} entries of its journal"));
        return Ok(());
    }
    let path = desk.store.path().display();
    Err(Failure::Refused(Refusal::Damaged(format!(
        "{path} is not whole; to go back to a backup: deskhand restore FILE"
    ))))
}

/// Where backups of a desk lie: where its settings say, else beside it.
pub(super) fn usual_folder(desk: &Desk) -> Outcome<PathBuf> {
    let beside = || desk.store.path().parent().unwrap_or(Path::new("")).join("backups");
    Ok(desk.store.backup_folder()?.unwrap_or_else(beside))
}

pub(super) fn backup(globals: &Globals, args: &Backup) -> Outcome {
    if globals.dry_run {
        return Err(Failure::usage("backup has no dry run"));
    }
    let desk = Desk::open(globals)?;
    let folder = match &args.to {
        Some(folder) => folder.clone(),
        None => usual_folder(&desk)?,
    };
    let saved = desk.store.backup(&folder, desk.moment.now)?;
    writeln!(std::io::stdout(), "{}", clean_line(&saved.path.to_string_lossy()))?;
    let bytes = size(i64::try_from(saved.bytes).unwrap_or(i64::MAX));
    say(&format!("saved and verified: {bytes}, up to entry {} of the journal", saved.newest));
    Ok(())
}

pub(super) fn restore(globals: &Globals, args: &Restore) -> Outcome {
    if let Some(only) = &args.only {
        return reinstate(globals, &args.file, only);
    }
    if globals.dry_run {
        return Err(Failure::usage("restore has no dry run, except of single tickets: --only"));
    }
    let desk = desk_path(globals)?;
    let nearby = nearby(globals, &desk)?
        .ok_or_else(|| Failure::usage("there is no home folder to make the copy in; set HOME"))?;
    let kept = put_back(&args.file, &desk, &nearby, crate::home::moment().now)?;
    if let Some(mut memory) = memory(&desk) {
        memory.keep(Store::open_near(&desk, &nearby, &mut |_, _| {})?.read()?.mark()?);
    }
    say(&format!("{} is in the place of {}", args.file.display(), desk.display()));
    if let Some(kept) = kept {
        say(&format!("what was there is kept as {}", kept.display()));
    }
    Ok(())
}

/// Puts single tickets back.
fn reinstate(globals: &Globals, file: &Path, only: &str) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let backup = Store::open_backup(file)?;
    let reader = backup.read()?;
    let words: Vec<&str> = only.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
    let numbers: Result<Vec<Number>, String> = words.iter().map(|word| word.parse()).collect();
    let tickets: Vec<TicketId> = match numbers {
        Ok(numbers) => {
            let found = numbers.into_iter().map(|number| reader.ticket_numbered(number).map(|ticket| ticket.id));
            found.collect::<Result<_, _>>()?
        }
        Err(_) => {
            let query = desk.query(&[only.to_owned()])?;
            let me = reader.person_by_login(&desk.author.login)?.map(|person| person.id);
            let found = reader.numbers(&query, &Asker { me, moment: desk.moment }, usize::MAX >> 1)?;
            found.into_iter().map(|(id, _)| id).collect()
        }
    };
    if tickets.is_empty() {
        return Err(Failure::not_found(format!("{} holds no such ticket", file.display())));
    }
    let source = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let wanted = reader.recover(&source, &tickets)?;
    desk.execute(Command::Reinstate(wanted)).map(|_| ())
}
