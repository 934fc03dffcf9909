use std::collections::BTreeSet;
use std::convert::Infallible;

use proptest::prelude::*;

use super::*;
use crate::desk::cmdb::{Feed, Need};
use crate::desk::id::Kind;
use crate::desk::time::{HOUR, Timestamp};

/// Who feeds whom.
#[derive(Debug)]
struct Ways(Vec<(i64, i64)>);

impl Graph for Ways {
    type Error = Infallible;

    fn from(&self, cis: &[CiId]) -> Result<Vec<Feed>, Infallible> {
        Ok(self.0.iter().filter(|(from, _)| cis.contains(&CiId(*from))).map(feed).collect())
    }

    fn into(&self, cis: &[CiId]) -> Result<Vec<Feed>, Infallible> {
        Ok(self.0.iter().filter(|(_, to)| cis.contains(&CiId(*to))).map(feed).collect())
    }

    fn need(&self, _: CiId, _: &str) -> Result<Option<Need>, Infallible> {
        Ok(None)
    }
}

fn feed((from, to): &(i64, i64)) -> Feed {
    Feed { from: CiId(*from), to: CiId(*to), relation: "runs_on".into(), back: true, soft: false }
}

fn hours(from: i64, until: i64) -> Span {
    Span { from: Timestamp(from * HOUR), until: Timestamp(until * HOUR) }
}

fn planned(n: i64, span: Span, cis: &[(i64, &str)]) -> Planned {
    Planned {
        id: TicketId(n),
        number: Number { kind: Kind::Change, n },
        span,
        service: None,
        team: None,
        people: Vec::new(),
        cis: cis.iter().map(|(id, name)| Named { id: CiId(*id), name: (*name).to_owned() }).collect(),
        family: Vec::new(),
        bound: Vec::new(),
    }
}

fn told(one: &Planned, others: &[Planned], ways: &[(i64, i64)]) -> Vec<String> {
    let mut neighbours = Neighbours::default();
    let Ok(()) = neighbours.learn(&Ways(ways.to_vec()), one.cis.iter().map(|ci| ci.id));
    between(one, others, &neighbours).into_iter().map(|conflict| conflict.text).collect()
}

const SAN: (i64, &str) = (1, "aar-san-01");
const ESX: (i64, &str) = (2, "esx2");
const VM: (i64, &str) = (3, "vm7");
const APP: (i64, &str) = (4, "app01");
const WAYS: [(i64, i64); 3] = [(1, 2), (2, 3), (3, 4)];

#[test]
fn two_changes_of_one_ci_at_a_time_name_both_and_the_ci() {
    let (seven, nine) = (planned(7, hours(0, 4), &[SAN, ESX]), planned(9, hours(3, 5), &[ESX, SAN, VM]));
    assert_eq!(told(&seven, std::slice::from_ref(&nine), &[]), ["CHG-7 and CHG-9 both touch aar-san-01, esx2"]);
    let later = planned(9, hours(4, 5), &[SAN]);
    assert_eq!(told(&seven, &[later], &[]), [""; 0], "one begins when the other ends");
    let many: Vec<(i64, &str)> = vec![(11, "a"), (12, "b"), (13, "c"), (14, "d"), (15, "e")];
    assert_eq!(
        told(&planned(7, hours(0, 4), &many), &[planned(9, hours(0, 4), &many)], &[]),
        ["CHG-7 and CHG-9 both touch a, b, c and 2 more"]
    );
}

#[test]
fn what_depends_on_the_other_within_two_relations_conflicts_and_no_farther() {
    let san = planned(7, hours(0, 4), &[SAN]);
    assert_eq!(
        told(&san, &[planned(9, hours(0, 4), &[VM])], &WAYS),
        ["vm7, which CHG-9 touches, depends on aar-san-01, which CHG-7 touches"]
    );
    assert_eq!(
        told(&planned(9, hours(0, 4), &[VM]), std::slice::from_ref(&san), &WAYS),
        ["vm7, which CHG-9 touches, depends on aar-san-01, which CHG-7 touches"]
    );
    assert_eq!(told(&san, &[planned(9, hours(0, 4), &[APP])], &WAYS), [""; 0], "three relations away");
}

#[test]
fn one_service_or_one_person_is_enough() {
    let mut seven = planned(7, hours(0, 4), &[]);
    let mut nine = planned(9, hours(0, 4), &[]);
    let service = Some(Named { id: ServiceId(1), name: String::from("Payroll") });
    (seven.service, nine.service) = (service.clone(), service);
    let bob = vec![Named { id: PersonId(2), name: String::from("Bob") }];
    (seven.people, nine.people) = (bob.clone(), bob);
    assert_eq!(
        told(&seven, std::slice::from_ref(&nine), &[]),
        ["CHG-7 and CHG-9 are both on Payroll", "Bob is to do CHG-7 and CHG-9 at the same time"]
    );
    nine.family = vec![seven.id];
    assert_eq!(told(&seven, &[nine], &[]), [""; 0], "a release and its change overlap on purpose");
}

