use std::collections::HashMap;
use std::convert::Infallible;

use proptest::prelude::*;

use super::*;

/// A small graph, its ways and its redundancy.
#[derive(Clone, Debug, Default)]
struct Net {
    feeds: Vec<Feed>,
    needs: HashMap<(CiId, String), Need>,
}

impl Net {
    fn feed(mut self, from: i64, relation: &str, to: i64, soft: bool) -> Net {
        let (from, to, relation) = (CiId(from), CiId(to), relation.into());
        self.feeds.push(Feed { from, to, relation, back: true, soft });
        self
    }

    fn hard(self, from: i64, to: i64) -> Net {
        self.feed(from, "runs_on", to, false)
    }

    fn group(mut self, members: &[i64], to: i64, need: Need) -> Net {
        self.needs.insert((CiId(to), String::from("member_of")), need);
        members.iter().fold(self, |net, member| net.feed(*member, "member_of", to, false))
    }

    fn told(&self, failed: &[i64], depth: u32) -> Vec<(i64, State, u32)> {
        let failed: Vec<CiId> = failed.iter().map(|id| CiId(*id)).collect();
        let found = impact(self, &failed, depth).unwrap();
        found.hits.iter().map(|hit| (hit.ci.0, hit.state, hit.depth)).collect()
    }
}

impl Graph for Net {
    type Error = Infallible;

    fn from(&self, cis: &[CiId]) -> Result<Vec<Feed>, Infallible> {
        Ok(self.feeds.iter().filter(|feed| cis.contains(&feed.from)).cloned().collect())
    }

    fn into(&self, cis: &[CiId]) -> Result<Vec<Feed>, Infallible> {
        Ok(self.feeds.iter().filter(|feed| cis.contains(&feed.to)).cloned().collect())
    }

    fn need(&self, ci: CiId, relation: &str) -> Result<Option<Need>, Infallible> {
        Ok(self.needs.get(&(ci, relation.to_owned())).copied())
    }
}

use State::{Degraded, Down};

#[test]
fn what_runs_on_a_failed_host_is_down_and_the_path_tells_why() {
    let net = Net::default().hard(1, 2).hard(2, 3).hard(3, 4).hard(9, 8);
    assert_eq!(net.told(&[1], 10), [(2, Down, 1), (3, Down, 2), (4, Down, 3)]);
    let found = impact(&net, &[CiId(1)], 10).unwrap();
    assert_eq!(found.path(CiId(4)), [CiId(4), CiId(3), CiId(2), CiId(1)]);
    assert!(!found.more);
}

#[test]
fn the_bound_of_depth_is_kept_and_told() {
    let net = Net::default().hard(1, 2).hard(2, 3);
    let found = impact(&net, &[CiId(1)], 1).unwrap();
    assert_eq!((found.hits.len(), found.more), (1, true));
    assert!(!impact(&net, &[CiId(1)], 2).unwrap().more);
}

#[test]
fn a_cluster_stands_while_enough_of_its_members_do() {
    let net = Net::default().group(&[1, 2, 3], 10, Need::Count(2)).hard(10, 11);
    assert_eq!(net.told(&[1], 9), [(10, Degraded, 1), (11, Degraded, 2)]);
    assert_eq!(net.told(&[1, 3], 9), [(10, Down, 1), (11, Down, 2)]);
    let half = Net::default().group(&[1, 2, 3], 10, Need::Share(50));
    assert_eq!(half.told(&[1], 9), [(10, Degraded, 1)], "two of three are more than half");
    assert_eq!(half.told(&[1, 2], 9), [(10, Down, 1)]);
}

#[test]
fn a_soft_dependency_degrades_and_does_not_stop() {
    let net = Net::default().feed(1, "depends_on", 2, true).hard(2, 3);
    assert_eq!(net.told(&[1], 9), [(2, Degraded, 1), (3, Degraded, 2)]);
}

#[test]
fn what_is_first_degraded_and_then_down_is_told_as_down_by_the_way_that_took_it_down() {
    let net = Net::default().feed(1, "depends_on", 4, true).hard(1, 2).hard(2, 3).hard(3, 4);
    assert_eq!(net.told(&[1], 9), [(2, Down, 1), (3, Down, 2), (4, Down, 3)]);
    assert_eq!(net.told(&[1], 2), [(2, Down, 1), (4, Degraded, 1), (3, Down, 2)]);
}

#[test]
fn a_circle_ends() {
    let net = Net::default().hard(1, 2).hard(2, 3).hard(3, 1);
    assert_eq!(net.told(&[2], 50), [(3, Down, 1), (1, Down, 2)]);
}

#[test]
fn what_a_service_needs_is_told_with_how_hard_it_needs_it() {
    let net = Net::default().hard(1, 2).feed(5, "depends_on", 2, true).hard(2, 3).hard(6, 5);
    let found = needs(&net, &[CiId(3)], 9).unwrap();
    let told: Vec<_> = found.hits.iter().map(|hit| (hit.ci.0, hit.state, hit.depth)).collect();
    assert_eq!(told, [(2, Down, 1), (1, Down, 2), (5, Degraded, 2), (6, Degraded, 3)]);
    assert_eq!(found.path(CiId(6)), [CiId(6), CiId(5), CiId(2), CiId(3)]);
}

