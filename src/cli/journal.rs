//! `log`, `undo`, `redo`: the journal, and going back in it.

use clap::Args;
use serde_json::Value as Json;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::cli::show::author;
use crate::desk::command::Command;
use crate::desk::id::{ArticleId, CiId, Seq};
use crate::store::Transaction;

/// A terminal gets so many entries unless told otherwise.
const SCREENFUL: usize = 50;
const PAGE: usize = 500;

/// What `log` takes.
#[derive(Debug, Args)]
pub(super) struct Log {
    /// One ticket's entries only, or one CI's or article's
    id: Option<String>,
    /// At most so many; a terminal gets 50 unless told otherwise, a pipe all
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// What `undo` takes.
#[derive(Debug, Args)]
pub(super) struct Undo {
    /// The entry of the journal [default: your last that was not taken back]
    seq: Option<i64>,
}

pub(super) fn log(globals: &Globals, args: &Log) -> Outcome {
    if let Some(id) = args.id.as_ref().filter(|id| id.parse::<CiId>().is_ok()) {
        return log_of_ci(globals, id, args.limit);
    }
    if let Some(id) = args.id.as_ref().filter(|id| id.parse::<ArticleId>().is_ok()) {
        return log_of_article(globals, id, args.limit);
    }
    let desk = Desk::open(globals)?;
    let (mut rows, mut left) = table(globals, args.limit);
    let reader = desk.read()?;
    if let Some(id) = &args.id {
        let mut entries = reader.log_of(ids::ticket(&desk, id)?.id)?;
        entries.truncate(left);
        rows.page(&lines(&desk, &entries))?;
    } else {
        let mut before = None;
        while left > 0 {
            let entries = reader.log(before, left.min(PAGE))?;
            let Some(last) = entries.last() else { break };
            before = Some(last.seq);
            left -= entries.len();
            rows.page(&lines(&desk, &entries))?;
        }
    }
    rows.finish()?;
    Ok(())
}

/// One CI's entries, by whatever names it.
pub(super) fn log_of_ci(globals: &Globals, word: &str, limit: Option<usize>) -> Outcome {
    let desk = Desk::open(globals)?;
    let (mut rows, left) = table(globals, limit);
    let reader = desk.read()?;
    let mut entries = reader.log_of_ci(reader.find_ci(word)?)?;
    entries.truncate(left);
    rows.page(&lines(&desk, &entries))?;
    rows.finish()?;
    Ok(())
}

/// One article's entries, by whatever names it.
pub(super) fn log_of_article(globals: &Globals, word: &str, limit: Option<usize>) -> Outcome {
    let desk = Desk::open(globals)?;
    let (mut rows, left) = table(globals, limit);
    let reader = desk.read()?;
    let mut entries = reader.log_of_article(reader.find_article(word)?)?;
    entries.truncate(left);
    rows.page(&lines(&desk, &entries))?;
    rows.finish()?;
    Ok(())
}

/// The table of a log, and how many rows it may have.
fn table(globals: &Globals, limit: Option<usize>) -> (Rows, usize) {
    let out = Output::rows(globals);
    let limit = limit.unwrap_or(if out.columns.is_some() { SCREENFUL } else { usize::MAX });
    let columns = ["seq", "at", "author", "verb", "summary", "reason", "undone_by"].map(Column::of);
    let columns = columns.map(|column| if column.key == "summary" { column.cut() } else { column });
    (Rows::new(out, columns.into()), limit)
}

fn lines(desk: &Desk, entries: &[Transaction]) -> Vec<Row> {
    let optional =
        |text: Option<String>| Cell::of(text.clone().unwrap_or_default(), text.map_or(Json::Null, Json::from));
    entries
        .iter()
        .map(|entry| Row {
            id: entry.seq.to_string(),
            cells: vec![
                Cell::of(entry.seq.to_string(), entry.seq.0),
                Cell::of(entry.at.local(desk.moment.zone), entry.at.rfc3339()),
                Cell::text(author(&entry.author, entry.via.as_deref())),
                Cell::text(entry.verb.as_str()),
                Cell::text(entry.summary.as_str()),
                optional(entry.reason.clone()),
                Cell::of(
                    entry.undone_by.map_or_else(String::new, |seq| seq.to_string()),
                    entry.undone_by.map_or(Json::Null, |seq| Json::from(seq.0)),
                ),
            ],
        })
        .collect()
}

pub(super) fn undo(globals: &Globals, args: &Undo) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let seq = match args.seq {
        Some(seq) => Seq(seq),
        None => {
            let last = desk.read()?.last_of(&desk.author.login)?;
            last.ok_or_else(|| Failure::rule("there is nothing of yours to take back"))?.seq
        }
    };
    take_back(&mut desk, seq)
}

pub(super) fn redo(globals: &Globals) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let last = desk.read()?.last_undo_of(&desk.author.login)?;
    let seq = last.ok_or_else(|| Failure::rule("there is no undo of yours to take back"))?.seq;
    take_back(&mut desk, seq)
}

fn take_back(desk: &mut Desk, seq: Seq) -> Outcome {
    let receipt = desk.execute(Command::Undo { seq, settled: Vec::new() })?;
    if let Some(seq) = receipt.and_then(|receipt| receipt.seq) {
        say(&format!("to take this back too: deskhand undo {seq}"));
    }
    Ok(())
}
