//! `ci classes`, `ci relations`: what a desk's CMDB is made of.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::Value as Json;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::open::Desk;
use crate::cli::output::Output;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::cmdb::{Attribute, Common, FieldOf, Flow, Model, Phase, Type};
use crate::desk::refusal::Refusal;

/// What `ci classes` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Classes {
    /// The class whose fields are told
    class: Option<String>,
}

pub(super) fn classes(globals: &Globals, args: &Classes) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let model = &reader.rules().cmdb;
    if let Some(class) = &args.class {
        let class = model.classes.find(class).map_err(|error| Failure::from(Refusal::NotFound(error)))?;
        return fields(globals, model, &class.name);
    }
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for (class, phase, count) in reader.class_counts()? {
        if phase != Phase::Gone {
            *counts.entry(class).or_default() += count;
        }
    }
    let columns = vec![
        Column::of("class"),
        Column::of("label").cut(),
        Column::of("parent"),
        Column::of("cis"),
        Column::of("with_below"),
    ];
    let mut rows = Rows::new(Output::rows(globals), columns);
    let all: Vec<Row> = model
        .classes
        .all()
        .iter()
        .map(|class| {
            let depth = model.classes.lineage(&class.name).count().saturating_sub(1);
            let own = counts.get(&class.name).copied().unwrap_or(0);
            let below: i64 = model.classes.below(&class.name).iter().filter_map(|name| counts.get(*name)).sum();
            let shown = |n: i64| if n == 0 { String::new() } else { n.to_string() };
            let parent = class.parent.as_deref();
            Row {
                id: class.name.clone(),
                cells: vec![
                    Cell::of(format!("{}{}", "  ".repeat(depth), class.name), class.name.as_str()),
                    Cell::text(class.label.as_str()),
                    Cell::of(parent.unwrap_or_default(), parent.map_or(Json::Null, Json::from)),
                    Cell::of(shown(own), own),
                    Cell::of(shown(below), below),
                ],
            }
        })
        .collect();
    rows.page(&all)?;
    // What the desk has and its model no longer knows is not hidden.
    let strange: Vec<Row> = counts
        .iter()
        .filter(|(name, _)| model.classes.get(name).is_none())
        .map(|(name, count)| Row {
            id: name.clone(),
            cells: vec![
                Cell::text(name.as_str()),
                Cell::text("no longer a class"),
                Cell::of("", Json::Null),
                Cell::of(count.to_string(), *count),
                Cell::of(count.to_string(), *count),
            ],
        })
        .collect();
    rows.page(&strange)?;
    rows.finish()?;
    Ok(())
}

fn fields(globals: &Globals, model: &Model, class: &str) -> Outcome {
    let required: Vec<&str> = model.classes.required(class).collect();
    let recommended: Vec<&str> = model.classes.recommended(class).collect();
    let common = Common::ALL.iter().filter(|common| !common.is_given_by_desk()).map(|common| FieldOf::Common(*common));
    let own = model.classes.attributes(class).into_iter().map(FieldOf::Attribute);
    let columns = ["field", "takes", "need", "help"].map(Column::of);
    let columns = columns.map(|column| if column.key == "help" { column.cut() } else { column });
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let all: Vec<Row> = common
        .chain(own)
        .map(|field| {
            let name = field.name();
            let need = match (name == "name" || required.contains(&name), recommended.contains(&name)) {
                (true, _) => "required",
                (_, true) => "recommended",
                _ => "",
            };
            let help = match field {
                FieldOf::Common(common) => common.help(),
                FieldOf::Attribute(Attribute { help, .. }) if !help.is_empty() => help,
                FieldOf::Attribute(attribute) => &attribute.label,
            };
            let cells = [name, &takes(field), need, help].map(Cell::text);
            Row { id: name.to_owned(), cells: cells.into() }
        })
        .collect();
    rows.page(&all)?;
    rows.finish()?;
    Ok(())
}

/// What a field takes, in words.
fn takes(field: FieldOf<'_>) -> String {
    let attribute: Option<&Attribute> = match field {
        FieldOf::Attribute(attribute) => Some(attribute),
        FieldOf::Common(_) => None,
    };
    let mut takes = match field.holds() {
        Type::Text => String::from("text"),
        Type::Long => String::from("text of many lines"),
        Type::Number => match attribute.and_then(|one| one.unit.as_deref()) {
            Some(unit) => format!("number, {unit}"),
            None => String::from("number"),
        },
        Type::Date => String::from("day"),
        Type::Choice => match attribute {
            Some(one) => one.choices.join(", "),
            None => String::from("choice"),
        },
        Type::Ci => attribute.and_then(|one| one.class.clone()).unwrap_or_else(|| String::from("CI")),
        Type::Person => String::from("login, me"),
        Type::Team => String::from("team"),
        Type::Time => String::from("time"),
    };
    if field.is_list() {
        takes.push_str("; list");
    }
    if attribute.is_some_and(|one| one.expires) {
        takes.push_str("; expires");
    }
    takes
}

pub(super) fn relations(globals: &Globals) -> Outcome {
    let desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let model = &reader.rules().cmdb;
    let columns = ["relation", "reads", "reverse", "flow", "soft", "need", "pairs"].map(Column::of);
    let columns = columns.map(|column| if column.key == "pairs" { column.cut() } else { column });
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let all: Vec<Row> = model
        .relations
        .all()
        .iter()
        .map(|one| {
            let (flow, told) = match one.flow {
                Flow::Forward => ("forward", "to the other end"),
                Flow::Back => ("back", "from the other end"),
                Flow::None => ("none", ""),
            };
            let need = one.need.map(|need| need.to_string());
            let pairs: Vec<String> = one.pairs.iter().map(|(from, to)| format!("{from} {to}")).collect();
            let shown = if pairs.is_empty() { String::from("any") } else { pairs.join(", ") };
            Row {
                id: one.name.clone(),
                cells: vec![
                    Cell::text(one.name.as_str()),
                    Cell::text(one.label.as_str()),
                    Cell::text(one.reverse.as_str()),
                    Cell::of(told, flow),
                    Cell::of(if one.soft { "soft" } else { "" }, one.soft),
                    Cell::of(need.clone().unwrap_or_default(), need.map_or(Json::Null, Json::from)),
                    Cell::of(shown, Json::from(pairs)),
                ],
            }
        })
        .collect();
    rows.page(&all)?;
    rows.finish()?;
    Ok(())
}
