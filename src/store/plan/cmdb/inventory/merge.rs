//! What a source tells of a CI's fields against what the record says: a source changes what it has news of, and no more.
//!
//! Two sources that disagree would otherwise take turns every night. So a source that says what it said last time changes
//! nothing; a list loses only what this source had told; and what people changed here stays.

use std::collections::BTreeSet;

use crate::desk::cmdb::{Ci, Common, Facts, FieldOf, FoundCi, Mark, Type};
use crate::desk::field::Value;
use crate::desk::refusal::Refusal;
use crate::store::plan::cmdb::facts;
use crate::store::plan::cmdb::inventory::identify::UNKNOWN;
use crate::store::plan::draft::Draft;

/// The list of fields that follow a source only where nothing is known, or where they came from it.
const GIVES_WAY: [Common; 3] = [Common::Name, Common::Status, Common::Description];

/// What came of a CI.
#[derive(Default)]
pub(super) struct Merged {
    /// The fields that changed.
    pub(super) changed: BTreeSet<String>,
    /// The fields that stay as people made them here.
    pub(super) kept: Vec<String>,
    /// What the source tells, as the desk keeps it.
    pub(super) told: Facts,
    /// What was left out, and why.
    pub(super) remarks: Vec<String>,
}

/// Brings a CI to what a source tells. `before` is what it told last time; `fresh` says that the CI is made of it.
pub(super) fn merge(
    draft: &mut Draft,
    ci: &mut Ci,
    found: &FoundCi,
    before: &Facts,
    fresh: bool,
) -> Result<Merged, Refusal> {
    let mut merged = Merged::default();
    if !fresh && is_finer(draft, ci, found) && !ci.locked.iter().any(|field| field == Common::Class.name()) {
        facts::put(draft, ci, Common::Class.name(), &[Value::from(found.class.as_str())])?;
        merged.changed.insert(Common::Class.name().to_owned());
    }
    let name = found.name.iter().map(|name| (Common::Name.name().to_owned(), vec![name.clone()]));
    for (field, values) in name.chain(found.fields.iter().cloned()) {
        let Ok(of) = draft.rules().cmdb.field(&ci.class, &field) else { continue };
        let is_list = of.is_list();
        let Some(told) = kept_form(draft, ci, &field, &values, &mut merged.remarks)? else { continue };
        let now = ci.values(&field);
        let news = match is_list {
            true => joined(&now, before.get(&field), &told),
            false => said(&now, before.get(&field), &told, fresh, gives_way(of, found)),
        };
        // A guess that gave way is no news, and no drift either.
        if found.guess && !is_list && news == now && told != now {
            continue;
        }
        if news != now {
            if ci.locked.contains(&field) {
                merged.kept.push(field.clone());
            } else if let Err(refusal) = facts::put(draft, ci, &field, &news) {
                merged.remarks.push(left_out(refusal)?);
                continue;
            } else {
                merged.changed.insert(field.clone());
            }
        }
        merged.told.insert(field, told);
    }
    Ok(merged)
}

/// Whether a source says more exactly what a CI is than its record.
fn is_finer(draft: &Draft, ci: &Ci, found: &FoundCi) -> bool {
    let classes = &draft.rules().cmdb.classes;
    if ci.class == found.class || classes.get(&found.class).is_none_or(|class| class.is_abstract) {
        return false;
    }
    ci.class == UNKNOWN || !found.guess && classes.is(&found.class, &ci.class)
}

fn gives_way(field: FieldOf<'_>, found: &FoundCi) -> bool {
    found.guess || matches!(field, FieldOf::Common(common) if GIVES_WAY.contains(&common))
}

