//! Opening, editing and moving tickets.

use crate::desk::change::USUAL_TYPE;
use crate::desk::command::{OpenTicket, Target, TaskChange};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{Kind, TicketId};
use crate::desk::link::Relation;
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::Timestamp;
use crate::desk::workflow::{Mover, Phase, Step, advance as decide};
use crate::store::batch::{Table, Write, column, row};
use crate::store::plan::draft::Draft;
use crate::store::plan::{change, entries, links};

/// Opens a ticket: fields by the rules, routed to the team of its service or category unless somebody has it.
pub(super) fn open(draft: &mut Draft, open: &OpenTicket) -> Result<String, Refusal> {
    let ticket = opened(draft, open)?;
    let ticket = draft.ticket(ticket)?;
    Ok(format!("opened {}: {}", ticket.number, ticket.title))
}

/// The same; tells which ticket it is.
pub(super) fn opened(draft: &mut Draft, open: &OpenTicket) -> Result<TicketId, Refusal> {
    draft.may(Deed::OpenTicket)?;
    if draft.may(Deed::WorkTickets).is_err() {
        as_requester(draft, open)?;
    }
    let id = TicketId(draft.new_id(Table::Ticket)?);
    let number = draft.new_number(open.kind)?;
    let workflow = draft.rules().workflow(open.kind).map_err(Refusal::Damaged)?;
    let mut ticket = Ticket::blank(id, number, &workflow.initial, open.created.unwrap_or(draft.moment.now));
    ticket.phase = workflow.phase(&workflow.initial);
    draft.add(ticket);
    let mut set = open.set.clone();
    set.entry(Field::Title).or_insert(Value::Null);
    set.entry(Field::Requester).or_insert(Value::Int(draft.me().0));
    if open.kind == Kind::Change {
        set.entry(Field::ChangeType).or_insert(Value::from(USUAL_TYPE));
    }
    // Impact and urgency count even when nobody gave them: priority follows from both.
    if !set.contains_key(&Field::Assignee)
        && !set.contains_key(&Field::Team)
        && let Some((team, by)) = route(draft, &set)?
    {
        set.insert(Field::Team, Value::Int(team));
        draft.notices.push(format!("team by {by}"));
    }
    draft.edit(id, &set)?;
    if set.contains_key(&Field::Template) {
        change::follow_template(draft, id)?;
    }
    for name in tidy_tags(&open.tags)? {
        draft.insert(Table::Tag, row! { "ticket": id.0, "name": name })?;
    }
    for (position, text) in (1_i64..).zip(&open.tasks) {
        draft.insert(Table::Task, row! { "ticket": id.0, "position": position, "done": 0, "text": text.as_str() })?;
    }
    for (relation, other) in &open.links {
        links::link(draft, id, *relation, *other)?;
    }
    Ok(id)
}

/// What somebody who only asks may say of a new ticket: what it is about, where it goes and by when, not who does it.
fn as_requester(draft: &Draft, open: &OpenTicket) -> Result<(), Refusal> {
    const THEIRS: [Field; 11] = [
        Field::Title,
        Field::Description,
        Field::Impact,
        Field::Urgency,
        Field::Service,
        Field::Category,
        Field::Ci,
        Field::Channel,
        Field::Team,
        Field::Due,
        Field::Requester,
    ];
    let other = open.set.iter().find(|(field, value)| {
        let me = || **value == Value::Int(draft.me().0) || value.text() == Some("me");
        !THEIRS.contains(field) || (**field == Field::Requester && !me())
    });
    match other {
        Some((field, _)) => {
            draft.may(Deed::WorkTickets).map_err(|refusal| Refusal::rule(format!("{field}: {refusal}")))
        }
        None if open.created.is_some() || !open.links.is_empty() => draft.may(Deed::WorkTickets),
        None => Ok(()),
    }
}

