//! A file, a map, a moment: tickets. Three passes, none of which holds the file: its encoding, its dates, its rows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use super::bind::{Bound, Headers};
use super::bytes::{self, Decoded, Sight};
use super::cell;
use super::chronicle;
use super::convert::Converter;
use super::error::ImportError;
use super::incoming::{Incoming, Phase, Progress, Rejected, Source};
use super::log::Log;
use super::map::Map;
use super::notes::Notes;
use super::origin::Origin;
use super::preset;
use super::rejects::Rejects;
use super::table::{Broken, Row, Rows, sniff};
use super::witnesses::Witnesses;
use crate::desk::time::Moment;

/// More rows than this are more than one import.
const MOST_ROWS: u64 = 5_000_000;
/// So many bytes of text tell the separator.
const SAMPLE: u64 = 64 << 10;
/// Progress is told every so many rows.
const STRIDE: u64 = 1024;

/// Reads the tickets of the table at `path` as `map` says; a zip archive with one table in it will do.
///
/// Times without a zone are in the map's zone, else the moment's. `progress` is called a few hundred times.
/// Gives what was found out about the file, the tickets in the order of their first rows, and the rejected rows.
///
/// # Errors
/// When the file as a whole can't be read with this map. Nothing is half-read: an error means no tickets.
pub fn read(
    path: &Path,
    map: &Map,
    moment: &Moment,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Source, Vec<Incoming>, Vec<Rejected>), ImportError> {
    let origin = Origin::find(path)?;
    let io = |source| ImportError::Io { path: path.to_owned(), source };
    let total = origin.size();
    let sight = origin.stream(|input| {
        let mut tell = |bytes| progress(Progress { phase: Phase::Encoding, bytes, total, rows: 0 });
        bytes::look(input, &mut tell).map_err(io)
    })?;
    let table = Table::open(&origin, sight)?;
    let bound = table.bind(map)?;
    let zone = Moment { zone: map.zone.unwrap_or(moment.zone), ..*moment };

    let (order, dates, doubt) = table.survey(&bound, progress)?.decide(map.dates);
    let mut reading = Reading {
        converter: Converter { bound: &bound, names: &table.headers.names, order, zone: &zone },
        notes: Notes::default(),
        rejects: Rejects::default(),
    };
    let (tickets, rows, replaced, removed) = reading.tickets(&table, progress)?;

    let mut warnings: Vec<String> = doubt.into_iter().chain(table.better(&bound)).collect();
    if replaced > 0 {
        warnings.push(format!("{replaced} damaged places in the text were replaced by \u{FFFD}"));
    }
    if removed > 0 {
        warnings.push(format!("{removed} control characters were removed"));
    }
    let Reading { notes, rejects, .. } = reading;
    warnings.extend(notes.told());
    let unmapped = bound.unmapped(table.headers.names.len());
    let source = Source {
        encoding: table.sight.describe(),
        delimiter: char::from(table.delimiter),
        date_order: order,
        dates,
        unmapped: unmapped.into_iter().filter_map(|c| table.headers.names.get(c).cloned()).collect(),
        headers: table.headers.names.clone(),
        rows,
        warnings,
    };
    Ok((source, tickets, rejects.into_list()))
}

/// An opened table: where it is, how it is written, what its columns are.
pub(super) struct Table<'o> {
    origin: &'o Origin,
    sight: Sight,
    delimiter: u8,
    pub(super) skip: u64,
    pub(super) headers: Headers,
}

