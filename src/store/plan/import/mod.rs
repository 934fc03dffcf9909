//! Taking in records from another system: what is new is added, what is here is brought up to date, what people changed
//! here stays.
//!
//! One plan serves `--plan`, which only shows it, and the import itself.

mod references;
mod report;
mod rows;
mod since;
mod update;

use std::collections::HashSet;

use crate::desk::command::{Author, Import, Imported, ImportedTicket};
use crate::desk::edit::title_too_long;
use crate::desk::field::{Field, Value};
use crate::desk::id::{Kind, Seq, TicketId};
use crate::desk::people::Deed;
use crate::desk::priority::{Priority, priority};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::{Moment, Timestamp};
use crate::store::batch::Table;
use crate::store::plan::draft::Draft;
use crate::store::reader::Reader;
use references::References;
pub use report::{Action, ImportPlan, PlannedTicket};
use rows::Have;

/// No ticket comes back with a larger number: a million tickets a day for three thousand years end there.
const LARGEST: i64 = 1_000_000_000_000;
/// The reason that stands beside a priority which the other system chose against our matrix.
const IMPORTED: &str = "imported";

pub(super) fn import(draft: &mut Draft, import: &Import) -> Result<String, Refusal> {
    let plan = take_in(draft, import)?;
    draft.notices.extend(plan.notices());
    Ok(plan.summary(&import.source))
}

impl Reader<'_> {
    /// What an import would do, ticket by ticket, without doing it.
    ///
    /// # Errors
    /// As the import itself: when its author may not import, or it names somebody whom nobody knows.
    pub fn plan_import(&self, import: &Import, author: &Author, moment: &Moment) -> Result<ImportPlan, Refusal> {
        take_in(&mut Draft::begin(self, author, moment)?, import)
    }
}

fn take_in(draft: &mut Draft, import: &Import) -> Result<ImportPlan, Refusal> {
    draft.may(Deed::Import)?;
    let mut plan = ImportPlan::default();
    let known = References::settle(draft, import, &mut plan)?;
    let mut arrivals = Arrivals { known, imports: since::imports(draft.reader)?, seen: HashSet::new(), plan };
    let mut fresh = Vec::new();
    for (place, ticket) in import.tickets.iter().enumerate() {
        let planned = match arrivals.find(draft, ticket)? {
            Found::Nothing => {
                fresh.push((created(ticket, draft.moment.now), place));
                planned(ticket, Action::Create)
            }
            Found::Here(existing) => arrivals.update(draft, &existing, ticket)?,
            Found::Unfit(reason) => {
                *arrivals.plan.remarks.entry(format!("skipped: {reason}")).or_default() += 1;
                planned(ticket, Action::Skip(reason))
            }
        };
        arrivals.plan.tickets.push(planned);
    }
    // Row ids and numbers grow with age.
    fresh.sort_unstable();
    for number in fresh.iter().filter_map(|(_, place)| import.tickets.get(*place)?.number) {
        draft.reserve_number(number)?;
    }
    for (created, place) in fresh {
        let Some(ticket) = import.tickets.get(place) else { continue };
        let number = arrivals.create(draft, created, ticket)?;
        if let Some(planned) = arrivals.plan.tickets.get_mut(place) {
            planned.number = Some(number);
        }
    }
    Ok(arrivals.plan)
}

fn planned(ticket: &ImportedTicket, action: Action) -> PlannedTicket {
    PlannedTicket { key: ticket.key.clone(), kind: ticket.kind, number: None, action, kept: Vec::new() }
}

/// An import on its way into a desk.
struct Arrivals {
    known: References,
    imports: HashSet<Seq>,
    seen: HashSet<(Kind, String)>,
    plan: ImportPlan,
}

/// What the desk has of an imported ticket.
enum Found {
    Nothing,
    Here(Box<Ticket>),
    Unfit(String),
}

impl Arrivals {
    /// Finds a ticket by its number in the other system, or by its own where it comes back.
    fn find(&mut self, draft: &Draft, from: &ImportedTicket) -> Result<Found, Refusal> {
        if !self.seen.insert((from.kind, from.key.to_ascii_lowercase())) {
            return Ok(Found::Unfit(format!("{} comes twice", from.key)));
        }
        if let Some(number) = from.number.filter(|number| number.n > LARGEST) {
            return Ok(Found::Unfit(format!("{number} leaves no numbers for those who come after it")));
        }
        let title = from.set.iter().find_map(|(field, value)| match value {
            Imported::Plain(Value::Text(title)) if *field == Field::Title => title_too_long(title),
            _ => None,
        });
        if let Some(why) = title {
            return Ok(Found::Unfit(why));
        }
        let workflow = draft.rules().workflow(from.kind).map_err(Refusal::Damaged)?;
        let state = from.set.iter().find(|(field, _)| *field == Field::State);
        if let Some(state) = state.and_then(|(field, value)| self.known.value(*field, value)).filter(Value::given)
            && state.text().is_none_or(|state| workflow.state(state).is_none())
        {
            let state = state.text().unwrap_or_default();
            return Ok(Found::Unfit(format!("the workflow of kind {} has no state '{state}'", from.kind)));
        }
        let mut matches = draft.reader.find_external(from.kind, &from.key)?.into_iter();
        let found = match (matches.next(), matches.next()) {
            (Some(one), Some(other)) => {
                return Ok(Found::Unfit(format!("{} and {} both have {}", one.number, other.number, from.key)));
            }
            (Some(one), None) => one,
            _ => match self.come_back(draft, from)? {
                Some(ours) => ours,
                None => return Ok(Found::Nothing),
            },
        };
        Ok(match found.merged_into {
            Some(into) => Found::Unfit(format!("{} was merged into {into} here", found.number)),
            None => Found::Here(Box::new(found)),
        })
    }

