//! Single points of failure: which of the CIs that something needs take it down all by themselves.
//!
//! For every CI the set of those is kept whose failure alone takes it down. It has itself; over a hard relation it has all
//! that its source has; of a redundant group it has those that take down more members than it can lose. The sets only grow,
//! so cycles end by themselves. The same as asking [`super::impact`] of each one, without asking it a thousand times.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::desk::cmdb::impact::{Feed, Graph};
use crate::desk::id::CiId;

/// Those whose failure alone takes down one of `roots`. `feeds` are the ways into each CI that is looked at.
///
/// # Errors
/// When the graph can't be read.
pub(super) fn alone<G: Graph>(
    graph: &G,
    roots: &[CiId],
    feeds: &BTreeMap<CiId, Vec<Feed>>,
) -> Result<BTreeSet<CiId>, G::Error> {
    let all: BTreeSet<CiId> =
        feeds.iter().flat_map(|(ci, into)| into.iter().map(|feed| feed.from).chain([*ci])).collect();
    let all: Vec<CiId> = all.into_iter().collect();
    let place = |ci: CiId| all.binary_search(&ci).unwrap_or_default();
    // By CI: the members of its hard groups, and how many of each it can lose.
    let mut groups: Vec<Vec<(usize, Vec<usize>)>> = vec![Vec::new(); all.len()];
    for (ci, into) in feeds {
        let mut by_type: BTreeMap<&Arc<str>, Vec<usize>> = BTreeMap::new();
        for feed in into.iter().filter(|feed| !feed.soft) {
            by_type.entry(&feed.relation).or_default().push(place(feed.from));
        }
        for (relation, members) in by_type {
            let lost =
                graph.need(*ci, relation)?.map_or(0, |need| members.len().saturating_sub(need.of(members.len())));
            groups[place(*ci)].push((lost, members));
        }
    }
    let mut takes: Vec<Set> = (0..all.len()).map(|at| Set::of(all.len(), at)).collect();
    loop {
        let mut grew = false;
        for (at, own) in groups.iter().enumerate() {
            for (lost, members) in own {
                let found = Set::in_more_than(*lost, members.iter().map(|member| &takes[*member]), all.len());
                grew |= takes[at].add(&found);
            }
        }
        if !grew {
            break;
        }
    }
    let down = |ci: &usize| roots.iter().any(|root| takes[place(*root)].has(*ci));
    Ok((0..all.len()).filter(down).map(|at| all[at]).collect())
}

/// Some of the CIs, by place.
#[derive(Clone)]
struct Set(Vec<u64>);

impl Set {
    fn of(size: usize, one: usize) -> Set {
        let mut set = Set(vec![0; size.div_ceil(64)]);
        set.0[one / 64] |= 1 << (one % 64);
        set
    }

    fn has(&self, at: usize) -> bool {
        self.0[at / 64] & (1 << (at % 64)) != 0
    }

    /// Adds all of another; whether that was anything new.
    fn add(&mut self, other: &Set) -> bool {
        let mut grew = false;
        for (own, theirs) in self.0.iter_mut().zip(&other.0) {
            grew |= *theirs & !*own != 0;
            *own |= theirs;
        }
        grew
    }

    /// Those that are in more than `count` of the sets.
    fn in_more_than<'s>(count: usize, sets: impl Iterator<Item = &'s Set>, size: usize) -> Set {
        // At place n: those that were in more than n so far.
        let mut more = vec![Set(vec![0; size.div_ceil(64)]); count + 1];
        for set in sets {
            for n in (0..=count).rev() {
                let before = if n == 0 { None } else { more.get(n - 1).cloned() };
                for (at, word) in set.0.iter().enumerate() {
                    let among = before.as_ref().map_or(u64::MAX, |before| before.0[at]);
                    more[n].0[at] |= word & among;
                }
            }
        }
        more.pop().unwrap_or(Set(Vec::new()))
    }
}
