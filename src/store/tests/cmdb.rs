//! CIs by the two doors: added, changed, related, asked for, taken back.

use std::collections::BTreeMap;

use super::*;
use crate::desk::cmdb::query::parse;
use crate::desk::cmdb::{CiTarget, CmdbCommand, Facts, State};
use crate::desk::id::CiId;
use crate::store::{Asker, Reach};

impl Desk {
    pub(super) fn facts(&self, class: &str, typed: &[(&str, &str)]) -> Facts {
        self.store.read().unwrap().facts(class, typed.iter().copied()).unwrap()
    }

    pub(super) fn ci(&mut self, class: &str, typed: &[(&str, &str)]) -> CiId {
        let set = self.facts(class, typed);
        let command = CmdbCommand::New { class: class.to_owned(), set, relate: Vec::new() };
        self.done(Command::Cmdb(command)).cis[0]
    }

    pub(super) fn change_ci(&mut self, id: CiId, typed: &[(&str, &str)]) -> Result<Receipt, Refusal> {
        let class = self.store.read().unwrap().ci(id).unwrap().class;
        let set = self.facts(&class, typed);
        let (add, remove) = (Facts::new(), Facts::new());
        self.try_do(Command::Cmdb(CmdbCommand::Edit { on: vec![id.into()], set, add, remove }))
    }

    pub(super) fn relate(&mut self, from: CiId, relation: &str, to: CiId) -> Result<Receipt, Refusal> {
        self.try_do(Command::Cmdb(CmdbCommand::Relate { from, relation: relation.to_owned(), to, soft: None }))
    }

    pub(super) fn cis(&self, query: &str) -> Vec<String> {
        let reader = self.store.read().unwrap();
        let query = parse(query, &reader.rules().cmdb).unwrap();
        let me = reader.person_by_login("anna").unwrap().map(|person| person.id);
        let asker = Asker { me, moment: self.moment };
        let page = reader.cis(&query, &asker, None, 100).unwrap();
        assert_eq!(reader.count_cis(&query, &asker).unwrap(), i64::try_from(page.rows.len()).unwrap());
        page.rows.into_iter().map(|row| row.name).collect()
    }
}

fn esx_and_guests() -> (Desk, [CiId; 4]) {
    let mut desk = Desk::new();
    let esx = desk.ci("hypervisor", &[("name", "esx2"), ("serial", "ABC-1"), ("memory", "65536"), ("ip", "10.0.0.2")]);
    let vm = desk.ci("virtual_machine", &[("name", "vm7"), ("mac", "001a.2b3c.4d5e"), ("tag", "Linux, prod")]);
    let app = desk.ci("application", &[("name", "app01"), ("criticality", "high")]);
    let site = desk.ci("site", &[("name", "Berlin")]);
    desk.relate(vm, "runs on", esx).unwrap();
    desk.relate(esx, "located_in", site).unwrap();
    desk.relate(vm, "hosts", app).unwrap();
    (desk, [esx, vm, app, site])
}

#[test]
fn what_breaks_when_a_host_does_is_told_with_its_way() {
    let (desk, [esx, vm, app, site]) = esx_and_guests();
    let reader = desk.store.read().unwrap();
    let down = reader.impact(&[esx], Reach::Down, 10).unwrap();
    let told: Vec<_> = down.hits.iter().map(|hit| (hit.ci, hit.state, hit.depth)).collect();
    assert_eq!(told, [(vm, State::Down, 1), (app, State::Down, 2)]);
    assert_eq!(down.path(app), [app, vm, esx]);
    let up = reader.impact(&[app], Reach::Up, 10).unwrap();
    assert_eq!(up.hits.iter().map(|hit| hit.ci).collect::<Vec<_>>(), [vm, esx, site]);
}

