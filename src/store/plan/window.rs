//! Planning changes of windows: put, taken away, taken in from a calendar.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::desk::change::window::{Scope, Window, WindowCommand, WindowImport};
use crate::desk::cmdb::query;
use crate::desk::field::Value;
use crate::desk::id::WindowId;
use crate::desk::people::Deed;
use crate::desk::query::{Is, parse};
use crate::desk::refusal::{Conflict, Disputed, Refusal};
use crate::desk::time::{Moment, Timestamp};
use crate::store::Asker;
use crate::store::batch::{Row, Table, row};
use crate::store::plan::change::tell_caught;
use crate::store::plan::draft::Draft;
use crate::store::reader::Reader;

pub(super) fn carry_out(draft: &mut Draft, command: &WindowCommand) -> Result<String, Refusal> {
    draft.may(Deed::KeepWindows)?;
    match command {
        WindowCommand::Put { id: None, window, .. } => {
            let name = add(draft, window)?;
            Ok(format!("{} window {name}", window.kind.word()))
        }
        WindowCommand::Put { id: Some(id), seen, window } => change(draft, *id, seen.as_deref(), window),
        WindowCommand::Remove { ids } => remove(draft, ids),
        WindowCommand::Import(import) => take_in(draft, import),
    }
}

fn add(draft: &mut Draft, window: &Window) -> Result<String, Refusal> {
    let values = checked(draft.reader, window)?;
    draft.insert(Table::Window, values)?;
    tell_caught(draft, window)?;
    Ok(window.name.trim().to_owned())
}

fn change(draft: &mut Draft, id: WindowId, seen: Option<&Window>, window: &Window) -> Result<String, Refusal> {
    let now = columns(&draft.reader.window(id)?.window);
    let wanted = columns(window);
    let merged = match seen.map(columns) {
        Some(seen) => merge(draft, id, &window.name, (&seen, &now, wanted))?,
        None => wanted,
    };
    let window = crate::store::reader::window::from_columns(&merged)?;
    let changed: Row = checked(draft.reader, &window)?.into_iter().filter(|cell| !now.contains(cell)).collect();
    if !changed.is_empty() {
        draft.update(Table::Window, id.0, changed);
        tell_caught(draft, &window)?;
    }
    Ok(format!("window {}", window.name))
}

/// What the editor changed, and what others changed since; refused where both changed the same.
fn merge(draft: &Draft, id: WindowId, name: &str, (seen, now, wanted): (&Row, &Row, Row)) -> Result<Row, Refusal> {
    let mut fields = Vec::new();
    let mut merged = Row::new();
    for (((column, yours), (_, base)), (_, theirs)) in wanted.into_iter().zip(seen).zip(now) {
        // What follows from the others is worked out anew.
        let derived = matches!(column.as_ref(), "first" | "last");
        if !derived && yours != *base && *theirs != *base && yours != *theirs {
            let (base, theirs) = (base.clone(), theirs.clone());
            fields.push(Disputed { field: column.into_owned(), base, theirs, yours });
            continue;
        }
        let value = if yours == *base { theirs.clone() } else { yours };
        merged.push((column, value));
    }
    if fields.is_empty() {
        return Ok(merged);
    }
    let changed: Vec<i64> = draft.reader.all(
        "SELECT seq FROM change WHERE ticket IS NULL AND tbl = 'window' AND row = ?1 ORDER BY id DESC LIMIT 1",
        [id.0],
        |row| row.get(0),
    )?;
    let theirs = changed.first().map_or(draft.seq, |seq| crate::desk::id::Seq(*seq));
    let author = draft.reader.transaction(theirs)?.author;
    Err(Refusal::Conflict(Box::new(Conflict { what: format!("window {name}"), theirs, author, fields, row: None })))
}

fn remove(draft: &mut Draft, ids: &[WindowId]) -> Result<String, Refusal> {
    let mut names = Vec::new();
    for id in ids.iter().collect::<BTreeSet<_>>() {
        names.push(draft.reader.window(*id)?.window.name);
        draft.delete(Table::Window, id.0);
    }
    match names.as_slice() {
        [] => Err(Refusal::rule("which window?")),
        [name] => Ok(format!("window {name} is taken away")),
        several => Ok(format!("{} windows are taken away", several.len())),
    }
}

/// What becomes of one event of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WindowFate {
    /// There is no window of it yet.
    New,
    /// Its window changes.
    Changed(WindowId),
    /// Its window is as it says, or newer.
    Same,
    /// It can't be a window.
    Refused(String),
}

impl Reader<'_> {
    /// What importing a window would make of it.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn fate_of(&self, window: &Window) -> Result<WindowFate, Refusal> {
        fate(self, window)
    }
}

