//! The store's answers against the plain ones: random desks, random queries, every page in both directions.

use std::cmp::Ordering;

use fastrand::Rng;

use crate::desk::command::Author;
use crate::desk::field::Value;
use crate::desk::id::{CommandId, Kind, Number, PersonId, Seq, TicketId};
use crate::desk::priority::{Level, Priority};
use crate::desk::query::{Facts, Has, Named, PersonNames, Query, SortField, matches};
use crate::desk::time::{HOUR, Moment, Timestamp};
use crate::desk::workflow::Phase;
use crate::store::batch::{Batch, Row, Table, Write, row};
use crate::store::reader::filter::Asker;
use crate::store::reader::tickets::PageFrom;
use crate::store::{Store, apply};

const NOW: i64 = 1_790_000_000_000;
const ME: usize = 0;
/// Login and name: two are called alike, one's name is another's login, letters beyond ASCII.
const PEOPLE: [(&str, &str); 5] =
    [("anna", "Anna Berg"), ("bob", "anna"), ("zoë", "Zoë Öz"), ("x1", "Sam Lee"), ("x2", "sam lee")];
const TEAMS: [(&str, &str); 3] = [("net", "Network"), ("ops", "Öps"), ("network", "Field")];
const SERVICES: [(&str, &str); 2] = [("pay", "Payroll"), ("mail", "E-Mail")];
/// Key, name, parent.
const CATEGORIES: [(&str, &str, Option<usize>); 4] =
    [("n", "Net", None), ("n.v", "VPN", Some(0)), ("w", "Web", None), ("w.v", "VPN", Some(2))];
const TAGS: [&str; 4] = ["vpn", "home/office", "größe", "a'b"];
const CIS: [&str; 3] = ["fw1", "FW2", "größe"];
const WORDS: [&str; 10] = ["vpn", "Café", "Straße", "down", "e-mail", "BGP", "flap", "ПРИВЕТ", "naïve", "4711"];
const STATES: [(&str, Phase); 5] = [
    ("new", Phase::New),
    ("in_progress", Phase::Active),
    ("pending", Phase::Waiting),
    ("resolved", Phase::Done),
    ("closed", Phase::Closed),
];

/// A ticket of a random desk, with everything that a query may ask about it.
struct Sample {
    id: i64,
    number: Number,
    state: usize,
    title: String,
    body: String,
    note: Option<(bool, String)>,
    levels: [i64; 3],
    people: [Option<usize>; 2],
    team: Option<usize>,
    service: Option<usize>,
    category: Option<usize>,
    path: Vec<&'static str>,
    words: [Option<&'static str>; 3],
    tags: Vec<&'static str>,
    links: Vec<Number>,
    linked: Option<i64>,
    has: Vec<Has>,
    times: [Option<i64>; 7],
    major: bool,
    merged: bool,
    seen: bool,
    watched: bool,
    /// All its other text as the index has it.
    indexed: String,
}

fn one<T: Copy>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(0..all.len())]
}

fn text(rng: &mut Rng) -> String {
    (0..rng.usize(1..5)).map(|_| one(rng, &WORDS)).collect::<Vec<_>>().join(" ")
}

