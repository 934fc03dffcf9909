//! *Why* a field of a ticket is what it is: the rule in words, and the entries that led to it.

use crate::desk::explain::{Circumstances, bearing, belongs, rule};
use crate::desk::field::{Field, Value};
use crate::desk::id::Kind;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::store::reader::Reader;
use crate::store::reader::history::Event;
use crate::store::reader::names::Names;

/// Why a field is what it is.
#[derive(Clone, Debug)]
pub struct Reasons {
    /// What it is.
    pub value: Value,
    /// The rule behind it, one sentence a step; nothing where people alone decide.
    pub because: Vec<String>,
    /// The entries that led to it, oldest first, with the changes that bear on it alone.
    pub chain: Vec<Event>,
    /// The names behind all references.
    pub names: Names,
}

impl Reader<'_> {
    /// Why a field of a ticket is what it is.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn why(&self, ticket: &Ticket, field: Field) -> Result<Reasons, Refusal> {
        let mut chain = self.history(ticket.id)?;
        for event in &mut chain {
            let changed =
                event.changes.iter().filter_map(|change| Some((change.field?, &change.before, &change.after)));
            let belongs = belongs(field, changed);
            event.changes.retain(|change| {
                belongs
                    && change.before != change.after
                    && change.field.is_some_and(|other| {
                        (other == field || bearing(field).contains(&other))
                            && (other != Field::PriorityComputed || field == Field::PriorityComputed)
                    })
            });
        }
        chain.retain(|event| !event.changes.is_empty());
        let overrode = chain.iter().rev().find(|event| {
            let reason =
                if matches!(field, Field::Risk | Field::RiskScore) { Field::RiskReason } else { Field::PriorityReason };
            event.changes.iter().any(|change| change.field == Some(reason) && change.after.given())
        });
        let by = overrode.map(Event::author);
        let service = ticket.service.map(|id| self.services().map(|all| all.into_iter().find(|one| one.id == id)));
        let service = service.transpose()?.flatten();
        let asked = matches!(field, Field::Risk | Field::RiskScore) && field.fits(ticket.kind());
        let reading = asked.then(|| self.risk_reading(ticket.id)).transpose()?;
        let parts = match ticket.kind() {
            Kind::Release if asked => self.parts_of(ticket.id)?,
            _ => Vec::new(),
        };
        let around = Circumstances {
            matrix: &self.rules().matrix,
            service: service.as_ref().map(|service| (service.name.as_str(), service.criticality)),
            by: by.as_deref(),
            risk: reading.as_ref(),
            parts: &parts,
        };
        let because = rule(field, ticket, &around);
        let value = ticket.value(field);
        let changes = chain.iter().flat_map(|event| &event.changes);
        let then = changes.filter_map(|change| Some((change.field?, change)));
        let then = then.flat_map(|(field, change)| [(field, &change.before), (field, &change.after)]);
        let names = self.names(then.chain([(field, &value)]))?;
        Ok(Reasons { value, because, chain, names })
    }
}
