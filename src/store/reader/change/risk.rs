//! What a change risks: its answers, and what the desk knows about it by itself.

use std::collections::BTreeMap;

use crate::desk::change::risk::{Facts, Runs};
use crate::desk::change::{Answer, Reading};
use crate::desk::id::{CiId, Kind, Number, TicketId};
use crate::desk::link::Relation;
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::Moment;
use crate::store::reader::Reader;
use crate::store::reader::cmdb::Reach;

/// So far dependents are counted.
const HOPS: u32 = 2;

impl Reader<'_> {
    /// What the answers about a change's risk come to.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn risk_reading(&self, ticket: TicketId) -> Result<Reading, Refusal> {
        let answers: BTreeMap<String, Answer> = self
            .all("SELECT question, value, by_hand FROM answer WHERE ticket = ?1", [ticket.0], |row| {
                Ok((row.get(0)?, Answer { value: row.get(1)?, by_hand: row.get(2)? }))
            })?
            .into_iter()
            .collect();
        Ok(self.rules().change.risk.read_answers(&answers))
    }

    /// The changes that a release contains, with their risks.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn parts_of(&self, release: TicketId) -> Result<Vec<(Number, Option<String>)>, Refusal> {
        self.all(
            "SELECT t.n, t.risk FROM link l JOIN ticket t ON t.id = l.ticket
              WHERE l.other = ?1 AND l.relation = ?2 AND t.kind = ?3 ORDER BY t.n",
            (release.0, Relation::ChildOf.word(), Kind::Change.word()),
            |row| Ok((Number { kind: Kind::Change, n: row.get(0)? }, row.get(1)?)),
        )
    }

    /// How the changes went that were opened from a template and have ended.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn runs(&self, template: &str) -> Result<Runs, Refusal> {
        let counted = self.one(
            "SELECT count(*), count(*) FILTER (WHERE resolution_code IN ('successful', 'successful-with-issues'))
               FROM ticket WHERE template = ?1 AND phase >= 3 AND actual_start IS NOT NULL",
            [template],
            |row| Ok(Runs { ended: row.get(0)?, well: row.get(1)? }),
        )?;
        Ok(counted.unwrap_or_default())
    }

    /// What the desk knows about a change that names these CIs besides its own: those given by hand, and those computed.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(crate) fn risk_facts(
        &self,
        ticket: &Ticket,
        by_hand: &[CiId],
        computed: &[CiId],
        moment: &Moment,
    ) -> Result<Facts, Refusal> {
        let mut roots: Vec<CiId> = match &ticket.ci {
            Some(ci) => self.ci_called(ci)?,
            None => Vec::new(),
        };
        roots.extend(by_hand);
        let timing = match (ticket.planned_start, ticket.planned_end) {
            (Some(from), Some(until)) => Some(self.timing(ticket, from, until, moment)?),
            _ => None,
        };
        Ok(Facts {
            criticality: self.most_critical(ticket, roots.iter().chain(computed))?,
            dependents: self.dependents(ticket, &roots)?,
            runs: ticket.template.as_ref().map(|template| self.runs(template)).transpose()?,
            timing,
        })
    }

    fn most_critical<'c>(
        &self,
        ticket: &Ticket,
        cis: impl Iterator<Item = &'c CiId>,
    ) -> Result<Option<(Criticality, String)>, Refusal> {
        let mut found: Vec<(Criticality, String)> = Vec::new();
        for ci in cis {
            let row = self.one("SELECT criticality, name FROM ci WHERE id = ?1", [ci.0], |row| {
                Ok((row.get::<_, Option<String>>(0)?, row.get::<_, String>(1)?))
            })?;
            found.extend(row.and_then(|(word, name)| Some((Criticality::named(&word?)?, name))));
        }
        if let Some(service) = ticket.service {
            let row = self.one("SELECT criticality, name FROM service WHERE id = ?1", [service.0], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            found.extend(row.and_then(|(word, name)| Some((Criticality::named(&word)?, name))));
        }
        Ok(found.into_iter().max_by_key(|(criticality, _)| *criticality))
    }

    /// How many services depend on CIs within two hops. A change that names only a service touches that one.
    fn dependents(&self, ticket: &Ticket, roots: &[CiId]) -> Result<Option<i64>, Refusal> {
        if roots.is_empty() {
            return Ok(ticket.service.map(|_| 1));
        }
        let reached = self.impact(roots, Reach::Down, HOPS)?;
        let mut services = std::collections::BTreeSet::new();
        for ci in reached.hits.iter().map(|hit| hit.ci).chain(roots.iter().copied()) {
            services.extend(self.all("SELECT id FROM service WHERE ci = ?1", [ci.0], |row| row.get::<_, i64>(0))?);
        }
        Ok(i64::try_from(services.len()).ok())
    }
}
