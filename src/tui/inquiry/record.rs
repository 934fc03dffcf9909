//! A CI with everything, as it is read: its fields in words, what is not as it should be, which others could be the same.

use std::collections::BTreeSet;

use crate::desk::cmdb::{Ci, CiQuery, CiTerm, Common, FieldOf, Phase, Test, Type};
use crate::desk::field::Value;
use crate::desk::id::{CiId, PersonId, TeamId};
use crate::desk::query::Expr;
use crate::desk::refusal::Refusal;
use crate::desk::time::{Moment, Timestamp};
use crate::store::{Asker, CiSheet, Reader};
use crate::tui::inquiry::{Given, Record};

/// Rules of the audit that are told in more words here: what is missing, what differs, which other.
const IN_WORDS: [&str; 4] = ["incomplete", "drifting", "duplicates", "stale"];

/// A CI with everything, as it is read.
pub(super) fn record(reader: &Reader, asker: &Asker, id: CiId) -> Result<Record, Refusal> {
    let sheet = reader.ci_sheet(id)?;
    let fields = given(reader, &sheet, &asker.moment)?;
    let duplicates = duplicates(reader, asker, &sheet.ci)?;
    let health = health(reader, &sheet, &fields, &duplicates, asker)?;
    Ok(Record { sheet, fields, health, duplicates })
}

fn given(reader: &Reader, sheet: &CiSheet, moment: &Moment) -> Result<Vec<Given>, Refusal> {
    let (ci, model) = (&sheet.ci, &reader.rules().cmdb);
    let required: BTreeSet<&str> = model.classes.required(&ci.class).collect();
    let recommended: BTreeSet<&str> = model.classes.recommended(&ci.class).collect();
    let attributes = model.classes.attributes(&ci.class).into_iter().map(FieldOf::Attribute);
    let all = Common::ALL.into_iter().map(FieldOf::Common).chain(attributes);
    all.map(|field| {
        let name = field.name();
        let (text, typed) = match field {
            FieldOf::Common(Common::Location) => {
                let path: Vec<&str> = sheet.location.iter().rev().map(|(_, name)| name.as_str()).collect();
                let nearest = sheet.location.first().map(|(_, name)| name.clone()).unwrap_or_default();
                (path.join(" / "), nearest)
            }
            _ => {
                let values = ci.values(name);
                let shown = values.iter().map(|value| shown(reader, ci, field, value, moment));
                let typed = values.iter().map(|value| typed(reader, ci, field, value));
                (
                    shown.collect::<Result<Vec<_>, Refusal>>()?.join(", "),
                    typed.collect::<Result<Vec<_>, Refusal>>()?.join(", "),
                )
            }
        };
        Ok(Given {
            name: name.to_owned(),
            label: field.label().to_owned(),
            text,
            typed,
            required: required.contains(name) || name == Common::Name.name(),
            recommended: recommended.contains(name),
        })
    })
    .collect()
}

fn shown(reader: &Reader, ci: &Ci, field: FieldOf, value: &Value, moment: &Moment) -> Result<String, Refusal> {
    match (field.holds(), value.int()) {
        (Type::Time, Some(at)) => Ok(Timestamp(at).local(moment.zone)),
        _ => reader.shown_fact(ci, field.name(), value),
    }
}

/// A value as one would type it: keys and logins in place of names, numbers without units.
fn typed(reader: &Reader, ci: &Ci, field: FieldOf, value: &Value) -> Result<String, Refusal> {
    Ok(match (field, field.holds(), value.int()) {
        (FieldOf::Common(Common::Class), ..) => ci.class.clone(),
        (_, Type::Person, Some(id)) => reader.person(PersonId(id))?.map(|one| one.login).unwrap_or_default(),
        (_, Type::Team, Some(id)) => {
            let teams = reader.teams()?;
            teams.into_iter().find(|team| team.id == TeamId(id)).map(|team| team.key).unwrap_or_default()
        }
        (_, Type::Ci, Some(id)) => CiId(id).number(),
        (FieldOf::Attribute(attribute), ..) => attribute.plain(value),
        _ => reader.shown_fact(ci, field.name(), value)?,
    })
}

