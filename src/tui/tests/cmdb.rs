//! The CMDB tab as its users meet it: browsing, relating, what breaks, handing out, walking and coming back.

use super::*;
use crate::desk::cmdb::CmdbCommand;
use crate::desk::id::CiId;

impl Sitting {
    /// Adds a CI.
    fn ci(&mut self, class: &str, typed: &[(&str, &str)]) -> CiId {
        let set = self.store.read().unwrap().facts(class, typed.iter().copied()).unwrap();
        let command = CmdbCommand::New { class: class.to_owned(), set, relate: Vec::new() };
        self.cmdb(command).cis[0]
    }

    fn relate(&mut self, from: CiId, relation: &str, to: CiId) {
        self.cmdb(CmdbCommand::Relate { from, relation: relation.to_owned(), to, soft: None });
    }

    fn cmdb(&mut self, command: CmdbCommand) -> Receipt {
        self.store.execute(&Request::new(Command::Cmdb(command)), &self.author, &self.moment).unwrap()
    }
}

/// The keys to a place of the case table.
pub(super) fn place(name: &str) -> Option<&'static str> {
    Some(match name {
        "classes" => "3",
        "cis" => "3 Enter",
        "ci" => "3 Enter Enter",
        "relations" => "3 Enter r",
        "impact" => "3 Enter I",
        "laptop" => "3 / 'lt-7 Enter",
        _ => return None,
    })
}

/// Two hosts in a rack in Berlin, three guests on them, an application on one, the service on that; a laptop.
pub(super) fn racks(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::with(&["VPN down in Lyon", "Mail is slow", "Printer on fire"], size);
    let laptop = sitting.ci("laptop", &[("name", "lt-7"), ("status", "in_stock"), ("serial", "L7")]);
    let rack = sitting.ci("rack", &[("name", "R1")]);
    let site = sitting.ci("site", &[("name", "Berlin")]);
    let esx1 = sitting.ci("hypervisor", &[("name", "esx1"), ("serial", "ABC-1"), ("ip", "10.0.0.1")]);
    let esx2 = sitting.ci("hypervisor", &[("name", "esx2"), ("serial", "ABC-2"), ("memory", "65536")]);
    let vms: Vec<CiId> = (1..=3).map(|n| sitting.ci("virtual_machine", &[("name", &format!("vm{n}"))])).collect();
    let payroll = sitting.ci("service", &[("name", "Payroll"), ("criticality", "vital"), ("contact", "anna")]);
    let portal = sitting.ci("service", &[("name", "Portal")]);
    let app = sitting.ci("application", &[("name", "app01"), ("criticality", "high")]);
    sitting.relate(rack, "located_in", site);
    for host in [esx1, esx2] {
        sitting.relate(host, "located_in", rack);
    }
    for vm in &vms {
        sitting.relate(*vm, "runs_on", if *vm == vms[2] { esx2 } else { esx1 });
    }
    sitting.relate(app, "runs_on", vms[0]);
    sitting.relate(payroll, "depends_on", app);
    assert_eq!((laptop, portal, app), (CiId(1), CiId(10), CiId(11)));
    sitting
}

#[test]
fn the_tab_opens_on_classes_with_counts_and_goes_down_to_a_ci_and_back_up() {
    let mut sitting = racks((80, 24));
    sitting.keys("3").shows("CMDB ▸ All").shows("Computer").shows("6");
    sitting.keys("j j j").shows("CMDB ▸ Computer").keys("Enter").shows("esx1").shows("vm2").hides("Berlin");
    sitting.keys("Enter").shows("CMDB ▸ Computer ▸ esx1").shows("Berlin / R1").shows("ABC-1");
    sitting.keys("q q").shows("");
    assert!(sitting.outside.contains(&Effect::Quit(0)));
}