impl<'o> Table<'o> {
    pub(super) fn open(origin: &'o Origin, sight: Sight) -> Result<Table<'o>, ImportError> {
        let io = |source| ImportError::Io { path: origin.path().to_owned(), source };
        let sample = origin.stream(|input| {
            let mut sample = Vec::new();
            Decoded::new(input, sight.encoding).take(SAMPLE).read_to_end(&mut sample).map_err(io)?;
            Ok(String::from_utf8_lossy(&sample).into_owned())
        })?;
        let (delimiter, marked) = sniff(&sample);
        let mut table = Table {
            origin,
            sight,
            delimiter,
            skip: if marked { 2 } else { 1 },
            headers: Headers::new(std::iter::empty()),
        };
        let mut found = None;
        table.rows(0, &mut |row, _| {
            if row.number == table.skip {
                found = Some(match &row.fault {
                    None => Ok(Headers::new(row.values())),
                    Some(fault) => Err(format!("the header {fault}; this is no table")),
                });
            }
            Ok(row.number < table.skip)
        })?;
        let refuse = |reason| ImportError::NoTable { path: origin.path().to_owned(), reason };
        table.headers =
            found.ok_or_else(|| refuse("there is no header line; the file is empty".to_owned()))?.map_err(refuse)?;
        Ok(table)
    }

    fn bind<'m>(&self, map: &'m Map) -> Result<Bound<'m>, ImportError> {
        let bound = Bound::new(map, &self.headers);
        let listed = |names: &[String]| names.iter().take(40).cloned().collect::<Vec<_>>().join(", ");
        if bound.key.is_empty() {
            let better = preset::fitting(&self.headers.names).map(|(name, _)| name).filter(|name| *name != map.name);
            return Err(ImportError::NoKey {
                map: map.name.clone(),
                wanted: listed(map.key.from()),
                found: listed(&self.headers.names),
                hint: better.map(|name| format!("; --map {name} would fit")).unwrap_or_default(),
            });
        }
        if map.history.is_some() && bound.at.is_empty() {
            return Err(ImportError::Map {
                map: map.name.clone(),
                reason: "[history] names no column of this file that says when a row came to be".to_owned(),
            });
        }
        Ok(bound)
    }

    /// A hint, where the map is a preset and another preset knows more of the columns.
    fn better(&self, bound: &Bound<'_>) -> Option<String> {
        let names = &self.headers.names;
        let named = bound.map.name.as_str();
        let known = names.len() - bound.unmapped(names.len()).len();
        let (better, more) = preset::fitting(names).filter(|(name, more)| *name != named && *more > known)?;
        let is_preset = preset::PRESETS.iter().any(|preset| preset.name == named);
        is_preset.then(|| {
            format!("--map {named} knows {known} of the {} columns; --map {better} would know {more}", names.len())
        })
    }

    /// Goes through all rows after the first `skip`, until `each` gives `false`. Gives how many places were damaged.
    pub(super) fn rows(
        &self,
        skip: u64,
        each: &mut dyn FnMut(&Row, u64) -> Result<bool, ImportError>,
    ) -> Result<u64, ImportError> {
        self.origin.stream(|input| {
            let mut rows = Rows::new(Decoded::new(input, self.sight.encoding), self.delimiter);
            let mut row = Row::default();
            loop {
                match rows.read(&mut row) {
                    Ok(false) => break,
                    Ok(true) if row.number <= skip => {}
                    Ok(true) if row.number > MOST_ROWS => {
                        return Err(ImportError::TooMuch(format!(
                            "there are more than {MOST_ROWS} rows, which is more than one import takes; split the file"
                        )));
                    }
                    Ok(true) => {
                        if !each(&row, rows.input().bytes())? {
                            break;
                        }
                    }
                    Err(Broken::UnclosedQuote { row, line }) => return Err(ImportError::UnclosedQuote { row, line }),
                    Err(Broken::Io(source)) => {
                        return Err(ImportError::Io { path: self.origin.path().to_owned(), source });
                    }
                }
            }
            Ok(rows.input().replaced())
        })
    }

    fn survey(&self, bound: &Bound<'_>, progress: &mut dyn FnMut(Progress)) -> Result<Witnesses, ImportError> {
        let mut witnesses = Witnesses::default();
        let columns = bound.dates();
        self.rows(self.skip, &mut |row, bytes| {
            if row.number % STRIDE == 0 {
                progress(Progress {
                    phase: Phase::Survey,
                    bytes,
                    total: self.sight.bytes,
                    rows: row.number - self.skip,
                });
            }
            if row.fault.is_none() {
                columns.iter().for_each(|column| witnesses.hear(row.number, row.get(*column)));
            }
            Ok(true)
        })?;
        Ok(witnesses)
    }
}

/// The last pass.
struct Reading<'a> {
    converter: Converter<'a>,
    notes: Notes,
    rejects: Rejects,
}

impl Reading<'_> {
    /// Tickets, rows, damaged places, control characters.
    fn tickets(
        &mut self,
        table: &Table<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Vec<Incoming>, u64, u64, u64), ImportError> {
        let width = table.headers.names.len();
        let is_log = self.converter.bound.map.history.is_some();
        let mut log = Log::default();
        let mut tickets = Vec::new();
        let mut seen: HashMap<String, u64> = HashMap::new();
        let (mut count, mut removed) = (0, 0);
        let replaced = table.rows(table.skip, &mut |row, bytes| {
            count += 1;
            if row.number % STRIDE == 0 {
                progress(Progress { phase: Phase::Reading, bytes, total: table.sight.bytes, rows: count });
            }
            let raw = || row.values().map(str::to_owned).collect();
            if let Some(reason) = unfit(row, width) {
                self.rejects.add(row.number, row.line, reason, raw())?;
                return Ok(true);
            }
            let cells = clean(self.converter.bound, row.values(), &mut removed);
            let outcome = if is_log {
                self.converter.key(&cells).map(|key| log.add(key, row))
            } else {
                self.converter.convert(row.number, &cells, &mut self.notes).and_then(|snapshot| {
                    match seen.insert(snapshot.key.clone(), row.number) {
                        Some(first) => Err(format!("has the same key as row {first}: {}", snapshot.key)),
                        None => {
                            tickets.push(chronicle::single(snapshot, &mut self.notes));
                            Ok(())
                        }
                    }
                })
            };
            if let Err(reason) = outcome {
                self.rejects.add(row.number, row.line, reason, raw())?;
            }
            Ok(true)
        })?;
        for rows in log.into_tickets() {
            let mut snapshots = Vec::with_capacity(rows.len());
            for row in &rows {
                let cells = clean(self.converter.bound, row.values(), &mut 0);
                match self.converter.convert(row.number, &cells, &mut self.notes) {
                    Ok(snapshot) => snapshots.push(snapshot),
                    Err(reason) => {
                        let raw = row.values().map(str::to_owned).collect();
                        self.rejects.add(row.number, row.line, reason, raw)?;
                    }
                }
            }
            tickets.extend(chronicle::together(snapshots, &mut self.notes));
        }
        Ok((tickets, count, replaced, removed))
    }
}

fn unfit(row: &Row, width: usize) -> Option<String> {
    if row.fault.is_some() {
        return row.fault.clone();
    }
    let extra_blank = (width..row.len()).all(|column| row.get(column).trim().is_empty());
    if row.len() < width || !extra_blank {
        return Some(format!("has {} values, the header has {width}", row.len()));
    }
    None
}

fn clean<'a>(bound: &Bound<'_>, values: impl Iterator<Item = &'a str>, removed: &mut u64) -> Vec<Option<Cow<'a, str>>> {
    values.map(|value| Some(cell::take(value, removed)).filter(|value| !bound.is_unknown(value))).collect()
}
