//! The relations along which failure flows, read as the walk goes: no more of the graph than it reaches.

use std::cell::RefCell;
use std::collections::HashMap;

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
        let mut present = Vec::new();
        for id in of {
            if self.ci(*id)?.phase != Phase::Gone {
                present.push(*id);
            }
        }
        let of = &present;
        match reach {
            Reach::Down => impact(&graph, of, depth),
            Reach::Up => needs(&graph, of, depth),
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

    /// The relations of a CI over which failure comes out of it, or into it.
    fn ways(&self, ci: CiId, out: bool) -> Result<Vec<Feed>, Refusal> {
        let relations = &self.reader.rules().cmdb.relations;
        // From this end failure goes out along relations that flow forward, and comes in along those that flow back.
        let (own, others) = if out { (Flow::Forward, Flow::Back) } else { (Flow::Back, Flow::Forward) };
        let mut feeds = Vec::new();
        let sides = [
            ("SELECT type, other, soft FROM relation WHERE ci = ?1", own),
            ("SELECT type, ci, soft FROM relation WHERE other = ?1", others),
        ];
        for (sql, flow) in sides {
            let rows = self
                .reader
                .all(sql, [ci.0], |row| Ok((row.get::<_, String>(0)?, CiId(row.get(1)?), row.get::<_, bool>(2)?)))?;
            for (relation, other, soft) in rows {
                if relations.get(&relation).is_some_and(|kind| kind.flow == flow) && !self.is_gone(other)? {
                    let (from, to) = if out { (ci, other) } else { (other, ci) };
                    feeds.push(Feed { from, to, relation, back: flow == Flow::Back, soft });
                }
            }
        }
        Ok(feeds)
    }

    fn is_gone(&self, ci: CiId) -> Result<bool, Refusal> {
        if let Some(known) = self.gone.borrow().get(&ci) {
            return Ok(*known);
        }
        let phase: Option<i64> = self.reader.one("SELECT phase FROM ci WHERE id = ?1", [ci.0], |row| row.get(0))?;
        let gone = phase.is_none_or(|phase| phase == Phase::Gone.code());
        self.gone.borrow_mut().insert(ci, gone);
        Ok(gone)
    }
}

impl Graph for Ways<'_, '_> {
    type Error = Refusal;

    fn from(&self, ci: CiId) -> Result<Vec<Feed>, Refusal> {
        self.ways(ci, true)
    }

    fn into(&self, ci: CiId) -> Result<Vec<Feed>, Refusal> {
        self.ways(ci, false)
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
