//! What planned changes conflict with: read here, decided in `desk::change::conflict`.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::change::conflict::{
    Conflict, Met, Named, Neighbours, Override, Planned, Thing, between, beyond, disturbed, frozen, outside,
};
use crate::desk::change::window::{KeptWindow, Scope, Span, Window, WindowKind};
use crate::desk::cmdb::query;
use crate::desk::id::{CiId, Kind, Number, PersonId, ServiceId, TicketId};
use crate::desk::query::{Expr, Is, Query, Term, parse};
use crate::desk::refusal::{Refusal, told};
use crate::desk::ticket::Ticket;
use crate::desk::time::{DAY, Timestamp};
use crate::desk::workflow::Phase;
use crate::store::reader::Reader;
use crate::store::reader::calendar::Scheduled;
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
        let mut asking = Asking { passes_over: true, ..Asking::new(self, asker) };
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

/// Of the times of a window, the one before a span and the one after it.
fn next_to(span: Span, all: Result<Vec<Span>, String>) -> Vec<Span> {
    let all = all.unwrap_or_default();
    let before = all.iter().rfind(|one| one.until <= span.from);
    let after = all.iter().find(|one| one.from >= span.until);
    before.into_iter().chain(after).copied().collect()
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

/// One round of questions, each answer looked up once.
struct Asking<'a, 'r> {
    reader: &'a Reader<'r>,
    asker: &'a Asker,
    /// What is being planned.
    own: &'a [Proposed<'a>],
    cis: BTreeMap<CiId, (String, String)>,
    people: BTreeMap<PersonId, String>,
    services: BTreeMap<ServiceId, String>,
    neighbours: Neighbours,
    windows: Option<(Span, Vec<KeptWindow>)>,
    /// Whether a window whose query names what is gone is left out, so that it hides nothing of all the rest.
    passes_over: bool,
}

impl<'a, 'r> Asking<'a, 'r> {
    fn new(reader: &'a Reader<'r>, asker: &'a Asker) -> Self {
        Asking {
            reader,
            asker,
            own: &[],
            cis: BTreeMap::new(),
            people: BTreeMap::new(),
            services: BTreeMap::new(),
            neighbours: Neighbours::default(),
            windows: None,
            passes_over: false,
        }
    }

    /// All that conflicts ask of a change.
    fn planned(&mut self, one: &Scheduled) -> Result<Planned, Refusal> {
        let kin = match self.own_of(one.id) {
            Some(own) => own.kin.clone(),
            None => self.reader.kin(one.id)?,
        };
        let mut ids = Vec::new();
        let bundled = kin.iter().filter(|(_, below)| *below && one.number.kind == Kind::Release).map(|(id, _)| *id);
        for ticket in std::iter::once(one.id).chain(bundled) {
            ids.extend(self.touched(ticket)?);
        }
        ids.sort_unstable();
        ids.dedup();
        let cis = ids.into_iter().map(|id| Ok(Named { id, name: self.ci(id)?.0 }));
        Ok(Planned {
            id: one.id,
            number: one.number,
            span: one.span,
            cis: cis.collect::<Result<_, Refusal>>()?,
            service: one.service.map(|id| self.service(id)).transpose()?,
            team: one.team,
            people: self.workers(one)?,
            bound: self.bound(one.number.kind, &kin)?,
            family: kin.into_iter().map(|(id, _)| id).collect(),
        })
    }

    /// The plan that is being made, where this is its ticket.
    fn own_of(&self, id: TicketId) -> Option<&'a Proposed<'a>> {
        self.own.iter().find(|own| own.ticket.id == id)
    }

    /// Of what contains a ticket, and what it contains, those that bind its time, with theirs.
    fn bound(&self, kind: Kind, kin: &[(TicketId, bool)]) -> Result<Vec<(Number, Span)>, Refusal> {
        let mut bound = Vec::new();
        for (id, below) in kin.iter().filter(|(_, below)| *below == (kind == Kind::Release)) {
            let other = if *below { Kind::Change } else { Kind::Release };
            if let Some(own) = self.own_of(*id) {
                let plan = scheduled(own.ticket).filter(|plan| plan.number.kind == other);
                bound.extend(plan.map(|plan| (plan.number, plan.span)));
                continue;
            }
            bound.extend(self.reader.one(
                "SELECT n, planned_start, planned_end FROM ticket
                  WHERE id = ?1 AND kind = ?2 AND phase < 3 AND planned_end > planned_start AND merged_into IS NULL",
                (id.0, other.word()),
                |row| {
                    let span = Span { from: Timestamp(row.get(1)?), until: Timestamp(row.get(2)?) };
                    Ok((Number { kind: other, n: row.get(0)? }, span))
                },
            )?);
        }
        Ok(bound)
    }

