//! Changes: what a plan risks, who must approve it, when it may happen and what it would meet, and how the work on it begins
//! and ends.
//!
//! A change is a ticket, and its plan are fields of the ticket. What stands here are the rules that only changes and releases
//! have; two documents of the desk, `change/risk.toml` and `change/approval.toml`, hold what a team may want otherwise.

pub mod approval;
pub mod command;
pub mod conflict;
pub mod minutes;
pub mod risk;
pub mod span;
pub mod window;
pub mod work;

pub use approval::{Approvals, Asked, StepState, Verdict, Vote, Who};
pub use command::{CabCommand, ChangeCommand, Decision};
pub use risk::{Answer, Facts, Questionnaire, Reading, Timing};

/// The type of a change that nobody gave one.
pub const USUAL_TYPE: &str = "normal";

/// The documents of a desk about changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    /// `change/risk.toml`.
    pub risk: Questionnaire,
    /// `change/approval.toml`.
    pub approval: Approvals,
}

impl Policies {
    /// The policies that two documents hold, for changes of these types.
    ///
    /// # Errors
    /// A sentence naming the document and what is wrong with it.
    pub fn read(risk: &str, approval: &str, types: &[String]) -> Result<Policies, String> {
        let risk = Questionnaire::read(risk).map_err(|error| format!("change/risk.toml: {error}"))?;
        let approval =
            Approvals::read(approval, types, &risk).map_err(|error| format!("change/approval.toml: {error}"))?;
        Ok(Policies { risk, approval })
    }
}
