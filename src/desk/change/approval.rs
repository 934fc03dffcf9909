//! Approval: who must say yes to a change, step by step, and when they have.
//!
//! The steps are fixed when approval is asked for: who joins a team later was not asked. Whoever plans a change may approve it,
//! but nobody approves alone what they planned themselves.

use serde::{Deserialize, Serialize};

use crate::desk::change::risk::Questionnaire;
use crate::desk::change::window::Span;
use crate::desk::field::Field;
use crate::desk::id::PersonId;
use crate::desk::people::Role;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;

/// Who must approve which changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approvals {
    /// A change of one of these voids what was approved.
    pub voided_by: Vec<Field>,
    /// Hours after which who is silent is reminded.
    pub remind_after: i64,
    /// Hours after which the leads are told of it.
    pub escalate_after: i64,
    /// The policies; the first that fits counts.
    pub policy: Vec<Policy>,
}

/// Who must approve changes of some types and risks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The types; empty means all.
    #[serde(default, rename = "type")]
    pub types: Vec<String>,
    /// The bands of risk; empty means all, and changes whose risk nobody knows.
    #[serde(default)]
    pub risk: Vec<String>,
    /// Its steps, in order; none means that nobody must approve.
    #[serde(default)]
    pub step: Vec<Step>,
}

/// One step of an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// Who is asked.
    pub who: Vec<Who>,
    /// Who is asked where that is nobody, or nobody but those who plan.
    #[serde(default)]
    pub otherwise: Vec<Who>,
    /// It falls away where nobody can be asked.
    #[serde(default)]
    pub optional: bool,
    /// How many must approve.
    #[serde(default)]
    pub need: Need,
    /// A meeting of the CAB decides it.
    #[serde(default)]
    pub meeting: bool,
}

/// How many must approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Need {
    /// So many.
    Count(usize),
    /// Everybody who is asked.
    All(Everybody),
}

/// The word `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Everybody {
    /// Everybody.
    #[serde(rename = "all")]
    All,
}

impl Default for Need {
    fn default() -> Need {
        Need::Count(1)
    }
}

/// Somebody who may be asked, by a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Who {
    /// The team that owns the change.
    OwnTeam,
    /// The owner of its service.
    ServiceOwner,
    /// Everybody with a role.
    Role(Role),
    /// Everybody in a team, by its key.
    Team(String),
    /// A person, by login.
    Person(String),
}

impl TryFrom<String> for Who {
    type Error = String;

    fn try_from(word: String) -> Result<Who, String> {
        match word.split_once(':') {
            None if word == "team" => Ok(Who::OwnTeam),
            None if word == "owner" => Ok(Who::ServiceOwner),
            Some(("role", role)) => Role::named(role).map(Who::Role).ok_or_else(|| format!("'{role}' is no role")),
            Some(("team", key)) if !key.is_empty() => Ok(Who::Team(key.to_owned())),
            Some(("person", login)) if !login.is_empty() => Ok(Who::Person(login.to_owned())),
            _ => Err(format!("'{word}' is nobody; give team, owner, role:lead, team:cab or person:anna")),
        }
    }
}

impl From<Who> for String {
    fn from(who: Who) -> String {
        who.to_string()
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Who::OwnTeam => f.write_str("team"),
            Who::ServiceOwner => f.write_str("owner"),
            Who::Role(role) => write!(f, "role:{}", role.word()),
            Who::Team(key) => write!(f, "team:{key}"),
            Who::Person(login) => write!(f, "person:{login}"),
        }
    }
}

/// A step as it is asked of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What it is called.
    pub name: String,
    /// How many of them must approve.
    pub need: usize,
    /// A meeting of the CAB decides it.
    pub meeting: bool,
    /// Who is asked.
    pub people: Vec<PersonId>,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Steps before it come first.
    Later,
    /// It is asked.
    Open,
    /// Enough have approved.
    Approved,
    /// Somebody rejected.
    Rejected,
    /// It no longer counts: the plan changed, or the change was taken back.
    Void,
}

impl StepState {
    /// All states.
    pub const ALL: [StepState; 5] =
        [StepState::Later, StepState::Open, StepState::Approved, StepState::Rejected, StepState::Void];

    /// Its word in the desk file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            StepState::Later => "later",
            StepState::Open => "open",
            StepState::Approved => "approved",
            StepState::Rejected => "rejected",
            StepState::Void => "void",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<StepState> {
        StepState::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What somebody says who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// Somebody else shall say.
    Delegate,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Verdict; 3] = [Verdict::Approve, Verdict::Reject, Verdict::Delegate];

    /// Its word in the desk file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Approve => "approve",
            Verdict::Reject => "reject",
            Verdict::Delegate => "delegate",
        }
    }

    /// The verdict of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

/// One who is asked, and what they said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Who.
    pub person: PersonId,
    /// What; nothing while they are silent.
    pub verdict: Option<Verdict>,
}