#[test]
fn cis_are_found_by_whatever_is_known_of_them() {
    let (desk, _) = esx_and_guests();
    assert_eq!(desk.cis("class:computer sort:name"), ["esx2", "vm7"]);
    assert_eq!(desk.cis("class:computer memory:>=65536"), ["esx2"]);
    assert_eq!(desk.cis("mac:00-1A-2B-3C-4D-5E"), ["vm7"]);
    assert_eq!(desk.cis("tag:linux"), ["vm7"]);
    assert_eq!(desk.cis("001a.2b3c.4d5e"), ["vm7"]);
    assert_eq!(desk.cis("sx"), ["esx2"]);
    assert_eq!(desk.cis("runs_on:esx2"), ["vm7"]);
    assert_eq!(desk.cis("runs_on:none class:computer"), ["esx2"]);
    assert_eq!(desk.cis("location:berlin"), ["esx2"]);
    assert_eq!(desk.cis("-has:location class:computer"), ["vm7"]);
    assert_eq!(desk.cis("has:hosts"), ["esx2", "vm7"]);
    assert_eq!(desk.cis("criticality:high or 10.0.0.2"), ["app01", "esx2"]);
    let reader = desk.store.read().unwrap();
    for word in ["esx2", "abc-1", "10.0.0.2", "CI-1", "ci1"] {
        assert_eq!(reader.find_ci(word).unwrap(), CiId(1), "{word}");
    }
    assert_eq!(reader.find_ci("exs2").unwrap_err().to_string(), "there is no CI 'exs2'; did you mean 'esx2'?");
}

#[test]
fn a_class_takes_what_it_has_and_says_what_it_needs() {
    let mut desk = Desk::new();
    let refused = |desk: &Desk, typed: &[(&str, &str)]| {
        let reader = desk.store.read().unwrap();
        reader.facts("server", typed.iter().copied()).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&desk, &[("memroy", "1")]),
        "a CI of class Server has no field 'memroy'; did you mean 'memory'?"
    );
    let set = desk.facts("certificate", &[("name", "*.example.org")]);
    let new = |class: &str, set| Command::Cmdb(CmdbCommand::New { class: class.to_owned(), set, relate: Vec::new() });
    let refusal = desk.try_do(new("certificate", set)).unwrap_err();
    assert_eq!(refusal.to_string(), "*.example.org: a CI of class Certificate needs expires=…");
    let set = desk.facts("server", &[("name", "a"), ("memory", "much")]);
    let refusal = desk.try_do(new("server", set)).unwrap_err();
    assert_eq!(refusal.to_string(), "a: memory: takes a whole number, not 'much'");
    let refusal = desk.try_do(new("computer", BTreeMap::new())).unwrap_err();
    assert!(refusal.to_string().starts_with("class computer only gathers others; take one of server, "), "{refusal}");
    let site = desk.ci("site", &[("name", "Berlin")]);
    let app = desk.ci("application", &[("name", "app")]);
    assert_eq!(
        desk.relate(site, "runs_on", app).unwrap_err().to_string().split(';').next(),
        Some("Berlin runs on app: 'runs on' does not join Site to Application")
    );
}

#[test]
fn undo_takes_back_what_was_done_to_cis_and_redo_does_it_again() {
    let (mut desk, [esx, vm, ..]) = esx_and_guests();
    let before = desk.store.read().unwrap().ci(esx).unwrap();
    let changed = desk
        .change_ci(esx, &[("name", "esx-02"), ("memory", "131072"), ("ip", "10.0.0.2,10.0.0.3"), ("location", "none")])
        .unwrap();
    let after = desk.store.read().unwrap().ci(esx).unwrap();
    assert_eq!(after.attributes["ip"].len(), 2);
    assert!(desk.store.read().unwrap().location(esx).unwrap().is_empty());
    let undone = desk.undo(&changed);
    let now = desk.store.read().unwrap().ci(esx).unwrap();
    assert_eq!((&now.name, &now.attributes), (&before.name, &before.attributes));
    assert_eq!(desk.store.read().unwrap().location(esx).unwrap().len(), 1);
    desk.undo(&undone);
    let now = desk.store.read().unwrap().ci(esx).unwrap();
    assert_eq!((&now.name, &now.attributes), (&after.name, &after.attributes));
    assert_eq!(desk.store.verify().unwrap(), []);
    // What stands on a new CI is named.
    let made = desk.store.read().unwrap().log_of_ci(vm).unwrap().pop().unwrap();
    let refusal = desk.try_do(Command::Undo { seq: made.seq, settled: Vec::new() }).unwrap_err();
    assert!(refusal.to_string().contains("stands on it"), "{refusal}");
}

