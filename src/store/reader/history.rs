//! The history of one ticket: its journal here, and what a former system told of it.

use std::collections::BTreeMap;

use crate::desk::field::{Field, Value};
use crate::desk::history::{Step, reassignments, reopenings};
use crate::desk::id::{Seq, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::journal::{ChangedRow, Transaction};

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
            let changes = changes.iter().filter(|row| row.table != "past").flat_map(|row| told(row, ticket)).collect();
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

/// What a changed row tells about a ticket.
fn told(row: &ChangedRow, ticket: TicketId) -> Vec<FieldChange> {
    if row.table == "ticket" && row.row == ticket.0 {
        return row
            .columns()
            .filter_map(|(column, before, after)| {
                let field = Field::named(column)?;
                (before != after && !matches!(field, Field::Updated)).then(|| FieldChange {
                    field: Some(field),
                    what: column.to_owned(),
                    before,
                    after,
                })
            })
            .collect();
    }
    let text = |image: &Option<BTreeMap<String, Value>>| {
        let image = image.as_ref();
        ["text", "name", "relation", "person"]
            .iter()
            .find_map(|column| image?.get(*column))
            .cloned()
            .unwrap_or_default()
    };
    let public = row.after.as_ref().or(row.before.as_ref()).and_then(|image| image.get("public")).and_then(Value::int);
    let what = match (row.table.as_str(), public) {
        ("entry", Some(1)) => "reply",
        ("entry", _) => "note",
        (other, _) => other,
    };
    vec![FieldChange { field: None, what: what.to_owned(), before: text(&row.before), after: text(&row.after) }]
}
