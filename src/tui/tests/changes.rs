//! The Changes tab as its users meet it: browsing, going to a day, filtering, planning on a slot, moving into a conflict.

use super::*;
use crate::desk::change::window::{Recurrence, Scope, Wall, Window, WindowCommand, WindowKind};
use crate::desk::command::Record;
use crate::desk::link::Relation;
use crate::desk::priority::Criticality;

impl Sitting {
    /// Plans a change from then until then, with these fields.
    fn planned(&mut self, title: &str, from: &str, until: &str, more: &[(Field, Value)]) -> TicketId {
        self.planned_of(Kind::Change, title, from, until, more)
    }

    fn planned_of(&mut self, kind: Kind, title: &str, from: &str, until: &str, more: &[(Field, Value)]) -> TicketId {
        let at = |text: &str| Value::Int(crate::desk::time::parse_time(text, &self.moment).unwrap().from.0);
        let mut set = Edit::from([
            (Field::Title, Value::from(title)),
            (Field::PlannedStart, at(from)),
            (Field::PlannedEnd, at(until)),
        ]);
        set.extend(more.iter().cloned());
        let open = OpenTicket { kind, set, tags: Vec::new(), tasks: Vec::new(), links: Vec::new(), created: None };
        let number = self.does(Command::Open(open)).tickets[0];
        self.store.read().unwrap().ticket_numbered(number).unwrap().id
    }

    fn does(&mut self, command: Command) -> Receipt {
        self.store.execute(&Request::new(command), &self.author, &self.moment).unwrap()
    }

    fn window(&mut self, name: &str, kind: WindowKind, from: &str, until: &str, rule: &str, scope: Scope) {
        let wall = |text: &str| Wall(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap());
        let window = Window {
            name: name.to_owned(),
            kind,
            starts: wall(from),
            ends: wall(until),
            zone: self.moment.zone,
            recurrence: Recurrence::read(rule, self.moment.zone).unwrap(),
            scope,
            note: String::new(),
            source: None,
        };
        self.does(Command::Window(WindowCommand::Put { id: None, seen: None, window: Box::new(window) }));
    }

    fn move_to(&mut self, id: TicketId, to: &str, set: Edit) {
        self.does(Command::Move { on: vec![id.into()], to: to.to_owned(), set, children: false });
    }

    /// When a change is planned, at the desk.
    fn when(&self, id: TicketId) -> (String, String) {
        let ticket = self.store.read().unwrap().ticket(id).unwrap();
        let told = |at: Option<Timestamp>| at.unwrap().local(self.moment.zone);
        (told(ticket.planned_start), told(ticket.planned_end))
    }
}

/// The keys to a place of the case table.
pub(super) fn place(name: &str) -> Option<&'static str> {
    Some(match name {
        "month" => "2",
        "plan" => "2 Tab",
        "week" => "2 Tab ]",
        "day" => "2 Tab ] ]",
        "agenda" => "2 [",
        "grab" => "2 Tab m",
        _ => return None,
    })
}

/// Monday 21 September 2026, 14:13. Changes on two services, a release with two of them, a freeze and a window each Sunday.
pub(super) fn desk(size: (u16, u16)) -> Sitting {
    let mut sitting = Sitting::with(&["VPN down in Lyon"], size);
    plan(&mut sitting);
    sitting
}

/// Plans all that on a desk.
pub(super) fn plan(sitting: &mut Sitting) {
    let mut service = |key: &str, name: &str| {
        let (key, name) = (key.to_owned(), name.to_owned());
        let (id, criticality, owner, team) = (None, Criticality::Medium, None, None);
        let record = Record::Service { id, key: key.clone(), name, criticality, owner, team, active: true };
        sitting.does(Command::Register(record));
        (Field::Service, Value::Int(sitting.store.read().unwrap().find_service(&key).unwrap().id.0))
    };
    let [mail, app] = [service("mail", "Mail"), service("pay", "Pay")];
    let risky =
        |word: &str| [(Field::Risk, Value::from(word)), (Field::RiskReason, Value::from("Judged by the lead."))];
    let with =
        |one: &(Field, Value), more: [(Field, Value); 2]| [one.clone()].into_iter().chain(more).collect::<Vec<_>>();
    sitting.planned("New switch in the DMZ", "2026-09-22 10:00", "2026-09-22 12:00", &risky("low"));
    sitting.planned("Patch the mail gateway", "2026-09-23 20:00", "2026-09-23 22:00", &with(&mail, risky("medium")));
    let mailboxes =
        sitting.planned("Move mailboxes", "2026-09-24 20:00", "2026-09-24 23:00", &with(&mail, risky("high")));
    let payroll =
        sitting.planned("Payroll to app02", "2026-09-24 18:00", "2026-09-24 20:00", std::slice::from_ref(&app));
    let old = sitting.planned("Replace the old firewall", "2026-09-15 06:00", "2026-09-15 08:00", &[]);
    sitting.move_to(old, "cancelled", Edit::new());
    let release = sitting.planned_of(Kind::Release, "Autumn release", "2026-09-24 17:00", "2026-09-25 02:00", &[]);
    for change in [mailboxes, payroll] {
        sitting.does(Command::Link { from: change, relation: Relation::ChildOf, to: release });
    }
    sitting.window("Quarter end", WindowKind::Freeze, "2026-09-28 00:00", "2026-10-03 00:00", "", Scope::Everything);
    let computers = Scope::Class(String::from("computer"));
    let sundays = "FREQ=WEEKLY;BYDAY=SU";
    sitting.window("Sunday night", WindowKind::Maintenance, "2026-09-06 22:00", "2026-09-07 04:00", sundays, computers);
}

