//! The plan of an import as a table: one line a row of the file.

use std::io::{self, Write};

use crate::exchange::csv::Rejected;
use crate::store::{Action, ImportPlan, PlannedTicket};
use crate::text::clean_line;

/// Writes the plan: row, action, match key, ticket here, and what changes or why not.
pub(super) fn write(
    out: &mut dyn Write,
    aligned: bool,
    plan: &ImportPlan,
    rows: &[u64],
    rejected: &[Rejected],
) -> io::Result<()> {
    let mut lines: Vec<(u64, [String; 4])> =
        plan.tickets.iter().zip(rows).map(|(ticket, row)| (*row, line(ticket))).collect();
    lines.extend(rejected.iter().map(|rejected| {
        let empty = || String::from("-");
        (rejected.row, [String::from("skip"), empty(), empty(), rejected.reason.clone()])
    }));
    lines.sort_by_key(|(row, _)| *row);
    let width =
        lines.iter().map(|(_, [_, key, ..])| crate::text::width(&clean_line(key))).max().unwrap_or(0).clamp(3, 30);
    let mut put = |row: &str, [action, key, number, what]: [&str; 4]| {
        let (key, what) = (clean_line(key), clean_line(what));
        if aligned {
            let gap = " ".repeat(width.saturating_sub(crate::text::width(&key)));
            let text = format!("{row:>7}  {action:<9}  {key}{gap}  {number:<11}  {what}");
            writeln!(out, "{}", text.trim_end())
        } else {
            let key = key.replace('\t', " ");
            let what = what.replace('\t', " ");
            writeln!(out, "{row}\t{action}\t{key}\t{number}\t{what}")
        }
    };
    put("row", ["action", "key", "ticket", "what"])?;
    for (row, [action, key, number, what]) in &lines {
        put(&row.to_string(), [action, key, number, what])?;
    }
    Ok(())
}

fn line(ticket: &PlannedTicket) -> [String; 4] {
    let number = match (&ticket.action, ticket.number) {
        (Action::Create | Action::Skip(_), _) | (_, None) => String::from("-"),
        (_, Some(number)) => number.to_string(),
    };
    let mut what = match &ticket.action {
        Action::Create => ticket.kind.to_string(),
        Action::Unchanged => String::new(),
        Action::Skip(reason) => reason.clone(),
        Action::Update { fields, added } => {
            let mut what: Vec<String> = fields.iter().map(ToString::to_string).collect();
            if *added > 0 {
                what.push(format!("{added} new notes, tags or events"));
            }
            what.join(", ")
        }
    };
    if !ticket.kept.is_empty() {
        let kept: Vec<&str> = ticket.kept.iter().map(|field| field.name()).collect();
        what.push_str(&format!("{}kept: {}", if what.is_empty() { "" } else { "; " }, kept.join(", ")));
    }
    [ticket.action.word().to_owned(), ticket.key.clone(), number, what]
}
