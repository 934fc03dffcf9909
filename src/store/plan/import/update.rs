//! A ticket that is here already: brought up to date where the file tells otherwise and nobody changed it here.

use crate::desk::command::ImportedTicket;
use crate::desk::field::{Edit, Field, Shape, Value};
use crate::desk::priority::Priority;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::store::plan::draft::Draft;
use crate::store::plan::import::report::{Action, PlannedTicket};
use crate::store::plan::import::rows::{self, Have};
use crate::store::plan::import::since::Since;
use crate::store::plan::import::{Arrivals, planned, time};

impl Arrivals {
    /// Plans what changes of a ticket, and says which fields stay.
    pub(super) fn update(
        &mut self,
        draft: &mut Draft,
        now: &Ticket,
        from: &ImportedTicket,
    ) -> Result<PlannedTicket, Refusal> {
        let values = self.values(from)?;
        let mut after = now.clone();
        for (field, value) in values.iter().filter(|(field, value)| !same_second(*field, value, now)) {
            after.put(*field, value);
        }
        let given = values.iter().find(|(field, _)| *field == Field::Priority).map(|(_, value)| value.int());
        let given = match given {
            Some(given) => given.and_then(Priority::new),
            None => now.priority_reason.is_some().then_some(now.priority),
        };
        let judged = |t: &Ticket| (t.priority, t.priority_reason.clone(), t.impact, t.urgency, t.service);
        if judged(&after) != judged(now) {
            self.settle_priority(draft, &mut after, given);
        }
        let mut changed = after.since(now);
        let have = Have::of(draft, now.id, from)?;
        let lacks_tag = from.tags.iter().any(|tag| !have.has_tag(tag));
        let mut kept = Vec::new();
        let since = match changed.is_empty() && !lacks_tag {
            true => None,
            false => Some(Since::of(draft.reader, now.id, &self.imports)?),
        };
        if let Some(since) = &since {
            let written = time(from, Field::Updated);
            for field in changed.keys().copied().collect::<Vec<_>>() {
                if since.changed_here(draft.reader, field, &now.value(field), written)? {
                    kept.push(field);
                }
            }
            if kept.contains(&Field::State) {
                // A state that stays takes along what only it explains.
                kept.extend([Field::PendingReason, Field::Resolved, Field::Closed]);
                kept.sort_unstable();
                kept.dedup();
            }
            if !kept.is_empty() {
                changed = self.without(draft, now, &values, &kept);
            }
            // Only what the file tells otherwise is worth telling.
            kept.retain(|field| values.iter().any(|(given, v)| given == field && *v != now.value(*field)));
        }
        let added =
            rows::add(draft, &self.known, now.id, from, have, |tag| since.as_ref().is_none_or(|s| !s.took_away(tag)))?;
        let mut planned = planned(from, Action::Unchanged);
        planned.number = Some(now.number);
        planned.kept = kept;
        if changed.is_empty() && added == 0 {
            return Ok(planned);
        }
        planned.action = Action::Update { fields: changed.keys().copied().collect(), added };
        if let Some(updated) = time(from, Field::Updated).filter(|updated| *updated > now.updated) {
            changed.insert(Field::Updated, Value::Int(updated.0));
        }
        draft.put(now.id, &changed)?;
        draft.touch(now.id)?;
        Ok(planned)
    }

    /// The changes that are left when some fields stay as they are.
    fn without(&self, draft: &Draft, now: &Ticket, values: &[(Field, Value)], kept: &[Field]) -> Edit {
        let mut after = now.clone();
        let mut given = now.priority_reason.is_some().then_some(now.priority);
        for (field, value) in values.iter().filter(|(field, _)| !kept.contains(field)) {
            after.put(*field, value);
            if *field == Field::Priority {
                given = value.int().and_then(Priority::new);
            }
        }
        if kept.contains(&Field::Priority) {
            given = Some(now.priority);
        }
        self.settle_priority(draft, &mut after, given);
        let mut changed = after.since(now);
        changed.retain(|field, _| !kept.contains(field));
        changed
    }
}

/// Whether a file that tells whole seconds tells the time that the ticket has.
fn same_second(field: Field, told: &Value, now: &Ticket) -> bool {
    match (field.shape(), told.int(), now.value(field).int()) {
        (Shape::Time, Some(told), Some(ours)) => told % 1_000 == 0 && told == ours - ours.rem_euclid(1_000),
        _ => false,
    }
}
