//! What a window is about.

use serde::{Deserialize, Serialize};

use crate::desk::id::{ServiceId, TeamId};

/// What a window is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every change.
    Everything,
    /// Changes of a service, and of what it stands on.
    Service(ServiceId),
    /// Changes that a team makes.
    Team(TeamId),
    /// Changes of CIs of a class or one below it.
    Class(String),
    /// Changes that a query finds.
    Tickets(String),
    /// Changes of CIs that a query finds.
    Cis(String),
}

impl Scope {
    /// The words before the colon, in the order in which they are offered.
    pub const WORDS: [&str; 6] = ["everything", "service", "team", "class", "tickets", "cis"];

    /// Its word in commands and in the desk file.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Scope::Everything => "everything",
            Scope::Service(_) => "service",
            Scope::Team(_) => "team",
            Scope::Class(_) => "class",
            Scope::Tickets(_) => "tickets",
            Scope::Cis(_) => "cis",
        }
    }

    /// The class or query that it names.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Scope::Class(text) | Scope::Tickets(text) | Scope::Cis(text) => Some(text),
            _ => None,
        }
    }
}
