//! Undo: a new transaction that puts *before* back wherever *after* still stands.
//!
//! Where a later change stands in the way it is named, and nothing is changed. Redo is undoing the undo.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::desk::field::Value;
use crate::desk::id::{Seq, TicketId};
use crate::desk::people::{Deed, Role, Roles};
use crate::desk::refusal::{Conflict, Disputed, Refusal};
use crate::desk::rules::Rules;
use crate::store::batch::{Row, Table, Write};
use crate::store::plan::Draft;
use crate::store::reader::Reader;
use crate::store::reader::journal::{ChangedRow, Transaction};

/// Columns that every transaction writes anew.
const BOOKKEEPING: [&str; 2] = ["version", "updated"];

pub(crate) fn undo(draft: &mut Draft, seq: Seq) -> Result<String, Refusal> {
    let taken_back = draft.reader.transaction(seq)?;
    may_undo(draft, &taken_back)?;
    if taken_back.verb == "found" {
        return Err(Refusal::rule("entry 1 founded the desk; it can't be taken back"));
    }
    if let Some(by) = taken_back.undone_by {
        return Err(Refusal::rule(format!(
            "entry {seq} was taken back by entry {by} already; to redo it: deskhand undo {by}"
        )));
    }
    let mut changes = draft.reader.changes_of(seq)?;
    if original(draft.reader, &taken_back)?.verb != "register" && taken_back.verb != "import" {
        // Who came to the desk with this entry stays: what they did since stands on their row.
        changes.retain(|change| change.table != "person" || change.before.is_some() || change.after.is_none());
    }
    let touched = touched_tickets(&changes);
    let mut rows = Rows::new(draft.reader, &changes);
    for change in changes.into_iter().rev() {
        rows.reverse(change)?;
    }
    if let Some(conflict) = rows.conflict {
        return Err(draft_conflict(draft, seq, conflict)?);
    }
    refuse_orphans(draft, seq, &rows)?;
    refuse_ruin(draft, &rows.writes)?;
    let next = crate::store::apply::next_seq(draft.reader.conn).map_err(|error| draft.reader.explain(&error))?;
    let lives = |id: &&i64| !rows.deleted.contains(&(Table::Ticket, **id));
    let tickets: Vec<i64> = touched.iter().filter(lives).copied().collect();
    draft.batch.writes.append(&mut rows.writes);
    for id in &tickets {
        let bump: Row = vec![
            (Cow::Borrowed("version"), Value::Int(next.0)),
            (Cow::Borrowed("updated"), Value::Int(draft.moment.now.0)),
        ];
        draft.batch.writes.push(Write::Update { table: Table::Ticket, id: *id, row: bump });
    }
    draft.batch.undoes = Some(seq);
    let verb = if taken_back.undoes.is_some() { "redid" } else { "undid" };
    Ok(format!("{verb} entry {seq}: {}", taken_back.summary))
}

/// The transaction that began a row of undos and redos.
fn original(reader: &Reader, transaction: &Transaction) -> Result<Transaction, Refusal> {
    let mut first = transaction.clone();
    while let Some(undone) = first.undoes {
        first = reader.transaction(undone)?;
    }
    Ok(first)
}

/// Taking something back takes the same right as doing it did, and doing it to others' work one more.
fn may_undo(draft: &Draft, taken_back: &Transaction) -> Result<(), Refusal> {
    if taken_back.author != draft.login {
        draft.may(Deed::UndoOthers)?;
    }
    let first = original(draft.reader, taken_back)?;
    draft.may(match first.verb.as_str() {
        "register" => Deed::Administer,
        "import" => Deed::Import,
        "open" | "reply" | "watch" | "attach" => Deed::AnswerOwn,
        _ => Deed::WorkTickets,
    })?;
    let major = |change: &ChangedRow| {
        change.table == "ticket"
            && change.before.as_ref().is_some_and(|before| before.contains_key("major"))
            && change.after.is_some()
    };
    if first.verb == "edit" && draft.reader.changes_of(first.seq)?.iter().any(major) {
        draft.may(Deed::DeclareMajor)?;
    }
    Ok(())
}

