//! How far a client has seen a desk's journal, and whether the desk that it meets now is that desk, gone on.
//!
//! Each entry of the journal is sealed with a hash of itself and its predecessor's. So the hash of one entry tells all that
//! went before: whoever remembers it notices a desk that was replaced by an older copy or edited by other means.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::desk::id::Seq;
use crate::desk::time::Timestamp;

/// One entry of a desk's journal, as a client remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The identity of the desk.
    pub desk: String,
    /// The entry.
    pub seq: Seq,
    /// The hash with which it is sealed, in hexadecimal.
    pub hash: String,
    /// When it was written.
    pub at: Timestamp,
    /// By whom: a login.
    pub author: String,
}

/// Why a desk is not the one that was seen, gone on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// It has another identity.
    Another,
    /// It does not reach as far.
    Older,
    /// It has another entry in the place of the one that was seen.
    Rewritten,
}

/// Compares what was seen with a desk whose newest entry is `newest` and which holds an entry sealed with `there` in the
/// place of the one seen.
#[must_use]
pub fn compare(seen: &Mark, newest: &Mark, there: Option<&str>) -> Option<Breach> {
    if seen.desk != newest.desk {
        return Some(Breach::Another);
    }
    match there {
        None => Some(Breach::Older),
        Some(hash) if hash != seen.hash => Some(Breach::Rewritten),
        Some(_) => None,
    }
}

impl Breach {
    /// What happened, the most important first, with times of that zone.
    #[must_use]
    pub fn told(self, seen: &Mark, newest: &Mark, zone: Tz) -> String {
        let what = match self {
            Breach::Another => String::from("another desk lies here than before"),
            Breach::Older => format!(
                "this desk went back from entry {} to {}: an older copy took its place, or it was edited by other means",
                seen.seq, newest.seq
            ),
            Breach::Rewritten => format!(
                "entry {} of this desk is not the one that you saw: an older copy took its place and went on, or it was edited by other means",
                seen.seq
            ),
        };
        let named = |mark: &Mark| format!("entry {} by {} of {}", mark.seq, mark.author, mark.at.local(zone));
        format!("{what}. You had seen {}; now the newest is {}", named(seen), named(newest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(desk: &str, seq: i64, hash: &str) -> Mark {
        let (at, author) = (Timestamp(1_790_000_000_000), String::from("anna"));
        Mark { desk: desk.to_owned(), seq: Seq(seq), hash: hash.to_owned(), at, author }
    }

    #[test]
    fn a_desk_that_went_on_is_the_one_that_was_seen_and_all_others_are_told_apart() {
        let seen = mark("a", 120, "aa");
        assert_eq!(compare(&seen, &seen, Some("aa")), None);
        assert_eq!(compare(&seen, &mark("a", 130, "bb"), Some("aa")), None);
        assert_eq!(compare(&seen, &mark("a", 100, "cc"), None), Some(Breach::Older));
        assert_eq!(compare(&seen, &mark("a", 130, "cc"), Some("dd")), Some(Breach::Rewritten));
        assert_eq!(compare(&seen, &mark("b", 130, "cc"), Some("aa")), Some(Breach::Another));
    }

    #[test]
    fn a_breach_is_told_with_what_was_seen_and_what_is_there() {
        assert_eq!(
            Breach::Older.told(&mark("a", 120, "aa"), &mark("a", 100, "cc"), Tz::UTC),
            "this desk went back from entry 120 to 100: an older copy took its place, or it was edited by other means. You had seen entry 120 by anna of 2026-09-21 14:13; now the newest is entry 100 by anna of 2026-09-21 14:13"
        );
    }
}
