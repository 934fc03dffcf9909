//! When a window comes again: a rule of RFC 5545, more dates, and dates left out, all by the clock on the wall.
//!
//! Rules are worked out without a zone, and each time by the clock is given its instant afterwards: so a window is there on
//! the day when the clocks skip its beginning too, from the first moment after. (RFC 5545 3.3.10 would leave that day out;
//! nobody who plans a weekly window means that.)

use std::collections::BTreeSet;
use std::fmt;

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use rrule::{RRule, RRuleSet, Unvalidated};
use serde::{Deserialize, Serialize};

use crate::desk::change::window::Wall;
use crate::desk::time::{DAY, Timestamp};

/// So many times are gone through for one answer.
const STEPS: usize = 20_000;
/// So often a window may come in its first year.
const A_YEAR: usize = 2_000;
/// So many dates may be added, left out or counted.
const DATES: usize = 10_000;

/// How a window comes again. Nothing in it: it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// `FREQ=WEEKLY;BYDAY=SU`; times in it are by the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// When it comes besides.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    more: BTreeSet<Wall>,
    /// When it does not come although the rule says so.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    except: BTreeSet<Wall>,
}

impl Recurrence {
    /// Reads a rule as typed or as a calendar has it: `FREQ=WEEKLY;BYDAY=SU`, with or without `RRULE:` before it, and then
    /// perhaps `RDATE:…` and `EXDATE:…`, parted by blanks or lines. Times that end in Z are brought to the zone's clock.
    ///
    /// # Errors
    /// A sentence saying what can't be read.
    pub fn read(text: &str, zone: Tz) -> Result<Recurrence, String> {
        let mut recurrence = Recurrence::default();
        for line in text.split_whitespace() {
            let (name, value) = line.split_once(':').unwrap_or(("RRULE", line));
            match name.to_ascii_uppercase().as_str() {
                "RRULE" if recurrence.rule.is_some() => return Err(String::from("only one rule is understood")),
                "RRULE" => recurrence.rule = Some(rule(value, zone)?),
                "RDATE" => recurrence.more.extend(walls(value, zone)?),
                "EXDATE" => recurrence.except.extend(walls(value, zone)?),
                other => return Err(format!("'{other}' is no part of a rule; there are RRULE, RDATE and EXDATE")),
            }
        }
        Ok(recurrence)
    }

    /// Whether it comes again at all.
    #[must_use]
    pub fn comes_again(&self) -> bool {
        self.rule.is_some() || !self.more.is_empty()
    }

    /// Adds a date.
    pub fn add(&mut self, at: Wall) {
        self.more.insert(at);
    }

    /// Leaves a date out.
    pub fn leave_out(&mut self, at: Wall) {
        self.except.insert(at);
    }

    /// Makes sure that it comes at all, and not so often that nobody could look at it.
    pub(super) fn check(&self, first: Wall) -> Result<(), String> {
        if self.more.len() > DATES || self.except.len() > DATES {
            return Err(format!("it names more than {DATES} dates"));
        }
        if self.starts(first, first, first.plus(366 * DAY))?.len() > A_YEAR {
            return Err(format!("it comes more than {A_YEAR} times a year; a window comes by the day at most"));
        }
        let sooner = |at: &&Wall| !self.except.contains(at);
        let comes = match self.unrolled(first)? {
            Some(set) => set.into_iter().take(STEPS).any(|at| !self.except.contains(&Wall(at.naive_utc()))),
            None => !self.except.contains(&first),
        };
        if comes || self.more.iter().any(|at| sooner(&at)) {
            Ok(())
        } else {
            Err(String::from("it never comes: look at its rule and the dates left out"))
        }
    }

    /// When it begins by the clock, from `from` until before `until`, in order.
    ///
    /// # Errors
    /// A sentence, when the rule can't be read or takes too long.
    pub(super) fn starts(&self, first: Wall, from: Wall, until: Wall) -> Result<Vec<Wall>, String> {
        let mut starts: BTreeSet<Wall> = self.more.range(from..until.max(from)).copied().collect();
        match self.unrolled(self.forward(first, from))? {
            None if (from..until).contains(&first) => _ = starts.insert(first),
            None => {}
            Some(set) => {
                for (step, at) in set.into_iter().enumerate() {
                    let at = Wall(at.naive_utc());
                    if at >= until {
                        break;
                    }
                    if step == STEPS {
                        return Err(format!("its rule goes through more than {STEPS} dates; let it begin later"));
                    }
                    if at >= from {
                        starts.insert(at);
                    }
                }
            }
        }
        Ok(starts.difference(&self.except).copied().collect())
    }

    /// The rule from its beginning on, as if in UTC.
    fn unrolled(&self, first: Wall) -> Result<Option<RRuleSet>, String> {
        let Some(rule) = &self.rule else { return Ok(None) };
        let zulu: Vec<String> = rule
            .split(';')
            .map(|part| format!("{part}{}", if part.starts_with("UNTIL=") { "Z" } else { "" }))
            .collect();
        let rule: RRule<Unvalidated> = zulu.join(";").parse().map_err(|error| format!("{rule}: {error}"))?;
        let first = rrule::Tz::UTC.from_utc_datetime(&first.0);
        if rule.get_until().is_some_and(|until| *until < first) {
            // It is over by then; the library refuses that.
            return Ok(Some(RRuleSet::new(first)));
        }
        let rule = rule.validate(first).map_err(|error| format!("{}: {error}", zulu.join(";")))?;
        Ok(Some(RRuleSet::new(first).rrule(rule).limit()))
    }