/// Others that bear the same serial, asset tag, MAC address or UUID.
fn duplicates(reader: &Reader, asker: &Asker, ci: &Ci) -> Result<Vec<(CiId, String, String)>, Refusal> {
    let mut found: Vec<(CiId, String, String)> = Vec::new();
    // What is gone may have handed its sticker on.
    if ci.phase == Phase::Gone {
        return Ok(found);
    }
    for name in ["serial", "asset_tag", "mac", "uuid"] {
        for text in ci.values(name).iter().filter_map(Value::text) {
            let any = vec![Test::Is(text.to_owned())];
            let term = match Common::named(name) {
                Some(field) => CiTerm::Common { field, any },
                None => CiTerm::Attribute { name: name.to_owned(), any },
            };
            let query = CiQuery { filter: Some(Expr::Term(term)), sort: None };
            for other in reader.cis(&query, asker, None, 5)?.rows {
                let known = other.id == ci.id || other.phase == Phase::Gone;
                if !known && !found.iter().any(|(id, ..)| *id == other.id) {
                    found.push((other.id, other.name, format!("the same {} {text}", name.replace('_', " "))));
                }
            }
        }
    }
    Ok(found)
}

/// What is not as it should be, in words.
fn health(
    reader: &Reader,
    sheet: &CiSheet,
    fields: &[Given],
    duplicates: &[(CiId, String, String)],
    asker: &Asker,
) -> Result<Vec<String>, Refusal> {
    let ci = &sheet.ci;
    let mut told = Vec::new();
    if let Some(trouble) = reader.trouble(ci.id)? {
        let because: Vec<String> = trouble.because.iter().map(ToString::to_string).collect();
        let way = reader.way(&trouble.path)?;
        told.push(format!("{} now: {way} ({})", trouble.state.word(), because.join(", ")));
    }
    let lacking = |wanted: fn(&Given) -> bool| -> Vec<&str> {
        fields.iter().filter(|one| wanted(one) && one.text.is_empty()).map(|one| one.label.as_str()).collect()
    };
    let required = lacking(|one| one.required);
    if !required.is_empty() {
        told.push(format!("required and missing: {}", required.join(", ")));
    }
    let recommended = lacking(|one| one.recommended && !one.required);
    if !recommended.is_empty() {
        told.push(format!("recommended and missing: {}", recommended.join(", ")));
    }
    for (source, name, found, now) in reader.drift(ci)? {
        let words = |values: &[Value]| -> Result<String, Refusal> {
            let words = values.iter().map(|value| reader.shown_fact(ci, &name, value));
            Ok(words.collect::<Result<Vec<_>, _>>()?.join(", "))
        };
        let label = reader.rules().cmdb.field(&ci.class, &name).map_or(name.as_str(), |field| field.label());
        let now = words(&now)?;
        let now = if now.is_empty() { String::from("nothing") } else { now };
        told.push(format!("{source} found {label} {}, the record says {now}", words(&found)?));
    }
    let days = |at: Timestamp| asker.moment.now.since(at) / 86_400_000;
    if let Some(seen) = ci.seen.filter(|at| days(*at) > i64::from(reader.rules().cmdb.statuses.stale_after))
        && ci.phase == Phase::Live
    {
        told.push(format!("stale: no inventory has found it for {} days", days(seen)));
    }
    told.extend(duplicates.iter().map(|(id, name, why)| format!("duplicate? {} {name} has {why}", id.number())));
    // The rules of the audit that are not told above, with what each CI lacks in its own words.
    let findings = reader.findings(ci.id, asker)?.into_iter().filter(|one| !IN_WORDS.contains(&one.key.as_str()));
    told.splice(0..0, findings.map(|one| format!("{}: {}", one.name, one.help)));
    Ok(told)
}
