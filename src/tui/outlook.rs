//! What lies ahead of a change or release, asked beside the desk: its risk and approvals, what it would meet, whether its time is
//! now; and the commands that the words typed about it mean.

use crate::desk::change::conflict::Conflict;
use crate::desk::change::work::against;
use crate::desk::change::{CabCommand, ChangeCommand, StepState, Timing, Verdict};
use crate::desk::command::{Command, TaskChange};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{PersonId, TicketId};
use crate::desk::query::parse;
use crate::desk::refusal::{Refusal, told};
use crate::desk::ticket::Ticket;
use crate::desk::time::{Moment, parse_time};
use crate::store::{ApprovalStep, Asker, Planned, Reader};
use crate::tui::effect::ChangeWish;

/// So many changes are on an agenda at most.
const AGENDA: usize = 1_000;

/// What lies ahead of a change or release.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// Its risk, its approvals, who works on it.
    pub planned: Planned,
    /// What it would meet; `Err` tells why that can't be told.
    pub conflicts: Result<Vec<Conflict>, String>,
    /// How this moment lies for the work on it.
    pub timing: Option<Timing>,
}

impl Outlook {
    /// What speaks against beginning now, in words, where the workflow asks about conflicts or does not.
    #[must_use]
    pub fn against(&self, ticket: &Ticket, unopposed: bool, moment: &Moment) -> Vec<String> {
        let met = self.conflicts.as_deref().unwrap_or_default();
        against(ticket, self.timing, (met, unopposed), moment)
    }

    /// What it would meet and nobody lives with.
    pub fn open_conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.conflicts.iter().flatten().filter(|one| one.is_open())
    }

    /// The step of its approval that is asked now.
    #[must_use]
    pub fn open_step(&self) -> Option<&ApprovalStep> {
        self.planned.steps.iter().find(|step| step.state == StepState::Open)
    }

    /// Whether somebody is asked now, or why not.
    ///
    /// # Errors
    /// The reason, in words.
    pub fn asks(&self, me: Option<PersonId>) -> Result<(), String> {
        let Some(step) = self.open_step() else { return Err(String::from("nobody is asked to approve it now")) };
        let mine = step.votes.iter().find(|vote| Some(vote.person) == me);
        match mine.map(|vote| vote.verdict) {
            Some(Some(Verdict::Delegate)) | None => {
                let silent: Vec<&str> = step.silent().map(|id| self.planned.names.person(id)).collect();
                Err(format!("at the step '{}' you are not asked, but {}", step.name, silent.join(", ")))
            }
            Some(_) => Ok(()),
        }
    }
}

/// What lies ahead of a ticket; nothing where it is neither change nor release.
pub(crate) fn look_ahead(reader: &Reader, asker: &Asker, ticket: &Ticket) -> Result<Option<Outlook>, Refusal> {
    let Some(mut planned) = reader.planned(ticket, &asker.moment)? else { return Ok(None) };
    let now = asker.moment.now;
    let conflicts = told(reader.conflicts_of(ticket, asker))?;
    let overrode = conflicts.iter().flatten().filter_map(|one| one.overridden.as_ref());
    let overrode: Vec<(Field, Value)> = overrode.map(|one| (Field::Assignee, Value::Int(one.by.0))).collect();
    planned.names.join(reader.names(overrode.iter().map(|(field, value)| (*field, value)))?);
    Ok(Some(Outlook {
        planned,
        // A window whose query names what is gone must not hide the ticket.
        conflicts,
        timing: told(reader.timing(ticket, now, now, &asker.moment))?.ok(),
    }))
}

/// What a plan would meet if it were as it is typed; what is typed only in part counts as it was.
pub(crate) fn clashes(
    reader: &Reader,
    asker: &Asker,
    on: TicketId,
    fields: &[(Field, String)],
) -> Result<Vec<String>, Refusal> {
    let mut plan = reader.ticket(on)?;
    for (field, word) in fields {
        if let Ok(value) = reader.understand(*field, word, asker.me, &asker.moment) {
            plan.put(*field, &value);
        }
    }
    let conflicts = told(reader.conflicts_of(&plan, asker))?;
    Ok(conflicts_told(&conflicts))
}

/// What a plan would meet, a line each; or why that can't be told.
pub(crate) fn conflicts_told(conflicts: &Result<Vec<Conflict>, String>) -> Vec<String> {
    let line = |one: &Conflict| match one.is_open() {
        true => one.text.clone(),
        false => format!("{} (overridden)", one.text),
    };
    match conflicts {
        Ok(all) => all.iter().map(line).collect(),
        Err(why) => vec![why.clone()],
    }
}

/// Understands fields by their words.
type Values<'v> = &'v dyn Fn(&[(Field, String)]) -> Result<Edit, Refusal>;

