//! What inventories found, reconciled with the CIs of a desk.

use proptest::prelude::*;

use super::*;
use crate::desk::cmdb::{CmdbCommand, FoundCi, Inventory};
use crate::desk::id::CiId;
use crate::store::{PlannedCi, Reconciled};

fn found(key: &str, class: &str, name: &str, fields: &[(&str, &str)]) -> FoundCi {
    let parts = |text: &str| text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    FoundCi {
        key: key.to_owned(),
        class: class.to_owned(),
        name: Some(name.to_owned()),
        fields: fields.iter().map(|(field, values)| ((*field).to_owned(), parts(values))).collect(),
        ..FoundCi::default()
    }
}

/// The input of a source, `hour` hours after the desk was made; two that say the same are the same.
fn input(source: &str, hour: i64, found: Vec<FoundCi>) -> Inventory {
    let raw = format!("{source}{hour}{found:?}").into_bytes();
    let sha256 = <sha2::Sha256 as sha2::Digest>::digest(&raw).iter().map(|byte| format!("{byte:02x}")).collect();
    let at = Timestamp(1_790_000_000_000).plus(hour * 3_600_000);
    Inventory { source: source.to_owned(), file: format!("{source}.json"), at, sha256, raw, found }
}

impl Desk {
    fn sees(&mut self, inventories: Vec<Inventory>) -> Receipt {
        self.done(Command::Cmdb(CmdbCommand::Inventory(inventories)))
    }

    fn would_see(&self, inventory: &Inventory) -> Vec<PlannedCi> {
        let reader = self.store.read().unwrap();
        let plan = reader.plan_inventory(std::slice::from_ref(inventory), &self.author, &self.moment).unwrap();
        plan.runs.into_iter().next().unwrap().things
    }

    fn words(&self, inventory: &Inventory) -> Vec<&'static str> {
        self.would_see(inventory).iter().map(|thing| thing.action.word()).collect()
    }

    fn value(&self, id: CiId, field: &str) -> String {
        let reader = self.store.read().unwrap();
        let ci = reader.ci(id).unwrap();
        let shown =
            ci.values(field).iter().map(|value| reader.shown_fact(&ci, field, value).unwrap()).collect::<Vec<_>>();
        shown.join(",")
    }
}

#[test]
fn a_machine_is_known_again_by_serial_uuid_address_or_name_in_that_order() {
    let mut desk = Desk::new();
    let one = desk.ci("server", &[("name", "a"), ("serial", "S-1"), ("mac", "00:1a:2b:00:00:01")]);
    let two = desk
        .ci("server", &[("name", "b"), ("uuid", "4c4c4544-0034-3010-8048-b6c04f503732"), ("fqdn", "b.example.org")]);
    let three = desk.ci("server", &[("name", "c")]);
    let asked = |desk: &Desk, fields: &[(&str, &str)], name: &str| {
        desk.would_see(&input("glpi", 1, vec![found("k", "server", name, fields)])).remove(0).ci
    };
    assert_eq!(asked(&desk, &[("serial", "s-1"), ("mac", "00:1a:2b:00:00:02")], "x"), Some(one));
    assert_eq!(asked(&desk, &[("mac", "001A.2B00.0001")], "x"), Some(one));
    assert_eq!(asked(&desk, &[("uuid", "44454c4c-3400-1030-8048-b6c04f503732")], "x"), Some(two));
    assert_eq!(asked(&desk, &[("fqdn", "B.example.org.")], "x"), Some(two));
    assert_eq!(asked(&desk, &[], "C"), Some(three));
    // Serial numbers that differ say that it is another machine, whatever it is called.
    let other = desk.would_see(&input("glpi", 1, vec![found("k", "server", "a", &[("serial", "S-2")])])).remove(0);
    assert_eq!(other.action, Reconciled::Create);
    // What a maker left in the firmware says nothing.
    desk.ci("server", &[("name", "d"), ("serial", "To be filled by O.E.M.")]);
    assert_eq!(
        desk.words(&input("glpi", 1, vec![found("k", "server", "e", &[("serial", "To Be Filled By O.E.M.")])])),
        ["create"]
    );
    // A printer is no server, though it has the name of one.
    assert_eq!(desk.words(&input("glpi", 1, vec![found("k", "printer", "c", &[])])), ["create"]);
}

