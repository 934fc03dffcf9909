//! A map: which columns of a foreign table become which fields, as TOML. `assets/import/` has one for each common source.
//!
//! Wherever a map names a column it may give a list; the first that the row fills wins. A name with `{…}` in it is a
//! template, `"INC{number}"`, which counts only where all its columns are filled. Case, spaces and underscores don't
//! matter: `Short description` and `short_description` are one.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::dates::DateOrder;
use super::error::ImportError;
use crate::desk::field::Field;
use crate::desk::id::Kind;

/// A map from columns to fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// What it is for, in one line.
    pub about: String,
    /// Which kind of ticket a row is.
    #[serde(default)]
    pub kind: KindRule,
    /// What identifies a record in its source.
    pub key: Columns,
    /// Days or months first; the rows decide where it is not set.
    #[serde(default)]
    pub dates: Option<DateOrder>,
    /// The zone of times that name none; the reader's where it is not set.
    #[serde(default, deserialize_with = "zone")]
    pub zone: Option<Tz>,
    /// Words that mean nothing is known. Blank always does.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// The columns of each field.
    #[serde(default)]
    pub fields: BTreeMap<Field, Columns>,
    /// The second level of the category.
    #[serde(default)]
    pub subcategory: Option<Columns>,
    /// What separates the levels where both stand in one column: `" > "`.
    #[serde(default)]
    pub category_separator: Option<String>,
    /// Translations of values by field. `"*"` stands for any other value, `""` as a result for nothing; for the state,
    /// `"pending:vendor"` gives the reason too and `"="` keeps the previous row's.
    #[serde(default)]
    pub values: BTreeMap<Field, BTreeMap<String, String>>,
    /// Columns with tags; all of them count.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The characters that separate tags within a value.
    #[serde(default = "comma")]
    pub tag_separators: String,
    /// Columns with notes and replies; all of them count.
    #[serde(default)]
    pub entries: Vec<Entries>,
    /// Columns that stay as lines `Column: value` at the end of the description; `"*"` for all that are left.
    #[serde(default)]
    pub keep: Vec<String>,
    /// What the source itself counted.
    #[serde(default)]
    pub declared: DeclaredColumns,
    /// For logs with one row for each state of a ticket.
    #[serde(default)]
    pub history: Option<History>,
    /// What it is called: the preset's name or the file's.
    #[serde(skip)]
    pub name: String,
    /// The states that the desk has for each kind; those of the workflows we ship where it is not said.
    #[serde(skip)]
    pub states: BTreeMap<Kind, Vec<String>>,
}

fn zone<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Tz>, D::Error> {
    let name = String::deserialize(input)?;
    let zone =
        name.parse().map_err(|_| D::Error::custom(format!("'{name}' is no time zone; they look like Europe/Berlin")));
    zone.map(Some)
}

fn comma() -> String {
    ",;".to_owned()
}

/// Columns to look in, and what to cut from their values.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a column, a list of columns, or { from = [...], strip = [...] }")]
pub enum Columns {
    /// One column or template.
    One(String),
    /// Several; the first that is filled wins.
    Any(Vec<String>),
    /// Several, with beginnings that are cut from the values.
    Strip {
        /// The columns.
        from: Vec<String>,
        /// Beginnings to cut: `"Caller "`.
        strip: Vec<String>,
    },
}

impl Columns {
    /// The columns and templates, in order.
    #[must_use]
    pub fn from(&self) -> &[String] {
        match self {
            Columns::One(one) => std::slice::from_ref(one),
            Columns::Any(from) | Columns::Strip { from, .. } => from,
        }
    }

    /// Beginnings to cut.
    #[must_use]
    pub fn strip(&self) -> &[String] {
        match self {
            Columns::Strip { strip, .. } => strip,
            _ => &[],
        }
    }
}

/// Which kind of ticket a row is.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a kind, or { from = [columns], values = { word = kind }, otherwise = kind }")]
pub enum KindRule {
    /// All rows alike.
    Fixed(Kind),
    /// As a column says.
    Column {
        /// The columns.
        from: Vec<String>,
        /// What their words mean.
        values: BTreeMap<String, Kind>,
        /// What any other word means; without it such rows are rejected.
        otherwise: Option<Kind>,
    },
}

impl Default for KindRule {
    fn default() -> Self {
        KindRule::Fixed(Kind::Incident)
    }
}

/// Columns with notes and replies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entries {
    /// The columns, repeated ones included.
    pub from: Vec<String>,
    /// How they are written.
    #[serde(default)]
    pub format: EntryFormat,
    /// Whether the requester sees them, where the text itself does not say.
    #[serde(default)]
    pub public: bool,
}

/// How notes are written in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryFormat {
    /// One entry, the whole cell.
    #[default]
    Plain,
    /// `2016-02-29 01:16:00 - Name (Work notes)` on a line of its own, the text below; any number, any order.
    Journal,
    /// `29/Feb/16 1:16 AM;name;text`.
    Semicolons,
}

/// Columns with the source's own counts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredColumns {
    /// How often another team took over.
    #[serde(default)]
    pub reassigned: Option<Columns>,
    /// How often it was opened again.
    #[serde(default)]
    pub reopened: Option<Columns>,
}

/// How the rows of one ticket follow each other.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// Columns that give the order, the first first.
    pub order: Vec<String>,
    /// When a row came to be.
    pub at: Columns,
    /// Who made it so.
    #[serde(default)]
    pub by: Option<Columns>,
}

impl Map {
    /// Reads a map; `name` is for messages.
    ///
    /// # Errors
    /// When it is no such TOML, with the line and what is wrong there.
    pub fn parse(name: &str, toml: &str) -> Result<Map, ImportError> {
        let refuse = |reason: String| ImportError::Map { map: name.to_owned(), reason };
        let mut map: Map = toml::from_str(toml).map_err(|e| refuse(e.to_string().trim_end().to_owned()))?;
        map.name = name.to_owned();
        let computed = [Field::PriorityComputed, Field::MergedInto];
        if let Some(field) = map.fields.keys().find(|f| computed.contains(f)) {
            return Err(refuse(format!("'{field}' is the desk's own and can't be imported")));
        }
        Ok(map)
    }
}

/// A name as it is compared: letters and digits, lower case, everything else one `_`; `#2` stays.
#[must_use]
pub fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() || c == '#' {
            plain.extend(c.to_lowercase());
        } else if !plain.is_empty() && !plain.ends_with('_') {
            plain.push('_');
        }
    }
    plain.truncate(plain.trim_end_matches('_').len());
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_underscores_and_case_do_not_matter() {
        assert_eq!(plain("Short  description"), "short_description");
        assert_eq!(plain("__ New"), "new");
        assert_eq!(plain("category#2"), "category#2");
        assert_eq!(plain("1 - Critical"), "1_critical");
    }

    #[test]
    fn a_slip_in_a_map_is_told_with_its_line() {
        let error = Map::parse("mine.toml", "about = \"x\"\nkey = \"id\"\ncolour = 1\n").unwrap_err().to_string();
        assert!(error.starts_with("map 'mine.toml': TOML parse error at line 3"), "{error}");
        assert!(error.contains("unknown field `colour`"), "{error}");
        let error = Map::parse("m", "about = \"x\"\nkey = \"id\"\n[fields]\ncolour = \"x\"\n").unwrap_err().to_string();
        assert!(error.contains("line 4") && error.contains("there is no field 'colour'"), "{error}");
        let error = Map::parse("m", "about = \"x\"\nkey = 3\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("a column, a list of columns"), "{error}");
    }
}
