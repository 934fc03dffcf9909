//! Audits, expiry and licences on a real file; the audit of random small desks against a plain evaluation of its rules.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::*;
use crate::desk::cmdb::{Ci, CmdbCommand, Facts, Phase, health};
use crate::desk::id::CiId;
use crate::store::{Asker, Related};

impl Desk {
    fn asker(&self) -> Asker {
        let me = self.store.read().unwrap().person_by_login("anna").unwrap().map(|person| person.id);
        Asker { me, moment: self.moment }
    }

    fn offenders(&self, key: &str) -> Vec<String> {
        let reader = self.store.read().unwrap();
        let (_, query) = reader.offenders(key).unwrap();
        reader.cis(&query, &self.asker(), None, 100).unwrap().rows.into_iter().map(|row| row.name).collect()
    }

    fn findings(&self, id: CiId) -> Vec<String> {
        let found = self.store.read().unwrap().findings(id, &self.asker()).unwrap();
        found.into_iter().map(|finding| finding.key).collect()
    }
}

#[test]
fn what_is_wrong_is_found_with_its_ci_and_is_gone_when_it_is_mended() {
    let mut desk = Desk::new();
    let vm = desk.ci("virtual_machine", &[("name", "vm7")]);
    let cluster = desk.ci("cluster", &[("name", "c1")]);
    let host = desk.ci("hypervisor", &[("name", "esx1"), ("serial", "S1")]);
    desk.relate(host, "member of", cluster).unwrap();
    let twin = desk.ci("server", &[("name", "twin"), ("serial", "s1")]);
    assert_eq!(desk.offenders("vm-without-host"), ["vm7"]);
    assert_eq!(desk.offenders("duplicates"), ["esx1", "twin"]);
    assert_eq!(desk.offenders("cluster-without-redundancy"), ["c1"]);
    assert_eq!(desk.offenders("live-without-location"), ["esx1", "twin"]);
    assert_eq!(desk.findings(vm), ["vm-without-host", "incomplete", "without-relations"]);
    desk.relate(vm, "runs on", cluster).unwrap();
    let need = Some("1".parse().unwrap());
    desk.done(Command::Cmdb(CmdbCommand::Redundancy { on: cluster, relation: String::from("contains"), need }));
    desk.change_ci(twin, &[("serial", "S2")]).unwrap();
    assert_eq!(desk.findings(vm), ["incomplete"]);
    assert_eq!((desk.offenders("duplicates"), desk.offenders("cluster-without-redundancy")), (vec![], vec![]));
    let refusal = desk.store.read().unwrap().offenders("duplicate").unwrap_err();
    assert_eq!(refusal.to_string(), "there is no audit rule 'duplicate'; did you mean 'duplicates'?");
}

#[test]
fn a_relation_that_another_class_of_its_end_no_longer_allows_is_found() {
    let mut desk = Desk::new();
    let web = desk.ci("application", &[("name", "web")]);
    let host = desk.ci("server", &[("name", "host")]);
    desk.relate(web, "runs on", host).unwrap();
    assert_eq!(desk.offenders("forbidden-relations"), [""; 0]);
    desk.change_ci(host, &[("class", "printer")]).unwrap();
    assert_eq!(desk.offenders("forbidden-relations"), ["host", "web"]);
    assert_eq!(desk.findings(web), ["forbidden-relations", "incomplete"]);
}

#[test]
fn more_may_offend_than_a_statement_takes_values() {
    let mut desk = Desk::new();
    let host = desk.ci("server", &[("name", "host")]);
    let conn = &desk.store.conn;
    let triggers: Vec<String> = conn
        .prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'")
        .and_then(|mut names| names.query_map([], |row| row.get(0))?.collect())
        .unwrap();
    triggers.iter().for_each(|drop| conn.execute_batch(drop).unwrap());
    conn.execute_batch(
        "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 40099)
         INSERT INTO ci (id, version, updated, created, class, name, status, phase)
           SELECT i, 1, 0, 0, 'printer', 'p' || i, 'live', 2 FROM n;
         INSERT INTO relation (ci, type, other) SELECT id, 'runs_on', 1 FROM ci WHERE class = 'printer'",
    )
    .unwrap();
    assert_eq!(host, CiId(1));
    let audited = desk.store.read().unwrap().audit(&desk.asker()).unwrap();
    let forbidden = audited.iter().find(|one| one.key == "forbidden-relations").unwrap();
    assert_eq!((forbidden.offenders, forbidden.scope), (40_001, 40_001));
}

