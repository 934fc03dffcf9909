//! A configuration item: a thing that services are made of.

use std::collections::BTreeMap;

use crate::desk::cmdb::field::Common;
use crate::desk::cmdb::status::Phase;
use crate::desk::field::Value;
use crate::desk::id::{CiId, PersonId, Seq, TeamId};
use crate::desk::priority::Criticality;
use crate::desk::time::Timestamp;

/// A CI with its fields, without its relations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ci {
    /// Its row, and its number: `CI-118`.
    pub id: CiId,
    /// The transaction that last changed it.
    pub version: Seq,
    /// When its record last changed.
    pub updated: Timestamp,
    /// When its record was made.
    pub created: Timestamp,
    /// The name of its class.
    pub class: String,
    /// What people call it.
    pub name: String,
    /// Its status.
    pub status: String,
    /// What that amounts to.
    pub phase: Phase,
    /// How much depends on it.
    pub criticality: Option<Criticality>,
    /// Production, test…
    pub environment: Option<String>,
    /// The group that owns it.
    pub team: Option<TeamId>,
    /// Who answers for it.
    pub contact: Option<PersonId>,
    /// To whom it was handed out.
    pub holder: Option<PersonId>,
    /// The maker's serial number.
    pub serial: Option<String>,
    /// The sticker.
    pub asset_tag: Option<String>,
    /// When an inventory last found it.
    pub seen: Option<Timestamp>,
    /// Fields that people gave by hand: no inventory overwrites them.
    pub locked: Vec<String>,
    /// What else there is to know.
    pub description: String,
    /// What its class adds.
    pub attributes: BTreeMap<String, Vec<Value>>,
}

impl Ci {
    /// The values of a field; none where it is empty. Where it stands is told by its relations, not here.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<Value> {
        let Some(common) = Common::named(name) else {
            return self.attributes.get(name).cloned().unwrap_or_default();
        };
        let value = match common {
            Common::Name => Value::from(self.name.as_str()),
            Common::Class => Value::from(self.class.as_str()),
            Common::Status => Value::from(self.status.as_str()),
            Common::Criticality => Value::from(self.criticality.map(Criticality::word)),
            Common::Environment => Value::from(self.environment.as_deref()),
            Common::Team => Value::from(self.team.map(|id| id.0)),
            Common::Contact => Value::from(self.contact.map(|id| id.0)),
            Common::Holder => Value::from(self.holder.map(|id| id.0)),
            Common::Serial => Value::from(self.serial.as_deref()),
            Common::AssetTag => Value::from(self.asset_tag.as_deref()),
            Common::Description => Value::from(self.description.as_str()),
            Common::Created => Value::from(self.created.0),
            Common::Updated => Value::from(self.updated.0),
            Common::Seen => Value::from(self.seen.map(|at| at.0)),
            Common::Location => Value::Null,
        };
        if value.given() { vec![value] } else { Vec::new() }
    }

    /// The first value of a field.
    #[must_use]
    pub fn value(&self, name: &str) -> Value {
        self.values(name).into_iter().next().unwrap_or_default()
    }
}
