//! Rows put back: what each was before a transaction, wherever what it became still stands.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::desk::command::Settled;
use crate::desk::field::Value;
use crate::desk::refusal::{Disputed, Refusal};
use crate::store::batch::{Row, Table, Write, column};
use crate::store::reader::Reader;
use crate::store::reader::journal::ChangedRow;
use crate::store::undo::obstacle::{follows, later_change};

/// Columns that every transaction writes anew.
const BOOKKEEPING: [&str; 2] = ["version", "updated"];

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
        Table::Attribute => &["ci", "name", "value"],
        Table::Relation => &["ci", "type", "other"],
        Table::Redundancy => &["ci", "type"],
        Table::Affected => &["ticket", "ci"],
        Table::Sighting => &["ci", "source"],
        Table::Install => &["ci", "title", "version"],
        Table::Inventory => &["source", "sha256"],
        Table::Window => &["uid"],
        Table::Answer => &["ticket", "question"],
        Table::Approval => &["ticket", "round", "step"],
        Table::Vote => &["approval", "person"],
        Table::Implementer => &["ticket", "person"],
        Table::CabMember => &["cab", "person"],
        Table::CabItem => &["cab", "ticket"],
        Table::Override => &["ticket", "conflict"],
        Table::ArticleTag => &["article", "name"],
        Table::ArticleService => &["article", "service"],
        Table::ArticleCi => &["article", "ci"],
        Table::Citation => &["ticket", "article", "role"],
        Table::Edition => &["article", "n"],
        Table::Gap => &["words"],
        Table::ArticleFile => &["article", "name"],
        Table::Ticket
        | Table::Entry
        | Table::Task
        | Table::Worklog
        | Table::Attachment
        | Table::Past
        | Table::Ci
        | Table::Cab
        | Table::Feedback => &[],
        Table::Article => &["source"],
    }
}

/// Rows as the undo has made them so far.
pub(super) struct Rows<'a, 'r> {
    reader: &'a Reader<'r>,
    /// Values that this undo has put back already, where a transaction touched a row more than once.
    known: HashMap<(Table, i64), Option<BTreeMap<String, Value>>>,
    /// The rows that it touched more than once.
    again: HashSet<(Table, i64)>,
    pub(super) deleted: HashSet<(Table, i64)>,
    pub(super) writes: Vec<Write>,
    pub(super) conflict: Option<(ChangedRow, Vec<Disputed>)>,
    settled: &'a [Settled],
    /// Tickets of which some fields are put back and others stay.
    pub(super) decided: BTreeSet<i64>,
}

impl<'a, 'r> Rows<'a, 'r> {
    pub(super) fn new(reader: &'a Reader<'r>, changes: &[ChangedRow], settled: &'a [Settled]) -> Self {
        let mut once = HashSet::with_capacity(changes.len());
        let rows = changes.iter().filter_map(|change| Some((Table::named(&change.table)?, change.row)));
        let again = rows.filter(|row| !once.insert(*row)).collect();
        let known = HashMap::new();
        let (deleted, writes, decided) = (HashSet::new(), Vec::new(), BTreeSet::new());
        Rows { reader, known, again, deleted, writes, conflict: None, settled, decided }
    }

