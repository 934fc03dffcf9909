//! The CMDB: what we run, what depends on what, what breaks.
//!
//! A desk's own [`Model`] says which classes, statuses and relations there are; a [`Ci`] has the fields that its class gives
//! it; [`impact()`] follows failure along the relations.

pub mod audit;
pub mod ci;
pub mod class;
pub mod command;
mod complete;
pub mod depreciation;
pub mod field;
pub mod identity;
pub mod impact;
pub mod licence;
pub mod query;
pub mod relation;
pub mod status;

use std::collections::BTreeMap;

use crate::desk::field::Value;

pub use audit::{AuditRule, Audited, Severity, health};
pub use ci::Ci;
pub use class::{Attribute, Class, Classes, Type};
pub use command::{CiTarget, CmdbCommand, FoundCi, Inventory, NewRelation};
pub use complete::complete;
pub use depreciation::Depreciation;
pub use field::{Common, FieldOf};
pub use identity::Mark;
pub use impact::{Feed, Graph, Hit, Impact, State, impact};
pub use query::{CiHas, CiIs, CiQuery, CiSort, CiTerm, Test};
pub use relation::{Flow, Need, RelationType, Relations};
pub use status::{Phase, Status, Statuses};

/// Values of a CI's fields by name, as the desk file keeps them: none empties a field, several fill a list.
pub type Facts = BTreeMap<String, Vec<Value>>;

/// What a desk's CMDB is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// `cmdb/classes.toml`.
    pub classes: Classes,
    /// `cmdb/relations.toml`.
    pub relations: Relations,
    /// `cmdb/statuses.toml`.
    pub statuses: Statuses,
}

impl Model {
    /// The model that three documents hold.
    ///
    /// # Errors
    /// A sentence naming the document and what is wrong with it.
    pub fn read(classes: &str, relations: &str, statuses: &str) -> Result<Model, String> {
        let classes = Classes::read(classes).map_err(|error| format!("cmdb/classes.toml: {error}"))?;
        let relations =
            Relations::read(relations, &classes).map_err(|error| format!("cmdb/relations.toml: {error}"))?;
        let statuses = Statuses::read(statuses).map_err(|error| format!("cmdb/statuses.toml: {error}"))?;
        Ok(Model { classes, relations, statuses })
    }

    /// What a field of that name is to CIs of a class.
    ///
    /// # Errors
    /// A sentence with the nearest field that the class has.
    pub fn field(&self, class: &str, name: &str) -> Result<FieldOf<'_>, String> {
        let wanted = name.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        if let Some(common) = Common::named(&wanted) {
            return Ok(FieldOf::Common(common));
        }
        let attributes = self.classes.attributes(class);
        if let Some(attribute) = attributes.iter().find(|attribute| attribute.name == wanted) {
            return Ok(FieldOf::Attribute(attribute));
        }
        let known = Common::ALL.iter().map(|common| common.name()).chain(attributes.iter().map(|a| a.name.as_str()));
        let label = self.classes.label(class);
        Err(match crate::desk::rules::nearest(&wanted, known) {
            Some(near) => format!("a CI of class {label} has no field '{name}'; did you mean '{near}'?"),
            None => format!("a CI of class {label} has no field '{name}'; see: deskhand ci classes {class}"),
        })
    }
}
