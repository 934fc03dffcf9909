//! A record changed from what its editor saw: reconciled with what it has become meanwhile, then registered.

use crate::desk::command::Record;
use crate::desk::id::Seq;
use crate::desk::record::reconcile;
use crate::desk::refusal::{Conflict, Disputed, Refusal};
use crate::store::batch::Table;
use crate::store::plan::draft::Draft;
use crate::store::plan::register::register;

pub(super) fn revise(draft: &mut Draft, seen: &Record, to: &Record) -> Result<String, Refusal> {
    let theirs = present(draft, seen)?;
    match reconcile(seen, &theirs, to.clone()) {
        Ok(merged) => register(draft, &merged),
        Err(disputed) => Err(conflict(draft, &theirs, disputed)?),
    }
}

/// The record as it is now.
fn present(draft: &Draft, seen: &Record) -> Result<Record, Refusal> {
    let reader = draft.reader;
    let found = match seen {
        Record::Person { id: Some(id), .. } => reader.person(*id)?.map(Record::from),
        Record::Team { id, .. } => reader.teams()?.into_iter().find(|team| Some(team.id) == *id).map(Record::from),
        Record::Service { id, .. } => reader.services()?.into_iter().find(|one| Some(one.id) == *id).map(Record::from),
        Record::Category { id, .. } => {
            reader.categories()?.into_iter().find(|one| Some(one.id) == *id).map(Record::from)
        }
        Record::Settings(documents) => {
            let now = reader.settings()?;
            let text = |name: &String| now.iter().find(|(known, _)| known == name).map(|(_, text)| text.clone());
            Some(Record::Settings(documents.iter().map(|(name, _)| (name.clone(), text(name))).collect()))
        }
        Record::Person { id: None, .. } => None,
    };
    found.ok_or_else(|| Refusal::not_found("what you changed is no longer there; see: deskhand log"))
}

fn conflict(draft: &Draft, theirs: &Record, fields: Vec<Disputed>) -> Result<Refusal, Refusal> {
    let (table, row, what) = match theirs {
        Record::Person { id, login, .. } => (Table::Person, id.map(|id| id.0), format!("person {login}")),
        Record::Team { id, key, .. } => (Table::Team, id.map(|id| id.0), format!("team {key}")),
        Record::Service { id, key, .. } => (Table::Service, id.map(|id| id.0), format!("service {key}")),
        Record::Category { id, key, .. } => (Table::Category, id.map(|id| id.0), format!("category {key}")),
        Record::Settings(_) => (Table::Setting, None, String::from("the configuration")),
    };
    let newest: Option<i64> = draft.reader.one(
        "SELECT seq FROM change WHERE ticket IS NULL AND tbl = ?1 AND (?2 IS NULL OR row = ?2) ORDER BY id DESC LIMIT 1",
        (table.name(), row),
        |row| row.get(0),
    )?;
    let theirs = Seq(newest.unwrap_or_default());
    let author = draft.reader.transaction(theirs)?.author;
    Ok(Refusal::Conflict(Box::new(Conflict { what, theirs, author, fields, row: None })))
}
