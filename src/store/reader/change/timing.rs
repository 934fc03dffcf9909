//! When a change is done, as far as it matters for its risk: in or out of the hours in which people are at work.

use crate::desk::change::Timing;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::{Moment, Timestamp};
use crate::store::reader::Reader;

impl Reader<'_> {
    /// How a span lies for the work on a change: the business hours of `change/risk.toml` decide.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn timing(
        &self,
        _ticket: &Ticket,
        from: Timestamp,
        until: Timestamp,
        moment: &Moment,
    ) -> Result<Timing, Refusal> {
        Ok(self.rules().change.risk.hours(from, until, moment))
    }
}