#[test]
fn what_ends_is_listed_by_its_day_with_the_notice_of_contracts_and_without_what_is_gone() {
    let mut desk = Desk::new();
    // 2026-09-21 by the clock of the tests.
    let today = desk.moment.today();
    assert_eq!(today.to_string(), "2026-09-21");
    desk.ci("certificate", &[("name", "*.org"), ("expires", "2026-09-20")]);
    desk.ci("server", &[("name", "old"), ("warranty", "2026-10-01"), ("end_of_life", "2030-01-01")]);
    desk.ci("contract", &[("name", "Support"), ("expires", "2026-12-31"), ("notice", "90")]);
    desk.ci("certificate", &[("name", "gone"), ("expires", "2026-09-22"), ("status", "retired")]);
    let told = |days| -> Vec<String> {
        let found = desk.store.read().unwrap().expiring(today, days).unwrap();
        found.iter().map(|end| format!("{} {} {} {} {}", end.day, end.left, end.span(), end.name, end.field)).collect()
    };
    assert_eq!(
        told(30),
        [
            "2026-09-20 -1 past *.org expires",
            "2026-10-01 10 30 days old warranty",
            "2026-10-02 11 30 days Support notice",
        ]
    );
    assert_eq!(told(9), ["2026-09-20 -1 past *.org expires"]);
    assert_eq!(told(101).last().unwrap(), "2026-12-31 101 later Support expires");
}

#[test]
fn licences_count_what_uses_them_by_a_relation_and_more_is_never_blocked() {
    let mut desk = Desk::new();
    let fields = [("name", "CAD"), ("metric", "per_device"), ("entitled", "1"), ("software", "AutoCAD*")];
    let licence = desk.ci("licence", &fields);
    for name in ["ws1", "ws2"] {
        let station = desk.ci("workstation", &[("name", name)]);
        desk.relate(station, "uses licence", licence).unwrap();
    }
    let ordered = [
        ("name", "more"),
        ("metric", "per_device"),
        ("entitled", "9"),
        ("software", "autocad*"),
        ("status", "ordered"),
    ];
    desk.ci("licence", &ordered);
    let found = desk.store.read().unwrap().licences(desk.moment.today()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].used, found[0].balance(), found[0].verdict()), (2, Some(-1), "over"));
}

/// A rule in plain words: whether a CI is looked at, and whether it offends.
type Plain = fn(&World, &Ci, &[Related]) -> (bool, bool);

struct World {
    cis: Vec<(Ci, Vec<Related>, bool)>,
    today: String,
}

fn has(related: &[Related], relation: &str, reverse: bool) -> bool {
    related.iter().any(|one| one.relation == relation && one.reverse == reverse)
}

const PLAIN: &[(&str, Plain)] = &[
    ("vm-without-host", |_, ci, related| {
        (ci.phase == Phase::Live && ci.class == "virtual_machine", !has(related, "runs_on", false))
    }),
    ("certificate-without-user", |_, ci, related| {
        (ci.phase != Phase::Gone && ci.class == "certificate", !has(related, "secured_by", true))
    }),
    ("live-without-location", |_, ci, related| {
        let physical = ["server", "hypervisor", "printer"].contains(&ci.class.as_str());
        (ci.phase == Phase::Live && physical, !has(related, "located_in", false))
    }),
    ("without-relations", |_, ci, related| {
        (
            ci.phase == Phase::Live && !["printer", "laptop", "stock_item"].contains(&ci.class.as_str()),
            related.is_empty(),
        )
    }),
    ("duplicates", |world, ci, _| {
        let twin = world.cis.iter().any(|(other, ..)| {
            let same = |a: &Option<String>, b: &Option<String>| {
                a.is_some() && a.as_ref().map(|a| a.to_lowercase()) == b.as_ref().map(|b| b.to_lowercase())
            };
            let mac = |ci: &Ci| ci.values("mac");
            let shared = mac(other).iter().any(|value| mac(ci).contains(value));
            other.id != ci.id && other.phase != Phase::Gone && (same(&other.serial, &ci.serial) || shared)
        });
        (ci.phase != Phase::Gone, twin)
    }),
    ("overdue", |world, ci, _| {
        let due = ci.value("due_back");
        (ci.holder.is_some(), due.text().is_some_and(|day| day < world.today.as_str()))
    }),
    ("low-stock", |_, ci, _| {
        let low = match (ci.value("quantity").int(), ci.value("minimum").int()) {
            (Some(stock), Some(minimum)) => stock < minimum,
            _ => false,
        };
        (ci.phase != Phase::Gone && ci.class == "stock_item", low)
    }),
    ("cluster-without-redundancy", |world, ci, related| {
        let own = world.cis.iter().any(|(other, _, redundant)| other.id == ci.id && *redundant);
        (ci.phase == Phase::Live && ci.class == "cluster" && has(related, "member_of", true), !own)
    }),
];

