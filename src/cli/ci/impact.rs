//! `ci impact`: what breaks if CIs fail, or what they need; whom to tell; what is open on them and what is to come.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::ci::words::cis;
use crate::cli::failure::Outcome;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::records::login;
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::cmdb::{Ci, Hit, Impact as Reached, State};
use crate::desk::id::{CiId, Kind, PersonId, TeamId, TicketId};
use crate::desk::ticket::Ticket;
use crate::store::{Reach, Reader};

/// The class below which services stand.
const SERVICES: &str = "service_level";

/// What `ci impact` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Impact {
    /// The CIs that fail; - reads them from stdin
    #[arg(value_name = "CI", required = true)]
    ids: Vec<String>,
    /// What breaks if they fail: as without
    #[arg(long, conflicts_with = "up")]
    down: bool,
    /// What they need
    #[arg(long)]
    up: bool,
    /// Over at most so many relations
    #[arg(long, value_name = "N", default_value_t = 10)]
    depth: u32,
}

/// What was reached, with all that is told of it.
pub(super) struct Told {
    pub(super) reach: Reach,
    pub(super) reached: Reached,
    /// The CIs that were given and those that are reached.
    pub(super) cis: BTreeMap<CiId, Ci>,
    /// Whom to tell, and what they have to do with it.
    pub(super) people: BTreeMap<PersonId, BTreeSet<(&'static str, String)>>,
    /// Groups to tell, and what they own of it.
    pub(super) teams: BTreeMap<TeamId, BTreeSet<String>>,
    /// Open incidents, each with the CI that it is on.
    pub(super) incidents: Vec<(Ticket, CiId)>,
    /// Open changes that are planned for later, likewise.
    pub(super) changes: Vec<(Ticket, CiId)>,
}

pub(super) fn run(globals: &Globals, args: &Impact) -> Outcome {
    let desk = Desk::open(globals)?;
    let ids = cis(&desk, &args.ids)?;
    let reader = desk.read()?;
    let reach = if args.up { Reach::Up } else { Reach::Down };
    let told = Told::read(&reader, &desk, &ids, reach, args.depth)?;
    let mut out = Output::text(globals);
    match out.format {
        Format::Table => super::impact_text::print(&told, &reader, &desk.moment, &mut out)?,
        Format::Json => out.json(&told.json(&reader)?)?,
        Format::Jsonl | Format::Csv | Format::Tsv | Format::Ids => return told.rows(&reader, out),
        Format::Tree => super::draw::tree(&told, &reader, &mut out)?,
        Format::Dot => super::draw::dot(&told, &reader, &mut out)?,
        Format::Mermaid => super::draw::mermaid(&told, &reader, &mut out)?,
    }
    Ok(out.finish()?)
}

impl Told {
    fn read(reader: &Reader, desk: &Desk, ids: &[CiId], reach: Reach, depth: u32) -> Outcome<Told> {
        let reached = reader.impact(ids, reach, depth)?;
        let mut told = Told {
            reach,
            cis: BTreeMap::new(),
            people: BTreeMap::new(),
            teams: BTreeMap::new(),
            incidents: Vec::new(),
            changes: Vec::new(),
            reached,
        };
        let all: Vec<CiId> =
            told.reached.roots.iter().copied().chain(told.reached.hits.iter().map(|hit| hit.ci)).collect();
        let mut known: BTreeSet<TicketId> = BTreeSet::new();
        for id in all {
            let ci = reader.ci(id)?;
            told.concern(reader, &ci);
            for concerned in reader.concerned(id)?.into_iter().filter(|one| one.path.is_none()) {
                if !known.insert(concerned.id) {
                    continue;
                }
                let ticket = reader.ticket(concerned.id)?;
                let comes = ticket.planned_end.or(ticket.planned_start).is_some_and(|end| end >= desk.moment.now);
                match ticket.kind() {
                    Kind::Incident => told.incidents.push((ticket, id)),
                    Kind::Change if comes => told.changes.push((ticket, id)),
                    _ => {}
                }
            }
            told.cis.insert(id, ci);
        }
        told.incidents.sort_by_key(|(ticket, _)| (ticket.priority, ticket.number));
        told.changes.sort_by_key(|(ticket, _)| (ticket.planned_start, ticket.number));
        Ok(told)
    }

