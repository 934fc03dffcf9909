//! What planned changes conflict with: read here, decided in `desk::change::conflict`.

mod asking;

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::change::conflict::{Conflict, Named, Override, Planned};
use crate::desk::change::window::{Span, Window, WindowKind};
use crate::desk::id::{CiId, Kind, Number, PersonId, ServiceId, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::{DAY, Timestamp};
use crate::desk::workflow::Phase;
use crate::store::reader::Reader;
use crate::store::reader::calendar::Scheduled;
use crate::store::reader::conflict::asking::Asking;
use crate::store::reader::filter::Asker;

/// A maintenance window that has not been there for so long, and won't be, binds nobody: a quarter.
const IN_USE: i64 = 95 * DAY;
/// As far ahead who declares a major incident is told what is planned on its service.
const SOON: i64 = 14 * DAY;
/// What is planned has an end; a thousand years hold all of it.
const EVER: i64 = 366_000 * DAY;

/// A plan as somebody is about to make it, with the rows of its own that the file does not have yet.
pub(crate) struct Proposed<'t> {
    pub(crate) ticket: &'t Ticket,
    /// The CIs that somebody put on it by hand.
    pub(crate) cis: Vec<CiId>,
    /// Who works on it besides its assignee.
    pub(crate) people: Vec<PersonId>,
    /// What contains it, and what it contains: the latter is marked.
    pub(crate) kin: Vec<(TicketId, bool)>,
}