/// All faces at a size, one below the other.
#[track_caller]
fn seen(name: &str, sitting: &mut Sitting) {
    for (column, row) in [(80, 24), (160, 45)] {
        sitting.happens(Msg::Term(TermEvent::Resize(column, row)));
        insta::assert_snapshot!(format!("changes_{name}_{column}x{row}"), sitting.screen().join("\n"));
    }
    sitting.happens(Msg::Term(TermEvent::Resize(80, 24)));
}

#[test]
fn the_month_week_day_and_agenda() {
    let mut sitting = desk((80, 24));
    sitting.keys("2");
    seen("month", &mut sitting);
    sitting.keys("Tab Tab Tab ]");
    seen("week", &mut sitting);
    sitting.keys("]");
    seen("day", &mut sitting);
    sitting.keys("]");
    seen("agenda", &mut sitting);
}

#[test]
fn days_weeks_and_months_are_gone_through_and_a_day_is_gone_to() {
    let mut sitting = desk((80, 24));
    sitting.keys("2").shows(">21*").keys("l j").shows(">29 #").keys("h k").shows(">21*");
    sitting.keys("J").shows("October 2026").shows(">21 ").keys("K K").shows("August 2026").keys("t").shows(">21*");
    sitting.keys("g t").types("2026-12-24").keys("Enter").shows("December 2026").shows(">24 ");
    sitting.keys("g t").types("fri").keys("Enter").shows("September 2026").shows(">25 ");
    sitting.keys("g t").types("someday").keys("Enter").shows("'someday' is no day").shows(">25 ");
    sitting.keys("G").shows(">30 #").keys("g g").shows("> 1 ");
    sitting.keys("] j j").shows("Week 36: 31 Aug - 6 Sep 2026").keys("J").shows("Week 37");
    sitting.keys("]").shows("Tuesday 8 September");
    sitting.keys("g v").types("agenda").keys("Enter").shows("8 Sep - 5 Oct 2026").shows("Tuesday 15 September");
}

#[test]
fn one_step_out_of_a_day_leads_back_to_the_month_or_week_it_was_opened_from() {
    for back in ["q", "Esc"] {
        let mut sitting = desk((80, 24));
        sitting.keys("2 g t").types("2026-10-10").keys("Enter Enter").shows("Saturday 10 October");
        sitting.keys(back).shows("October 2026").shows(">10 ");
        sitting.keys("] Enter").shows("Saturday 10 October").keys(back).shows("Week");
        assert!(!sitting.outside.contains(&Effect::Quit(0)), "{back}");
    }
}

#[test]
fn the_week_of_the_cursor_is_seen_in_the_smallest_terminal() {
    let mut sitting = desk((40, 10));
    sitting.keys("2 G").shows(">30 ").shows("Mon").keys("g g").shows("> 1 ").keys("g t").types("2026-08-31");
    sitting.keys("Enter").shows(">31 ");
}

#[test]
fn the_changes_of_a_day_are_gone_through_one_after_the_other() {
    let mut sitting = desk((80, 24));
    sitting.keys("2 Tab").shows("L CHG-1 Tue 22 Sep 10:00-12:00 (2h)").keys("Tab Tab");
    assert_eq!(sitting.on(), "REL-1");
    sitting.keys("Tab").shows(">24 +1").shows("? CHG-4 Thu 24 Sep 18:00-20:00 (2h) draft, nobody").shows("└CHG-4");
    sitting.keys("Tab").shows("H CHG-3 Thu 24 Sep 20:00-23:00").shows("└CHG-3");
    sitting.keys("Shift-Tab Shift-Tab Shift-Tab");
    assert_eq!(sitting.on(), "CHG-2");
    sitting.keys("[ g g j");
    assert_eq!(sitting.on(), "REL-1");
    sitting.keys("j j j j j").shows("Nothing later is planned");
    assert_eq!(sitting.on(), "CHG-3");
    sitting.keys("h");
    assert_eq!(sitting.on(), "CHG-2");
}

