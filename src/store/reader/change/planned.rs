//! What a change or release has besides its fields: what it risks, who approves it, who works on it, what it contains.

use std::collections::BTreeMap;

use crate::desk::change::Reading;
use crate::desk::change::risk::{Runs, Shift};
use crate::desk::field::{Field, Value};
use crate::desk::id::{Kind, Number, PersonId};
use crate::desk::refusal::{Refusal, told};
use crate::desk::ticket::Ticket;
use crate::desk::time::Moment;
use crate::store::reader::Reader;
use crate::store::reader::change::ApprovalStep;
use crate::store::reader::change::risk::RiskToday;
use crate::store::reader::names::Names;

/// What belongs to a change or release and to no other ticket.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What the desk itself answers about its risk, question by question.
    pub own: BTreeMap<String, String>,
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
        let RiskToday { own, reading, shift } = match told(self.risk_today(ticket, moment))? {
            Ok(today) => today,
            Err(_) => RiskToday { own: BTreeMap::new(), reading: self.risk_reading(ticket.id)?, shift: None },
        };
        Ok(Some(Planned {
            own,
            reading,
            shift,
            runs: ticket.template.as_ref().map(|template| self.runs(template)).transpose()?,
            parts: if ticket.kind() == Kind::Release { self.parts_of(ticket.id)? } else { Vec::new() },
            names: self.names(people.iter().map(|(field, value)| (*field, value)))?,
            steps,
            implementers,
        }))
    }
}
