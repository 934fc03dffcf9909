//! Windows, the calendar and conflicts, by the two doors.

use chrono_tz::Tz;

use super::*;
use crate::desk::change::window::{Recurrence, Scope, Span, Window, WindowCommand, WindowKind};
use crate::desk::cmdb::CmdbCommand;
use crate::desk::id::{CiId, ServiceId, WindowId};
use crate::desk::priority::Criticality;
use crate::store::Asker;

const MONDAY: &str = "2026-11-23";

fn at(day: &str, time: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(&format!("{day}T{time}:00Z")).unwrap().timestamp_millis()
}

fn window(name: &str, kind: WindowKind, starts: &str, ends: &str, rule: &str, scope: Scope) -> Window {
    Window {
        name: name.to_owned(),
        kind,
        starts: starts.parse().unwrap(),
        ends: ends.parse().unwrap(),
        zone: Tz::UTC,
        recurrence: Recurrence::read(rule, Tz::UTC).unwrap(),
        scope,
        note: String::new(),
        source: None,
    }
}

fn put(id: Option<WindowId>, seen: Option<Window>, window: Window) -> Command {
    Command::Window(WindowCommand::Put { id, seen: seen.map(Box::new), window: Box::new(window) })
}

fn sundays() -> Window {
    let rule = "FREQ=WEEKLY;BYDAY=SU";
    let scope = Scope::Class(String::from("computer"));
    window("Sundays", WindowKind::Maintenance, "2026-01-04T02:00:00", "2026-01-04T06:00:00", rule, scope)
}

impl Desk {
    fn change(&mut self, title: &str, from: &str, until: &str, cis: &[CiId]) -> TicketId {
        let set = Edit::from([
            (Field::Title, Value::from(title)),
            (Field::PlannedStart, Value::Int(at(MONDAY, from))),
            (Field::PlannedEnd, Value::Int(at(MONDAY, until))),
        ]);
        let (tags, tasks, links) = (Vec::new(), Vec::new(), Vec::new());
        let receipt =
            self.done(Command::Open(OpenTicket { kind: Kind::Change, set, tags, tasks, links, created: None }));
        let id = self.store.read().unwrap().ticket_numbered(receipt.tickets[0]).unwrap().id;
        if !cis.is_empty() {
            let concern = CmdbCommand::Concern { ticket: id, add: cis.to_vec(), remove: Vec::new(), impact: None };
            self.done(Command::Cmdb(concern));
        }
        id
    }

    pub(super) fn service(&mut self, key: &str, name: &str) -> ServiceId {
        self.done(Command::Register(Record::Service {
            id: None,
            key: key.to_owned(),
            name: name.to_owned(),
            criticality: Criticality::High,
            owner: None,
            team: None,
            active: true,
        }));
        self.store.read().unwrap().find_service(key).unwrap().id
    }

    fn conflicts(&self, id: TicketId) -> Vec<String> {
        let reader = self.store.read().unwrap();
        let asker = Asker { me: None, moment: self.moment };
        let found = reader.conflicts_of(&reader.ticket(id).unwrap(), &asker).unwrap();
        found.into_iter().map(|conflict| conflict.text).collect()
    }

    fn all_conflicts(&self) -> Vec<String> {
        let reader = self.store.read().unwrap();
        let asker = Asker { me: None, moment: self.moment };
        let all = reader.conflicts_within(day(), &asker).unwrap();
        all.into_iter().map(|conflict| conflict.text).collect()
    }

    fn window_names(&self) -> Vec<String> {
        self.store.read().unwrap().windows().unwrap().into_iter().map(|kept| kept.window.name).collect()
    }
}

fn day() -> Span {
    Span { from: Timestamp(at(MONDAY, "00:00")), until: Timestamp(at("2026-11-24", "00:00")) }
}