#[test]
fn a_filter_narrows_the_calendar_as_it_is_typed() {
    let mut sitting = desk((80, 24));
    sitting.keys("2 /").types("service:mail").shows("CHG-2").hides("CHG-4").hides("REL-1");
    sitting.keys("Enter").shows("Changes ▸ Month, service:mail").keys("Esc").shows("REL-1");
    sitting.keys("/").types("prio:9").shows("prio: takes 1 to 5").keys("Esc").shows("REL-1");
}

#[test]
fn a_change_is_opened_and_every_way_back_leads_to_its_place_in_the_calendar() {
    for back in ["Esc", "q", "H", "-", "h"] {
        let mut sitting = desk((80, 24));
        sitting.keys("2 ] Tab Tab Enter").shows("Queue").shows("CHG-2  Patch the mail gateway");
        sitting.keys(back).shows("Changes ▸ Week");
        assert_eq!(sitting.on(), "CHG-2", "{back}");
        sitting.keys("1").shows("Queue ▸ My work");
    }
}

#[test]
fn what_can_be_done_with_a_ticket_is_done_with_the_change_under_the_cursor() {
    let mut sitting = desk((80, 24));
    sitting.keys("2 Tab i").shows("Set assignee of CHG-1").shows("draft, anna");
    sitting.keys("u").shows("Undid entry").shows("draft, nobody");
    sitting.keys("y y");
    assert!(sitting.outside.contains(&Effect::Copy(String::from("CHG-1 New switch in the DMZ"))));
    sitting.keys("c").types("Rack 3.").keys("Esc Enter").shows("Noted on CHG-1");
}

#[test]
fn a_change_is_planned_on_the_hour_or_the_day_under_the_cursor() {
    let mut sitting = desk((80, 24));
    sitting.keys("2 l l l l n").shows("New change").shows("2026-09-25 08:00").shows("2026-09-25 09:00");
    sitting.types("Swap the UPS").keys("Esc Enter").shows("Opened CHG-6: Swap the UPS");
    let ups = sitting.store.read().unwrap().ticket_numbered("CHG-6".parse().unwrap()).unwrap().id;
    assert_eq!(sitting.when(ups), (String::from("2026-09-25 08:00"), String::from("2026-09-25 09:00")));
    sitting.shows("CHG-6").keys("t ] l v j j n").shows("2026-09-22 14:00").shows("2026-09-22 17:00").keys("Esc");
    sitting.keys("[ t n").shows("2026-09-21 15:00").keys("Esc v l l n").shows("2026-09-23 18:00");
    // From a template too.
    sitting.keys("Esc t l l l C n").types("std-dns").keys("Enter").shows("2026-09-24 08:00").shows("2026-09-24 09:00");
}

#[test]
fn a_change_is_moved_into_a_conflict_which_is_seen_before_it_is_saved() {
    let mut sitting = desk((80, 24));
    let patch = TicketId(3);
    let before = sitting.when(patch);
    sitting.keys("2 Tab Tab").hides("both on Mail").keys("m").shows("h day back");
    sitting.keys("l").shows("was Wed 23 Sep 20:00-22:00").shows("! CHG-2 and CHG-3 are both on Mail");
    sitting.shows("M!CHG-2");
    assert_eq!(sitting.when(patch), before, "nothing is saved yet");
    sitting.keys("j").shows("CHG-2 Thu 1 Oct 20:00-22:00").shows("inside the freeze 'Quarter end'");
    sitting.hides("both on Mail");
    sitting.keys("Esc").shows("CHG-2 stays at Wed 23 Sep 20:00-22:00");
    sitting.shows("CHG-2 Wed 23 Sep 20:00-22:00 (2h) draft");
    assert_eq!(sitting.when(patch), before);
    sitting.keys("m l L > Enter").shows("Set planned_start, planned_end of CHG-2");
    sitting.shows("! CHG-2 and CHG-3 are both on Mail");
    assert_eq!(sitting.when(patch), (String::from("2026-09-24 20:00"), String::from("2026-09-24 23:15")));
    sitting.keys("u").shows("Undid entry");
    assert_eq!(sitting.when(patch), before);
    sitting.keys("t Tab Tab m Enter").shows("It stays where it was");
}

#[test]
fn what_somebody_lives_with_is_told_quietly() {
    let mut sitting = desk((80, 24));
    sitting.keys("2 Tab Tab m l Enter").shows("M!CHG-2").keys("C l").shows("1. CHG-2 and CHG-3");
    sitting.types("One night.").keys("Enter").shows("overridden: CHG-2 and CHG-3 are both on Mail").shows("M CHG-2");
    sitting.hides("! CHG-2 and CHG-3").keys("C p").shows("CHG-2 and CHG-3 are both on Mail (overridden)");
    sitting.keys("Esc").happens(Msg::Term(TermEvent::Resize(160, 45)));
    sitting.shows("         overridden: CHG-2 and CHG-3 are both").hides("!CHG-2");
}

