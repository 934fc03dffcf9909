//! Values given to a CI's fields: checked by what each field takes, and put in their places.

use crate::desk::cmdb::field::ENVIRONMENTS;
use crate::desk::cmdb::{Ci, Common, FieldOf, Type};
use crate::desk::field::Value;
use crate::desk::id::{CiId, PersonId, TeamId};
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::store::plan::draft::Draft;

/// A name has at most so many characters.
const LONGEST_NAME: usize = 250;

/// Gives a field of `ci` its values. Where it stands is a relation and is not told here: see [`super::relate::locate`].
pub(super) fn put(draft: &mut Draft, ci: &mut Ci, name: &str, values: &[Value]) -> Result<(), Refusal> {
    let model = &draft.rules().cmdb;
    let label = if ci.name.is_empty() { String::from("this CI") } else { ci.name.clone() };
    let refuse = |why: String| Refusal::rule(format!("{label}: {why}"));
    let field = model.field(&ci.class, name).map_err(&refuse)?;
    if !field.is_list() && values.len() > 1 {
        return Err(refuse(format!("{} takes one value", field.name())));
    }
    let common = match field {
        FieldOf::Attribute(attribute) => {
            let mut kept: Vec<Value> = Vec::new();
            for value in values {
                // What stands there already came by a way of its own, such as an inventory.
                if ci.attributes.get(&attribute.name).is_some_and(|known| known.contains(value)) {
                    kept.push(value.clone());
                    continue;
                }
                let value = match (attribute.holds, value) {
                    (Type::Ci, Value::Int(id)) => {
                        let other = draft.ci(CiId(*id))?;
                        if let Some(class) = &attribute.class
                            && !draft.rules().cmdb.classes.is(&other.class, class)
                        {
                            let classes = &draft.rules().cmdb.classes;
                            let (wanted, given) = (classes.label(class), classes.label(&other.class));
                            return Err(refuse(format!(
                                "{} takes a CI of class {wanted}; {} is a {given}",
                                attribute.name, other.name
                            )));
                        }
                        value.clone()
                    }
                    (Type::Ci, _) => return Err(refuse(format!("{} takes the number of a CI", attribute.name))),
                    (Type::Number, Value::Int(n)) => {
                        attribute.read(&attribute.plain(&Value::Int(*n))).map_err(&refuse)?
                    }
                    (_, Value::Text(text)) if !text.trim().is_empty() => attribute.read(text).map_err(&refuse)?,
                    (_, Value::Text(_) | Value::Null) => continue,
                    (_, Value::Int(n)) => attribute.read(&n.to_string()).map_err(&refuse)?,
                };
                if !kept.contains(&value) {
                    kept.push(value);
                }
            }
            kept.sort();
            match kept.is_empty() {
                true => ci.attributes.remove(&attribute.name),
                false => ci.attributes.insert(attribute.name.clone(), kept),
            };
            return Ok(());
        }
        FieldOf::Common(common) => common,
    };
    let value = values.first().filter(|value| value.given());
    let text = value.and_then(Value::text);
    let line = text.map(one_line);
    let wrong = || refuse(format!("{} can't be {}", common.name(), shown(value)));
    match common {
        Common::Name => {
            let name = line.ok_or_else(|| refuse(String::from("a name is needed")))?;
            if name.chars().count() > LONGEST_NAME {
                return Err(refuse(format!("a name takes {LONGEST_NAME} characters at most")));
            }
            ci.name = name;
        }
        Common::Class => {
            let class = model.classes.find(text.ok_or_else(wrong)?).map_err(&refuse)?;
            reclass(draft, ci, &class.name.clone())?;
        }
        Common::Status => {
            let status = model.statuses.find(text.ok_or_else(wrong)?).map_err(&refuse)?;
            (ci.status, ci.phase) = (status.name.clone(), status.phase);
        }
        Common::Criticality => {
            ci.criticality = match text {
                None => None,
                Some(word) => Some(
                    Criticality::named(word)
                        .ok_or_else(|| refuse(format!("criticality takes low, medium, high or vital, not '{word}'")))?,
                ),
            };
        }
        Common::Environment => {
            ci.environment = match text {
                None => None,
                Some(word) => Some(environment(word).map_err(&refuse)?),
            };
        }
        Common::Team => {
            let id = value.map(|value| value.int().map(TeamId).ok_or_else(wrong)).transpose()?;
            if let Some(id) = id
                && draft.reader.one("SELECT 1 FROM team WHERE id = ?1", [id.0], |_| Ok(()))?.is_none()
            {
                return Err(refuse(format!("there is no team {id}")));
            }
            ci.team = id;
        }
        Common::Contact | Common::Holder => {
            let me = draft.me();
            let id = match value {
                Some(Value::Text(word)) if word == "me" => Some(me),
                Some(value) => Some(value.int().map(PersonId).ok_or_else(wrong)?),
                None => None,
            };
            if let Some(id) = id.filter(|id| *id != me)
                && draft.reader.person(id)?.is_none()
            {
                return Err(refuse(format!("there is no person {id}")));
            }
            *(if common == Common::Contact { &mut ci.contact } else { &mut ci.holder }) = id;
        }
        Common::Serial => ci.serial = line,
        Common::AssetTag => {
            if let Some(tag) = &line {
                if let Some(other) = draft.tagged(tag, ci.id) {
                    return Err(refuse(format!("asset tag {tag} is that of {} {}", other.id.number(), other.name)));
                }
                let sql = "SELECT id, name FROM ci WHERE asset_tag = ?1 AND id <> ?2 AND phase < 3";
                let other =
                    draft.reader.one(sql, (tag, ci.id.0), |row| Ok((CiId(row.get(0)?), row.get::<_, String>(1)?)))?;
                if let Some((other, name)) = other {
                    return Err(refuse(format!("asset tag {tag} is that of {} {name}", other.number())));
                }
            }
            ci.asset_tag = line;
        }
        Common::Description => ci.description = text.unwrap_or_default().to_owned(),
        Common::Created | Common::Updated | Common::Seen => {
            return Err(refuse(format!("{} is set by the desk itself", common.name())));
        }
        Common::Location => return Err(refuse(String::from("a location is the number of a site, room or rack"))),
    }
    Ok(())
}