/// What an undo may not leave behind: a desk without an admin, or with rules that can't be read.
fn refuse_ruin(draft: &Draft, writes: &[Write]) -> Result<(), Refusal> {
    let cell = |row: &Row, name: &str| row.iter().find(|(column, _)| column == name).map(|(_, value)| value.clone());
    let mut people: BTreeMap<i64, (String, bool)> = draft
        .reader
        .people()?
        .into_iter()
        .map(|person| (person.id.0, (person.roles.to_string(), person.active)))
        .collect();
    let mut settings: BTreeMap<i64, (String, String)> = draft
        .reader
        .all("SELECT id, name, value FROM setting", [], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?
        .into_iter()
        .collect();
    let (mut person, mut setting) = (false, false);
    for write in writes {
        match write {
            Write::Delete { table: Table::Person, id } => (person, _) = (true, people.remove(id)),
            Write::Insert { table: Table::Person, id, row } | Write::Update { table: Table::Person, id, row } => {
                person = true;
                let now = people.entry(*id).or_default();
                now.0 = cell(row, "roles")
                    .and_then(|roles| roles.text().map(str::to_owned))
                    .unwrap_or_else(|| now.0.clone());
                now.1 = cell(row, "active").map_or(now.1, |active| active.int() == Some(1));
            }
            Write::Delete { table: Table::Setting, id } => (setting, _) = (true, settings.remove(id)),
            Write::Insert { table: Table::Setting, id, row } | Write::Update { table: Table::Setting, id, row } => {
                setting = true;
                let now = settings.entry(*id).or_default();
                for (name, place) in [("name", &mut now.0), ("value", &mut now.1)] {
                    if let Some(Value::Text(text)) = cell(row, name) {
                        *place = text;
                    }
                }
            }
            _ => {}
        }
    }
    if person && !people.values().any(|(roles, active)| *active && Roles::from(roles.clone()).has(Role::Admin)) {
        return Err(Refusal::rule("that would leave the desk without an admin; make another one first"));
    }
    if setting {
        Rules::read(settings.values().map(|(name, text)| (name.as_str(), text.as_str()))).map_err(Refusal::Rule)?;
    }
    Ok(())
}

/// What makes a row one of its kind besides its id.
fn natural_key(table: Table) -> &'static [&'static str] {
    match table {
        Table::Tag => &["ticket", "name"],
        Table::Watcher => &["ticket", "person"],
        Table::Member => &["team", "person"],
        Table::Link => &["ticket", "relation", "other"],
        Table::Person => &["login"],
        Table::Team | Table::Service | Table::Category => &["key"],
        Table::Setting => &["name"],
        Table::Ticket | Table::Entry | Table::Task | Table::Worklog | Table::Attachment | Table::Past => &[],
    }
}

/// Rows as the undo has made them so far.
struct Rows<'a, 'r> {
    reader: &'a Reader<'r>,
    /// Values that this undo has put back already, where a transaction touched a row more than once.
    known: HashMap<(Table, i64), Option<BTreeMap<String, Value>>>,
    /// The rows that it touched more than once.
    again: HashSet<(Table, i64)>,
    deleted: HashSet<(Table, i64)>,
    writes: Vec<Write>,
    conflict: Option<(ChangedRow, Vec<Disputed>)>,
}

impl<'a, 'r> Rows<'a, 'r> {
    fn new(reader: &'a Reader<'r>, changes: &[ChangedRow]) -> Self {
        let mut once = HashSet::with_capacity(changes.len());
        let rows = changes.iter().filter_map(|change| Some((Table::named(&change.table)?, change.row)));
        let again = rows.filter(|row| !once.insert(*row)).collect();
        let known = HashMap::new();
        Rows { reader, known, again, deleted: HashSet::new(), writes: Vec::new(), conflict: None }
    }

    fn reverse(&mut self, change: ChangedRow) -> Result<(), Refusal> {
        let Some(table) = Table::named(&change.table) else {
            return Err(Refusal::Damaged(format!("the journal names a table '{}' that no desk has", change.table)));
        };
        let now = self.current(table, change.row, &change)?;
        let disputed = disputed(&change, now.as_ref());
        if !disputed.is_empty() || now.is_none() != change.after.is_none() {
            self.conflict.get_or_insert((change, disputed));
            return Ok(());
        }
        let id = change.row;
        let again = self.again.contains(&(table, id));
        let taken = ChangedRow { before: None, after: None, table: change.table.clone(), ..change };
        let (write, after) = match (change.before, change.after) {
            (Some(before), None) => {
                match self.twin(table, &before)? {
                    // What shall be there again is there already, put there by somebody since.
                    Some(_) if matches!(table, Table::Tag | Table::Watcher | Table::Member | Table::Link) => {
                        return Ok(());
                    }
                    Some(twin) => {
                        let change = ChangedRow { row: twin, before: None, after: Some(before), ..taken };
                        self.conflict.get_or_insert((change, Vec::new()));
                        return Ok(());
                    }
                    None => {}
                }
                self.deleted.remove(&(table, id));
                let after = again.then(|| before.clone());
                (Write::Insert { table, id, row: columns(before) }, after)
            }
            (None, _) => {
                self.deleted.insert((table, id));
                (Write::Delete { table, id }, None)
            }
            (Some(before), Some(_)) => {
                let mut whole = now.unwrap_or_default();
                whole.extend(before.clone());
                (Write::Update { table, id, row: columns(before) }, Some(whole))
            }
        };
        if again {
            self.known.insert((table, id), after);
        }
        self.writes.push(write);
        Ok(())
    }

