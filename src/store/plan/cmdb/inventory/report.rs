//! What taking in inventories will do, thing by thing: shown by `--plan`, and summed up when it is done.

use std::collections::BTreeMap;

use crate::desk::id::CiId;

/// What inventories would do to this desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InventoryPlan {
    /// Each input, in its order.
    pub runs: Vec<PlannedRun>,
    /// What was left out, with how often.
    pub(super) remarks: BTreeMap<String, usize>,
}

/// What one input would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedRun {
    /// Which program told.
    pub source: String,
    /// The name of the file.
    pub file: String,
    /// Whether the desk took in the very same before.
    pub known: bool,
    /// Each thing that it tells of, in its order.
    pub things: Vec<PlannedCi>,
}

/// What happens with one thing that an inventory found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCi {
    /// What the source calls it.
    pub key: String,
    /// Its name, or what stands for one.
    pub name: String,
    /// The class that the source makes of it.
    pub class: String,
    /// The CI here. That of a new one holds if nobody is faster.
    pub ci: Option<CiId>,
    /// What happens to it.
    pub action: Reconciled,
    /// Fields in which the desk and the source differ, and which stay because somebody changed them here.
    pub kept: Vec<String>,
}

/// What became of a thing that an inventory found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reconciled {
    /// It is new here.
    Create,
    /// It is here already and changes: fields, and what else.
    Update(Vec<String>),
    /// It is here already, as it was found; or the reason why the desk knows better.
    Unchanged(Option<&'static str>),
    /// Any of these CIs may be it: nothing is done.
    Ambiguous(Vec<CiId>),
    /// It stays out.
    Skip(String),
}

impl Reconciled {
    /// The word for it: `create`, `update`, `unchanged`, `ambiguous`, `skip`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Reconciled::Create => "create",
            Reconciled::Update(_) => "update",
            Reconciled::Unchanged(_) => "unchanged",
            Reconciled::Ambiguous(_) => "ambiguous",
            Reconciled::Skip(_) => "skip",
        }
    }
}

impl PlannedRun {
    /// How many things are new, updated, unchanged, ambiguous and left out.
    #[must_use]
    pub fn counts(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for thing in &self.things {
            let [new, updated, unchanged, ambiguous, skipped] = &mut counts;
            *match thing.action {
                Reconciled::Create => new,
                Reconciled::Update(_) => updated,
                Reconciled::Unchanged(_) => unchanged,
                Reconciled::Ambiguous(_) => ambiguous,
                Reconciled::Skip(_) => skipped,
            } += 1;
        }
        counts
    }
}

impl InventoryPlan {
    /// How many things of all inputs are new, updated, unchanged, ambiguous and left out.
    #[must_use]
    pub fn counts(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for run in &self.runs {
            counts.iter_mut().zip(run.counts()).for_each(|(all, one)| *all += one);
        }
        counts
    }

    /// `took in 590 things from netbox.json: 590 new, 0 updated, 0 unchanged`.
    #[must_use]
    pub fn summary(&self) -> String {
        let [new, updated, unchanged, ambiguous, skipped] = self.counts();
        let all = new + updated + unchanged + ambiguous + skipped;
        let from = match self.runs.as_slice() {
            [one] => one.file.clone(),
            many => format!("{} files", many.len()),
        };
        let things = if all == 1 { "thing" } else { "things" };
        let mut text =
            format!("took in {all} {things} from {from}: {new} new, {updated} updated, {unchanged} unchanged");
        for (count, word) in [(ambiguous, "ambiguous"), (skipped, "left out")] {
            if count > 0 {
                text.push_str(&format!(", {count} {word}"));
            }
        }
        text
    }

    /// What its author should know, one sentence each.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        for run in &self.runs {
            for thing in &run.things {
                match &thing.action {
                    Reconciled::Ambiguous(candidates) => {
                        let numbers: Vec<String> = candidates.iter().map(|id| id.number()).collect();
                        notices.push(format!(
                            "{} may be {}: nothing was done with it; make one of them gone, or give it what tells them apart",
                            thing.name,
                            numbers.join(" or ")
                        ));
                    }
                    Reconciled::Skip(reason) => notices.push(format!("{} was left out: {reason}", thing.name)),
                    _ => {}
                }
            }
        }
        let told: Vec<String> = self
            .remarks
            .iter()
            .map(|(remark, count)| if *count == 1 { remark.clone() } else { format!("{remark} ({count} times)") })
            .collect();
        notices.extend(told);
        notices
    }
}
