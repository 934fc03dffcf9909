//! The life of a CI: its statuses, and what each amounts to.

use serde::{Deserialize, Serialize};

use crate::desk::rules::nearest;

/// What a status amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// It is not there yet.
    Planned,
    /// It is there, and not in use.
    Stock,
    /// It is in use.
    #[default]
    Live,
    /// It is no longer there: pickers leave it out, its history stays.
    Gone,
}

impl Phase {
    /// All phases, in their order.
    pub const ALL: [Phase; 4] = [Phase::Planned, Phase::Stock, Phase::Live, Phase::Gone];

    /// Its number in the desk file, 0 to 3.
    #[must_use]
    pub fn code(self) -> i64 {
        self as i64
    }

    /// The phase of that number.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| phase.code() == code)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Phase::Planned => "planned",
            Phase::Stock => "stock",
            Phase::Live => "live",
            Phase::Gone => "gone",
        }
    }
}

/// One status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Its word: `in_stock`.
    pub name: String,
    /// What it amounts to.
    pub phase: Phase,
}

/// All statuses, in the order of a life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statuses {
    /// Days without being seen by an inventory until a CI that one has seen is stale.
    pub stale_after: u32,
    /// The status of a new CI.
    pub initial: String,
    /// The status of an asset that was given back.
    pub stocked: String,
    status: Vec<Status>,
}

impl Statuses {
    pub(super) fn read(text: &str) -> Result<Statuses, String> {
        let statuses: Statuses = toml::from_str(text).map_err(|error| error.to_string())?;
        for named in [&statuses.initial, &statuses.stocked] {
            if statuses.get(named).is_none() {
                return Err(format!("there is no status '{named}'"));
            }
        }
        Ok(statuses)
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Status] {
        &self.status
    }

    fn get(&self, name: &str) -> Option<&Status> {
        self.status.iter().find(|status| status.name == name)
    }

    /// What a status amounts to; one that the desk no longer has counts as live.
    #[must_use]
    pub fn phase(&self, name: &str) -> Phase {
        self.get(name).map_or(Phase::Live, |status| status.phase)
    }

    /// The status that a word means.
    ///
    /// # Errors
    /// A sentence with the nearest.
    pub fn find(&self, word: &str) -> Result<&Status, String> {
        let wanted = word.trim().to_lowercase().replace([' ', '-'], "_");
        self.get(&wanted).ok_or_else(|| {
            let names = || self.status.iter().map(|status| status.name.as_str());
            match nearest(&wanted, names()) {
                Some(near) => format!("there is no status '{word}'; did you mean '{near}'?"),
                None => format!("there is no status '{word}'; there are {}", names().collect::<Vec<_>>().join(", ")),
            }
        })
    }
}
