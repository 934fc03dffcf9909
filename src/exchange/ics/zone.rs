//! Zones as calendars name them: by the names that everybody uses, inside longer names, or as Windows calls them.

use chrono_tz::{TZ_VARIANTS, Tz};

/// Windows' names of zones where most people live, from the Unicode CLDR's `windowsZones`.
const WINDOWS: [(&str, Tz); 30] = [
    ("UTC", Tz::UTC),
    ("GMT Standard Time", Tz::Europe__London),
    ("Greenwich Standard Time", Tz::Atlantic__Reykjavik),
    ("W. Europe Standard Time", Tz::Europe__Berlin),
    ("Central Europe Standard Time", Tz::Europe__Budapest),
    ("Central European Standard Time", Tz::Europe__Warsaw),
    ("Romance Standard Time", Tz::Europe__Paris),
    ("E. Europe Standard Time", Tz::Europe__Chisinau),
    ("FLE Standard Time", Tz::Europe__Kiev),
    ("GTB Standard Time", Tz::Europe__Bucharest),
    ("Turkey Standard Time", Tz::Europe__Istanbul),
    ("Russian Standard Time", Tz::Europe__Moscow),
    ("Israel Standard Time", Tz::Asia__Jerusalem),
    ("South Africa Standard Time", Tz::Africa__Johannesburg),
    ("Arabian Standard Time", Tz::Asia__Dubai),
    ("India Standard Time", Tz::Asia__Kolkata),
    ("Singapore Standard Time", Tz::Asia__Singapore),
    ("China Standard Time", Tz::Asia__Shanghai),
    ("Tokyo Standard Time", Tz::Asia__Tokyo),
    ("Korea Standard Time", Tz::Asia__Seoul),
    ("AUS Eastern Standard Time", Tz::Australia__Sydney),
    ("New Zealand Standard Time", Tz::Pacific__Auckland),
    ("Eastern Standard Time", Tz::America__New_York),
    ("Central Standard Time", Tz::America__Chicago),
    ("Mountain Standard Time", Tz::America__Denver),
    ("Pacific Standard Time", Tz::America__Los_Angeles),
    ("Alaskan Standard Time", Tz::America__Anchorage),
    ("Atlantic Standard Time", Tz::America__Halifax),
    ("E. South America Standard Time", Tz::America__Sao_Paulo),
    ("Argentina Standard Time", Tz::America__Buenos_Aires),
];

/// The zone of a name: `Europe/Berlin`, `/example.org/2024/Europe/Berlin`, `W. Europe Standard Time`.
pub(super) fn named(name: &str) -> Option<Tz> {
    let name = name.trim();
    if let Some((_, zone)) = WINDOWS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Some(*zone);
    }
    let parts: Vec<&str> = name.split('/').collect();
    let ends = (0..parts.len()).map(|n| parts.get(n..).unwrap_or_default().join("/"));
    ends.filter(|end| !end.is_empty())
        .find_map(|end| TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(&end)).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_known_by_any_of_its_names() {
        assert_eq!(named("europe/berlin"), Some(Tz::Europe__Berlin));
        assert_eq!(named("/softwarestudio.org/Olson_20011030_5/America/New_York"), Some(Tz::America__New_York));
        assert_eq!(named("w. europe standard time"), Some(Tz::Europe__Berlin));
        assert_eq!(named("Middle/Earth"), None);
    }
}
