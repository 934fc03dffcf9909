//! Values of a CI's fields with their two faces: for people, and for programs.

use serde_json::Value as Json;

use crate::cli::failure::Outcome;
use crate::cli::records::login;
use crate::cli::rows::Cell;
use crate::desk::cmdb::{Ci, Common, FieldOf, Type};
use crate::desk::field::Value;
use crate::desk::id::{CiId, PersonId};
use crate::desk::time::{Moment, Timestamp};
use crate::store::Reader;

/// The values of a field. Where a CI stands is the first of its places.
pub(super) fn values(reader: &Reader, ci: &Ci, name: &str) -> Outcome<Vec<Value>> {
    if name == Common::Location.name() {
        return Ok(reader.location(ci.id)?.first().map(|(place, _)| Value::Int(place.0)).into_iter().collect());
    }
    Ok(ci.values(name))
}

/// A value as people read it: names, local times, numbers with their unit.
pub(in crate::cli) fn shown(
    reader: &Reader,
    class: &str,
    name: &str,
    value: &Value,
    moment: &Moment,
) -> Outcome<String> {
    let holds = reader.rules().cmdb.field(class, name).map(FieldOf::holds);
    Ok(match (holds, value.int()) {
        (Ok(Type::Time), Some(at)) => Timestamp(at).local(moment.zone),
        _ => reader.shown_in_class(class, name, value)?,
    })
}

/// All values of a field as people read them.
pub(super) fn all_shown(reader: &Reader, ci: &Ci, name: &str, moment: &Moment) -> Outcome<String> {
    let shown: Vec<String> = values(reader, ci, name)?
        .iter()
        .map(|value| shown(reader, &ci.class, name, value, moment))
        .collect::<Outcome<_>>()?;
    Ok(shown.join(", "))
}

/// A value as programs read it: logins, keys, numbers of CIs, times in RFC 3339, numbers without their unit.
pub(in crate::cli) fn data(reader: &Reader, class: &str, name: &str, value: &Value) -> Outcome<Json> {
    let field = reader.rules().cmdb.field(class, name).ok();
    Ok(match (field.map(FieldOf::holds), value) {
        (_, Value::Null) => Json::Null,
        (Some(Type::Person), Value::Int(id)) => login(reader, Some(PersonId(*id)))?.map_or(Json::Null, Json::from),
        (Some(Type::Team), Value::Int(id)) => reader.key_of("team", *id)?.map_or(Json::Null, Json::from),
        (Some(Type::Ci), Value::Int(id)) => CiId(*id).number().into(),
        (Some(Type::Time), Value::Int(at)) => Timestamp(*at).rfc3339().into(),
        (_, Value::Int(n)) => match field {
            Some(FieldOf::Attribute(attribute)) if attribute.decimals > 0 => {
                attribute.plain(value).parse::<f64>().map_or_else(|_| Json::from(*n), Json::from)
            }
            _ => Json::from(*n),
        },
        (_, Value::Text(text)) => text.as_str().into(),
    })
}

/// All values of a field as programs read them: an array where the field is a list.
pub(super) fn all_data(reader: &Reader, ci: &Ci, name: &str) -> Outcome<Json> {
    let mut all: Vec<Json> =
        values(reader, ci, name)?.iter().map(|value| data(reader, &ci.class, name, value)).collect::<Outcome<_>>()?;
    let is_list = reader.rules().cmdb.field(&ci.class, name).is_ok_and(FieldOf::is_list);
    Ok(if is_list { Json::Array(all) } else { all.pop().unwrap_or_default() })
}

/// A field in a row.
pub(super) fn cell(reader: &Reader, ci: &Ci, name: &str, moment: &Moment) -> Outcome<Cell> {
    Ok(Cell::of(all_shown(reader, ci, name, moment)?, all_data(reader, ci, name)?))
}

/// Text that may be missing.
pub(super) fn optional(text: Option<String>) -> Cell {
    Cell::of(text.clone().unwrap_or_default(), text.map_or(Json::Null, Json::from))
}