fn sample(rng: &mut Rng, id: i64) -> Sample {
    let maybe = |rng: &mut Rng, of: usize| rng.bool().then(|| rng.usize(0..of));
    let kind = one(rng, &Kind::ALL);
    let created = NOW - rng.i64(0..20) * 12 * HOUR;
    let times = [(); 7].map(|()| rng.bool().then(|| NOW + rng.i64(-20..20) * 6 * HOUR));
    let has = [Has::Attachment, Has::Workaround, Has::RootCause, Has::Description, Has::Resolution, Has::Task];
    let mut has: Vec<Has> = has.into_iter().filter(|_| rng.bool()).collect();
    let note = rng.bool().then(|| (rng.bool(), text(rng)));
    if let Some((public, _)) = &note {
        has.push(if *public { Has::Reply } else { Has::Note });
    }
    let category = maybe(rng, 4);
    let path = category.map_or_else(Vec::new, |at| {
        CATEGORIES[at].2.map(|parent| CATEGORIES[parent].1).into_iter().chain([CATEGORIES[at].1]).collect()
    });
    let body = if has.contains(&Has::Description) { text(rng) } else { String::new() };
    let marks = [(Has::Resolution, "mended"), (Has::RootCause, "moths"), (Has::Workaround, "waiting")];
    let mut indexed = vec![body.clone()];
    indexed.extend(marks.iter().filter(|(mark, _)| has.contains(mark)).map(|(_, word)| (*word).to_owned()));
    indexed.extend(note.iter().map(|(_, text)| text.clone()));
    Sample {
        id,
        number: Number { kind, n: id },
        state: rng.usize(0..5),
        title: text(rng),
        body,
        note,
        levels: [rng.i64(1..=5), rng.i64(1..=4), rng.i64(1..=4)],
        people: [maybe(rng, 5), maybe(rng, 5)],
        team: maybe(rng, 3),
        service: maybe(rng, 2),
        category,
        path,
        words: [rng.bool().then_some("mail"), rng.bool().then(|| one(rng, &CIS)), rng.bool().then_some("vendor")],
        tags: TAGS.into_iter().filter(|_| rng.u8(0..3) == 0).collect(),
        links: Vec::new(),
        linked: (id > 1 && rng.bool()).then(|| rng.i64(1..id)),
        has,
        times: [Some(created), Some(created + rng.i64(0..3) * HOUR), times[2], times[3], times[4], times[5], times[6]],
        major: rng.bool(),
        merged: rng.u8(0..4) == 0,
        seen: rng.bool(),
        watched: rng.bool(),
        indexed: indexed.join("\n"),
    }
}

fn person(at: Option<usize>) -> Option<PersonNames<'static>> {
    at.map(|at| PersonNames { login: PEOPLE[at].0, name: PEOPLE[at].1 })
}

impl Sample {
    fn facts(&self) -> Facts<'_> {
        let named = |(key, name)| Named { key, name };
        let time = |at: usize| self.times[at].map(Timestamp);
        Facts {
            number: self.number,
            phase: STATES[self.state].1,
            state: STATES[self.state].0,
            title: &self.title,
            body: &self.indexed,
            priority: Priority::new(self.levels[0]).unwrap(),
            impact: Level::new(self.levels[1]).unwrap(),
            urgency: Level::new(self.levels[2]).unwrap(),
            requester: person(self.people[0]),
            assignee: person(self.people[1]),
            team: self.team.map(|at| named(TEAMS[at])),
            service: self.service.map(|at| named(SERVICES[at])),
            category: &self.path,
            channel: self.words[0],
            pending_reason: self.words[2],
            resolution_code: None,
            cause_code: None,
            ci: self.words[1],
            external: None,
            tags: &self.tags,
            links: &self.links,
            has: &self.has,
            created: time(0).unwrap(),
            updated: time(1).unwrap(),
            resolved: time(2),
            closed: time(3),
            due: time(4),
            planned_start: time(5),
            planned_end: time(6),
            major: self.major,
            merged: self.merged,
            to_approve: false,
            conflicting: false,
            change_type: None,
            template: None,
            risk: None,
            changed: self.seen,
            watched: self.watched,
        }
    }

    fn writes(&self) -> Vec<Write> {
        let id = self.id;
        let person = |at: Option<usize>| at.map(row_of);
        let has = |mark, word: &str| self.has.contains(&mark).then(|| word.to_owned());
        let ticket = row! {
            "kind": self.number.kind.word(), "n": self.number.n, "version": 1, "updated": self.times[1], "created": self.times[0],
            "state": STATES[self.state].0, "phase": STATES[self.state].1.code(), "priority": self.levels[0],
            "priority_computed": self.levels[0], "impact": self.levels[1], "urgency": self.levels[2],
            "major": i64::from(self.major), "requester": person(self.people[0]), "assignee": person(self.people[1]),
            "team": self.team.map(row_of), "service": self.service.map(row_of), "category": self.category.map(|at| CATEGORY + row_of(at)),
            "due": self.times[4], "resolved": self.times[2], "closed": self.times[3], "planned_start": self.times[5],
            "planned_end": self.times[6], "pending_reason": self.words[2], "channel": self.words[0], "ci": self.words[1],
            "merged_into": self.merged.then_some("INC-1"), "title": self.title.as_str(), "description": self.body.as_str(),
            "resolution": has(Has::Resolution, "mended"), "root_cause": has(Has::RootCause, "moths"),
            "workaround": has(Has::Workaround, "waiting"),
        };
        let mut writes = vec![insert(Table::Ticket, id, ticket)];
        for (n, name) in (0..).zip(&self.tags) {
            writes.push(insert(Table::Tag, id * 10 + n, row! { "ticket": id, "name": *name }));
        }
        if let Some((public, text)) = &self.note {
            writes.push(insert(
                Table::Entry,
                id,
                row! { "ticket": id, "at": NOW, "public": i64::from(*public), "text": text.as_str() },
            ));
        }
        if let Some(other) = self.linked {
            writes.push(insert(Table::Link, id, row! { "ticket": id, "relation": "relates", "other": other }));
        }
        if self.watched {
            writes.push(insert(Table::Watcher, id, row! { "ticket": id, "person": row_of(ME) }));
        }
        if self.has.contains(&Has::Task) {
            writes.push(insert(Table::Task, id, row! { "ticket": id, "position": 1, "text": "ask" }));
        }
        if self.has.contains(&Has::Attachment) {
            let nothing = crate::store::reader::sheet::hex(&<sha2::Sha256 as sha2::Digest>::digest(b""));
            let file = row! { "ticket": id, "at": NOW, "name": "log", "media": "text/plain", "size": 0, "sha256": nothing.as_str() };
            writes.push(Write::Blob { sha256: nothing, bytes: Vec::new() });
            writes.push(insert(Table::Attachment, id, file));
        }
        writes
    }
}

