//! The life of a ticket, its lists, its links, its history.

use super::*;

#[test]
fn an_incident_is_opened_taken_worked_and_resolved() {
    let mut desk = Desk::new();
    let id = desk.open("VPN down in Lyon");
    assert_eq!(desk.ticket(id).state, "new");
    let me = desk.store.read().unwrap().find_person("anna").unwrap().id;
    desk.set(id, Field::Assignee, me.0);
    assert_eq!(desk.ticket(id).state, "assigned");
    let refused = desk.refused(Command::Move {
        on: vec![id.into()],
        to: String::from("resolved"),
        set: Edit::new(),
        children: false,
    });
    assert_eq!(
        refused,
        "To resolve INC-1, give resolution_code=fixed|workaround|configuration|hardware-replaced|restored|user-guided|\
         restarted|third-party|… and resolution=…"
    );
    desk.resolve(id);
    let ticket = desk.ticket(id);
    assert_eq!((ticket.state.as_str(), ticket.resolved), ("resolved", Some(desk.moment.now)));
    assert_eq!(desk.finds("is:resolved"), ["INC-1"]);
    assert_eq!(desk.store.verify().unwrap(), []);
}

#[test]
fn the_tasks_of_a_merged_ticket_line_up_behind_those_that_are_there() {
    let mut desk = Desk::new();
    let (keep, gone) = (desk.open("VPN down"), desk.open("Remote access broken"));
    for (id, text) in [(keep, "look"), (gone, "renew"), (gone, "tell")] {
        desk.done(Command::Task { on: id, change: TaskChange::Add(String::from(text)) });
    }
    let merged = desk.done(Command::Merge { from: vec![gone.into()], into: keep });
    let tasks = |desk: &Desk, id| {
        let tasks = desk.store.read().unwrap().tasks(id).unwrap();
        tasks.iter().map(|task| format!("{} {}", task.position, task.text)).collect::<Vec<_>>()
    };
    assert_eq!(tasks(&desk, keep), ["1 look", "2 renew", "3 tell"]);
    let history = desk.store.read().unwrap().history(keep).unwrap();
    let told: Vec<&Value> =
        history.last().unwrap().changes.iter().filter(|c| c.what == "task").map(|c| &c.after).collect();
    assert_eq!(told, [&Value::from("[ ] renew (from INC-2)"), &Value::from("[ ] tell (from INC-2)")]);
    desk.undo(&merged);
    assert_eq!(tasks(&desk, gone), ["1 renew", "2 tell"]);
}

#[test]
fn a_duplicate_follows_and_a_parent_offers_to_resolve_its_children() {
    let mut desk = Desk::new();
    let (parent, child, twin) = (desk.open("Site down"), desk.open("No phones"), desk.open("Site is down"));
    desk.done(Command::Link { from: child, relation: Relation::ChildOf, to: parent });
    desk.done(Command::Link { from: twin, relation: Relation::DuplicateOf, to: parent });
    let receipt = desk.resolve(parent);
    assert_eq!(
        receipt.notices,
        ["INC-3 followed as its duplicate", "its child is still open: INC-2; --children moves them too"]
    );
    let twin = desk.ticket(twin);
    assert_eq!((twin.state.as_str(), twin.resolution_code.as_deref()), ("resolved", Some("duplicate")));
    assert_eq!(twin.resolution.as_deref(), Some("Duplicate of INC-1. Restarted the gateway."));
    assert_eq!(desk.ticket(child).state, "new");
}

