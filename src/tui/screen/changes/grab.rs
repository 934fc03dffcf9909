//! A change that is held to be moved or stretched: where it was, where it would be, and what it would meet there.

use crate::desk::change::window::Span;
use crate::desk::command::Target;
use crate::desk::id::Number;
use crate::desk::time::{MINUTE, Moment, Timestamp};
use crate::tui::inquiry::calendar::Meets;
use crate::tui::screen::changes::time::shifted;

/// Nothing is planned shorter than this.
const SHORTEST: i64 = 15 * MINUTE;

/// A change that is held.
#[derive(Clone, Debug)]
pub struct Grab {
    /// Which, as it was seen.
    pub on: Target,
    /// Its number.
    pub number: Number,
    /// When it was planned.
    pub was: Span,
    /// When it would be.
    pub span: Span,
    /// What it would meet then; `None` while that is asked.
    pub met: Option<Meets>,
    /// Where the cursor was.
    pub back: Timestamp,
    /// Whether it was let go there, and the desk has not answered yet.
    pub saving: bool,
    /// Whether it is saved, and only the calendar as it is now is awaited.
    pub saved: bool,
}

impl Grab {
    /// Moves it by days, and by milliseconds; it takes as long as before.
    pub fn shift(&mut self, days: i64, ms: i64, moment: &Moment) {
        let from = shifted(self.span.from, days, moment).plus(ms);
        self.span = Span { from, until: from.plus(self.span.until.since(self.span.from)) };
    }

    /// Lets it end so much later, or earlier.
    pub fn stretch(&mut self, ms: i64) {
        let until = self.span.until.plus(ms).max(self.span.from.plus(SHORTEST));
        self.span.until = until;
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::desk::id::{Kind, TicketId};
    use crate::desk::time::HOUR;

    #[test]
    fn moved_over_a_change_of_the_clocks_it_begins_at_the_same_time_and_takes_as_long() {
        let moment = Moment { now: Timestamp(0), zone: Tz::Europe__Berlin };
        let wall = chrono::NaiveDate::from_ymd_opt(2026, 10, 24).unwrap().and_hms_opt(23, 0, 0).unwrap();
        let from = moment.at(wall);
        let was = Span { from, until: from.plus(2 * HOUR) };
        let number = Number { kind: Kind::Change, n: 1 };
        let on = Target::from(TicketId(1));
        let mut grab = Grab { on, number, was, span: was, met: None, back: from, saving: false, saved: false };
        grab.shift(1, 0, &moment);
        let told = [grab.span.from, grab.span.until].map(|at| at.local(moment.zone));
        assert_eq!(told, ["2026-10-25 23:00", "2026-10-26 01:00"]);
        grab.stretch(-10 * HOUR);
        assert_eq!(grab.span.until.since(grab.span.from), SHORTEST);
    }
}
