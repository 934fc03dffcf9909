//! `watch`: the live list for a wall or a tmux pane.

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::shield::bare;
use crate::cli::tickets::USUAL_QUERY;
use crate::desk::query::parse;

/// What `watch` takes.
#[derive(Debug, Args)]
pub(super) struct Watch {
    /// What to watch, as in list [default: is:open sort:priority,due]
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
}

/// The query to watch, which can be asked.
pub(super) fn query(args: &Watch) -> Outcome<String> {
    if args.query.is_empty() {
        return Ok(String::from(USUAL_QUERY));
    }
    let text = args.query.iter().map(|word| bare(word)).collect::<Vec<_>>().join(" ");
    match parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::Query { text, error }),
    }
}
