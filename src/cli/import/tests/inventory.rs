//! Inventories through the whole import, onto a real desk: ours, and those of real programs where they are at hand.

use std::path::PathBuf;

use super::*;
use crate::desk::cmdb::query::parse;
use crate::store::Asker;

impl Desk {
    fn inventory_args(&self, source: SourceFormat, files: Vec<PathBuf>) -> Args {
        Args { source, files, ..self.args("", "generic") }
    }

    fn count(&self, query: &str) -> i64 {
        let reader = self.store.read().unwrap();
        let query = parse(query, &reader.rules().cmdb).unwrap();
        reader.count_cis(&query, &Asker { me: None, moment: self.moment }).unwrap()
    }
}

const REPORT: &str = "<nmaprun start=\"1607282135\"><host><status state=\"up\"/><address addr=\"10.0.0.1\" addrtype=\"ipv4\"/>\
                      <hostnames><hostname name=\"fw.example.org\" type=\"PTR\"/></hostnames></host></nmaprun>";

#[test]
fn a_plan_tells_row_by_row_and_a_refused_file_does_not_keep_the_others_out() {
    let mut desk = Desk::new();
    let folder = desk.folder.path().join("scans");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.xml"), REPORT).unwrap();
    std::fs::write(folder.join("b.xml"), "<root/>").unwrap();
    let args = desk.inventory_args(SourceFormat::Nmap, vec![folder.clone()]);
    let plan = desk.try_run(&Args { plan: true, ..args.clone() }).unwrap();
    assert_eq!(
        plan.out,
        "file\taction\tkey\tname\tci\twhat\na.xml\tcreate\tname:fw.example.org\tfw.example.org\t-\tunknown\n"
    );
    assert_eq!((plan.code, plan.line("would")), (1, "would take in 1 thing from a.xml: 1 new, 0 updated, 0 unchanged"));
    assert!(plan.line("not taken in: ").ends_with("write one with nmap -oX"));
    assert_eq!(desk.count("is:found"), 0);
    let done = desk.try_run(&args).unwrap();
    assert_eq!((done.code, done.line("took in")), (1, "took in 1 thing from a.xml: 1 new, 0 updated, 0 unchanged"));
    assert_eq!(desk.count("is:found fqdn:fw.example.org"), 1);
    let one = desk.inventory_args(SourceFormat::Nmap, vec![folder.join("b.xml")]);
    assert_eq!(desk.try_run(&one).err().unwrap().exit_code(), 1);
    let none = desk.inventory_args(SourceFormat::Nmap, vec![folder.join("c.xml")]);
    assert_eq!(desk.try_run(&none).err().unwrap().exit_code(), 3);
    desk.is_whole();
}

#[test]
fn a_list_of_cis_is_taken_in_by_a_map_for_cis() {
    let mut desk = Desk::new();
    let list =
        "name,type,serial,location,depends on\nBerlin,site,,,\nsrv1,server,S-1,Berlin,\napp,application,,,srv1\n";
    let done = desk.import("cmdb", list);
    assert_eq!(done.line("took in"), "took in 3 things from a.csv: 3 new, 0 updated, 0 unchanged");
    assert_eq!((desk.count("location:Berlin class:server"), desk.count("depends_on:srv1")), (1, 1));
    assert_eq!(desk.import("cmdb", list).line("took in"), "took in 3 things from a.csv: 0 new, 0 updated, 3 unchanged");
    desk.undo_newest();
    assert_eq!(desk.count("is:present"), 0);
    let several = Args { files: vec![PathBuf::from("a"), PathBuf::from("b")], ..desk.args("a.csv", "generic") };
    assert_eq!(desk.try_run(&several).err().unwrap().exit_code(), 2);
}

#[test]
fn what_real_programs_wrote_goes_in_once_and_comes_out_whole() {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cmdb");
    if !shared.exists() {
        println!("skipped: there are no inventories of real programs at {}", shared.display());
        return;
    }
    let mut desk = Desk::new();
    let inputs = [
        (SourceFormat::Glpi, shared.join("glpi-inventory/examples"), 0),
        (SourceFormat::Netbox, shared.join("netbox"), 0),
        // Two of the reports are hostile: they are refused, which the exit code says.
        (SourceFormat::Nmap, shared.join("nmap"), 1),
    ];
    let empty = desk.newest();
    for (source, folder, code) in &inputs {
        let done = desk.try_run(&desk.inventory_args(*source, vec![folder.clone()])).unwrap();
        println!("{}", done.told);
        assert_eq!(done.code, *code, "{}", done.told);
    }
    let taken_in = desk.newest();
    assert_eq!(taken_in, empty + 3);
    for (query, count) in
        [("class:site", 24), ("class:rack", 42), ("class:cluster", 32), ("class:circuit", 29), ("class:room", 4)]
    {
        assert_eq!(desk.count(query), count, "{query}");
    }
    assert_eq!(desk.count("class:virtual_machine has:runs_on"), 180 + 4);
    assert_eq!(desk.count("class:network"), 90);
    // All of it again, file by file and whole: nothing is new.
    for (source, folder, code) in &inputs {
        let again = desk.try_run(&desk.inventory_args(*source, vec![folder.clone()])).unwrap();
        assert!(again.line("took in").contains(": 0 new, 0 updated, "), "{}", again.told);
        assert_eq!((again.code, again.line("nothing was")), (*code, "nothing was changed"));
    }
    let computer = shared.join("glpi-inventory/examples/computer_3.json");
    let again = desk.try_run(&desk.inventory_args(SourceFormat::Glpi, vec![computer])).unwrap();
    assert_eq!(again.line("took in"), "took in 1 thing from computer_3.json: 0 new, 0 updated, 1 unchanged");
    assert_eq!(desk.newest(), taken_in);
    desk.is_whole();
    for seq in (empty + 1..=taken_in).rev() {
        desk.carry_out(Command::Undo { seq: crate::desk::id::Seq(seq), settled: Vec::new() });
    }
    assert_eq!(desk.count("is:present"), 0);
    desk.is_whole();
}