    /// The ticket of ours that comes back under its own number, if it was opened when the file says.
    fn come_back(&self, draft: &Draft, from: &ImportedTicket) -> Result<Option<Ticket>, Refusal> {
        let Some(number) = from.number else { return Ok(None) };
        match draft.reader.ticket_numbered(number) {
            Ok(ours) => {
                let told = time(from, Field::Created);
                let same = told.is_none_or(|told| told.0.div_euclid(1_000) == ours.created.0.div_euclid(1_000));
                Ok(Some(ours).filter(|_| same))
            }
            Err(Refusal::NotFound(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The values that a ticket of this kind can take, with references found.
    fn values(&mut self, from: &ImportedTicket) -> Result<Vec<(Field, Value)>, Refusal> {
        let mut values = Vec::with_capacity(from.set.len());
        for (field, value) in &from.set {
            let Some(value) = self.known.value(*field, value) else {
                return Err(Refusal::rule(format!("{}: {field} names what neither file nor desk has", from.key)));
            };
            match field {
                // The desk's own, or settled elsewhere.
                Field::External | Field::Updated | Field::PriorityComputed | Field::MergedInto => {}
                Field::Title | Field::State | Field::Created if !value.given() => {}
                _ if !field.fits(from.kind) => {
                    if value.given() && value != Value::Int(0) {
                        let remark = format!("left out: a {} has no {field}", from.kind);
                        *self.plan.remarks.entry(remark).or_default() += 1;
                    }
                }
                _ => values.push((*field, value)),
            }
        }
        Ok(values)
    }

    fn create(
        &mut self,
        draft: &mut Draft,
        created: Timestamp,
        from: &ImportedTicket,
    ) -> Result<crate::desk::id::Number, Refusal> {
        let id = TicketId(draft.new_id(Table::Ticket)?);
        let free = |number| matches!(draft.reader.ticket_numbered(number), Err(Refusal::NotFound(_)));
        let number = match from.number.filter(|number| free(*number)) {
            Some(number) => number,
            None => draft.new_number(from.kind)?,
        };
        let workflow = draft.rules().workflow(from.kind).map_err(Refusal::Damaged)?;
        let mut ticket = Ticket::blank(id, number, &workflow.initial, created);
        ticket.title.clone_from(&from.key);
        let values = self.values(from)?;
        for (field, value) in &values {
            ticket.put(*field, value);
        }
        if from.number != Some(number) {
            ticket.external = Some(from.key.clone());
        }
        if let Some(state) = workflow.state(&ticket.state) {
            ticket.state.clone_from(&state.name);
            ticket.phase = state.phase;
        }
        let given = values.iter().find(|(field, _)| *field == Field::Priority).and_then(|(_, value)| value.int());
        self.settle_priority(draft, &mut ticket, given.and_then(Priority::new));
        let known_times = [ticket.resolved, ticket.closed, from.past.last().map(|past| past.at)];
        let last = known_times.into_iter().flatten().chain(from.entries.last().map(|entry| entry.at)).max();
        ticket.updated = time(from, Field::Updated).or(last).unwrap_or(created).max(created);
        draft.add(ticket);
        rows::add(draft, &self.known, id, from, Have::default(), |_| true)?;
        Ok(number)
    }

    /// Both priorities, and the reason where they differ.
    fn settle_priority(&self, draft: &Draft, ticket: &mut Ticket, given: Option<Priority>) {
        let criticality = self.known.criticality(ticket.service.map(|id| id.0));
        ticket.priority_computed = priority(&draft.rules().matrix, ticket.impact, ticket.urgency, criticality);
        ticket.priority = given.unwrap_or(ticket.priority_computed);
        ticket.priority_reason = match ticket.priority == ticket.priority_computed {
            true => None,
            false => Some(ticket.priority_reason.take().unwrap_or_else(|| IMPORTED.to_owned())),
        };
    }
}

/// When a ticket was opened, or the earliest that is told of it; `now` where nothing is told.
fn created(from: &ImportedTicket, now: Timestamp) -> Timestamp {
    let told = [Field::Updated, Field::Resolved, Field::Closed].map(|field| time(from, field));
    let wrote = [from.past.first().map(|past| past.at), from.entries.first().map(|entry| entry.at)];
    time(from, Field::Created).or(told.into_iter().chain(wrote).flatten().min()).unwrap_or(now)
}

/// A time that the file tells of a ticket.
fn time(from: &ImportedTicket, wanted: Field) -> Option<Timestamp> {
    from.set.iter().find_map(|(field, value)| match value {
        Imported::Plain(Value::Int(at)) if *field == wanted => Some(Timestamp(*at)),
        _ => None,
    })
}
