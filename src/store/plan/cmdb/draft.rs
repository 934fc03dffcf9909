//! The CIs on which a plan works: as they were, as they are now; the rows follow from the difference.

use std::collections::BTreeSet;

use crate::desk::cmdb::{Ci, Facts, Phase};
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Row, Table, Write, row};
use crate::store::plan::draft::Draft;

impl Draft<'_, '_> {
    /// A CI as this plan has made it so far.
    pub(super) fn ci(&mut self, id: CiId) -> Result<Ci, Refusal> {
        self.cis.get(id, || self.reader.ci(id))
    }

    /// Another CI that has this asset tag by this plan.
    pub(super) fn tagged(&self, tag: &str, but: CiId) -> Option<&Ci> {
        let has = |ci: &&Ci| {
            ci.id != but
                && ci.phase != Phase::Gone
                && ci.asset_tag.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(tag))
        };
        self.cis.all().find(has)
    }

    /// Whether this plan adds the CI.
    pub(super) fn is_new_ci(&self, id: CiId) -> bool {
        self.cis.is_new(id) == Some(true)
    }

    /// Notes that the plan changes a CI or rows of its own.
    pub(super) fn touch_ci(&mut self, id: CiId) -> Result<(), Refusal> {
        self.ci(id)?;
        self.cis.touch(id);
        Ok(())
    }

    /// Adds a CI that did not exist.
    pub(super) fn add_ci(&mut self, ci: Ci) {
        self.cis.add(ci.id, ci);
    }

    /// What a CI shall be from here on. The same as it was is no change.
    pub(super) fn put_ci(&mut self, ci: Ci) -> Result<(), Refusal> {
        let id = ci.id;
        self.ci(id)?;
        self.cis.put(id, ci);
        Ok(())
    }

    /// Writes the rows of all CIs that changed; says which.
    pub(in crate::store::plan) fn settle_cis(&mut self) -> Result<Vec<CiId>, Refusal> {
        let drawn = std::mem::take(&mut self.cis);
        for (id, before, now) in drawn.changed() {
            let mut columns = columns(now);
            columns.extend(row! { "version": self.seq.0, "updated": self.moment.now.0 });
            match before {
                None => {
                    columns.extend(row! { "created": now.created.0 });
                    self.batch.writes.push(Write::Insert { table: Table::Ci, id: id.0, row: columns });
                    self.write_attributes(id, &Facts::new(), &now.attributes)?;
                }
                Some(before) => {
                    let old = self::columns(before);
                    columns.retain(|pair| !old.contains(pair));
                    self.update(Table::Ci, id.0, columns);
                    self.write_attributes(id, &before.attributes, &now.attributes)?;
                }
            }
        }
        Ok(drawn.changed().map(|(id, ..)| id).collect())
    }

    fn write_attributes(&mut self, ci: CiId, before: &Facts, now: &Facts) -> Result<(), Refusal> {
        let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
        for name in names {
            let none = Vec::new();
            let (old, new) = (before.get(name).unwrap_or(&none), now.get(name).unwrap_or(&none));
            if old == new {
                continue;
            }
            let mut gone: Vec<i64> = Vec::new();
            for value in old.iter().filter(|value| !new.contains(value)) {
                gone.extend(self.reader.one(
                    "SELECT id FROM attribute WHERE ci = ?1 AND name = ?2 AND value = ?3",
                    (ci.0, name, value),
                    |row| row.get::<_, i64>(0),
                )?);
            }
            let mut gone = gone.into_iter();
            for value in new.iter().filter(|value| !old.contains(value)) {
                // A value that changed is one row that changed: so its history reads.
                match gone.next() {
                    Some(row) => self.update(Table::Attribute, row, row! { "value": value.clone() }),
                    None => {
                        let row = row! { "ci": ci.0, "name": name.as_str(), "value": value.clone() };
                        self.insert(Table::Attribute, row)?;
                    }
                }
            }
            gone.for_each(|row| self.delete(Table::Attribute, row));
        }
        Ok(())
    }
}

/// The columns of a CI but for its bookkeeping.
fn columns(ci: &Ci) -> Row {
    row! {
        "class": ci.class.as_str(), "name": ci.name.as_str(), "status": ci.status.as_str(), "phase": ci.phase.code(),
        "criticality": ci.criticality.map(Criticality::word), "environment": ci.environment.as_deref(),
        "team": ci.team.map(|id| id.0), "contact": ci.contact.map(|id| id.0), "holder": ci.holder.map(|id| id.0),
        "serial": ci.serial.as_deref(), "asset_tag": ci.asset_tag.as_deref(), "seen": ci.seen.map(|at| at.0),
        "locked": ci.locked.join(" "), "description": Value::from(ci.description.as_str()),
    }
}