    pub(super) fn reverse(&mut self, change: ChangedRow) -> Result<(), Refusal> {
        let Some(table) = Table::named(&change.table) else {
            return Err(Refusal::Damaged(format!("the journal names a table '{}' that no desk has", change.table)));
        };
        let now = self.current(table, change.row, &change)?;
        let disputed = disputed(&change, now.as_ref());
        let mut change = change;
        let open = self.settle(&mut change, disputed)?;
        if !open.is_empty() || now.is_none() != change.after.is_none() {
            self.conflict.get_or_insert((change, open));
            return Ok(());
        }
        if change.before.as_ref().is_some_and(BTreeMap::is_empty) {
            return Ok(());
        }
        let id = change.row;
        let again = self.again.contains(&(table, id));
        let taken = ChangedRow { before: None, after: None, table: change.table.clone(), ..change };
        let (write, after) = match (change.before, change.after) {
            (Some(before), None) => {
                match self.twin(table, &before)? {
                    // What shall be there again is there already, put there by somebody since.
                    Some(_)
                        if matches!(
                            table,
                            Table::Tag
                                | Table::Watcher
                                | Table::Member
                                | Table::Link
                                | Table::Attribute
                                | Table::Relation
                                | Table::Affected
                                | Table::Install
                                | Table::Implementer
                                | Table::CabMember
                                | Table::Inventory
                                | Table::ArticleTag
                                | Table::ArticleService
                                | Table::ArticleCi
                                | Table::Citation
                        ) =>
                    {
                        return Ok(());
                    }
                    Some(twin) => {
                        let change = ChangedRow { row: twin, before: None, after: Some(before), ..taken };
                        self.conflict.get_or_insert((change, Vec::new()));
                        return Ok(());
                    }
                    None => {
                        if let Some(rival) = self.rival(table, &before)? {
                            let change = ChangedRow { row: rival, before: None, after: Some(before), ..taken };
                            self.conflict.get_or_insert((change, Vec::new()));
                            return Ok(());
                        }
                    }
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

    /// A row that took the place of one since, where there is room for one only: a field that is no list, where a CI stands.
    fn rival(&self, table: Table, image: &BTreeMap<String, Value>) -> Result<Option<i64>, Refusal> {
        let text = |name: &str| image.get(name).and_then(Value::text).unwrap_or_default();
        let is_single = |name: &str| self.reader.rules().cmdb.classes.named(name).next().is_some_and(|one| !one.many);
        let (sql, word) = match table {
            Table::Relation if text("type") == "located_in" => {
                ("SELECT id FROM relation WHERE ci = ?1 AND type = ?2", "located_in")
            }
            Table::Attribute if is_single(text("name")) => {
                ("SELECT id FROM attribute WHERE ci = ?1 AND name = ?2", text("name"))
            }
            _ => return Ok(None),
        };
        let ci = image.get("ci").and_then(Value::int);
        let rows = self.reader.all(sql, (ci, word), |row| row.get::<_, i64>(0))?;
        Ok(rows.into_iter().find(|id| !self.deleted.contains(&(table, *id))))
    }

    /// Applies what was decided about disputed fields: those that stay are not put back. Gives those that nobody decided about.
    fn settle(&mut self, change: &mut ChangedRow, disputed: Vec<Disputed>) -> Result<Vec<Disputed>, Refusal> {
        if self.settled.is_empty() || disputed.is_empty() {
            return Ok(disputed);
        }
        let mut open = Vec::new();
        for field in disputed {
            let own = |one: &&Settled| one.table == change.table && one.row == change.row;
            let named = |name: &str| self.settled.iter().filter(own).find(|one| one.field == name);
            let decided = match named(&field.field) {
                Some(decided) if later_change(self.reader, change, &[&field.field])? <= Some(decided.seen) => decided,
                Some(_) => {
                    open.push(field);
                    continue;
                }
                // What follows from a field goes where that goes.
                None => match follows(&field.field).and_then(named) {
                    Some(decided) => decided,
                    None => {
                        open.push(field);
                        continue;
                    }
                },
            };
            if !decided.take_back
                && let (Some(before), Some(after)) = (&mut change.before, &mut change.after)
            {
                before.remove(&field.field);
                after.remove(&field.field);
            }
            if change.table == Table::Ticket.name() {
                self.decided.insert(change.row);
            }
        }
        Ok(open)
    }

    /// Gives tasks that come back to a place taken since the next free one of their ticket: each has its own number.
    pub(super) fn part_tasks(&mut self) -> Result<(), Refusal> {
        let mut given: HashMap<i64, HashSet<i64>> = HashMap::new();
        let moved: HashSet<i64> = self.writes.iter().filter_map(task_written).collect();
        for write in &mut self.writes {
            let (Write::Insert { table: Table::Task, id, row } | Write::Update { table: Table::Task, id, row }) = write
            else {
                continue;
            };
            let now: Option<(i64, i64)> =
                self.reader.one("SELECT ticket, position FROM task WHERE id = ?1", [*id], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            let ticket = column(row, "ticket").or(now.map(|(ticket, _)| ticket));
            let position = column(row, "position").or(now.map(|(_, position)| position));
            let (Some(ticket), Some(position)) = (ticket, position) else { continue };
            let taken = match given.entry(ticket) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => {
                    let rows: Vec<(i64, i64)> =
                        self.reader.all("SELECT id, position FROM task WHERE ticket = ?1", [ticket], |row| {
                            Ok((row.get(0)?, row.get(1)?))
                        })?;
                    let stays = |id: &i64| !moved.contains(id);
                    free.insert(rows.into_iter().filter(|(id, _)| stays(id)).map(|(_, position)| position).collect())
                }
            };
            let free = if taken.contains(&position) { taken.iter().max().map_or(1, |last| last + 1) } else { position };
            taken.insert(free);
            if free != position {
                row.retain(|(name, _)| name != "position");
                row.push((Cow::Borrowed("position"), Value::Int(free)));
            }
        }
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

fn task_written(write: &Write) -> Option<i64> {
    match write {
        Write::Insert { table: Table::Task, id, .. }
        | Write::Update { table: Table::Task, id, .. }
        | Write::Delete { table: Table::Task, id } => Some(*id),
        _ => None,
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
