//! Relations between CIs: made by the types that the desk has, between the classes that each joins.

use crate::desk::cmdb::{Need, Phase};
use crate::desk::field::Value;
use crate::desk::id::{CiId, PersonId, TeamId};
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::plan::cmdb::edit::blank;
use crate::store::plan::draft::Draft;

/// The relation that says where a CI stands.
pub(super) const LOCATED_IN: &str = "located_in";
/// The class of the CI by which a service stands in the graph.
const SERVICE: &str = "service";

/// Relates two CIs. Related so already, only how hard may change.
pub(super) fn relate(
    draft: &mut Draft,
    from: CiId,
    relation: &str,
    to: CiId,
    soft: Option<bool>,
) -> Result<String, Refusal> {
    let (kind, reverse) = draft.rules().cmdb.relations.find(relation).map_err(Refusal::NotFound)?;
    let (from, to) = if reverse { (to, from) } else { (from, to) };
    let (name, reading, default) = (kind.name.clone(), kind.label.clone(), kind.soft);
    let (a, b) = (draft.ci(from)?, draft.ci(to)?);
    if from == to {
        return Err(Refusal::rule(format!("{} can't be related to itself", a.name)));
    }
    if let Some(gone) = [&a, &b].into_iter().find(|ci| ci.phase == Phase::Gone) {
        let number = gone.id.number();
        return Err(Refusal::rule(format!("{number} {} is {}; nothing new is related to it", gone.name, gone.status)));
    }
    if let Some(why) = kind.refusal(&draft.rules().cmdb.classes, &a.class, &b.class) {
        return Err(Refusal::rule(format!("{} {} {}: {why}", a.name, reading, b.name)));
    }
    if name == LOCATED_IN && draft.reader.location(to)?.iter().any(|(place, _)| *place == from) {
        return Err(Refusal::rule(format!("{} stands in {} itself", b.name, a.name)));
    }
    let summary = format!("related {} {reading} {}", a.name, b.name);
    put(draft, from, &name, to, soft.unwrap_or(default), None)?;
    Ok(summary)
}

