//! CIs added and changed, merged field by field with what others did meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::cmdb::{Ci, CiTarget, Common, Facts, NewRelation};
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::refusal::{Conflict, Disputed, Refusal};
use crate::store::batch::Table;
use crate::store::plan::cmdb::facts;
use crate::store::plan::cmdb::relate::{self, locate};
use crate::store::plan::draft::Draft;

/// The list of fields that inventories leave alone, edited like a field.
const LOCKED: &str = "locked";

/// Adds a CI.
pub(super) fn add(draft: &mut Draft, class: &str, set: &Facts, related: &[NewRelation]) -> Result<String, Refusal> {
    let mut ci = blank(draft, class)?;
    let id = ci.id;
    draft.add_ci(ci.clone());
    if !set.contains_key(Common::Name.name()) {
        return Err(Refusal::rule("a CI needs a name: name=…"));
    }
    // The name first: what is wrong with the others is told of it.
    let mut given: Vec<_> = set.iter().filter(|(name, _)| *name != Common::Location.name()).collect();
    given.sort_by_key(|(name, _)| *name != Common::Name.name());
    for (name, values) in given {
        facts::put(draft, &mut ci, name, values)?;
    }
    facts::refuse_lacking(draft, &ci)?;
    let (number, name) = (id.number(), ci.name.clone());
    draft.put_ci(ci)?;
    if let Some(values) = set.get(Common::Location.name()) {
        locate(draft, id, values)?;
    }
    for one in related {
        let (from, to) = if one.reverse { (one.to, id) } else { (id, one.to) };
        relate::relate(draft, from, &one.relation, to, None)?;
    }
    Ok(format!("added {number} {name}"))
}

/// A CI of a class without anything else yet, to be added to the plan.
pub(super) fn blank(draft: &mut Draft, class: &str) -> Result<Ci, Refusal> {
    let model = &draft.rules().cmdb;
    let class = model.classes.find(class).map_err(Refusal::NotFound)?;
    if class.is_abstract {
        let classes = &model.classes;
        let below =
            classes.below(&class.name).into_iter().filter(|name| classes.get(name).is_some_and(|c| !c.is_abstract));
        let below = below.collect::<Vec<_>>().join(", ");
        return Err(Refusal::rule(format!("class {} only gathers others; take one of {below}", class.name)));
    }
    let (class, status) = (class.name.clone(), model.statuses.initial.clone());
    let phase = model.statuses.phase(&status);
    let id = CiId(draft.new_id(Table::Ci)?);
    let now = draft.moment.now;
    Ok(Ci {
        id,
        version: draft.seq,
        updated: now,
        created: now,
        class,
        name: String::new(),
        status,
        phase,
        criticality: None,
        environment: None,
        team: None,
        contact: None,
        holder: None,
        serial: None,
        asset_tag: None,
        seen: None,
        locked: Vec::new(),
        description: String::new(),
        attributes: BTreeMap::new(),
    })
}

/// Changes CIs. What an inventory had given and a person changes is kept from inventories from then on.
pub(super) fn edit(
    draft: &mut Draft,
    on: &[CiTarget],
    set: &Facts,
    add: &Facts,
    remove: &Facts,
) -> Result<String, Refusal> {
    let mut refusals = Vec::new();
    for target in on {
        match edit_one(draft, *target, set, add, remove) {
            Ok(()) => {}
            Err(refusal @ (Refusal::Unavailable(_) | Refusal::Damaged(_))) => return Err(refusal),
            Err(refusal) => refusals.push(refusal),
        }
    }
    match (refusals.len(), refusals.pop()) {
        (0, _) => {
            let mut fields: Vec<&str> = set.keys().chain(add.keys()).chain(remove.keys()).map(String::as_str).collect();
            fields.sort_unstable();
            fields.dedup();
            Ok(format!("set {} of {}", fields.join(", "), named(draft, on)?))
        }
        (1, Some(only)) => Err(only),
        (_, last) => {
            refusals.extend(last);
            Err(Refusal::Several(refusals))
        }
    }
}

/// `CI-7 esx2`, or `12 CIs`.
fn named(draft: &mut Draft, on: &[CiTarget]) -> Result<String, Refusal> {
    match on {
        [] => Err(Refusal::rule("no CI was named")),
        [one] => Ok(format!("{} {}", one.id.number(), draft.ci(one.id)?.name)),
        many => Ok(format!("{} CIs", many.len())),
    }
}

