//! Each preset on a small export as its source writes it. The samples are ours, in `tests/samples/csv/`.

use super::*;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../../tests/samples/csv/", $name, ".csv"))
    };
}

fn read_clean(preset: &str, bytes: &[u8]) -> (Source, Vec<Incoming>) {
    let (source, tickets, rejected) = read_as(preset, bytes).unwrap();
    assert_eq!(rejections(&rejected), Vec::<String>::new());
    (source, tickets)
}

/// All that a ticket says, one fact a line; dates and title left to tests that look at them.
fn facts(ticket: &Incoming) -> Vec<String> {
    let quiet = [Field::Title, Field::External, Field::Description, Field::Updated];
    let fields = ticket.fields.iter().filter(|(field, value)| !quiet.contains(field) && **value != Typed::Null);
    let entries = ticket.entries.iter().map(|e| {
        let seen = if e.public { "reply" } else { "note" };
        format!("{seen} {} {}: {}", e.at, e.author.as_deref().unwrap_or("?"), e.text)
    });
    let past = ticket.past.iter().map(|p| {
        let changes = p.changes.iter().map(|(f, was, now)| format!("{f} {} → {}", shown(was), shown(now)));
        format!("{} {}: {}", p.at, p.who.as_deref().unwrap_or("?"), changes.collect::<Vec<_>>().join(", "))
    });
    let mut facts = vec![format!("{} {}", ticket.kind, ticket.key)];
    facts.extend(fields.map(|(field, value)| format!("{field}: {}", shown(value))));
    facts.extend((!ticket.tags.is_empty()).then(|| format!("tags: {}", ticket.tags.join(" "))));
    facts.extend(entries.chain(past));
    facts
}

#[test]
fn servicenow_with_display_headers() {
    let (source, tickets) = read_clean("servicenow", sample!("servicenow-display"));
    assert_eq!(source.unmapped, Vec::<String>::new());
    assert_eq!(
        facts(&tickets[0]),
        [
            "incident INC0010001",
            "state: pending",
            "priority: 3",
            "impact: 3",
            "urgency: 2",
            "requester: person Anna Smith",
            "assignee: person Bob Jones",
            "team: team Service Desk",
            "category: category Hardware / Printer",
            "pending_reason: requester",
            "created: 2016-02-29T01:16:00Z",
            "tags: vpn second-floor",
            "reply 2016-02-29T01:20:00Z Anna Smith: It jams again.",
            "note 2016-02-29T08:53:00Z Bob Jones: Ordered a fuser.",
        ]
    );
    assert_eq!(tickets[0].declared, Declared { reassigned: Some(1), reopened: None });
    assert_eq!(told(&tickets[1], Field::Closed), "2016-03-02T10:00:00Z");
    assert_eq!(told(&tickets[1], Field::Requester), "nothing");
}

#[test]
fn servicenow_with_column_headers_and_a_state_that_the_map_does_not_know() {
    let (_, tickets, rejected) = read_as("servicenow", sample!("servicenow-columns")).unwrap();
    assert_eq!(
        facts(&tickets[0]),
        [
            "incident INC0010001",
            "state: pending",
            "priority: 3",
            "impact: 3",
            "urgency: 2",
            "requester: person anna.smith",
            "assignee: person bob",
            "team: team Service Desk",
            "category: category hardware",
            "channel: form",
            "pending_reason: vendor",
            "created: 2016-02-29T01:16:00Z",
            "note 2016-02-29T08:53:00Z ?: Called the vendor",
        ]
    );
    assert_eq!(
        rejections(&rejected),
        [
            "row 3 line 3: state 'Limbo' is no state of kind incident; add \"Limbo\" = \"…\" under [values.state] in the map"
        ]
    );
}

#[test]
fn an_event_log_is_grouped_ordered_and_told_as_history() {
    let (source, tickets) = read_clean("servicenow-event-log", sample!("event-log"));
    assert_eq!(tickets.iter().map(|t| t.key.as_str()).collect::<Vec<_>>(), ["INC0000047", "INC0000045"]);
    assert_eq!(
        facts(&tickets[0]),
        [
            "incident INC0000047",
            "state: closed",
            "priority: 3",
            "impact: 2",
            "urgency: 2",
            "requester: person caller-2403",
            "assignee: person resolver-31",
            "team: team group-24",
            "category: category Category 40 / Subcategory 215",
            "channel: phone",
            "resolution_code: code-5",
            "created: 2016-02-29T04:40:00Z",
            "resolved: 2016-03-01T09:52:00Z",
            "closed: 2016-03-06T10:00:00Z",
            "2016-02-29T05:30:00Z editor-21: state new → in_progress, assignee person resolver-89 → person resolver-31, \
             team team group-70 → team group-24",
            "2016-02-29T05:40:00Z editor-22: priority 3 → 2, urgency 2 → 1",
            "2016-02-29T06:40:00Z editor-22: state in_progress → pending, pending_reason nothing → vendor",
            "2016-03-01T09:52:00Z editor-22: state pending → resolved, pending_reason vendor → nothing",
            "2016-03-06T10:00:00Z editor-908: state resolved → closed, priority 2 → 3, urgency 1 → 2",
        ]
    );
    assert_eq!(told(&tickets[0], Field::Title), "Incident 0000047: category 40 / symptom 471");
    assert_eq!(tickets[0].declared, Declared { reassigned: Some(1), reopened: Some(0) });
    // Its log ends before it was closed: the dates of its end, which every row has, are not yet true.
    assert_eq!(
        (told(&tickets[1], Field::State).as_str(), told(&tickets[1], Field::Closed).as_str()),
        ("new", "nothing")
    );
    assert_eq!(
        source.warnings,
        [
            "a ticket has a time for 'closed' that its state contradicts; the time is left out (row 3)",
            "a ticket has a time for 'resolved' that its state contradicts; the time is left out (row 3)",
            "state '-100' says nothing; the previous row's stays (row 6)",
        ]
    );
}

