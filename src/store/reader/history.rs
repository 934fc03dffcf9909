//! The history of one ticket: its journal here, and what a former system told of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::field::{Field, Value};
use crate::desk::history::{Step, reassignments, reopenings};
use crate::desk::id::{ArticleId, CiId, Kind, Number, PersonId, Seq, TicketId};
use crate::desk::knowledge::CitationRole;
use crate::desk::link::Relation;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::journal::{ChangedRow, Transaction, changed_row};

/// Something that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// By whom: a login; `?` when a former system did not say.
    pub who: String,
    /// Its entry in the journal; `None` for what a former system told.
    pub transaction: Option<Transaction>,
    /// What changed on the ticket and its own rows.
    pub changes: Vec<FieldChange>,
}

impl Event {
    /// Who did it: `anna`, or `anna (by bert)` where bert acted in her name.
    #[must_use]
    pub fn author(&self) -> String {
        match self.transaction.as_ref().and_then(|transaction| transaction.via.as_deref()) {
            Some(via) => format!("{} (by {via})", self.who),
            None => self.who.clone(),
        }
    }
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field; `None` for a row of the ticket's own, such as a note or a tag.
    pub field: Option<Field>,
    /// What it is called: the field's name, or `note`, `tag`, `task`.
    pub what: String,
    /// What it was.
    pub before: Value,
    /// What it became.
    pub after: Value,
}

