//! An impact drawn: as a tree, and as a graph for Graphviz or Mermaid.

use std::collections::BTreeMap;
use std::io::Write;

use crate::cli::ci::impact::Told;
use crate::cli::failure::Outcome;
use crate::cli::output::Output;
use crate::desk::cmdb::{Hit, State};
use crate::desk::id::CiId;
use crate::store::{Reach, Reader};
use crate::text::clean_line;

/// A tree: below each CI those that are reached from it.
pub(super) fn tree(told: &Told, reader: &Reader, out: &mut Output) -> Outcome {
    let mut below: BTreeMap<CiId, Vec<&Hit>> = BTreeMap::new();
    for hit in &told.reached.hits {
        below.entry(hit.by.from).or_default().push(hit);
    }
    for root in &told.reached.roots {
        let heading = out.heading(&format!("{} {}", root.number(), clean_line(told.name(*root))));
        writeln!(out, "{heading}")?;
        // What is still to be drawn, the next last: each with the lines in front of it, and whether it is the last there.
        let mut rest: Vec<(&Hit, String, bool)> = Vec::new();
        push(&mut rest, below.remove(root), "");
        while let Some((hit, lines, last)) = rest.pop() {
            let (branch, further) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let (reading, state) = (reading(told, reader, hit), told.state(hit));
            let name = clean_line(told.name(hit.ci));
            writeln!(out, "{lines}{branch}{reading}: {} {name} ({state})", hit.ci.number())?;
            push(&mut rest, below.remove(&hit.ci), &format!("{lines}{further}"));
        }
    }
    Ok(())
}

fn push<'a>(rest: &mut Vec<(&'a Hit, String, bool)>, children: Option<Vec<&'a Hit>>, lines: &str) {
    for (n, child) in children.unwrap_or_default().into_iter().rev().enumerate() {
        rest.push((child, lines.to_owned(), n == 0));
    }
}

/// How the relation by which a hit was reached reads, on the way to it.
fn reading(told: &Told, reader: &Reader, hit: &Hit) -> String {
    let reverse = match told.reach {
        Reach::Down => hit.by.back,
        Reach::Up => !hit.by.back,
    };
    let kind = reader.rules().cmdb.relations.get(&hit.by.relation);
    kind.map_or_else(|| hit.by.relation.to_string(), |kind| kind.reading(reverse).to_owned())
}

/// For Graphviz: `deskhand ci impact esx2 --format dot | dot -Tsvg`.
pub(super) fn dot(told: &Told, reader: &Reader, out: &mut Output) -> Outcome {
    writeln!(out, "digraph impact {{\n  rankdir=LR;\n  node [shape=box, style=rounded];")?;
    for id in &told.reached.roots {
        writeln!(out, "  ci{} [label=\"{}\", style=\"rounded,bold\"];", id.0, dotted(told.name(*id)))?;
    }
    for hit in &told.reached.hits {
        let colour = if hit.state == State::Down { "red" } else { "orange" };
        let colour = if told.reach == Reach::Down { colour } else { "black" };
        writeln!(out, "  ci{} [label=\"{}\", color={colour}];", hit.ci.0, dotted(told.name(hit.ci)))?;
    }
    for hit in &told.reached.hits {
        let style = if hit.by.soft { ", style=dashed" } else { "" };
        let label = dotted(&reading(told, reader, hit));
        writeln!(out, "  ci{} -> ci{} [label=\"{label}\"{style}];", hit.by.from.0, hit.ci.0)?;
    }
    Ok(writeln!(out, "}}")?)
}

/// For Mermaid, which renders in many wikis and trackers.
pub(super) fn mermaid(told: &Told, reader: &Reader, out: &mut Output) -> Outcome {
    writeln!(out, "flowchart LR")?;
    for id in &told.reached.roots {
        writeln!(out, "  ci{}([\"{}\"])", id.0, mermaided(told.name(*id)))?;
    }
    for hit in &told.reached.hits {
        let class = if told.reach == Reach::Down { format!(":::{}", told.state(hit)) } else { String::new() };
        writeln!(out, "  ci{}[\"{}\"]{class}", hit.ci.0, mermaided(told.name(hit.ci)))?;
    }
    for hit in &told.reached.hits {
        let arrow = if hit.by.soft { "-.->" } else { "-->" };
        let label = mermaided(&reading(told, reader, hit));
        writeln!(out, "  ci{} {arrow}|\"{label}\"| ci{}", hit.by.from.0, hit.ci.0)?;
    }
    if told.reach == Reach::Down {
        writeln!(
            out,
            "  classDef down stroke:#c00,stroke-width:2px\n  classDef degraded stroke:#e80,stroke-dasharray:4"
        )?;
    }
    Ok(())
}

/// A label in quotes for Graphviz.
fn dotted(text: &str) -> String {
    clean_line(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// A label in quotes for Mermaid, which knows characters by their numbers.
fn mermaided(text: &str) -> String {
    clean_line(text).replace('#', "#35;").replace('"', "#34;").replace('<', "#60;").replace('>', "#62;")
}
