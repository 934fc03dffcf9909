//! The history of one CI as people read it: what each entry of the journal changed on it.

use std::collections::BTreeMap;

use crate::desk::cmdb::Common;
use crate::desk::field::Value;
use crate::desk::id::{CiId, Seq};
use crate::desk::refusal::Refusal;
use crate::store::apply::changes_of;
use crate::store::reader::Reader;
use crate::store::reader::journal::{ChangedRow, Transaction, changed_row};

/// Something that happened to a CI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiEvent {
    /// Its entry in the journal.
    pub transaction: Transaction,
    /// What changed.
    pub changes: Vec<CiFact>,
}

/// One thing that changed on a CI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiFact {
    /// The field; or how a relation reads from this CI, `redundancy`, `software`, `found`.
    pub what: String,
    /// Whether that is a field, so that its values are those of the field.
    pub is_field: bool,
    /// What it was.
    pub before: Value,
    /// What it became.
    pub after: Value,
}

type Image = Option<BTreeMap<String, Value>>;

impl Reader<'_> {
    /// Everything that happened to a CI, oldest first. Relations made or taken away from the other end are told too.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn history_of_ci(&self, id: CiId) -> Result<Vec<CiEvent>, Refusal> {
        let mut events = Vec::new();
        for transaction in self.log_of_ci(id)?.into_iter().rev() {
            let changes = self.facts_changed(id, &self.rows_of_ci(id, transaction.seq)?)?;
            events.push(CiEvent { transaction, changes });
        }
        Ok(events)
    }

    /// The rows of a CI that a transaction touched, and those of relations to it.
    fn rows_of_ci(&self, id: CiId, seq: Seq) -> Result<Vec<ChangedRow>, Refusal> {
        self.all(
            concat!(
                "SELECT seq, tbl, row, ticket, before, after, record FROM change WHERE ",
                changes_of!("?1"),
                " AND (record = ?2 OR tbl = 'relation' AND (json_extract(before, '$.other') = ?3 OR json_extract(after, '$.other') = ?3
                    OR row IN (SELECT id FROM relation WHERE other = ?3)))
                  ORDER BY id"
            ),
            (seq.0, id.number(), id.0),
            changed_row,
        )
    }

    /// What changed rows tell of a CI, software summed up.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn facts_changed(&self, id: CiId, rows: &[ChangedRow]) -> Result<Vec<CiFact>, Refusal> {
        let names = self.attribute_names(rows)?;
        let mut facts = Vec::new();
        let (mut gone, mut come) = (0_i64, 0_i64);
        for row in rows {
            let told = |what: &str, before, after| CiFact { what: what.to_owned(), is_field: false, before, after };
            match row.table.as_str() {
                "ci" => facts.extend(row.columns().filter_map(|(column, before, after)| {
                    let told =
                        Common::named(column).is_some_and(|common| !common.is_given_by_desk()) || column == "locked";
                    let changed = before != after && (before.given() || after.given());
                    (told && changed).then(|| CiFact { what: column.to_owned(), is_field: true, before, after })
                })),
                "attribute" => {
                    let what = names.get(&row.row).cloned().unwrap_or_else(|| String::from("attribute"));
                    let (before, after) = (column(&row.before, "value"), column(&row.after, "value"));
                    facts.push(CiFact { what, is_field: true, before, after });
                }
                "relation" => {
                    let (before, after) =
                        (self.relation_told(id, row, &row.before)?, self.relation_told(id, row, &row.after)?);
                    let what = before.0.clone().or(after.0.clone()).unwrap_or_else(|| String::from("relation"));
                    facts.push(told(&what, before.1, after.1));
                }
                "redundancy" => {
                    let image = |image: &Image| match (column(image, "type"), column(image, "need")) {
                        (Value::Text(kind), Value::Text(need)) => {
                            let kind = self.rules().cmdb.relations.get(&kind).map_or(kind.as_str(), |one| one.group());
                            Value::from(format!("{need} of what it {kind}"))
                        }
                        (_, need) => need,
                    };
                    facts.push(told("redundancy", image(&row.before), image(&row.after)));
                }
                "install" => {
                    gone += i64::from(row.before.is_some());
                    come += i64::from(row.after.is_some());
                }
                _ => {}
            }
        }
        if gone + come > 0 {
            let count = |n: i64, sign: &str| if n == 0 { Value::Null } else { Value::from(format!("{sign}{n}")) };
            facts.push(CiFact {
                what: String::from("software"),
                is_field: false,
                before: count(gone, "-"),
                after: count(come, "+"),
            });
        }
        Ok(facts)
    }

    /// How a relation reads from a CI, and what stands at its other end.
    fn relation_told(&self, id: CiId, row: &ChangedRow, image: &Image) -> Result<(Option<String>, Value), Refusal> {
        if image.is_none() {
            return Ok((None, Value::Null));
        }
        let whole = (column(image, "ci").int(), column(image, "other").int(), column(image, "type"));
        let whole = match whole {
            (Some(from), Some(to), Value::Text(kind)) => Some((from, to, kind)),
            // Only how hard it is changed: its ends stand in the row.
            _ => self.one("SELECT ci, other, type FROM relation WHERE id = ?1", [row.row], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?,
        };
        let Some((from, to, kind)) = whole else { return Ok((None, Value::Null)) };
        let reverse = from != id.0;
        let other = CiId(if reverse { from } else { to });
        let reading =
            self.rules().cmdb.relations.get(&kind).map_or(kind.clone(), |one| one.reading(reverse).to_owned());
        let name = self.ci_name(other)?.unwrap_or_else(|| String::from("a CI that is gone"));
        let soft = column(image, "soft").int() == Some(1);
        let end = format!("{} {name}{}", other.number(), if soft { " (soft)" } else { "" });
        Ok((Some(reading), Value::from(end)))
    }
}

fn column(image: &Image, name: &str) -> Value {
    image.as_ref().and_then(|image| image.get(name)).cloned().unwrap_or_default()
}