#[test]
fn where_several_may_be_meant_nothing_is_done_and_all_are_named() {
    let mut desk = Desk::new();
    let a = desk.ci("server", &[("name", "a"), ("mac", "00:1a:2b:00:00:01")]);
    let b = desk.ci("server", &[("name", "b"), ("mac", "00:1a:2b:00:00:02")]);
    let cards = [("mac", "00:1a:2b:00:00:01,00:1a:2b:00:00:02"), ("memory", "1024")];
    let told = input("glpi", 1, vec![found("k", "server", "c", &cards)]);
    assert_eq!(desk.would_see(&told)[0].action, Reconciled::Ambiguous(vec![a, b]));
    let receipt = desk.sees(vec![told.clone()]);
    assert_eq!(receipt.seq, None);
    assert_eq!(
        receipt.notices,
        ["c may be CI-1 or CI-2: nothing was done with it; make one of them gone, or give it what tells them apart"]
    );
    // Decided by a person, the same file goes in.
    desk.change_ci(b, &[("status", "retired")]).unwrap();
    assert_eq!(desk.would_see(&told)[0].ci, Some(a));
}

#[test]
fn the_same_input_twice_changes_nothing_and_undo_takes_it_all_back() {
    let mut desk = Desk::new();
    let before = desk.store.read().unwrap().newest().unwrap();
    let mut host = found("host", "hypervisor", "esx1", &[("serial", "S-1"), ("memory", "65536"), ("ip", "10.0.0.1")]);
    host.software = Some(vec![
        (String::from("bash"), String::from("5"), String::from("GNU")),
        (String::from("Bash"), String::from("5"), String::new()),
    ]);
    let mut guest = found("guest", "virtual_machine", "vm1", &[("memory", "1024"), ("nonsense", "x")]);
    guest.relations = vec![(String::from("runs_on"), false, vec![String::from("host")])];
    let told = input("glpi", 1, vec![guest, host]);
    let receipt = desk.sees(vec![told.clone()]);
    assert_eq!(receipt.summary, "took in 2 things from glpi.json: 2 new, 0 updated, 0 unchanged");
    assert_eq!(receipt.notices, Vec::<String>::new());
    assert_eq!(desk.cis("runs_on:esx1"), ["vm1"]);
    let esx = desk.store.read().unwrap().find_ci("esx1").unwrap();
    assert_eq!(
        desk.store.read().unwrap().software(esx).unwrap(),
        [(String::from("bash"), String::from("5"), Some(String::from("GNU")))]
    );
    assert_eq!(desk.words(&told), ["unchanged", "unchanged"]);
    assert_eq!(desk.sees(vec![told.clone()]).seq, None);
    let undone = desk.undo(&receipt);
    assert_eq!(desk.cis("class:computer"), Vec::<String>::new());
    assert_eq!(desk.words(&told), ["create", "create"]);
    desk.undo(&undone);
    assert_eq!(desk.cis("class:computer sort:name"), ["esx1", "vm1"]);
    assert_eq!(desk.store.verify().unwrap(), []);
    assert!(desk.store.read().unwrap().newest().unwrap() > before);
}

#[test]
fn what_people_changed_stays_and_shows_as_drift() {
    let mut desk = Desk::new();
    desk.sees(vec![input(
        "glpi",
        1,
        vec![found("k", "server", "a", &[("memory", "1024"), ("vendor", "Dell"), ("os", "Linux")])],
    )]);
    let a = CiId(1);
    assert_eq!(desk.cis("is:drifting"), Vec::<String>::new());
    desk.change_ci(a, &[("memory", "2048")]).unwrap();
    assert_eq!(desk.cis("is:drifting"), ["a"]);
    let told =
        input("glpi", 2, vec![found("k", "server", "a", &[("memory", "4096"), ("vendor", "HP"), ("os", "Linux")])]);
    assert_eq!(desk.would_see(&told)[0].kept, ["memory"]);
    desk.sees(vec![told]);
    assert_eq!([desk.value(a, "memory"), desk.value(a, "vendor")], ["2048 MB", "HP"]);
    let reader = desk.store.read().unwrap();
    let drift = reader.drift(&reader.ci(a).unwrap()).unwrap();
    assert_eq!(drift, [(String::from("glpi"), String::from("memory"), vec![4096.into()], vec![2048.into()])]);
    drop(reader);
    assert_eq!(desk.cis("is:drifting"), ["a"]);
    // Brought in line by hand, it drifts no more.
    desk.change_ci(a, &[("memory", "4096")]).unwrap();
    assert_eq!(desk.cis("is:drifting"), Vec::<String>::new());
}

