//! `config`: the desk's configuration as documents, one by one or as a folder under version control.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::form;
use crate::cli::lines::changed;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::command::{Command, Record};
use crate::desk::rules::nearest;
use crate::desk::shipped::{in_force, shipped};
use crate::text::{clean_line, clean_text};

/// What can be done with the configuration.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigVerb {
    /// Print the names of all documents
    List,
    /// Print one document
    Show {
        /// Its name: workflow/incident.toml
        name: String,
        /// As this Deskhand ships it, not as the desk has it
        #[arg(long)]
        shipped: bool,
    },
    /// Change one document in $EDITOR
    Edit {
        /// Its name; one that does not exist is added
        name: String,
    },
    /// Write all documents into a folder
    Export {
        /// The folder
        dir: PathBuf,
    },
    /// Show how a folder differs from the desk
    Plan {
        /// The folder
        dir: PathBuf,
        /// Also take out what the folder does not have
        #[arg(long)]
        prune: bool,
    },
    /// Make the desk's documents those of a folder
    Apply {
        /// The folder
        dir: PathBuf,
        /// Also take out what the folder does not have
        #[arg(long)]
        prune: bool,
    },
}

type Documents = BTreeMap<String, String>;

pub(super) fn run(globals: &Globals, verb: &ConfigVerb) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let documents: Documents = desk.read()?.settings()?.into_iter().collect();
    match verb {
        ConfigVerb::List => {
            let mut rows = Rows::new(Output::rows(globals), vec![Column::of("name"), Column::of("lines")]);
            let lines: Vec<Row> = documents
                .iter()
                .map(|(name, text)| Row {
                    id: name.clone(),
                    cells: vec![
                        Cell::text(name.as_str()),
                        Cell::of(text.lines().count().to_string(), text.lines().count()),
                    ],
                })
                .collect();
            rows.page(&lines)?;
            rows.finish()?;
        }
        ConfigVerb::Show { name, shipped: is_shipped } => {
            let mut out = Output::text(globals);
            let text = match is_shipped {
                true => shipped(name),
                false => documents.get(name).map(String::as_str),
            };
            let text = text.ok_or_else(|| unknown(name, &documents))?;
            match out.format {
                Format::Json | Format::Jsonl => out.json(&json!({ "name": name, "text": text }))?,
                _ => write!(out, "{}", clean_text(text))?,
            }
            out.finish()?;
        }
        ConfigVerb::Edit { name } => {
            check_name(name)?;
            let now = documents.get(name).cloned().unwrap_or_default();
            let edited = form::edit("config", &now)?;
            if edited.text() == now {
                edited.done();
                say("nothing was changed");
                return Ok(());
            }
            let change = vec![(name.clone(), Some(edited.text().to_owned()))];
            desk.execute(revised(&documents, change)).map_err(|failure| edited.kept(failure))?;
            edited.done();
        }
        ConfigVerb::Export { dir } => export(&documents, dir)?,
        ConfigVerb::Plan { dir, prune } => plan(globals, &documents, &difference(&documents, &folder(dir)?, *prune))?,
        ConfigVerb::Apply { dir, prune } => {
            let wanted = difference(&documents, &folder(dir)?, *prune);
            if globals.dry_run {
                return plan(globals, &documents, &wanted);
            }
            if wanted.is_empty() {
                say("the desk has it all already");
                return Ok(());
            }
            desk.execute(revised(&documents, wanted))?;
        }
    }
    Ok(())
}

/// The command that changes documents from what they were when they were read.
fn revised(seen: &Documents, wanted: Vec<(String, Option<String>)>) -> Command {
    let seen = wanted.iter().map(|(name, _)| (name.clone(), seen.get(name).cloned())).collect();
    Command::Revise { seen: Box::new(Record::Settings(seen)), to: Box::new(Record::Settings(wanted)) }
}

