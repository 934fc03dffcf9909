//! `ci list`: which CIs.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::ci::columns::{self, CiColumn, USUAL};
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::Rows;
use crate::cli::shield::bare;
use crate::desk::cmdb::CiQuery;
use crate::desk::cmdb::query::parse;

/// Rows that are read at once.
const PAGE: usize = 500;
/// Rows that a terminal gets unless it asks for more.
const SCREENFUL: usize = 100;
/// What is not gone.
const USUAL_QUERY: &str = "is:present";

/// What `ci list` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Which CIs: class:server is:live -has:location memory:<16000
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    pub(super) shape: Shape,
    /// The order: name, -updated
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<String>,
}

/// How a list of CIs is printed.
#[derive(Debug, Args)]
pub(super) struct Shape {
    /// The columns, by field or relation: number,name,memory,runs_on
    #[arg(long, value_name = "FIELDS", default_value = USUAL)]
    columns: String,
    /// At most so many; a terminal gets 100 unless told otherwise, a pipe all
    #[arg(long, value_name = "N", conflicts_with = "all")]
    limit: Option<usize>,
    /// All of them, on a terminal too
    #[arg(long)]
    all: bool,
}

pub(super) fn run(globals: &Globals, args: &List) -> Outcome {
    let desk = Desk::open(globals)?;
    let mut text = match args.query.as_slice() {
        [] => USUAL_QUERY.to_owned(),
        words => words.iter().map(|word| bare(word)).collect::<Vec<_>>().join(" "),
    };
    if let Some(sort) = &args.sort {
        text = format!("{text} sort:{}", bare(sort));
    }
    let query = parse(&text, &desk.read()?.rules().cmdb).map_err(|error| Failure::Query { text, error })?;
    if print(&desk, globals, &query, &args.shape)? == 0 {
        say("no CI was found");
    }
    Ok(())
}

/// Prints the CIs that a query finds, page by page; says how many.
pub(super) fn print(desk: &Desk, globals: &Globals, query: &CiQuery, shape: &Shape) -> Outcome<u64> {
    let (reader, asker) = (desk.read()?, desk.asker()?);
    let model = &reader.rules().cmdb;
    let columns: Vec<CiColumn> = columns::parse(&shape.columns, model)?;
    let out = Output::rows(globals);
    let terminal = out.columns.is_some();
    let mut left = match (shape.limit, shape.all) {
        (Some(limit), _) => limit,
        (None, false) if terminal => SCREENFUL,
        _ => usize::MAX,
    };
    let mut rows = Rows::new(out, columns::headers(&columns, model));
    let mut from = None;
    loop {
        let page = reader.cis(query, &asker, from.as_ref(), left.min(PAGE))?;
        left = left.saturating_sub(page.rows.len());
        rows.page(&columns::rows(&reader, &page.rows, &columns, &desk.moment)?)?;
        from = page.next;
        if from.is_none() || left == 0 {
            break;
        }
    }
    let printed = rows.finish()?;
    if from.is_some() && terminal && shape.limit.is_none() {
        say(&format!("{printed} of {}; --all shows every one", reader.count_cis(query, &asker)?));
    }
    Ok(printed)
}