#[test]
fn two_sources_that_disagree_do_not_take_turns() {
    let mut desk = Desk::new();
    let glpi = |hour| {
        input(
            "glpi",
            hour,
            vec![found("k", "server", "web1", &[("serial", "S-1"), ("model", "R640"), ("ip", "10.0.0.1")])],
        )
    };
    let netbox = |hour, model: &str| {
        input(
            "netbox",
            hour,
            vec![found("device/7", "server", "WEB-1", &[("serial", "S-1"), ("model", model), ("ip", "10.0.0.2")])],
        )
    };
    desk.sees(vec![glpi(1)]);
    desk.sees(vec![netbox(2, "PowerEdge R640")]);
    let web = CiId(1);
    // Its name stays that of the one who named it; lists hold what both told.
    assert_eq!(
        [desk.value(web, "name"), desk.value(web, "model"), desk.value(web, "ip")],
        ["web1", "PowerEdge R640", "10.0.0.1,10.0.0.2"]
    );
    desk.sees(vec![glpi(3)]);
    assert_eq!(desk.value(web, "model"), "PowerEdge R640");
    desk.sees(vec![netbox(4, "R640")]);
    assert_eq!(desk.value(web, "model"), "R640");
    // Older news than the source's last word are none.
    assert_eq!(
        desk.would_see(&netbox(1, "R630"))[0].action,
        Reconciled::Unchanged(Some("older than what the source said since"))
    );
}

#[test]
fn relations_that_a_source_no_longer_tells_go_and_those_by_hand_stay() {
    let mut desk = Desk::new();
    let rack = |name: &str| found(name, "rack", name, &[]);
    let server = |racks: &[&str]| {
        let mut it = found("srv", "server", "srv", &[]);
        it.relations = vec![(String::from("located_in"), false, racks.iter().map(|rack| (*rack).to_owned()).collect())];
        it
    };
    desk.sees(vec![input("netbox", 1, vec![rack("R1"), rack("R2"), server(&["R1"])])]);
    assert_eq!(desk.cis("location:R1"), ["srv"]);
    let moved = input("netbox", 2, vec![rack("R1"), rack("R2"), server(&["R2"])]);
    assert_eq!(
        desk.would_see(&moved)[2].action,
        Reconciled::Update(vec![String::from("+1 relation"), String::from("-1 relation")])
    );
    desk.sees(vec![moved]);
    assert_eq!((desk.cis("location:R1"), desk.cis("location:R2")), (Vec::new(), vec![String::from("srv")]));
    // Where a person put it, it stays.
    let srv = desk.store.read().unwrap().find_ci("srv").unwrap();
    desk.change_ci(srv, &[("location", "R1")]).unwrap();
    desk.sees(vec![input("netbox", 3, vec![rack("R1"), rack("R2"), server(&["R2"])])]);
    assert_eq!(desk.cis("location:R1"), ["srv"]);
    let receipt = desk.sees(vec![input("netbox", 4, vec![server(&["R9"])])]);
    assert_eq!(receipt.notices, ["left out: srv located_in R9, which is not in the desk"]);
}

#[test]
fn a_part_makes_no_ci_and_a_bad_value_costs_only_itself() {
    let mut desk = Desk::new();
    let mut part = found("k", "server", "a", &[("memory", "2048")]);
    part.partial = true;
    assert_eq!(desk.words(&input("glpi", 2, vec![part.clone()])), ["skip"]);
    let whole = found("k", "server", "a", &[("memory", "much"), ("os", "Linux\u{1b}[31m 6"), ("serial", "S\n1")]);
    let receipt = desk.sees(vec![input("glpi", 2, vec![part]), input("glpi", 2, vec![whole])]);
    assert_eq!(receipt.summary, "took in 2 things from 2 files: 1 new, 1 updated, 0 unchanged");
    assert_eq!(receipt.notices, ["left out: a: memory: takes a whole number, not 'much'"]);
    let a = CiId(1);
    assert_eq!([desk.value(a, "memory"), desk.value(a, "serial")], ["2048 MB", "S 1"]);
    assert!(!desk.value(a, "os").contains('\u{1b}'));
    let lacking = input("csv", 3, vec![found("x", "certificate", "*.example.org", &[])]);
    assert_eq!(
        desk.would_see(&lacking)[0].action,
        Reconciled::Skip(String::from("a CI of class Certificate needs expires"))
    );
}

