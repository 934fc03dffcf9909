//! `deskhand import FORMAT FILE…`: records from another system, first shown with `--plan`, then taken in as one entry.
//!
//! stdout carries the plan; what was found out about the file, progress and the outcome go to stderr.

mod calendar;
mod inventory;
mod meter;
mod pages;
mod plan;
mod rejected;

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use clap::{Args as ClapArgs, ValueEnum};
use sha2::{Digest, Sha256};

use crate::desk::command::{Author, Command, Request};
use crate::desk::id::Kind;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::exchange::csv::{self, DateOrder, ImportError, Map};
use crate::exchange::intake::{Intake, Origin, intake};
use crate::exchange::inventory::{Format, InventoryError, is_list_map};
use crate::store::{Stage, Store};
use crate::text::clean_text;
use meter::Meter;

/// What to import, and how to read it.
#[derive(Clone, Debug, ClapArgs)]
pub struct Args {
    /// What kind of file it is
    #[arg(value_name = "FORMAT", value_enum)]
    pub source: SourceFormat,
    /// The file, or a zip archive with one such table in it; of inventories several, or folders of them; of pages
    /// their folder
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How the columns of a table are read: generic, servicenow, servicenow-event-log, jira, glpi, rt, osticket for tickets,
    /// cmdb for CIs, or a map of your own
    #[arg(long, value_name = "PRESET|MAP.toml", default_value = "generic")]
    pub map: String,
    /// Show what would be created, updated and left out, row by row, and change nothing
    #[arg(long)]
    pub plan: bool,
    /// Whether 3/4/2026 is in April or in March, where the file itself does not tell
    #[arg(long, value_name = "ORDER", value_enum)]
    pub dates: Option<DayOrder>,
    /// The time zone of times that name none, such as Europe/Berlin; yours unless given
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<Tz>,
    /// What the events of a calendar become
    #[arg(long, value_name = "KIND", value_enum, default_value_t = EventsAre::Freeze)]
    pub kind: EventsAre,
    /// What they are about: everything, service:…, team:…, class:…, tickets:QUERY or cis:QUERY
    #[arg(long, value_name = "SCOPE", default_value = "everything")]
    pub scope: String,
}

/// What the events of a calendar become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EventsAre {
    /// Changes do not happen then
    Freeze,
    /// Changes belong there
    Maintenance,
}

/// Kinds of files that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SourceFormat {
    /// A table with a header line: comma, semicolon, tab or bar between values
    Csv,
    /// A calendar (RFC 5545): its events become windows in which changes do not happen, or belong
    Ics,
    /// GLPI inventories as JSON: computers, phones, printers, network equipment
    Glpi,
    /// What nmap -oX saw in the network
    Nmap,
    /// NetBox's database, as manage.py dumpdata writes it; packed with gzip or not
    Netbox,
    /// Facts of hosts (setup --tree), or what ansible-inventory --list prints
    Ansible,
    /// A folder of Markdown pages: they become articles, links between them links between articles
    Markdown,
}

impl SourceFormat {
    /// The program whose inventories it means; a table is none.
    fn inventory(self) -> Option<Format> {
        match self {
            SourceFormat::Csv | SourceFormat::Ics | SourceFormat::Markdown => None,
            SourceFormat::Glpi => Some(Format::Glpi),
            SourceFormat::Nmap => Some(Format::Nmap),
            SourceFormat::Netbox => Some(Format::Netbox),
            SourceFormat::Ansible => Some(Format::Ansible),
        }
    }
}

/// Which of two numbers in a date is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DayOrder {
    /// 3/4/2026 is in April
    DayFirst,
    /// 3/4/2026 is in March
    MonthFirst,
}

impl DayOrder {
    fn order(self) -> DateOrder {
        match self {
            DayOrder::DayFirst => DateOrder::DayFirst,
            DayOrder::MonthFirst => DateOrder::MonthFirst,
        }
    }
}

/// What an import works on, and whom it tells.
pub struct Context<'a> {
    /// The desk.
    pub store: &'a mut Store,
    /// In whose name.
    pub author: &'a Author,
    /// Now.
    pub moment: &'a Moment,
    /// Why, in the author's words.
    pub reason: Option<String>,
    /// Where the plan goes.
    pub out: &'a mut dyn Write,
    /// Whether that is a terminal: columns are aligned then, else separated by tabs.
    pub out_is_terminal: bool,
    /// Where messages go.
    pub told: &'a mut dyn Write,
    /// Whether that is a terminal: progress is shown only there.
    pub told_is_terminal: bool,
}

/// Why an import was not carried out. The desk is as it was.
#[derive(Debug)]
pub enum Failure {
    /// The file or the map can't be used.
    File(ImportError),
    /// The inventory can't be used.
    Inventory(InventoryError),
    /// What was asked for is not how an import is asked for.
    Usage(String),
    /// The desk said no.
    Refused(Refusal),
    /// The plan can't be written to stdout.
    Output(io::Error),
}

