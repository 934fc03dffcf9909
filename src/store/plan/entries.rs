//! What is written onto a ticket: notes, replies, watchers, times, files, tasks.

use sha2::{Digest, Sha256};

use crate::desk::command::{Target, TaskChange};
use crate::desk::effort;
use crate::desk::id::{PersonId, TicketId};
use crate::desk::knowledge::safe_name;
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::desk::workflow::Trigger;
use crate::store::batch::{Table, Write, row};
use crate::store::image::int;
use crate::store::plan::draft::Draft;
use crate::store::plan::tickets::{each, named};
use crate::store::reader::sheet::hex;

/// Writes a note or a reply. A requester's answer ends the waiting for it.
pub(super) fn write(draft: &mut Draft, on: &[Target], public: bool, text: &str) -> Result<String, Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::rule("there is no text"));
    }
    let me = draft.me();
    each(draft, on, |draft, target| {
        let ticket = draft.ticket(target.id)?;
        let own = ticket.requester == Some(me) && public;
        draft.may(if own { Deed::AnswerOwn } else { Deed::WorkTickets })?;
        draft.insert(
            Table::Entry,
            row! { "ticket": target.id.0, "at": draft.moment.now.0, "author": me.0, "public": i64::from(public), "text": text },
        )?;
        draft.touch(target.id)?;
        if own && ticket.assignee != Some(me) && ticket.pending_reason.as_deref() == Some("requester") {
            draft.trigger(target.id, Trigger::RequesterAnswered)?;
        }
        Ok(())
    })?;
    Ok(format!("{} on {}", if public { "replied" } else { "noted" }, named(draft, on)?))
}

/// Begins or ends watching.
pub(super) fn watch(draft: &mut Draft, on: &[TicketId], person: PersonId, watching: bool) -> Result<String, Refusal> {
    draft.may(if person == draft.me() { Deed::AnswerOwn } else { Deed::WorkTickets })?;
    let targets: Vec<Target> = on.iter().copied().map(Target::from).collect();
    each(draft, &targets, |draft, target| {
        let rows: Vec<i64> = draft.reader.all(
            "SELECT id FROM watcher WHERE ticket = ?1 AND person = ?2",
            (target.id.0, person.0),
            |row| row.get(0),
        )?;
        match (watching, rows.is_empty()) {
            (true, true) => {
                draft.insert(Table::Watcher, row! { "ticket": target.id.0, "person": person.0 })?;
                draft.touch(target.id)
            }
            (false, false) => {
                rows.into_iter().for_each(|id| draft.delete(Table::Watcher, id));
                draft.touch(target.id)
            }
            _ => Ok(()),
        }
    })?;
    Ok(format!("{} {}", if watching { "watching" } else { "no longer watching" }, named(draft, &targets)?))
}

/// Logs time spent.
pub(super) fn log_time(draft: &mut Draft, on: TicketId, minutes: i64, text: &str) -> Result<String, Refusal> {
    draft.may(Deed::WorkTickets)?;
    let number = draft.ticket(on)?.number;
    let spent = draft.reader.worklog(on)?.iter().fold(0, |sum: i64, log| sum.saturating_add(log.minutes));
    effort::log(number, spent, minutes)?;
    draft.insert(
        Table::Worklog,
        row! { "ticket": on.0, "person": draft.me().0, "at": draft.moment.now.0, "minutes": minutes, "text": text },
    )?;
    draft.touch(on)?;
    Ok(format!("logged {minutes} min on {number}"))
}

