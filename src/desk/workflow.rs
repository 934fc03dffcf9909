//! Workflows are data: the states of a kind, the transitions between them, what each demands and what it does.
//!
//! A desk starts with `assets/defaults/workflow/*.toml` and may edit its copy. [`advance`] is the one rule that reads them.

use serde::{Deserialize, Serialize};

use crate::desk::change::USUAL_TYPE;
use crate::desk::field::{Edit, Field, Shape, Value};
use crate::desk::people::{Deed, Roles};
use crate::desk::refusal::{Need, Refusal};
use crate::desk::ticket::Ticket;
use crate::desk::time::{DAY, Timestamp};

/// The category of a state: what it means for every kind alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Nobody works on it yet.
    #[default]
    New,
    /// Somebody does.
    Active,
    /// Somebody waits.
    Waiting,
    /// The work is done; the requester may still object.
    Done,
    /// It is over.
    Closed,
}

impl Phase {
    /// All phases, in their order.
    pub const ALL: [Phase; 5] = [Phase::New, Phase::Active, Phase::Waiting, Phase::Done, Phase::Closed];

    /// Whether work remains: new, active or waiting.
    #[must_use]
    pub fn is_open(self) -> bool {
        self < Phase::Done
    }

    /// Its number in the desk file, 0 to 4.
    #[must_use]
    pub fn code(self) -> i64 {
        self as i64
    }

    /// The phase of that number.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| phase.code() == code)
    }
}

/// The workflow of one kind of ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// The state in which a ticket is opened.
    pub initial: String,
    /// Its states, in the order in which people think of them.
    pub state: Vec<State>,
    /// How one gets from one to another.
    pub transition: Vec<Transition>,
}

/// One state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Its word in commands and queries: `in_progress`.
    pub name: String,
    /// What it means for every kind alike.
    pub phase: Phase,
    /// One sentence for help.
    #[serde(default)]
    pub help: String,
}

/// One way from state to state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// Where it may start.
    pub from: Vec<String>,
    /// Where it ends.
    pub to: String,
    /// What it is called on a key or a menu: `resolve`.
    pub verb: String,
    /// The fields that must be given, now or before. `assignee|team` means either.
    #[serde(default)]
    pub needs: Vec<String>,
    /// The fields that may be given with it.
    #[serde(default)]
    pub takes: Vec<Field>,
    /// The fields that it empties.
    #[serde(default)]
    pub clears: Vec<Field>,
    /// It is closed to a ticket that reached its present state longer ago than this many days.
    #[serde(default)]
    pub within_days: Option<i64>,
    /// It happens by itself when a field is given: `assignee`.
    #[serde(default)]
    pub on: Option<Trigger>,
    /// Open tasks, open children or open blockers stand in its way.
    #[serde(default)]
    pub completes: bool,
    /// Only changes of these types have it; empty means every ticket.
    #[serde(default)]
    pub only: Vec<String>,
    /// It happens by itself only: nobody can make it by hand.
    #[serde(default)]
    pub by_itself: bool,
    /// All who must approve have approved.
    #[serde(default)]
    pub approved: bool,
    /// Nothing stands against its planned time: what it would meet is gone, or was overridden with a reason.
    #[serde(default)]
    pub unopposed: bool,
    /// It asks those who must approve.
    #[serde(default)]
    pub asks: bool,
    /// The times that it sets to now, unless they are given with it.
    #[serde(default)]
    pub stamps: Vec<Field>,
    /// Tasks that it adds to the checklist.
    #[serde(default)]
    pub tasks: Vec<String>,
}

impl Transition {
    /// Whether the work on a planned change begins with it.
    #[must_use]
    pub fn begins(&self) -> bool {
        self.stamps.contains(&Field::ActualStart)
    }

    /// Whether this ticket has it, given that it is where it starts.
    fn fits(&self, ticket: &Ticket) -> bool {
        let own = ticket.change_type.as_deref().unwrap_or(USUAL_TYPE);
        self.only.is_empty() || self.only.iter().any(|one| own.eq_ignore_ascii_case(one))
    }
}