fn fate(reader: &Reader, window: &Window) -> Result<WindowFate, Refusal> {
    match checked(reader, window) {
        Ok(_) => {}
        Err(Refusal::Rule(why) | Refusal::NotFound(why)) => return Ok(WindowFate::Refused(why)),
        Err(other) => return Err(other),
    }
    let Some(source) = &window.source else { return Ok(WindowFate::New) };
    let Some(known) = reader.window_of(&source.uid)? else { return Ok(WindowFate::New) };
    let newer = known.window.source.as_ref().is_none_or(|had| {
        source.sequence > had.sequence || source.sequence == had.sequence && source.digest != had.digest
    });
    Ok(if newer { WindowFate::Changed(known.id) } else { WindowFate::Same })
}

fn take_in(draft: &mut Draft, import: &WindowImport) -> Result<String, Refusal> {
    let (mut new, mut changed, mut same, mut gone) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut known = BTreeSet::new();
    for window in &import.windows {
        if window.source.as_ref().is_some_and(|source| !known.insert(source.uid.clone())) {
            draft.notices.push(format!("'{}' has the UID of an event before it; left out", window.name));
            continue;
        }
        match fate(draft.reader, window)? {
            WindowFate::New => {
                add(draft, window)?;
                new += 1;
            }
            WindowFate::Changed(id) => {
                let values = checked(draft.reader, window)?;
                draft.update(Table::Window, id.0, values);
                tell_caught(draft, window)?;
                changed += 1;
            }
            WindowFate::Same => same += 1,
            WindowFate::Refused(why) => draft.notices.push(format!("'{}' is left out: {why}", window.name)),
        }
    }
    for uid in &import.cancelled {
        if let Some(kept) = draft.reader.window_of(uid)? {
            draft.delete(Table::Window, kept.id.0);
            gone += 1;
        }
    }
    let off = if gone > 0 { format!(", {gone} called off") } else { String::new() };
    Ok(format!("windows of {}: {new} new, {changed} changed, {same} unchanged{off}", import.source))
}

/// The columns of a window that can be: its times come, its scope is known.
fn checked(reader: &Reader, window: &Window) -> Result<Row, Refusal> {
    window.check().map_err(Refusal::Rule)?;
    let exists = |sql: &str, id: i64| reader.one(sql, [id], |_| Ok(()));
    let nobody = Asker { me: None, moment: Moment::utc(Timestamp(0)) };
    match &window.scope {
        Scope::Everything => {}
        Scope::Service(id) => {
            exists("SELECT 1 FROM service WHERE id = ?1", id.0)?
                .ok_or_else(|| Refusal::not_found(format!("there is no service of row {id}")))?;
        }
        Scope::Team(id) => {
            exists("SELECT 1 FROM team WHERE id = ?1", id.0)?
                .ok_or_else(|| Refusal::not_found(format!("there is no team of row {id}")))?;
        }
        Scope::Class(class) => {
            reader.rules().cmdb.classes.find(class).map_err(Refusal::NotFound)?;
        }
        Scope::Tickets(text) => {
            let query = parse(text).map_err(|error| Refusal::rule(format!("{text}: {error}")))?;
            if query.asks(Is::Conflicting) {
                return Err(Refusal::rule("a window can't be about conflicts: they follow from the windows"));
            }
            // What it names must be there.
            reader.numbers(&query, &nobody, 1).map_err(in_query(text))?;
        }
        Scope::Cis(text) => {
            let query =
                query::parse(text, &reader.rules().cmdb).map_err(|error| Refusal::rule(format!("{text}: {error}")))?;
            reader.cis_among(&query, &[], &nobody).map_err(in_query(text))?;
        }
    }
    Ok(columns(window))
}

/// Says in which query something is not known.
fn in_query(text: &str) -> impl Fn(Refusal) -> Refusal {
    move |refusal| match refusal {
        Refusal::Rule(why) | Refusal::NotFound(why) => Refusal::rule(format!("{text}: {why}")),
        other => other,
    }
}

/// A window as a row of its table.
fn columns(window: &Window) -> Row {
    let (first, last) = window.extent();
    let (service, team) = match &window.scope {
        Scope::Service(id) => (Some(id.0), None),
        Scope::Team(id) => (None, Some(id.0)),
        _ => (None, None),
    };
    let source = window.source.as_ref();
    let mut row = row! {
        "name": window.name.split_whitespace().collect::<Vec<_>>().join(" "), "kind": window.kind.word(),
        "starts": window.starts.to_string(), "ends": window.ends.to_string(), "zone": window.zone.name(),
        "rule": window.recurrence.to_string(), "scope": window.scope.word(), "service": service, "team": team,
        "subject": window.scope.subject(), "note": window.note.trim(), "uid": source.map(|source| source.uid.as_str()),
        "sequence": source.map(|source| source.sequence), "digest": source.map(|source| source.digest.as_str()),
        "first": first.0,
    };
    row.push((Cow::Borrowed("last"), Value::from(last.map(|last| last.0))));
    row
}
