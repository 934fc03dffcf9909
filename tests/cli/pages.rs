//! The knowledge base as a folder, at a prompt.

use std::fs;

use crate::desk::Desk;

#[test]
fn a_folder_of_pages_is_planned_taken_in_and_written_out() {
    let desk = Desk::staffed();
    let wiki = desk.path("wiki");
    fs::create_dir_all(&wiki).unwrap();
    fs::write(wiki.join("vpn.md"), "# VPN\n\nSee [routes](routes.md).\n").unwrap();
    fs::write(wiki.join("routes.md"), "---\ntags: [net]\n---\nText.\n").unwrap();
    let plan = desk.run(&format!("import markdown {} --plan", wiki.display()));
    assert_eq!(plan.out, "action\tarticle\tpath\twhat\ncreate\tKB-1\troutes.md\troutes\ncreate\tKB-2\tvpn.md\tVPN\n");
    assert_eq!(plan.err, "wiki: 2 new, 0 updated, 0 unchanged, 0 in conflict, 0 left out\n");
    let done = desk.run(&format!("import markdown {}", wiki.display()));
    assert!(done.err.starts_with("wiki: 2 new, "), "{}", done.err);
    assert!(desk.done("kb show KB-2 --format json").contains("See [routes](KB-1)."));
    let again = desk.run(&format!("import markdown {}", wiki.display()));
    assert_eq!(again.err, "wiki: 0 new, 0 updated, 2 unchanged, 0 in conflict, 0 left out; nothing was changed\n");
    let out = desk.path("out");
    desk.done(&format!("export markdown {}", out.display()));
    assert!(fs::read_to_string(out.join("wiki/vpn.md")).unwrap().ends_with("\n\nSee [routes](./routes.md).\n"));
    desk.done(&format!("export html {}", desk.path("site").display()));
    assert!(desk.path("site").join("index.html").exists());
    let refused = desk.refused(&format!("export markdown {}", wiki.display()));
    assert_eq!(refused.0, 1);
    assert!(refused.1.contains("holds files that are no export"), "{}", refused.1);
}