#[test]
fn one_of_two_power_feeds_alone_does_not_stop_a_host_and_what_feeds_both_does() {
    let net = Net::default().group(&[1, 2], 10, Need::Count(1)).hard(7, 1).hard(7, 2).hard(10, 11);
    let found = needs(&net, &[CiId(11)], 9).unwrap();
    let told: Vec<_> = found.hits.iter().map(|hit| (hit.ci.0, hit.state)).collect();
    assert_eq!(told, [(10, Down), (1, Degraded), (2, Degraded), (7, Down)]);
}

/// The definition, round by round over the whole graph.
fn slowly(net: &Net, given: &[(CiId, State)], depth: u32) -> BTreeMap<CiId, (State, u32)> {
    let mut states: BTreeMap<CiId, (State, u32)> = BTreeMap::new();
    for (ci, state) in given {
        let known = states.entry(*ci).or_insert((*state, 0));
        known.0 = known.0.max(*state);
    }
    for round in 1..=depth {
        let before = states.clone();
        let is_down = |ci: &CiId| before.get(ci).map(|(state, _)| *state) == Some(Down);
        for feed in &net.feeds {
            let Some((source, _)) = before.get(&feed.from) else { continue };
            let need = net.needs.get(&(feed.to, feed.relation.to_string()));
            let reached = if feed.soft {
                (*source == Down).then_some(Degraded)
            } else if let Some(need) = need {
                let members: Vec<&Feed> = net
                    .feeds
                    .iter()
                    .filter(|other| other.to == feed.to && other.relation == feed.relation && !other.soft)
                    .collect();
                let standing = members.iter().filter(|member| !is_down(&member.from)).count();
                match (source, standing < need.of(members.len())) {
                    (Degraded, _) => None,
                    (Down, true) => Some(Down),
                    (Down, false) => Some(Degraded),
                }
            } else {
                Some(*source)
            };
            if let Some(state) = reached
                && states.get(&feed.to).is_none_or(|(now, _)| state > *now)
            {
                states.insert(feed.to, (state, round));
            }
        }
    }
    states
}

fn nets() -> impl Strategy<Value = Net> {
    let feeds = proptest::collection::vec((0..14_i64, 0..14_i64, 0..3_usize, any::<bool>()), 0..60);
    let needs = proptest::collection::vec(
        (0..14_i64, 0..3_usize, prop_oneof![(1..4_u32).prop_map(Need::Count), (1..=100_u8).prop_map(Need::Share)]),
        0..12,
    );
    (feeds, needs).prop_map(|(feeds, needs)| {
        let kinds = ["runs_on", "member_of", "powered_by"];
        let mut net = Net::default();
        for (from, to, kind, soft) in feeds {
            let known = |one: &Feed| (one.from.0, one.to.0, &*one.relation) == (from, to, kinds[kind]);
            if from != to && !net.feeds.iter().any(known) {
                net = net.feed(from, kinds[kind], to, soft);
            }
        }
        net.needs = needs.into_iter().map(|(ci, kind, need)| ((CiId(ci), kinds[kind].to_owned()), need)).collect();
        net
    })
}

proptest! {
    #[test]
    fn impact_is_what_the_definition_says(
        net in nets(),
        given in proptest::collection::vec((0..14_i64, prop_oneof![4 => Just(Down), 1 => Just(Degraded)]), 1..4),
        depth in 0..16_u32,
    ) {
        let given: Vec<(CiId, State)> = given.into_iter().map(|(id, state)| (CiId(id), state)).collect();
        let failed: Vec<CiId> = given.iter().map(|(ci, _)| *ci).collect();
        let found = spread(&net, &given, depth).unwrap();
        let mut told = slowly(&net, &given, 0);
        told.extend(found.hits.iter().map(|hit| (hit.ci, (hit.state, hit.depth))));
        prop_assert_eq!(&told, &slowly(&net, &given, depth));
        prop_assert_eq!(found.more, slowly(&net, &given, depth + 1) != told);
        for hit in &found.hits {
            let path = found.path(hit.ci);
            prop_assert!(path.last().is_some_and(|root| failed.contains(root)), "{:?}", path);
            for pair in path.windows(2) {
                prop_assert!(net.feeds.iter().any(|feed| feed.from == pair[1] && feed.to == pair[0]));
            }
        }
    }

    #[test]
    fn what_alone_stops_it_is_what_impact_says_of_each_by_itself(net in nets(), root in 0..14_i64) {
        let root = CiId(root);
        let found = needs(&net, &[root], 20).unwrap();
        for other in (0..14).map(CiId).filter(|other| *other != root) {
            let alone = slowly(&net, &[(other, Down)], 20).get(&root).map(|(state, _)| *state) == Some(Down);
            let told = found.hits.iter().find(|hit| hit.ci == other).map(|hit| hit.state) == Some(Down);
            prop_assert_eq!(told, alone, "{:?} of {:?}", other, root);
        }
    }
}
