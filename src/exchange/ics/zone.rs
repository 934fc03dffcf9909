//! Zones as calendars name them: by the names that everybody uses, inside longer names, or as Windows calls them.

use chrono_tz::{TZ_VARIANTS, Tz};

/// What Windows calls zones, `name = zone` a line.
static WINDOWS: &str = include_str!("../../../assets/import/windows-zones.txt");

/// The names with their zones, without the notes above them.
fn windows() -> impl Iterator<Item = (&'static str, &'static str)> {
    WINDOWS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "))
}

/// The zone of a name: `Europe/Berlin`, `/example.org/2024/Europe/Berlin`, `W. Europe Standard Time`.
pub(super) fn named(name: &str) -> Option<Tz> {
    let name = name.trim();
    let name = windows().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or(name, |(_, zone)| zone);
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

    #[test]
    fn every_name_of_windows_leads_to_a_zone_and_stands_once() {
        let mut names: Vec<&str> = windows().map(|(name, _)| name).collect();
        let count = names.len();
        assert_eq!(count, 139);
        for (name, zone) in windows() {
            assert_eq!(named(name).map(|found| found.name()), Some(zone), "{name}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
