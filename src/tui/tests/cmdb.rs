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

/// A switch with 200 neighbours of several kinds, for a tree that must stay readable.
fn crowd(size: (u16, u16)) -> Sitting {
    let mut sitting = racks(size);
    let switch = sitting.ci("switch", &[("name", "core-sw1"), ("serial", "SW-1")]);
    for n in 0..120 {
        let server = sitting.ci("server", &[("name", &format!("srv{n:03}"))]);
        sitting.relate(server, "connects_to", switch);
    }
    for n in 0..60 {
        let printer = sitting.ci("printer", &[("name", &format!("prn{n:03}"))]);
        sitting.relate(printer, "connects_to", switch);
    }
    for n in 0..20 {
        let point = sitting.ci("access_point", &[("name", &format!("ap{n:02}"))]);
        sitting.relate(point, "connects_to", switch);
    }
    sitting.relate(switch, "located_in", CiId(2));
    sitting
}

#[test]
fn the_tab_looks_as_agreed_narrow_and_wide() {
    type Scene = fn((u16, u16)) -> Sitting;
    let scenes: [(&str, &str, Scene); 7] = [
        ("classes", "3", racks),
        ("list", "3 Enter", racks),
        ("record", "3 / esx1 Enter Enter", racks),
        ("relations", "3 / core-sw1 Enter r", crowd),
        ("unfolded", "3 / core-sw1 Enter r l j j l", crowd),
        ("impact", "3 / esx1 Enter I", racks),
        ("form", "3 n server Enter", racks),
    ];
    for (name, keys, desk) in scenes {
        for size in [(80, 24), (160, 45)] {
            let mut sitting = desk(size);
            for word in keys.split(' ') {
                match word {
                    "esx1" | "core-sw1" | "server" => drop(sitting.types(word)),
                    key => drop(sitting.keys(key)),
                }
            }
            insta::assert_snapshot!(format!("cmdb_{name}_{}x{}", size.0, size.1), sitting.screen().join("\n"));
        }
    }
}

#[test]
fn two_hundred_neighbours_are_groups_with_counts_until_one_is_opened() {
    let mut sitting = crowd((80, 24));
    sitting.keys("3 /").types("core-sw1").keys("Enter r");
    sitting.shows("▸ connects (200)").shows("located in (1)").shows("R1").hides("srv000");
    sitting.keys("l").shows("▸ Access point (20)").shows("▸ Server (120)").hides("srv000");
    sitting.keys("j j j l").shows("▾ Server (120)").shows("srv000");
    sitting.keys("G").shows("R1").keys("g g").shows("core-sw1  Switch, live");
}

#[test]
fn one_walks_from_host_to_service_and_comes_back_the_same_way() {
    let mut sitting = racks((80, 24));
    sitting.keys("3 /").types("esx1").keys("Enter r").shows("hosts (2)").shows("located in (1)");
    sitting.keys("j j j Enter").shows("CMDB ▸ All, esx1 ▸ esx1 ▸ vm1").shows("hosts (1)");
    sitting.keys("j j j Enter").shows("esx1 ▸ vm1 ▸ app01").shows("supports (1)");
    sitting.keys("Backspace").shows("esx1 ▸ vm1").hides("app01 ▸");
    assert_eq!(sitting.on(), "CI-6");
    sitting.keys("H").shows("▸ app01").keys("H H").shows("hosts (2)");
    assert_eq!(sitting.on(), "CI-4");
    sitting.keys("g q").shows("Queue ▸").keys("H").shows("[Relations 3]");
    assert_eq!(sitting.on(), "CI-4");
}

#[test]
fn what_breaks_is_told_with_services_first_their_way_and_whom_to_tell() {
    let mut sitting = racks((160, 45));
    sitting.keys("3 /").types("esx1").keys("Enter I").shows("What breaks if esx1 fails").shows("4 down, 0 degraded");
    sitting.shows("Payroll").shows("← app01 ← vm1 ← esx1").shows("To tell (1)").shows("anna");
    sitting.keys("I").shows("What esx1 needs").shows("Berlin");
    sitting.keys("I <").shows("over 9 relations at most");
    let set = Edit::from([(Field::Title, Value::from("Slow")), (Field::Ci, Value::from("CI-11"))]);
    let (tags, tasks, links) = (Vec::new(), Vec::new(), Vec::new());
    sitting.bert(Command::Open(OpenTicket { kind: Kind::Incident, set, tags, tasks, links, created: None }));
    sitting.happens(Msg::Changed);
    sitting.shows("Open tickets on these (1)").shows("app01: Slow");
    sitting.keys("G Enter").shows("Queue ▸").shows("INC-4  Slow").keys("H").shows("What breaks if esx1 fails");
}

