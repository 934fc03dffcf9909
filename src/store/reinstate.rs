//! Single tickets from a backup: read there, and put back here by a command that is journaled and undone like any other.
//!
//! Row ids are never given twice, so a row of the backup is the row of that id here, as long as the backup is this desk at an
//! earlier time: the hash of its newest entry tells. Fields, tags, watchers, links, tasks and approvals become what they were. Notes,
//! replies, times and files are things that happened: those of the backup come back, later ones stay.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::types::ValueRef;

use crate::desk::command::{Recovered, RecoveredRow, Reinstate};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::TicketId;
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Row, Table, Write};
use crate::store::image::Image;
use crate::store::plan::Draft;
use crate::store::reader::Reader;
use crate::store::{Access, Store, open, schema};

/// What became what it was: later rows go.
const ARRANGED: [Table; 10] = [
    Table::Tag,
    Table::Watcher,
    Table::Link,
    Table::Task,
    Table::Affected,
    Table::Answer,
    Table::Implementer,
    Table::Override,
    Table::Approval,
    Table::Vote,
];
/// What happened: later rows stay.
const HAPPENED: [Table; 5] = [Table::Entry, Table::Worklog, Table::Attachment, Table::Past, Table::Citation];

impl Store {
    /// Opens a backup to read in it. It and its folder stay as they are.
    ///
    /// # Errors
    /// As [`Store::open`]; and for a backup that is older than this program's schema, which only a whole restore brings up.
    pub fn open_backup(path: &Path) -> Result<Store, Refusal> {
        let mut conn = open::only_read(path)?;
        let sql = |error: rusqlite::Error| open::explain(path, &error);
        let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(sql)?;
        if version < schema::version() {
            return Err(Refusal::rule(format!(
                "{} is of an older version; restore all of it to another place and take the tickets from there",
                path.display()
            )));
        }
        open::configure(&mut conn, Access::Read).map_err(sql)?;
        Ok(Store::over(conn, path, Access::Read, false, None))
    }
}

impl Reader<'_> {
    /// Tickets as they are here, to be put back elsewhere.
    ///
    /// # Errors
    /// When one is not here or the file can't be read.
    pub fn recover(&self, source: &str, tickets: &[TicketId]) -> Result<Reinstate, Refusal> {
        let one = |id: &TicketId| -> Result<Recovered, Refusal> {
            let mut rows = Vec::new();
            for table in ARRANGED.into_iter().chain(HAPPENED) {
                rows.extend(self.rows_of(table, *id)?.into_iter().map(|(id, columns)| RecoveredRow {
                    table: table.name().to_owned(),
                    id,
                    columns,
                }));
            }
            Ok(Recovered { ticket: self.ticket(*id)?, rows })
        };
        let tickets = tickets.iter().map(one).collect::<Result<_, _>>()?;
        Ok(Reinstate { source: source.to_owned(), newest: self.mark()?, tickets })
    }

    /// The rows of a table that name a row of another in a column.
    pub(crate) fn rows_naming(&self, table: Table, column: &str, of: i64) -> Result<BTreeMap<i64, Image>, Refusal> {
        let sql = format!("SELECT * FROM {} WHERE {column} = ?1", table.name());
        Ok(self.all(&sql, [of], image)?.into_iter().collect())
    }

    /// The rows of a table that belong to a ticket; links from both ends.
    fn rows_of(&self, table: Table, ticket: TicketId) -> Result<BTreeMap<i64, Image>, Refusal> {
        let whose = if table == Table::Link { "?1 IN (ticket, other)" } else { "ticket = ?1" };
        let sql = format!("SELECT * FROM {} WHERE {whose}", table.name());
        Ok(self.all(&sql, [ticket.0], image)?.into_iter().collect())
    }

    fn row_of(&self, table: Table, id: i64) -> Result<Option<Image>, Refusal> {
        let sql = format!("SELECT * FROM {} WHERE id = ?1", table.name());
        Ok(self.one(&sql, [id], image)?.map(|(_, columns)| columns))
    }
}

fn image(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, Image)> {
    let names: Vec<String> = row.as_ref().column_names().map(str::to_owned).collect();
    let mut columns = Image::new();
    for name in names.into_iter().filter(|name| name != "id") {
        let value = match row.get_ref(name.as_str())? {
            ValueRef::Integer(n) => Value::Int(n),
            ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
            _ => Value::Null,
        };
        columns.insert(name, value);
    }
    Ok((row.get("id")?, columns))
}

/// Plans to put tickets back.
pub(crate) fn reinstate(draft: &mut Draft, wanted: &Reinstate) -> Result<String, Refusal> {
    draft.may(Deed::UndoOthers)?;
    refuse_stranger(draft.reader, wanted)?;
    let mut work = Work { coming: wanted.tickets.iter().map(|one| one.ticket.id).collect(), ..Work::default() };
    for one in &wanted.tickets {
        work.fields(draft, one)?;
    }
    for one in &wanted.tickets {
        for table in ARRANGED.into_iter().chain(HAPPENED) {
            work.rows(draft, table, one)?;
        }
    }
    for ticket in work.touched {
        draft.touch(ticket)?;
    }
    let names: Vec<String> = wanted.tickets.iter().map(|one| one.ticket.number.to_string()).collect();
    let what = if names.len() > 3 { format!("{} tickets", names.len()) } else { names.join(", ") };
    Ok(format!("put {what} back as of entry {} ({})", wanted.newest.seq, wanted.source))
}

