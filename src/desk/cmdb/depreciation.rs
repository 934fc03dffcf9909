//! What an asset is still worth: straight-line depreciation, as Snipe-IT's `Depreciable` has it.
//!
//! value = cost − (cost − residual) × months ÷ term, by whole months since it was purchased.

use chrono::{Datelike, NaiveDate};

use crate::desk::cmdb::Ci;

/// The value of an asset on a day. Amounts are in the smallest parts of the cost: cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depreciation {
    /// What it cost.
    pub cost: i64,
    /// What it is worth in the end.
    pub residual: i64,
    /// Whole months since it was purchased, as far as they count.
    pub months: u32,
    /// Months after which it is worth no more than its residual value.
    pub term: u32,
    /// What it is worth.
    pub value: i64,
}

impl Depreciation {
    /// Of something that cost so much. A residual value above the cost is the cost.
    #[must_use]
    pub fn straight_line(cost: i64, residual: i64, term: u32, months: u32) -> Depreciation {
        let (cost, months) = (cost.max(0), months.min(term));
        let residual = residual.clamp(0, cost);
        let lost = match term {
            0 => i128::from(cost - residual),
            // Half a cent counts as a whole one.
            term => (i128::from(cost - residual) * i128::from(months) + i128::from(term / 2)) / i128::from(term),
        };
        // It lost at most what lies between cost and residual value, which is an i64.
        let value = cost - i64::try_from(lost).unwrap_or(cost - residual);
        Depreciation { cost, residual, months, term, value }
    }

    /// Of a CI, by its fields `cost`, `purchased`, `depreciation_months` and `residual_value`; `None` where one of the first
    /// three is empty.
    #[must_use]
    pub fn of(ci: &Ci, today: NaiveDate) -> Option<Depreciation> {
        let number = |name: &str| ci.value(name).int();
        let cost = number("cost")?;
        let term = u32::try_from(number("depreciation_months")?).ok()?;
        let purchased = ci.value("purchased").text()?.parse().ok()?;
        Some(Depreciation::straight_line(
            cost,
            number("residual_value").unwrap_or(0),
            term,
            whole_months(purchased, today),
        ))
    }
}

/// Whole months from one day to another; none where it lies ahead. A month that began on the 31st is whole on the last day
/// of a shorter one.
fn whole_months(from: NaiveDate, to: NaiveDate) -> u32 {
    let count = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let last_day = to.succ_opt().is_none_or(|next| next.month() != to.month());
    let begun = i64::from(to.day() < from.day() && !last_day);
    u32::try_from(count(to) - count(from) - begun).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_laptop_of_1200_loses_25_a_month_over_four_years() {
        let value = |months| Depreciation::straight_line(120_000, 0, 48, months).value;
        assert_eq!([0, 1, 24, 47, 48, 60].map(value), [120_000, 117_500, 60_000, 2_500, 0, 0]);
        assert_eq!(Depreciation::straight_line(120_000, 20_000, 48, 24).value, 70_000);
        assert_eq!(Depreciation::straight_line(100, 900, 12, 6).value, 100);
    }

    #[test]
    fn months_are_whole() {
        assert_eq!(whole_months(day("2026-01-15"), day("2026-02-14")), 0);
        assert_eq!(whole_months(day("2026-01-15"), day("2026-02-15")), 1);
        assert_eq!(whole_months(day("2026-01-31"), day("2026-02-28")), 1);
        assert_eq!(whole_months(day("2024-11-22"), day("2026-11-22")), 24);
        assert_eq!(whole_months(day("2027-01-01"), day("2026-11-22")), 0);
    }

    proptest! {
        #[test]
        fn value_falls_from_cost_to_residual_and_never_rises(
            cost in 0..=i64::MAX, share in 0.0..1.0_f64, term in 1_u32..600, months in 0_u32..700,
        ) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any amount below the cost")]
            let residual = ((cost as f64 * share) as i64).min(cost);
            let at = |months| Depreciation::straight_line(cost, residual, term, months).value;
            prop_assert_eq!(at(0), cost);
            prop_assert_eq!(at(term), residual);
            prop_assert!((residual..=cost).contains(&at(months)));
            prop_assert!(at(months + 1) <= at(months));
        }
    }
}
