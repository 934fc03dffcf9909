//! What inventories found, reconciled with what the desk knows: found again, brought up to date, or added.
//!
//! One plan serves `--plan`, which only shows it, and the import itself.

mod identify;
mod merge;
mod relations;
mod report;
mod sightings;
mod software;

use std::collections::{BTreeMap, HashSet};

use crate::desk::cmdb::{Ci, FoundCi, Inventory, Phase};
use crate::desk::command::Author;
use crate::desk::id::CiId;
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::batch::{Table, Write, row};
use crate::store::plan::cmdb::edit;
use crate::store::plan::draft::Draft;
use crate::store::reader::Reader;
use identify::{Index, Match, UNKNOWN};
pub use report::{InventoryPlan, PlannedCi, PlannedRun, Reconciled};
use sightings::Sightings;
use software::Titles;

pub(super) fn take_in(draft: &mut Draft, inventories: &[Inventory]) -> Result<String, Refusal> {
    let plan = reconcile(draft, inventories)?;
    draft.notices.extend(plan.notices());
    Ok(plan.summary())
}

impl Reader<'_> {
    /// What taking in inventories would do, thing by thing, without doing it.
    ///
    /// # Errors
    /// As the import itself: when its author may not import.
    pub fn plan_inventory(
        &self,
        inventories: &[Inventory],
        author: &Author,
        moment: &Moment,
    ) -> Result<InventoryPlan, Refusal> {
        let mut draft = Draft::begin(self, author, moment)?;
        draft.may(Deed::Import)?;
        let mut plan = reconcile(&mut draft, inventories)?;
        for notice in draft.notices {
            *plan.remarks.entry(notice).or_default() += 1;
        }
        Ok(plan)
    }
}

fn reconcile(draft: &mut Draft, inventories: &[Inventory]) -> Result<InventoryPlan, Refusal> {
    let mut arrivals = Arrivals::default();
    arrivals.plan.runs = inventories
        .iter()
        .map(|one| PlannedRun { source: one.source.clone(), file: one.file.clone(), ..PlannedRun::default() })
        .collect();
    // The oldest first, so that the last word is the newest; a part of a thing comes behind the whole.
    let mut order: Vec<usize> = (0..inventories.len()).collect();
    order.sort_by_key(|at| {
        inventories.get(*at).map(|one| (one.at, one.found.iter().any(|found| found.partial), one.file.clone()))
    });
    for at in order {
        if let Some(inventory) = inventories.get(at) {
            arrivals.take(draft, at, inventory)?;
        }
    }
    arrivals.settle(draft)
}

/// A thing in the plan: which input, and which of its things.
type Place = (usize, usize);

/// Inventories on their way into a desk.
#[derive(Default)]
struct Arrivals {
    index: Index,
    /// The keys of which the input at hand has told.
    heard: HashSet<String>,
    sightings: Sightings,
    told: relations::Told,
    /// With where in the plan it was told.
    software: BTreeMap<(CiId, String), (Titles, Place)>,
    /// Where in the plan a CI stands last.
    places: BTreeMap<CiId, Place>,
    plan: InventoryPlan,
}

impl Arrivals {
    fn take(&mut self, draft: &mut Draft, at: usize, inventory: &Inventory) -> Result<(), Refusal> {
        let known = "SELECT 1 FROM inventory WHERE source = ?1 AND sha256 = ?2";
        let known = draft.reader.one(known, (&inventory.source, &inventory.sha256), |_| Ok(()))?.is_some();
        self.index.taken.clear();
        self.heard.clear();
        let mut things = Vec::with_capacity(inventory.found.len());
        let mut taken_in = false;
        for (place, found) in inventory.found.iter().enumerate() {
            let (ci, action, kept) = self.one(draft, inventory, (at, place), known)?;
            if let Some(ci) = ci
                && !matches!(action, Reconciled::Unchanged(Some(_)))
            {
                taken_in = true;
                self.places.insert(ci, (at, place));
            }
            let name = found.name.clone().unwrap_or_else(|| found.key.clone());
            things.push(PlannedCi { key: found.key.clone(), name, class: found.class.clone(), ci, action, kept });
        }
        if taken_in && !known {
            let (sha256, bytes) = (inventory.sha256.clone(), inventory.raw.clone());
            draft.batch.writes.push(Write::Blob { sha256, bytes });
            let row = row! {
                "source": inventory.source.as_str(), "file": inventory.file.as_str(), "at": inventory.at.0,
                "sha256": inventory.sha256.as_str(),
            };
            draft.insert(Table::Inventory, row)?;
        }
        if let Some(run) = self.plan.runs.get_mut(at) {
            (run.known, run.things) = (known, things);
        }
        Ok(())
    }

