//! One round of questions about conflicts, each answer looked up once.

use std::collections::BTreeMap;

use crate::desk::change::conflict::{
    Conflict, Met, Named, Neighbours, Planned, Thing, between, beyond, disturbed, frozen, outside,
};
use crate::desk::change::window::{KeptWindow, Scope, Span, WindowKind};
use crate::desk::cmdb::query;
use crate::desk::id::{CiId, Kind, Number, PersonId, ServiceId, TicketId};
use crate::desk::query::{Expr, Is, Query, Term, parse};
use crate::desk::refusal::{Refusal, told};
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::calendar::Scheduled;
use crate::store::reader::conflict::{Proposed, around, scheduled};
use crate::store::reader::filter::Asker;

/// One round of questions, each answer looked up once.
pub(super) struct Asking<'a, 'r> {
    reader: &'a Reader<'r>,
    asker: &'a Asker,
    /// What is being planned.
    pub(super) own: &'a [Proposed<'a>],
    cis: BTreeMap<CiId, (String, String)>,
    people: BTreeMap<PersonId, String>,
    services: BTreeMap<ServiceId, String>,
    pub(super) neighbours: Neighbours,
    pub(super) windows: Option<(Span, Vec<KeptWindow>)>,
    /// Whether a window whose query names what is gone is left out, so that it hides nothing of all the rest.
    pub(super) passes_over: bool,
}

impl<'a, 'r> Asking<'a, 'r> {
    pub(super) fn new(reader: &'a Reader<'r>, asker: &'a Asker) -> Self {
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
    pub(super) fn planned(&mut self, one: &Scheduled) -> Result<Planned, Refusal> {
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

    pub(super) fn conflicts(&mut self, one: &Planned, others: &[Planned]) -> Result<Vec<Conflict>, Refusal> {
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
    pub(super) fn services(&mut self, one: &Planned) -> Result<Vec<Named<ServiceId>>, Refusal> {
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
    pub(super) fn met(
        &mut self,
        one: &Planned,
        services: &[Named<ServiceId>],
    ) -> Result<Vec<(WindowKind, Met)>, Refusal> {
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
    pub(super) fn things(
        &mut self,
        scope: &Scope,
        one: &Planned,
        services: &[Named<ServiceId>],
    ) -> Result<Vec<Thing>, Refusal> {
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

/// Of the times of a window, the one before a span and the one after it.
fn next_to(span: Span, all: Result<Vec<Span>, String>) -> Vec<Span> {
    let all = all.unwrap_or_default();
    let before = all.iter().rfind(|one| one.until <= span.from);
    let after = all.iter().find(|one| one.from >= span.until);
    before.into_iter().chain(after).copied().collect()
}