/// Another class: what it lacks goes, which is told.
fn reclass(draft: &mut Draft, ci: &mut Ci, class: &str) -> Result<(), Refusal> {
    let classes = &draft.rules().cmdb.classes;
    let found = classes.find(class).map_err(Refusal::Rule)?;
    if found.is_abstract {
        let below: Vec<&str> = classes.below(class).into_iter().filter(|name| *name != class).collect();
        return Err(Refusal::rule(format!("class {class} only gathers others; take one of {}", below.join(", "))));
    }
    let known = classes.attributes(class);
    let lost: Vec<String> =
        ci.attributes.keys().filter(|name| !known.iter().any(|one| one.name == **name)).cloned().collect();
    for name in &lost {
        ci.attributes.remove(name);
    }
    if !lost.is_empty() {
        draft.notices.push(format!("{}: class {class} has no {}; what stood there is gone", ci.name, lost.join(", ")));
    }
    class.clone_into(&mut ci.class);
    Ok(())
}

/// Refuses a CI that lacks what its class requires.
pub(super) fn refuse_lacking(draft: &mut Draft, ci: &Ci) -> Result<(), Refusal> {
    let classes = &draft.rules().cmdb.classes;
    let lacking: Vec<&str> = classes
        .required(&ci.class)
        .filter(|name| *name != Common::Location.name() && ci.values(name).is_empty())
        .collect();
    match lacking.is_empty() {
        true => Ok(()),
        false => Err(Refusal::rule(format!(
            "{}: a CI of class {} needs {}",
            ci.name,
            classes.label(&ci.class),
            lacking.iter().map(|name| format!("{name}=…")).collect::<Vec<_>>().join(" ")
        ))),
    }
}

fn environment(word: &str) -> Result<String, String> {
    let wanted = word.trim().to_lowercase();
    let found = ENVIRONMENTS.iter().find(|one| **one == wanted || (wanted.len() > 2 && one.starts_with(&wanted)));
    found.map(|one| (*one).to_owned()).ok_or_else(|| match nearest(&wanted, ENVIRONMENTS) {
        Some(near) => format!("there is no environment '{word}'; did you mean '{near}'?"),
        None => format!("there is no environment '{word}'; there are {}", ENVIRONMENTS.join(", ")),
    })
}

fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::from("empty"),
        Some(Value::Int(n)) => n.to_string(),
        Some(Value::Text(text)) => format!("'{text}'"),
    }
}