fn met(name: &str, things: &[&str], spans: &[Span], binding: bool) -> Met {
    let things = match things {
        [] => vec![Thing::Change],
        names => names.iter().map(|name| Thing::Named((*name).to_owned())).collect(),
    };
    Met {
        window: Named { id: WindowId(1), name: name.to_owned() },
        things,
        spans: spans.to_vec(),
        near: Vec::new(),
        binding,
    }
}

#[test]
fn a_change_in_a_freeze_and_one_outside_of_its_windows_are_told() {
    let change = planned(7, hours(2, 4), &[SAN]);
    let texts = |conflicts: Vec<Conflict>| conflicts.into_iter().map(|c| c.text).collect::<Vec<_>>();
    assert_eq!(
        texts(frozen(
            &change,
            &[
                met("Year end", &[], &[hours(0, 9)], true),
                met("Close", &["Payroll"], &[hours(3, 9)], true),
                met("Past", &[], &[hours(0, 2)], true)
            ]
        )),
        ["CHG-7 is inside the freeze 'Year end'", "CHG-7 is inside the freeze 'Close' for Payroll"]
    );
    let sunday = |spans: &[Span]| met("Sunday", &["esx1", "esx2"], spans, true);
    assert_eq!(texts(outside(&change, &[sunday(&[hours(0, 4)])])), [""; 0]);
    assert_eq!(
        texts(outside(&change, &[sunday(&[hours(0, 3)])])),
        ["CHG-7 is outside the maintenance window 'Sunday' for esx1, esx2"],
        "a part is not enough"
    );
    let once = met("Move of the data centre", &["esx1", "esx2"], &[hours(0, 9)], false);
    assert_eq!(texts(outside(&change, &[sunday(&[]), once.clone()])), [""; 0], "one of the windows will do");
    assert_eq!(
        texts(outside(&change, &[Met { spans: Vec::new(), ..once }])),
        [""; 0],
        "one that is there once binds nobody"
    );
}

#[test]
fn a_major_incident_on_the_service_is_told() {
    let major = Number { kind: Kind::Incident, n: 3 };
    let payroll = Named { id: ServiceId(1), name: String::from("Payroll") };
    let conflicts = disturbed(&planned(7, hours(2, 4), &[]), &[(major, payroll)]);
    assert_eq!(conflicts[0].text, "CHG-7 is on Payroll, where the major incident INC-3 is open");
    assert_eq!(conflicts[0].with, Side::Ticket(major));
}

#[test]
fn a_change_that_leaves_the_time_of_its_release_is_told_by_both() {
    let release = Number { kind: Kind::Release, n: 2 };
    let mut change = planned(7, hours(2, 4), &[]);
    change.bound = vec![(release, hours(0, 3))];
    let text = "CHG-7 is planned outside of the time of REL-2, which contains it";
    assert_eq!(beyond(&change)[0].text, text);
    let mut bundle = Planned { number: release, ..planned(2, hours(0, 3), &[]) };
    bundle.bound = vec![(change.number, change.span)];
    assert_eq!((beyond(&bundle)[0].text.as_str(), beyond(&bundle)[0].span), (text, change.span));
    change.bound = vec![(release, hours(2, 4))];
    assert_eq!(beyond(&change), []);
}

#[test]
fn a_conflict_is_another_one_when_plan_other_side_cause_or_shared_time_is() {
    let identity = |one: &Planned, other: &Planned| {
        between(one, std::slice::from_ref(other), &Neighbours::default())[0].identity()
    };
    let (seven, nine) = (planned(7, hours(0, 4), &[SAN]), planned(9, hours(2, 6), &[SAN, ESX]));
    let first = identity(&seven, &nine);
    assert_eq!(first, identity(&seven, &planned(9, hours(2, 5), &[SAN])), "what they share is the same");
    for (one, other) in [
        (planned(7, hours(1, 4), &[SAN]), nine.clone()),
        (seven.clone(), planned(9, hours(3, 6), &[SAN])),
        (seven.clone(), planned(8, hours(2, 6), &[SAN])),
        (planned(7, hours(0, 4), &[SAN, ESX]), nine.clone()),
    ] {
        assert_ne!(identity(&one, &other), first, "{one:?} {other:?}");
    }
}

