//! `tick`, `doctor`, `verify`, `backup`, `restore`: looking after a desk.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::{Desk, desk_path};
use crate::cli::output::{Format, Output, labelled};
use crate::desk::command::Command;
use crate::desk::refusal::Refusal;
use crate::desk::working_days::passed_since;
use crate::exchange::file::size;
use crate::store::{Access, Drive, Finding, Present, Reader, Store, drive_of, restore as put_back};
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
    /// The folder for it [default: backups, beside the desk]
    #[arg(value_name = "DIR")]
    to: Option<PathBuf>,
}

/// What `restore` takes.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
}

pub(super) fn tick(globals: &Globals) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let days = desk.read()?.rules().settings.close_after;
    let before = passed_since(&desk.moment, days);
    desk.execute(Command::CloseResolved { before })?;
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
    if findings.is_empty() {
        say(&format!("the desk is whole: its file, its references and all {newest} entries of its journal"));
        return Ok(());
    }
    let path = desk.store.path().display();
    Err(Failure::Refused(Refusal::Damaged(format!(
        "{path} is not whole; to go back to a backup: deskhand restore FILE"
    ))))
}

pub(super) fn doctor(globals: &Globals) -> Outcome {
    let path = desk_path(globals)?;
    let drive = match drive_of(&path) {
        Ok(Drive::Local) => String::from("local disk"),
        Ok(Drive::Remote(kind)) => format!("network drive ({kind})"),
        Err(error) => error.to_string(),
    };
    let whole = std::path::absolute(&path).unwrap_or(path);
    let mut facts: Vec<(&str, String, Json)> = vec![
        ("desk", whole.display().to_string(), whole.to_string_lossy().into()),
        ("drive", drive.clone(), drive.into()),
        ("deskhand", env!("CARGO_PKG_VERSION").to_owned(), env!("CARGO_PKG_VERSION").into()),
    ];
    let outcome = examine(globals, &mut facts);
    let mut out = Output::text(globals);
    match out.format {
        Format::Json | Format::Jsonl => {
            out.json(
                &facts
                    .into_iter()
                    .map(|(name, _, fact)| (name.to_owned(), fact))
                    .collect::<serde_json::Map<_, _>>()
                    .into(),
            )?;
        }
        _ => {
            let columns = facts.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
            for (name, text, _) in &facts {
                writeln!(out, "{}", labelled(name, columns, &clean_line(text)))?;
            }
        }
    }
    out.finish()?;
    outcome
}

/// What can be said only of a desk that opens.
fn examine(globals: &Globals, facts: &mut Vec<(&str, String, Json)>) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let here = desk.store.meet(&desk.author);
    let health = desk.store.health()?;
    let reader = desk.read()?;
    let access = match desk.store.access() {
        Access::Write => "read and write",
        Access::Read => "read only",
    };
    let roles = reader.roles_of(&desk.author.login)?;
    let bytes = |bytes: u64| size(i64::try_from(bytes).unwrap_or(i64::MAX));
    facts.push(("label", reader.rules().settings.label.clone(), reader.rules().settings.label.as_str().into()));
    facts.push(("identity", reader.identity()?, reader.identity()?.into()));
    facts.push(("access", access.to_owned(), access.into()));
    facts.push((
        "you",
        format!("{} ({roles})", desk.author.login),
        json!({ "login": desk.author.login, "roles": roles.to_string() }),
    ));
    facts.push((
        "schema",
        format!("{} (this program: {})", health.schema, Store::schema_version()),
        health.schema.into(),
    ));
    facts.push(("sqlite", health.sqlite.to_owned(), health.sqlite.into()));
    facts.push((
        "size",
        format!("{}, log {}", bytes(health.bytes), bytes(health.log_bytes)),
        json!({ "file": health.bytes, "log": health.log_bytes }),
    ));
    facts.push(("tickets", health.tickets.to_string(), health.tickets.into()));
    facts.push(("journal", format!("{} entries", health.newest), health.newest.0.into()));
    let found = if health.damage.is_empty() {
        String::from("ok (quick check; all of it: deskhand verify)")
    } else {
        health.damage.join("; ")
    };
    facts.push(("integrity", found, if health.damage.is_empty() { "ok".into() } else { health.damage.clone().into() }));
    facts.push(present(&reader, &here));
    if health.damage.is_empty() {
        return Ok(());
    }
    Err(Failure::Refused(Refusal::Damaged(String::from(
        "the desk is damaged; restore a backup: deskhand restore FILE",
    ))))
}

/// Who is at the desk now, with which version, and at which ticket.
fn present(reader: &Reader, here: &[Present]) -> (&'static str, String, Json) {
    let number = |one: &Present| reader.ticket(one.doing.ticket?).ok().map(|ticket| ticket.number.to_string());
    let words = |one: &Present| {
        let at = number(one).map(|number| format!(", {number}")).unwrap_or_default();
        format!("{} on {} ({}{at})", one.login, one.host, one.version)
    };
    let told: Vec<String> = here.iter().map(words).collect();
    let told = if told.is_empty() { String::from("nobody else") } else { told.join("; ") };
    let object = |one: &Present| json!({ "login": one.login, "host": one.host, "pid": one.pid, "version": one.version, "ticket": number(one) });
    ("here", told, here.iter().map(object).collect())
}

pub(super) fn backup(globals: &Globals, args: &Backup) -> Outcome {
    if globals.dry_run {
        return Err(Failure::usage("backup has no dry run"));
    }
    let desk = Desk::open(globals)?;
    let beside = desk.store.path().parent().unwrap_or(Path::new("")).join("backups");
    let saved = desk.store.backup(args.to.as_deref().unwrap_or(&beside), desk.moment.now)?;
    writeln!(std::io::stdout(), "{}", clean_line(&saved.path.to_string_lossy()))?;
    let bytes = size(i64::try_from(saved.bytes).unwrap_or(i64::MAX));
    say(&format!("saved and verified: {bytes}, up to entry {} of the journal", saved.newest));
    Ok(())
}

pub(super) fn restore(globals: &Globals, args: &Restore) -> Outcome {
    if globals.dry_run {
        return Err(Failure::usage("restore has no dry run"));
    }
    let desk = desk_path(globals)?;
    let kept = put_back(&args.file, &desk, crate::home::moment().now)?;
    say(&format!("{} is in the place of {}", args.file.display(), desk.display()));
    if let Some(kept) = kept {
        say(&format!("what was there is kept as {}", kept.display()));
    }
    Ok(())
}