/// Rows of people, teams and services; row 1 of people is the founder.
fn row_of(at: usize) -> i64 {
    i64::try_from(at).unwrap() + 2
}

/// Behind the rows of the categories that every desk has.
const CATEGORY: i64 = 1_000;

fn insert(table: Table, id: i64, row: Row) -> Write {
    Write::Insert { table, id, row }
}

fn desk(seed: u64) -> (tempfile::TempDir, Store, Vec<Sample>) {
    let folder = tempfile::tempdir().unwrap();
    let author = Author { login: String::from("founder"), via: None, host: String::from("lab") };
    let store = Store::create(&folder.path().join("ops.desk"), &author, &moment(), "ops").unwrap();
    let mut rng = Rng::with_seed(seed);
    let mut samples: Vec<Sample> = (1..=40).map(|id| sample(&mut rng, id)).collect();
    for at in 0..samples.len() {
        if let Some(other) = samples[at].linked {
            let (from, to) = (samples[at].number, samples[usize::try_from(other - 1).unwrap()].number);
            samples[at].links.push(to);
            samples[usize::try_from(other - 1).unwrap()].links.push(from);
        }
    }
    let mut batch = Batch::default();
    for (at, (login, name)) in PEOPLE.iter().enumerate() {
        batch.writes.push(insert(
            Table::Person,
            row_of(at),
            row! { "login": *login, "name": *name, "roles": "agent", "active": 1 },
        ));
    }
    for (table, all) in [(Table::Team, &TEAMS[..]), (Table::Service, &SERVICES[..])] {
        for (at, (key, name)) in all.iter().enumerate() {
            batch.writes.push(insert(table, row_of(at), row! { "key": *key, "name": *name }));
        }
    }
    for (at, (key, name, parent)) in CATEGORIES.iter().enumerate() {
        let parent = parent.map(|at| CATEGORY + row_of(at));
        batch.writes.push(insert(
            Table::Category,
            CATEGORY + row_of(at),
            row! { "key": *key, "name": *name, "parent": parent },
        ));
    }
    batch.writes.extend(samples.iter().flat_map(Sample::writes));
    let heading = apply::Heading {
        id: CommandId(uuid::Uuid::now_v7()),
        author: &author,
        at: Timestamp(NOW),
        verb: "test",
        summary: "a random desk",
        reason: None,
        body: "{}",
        receipt: "{}",
    };
    let transaction = store.conn.unchecked_transaction().unwrap();
    apply::apply(&transaction, Seq(2), &batch, &heading, &mut |_, _| {}).unwrap();
    transaction.commit().unwrap();
    store.seen(samples.iter().filter(|s| s.seen).map(|s| (TicketId(s.id), Seq(0)))).unwrap();
    (folder, store, samples)
}