impl Reader<'_> {
    /// What a change or release would conflict with, as it stands in `ticket`: saved so, or as somebody is editing it.
    /// Nothing without a planned time, or once it is done.
    ///
    /// # Errors
    /// When the file can't be read, or a window's query names what the desk no longer has.
    pub fn conflicts_of(&self, ticket: &Ticket, asker: &Asker) -> Result<Vec<Conflict>, Refusal> {
        self.conflicts_of_proposed(&[self.proposed(ticket)?], &BTreeSet::new(), asker)
    }

    /// What conflicts are looked for among: what is still to be done. What was rejected is not, until somebody plans it anew.
    fn to_do(&self, within: Span) -> Result<Vec<Scheduled>, Refusal> {
        let mut found = self.scheduled(within, "t.phase < 3")?;
        found.retain(|one| !self.is_rejected(one));
        Ok(found)
    }

    fn is_rejected(&self, one: &Scheduled) -> bool {
        self.rules().workflow(one.number.kind).is_ok_and(|workflow| workflow.is_rejected(&one.state))
    }

    /// A plan with its own rows as they are.
    fn proposed<'t>(&self, ticket: &'t Ticket) -> Result<Proposed<'t>, Refusal> {
        let (cis, people) = (self.by_hand(ticket.id)?, self.implementers(ticket.id)?);
        Ok(Proposed { ticket, cis, people, kin: self.kin(ticket.id)? })
    }

    /// As [`Reader::conflicts_of`], of the first of some plans whose own rows are not those of the file; what the file says
    /// of those `drafted` does not count.
    pub(crate) fn conflicts_of_proposed(
        &self,
        proposed: &[Proposed],
        drafted: &BTreeSet<TicketId>,
        asker: &Asker,
    ) -> Result<Vec<Conflict>, Refusal> {
        let mut plans = proposed.iter().map(|plan| scheduled(plan.ticket).filter(|plan| !self.is_rejected(plan)));
        let Some(scheduled) = plans.next().flatten() else { return Ok(Vec::new()) };
        let mut asking = Asking::new(self, asker);
        asking.own = proposed;
        let one = asking.planned(&scheduled)?;
        let mut others = self.to_do(one.span)?;
        others.retain(|other| other.id != one.id && !drafted.contains(&other.id));
        others.extend(plans.flatten());
        others.sort_by_key(|other| (other.span.from, other.id));
        let others = others.iter().map(|other| asking.planned(other)).collect::<Result<Vec<_>, _>>()?;
        asking.conflicts(&one, &others)
    }

    /// In what kind of window a change lies, as it stands in `ticket`: in a freeze if any of it does, in a maintenance window
    /// if all of it does; a freeze counts for more.
    ///
    /// # Errors
    /// As [`Reader::conflicts_of`].
    pub(crate) fn lies_in(&self, ticket: &Ticket, asker: &Asker) -> Result<Option<WindowKind>, Refusal> {
        let Some(scheduled) = scheduled(ticket) else { return Ok(None) };
        let proposed = self.proposed(ticket)?;
        let mut asking = Asking::new(self, asker);
        asking.own = std::slice::from_ref(&proposed);
        let one = asking.planned(&scheduled)?;
        self.learn(&mut asking.neighbours, one.cis.iter().map(|ci| ci.id))?;
        let services = asking.services(&one)?;
        let met = asking.met(&one, &services)?;
        let is_in = |kind: WindowKind| {
            met.iter().filter(|(known, _)| *known == kind).flat_map(|(_, met)| &met.spans).any(|span| match kind {
                WindowKind::Freeze => span.overlaps(one.span),
                WindowKind::Maintenance => span.contains(one.span),
            })
        };
        Ok([WindowKind::Freeze, WindowKind::Maintenance].into_iter().find(|kind| is_in(*kind)))
    }

    /// The conflicts of all changes and releases that are planned in a stretch of time at least in part, those that begin
    /// first first. Of a conflict between two changes both tell. A window whose query names what is gone is passed over.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn conflicts_within(&self, within: Span, asker: &Asker) -> Result<Vec<Conflict>, Refusal> {
        Ok(self.met_within(within, asker)?.into_iter().map(|(_, conflict)| conflict).collect())
    }

    /// The changes and releases to come that have conflicts which nobody overrode.
    ///
    /// # Errors
    /// As [`Reader::conflicts_of`].
    pub fn conflicting(&self, asker: &Asker) -> Result<BTreeSet<TicketId>, Refusal> {
        let now = asker.moment.now;
        let met = self.met_within(Span { from: now, until: now.plus(EVER) }, asker)?;
        Ok(met.into_iter().filter(|(_, conflict)| conflict.is_open()).map(|(id, _)| id).collect())
    }

    /// The conflicts of all that is to come, as [`Reader::conflicts_within`] has them.
    ///
    /// # Errors
    /// As [`Reader::conflicts_of`].
    pub fn conflicts_to_come(&self, asker: &Asker) -> Result<Vec<Conflict>, Refusal> {
        let now = asker.moment.now;
        self.conflicts_within(Span { from: now, until: now.plus(EVER) }, asker)
    }

    /// The changes and releases to come that a freeze catches, as far ahead as windows are looked at.
    ///
    /// # Errors
    /// As [`Reader::conflicts_of`].
    pub(crate) fn caught_by(&self, freeze: &Window, asker: &Asker) -> Result<Vec<Number>, Refusal> {
        let now = asker.moment.now;
        let spans = freeze.occurrences(Span { from: now, until: now.plus(IN_USE) }).unwrap_or_default();
        self.planned_in(&spans, asker, |asking, one, services| {
            Ok(!asking.things(&freeze.scope, one, services)?.is_empty())
        })
    }

    /// The changes and releases of the next two weeks that are felt on a service.
    ///
    /// # Errors
    /// As [`Reader::conflicts_of`].
    pub(crate) fn felt_on(&self, service: ServiceId, asker: &Asker) -> Result<Vec<Number>, Refusal> {
        let now = asker.moment.now;
        let soon = Span { from: now, until: now.plus(SOON) };
        self.planned_in(&[soon], asker, |_, _, services| Ok(services.iter().any(|one| one.id == service)))
    }

    /// What is to be done in some stretches of time, of which something holds.
    fn planned_in(
        &self,
        spans: &[Span],
        asker: &Asker,
        holds: impl Fn(&mut Asking, &Planned, &[Named<ServiceId>]) -> Result<bool, Refusal>,
    ) -> Result<Vec<Number>, Refusal> {
        let mut asking = Asking::new(self, asker);
        let mut found = Vec::new();
        for span in spans {
            for one in self.to_do(*span)? {
                let one = asking.planned(&one)?;
                self.learn(&mut asking.neighbours, one.cis.iter().map(|ci| ci.id))?;
                let services = asking.services(&one)?;
                if !found.contains(&one.number) && holds(&mut asking, &one, &services)? {
                    found.push(one.number);
                }
            }
        }
        Ok(found)
    }

    fn met_within(&self, within: Span, asker: &Asker) -> Result<Vec<(TicketId, Conflict)>, Refusal> {
        let mut asking = Asking::new(self, asker);
        asking.passes_over = true;
        let wanted = self.to_do(within)?;
        let (Some(from), Some(until)) =
            (wanted.iter().map(|one| one.span.from).min(), wanted.iter().map(|one| one.span.until).max())
        else {
            return Ok(Vec::new());
        };
        let whole = Span { from, until };
        asking.windows = Some((around(whole), self.windows_about(around(whole))?));
        let all = self.to_do(whole)?;
        let all = all.iter().map(|one| asking.planned(one)).collect::<Result<Vec<_>, _>>()?;
        let mut conflicts = Vec::new();
        // In the order of their beginnings: what begins after one ends does not meet it.
        for one in all.iter().filter(|one| one.span.overlaps(within)) {
            let begun = all.partition_point(|other| other.span.from < one.span.until);
            let met = asking.conflicts(one, all.get(..begun).unwrap_or_default())?;
            conflicts.extend(met.into_iter().map(|conflict| (one.id, conflict)));
        }
        Ok(conflicts)
    }

    /// The CIs that somebody put on a ticket by hand.
    fn by_hand(&self, ticket: TicketId) -> Result<Vec<CiId>, Refusal> {
        self.all("SELECT ci FROM affected WHERE ticket = ?1 AND path IS NULL", [ticket.0], |row| Ok(CiId(row.get(0)?)))
    }

    /// What contains a ticket, and what it contains: the latter is marked.
    fn kin(&self, ticket: TicketId) -> Result<Vec<(TicketId, bool)>, Refusal> {
        self.all(
            "SELECT other, 0 FROM link WHERE ticket = ?1 AND relation = 'child_of'
             UNION ALL SELECT ticket, 1 FROM link WHERE other = ?1 AND relation = 'child_of'",
            [ticket.0],
            |row| Ok((TicketId(row.get(0)?), row.get(1)?)),
        )
    }

    /// Says of conflicts of a change who overrode which.
    fn note_overrides(&self, ticket: TicketId, conflicts: &mut [Conflict]) -> Result<(), Refusal> {
        if conflicts.is_empty() {
            return Ok(());
        }
        let rows: BTreeMap<String, Override> = self
            .all("SELECT conflict, person, at, reason FROM override WHERE ticket = ?1", [ticket.0], |row| {
                let (by, at, why) = (PersonId(row.get(1)?), Timestamp(row.get(2)?), row.get(3)?);
                Ok((row.get(0)?, Override { by, at, why }))
            })?
            .into_iter()
            .collect();
        for conflict in conflicts {
            conflict.overridden = rows.get(&conflict.identity()).cloned();
        }
        Ok(())
    }
}

/// So far around a time windows are looked at: they bind where they are in use.
fn around(span: Span) -> Span {
    Span { from: span.from.plus(-IN_USE), until: span.until.plus(IN_USE) }
}

fn scheduled(ticket: &Ticket) -> Option<Scheduled> {
    let span = Span { from: ticket.planned_start?, until: ticket.planned_end? };
    let plans = matches!(ticket.kind(), Kind::Change | Kind::Release) && ticket.merged_into.is_none();
    (plans && ticket.phase.is_open() && span.from < span.until).then(|| Scheduled {
        id: ticket.id,
        number: ticket.number,
        span,
        title: ticket.title.clone(),
        state: ticket.state.clone(),
        phase: Phase::New,
        assignee: ticket.assignee,
        team: ticket.team,
        service: ticket.service,
    })
}
