//! Impact: what breaks if these fail, and what this needs.
//!
//! Failure spreads in rounds from the CIs that fail. Over a hard relation what is reached is down, unless enough of its
//! redundant group still stand: then its redundancy is lost, and it is degraded. Over a soft relation it is degraded.
//! Degradation spreads on as degradation along hard relations without redundancy. Every CI only ever gets worse, so cycles
//! end by themselves. After round *n* each CI is in the state that failure has brought it to over at most *n* relations.

mod alone;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::desk::cmdb::relation::Need;
use crate::desk::id::CiId;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It still works, with less: something that it can do without is down, or its redundancy is lost.
    Degraded,
    /// It does not work.
    Down,
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::Degraded => "degraded",
            State::Down => "down",
        }
    }
}

/// One way by which failure flows, from its source to what depends on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feed {
    /// What may fail.
    pub from: CiId,
    /// What then suffers.
    pub to: CiId,
    /// The type of the relation: feeds of one type to one CI are a group.
    pub relation: Arc<str>,
    /// Whether the relation was made from the end that suffers.
    pub back: bool,
    /// Whether it only degrades.
    pub soft: bool,
}

/// The relations along which failure flows. A walk asks for a whole round at once: one question for thousands of CIs costs
/// little more than one for a single CI.
pub trait Graph {
    /// Why it could not be read.
    type Error;

    /// The ways out of CIs.
    ///
    /// # Errors
    /// When it can't be read.
    fn from(&self, cis: &[CiId]) -> Result<Vec<Feed>, Self::Error>;

    /// The ways into CIs.
    ///
    /// # Errors
    /// When it can't be read.
    fn into(&self, cis: &[CiId]) -> Result<Vec<Feed>, Self::Error>;

    /// How many of a group must stand; `None` means all.
    ///
    /// # Errors
    /// When it can't be read.
    fn need(&self, ci: CiId, relation: &str) -> Result<Option<Need>, Self::Error>;
}

/// One CI that is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub ci: CiId,
    /// How bad it is for it.
    pub state: State,
    /// Over how many relations failure reached that state.
    pub depth: u32,
    /// The way by which it came.
    pub by: Feed,
}

/// What a failure reaches, nearest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// The CIs that were given.
    pub roots: Vec<CiId>,
    /// Those that are reached, by depth, then by number.
    pub hits: Vec<Hit>,
    /// Whether the search ended at its bound with more behind it.
    pub more: bool,
    /// From where failure came to each of them.
    by: BTreeMap<CiId, CiId>,
}

impl Impact {
    /// The way of failure to a CI, from it back to one of the roots: `Payroll ← app01 ← vm7 ← esx2`.
    #[must_use]
    pub fn path(&self, ci: CiId) -> Vec<CiId> {
        let mut path = vec![ci];
        let mut at = ci;
        while let Some(from) = self.by.get(&at) {
            // What a CI is reached by was reached before it, so no way turns in a circle; the bound is for one that lies.
            if path.len() > self.by.len() {
                break;
            }
            at = *from;
            path.push(at);
        }
        path
    }

    fn of(roots: Vec<CiId>, hits: BTreeMap<CiId, Hit>, more: bool) -> Impact {
        let by = hits.iter().map(|(ci, hit)| (*ci, hit.by.from)).collect();
        let mut hits: Vec<Hit> = hits.into_values().collect();
        hits.sort_by_key(|hit| (hit.depth, hit.ci));
        Impact { roots, hits, more, by }
    }
}

/// What breaks if `failed` do, over at most `depth` relations.
///
/// # Errors
/// When the graph can't be read.
pub fn impact<G: Graph>(graph: &G, failed: &[CiId], depth: u32) -> Result<Impact, G::Error> {
    let down: Vec<(CiId, State)> = failed.iter().map(|ci| (*ci, State::Down)).collect();
    spread(graph, &down, depth)
}

/// What follows if these CIs are in these states, over at most `depth` relations. Of two states for one CI the worse
/// counts; a CI that is given as degraded and reached as down is a hit as well.
///
/// # Errors
/// When the graph can't be read.
pub fn spread<G: Graph>(graph: &G, given: &[(CiId, State)], depth: u32) -> Result<Impact, G::Error> {
    let mut states: BTreeMap<CiId, State> = BTreeMap::new();
    for (ci, state) in given {
        let known = states.entry(*ci).or_insert(*state);
        *known = (*known).max(*state);
    }
    let roots: Vec<CiId> = states.keys().copied().collect();
    let mut hits: BTreeMap<CiId, Hit> = BTreeMap::new();
    let mut fresh = roots.clone();
    let mut groups = Groups::default();
    let mut round = 0;
    let mut more = false;
    while !fresh.is_empty() {
        // What may change in this round: the ends of the ways out of what changed in the last one.
        let mut touched: BTreeMap<CiId, Vec<Feed>> = BTreeMap::new();
        for feed in graph.from(&fresh)? {
            if states.get(&feed.to) != Some(&State::Down) {
                touched.entry(feed.to).or_default().push(feed);
            }
        }
        groups.learn(graph, touched.values().flatten())?;
        let mut changed = Vec::new();
        for (ci, feeds) in &touched {
            if let Some((state, by)) = worse(*ci, feeds, &states, &groups) {
                changed.push(Hit { ci: *ci, state, depth: round + 1, by: by.clone() });
            }
        }
        if round >= depth {
            more = !changed.is_empty();
            break;
        }
        round += 1;
        fresh = changed.iter().map(|hit| hit.ci).collect();
        for hit in changed {
            states.insert(hit.ci, hit.state);
            hits.insert(hit.ci, hit);
        }
    }
    Ok(Impact::of(roots, hits, more))
}

