//! What sources last said of the CIs, one row a CI and source, and whether the record agrees.

use std::collections::BTreeMap;

use crate::desk::cmdb::{Ci, Facts, Inventory};
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::batch::{Table, row};
use crate::store::plan::draft::Draft;

/// What a source said of a CI.
#[derive(Clone, Default)]
pub(super) struct Seen {
    /// Its row, where it has one.
    row: Option<i64>,
    /// What the source calls it.
    key: String,
    pub(super) at: Timestamp,
    sha256: String,
    pub(super) found: Facts,
}

/// The sightings of a plan, as it has made them so far.
#[derive(Default)]
pub(super) struct Sightings {
    made: BTreeMap<(CiId, String), Seen>,
}

impl Sightings {
    /// What a source last said of a CI.
    pub(super) fn last(&self, draft: &Draft, ci: CiId, source: &str) -> Result<Option<Seen>, Refusal> {
        if let Some(made) = self.made.get(&(ci, source.to_owned())) {
            return Ok(Some(made.clone()));
        }
        let sql = "SELECT id, key, at, sha256, found FROM sighting WHERE ci = ?1 AND source = ?2";
        draft.reader.one(sql, (ci.0, source), |row| {
            Ok(Seen {
                row: row.get(0)?,
                key: row.get(1)?,
                at: Timestamp(row.get(2)?),
                sha256: row.get(3)?,
                found: serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default(),
            })
        })
    }

    /// Notes what a source says now: what it does not speak of stays as it said before.
    pub(super) fn note(&mut self, ci: CiId, last: Option<Seen>, inventory: &Inventory, key: &str, told: Facts) {
        let mut seen = last.unwrap_or_default();
        seen.found.extend(told);
        seen.found.retain(|_, values| !values.is_empty());
        key.clone_into(&mut seen.key);
        inventory.sha256.clone_into(&mut seen.sha256);
        seen.at = inventory.at;
        self.made.insert((ci, inventory.source.clone()), seen);
    }

    /// Writes the rows, with the version of each CI that agrees.
    pub(super) fn settle(self, draft: &mut Draft) -> Result<(), Refusal> {
        let version = draft.seq.0;
        let mut others: Vec<CiId> = self.made.keys().map(|(ci, _)| *ci).collect();
        others.dedup();
        for ci in others.into_iter().filter(|ci| !draft.is_new_ci(*ci)).collect::<Vec<_>>() {
            let now = draft.ci(ci)?;
            let sql = "SELECT id, source, found FROM sighting WHERE ci = ?1";
            let rows = draft.reader.all(sql, [ci.0], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
            })?;
            for (row, source, found) in rows {
                if !self.made.contains_key(&(ci, source)) {
                    let found: Facts = serde_json::from_str(&found).unwrap_or_default();
                    let agreed = agrees(&now, &found).then_some(version);
                    draft.update(Table::Sighting, row, row! { "agreed": agreed });
                }
            }
        }
        for ((ci, source), seen) in self.made {
            let agreed = agrees(&draft.ci(ci)?, &seen.found).then_some(version);
            let found = serde_json::to_string(&seen.found).unwrap_or_default();
            let columns = row! {
                "ci": ci.0, "source": source, "key": seen.key, "at": seen.at.0, "sha256": seen.sha256, "found": found,
                "agreed": agreed,
            };
            match seen.row {
                Some(row) => draft.update(Table::Sighting, row, columns),
                None => _ = draft.insert(Table::Sighting, columns)?,
            }
        }
        Ok(())
    }
}

/// Whether the record has all that was found.
fn agrees(ci: &Ci, found: &Facts) -> bool {
    found.iter().all(|(field, values)| {
        let now: Vec<Value> = ci.values(field);
        values.iter().all(|value| now.contains(value))
    })
}