#[test]
fn a_blocked_ticket_says_by_what_and_an_open_task_stands_in_the_way() {
    let mut desk = Desk::new();
    let (blocked, blocker) = (desk.open("Move the mail"), desk.open("New storage"));
    desk.done(Command::Link { from: blocked, relation: Relation::BlockedBy, to: blocker });
    desk.done(Command::Task { on: blocked, change: TaskChange::Add(String::from("tell the users")) });
    assert_eq!(
        desk.refused(resolve(blocked)),
        "Cannot resolve INC-1: task 1 is open (tell the users); blocked by INC-2 (new)"
    );
    desk.done(Command::Task { on: blocked, change: TaskChange::Done(1, true) });
    desk.resolve(blocker);
    desk.resolve(blocked);
    assert_eq!(
        desk.refused(Command::Link { from: blocker, relation: Relation::BlockedBy, to: blocked }),
        "INC-2 blocked by INC-1 would run in a circle"
    );
}

#[test]
fn the_requester_answering_ends_the_waiting_for_them() {
    let mut desk = Desk::new();
    let opened = desk.done(incident("Mail is slow"));
    let id = desk.store.read().unwrap().ticket_numbered(opened.tickets[0]).unwrap().id;
    let wait = Edit::from([(Field::PendingReason, Value::from("requester"))]);
    desk.done(Command::Move { on: vec![id.into()], to: String::from("pending"), set: wait, children: false });
    desk.done(Command::Write { on: vec![id.into()], public: true, text: String::from("Here is the log.") });
    let ticket = desk.ticket(id);
    assert_eq!((ticket.state.as_str(), ticket.pending_reason), ("in_progress", None));
}

#[test]
fn full_text_folds_accents_and_finds_prefixes_and_phrases_in_notes() {
    let mut desk = Desk::new();
    let id = desk.open("Zoë can't print");
    desk.done(note(id, "The spooler says: out of paper"));
    for (query, found) in [
        ("zoe", 1),
        ("spool*", 1),
        ("\"out of paper\"", 1),
        ("\"paper out\"", 0),
        ("title:spooler", 0),
        ("title:print", 1),
    ] {
        assert_eq!(desk.finds(query).len(), found, "{query}");
    }
}

#[test]
fn lists_page_by_key_in_both_directions() {
    let mut desk = Desk::new();
    for n in 0..25 {
        let id = desk.open(&format!("Ticket {n}"));
        desk.set(id, Field::Urgency, i64::from(n % 4) + 1);
    }
    let reader = desk.store.read().unwrap();
    let asker = Asker { me: None, moment: desk.moment };
    for sort in ["", "sort:priority,-updated", "sort:due", "sort:-title", "sort:team"] {
        let query = sort.parse().unwrap();
        let whole: Vec<Number> =
            reader.tickets(&query, &asker, &PageFrom::Start, 100).unwrap().rows.iter().map(|(t, _)| t.number).collect();
        assert_eq!(whole.len(), 25);
        let (mut forward, mut from) = (Vec::new(), PageFrom::Start);
        loop {
            let page = reader.tickets(&query, &asker, &from, 7).unwrap();
            forward.extend(page.rows.iter().map(|(t, _)| t.number));
            match page.rows.last() {
                Some((_, cursor)) if page.more => from = PageFrom::After(cursor.clone()),
                _ => break,
            }
        }
        assert_eq!(forward, whole, "{sort}");
        let (mut backward, mut from) = (Vec::new(), PageFrom::End);
        loop {
            let page = reader.tickets(&query, &asker, &from, 7).unwrap();
            backward.splice(0..0, page.rows.iter().map(|(t, _)| t.number));
            match page.rows.first() {
                Some((_, cursor)) if page.more => from = PageFrom::Before(cursor.clone()),
                _ => break,
            }
        }
        assert_eq!(backward, whole, "{sort}");
    }
}

#[test]
fn history_tells_spans_and_turns() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    desk.resolve(id);
    desk.done(Command::Move {
        on: vec![id.into()],
        to: String::from("in_progress"),
        set: Edit::new(),
        children: false,
    });
    let reader = desk.store.read().unwrap();
    assert_eq!(reader.turns(id).unwrap(), (0, 1));
    let history = reader.history(id).unwrap();
    assert_eq!(history.len(), 3);
    assert_eq!(
        history[0].changes.iter().find(|c| c.what == "title").map(|c| c.after.clone()),
        Some(Value::from("Mail is slow"))
    );
}