/// Refuses a backup that is not this desk at an earlier time: its rows may be others of the same ids.
fn refuse_stranger(reader: &Reader, wanted: &Reinstate) -> Result<(), Refusal> {
    let Reinstate { source, newest, .. } = wanted;
    if reader.identity()? != newest.desk {
        return Err(Refusal::rule(format!("{source} is a backup of another desk")));
    }
    if reader.hash_at(newest.seq)?.as_deref() != Some(newest.hash.as_str()) {
        return Err(Refusal::rule(format!(
            "{source} goes up to entry {}, which this desk does not have: it is not this desk at an earlier time. Restore all of it to another place: deskhand --db FILE restore {source}",
            newest.seq
        )));
    }
    Ok(())
}

#[derive(Default)]
struct Work {
    /// The tickets that are put back.
    coming: BTreeSet<TicketId>,
    /// Tickets that lose, get or keep another row.
    touched: BTreeSet<TicketId>,
    /// Rows that were looked at: a link belongs to both its ends.
    done: BTreeSet<(Table, i64)>,
}

impl Work {
    /// The ticket itself.
    fn fields(&mut self, draft: &mut Draft, one: &Recovered) -> Result<(), Refusal> {
        let fields = Field::ALL.iter().filter(|field| **field != Field::Updated);
        let set: Edit = fields.map(|field| (*field, one.ticket.value(*field))).collect();
        let columns = set.iter().map(|(field, value)| (field.name().to_owned(), value.clone())).collect();
        self.refuse_missing(draft.reader, Table::Ticket, &columns, &one.ticket.number.to_string())?;
        match draft.ticket(one.ticket.id) {
            Ok(_) => draft.put(one.ticket.id, &set),
            Err(Refusal::NotFound(_)) => {
                let mut ticket = one.ticket.clone();
                ticket.updated = draft.moment.now;
                draft.add(ticket);
                Ok(())
            }
            Err(other) => Err(other),
        }
    }

    /// What belongs to it, of one table.
    fn rows(&mut self, draft: &mut Draft, table: Table, one: &Recovered) -> Result<(), Refusal> {
        let kept: BTreeMap<i64, &Image> =
            one.rows.iter().filter(|row| row.table == table.name()).map(|row| (row.id, &row.columns)).collect();
        let now = draft.reader.rows_of(table, one.ticket.id)?;
        if ARRANGED.contains(&table) {
            // The same tag under another row is the same tag.
            for (id, columns) in now.iter().filter(|(id, columns)| !kept.contains_key(id) && !holds(&kept, columns)) {
                if self.done.insert((table, *id)) {
                    draft.delete(table, *id);
                    self.owners(columns);
                }
            }
        }
        for (id, columns) in kept {
            if !self.done.insert((table, id)) || now.values().any(|there| there == columns) {
                continue;
            }
            if table == Table::Link && !self.has_both_ends(draft.reader, columns)? {
                draft.notices.push(format!("{} was linked to a ticket that is gone", one.ticket.number));
                continue;
            }
            self.refuse_missing(draft.reader, table, columns, &one.ticket.number.to_string())?;
            match draft.reader.row_of(table, id)? {
                None => draft.batch.writes.push(Write::Insert { table, id, row: row(columns.iter()) }),
                Some(there) => {
                    let changed = columns.iter().filter(|(name, value)| there.get(*name) != Some(value));
                    draft.update(table, id, row(changed));
                    self.owners(&there);
                }
            }
            self.owners(columns);
        }
        Ok(())
    }

    /// Notes that a row of these tickets changes. One that is new has no version yet that could.
    fn owners(&mut self, columns: &Image) {
        let ends = ["ticket", "other"].iter().filter_map(|name| columns.get(*name)?.int());
        self.touched.extend(ends.map(TicketId));
    }

    fn has_both_ends(&self, reader: &Reader, columns: &Image) -> Result<bool, Refusal> {
        for end in ["ticket", "other"] {
            let Some(id) = columns.get(end).and_then(Value::int) else { return Ok(false) };
            if !self.coming.contains(&TicketId(id)) && reader.row_of(Table::Ticket, id)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Refuses a row that refers to one which is gone.
    fn refuse_missing(&self, reader: &Reader, table: Table, columns: &Image, whose: &str) -> Result<(), Refusal> {
        let references: Vec<(String, String)> =
            reader.all("SELECT \"table\", \"from\" FROM pragma_foreign_key_list(?1)", [table.name()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        for (parent, column) in references {
            let (Some(parent), Some(id)) = (Table::named(&parent), columns.get(&column).and_then(Value::int)) else {
                continue;
            };
            let coming = match parent {
                Table::Ticket => self.coming.contains(&TicketId(id)),
                // A vote comes with the step at which it was given.
                Table::Approval => true,
                _ => false,
            };
            if !coming && reader.row_of(parent, id)?.is_none() {
                return Err(Refusal::rule(format!(
                    "{whose} names a {} as {column} that this desk no longer has; undo its removal first, or restore all of the backup",
                    parent.name()
                )));
            }
        }
        Ok(())
    }
}

fn holds(kept: &BTreeMap<i64, &Image>, columns: &Image) -> bool {
    kept.values().any(|image| *image == columns)
}

fn row<'i>(columns: impl Iterator<Item = (&'i String, &'i Value)>) -> Row {
    columns.map(|(name, value)| (name.clone().into(), value.clone())).collect()
}