#[test]
fn a_window_is_put_changed_taken_away_and_each_is_taken_back() {
    let mut desk = Desk::new();
    let made = desk.done(put(None, None, sundays()));
    assert_eq!(made.summary, "maintenance window Sundays");
    let kept = desk.store.read().unwrap().find_window("sundays").unwrap();
    assert_eq!(kept.window, sundays());
    let mut longer = sundays();
    longer.ends = "2026-01-04T08:00:00".parse().unwrap();
    let changed = desk.done(put(Some(kept.id), Some(sundays()), longer.clone()));
    // Somebody who saw it before renames it: the new end stays.
    let mut named = sundays();
    named.name = String::from("Sunday nights");
    desk.done(put(Some(kept.id), Some(sundays()), named));
    let now = desk.store.read().unwrap().window(kept.id).unwrap().window;
    assert_eq!((now.name.as_str(), now.ends), ("Sunday nights", longer.ends));
    let mut other = sundays();
    other.ends = "2026-01-04T03:00:00".parse().unwrap();
    let refused = desk.refused(put(Some(kept.id), Some(sundays()), other));
    assert!(refused.contains("ends"), "{refused}");
    desk.undo(&changed);
    assert_eq!(desk.store.read().unwrap().window(kept.id).unwrap().window.ends, sundays().ends);
    let gone = desk.done(Command::Window(WindowCommand::Remove { ids: vec![kept.id] }));
    assert_eq!(desk.window_names(), [""; 0]);
    desk.undo(&gone);
    assert_eq!(desk.window_names(), ["Sunday nights"]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn windows_are_for_leads_and_must_make_sense() {
    let mut desk = Desk::new();
    let mut never = sundays();
    never.recurrence = Recurrence::read("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", Tz::UTC).unwrap();
    assert_eq!(desk.refused(put(None, None, never)), "it never comes: look at its rule and the dates left out");
    let mut unknown = sundays();
    unknown.scope = Scope::Class(String::from("compter"));
    assert!(desk.refused(put(None, None, unknown)).contains("compter"));
    unknown = sundays();
    unknown.scope = Scope::Tickets(String::from("nonsense:("));
    assert!(desk.refused(put(None, None, unknown)).contains("nonsense"));
    person(&mut desk, "bob", "agent");
    desk.author.login = String::from("bob");
    assert!(desk.refused(put(None, None, sundays())).contains("change maintenance and freeze windows"));
}

#[test]
fn a_change_meets_others_by_what_they_touch() {
    let mut desk = Desk::new();
    let esx = desk.ci("hypervisor", &[("name", "esx2")]);
    let vm = desk.ci("virtual_machine", &[("name", "vm7")]);
    let app = desk.ci("application", &[("name", "app01")]);
    let site = desk.ci("site", &[("name", "Berlin")]);
    desk.relate(vm, "runs on", esx).unwrap();
    desk.relate(app, "runs on", vm).unwrap();
    let one = desk.change("Patch esx2", "10:00", "12:00", &[esx]);
    let two = desk.change("Update app01", "11:00", "13:00", &[app]);
    let three = desk.change("Clean Berlin", "11:00", "13:00", &[site]);
    assert_eq!(desk.conflicts(one), ["app01, which CHG-2 touches, depends on esx2, which CHG-1 touches"]);
    assert_eq!(desk.conflicts(two), ["app01, which CHG-2 touches, depends on esx2, which CHG-1 touches"]);
    assert_eq!(desk.conflicts(three), [""; 0]);
    desk.set(three, Field::Ci, "esx2");
    assert_eq!(desk.conflicts(three)[0], "CHG-3 and CHG-1 both touch esx2");
    // As it is being edited: an hour later it meets CHG-2 alone.
    let reader = desk.store.read().unwrap();
    let mut edited = reader.ticket(one).unwrap();
    edited.planned_start = Some(Timestamp(at(MONDAY, "12:30")));
    edited.planned_end = Some(Timestamp(at(MONDAY, "13:30")));
    edited.ci = Some(String::from("vm7"));
    let asker = Asker { me: None, moment: desk.moment };
    let texts: Vec<String> =
        reader.conflicts_of(&edited, &asker).unwrap().into_iter().map(|conflict| conflict.text).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].starts_with("app01, which CHG-2 touches, depends on "), "{texts:?}");
    drop(reader);
    assert_eq!(desk.all_conflicts().len(), 6, "{:?}", desk.all_conflicts());
    desk.done(move_to(two, "cancelled", Edit::new()));
    desk.done(move_to(three, "cancelled", Edit::new()));
    assert_eq!(desk.conflicts(one), [""; 0], "what was called off is in nobody's way");
}

