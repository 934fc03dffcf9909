//! Questions about changes: what they risk, who approves them, what the CAB decided.

mod approval;
mod cab;
mod planned;
mod risk;
mod timing;
mod told;

pub use approval::{ApprovalStep, Silent, Voted};
pub use cab::Called;
pub use planned::Planned;

use crate::desk::id::{PersonId, TicketId};
use crate::desk::refusal::Refusal;
use crate::store::reader::Reader;

impl Reader<'_> {
    /// Who works on a change besides its assignee.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn implementers(&self, ticket: TicketId) -> Result<Vec<PersonId>, Refusal> {
        self.all("SELECT person FROM implementer WHERE ticket = ?1 ORDER BY person", [ticket.0], |row| {
            row.get(0).map(PersonId)
        })
    }
}

pub(crate) use approval::steps_of;