/// The command that a wish about a change means.
pub(crate) fn understand(
    reader: &Reader,
    asker: &Asker,
    wish: &ChangeWish,
    values: Values,
) -> Result<Command, Refusal> {
    let command = match wish {
        ChangeWish::Plan { on, fields, steps, implementers } => {
            let Some(target) = on.first() else { return Err(Refusal::rule("no change is meant")) };
            let mut commands = Vec::new();
            if !fields.is_empty() {
                commands.push(Command::Edit {
                    on: on.clone(),
                    set: values(fields)?,
                    tag: Vec::new(),
                    untag: Vec::new(),
                });
            }
            if let Some(steps) = steps {
                commands.extend(other_steps(reader, target.id, steps)?);
            }
            if let Some(logins) = implementers {
                commands.extend(other_people(reader, target.id, logins)?);
            }
            return Ok(match <[Command; 1]>::try_from(commands) {
                Ok([one]) => one,
                Err(several) => Command::Each(several),
            });
        }
        ChangeWish::Delegate { on, from, to } => {
            let from = match from.trim() {
                "" => None,
                word => Some(reader.find_person(word)?.id),
            };
            ChangeCommand::Delegate { on: *on, from, to: reader.find_person(to)?.id }
        }
        ChangeWish::Step { on, position, done, at, note } => {
            let position = position.trim().parse();
            let position = position.map_err(|_| Refusal::rule("step: which one? its number counts from 1"))?;
            let at = match at.trim() {
                "" => None,
                typed => match parse_time(typed, &asker.moment) {
                    Some(time) => Some(time.from),
                    None => return Err(Refusal::rule(format!("at: '{typed}' is no time; it looks like 21:40"))),
                },
            };
            let note = Some(note.trim().to_owned()).filter(|note| !note.is_empty());
            ChangeCommand::Step { on: *on, position, done: *done, at, note }
        }
        ChangeWish::Review { on, lessons, caused } => {
            let words = caused.split([',', ' ']).filter(|word| !word.is_empty());
            let numbers = words.map(|word| Ok(reader.ticket_numbered(word.parse().map_err(Refusal::Rule)?)?.id));
            ChangeCommand::Review {
                on: *on,
                lessons: lessons.clone(),
                caused: numbers.collect::<Result<_, Refusal>>()?,
            }
        }
        ChangeWish::LiveWith { on, conflicts, which, why } => {
            let places = which.split([',', ' ']).filter(|word| !word.is_empty());
            let meant = places.map(|word| {
                let place = word.parse::<usize>().ok().and_then(|place| conflicts.get(place.checked_sub(1)?));
                place.cloned().ok_or_else(|| {
                    Refusal::rule(format!("which: '{word}' is none of them; they count from 1 to {}", conflicts.len()))
                })
            });
            ChangeCommand::Override { on: *on, conflicts: meant.collect::<Result<_, _>>()?, why: why.clone() }
        }
        ChangeWish::Call { at, title, members, query } => {
            let Some(time) = parse_time(at, &asker.moment) else {
                return Err(Refusal::rule(format!("at: '{at}' is no time; it looks like: tue 10:00")));
            };
            let named = people(reader, members)?;
            let members = match named.is_empty() {
                true => reader.find_team("cab").map(|team| team.members).unwrap_or_default(),
                false => named,
            };
            if members.is_empty() {
                return Err(Refusal::rule("members: who comes? There is no team 'cab' whose members could"));
            }
            let wanted = parse(query).map_err(|error| Refusal::rule(format!("query: {error}")))?;
            let agenda = reader.numbers(&wanted, asker, AGENDA)?.into_iter().map(|(id, _)| id).collect();
            let (title, query) = (title.clone(), query.clone());
            ChangeCommand::Cab(CabCommand::Call { at: time.from, title, members, query, agenda })
        }
        ChangeWish::Decide { cab, number, decision, notes } => {
            let on = reader.ticket_numbered(*number)?.id;
            ChangeCommand::Cab(CabCommand::Decide { cab: *cab, on, decision: *decision, notes: notes.clone() })
        }
    };
    Ok(Command::Change(command))
}

/// What makes the steps of a change these lines. Those before the first that differs stay as they are, with their times.
fn other_steps(reader: &Reader, on: TicketId, lines: &str) -> Result<Vec<Command>, Refusal> {
    let wanted: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let now = reader.tasks(on)?;
    let same = now.iter().zip(&wanted).take_while(|(task, line)| task.text.trim() == **line).count();
    if let Some(task) = now.iter().skip(same).find(|task| task.done || task.began.is_some()) {
        return Err(Refusal::rule(format!(
            "steps: step {} was begun; only what comes after it can be planned anew",
            task.position
        )));
    }
    let gone = now.iter().skip(same).rev().map(|task| TaskChange::Remove(task.position));
    let come = wanted.into_iter().skip(same).map(|line| TaskChange::Add(line.to_owned()));
    Ok(gone.chain(come).map(|change| Command::Task { on, change }).collect())
}

/// The people of a list of logins.
fn people(reader: &Reader, logins: &str) -> Result<Vec<PersonId>, Refusal> {
    let words = logins.split([',', ' ']).filter(|word| !word.is_empty());
    words.map(|word| Ok(reader.find_person(word)?.id)).collect()
}

/// What makes those who work on a change besides its assignee these.
fn other_people(reader: &Reader, on: TicketId, logins: &str) -> Result<Option<Command>, Refusal> {
    let wanted = people(reader, logins)?;
    let now = reader.implementers(on)?;
    let add: Vec<PersonId> = wanted.iter().filter(|id| !now.contains(id)).copied().collect();
    let remove: Vec<PersonId> = now.into_iter().filter(|id| !wanted.contains(id)).collect();
    let changed = !(add.is_empty() && remove.is_empty());
    Ok(changed.then_some(Command::Change(ChangeCommand::Implementers { on, add, remove })))
}
