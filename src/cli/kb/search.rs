//! `kb search` and `kb suggest`: articles by words.

use std::io::Write;

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::failure::{Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::cli::shield::bare;
use crate::desk::command::Command;
use crate::desk::knowledge::{KnowledgeCommand, Snippet};
use crate::store::{ArticleHit, Found, How};
use crate::text::clean_line;

/// What `kb search` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Search {
    /// What to look for: words, beginnings, "a phrase", an error code
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Do not count it where it finds nothing
    #[arg(long)]
    quiet: bool,
}

/// What `kb suggest` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Suggest {
    /// A ticket, or the words of one
    #[arg(value_name = "ID | WORDS", required = true)]
    words: Vec<String>,
}

pub(super) fn run(globals: &Globals, args: &Search) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let words = args.words.iter().map(|word| bare(word)).collect::<Vec<_>>().join(" ");
    let found = desk.read()?.search_articles(&words, args.limit, desk.moment.now)?;
    print(globals, &found.hits)?;
    tell(&found);
    if found.is_gap() && !args.quiet && !globals.dry_run && !words.trim().is_empty() {
        let missed = Command::Knowledge(KnowledgeCommand::Missed { words });
        desk.note(missed);
    }
    Ok(())
}

/// Says how it was found, where that is not as it was typed.
fn tell(found: &Found) {
    match &found.how {
        _ if found.hits.is_empty() => say("no article was found"),
        How::Exact => {}
        How::Corrected(words) => {
            let taken: Vec<String> = words.iter().map(|(typed, meant)| format!("{typed} for {meant}")).collect();
            say(&format!("nothing has that; taken: {}", taken.join(", ")));
        }
        How::Loose => say("nothing has all of that; these have some of it"),
    }
}

fn print(globals: &Globals, hits: &[ArticleHit]) -> Outcome {
    let mut out = Output::rows(globals);
    if out.format == Format::Table && out.is_terminal() {
        for hit in hits {
            let head = out.heading(&format!("{}  {}", hit.id.number(), clean_line(&hit.title)));
            let state = if hit.phase.is_live() { String::new() } else { format!("  ({})", hit.state) };
            writeln!(out, "{head}{state}")?;
            let snippet = marked(&hit.snippet, &|hit| out.heading(hit));
            writeln!(out, "    {snippet}")?;
        }
        return Ok(out.finish()?);
    }
    let columns = ["number", "type", "state", "title", "snippet"].map(Column::of);
    let columns = columns.map(|column| if column.key == "snippet" { column.cut() } else { column });
    let mut rows = Rows::new(out, columns.into());
    let row = |hit: &ArticleHit| Row {
        id: hit.id.number(),
        cells: vec![
            Cell::text(hit.id.number()),
            Cell::text(hit.kind.as_str()),
            Cell::text(hit.state.as_str()),
            Cell::text(hit.title.as_str()),
            Cell::text(hit.snippet.text.as_str()),
        ],
    };
    rows.page(&hits.iter().map(row).collect::<Vec<_>>())?;
    rows.finish()?;
    Ok(())
}

/// A snippet with its hits as `mark` draws them.
fn marked(snippet: &Snippet, mark: &dyn Fn(&str) -> String) -> String {
    let mut text = String::new();
    let mut at = 0;
    let part = |from: usize, to: usize| clean_line(snippet.text.get(from..to).unwrap_or_default()).into_owned();
    for hit in &snippet.hits {
        text.push_str(&part(at, hit.start));
        text.push_str(&mark(&part(hit.start, hit.end)));
        at = hit.end;
    }
    text + &part(at, snippet.text.len())
}

pub(super) fn suggest(globals: &Globals, args: &Suggest) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let found = match args.words.as_slice() {
        [one] if one.parse::<crate::desk::id::Number>().is_ok() => reader.suggest_for(ids::ticket(&desk, one)?.id)?,
        words => reader.suggest(&words.join(" "), "")?,
    };
    let mut out = Output::rows(globals);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        let articles = found
            .articles
            .iter()
            .map(|hit| json!({ "number": hit.id.number(), "title": hit.title, "snippet": hit.snippet.text }));
        let tickets = found
            .tickets
            .iter()
            .map(|one| json!({ "number": one.number, "title": one.title, "resolution": one.resolution }));
        let runbook = found.runbook.as_ref().map(|one| json!({ "number": one.id.number(), "alert": one.alert }));
        let (articles, tickets): (Vec<Json>, Vec<Json>) = (articles.collect(), tickets.collect());
        out.json(&json!({ "runbook": runbook, "articles": articles, "tickets": tickets }))?;
        return Ok(out.finish()?);
    }
    let columns =
        ["number", "title", "text"].map(Column::of).map(|one| if one.key == "text" { one.cut() } else { one });
    let mut rows = Rows::new(out, columns.into());
    let row = |number: String, title: &str, text: &str| Row {
        id: number.clone(),
        cells: vec![Cell::text(number), Cell::text(title), Cell::text(text)],
    };
    let articles = found.articles.iter().map(|hit| row(hit.id.number(), &hit.title, &hit.snippet.text));
    let tickets = found
        .tickets
        .iter()
        .map(|one| row(one.number.to_string(), &one.title, one.resolution.as_deref().unwrap_or_default()));
    rows.page(&articles.chain(tickets).collect::<Vec<_>>())?;
    if rows.finish()? == 0 {
        say("nothing is known that may help");
    }
    if let Some(runbook) = &found.runbook {
        say(&format!("{} is the runbook of {}", runbook.id.number(), runbook.alert));
    }
    Ok(())
}