    /// Another row that is there now and is the same by its natural key.
    fn twin(&self, table: Table, image: &BTreeMap<String, Value>) -> Result<Option<i64>, Refusal> {
        let key = natural_key(table);
        if key.is_empty() {
            return Ok(None);
        }
        let test: Vec<String> = key.iter().map(|column| format!("{column} = ?")).collect();
        let sql = format!("SELECT id FROM {} WHERE {}", table.name(), test.join(" AND "));
        let values = key.iter().map(|column| image.get(*column).cloned().unwrap_or_default());
        let found: Option<i64> = self.reader.one(&sql, rusqlite::params_from_iter(values), |row| row.get(0))?;
        Ok(found.filter(|id| !self.deleted.contains(&(table, *id))))
    }

    /// A row as it is now, in the columns that a change names.
    fn current(
        &mut self,
        table: Table,
        id: i64,
        change: &ChangedRow,
    ) -> Result<Option<BTreeMap<String, Value>>, Refusal> {
        if let Some(known) = self.known.get(&(table, id)) {
            return Ok(known.clone());
        }
        let names: Vec<&String> =
            change.after.as_ref().or(change.before.as_ref()).map(|image| image.keys().collect()).unwrap_or_default();
        if !names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())) {
            return Err(Refusal::Damaged(String::from("the journal names a column that no desk has")));
        }
        let list: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        let sql = format!("SELECT {} FROM {} WHERE id = ?1", list.join(", "), table.name());
        self.reader.one(&sql, [id], |row| {
            names
                .iter()
                .enumerate()
                .map(|(column, name)| {
                    let value = match row.get_ref(column)? {
                        rusqlite::types::ValueRef::Integer(n) => Value::Int(n),
                        rusqlite::types::ValueRef::Text(text) => {
                            Value::Text(String::from_utf8_lossy(text).into_owned())
                        }
                        _ => Value::Null,
                    };
                    Ok(((*name).clone(), value))
                })
                .collect()
        })
    }
}

fn disputed(change: &ChangedRow, now: Option<&BTreeMap<String, Value>>) -> Vec<Disputed> {
    let (Some(after), Some(now)) = (&change.after, now) else { return Vec::new() };
    after
        .iter()
        .filter(|(name, _)| !BOOKKEEPING.contains(&name.as_str()))
        .filter_map(|(name, value)| {
            let theirs = now.get(name).cloned().unwrap_or_default();
            (theirs != *value).then(|| Disputed {
                field: name.clone(),
                base: value.clone(),
                theirs,
                yours: change.before.as_ref().and_then(|before| before.get(name)).cloned().unwrap_or_default(),
            })
        })
        .collect()
}

fn columns(image: BTreeMap<String, Value>) -> Row {
    image.into_iter().map(|(name, value)| (Cow::Owned(name), value)).collect()
}

/// The tickets that were touched.
fn touched_tickets(changes: &[ChangedRow]) -> Vec<i64> {
    let mut tickets: Vec<i64> = changes.iter().filter_map(|change| change.ticket).map(|ticket| ticket.0).collect();
    tickets.sort_unstable();
    tickets.dedup();
    tickets
}

/// The refusal that names the later change.
fn draft_conflict(
    draft: &Draft,
    seq: Seq,
    (change, mut fields): (ChangedRow, Vec<Disputed>),
) -> Result<Refusal, Refusal> {
    // What follows from other fields says nothing by itself.
    let derived =
        |field: &Disputed| matches!(field.field.as_str(), "phase" | "priority_computed" | "resolved" | "closed");
    if !fields.iter().all(derived) {
        fields.retain(|field| !derived(field));
    }
    let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
    let later = later_change(draft.reader, &change, &names)?;
    let what = describe(draft.reader, &change)?;
    Ok(match later {
        Some(later) => Refusal::Conflict(Box::new(Conflict {
            what: format!("entry {seq} can't be taken back, {what}"),
            theirs: later,
            author: draft.reader.transaction(later)?.author,
            fields,
        })),
        None => Refusal::Damaged(format!("{what} differs from what the journal says; run: deskhand verify")),
    })
}