#[test]
fn a_change_of_what_a_service_stands_on_meets_its_freeze_and_its_major_incident() {
    let mut desk = Desk::new();
    let payroll = desk.service("payroll", "Payroll");
    let service_ci = desk.store.read().unwrap().find_ci("payroll").unwrap();
    let app = desk.ci("application", &[("name", "app01")]);
    desk.relate(service_ci, "depends on", app).unwrap();
    let change = desk.change("Update app01", "11:00", "13:00", &[app]);
    assert_eq!(desk.conflicts(change), [""; 0]);
    let freeze =
        window("Close", WindowKind::Freeze, "2026-11-23T12:00:00", "2026-11-24T00:00:00", "", Scope::Service(payroll));
    desk.done(put(None, None, freeze));
    assert_eq!(desk.conflicts(change), ["CHG-1 is inside the freeze 'Close' for Payroll"]);
    let incident = desk.open("Payroll is down");
    desk.set(incident, Field::Service, payroll.0);
    desk.set(incident, Field::Major, 1);
    assert_eq!(
        desk.conflicts(change),
        [
            "CHG-1 is inside the freeze 'Close' for Payroll",
            "CHG-1 is on Payroll, where the major incident INC-1 is open"
        ]
    );
    desk.done(Command::Link { from: change, relation: Relation::Relates, to: incident });
    assert_eq!(desk.conflicts(change).len(), 1, "it is made because of the incident");
}

#[test]
fn scopes_say_whom_a_window_is_about() {
    let mut desk = Desk::new();
    let esx = desk.ci("hypervisor", &[("name", "esx2"), ("environment", "production")]);
    let site = desk.ci("site", &[("name", "Berlin")]);
    let server = desk.change("Patch esx2", "03:00", "05:00", &[esx]);
    let place = desk.change("Clean Berlin", "03:00", "05:00", &[site]);
    // A Monday: outside of what Sundays are for.
    desk.done(put(None, None, sundays()));
    assert_eq!(desk.conflicts(server), ["CHG-1 is outside the maintenance window 'Sundays' for esx2"]);
    assert_eq!(desk.conflicts(place), [""; 0]);
    let rule = "FREQ=WEEKLY;BYDAY=MO";
    let scope = Scope::Cis(String::from("environment:production"));
    let mondays = window("Mondays", WindowKind::Maintenance, "2026-01-05T02:00:00", "2026-01-05T06:00:00", rule, scope);
    desk.done(put(None, None, mondays));
    assert_eq!(desk.conflicts(server), [""; 0], "either will do");
    let scope = Scope::Tickets(String::from("title:berlin"));
    let quiet = window("Quiet", WindowKind::Freeze, "2026-11-23T04:00:00", "2026-11-23T06:00:00", "", scope);
    desk.done(put(None, None, quiet));
    assert_eq!(desk.conflicts(place), ["CHG-2 is inside the freeze 'Quiet'"]);
    assert_eq!(desk.conflicts(server), [""; 0]);
}

#[test]
fn the_calendar_has_what_lies_in_it_in_part_short_or_long() {
    let mut desk = Desk::new();
    let in_day = desk.change("Within", "10:00", "12:00", &[]);
    let long = desk.change("Long", "10:00", "12:00", &[]);
    desk.set(long, Field::PlannedStart, at("2026-10-01", "00:00"));
    desk.set(long, Field::PlannedEnd, at(MONDAY, "00:01"));
    let before = desk.change("Before", "10:00", "12:00", &[]);
    desk.set(before, Field::PlannedStart, at("2026-11-22", "10:00"));
    desk.set(before, Field::PlannedEnd, at(MONDAY, "00:00"));
    desk.done(put(None, None, sundays()));
    let found = desk.store.read().unwrap().calendar(day()).unwrap();
    assert_eq!(found.changes.iter().map(|change| change.id).collect::<Vec<_>>(), [long, in_day]);
    assert_eq!(found.windows, []);
    let week = Span { from: Timestamp(at("2026-11-22", "05:00")), until: Timestamp(at("2026-11-30", "00:00")) };
    let found = desk.store.read().unwrap().calendar(week).unwrap();
    assert_eq!(found.changes.len(), 3);
    let [sundays] = found.windows.as_slice() else { panic!("{:?}", found.windows) };
    assert_eq!(sundays.spans.len(), 2);
}
