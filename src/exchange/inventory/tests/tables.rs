//! Lists that people keep.

use super::*;
use crate::desk::cmdb::Model;
use crate::desk::time::Moment;
use crate::exchange::csv::DateOrder;

fn model() -> Model {
    let read = |name: &str| {
        std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/defaults/cmdb").join(name))
            .unwrap()
    };
    Model::read(&read("classes.toml"), &read("relations.toml"), &read("statuses.toml")).unwrap()
}

fn list(text: &str, dates: Option<DateOrder>) -> Result<Read, InventoryError> {
    let folder = Folder::new();
    read_list(&folder.file("a.csv", text), &list_map("cmdb").unwrap(), dates, &model(), &Moment::utc(NOW))
}

#[test]
fn a_list_of_machines_is_read_by_the_names_of_its_columns() {
    let text = "Asset Name;Asset Type;Serial Number;Asset Tag;Assigned To;Purchase Date;Location;IP addresses;State;rack unit;Colour\n\
                lt-7;Notebook;S-7;A-7;anna;31.12.2025;Berlin;10.0.0.7, 10.0.0.8;In use;;red\n\
                srv1;Server;N/A;;;2026-01-02;R1;;Spare;4;\n\
                x;Spaceship;;;;;;;;;\n\
                ;Server;;;;;;;;;\n";
    let read = list(text, None).unwrap();
    let [laptop, server] = read.inventory.found.as_slice() else { panic!("two CIs") };
    assert_eq!((laptop.key.as_str(), laptop.class.as_str(), laptop.name.as_deref()), ("S-7", "laptop", Some("lt-7")));
    assert_eq!(
        told(laptop, "asset_tag holder purchased ip status"),
        "asset_tag=A-7 holder=anna purchased=2025-12-31 ip=10.0.0.7,10.0.0.8 status=live"
    );
    assert_eq!(laptop.relations.iter().find(|(name, ..)| name == "located_in").unwrap().2, ["Berlin"]);
    assert_eq!(
        (server.key.as_str(), told(server, "serial status rack_unit")),
        ("srv1", String::from("serial= status=in_stock rack_unit=4"))
    );
    assert_eq!(
        read.warnings,
        [
            "left out, by the map: Colour",
            "row 4 was left out: there is no class 'Spaceship'; see: deskhand ci classes",
            "row 5 was left out: it has no name, and nothing that tells it from others",
        ]
    );
}

#[test]
fn a_day_that_may_be_two_is_asked_for() {
    let text = "name,class,purchase date\na,server,3/4/2026\n";
    let read = list(text, None).unwrap();
    assert!(
        read.warnings[0].contains("'3/4/2026' has day and month in an order that nothing tells"),
        "{:?}",
        read.warnings
    );
    let day = |order| told(&list(text, Some(order)).unwrap().inventory.found[0], "purchased");
    assert_eq!(
        [day(DateOrder::DayFirst), day(DateOrder::MonthFirst)],
        ["purchased=2026-04-03", "purchased=2026-03-04"]
    );
    let refused = list("Colour,Size\nred,7\n", None).unwrap_err().to_string();
    assert!(refused.contains("no column names a CI"), "{refused}");
}
