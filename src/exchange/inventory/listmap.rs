//! How the columns of a list of machines, licences or contracts are read into CIs: a TOML file with `into = "ci"`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::exchange::csv::{Columns, DateOrder, ImportError};

/// The map that comes with the program, and its name on the command line.
const PRESET: (&str, &str) = ("cmdb", include_str!("../../../assets/import/cmdb.toml"));

/// A map for lists of CIs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListMap {
    /// What it is for, in a sentence.
    pub about: String,
    /// Says that rows become CIs.
    #[serde(rename = "into")]
    _into: Into,
    /// What the desk calls the source of such lists.
    #[serde(default = "csv")]
    pub source: String,
    /// The columns that tell rows apart; a serial number, asset tag or name does without.
    #[serde(default)]
    pub key: Option<Columns>,
    /// What class a row is of.
    pub class: ClassRule,
    /// Columns by field. A column that has the name of a field needs no line.
    #[serde(default)]
    pub fields: BTreeMap<String, Columns>,
    /// Columns that name other CIs, by relation.
    #[serde(default)]
    pub relations: BTreeMap<String, Columns>,
    /// What is written in the list, and what it is here, by field.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// What stands between the values of a list in one cell.
    #[serde(default = "separators")]
    pub separators: String,
    /// What means that nothing is known.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// Whether days or months come first.
    #[serde(default)]
    pub dates: Option<DateOrder>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Into {
    Ci,
}

/// What class a row is of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// The columns that say so.
    #[serde(default)]
    pub from: Option<Columns>,
    /// Where they say nothing.
    pub otherwise: String,
    /// What is written in the list, and what it is here.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

fn csv() -> String {
    String::from("csv")
}

fn separators() -> String {
    String::from(",;|\n")
}

/// Whether a map of that name or path is one for CIs.
#[must_use]
pub fn is_list_map(name_or_path: &str) -> bool {
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "into")]
        _into: Into,
    }
    name_or_path.eq_ignore_ascii_case(PRESET.0)
        || std::fs::read_to_string(name_or_path).is_ok_and(|text| toml::from_str::<Head>(&text).is_ok())
}

/// The map of that name, or else the file of that path.
///
/// # Errors
/// When it can't be read; the message has the line.
pub fn list_map(name_or_path: &str) -> Result<ListMap, ImportError> {
    if name_or_path.eq_ignore_ascii_case(PRESET.0) {
        return parse(PRESET.0, PRESET.1);
    }
    let path = Path::new(name_or_path);
    let text = std::fs::read_to_string(path).map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    parse(name_or_path, &text)
}

fn parse(name: &str, text: &str) -> Result<ListMap, ImportError> {
    toml::from_str(text)
        .map_err(|error| ImportError::Map { map: name.to_owned(), reason: error.to_string().trim_end().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_that_comes_with_the_program_is_sound() {
        assert!(is_list_map("cmdb") && !is_list_map("generic"));
        assert_eq!(list_map("cmdb").unwrap().source, "csv");
        let error = parse("mine.toml", "about = \"x\"\ninto = \"ticket\"\n").unwrap_err().to_string();
        assert!(error.starts_with("map 'mine.toml': TOML parse error at line 2"), "{error}");
    }
}