    /// A beginning from which the rule gives the same times from `from` on, so that years gone by are not gone through:
    /// whole intervals later, where that changes nothing.
    fn forward(&self, first: Wall, from: Wall) -> Wall {
        let Some(rule) = &self.rule else { return first };
        let part = |name: &str| rule.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        let interval = part("INTERVAL").map_or(Some(1), |text| text.parse::<u32>().ok()).unwrap_or(0);
        let days = from.since(first) / DAY;
        if part("COUNT").is_some() || interval == 0 || days < 800 {
            return first;
        }
        let day = first.0.day();
        let (days, interval) = (u32::try_from(days).unwrap_or(0), interval);
        let steps = |length: u32| (days / length.saturating_mul(interval).max(1)).saturating_sub(2) * interval;
        let later = match part("FREQ") {
            Some("DAILY") => Some(first.plus(i64::from(steps(1)) * DAY)),
            Some("WEEKLY") => Some(first.plus(7 * i64::from(steps(7)) * DAY)),
            // From the 29th on, and by the weeks of the year, the day depends on the month or year.
            Some("MONTHLY") if day <= 28 => first.0.checked_add_months(Months::new(steps(31))).map(Wall),
            Some("YEARLY") if day <= 28 && part("BYWEEKNO").is_none() => {
                first.0.checked_add_months(Months::new(12 * steps(366))).map(Wall)
            }
            _ => None,
        };
        later.unwrap_or(first)
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |dates: &BTreeSet<Wall>| {
            dates.iter().map(|at| at.0.format("%Y%m%dT%H%M%S").to_string()).collect::<Vec<_>>().join(",")
        };
        let mut parts: Vec<String> = self.rule.iter().cloned().collect();
        if !self.more.is_empty() {
            parts.push(format!("RDATE:{}", list(&self.more)));
        }
        if !self.except.is_empty() {
            parts.push(format!("EXDATE:{}", list(&self.except)));
        }
        f.write_str(&parts.join("\n"))
    }
}

/// A rule in capitals, its end by the clock; refused where it comes more often than by the day.
fn rule(text: &str, zone: Tz) -> Result<String, String> {
    let mut parts = Vec::new();
    let text = text.to_ascii_uppercase();
    for part in text.split(';').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("'{part}' is no part of a rule"))?;
        parts.push(match name {
            "FREQ" if !["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].contains(&value) => {
                return Err(format!("FREQ={value}: a window comes DAILY, WEEKLY, MONTHLY or YEARLY"));
            }
            "UNTIL" => {
                let last = if value.len() == 8 { format!("{value}T235959") } else { value.to_owned() };
                format!("UNTIL={}", wall(&last, zone)?.0.format("%Y%m%dT%H%M%S"))
            }
            "COUNT" if value.parse::<usize>().is_ok_and(|count| count > DATES) => {
                return Err(format!("COUNT={value}: at most {DATES} times"));
            }
            "BYHOUR" | "BYMINUTE" | "BYSECOND" if value.contains(',') => {
                return Err(format!("{part}: a window begins once a day; make one for each time"));
            }
            _ => part.to_owned(),
        });
    }
    if !parts.iter().any(|part| part.starts_with("FREQ=")) {
        return Err(format!("'{text}' has no FREQ; a rule looks like FREQ=WEEKLY;BYDAY=SU"));
    }
    Ok(parts.join(";"))
}

fn walls(list: &str, zone: Tz) -> Result<Vec<Wall>, String> {
    list.split(',').filter(|word| !word.is_empty()).map(|word| wall(word, zone)).collect()
}

/// A time of RFC 5545: `20261224`, `20261224T180000`, or with Z in UTC.
pub(crate) fn wall(word: &str, zone: Tz) -> Result<Wall, String> {
    let refuse = || format!("'{word}' is no date or time; they look like 20261224 or 20261224T180000");
    let sensible = |wall: Wall| if wall.is_sensible() { Ok(wall) } else { Err(refuse()) };
    if !word.is_ascii() {
        return Err(refuse());
    }
    if word.len() == 8 {
        let day = NaiveDate::parse_from_str(word, "%Y%m%d").map_err(|_| refuse())?;
        return sensible(Wall(day.and_time(chrono::NaiveTime::MIN)));
    }
    let (local, utc) = match word.strip_suffix(['Z', 'z']) {
        Some(local) => (local, true),
        None => (word, false),
    };
    // A leap second is the one before.
    let local = if local.ends_with("60") { format!("{}59", local.trim_end_matches("60")) } else { local.to_owned() };
    let time = NaiveDateTime::parse_from_str(&local, "%Y%m%dT%H%M%S").map_err(|_| refuse())?;
    sensible(if utc { Wall::of(Timestamp(time.and_utc().timestamp_millis()), zone) } else { Wall(time) })
}
