//! An impact as people read it: every hit with its way, services first.

use std::io::Write;

use crate::cli::ci::impact::Told;
use crate::cli::failure::{Outcome, say};
use crate::cli::output::Output;
use crate::cli::show::{room, section};
use crate::desk::cmdb::{Hit, State};
use crate::desk::id::CiId;
use crate::desk::ticket::Ticket;
use crate::desk::time::Moment;
use crate::store::{Reach, Reader};
use crate::text::{clean_line, pad, width, wrap};

/// Names that a line of whom to tell gives; the others are counted.
const NAMES: usize = 6;

pub(super) fn print(told: &Told, reader: &Reader, moment: &Moment, out: &mut Output) -> Outcome {
    let roots: Vec<&str> = told.reached.roots.iter().map(|id| told.name(*id)).collect();
    let count = |state: State| told.reached.hits.iter().filter(|hit| hit.state == state).count();
    let (hard, soft) = (count(State::Down), count(State::Degraded));
    let roots = clean_line(&roots.join(", ")).into_owned();
    let fail = if told.reached.roots.len() == 1 { "fails" } else { "fail" };
    let need = if told.reached.roots.len() == 1 { "needs" } else { "need" };
    let heading = match told.reach {
        Reach::Down => format!("If {roots} {fail}: {hard} down, {soft} degraded"),
        Reach::Up => format!("{roots} {need} {hard}; {soft} more are wanted"),
    };
    writeln!(out, "{}", out.heading(&heading))?;
    let parts = match told.reach {
        Reach::Down => {
            let (services, others) = told.hits(reader);
            let rest = if services.is_empty() { "CIs" } else { "Others" };
            [("Services", services), (rest, others)]
        }
        Reach::Up => {
            let (needed, wanted) = told.reached.hits.iter().partition(|hit| hit.state == State::Down);
            [("Needed: each of these alone stops it", needed), ("Wanted: it can do without any one of these", wanted)]
        }
    };
    for (label, hits) in parts {
        if !hits.is_empty() {
            section(out, label)?;
            hits.into_iter().try_for_each(|hit| way(told, hit, out))?;
        }
    }
    whom_to_tell(told, reader, out)?;
    tickets("Open incidents", &told.incidents, told, moment, out)?;
    tickets("Changes to come", &told.changes, told, moment, out)?;
    if told.reached.more {
        say("there is more behind it; follow it further with --depth");
    }
    Ok(())
}

/// The state of a hit, and the way to it, wrapped beside it.
fn way(told: &Told, hit: &Hit, out: &mut Output) -> Outcome {
    let state = pad(told.state(hit), 8);
    let indent = width(&state) + 2;
    for (n, line) in wrap(&clean_line(&told.way(hit)), room(out).saturating_sub(indent)).iter().enumerate() {
        let begin = if n == 0 { format!("{state}  ") } else { " ".repeat(indent) };
        writeln!(out, "{begin}{}", line.trim_end())?;
    }
    Ok(())
}

fn whom_to_tell(told: &Told, reader: &Reader, out: &mut Output) -> Outcome {
    if told.people.is_empty() && told.teams.is_empty() {
        return Ok(());
    }
    section(out, "To tell")?;
    for (person, because) in &told.people {
        let name = reader.person(*person)?.map_or_else(|| person.to_string(), |person| person.name);
        let mut roles: Vec<String> = Vec::new();
        for role in ["owner", "contact", "holder"] {
            let names: Vec<&str> =
                because.iter().filter(|(one, _)| *one == role).map(|(_, name)| name.as_str()).collect();
            if !names.is_empty() {
                roles.push(format!("{role} of {}", some(&names)));
            }
        }
        line(out, &format!("{name}: {}", roles.join("; ")))?;
    }
    for (team, names) in &told.teams {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let team = reader.teams()?.into_iter().find(|one| one.id == *team).map_or_else(String::new, |one| one.name);
        line(out, &format!("{team} (team): {}", some(&names)))?;
    }
    Ok(())
}

/// Some names, the others counted.
fn some(names: &[&str]) -> String {
    let shown = names.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A line, its continuations moved in.
fn line(out: &mut Output, text: &str) -> Outcome {
    for (n, line) in wrap(&clean_line(text), room(out).saturating_sub(4)).iter().enumerate() {
        writeln!(out, "{}{}", if n == 0 { "" } else { "    " }, line.trim_end())?;
    }
    Ok(())
}

fn tickets(label: &str, tickets: &[(Ticket, CiId)], told: &Told, moment: &Moment, out: &mut Output) -> Outcome {
    if tickets.is_empty() {
        return Ok(());
    }
    section(out, label)?;
    for (ticket, on) in tickets {
        let when = ticket.planned_start.map_or_else(String::new, |at| format!("{}  ", at.local(moment.zone)));
        line(out, &format!("{} ({})  {when}{}, on {}", ticket.number, ticket.state, ticket.title, told.name(*on)))?;
    }
    Ok(())
}