    /// Who works on a change: its assignee, and those that its plan names.
    fn workers(&mut self, one: &Scheduled) -> Result<Vec<Named<PersonId>>, Refusal> {
        let mut ids: Vec<PersonId> = one.assignee.into_iter().collect();
        match self.own_of(one.id) {
            Some(own) => ids.extend(&own.people),
            None => ids.extend(self.reader.implementers(one.id)?),
        }
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| self.person(id)).collect()
    }

    /// The CIs that a ticket names: its own, and those that somebody put on it by hand.
    fn touched(&mut self, ticket: TicketId) -> Result<Vec<CiId>, Refusal> {
        let (mut cis, own) = match self.own_of(ticket) {
            Some(own) => (own.cis.clone(), own.ticket.ci.clone()),
            None => {
                let own = self.reader.one("SELECT ci FROM ticket WHERE id = ?1", [ticket.0], |row| row.get(0))?;
                (self.reader.by_hand(ticket)?, own.flatten())
            }
        };
        if let Some(word) = own
            && let [ci] = self.reader.ci_called(&word)?.as_slice()
        {
            cis.push(*ci);
        }
        Ok(cis)
    }

    fn conflicts(&mut self, one: &Planned, others: &[Planned]) -> Result<Vec<Conflict>, Refusal> {
        self.reader.learn(&mut self.neighbours, one.cis.iter().map(|ci| ci.id))?;
        let mut conflicts = between(one, others, &self.neighbours);
        let services = self.services(one)?;
        let met = self.met(one, &services)?;
        let (freezes, maintenance): (Vec<_>, Vec<_>) =
            met.into_iter().partition(|(kind, _)| *kind == WindowKind::Freeze);
        let only = |met: Vec<(WindowKind, Met)>| met.into_iter().map(|(_, met)| met).collect::<Vec<_>>();
        conflicts.extend(frozen(one, &only(freezes)));
        conflicts.extend(outside(one, &only(maintenance)));
        conflicts.extend(disturbed(one, &self.majors(one, &services)?));
        conflicts.extend(beyond(one));
        self.reader.note_overrides(one.id, &mut conflicts)?;
        Ok(conflicts)
    }

    /// The services that a change is felt on: its own, and those that stand on what it touches.
    fn services(&mut self, one: &Planned) -> Result<Vec<Named<ServiceId>>, Refusal> {
        let mut services: Vec<Named<ServiceId>> = one.service.iter().cloned().collect();
        for own in &one.cis {
            let near = self.neighbours.of(own.id).map_or(&[][..], |near| &near.feeds);
            for ci in std::iter::once(&own.id).chain(near) {
                let found: Option<i64> =
                    self.reader.one("SELECT id FROM service WHERE ci = ?1", [ci.0], |row| row.get(0))?;
                if let Some(id) = found.map(ServiceId)
                    && !services.iter().any(|known| known.id == id)
                {
                    services.push(service_named(self.reader, &mut self.services, id)?);
                }
            }
        }
        Ok(services)
    }

    /// The windows that are about a change, with their times around it.
    fn met(&mut self, one: &Planned, services: &[Named<ServiceId>]) -> Result<Vec<(WindowKind, Met)>, Refusal> {
        let around = around(one.span);
        let (known, windows) = match self.windows.take() {
            Some((known, windows)) if known.contains(around) => (known, windows),
            _ => (around, self.reader.windows_about(around)?),
        };
        let mut met = Vec::new();
        for kept in &windows {
            let window = &kept.window;
            let spans = window.occurrences(one.span).unwrap_or_default();
            if spans.is_empty() && (window.kind == WindowKind::Freeze || !window.recurrence.comes_again()) {
                continue;
            }
            let things = match told(self.things(&window.scope, one, services))? {
                Ok(things) => things,
                Err(_) if self.passes_over => continue,
                Err(why) => return Err(Refusal::rule(format!("the window '{}': {why}", window.name))),
            };
            if things.is_empty() {
                continue;
            }
            let near = if spans.is_empty() { next_to(one.span, window.occurrences(around)) } else { Vec::new() };
            let binding = window.recurrence.comes_again() && !(spans.is_empty() && near.is_empty());
            let name = Named { id: kept.id, name: window.name.clone() };
            met.push((window.kind, Met { window: name, things, spans, near, binding }));
        }
        self.windows = Some((known, windows));
        Ok(met)
    }

    /// What of a change a scope is about.
    fn things(&mut self, scope: &Scope, one: &Planned, services: &[Named<ServiceId>]) -> Result<Vec<Thing>, Refusal> {
        let change = |met: bool| if met { vec![Thing::Change] } else { Vec::new() };
        Ok(match scope {
            Scope::Everything => change(true),
            Scope::Service(id) => {
                let met = services.iter().filter(|service| service.id == *id);
                met.map(|service| Thing::Named(service.name.clone())).collect()
            }
            Scope::Team(id) if one.team == Some(*id) => {
                let name = self.reader.one("SELECT name FROM team WHERE id = ?1", [id.0], |row| row.get(0))?;
                vec![Thing::Named(name.unwrap_or_default())]
            }
            Scope::Team(_) => Vec::new(),
            Scope::Class(class) => {
                let mut met = Vec::new();
                for ci in &one.cis {
                    if self.reader.rules().cmdb.classes.is(&self.ci(ci.id)?.1, class) {
                        met.push(Thing::Named(ci.name.clone()));
                    }
                }
                met
            }
            Scope::Tickets(text) => {
                let query = parse(text).map_err(|error| Refusal::rule(format!("{text}: {error}")))?;
                // Refused when a window comes; one that slipped in all the same would ask itself without end.
                if query.asks(Is::Conflicting) {
                    return Ok(Vec::new());
                }
                let this = Expr::Term(Term::Number(vec![one.number]));
                let filter = query.filter.map_or(this.clone(), |filter| Expr::And(vec![this, filter]));
                let query = Query { filter: Some(filter), ..Query::default() };
                change(self.reader.count(&query, self.asker)? > 0)
            }
            Scope::Cis(text) => {
                let model = &self.reader.rules().cmdb;
                let query = query::parse(text, model).map_err(|error| Refusal::rule(format!("{text}: {error}")))?;
                let own: Vec<CiId> = one.cis.iter().map(|ci| ci.id).collect();
                let met = self.reader.cis_among(&query, &own, self.asker)?;
                one.cis.iter().filter(|ci| met.contains(&ci.id)).map(|ci| Thing::Named(ci.name.clone())).collect()
            }
        })
    }

    /// Major incidents that are open on the services of a change that is not over yet; those that it is linked with are why
    /// it is made.
    fn majors(&self, one: &Planned, services: &[Named<ServiceId>]) -> Result<Vec<(Number, Named<ServiceId>)>, Refusal> {
        if one.span.until <= self.asker.moment.now {
            return Ok(Vec::new());
        }
        let mut majors = Vec::new();
        for service in services {
            let open = self.reader.all(
                "SELECT n FROM ticket t
                  WHERE +service = ?1 AND major = 1 AND phase < 3 AND kind = 'incident' AND created < ?2
                    AND NOT EXISTS (SELECT 1 FROM link WHERE (ticket, other) IN (VALUES (t.id, ?3), (?3, t.id)))
                  ORDER BY n",
                [service.id.0, one.span.until.0, one.id.0],
                |row| row.get(0),
            )?;
            majors.extend(open.into_iter().map(|n| (Number { kind: Kind::Incident, n }, service.clone())));
        }
        Ok(majors)
    }

    /// The name and class of a CI.
    fn ci(&mut self, id: CiId) -> Result<(String, String), Refusal> {
        if let Some(known) = self.cis.get(&id) {
            return Ok(known.clone());
        }
        let found = self
            .reader
            .one("SELECT name, class FROM ci WHERE id = ?1", [id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found = found.unwrap_or_else(|| (id.number(), String::new()));
        self.cis.insert(id, found.clone());
        Ok(found)
    }

    fn person(&mut self, id: PersonId) -> Result<Named<PersonId>, Refusal> {
        if let Some(name) = self.people.get(&id) {
            return Ok(Named { id, name: name.clone() });
        }
        let name = self.reader.person(id)?.map_or_else(|| id.to_string(), |person| person.name);
        self.people.insert(id, name.clone());
        Ok(Named { id, name })
    }

    fn service(&mut self, id: ServiceId) -> Result<Named<ServiceId>, Refusal> {
        service_named(self.reader, &mut self.services, id)
    }
}

fn service_named(
    reader: &Reader,
    known: &mut BTreeMap<ServiceId, String>,
    id: ServiceId,
) -> Result<Named<ServiceId>, Refusal> {
    if let Some(name) = known.get(&id) {
        return Ok(Named { id, name: name.clone() });
    }
    let name: Option<String> = reader.one("SELECT name FROM service WHERE id = ?1", [id.0], |row| row.get(0))?;
    let name = name.unwrap_or_else(|| id.to_string());
    known.insert(id, name.clone());
    Ok(Named { id, name })
}