fn moment() -> Moment {
    Moment::utc(Timestamp(NOW))
}

/// One thing asked, in words that random desks know.
fn term(rng: &mut Rng) -> String {
    let names = ["anna", "ANNA BERG", "bob", "zoë", "\"ZOË ÖZ\"", "\"sam lee\"", "me", "none", "x1"];
    let span = ["<2d", ">=1d", "none", "today", "2026-09", "..2026-09-20", ">-2d", "1d..3d", "<6h", "3d"];
    let field = |rng: &mut Rng, field: &str, words: &[&str]| {
        let words: Vec<String> = (0..rng.usize(1..3)).map(|_| one(rng, words).to_owned()).collect();
        let quoted =
            words.iter().map(|w| if w.contains(' ') && !w.starts_with('"') { format!("\"{w}\"") } else { w.clone() });
        format!("{field}:{}", quoted.collect::<Vec<_>>().join(","))
    };
    let is: Vec<&str> = crate::desk::query::Is::ALL.iter().map(|word| word.word()).collect();
    let has: Vec<&str> = Has::ALL.iter().map(|word| word.word()).collect();
    let (level, who) = (one(rng, &["prio", "impact", "urgency"]), one(rng, &["assignee", "requester"]));
    let choice = one(rng, &["ci", "channel", "reason"]);
    match rng.u8(0..18) {
        0 | 1 => field(rng, "is", &is),
        2 | 3 => field(rng, "has", &has),
        4 => field(rng, "kind", &["inc", "req", "problem", "change", "rel", "imp"]),
        5 => field(rng, "state", &["new", "in-progress", "PENDING", "closed"]),
        6 => field(rng, "phase", &["new", "done", "closed"]),
        7 => field(rng, level, &["1", "<=2", "3..4", ">1"]),
        8 | 9 => field(rng, who, &names),
        10 => field(rng, "team", &["net", "Network", "öps", "FIELD", "none"]),
        11 => field(rng, "service", &["pay", "payroll", "E-mail", "none"]),
        12 => field(rng, "category", &["net", "vpn", "Net / VPN", "web / vpn", "none"]),
        13 => field(rng, "tag", &["vpn", "HOME/office", "GRÖSSE", "größe", "a'b", "none"]),
        14 => field(rng, choice, &["fw1", "fw2", "größe", "mail", "MAIL", "vendor", "none"]),
        15 => {
            let field_name =
                one(rng, &["created", "updated", "resolved", "closed", "due", "planned_start", "planned_end"]);
            field(rng, field_name, &span)
        }
        16 => format!("{}:{}-{}", one(rng, &["linked", "id"]), one(rng, &["INC", "REQ", "PRB", "CHG"]), rng.u8(1..40)),
        _ => {
            let word = one(
                rng,
                &[
                    "vpn",
                    "cafe",
                    "strasse",
                    "straße",
                    "\"bgp flap\"",
                    "fla*",
                    "e-mail",
                    "привет",
                    "naive",
                    "47*",
                    "mended",
                    "moths",
                ],
            );
            format!("{}{word}", one(rng, &["", "title:", "text:"]))
        }
    }
}

fn filter(rng: &mut Rng, depth: u8) -> String {
    match rng.u8(0..if depth == 0 { 1 } else { 6 }) {
        0 | 1 => term(rng),
        2 => format!("-({})", filter(rng, depth - 1)),
        3 => format!("({} or {})", filter(rng, depth - 1), filter(rng, depth - 1)),
        _ => format!("{} {}", filter(rng, depth - 1), filter(rng, depth - 1)),
    }
}