#[test]
fn two_who_change_two_fields_both_have_their_way_and_one_field_is_disputed() {
    let (mut desk, [esx, ..]) = esx_and_guests();
    let seen = desk.store.read().unwrap().ci(esx).unwrap().version;
    desk.change_ci(esx, &[("memory", "131072")]).unwrap();
    let mut late = |typed: &[(&str, &str)]| {
        let set = desk.facts("hypervisor", typed);
        let on = vec![CiTarget { id: esx, version: Some(seen) }];
        desk.try_do(Command::Cmdb(CmdbCommand::Edit { on, set, add: Facts::new(), remove: Facts::new() }))
    };
    late(&[("serial", "XYZ")]).unwrap();
    let Err(Refusal::Conflict(conflict)) = late(&[("memory", "32768")]) else { panic!("a conflict") };
    let memory = &conflict.fields[0];
    assert_eq!((memory.field.as_str(), &memory.base, &memory.theirs), ("memory", &65_536.into(), &131_072.into()));
    let ci = desk.store.read().unwrap().ci(esx).unwrap();
    assert_eq!((ci.serial.as_deref(), ci.value("memory")), (Some("XYZ"), 131_072.into()));
}

#[test]
fn of_two_who_move_one_ci_the_second_is_asked() {
    let (mut desk, [esx, ..]) = esx_and_guests();
    let seen = desk.store.read().unwrap().ci(esx).unwrap().version;
    let berlin = desk.store.read().unwrap().places_of_ci(esx).unwrap();
    let (paris, rome) = (desk.ci("site", &[("name", "Paris")]), desk.ci("site", &[("name", "Rome")]));
    let late = |desk: &mut Desk, typed: &[(&str, &str)]| {
        let set = desk.facts("hypervisor", typed);
        let on = vec![CiTarget { id: esx, version: Some(seen) }];
        desk.try_do(Command::Cmdb(CmdbCommand::Edit { on, set, add: Facts::new(), remove: Facts::new() }))
    };
    late(&mut desk, &[("location", "Paris")]).unwrap();
    let Err(Refusal::Conflict(conflict)) = late(&mut desk, &[("location", "Rome")]) else { panic!("a conflict") };
    let place = &conflict.fields[0];
    assert_eq!((place.field.as_str(), &place.theirs), ("location", &Value::Int(paris.0)));
    assert_eq!((&place.base, &place.yours), (&berlin[0], &Value::Int(rome.0)));
    late(&mut desk, &[("location", "Paris")]).unwrap();
    late(&mut desk, &[("serial", "XYZ")]).unwrap();
    assert_eq!(desk.store.read().unwrap().places_of_ci(esx).unwrap(), [Value::Int(paris.0)]);
}

#[test]
fn a_ci_and_the_ticket_that_concerns_it_come_in_one_command() {
    let (mut desk, _) = esx_and_guests();
    let ticket = desk.open("Disk full");
    let set = desk.facts("server", &[("name", "fresh")]);
    let new = CmdbCommand::New { class: String::from("server"), set, relate: Vec::new() };
    let ci = CiId(desk.ci("server", &[("name", "last")]).0 + 1);
    let concern = CmdbCommand::Concern { ticket, add: vec![ci], remove: Vec::new(), impact: None };
    desk.try_do(Command::Each(vec![Command::Cmdb(new), Command::Cmdb(concern)])).unwrap();
    assert_eq!(desk.store.read().unwrap().ci(ci).unwrap().name, "fresh");
}

