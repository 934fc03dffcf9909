//! `kb diff`, `kb editions`: what an article said, and what changed.

use std::io::Write;

use clap::Args;
use serde_json::{Value as Json, json};
use similar::{ChangeTag, TextDiff};

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::kb::show::person;
use crate::cli::kb::words::article;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::cli::show::arrow;
use crate::text::clean_line;

/// What `kb diff` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Diff {
    /// The article
    id: String,
    /// The number of an edition
    #[arg(long, value_name = "EDITION")]
    from: Option<i64>,
    /// The number of another; without it: as it is now
    #[arg(long, value_name = "EDITION")]
    to: Option<i64>,
}

/// What `kb editions` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Editions {
    /// The article
    id: String,
    /// Print the text of this one
    edition: Option<i64>,
}

pub(super) fn run(globals: &Globals, args: &Diff) -> Outcome {
    diff(globals, &args.id, args.from, args.to)
}

/// Prints what changed on an article from one edition to another.
pub(in crate::cli) fn diff(globals: &Globals, word: &str, from: Option<i64>, to: Option<i64>) -> Outcome {
    let format = Output::text(globals).format;
    if matches!(format, Format::Csv | Format::Tsv | Format::Ids) {
        return Err(Failure::usage("what changed in a text is no table; it is told as --format table or json"));
    }
    let desk = Desk::open(globals)?;
    let now = article(&desk, word)?;
    let reader = desk.read()?;
    let from = match (from, to) {
        (Some(from), _) => from,
        (None, Some(to)) => (to - 1).max(1),
        (None, None) => {
            let newest = reader.edition(now.id, now.edition)?;
            // What is published is what it says now: then what the newest edition changed is asked.
            let same = (&newest.title, &newest.summary, &newest.body) == (&now.title, &now.summary, &now.body);
            if same { (now.edition - 1).max(1) } else { now.edition }
        }
    };
    let (before, after) = (reader.article_text(now.id, Some(from))?, reader.article_text(now.id, to)?);
    let mut out = Output::text(globals);
    let heads: Vec<(&str, &String, &String)> = [("title", &before.0, &after.0), ("summary", &before.1, &after.1)]
        .into_iter()
        .filter(|(_, was, is)| was != is)
        .collect();
    let body = TextDiff::from_lines(&before.2, &after.2);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        let lines = body.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
        let lines: Vec<Json> = lines
            .map(|change| json!({ "sign": change.tag().to_string(), "line": change.value().trim_end_matches('\n') }))
            .collect();
        let heads: Vec<Json> =
            heads.iter().map(|(what, was, is)| json!({ "field": what, "before": was, "after": is })).collect();
        out.json(&json!({ "number": now.id.number(), "from": from, "to": to, "changes": heads, "body": lines }))?;
        return Ok(out.finish()?);
    }
    for (what, was, is) in &heads {
        writeln!(out, "{}", clean_line(&arrow(what, was, is)))?;
    }
    for group in body.grouped_ops(3) {
        let at = group.first().map_or(0, |op| op.new_range().start + 1);
        let heading = out.heading(&format!("line {at}"));
        writeln!(out, "{heading}")?;
        for change in group.iter().flat_map(|op| body.iter_changes(op)) {
            writeln!(out, "{} {}", change.tag(), clean_line(change.value().trim_end_matches('\n')))?;
        }
    }
    out.finish()?;
    if before == after {
        say("nothing changed between these");
    }
    Ok(())
}

pub(super) fn editions(globals: &Globals, args: &Editions) -> Outcome {
    let desk = Desk::open(globals)?;
    let now = article(&desk, &args.id)?;
    let reader = desk.read()?;
    if let Some(n) = args.edition {
        let edition = reader.edition(now.id, n)?;
        let mut out = Output::text(globals);
        match out.format {
            Format::Json | Format::Jsonl => out.json(&json!({
                "number": now.id.number(), "edition": edition.n, "at": edition.at.rfc3339(),
                "title": edition.title, "summary": edition.summary, "body": edition.body,
            }))?,
            _ => write!(out, "{}", crate::text::clean_text(&edition.body))?,
        }
        return Ok(out.finish()?);
    }
    let columns = ["edition", "at", "by", "title"].map(Column::of);
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    for edition in reader.editions(now.id)? {
        rows.page(&[Row {
            id: edition.n.to_string(),
            cells: vec![
                Cell::of(edition.n.to_string(), edition.n),
                Cell::of(edition.at.local(desk.moment.zone), edition.at.rfc3339()),
                Cell::text(person(&reader, edition.person)?),
                Cell::text(edition.title),
            ],
        }])?;
    }
    if rows.finish()? == 0 {
        say("it was never published");
    }
    Ok(())
}