#[test]
fn what_a_colleague_changes_is_shown_and_a_field_that_both_change_is_told() {
    let mut sitting = racks((80, 24));
    sitting.keys("3 /").types("esx2").keys("Enter Enter").shows("65536 MB");
    let memory = |text: &str| {
        let set = crate::desk::cmdb::Facts::from([(String::from("memory"), vec![Value::from(text)])]);
        let (add, remove) = Default::default();
        Command::Cmdb(CmdbCommand::Edit { on: vec![CiId(5).into()], set, add, remove })
    };
    sitting.keys("e");
    sitting.bert(memory("131072"));
    while !sitting.screen().iter().any(|row| row.contains("Memory") && row.contains("999")) {
        let Some(crate::tui::overlay::Overlay::Form(form)) = sitting.model.overlays.last() else { panic!("a form") };
        match form.fields[form.at].label == "Memory" {
            true => drop(sitting.keys("ctrl-u").types("999")),
            false => drop(sitting.keys("Tab")),
        }
    }
    sitting.keys("Esc Enter").shows("bert changed memory meanwhile; sent again, yours stands");
    sitting.keys("Esc Enter").shows("999 MB");
    sitting.bert(memory("4096")).happens(Msg::Changed);
    sitting.shows("4096 MB").keys("g h").shows("131072 MB → 999 MB");
}

#[test]
fn the_tab_opens_on_classes_with_counts_and_goes_down_to_a_ci_and_back_up() {
    let mut sitting = racks((80, 24));
    sitting.keys("3").shows("CMDB ▸ All").shows("Computer").shows("6");
    sitting.keys("j j j").shows("CMDB ▸ Computers").keys("Enter").shows("esx1").shows("vm2").hides("Berlin");
    sitting.keys("Enter").shows("CMDB ▸ Computers ▸ esx1").shows("Berlin / R1").shows("ABC-1");
    sitting.keys("q q").shows("");
    assert!(sitting.outside.contains(&Effect::Quit(0)));
}

#[test]
fn a_ticket_is_linked_to_a_host_and_all_that_fails_with_it_and_leads_there() {
    let mut sitting = racks((100, 40));
    sitting.keys("] ] b").types("with impact").keys("Enter").shows("affects: name or number of a CI");
    sitting.types("esx1").shows("esx1").keys("Enter");
    sitting.keys("Enter").shows("affects").shows("so suffers").shows("Payroll ← app01 ← vm1 ← esx1");
    // The cursor of the ticket stands on each CI; Enter leads there, and `-` back.
    while !matches!(sitting.model.queue.spot, Some(crate::tui::screen::queue::sheet::Spot::Ci(1))) {
        sitting.keys("j");
    }
    sitting.keys("Enter").shows("CMDB ▸").shows("Payroll");
    sitting.keys("-").shows("INC-1  VPN down in Lyon");
    sitting.keys("u");
    assert!(sitting.model.queue.shown.as_ref().unwrap().sheet.affected.is_empty());
}

#[test]
fn back_in_the_list_the_cursor_is_on_the_ci_just_left_or_on_nothing() {
    for size in [(80, 24), (160, 45)] {
        let mut sitting = racks(size);
        sitting.keys("3 Enter g i").types("app01\n").keys("Esc").shows("> CI-11");
        sitting.keys("/").types("esx1").keys("Enter g i").types("vm3\n").hides("> CI-").keys("Esc");
        sitting.shows("CI-8 vm3 is not in this view").hides("> CI-");
        sitting.keys("t").shows("Can't tags: CI-8 vm3 is not in this view").keys("Space").hides("+CI");
        sitting.keys("j").shows("> CI-4").keys("t").shows("Tags of CI-4 esx1");
    }
}

#[test]
fn a_ci_that_was_just_added_is_looked_at() {
    let mut sitting = racks((80, 24));
    sitting.keys("3 Enter n").types("rack\n").types("R9").keys("Esc Enter").shows("▸ R9").shows("[Record");
}

#[test]
fn what_something_needs_is_needed_not_down() {
    let mut sitting = racks((80, 24));
    sitting.keys("3 /").types("esx1").keys("Enter I I").shows("R1  needed, Rack").hides("down, Rack");
}