#[test]
fn an_address_that_is_none_is_refused_with_what_is_taken() {
    let (mut desk, [esx, ..]) = esx_and_guests();
    for (field, typed, takes) in [
        ("ip", "999.1.1.1", "ip: takes an address such as 10.0.0.7 or 2001:db8::7, not '999.1.1.1'"),
        ("mac", "zz", "mac: takes an address such as 00:1a:2b:3c:4d:5e, not 'zz'"),
        ("uuid", "7", "uuid: takes 32 hexadecimal digits, not '7'"),
        ("fqdn", "web 1", "fqdn: takes a name such as web1.example.org, not 'web 1'"),
        ("warranty", "31/12/2027", "warranty: takes a day such as 2026-01-31, not '31/12/2027'"),
    ] {
        let refusal = desk.change_ci(esx, &[(field, typed)]).unwrap_err();
        assert_eq!(refusal.to_string(), format!("esx2: {takes}"));
    }
    desk.change_ci(esx, &[("ip", "fe80::1%eth0"), ("warranty", "31.12.2027")]).unwrap();
    let ci = desk.store.read().unwrap().ci(esx).unwrap();
    assert_eq!((ci.value("ip"), ci.value("warranty")), ("fe80::1%eth0".into(), "2027-12-31".into()));
}

#[test]
fn what_a_ci_was_on_a_day_is_read_from_the_journal() {
    let (mut desk, [esx, ..]) = esx_and_guests();
    let then = desk.moment.now;
    desk.moment.now = then.plus(86_400_000);
    desk.change_ci(esx, &[("name", "esx-02"), ("memory", "1"), ("ip", "10.0.0.9")]).unwrap();
    let reader = desk.store.read().unwrap();
    let was = reader.ci_as_of(esx, then).unwrap().unwrap();
    assert_eq!(
        (&was["name"][0], &was["memory"][0], &was["ip"][0]),
        (&"esx2".into(), &65_536.into(), &"10.0.0.2".into())
    );
    assert!(reader.ci_as_of(esx, then.plus(-60_000)).unwrap().is_none());
}

#[test]
fn a_service_stands_in_the_graph_as_what_it_is() {
    let (mut desk, [esx, _, app, _]) = esx_and_guests();
    let service = |name: &str, active| crate::desk::command::Record::Service {
        id: None,
        key: String::from("payroll"),
        name: name.to_owned(),
        criticality: crate::desk::priority::Criticality::Vital,
        owner: None,
        team: None,
        active,
    };
    desk.done(Command::Register(service("Payroll", true)));
    let payroll = desk.store.read().unwrap().find_ci("payroll").unwrap();
    desk.relate(payroll, "depends_on", app).unwrap();
    let down = desk.store.read().unwrap().impact(&[esx], Reach::Down, 10).unwrap();
    assert_eq!(down.hits.last().map(|hit| (hit.ci, hit.depth)), Some((payroll, 3)));
    let refusal = desk.change_ci(payroll, &[("name", "Wages")]).unwrap_err();
    assert!(refusal.to_string().ends_with("which gives it its name: deskhand service set payroll name=…"), "{refusal}");
}

#[test]
fn an_asset_goes_out_to_one_person_and_comes_back() {
    let mut desk = Desk::new();
    let laptop = desk.ci("laptop", &[("name", "lt-7"), ("status", "in_stock")]);
    let me = desk.store.read().unwrap().person_by_login("anna").unwrap().unwrap().id;
    let out = |until: Option<&str>| {
        let until = until.map(str::to_owned);
        Command::Cmdb(CmdbCommand::CheckOut { on: laptop.into(), to: me, until, count: None })
    };
    let told = desk.done(out(Some("2026-12-24"))).summary;
    assert_eq!(told, "handed CI-1 lt-7 to anna until 2026-12-24");
    assert_eq!(desk.cis("is:held is:mine holder:me"), ["lt-7"]);
    desk.done(Command::Cmdb(CmdbCommand::CheckIn { on: laptop.into(), count: None }));
    let ci = desk.store.read().unwrap().ci(laptop).unwrap();
    assert_eq!((ci.holder, ci.status.as_str(), ci.value("due_back")), (None, "in_stock", Value::Null));
    let mice = desk.ci("stock_item", &[("name", "Mouse"), ("quantity", "5"), ("minimum", "4")]);
    let some =
        |count| Command::Cmdb(CmdbCommand::CheckOut { on: mice.into(), to: me, until: None, count: Some(count) });
    assert_eq!(desk.done(some(2)).notices, ["CI-2 Mouse: 3 left, the minimum is 4"]);
    assert_eq!(desk.cis("is:low"), ["Mouse"]);
    assert_eq!(desk.try_do(some(4)).unwrap_err().to_string(), "CI-2 Mouse: there are 3");
}