/// What makes a transition happen by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Somebody or a team got the ticket.
    Assigned,
    /// The requester answered while the ticket waited for them.
    RequesterAnswered,
    /// All who must approve have approved.
    Approved,
    /// One who must approve has rejected.
    Rejected,
    /// What was approved is no longer what is planned.
    Replanned,
}

/// A wish to move a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The state that is wanted.
    pub to: &'a str,
    /// Fields given along with it.
    pub given: &'a Edit,
    /// What stands in the way of completing, in the user's words: `task 3 is open`.
    pub obstacles: &'a [String],
    /// Whether it is a person who wants it, or the workflow itself.
    pub by: Mover,
}

/// Who makes a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mover {
    /// A person.
    Person,
    /// The workflow.
    Itself,
}

impl Workflow {
    /// The state of that name.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&State> {
        self.state.iter().find(|s| s.name.eq_ignore_ascii_case(name))
    }

    /// The phase of the state of that name; closed where the workflow no longer has it.
    #[must_use]
    pub fn phase(&self, name: &str) -> Phase {
        self.state(name).map_or(Phase::Closed, |s| s.phase)
    }

    /// Whether a ticket is in this state because somebody who must approve said no.
    #[must_use]
    pub fn is_rejected(&self, state: &str) -> bool {
        self.transition.iter().any(|transition| transition.on == Some(Trigger::Rejected) && transition.to == state)
    }

    /// The transitions that a person may make with a ticket as it is, in the order of the workflow.
    pub fn leaving<'a>(&'a self, ticket: &'a Ticket) -> impl Iterator<Item = &'a Transition> + 'a {
        self.ways(ticket).filter(|transition| !transition.by_itself)
    }

    fn ways<'a>(&'a self, ticket: &'a Ticket) -> impl Iterator<Item = &'a Transition> + 'a {
        let from = ticket.state.as_str();
        self.transition.iter().filter(move |t| {
            t.from.iter().any(|f| f == from || (f == "open" && self.phase(from).is_open()))
                && t.to != from
                && t.fits(ticket)
        })
    }

    /// The transition of a ticket to the state `to`, by hand or by itself, if there is one.
    #[must_use]
    pub fn between<'a>(&'a self, ticket: &'a Ticket, to: &str) -> Option<&'a Transition> {
        self.ways(ticket).find(|t| t.to.eq_ignore_ascii_case(to))
    }

    /// The transition of a ticket that happens by itself on `trigger`.
    #[must_use]
    pub fn triggered<'a>(&'a self, ticket: &'a Ticket, trigger: Trigger) -> Option<&'a Transition> {
        self.ways(ticket).find(|t| t.on == Some(trigger))
    }

    /// Whether the workflow hangs together: every name known, one initial state.
    ///
    /// # Errors
    /// A sentence naming what is wrong.
    pub fn check(&self) -> Result<(), String> {
        let known = |name: &str| self.state(name).map(|_| ()).ok_or_else(|| format!("there is no state '{name}'"));
        known(&self.initial)?;
        for transition in &self.transition {
            known(&transition.to)?;
            for from in transition.from.iter().filter(|from| *from != "open") {
                known(from)?;
            }
            for need in transition.needs.iter().flat_map(|need| need.split('|')) {
                Field::named(need).ok_or_else(|| format!("'{}' needs '{need}', which is no field", transition.verb))?;
            }
            if let Some(field) = transition.stamps.iter().find(|field| field.shape() != Shape::Time) {
                return Err(format!("'{}' stamps '{field}', which is no time", transition.verb));
            }
        }
        Ok(())
    }
}

