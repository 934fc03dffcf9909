//! The desk's configuration under version control, and what depends on it.

use crate::desk::Desk;

#[test]
fn configuration_is_planned_and_applied_from_a_folder() {
    let desk = Desk::staffed();
    assert_eq!(desk.told("config export cfg"), "51 documents are in cfg\n");
    assert_eq!(desk.told("config plan cfg"), "the desk has it all already\n");
    let file = desk.path("cfg/desk.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("close_after = 5", "close_after = 0");
    std::fs::write(&file, text).unwrap();
    std::fs::write(desk.path("cfg/view/99-storm.toml"), "name = \"Storm\"\nquery = \"tag:storm\"\n").unwrap();
    std::fs::remove_file(desk.path("cfg/view/90-all.toml")).unwrap();
    let plan = "\
change desk.toml
  - close_after = 5
  + close_after = 0
add view/99-storm.toml
  + name = \"Storm\"
  + query = \"tag:storm\"
";
    let planned = desk.run("config plan cfg");
    assert_eq!((planned.out.as_str(), planned.err.as_str()), (plan, "2 documents differ; nothing was changed\n"));
    assert_eq!(desk.done("config apply cfg --dry-run"), plan);
    assert!(desk.done("config plan cfg --prune").contains("take out view/90-all.toml\n"));
    assert_eq!(desk.told("config apply cfg"), "settings desk.toml, view/99-storm.toml (entry 5)\n");
    assert!(desk.done("config show desk.toml").contains("close_after = 0\n"));
    desk.done("undo");
    assert!(desk.done("config show desk.toml").contains("close_after = 5\n"));
}

#[test]
fn a_broken_document_is_refused_with_its_line() {
    let desk = Desk::staffed();
    desk.done("config export cfg");
    std::fs::write(desk.path("cfg/priority.toml"), "matrix = 3\n").unwrap();
    let (code, told) = desk.refused("config apply cfg");
    assert!(code == 1 && told.starts_with("deskhand: priority.toml: ") && told.contains("line 1"), "{told}");
}

#[test]
fn tick_closes_what_stayed_resolved() {
    let desk = Desk::staffed();
    desk.done("new incident --title 'VPN down'");
    desk.done("move inc1 resolve resolution_code=fixed resolution=done");
    assert_eq!(desk.told("tick"), "closed 0 tickets that stayed resolved: nothing to change\n");
    desk.done("config export cfg");
    let file = desk.path("cfg/desk.toml");
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap().replace("close_after = 5", "close_after = 0"))
        .unwrap();
    desk.done("config apply cfg");
    assert_eq!(desk.done("tick --dry-run"), "INC-1\n  closed → TIME\n  state resolved → closed\n");
}

#[test]
fn people_teams_services_and_categories_are_kept() {
    let desk = Desk::staffed();
    desk.done("person new ben");
    desk.done("team set net members=+ben,-anna");
    assert_eq!(desk.done("team show net"), "net\tNetwork\tben\ttrue\n");
    desk.done("service set payroll owner=anna criticality=high team=none");
    assert_eq!(desk.done("service show payroll"), "payroll\tPayroll\thigh\tanna\t\ttrue\t\t\n");
    desk.done("category new net.sdwan name=SD-WAN parent=net team=net");
    assert_eq!(desk.done("category show net.sdwan"), "net.sdwan\tSD-WAN\tnet\tnet\ttrue\n");
    assert_eq!(desk.refused("person new anna"), (1, String::from("deskhand: there is a person 'anna' already\n")));
    assert_eq!(desk.refused("service new x criticality=huge").0, 2);
    desk.done("person set ben active=no");
    assert_eq!(
        desk.refused("--as ben new incident --title x"),
        (1, String::from("deskhand: ben is no longer active on this desk\n"))
    );
}
