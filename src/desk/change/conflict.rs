//! Conflicts: what a planned change would meet at the time for which it is planned.
//!
//! Two changes conflict when their times overlap and they touch the same CI, one touches what the other's depends on within
//! two relations, they are on the same service, or one person is to do both. A change also conflicts with a freeze that is
//! about it, with maintenance windows that it does not keep to, with an open major incident, and with the release that contains
//! it where it leaves that one's time.
//!
//! A conflict stands in the way until it is gone or somebody overrides it with a reason. That holds for the one conflict: once
//! its plan, its other side, its cause, what of the change it is about or the times of either are others, it is asked about anew.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::desk::change::window::Span;
use crate::desk::cmdb::Graph;
use crate::desk::id::{CiId, Kind, Number, PersonId, ServiceId, TeamId, TicketId, WindowId};
use crate::desk::time::Timestamp;

/// Over so many relations a change is felt.
pub const HOPS: u32 = 2;
/// So many of several are named.
const NAMED: usize = 3;

/// Something with its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named<I> {
    /// Which.
    pub id: I,
    /// What people call it.
    pub name: String,
}

/// A planned change, as far as conflicts ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its row.
    pub id: TicketId,
    /// Its number.
    pub number: Number,
    /// When it is planned.
    pub span: Span,
    /// The service that it is on.
    pub service: Option<Named<ServiceId>>,
    /// The team whose it is.
    pub team: Option<TeamId>,
    /// Who is to do it.
    pub people: Vec<Named<PersonId>>,
    /// The CIs that it touches; those of a release are those of its changes.
    pub cis: Vec<Named<CiId>>,
    /// The release of a change, the changes of a release: they overlap on purpose.
    pub family: Vec<TicketId>,
    /// Of its family those that bind its time, with theirs: the releases of a change, the changes of a release.
    pub bound: Vec<(Number, Span)>,
}

/// Why two sides can't have their way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Both touch these CIs.
    SameCi(Vec<CiId>),
    /// What this change touches (first) depends on what the other does (second).
    Needs(Vec<(CiId, CiId)>),
    /// What the other touches (second) depends on what this change does (first).
    Feeds(Vec<(CiId, CiId)>),
    /// Both are on this service.
    SameService(ServiceId),
    /// This person is to do both.
    SamePerson(PersonId),
    /// It lies in a freeze that is about these things, in these times of it.
    Freeze(Vec<Thing>, Vec<Span>),
    /// It lies outside of the maintenance windows for these things, which are at these times around it.
    Outside(Vec<Thing>, Vec<Span>),
    /// A major incident is open on its service.
    Major(ServiceId),
    /// One is a release that contains the other, whose time is not within its own; this is the time of the other side.
    Beyond(Span),
}

impl Cause {
    /// Its word in tables and files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Cause::SameCi(_) => "same_ci",
            Cause::Needs(_) | Cause::Feeds(_) => "dependency",
            Cause::SameService(_) => "same_service",
            Cause::SamePerson(_) => "same_person",
            Cause::Freeze(..) => "freeze",
            Cause::Outside(..) => "outside_window",
            Cause::Major(_) => "major",
            Cause::Beyond(_) => "beyond_release",
        }
    }

    /// All that it names, in a form that is the same as long as the cause is.
    fn particulars(&self) -> String {
        let list = |ids: Vec<String>| ids.join(",");
        let pairs = |all: &[(CiId, CiId)]| list(all.iter().map(|(own, theirs)| format!("{own}-{theirs}")).collect());
        match self {
            Cause::SameCi(cis) => list(cis.iter().map(ToString::to_string).collect()),
            Cause::Needs(all) => format!("needs {}", pairs(all)),
            Cause::Feeds(all) => format!("feeds {}", pairs(all)),
            Cause::SameService(service) | Cause::Major(service) => service.to_string(),
            Cause::SamePerson(person) => person.to_string(),
            Cause::Freeze(things, spans) | Cause::Outside(things, spans) => {
                format!("{} at {}", list(named(things).into_iter().map(str::to_owned).collect()), times(spans))
            }
            Cause::Beyond(other) => times(&[*other]),
        }
    }
}

fn times(spans: &[Span]) -> String {
    let each: Vec<String> = spans.iter().map(|span| format!("{}..{}", span.from.0, span.until.0)).collect();
    each.join(",")
}

/// The other side of a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// A change, a release or an incident.
    Ticket(Number),
    /// A freeze, or the maintenance windows that it does not keep to.
    Windows(Vec<Named<WindowId>>),
}

impl Side {
    fn identity(&self) -> String {
        match self {
            Side::Ticket(number) => number.to_string(),
            Side::Windows(windows) => {
                let ids: Vec<String> = windows.iter().map(|window| window.id.to_string()).collect();
                format!("windows {}", ids.join(","))
            }
        }
    }
}

/// That somebody lives with a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Who said so.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// A conflict of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The change.
    pub change: Number,
    /// When the change is planned.
    pub plan: Span,
    /// What it conflicts with.
    pub with: Side,
    /// Why.
    pub cause: Cause,
    /// When: the time that both share, or all of the change.
    pub span: Span,
    /// The same in words, both sides named.
    pub text: String,
    /// Who overrode it, if somebody did.
    pub overridden: Option<Override>,
}

