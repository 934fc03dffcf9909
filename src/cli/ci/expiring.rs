//! `ci expiring`: what has ended, or soon does.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::ci::columns::{person, team};
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::time::{DAY, parse_span};

/// What `ci expiring` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Expiring {
    /// How far ahead
    #[arg(long, value_name = "SPAN", default_value = "90d")]
    within: String,
    /// Only what still lies ahead
    #[arg(long)]
    ahead: bool,
}

pub(super) fn run(globals: &Globals, args: &Expiring) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let days = parse_span(&args.within).and_then(|span| u32::try_from(span / DAY).ok());
    let days =
        days.ok_or_else(|| Failure::usage(format!("--within takes a span such as 30d or 8w, not '{}'", args.within)))?;
    let mut ends = reader.expiring(desk.moment.today(), days)?;
    ends.retain(|end| !args.ahead || end.left >= 0);
    let columns = ["day", "left", "within", "number", "what", "contact", "team", "name"].map(Column::of);
    let columns = columns.map(|column| if column.key == "name" { column.cut() } else { column });
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let mut all = Vec::new();
    for end in &ends {
        all.push(Row {
            id: end.id.number(),
            cells: vec![
                Cell::text(end.day.format("%Y-%m-%d").to_string()),
                Cell::of(format!("{}d", end.left), end.left),
                Cell::text(end.span()),
                Cell::text(end.id.number()),
                Cell::of(end.label.as_str(), end.field.as_str()),
                person(&reader, end.contact)?,
                team(&reader, end.team)?,
                Cell::text(end.name.as_str()),
            ],
        });
    }
    rows.page(&all)?;
    if rows.finish()? == 0 {
        say(&format!("nothing expires within {}", args.within));
    }
    Ok(())
}
