//! A desk that is made on a drive and moved.

use crate::desk::Desk;

/// A home whose folder `drive` counts as a network drive.
fn at_a_drive() -> Desk {
    let desk = Desk::none();
    std::fs::create_dir(desk.path("drive")).unwrap();
    std::fs::create_dir_all(desk.path(".config/deskhand")).unwrap();
    std::fs::write(desk.path(".config/deskhand/config.toml"), "[place]\n\"~/drive\" = \"network\"\n").unwrap();
    desk
}

#[test]
fn a_desk_made_on_a_drive_is_worked_at_saved_verified_and_restored_there() {
    let desk = at_a_drive();
    desk.done("--db drive/ops.desk init");
    desk.done("--db drive/ops.desk new incident --title 'VPN down'");
    let saved = desk.done("--db drive/ops.desk backup copies");
    desk.done("--db drive/ops.desk new incident --title 'Mail is slow'");
    assert_eq!(
        desk.told("--db drive/ops.desk verify"),
        "the desk is whole: its file, its references and all 3 entries of its journal\n"
    );
    assert!(saved.starts_with("copies/ops-"), "{saved}");
    let saved = std::fs::read_dir(desk.path("copies")).unwrap().next().unwrap().unwrap().path();
    desk.done(&format!("--db drive/ops.desk restore {}", saved.display()));
    assert_eq!(desk.done("--db drive/ops.desk list --columns title"), "VPN down\n");
}

#[test]
fn a_desk_is_moved_and_whoever_opens_the_old_place_is_sent_on() {
    let desk = at_a_drive();
    desk.done("--db ops.desk init");
    desk.done("--db ops.desk new incident --title 'VPN down'");
    let told = desk.told("--db ops.desk relocate drive/ops.desk --dry-run");
    assert!(told.starts_with("would move HOME/ops.desk (a local disk, "), "{told}");
    assert!(told.contains(") to HOME/drive/ops.desk (a network drive)\n"), "{told}");
    let told = desk.told("--db ops.desk relocate drive/ops.desk");
    assert!(told.starts_with("moved and verified: HOME/drive/ops.desk (a network drive), up to entry 2 "), "{told}");
    let (code, told) = desk.refused("--db ops.desk list");
    assert_eq!(code, 4);
    assert!(told.starts_with("deskhand: the desk at ops.desk was moved to HOME/drive/ops.desk by me on "), "{told}");
    assert_eq!(desk.done("--db drive/ops.desk list --columns title"), "VPN down\n");
    desk.done("--db drive/ops.desk relocate ops.desk");
    assert_eq!(desk.done("--db ops.desk list --columns title"), "VPN down\n");
    assert_eq!(desk.refused("--db ops.desk relocate ops.desk").0, 1);
}
