//! `ci show`: a CI with all that belongs to it, as a text for people, one JSON object, or a row with all fields.

use std::io::Write;

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::ci::facts;
use crate::cli::ci::sheet::Whole;
use crate::cli::ci::words::cis;
use crate::cli::failure::Outcome;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::cmdb::{Ci, Common};
use crate::store::Reader;

/// What `ci show` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// CIs
    #[arg(value_name = "CI", required = true)]
    ids: Vec<String>,
}

pub(super) fn run(globals: &Globals, args: &Show) -> Outcome {
    show(globals, &args.ids)
}

/// Shows the CIs that these words name.
pub(in crate::cli) fn show(globals: &Globals, words: &[String]) -> Outcome {
    let desk = Desk::open(globals)?;
    let ids = cis(&desk, words)?;
    let (reader, asker) = (desk.read()?, desk.asker()?);
    let mut out = Output::text(globals);
    match out.format {
        Format::Csv | Format::Tsv | Format::Ids => {
            let all = ids.iter().map(|id| Ok(reader.ci(*id)?)).collect::<Outcome<Vec<_>>>()?;
            return fields(&reader, &desk, &all, out);
        }
        Format::Json | Format::Jsonl => {
            let read = |id| Whole::read(&reader, id, &asker)?.json();
            let mut objects = ids.into_iter().map(read).collect::<Outcome<Vec<_>>>()?;
            match objects.as_slice() {
                [_] => out.json(&objects.remove(0))?,
                _ => out.jsons(objects)?,
            }
        }
        _ => {
            for (n, id) in ids.into_iter().enumerate() {
                if n > 0 {
                    writeln!(out)?;
                }
                Whole::read(&reader, id, &asker)?.print(&mut out)?;
            }
        }
    }
    Ok(out.finish()?)
}

/// Rows with the fields that every CI has and those that the classes of these add.
fn fields(reader: &Reader, desk: &Desk, all: &[Ci], out: Output) -> Outcome {
    let mut names: Vec<&str> = Common::ALL.iter().map(|common| common.name()).collect();
    for ci in all {
        for attribute in reader.rules().cmdb.classes.attributes(&ci.class) {
            if !names.contains(&attribute.name.as_str()) {
                names.push(&attribute.name);
            }
        }
    }
    let columns = ["number"].iter().chain(&names).map(|name| Column::of(name)).collect();
    let mut rows = Rows::new(out, columns);
    for ci in all {
        let mut cells = vec![Cell::text(ci.id.number())];
        for name in &names {
            cells.push(facts::cell(reader, ci, name, &desk.moment)?);
        }
        rows.page(&[Row { id: ci.id.number(), cells }])?;
    }
    rows.finish()?;
    Ok(())
}
