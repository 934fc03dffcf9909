//! `ci audit`: how healthy the CMDB is, and what ails it.

use clap::Args;
use serde_json::json;

use crate::cli::args::Globals;
use crate::cli::ci::list::{self, Shape};
use crate::cli::failure::{Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::cmdb::{Audited, health};

/// What `ci audit` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Audit {
    /// The rule whose offenders are listed
    rule: Option<String>,
    #[command(flatten)]
    shape: Shape,
}

pub(super) fn run(globals: &Globals, args: &Audit) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    if let Some(key) = &args.rule {
        let (rule, query) = reader.offenders(key)?;
        let told = format!("{}. {}", rule.name, rule.help);
        match list::print(&desk, globals, &query, &args.shape)? {
            0 => say(&format!("{told} No CI offends it.")),
            _ => say(&told),
        }
        return Ok(());
    }
    let audited = reader.audit(&desk.asker()?)?;
    let score = health(&audited);
    let mut out = Output::rows(globals);
    if out.format == Format::Json {
        let rules = audited.iter().map(|one| {
            json!({
                "rule": one.key, "name": one.rule.name, "severity": one.rule.severity.word(),
                "offenders": one.offenders, "scope": one.scope,
            })
        });
        #[allow(clippy::cast_precision_loss, reason = "at most a thousand")]
        let health = score.map(|score| score as f64 / 1000.0);
        out.json(&json!({ "health": health, "rules": rules.collect::<Vec<_>>() }))?;
        return Ok(out.finish()?);
    }
    let columns = ["severity", "offenders", "scope", "rule", "name"].map(Column::of);
    let columns = columns.map(|column| if column.key == "name" { column.cut() } else { column });
    let mut rows = Rows::new(out, columns.into());
    rows.page(&audited.iter().map(row).collect::<Vec<_>>())?;
    rows.finish()?;
    match score {
        Some(score) => say(&format!(
            "health {}.{} %: the share of clean pairs of rule and CI, weighed by severity",
            score / 10,
            score % 10
        )),
        None => say("there is nothing to audit yet"),
    }
    Ok(())
}

fn row(one: &Audited) -> Row {
    Row {
        id: one.key.clone(),
        cells: vec![
            Cell::text(one.rule.severity.word()),
            Cell::of(one.offenders.to_string(), one.offenders),
            Cell::of(one.scope.to_string(), one.scope),
            Cell::text(one.key.as_str()),
            Cell::text(one.rule.name.as_str()),
        ],
    }
}