impl Conflict {
    fn of(one: &Planned, with: Side, cause: Cause, span: Span, text: String) -> Conflict {
        Conflict { change: one.number, plan: one.span, with, cause, span, text, overridden: None }
    }

    /// Whether it stands in the way: nobody has overridden it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.overridden.is_none()
    }

    /// Whether the change lies in a freeze, and this moment too.
    #[must_use]
    pub fn freezes(&self, now: Timestamp) -> bool {
        matches!(&self.cause, Cause::Freeze(_, spans) if spans.iter().any(|span| span.from <= now && now < span.until))
    }

    /// What makes it this conflict and no other: an override of it holds as long as this stays the same.
    #[must_use]
    pub fn identity(&self) -> String {
        [
            self.cause.word().to_owned(),
            self.cause.particulars(),
            self.with.identity(),
            times(&[self.span]),
            times(&[self.plan]),
        ]
        .join("|")
    }
}

/// CIs that one CI feeds or needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Near {
    /// What depends on it.
    pub feeds: Vec<CiId>,
    /// What it depends on.
    pub needs: Vec<CiId>,
}

/// What CIs feed and need over at most [`HOPS`] relations along which failure flows. Each CI is walked from once.
#[derive(Clone, Debug, Default)]
pub struct Neighbours(BTreeMap<CiId, Near>);

impl Neighbours {
    /// Walks from those of the CIs from which it has not walked yet.
    ///
    /// # Errors
    /// When the graph can't be read.
    pub fn learn<G: Graph>(&mut self, graph: &G, cis: impl IntoIterator<Item = CiId>) -> Result<(), G::Error> {
        for ci in cis {
            if let Entry::Vacant(place) = self.0.entry(ci) {
                let feeds = reach(ci, |edge| Ok(graph.from(edge)?.into_iter().map(|feed| feed.to).collect()))?;
                let needs = reach(ci, |edge| Ok(graph.into(edge)?.into_iter().map(|feed| feed.from).collect()))?;
                place.insert(Near { feeds, needs });
            }
        }
        Ok(())
    }

    /// What a CI feeds and needs.
    #[must_use]
    pub fn of(&self, ci: CiId) -> Option<&Near> {
        self.0.get(&ci)
    }
}

fn reach<E>(from: CiId, step: impl Fn(&[CiId]) -> Result<Vec<CiId>, E>) -> Result<Vec<CiId>, E> {
    let (mut seen, mut edge) = (BTreeSet::from([from]), vec![from]);
    for _ in 0..HOPS {
        edge = step(&edge)?.into_iter().filter(|other| seen.insert(*other)).collect();
    }
    seen.remove(&from);
    Ok(seen.into_iter().collect())
}

/// What one change conflicts with among others, in their order. Of the neighbours only those of `one` are asked.
#[must_use]
pub fn between(one: &Planned, others: &[Planned], neighbours: &Neighbours) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for other in others {
        let Some(span) = one.span.shared(other.span) else { continue };
        if other.id == one.id || one.family.contains(&other.id) || other.family.contains(&one.id) {
            continue;
        }
        let (a, b) = (one.number, other.number);
        let mut found =
            |cause: Cause, text: String| conflicts.push(Conflict::of(one, Side::Ticket(b), cause, span, text));
        let same: Vec<&Named<CiId>> = one.cis.iter().filter(|ci| other.cis.iter().any(|c| c.id == ci.id)).collect();
        if !same.is_empty() {
            let text = format!("{a} and {b} both touch {}", list(&same));
            found(Cause::SameCi(same.iter().map(|ci| ci.id).collect()), text);
        }
        for feeds in [true, false] {
            let mut pairs = Vec::new();
            for own in &one.cis {
                let near = neighbours.of(own.id).map_or(&[][..], |near| if feeds { &near.feeds } else { &near.needs });
                // What both touch is told already.
                let theirs = other.cis.iter().filter(|ci| !same.iter().any(|c| c.id == ci.id));
                pairs.extend(theirs.filter(|ci| near.binary_search(&ci.id).is_ok()).map(|theirs| (own, theirs)));
            }
            let Some((own, theirs)) = pairs.first() else { continue };
            let ((upper, who), (lower, whose)) =
                if feeds { ((&theirs.name, b), (&own.name, a)) } else { ((&own.name, a), (&theirs.name, b)) };
            let more = match pairs.len() - 1 {
                0 => String::new(),
                n => format!(", and {n} more like it"),
            };
            let text = format!("{upper}, which {who} touches, depends on {lower}, which {whose} touches{more}");
            let ids = pairs.iter().map(|(own, theirs)| (own.id, theirs.id)).collect();
            found(if feeds { Cause::Feeds(ids) } else { Cause::Needs(ids) }, text);
        }
        if let (Some(service), Some(theirs)) = (&one.service, &other.service)
            && service.id == theirs.id
        {
            found(Cause::SameService(service.id), format!("{a} and {b} are both on {}", service.name));
        }
        for person in one.people.iter().filter(|person| other.people.iter().any(|p| p.id == person.id)) {
            found(Cause::SamePerson(person.id), format!("{} is to do {a} and {b} at the same time", person.name));
        }
    }
    conflicts
}

