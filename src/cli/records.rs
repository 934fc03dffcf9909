//! What `person`, `team`, `service` and `category` have in common: new, set, list, show, and `name=value`.

use clap::Subcommand;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids;
use crate::cli::output::Output;
use crate::cli::rows::{Column, Row, Rows};
use crate::desk::id::PersonId;
use crate::desk::rules::nearest;
use crate::store::Reader;

/// What can be done with records that are no tickets.
#[derive(Debug, Subcommand)]
pub(super) enum RecordVerb {
    /// Add one
    New {
        /// Its login or key, unique
        key: String,
        /// Its fields; list and show name them
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Change one
    Set {
        /// Its login or key
        key: String,
        /// What to change; active=no takes it off all pickers
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
    },
    /// Print all of them
    List,
    /// Print one
    Show {
        /// Its login or key
        key: String,
    },
}

/// The fields given to a record, each taken once.
pub(super) struct Given(Vec<(String, String)>);

impl Given {
    /// Reads `name=value` words; a name that the record does not have is refused with the nearest.
    pub(super) fn read(words: &[String], known: &[&str]) -> Outcome<Given> {
        let mut pairs = Vec::new();
        for word in words {
            let (name, value) = ids::pair(word).ok_or_else(|| {
                Failure::usage(format!("'{word}' is no field=value; fields are {}", known.join(", ")))
            })?;
            if !known.contains(&name) {
                return Err(Failure::usage(match nearest(name, known.iter().copied()) {
                    Some(near) => format!("there is no field '{name}'; did you mean '{near}'?"),
                    None => format!("there is no field '{name}'; there are {}", known.join(", ")),
                }));
            }
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Ok(Given(pairs))
    }

    /// The last value given to a field.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// A text field: what was given, else what it was.
    pub(super) fn text(&self, name: &str, now: &str) -> String {
        self.get(name).unwrap_or(now).to_owned()
    }

    /// A reference: given and found, given as none, or what it was.
    pub(super) fn reference<T>(
        &self,
        name: &str,
        now: Option<T>,
        find: impl Fn(&str) -> Outcome<T>,
    ) -> Outcome<Option<T>> {
        match self.get(name) {
            None => Ok(now),
            Some(word) if word.is_empty() || word.eq_ignore_ascii_case("none") => Ok(None),
            Some(word) => find(word).map(Some),
        }
    }

    /// `active=no`.
    pub(super) fn active(&self, now: bool) -> Outcome<bool> {
        match self.get("active").map(str::to_ascii_lowercase).as_deref() {
            None => Ok(now),
            Some("yes" | "y" | "true" | "1" | "on") => Ok(true),
            Some("no" | "n" | "false" | "0" | "off") => Ok(false),
            Some(other) => Err(Failure::usage(format!("active: takes yes or no, not '{other}'"))),
        }
    }
}

/// Prints records.
pub(super) fn print(globals: &Globals, columns: &[&str], rows: &[Row]) -> Outcome {
    let columns: Vec<Column> = columns.iter().map(|name| Column::of(name)).collect();
    let mut printed = Rows::new(Output::rows(globals), columns);
    printed.page(rows)?;
    printed.finish()?;
    Ok(())
}

/// The login of a person, where there is one.
pub(super) fn login(reader: &Reader, id: Option<PersonId>) -> Outcome<Option<String>> {
    Ok(id.map(|id| reader.person(id)).transpose()?.flatten().map(|person| person.login))
}