impl Reader<'_> {
    /// Everything that happened to a ticket, oldest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn history(&self, ticket: TicketId) -> Result<Vec<Event>, Refusal> {
        let mut events = self.past(ticket)?;
        let mut rows: BTreeMap<Seq, Vec<ChangedRow>> = BTreeMap::new();
        for row in self.changes_of_ticket(ticket, Seq(0))? {
            rows.entry(row.seq).or_default().push(row);
        }
        let log = self.log_of(ticket)?;
        for transaction in log.into_iter().rev() {
            let changes = rows.remove(&transaction.seq).unwrap_or_default();
            let changes = changes.iter().map(|row| self.told(row)).collect::<Result<Vec<_>, _>>()?.concat();
            events.push(Event {
                at: transaction.at,
                who: transaction.author.clone(),
                transaction: Some(transaction),
                changes,
            });
        }
        Ok(events)
    }

    /// The changes of a ticket's fields in order of time: first those of its former life, then those made here.
    ///
    /// Where an import brought a ticket up to date and told how it came to that, only the telling counts.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn steps(&self, ticket: TicketId) -> Result<Vec<Step>, Refusal> {
        let told: Vec<Seq> =
            self.all("SELECT DISTINCT seq FROM change WHERE ticket = ?1 AND tbl = 'past'", [ticket.0], |row| {
                row.get(0).map(Seq)
            })?;
        Ok(self
            .history(ticket)?
            .into_iter()
            .filter(|event| event.transaction.as_ref().is_none_or(|entry| !told.contains(&entry.seq)))
            .flat_map(|event| {
                let created = event.changes.iter().any(|change| change.field == Some(Field::Created));
                event.changes.into_iter().filter(move |_| !created).filter_map(move |change| {
                    Some(Step { at: event.at, field: change.field?, before: change.before, after: change.after })
                })
            })
            .collect())
    }

    /// How often a ticket was handed from team to team, and how often it was reopened, by its history.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn turns(&self, ticket: TicketId) -> Result<(usize, usize), Refusal> {
        let kind = self.ticket(ticket)?.kind();
        let steps = self.steps(ticket)?;
        let workflow = self.rules().workflow(kind).map_err(Refusal::Damaged)?;
        Ok((reassignments(&steps), reopenings(&steps, |state| !workflow.phase(state).is_open())))
    }

    /// A ticket's fields as they were at a time, with its tags; `None` before it was opened here.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn as_of(&self, ticket: TicketId, at: Timestamp) -> Result<Option<(Ticket, Vec<String>)>, Refusal> {
        let mut then = self.ticket(ticket)?;
        let mut tags: BTreeSet<String> = self.tags(ticket)?.into_iter().collect();
        let mut existed = true;
        let later = self.all(
            "SELECT c.seq, c.tbl, c.row, c.ticket, c.before, c.after, c.record FROM change c JOIN txn x ON x.seq = c.seq
              WHERE c.ticket = ?1 AND c.tbl IN ('ticket', 'tag') AND x.at > ?2 ORDER BY c.id DESC",
            (ticket.0, at.0),
            changed_row,
        )?;
        let name = |image: &Option<BTreeMap<String, Value>>| image.as_ref()?.get("name")?.text().map(str::to_owned);
        for row in later {
            if row.table == "tag" {
                if let Some(name) = name(&row.after) {
                    tags.remove(&name);
                }
                tags.extend(name(&row.before));
                continue;
            }
            existed = row.before.is_some();
            for (column, before, _) in row.columns() {
                if let Some(field) = Field::named(column) {
                    then.put(field, &before);
                }
            }
        }
        Ok(existed.then(|| (then, tags.into_iter().collect())))
    }

    /// What a changed row tells about its ticket, with names in place of references between its own rows.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn told(&self, row: &ChangedRow) -> Result<Vec<FieldChange>, Refusal> {
        let what = match row.table.as_str() {
            "ticket" => return Ok(fields(row)),
            "past" => return Ok(Vec::new()),
            "entry" => {
                let public = match column(&row.after, "public").int().or(column(&row.before, "public").int()) {
                    Some(public) => Some(public),
                    None => self.one("SELECT public FROM entry WHERE id = ?1", [row.row], |row| row.get(0))?,
                };
                if public == Some(1) { "reply" } else { "note" }
            }
            "worklog" => "time",
            "attachment" => "file",
            "watcher" => "watcher",
            "affected" => "affects",
            "answer" => "risk answer",
            "implementer" => "works on it",
            "cab_item" => "meeting",
            "citation" => "article",
            "override" => "overrode conflict",
            other => other,
        };
        let (mut before, mut after) = (self.own_row(row, &row.before)?, self.own_row(row, &row.after)?);
        if let (Some(from), true) = (column(&row.before, "ticket").int(), row.after.is_some()) {
            // A merge, or its undo, moved it: it is new here.
            let number = self.number_of(TicketId(from))?;
            let number = number.map_or_else(|| String::from("a ticket that is gone"), |number| number.to_string());
            after = Value::from(format!("{} (from {number})", after.text().unwrap_or_default()));
            before = Value::Null;
        }
        Ok(vec![FieldChange { field: None, what: what.to_owned(), before, after }])
    }

    fn number_of(&self, id: TicketId) -> Result<Option<Number>, Refusal> {
        let found = self.one("SELECT kind, n FROM ticket WHERE id = ?1", [id.0], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        Ok(found.and_then(|(kind, n)| Some(Number { kind: Kind::named(&kind)?, n })))
    }

    /// One of a ticket's own rows in a line.
    fn own_row(&self, row: &ChangedRow, image: &Option<BTreeMap<String, Value>>) -> Result<Value, Refusal> {
        if image.is_none() {
            return Ok(Value::Null);
        }
        let text = |name: &str| column(image, name).text().unwrap_or_default().to_owned();
        Ok(Value::from(match row.table.as_str() {
            "link" => {
                let names = Relation::stored(&text("relation")).map_or("relates to", |relation| relation.names().0);
                let other = column(image, "other").int().unwrap_or_default();
                match self.number_of(TicketId(other))? {
                    Some(number) => format!("{names} {number}"),
                    None => format!("{names} a ticket that is gone"),
                }
            }
            "worklog" => {
                let minutes = column(image, "minutes").int().unwrap_or_default();
                format!("{minutes} min {}", text("text")).trim_end().to_owned()
            }
            "affected" => {
                let name = match column(image, "ci").int() {
                    Some(ci) => self.ci_name(CiId(ci))?.unwrap_or_else(|| CiId(ci).number()),
                    None => String::new(),
                };
                match column(image, "path") {
                    Value::Text(path) => path,
                    _ => name,
                }
            }
            "citation" => {
                let asks = CitationRole::named(&text("role")).map_or("", CitationRole::asks);
                let called = match column(image, "article").int() {
                    Some(article) => self.article_called(ArticleId(article))?,
                    None => String::new(),
                };
                format!("{asks} {called}")
            }
            "watcher" => {
                let person = column(image, "person").int().unwrap_or_default();
                self.person(PersonId(person))?.map_or_else(|| person.to_string(), |person| person.name)
            }
            "implementer" => self.called(column(image, "person"))?,
            "answer" | "approval" | "vote" | "override" | "cab_item" => self.change_row(row, image)?,
            "task" => {
                let known = match column(image, "text") {
                    Value::Text(text) => text,
                    _ => self
                        .one("SELECT text FROM task WHERE id = ?1", [row.row], |row| row.get(0))?
                        .unwrap_or_default(),
                };
                format!("[{}] {known}", if column(image, "done").int() == Some(1) { "x" } else { " " })
            }
            "entry" => match column(image, "text") {
                Value::Text(text) => text,
                _ => self.one("SELECT text FROM entry WHERE id = ?1", [row.row], |row| row.get(0))?.unwrap_or_default(),
            },
            "tag" | "attachment" => match column(image, "name") {
                Value::Text(name) => name,
                _ if row.table == "tag" => {
                    self.one("SELECT name FROM tag WHERE id = ?1", [row.row], |row| row.get(0))?.unwrap_or_default()
                }
                _ => self
                    .one("SELECT name FROM attachment WHERE id = ?1", [row.row], |row| row.get(0))?
                    .unwrap_or_default(),
            },
            _ => text("name"),
        }))
    }

    fn past(&self, ticket: TicketId) -> Result<Vec<Event>, Refusal> {
        self.all("SELECT at, who, before, after FROM past WHERE ticket = ?1 ORDER BY at, id", [ticket.0], |row| {
            let image = |column: usize| -> rusqlite::Result<BTreeMap<Field, Value>> {
                Ok(serde_json::from_str(&row.get::<_, String>(column)?).unwrap_or_default())
            };
            let (before, after) = (image(2)?, image(3)?);
            let changes = after
                .into_iter()
                .map(|(field, value)| FieldChange {
                    field: Some(field),
                    what: field.name().to_owned(),
                    before: before.get(&field).cloned().unwrap_or_default(),
                    after: value,
                })
                .collect();
            Ok(Event {
                at: Timestamp(row.get(0)?),
                who: row.get::<_, Option<String>>(1)?.unwrap_or_else(|| String::from("?")),
                transaction: None,
                changes,
            })
        })
    }
}

/// A column of a row's image; nothing where the image lacks it.
fn column(image: &Option<BTreeMap<String, Value>>, name: &str) -> Value {
    image.as_ref().and_then(|image| image.get(name)).cloned().unwrap_or_default()
}

/// What a changed row of the ticket table tells.
fn fields(row: &ChangedRow) -> Vec<FieldChange> {
    row.columns()
        .filter_map(|(column, before, after)| {
            let field = Field::named(column)?;
            (before != after && !matches!(field, Field::Updated)).then(|| FieldChange {
                field: Some(field),
                what: column.to_owned(),
                before,
                after,
            })
        })
        .collect()
}