impl Failure {
    /// The code with which the program ends: 1 refused, 2 usage, 3 not found, 4 unavailable, 5 damaged.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::File(error) | Failure::Inventory(InventoryError::List(error)) => match error {
                ImportError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => 3,
                ImportError::Io { .. } => 4,
                ImportError::Map { .. } | ImportError::NoKey { .. } => 2,
                _ => 1,
            },
            Failure::Inventory(InventoryError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => 3,
            Failure::Inventory(InventoryError::Io { .. }) | Failure::Output(_) => 4,
            Failure::Inventory(InventoryError::Refused { .. }) => 1,
            Failure::Usage(_) => 2,
            Failure::Refused(refusal) => refusal.exit_code(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::File(error) => error.fmt(f),
            Failure::Inventory(error) => error.fmt(f),
            Failure::Usage(text) => f.write_str(text),
            Failure::Refused(refusal) => refusal.fmt(f),
            Failure::Output(error) => write!(f, "the plan can't be written: {error}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Failure {
        Failure::File(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl From<InventoryError> for Failure {
    fn from(error: InventoryError) -> Failure {
        Failure::Inventory(error)
    }
}

/// Imports files, or shows what importing them would do. Gives the exit code: 0, or 1 when nothing of a file could go in.
///
/// # Errors
/// When the file can't be read with this map, or the desk refuses; nothing was changed then.
pub fn run(args: &Args, context: Context<'_>) -> Result<u8, Failure> {
    if args.source == SourceFormat::Ics {
        return match args.files.as_slice() {
            [file] => calendar::run(args, file, context),
            _ => Err(Failure::Usage(String::from("calendars are imported one at a time"))),
        };
    }
    if args.source == SourceFormat::Markdown {
        return match args.files.as_slice() {
            [folder] => pages::run(args, folder, context),
            _ => Err(Failure::Usage(String::from("pages are imported one folder at a time"))),
        };
    }
    if args.source.inventory().is_some() || is_list_map(&args.map) {
        return inventory::run(args, context);
    }
    match args.files.as_slice() {
        [file] => tickets(args, file, context),
        _ => Err(Failure::Usage(String::from(
            "tickets come from one file at a time; for a table of CIs say --map cmdb, or name a map with into = \"ci\"",
        ))),
    }
}

fn tickets(args: &Args, file: &Path, context: Context<'_>) -> Result<u8, Failure> {
    let Context { store, author, moment, reason, out, out_is_terminal, told, told_is_terminal } = context;
    let map = map(args, store)?;
    let mut meter = Meter::new(told, told_is_terminal);
    let read = csv::read(file, &map, moment, &mut |progress| meter.reading(progress));
    meter.clear();
    let (source, incoming, rejects) = read?;
    say(told, &format!("{} · dates {} · {} rows", source.encoding, source.dates, source.rows));
    source.warnings.iter().for_each(|warning| say(told, &format!("warning: {warning}")));
    if !source.unmapped.is_empty() {
        say(told, &format!("left out, by the map: {}", source.unmapped.join(", ")));
    }
    let origin = Origin { name: name(file), sha256: checksum(file)?, ours: map.name == "generic" };
    let Intake { import, rows, warnings } = intake(origin, incoming, store.read()?.rules());
    warnings.iter().for_each(|warning| say(told, &format!("warning: {warning}")));

    if args.plan {
        let plan = store.read()?.plan_import(&import, author, moment)?;
        plan::write(out, out_is_terminal, &plan, &rows, &rejects).map_err(Failure::Output)?;
        say(told, &plan.summary(&import.source).replacen("imported", "would import", 1));
        plan.notices().iter().for_each(|notice| say(told, notice));
        return Ok(u8::from(plan.counts().iter().take(3).sum::<usize>() == 0 && source.rows > 0));
    }
    rejected::keep(told, file, &source.headers, &rejects);
    let all = import.tickets.len();
    if all == 0 {
        say(told, if source.rows == 0 { "there are no rows to import" } else { "no row could be imported" });
        return Ok(u8::from(source.rows > 0));
    }
    let request = Request::new(Command::Import(import)).because(reason);
    let mut meter = Meter::new(told, told_is_terminal);
    let done = store.execute_telling(&request, author, moment, &mut |stage| match stage {
        Stage::Waiting(holder) => meter.say(&format!("waiting for {holder}")),
        Stage::Planning => meter.say("comparing with the desk"),
        Stage::Writing { done, all } => meter.writing(done, all),
    });
    meter.clear();
    let receipt = done?;
    say(told, &receipt.summary);
    receipt.notices.iter().for_each(|notice| say(told, notice));
    match receipt.seq {
        Some(seq) => say(told, &format!("to take it back: deskhand undo {seq}")),
        None => say(told, "nothing was changed"),
    }
    let skipped = receipt.summary.contains(": 0 new, 0 updated, 0 unchanged");
    Ok(u8::from(skipped))
}

/// The map, with what the command line and the desk add to it.
fn map(args: &Args, store: &Store) -> Result<Map, Failure> {
    let mut map = csv::preset(&args.map)?;
    map.dates = args.dates.map(DayOrder::order).or(map.dates);
    map.zone = args.zone.or(map.zone);
    let reader = store.read()?;
    for kind in Kind::ALL {
        let workflow = reader.rules().workflow(kind).map_err(Refusal::Damaged)?;
        map.states.insert(kind, workflow.state.iter().map(|state| state.name.clone()).collect());
    }
    Ok(map)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

fn checksum(path: &Path) -> Result<String, ImportError> {
    let mut sha = Sha256::new();
    std::fs::File::open(path)
        .and_then(|mut file| io::copy(&mut file, &mut sha))
        .map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    Ok(sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// One message, whatever it quotes. Whoever closed stderr does not want to read it.
fn say(told: &mut dyn Write, message: &str) {
    let _ = writeln!(told, "{}", clean_text(message));
}

#[cfg(test)]
mod tests;