    /// Notes who has to do with a CI.
    fn concern(&mut self, reader: &Reader, ci: &Ci) {
        let answers = if is_service(reader, ci) { "owner" } else { "contact" };
        for (person, role) in [(ci.contact, answers), (ci.holder, "holder")] {
            if let Some(person) = person {
                self.people.entry(person).or_default().insert((role, ci.name.clone()));
            }
        }
        if let Some(team) = ci.team {
            self.teams.entry(team).or_default().insert(ci.name.clone());
        }
    }

    /// The name of a CI.
    pub(super) fn name(&self, id: CiId) -> &str {
        self.cis.get(&id).map_or("?", |ci| ci.name.as_str())
    }

    /// The hits, services first; then as they are reached.
    pub(super) fn hits(&self, reader: &Reader) -> (Vec<&Hit>, Vec<&Hit>) {
        self.reached.hits.iter().partition(|hit| self.cis.get(&hit.ci).is_some_and(|ci| is_service(reader, ci)))
    }

    /// The way to a hit: `Payroll ← app01 ← esx2`, or `Payroll → app01 → esx2` for what is needed.
    pub(super) fn way(&self, hit: &Hit) -> String {
        let names: Vec<&str> = self.path(hit).into_iter().map(|id| self.name(id)).collect();
        names.join(if self.reach == Reach::Down { " ← " } else { " → " })
    }

    fn path(&self, hit: &Hit) -> Vec<CiId> {
        let mut path = self.reached.path(hit.ci);
        if self.reach == Reach::Up {
            path.reverse();
        }
        path
    }

    /// What its state means to a hit.
    pub(super) fn state(&self, hit: &Hit) -> &'static str {
        match (self.reach, hit.state) {
            (Reach::Down, state) => state.word(),
            (Reach::Up, State::Down) => "needed",
            (Reach::Up, State::Degraded) => "wanted",
        }
    }

    fn rows(&self, reader: &Reader, out: Output) -> Outcome {
        let columns = ["number", "name", "class", "state", "depth", "path"].map(Column::of);
        let mut rows = Rows::new(out, columns.into());
        let (services, others) = self.hits(reader);
        let all: Vec<Row> = services
            .into_iter()
            .chain(others)
            .map(|hit| Row {
                id: hit.ci.number(),
                cells: vec![
                    Cell::text(hit.ci.number()),
                    Cell::text(self.name(hit.ci)),
                    Cell::text(self.cis.get(&hit.ci).map_or("", |ci| ci.class.as_str())),
                    Cell::text(self.state(hit)),
                    Cell::of(hit.depth.to_string(), hit.depth),
                    Cell::text(self.way(hit)),
                ],
            })
            .collect();
        rows.page(&all)?;
        rows.finish()?;
        Ok(())
    }

    fn json(&self, reader: &Reader) -> Outcome<Json> {
        let end = |id: &CiId| json!({ "number": id.number(), "name": self.name(*id) });
        let (services, others) = self.hits(reader);
        let hits = services.into_iter().chain(others).map(|hit| {
            let class = self.cis.get(&hit.ci).map_or("", |ci| ci.class.as_str());
            json!({
                "number": hit.ci.number(), "name": self.name(hit.ci), "class": class, "state": self.state(hit),
                "depth": hit.depth, "relation": &*hit.by.relation,
                "path": self.path(hit).iter().map(end).collect::<Vec<_>>(),
            })
        });
        let mut people = Vec::new();
        for (person, because) in &self.people {
            let because = because.iter().map(|(role, name)| json!({ "role": role, "name": name })).collect::<Vec<_>>();
            people.push(json!({ "login": login(reader, Some(*person))?, "because": because }));
        }
        let mut teams = Vec::new();
        for (team, names) in &self.teams {
            teams.push(json!({ "key": reader.key_of("team", team.0)?, "because": names }));
        }
        let ticket = |(ticket, ci): &(Ticket, CiId)| {
            json!({
                "number": ticket.number, "title": ticket.title, "state": ticket.state, "on": ci.number(),
                "planned_start": ticket.planned_start.map(|at| at.rfc3339()),
            })
        };
        Ok(json!({
            "reach": if self.reach == Reach::Down { "down" } else { "up" },
            "of": self.reached.roots.iter().map(end).collect::<Vec<_>>(),
            "hits": hits.collect::<Vec<_>>(),
            "more": self.reached.more,
            "people": people,
            "teams": teams,
            "incidents": self.incidents.iter().map(ticket).collect::<Vec<_>>(),
            "changes": self.changes.iter().map(ticket).collect::<Vec<_>>(),
        }))
    }
}

fn is_service(reader: &Reader, ci: &Ci) -> bool {
    reader.rules().cmdb.classes.is(&ci.class, SERVICES)
}
