//! What a change or release has besides its fields: what it risks, who approves it, who works on it, what it contains.

use std::collections::BTreeMap;

use crate::desk::change::Reading;
use crate::desk::change::risk::{Runs, Shift};
use crate::desk::field::{Field, Value};
use crate::desk::id::{CiId, Kind, Number, PersonId};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::Moment;
use crate::store::reader::Reader;
use crate::store::reader::change::ApprovalStep;
use crate::store::reader::names::Names;
use crate::store::reader::sheet::Affected;

/// What belongs to a change or release and to no other ticket.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What its answers come to today.
    pub reading: Reading,
    /// How that differs from when it was last worked out.
    pub shift: Option<Shift>,
    /// The steps of its approval as it was asked for last.
    pub steps: Vec<ApprovalStep>,
    /// Who works on it besides its assignee.
    pub implementers: Vec<PersonId>,
    /// How former runs of its template went.
    pub runs: Option<Runs>,
    /// The changes that a release contains, with their risks.
    pub parts: Vec<(Number, Option<String>)>,
    /// The names of the people in it.
    pub names: Names,
}

impl Reader<'_> {
    /// What a ticket has of it; nothing where it is neither change nor release.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn planned(&self, ticket: &Ticket, moment: &Moment) -> Result<Option<Planned>, Refusal> {
        if !matches!(ticket.kind(), Kind::Change | Kind::Release) {
            return Ok(None);
        }
        let steps = self.approval(ticket.id)?;
        let implementers = self.implementers(ticket.id)?;
        let votes = steps.iter().flat_map(|step| &step.votes);
        let people =
            votes.flat_map(|vote| [Some(vote.person), vote.heir]).flatten().chain(implementers.iter().copied());
        let people: Vec<(Field, Value)> = people.map(|id| (Field::Assignee, Value::Int(id.0))).collect();
        // Where a window can't be looked for, because its query names what is gone, the risk is as it was last worked out.
        let (reading, shift) = match (self.risk_today(ticket, moment), self.risk_shift(ticket, moment)) {
            (Ok(reading), Ok(shift)) => (reading, shift),
            (Err(refusal @ (Refusal::Unavailable(_) | Refusal::Damaged(_))), _) => return Err(refusal),
            _ => (self.risk_reading(ticket.id)?, None),
        };
        Ok(Some(Planned {
            reading,
            shift,
            runs: ticket.template.as_ref().map(|template| self.runs(template)).transpose()?,
            parts: if ticket.kind() == Kind::Release { self.parts_of(ticket.id)? } else { Vec::new() },
            names: self.names(people.iter().map(|(field, value)| (*field, value)))?,
            steps,
            implementers,
        }))
    }

    /// What the desk itself answers about a change's risk, also where a person answered otherwise.
    ///
    /// # Errors
    /// When the file can't be read, or a window's query names what the desk no longer has.
    pub fn own_answers(&self, ticket: &Ticket, moment: &Moment) -> Result<BTreeMap<String, String>, Refusal> {
        let (by_hand, computed): (Vec<_>, Vec<_>) =
            self.affected(ticket.id)?.into_iter().partition(|ci| ci.path.is_none());
        let ids = |cis: Vec<Affected>| cis.iter().map(|ci| ci.id).collect::<Vec<CiId>>();
        let facts = self.risk_facts(ticket, &ids(by_hand), &ids(computed), moment)?;
        Ok(self.rules().change.risk.computed(ticket, &facts))
    }
}