    /// Reconciles one thing.
    fn one(
        &mut self,
        draft: &mut Draft,
        inventory: &Inventory,
        place: Place,
        known: bool,
    ) -> Result<(Option<CiId>, Reconciled, Vec<String>), Refusal> {
        let Some(found) = inventory.found.get(place.1) else {
            return Ok((None, Reconciled::Unchanged(None), Vec::new()));
        };
        let skip = |why: String| Ok((None, Reconciled::Skip(why), Vec::new()));
        if !self.heard.insert(found.key.clone()) {
            return skip(String::from("the input tells of it twice"));
        }
        let (mut ci, fresh) = match self.index.find(draft, &inventory.source, found)? {
            Match::Several(candidates) => return Ok((None, Reconciled::Ambiguous(candidates), Vec::new())),
            Match::One(id) => (draft.ci(id)?, false),
            Match::Nothing if found.partial => {
                return skip(String::from(
                    "it is only a part, and the desk does not have the whole; take that in first",
                ));
            }
            Match::Nothing => match self.fresh(draft, found)? {
                Ok(ci) => (ci, true),
                Err(why) => return skip(why),
            },
        };
        let id = ci.id;
        let last = self.sightings.last(draft, id, &inventory.source)?;
        if let Some(last) = &last {
            let reason = match known {
                true => Some("taken in before"),
                false if last.at > inventory.at => Some("older than what the source said since"),
                false => None,
            };
            if reason.is_some() {
                self.index.note(&ci, &inventory.source, &found.key);
                return Ok((Some(id), Reconciled::Unchanged(reason), Vec::new()));
            }
        }
        let before = last.as_ref().map(|last| last.found.clone()).unwrap_or_default();
        let merged = merge::merge(draft, &mut ci, found, &before, fresh)?;
        for remark in merged.remarks {
            *self.plan.remarks.entry(remark).or_default() += 1;
        }
        if ci.phase == Phase::Gone {
            let remark = format!("{} {} is {}, and was found all the same", id.number(), ci.name, ci.status);
            *self.plan.remarks.entry(remark).or_default() += 1;
        }
        ci.seen = ci.seen.max(Some(inventory.at));
        self.index.note(&ci, &inventory.source, &found.key);
        if fresh {
            draft.add_ci(ci)
        } else {
            draft.put_ci(ci)?
        }
        self.sightings.note(id, last, inventory, &found.key, merged.told);
        self.told.note(inventory, found, id);
        if let Some(titles) = &found.software {
            self.software.insert((id, inventory.source.clone()), (titles.clone(), place));
        }
        let action = match (fresh, merged.changed.is_empty()) {
            (true, _) => Reconciled::Create,
            (false, true) => Reconciled::Unchanged(None),
            (false, false) => Reconciled::Update(merged.changed.into_iter().collect()),
        };
        Ok((Some(id), action, merged.kept))
    }

    /// A new CI of what was found, or why there can be none.
    fn fresh(&self, draft: &mut Draft, found: &FoundCi) -> Result<Result<Ci, String>, Refusal> {
        let classes = &draft.rules().cmdb.classes;
        let usable = |name: &&str| classes.get(name).is_some_and(|class| !class.is_abstract);
        let Some(class) = [found.class.as_str(), UNKNOWN].into_iter().find(usable) else {
            return Ok(Err(format!("this desk has no class '{}'", found.class)));
        };
        let told = |name: &str| found.fields.iter().any(|(field, values)| field == name && !values.is_empty());
        let lacking: Vec<&str> =
            classes.required(class).filter(|name| *name != "name" && *name != "location" && !told(name)).collect();
        if !lacking.is_empty() {
            return Ok(Err(format!("a CI of class {} needs {}", classes.label(class), lacking.join(", "))));
        }
        let mut ci = edit::blank(draft, class)?;
        // Until it says more itself.
        ci.name.clone_from(&found.key);
        Ok(Ok(ci))
    }

    /// Relations, software and sightings, once all CIs are known; then each thing's outcome is, too.
    fn settle(mut self, draft: &mut Draft) -> Result<InventoryPlan, Refusal> {
        let changes = self.told.settle(draft, &self.index, &mut self.plan.remarks)?;
        let mut more: BTreeMap<Place, Vec<String>> = BTreeMap::new();
        let count = |n: usize, sign: &str, one: &str, many: &str| {
            (n > 0).then(|| format!("{sign}{n} {}", if n == 1 { one } else { many }))
        };
        for (ci, (came, went)) in changes {
            let told = [count(came, "+", "relation", "relations"), count(went, "-", "relation", "relations")];
            if let Some(place) = self.places.get(&ci) {
                more.entry(*place).or_default().extend(told.into_iter().flatten());
            }
        }
        for ((ci, source), (titles, place)) in &self.software {
            let (came, went) = software::settle(draft, *ci, source, titles)?;
            let told = [count(came, "+", "title", "titles"), count(went, "-", "title", "titles")];
            more.entry(*place).or_default().extend(told.into_iter().flatten());
        }
        self.sightings.settle(draft)?;
        for ((run, thing), what) in more.into_iter().filter(|(_, what)| !what.is_empty()) {
            let run = self.plan.runs.get_mut(run);
            let Some(thing) = run.and_then(|run| run.things.get_mut(thing)) else { continue };
            match &mut thing.action {
                Reconciled::Update(changed) => changed.extend(what),
                Reconciled::Unchanged(None) => thing.action = Reconciled::Update(what),
                _ => {}
            }
        }
        Ok(self.plan)
    }
}
