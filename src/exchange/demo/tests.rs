//! The demo desk as its visitors find it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use super::*;
use crate::desk::field::Field;
use crate::desk::id::{ArticleId, CiId, Kind};
use crate::desk::knowledge::{Phase, section};
use crate::desk::ticket::Ticket;
use crate::desk::time::{HOUR, Timestamp};
use crate::desk::workflow::Trigger;
use crate::store::{Asker, PageFrom};
use crate::text::clean_text;
use crate::text::markdown::gist;

/// A Tuesday afternoon, a Sunday night, and a Monday morning after the clocks changed.
const MOMENTS: [&str; 3] = ["2026-11-17T14:20:00+01:00", "2026-11-22T02:21:00+01:00", "2026-03-30T08:00:30+02:00"];

struct Demo {
    store: Store,
    path: PathBuf,
    moment: Moment,
    _folder: tempfile::TempDir,
}

fn nearby(folder: &std::path::Path, me: &Author) -> crate::store::Nearby {
    crate::store::Nearby {
        copy: folder.join("copy"),
        outbox: folder.join("outbox"),
        me: me.clone(),
        when_away: crate::store::WhenAway::Refuse,
        patience: std::time::Duration::ZERO,
        bounds: crate::store::Bounds::default(),
        stop: crate::store::Stop::default(),
    }
}

impl Demo {
    /// The desk of the first moment and seed.
    fn usual() -> Demo {
        Demo::of(0)
    }

