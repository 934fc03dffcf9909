//! How questions are answered at a million tickets: from which index, and whether anything must be sorted first.

use rusqlite::params_from_iter;

use crate::desk::command::{Author, Command, Record, Request};
use crate::desk::id::PersonId;
use crate::desk::priority::Criticality;
use crate::desk::query::{FIELDS, Has, Is, Query, SortField};
use crate::desk::time::{Moment, Timestamp};
use crate::store::Store;
use crate::store::reader::filter::Asker;

/// A desk; the statistics in the schema make the planner take it for one of a million tickets.
fn a_million() -> (tempfile::TempDir, Store, Asker) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ops.desk");
    let author = Author { login: String::from("anna"), via: None, host: String::from("lab") };
    let moment = Moment::utc(Timestamp(1_790_000_000_000));
    let mut store = Store::create(&path, &author, &moment, "ops").unwrap();
    let (key, name) = (String::from("net"), String::from("Network"));
    let team = Record::Team { id: None, key, name, members: Vec::new(), active: true };
    let (key, name) = (String::from("payroll"), String::from("Payroll"));
    let criticality = Criticality::default();
    let service = Record::Service { id: None, key, name, criticality, owner: None, team: None, active: true };
    for record in [team, service] {
        store.execute(&Request::new(Command::Register(record)), &author, &moment).unwrap();
    }
    (folder, store, Asker { me: Some(PersonId(1)), moment })
}

/// Most tickets are so: a walk from the newest meets a page of them at once.
const MOST: &[&str] = &[
    "kind:inc,req",
    "prio:1,2",
    "impact:<=2",
    "is:closed",
    "has:description",
    "has:resolution",
    "has:note",
    "has:reply",
    "has:due",
    "sort:number",
    "sort:-number",
];

/// Sorted, since what is found is few: who has it, what waits, what is open and due.
const FEW: &[&str] = &["assignee:me,none", "category:\"Network\"", "reason:vendor", "is:resolved", "is:at-risk"];

/// Every ticket sorted, by something that no index has in that order: it takes a second at a million. Views narrow first.
const SORTED: &[&str] = &[
    "sort:due,-updated",
    "sort:resolved",
    "sort:closed",
    "sort:-due",
    "sort:title",
    "sort:-title",
    "sort:assignee",
    "sort:-assignee",
    "sort:requester",
    "sort:-requester",
    "sort:team",
    "sort:-team",
    "sort:service",
    "sort:-service",
    "sort:category",
    "sort:-category",
];

/// Whether a plan reads no more than it must: every table by an index, and nothing sorted but equals among themselves.
fn streams(plan: &[String]) -> bool {
    plan.iter().all(|step| step != "SCAN t" && step != "USE TEMP B-TREE FOR ORDER BY")
}

fn questions() -> Vec<String> {
    let mut all: Vec<String> = FIELDS.iter().map(|field| field.example.to_owned()).collect();
    all.extend(Is::ALL.iter().map(|word| format!("is:{}", word.word())));
    all.extend(Has::ALL.iter().map(|word| format!("has:{}", word.word())));
    all.extend(SortField::ALL.iter().flat_map(|by| [format!("sort:{}", by.word()), format!("sort:-{}", by.word())]));
    all
}

#[test]
fn every_single_question_is_answered_from_an_index() {
    let (_folder, store, asker) = a_million();
    let reader = store.read().unwrap();
    let mut wrong = Vec::new();
    for question in questions() {
        let question = question.replace("Network / VPN", "Network");
        let query: Query = question.parse().unwrap();
        let plan = reader.explain_query(&query, &asker).unwrap_or_else(|refusal| panic!("{question}: {refusal}"));
        let excepted = [MOST, FEW, SORTED].iter().any(|known| known.contains(&question.as_str()));
        if streams(&plan) == excepted {
            wrong.push(format!("{question}: {}", plan.join(" · ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_shipped_view_and_its_count_is_answered_from_an_index() {
    let (_folder, store, asker) = a_million();
    let reader = store.read().unwrap();
    let mut plans = Vec::new();
    for view in &reader.rules().views {
        let query: &Query = &view.query.parse().unwrap();
        let plan = reader.explain_query(query, &asker).unwrap();
        let (from, wanted) = reader.source(query, &asker, false).unwrap();
        let sql = format!("EXPLAIN QUERY PLAN SELECT count(*) FROM {from} WHERE {}", wanted.sql);
        let count: Vec<String> = reader.all(&sql, params_from_iter(&wanted.values), |row| row.get(3)).unwrap();
        plans.push(format!("{}: {} # {}", view.name, plan.join(" · "), count.join(" · ")));
    }
    assert_eq!(plans, VIEWS, "{plans:#?}");
}

/// The list, then the count. What is sorted is few: what waits at the same millisecond, major incidents.
const VIEWS: [&str; 13] = [
    "My work: SEARCH t USING INDEX ticket_open_assignee (assignee=?) # SEARCH t USING COVERING INDEX ticket_open_assignee (assignee=?)",
    "Unassigned: SEARCH t USING INDEX ticket_open_nobody (assignee=?) # SEARCH t USING COVERING INDEX ticket_open_nobody (assignee=?)",
    "Open: SCAN t USING INDEX ticket_open # SEARCH t USING COVERING INDEX ticket_phase (phase<?)",
    "To approve: SEARCH t USING INTEGER PRIMARY KEY (rowid=?) · LIST SUBQUERY 1 · SEARCH v USING INDEX vote_person (person=?) · SEARCH a USING INTEGER PRIMARY KEY (rowid=?) # SEARCH t USING INTEGER PRIMARY KEY (rowid=?) · LIST SUBQUERY 1 · SEARCH v USING INDEX vote_person (person=?) · SEARCH a USING INTEGER PRIMARY KEY (rowid=?)",
    "Overdue: SEARCH t USING INDEX ticket_open_due (<expr><?) # SEARCH t USING COVERING INDEX ticket_open_due (<expr><?)",
    "At risk: SEARCH t USING INDEX ticket_open_due (<expr>>? AND <expr><?) # SEARCH t USING COVERING INDEX ticket_open_due (<expr>>? AND <expr><?)",
    "Waiting for requester: SEARCH t USING INDEX ticket_pending (pending_reason=?) · USE TEMP B-TREE FOR LAST TERM OF ORDER BY # SEARCH t USING COVERING INDEX ticket_pending (pending_reason=?)",
    "Waiting for vendor: SEARCH t USING INDEX ticket_pending (pending_reason=?) · USE TEMP B-TREE FOR LAST TERM OF ORDER BY # SEARCH t USING COVERING INDEX ticket_pending (pending_reason=?)",
    "Major incidents: SEARCH t USING INDEX ticket_major (major=?) · USE TEMP B-TREE FOR ORDER BY # SEARCH t USING INDEX ticket_major (major=?)",
    "Watched: SEARCH t USING INDEX ticket_open_newest (id=?) · LIST SUBQUERY 1 · SEARCH watcher USING COVERING INDEX watcher_person (person=?) # SEARCH t USING INDEX ticket_open_newest (id=?) · LIST SUBQUERY 1 · SEARCH watcher USING COVERING INDEX watcher_person (person=?)",
    "Resolved: SEARCH t USING INDEX ticket_done (phase=?) # SEARCH t USING COVERING INDEX ticket_done (phase=?)",
    "Recently changed: SCAN t USING INDEX ticket_updated # SCAN t USING COVERING INDEX ticket_closed",
    "All: SCAN t # SCAN t USING COVERING INDEX ticket_closed",
];