fn unknown(name: &str, documents: &Documents) -> Failure {
    Failure::not_found(match nearest(name, documents.keys().map(String::as_str)) {
        Some(near) => format!("there is no document '{name}'; did you mean '{near}'?"),
        None => format!("there is no document '{name}'; see: deskhand config list"),
    })
}

/// A document's name is a file below a folder, whoever gave it.
fn check_name(name: &str) -> Outcome {
    let sound = name.ends_with(".toml")
        && name.split('/').all(|part| {
            !part.is_empty() && !part.starts_with('.') && part.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
        });
    if sound {
        Ok(())
    } else {
        Err(Failure::usage(format!("'{name}' can't be a document; they look like view/10-mine.toml")))
    }
}

fn export(documents: &Documents, dir: &Path) -> Outcome {
    for (name, text) in documents {
        check_name(name)?;
        let path = dir.join(name);
        let folder = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
        std::fs::write(&path, text).map_err(|error| Failure::file(&path, &error))?;
    }
    say(&format!("{} documents are in {}", documents.len(), dir.display()));
    Ok(())
}

/// The documents of a folder: its `*.toml`, and those of its folders.
fn folder(dir: &Path) -> Outcome<Documents> {
    let mut documents = Documents::new();
    for (path, name) in entries(dir)? {
        if path.is_dir() {
            for (path, below) in entries(&path)? {
                take(&path, format!("{name}/{below}"), &mut documents)?;
            }
        } else {
            take(&path, name, &mut documents)?;
        }
    }
    if documents.is_empty() {
        return Err(Failure::not_found(format!("{} has no .toml documents", dir.display())));
    }
    Ok(documents)
}

fn entries(dir: &Path) -> Outcome<Vec<(PathBuf, String)>> {
    let listed = std::fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let listed = listed.map_err(|error| Failure::file(dir, &error))?;
    let named = listed.into_iter().map(|entry| (entry.path(), entry.file_name().to_string_lossy().into_owned()));
    Ok(named.filter(|(_, name)| !name.starts_with('.')).collect())
}

fn take(path: &Path, name: String, documents: &mut Documents) -> Outcome {
    if name.ends_with(".toml") && path.is_file() {
        check_name(&name)?;
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        let text = in_force(&name, &text).to_owned();
        documents.insert(name, text);
    }
    Ok(())
}

/// What to change so that the desk has what the folder has.
fn difference(now: &Documents, wanted: &Documents, prune: bool) -> Vec<(String, Option<String>)> {
    let given = wanted.iter().filter(|(name, text)| now.get(*name) != Some(text));
    let mut changes: Vec<(String, Option<String>)> =
        given.map(|(name, text)| (name.clone(), Some(text.clone()))).collect();
    if prune {
        changes.extend(now.keys().filter(|name| !wanted.contains_key(*name)).map(|name| (name.clone(), None)));
    }
    changes
}

fn plan(globals: &Globals, now: &Documents, changes: &[(String, Option<String>)]) -> Outcome {
    let mut out = Output::text(globals);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        let plan = changes.iter().map(|(name, text)| json!({ "name": name, "before": now.get(name), "after": text }));
        out.jsons(plan.collect())?;
        return Ok(out.finish()?);
    }
    for (name, text) in changes {
        let what = match (now.contains_key(name), text) {
            (_, None) => "take out",
            (true, _) => "change",
            (false, _) => "add",
        };
        let heading = out.heading(&format!("{what} {}", clean_line(name)));
        writeln!(out, "{heading}")?;
        let before = now.get(name).map_or("", String::as_str);
        for line in changed(before, text.as_deref().unwrap_or_default()) {
            writeln!(out, "  {}", clean_line(&line))?;
        }
    }
    out.finish()?;
    match changes.len() {
        0 => say("the desk has it all already"),
        1 => say("1 document differs; nothing was changed"),
        n => say(&format!("{n} documents differ; nothing was changed")),
    }
    Ok(())
}