#[test]
fn a_scan_from_outside_gives_way_and_an_unknown_device_becomes_what_it_is() {
    let mut desk = Desk::new();
    let scan = |class: &str, name: &str, os: &str| {
        let mut it = found("mac:00:1a:2b:00:00:01", class, name, &[("mac", "00:1a:2b:00:00:01"), ("os", os)]);
        it.guess = true;
        it
    };
    desk.sees(vec![input("nmap", 1, vec![scan("unknown", "10.0.0.1", "")])]);
    assert_eq!(desk.cis("class:unknown"), ["10.0.0.1"]);
    desk.sees(vec![input(
        "glpi",
        2,
        vec![found("k", "workstation", "pc7", &[("mac", "00:1a:2b:00:00:01"), ("os", "Windows 11")])],
    )]);
    assert_eq!(desk.cis("class:workstation"), ["10.0.0.1"]);
    desk.sees(vec![input("nmap", 3, vec![scan("server", "pc7.example.org", "Linux 2.6")])]);
    assert_eq!(desk.cis("class:workstation os:\"Windows 11\""), ["pc7.example.org"]);
    // What it only guesses is no drift; that the agent calls the machine otherwise is.
    let reader = desk.store.read().unwrap();
    let drift = reader.drift(&reader.ci(CiId(1)).unwrap()).unwrap();
    assert_eq!(drift.iter().map(|(source, field, ..)| format!("{source} {field}")).collect::<Vec<_>>(), ["glpi name"]);
}

#[test]
fn an_address_counts_where_nothing_better_is_known_of_one_or_the_other() {
    let mut desk = Desk::new();
    let host =
        |key: &str, fields: &[(&str, &str)]| FoundCi { guess: true, ..found(key, "unknown", "10.0.0.5", fields) };
    desk.sees(vec![input("nmap", 1, vec![host("ip:10.0.0.5", &[("ip", "10.0.0.5")])])]);
    desk.sees(vec![input("nmap", 2, vec![host("mac:a", &[("ip", "10.0.0.5"), ("mac", "00:1a:2b:00:00:01")])])]);
    assert_eq!(desk.cis("ip:10.0.0.5 mac:00:1a:2b:00:00:01").len(), 1);
    // Another card under the same address is another machine.
    desk.sees(vec![input("nmap", 3, vec![host("mac:b", &[("ip", "10.0.0.5"), ("mac", "00:1a:2b:00:00:02")])])]);
    assert_eq!(desk.cis("ip:10.0.0.5").len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Files in any order, one by one or all at once, make the same CIs where each thing has a key of its own.
    #[test]
    fn the_order_of_files_does_not_matter(
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        at_once in any::<bool>(),
    ) {
        let file = |n: usize| {
            let host = format!("h{n}");
            let mut guest = found(&format!("g{n}"), "virtual_machine", &format!("guest{n}"), &[("uuid", &format!("0000{n}abc"))]);
            guest.relations = vec![(String::from("runs_on"), false, vec![host.clone()])];
            let serial = format!("S-{n}");
            let host = found(&host, "server", &format!("host{n}"), &[("serial", &serial), ("ip", &format!("10.0.0.{n}"))]);
            Inventory { file: format!("{n}.json"), ..input("glpi", i64::try_from(n).unwrap(), vec![guest, host]) }
        };
        let mut desk = Desk::new();
        match at_once {
            true => _ = desk.sees(order.iter().map(|n| file(*n)).collect()),
            false => order.iter().for_each(|n| _ = desk.sees(vec![file(*n)])),
        }
        for n in 0..6 {
            prop_assert_eq!(desk.cis(&format!("runs_on:host{n}")), [format!("guest{n}")]);
            prop_assert_eq!(desk.cis(&format!("serial:S-{n} ip:10.0.0.{n}")), [format!("host{n}")]);
        }
        prop_assert_eq!(desk.cis("class:computer").len(), 12);
        prop_assert!(order.iter().all(|n| desk.words(&file(*n)) == ["unchanged", "unchanged"]));
    }
}
