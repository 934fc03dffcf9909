//! What can change a CMDB, as plain data.

use serde::{Deserialize, Serialize};

use crate::desk::cmdb::Facts;
use crate::desk::cmdb::relation::Need;
use crate::desk::id::{CiId, PersonId, Seq, TicketId};
use crate::desk::time::Timestamp;

/// A CI, as its editor saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CiTarget {
    /// Which CI.
    pub id: CiId,
    /// The version that was seen; `None` means whatever it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Seq>,
}

impl From<CiId> for CiTarget {
    fn from(id: CiId) -> CiTarget {
        CiTarget { id, version: None }
    }
}

/// A change of the CMDB.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CmdbCommand {
    /// Add a CI.
    New {
        /// The name of its class.
        class: String,
        /// Its fields; `name` is needed.
        set: Facts,
        /// What it is to CIs that exist.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        relate: Vec<NewRelation>,
    },
    /// Give fields of CIs new values.
    Edit {
        /// The CIs.
        on: Vec<CiTarget>,
        /// Fields with all their values: none empties a field.
        set: Facts,
        /// Values to add to lists.
        #[serde(default, skip_serializing_if = "Facts::is_empty")]
        add: Facts,
        /// Values to take from lists.
        #[serde(default, skip_serializing_if = "Facts::is_empty")]
        remove: Facts,
    },
    /// Relate two CIs.
    Relate {
        /// The CI.
        from: CiId,
        /// The type of relation.
        relation: String,
        /// The other.
        to: CiId,
        /// Whether failure only degrades; `None` is as the type says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        soft: Option<bool>,
    },
    /// Take relations between two CIs away, whichever side they were made from.
    Unrelate {
        /// One end.
        from: CiId,
        /// The other.
        to: CiId,
        /// Only this type; `None` means all.
        relation: Option<String>,
    },
    /// Say how many of what a CI needs by one type of relation must stand.
    Redundancy {
        /// The CI.
        on: CiId,
        /// The type of relation.
        relation: String,
        /// How many; `None` goes back to what the type says.
        need: Option<Need>,
    },
    /// Say which CIs a ticket concerns.
    Concern {
        /// The ticket.
        ticket: TicketId,
        /// CIs to add by hand.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        add: Vec<CiId>,
        /// CIs to take off.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<CiId>,
        /// Follow failure from those over so many relations; what it reaches takes the place of what was computed before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        impact: Option<u32>,
    },
    /// Hand an asset out, or some of a stock.
    CheckOut {
        /// The CI.
        on: CiTarget,
        /// To whom.
        to: PersonId,
        /// The day on which it is due back: `2026-01-31`.
        until: Option<String>,
        /// How many of a stock; an asset goes out whole.
        count: Option<i64>,
    },
    /// Take an asset back.
    CheckIn {
        /// The CI.
        on: CiTarget,
        /// How many of a stock.
        count: Option<i64>,
    },
    /// Take in what inventories found.
    Inventory(Vec<Inventory>),
}

impl CmdbCommand {
    /// Its word in the journal.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            CmdbCommand::New { .. } => "ci new",
            CmdbCommand::Edit { .. } => "ci set",
            CmdbCommand::Relate { .. } => "ci relate",
            CmdbCommand::Unrelate { .. } => "ci unrelate",
            CmdbCommand::Redundancy { .. } => "ci redundancy",
            CmdbCommand::Concern { .. } => "concern",
            CmdbCommand::CheckOut { .. } => "ci checkout",
            CmdbCommand::CheckIn { .. } => "ci checkin",
            CmdbCommand::Inventory(_) => "inventory",
        }
    }
}

/// A relation of a new CI to one that exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRelation {
    /// The type of relation.
    pub relation: String,
    /// Whether the new CI is its other end.
    #[serde(default)]
    pub reverse: bool,
    /// The CI that exists.
    pub to: CiId,
}

/// What a run of an inventory found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// Which program told: `glpi`, `nmap`, `netbox`, `ansible`, or the name of a list.
    pub source: String,
    /// The name of the file.
    pub file: String,
    /// When it was found: the time in the input, or that of the file.
    pub at: Timestamp,
    /// SHA-256 of the raw input, in hexadecimal.
    pub sha256: String,
    /// The raw input; the desk keeps it once.
    #[serde(skip)]
    pub raw: Vec<u8>,
    /// What was found.
    #[serde(skip)]
    pub found: Vec<FoundCi>,
}

/// One thing that an inventory found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundCi {
    /// What the source calls it: unique in the source.
    pub key: String,
    /// The class that it seems to be of.
    pub class: String,
    /// Its name.
    pub name: Option<String>,
    /// Fields with all their values as text; none where the source says that there is none. What it does not tell is not
    /// here, and what the class lacks is left out.
    pub fields: Vec<(String, Vec<String>)>,
    /// All its relations of a type: the type, whether it is the other end, and the source's keys of the others.
    pub relations: Vec<(String, bool, Vec<String>)>,
    /// Its software, whole: title, version, publisher. `None` where the source does not tell.
    pub software: Option<Vec<(String, String, String)>>,
    /// Whether only a part of it was looked at, so that it must not make a CI by itself.
    pub partial: bool,
    /// Whether it was looked at from outside, so that its fields give way to what is known.
    pub guess: bool,
}