#[test]
fn an_override_covers_no_other_things_and_no_other_times_than_were_overridden() {
    let change = planned(7, hours(2, 9), &[SAN, ESX]);
    let freeze = |things: &[&str], spans: &[Span]| {
        frozen(&change, &[met("Quiet", things, spans, true)]).pop().unwrap().identity()
    };
    let first = freeze(&["esx1"], &[hours(1, 3), hours(7, 8)]);
    assert_eq!(first, freeze(&["esx1"], &[hours(0, 3), hours(7, 8)]), "what they share is the same");
    assert_ne!(first, freeze(&["esx1", "esx2"], &[hours(1, 3), hours(7, 8)]), "another CI");
    assert_ne!(first, freeze(&["esx1"], &[hours(1, 3), hours(6, 8)]), "it comes again at another time");
    let missed = |things: &[&str], near: &[Span]| {
        let window = Met { near: near.to_vec(), ..met("Sunday", things, &[], true) };
        outside(&change, &[window]).pop().unwrap().identity()
    };
    let first = missed(&["esx1"], &[hours(0, 1), hours(24, 25)]);
    assert_ne!(first, missed(&["esx1"], &[hours(0, 1), hours(48, 49)]), "the window moved");
    assert_ne!(first, missed(&["esx1", "esx2"], &[hours(0, 1), hours(24, 25)]), "another CI");
    let leaves = |release: Span| {
        let bound = vec![(Number { kind: Kind::Release, n: 2 }, release)];
        beyond(&Planned { bound, ..change.clone() }).pop().unwrap().identity()
    };
    assert_ne!(leaves(hours(0, 3)), leaves(hours(99, 120)), "the release moved");
}

fn any_planned() -> impl Strategy<Value = (i64, i64, Vec<i64>, Option<i64>, Option<i64>)> {
    (
        0..40_i64,
        0..9_i64,
        proptest::collection::vec(0..12_i64, 0..4),
        proptest::option::of(0..3_i64),
        proptest::option::of(0..4_i64),
    )
}

/// Whether a change of `a` is felt on `b`: all ways of at most two steps, written out.
fn fed(ways: &[(i64, i64)], a: i64, b: i64) -> bool {
    a != b && ways.iter().any(|(from, to)| *from == a && (*to == b || ways.iter().any(|(x, y)| x == to && *y == b)))
}

proptest! {
    #[test]
    fn conflicts_are_those_of_all_pairs(
        all in proptest::collection::vec(any_planned(), 2..14),
        ways in proptest::collection::vec((0..12_i64, 0..12_i64), 0..20),
    ) {
        let ways: Vec<(i64, i64)> = ways.into_iter().filter(|(a, b)| a != b).collect();
        let changes: Vec<Planned> = all.iter().enumerate().map(|(n, (from, length, cis, service, person))| {
            let cis: BTreeSet<i64> = cis.iter().copied().collect();
            let names: Vec<(i64, String)> = cis.iter().map(|ci| (*ci, format!("ci{ci}"))).collect();
            let names: Vec<(i64, &str)> = names.iter().map(|(ci, name)| (*ci, name.as_str())).collect();
            let mut one = planned(n as i64 + 1, hours(*from, from + length), &names);
            one.service = service.map(|id| Named { id: ServiceId(id), name: format!("s{id}") });
            one.people = person.map(|id| Named { id: PersonId(id), name: format!("p{id}") }).into_iter().collect();
            one
        }).collect();
        let mut neighbours = Neighbours::default();
        let Ok(()) = neighbours.learn(&Ways(ways.clone()), (0..12).map(CiId));
        for a in &changes {
            let found: BTreeSet<(i64, &str)> = between(a, &changes, &neighbours)
                .iter()
                .map(|conflict| {
                    let Side::Ticket(number) = conflict.with else { unreachable!() };
                    (number.n, conflict.cause.word())
                })
                .collect();
            let mut wanted = BTreeSet::new();
            for b in changes.iter().filter(|b| b.id != a.id) {
                // An hour that both have.
                let share = (0..60_i64).any(|hour| {
                    let has = |c: &Planned| c.span.from.0 <= hour * HOUR && hour * HOUR < c.span.until.0;
                    has(a) && has(b)
                });
                if !share {
                    continue;
                }
                let ids = |c: &Planned| c.cis.iter().map(|ci| ci.id.0).collect::<BTreeSet<i64>>();
                let (mine, theirs) = (ids(a), ids(b));
                if mine.intersection(&theirs).next().is_some() {
                    wanted.insert((b.number.n, "same_ci"));
                }
                let only: BTreeSet<i64> = theirs.difference(&mine).copied().collect();
                if mine.iter().any(|x| only.iter().any(|y| fed(&ways, *x, *y) || fed(&ways, *y, *x))) {
                    wanted.insert((b.number.n, "dependency"));
                }
                if a.service.is_some() && a.service.as_ref().map(|s| s.id) == b.service.as_ref().map(|s| s.id) {
                    wanted.insert((b.number.n, "same_service"));
                }
                if !a.people.is_empty() && a.people == b.people {
                    wanted.insert((b.number.n, "same_person"));
                }
            }
            prop_assert_eq!(found, wanted);
        }
    }
}