/// The team that a new ticket goes to, and by what.
fn route(draft: &Draft, set: &Edit) -> Result<Option<(i64, String)>, Refusal> {
    for (field, sql) in [
        (Field::Service, "SELECT team, name FROM service WHERE id = ?1 AND team IS NOT NULL"),
        (
            Field::Category,
            "SELECT ifnull(c.team, p.team), c.name FROM category c LEFT JOIN category p ON p.id = c.parent
              WHERE c.id = ?1 AND ifnull(c.team, p.team) IS NOT NULL",
        ),
    ] {
        if let Some(id) = set.get(&field).and_then(Value::int)
            && let Some((team, name)) =
                draft.reader.one(sql, [id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?
        {
            return Ok(Some((team, format!("{field} {name}"))));
        }
    }
    Ok(None)
}

/// Edits fields and tags of tickets, all or none.
pub(super) fn edit(
    draft: &mut Draft,
    on: &[Target],
    set: &Edit,
    tag: &[String],
    untag: &[String],
) -> Result<String, Refusal> {
    draft.may(Deed::WorkTickets)?;
    let (tag, untag) = (tidy_tags(tag)?, tidy_tags(untag)?);
    each(draft, on, |draft, target| {
        let set = draft.merged(*target, set)?;
        draft.edit(target.id, &set)?;
        if tag.is_empty() && untag.is_empty() {
            return Ok(());
        }
        let now = draft.reader.tags(target.id)?;
        for name in tag.iter().filter(|name| !now.contains(name)) {
            draft.insert(Table::Tag, row! { "ticket": target.id.0, "name": name.as_str() })?;
            draft.touch(target.id)?;
        }
        for name in untag.iter().filter(|name| now.contains(name)) {
            let rows: Vec<i64> =
                draft
                    .reader
                    .all("SELECT id FROM tag WHERE ticket = ?1 AND name = ?2", (target.id.0, name), |row| row.get(0))?;
            rows.into_iter().for_each(|id| draft.delete(Table::Tag, id));
            draft.touch(target.id)?;
        }
        Ok(())
    })?;
    let mut what: Vec<String> =
        set.keys().filter(|field| **field != Field::PriorityReason).map(ToString::to_string).collect();
    what.extend(tag.iter().map(|name| format!("+{name}")));
    what.extend(untag.iter().map(|name| format!("-{name}")));
    Ok(format!("set {} of {}", what.join(", "), named(draft, on)?))
}

/// Moves tickets to a state, all or none; what follows from it is done too.
pub(super) fn advance(
    draft: &mut Draft,
    on: &[Target],
    to: &str,
    set: &Edit,
    children: bool,
) -> Result<String, Refusal> {
    draft.may(Deed::WorkTickets)?;
    each(draft, on, |draft, target| {
        let mut wanted = set.clone();
        wanted.insert(Field::State, Value::from(to));
        wanted = draft.merged(*target, &wanted)?;
        wanted.remove(&Field::State);
        let set = &wanted;
        if children {
            for child in open_family(draft, target.id, Relation::ChildOf)? {
                move_one(draft, child, to, set)?;
            }
        }
        move_one(draft, target.id, to, set)?;
        let rest = open_family(draft, target.id, Relation::ChildOf)?;
        if !rest.is_empty() && !draft.ticket(target.id)?.phase.is_open() {
            let list: Vec<String> =
                rest.iter().map(|id| Ok(draft.ticket(*id)?.number.to_string())).collect::<Result<_, Refusal>>()?;
            let word = if list.len() == 1 { "child is" } else { "children are" };
            draft.notices.push(format!("its {word} still open: {}; --children moves them too", list.join(", ")));
        }
        Ok(())
    })?;
    Ok(format!("moved {} to {to}", named(draft, on)?))
}

/// How a ticket is moved.
#[derive(Clone, Copy, Default)]
pub(super) struct Manner<'m> {
    /// Why work begins now, where something speaks against it.
    pub(super) anyway: Option<&'m str>,
    /// Whether it is completed with what is left undone.
    pub(super) unfinished: bool,
}

fn move_one(draft: &mut Draft, id: TicketId, to: &str, set: &Edit) -> Result<(), Refusal> {
    move_as(draft, id, to, set, &Manner::default())
}

pub(super) fn move_as(draft: &mut Draft, id: TicketId, to: &str, set: &Edit, manner: &Manner) -> Result<(), Refusal> {
    let ticket = draft.ticket(id)?;
    let workflow = draft.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
    change::refuse_risen(draft, &ticket, to)?;
    // Fields that are not the transition's own are edited by the rules of editing first: priority, assignee…
    draft.edit(id, set)?;
    let ticket_now = draft.ticket(id)?;
    if ticket_now.state.eq_ignore_ascii_case(to) && ticket.state != ticket_now.state {
        return Ok(());
    }
    let obstacles = if manner.unfinished { Vec::new() } else { obstacles(draft, id)? };
    let transition = workflow.between(&ticket_now, to).cloned().filter(|transition| !transition.by_itself);
    if let Some(transition) = &transition {
        change::gate(draft, &ticket_now, transition, manner.anyway)?;
    }
    let step = Step { to, given: set, obstacles: &obstacles, by: Mover::Person };
    let roles = draft.roles.clone();
    let edit = decide(workflow, &ticket_now, &step, &roles, draft.moment.now)
        .map_err(|refusal| refusal.with_words(draft.rules()))?;
    // The fields were settled by editing; what is left are the state, its times, and what the transition empties.
    let edit = edit.into_iter().filter(|(field, _)| !set.contains_key(field)).collect();
    draft.put(id, &edit)?;
    if let Some(transition) = transition {
        for text in &transition.tasks {
            entries::task(draft, id, &TaskChange::Add(text.clone()))?;
        }
        change::moved(draft, id, &transition)?;
    }
    let moved = draft.ticket(id)?;
    if moved.phase == Phase::Done && ticket.phase.is_open() {
        follow(draft, &moved)?;
    }
    Ok(())
}

/// What stands in the way of completing a ticket: open tasks, open blockers. A runbook helps and does not bind: its steps
/// stand in no way but that of a change, of which they are the work.
fn obstacles(draft: &mut Draft, id: TicketId) -> Result<Vec<String>, Refusal> {
    let binds = matches!(draft.ticket(id)?.kind(), Kind::Change | Kind::Release);
    let mut found: Vec<String> = draft
        .reader
        .tasks(id)?
        .iter()
        .filter(|task| !task.done && (binds || task.origin.is_none()))
        .map(|task| format!("task {} is open ({})", task.position, task.text))
        .collect();
    // A ticket that this plan opens has its checklist from it too.
    found.extend(draft.batch.writes.iter().filter_map(|write| {
        let Write::Insert { table: Table::Task, row, .. } = write else { return None };
        let text = row.iter().find(|(name, _)| name == "text").and_then(|(_, value)| value.text());
        let open = column(row, "ticket") == Some(id.0) && column(row, "done") == Some(0);
        open.then(|| format!("task {} is open ({})", column(row, "position").unwrap_or(0), text.unwrap_or_default()))
    }));
    for link in draft.reader.links(id)? {
        if link.relation == Relation::BlockedBy && !link.reverse && draft.ticket(link.id)?.phase.is_open() {
            found.push(format!("blocked by {} ({})", link.number, link.state));
        }
    }
    Ok(found)
}

/// Open tickets that are `relation` to this one: its children, its duplicates.
fn open_family(draft: &mut Draft, id: TicketId, relation: Relation) -> Result<Vec<TicketId>, Refusal> {
    let mut open = Vec::new();
    for link in draft.reader.links(id)? {
        if link.relation == relation && link.reverse && draft.ticket(link.id)?.phase.is_open() {
            open.push(link.id);
        }
    }
    Ok(open)
}

/// A duplicate follows: it is resolved with what it duplicates, and says so.
fn follow(draft: &mut Draft, original: &Ticket) -> Result<(), Refusal> {
    for id in open_family(draft, original.id, Relation::DuplicateOf)? {
        let text = format!("Duplicate of {}. {}", original.number, original.resolution.as_deref().unwrap_or_default());
        let set = Edit::from([
            (Field::ResolutionCode, Value::from("duplicate")),
            (Field::Resolution, Value::from(text.trim())),
        ]);
        let duplicate = draft.ticket(id)?;
        let workflow = draft.rules().workflow(duplicate.kind()).map_err(Refusal::Damaged)?;
        let Some(done) =
            workflow.leaving(&duplicate).find(|t| workflow.phase(&t.to) == Phase::Done).map(|t| t.to.clone())
        else {
            continue;
        };
        let number = duplicate.number;
        match draft.attempt(|draft| move_one(draft, id, &done, &set))? {
            Ok(()) => draft.notices.push(format!("{number} followed as its duplicate")),
            Err(refusal) => draft.notices.push(format!("{number} did not follow as its duplicate: {refusal}")),
        }
    }
    Ok(())
}

/// Closes what was resolved before a time.
pub(super) fn close_resolved(draft: &mut Draft, before: Timestamp) -> Result<String, Refusal> {
    draft.may(Deed::WorkTickets)?;
    let due: Vec<i64> = draft.reader.all(
        "SELECT id FROM ticket WHERE phase = 3 AND kind IN ('incident', 'request') AND resolved < ?1 ORDER BY id",
        [before.0],
        |row| row.get(0),
    )?;
    let mut closed = 0;
    for id in due.into_iter().map(TicketId) {
        let ticket = draft.ticket(id)?;
        let workflow = draft.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
        if let Some(state) =
            workflow.leaving(&ticket).find(|t| workflow.phase(&t.to) == Phase::Closed).map(|t| t.to.clone())
        {
            match move_one(draft, id, &state, &Edit::new()) {
                Ok(()) => closed += 1,
                Err(refusal @ (Refusal::Unavailable(_) | Refusal::Damaged(_))) => return Err(refusal),
                Err(refusal) => draft.notices.push(format!("{} stays resolved: {refusal}", ticket.number)),
            }
        }
    }
    Ok(format!("closed {closed} tickets that stayed resolved"))
}

/// Does the same to each ticket; what one refuses, all are spared, and each refusal is told.
pub(super) fn each(
    draft: &mut Draft,
    on: &[Target],
    mut act: impl FnMut(&mut Draft, &Target) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut refusals = Vec::new();
    for target in on {
        match act(draft, target) {
            Ok(()) => {}
            Err(refusal @ (Refusal::Unavailable(_) | Refusal::Damaged(_))) => return Err(refusal),
            Err(refusal) => refusals.push(refusal),
        }
    }
    match refusals.pop() {
        None => Ok(()),
        Some(only) if refusals.is_empty() => Err(only),
        Some(last) => {
            refusals.push(last);
            Err(Refusal::Several(refusals))
        }
    }
}

/// `INC-7`, or `500 tickets`.
pub(super) fn named(draft: &mut Draft, on: &[Target]) -> Result<String, Refusal> {
    match on {
        [] => Err(Refusal::rule("no ticket was named")),
        [one] => Ok(draft.ticket(one.id)?.number.to_string()),
        many => Ok(format!("{} tickets", many.len())),
    }
}

/// Tags as they are kept: lower case, no spaces.
fn tidy_tags(tags: &[String]) -> Result<Vec<String>, Refusal> {
    let mut tidy = Vec::new();
    for tag in tags {
        let name = tag.trim().trim_start_matches('#').to_lowercase();
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || ",:()\"".contains(c)) {
            return Err(Refusal::rule(format!("'{tag}' can't be a tag: letters, digits, - _ . / without spaces")));
        }
        if !tidy.contains(&name) {
            tidy.push(name);
        }
    }
    Ok(tidy)
}
