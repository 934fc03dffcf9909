//! Which of `3/4/2016` is the month: all rows of all date columns are witnesses, and the verdict says why.

use super::dates::{DateOrder, Day, Written};

/// Collects what the rows say about the order of day and month.
#[derive(Debug, Default)]
pub struct Witnesses {
    day_first: Option<(u64, String)>,
    month_first: Option<(u64, String)>,
    votes: (u64, u64),
    open: Option<(u64, String)>,
}

impl Witnesses {
    /// Hears the value of a date column.
    pub fn hear(&mut self, row: u64, text: &str) {
        let Some(Written::Wall(Day::Either(first, second, _), ..)) = Written::parse(text) else { return };
        let (slot, count) = match (first > 12, second > 12) {
            (true, false) => (&mut self.day_first, Some(&mut self.votes.0)),
            (false, true) => (&mut self.month_first, Some(&mut self.votes.1)),
            _ if first != second => (&mut self.open, None),
            _ => return,
        };
        slot.get_or_insert_with(|| (row, text.to_owned()));
        if let Some(count) = count {
            *count += 1;
        }
    }

    /// The order, a sentence that says how it is known, and a warning if it is a guess or contradicted.
    #[must_use]
    pub fn decide(&self, set: Option<DateOrder>) -> (DateOrder, String, Option<String>) {
        use DateOrder::{DayFirst, MonthFirst};
        let says = |order: DateOrder, witness: &(u64, String)| {
            let other = if order == DayFirst { MonthFirst } else { DayFirst };
            format!("row {} has {}, which can't be {}", witness.0, witness.1, other.words())
        };
        if let Some(order) = set {
            let against = if order == DayFirst { (MonthFirst, &self.month_first) } else { (DayFirst, &self.day_first) };
            let warning = against.1.as_ref().map(|w| {
                format!("dates are set to {}, but {}; such rows are rejected", order.words(), says(against.0, w))
            });
            return (order, format!("{}: as set", order.words()), warning);
        }
        match (&self.day_first, &self.month_first, &self.open) {
            (Some(day), None, _) => (DayFirst, format!("day-first: {}", says(DayFirst, day)), None),
            (None, Some(month), _) => (MonthFirst, format!("month-first: {}", says(MonthFirst, month)), None),
            (Some(day), Some(month), _) => {
                let (order, votes) = if self.votes.0 >= self.votes.1 {
                    (DayFirst, self.votes)
                } else {
                    (MonthFirst, (self.votes.1, self.votes.0))
                };
                let (with, against) = if order == DayFirst { (day, month) } else { (month, day) };
                let other = if order == DayFirst { MonthFirst } else { DayFirst };
                let warning = format!(
                    "dates contradict each other: {} of them can only be {}, {} can't be ({}); those rows are rejected",
                    votes.0,
                    order.words(),
                    votes.1,
                    says(other, against)
                );
                (order, format!("{}: {}", order.words(), says(order, with)), Some(warning))
            }
            (None, None, Some((row, text))) => (
                DayFirst,
                "day-first: nothing tells, so the default".to_owned(),
                Some(format!(
                    "no date tells days from months (row {row} has {text}); read day-first, \
                     say --dates month-first if that is wrong"
                )),
            ),
            (None, None, None) => (DayFirst, "every date has one reading only".to_owned(), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_that_can_only_be_day_first_decides_for_all() {
        let mut heard = Witnesses::default();
        heard.hear(2, "3/4/2016 01:16");
        heard.hear(9, "29/2/2016 01:16");
        let (order, why, warning) = heard.decide(None);
        assert_eq!((order, warning), (DateOrder::DayFirst, None));
        assert_eq!(why, "day-first: row 9 has 29/2/2016 01:16, which can't be month-first");
        let mut heard = Witnesses::default();
        heard.hear(5, "2/29/2016");
        assert_eq!(heard.decide(None).1, "month-first: row 5 has 2/29/2016, which can't be day-first");
    }

    #[test]
    fn undecidable_dates_are_day_first_with_a_warning_unless_set() {
        let mut heard = Witnesses::default();
        heard.hear(2, "3/4/2016");
        let (order, _, warning) = heard.decide(None);
        assert_eq!(order, DateOrder::DayFirst);
        assert_eq!(
            warning.unwrap(),
            "no date tells days from months (row 2 has 3/4/2016); read day-first, say --dates month-first if that is wrong"
        );
        assert_eq!(heard.decide(Some(DateOrder::MonthFirst)).0, DateOrder::MonthFirst);
        assert_eq!(heard.decide(Some(DateOrder::MonthFirst)).2, None);
    }

    #[test]
    fn contradicting_rows_are_named_and_the_majority_holds() {
        let mut heard = Witnesses::default();
        heard.hear(2, "2/29/2016");
        heard.hear(3, "3/30/2016");
        heard.hear(4, "29/2/2016");
        let (order, _, warning) = heard.decide(None);
        assert_eq!(order, DateOrder::MonthFirst);
        assert_eq!(
            warning.unwrap(),
            "dates contradict each other: 2 of them can only be month-first, 1 can't be \
             (row 4 has 29/2/2016, which can't be month-first); those rows are rejected"
        );
    }
}
