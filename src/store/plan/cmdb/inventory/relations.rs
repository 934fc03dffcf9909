//! The relations that sources tell, held against those that they told before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::desk::cmdb::{Ci, FoundCi, Inventory, Mark};
use crate::desk::id::CiId;
use crate::desk::refusal::Refusal;
use crate::store::batch::Table;
use crate::store::plan::cmdb::inventory::identify::Index;
use crate::store::plan::cmdb::inventory::merge::left_out;
use crate::store::plan::cmdb::relate::{self, LOCATED_IN};
use crate::store::plan::draft::Draft;

/// A relation: from, type, to.
type Edge = (CiId, String, CiId);

/// All that sources said about relations, until every CI of the inputs is known.
#[derive(Default)]
pub(super) struct Told {
    /// By source, CI, type and side: the keys of the others. The last word counts.
    said: BTreeMap<(String, CiId, String, bool), Vec<String>>,
}

/// How many relations came to a CI, and went.
pub(super) type Changes = HashMap<CiId, (usize, usize)>;

impl Told {
    /// Notes what an input says about the relations of a CI.
    pub(super) fn note(&mut self, inventory: &Inventory, found: &FoundCi, ci: CiId) {
        for (relation, reverse, others) in &found.relations {
            self.said.insert((inventory.source.clone(), ci, relation.clone(), *reverse), others.clone());
        }
    }

    /// Makes the relations what the sources tell.
    pub(super) fn settle(
        self,
        draft: &mut Draft,
        index: &Index,
        remarks: &mut BTreeMap<String, usize>,
    ) -> Result<Changes, Refusal> {
        let mut wanted: BTreeMap<String, BTreeSet<Edge>> = BTreeMap::new();
        for ((source, ci, relation, reverse), keys) in &self.said {
            for key in keys {
                match other(draft, index, source, key)? {
                    Some(other) if other != *ci => {
                        let (from, to) = if *reverse { (other, *ci) } else { (*ci, other) };
                        wanted.entry(source.clone()).or_default().insert((from, relation.clone(), to));
                    }
                    Some(_) => {}
                    None => {
                        let name = draft.ci(*ci)?.name;
                        let remark = format!("left out: {name} {relation} {key}, which is not in the desk");
                        *remarks.entry(remark).or_default() += 1;
                    }
                }
            }
        }
        let mut changes = Changes::new();
        self.drop_untold(draft, &wanted, &mut changes)?;
        for (source, edges) in &wanted {
            for edge in edges {
                if let Err(refusal) = relate(draft, source, edge, &mut changes) {
                    *remarks.entry(left_out(refusal)?).or_default() += 1;
                }
            }
        }
        Ok(changes)
    }

    /// Takes away what a source had told of these CIs and tells no longer.
    fn drop_untold(
        &self,
        draft: &mut Draft,
        wanted: &BTreeMap<String, BTreeSet<Edge>>,
        changes: &mut Changes,
    ) -> Result<(), Refusal> {
        let mut gone = BTreeSet::new();
        for (source, ci, relation, reverse) in self.said.keys().filter(|(_, ci, ..)| !draft.is_new_ci(*ci)) {
            let own = if *reverse { "other" } else { "ci" };
            let sql = format!("SELECT id, ci, other FROM relation WHERE {own} = ?1 AND type = ?2 AND source = ?3");
            let rows = draft.reader.all(&sql, (ci.0, relation, source), |row| {
                Ok((row.get::<_, i64>(0)?, CiId(row.get(1)?), CiId(row.get(2)?)))
            })?;
            for (row, from, to) in rows {
                if !wanted.get(source).is_some_and(|edges| edges.contains(&(from, relation.clone(), to))) {
                    gone.insert((row, from, to));
                }
            }
        }
        for (row, from, to) in gone {
            draft.delete(Table::Relation, row);
            for end in [from, to] {
                draft.touch_ci(end)?;
                changes.entry(end).or_default().1 += 1;
            }
        }
        Ok(())
    }
}

/// The CI that a source means: by its own key, else by whatever it is known by here.
fn other(draft: &Draft, index: &Index, source: &str, key: &str) -> Result<Option<CiId>, Refusal> {
    if let Some(id) = index.called(draft, source, key)? {
        return Ok(Some(id));
    }
    let named = index.named(draft, key)?;
    if let Some(only) = named.first().filter(|_| named.len() == 1) {
        return Ok(Some(*only));
    }
    for mark in Mark::ALL {
        let Some(value) = mark.telling(key) else { continue };
        let marked = index.marked(draft, mark, &value)?;
        if let Some(only) = marked.first().filter(|_| marked.len() == 1) {
            return Ok(Some(*only));
        }
    }
    Ok(None)
}

/// Makes a relation that a source tells, unless it is there, or somebody put the CI elsewhere.
fn relate(draft: &mut Draft, source: &str, (from, name, to): &Edge, changes: &mut Changes) -> Result<(), Refusal> {
    let (a, b) = (draft.ci(*from)?, draft.ci(*to)?);
    let Some(kind) = draft.rules().cmdb.relations.get(name) else {
        return Err(Refusal::rule(format!("this desk has no relation '{name}'")));
    };
    if let Some(why) = kind.refusal(&draft.rules().cmdb.classes, &a.class, &b.class) {
        return Err(Refusal::rule(why));
    }
    let there = "SELECT 1 FROM relation WHERE ci = ?1 AND type = ?2 AND other = ?3";
    if draft.reader.one(there, (from.0, name, to.0), |_| Ok(()))?.is_some()
        || name == LOCATED_IN && is_elsewhere(draft, &a, source)?
    {
        return Ok(());
    }
    relate::put(draft, *from, name, *to, kind.soft, Some(source))?;
    for end in [from, to] {
        changes.entry(*end).or_default().0 += 1;
    }
    Ok(())
}

/// Whether a person or another source said where a CI stands: it stands in one place.
fn is_elsewhere(draft: &Draft, ci: &Ci, source: &str) -> Result<bool, Refusal> {
    let sql = "SELECT 1 FROM relation WHERE ci = ?1 AND type = ?2 AND source IS NOT ?3";
    Ok(draft.reader.one(sql, (ci.id.0, LOCATED_IN, source), |_| Ok(()))?.is_some())
}
