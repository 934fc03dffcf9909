//! A change of many tickets before it is made: what each would become, and which would be refused.

use std::collections::BTreeMap;

use crate::desk::command::{Author, Request, Target};
use crate::desk::field::{Field, Value};
use crate::desk::id::{Number, TicketId};
use crate::desk::link::Relation;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::{ChangedRow, FieldChange, Reader, Store, shown};
use crate::tui::effect::Wish;
use crate::tui::worker::understand;

/// What a change of many tickets would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its line in the journal.
    pub summary: String,
    /// Every ticket.
    pub rows: Vec<Proposed>,
    /// Those that may be changed.
    pub allowed: Vec<Target>,
}

/// What would happen to one ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Its number.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// What, before and after.
    pub changes: Vec<(String, String, String)>,
    /// Why it would be refused.
    pub refused: Option<String>,
}

/// Asks the desk what a wish would do. A ticket that refuses does not stop the others here.
pub(crate) fn propose(store: &mut Store, author: &Author, moment: &Moment, wish: &Wish) -> Result<Proposal, Refusal> {
    let mut refused: BTreeMap<TicketId, String> = BTreeMap::new();
    let mut allowed = wish.targets().to_vec();
    let mut told = told(store, author, moment, wish);
    if !matches!(&told, Ok(_) | Err(Refusal::Unavailable(_) | Refusal::Damaged(_))) {
        allowed.clear();
        for target in wish.targets() {
            match self::told(store, author, moment, &wish.clone().on(vec![*target])) {
                Ok(_) => allowed.push(*target),
                Err(refusal @ (Refusal::Unavailable(_) | Refusal::Damaged(_))) => return Err(refusal),
                Err(refusal) => {
                    refused.insert(target.id, refusal.to_string());
                }
            }
        }
        if !allowed.is_empty() {
            told = self::told(store, author, moment, &wish.clone().on(allowed.clone()));
        } else {
            told = Ok((String::from("nothing"), BTreeMap::new()));
        }
    }
    let (summary, mut told) = told?;
    // Whom it is for, the desk itself found out.
    let found = wish.targets().is_empty();
    let targets = if found { told.keys().copied().map(Target::from).collect() } else { wish.targets().to_vec() };
    if found {
        allowed.clone_from(&targets);
    }
    let reader = store.read()?;
    let rows = targets.iter().map(|target| {
        let ticket = reader.ticket(target.id)?;
        let changes = told.remove(&target.id).unwrap_or_default();
        Ok(Proposed { number: ticket.number, title: ticket.title, changes, refused: refused.remove(&target.id) })
    });
    let rows = rows.collect::<Result<Vec<_>, Refusal>>()?;
    Ok(Proposal { summary, rows, allowed })
}

/// What, before and after.
type Change = (String, String, String);
type Told = BTreeMap<TicketId, Vec<Change>>;

fn told(store: &mut Store, author: &Author, moment: &Moment, wish: &Wish) -> Result<(String, Told), Refusal> {
    let command = understand(&store.read()?, author, moment, wish)?;
    let preview = store.preview(&Request::new(command), author, moment)?;
    let reader = store.read()?;
    let mut told = Told::new();
    for row in &preview.changes {
        let Some(ticket) = row.ticket else { continue };
        for change in reader.told(row)?.iter().filter(|change| matters(change)) {
            told.entry(ticket).or_default().push(words(&reader, change, moment)?);
        }
        // A link is told at both of its ends.
        if let Some((other, link)) = far_end(&reader, row)? {
            told.entry(other).or_default().push(link);
        }
    }
    Ok((preview.receipt.summary, told))
}

/// The other end of a new link, and what the link is there.
fn far_end(reader: &Reader, row: &ChangedRow) -> Result<Option<(TicketId, Change)>, Refusal> {
    let (Some(from), Some(after), "link") = (row.ticket, &row.after, row.table.as_str()) else { return Ok(None) };
    let other = after.get("other").and_then(Value::int).map(TicketId);
    let relation = after.get("relation").and_then(Value::text).and_then(Relation::stored);
    let (Some(other), Some(relation)) = (other, relation) else { return Ok(None) };
    let words = format!("{} {}", relation.names().1, reader.ticket(from)?.number);
    Ok(Some((other, (String::from("link"), String::new(), words))))
}

/// What every change brings along and nobody asks about.
fn matters(change: &FieldChange) -> bool {
    !matches!(change.field, Some(Field::PriorityComputed | Field::Created))
        && change.what != "version"
        && change.before != change.after
}

fn words(reader: &Reader, change: &FieldChange, moment: &Moment) -> Result<Change, Refusal> {
    let Some(field) = change.field else {
        let plain = |value: &Value| value.text().map_or_else(String::new, str::to_owned);
        return Ok((change.what.clone(), plain(&change.before), plain(&change.after)));
    };
    let names = reader.names([(field, &change.before), (field, &change.after)])?;
    let word = |value: &Value| shown(field, value, &names, moment);
    Ok((field.name().to_owned(), word(&change.before), word(&change.after)))
}