fn edit_one(draft: &mut Draft, target: CiTarget, set: &Facts, add: &Facts, remove: &Facts) -> Result<(), Refusal> {
    let before = draft.ci(target.id)?;
    let set = &merged(draft, target, set)?;
    refuse_service_fields(draft, &before, [set, add, remove])?;
    let mut ci = before.clone();
    // The class first: the others are fields of the class that it will be.
    let rank = |name: &str| u8::from(name != Common::Class.name());
    let mut names: Vec<&String> = set.keys().chain(add.keys()).chain(remove.keys()).collect();
    names.sort_by_key(|name| rank(name));
    names.dedup();
    let mut given: BTreeSet<String> = BTreeSet::new();
    for name in names {
        let known = match set.get(name) {
            Some(values) => values.clone(),
            None if name == LOCKED => ci.locked.iter().map(|field| Value::from(field.as_str())).collect(),
            None => ci.values(name),
        };
        let mut values = known;
        for value in add.get(name).into_iter().flatten() {
            let value = spelled(name, value);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        for value in remove.get(name).into_iter().flatten() {
            let value = spelled(name, value);
            values.retain(|known| *known != value);
        }
        match name.as_str() {
            "location" => locate(draft, target.id, &values)?,
            LOCKED => {
                ci.locked = values.iter().filter_map(Value::text).map(str::to_owned).collect();
                ci.locked.sort();
                ci.locked.dedup();
            }
            _ => {
                facts::put(draft, &mut ci, name, &values)?;
                if ci.values(name) != before.values(name) {
                    given.insert(name.clone());
                }
            }
        }
    }
    facts::refuse_lacking(draft, &ci)?;
    if !set.contains_key(LOCKED) && draft.reader.is_sighted(target.id)? {
        let open = given.into_iter().filter(|name| !ci.locked.contains(name)).collect::<Vec<_>>();
        ci.locked.extend(open);
        ci.locked.sort();
    }
    draft.put_ci(ci)
}

/// A value as it is kept, so that what is taken off a list is found there.
fn spelled(name: &str, value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(crate::desk::cmdb::field::normal(name, text)),
        other => other.clone(),
    }
}

/// The CI of a service has its name, criticality, contact and team from the service.
fn refuse_service_fields(draft: &Draft, ci: &Ci, given: [&Facts; 3]) -> Result<(), Refusal> {
    let theirs = [Common::Name, Common::Criticality, Common::Contact, Common::Team];
    let Some(field) = theirs.iter().find(|field| given.iter().any(|facts| facts.contains_key(field.name()))) else {
        return Ok(());
    };
    let key: Option<String> = draft.reader.one("SELECT key FROM service WHERE ci = ?1", [ci.id.0], |row| row.get(0))?;
    match key {
        None => Ok(()),
        Some(key) => {
            let theirs = if *field == Common::Contact { "owner" } else { field.name() };
            Err(Refusal::rule(format!(
                "{} {} is the service {key}, which gives it its {}: deskhand service set {key} {theirs}=…",
                ci.id.number(),
                ci.name,
                field.name()
            )))
        }
    }
}

/// What is left to do of a wanted edit after what others did since the version that the author saw.
fn merged(draft: &mut Draft, target: CiTarget, wanted: &Facts) -> Result<Facts, Refusal> {
    let ci = draft.ci(target.id)?;
    let Some(version) = target.version.filter(|version| *version < ci.version) else { return Ok(wanted.clone()) };
    let mut since = draft.reader.ci_changed_since(&ci, version)?;
    let mut places = Vec::new();
    if wanted.contains_key(Common::Location.name()) {
        places = draft.reader.places_of_ci(target.id)?;
        let before = draft.reader.places_of_ci_at(target.id, version)?;
        if before != places {
            since.insert(Common::Location.name().to_owned(), before);
        }
    }
    let value = |values: &[Value]| match values {
        [] => Value::Null,
        [one] => one.clone(),
        many => Value::from(
            many.iter()
                .map(|v| v.text().map_or_else(|| format!("{v:?}"), str::to_owned))
                .collect::<Vec<_>>()
                .join(", "),
        ),
    };
    let fields: Vec<Disputed> = wanted
        .iter()
        .filter_map(|(name, yours)| {
            let base = since.get(name)?;
            let theirs = if name == Common::Location.name() { places.clone() } else { ci.values(name) };
            (theirs != *yours && base != yours).then(|| Disputed {
                field: name.clone(),
                base: value(base),
                theirs: value(&theirs),
                yours: value(yours),
            })
        })
        .collect();
    if fields.is_empty() {
        return Ok(wanted
            .iter()
            .filter(|(name, yours)| since.get(*name) != Some(*yours))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect());
    }
    let author = draft.reader.transaction(ci.version)?.author;
    let what = format!("{} {}", target.id.number(), ci.name);
    Err(Refusal::Conflict(Box::new(Conflict { what, theirs: ci.version, author, fields, row: None })))
}