#[test]
fn the_audit_says_of_random_desks_what_a_plain_reading_of_its_rules_says() {
    for seed in 0..12 {
        let mut rng = Rng::with_seed(seed);
        let mut desk = Desk::new();
        let world = random(&mut desk, &mut rng);
        let reader = desk.store.read().unwrap();
        let audited = reader.audit(&desk.asker()).unwrap();
        let mut plain_findings: BTreeSet<(CiId, &str)> = BTreeSet::new();
        for (key, plain) in PLAIN {
            let judged: Vec<(CiId, (bool, bool))> =
                world.cis.iter().map(|(ci, related, _)| (ci.id, plain(&world, ci, related))).collect();
            let scope: Vec<CiId> = judged.iter().filter(|(_, (looked_at, _))| *looked_at).map(|(id, _)| *id).collect();
            let wrong: Vec<CiId> = judged.iter().filter(|(_, (a, b))| *a && *b).map(|(id, _)| *id).collect();
            let said = audited.iter().find(|one| one.key == *key).unwrap();
            let counted = (usize::try_from(said.scope).unwrap(), usize::try_from(said.offenders).unwrap());
            assert_eq!(counted, (scope.len(), wrong.len()), "seed {seed}: {key}");
            plain_findings.extend(wrong.into_iter().map(|id| (id, *key)));
        }
        for (ci, ..) in &world.cis {
            for finding in reader.findings(ci.id, &desk.asker()).unwrap() {
                let known = PLAIN.iter().find(|(key, _)| *key == finding.key);
                if let Some((key, _)) = known {
                    assert!(plain_findings.remove(&(ci.id, *key)), "seed {seed}: {} {key}", ci.name);
                }
            }
        }
        assert!(plain_findings.is_empty(), "seed {seed}: {plain_findings:?}");
        assert!(health(&audited).unwrap() <= 1000);
    }
}

/// A desk with a dozen CIs of all sorts, some related, some gone, some alike.
fn random(desk: &mut Desk, rng: &mut Rng) -> World {
    let classes = [
        "server",
        "hypervisor",
        "virtual_machine",
        "cluster",
        "certificate",
        "printer",
        "laptop",
        "stock_item",
        "application",
        "site",
    ];
    let mut ids = Vec::new();
    for n in 0..12 {
        let class = classes[rng.usize(..classes.len())];
        let name = format!("{class}{n}");
        let (quantity, minimum) = (rng.u32(..4).to_string(), rng.u32(..4).to_string());
        let (serial, mac) = (format!("S{}", rng.u32(..6)), format!("00:00:00:00:00:0{}", rng.u32(..4)));
        let mut typed: Vec<(&str, &str)> = vec![("name", &name)];
        typed.push(("status", ["live", "live", "planned", "in_stock", "retired"][rng.usize(..5)]));
        match class {
            "certificate" => typed.push(("expires", "2027-01-01")),
            "stock_item" => typed.extend([("quantity", quantity.as_str()), ("minimum", minimum.as_str())]),
            _ => {}
        }
        if rng.u32(..3) == 0 {
            typed.push(("serial", &serial));
        }
        if rng.u32(..3) == 0 {
            typed.push(("mac", &mac));
        }
        if rng.u32(..3) == 0 {
            typed.extend([("holder", "anna"), ("due_back", if rng.bool() { "2026-01-01" } else { "2027-01-01" })]);
        }
        ids.push(desk.ci(class, &typed));
    }
    for _ in 0..14 {
        let (a, b) = (ids[rng.usize(..ids.len())], ids[rng.usize(..ids.len())]);
        let relation = ["runs on", "member of", "secured by", "located in", "depends on"][rng.usize(..5)];
        // Many of these the model refuses.
        let _ = desk.relate(a, relation, b);
    }
    for id in &ids {
        if rng.u32(..3) == 0 {
            let need = Some("1".parse().unwrap());
            desk.done(Command::Cmdb(CmdbCommand::Redundancy { on: *id, relation: String::from("contains"), need }));
        }
        if rng.u32(..6) == 0 {
            let set = Facts::from([(String::from("status"), vec![Value::from("disposed")])]);
            let (add, remove) = (Facts::new(), Facts::new());
            desk.done(Command::Cmdb(CmdbCommand::Edit { on: vec![(*id).into()], set, add, remove }));
        }
    }
    let reader = desk.store.read().unwrap();
    let cis = ids
        .into_iter()
        .map(|id| (reader.ci(id).unwrap(), reader.related(id).unwrap(), !reader.redundancies(id).unwrap().is_empty()))
        .collect();
    World { cis, today: desk.moment.today().to_string() }
}