#[test]
fn jira_with_repeated_columns() {
    let (_, tickets) = read_clean("jira", sample!("jira"));
    assert_eq!(
        facts(&tickets[0]),
        [
            "incident IT-7",
            "state: pending",
            "priority: 2",
            "requester: person anna",
            "assignee: person bob",
            "team: team IT Support",
            "category: category Report broken hardware",
            "pending_reason: requester",
            "created: 2016-02-29T01:16:00Z",
            "tags: laptop boot",
            "reply 2016-02-29T09:00:00Z bob: Tried the dock; no luck",
            "reply 2016-02-29T13:16:00Z anna: Same here",
        ]
    );
    assert_eq!(told(&tickets[0], Field::Description), "Black screen.\n\nFan spins.");
    assert_eq!(facts(&tickets[1])[..2], ["request IT-8", "state: fulfilled"]);
}

#[test]
fn glpi_whose_scales_go_up() {
    let (source, tickets) = read_clean("glpi", sample!("glpi"));
    assert_eq!(source.delimiter, ';');
    assert_eq!(
        facts(&tickets[0]),
        [
            "incident GLPI-4711",
            "state: assigned",
            "priority: 1",
            "impact: 4",
            "urgency: 2",
            "requester: person Smith Anna",
            "assignee: person Jones Bob",
            "category: category Network / VPN",
            "created: 2016-02-29T01:16:00Z",
        ]
    );
    assert_eq!(told(&tickets[0], Field::Description), "Entity: Root entity > Paris");
    assert_eq!(facts(&tickets[1])[..3], ["request GLPI-4712", "state: fulfilled", "priority: 3"]);
    assert_eq!(source.warnings, ["assignee names several; the first is taken (row 2)"]);
}

#[test]
fn request_tracker_as_tab_separated_results() {
    let (_, tickets) = read_clean("rt", sample!("rt"));
    assert_eq!(
        facts(&tickets[0]),
        [
            "incident RT-123",
            "state: pending",
            "requester: person anna@example.com",
            "team: team General",
            "pending_reason: requester",
            "created: 2016-02-29T01:16:00Z",
        ]
    );
    assert_eq!(told(&tickets[0], Field::Description), "Priority: 50\nTimeWorked: 20");
}

#[test]
fn osticket_with_american_dates() {
    let (source, tickets) = read_clean("osticket", sample!("osticket"));
    assert_eq!(source.dates, "month-first: row 2 has 2/29/16 1:16 AM, which can't be day-first");
    assert_eq!(
        facts(&tickets[0]),
        [
            "incident 482913",
            "state: closed",
            "priority: 1",
            "requester: person anna@example.com",
            "assignee: person Bob Jones",
            "team: team Support",
            "category: category Access / Password",
            "channel: form",
            "created: 2016-02-29T01:16:00Z",
            "closed: 2016-02-29T13:16:00Z",
        ]
    );
    assert_eq!(tickets[0].declared.reopened, Some(2));
}

#[test]
fn our_own_columns_come_back_as_they_went_out() {
    let (_, tickets) = read_clean("generic", sample!("generic"));
    assert_eq!(
        facts(&tickets[0]),
        [
            "request OLD-1",
            "state: pending",
            "priority: 2",
            "requester: person anna",
            "assignee: person bob",
            "team: team Desk",
            "category: category Hardware / Mouse",
            "pending_reason: vendor",
            "created: 2016-02-29T01:16:00Z",
            "tags: mouse desk",
            "note 2016-02-29T01:16:00Z ?: Ordered",
        ]
    );
    assert_eq!(told(&tickets[0], Field::Title), "=not a formula");
    assert_eq!(facts(&tickets[1])[..3], ["incident OLD-2", "state: new", "priority: 2"]);
    assert_eq!(told(&tickets[1], Field::Created), "2016-02-29T00:16:00Z");
}
