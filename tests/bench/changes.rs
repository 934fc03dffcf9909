//! What the calendar of changes costs with 10,000 changes over a year, on CIs that depend on one another.

use std::path::PathBuf;

use chrono_tz::Tz;
use deskhand::desk::change::window::{Recurrence, Scope, Span, Window, WindowCommand, WindowKind};
use deskhand::desk::cmdb::{CmdbCommand, Facts, NewRelation};
use deskhand::desk::command::{Command, OpenTicket, Record, Request};
use deskhand::desk::field::{Edit, Field, Value};
use deskhand::desk::id::{CiId, Kind, ServiceId, TicketId};
use deskhand::desk::priority::Criticality;
use deskhand::desk::time::{DAY, HOUR, Timestamp};
use deskhand::store::{Asker, Store};

use sha2::{Digest, Sha256};

use crate::desk::{author, cache, moment};
use crate::figures::{figure, measure};
use crate::raw;

const CIS: i64 = 4_000;
const SERVICES: i64 = 40;
const WINDOWS: i64 = 200;

/// How many changes: `DESKHAND_BENCH_CHANGES`, ten thousand if it is not set.
fn wanted() -> i64 {
    std::env::var("DESKHAND_BENCH_CHANGES").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

/// The first instant of the year over which they are spread: half of it lies behind.
fn year() -> Timestamp {
    moment().now.plus(-182 * DAY)
}

/// The desk, built through the changing door and kept.
fn ready() -> PathBuf {
    let schemas = [include_str!("../../assets/schema/004_window.sql"), include_str!("changes.rs")].concat();
    let edition: String = Sha256::digest(schemas).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let path = cache().join(format!("changes-{}-{edition}.desk", wanted()));
    if path.exists() {
        return path;
    }
    std::fs::create_dir_all(cache()).unwrap();
    let began = std::time::Instant::now();
    let plan = commands();
    Store::build(&path, &author(), &moment(), "changes", |store| {
        for portion in plan.chunks(500) {
            store.execute(&Request::new(Command::Each(portion.to_vec())), &author(), &moment())?;
        }
        Ok(())
    })
    .unwrap();
    println!("built {} in {:?}", path.display(), began.elapsed());
    path
}

fn commands() -> Vec<Command> {
    let mut dice = fastrand::Rng::with_seed(11);
    let mut all = Vec::new();
    for n in 1..=SERVICES {
        all.push(Command::Register(Record::Service {
            id: None,
            key: format!("s{n}"),
            name: format!("Service {n}"),
            criticality: Criticality::High,
            owner: None,
            team: None,
            active: true,
        }));
    }
    // Each service has a CI of its own, made before these.
    for n in 0..CIS {
        let class = ["hypervisor", "virtual_machine", "application"][(n % 3) as usize];
        let set = Facts::from([(String::from("name"), vec![Value::Text(format!("{class}-{n}"))])]);
        let relate = match n % 3 {
            0 => Vec::new(),
            _ => {
                let to = CiId(SERVICES + n);
                vec![NewRelation { relation: String::from("runs_on"), reverse: false, to }]
            }
        };
        all.push(Command::Cmdb(CmdbCommand::New { class: class.to_owned(), set, relate }));
    }
    for n in 1..=wanted() {
        let from = year().plus(dice.i64(0..365 * 24 * 4) * HOUR / 4);
        // One in a hundred takes weeks.
        let length = if n % 100 == 0 { 20 * DAY } else { dice.i64(1..17) * HOUR / 2 };
        let mut set = Edit::from([
            (Field::Title, Value::from(format!("Change number {n}"))),
            (Field::PlannedStart, Value::Int(from.0)),
            (Field::PlannedEnd, Value::Int(from.plus(length).0)),
        ]);
        if n % 2 == 0 {
            set.insert(Field::Service, Value::Int(dice.i64(1..=SERVICES)));
        }
        let (tags, tasks, links) = (Vec::new(), Vec::new(), Vec::new());
        all.push(Command::Open(OpenTicket { kind: Kind::Change, set, tags, tasks, links, created: None }));
        let add = (0..3).map(|_| CiId(dice.i64(SERVICES + 1..=SERVICES + CIS))).collect();
        let ticket = TicketId(n);
        all.push(Command::Cmdb(CmdbCommand::Concern { ticket, add, remove: Vec::new(), impact: None }));
    }
    let rules =
        ["FREQ=WEEKLY;BYDAY=SU", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,2,-1,-2", ""];
    for n in 0..WINDOWS {
        let scope = match n % 4 {
            0 => Scope::Service(ServiceId(n % SERVICES + 1)),
            1 => Scope::Class(String::from("hypervisor")),
            _ => Scope::Everything,
        };
        let window = Window {
            name: format!("Window {n}"),
            kind: if n % 4 == 0 { WindowKind::Maintenance } else { WindowKind::Freeze },
            starts: "2019-01-06T02:00:00".parse().unwrap(),
            ends: "2019-01-06T06:00:00".parse().unwrap(),
            zone: Tz::Europe__Berlin,
            recurrence: Recurrence::read(rules[(n % 4) as usize], Tz::Europe__Berlin).unwrap(),
            scope,
            note: String::new(),
            source: None,
        };
        all.push(Command::Window(WindowCommand::Put { id: None, seen: None, window: Box::new(window) }));
    }
    all
}

pub fn all() -> Vec<String> {
    let path = ready();
    let store = Store::open(&path).unwrap();
    let conn = raw::open(&path);
    let reader = store.read().unwrap();
    let asker = Asker { me: None, moment: moment() };
    let mut table = Vec::new();
    let month = |n: i64| Span { from: year().plus(n * 30 * DAY), until: year().plus((n + 1) * 30 * DAY) };
    let found = reader.calendar(month(6)).unwrap();
    let times: usize = found.windows.iter().map(|marked| marked.spans.len()).sum();
    let mut n = 0;
    let ours = measure(60, || {
        n = (n + 1) % 12;
        reader.calendar(month(n)).unwrap()
    });
    let by_hand = measure(60, || {
        n = (n + 1) % 12;
        let Span { from, until } = month(n);
        let sql = format!(
            "SELECT id, n, title, state, planned_start, planned_end, assignee FROM ticket
              WHERE planned_start < {} AND planned_end > {} AND kind IN ('change', 'release')",
            until.0, from.0
        );
        raw::run(&conn, &sql, None)
    });
    let name = format!("a month: {} changes, {times} windows, p99", found.changes.len());
    table.push(figure(name, ours.1, Some(by_hand.1), "<= 8 ms"));
    let changes = wanted();
    let mut next = 0;
    let mut met = 0;
    let ours = measure(200, || {
        next = (next + 97) % changes;
        let mut ticket = reader.ticket(TicketId(next + 1)).unwrap();
        // As a hand moves it on the screen.
        ticket.planned_start = ticket.planned_start.map(|at| at.plus(HOUR));
        ticket.planned_end = ticket.planned_end.map(|at| at.plus(HOUR));
        met += reader.conflicts_of(&ticket, &asker).unwrap().len();
    });
    table.push(figure(format!("conflicts of an edited plan, {} each, median", met / 200), ours.0, None, "<= 20 ms"));
    table.push(figure("conflicts of an edited plan, p99", ours.1, None, "<= 20 ms"));
    let week = Span { from: moment().now, until: moment().now.plus(7 * DAY) };
    let found = reader.conflicts_within(week, &asker).unwrap().len();
    let ours = measure(5, || reader.conflicts_within(week, &asker).unwrap());
    table.push(figure(format!("all conflicts of a week: {found}"), ours.0, None, ""));
    table
}