#[test]
fn several_are_changed_only_after_their_count_was_typed() {
    let mut sitting = racks((80, 24));
    sitting.keys("3 /").types("vm").keys("Enter M s").types("retired\n").shows("Status retired of 3 CIs? Type 3");
    sitting.types("2\n").keys("Esc");
    sitting.shows("vm1").hides("retired");
    sitting.keys("s").types("retired\n").types("3\n").shows("those gone are hidden, is:gone shows them");
    sitting.keys("u").shows("vm1");
}

#[test]
fn a_laptop_that_is_handed_out_is_not_handed_out_again_and_a_free_one_is_left_alone() {
    let mut sitting = racks((80, 24));
    let other = sitting.ci("laptop", &[("name", "lt-8"), ("status", "in_stock"), ("serial", "L8")]);
    let third = sitting.ci("laptop", &[("name", "lt-9"), ("status", "in_stock"), ("serial", "L9")]);
    let to = sitting.store.read().unwrap().find_person("anna").unwrap().id;
    for on in [CiId(1), third] {
        sitting.cmdb(CmdbCommand::CheckOut { on: on.into(), to, until: None, count: None });
    }
    sitting
        .keys("3 /")
        .types("lt-")
        .keys("Enter a")
        .shows("CI-1 lt-7 is with")
        .shows("i takes it back")
        .hides("Hand out");
    sitting.keys("M i").shows("1 with nobody; taking back of 2 CIs? Type 2").types("2\n");
    let reader = sitting.store.read().unwrap();
    assert!([CiId(1), other, third].iter().all(|id| reader.ci(*id).unwrap().holder.is_none()));
}

#[test]
fn the_class_picker_prefers_what_the_class_itself_is_called() {
    let mut sitting = racks((80, 24));
    sitting.keys("3 n").types("serv\n").shows("New Server");
}

#[test]
fn a_list_that_holds_none_says_how_many_there_are_elsewhere() {
    let mut sitting = racks((80, 24));
    sitting.keys("3 j j j Enter /").types("berlin").keys("Enter").shows("No CI here fits berlin; 1 in All");
}

#[test]
fn only_a_ci_that_is_gone_is_closed() {
    let mut sitting = racks((80, 24));
    sitting.keys("3 Enter Enter").shows("[Record");
    let fails = |sitting: &mut Sitting, refusal| {
        let id = sitting.model.cmdb.shown.as_ref().unwrap().id();
        let what = Box::new(crate::tui::inquiry::Inquiry::Record(id));
        let slot = crate::tui::effect::Slot::CiSheet;
        sitting.model.ask(slot, crate::tui::effect::Question::Cmdb(what));
        let asked = sitting.model.asked[&slot];
        sitting.happens(Msg::Answer(slot, asked, Err(refusal)));
    };
    fails(&mut sitting, Refusal::Unavailable(String::from("the drive is away")));
    sitting.shows("[Record").shows("the drive is away");
    fails(&mut sitting, Refusal::NotFound(String::from("gone")));
    sitting.hides("[Record").keys("t").shows("is not in this view");
    assert_eq!(sitting.on(), "");
}

#[test]
fn the_history_of_a_ci_names_the_ticket_and_a_ticket_counts_many_cis() {
    let mut sitting = racks((100, 40));
    let add = (2..=9).map(CiId).collect();
    let (ticket, remove) = (crate::desk::id::TicketId(1), Vec::new());
    sitting.cmdb(CmdbCommand::Concern { ticket, add, remove, impact: None });
    sitting.keys("] ] Enter G").shows("anna  +affects 8 CIs").keys("q");
    sitting.keys("3 /").types("esx1").keys("Enter g h").shows("concern, entry").shows("INC-1");
}

#[test]
fn a_jump_shows_the_ci_it_is_for_from_each_tab_and_not_the_one_looked_at_before() {
    for size in [(80, 24), (160, 45)] {
        for from in ["", "1", "2", "4"] {
            for before in ["", "3", "3 Enter", "3 j"] {
                let mut sitting = racks(size);
                sitting.keys(before).keys(from).keys("g i").types("ci4").keys("Enter");
                assert_eq!(sitting.on(), "CI-4", "{size:?} from '{from}' after '{before}'");
                let shown = sitting.model.cmdb.shown.as_ref().unwrap();
                assert_eq!(shown.id().number(), "CI-4", "{size:?} from '{from}' after '{before}'");
            }
        }
    }
}