/// What a transition demands and what it sets, or why it may not be.
///
/// The result holds the whole edit: the fields given, the new state, what the transition empties, and the times that follow
/// from the phase (`resolved` on becoming done, `closed` on becoming closed, both emptied on the way back).
///
/// # Errors
/// A [`Refusal`] that names the states allowed, the fields missing, or what stands in the way.
pub fn advance(
    workflow: &Workflow,
    ticket: &Ticket,
    step: &Step,
    roles: &Roles,
    now: Timestamp,
) -> Result<Edit, Refusal> {
    roles.may(Deed::WorkTickets)?;
    let number = ticket.number;
    if let Some(heir) = ticket.merged_into {
        return Err(Refusal::rule(format!("{number} was merged into {heir}; the work goes on there")));
    }
    let Some(target) = workflow.state(step.to) else {
        let names: Vec<&str> = workflow.state.iter().map(|s| s.name.as_str()).collect();
        return Err(Refusal::rule(format!(
            "{number}: there is no state '{}'; {} knows {}",
            step.to,
            number.kind.one(),
            names.join(", ")
        )));
    };
    if target.name == ticket.state {
        return Err(Refusal::rule(format!("{number} is already {}", target.name)));
    }
    let Some(transition) = workflow.between(ticket, &target.name) else {
        let ways: Vec<&str> = workflow.leaving(ticket).map(|t| t.to.as_str()).collect();
        let ways = if ways.is_empty() {
            String::from("nothing follows it")
        } else {
            format!("from here: {}", ways.join(", "))
        };
        return Err(Refusal::rule(format!("{number} can't go from {} to {}; {ways}", ticket.state, target.name)));
    };
    if transition.by_itself && step.by == Mover::Person {
        let how = match transition.on {
            Some(Trigger::Approved) => "is done by the last approval: deskhand change approve",
            Some(Trigger::Rejected) => "is done by who must approve: deskhand change reject",
            _ => "happens by itself only",
        };
        return Err(Refusal::rule(format!("{number}: to {} it {how}", transition.verb)));
    }
    if let (Some(days), Some(since)) = (transition.within_days, ticket.closed.or(ticket.resolved))
        && now.since(since) > days.saturating_mul(DAY)
    {
        return Err(Refusal::rule(format!(
            "{number} has been {} for more than {days} days; open a new ticket and link it: deskhand new {} --link {number}",
            ticket.state, number.kind
        )));
    }
    let needs: Vec<Need> = transition
        .needs
        .iter()
        .filter(|need| !is_given(need, ticket, step.given, transition))
        .map(|need| Need { either: need.split('|').filter_map(Field::named).collect(), words: Vec::new() })
        .collect();
    if !needs.is_empty() {
        return Err(Refusal::Missing { number, verb: transition.verb.clone(), needs });
    }
    if transition.completes && !step.obstacles.is_empty() {
        return Err(Refusal::rule(format!("Cannot {} {number}: {}", transition.verb, step.obstacles.join("; "))));
    }
    let mut edit = Edit::new();
    for field in &transition.clears {
        edit.insert(*field, Value::Null);
    }
    edit.extend(transition.stamps.iter().map(|field| (*field, Value::Int(now.0))));
    edit.extend(step.given.iter().map(|(field, value)| (*field, value.clone())));
    edit.insert(Field::State, Value::from(target.name.as_str()));
    edit.extend(stamps(ticket, target.phase, now));
    Ok(edit)
}

fn is_given(need: &str, ticket: &Ticket, given: &Edit, transition: &Transition) -> bool {
    need.split('|').filter_map(Field::named).any(|field| match given.get(&field) {
        Some(value) => value.given(),
        None => !transition.clears.contains(&field) && ticket.value(field).given(),
    })
}

/// The times that follow from entering a phase.
fn stamps(ticket: &Ticket, phase: Phase, now: Timestamp) -> Vec<(Field, Value)> {
    let now = Value::Int(now.0);
    match phase {
        Phase::Done => vec![(Field::Resolved, now), (Field::Closed, Value::Null)],
        Phase::Closed => vec![(Field::Closed, now)],
        _ if ticket.resolved.is_some() || ticket.closed.is_some() => {
            vec![(Field::Resolved, Value::Null), (Field::Closed, Value::Null)]
        }
        _ => Vec::new(),
    }
}
