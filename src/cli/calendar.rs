//! `change window`, `change calendar`: when changes happen, and when they may.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::cli::windows;
use crate::desk::change::window::Span;
use crate::desk::id::Number;
use crate::desk::time::{DAY, Timestamp, parse_time};
use crate::store::{Calendar, Reader};
use crate::text::{clean_line, pad, width};

/// What can be asked and done about when changes happen.
#[derive(Debug, Subcommand)]
pub(super) enum CalendarVerb {
    /// Maintenance and freeze windows
    Window {
        #[command(subcommand)]
        verb: windows::WindowVerb,
    },
    /// The agenda: changes, releases and windows, day by day
    ///
    /// A ! marks a change that is in conflict with something that nobody overrode. Other forms: --format csv, json, jsonl or tsv.
    Calendar(Agenda),
}

/// What `change calendar` takes.
#[derive(Debug, Args)]
pub(super) struct Agenda {
    /// The first day [default: today]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// The last day; a month or year means all of it [default: two weeks on]
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Print it as Markdown
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(globals: &Globals, verb: &CalendarVerb) -> Outcome {
    match verb {
        CalendarVerb::Window { verb } => windows::run(globals, verb),
        CalendarVerb::Calendar(args) => agenda(globals, args),
    }
}

/// One line of the agenda.
struct Item {
    span: Span,
    kind: &'static str,
    id: String,
    state: String,
    title: String,
    assignee: String,
    team: String,
    service: String,
    conflicts: usize,
}

fn agenda(globals: &Globals, args: &Agenda) -> Outcome {
    let desk = Desk::open(globals)?;
    let typed = |text: &str| {
        parse_time(text, &desk.moment)
            .ok_or_else(|| Failure::usage(format!("'{text}' is no time; see: deskhand guide query")))
    };
    let from =
        args.from.as_deref().map(typed).transpose()?.map_or(desk.moment.start_of(desk.moment.today()), |at| at.from);
    let until = args.to.as_deref().map(typed).transpose()?.map_or(from.plus(14 * DAY), |at| at.until);
    if until <= from {
        return Err(Failure::usage("--to is before --from"));
    }
    let reader = desk.read()?;
    let within = Span { from, until };
    let mut met: BTreeMap<Number, usize> = BTreeMap::new();
    for conflict in reader.conflicts_within(within, &desk.asker()?)?.iter().filter(|conflict| conflict.is_open()) {
        *met.entry(conflict.change).or_default() += 1;
    }
    let items = items(&reader, &reader.calendar(within)?, &met)?;
    match (args.markdown, globals.format) {
        (true, Some(_)) => Err(Failure::usage("either --markdown or --format")),
        (true, None) => days(&desk, within, &items, true),
        (false, None | Some(Format::Table)) => days(&desk, within, &items, false),
        (false, Some(_)) => table(globals, &items),
    }
}

fn items(reader: &Reader, calendar: &Calendar, met: &BTreeMap<Number, usize>) -> Outcome<Vec<Item>> {
    let mut items = Vec::new();
    for marked in &calendar.windows {
        for span in &marked.spans {
            items.push(Item {
                span: *span,
                kind: marked.kept.window.kind.word(),
                id: marked.kept.id.to_string(),
                state: String::new(),
                title: marked.kept.window.name.clone(),
                assignee: String::new(),
                team: String::new(),
                service: reader.scope_shown(&marked.kept.window.scope)?,
                conflicts: 0,
            });
        }
    }
    for change in &calendar.changes {
        let key = |table: &str, id: Option<i64>| {
            id.map(|id| reader.key_of(table, id)).transpose().map(|key| key.flatten().unwrap_or_default())
        };
        items.push(Item {
            span: change.span,
            kind: change.number.kind.word(),
            id: change.number.to_string(),
            state: change.state.clone(),
            title: change.title.clone(),
            assignee: key("person", change.assignee.map(|id| id.0))?,
            team: key("team", change.team.map(|id| id.0))?,
            service: key("service", change.service.map(|id| id.0))?,
            conflicts: met.get(&change.number).copied().unwrap_or(0),
        });
    }
    // Windows stand before what happens in them.
    items.sort_by_key(|item| (item.span.from, !item.state.is_empty()));
    Ok(items)
}

/// One row an item, for programs.
fn table(globals: &Globals, items: &[Item]) -> Outcome {
    let names = ["from", "until", "kind", "id", "state", "title", "assignee", "team", "service", "conflicts"];
    let mut rows = Rows::new(Output::rows(globals), names.map(Column::of).into());
    let lines: Vec<Row> = items
        .iter()
        .map(|item| Row {
            id: item.id.clone(),
            cells: vec![
                Cell::text(item.span.from.rfc3339()),
                Cell::text(item.span.until.rfc3339()),
                Cell::text(item.kind),
                Cell::text(item.id.as_str()),
                Cell::text(item.state.as_str()),
                Cell::text(item.title.as_str()),
                Cell::text(item.assignee.as_str()),
                Cell::text(item.team.as_str()),
                Cell::text(item.service.as_str()),
                Cell::of(item.conflicts.to_string(), i64::try_from(item.conflicts).unwrap_or(i64::MAX)),
            ],
        })
        .collect();
    rows.page(&lines)?;
    rows.finish()?;
    Ok(())
}

/// Day by day, for people. What began before the first day stands there.
fn days(desk: &Desk, within: Span, items: &[Item], markdown: bool) -> Outcome {
    let mut out = Output::new(Format::Table);
    let mut by_day: BTreeMap<NaiveDate, Vec<&Item>> = BTreeMap::new();
    for item in items {
        by_day.entry(desk.moment.day_of(item.span.from.max(within.from))).or_default().push(item);
    }
    let widest = |of: fn(&Item) -> String| items.iter().map(|item| width(&clean_line(&of(item)))).max().unwrap_or(0);
    let (times, names) = (items.iter().map(|item| width(&time(desk, within, item))).max().unwrap_or(0), widest(name));
    for (n, (day, items)) in by_day.iter().enumerate() {
        let head = day.format("%a %Y-%m-%d").to_string();
        if n > 0 {
            writeln!(out)?;
        }
        if markdown {
            writeln!(out, "## {head}\n\n| Time | What | Title | State | Who | Service |\n|---|---|---|---|---|---|")?;
        } else {
            let head = out.heading(&head);
            writeln!(out, "{head}")?;
        }
        for item in items {
            let (time, name) = (time(desk, within, item), name(item));
            let who =
                [item.assignee.as_str(), item.team.as_str()].into_iter().find(|who| !who.is_empty()).unwrap_or("");
            if markdown {
                let cells = [time.as_str(), &name, &item.title, &item.state, who, &item.service];
                let cells = cells.map(|cell| clean_line(cell).replace('|', "\\|"));
                writeln!(out, "| {} |", cells.join(" | "))?;
                continue;
            }
            let mark = if item.conflicts > 0 { '!' } else { ' ' };
            let rest: Vec<&str> =
                [item.state.as_str(), who, &item.service].into_iter().filter(|text| !text.is_empty()).collect();
            let line = format!(
                "  {}  {} {mark} {}  ({})",
                pad(&time, times),
                pad(&name, names),
                clean_line(&item.title),
                rest.join(", ")
            );
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    out.finish()?;
    if items.is_empty() {
        say("nothing is planned, and there are no windows");
    }
    Ok(())
}

/// What stands for an item in its own column: a number, or what sort of window it is.
fn name(item: &Item) -> String {
    let mark = if item.state.is_empty() { item.kind } else { &item.id };
    mark.to_owned()
}

/// `02:00–06:00`, `all day`, or with the day on which it ends.
fn time(desk: &Desk, within: Span, item: &Item) -> String {
    let zone = desk.moment.zone;
    let clock = |at: Timestamp| at.local(zone).split_off(11);
    let day = |at: Timestamp| desk.moment.day_of(at);
    let (from, until) = (item.span.from, item.span.until);
    let midnight = |at: Timestamp| desk.moment.start_of(day(at)) == at;
    let last = day(until.plus(-1));
    let begun = from < within.from;
    match (midnight(from) && midnight(until), day(from) == last) {
        (true, true) => String::from("all day"),
        (true, false) => format!("{}until {}", if begun { "… " } else { "" }, last.format("%m-%d")),
        (false, true) if !begun => format!("{}–{}", clock(from), clock(until)),
        _ => {
            format!("{}–{} {}", if begun { String::from("…") } else { clock(from) }, last.format("%m-%d"), clock(until))
        }
    }
}
