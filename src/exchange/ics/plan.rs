//! A change or release as an event.

use crate::desk::id::Kind;
use crate::desk::ticket::Ticket;
use crate::desk::workflow::Phase;
use crate::exchange::ics::{Event, Status};
use crate::store::Names;

/// What a change or release is in a calendar; nothing without a planned time.
#[must_use]
pub fn event(ticket: &Ticket, tags: &[String], names: &Names, desk: &str) -> Option<Event> {
    let (from, until) = (ticket.planned_start?, ticket.planned_end?);
    if !matches!(ticket.kind(), Kind::Change | Kind::Release) || until < from {
        return None;
    }
    let people = [
        ("State", Some(ticket.state.as_str())),
        ("Assignee", ticket.assignee.map(|id| names.person(id))),
        ("Team", ticket.team.map(|id| names.team(id))),
        ("CI", ticket.ci.as_deref().map(|ci| names.ci(ci).unwrap_or(ci))),
    ];
    let mut text: Vec<String> =
        people.iter().filter_map(|(label, value)| Some(format!("{label}: {}", (*value)?))).collect();
    if !ticket.description.trim().is_empty() {
        text.push(format!("\n{}", ticket.description.trim()));
    }
    Some(Event {
        uid: format!("{}@{desk}", ticket.number.to_string().to_lowercase()),
        sequence: ticket.version.0,
        from,
        until,
        title: format!("{} {}", ticket.number, ticket.title),
        text: text.join("\n"),
        place: ticket.service.map(|id| names.service(id).to_owned()),
        categories: std::iter::once(ticket.kind().word().to_owned()).chain(tags.iter().cloned()).collect(),
        status: status(ticket),
        created: ticket.created,
        updated: ticket.updated,
    })
}

/// How far a plan has come, by the states that the desk ships with and by what others amount to.
fn status(ticket: &Ticket) -> Status {
    match ticket.state.as_str() {
        _ if ticket.merged_into.is_some() => Status::Cancelled,
        "cancelled" | "rejected" => Status::Cancelled,
        "scheduled" | "implementing" | "deploying" => Status::Confirmed,
        _ if ticket.phase >= Phase::Done => Status::Confirmed,
        _ => Status::Tentative,
    }
}
