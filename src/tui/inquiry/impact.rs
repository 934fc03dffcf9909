//! What a failure reaches, or what something needs, with names, whom to tell, and what is open or planned on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::field::Value;
use crate::desk::id::{CiId, TicketId};
use crate::desk::refusal::Refusal;
use crate::store::{Concerned, Reach, Reader};
use crate::tui::inquiry::{Reached, Struck};

/// At most so many of what is reached are told one by one; all of them count.
const TOLD: usize = 2_000;

pub(super) fn reached(reader: &Reader, of: &[CiId], reach: Reach, depth: u32) -> Result<Reached, Refusal> {
    let impact = reader.impact(of, reach, depth)?;
    let classes = &reader.rules().cmdb.classes;
    let mut names: BTreeMap<CiId, String> = BTreeMap::new();
    let mut roots = Vec::new();
    for id in &impact.roots {
        let name = reader.ci_name(*id)?.unwrap_or_else(|| id.number());
        names.insert(*id, name.clone());
        roots.push((*id, name));
    }
    let by: BTreeMap<CiId, CiId> = impact.hits.iter().map(|hit| (hit.ci, hit.by.from)).collect();
    let mut tell: BTreeMap<String, usize> = BTreeMap::new();
    let mut tickets: Vec<(Concerned, String)> = Vec::new();
    let mut seen: BTreeSet<TicketId> = BTreeSet::new();
    let mut hits = Vec::new();
    for hit in impact.hits.iter().take(TOLD) {
        let ci = reader.ci(hit.ci)?;
        let class = classes.label(&ci.class).to_owned();
        let service = classes.is(&ci.class, "service_level");
        names.insert(hit.ci, ci.name.clone());
        // What is needed need not be told to those who run it.
        if reach == Reach::Down {
            if let Some(person) = ci.contact.or(ci.holder) {
                let name = reader.person(person)?.map(|one| one.name).unwrap_or_default();
                *tell.entry(name).or_default() += 1;
            }
            if let Some(team) = ci.team {
                let name = reader.shown_fact(&ci, "team", &Value::Int(team.0))?;
                *tell.entry(format!("team {name}")).or_default() += 1;
            }
        }
        hits.push(Struck {
            id: hit.ci,
            name: ci.name,
            class,
            service,
            state: hit.state,
            by: hit.by.from,
            path: Vec::new(),
        });
    }
    for id in impact.roots.iter().copied().chain(hits.iter().map(|hit| hit.id)) {
        let on = names.get(&id).cloned().unwrap_or_default();
        let concerned = reader.concerned(id)?;
        tickets.extend(concerned.into_iter().filter(|one| seen.insert(one.id)).map(|one| (one, on.clone())));
    }
    for hit in &mut hits {
        hit.path = way(hit.id, &by).iter().filter_map(|id| names.get(id).cloned()).collect();
    }
    let mut tell: Vec<(String, usize)> = tell.into_iter().collect();
    tell.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(Reached { roots, reach, depth, total: impact.hits.len(), hits, more: impact.more, tell, tickets })
}

/// The way from a CI back to where failure began.
fn way(ci: CiId, by: &BTreeMap<CiId, CiId>) -> Vec<CiId> {
    let mut way = vec![ci];
    let mut at = ci;
    while let Some(from) = by.get(&at) {
        // No way turns in a circle; the bound is for one that lies.
        if way.len() > by.len() {
            break;
        }
        at = *from;
        way.push(at);
    }
    way
}
