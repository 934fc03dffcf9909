//! The day on which weeks begin where somebody lives, by their locale.

use chrono::Weekday;

/// Where weeks begin on Sunday and on Saturday, by territory; elsewhere they begin on Monday (ISO 8601). From the Unicode
/// CLDR, `supplemental/weekData`, release 44.
const SUNDAY: &[&str] = &[
    "AG", "BD", "BR", "BS", "BT", "BW", "BZ", "CA", "CO", "DM", "DO", "ET", "GT", "GU", "HK", "HN", "ID", "IL", "IN",
    "JM", "JP", "KE", "KH", "KR", "LA", "MH", "MM", "MO", "MT", "MX", "MZ", "NI", "NP", "PA", "PE", "PH", "PK", "PR",
    "PY", "SA", "SG", "SV", "TH", "TT", "TW", "US", "VE", "WS", "YE", "ZA", "ZW",
];
const SATURDAY: &[&str] = &["AF", "BH", "DJ", "DZ", "EG", "IQ", "IR", "JO", "KW", "LY", "OM", "QA", "SD", "SY"];

/// The day on which weeks begin by the locale of this process.
#[must_use]
pub fn first_day() -> Weekday {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_TIME", "LANG"].into_iter().find_map(set);
    first_day_of(&locale.unwrap_or_default())
}

/// The day on which weeks begin by a locale such as `en_US.UTF-8`.
#[must_use]
pub fn first_day_of(locale: &str) -> Weekday {
    let name = locale.split(['.', '@']).next().unwrap_or_default();
    let territory = name.split(['_', '-']).nth(1).unwrap_or_default().to_ascii_uppercase();
    match territory.as_str() {
        territory if SUNDAY.contains(&territory) => Weekday::Sun,
        territory if SATURDAY.contains(&territory) => Weekday::Sat,
        "MV" => Weekday::Fri,
        _ => Weekday::Mon,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_by_the_territory_of_the_locale() {
        let days = ["de_DE.UTF-8", "en_US.UTF-8", "en_GB", "ar_EG.UTF-8@x", "C", "", "pt-br"].map(first_day_of);
        use Weekday::{Mon, Sat, Sun};
        assert_eq!(days, [Mon, Sun, Mon, Sat, Mon, Mon, Sun]);
    }
}
