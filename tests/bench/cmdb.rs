//! What the CMDB costs at 100,000 CIs and 400,000 relations, beside the same answers by plain SQL.

use std::path::PathBuf;

use deskhand::desk::cmdb::query::parse;
use deskhand::desk::cmdb::{CmdbCommand, Facts, NewRelation};
use deskhand::desk::command::{Command, Request};
use deskhand::desk::field::Value;
use deskhand::desk::id::CiId;
use deskhand::store::{Asker, Reach, Store};

use sha2::{Digest, Sha256};

use crate::desk::{author, cache, moment};
use crate::figures::{figure, measure};
use crate::raw;

/// How many CIs: `DESKHAND_BENCH_CIS`, a hundred thousand if it is not set.
fn wanted() -> i64 {
    std::env::var("DESKHAND_BENCH_CIS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

/// From the ground up: class, and of how many CIs of a thousand it is.
const LAYERS: [(&str, i64); 7] = [
    ("site", 1),
    ("rack", 9),
    ("switch", 20),
    ("hypervisor", 40),
    ("virtual_machine", 430),
    ("application", 200),
    ("laptop", 300),
];

/// The desk, built through the changing door and kept.
fn ready() -> PathBuf {
    let edition = Sha256::digest([include_str!("../../assets/schema/002_cmdb.sql"), include_str!("cmdb.rs")].concat());
    let edition: String = edition.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let path = cache().join(format!("cmdb-{}-{edition}.desk", wanted()));
    if path.exists() {
        return path;
    }
    std::fs::create_dir_all(cache()).unwrap();
    let began = std::time::Instant::now();
    let plan = layers();
    Store::build(&path, &author(), &moment(), "cmdb", |store| {
        for portion in plan.chunks(500) {
            let all = portion.iter().cloned().map(Command::Cmdb).collect();
            store.execute(&Request::new(Command::Each(all)), &author(), &moment())?;
        }
        Ok(())
    })
    .unwrap();
    println!("built {} in {:?}", path.display(), began.elapsed());
    path
}

/// Every CI with the relations to those made before it: about four each.
fn layers() -> Vec<CmdbCommand> {
    let mut dice = fastrand::Rng::with_seed(7);
    let mut ids: Vec<Vec<i64>> = vec![Vec::new(); LAYERS.len()];
    let mut all = Vec::new();
    let mut next = 0_i64;
    for (layer, (class, share)) in LAYERS.iter().enumerate() {
        for n in 0..(wanted() * share / 1000).max(1) {
            next += 1;
            ids[layer].push(next);
            let mut relate: Vec<(&str, i64)> = Vec::new();
            let mut to = |relation: &'static str, layer: usize, times: usize, relate: &mut Vec<(&str, i64)>| {
                for _ in 0..times {
                    let other = ids[layer][dice.usize(..ids[layer].len())];
                    if other != next && !relate.contains(&(relation, other)) {
                        relate.push((relation, other));
                    }
                }
            };
            match *class {
                "rack" => to("located_in", 0, 1, &mut relate),
                "switch" => to("located_in", 1, 1, &mut relate),
                "hypervisor" => {
                    to("located_in", 1, 1, &mut relate);
                    to("connects_to", 2, 2, &mut relate);
                }
                "virtual_machine" => {
                    to("runs_on", 3, 1, &mut relate);
                    to("connects_to", 2, 4, &mut relate);
                }
                "application" => {
                    to("runs_on", 4, 4, &mut relate);
                    to("depends_on", 5, 2, &mut relate);
                }
                "laptop" => to("connects_to", 2, 3, &mut relate),
                _ => {}
            }
            let text = |text: String| vec![Value::Text(text)];
            let mut set = Facts::from([
                (String::from("name"), text(format!("{class}-{n}"))),
                (String::from("serial"), text(format!("SN{next:08}"))),
                (String::from("ip"), text(format!("10.{}.{}.{}", next >> 16 & 255, next >> 8 & 255, next & 255))),
                (String::from("model"), text(format!("Model {}", next % 40))),
            ]);
            if *class == "virtual_machine" {
                set.insert(String::from("memory"), vec![Value::Int(1024 << (next % 6))]);
            }
            let relate = relate
                .into_iter()
                .map(|(relation, to)| NewRelation { relation: relation.to_owned(), reverse: false, to: CiId(to) })
                .collect();
            all.push(CmdbCommand::New { class: (*class).to_owned(), set, relate });
        }
    }
    all
}

pub fn all() -> Vec<String> {
    let path = ready();
    let store = Store::open(&path).unwrap();
    let conn = raw::open(&path);
    let reader = store.read().unwrap();
    let asker = Asker { me: None, moment: moment() };
    let (mut table, count) = (Vec::new(), |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap());
    table.push(format!(
        "{} CIs, {} relations",
        count("SELECT count(*) FROM ci"),
        count("SELECT count(*) FROM relation")
    ));
    for (name, word, budget) in
        [("a hypervisor", "hypervisor-7", "<= 50 ms"), ("a rack", "rack-3", "<= 50 ms"), ("a site", "site-0", "")]
    {
        let id = reader.find_ci(word).unwrap();
        let hits = reader.impact(&[id], Reach::Down, 10).unwrap().hits.len();
        let ours = measure(20, || reader.impact(&[id], Reach::Down, 10).unwrap());
        let by_hand = measure(20, || raw::run(&conn, &reach_sql(id.0), None));
        table.push(figure(format!("impact of {name}, depth 10, {hits} hits"), ours.0, Some(by_hand.0), budget));
    }
    let app = reader.find_ci("application-99").unwrap();
    table.push(figure(
        "what an application needs, depth 10",
        measure(50, || reader.impact(&[app], Reach::Up, 10).unwrap()).0,
        None,
        "<= 50 ms",
    ));
    for (name, word) in [("a virtual machine", "virtual_machine-77"), ("a switch, hundreds of neighbours", "switch-5")]
    {
        let id = reader.find_ci(word).unwrap();
        let ours = measure(200, || reader.ci_sheet(id).unwrap());
        let by_hand = measure(200, || raw::run(&conn, &sheet_sql(id.0), None));
        table.push(figure(format!("sheet of {name}, p99"), ours.1, Some(by_hand.1), "<= 8 ms"));
    }
    let ours = measure(50, || reader.class_counts().unwrap());
    let by_hand = measure(50, || raw::run(&conn, "SELECT class, phase, count(*) FROM ci GROUP BY class, phase", None));
    table.push(figure("class counts, median", ours.0, Some(by_hand.0), "<= 8 ms"));
    for (name, text) in [
        ("search as typed, 'machine-4'", "is:present machine-4"),
        ("search as typed, 'vm nobody has'", "is:present nobody"),
        ("by address", "10.0.77.7"),
        ("class:computer is:live memory:>=16384", "class:computer is:live memory:>=16384"),
        ("servers without a place", "class:virtual_machine is:live -has:location"),
    ] {
        let query = parse(text, &reader.rules().cmdb).unwrap();
        let ours = measure(30, || reader.cis(&query, &asker, None, 50).unwrap());
        table.push(figure(name, ours.0, None, "<= 16 ms"));
    }
    table
}

/// The same reach by a recursive query, without redundancy and depth.
fn reach_sql(id: i64) -> String {
    format!(
        "WITH RECURSIVE down (id) AS (VALUES ({id}) UNION SELECT r.ci FROM down d JOIN relation r ON r.other = d.id) SELECT id FROM down"
    )
}

fn sheet_sql(id: i64) -> String {
    format!(
        "SELECT r.type, c.id, c.name, c.class, c.status FROM relation r JOIN ci c ON c.id = r.other WHERE r.ci = {id}
         UNION ALL SELECT r.type, c.id, c.name, c.class, c.status FROM relation r JOIN ci c ON c.id = r.ci WHERE r.other = {id}
         UNION ALL SELECT name, id, value, ci, ci FROM attribute WHERE ci = {id}"
    )
}
