//! What a change risks: its answers, and what the desk knows about it by itself.

use std::collections::BTreeMap;

use crate::desk::change::risk::{Facts, Runs, Shift};
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

/// What a change risks today.
#[derive(Clone, Debug)]
pub(crate) struct RiskToday {
    /// What the desk itself answers, also where a person answered otherwise; nothing once the work has begun.
    pub own: BTreeMap<String, String>,
    /// What all answers come to.
    pub reading: Reading,
    /// How that moved since it was last worked out, because what it follows from did: the CMDB, services, the record of its
    /// template, windows. Nothing where somebody overrode it, and of releases: theirs follows from their changes.
    pub shift: Option<Shift>,
}

impl Reader<'_> {
    /// What the answers about a change's risk come to.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn risk_reading(&self, ticket: TicketId) -> Result<Reading, Refusal> {
        Ok(self.rules().change.risk.read_answers(&self.answers(ticket)?))
    }

    fn answers(&self, ticket: TicketId) -> Result<BTreeMap<String, Answer>, Refusal> {
        let answers = self.all("SELECT question, value, by_hand FROM answer WHERE ticket = ?1", [ticket.0], |row| {
            Ok((row.get(0)?, Answer { value: row.get(1)?, by_hand: row.get(2)? }))
        })?;
        Ok(answers.into_iter().collect())
    }

    /// What a change risks today. What is done, or is being done, risked what it did when that began.
    ///
    /// # Errors
    /// When the file can't be read, or a window's query names what the desk no longer has.
    pub(crate) fn risk_today(&self, ticket: &Ticket, moment: &Moment) -> Result<RiskToday, Refusal> {
        let cis = |of: &str| -> Result<Vec<CiId>, Refusal> {
            let sql = format!("SELECT ci FROM affected WHERE ticket = ?1 AND path IS {of}");
            self.all(&sql, [ticket.id.0], |row| row.get(0).map(CiId))
        };
        self.risk_with(ticket, (&cis("NULL")?, &cis("NOT NULL")?), self.answers(ticket.id)?, moment)
    }

    /// As [`Reader::risk_today`], of a plan whose CIs, by hand and computed, and answers are not those of the file.
    pub(crate) fn risk_with(
        &self,
        ticket: &Ticket,
        (by_hand, computed): (&[CiId], &[CiId]),
        mut answers: BTreeMap<String, Answer>,
        moment: &Moment,
    ) -> Result<RiskToday, Refusal> {
        let questions = &self.rules().change.risk;
        let then = questions.read_answers(&answers);
        if ticket.actual_start.is_some() || !ticket.phase.is_open() {
            return Ok(RiskToday { own: BTreeMap::new(), reading: then, shift: None });
        }
        let own = questions.computed(ticket, &self.risk_facts(ticket, by_hand, computed, moment)?);
        answers.retain(|_, answer| answer.by_hand);
        for (question, value) in &own {
            let answer = || Answer { value: value.clone(), by_hand: false };
            answers.entry(question.clone()).or_insert_with(answer);
        }
        let reading = questions.read_answers(&answers);
        let shift = match (ticket.kind(), &ticket.risk, &ticket.risk_reason) {
            (Kind::Change, Some(was), None) => reading.band.clone().filter(|is| is != was).map(|is| Shift {
                was: was.clone(),
                is,
                because: reading.differences(&then),
            }),
            _ => None,
        };
        Ok(RiskToday { own, reading, shift })
    }

    /// How the risk of a change moved since it was last worked out.
    ///
    /// # Errors
    /// When the file can't be read, or a window's query names what the desk no longer has.
    pub fn risk_shift(&self, ticket: &Ticket, moment: &Moment) -> Result<Option<Shift>, Refusal> {
        let may_move = ticket.kind() == Kind::Change && ticket.risk.is_some() && ticket.risk_reason.is_none();
        if may_move { Ok(self.risk_today(ticket, moment)?.shift) } else { Ok(None) }
    }

    /// The changes to come whose risk moved.
    ///
    /// # Errors
    /// As [`Reader::risk_shift`].
    pub fn risk_shifts(&self, moment: &Moment) -> Result<Vec<(TicketId, Shift)>, Refusal> {
        let to_come = self.all(
            "SELECT id FROM ticket WHERE kind = 'change' AND phase < 3 AND risk IS NOT NULL AND actual_start IS NULL ORDER BY id",
            [],
            |row| row.get(0).map(TicketId),
        )?;
        let mut moved = Vec::new();
        for id in to_come {
            moved.extend(self.risk_shift(&self.ticket(id)?, moment)?.map(|shift| (id, shift)));
        }
        Ok(moved)
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
