//! The CIs on which a plan works: as they were, as they are now; the rows follow from the difference.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::cmdb::{Ci, Facts};
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Row, Table, row};
use crate::store::plan::draft::Draft;

/// The CIs of a plan.
#[derive(Clone, Default)]
pub(in crate::store::plan) struct Drawn {
    worked: BTreeMap<CiId, Worked>,
    order: Vec<CiId>,
    /// Relations that this plan makes: from, type, to.
    pub(super) related: BTreeSet<(CiId, String, CiId)>,
}

#[derive(Clone)]
struct Worked {
    /// As it is in the file; `None` for a new one.
    before: Option<Ci>,
    now: Ci,
    touched: bool,
}

impl Draft<'_, '_> {
    /// A CI as this plan has made it so far.
    pub(super) fn ci(&mut self, id: CiId) -> Result<Ci, Refusal> {
        if let Some(worked) = self.cis.worked.get(&id) {
            return Ok(worked.now.clone());
        }
        let ci = self.reader.ci(id)?;
        self.cis.worked.insert(id, Worked { before: Some(ci.clone()), now: ci.clone(), touched: false });
        Ok(ci)
    }

    /// Whether this plan adds the CI.
    pub(super) fn is_new_ci(&self, id: CiId) -> bool {
        self.cis.worked.get(&id).is_some_and(|worked| worked.before.is_none())
    }

    /// Notes that the plan changes a CI or rows of its own.
    pub(super) fn touch_ci(&mut self, id: CiId) -> Result<(), Refusal> {
        self.ci(id)?;
        if let Some(worked) = self.cis.worked.get_mut(&id)
            && !std::mem::replace(&mut worked.touched, true)
        {
            self.cis.order.push(id);
        }
        Ok(())
    }

    /// Adds a CI that did not exist.
    pub(super) fn add_ci(&mut self, ci: Ci) {
        self.cis.order.push(ci.id);
        self.cis.worked.insert(ci.id, Worked { before: None, now: ci, touched: true });
    }

    /// What a CI shall be from here on. The same as it was is no change.
    pub(super) fn put_ci(&mut self, ci: Ci) -> Result<(), Refusal> {
        let id = ci.id;
        if self.ci(id)? == ci {
            return Ok(());
        }
        if let Some(worked) = self.cis.worked.get_mut(&id) {
            worked.now = ci;
        }
        self.touch_ci(id)
    }

    /// Writes the rows of all CIs that changed; says which.
    pub(in crate::store::plan) fn settle_cis(&mut self) -> Result<Vec<CiId>, Refusal> {
        let drawn = std::mem::take(&mut self.cis);
        for id in &drawn.order {
            let Some(Worked { before, now, .. }) = drawn.worked.get(id) else { continue };
            let mut columns = columns(now);
            columns.extend(row! { "version": self.seq.0, "updated": self.moment.now.0 });
            match before {
                None => {
                    columns.extend(row! { "created": now.created.0 });
                    self.batch.writes.push(crate::store::batch::Write::Insert {
                        table: Table::Ci,
                        id: id.0,
                        row: columns,
                    });
                    self.write_attributes(*id, &Facts::new(), &now.attributes)?;
                }
                Some(before) => {
                    let old = self::columns(before);
                    columns.retain(|pair| !old.contains(pair));
                    self.update(Table::Ci, id.0, columns);
                    self.write_attributes(*id, &before.attributes, &now.attributes)?;
                }
            }
        }
        Ok(drawn.order)
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