#[test]
fn hours_and_quarters_are_moved_and_stretched_in_the_week() {
    let mut sitting = desk((80, 24));
    sitting.keys("2 Tab ] m j J H > Enter").shows("Set planned_start, planned_end of CHG-1");
    assert_eq!(sitting.when(TicketId(2)), (String::from("2026-09-22 11:15"), String::from("2026-09-22 12:30")));
    sitting.keys("m k K L < Enter");
    assert_eq!(sitting.when(TicketId(2)), (String::from("2026-09-22 10:00"), String::from("2026-09-22 12:00")));
}

#[test]
fn what_is_over_is_not_moved_and_says_why() {
    let mut sitting = desk((80, 24));
    sitting.keys("2 Shift-Tab").shows("CHG-5").keys("m");
    sitting.shows("Can't move: CHG-5 is cancelled: what is over is not moved");
}

#[test]
fn a_change_that_a_colleague_moved_meanwhile_is_a_conflict_and_not_overwritten() {
    let mut sitting = desk((80, 24));
    sitting.keys("2 Tab Tab m l");
    let at = Value::Int(crate::desk::time::parse_time("2026-09-23 06:00", &sitting.moment).unwrap().from.0);
    let set = Edit::from([(Field::PlannedStart, at)]);
    sitting.bert(Command::Edit { on: vec![TicketId(3).into()], set, tag: Vec::new(), untag: Vec::new() });
    sitting.keys("Enter").shows("was changed by bert meanwhile");
    sitting.keys("m Enter").shows("Set planned_start");
    assert_eq!(sitting.when(TicketId(3)).0, "2026-09-24 20:00");
}

#[test]
fn a_change_that_somebody_moves_leaves_the_cursor_on_nothing() {
    let mut sitting = desk((80, 24));
    sitting.keys("2 Tab");
    let at = |text| Value::Int(crate::desk::time::parse_time(text, &Moment::utc(Timestamp(0))).unwrap().from.0);
    let set = Edit::from([(Field::PlannedStart, at("2026-09-30 06:00")), (Field::PlannedEnd, at("2026-09-30 07:00"))]);
    sitting.bert(Command::Edit { on: vec![TicketId(2).into()], set, tag: Vec::new(), untag: Vec::new() });
    sitting.happens(Msg::Changed);
    sitting.shows("CHG-1 is now at Wed 30 Sep 06:00-07:00").keys("i").shows("no ticket is selected");
    assert_eq!(sitting.on(), "");
}

#[test]
fn a_day_on_which_the_clocks_change_has_the_hours_that_pass() {
    let mut sitting = desk((80, 40));
    sitting.moment.zone = chrono_tz::Tz::Europe__Berlin;
    sitting.keys("2 ] ] g t").types("2026-10-25").keys("Enter g g").shows("01:00 +02:00");
    sitting.shows("02:00 +02:00").shows("02:00 +01:00").keys("j j j").shows("02:00 +01:00>");
    sitting.keys("g t").types("2027-03-28").keys("Enter g g").shows("01:00 +01:00").shows("03:00 +02:00");
    sitting.hides("02:00 +0").keys("[").shows("   --");
}

#[test]
fn the_clock_of_the_desk_is_told_where_it_is_another() {
    let mut sitting = desk((120, 40));
    sitting.keys("2").hides("desk:");
    sitting.model.rules.as_mut().unwrap().settings.zone = Some(chrono_tz::Tz::America__New_York);
    sitting.shows("UTC; desk: America/New_York");
    sitting.model.changes.item = Some(TicketId(2));
    sitting.shows("Tue 22 Sep 10:00-12:00").shows("Tue 22 Sep 06:00-08:00");
}

#[test]
fn weeks_begin_where_they_begin_for_whoever_looks() {
    let mut sitting = desk((80, 24));
    sitting.keys("2").shows(" Mon         Tue");
    sitting.model.changes.week = chrono::Weekday::Sun;
    sitting.keys("t").shows(" Sun         Mon");
}

#[test]
fn a_change_that_is_opened_stays_when_the_ticket_seen_before_comes_late() {
    let mut sitting = desk((160, 45));
    sitting.keys("G").hides("▸ CHG-1").keys("2 Tab");
    let mut effects = update(&mut sitting.model, Msg::Term(TermEvent::Input(Input::Key(Key::new(Code::Enter)))));
    effects.reverse();
    sitting.settle(effects);
    sitting.shows("▸ CHG-1").shows("CHG-1  New switch");
}