/// Makes a relation, or changes how hard it is. `source` is the inventory that told it.
pub(super) fn put(
    draft: &mut Draft,
    from: CiId,
    name: &str,
    to: CiId,
    soft: bool,
    source: Option<&str>,
) -> Result<(), Refusal> {
    let known: Option<(i64, bool)> = draft.reader.one(
        "SELECT id, soft FROM relation WHERE ci = ?1 AND type = ?2 AND other = ?3",
        (from.0, name, to.0),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    match known {
        Some((_, as_before)) if as_before == soft || source.is_some() => return Ok(()),
        Some((id, _)) => draft.update(Table::Relation, id, row! { "soft": i64::from(soft) }),
        None => {
            if !draft.related.insert((from, name.to_owned(), to)) {
                return Ok(());
            }
            let row = row! { "ci": from.0, "type": name, "other": to.0, "soft": i64::from(soft), "source": source };
            draft.insert(Table::Relation, row)?;
        }
    }
    draft.touch_ci(from)?;
    draft.touch_ci(to)
}

/// Takes relations away.
pub(super) fn unrelate(draft: &mut Draft, from: CiId, to: CiId, relation: Option<&str>) -> Result<String, Refusal> {
    let (a, b) = (draft.ci(from)?, draft.ci(to)?);
    let wanted = match relation {
        Some(words) => Some(draft.rules().cmdb.relations.find(words).map_err(Refusal::NotFound)?.0.name.clone()),
        None => None,
    };
    let rows: Vec<i64> = draft.reader.all(
        "SELECT id FROM relation WHERE ((ci = ?1 AND other = ?2) OR (ci = ?2 AND other = ?1)) AND (?3 IS NULL OR type = ?3)",
        (from.0, to.0, &wanted),
        |row| row.get(0),
    )?;
    if rows.is_empty() {
        return Err(Refusal::not_found(match relation {
            Some(words) => format!("{} and {} have no relation '{words}'", a.name, b.name),
            None => format!("{} and {} are not related", a.name, b.name),
        }));
    }
    rows.into_iter().for_each(|row| draft.delete(Table::Relation, row));
    draft.touch_ci(from)?;
    draft.touch_ci(to)?;
    Ok(format!("unrelated {} and {}", a.name, b.name))
}

/// Says how many of what a CI needs must stand.
pub(super) fn redundancy(draft: &mut Draft, on: CiId, relation: &str, need: Option<Need>) -> Result<String, Refusal> {
    let ci = draft.ci(on)?;
    let (kind, _) = draft.rules().cmdb.relations.find(relation).map_err(Refusal::NotFound)?;
    let (name, label) = (kind.name.clone(), kind.group().to_owned());
    if kind.flow == crate::desk::cmdb::Flow::None {
        return Err(Refusal::rule(format!("failure does not flow along '{label}'")));
    }
    let known: Option<(i64, String)> =
        draft.reader.one("SELECT id, need FROM redundancy WHERE ci = ?1 AND type = ?2", (on.0, &name), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    match (known, need) {
        (Some((id, _)), None) => draft.delete(Table::Redundancy, id),
        (Some((_, now)), Some(need)) if now == need.to_string() => {}
        (Some((id, _)), Some(need)) => draft.update(Table::Redundancy, id, row! { "need": need.to_string() }),
        (None, Some(need)) => {
            draft.insert(Table::Redundancy, row! { "ci": on.0, "type": name.as_str(), "need": need.to_string() })?;
        }
        (None, None) => {}
    }
    draft.touch_ci(on)?;
    Ok(match need {
        Some(need) => format!("set the redundancy of {}: {need} of what it {label}", ci.name),
        None => format!("took away the redundancy of {}: it needs of what it {label} what the type says", ci.name),
    })
}

/// Puts a CI into one place, or into none.
pub(super) fn locate(draft: &mut Draft, ci: CiId, values: &[Value]) -> Result<(), Refusal> {
    let place = match values.first().filter(|value| value.given()) {
        None => None,
        Some(value) => match value.int() {
            Some(id) => Some(CiId(id)),
            None => return Err(Refusal::rule("a location is the number of a site, room or rack")),
        },
    };
    let now: Vec<(i64, i64)> =
        draft.reader.all("SELECT id, other FROM relation WHERE ci = ?1 AND type = ?2", (ci.0, LOCATED_IN), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    for (row, other) in now {
        if place != Some(CiId(other)) {
            draft.delete(Table::Relation, row);
            draft.touch_ci(ci)?;
            draft.touch_ci(CiId(other))?;
        }
    }
    match place {
        Some(place) => relate(draft, ci, LOCATED_IN, place, None).map(|_| ()),
        None => Ok(()),
    }
}

/// Lets a service stand in the graph, as what it is now: its CI has its name, criticality, contact and team.
pub(in crate::store::plan) fn stand(draft: &mut Draft, service: i64, now: &Standing<'_>) -> Result<(), Refusal> {
    let known: Option<Option<i64>> =
        draft.reader.one("SELECT ci FROM service WHERE id = ?1", [service], |row| row.get(0))?;
    let id = match known.flatten() {
        Some(ci) => CiId(ci),
        None => {
            let blank = blank(draft, SERVICE)?;
            let id = blank.id;
            draft.add_ci(blank);
            draft.update(Table::Service, service, row! { "ci": id.0 });
            id
        }
    };
    let mut ci = draft.ci(id)?;
    now.name.clone_into(&mut ci.name);
    (ci.criticality, ci.contact, ci.team) = (Some(now.criticality), now.owner, now.team);
    let statuses = &draft.rules().cmdb.statuses;
    if !now.active && ci.phase != Phase::Gone {
        let gone = statuses.all().iter().find(|status| status.phase == Phase::Gone);
        if let Some(gone) = gone {
            (ci.status, ci.phase) = (gone.name.clone(), gone.phase);
        }
    } else if now.active && ci.phase == Phase::Gone {
        (ci.status, ci.phase) = (statuses.initial.clone(), statuses.phase(&statuses.initial));
    }
    draft.put_ci(ci)
}

/// What a service tells its CI.
pub(in crate::store::plan) struct Standing<'a> {
    pub(in crate::store::plan) name: &'a str,
    pub(in crate::store::plan) criticality: Criticality,
    pub(in crate::store::plan) owner: Option<PersonId>,
    pub(in crate::store::plan) team: Option<TeamId>,
    pub(in crate::store::plan) active: bool,
}