#[test]
fn linking_a_ci_to_a_ticket_offers_its_impact_and_keeps_what_was_computed_apart() {
    let (mut desk, [esx, vm, app, _]) = esx_and_guests();
    let ticket = desk.open("esx2 is dark");
    let concern = |add: &[CiId], remove: &[CiId], impact| {
        Command::Cmdb(CmdbCommand::Concern { ticket, add: add.to_vec(), remove: remove.to_vec(), impact })
    };
    let receipt = desk.done(concern(&[esx], &[], None));
    assert_eq!(receipt.summary, "INC-1 affects esx2");
    let offered = "2 more would suffer: app01, vm7; record them: deskhand link INC-1 affects --impact";
    assert_eq!(receipt.notices, [offered]);
    desk.done(concern(&[], &[], Some(10)));
    let told = |desk: &Desk| -> Vec<(CiId, Option<String>)> {
        desk.store.read().unwrap().affected(ticket).unwrap().into_iter().map(|one| (one.id, one.path)).collect()
    };
    let (by_vm, by_esx) = (String::from("app01 ← vm7 ← esx2"), String::from("vm7 ← esx2"));
    assert_eq!(told(&desk), [(esx, None), (app, Some(by_vm.clone())), (vm, Some(by_esx))]);
    // A hand takes over what was computed; what goes takes along what was computed from it.
    desk.done(concern(&[vm], &[], None));
    desk.done(concern(&[], &[esx], None));
    assert_eq!(told(&desk), [(vm, None), (app, Some(String::from("app01 ← vm7")))]);
    assert_eq!(desk.finds("ci:app01"), ["INC-1"]);
    assert_eq!(desk.finds("ci:esx2"), [""; 0]);
}

#[test]
fn the_ci_of_a_ticket_is_known_by_number_whatever_it_is_called_later() {
    let (mut desk, [esx, ..]) = esx_and_guests();
    let ticket = desk.open("esx2 is dark");
    let value = {
        let reader = desk.store.read().unwrap();
        reader.understand(Field::Ci, "ESX2", None, &desk.moment).unwrap()
    };
    assert_eq!(value, Value::from("CI-1"));
    desk.set(ticket, Field::Ci, value);
    desk.change_ci(esx, &[("name", "esx-02")]).unwrap();
    for query in ["ci:esx-02", "ci:CI-1", "ci:abc-1"] {
        assert_eq!(desk.finds(query), ["INC-1"], "{query}");
    }
    let reader = desk.store.read().unwrap();
    let sheet = reader.sheet(ticket).unwrap();
    assert_eq!(crate::store::shown(Field::Ci, &"CI-1".into(), &sheet.names, &desk.moment), "esx-02");
    assert_eq!(reader.concerned(esx).unwrap().len(), 1);
    // A name that the CMDB does not have is kept as it was typed, and meets its CI when there is one.
    assert_eq!(reader.understand(Field::Ci, "printer-9", None, &desk.moment).unwrap(), Value::from("printer-9"));
}

#[test]
fn what_a_merged_ticket_affects_goes_over_to_the_one_that_goes_on() {
    let (mut desk, [esx, vm, ..]) = esx_and_guests();
    let (one, other) = (desk.open("esx2 is dark"), desk.open("vm7 is gone"));
    let concern = |ticket, add: &[CiId]| {
        Command::Cmdb(CmdbCommand::Concern { ticket, add: add.to_vec(), remove: Vec::new(), impact: None })
    };
    desk.done(concern(one, &[esx]));
    desk.done(concern(other, &[esx, vm]));
    let merged = desk.done(Command::Merge { from: vec![other.into()], into: one });
    let affected = |desk: &Desk, ticket| -> Vec<CiId> {
        desk.store.read().unwrap().affected(ticket).unwrap().into_iter().map(|one| one.id).collect()
    };
    assert_eq!((affected(&desk, one), affected(&desk, other)), (vec![esx, vm], Vec::new()));
    desk.undo(&merged);
    assert_eq!((affected(&desk, one), affected(&desk, other)), (vec![esx], vec![esx, vm]));
}