/// Attaches a file to tickets; its contents are kept once.
pub(super) fn attach(
    draft: &mut Draft,
    on: &[TicketId],
    name: &str,
    media: &str,
    bytes: &[u8],
) -> Result<String, Refusal> {
    let name = safe_name(name);
    let (sha256, size) = weigh(draft, &name, bytes)?;
    keep(draft, &sha256, bytes);
    let targets: Vec<Target> = on.iter().copied().map(Target::from).collect();
    each(draft, &targets, |draft, target| {
        let own = draft.ticket(target.id)?.requester == Some(draft.me());
        draft.may(if own { Deed::AnswerOwn } else { Deed::WorkTickets })?;
        draft.insert(
            Table::Attachment,
            row! {
                "ticket": target.id.0, "at": draft.moment.now.0, "name": name.as_str(), "media": media,
                "size": size, "sha256": sha256.as_str(),
            },
        )?;
        draft.touch(target.id)
    })?;
    Ok(format!("attached {name} to {}", named(draft, &targets)?))
}

/// The checksum and the size of a file that is not too large.
pub(super) fn weigh(draft: &Draft, name: &str, bytes: &[u8]) -> Result<(String, i64), Refusal> {
    let limit = u64::from(draft.rules().settings.attachment_limit) * 1024 * 1024;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(Refusal::rule(format!(
            "{name} has {} MiB; this desk takes up to {} MiB (attachment_limit in desk.toml)",
            bytes.len().div_ceil(1024 * 1024),
            draft.rules().settings.attachment_limit
        )));
    }
    Ok((hex(&Sha256::digest(bytes)), i64::try_from(bytes.len()).unwrap_or(i64::MAX)))
}

/// Keeps the contents of a file, once whoever has it.
pub(super) fn keep(draft: &mut Draft, sha256: &str, bytes: &[u8]) {
    draft.batch.writes.push(Write::Blob { sha256: sha256.to_owned(), bytes: bytes.to_vec() });
}

/// Takes an attachment away.
pub(super) fn detach(draft: &mut Draft, attachment: i64) -> Result<String, Refusal> {
    draft.may(Deed::WorkTickets)?;
    let (ticket, name) = draft
        .reader
        .one("SELECT ticket, name FROM attachment WHERE id = ?1", [attachment], |row| {
            Ok((TicketId(row.get(0)?), row.get::<_, String>(1)?))
        })?
        .ok_or_else(|| Refusal::not_found(format!("there is no attachment {attachment}")))?;
    draft.delete(Table::Attachment, attachment);
    draft.touch(ticket)?;
    Ok(format!("took {name} off {}", draft.ticket(ticket)?.number))
}

/// Changes a checklist.
pub(super) fn task(draft: &mut Draft, on: TicketId, change: &TaskChange) -> Result<String, Refusal> {
    draft.may(Deed::WorkTickets)?;
    let number = draft.ticket(on)?.number;
    let tasks = draft.reader.tasks(on)?;
    let find = |position: i64| {
        tasks
            .iter()
            .find(|task| task.position == position)
            .ok_or_else(|| Refusal::not_found(format!("{number} has no task {position}; it has {}", tasks.len())))
    };
    let summary = match change {
        TaskChange::Add(text) => {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.is_empty() {
                return Err(Refusal::rule("there is no text"));
            }
            let rows = draft.rows(Table::Task, "ticket", on.0)?;
            let last = rows.values().map(|row| int(row, "position")).max().unwrap_or(0);
            let position = last.checked_add(1).ok_or_else(|| Refusal::rule(format!("{number} takes no more tasks")))?;
            draft
                .insert(Table::Task, row! { "ticket": on.0, "position": position, "done": 0, "text": text.as_str() })?;
            format!("added task {position} to {number}: {text}")
        }
        TaskChange::Done(position, done) => {
            let task = find(*position)?;
            if task.done == *done {
                return Ok(format!("task {position} of {number} is {} already", if *done { "done" } else { "open" }));
            }
            let ended = done.then_some(draft.moment.now.0);
            draft.update(Table::Task, task.id, row! { "done": i64::from(*done), "ended": ended });
            format!("{} task {position} of {number}: {}", if *done { "did" } else { "reopened" }, task.text)
        }
        TaskChange::Remove(position) => {
            let task = find(*position)?;
            draft.delete(Table::Task, task.id);
            format!("removed task {position} of {number}: {}", task.text)
        }
    };
    draft.touch(on)?;
    Ok(summary)
}
