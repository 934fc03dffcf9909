//! `export`: tickets with all their fields, for other programs and other desks; the knowledge base as a folder.

use std::io::Write;
use std::path::Path;

use clap::{Args, ValueEnum};

use crate::cli::args::Globals;
use crate::cli::columns::TicketColumn;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::tickets;
use crate::desk::field::{Field, Value};
use crate::desk::id::Kind;
use crate::desk::knowledge::Audience;
use crate::desk::query::{Expr, Query, SortField, SortKey, Term};
use crate::exchange::{ics, markdown};
use crate::store::PageFrom;

/// So many tickets are read at a time.
const PAGE: usize = 500;

/// What `export` takes.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// In which form
    #[arg(value_enum, value_name = "FORMAT")]
    to: To,
    /// Which tickets; of the knowledge base the folder, which is new, empty or an earlier export
    #[arg(value_name = "QUERY | FOLDER")]
    query: Vec<String>,
    /// Of the knowledge base as HTML: only what is meant for everyone
    #[arg(long)]
    public: bool,
}

/// The forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    /// Comma-separated with a header; what a spreadsheet would run is quoted by '
    Csv,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
    /// A calendar of changes and releases (RFC 5545), for programs that show calendars
    Ics,
    /// The knowledge base as a folder of Markdown pages, which import markdown takes in again
    Markdown,
    /// The published articles as a folder of static pages with a search
    Html,
}

pub(super) fn run(globals: &Globals, args: &Export) -> Outcome {
    if globals.format.is_some() {
        return Err(Failure::usage("export names its format itself: deskhand export csv"));
    }
    if matches!(args.to, To::Markdown | To::Html) {
        return articles(globals, args);
    }
    let desk = Desk::open(globals)?;
    let mut query = match args.query.as_slice() {
        [] => Query::default(),
        words => desk.query(words)?,
    };
    if query.sort.is_empty() {
        query.sort.push(SortKey { field: SortField::Number, descending: false });
    }
    let format = match args.to {
        To::Csv => Format::Csv,
        To::Json => Format::Json,
        To::Jsonl => Format::Jsonl,
        To::Ics | To::Markdown | To::Html => return calendar(&desk, query),
    };
    let printed = tickets::print(&desk, &query, &TicketColumn::all(), usize::MAX, Output::new(format))?;
    say(&format!("{printed} tickets"));
    Ok(())
}

/// The knowledge base as a folder.
fn articles(globals: &Globals, args: &Export) -> Outcome {
    let [folder] = args.query.as_slice() else {
        return Err(Failure::usage("name the folder to write: deskhand export markdown kb/"));
    };
    let desk = Desk::open(globals)?;
    let (reader, folder) = (desk.read()?, Path::new(folder));
    let done = match args.to {
        To::Html => {
            let audience = if args.public { Audience::Everyone } else { Audience::Staff };
            markdown::export_html(&reader, folder, audience, &desk.moment)?
        }
        _ => markdown::export(&reader, folder, &desk.moment)?,
    };
    say(&format!("{} articles in {}, {} files changed", done.articles, folder.display(), done.changed));
    Ok(())
}

/// Changes and releases as events: those that a calendar has already are known again, and those called off are marked.
fn calendar(desk: &Desk, mut query: Query) -> Outcome {
    let plans = Expr::Term(Term::Kind(vec![Kind::Change, Kind::Release]));
    query.filter = Some(query.filter.map_or(plans.clone(), |filter| Expr::And(vec![plans, filter])));
    let (reader, asker) = (desk.read()?, desk.asker()?);
    let identity = reader.identity()?;
    let (mut events, mut unplanned, mut from) = (Vec::new(), 0_usize, PageFrom::Start);
    loop {
        let page = reader.tickets(&query, &asker, &from, PAGE)?;
        for (listed, _) in &page.rows {
            let ticket = reader.ticket(listed.id)?;
            let values: Vec<(Field, Value)> = Field::ALL.iter().map(|field| (*field, ticket.value(*field))).collect();
            let names = reader.names(values.iter().map(|(field, value)| (*field, value)))?;
            match ics::event(&ticket, &reader.tags(ticket.id)?, &names, &identity) {
                Some(event) => events.push(event),
                None => unplanned += 1,
            }
        }
        match page.rows.into_iter().last() {
            Some((_, cursor)) if page.more => from = PageFrom::After(cursor),
            _ => break,
        }
    }
    let mut out = Output::new(Format::Jsonl);
    out.write_all(ics::write(&reader.rules().settings.label, &events).as_bytes())?;
    out.finish()?;
    let left_out =
        if unplanned == 0 { String::new() } else { format!(", {unplanned} without a planned time left out") };
    say(&format!("{} events{left_out}", events.len()));
    Ok(())
}
