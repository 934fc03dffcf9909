//! People, teams, services, categories; and what a role may do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::desk::id::{CategoryId, PersonId, ServiceId, TeamId};
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;

/// A person: who works here, or for whom work is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Its row.
    pub id: PersonId,
    /// The login by which the system knows them; unique, lower case.
    pub login: String,
    /// How colleagues call them.
    pub name: String,
    /// Where mail reaches them.
    pub mail: Option<String>,
    /// What they may do.
    pub roles: Roles,
    /// Whether pickers still offer them.
    pub active: bool,
}

/// A group that owns tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its row.
    pub id: TeamId,
    /// Its short key, unique: `net`.
    pub key: String,
    /// Its name: `Network`.
    pub name: String,
    /// Who is in it.
    pub members: Vec<PersonId>,
    /// Whether pickers still offer it.
    pub active: bool,
}

/// What the business consumes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its row.
    pub id: ServiceId,
    /// Its short key, unique: `payroll`.
    pub key: String,
    /// Its name.
    pub name: String,
    /// How much the business depends on it.
    pub criticality: Criticality,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// Who gets its tickets.
    pub team: Option<TeamId>,
    /// Whether pickers still offer it.
    pub active: bool,
}

/// What a ticket is about, in two levels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its row.
    pub id: CategoryId,
    /// Its short key, unique: `net.vpn`.
    pub key: String,
    /// Its own name: `VPN`.
    pub name: String,
    /// The category above; `None` on the first level.
    pub parent: Option<CategoryId>,
    /// Both levels: `Network / VPN`.
    pub path: String,
    /// Who gets its tickets.
    pub team: Option<TeamId>,
    /// Whether pickers still offer it.
    pub active: bool,
}

/// A role: a bundle of deeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything, and the desk's configuration.
    Admin,
    /// Works tickets, declares majors, undoes what others did.
    Lead,
    /// Works tickets.
    Agent,
    /// Opens tickets and answers on their own.
    Requester,
    /// Reads everything, changes nothing.
    Auditor,
}

impl Role {
    /// All roles, from the most powerful.
    pub const ALL: [Role; 5] = [Role::Admin, Role::Lead, Role::Agent, Role::Requester, Role::Auditor];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Lead => "lead",
            Role::Agent => "agent",
            Role::Requester => "requester",
            Role::Auditor => "auditor",
        }
    }

    /// The role that a word names.
    #[must_use]
    pub fn named(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word().eq_ignore_ascii_case(word))
    }
}

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Open a ticket.
    OpenTicket,
    /// Reply on one's own ticket.
    AnswerOwn,
    /// Edit, move, assign, link, note on any ticket.
    WorkTickets,
    /// Set or lift the major flag.
    DeclareMajor,
    /// Take back what somebody else did.
    UndoOthers,
    /// Act in somebody else's name.
    ActForOthers,
    /// Change people, teams, services, categories.
    Administer,
    /// Import records.
    Import,
    /// Add, change and relate CIs, hand assets out and take them back.
    KeepCmdb,
    /// Write, publish and retire articles.
    KeepKnowledge,
    /// Say when changes belong and when they are forbidden: maintenance and freeze windows.
    KeepWindows,
    /// Say that a change risks more or less than its answers do.
    OverrideRisk,
    /// Delegate an approval that somebody else was asked for.
    DelegateOthers,
    /// Decide for the change advisory board.
    LeadCab,
}

impl Deed {
    fn words(self) -> &'static str {
        match self {
            Deed::OpenTicket => "open tickets",
            Deed::AnswerOwn => "reply on their tickets",
            Deed::WorkTickets => "work tickets",
            Deed::DeclareMajor => "declare or lift a major incident",
            Deed::UndoOthers => "undo what others did",
            Deed::ActForOthers => "act in another's name",
            Deed::Administer => "change people, teams, services, categories and settings",
            Deed::Import => "import records",
            Deed::KeepCmdb => "change the CMDB",
            Deed::KeepKnowledge => "write articles",
            Deed::KeepWindows => "change maintenance and freeze windows",
            Deed::OverrideRisk => "override the risk of a change",
            Deed::DelegateOthers => "delegate what others are asked for",
            Deed::LeadCab => "decide for the CAB without being in the meeting",
        }
    }

    fn allowed(self) -> &'static [Role] {
        match self {
            Deed::OpenTicket | Deed::AnswerOwn => &[Role::Admin, Role::Lead, Role::Agent, Role::Requester],
            Deed::WorkTickets | Deed::KeepCmdb | Deed::KeepKnowledge => &[Role::Admin, Role::Lead, Role::Agent],
            Deed::DeclareMajor
            | Deed::UndoOthers
            | Deed::OverrideRisk
            | Deed::DelegateOthers
            | Deed::LeadCab
            | Deed::KeepWindows => &[Role::Admin, Role::Lead],
            Deed::ActForOthers | Deed::Administer | Deed::Import => &[Role::Admin],
        }
    }
}

/// The roles of one person, written `agent,lead`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Roles(Vec<Role>);

impl Roles {
    /// These roles and no others.
    #[must_use]
    pub fn of(roles: &[Role]) -> Roles {
        let mut roles = roles.to_vec();
        roles.sort_unstable();
        roles.dedup();
        Roles(roles)
    }

    /// Reads `agent,lead`.
    ///
    /// # Errors
    /// A sentence naming the word that is no role.
    pub fn parse(text: &str) -> Result<Roles, String> {
        let mut roles = Vec::new();
        for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
            roles.push(
                Role::named(word).ok_or_else(|| {
                    format!("'{word}' is no role; there are {}", Role::ALL.map(Role::word).join(", "))
                })?,
            );
        }
        Ok(Roles::of(&roles))
    }

    /// Whether they include `role`.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Whether they allow a deed.
    ///
    /// # Errors
    /// A refusal that names the roles which would.
    pub fn may(&self, deed: Deed) -> Result<(), Refusal> {
        if deed.allowed().iter().any(|role| self.has(*role)) {
            return Ok(());
        }
        let needed: Vec<&str> = deed.allowed().iter().map(|role| role.word()).collect();
        let own = if self.0.is_empty() { String::from("no role") } else { self.to_string() };
        Err(Refusal::rule(format!("you ({own}) may not {}; that takes {}", deed.words(), needed.join(" or "))))
    }
}

impl From<String> for Roles {
    /// Words that are no role are left out: an older Deskhand reads what a newer one wrote.
    fn from(text: String) -> Self {
        Roles::of(&text.split(',').filter_map(Role::named).collect::<Vec<_>>())
    }
}

impl From<Roles> for String {
    fn from(roles: Roles) -> String {
        roles.to_string()
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|role| role.word()).collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_reads_and_changes_nothing() {
        let auditor = Roles::of(&[Role::Auditor]);
        for deed in [Deed::OpenTicket, Deed::WorkTickets, Deed::Administer, Deed::UndoOthers] {
            assert!(auditor.may(deed).is_err());
        }
        assert_eq!(
            auditor.may(Deed::WorkTickets).unwrap_err().to_string(),
            "you (auditor) may not work tickets; that takes admin or lead or agent"
        );
    }

    #[test]
    fn a_major_takes_a_lead() {
        assert!(Roles::of(&[Role::Agent]).may(Deed::DeclareMajor).is_err());
        assert!(Roles::parse("agent, lead").unwrap().may(Deed::DeclareMajor).is_ok());
        assert!(Roles::parse("agent,king").unwrap_err().contains("'king' is no role"));
    }
}
