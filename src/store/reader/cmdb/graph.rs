//! The relations along which failure flows, read as the walk goes: no more of the graph than it reaches.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::desk::change::conflict::Neighbours;
use crate::desk::cmdb::impact::{impact, needs};
use crate::desk::cmdb::{Feed, Flow, Graph, Impact, Need, Phase};
use crate::desk::id::CiId;
use crate::desk::refusal::Refusal;
use crate::store::reader::Reader;

/// Which way a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// What breaks if these fail.
    Down,
    /// What these need.
    Up,
}

impl Reader<'_> {
    /// What CIs reach over at most `depth` relations: what breaks if they fail, or what they need. What is gone neither
    /// fails nor suffers.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn impact(&self, of: &[CiId], reach: Reach, depth: u32) -> Result<Impact, Refusal> {
        let graph = Ways::of(self);
        graph.learn_gone(of.iter().copied())?;
        let of: Vec<CiId> = of.iter().copied().filter(|id| !graph.is_gone(*id)).collect();
        match reach {
            Reach::Down => impact(&graph, &of, depth),
            Reach::Up => needs(&graph, &of, depth),
        }
    }
}

impl Reader<'_> {
    /// Lets neighbours of CIs be known.
    pub(in crate::store) fn learn(
        &self,
        neighbours: &mut Neighbours,
        cis: impl IntoIterator<Item = CiId>,
    ) -> Result<(), Refusal> {
        neighbours.learn(&Ways::of(self), cis)
    }
}

/// How many must stand, by type of relation, of CIs that say so themselves.
pub(super) type Redundancies = HashMap<CiId, Vec<(String, Need)>>;

/// The graph of a desk, read as it is walked.
pub(super) struct Ways<'a, 'r> {
    reader: &'a Reader<'r>,
    /// What CIs say about their groups: few do, so all is read at once.
    needs: RefCell<Option<Redundancies>>,
    /// Which CIs are gone, as far as it was asked.
    gone: RefCell<HashMap<CiId, bool>>,
}

impl<'a, 'r> Ways<'a, 'r> {
    pub(super) fn of(reader: &'a Reader<'r>) -> Self {
        Ways { reader, needs: RefCell::new(None), gone: RefCell::new(HashMap::new()) }
    }

    /// The relations of CIs over which failure comes out of them, or into them.
    fn ways(&self, cis: &[CiId], out: bool) -> Result<Vec<Feed>, Refusal> {
        let relations = &self.reader.rules().cmdb.relations;
        // From this end failure goes out along relations that flow forward, and comes in along those that flow back.
        let (own, others) = if out { (Flow::Forward, Flow::Back) } else { (Flow::Back, Flow::Forward) };
        let mut feeds = Vec::new();
        let sides = [("ci", "other", own), ("other", "ci", others)];
        let these = list(cis);
        for (this, other, flow) in sides {
            let flowing: Vec<Arc<str>> =
                relations.all().iter().filter(|kind| kind.flow == flow).map(|kind| kind.name.as_str().into()).collect();
            // Where one type alone flows this way the index leads to it; where most do, reading all is less work.
            let only = if let [one] = flowing.as_slice() { Some(one.to_string()) } else { None };
            let sought = if only.is_some() { "AND r.type = ?2" } else { "AND ?2 IS NULL" };
            let sql = format!(
                "SELECT r.{this}, r.type, r.{other}, r.soft
                   FROM json_each(?1) f CROSS JOIN relation r ON r.{this} = f.value {sought}"
            );
            let found = self.reader.all(&sql, (&these, &only), |row| {
                let kind = row.get_ref(1)?.as_bytes()?;
                let Some(relation) = flowing.iter().find(|name| name.as_bytes() == kind) else { return Ok(None) };
                let (this, other) = (CiId(row.get(0)?), CiId(row.get(2)?));
                let (from, to) = if out { (this, other) } else { (other, this) };
                Ok(Some(Feed { from, to, relation: relation.clone(), back: flow == Flow::Back, soft: row.get(3)? }))
            })?;
            feeds.extend(found.into_iter().flatten());
        }
        let end = |feed: &Feed| if out { feed.to } else { feed.from };
        self.learn_gone(feeds.iter().map(end))?;
        feeds.retain(|feed| !self.is_gone(end(feed)));
        Ok(feeds)
    }

    /// Whether a CI of which that was learnt is gone.
    fn is_gone(&self, ci: CiId) -> bool {
        self.gone.borrow().get(&ci) == Some(&true)
    }

    /// Learns which of these CIs are gone.
    fn learn_gone(&self, cis: impl Iterator<Item = CiId>) -> Result<(), Refusal> {
        let mut known = self.gone.borrow_mut();
        let mut fresh: Vec<CiId> = cis.filter(|ci| !known.contains_key(ci)).collect();
        fresh.sort_unstable();
        fresh.dedup();
        // The index knows both, and is small where the records are not.
        let sql =
            "SELECT c.id FROM json_each(?1) f CROSS JOIN ci c INDEXED BY ci_phase ON c.phase = ?2 AND c.id = f.value";
        let gone = self.reader.all(sql, (list(&fresh), Phase::Gone.code()), |row| row.get(0).map(CiId))?;
        known.extend(fresh.into_iter().map(|ci| (ci, false)));
        known.extend(gone.into_iter().map(|ci| (ci, true)));
        Ok(())
    }
}

/// CIs as one value that SQL can read as rows.
fn list(cis: &[CiId]) -> String {
    let ids: Vec<String> = cis.iter().map(|ci| ci.0.to_string()).collect();
    format!("[{}]", ids.join(","))
}

impl Graph for Ways<'_, '_> {
    type Error = Refusal;

    fn from(&self, cis: &[CiId]) -> Result<Vec<Feed>, Refusal> {
        self.ways(cis, true)
    }

    fn into(&self, cis: &[CiId]) -> Result<Vec<Feed>, Refusal> {
        self.ways(cis, false)
    }

    fn need(&self, ci: CiId, relation: &str) -> Result<Option<Need>, Refusal> {
        let mut known = self.needs.borrow_mut();
        let known = match &mut *known {
            Some(known) => known,
            none => none.insert(self.reader.all_redundancies()?),
        };
        let own = known.get(&ci).and_then(|all| all.iter().find(|(name, _)| name == relation)).map(|(_, need)| *need);
        Ok(own.or_else(|| self.reader.rules().cmdb.relations.get(relation).and_then(|kind| kind.need)))
    }
}
