//! What happened to a CI, from the journal.

use std::collections::{BTreeMap, HashMap};

use crate::desk::cmdb::Ci;
use crate::desk::field::Value;
use crate::desk::id::{CiId, Seq};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::journal::{ChangedRow, Transaction, changed_row};

impl Reader<'_> {
    /// The rows of a CI that were touched after `since`, oldest first; those of relations made from the other end too.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn changes_of_ci(&self, id: CiId, since: Seq) -> Result<Vec<ChangedRow>, Refusal> {
        self.all(
            "SELECT seq, tbl, row, ticket, before, after, record FROM change
              WHERE (record = ?1 OR (tbl = 'relation' AND ticket IS NULL AND row IN (SELECT row FROM change WHERE tbl = 'relation' AND json_extract(ifnull(after, before), '$.other') = ?2)))
                AND seq > ?3 ORDER BY id",
            (id.number(), id.0, since.0),
            changed_row,
        )
    }

    /// The transactions that touched a CI, newest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn log_of_ci(&self, id: CiId) -> Result<Vec<Transaction>, Refusal> {
        let mut seqs: Vec<Seq> = self.changes_of_ci(id, Seq(0))?.into_iter().map(|change| change.seq).collect();
        seqs.sort_unstable();
        seqs.dedup();
        seqs.into_iter().rev().map(|seq| self.transaction(seq)).collect()
    }

    /// What the fields of a CI were at `version`, for those that changed since.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn ci_changed_since(&self, now: &Ci, version: Seq) -> Result<BTreeMap<String, Vec<Value>>, Refusal> {
        let mut base = BTreeMap::new();
        let changes = self.changes_of_ci(now.id, version)?;
        let names = self.attribute_names(&changes)?;
        for change in changes.iter().rev() {
            wind_back(now, change, &names, &mut base);
        }
        Ok(base)
    }

    /// Where a CI stands, as values: a relation that its record tells like a field.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn places_of_ci(&self, id: CiId) -> Result<Vec<Value>, Refusal> {
        let sql = "SELECT other FROM relation WHERE ci = ?1 AND type = 'located_in' ORDER BY other";
        self.all(sql, [id.0], |row| row.get::<_, i64>(0).map(Value::Int))
    }

    /// Where it stood at `version`.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn places_of_ci_at(&self, id: CiId, version: Seq) -> Result<Vec<Value>, Refusal> {
        let mut places = self.places_of_ci(id)?;
        for change in self.changes_of_ci(id, version)?.iter().rev().filter(|change| change.table == "relation") {
            let place = |image: &Option<BTreeMap<String, Value>>| {
                let image = image.as_ref()?;
                let stands = image.get("type")?.text() == Some("located_in") && image.get("ci")?.int() == Some(id.0);
                image.get("other").filter(|_| stands).cloned()
            };
            if let Some(after) = place(&change.after) {
                places.retain(|known| *known != after);
            }
            places.extend(place(&change.before));
        }
        places.sort();
        Ok(places)
    }

    /// Of which fields the changed values are, by row: a row that only changed its value does not say.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn attribute_names(&self, changes: &[ChangedRow]) -> Result<HashMap<i64, String>, Refusal> {
        let mut names = HashMap::new();
        for change in changes.iter().filter(|change| change.table == "attribute") {
            let image = [&change.after, &change.before];
            let told = image.into_iter().flatten().find_map(|image| image.get("name")?.text().map(str::to_owned));
            let name = match told {
                Some(name) => Some(name),
                None if names.contains_key(&change.row) => None,
                None => self.one("SELECT name FROM attribute WHERE id = ?1", [change.row], |row| row.get(0))?,
            };
            names.extend(name.map(|name| (change.row, name)));
        }
        Ok(names)
    }

    /// A CI as it was at a time; `None` before its record was made here.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn ci_as_of(&self, id: CiId, at: Timestamp) -> Result<Option<BTreeMap<String, Vec<Value>>>, Refusal> {
        let now = self.ci(id)?;
        let mut fields: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for name in crate::desk::cmdb::Common::ALL.iter().map(|common| common.name()) {
            fields.insert(name.to_owned(), now.values(name));
        }
        fields.extend(now.attributes.clone());
        let last: i64 =
            self.one("SELECT ifnull(max(seq), 0) FROM txn WHERE at <= ?1", [at.0], |row| row.get(0))?.unwrap_or(0);
        let mut existed = true;
        let mut base = BTreeMap::new();
        let changes = self.changes_of_ci(id, Seq(last))?;
        let names = self.attribute_names(&changes)?;
        for change in changes.iter().rev() {
            existed &= !(change.table == "ci" && change.before.is_none());
            wind_back(&now, change, &names, &mut base);
        }
        fields.extend(base);
        fields.retain(|_, values| !values.is_empty());
        Ok(existed.then_some(fields))
    }
}

/// Takes one change back, in the fields as they are so far: those of `now` unless they are in `base`.
fn wind_back(now: &Ci, change: &ChangedRow, names: &HashMap<i64, String>, base: &mut BTreeMap<String, Vec<Value>>) {
    match change.table.as_str() {
        "ci" => {
            for (column, before, _) in change.columns().filter(|(column, ..)| !matches!(*column, "phase" | "locked")) {
                base.insert(column.to_owned(), if before.given() { vec![before] } else { Vec::new() });
            }
        }
        "attribute" => {
            let image = |image: &Option<BTreeMap<String, Value>>| image.as_ref()?.get("value").cloned();
            let Some(name) = names.get(&change.row) else { return };
            let values = base.entry(name.clone()).or_insert_with(|| now.values(name));
            if let Some(after) = image(&change.after) {
                values.retain(|value| *value != after);
            }
            values.extend(image(&change.before));
            values.sort();
        }
        _ => {}
    }
}