    /// The desk of one of the moments, each with a seed of its own, made once for all tests that only read it.
    fn of(nth: usize) -> Demo {
        static MADE: [OnceLock<Vec<u8>>; 3] = [const { OnceLock::new() }; 3];
        let made = MADE[nth].get_or_init(|| {
            let Demo { store, path, _folder, .. } = Demo::at(MOMENTS[nth], nth as u64 + 1);
            drop(store);
            std::fs::read(path).unwrap()
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.desk");
        std::fs::write(&path, made).unwrap();
        Demo { store: Store::open(&path).unwrap(), path, moment: moment(MOMENTS[nth]), _folder: folder }
    }

    fn at(text: &str, seed: u64) -> Demo {
        let moment = moment(text);
        let folder = tempfile::tempdir().unwrap();
        let founder = Author { login: String::from("Anna"), via: None, host: String::from("lab") };
        let path = folder.path().join("demo.desk");
        let store = build(&path, &nearby(folder.path(), &founder), &founder, &moment, seed, &mut |_, _| {}).unwrap();
        Demo { store, path, moment, _folder: folder }
    }

    fn tickets(&self, query: &str) -> Vec<Ticket> {
        let reader = self.store.read().unwrap();
        let me = reader.person_by_login("anna").unwrap().map(|person| person.id);
        let asker = Asker { me, moment: self.moment };
        let page = reader.tickets(&query.parse().unwrap(), &asker, &PageFrom::Start, 1_000).unwrap();
        page.rows.into_iter().map(|(ticket, _)| ticket).collect()
    }

    fn count(&self, query: &str) -> usize {
        self.tickets(query).len()
    }
}

fn moment(text: &str) -> Moment {
    let now = chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis();
    Moment { now: Timestamp(now), zone: chrono_tz::Europe::Zurich }
}

#[test]
fn it_has_what_a_visitor_looks_for_at_any_moment() {
    for (text, demo) in MOMENTS.iter().zip((0..3).map(Demo::of)) {
        assert_eq!(demo.store.verify().unwrap(), [], "{text}");
        let log = demo.store.read().unwrap().log(None, 100_000).unwrap();
        assert!(log.windows(2).all(|pair| pair[0].at >= pair[1].at), "{text}: out of order");
        let late = log.iter().find(|entry| entry.at > demo.moment.now);
        assert!(late.is_none(), "{text}: {late:?}");
        let kinds: BTreeMap<Kind, usize> =
            Kind::ALL.iter().map(|kind| (*kind, demo.count(&format!("kind:{kind}")))).collect();
        assert_eq!(kinds.into_values().collect::<Vec<_>>(), [297, 60, 15, 44, 3, 5], "{text}");
        let open = demo.count("is:open");
        assert!((48..=66).contains(&open), "{text}: {open} open");
        for (query, least) in [
            ("is:mine is:open", 6),
            ("is:unassigned is:open", 7),
            ("is:breached", 4),
            ("is:at-risk", 3),
            ("is:major is:open", 1),
            ("is:major is:closed", 1),
            ("is:watched is:open", 2),
            ("is:merged", 2),
            ("has:attachment", 5),
            ("has:workaround kind:problem", 5),
            ("due:today is:open", 3),
            ("tag:printer-tender", 10),
            ("linked:INC-1 or linked:INC-2 or is:open", 40),
            ("is:open reason:requester", 2),
            ("is:open reason:vendor", 1),
            ("is:open reason:change", 1),
            ("is:open reason:parts", 1),
            ("is:open reason:scheduled", 1),
            ("is:open reason:monitoring", 1),
            ("is:open reason:problem", 1),
        ] {
            assert!(demo.count(query) >= least, "{text}: {query} finds {}", demo.count(query));
        }
    }
}

#[test]
fn every_state_of_every_workflow_occurs_and_no_ticket_violates_its_own() {
    let demo = Demo::usual();
    let tickets = demo.tickets("");
    let reader = demo.store.read().unwrap();
    let mut seen: BTreeMap<Kind, BTreeSet<String>> = BTreeMap::new();
    let mut standing: BTreeMap<Kind, BTreeSet<String>> = BTreeMap::new();
    for ticket in tickets {
        let workflow = reader.rules().workflow(ticket.kind()).unwrap();
        let opening = reader.history(ticket.id).unwrap().remove(0);
        let first = opening.changes.iter().find(|change| change.field == Some(Field::State)).unwrap();
        let mut state = first.after.text().unwrap().to_owned();
        // Routed to a team at once, it is assigned when it is opened.
        let stood = |state: &str| Ticket { state: state.to_owned(), ..ticket.clone() };
        let initial = stood(&workflow.initial);
        let routed = workflow.triggered(&initial, Trigger::Assigned);
        assert!(state == workflow.initial || routed.is_some_and(|by| by.to == state), "{}", ticket.number);
        let states = seen.entry(ticket.kind()).or_default();
        states.insert(state.clone());
        let mut last = ticket.created;
        for step in reader.steps(ticket.id).unwrap() {
            assert!(step.at >= last, "{}: {} before {last}", ticket.number, step.at);
            last = step.at;
            if step.field != Field::State {
                continue;
            }
            let to = step.after.text().unwrap().to_owned();
            assert_eq!(step.before.text(), Some(state.as_str()), "{}", ticket.number);
            let merged = ticket.merged_into.is_some() && to == "closed";
            assert!(merged || workflow.between(&stood(&state), &to).is_some(), "{}: {state} to {to}", ticket.number);
            states.insert(to.clone());
            state = to;
        }
        assert_eq!(state, ticket.state, "{}", ticket.number);
        assert_eq!(workflow.phase(&state), ticket.phase, "{}", ticket.number);
        assert!(last <= demo.moment.now, "{} is of the future", ticket.number);
        standing.entry(ticket.kind()).or_default().insert(state);
    }
    for kind in Kind::ALL {
        let workflow = reader.rules().workflow(kind).unwrap();
        let all: BTreeSet<String> = workflow.state.iter().map(|state| state.name.clone()).collect();
        assert_eq!(seen[&kind], all, "{kind}");
        if matches!(kind, Kind::Incident | Kind::Request | Kind::Problem | Kind::Change) {
            assert_eq!(standing[&kind], all, "{kind} today");
        }
    }
}

#[test]
fn the_same_seed_moment_and_login_give_the_same_desk_and_another_seed_another() {
    let (one, two) = (Demo::usual(), Demo::at(MOMENTS[0], 1));
    assert_eq!(one.tickets("sort:-updated"), two.tickets("sort:-updated"));
    let log = |demo: &Demo| {
        let mut log = demo.store.read().unwrap().log(None, 100_000).unwrap();
        // The founding entry and the desk's identity are unique to each file.
        log.pop();
        log
    };
    assert_eq!(log(&one), log(&two));
    let stories = story::stories().unwrap();
    let hours = Hours::around(&one.moment);
    let opened = |seed| -> Vec<Timestamp> {
        let parts = cast::cast(&stories, &hours, &mut fastrand::Rng::with_seed(seed));
        parts.iter().map(|part| part.opened).collect()
    };
    assert_eq!(opened(1), opened(1));
    assert_ne!(opened(1), opened(8));
}

#[test]
fn its_journal_is_in_order_by_many_authors_and_holds_a_bulk_edit_and_one_taken_back() {
    let demo = Demo::usual();
    let reader = demo.store.read().unwrap();
    let log = reader.log(None, 100_000).unwrap();
    let authors: BTreeSet<&str> = log.iter().map(|entry| entry.author.as_str()).collect();
    assert!(authors.len() > 60, "{}", authors.len());
    let undone = log.iter().find(|entry| entry.undone_by.is_some()).unwrap();
    assert_eq!(undone.summary, "set urgency of 9 tickets");
    assert!(log.iter().any(|entry| entry.summary.starts_with("set +printer-tender of ")));
    assert!((1_800..5_000).contains(&log.len()), "{}", log.len());
}

#[test]
fn the_open_major_has_children_duplicates_a_cause_and_a_problem() {
    let demo = Demo::usual();
    let major = demo.tickets("is:major is:open").remove(0);
    let old = demo.tickets("is:major is:closed").remove(0);
    let reader = demo.store.read().unwrap();
    let links = reader.sheet(major.id).unwrap().links;
    let names: BTreeSet<&str> = links.iter().map(|link| link.name()).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["caused by", "has duplicate", "parent of"]);
    assert_eq!(links.iter().filter(|link| link.name() == "parent of").count(), 3);
    let family = reader.sheet(old.id).unwrap().links;
    assert!(family.iter().all(|link| link.state == "closed"), "{family:?}");
    assert_eq!(family.len(), 2);
}

#[test]
fn its_texts_are_clean_and_no_placeholder_is_left() {
    let demo = Demo::usual();
    let tickets = demo.tickets("");
    let reader = demo.store.read().unwrap();
    let hole = |text: &str| {
        text.split('{').skip(1).any(|rest| {
            rest.split_once('}').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        })
    };
    for ticket in tickets {
        let sheet = reader.sheet(ticket.id).unwrap();
        let full = reader.ticket(ticket.id).unwrap();
        let mut texts = vec![full.title, full.description, full.resolution.unwrap_or_default()];
        texts.extend(full.ci.into_iter().chain(full.workaround).chain(full.root_cause));
        texts.extend(sheet.entries.into_iter().map(|entry| entry.text));
        for text in texts {
            assert_eq!(clean_text(&text), text, "{}", ticket.number);
            assert!(!hole(&text), "{}: {text}", ticket.number);
            let emoji = |c: char| matches!(u32::from(c), 0x1f000..=0x1ffff | 0x2600..=0x27bf);
            assert!(!text.contains(emoji), "{}: {text}", ticket.number);
        }
    }
}

#[test]
fn its_people_write_in_many_scripts_and_its_day_is_the_working_day() {
    let demo = Demo::usual();
    let people = demo.store.read().unwrap().people().unwrap();
    assert!(people.iter().filter(|person| !person.name.is_ascii()).count() > 20);
    assert!(people.iter().any(|person| person.name.contains('吴')));
    assert!(people.iter().any(|person| person.name.contains('ك')));
    let hours = Hours::around(&demo.moment);
    assert_eq!(hours.at(hours.now), Timestamp(demo.moment.now.0 - demo.moment.now.0 % 60_000));
    assert_eq!(hours.index(hours.at(hours.now - 5_000)), hours.now - 5_000);
    let opened = demo.tickets("-channel:monitoring");
    let at_night = opened.iter().filter(|ticket| {
        let since = ticket.created.since(hours.opening(hours.index(ticket.created) / hours::DAY));
        since > 10 * HOUR
    });
    assert_eq!(at_night.count(), 0);
}

#[test]
fn what_the_company_runs_hangs_together() {
    let demo = Demo::usual();
    let reader = demo.store.read().unwrap();
    let counts = reader.class_counts().unwrap();
    assert_eq!(counts.iter().map(|(_, _, n)| n).sum::<i64>(), 303);
    let reached = |name: &str| -> Vec<(String, String)> {
        let impact = reader.impact(&[reader.find_ci(name).unwrap()], crate::store::Reach::Down, 10).unwrap();
        let told =
            |hit: &crate::desk::cmdb::Hit| (reader.ci_name(hit.ci).unwrap().unwrap(), hit.state.word().to_owned());
        impact.hits.iter().map(told).collect()
    };
    let has = |all: &[(String, String)], name: &str, state: &str| all.contains(&(name.to_owned(), state.to_owned()));
    // One host of four is missed, and nobody stands still; without its storage the cluster does.
    let host = reached("aar-esx-02");
    assert!(has(&host, "aar-cluster", "degraded") && host.iter().all(|(_, state)| state == "degraded"), "{host:?}");
    let storage = reached("aar-san-01");
    for service in ["ERP", "Server platform", "Mail & calendar", "Payroll & time"] {
        assert!(has(&storage, service, "down"), "{service}: {storage:?}");
    }
    // Two feeds: one UPS may go.
    assert!(reached("aar-ups-01").iter().all(|(name, state)| state == "degraded" || name.contains("-pdu-")));
    let affected = demo.tickets("ci:aar-cluster");
    assert!(!affected.is_empty());
}

#[test]
fn a_quarter_of_changes_stands_in_a_calendar_with_windows_a_freeze_and_two_conflicts() {
    for (text, demo) in MOMENTS.iter().zip((0..3).map(Demo::of)) {
        let reader = demo.store.read().unwrap();
        let asker = Asker { me: None, moment: demo.moment };
        let met = reader.conflicts_to_come(&asker).unwrap();
        let open: BTreeSet<&str> =
            met.iter().filter(|conflict| conflict.is_open()).map(|conflict| conflict.cause.word()).collect();
        let told = met.iter().map(|conflict| conflict.text.as_str()).collect::<Vec<_>>();
        assert_eq!(open.into_iter().collect::<Vec<_>>(), ["major", "same_ci"], "{text}: {told:?}");
        assert_eq!(met.iter().filter(|conflict| conflict.is_open()).count(), 3, "{text}: both tell one: {told:?}");
        let kinds: Vec<&str> = reader.windows().unwrap().iter().map(|kept| kept.window.kind.word()).collect();
        assert_eq!(kinds, ["maintenance", "maintenance", "maintenance", "freeze"], "{text}");
        let meeting = reader.meeting(reader.meetings(9).unwrap()[0].id).unwrap();
        assert_eq!((meeting.closed, meeting.items.len()), (None, 3), "{text}");
        assert!(meeting.at > demo.moment.now && meeting.members.len() > 3, "{text}");
        drop(reader);
        assert_eq!(demo.count("code:failed-backed-out kind:change"), 1, "{text}");
        assert!(demo.count("template:std-patches is:closed") >= 8, "{text}");
        let release = demo.tickets("kind:release state:testing").remove(0);
        let reader = demo.store.read().unwrap();
        let parts = reader.parts_of(release.id).unwrap();
        assert_eq!(parts.len(), 3, "{text}");
        assert!(release.risk.is_some(), "{text}");
        let done = demo.tickets("kind:change is:closed code:successful");
        for change in done.iter().filter(|change| change.actual_start.is_some()) {
            let tasks = reader.tasks(change.id).unwrap();
            let own: Vec<_> = tasks.iter().filter(|task| !task.text.starts_with("Review:")).collect();
            assert!(!own.is_empty() && own.iter().all(|task| task.began < task.ended), "{text}: {}", change.number);
        }
        let looked_at =
            demo.tickets("kind:change -is:open").into_iter().map(|change| reader.ticket(change.id).unwrap());
        let taught = looked_at.filter(|change| change.lessons.is_some()).map(|change| change.state);
        assert!(taught.collect::<BTreeSet<_>>().contains("review"), "{text}");
    }
}

/// How far down the right one of `wanted` stands among `found`, as 1/rank; 0 where none of them is.
fn reciprocal(found: &[ArticleId], wanted: &BTreeSet<ArticleId>) -> f64 {
    found.iter().position(|id| wanted.contains(id)).map_or(0.0, |at| 1.0 / f64::from(u32::try_from(at + 1).unwrap()))
}

#[test]
fn its_articles_are_linked_lived_with_and_found_for_its_incidents() {
    for (text, demo) in MOMENTS.iter().zip((0..3).map(Demo::of)) {
        let reader = demo.store.read().unwrap();
        let rows = reader.articles(&Phase::ALL).unwrap();
        assert!(rows.len() >= 60, "{text}: {}", rows.len());
        assert_eq!(rows.len(), pages::names().count(), "{text}: each page is an article");
        let kinds: BTreeSet<&str> = rows.iter().map(|row| row.kind.as_str()).collect();
        let types: BTreeSet<&str> = reader.rules().knowledge.types.iter().map(|kind| kind.name.as_str()).collect();
        assert_eq!(kinds, types, "{text}");
        let states: BTreeSet<&str> = rows.iter().map(|row| row.state.as_str()).collect();
        assert_eq!(
            states.into_iter().collect::<Vec<_>>(),
            ["draft", "in_review", "published", "retired", "review_due"]
        );
        let count = |test: &dyn Fn(&&crate::store::ArticleRow) -> bool| rows.iter().filter(test).count();
        assert_eq!(count(&|row| row.state == "retired"), 1, "{text}");
        assert_eq!(count(&|row| row.flags > 0), 2, "{text}");
        assert!(count(&|row| row.edition > 1) >= 10, "{text}");
        assert!((3..15).contains(&count(&|row| row.state == "review_due")), "{text}");
        assert!(reader.gaps(99).unwrap().len() >= 6, "{text}: {:?}", reader.gaps(99).unwrap());
        let mut roles: BTreeMap<&str, usize> = BTreeMap::new();
        let mut scheduled = 0;
        for row in &rows {
            let article = reader.article(row.id).unwrap();
            scheduled += usize::from(article.publish_at.is_some());
            assert_eq!(clean_text(&article.body), article.body, "{}", article.title);
            for link in gist(&article.body).links {
                let to = link.split('#').next().unwrap();
                let elsewhere = to.contains(':') && to.contains("//");
                let exists = to.parse::<ArticleId>().is_ok_and(|id| reader.article(id).is_ok())
                    || to.parse::<CiId>().is_ok_and(|id| reader.ci(id).is_ok())
                    || to.parse().is_ok_and(|number| reader.ticket_numbered(number).is_ok());
                assert!(exists || elsewhere, "{text}: {}: {link}", article.title);
            }
            assert!(!article.services.is_empty(), "{}", article.title);
            for cited in reader.cited(row.id).unwrap() {
                *roles.entry(cited.role.word()).or_default() += 1;
            }
            if article.kind != "known_error" {
                continue;
            }
            let problem = reader.ticket(reader.problems_of(row.id).unwrap()[0]).unwrap();
            for (heading, told) in [("cause", &problem.root_cause), ("workaround", &problem.workaround)] {
                let words = |text: &str| text.replace("```sh", "").split_whitespace().collect::<Vec<_>>().join(" ");
                let own = words(&section(&article.body, heading).unwrap().replace('`', ""));
                assert!(own.contains(&words(told.as_deref().unwrap())), "{}: {own}", article.title);
            }
        }
        assert_eq!(scheduled, 1, "{text}");
        let line = demo.tickets("\"Line 4 Gdansk shows old orders\"").remove(0);
        let tasks = reader.tasks(line.id).unwrap();
        assert!(tasks.len() > 5 && tasks.iter().filter(|task| task.done).count() == 2, "{text}: {tasks:?}");
        for (query, title) in [
            ("tag:port-flap", "Port flapping on an access switch"),
            ("tag:host-down", "Server does not answer: ping and ssh time out"),
            ("tag:backup", "Nightly backup of a server failed"),
            ("tag:wan", "Internet slow at a site: packet loss on the carrier line"),
            ("tag:lost-device", "Laptop or phone lost or stolen"),
            ("tag:laptop", ""),
        ] {
            let alert = demo.tickets(&format!("{query} kind:incident")).remove(0);
            let tags = reader.sheet(alert.id).unwrap().tags;
            let runbook = reader.runbook_for(&alert.title, "", &tags).unwrap();
            assert_eq!(runbook.map(|found| found.title).unwrap_or_default(), title, "{text}: {query}");
        }
        assert_eq!(roles["known_error"], 10, "{text}");
        assert!(roles["origin"] >= 20 && roles["used"] >= 60, "{text}: {roles:?}");
    }
    // What somebody at the desk types is the title and the words of the requester.
    let demo = Demo::usual();
    let reader = demo.store.read().unwrap();
    let knowledge = Knowledge::read().unwrap();
    let (mut ranks, mut missed) = (Vec::new(), BTreeSet::new());
    let stories = story::stories().unwrap();
    for ticket in demo.tickets("kind:incident") {
        let full = reader.ticket(ticket.id).unwrap();
        let Some(story) = stories.iter().find(|story| is_told_as(story, &full.description)) else { continue };
        let wanted = knowledge.helping(story, &reader);
        if wanted.is_empty() {
            continue;
        }
        let found: Vec<ArticleId> =
            reader.suggest(&full.title, &full.description).unwrap().articles.iter().map(|hit| hit.id).collect();
        let rank = reciprocal(&found, &wanted);
        if rank < 0.5 {
            missed.insert((full.title.clone(), format!("{rank:.2}")));
        }
        ranks.push(rank);
    }
    #[expect(clippy::cast_precision_loss, reason = "a mean")]
    let mean = ranks.iter().sum::<f64>() / ranks.len() as f64;
    println!("mean reciprocal rank {mean:.3} of {} incidents; low: {missed:#?}", ranks.len());
    assert!(ranks.len() > 200 && mean > 0.8, "{mean} of {}", ranks.len());
}

/// Whether a ticket tells a story: by the longest stretch of its text without a placeholder.
fn is_told_as(story: &story::Story, description: &str) -> bool {
    let stretch = story.text.split(['{', '}']).step_by(2).max_by_key(|part| part.len()).unwrap_or_default();
    story.kind() == Kind::Incident && description.contains(stretch.trim())
}