#[test]
fn a_service_takes_its_state_from_the_incidents_below_it() {
    let (mut desk, [esx, vm, app, _]) = esx_and_guests();
    desk.done(Command::Register(Record::Service {
        id: None,
        key: String::from("payroll"),
        name: String::from("Payroll"),
        criticality: crate::desk::priority::Criticality::High,
        owner: None,
        team: None,
        active: true,
    }));
    let payroll = desk.store.read().unwrap().find_ci("payroll").unwrap();
    desk.relate(payroll, "depends_on", app).unwrap();
    let told = |desk: &Desk| {
        let reader = desk.store.read().unwrap();
        let troubles = reader.services_in_trouble().unwrap();
        troubles.into_values().next().map(|one| (one.state.word(), reader.way(&one.path).unwrap(), one.because))
    };
    let ticket = desk.open("esx2 is slow");
    desk.set(ticket, Field::Ci, "esx2");
    assert_eq!(told(&desk), None, "one person's trouble is no trouble of a service");
    desk.set(ticket, Field::Impact, 2);
    let number = desk.ticket(ticket).number;
    let way = String::from("Payroll ← app01 ← vm7 ← esx2");
    assert_eq!(told(&desk), Some(("degraded", way.clone(), vec![number])));
    desk.set(ticket, Field::Major, 1);
    assert_eq!(told(&desk), Some(("down", way, vec![number])));
    let all = desk.store.read().unwrap().troubles().unwrap();
    assert_eq!(all.keys().copied().collect::<Vec<_>>(), [esx, vm, app, payroll]);
    for (ci, trouble) in all {
        assert_eq!(desk.store.read().unwrap().trouble(ci).unwrap(), Some(trouble), "{ci}");
    }
    desk.resolve(ticket);
    assert_eq!(told(&desk), None);
    assert_eq!(desk.store.read().unwrap().trouble(payroll).unwrap(), None);
}

#[test]
fn undo_gives_no_field_two_values_where_it_holds_one_and_no_ci_two_places() {
    let (mut desk, [esx, ..]) = esx_and_guests();
    let emptied = desk.change_ci(esx, &[("memory", "none"), ("location", "none")]).unwrap();
    desk.change_ci(esx, &[("memory", "4096")]).unwrap();
    let refused = desk.refused(Command::Undo { seq: emptied.seq.unwrap(), settled: Vec::new() });
    assert!(refused.contains("the memory of CI-1 esx2"), "{refused}");
    desk.change_ci(esx, &[("memory", "none")]).unwrap();
    let other = desk.ci("site", &[("name", "Lyon")]);
    desk.relate(esx, "located_in", other).unwrap();
    let refused = desk.refused(Command::Undo { seq: emptied.seq.unwrap(), settled: Vec::new() });
    assert!(refused.contains("the relation of CI-1 esx2"), "{refused}");
}

#[test]
fn a_place_does_not_stand_in_itself() {
    let mut desk = Desk::new();
    let site = desk.ci("site", &[("name", "Berlin")]);
    let room = desk.ci("room", &[("name", "B1"), ("location", "Berlin")]);
    assert_eq!(desk.relate(site, "located_in", room).unwrap_err().to_string(), "B1 stands in Berlin itself");
}

#[test]
fn one_asset_tag_is_given_once_in_one_command_too() {
    let mut desk = Desk::new();
    let (one, other) = (desk.ci("laptop", &[("name", "a")]), desk.ci("laptop", &[("name", "b")]));
    let set = desk.facts("laptop", &[("asset_tag", "T-1")]);
    let on = vec![one.into(), other.into()];
    let refused = desk.refused(Command::Cmdb(CmdbCommand::Edit { on, set, add: Facts::new(), remove: Facts::new() }));
    assert_eq!(refused, "b: asset tag T-1 is that of CI-1 a");
}