#[test]
fn a_second_reader_sees_the_moment_of_the_first() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let (first, second) = (desk.store.read().unwrap(), desk.store.read().unwrap());
    let mut other = Store::open(&desk.path()).unwrap();
    let changed = edit(id, Field::Title, "Mail is very slow");
    other.execute(&Request::new(changed), &desk.author, &desk.moment).unwrap();
    for reader in [&first, &second] {
        assert_eq!(reader.ticket(id).unwrap().title, "Mail is slow");
    }
}

#[test]
fn a_ticket_is_shown_as_it_was_at_any_time() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    let opened = desk.moment.now;
    let tag = |tag: &[&str], untag: &[&str]| Command::Edit {
        on: vec![id.into()],
        set: Edit::new(),
        tag: tag.iter().map(|name| (*name).to_owned()).collect(),
        untag: untag.iter().map(|name| (*name).to_owned()).collect(),
    };
    desk.done(tag(&["mail"], &[]));
    desk.set(id, Field::Title, "Mail is very slow");
    let between = desk.moment.now;
    desk.done(tag(&["mx"], &["mail"]));
    desk.set(id, Field::Title, "No mail at all");
    let reader = desk.store.read().unwrap();
    let at = |time| reader.as_of(id, time).unwrap().map(|(ticket, tags)| (ticket.title, tags.join(",")));
    assert_eq!(at(opened.plus(-1)), None);
    assert_eq!(at(opened), Some((String::from("Mail is slow"), String::new())));
    assert_eq!(at(between), Some((String::from("Mail is very slow"), String::from("mail"))));
    assert_eq!(at(desk.moment.now), Some((String::from("No mail at all"), String::from("mx"))));
}

#[test]
fn history_tells_what_happened_to_the_rows_of_a_ticket() {
    let mut desk = Desk::new();
    let (id, other) = (desk.open("Mail is slow"), desk.open("New storage"));
    desk.done(Command::Link { from: id, relation: Relation::BlockedBy, to: other });
    desk.done(Command::Task { on: id, change: TaskChange::Add(String::from("tell the users")) });
    desk.done(Command::Task { on: id, change: TaskChange::Done(1, true) });
    desk.done(Command::LogTime { on: id, minutes: 25, text: String::from("queues") });
    let history = desk.store.read().unwrap().history(id).unwrap();
    let told: Vec<String> = history
        .iter()
        .flat_map(|event| &event.changes)
        .filter(|change| change.field.is_none())
        .map(|change| {
            let text = |value: &Value| value.text().unwrap_or_default().to_owned();
            format!("{}: {} → {}", change.what, text(&change.before), text(&change.after))
        })
        .collect();
    assert_eq!(
        told,
        [
            "link:  → blocked by INC-2",
            "task:  → [ ] tell the users",
            "task: [ ] tell the users → [x] tell the users",
            "time:  → 25 min queues"
        ]
    );
}

#[test]
fn a_duplicate_that_can_not_follow_stays_as_it_was() {
    let mut desk = Desk::new();
    let (original, twin) = (desk.open("Site down"), desk.open("Site is down"));
    desk.done(Command::Link { from: twin, relation: Relation::DuplicateOf, to: original });
    desk.done(Command::Task { on: twin, change: TaskChange::Add(String::from("call back")) });
    let receipt = desk.resolve(original);
    assert_eq!(
        receipt.notices,
        ["INC-2 did not follow as its duplicate: Cannot resolve INC-2: task 1 is open (call back)"]
    );
    let twin = desk.ticket(twin);
    assert_eq!((twin.state.as_str(), twin.resolution_code, twin.resolution), ("new", None, None));
}

