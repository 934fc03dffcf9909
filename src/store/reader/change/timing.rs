//! When a change is done, as far as it matters for its risk: in a window, or in or out of the hours in which people are at work.

use crate::desk::change::Timing;
use crate::desk::change::window::WindowKind;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::{MINUTE, Moment, Timestamp};
use crate::store::reader::Reader;
use crate::store::reader::filter::Asker;

impl Reader<'_> {
    /// How a span lies for the work on a change: a freeze counts for most, then a maintenance window, then the business hours
    /// of `change/risk.toml`, by the clock of the desk where it says which.
    ///
    /// # Errors
    /// When the file can't be read, or a window's query names what the desk no longer has.
    pub fn timing(
        &self,
        ticket: &Ticket,
        from: Timestamp,
        until: Timestamp,
        moment: &Moment,
    ) -> Result<Timing, Refusal> {
        let planned =
            Ticket { planned_start: Some(from), planned_end: Some(until.max(from.plus(MINUTE))), ..ticket.clone() };
        Ok(match self.lies_in(&planned, &Asker { me: None, moment: *moment })? {
            Some(WindowKind::Freeze) => Timing::Freeze,
            Some(WindowKind::Maintenance) => Timing::Window,
            None => {
                // Whoever asks, wherever they are, is told the same.
                let zone = self.rules().settings.zone.unwrap_or(moment.zone);
                self.rules().change.risk.hours(from, until, &Moment { zone, ..*moment })
            }
        })
    }
}