fn later_change(reader: &Reader, change: &ChangedRow, names: &[&str]) -> Result<Option<Seq>, Refusal> {
    let changed: Vec<(i64, Option<String>)> = reader.all(
        "SELECT seq, after FROM change WHERE ticket IS ?1 AND tbl = ?2 AND row = ?3 AND seq > ?4 ORDER BY id DESC",
        (change.ticket.map(|ticket| ticket.0), &change.table, change.row, change.seq.0),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let moved: Vec<(i64, Option<String>)> = if changed.is_empty() {
        // The row may belong to another ticket by now.
        reader.all(
            "SELECT seq, after FROM change WHERE tbl = ?1 AND row = ?2 AND seq > ?3 ORDER BY id DESC",
            (&change.table, change.row, change.seq.0),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
    } else {
        changed
    };
    let touches = |after: &Option<String>| match after {
        Some(text) => names.is_empty() || names.iter().any(|name| text.contains(&format!("\"{name}\":"))),
        None => true,
    };
    Ok(moved.iter().find(|(_, after)| touches(after)).or(moved.first()).map(|(seq, _)| Seq(*seq)))
}

fn describe(reader: &Reader, change: &ChangedRow) -> Result<String, Refusal> {
    let Some(ticket) = change.ticket else { return Ok(format!("{} {}", change.table, change.row)) };
    let number = match reader.ticket(ticket) {
        Ok(ticket) => ticket.number.to_string(),
        Err(Refusal::NotFound(_)) => format!("ticket {ticket}"),
        Err(other) => return Err(other),
    };
    Ok(if change.table == "ticket" { number } else { format!("the {} of {number}", change.table) })
}

/// Refuses to delete a row on which a later one stands: a note on an imported ticket, a ticket of an imported person.
fn refuse_orphans(draft: &Draft, seq: Seq, rows: &Rows) -> Result<(), Refusal> {
    let deleted = &rows.deleted;
    if deleted.is_empty() {
        return Ok(());
    }
    let put_back: HashMap<(Table, i64), &Row> = rows
        .writes
        .iter()
        .filter_map(|write| match write {
            Write::Update { table, id, row } => Some(((*table, *id), row)),
            _ => None,
        })
        .collect();
    let reader = draft.reader;
    for table in Table::ALL {
        let references: Vec<(String, String)> =
            reader.all("SELECT \"table\", \"from\" FROM pragma_foreign_key_list(?1)", [table.name()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        for (parent, column) in references {
            let Some(parent) = Table::named(&parent) else { continue };
            let sql = format!("SELECT id FROM {} WHERE {column} = ?1", table.name());
            for (_, id) in deleted.iter().filter(|(table, _)| *table == parent) {
                for child in reader.all(&sql, [id], |row| row.get::<_, i64>(0))? {
                    // A row that the undo itself points elsewhere stands on nothing.
                    let put_back =
                        put_back.get(&(table, child)).is_some_and(|row| row.iter().any(|(c, _)| *c == column));
                    if put_back || deleted.contains(&(table, child)) {
                        continue;
                    }
                    let ticket: Option<i64> =
                        if table == Table::Ticket { Some(child) } else { owner(reader, table, child)? };
                    let row = ChangedRow {
                        seq,
                        table: table.name().to_owned(),
                        row: child,
                        ticket: ticket.map(TicketId),
                        before: None,
                        after: None,
                    };
                    let later = later_change(reader, &row, &[])?.unwrap_or(seq);
                    return Err(Refusal::Conflict(Box::new(Conflict {
                        what: format!("entry {seq} can't be taken back, {} stands on it and", describe(reader, &row)?),
                        theirs: later,
                        author: reader.transaction(later)?.author,
                        fields: Vec::new(),
                    })));
                }
            }
        }
    }
    Ok(())
}

fn owner(reader: &Reader, table: Table, row: i64) -> Result<Option<i64>, Refusal> {
    match table {
        Table::Setting | Table::Person | Table::Team | Table::Member | Table::Service | Table::Category => Ok(None),
        _ => reader.one(&format!("SELECT ticket FROM {} WHERE id = ?1", table.name()), [row], |row| row.get(0)),
    }
}
