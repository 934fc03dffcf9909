//! `change window`: maintenance and freeze windows.

use chrono_tz::Tz;
use clap::Subcommand;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::open::Desk;
use crate::cli::records::{Given, print};
use crate::cli::rows::{Cell, Row};
use crate::desk::change::window::{KeptWindow, Recurrence, Scope, Wall, Window, WindowCommand, WindowKind};
use crate::desk::command::Command;
use crate::desk::time::{DAY, Moment, Timestamp, parse_span, parse_time};
use crate::store::Reader;

/// The fields of a window.
const FIELDS: [&str; 8] = ["name", "kind", "starts", "ends", "zone", "rule", "scope", "note"];

/// What can be done with windows.
#[derive(Debug, Subcommand)]
pub(super) enum WindowVerb {
    /// Add a window
    ///
    /// new 'Sunday night' starts='2026-11-29 02:00' ends=+4h rule='FREQ=WEEKLY;BYDAY=SU' scope=class:computer
    /// new 'Year end' kind=freeze starts=2026-12-20 ends=2027-01-03
    New {
        /// Its name
        name: String,
        /// kind=maintenance or freeze; starts; ends, a time, a last day or +4h; zone; rule, of RFC 5545; scope; note
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Change one
    ///
    /// A new beginning takes the end along. rule=none lets it come once.
    Set {
        /// Its number or name
        window: String,
        /// What to change
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
    },
    /// Print all of them
    List,
    /// Take windows away
    Remove {
        /// Their numbers or names
        #[arg(value_name = "WINDOW", required = true)]
        windows: Vec<String>,
    },
}

pub(super) fn run(globals: &Globals, verb: &WindowVerb) -> Outcome {
    let mut desk = Desk::open(globals)?;
    match verb {
        WindowVerb::New { name, fields } => {
            let given = Given::read(fields, &FIELDS)?;
            let zone = zone(&given, desk.moment.zone)?;
            let (Some(starts), Some(_)) = (given.get("starts"), given.get("ends")) else {
                return Err(Failure::usage("a window needs starts=… and ends=…"));
            };
            let starts = begin(starts, zone, &desk.moment)?;
            let blank = Window {
                name: name.clone(),
                kind: WindowKind::Maintenance,
                starts,
                ends: starts,
                zone,
                recurrence: Recurrence::default(),
                scope: Scope::Everything,
                note: String::new(),
                source: None,
            };
            let window = Box::new(changed(&desk, &given, blank)?);
            desk.execute(Command::Window(WindowCommand::Put { id: None, seen: None, window }))?;
        }
        WindowVerb::Set { window, fields } => {
            let given = Given::read(fields, &FIELDS)?;
            let KeptWindow { id, window: now } = desk.read()?.find_window(window)?;
            let window = Box::new(changed(&desk, &given, now.clone())?);
            desk.execute(Command::Window(WindowCommand::Put { id: Some(id), seen: Some(Box::new(now)), window }))?;
        }
        WindowVerb::List => list(globals, &desk)?,
        WindowVerb::Remove { windows } => {
            let reader = desk.read()?;
            let ids = windows.iter().map(|word| Ok(reader.find_window(word)?.id)).collect::<Outcome<Vec<_>>>()?;
            drop(reader);
            desk.execute(Command::Window(WindowCommand::Remove { ids }))?;
        }
    }
    Ok(())
}

/// A window with what was given.
fn changed(desk: &Desk, given: &Given, now: Window) -> Outcome<Window> {
    let zone = zone(given, now.zone)?;
    let length = now.ends.since(now.starts);
    let starts = given.get("starts").map_or(Ok(now.starts), |text| begin(text, zone, &desk.moment))?;
    let ends = given.get("ends").map_or(Ok(starts.plus(length)), |text| end(text, starts, zone, &desk.moment))?;
    let recurrence = match given.get("rule") {
        None => now.recurrence,
        Some(none) if none.is_empty() || none.eq_ignore_ascii_case("none") => Recurrence::default(),
        Some(rule) => Recurrence::read(rule, zone).map_err(|why| Failure::usage(format!("rule: {why}")))?,
    };
    let kind = given.get("kind").map_or(Ok(now.kind), |word| {
        WindowKind::named(word)
            .ok_or_else(|| Failure::usage(format!("kind: takes maintenance or freeze, not '{word}'")))
    })?;
    let scope = match given.get("scope") {
        Some(text) => desk.read()?.find_scope(text)?,
        None => now.scope,
    };
    let (name, note) = (given.text("name", &now.name), given.text("note", &now.note));
    Ok(Window { name, kind, starts, ends, zone, recurrence, scope, note, source: now.source })
}

fn zone(given: &Given, now: Tz) -> Outcome<Tz> {
    let parse = |word: &str| {
        word.parse()
            .map_err(|_| Failure::usage(format!("zone: there is no '{word}'; zones are called as Europe/Berlin is")))
    };
    given.get("zone").map_or(Ok(now), parse)
}

fn begin(text: &str, zone: Tz, moment: &Moment) -> Outcome<Wall> {
    let typed = parse_time(text, &Moment { zone, ..*moment });
    typed.map(|at| Wall::of(at.from, zone)).ok_or_else(|| Failure::usage(format!("starts: '{text}' is no time")))
}

/// A length from the beginning, a time, or the last day.
fn end(text: &str, starts: Wall, zone: Tz, moment: &Moment) -> Outcome<Wall> {
    if let Some(length) = parse_span(text.strip_prefix('+').unwrap_or(text)) {
        return Ok(starts.plus(length));
    }
    let typed = parse_time(text, &Moment { zone, ..*moment });
    let at = typed.ok_or_else(|| Failure::usage(format!("ends: '{text}' is no time and no span such as +4h")))?;
    // Whole days are meant with their last.
    Ok(Wall::of(if at.until.since(at.from) > DAY / 2 { at.until } else { at.from }, zone))
}

fn list(globals: &Globals, desk: &Desk) -> Outcome {
    let reader = desk.read()?;
    let windows = reader.windows()?;
    let rows = windows.iter().map(|kept| row(&reader, kept, &desk.moment)).collect::<Outcome<Vec<_>>>()?;
    print(globals, &["id", "kind", "name", "scope", "starts", "ends", "zone", "rule", "next"], &rows)?;
    if rows.is_empty() {
        say("there are no windows");
    }
    Ok(())
}

fn row(reader: &Reader, kept: &KeptWindow, moment: &Moment) -> Outcome<Row> {
    let window = &kept.window;
    let next = window.next(moment.now).unwrap_or_default().map(|span| span.from);
    let shown = |at: Option<Timestamp>| at.map_or_else(|| String::from("-"), |at| at.local(moment.zone));
    let rule = window.recurrence.to_string().replace('\n', " ");
    Ok(Row {
        id: kept.id.to_string(),
        cells: vec![
            Cell::of(kept.id.to_string(), kept.id.0),
            Cell::text(window.kind.word()),
            Cell::text(window.name.as_str()),
            Cell::text(reader.scope_shown(&window.scope)?),
            Cell::of(window.starts.shown(), window.starts.to_string()),
            Cell::of(window.ends.shown(), window.ends.to_string()),
            Cell::text(window.zone.name()),
            Cell::text(rule),
            Cell::of(shown(next), next.map_or(serde_json::Value::Null, |at| at.rfc3339().into())),
        ],
    })
}