/// Values as the desk keeps them; `None` where the field takes none of them, which is told.
fn kept_form(
    draft: &mut Draft,
    ci: &Ci,
    field: &str,
    values: &[String],
    remarks: &mut Vec<String>,
) -> Result<Option<Vec<Value>>, Refusal> {
    let telling: Vec<&str> = match Mark::of(field) {
        Some(mark) => values.iter().map(String::as_str).filter(|value| mark.telling(value).is_some()).collect(),
        None => values.iter().map(String::as_str).collect(),
    };
    // What only stood for a value tells nothing; that there is none was not said.
    if telling.is_empty() && !values.is_empty() {
        return Ok(None);
    }
    let mut looked_up = Vec::new();
    for value in telling {
        match look_up(draft, ci, field, value) {
            Ok(value) => looked_up.push(value),
            Err(refusal) => remarks.push(left_out(refusal)?),
        }
    }
    if looked_up.is_empty() && !values.is_empty() {
        return Ok(None);
    }
    let mut trial = ci.clone();
    match facts::put(draft, &mut trial, field, &looked_up) {
        Ok(()) => Ok(Some(trial.values(field))),
        Err(refusal) => {
            remarks.push(left_out(refusal)?);
            Ok(None)
        }
    }
}

/// A person, team or CI by its row; everything else as it stands.
fn look_up(draft: &Draft, ci: &Ci, field: &str, value: &str) -> Result<Value, Refusal> {
    let of = draft.rules().cmdb.field(&ci.class, field).map_err(Refusal::Rule)?;
    Ok(match of.holds() {
        Type::Person => Value::Int(draft.reader.find_person(value)?.id.0),
        Type::Team => Value::Int(draft.reader.find_team(value)?.id.0),
        Type::Ci => Value::Int(draft.reader.find_ci(value)?.0),
        _ => Value::from(value),
    })
}

/// A list after a source told its part of it: what others gave stays.
fn joined(now: &[Value], before: Option<&Vec<Value>>, told: &[Value]) -> Vec<Value> {
    let dropped = |value: &&Value| before.is_some_and(|before| before.contains(value)) && !told.contains(value);
    let mut all: Vec<Value> = now.iter().filter(|value| !dropped(value)).chain(told).cloned().collect();
    all.sort();
    all.dedup();
    all
}

/// A single value after a source told one.
fn said(now: &[Value], before: Option<&Vec<Value>>, told: &[Value], fresh: bool, gives_way: bool) -> Vec<Value> {
    let was_its_own = before.is_some_and(|before| before == now);
    let no_news = before.is_some_and(|before| before == told);
    let stays = !fresh && !now.is_empty() && (no_news || !was_its_own && (gives_way || told.is_empty()));
    if stays { now.to_vec() } else { told.to_vec() }
}

/// A refusal as a remark; a desk that can't be read is none.
pub(super) fn left_out(refusal: Refusal) -> Result<String, Refusal> {
    match refusal {
        Refusal::Unavailable(_) | Refusal::Damaged(_) => Err(refusal),
        other => Ok(format!("left out: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(words: &[&str]) -> Vec<Value> {
        words.iter().map(|word| Value::from(*word)).collect()
    }

    #[test]
    fn a_list_loses_only_what_the_same_source_had_told() {
        let before = values(&["10.0.0.1", "10.0.0.2"]);
        let now = values(&["10.0.0.1", "10.0.0.2", "10.9.9.9"]);
        assert_eq!(
            joined(&now, Some(&before), &values(&["10.0.0.2", "10.0.0.3"])),
            values(&["10.0.0.2", "10.0.0.3", "10.9.9.9"])
        );
        assert_eq!(joined(&now, None, &values(&["10.0.0.3"])).len(), 4);
    }

    #[test]
    fn a_source_without_news_changes_nothing() {
        let (old, new, other) = (values(&["8192"]), values(&["16384"]), values(&["4096"]));
        assert_eq!(said(&old, Some(&old), &new, false, false), new);
        assert_eq!(said(&other, Some(&old), &old, false, false), other);
        assert_eq!(said(&other, Some(&old), &new, false, false), new);
        assert_eq!(said(&other, None, &new, false, true), other);
        assert_eq!(said(&[], None, &new, false, true), new);
        assert_eq!(said(&old, Some(&old), &new, false, true), new);
        assert_eq!(said(&other, None, &[], false, false), other);
        assert_eq!(said(&old, Some(&old), &[], false, false), Vec::<Value>::new());
    }
}
