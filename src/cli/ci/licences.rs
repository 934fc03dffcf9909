//! `ci licences`, `ci software`: what may be used, and what is.

use clap::Args;
use serde_json::Value as Json;

use crate::cli::args::Globals;
use crate::cli::ci::columns::person;
use crate::cli::ci::facts::optional;
use crate::cli::failure::{Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::id::CiId;

/// What `ci software` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Software {
    /// The title; * stands for any text: 'Office*'. Without one: all titles
    title: Option<String>,
    /// Only what is on this CI
    #[arg(long, value_name = "CI")]
    on: Option<String>,
}

pub(super) fn licences(globals: &Globals) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let found = reader.licences(desk.moment.today())?;
    let columns = ["state", "used", "entitled", "left", "metric", "licences", "software"].map(Column::of);
    let columns = columns.map(|column| if column.key == "software" { column.cut() } else { column });
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let (mut all, mut uncounted, mut expired) = (Vec::new(), 0, 0);
    for one in &found {
        let mut names = Vec::new();
        for id in &one.licences {
            names.push(reader.ci_name(*id)?.unwrap_or_default());
        }
        let number =
            |n: Option<i64>| Cell::of(n.map_or_else(String::new, |n| n.to_string()), n.map_or(Json::Null, Json::from));
        uncounted += one.uncounted;
        expired += one.expired;
        all.push(Row {
            id: one.licences.first().map_or_else(String::new, |id| id.number()),
            cells: vec![
                Cell::text(one.verdict()),
                Cell::of(one.used.to_string(), one.used),
                number(one.entitled),
                number(one.balance()),
                Cell::text(one.metric.as_str()),
                Cell::of(names.join(", "), one.licences.iter().map(|id| Json::from(id.number())).collect::<Json>()),
                Cell::of(one.software.join(", "), Json::from(one.software.clone())),
            ],
        });
    }
    rows.page(&all)?;
    if rows.finish()? == 0 {
        say(
            "there are no licences; add one: deskhand ci new licence Office metric=per_device entitled=50 software='Office*'",
        );
    }
    if expired > 0 {
        say(&format!("entitlements to {expired} have expired and do not count"));
    }
    if uncounted > 0 {
        say(&format!("not counted: {uncounted}, which nobody holds or whose cores are not known"));
    }
    Ok(())
}

pub(super) fn software(globals: &Globals, args: &Software) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let on: Option<CiId> = args.on.as_deref().map(|word| reader.find_ci(word)).transpose()?;
    let out = Output::rows(globals);
    let printed = match (&args.title, on) {
        (None, None) => {
            let mut rows = Rows::new(out, vec![Column::of("cis"), Column::of("installs"), Column::of("title").cut()]);
            let titles = reader.titles("*")?;
            let row = |one: &crate::store::Title| Row {
                id: one.title.clone(),
                cells: vec![
                    Cell::of(one.cis.to_string(), one.cis),
                    Cell::of(one.installs.to_string(), one.installs),
                    Cell::text(one.title.as_str()),
                ],
            };
            rows.page(&titles.iter().map(row).collect::<Vec<_>>())?;
            rows.finish()?
        }
        (title, on) => {
            let columns = ["number", "name", "version", "holder", "publisher", "title"].map(Column::of);
            let columns = columns.map(|column| if column.key == "title" { column.cut() } else { column });
            let mut rows = Rows::new(out, columns.into());
            let mut all = Vec::new();
            for one in reader.installed(title.as_deref().unwrap_or("*"), on)? {
                all.push(Row {
                    id: one.id.number(),
                    cells: vec![
                        Cell::text(one.id.number()),
                        Cell::text(one.name),
                        Cell::text(one.version),
                        person(&reader, one.holder)?,
                        optional(one.publisher),
                        Cell::text(one.title),
                    ],
                });
            }
            rows.page(&all)?;
            rows.finish()?
        }
    };
    if printed == 0 {
        say("no inventory has found such software");
    }
    Ok(())
}