impl Approvals {
    /// Whether an approval of a change would no longer count if it were planned for another time.
    #[must_use]
    pub fn is_voided_by(&self, ticket: &Ticket, to: Span) -> bool {
        let moved = |field: Field| match field {
            Field::PlannedStart => ticket.planned_start != Some(to.from),
            Field::PlannedEnd => ticket.planned_end != Some(to.until),
            _ => false,
        };
        self.voided_by.iter().any(|field| moved(*field))
    }

    /// Reads and checks the document, for changes of these types and risks.
    ///
    /// # Errors
    /// A sentence naming what is wrong.
    pub fn read(text: &str, types: &[String], risk: &Questionnaire) -> Result<Approvals, String> {
        let read: Approvals = toml::from_str(text).map_err(|error| error.to_string())?;
        for policy in &read.policy {
            if let Some(word) = policy.types.iter().find(|word| !types.contains(word)) {
                return Err(format!("a policy is for '{word}', which is no change_type in choices.toml"));
            }
            if let Some(word) = policy.risk.iter().find(|word| !risk.bands().contains(&word.as_str())) {
                return Err(format!("a policy is for the risk '{word}', which is no band of change/risk.toml"));
            }
            for step in &policy.step {
                if step.who.is_empty() {
                    return Err(format!("at the step '{}' nobody is asked", step.name));
                }
                if step.need == Need::Count(0) {
                    return Err(format!("the step '{}' needs at least one", step.name));
                }
            }
        }
        for word in types {
            if let Some(band) = risk.bands().into_iter().find(|band| read.policy(word, Some(band)).is_none()) {
                return Err(format!("no policy is for a {word} change of {band} risk"));
            }
        }
        Ok(read)
    }

    /// The policy for a change.
    #[must_use]
    pub fn policy(&self, of_type: &str, risk: Option<&str>) -> Option<&Policy> {
        let is = |words: &[String], word: &str| words.iter().any(|known| known.eq_ignore_ascii_case(word));
        self.policy.iter().find(|policy| {
            (policy.types.is_empty() || is(&policy.types, of_type))
                && (policy.risk.is_empty() || risk.is_some_and(|risk| is(&policy.risk, risk)))
        })
    }
}

impl Policy {
    /// Its steps with the people who are asked, and what is to be told about them.
    ///
    /// `find` knows who is meant by a word; `planners` are those who plan the change.
    ///
    /// # Errors
    /// A refusal naming the step that nobody could approve; what `find` refuses.
    pub fn ask(
        &self,
        find: &mut dyn FnMut(&Who) -> Result<Vec<PersonId>, Refusal>,
        planners: &[PersonId],
    ) -> Result<(Vec<Asked>, Vec<String>), Refusal> {
        let (mut asked, mut told) = (Vec::new(), Vec::new());
        for step in &self.step {
            let mut people = gather(&step.who, find)?;
            let nobody = |people: &[PersonId]| people.iter().all(|person| planners.contains(person));
            if nobody(&people) {
                people.extend(gather(&step.otherwise, find)?);
                people.sort_unstable();
                people.dedup();
            }
            if nobody(&people) {
                let words: Vec<String> = step.who.iter().chain(&step.otherwise).map(Who::to_string).collect();
                let words = words.join(", ");
                if step.optional {
                    told.push(format!("the step '{}' falls away: nobody is {words}", step.name));
                    continue;
                }
                return Err(Refusal::rule(match people.is_empty() {
                    true => format!("nobody could approve the step '{}': nobody is {words}", step.name),
                    false => format!(
                        "the step '{}' could be approved by nobody but those who plan the change; it asks {words}",
                        step.name
                    ),
                }));
            }
            let need = match step.need {
                Need::All(_) => people.len(),
                Need::Count(count) if count > people.len() => {
                    told.push(format!(
                        "the step '{}' needs {count}, but only {} can be asked",
                        step.name,
                        people.len()
                    ));
                    people.len()
                }
                Need::Count(count) => count,
            };
            asked.push(Asked { name: step.name.clone(), need, meeting: step.meeting, people });
        }
        Ok((asked, told))
    }
}

fn gather(
    words: &[Who],
    find: &mut dyn FnMut(&Who) -> Result<Vec<PersonId>, Refusal>,
) -> Result<Vec<PersonId>, Refusal> {
    let mut people = Vec::new();
    for who in words {
        people.extend(find(who)?);
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

/// Where an open step stands after what was said so far: one rejection rejects; so many approvals approve, of which at least one
/// is not from those who plan the change.
#[must_use]
pub fn tally(need: usize, votes: &[Vote], planners: &[PersonId]) -> StepState {
    if votes.iter().any(|vote| vote.verdict == Some(Verdict::Reject)) {
        return StepState::Rejected;
    }
    let approved: Vec<PersonId> =
        votes.iter().filter(|vote| vote.verdict == Some(Verdict::Approve)).map(|vote| vote.person).collect();
    let independent = approved.iter().any(|person| !planners.contains(person));
    if approved.len() >= need.max(1) && independent { StepState::Approved } else { StepState::Open }
}

#[cfg(test)]
mod tests;
