//! A real year of a real company's tickets, where it lies beside the repository.

use std::path::Path;

use super::*;

/// How often a ticket changed teams, by its history: the first assignment is none.
fn reassignments(ticket: &Incoming) -> i64 {
    let changes = ticket.past.iter().flat_map(|past| &past.changes);
    changes.filter(|(field, ..)| *field == Field::Team).count() as i64
}

/// How often it came back from resolved or closed.
fn reopenings(ticket: &Incoming) -> i64 {
    let done = |value: &Typed| matches!(value, Typed::Text(state) if state == "resolved" || state == "closed");
    let changes = ticket.past.iter().flat_map(|past| &past.changes);
    changes.filter(|(field, was, now)| *field == Field::State && done(was) && !done(now)).count() as i64
}

#[test]
fn a_year_of_incidents_agrees_with_its_own_counts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/itsm/uci_incident_event_log.zip");
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return;
    }
    let map = preset("servicenow-event-log").unwrap();
    let mut told = 0;
    let started = std::time::Instant::now();
    let (source, tickets, rejected) = read(&path, &map, &Moment::utc(Timestamp(0)), &mut |_| told += 1).unwrap();
    eprintln!("{:?}, progress told {told} times", started.elapsed());
    eprintln!("{} · {} · {:?} unmapped · {:#?}", source.encoding, source.dates, source.unmapped, source.warnings);
    assert_eq!((source.rows, tickets.len(), rejected.len()), (141_712, 24_918, 0));
    assert_eq!(source.dates, "day-first: row 2 has 29/2/2016 01:16, which can't be month-first");
    let agree = |count: fn(&Incoming) -> i64, declared: fn(&Declared) -> Option<i64>| {
        tickets.iter().filter(|t| declared(&t.declared) == Some(count(t))).count()
    };
    let reassigned = agree(reassignments, |d| d.reassigned);
    let reopened = agree(reopenings, |d| d.reopened);
    eprintln!("agree: {reassigned} reassignments, {reopened} reopenings, of {}", tickets.len());
    for ticket in tickets.iter().filter(|t| t.declared.reopened != Some(reopenings(t))).take(3) {
        eprintln!("{} reopened {:?} ≠ {}", ticket.key, ticket.declared.reopened, reopenings(ticket));
    }
    for ticket in tickets.iter().filter(|t| t.declared.reassigned != Some(reassignments(t))).take(5) {
        eprintln!("{} reassigned {:?} ≠ {}", ticket.key, ticket.declared.reassigned, reassignments(ticket));
    }
    assert!(reassigned >= 24_820, "{reassigned}");
    assert!(reopened >= 24_917, "{reopened}");
    let first = &tickets[0];
    assert_eq!((first.key.as_str(), first.row, first.past.len()), ("INC0000045", 2, 2));
}