/// What of a change a window is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// The change as such.
    Change,
    /// A CI that it touches, a service or the team.
    Named(String),
}

/// A window that is about something of a change, with its times around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// The window.
    pub window: Named<WindowId>,
    /// What of the change it is about, at least one.
    pub things: Vec<Thing>,
    /// Its times that overlap the change.
    pub spans: Vec<Span>,
    /// Where none does, those next to the change.
    pub near: Vec<Span>,
    /// Whether changes have to keep to it: a maintenance window that comes again and is still in use.
    pub binding: bool,
}

/// A change inside freezes.
#[must_use]
pub fn frozen(change: &Planned, freezes: &[Met]) -> Vec<Conflict> {
    let conflicts = freezes.iter().filter_map(|met| {
        let shared: Vec<Span> = met.spans.iter().filter_map(|span| change.span.shared(*span)).collect();
        let first = *shared.first()?;
        let about = match named(&met.things).as_slice() {
            [] => String::new(),
            names => format!(" for {}", list_of(names)),
        };
        let text = format!("{} is inside the freeze '{}'{about}", change.number, met.window.name);
        let cause = Cause::Freeze(met.things.clone(), shared);
        Some(Conflict::of(change, Side::Windows(vec![met.window.clone()]), cause, first, text))
    });
    conflicts.collect()
}

/// A change outside of the maintenance windows for what it touches: it has to lie whole in one of those for each thing.
#[must_use]
pub fn outside(change: &Planned, maintenance: &[Met]) -> Vec<Conflict> {
    let mut bound: BTreeMap<&Thing, Vec<&Met>> = BTreeMap::new();
    for met in maintenance {
        for thing in &met.things {
            bound.entry(thing).or_default().push(met);
        }
    }
    let kept = |windows: &[&Met]| windows.iter().any(|met| met.spans.iter().any(|span| span.contains(change.span)));
    // Things that have the same windows are told together.
    let mut missed: Vec<(Vec<&Met>, Vec<Thing>)> = Vec::new();
    for (thing, mut windows) in bound {
        if kept(&windows) {
            continue;
        }
        windows.retain(|met| met.binding);
        match missed.iter_mut().find(|(known, _)| *known == windows) {
            _ if windows.is_empty() => {}
            Some((_, things)) => things.push(thing.clone()),
            None => missed.push((windows, vec![thing.clone()])),
        }
    }
    let conflicts = missed.into_iter().map(|(met, things)| {
        let windows: Vec<Named<WindowId>> = met.iter().map(|met| met.window.clone()).collect();
        let times = met.iter().flat_map(|met| met.spans.iter().chain(&met.near)).copied().collect();
        let names: Vec<&str> = windows.iter().map(|window| window.name.as_str()).collect();
        let s = if names.len() == 1 { "" } else { "s" };
        let about = match named(&things).as_slice() {
            [] => String::new(),
            names => format!(" for {}", list_of(names)),
        };
        let text = format!("{} is outside the maintenance window{s} '{}'{about}", change.number, names.join("', '"));
        Conflict::of(change, Side::Windows(windows), Cause::Outside(things, times), change.span, text)
    });
    conflicts.collect()
}

/// A change while a major incident is open on its service.
#[must_use]
pub fn disturbed(change: &Planned, majors: &[(Number, Named<ServiceId>)]) -> Vec<Conflict> {
    let conflicts = majors.iter().map(|(incident, service)| {
        let text = format!("{} is on {}, where the major incident {incident} is open", change.number, service.name);
        Conflict::of(change, Side::Ticket(*incident), Cause::Major(service.id), change.span, text)
    });
    conflicts.collect()
}

/// A change that leaves the time of a release that contains it, as either of the two tells it.
#[must_use]
pub fn beyond(one: &Planned) -> Vec<Conflict> {
    let conflicts = one.bound.iter().filter_map(|(other, span)| {
        let ((change, inner), (release, outer)) = match one.number.kind {
            Kind::Release => ((*other, *span), (one.number, one.span)),
            _ => ((one.number, one.span), (*other, *span)),
        };
        let text = format!("{change} is planned outside of the time of {release}, which contains it");
        let cause = Cause::Beyond(*span);
        (!outer.contains(inner)).then(|| Conflict::of(one, Side::Ticket(*other), cause, inner, text))
    });
    conflicts.collect()
}

fn named(things: &[Thing]) -> Vec<&str> {
    let name = |thing| match thing {
        &Thing::Change => None,
        Thing::Named(name) => Some(name.as_str()),
    };
    things.iter().filter_map(name).collect()
}

fn list<I>(things: &[&Named<I>]) -> String {
    list_of(&things.iter().map(|thing| thing.name.as_str()).collect::<Vec<_>>())
}

/// The first few by name: `a, b, c and 4 more`.
fn list_of(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests;
