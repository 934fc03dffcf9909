//! What a clock on the wall shows, without a zone: windows recur by it, so that 02:00 stays 02:00 when the clocks change.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::desk::time::{Moment, Timestamp};

/// A day and a time of day, to the second: `2026-12-24T18:00:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wall(pub NaiveDateTime);

impl Wall {
    /// What the clocks of a zone show at an instant.
    #[must_use]
    pub fn of(at: Timestamp, zone: Tz) -> Wall {
        let utc = DateTime::<Utc>::from_timestamp_millis(at.0).unwrap_or_default();
        Wall(utc.with_timezone(&zone).naive_local())
    }

    /// The first instant at which the clocks of a zone show this or, where they skip it, more.
    #[must_use]
    pub fn instant(self, zone: Tz) -> Timestamp {
        Moment { now: Timestamp(0), zone }.at(self.0)
    }

    /// Milliseconds by the clock from an earlier time.
    #[must_use]
    pub fn since(self, earlier: Wall) -> i64 {
        (self.0 - earlier.0).num_milliseconds()
    }

    /// So many milliseconds later by the clock, within the years that a calendar can have.
    #[must_use]
    pub fn plus(self, ms: i64) -> Wall {
        let later = chrono::Duration::try_milliseconds(ms).and_then(|span| self.0.checked_add_signed(span));
        Wall(later.unwrap_or(self.0))
    }

    /// Whether it lies in a year that windows may have.
    #[must_use]
    pub fn is_sensible(self) -> bool {
        (1900..=2200).contains(&self.0.year())
    }

    /// As people read it: `2026-12-24 18:00`.
    #[must_use]
    pub fn shown(self) -> String {
        self.0.format("%Y-%m-%d %H:%M").to_string()
    }
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%S"))
    }
}

impl FromStr for Wall {
    type Err = String;

    fn from_str(text: &str) -> Result<Wall, String> {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S")
            .map(Wall)
            .map_err(|_| format!("'{text}' is no time by the clock; they look like 2026-12-24T18:00:00"))
    }
}

impl Serialize for Wall {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Wall {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}