#[test]
fn merging_carries_links_over_and_never_makes_a_circle() {
    let mut desk = Desk::new();
    let (a, b, c) = (desk.open("a"), desk.open("b"), desk.open("c"));
    desk.done(Command::Link { from: a, relation: Relation::CausedBy, to: b });
    desk.done(Command::Merge { from: vec![a.into(), b.into()], into: c });
    for id in [a, b, c] {
        assert_eq!(desk.store.read().unwrap().links(id).unwrap(), []);
    }
    assert_eq!(
        desk.refused(move_to(a, "in_progress", Edit::new())),
        "INC-1 was merged into INC-3; the work goes on there"
    );

    let (d, e, f) = (desk.open("d"), desk.open("e"), desk.open("f"));
    desk.done(Command::Link { from: d, relation: Relation::BlockedBy, to: e });
    desk.done(Command::Link { from: e, relation: Relation::BlockedBy, to: f });
    assert_eq!(
        desk.refused(Command::Merge { from: vec![d.into()], into: f }),
        "after the merge, INC-6 blocked by INC-5 would run in a circle; unlink them first"
    );
}

#[test]
fn what_a_state_demanded_is_not_emptied_while_the_ticket_is_in_it() {
    let mut desk = Desk::new();
    let id = desk.open("Mail is slow");
    desk.resolve(id);
    assert_eq!(
        desk.refused(edit(id, Field::Resolution, Value::Null)),
        "INC-1 is resolved: resolution can be changed, not emptied; move it to another state first"
    );
    desk.set(id, Field::Resolution, "Replaced the disk.");
}

#[test]
fn time_can_be_taken_back_only_as_far_as_it_is_logged() {
    let mut desk = Desk::new();
    let on = desk.open("Mail is slow");
    let log = |minutes| Command::LogTime { on, minutes, text: String::new() };
    desk.done(log(25));
    assert_eq!(desk.refused(log(-30)), "only 25 min are logged on INC-1; 30 can't be taken back");
    desk.done(log(-25));
    assert_eq!(desk.refused(log(-1)), "no time is logged on INC-1 that could be taken back");
}

#[test]
fn numbers_that_are_used_up_are_refused_and_break_nothing() {
    let mut desk = Desk::new();
    let on = desk.open("Mail is slow");
    desk.done(Command::Task { on, change: TaskChange::Add(String::from("tell the users")) });
    let reader = desk.store.read().unwrap();
    let asker = crate::store::Asker { me: None, moment: desk.moment };
    let all = crate::desk::query::parse("slow").unwrap();
    assert_eq!(reader.numbers(&all, &asker, usize::MAX).unwrap().len(), 1);
    assert_eq!(reader.ranked(&all, &asker, usize::MAX).unwrap().len(), 1);
    assert_eq!(reader.tickets(&all, &asker, &crate::store::PageFrom::Start, usize::MAX).unwrap().rows.len(), 1);
}

#[test]
fn an_imported_number_or_title_beyond_all_measure_stays_out_and_numbers_go_on() {
    use crate::desk::command::{Import, Imported, ImportedTicket};
    let mut desk = Desk::new();
    let ticket = |key: &str, n: i64, title: String| ImportedTicket {
        key: key.to_owned(),
        kind: Kind::Incident,
        number: Some(Number { kind: Kind::Incident, n }),
        set: vec![(Field::Title, Imported::Plain(Value::from(title)))],
        tags: Vec::new(),
        entries: Vec::new(),
        past: Vec::new(),
    };
    let tickets = vec![
        ticket("INC-A", i64::MAX, String::from("Mail")),
        ticket("INC-B", 5, "word ".repeat(60)),
        ticket("INC-C", 7, String::from("Mail is slow")),
    ];
    let import = Import { source: String::from("old"), sha256: String::from("0"), tickets, ..Import::default() };
    let summary = desk.done(Command::Import(import)).summary;
    assert_eq!(summary, "imported 1 ticket from old: 1 new, 0 updated, 0 unchanged, 2 skipped");
    let next = desk.open("Another");
    assert_eq!(desk.ticket(next).number.to_string(), "INC-8");
}
