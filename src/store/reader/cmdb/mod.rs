//! Questions about CIs.

mod assets;
mod audit;
mod filter;
mod graph;
mod history;
mod list;
mod sheet;
mod standing;
mod told;

use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, Row};

use crate::desk::cmdb::{Ci, Common, Facts, FieldOf, Phase, Type};
use crate::desk::field::Value;
use crate::desk::id::{CiId, PersonId, Seq, TeamId};
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;

pub use assets::{Expiry, Installed, Title};
pub use audit::Finding as CiFinding;
pub use graph::Reach;
pub use list::{CiCursor, CiPage, CiRow};
pub use sheet::{CiSheet, Concerned, Drift, Related, Sighting};
pub use standing::Trouble;
pub use told::{CiEvent, CiFact};

const COLUMNS: &str = "id, version, updated, created, class, name, status, phase, criticality, environment, team, contact, holder, serial, asset_tag, seen, locked, description";

/// Fields by which a CI is found when somebody names it, besides its number and name.
const NAMING: [&str; 3] = ["fqdn", "ip", "mac"];

impl Reader<'_> {
    /// A CI with its fields.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none of that number.
    pub fn ci(&self, id: CiId) -> Result<Ci, Refusal> {
        let found = self.one(&format!("SELECT {COLUMNS} FROM ci WHERE id = ?1"), [id.0], ci)?;
        let mut ci = found.ok_or_else(|| Refusal::not_found(format!("there is no {}", id.number())))?;
        let rows = self.all("SELECT name, value FROM attribute WHERE ci = ?1 ORDER BY name, value", [id.0], |row| {
            Ok((row.get::<_, String>(0)?, any_value(row, 1)?))
        })?;
        for (name, value) in rows {
            ci.attributes.entry(name).or_insert_with(Vec::new).push(value);
        }
        Ok(ci)
    }

    /// The CI that somebody means: by number, name, asset tag, serial, host name or address, or as a service.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with the nearest name; a rule's refusal where several have it.
    pub fn find_ci(&self, word: &str) -> Result<CiId, Refusal> {
        if let Ok(id) = word.parse::<CiId>() {
            return self.ci(id).map(|ci| ci.id);
        }
        let word = word.trim();
        if let Some(found) = self.only(word, self.ci_called(word)?)? {
            return Ok(found);
        }
        let id = |row: &Row<'_>| row.get::<_, i64>(0).map(CiId);
        // What is gone is meant only where nothing else bears the name.
        for gone in ["phase < 3", "phase = 3"] {
            for name in NAMING {
                let sql = format!(
                    "SELECT a.ci FROM attribute a JOIN ci c ON c.id = a.ci WHERE a.name = ?1 AND a.value = ?2 AND c.{gone} ORDER BY a.ci LIMIT 6"
                );
                let value = crate::desk::cmdb::field::normal(name, word);
                if let Some(found) = self.only(word, self.all(&sql, (name, value), id)?)? {
                    return Ok(found);
                }
            }
        }
        let service: Option<(String, Option<i64>)> = self.one(
            "SELECT key, ci FROM service WHERE key = ?1 OR name = ?1 COLLATE NOCASE",
            [word.to_lowercase()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        match service {
            Some((_, Some(ci))) => return Ok(CiId(ci)),
            Some((key, None)) => {
                return Err(Refusal::rule(format!(
                    "the service {key} does not stand in the CMDB yet; let it: deskhand service set {key} active=yes"
                )));
            }
            None => {}
        }
        let names: Vec<String> = self.all("SELECT name FROM ci WHERE phase < 3 LIMIT 20000", [], |row| row.get(0))?;
        Err(Refusal::not_found(match crate::desk::rules::nearest(word, names.iter().map(String::as_str)) {
            Some(near) => format!("there is no CI '{word}'; did you mean '{near}'?"),
            None => format!("there is no CI '{word}'; see: deskhand ci list"),
        }))
    }

    /// The CIs that a word names exactly, those that are not gone before those that are: by number, name, asset tag or
    /// serial. At most six.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn ci_called(&self, word: &str) -> Result<Vec<CiId>, Refusal> {
        let word = word.trim();
        let id = |row: &Row<'_>| row.get::<_, i64>(0).map(CiId);
        if let Ok(number) = word.parse::<CiId>() {
            return self.all("SELECT id FROM ci WHERE id = ?1", [number.0], id);
        }
        for gone in ["phase < 3", "phase = 3"] {
            for column in ["name", "asset_tag", "serial"] {
                let sql =
                    format!("SELECT id FROM ci WHERE {column} = ?1 COLLATE NOCASE AND {gone} ORDER BY id LIMIT 6");
                let found = self.all(&sql, [word], id)?;
                if !found.is_empty() {
                    return Ok(found);
                }
            }
        }
        Ok(Vec::new())
    }

    fn only(&self, word: &str, found: Vec<CiId>) -> Result<Option<CiId>, Refusal> {
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => Err(ambiguous(word, several)),
        }
    }

    /// What was typed for fields of a CI of a class, as a command takes it: references looked up, the rest as it stands.
    /// Several values of a list are parted by commas.
    ///
    /// # Errors
    /// Fields that the class does not have, and references that lead nowhere.
    pub fn facts<'t>(
        &self,
        class: &str,
        typed: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Facts, Refusal> {
        let mut facts = Facts::new();
        for (name, text) in typed {
            if name == "locked" {
                facts.insert(name.to_owned(), split(text));
                continue;
            }
            let field = self.rules().cmdb.field(class, name).map_err(Refusal::Rule)?;
            let parts = match field.is_list() {
                true => split(text),
                false if text.trim().is_empty() || text.trim().eq_ignore_ascii_case("none") => Vec::new(),
                false => vec![Value::from(text)],
            };
            let values = parts.iter().map(|part| self.fact(field, part)).collect::<Result<_, _>>()?;
            facts.insert(field.name().to_owned(), values);
        }
        Ok(facts)
    }

    fn fact(&self, field: FieldOf<'_>, value: &Value) -> Result<Value, Refusal> {
        let Some(word) = value.text().map(str::trim) else { return Ok(value.clone()) };
        Ok(match field.holds() {
            Type::Person if word.eq_ignore_ascii_case("me") => Value::from("me"),
            Type::Person => Value::Int(self.find_person(word)?.id.0),
            Type::Team => Value::Int(self.find_team(word)?.id.0),
            Type::Ci => Value::Int(self.find_ci(word)?.0),
            _ => value.clone(),
        })
    }

    /// The value of a field as people read it, with names in place of references.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn shown_fact(&self, ci: &Ci, name: &str, value: &Value) -> Result<String, Refusal> {
        self.shown_in_class(&ci.class, name, value)
    }

    /// As [`Reader::shown_fact`], of a CI of some class.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn shown_in_class(&self, class: &str, name: &str, value: &Value) -> Result<String, Refusal> {
        let Ok(field) = self.rules().cmdb.field(class, name) else {
            return Ok(value.text().map_or_else(|| value.int().unwrap_or_default().to_string(), str::to_owned));
        };
        Ok(match (field, field.holds(), value.int()) {
            (_, Type::Person, Some(id)) => {
                self.person(PersonId(id))?.map_or_else(|| id.to_string(), |person| person.name)
            }
            (_, Type::Team, Some(id)) => self
                .one("SELECT name FROM team WHERE id = ?1", [id], |row| row.get(0))?
                .unwrap_or_else(|| id.to_string()),
            (_, Type::Ci, Some(id)) => self
                .one("SELECT name FROM ci WHERE id = ?1", [id], |row| row.get(0))?
                .unwrap_or_else(|| CiId(id).number()),
            (FieldOf::Common(Common::Class), ..) => {
                self.rules().cmdb.classes.label(value.text().unwrap_or_default()).to_owned()
            }
            (FieldOf::Attribute(attribute), ..) => attribute.show(value),
            _ => value.text().map_or_else(|| value.int().unwrap_or_default().to_string(), str::to_owned),
        })
    }

    /// Whether an inventory has ever found a CI.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn is_sighted(&self, id: CiId) -> Result<bool, Refusal> {
        Ok(self.one("SELECT 1 FROM sighting WHERE ci = ?1", [id.0], |_| Ok(()))?.is_some())
    }

    /// Names of CIs that are not gone, in alphabetical order.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn ci_names(&self, limit: usize) -> Result<Vec<(CiId, String)>, Refusal> {
        self.all(
            "SELECT id, name FROM ci WHERE phase < 3 ORDER BY name COLLATE NOCASE LIMIT ?1",
            [i64::try_from(limit).unwrap_or(i64::MAX)],
            |row| Ok((CiId(row.get(0)?), row.get(1)?)),
        )
    }

    /// The name of a CI; `None` where there is none of that number.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn ci_name(&self, id: CiId) -> Result<Option<String>, Refusal> {
        self.conn
            .prepare_cached("SELECT name FROM ci WHERE id = ?1")
            .and_then(|mut statement| statement.query_row([id.0], |row| row.get(0)).optional())
            .map_err(|error| self.explain(&error))
    }
}

