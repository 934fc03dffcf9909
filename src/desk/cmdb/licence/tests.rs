//! Counting licences: literal cases, and what holds of any.

use super::*;
use proptest::prelude::*;

const TODAY: &str = "2026-11-22";

fn licence(ci: i64, metric: &str, entitled: i64) -> Licence {
    Licence {
        ci: CiId(ci),
        name: format!("L{ci}"),
        software: vec![String::from("Office*")],
        metric: metric.to_owned(),
        entitled: Some(entitled),
        expires: None,
        users: Vec::new(),
    }
}

fn install(ci: i64, title: &str) -> Install {
    Install { ci: CiId(ci), title: title.to_owned() }
}

/// Office in two versions on 1, once on 2 and 3; 1 and 2 are anna's, 3 is nobody's; 1 has 8 cores, 2 has 4.
fn world() -> (Vec<Install>, BTreeMap<CiId, Device>) {
    let installs =
        vec![install(1, "Office 2019"), install(1, "OFFICE 2021"), install(2, "office 2021"), install(3, "Office")];
    let anna = Some(PersonId(7));
    let devices = BTreeMap::from([
        (CiId(1), Device { holder: anna, cores: Some(8) }),
        (CiId(2), Device { holder: anna, cores: Some(4) }),
        (CiId(3), Device::default()),
    ]);
    (installs, devices)
}

fn only(licences: &[Licence]) -> Position {
    let (installs, devices) = world();
    let mut positions = positions(licences, &installs, &devices, TODAY);
    assert_eq!(positions.len(), 1, "{positions:?}");
    positions.remove(0)
}

#[test]
fn each_metric_counts_what_it_says() {
    let told = |metric: &str| {
        let position = only(&[licence(10, metric, 3)]);
        (position.used, position.uncounted, position.balance(), position.verdict())
    };
    assert_eq!(told("per_device"), (3, 0, Some(0), "full"));
    assert_eq!(told("per_install"), (4, 0, Some(-1), "over"));
    assert_eq!(told("per_user"), (1, 1, Some(2), "under"));
    assert_eq!(told("per_core"), (12, 1, Some(-9), "over"));
    for free in ["subscription", "site", "free"] {
        assert_eq!(told(free), (3, 0, None, "unlimited"));
    }
}

#[test]
fn two_purchases_are_one_position_and_an_expired_one_does_not_count() {
    let mut old = licence(11, "per_device", 5);
    old.expires = Some(String::from("2026-11-21"));
    let mut last_day = licence(12, "per_device", 2);
    last_day.expires = Some(String::from("2026-11-22"));
    last_day.software = vec![String::from(" office* ")];
    let position = only(&[last_day, licence(10, "per_device", 2), old]);
    assert_eq!((position.entitled, position.expired, position.used), (Some(4), 5, 3));
    assert_eq!(position.licences, [CiId(10), CiId(11), CiId(12)]);
}

#[test]
fn who_uses_a_licence_by_a_relation_counts_once() {
    let mut bought = licence(10, "per_device", 5);
    bought.users = vec![CiId(3), CiId(4)];
    assert_eq!(only(&[bought]).on, [CiId(1), CiId(2), CiId(3), CiId(4)]);
    let nothing = Licence { software: Vec::new(), users: vec![CiId(9)], ..licence(10, "per_device", 0) };
    let position = only(&[nothing]);
    assert_eq!((position.used, position.verdict()), (1, "over"));
}

#[test]
fn what_is_not_known_is_not_made_up() {
    let unsaid = Licence { entitled: None, ..licence(10, "per_device", 0) };
    assert_eq!((only(std::slice::from_ref(&unsaid)).balance(), only(&[unsaid]).verdict()), (None, "unknown"));
    let other = Licence { software: vec![String::from("Visio")], ..licence(10, "per_device", 4) };
    assert_eq!(only(std::slice::from_ref(&other)).verdict(), "unused");
    let over = Licence { expires: Some(String::from("2020-01-01")), ..other };
    assert_eq!(only(&[over]).verdict(), "expired");
}

#[test]
fn a_star_stands_for_any_text_in_any_case() {
    for (pattern, title, is) in [
        ("Office*", "OFFICE 2021", true),
        ("Office", "Office 2021", false),
        ("Office", " office ", true),
        ("*server*", "SQL Server 2019", true),
        ("SQL*2019", "SQL Server 2019", true),
        ("SQL*2019", "SQL Server 2022", false),
        ("a*a", "a", false),
        ("*", "", true),
        ("", "x", false),
        ("MICROSOFT Ö*", "Microsoft ö 1", true),
    ] {
        assert_eq!(covers(pattern, title), is, "{pattern} {title}");
    }
}

proptest! {
    #[test]
    fn a_pattern_covers_what_a_backtracking_reading_covers(pattern in "[ab*]{0,6}", title in "[ab]{0,8}") {
        fn plain(pattern: &[u8], title: &[u8]) -> bool {
            match pattern.split_first() {
                None => title.is_empty(),
                Some((b'*', rest)) => (0..=title.len()).any(|n| plain(rest, &title[n..])),
                Some((c, rest)) => title.first() == Some(c) && plain(rest, &title[1..]),
            }
        }
        prop_assert_eq!(covers(&pattern, &title), plain(pattern.as_bytes(), title.as_bytes()));
    }

    #[test]
    fn more_installs_never_use_less_and_what_is_used_is_what_is_there(
        on in proptest::collection::vec(1_i64..6, 0..12), cores in 0_i64..64, entitled in 0_i64..20,
    ) {
        let devices: BTreeMap<CiId, Device> =
            (1..6).map(|n| (CiId(n), Device { holder: Some(PersonId(n % 3)), cores: Some(cores) })).collect();
        let installs: Vec<Install> = on.iter().map(|ci| install(*ci, "Office")).collect();
        let used = |metric: &str, installs: &[Install]| {
            positions(&[licence(10, metric, entitled)], installs, &devices, TODAY)[0].used
        };
        let distinct: BTreeSet<i64> = on.iter().copied().collect();
        let people: BTreeSet<i64> = on.iter().map(|ci| ci % 3).collect();
        let count = |n: usize| i64::try_from(n).unwrap();
        prop_assert_eq!(used("per_device", &installs), count(distinct.len()));
        prop_assert_eq!(used("per_install", &installs), count(on.len()));
        prop_assert_eq!(used("per_user", &installs), count(people.len()));
        prop_assert_eq!(used("per_core", &installs), cores * count(distinct.len()));
        for metric in ["per_device", "per_install", "per_user", "per_core"] {
            let fewer = installs.split_last().map_or(&installs[..], |(_, rest)| rest);
            prop_assert!(used(metric, fewer) <= used(metric, &installs));
        }
    }
}
