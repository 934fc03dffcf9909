//! `export`: tickets with all their fields, for other programs and other desks.

use clap::{Args, ValueEnum};

use crate::cli::args::Globals;
use crate::cli::columns::TicketColumn;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::tickets;
use crate::desk::query::{Query, SortField, SortKey};

/// What `export` takes.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// In which form
    #[arg(value_enum, value_name = "FORMAT")]
    to: To,
    /// Which tickets
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
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
}

pub(super) fn run(globals: &Globals, args: &Export) -> Outcome {
    if globals.format.is_some() {
        return Err(Failure::usage("export names its format itself: deskhand export csv"));
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
    };
    let printed = tickets::print(&desk, &query, &TicketColumn::all(), usize::MAX, Output::new(format))?;
    say(&format!("{printed} tickets"));
    Ok(())
}