/// The refusal of a word that several CIs answer to.
pub(crate) fn ambiguous(word: &str, several: &[CiId]) -> Refusal {
    let numbers: Vec<String> = several.iter().take(5).map(|id| id.number()).collect();
    let more = if several.len() > 5 { " or others" } else { "" };
    Refusal::rule(format!("'{word}' may be {}{more}; give the number", numbers.join(" or ")))
}

fn split(text: &str) -> Vec<Value> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty() && !part.eq_ignore_ascii_case("none"));
    parts.map(Value::from).collect()
}

fn ci(row: &Row<'_>) -> rusqlite::Result<Ci> {
    Ok(Ci {
        id: CiId(row.get(0)?),
        version: Seq(row.get(1)?),
        updated: Timestamp(row.get(2)?),
        created: Timestamp(row.get(3)?),
        class: row.get(4)?,
        name: row.get(5)?,
        status: row.get(6)?,
        phase: Phase::from_code(row.get(7)?).unwrap_or_default(),
        criticality: row.get::<_, Option<String>>(8)?.and_then(|word| Criticality::named(&word)),
        environment: row.get(9)?,
        team: row.get::<_, Option<i64>>(10)?.map(TeamId),
        contact: row.get::<_, Option<i64>>(11)?.map(PersonId),
        holder: row.get::<_, Option<i64>>(12)?.map(PersonId),
        serial: row.get(13)?,
        asset_tag: row.get(14)?,
        seen: row.get::<_, Option<i64>>(15)?.map(Timestamp),
        locked: row.get::<_, String>(16)?.split_whitespace().map(str::to_owned).collect(),
        description: row.get(17)?,
        attributes: std::collections::BTreeMap::new(),
    })
}

pub(super) fn any_value(row: &Row<'_>, column: usize) -> rusqlite::Result<Value> {
    Ok(match row.get_ref(column)? {
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        _ => Value::Null,
    })
}
