//! What planned changes conflict with: read here, decided in `desk::change::conflict`.

use std::collections::BTreeMap;

use crate::desk::change::conflict::{
    Conflict, Met, Named, Neighbours, Planned, Thing, between, disturbed, frozen, outside,
};
use crate::desk::change::window::{KeptWindow, Scope, Span, WindowKind};
use crate::desk::cmdb::query;
use crate::desk::id::{CiId, Kind, Number, PersonId, ServiceId, TicketId};
use crate::desk::query::{Expr, Query, Term, parse};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::DAY;
use crate::desk::workflow::Phase;
use crate::store::reader::Reader;
use crate::store::reader::calendar::Scheduled;
use crate::store::reader::filter::Asker;

/// A maintenance window that has not been there for so long, and won't be, binds nobody: a quarter.
const IN_USE: i64 = 95 * DAY;
/// What conflicts are looked for among: what is still to be done.
const TO_DO: &str = "t.phase < 3";

impl Reader<'_> {
    /// What a change or release would conflict with, as it stands in `ticket`: saved so, or as somebody is editing it.
    /// Nothing without a planned time, or once it is done.
    ///
    /// # Errors
    /// When the file can't be read, or a window's query names what the desk no longer has.
    pub fn conflicts_of(&self, ticket: &Ticket, asker: &Asker) -> Result<Vec<Conflict>, Refusal> {
        let Some(scheduled) = scheduled(ticket) else { return Ok(Vec::new()) };
        let mut asking = Asking::new(self, asker);
        asking.own_ci = Some((ticket.id, ticket.ci.clone()));
        let one = asking.planned(&scheduled)?;
        let others = self.scheduled(one.span, TO_DO)?;
        let others = others.iter().filter(|other| other.id != one.id);
        let others = others.map(|other| asking.planned(other)).collect::<Result<Vec<_>, _>>()?;
        asking.conflicts(&one, &others)
    }

    /// In what kind of window a change lies, as it stands in `ticket`: in a freeze if any of it does, in a maintenance window
    /// if all of it does; a freeze counts for more.
    ///
    /// # Errors
    /// As [`Reader::conflicts_of`].
    pub(crate) fn lies_in(&self, ticket: &Ticket, asker: &Asker) -> Result<Option<WindowKind>, Refusal> {
        let Some(scheduled) = scheduled(ticket) else { return Ok(None) };
        let mut asking = Asking::new(self, asker);
        asking.own_ci = Some((ticket.id, ticket.ci.clone()));
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
    /// first first. Of a conflict between two changes both tell.
    ///
    /// # Errors
    /// As [`Reader::conflicts_of`].
    pub fn conflicts_within(&self, within: Span, asker: &Asker) -> Result<Vec<Conflict>, Refusal> {
        let mut asking = Asking::new(self, asker);
        let wanted = self.scheduled(within, TO_DO)?;
        let (Some(from), Some(until)) =
            (wanted.iter().map(|one| one.span.from).min(), wanted.iter().map(|one| one.span.until).max())
        else {
            return Ok(Vec::new());
        };
        let whole = Span { from, until };
        asking.windows = Some((around(whole), self.windows_about(around(whole))?));
        let all = self.scheduled(whole, TO_DO)?;
        let all = all.iter().map(|one| asking.planned(one)).collect::<Result<Vec<_>, _>>()?;
        let mut conflicts = Vec::new();
        // In the order of their beginnings: what begins after one ends does not meet it.
        for one in all.iter().filter(|one| one.span.overlaps(within)) {
            let begun = all.partition_point(|other| other.span.from < one.span.until);
            conflicts.extend(asking.conflicts(one, all.get(..begun).unwrap_or_default())?);
        }
        Ok(conflicts)
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

/// One round of questions, each answer looked up once.
struct Asking<'a, 'r> {
    reader: &'a Reader<'r>,
    asker: &'a Asker,
    /// The CI of a ticket as it is being edited.
    own_ci: Option<(TicketId, Option<String>)>,
    cis: BTreeMap<CiId, (String, String)>,
    people: BTreeMap<PersonId, String>,
    services: BTreeMap<ServiceId, String>,
    neighbours: Neighbours,
    windows: Option<(Span, Vec<KeptWindow>)>,
}

impl<'a, 'r> Asking<'a, 'r> {
    fn new(reader: &'a Reader<'r>, asker: &'a Asker) -> Self {
        Asking {
            reader,
            asker,
            own_ci: None,
            cis: BTreeMap::new(),
            people: BTreeMap::new(),
            services: BTreeMap::new(),
            neighbours: Neighbours::default(),
            windows: None,
        }
    }

    /// All that conflicts ask of a change.
    fn planned(&mut self, one: &Scheduled) -> Result<Planned, Refusal> {
        let reader = self.reader;
        let kin: Vec<(TicketId, bool)> = reader.all(
            "SELECT other, 0 FROM link WHERE ticket = ?1 AND relation = 'child_of'
             UNION ALL SELECT ticket, 1 FROM link WHERE other = ?1 AND relation = 'child_of'",
            [one.id.0],
            |row| Ok((TicketId(row.get(0)?), row.get(1)?)),
        )?;
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
            family: kin.into_iter().map(|(id, _)| id).collect(),
        })
    }

    /// Who works on a change: its assignee, and those that its plan names.
    fn workers(&mut self, one: &Scheduled) -> Result<Vec<Named<PersonId>>, Refusal> {
        let mut ids: Vec<PersonId> = one.assignee.into_iter().collect();
        ids.extend(
            self.reader
                .all("SELECT person FROM implementer WHERE ticket = ?1", [one.id.0], |row| Ok(PersonId(row.get(0)?)))?,
        );
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| self.person(id)).collect()
    }

    /// The CIs that a ticket names: its own, and those that somebody put on it by hand.
    fn touched(&mut self, ticket: TicketId) -> Result<Vec<CiId>, Refusal> {
        let mut cis =
            self.reader.all("SELECT ci FROM affected WHERE ticket = ?1 AND path IS NULL", [ticket.0], |row| {
                Ok(CiId(row.get(0)?))
            })?;
        let own = match &self.own_ci {
            Some((id, ci)) if *id == ticket => ci.clone(),
            _ => self.reader.one("SELECT ci FROM ticket WHERE id = ?1", [ticket.0], |row| row.get(0))?.flatten(),
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
            let things = self.things(&window.scope, one, services)?;
            if things.is_empty() {
                continue;
            }
            let binding = window.recurrence.comes_again()
                && (!spans.is_empty() || window.occurrences(around).is_ok_and(|all| !all.is_empty()));
            let name = Named { id: kept.id, name: window.name.clone() };
            met.push((window.kind, Met { window: name, things, spans, binding }));
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