/// Where a ticket stands in an order, told as plainly as possible; `None` comes last, whichever way.
fn key(field: SortField, sample: &Sample) -> Option<Value> {
    let name = |name: &str| Some(Value::from(name.to_ascii_lowercase()));
    let time = |at: usize| sample.times[at].map(Value::Int);
    match field {
        SortField::Number => Some(Value::Int(sample.id)),
        SortField::Created => time(0),
        SortField::Updated => time(1),
        SortField::Resolved => time(2),
        SortField::Closed => time(3),
        SortField::Due => time(4),
        SortField::Priority => Some(Value::Int(sample.levels[0])),
        SortField::Impact => Some(Value::Int(sample.levels[1])),
        SortField::Urgency => Some(Value::Int(sample.levels[2])),
        SortField::State => name(STATES[sample.state].0),
        SortField::Kind => name(sample.number.kind.word()),
        SortField::Title => name(&sample.title),
        SortField::Assignee => sample.people[1].and_then(|at| name(PEOPLE[at].1)),
        SortField::Requester => sample.people[0].and_then(|at| name(PEOPLE[at].1)),
        SortField::Team => sample.team.and_then(|at| name(TEAMS[at].0)),
        SortField::Service => sample.service.and_then(|at| name(SERVICES[at].1)),
        SortField::Category => sample.category.and_then(|_| name(&sample.path.join(" / "))),
    }
}

fn compare(a: &Sample, b: &Sample, query: &Query) -> Ordering {
    for sort in &query.sort {
        let order = match (key(sort.field, a), key(sort.field, b)) {
            (None, None) => Ordering::Equal,
            (None, _) => return Ordering::Greater,
            (_, None) => return Ordering::Less,
            (Some(Value::Int(a)), Some(Value::Int(b))) => a.cmp(&b),
            (Some(a), Some(b)) => a.text().cmp(&b.text()),
        };
        if order != Ordering::Equal {
            return if sort.descending { order.reverse() } else { order };
        }
    }
    let descending = query.sort.last().is_none_or(|sort| sort.descending);
    if descending { b.id.cmp(&a.id) } else { a.id.cmp(&b.id) }
}

#[test]
fn the_store_finds_what_the_plain_evaluator_finds_in_the_order_that_was_asked_for() {
    let rounds: u64 = std::env::var("DESKHAND_PARITY_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    for seed in 0..rounds {
        let (_folder, store, samples) = desk(seed);
        let reader = store.read().unwrap();
        let asker = Asker { me: Some(PersonId(row_of(ME))), moment: moment() };
        let mut rng = Rng::with_seed(seed ^ 0xDE5C);
        for _ in 0..150 {
            let mut text = filter(&mut rng, 3);
            let sorted = rng.bool();
            if sorted {
                let by: Vec<SortField> = SortField::ALL.iter().copied().filter(|_| rng.u8(0..7) == 0).take(3).collect();
                let by: Vec<String> =
                    by.iter().map(|by| format!("{}{}", if rng.bool() { "-" } else { "" }, by.word())).collect();
                if !by.is_empty() {
                    text = format!("({text}) sort:{}", by.join(","));
                }
            }
            let query: Query = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            let mut expected: Vec<&Sample> = samples
                .iter()
                .filter(|s| matches(query.filter.as_ref().unwrap(), &s.facts(), PEOPLE[ME].0, &moment()))
                .collect();
            if query.sort.is_empty() {
                expected.sort_by_key(|sample| sample.id);
            } else {
                expected.sort_by(|a, b| compare(a, b, &query));
            }
            let expected: Vec<i64> = expected.iter().map(|sample| sample.id).collect();
            let mut found = Vec::new();
            let mut from = PageFrom::Start;
            loop {
                let page = reader.tickets(&query, &asker, &from, 7).unwrap_or_else(|error| panic!("{text}: {error}"));
                found.extend(page.rows.iter().map(|(ticket, _)| ticket.id.0));
                match page.rows.last() {
                    Some((_, cursor)) if page.more => from = PageFrom::After(cursor.clone()),
                    _ => break,
                }
            }
            if query.sort.is_empty() {
                found.sort_unstable();
            }
            assert_eq!(found, expected, "desk {seed}: {text}");
            assert_eq!(reader.count(&query, &asker), Ok(expected.len() as u64), "desk {seed}: {text}");
        }
        drop(reader);
        assert_eq!(store.verify().unwrap(), []);
    }
}
