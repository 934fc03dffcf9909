//! What a link within a document calls a heading, made as the large forges make it.

use std::collections::BTreeMap;

/// The anchor of a heading: small letters, digits, `-` and `_`; blanks become `-`; the second of a name gets `-1`.
pub(super) fn of(heading: &str, known: &mut BTreeMap<String, usize>) -> String {
    let mut anchor = String::with_capacity(heading.len());
    for c in heading.trim().chars() {
        match c {
            ' ' => anchor.push('-'),
            '-' | '_' => anchor.push(c),
            c if c.is_alphanumeric() => anchor.extend(c.to_lowercase()),
            _ => {}
        }
    }
    let times = known.entry(anchor.clone()).or_default();
    *times += 1;
    match *times {
        1 => anchor,
        times => format!("{anchor}-{}", times - 1),
    }
}
