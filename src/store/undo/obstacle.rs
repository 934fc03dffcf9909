//! What stands in the way of an undo: the later change, named; the row that stands on one that would go.

use std::collections::HashMap;

use crate::desk::id::{ArticleId, CiId, Seq, TicketId};
use crate::desk::refusal::{Conflict, Disputed, Refusal};
use crate::store::batch::{Row, Table, Write};
use crate::store::plan::Draft;
use crate::store::reader::Reader;
use crate::store::reader::journal::ChangedRow;
use crate::store::undo::rows::Rows;

/// The column from which another follows.
pub(super) fn follows(column: &str) -> Option<&'static str> {
    match column {
        "phase" | "resolved" | "closed" => Some("state"),
        "priority_computed" => Some("priority"),
        _ => None,
    }
}

/// The refusal that names the later change.
pub(super) fn draft_conflict(
    draft: &Draft,
    seq: Seq,
    (change, mut fields): (ChangedRow, Vec<Disputed>),
) -> Result<Refusal, Refusal> {
    // What follows from other fields says nothing by itself.
    let derived = |field: &Disputed| follows(&field.field).is_some();
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
            row: Some((change.table.clone(), change.row)),
            fields,
        })),
        None => Refusal::Damaged(format!("{what} differs from what the journal says; run: deskhand verify")),
    })
}

/// The newest change since that stands: one that was taken back, and the taking back, say nothing of who is in the way.
pub(super) fn later_change(reader: &Reader, change: &ChangedRow, names: &[&str]) -> Result<Option<Seq>, Refusal> {
    let changed: Vec<(i64, Option<String>)> = reader.all(
        "SELECT seq, after FROM change WHERE ticket IS ?1 AND tbl = ?2 AND row = ?3 AND seq > ?4 ORDER BY id DESC",
        (change.ticket.map(|ticket| ticket.0), &change.table, change.row, change.seq.0),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let moved: Vec<(i64, Option<String>)> = if changed.is_empty() {
        // The row may belong to another ticket by now.
        reader.all(
            "SELECT seq, after FROM change
              WHERE tbl = ?1 AND row = ?2 AND id >= (SELECT first FROM txn WHERE seq > ?3 ORDER BY seq LIMIT 1)
              ORDER BY id DESC",
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
    for (seq, _) in moved.iter().filter(|(_, after)| touches(after)) {
        let entry = reader.transaction(Seq(*seq))?;
        if entry.undone_by.is_none() && entry.undoes.is_none_or(|undone| undone < change.seq) {
            return Ok(Some(entry.seq));
        }
    }
    Ok(moved.iter().find(|(_, after)| touches(after)).or(moved.first()).map(|(seq, _)| Seq(*seq)))
}

/// `the memory of CI-7 esx2`, `service 3`.
fn describe_record(reader: &Reader, change: &ChangedRow) -> Result<String, Refusal> {
    let image =
        |name: &str| change.after.as_ref().or(change.before.as_ref()).and_then(|image| image.get(name)).cloned();
    let article = change.article.or_else(|| image("article").and_then(|id| id.int()).map(ArticleId));
    if let Some(article) = article {
        let called = reader.article_called(article)?;
        return Ok(if change.table == "article" { called } else { format!("the {} of {called}", change.table) });
    }
    let owner = change.ci.or_else(|| image("ci").and_then(|ci| ci.int()).map(CiId));
    let Some(ci) = owner else { return Ok(format!("{} {}", change.table, change.row)) };
    let name = reader.ci_name(ci)?.unwrap_or_default();
    let called = format!("{} {name}", ci.number());
    Ok(match change.table.as_str() {
        "ci" => called,
        "attribute" => {
            let known = reader.attribute_names(std::slice::from_ref(change))?;
            let field = known.get(&change.row).cloned().unwrap_or_else(|| String::from("field"));
            format!("the {field} of {called}")
        }
        table => format!("the {table} of {called}"),
    })
}

fn describe(reader: &Reader, change: &ChangedRow) -> Result<String, Refusal> {
    let Some(ticket) = change.ticket else { return describe_record(reader, change) };
    let number = match reader.ticket(ticket) {
        Ok(ticket) => ticket.number.to_string(),
        Err(Refusal::NotFound(_)) => format!("ticket {ticket}"),
        Err(other) => return Err(other),
    };
    Ok(if change.table == "ticket" { number } else { format!("the {} of {number}", change.table) })
}

/// Refuses to delete a row on which a later one stands: a note on an imported ticket, a ticket of an imported person.
pub(super) fn refuse_orphans(draft: &Draft, seq: Seq, rows: &Rows) -> Result<(), Refusal> {
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
                        ci: None,
                        article: None,
                        before: None,
                        after: None,
                    };
                    let later = later_change(reader, &row, &[])?.unwrap_or(seq);
                    return Err(Refusal::Conflict(Box::new(Conflict {
                        what: format!("entry {seq} can't be taken back, {} stands on it and", describe(reader, &row)?),
                        theirs: later,
                        author: reader.transaction(later)?.author,
                        fields: Vec::new(),
                        row: None,
                    })));
                }
            }
        }
    }
    Ok(())
}

fn owner(reader: &Reader, table: Table, row: i64) -> Result<Option<i64>, Refusal> {
    match table {
        _ if !table.is_of_ticket() => Ok(None),
        _ => reader.one(&format!("SELECT ticket FROM {} WHERE id = ?1", table.name()), [row], |row| row.get(0)),
    }
}