/// A redundant group: how many must stand, and its members.
type Group = (Need, Vec<CiId>);

/// The redundant groups met on a walk, by the CI that needs them and their type.
#[derive(Default)]
struct Groups(BTreeMap<CiId, BTreeMap<Arc<str>, Group>>);

impl Groups {
    /// Learns the groups of CIs to which failure comes over these ways.
    fn learn<'f, G: Graph>(&mut self, graph: &G, ways: impl Iterator<Item = &'f Feed>) -> Result<(), G::Error> {
        let mut fresh: Vec<CiId> = Vec::new();
        for feed in ways.filter(|feed| !feed.soft) {
            if !self.0.contains_key(&feed.to) && graph.need(feed.to, &feed.relation)?.is_some() {
                self.0.insert(feed.to, BTreeMap::new());
                fresh.push(feed.to);
            }
        }
        for feed in graph.into(&fresh)?.into_iter().filter(|feed| !feed.soft) {
            let Some(groups) = self.0.get_mut(&feed.to) else { continue };
            if let Some((_, members)) = groups.get_mut(&feed.relation) {
                members.push(feed.from);
            } else if let Some(need) = graph.need(feed.to, &feed.relation)? {
                groups.insert(feed.relation, (need, vec![feed.from]));
            }
        }
        Ok(())
    }

    /// The group that a feed belongs to.
    fn of(&self, feed: &Feed) -> Option<&Group> {
        self.0.get(&feed.to)?.get(&feed.relation)
    }
}

/// The state to which these ways bring a CI, if it is worse than the one that it is in.
fn worse<'f>(
    ci: CiId,
    feeds: &'f [Feed],
    states: &BTreeMap<CiId, State>,
    groups: &Groups,
) -> Option<(State, &'f Feed)> {
    let mut worst: Option<(State, &Feed)> = None;
    for feed in feeds {
        let Some(source) = states.get(&feed.from) else { continue };
        let state = match (source, feed.soft) {
            (State::Down, true) => Some(State::Degraded),
            (State::Degraded, true) => None,
            (source, false) => match groups.of(feed) {
                None => Some(*source),
                Some(_) if *source == State::Degraded => None,
                Some((need, members)) => {
                    let standing = members.iter().filter(|one| states.get(one) != Some(&State::Down)).count();
                    Some(if standing < need.of(members.len()) { State::Down } else { State::Degraded })
                }
            },
        };
        if let Some(state) = state
            && worst.is_none_or(|(known, by)| state > known || (state == known && feed < by))
        {
            worst = Some((state, feed));
        }
    }
    worst.filter(|(state, _)| states.get(&ci).is_none_or(|now| state > now))
}

/// What a CI needs, over at most `depth` relations: everything from which failure could reach it. A hit is `Down` where its
/// failure alone takes one of the roots down: a single point of failure. It is `Degraded` where something stands in for it,
/// or a soft relation lies between.
///
/// # Errors
/// When the graph can't be read.
pub fn needs<G: Graph>(graph: &G, roots: &[CiId], depth: u32) -> Result<Impact, G::Error> {
    let mut ends: Vec<CiId> = roots.to_vec();
    ends.sort_unstable();
    ends.dedup();
    let mut states: BTreeMap<CiId, State> = ends.iter().map(|ci| (*ci, State::Down)).collect();
    let mut hits: BTreeMap<CiId, Hit> = BTreeMap::new();
    let mut fresh = ends.clone();
    let (mut round, mut more) = (0, false);
    let mut ways: BTreeMap<CiId, Vec<Feed>> = BTreeMap::new();
    while !fresh.is_empty() {
        let mut next: BTreeMap<CiId, Hit> = BTreeMap::new();
        let into = graph.into(&fresh)?;
        fresh.iter().for_each(|ci| _ = ways.insert(*ci, Vec::new()));
        for feed in into {
            ways.entry(feed.to).or_default().push(feed.clone());
            let reached = states.get(&feed.to).copied().unwrap_or(State::Degraded);
            let state = if feed.soft { State::Degraded } else { reached };
            let known = states.get(&feed.from).copied().max(next.get(&feed.from).map(|hit| hit.state));
            if known.is_none_or(|known| state > known) {
                // Read from what needs to what is needed.
                let by = Feed { from: feed.to, to: feed.from, ..feed };
                next.insert(by.to, Hit { ci: by.to, state, depth: round + 1, by });
            }
        }
        if round >= depth {
            more = !next.is_empty();
            break;
        }
        round += 1;
        fresh = next.keys().copied().collect();
        for (ci, hit) in next {
            states.insert(ci, hit.state);
            // A CI that is reached again, harder, keeps the way by which it was first reached at that strength.
            hits.insert(ci, hit);
        }
    }
    let alone = alone::alone(graph, &ends, &ways)?;
    for hit in hits.values_mut().filter(|hit| !alone.contains(&hit.ci)) {
        hit.state = State::Degraded;
    }
    Ok(Impact::of(ends, hits, more))
}

#[cfg(test)]
mod tests;
