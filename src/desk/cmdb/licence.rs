//! Licences: what may be used, what is used, and the difference. It is shown and never stands in anybody's way.
//!
//! Licences of one metric for the same titles are one position: two purchases of ten seats are twenty.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::id::{CiId, PersonId};

/// How use is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// By the devices on which it is.
    Device,
    /// By installations: two versions on one device are two.
    Install,
    /// By the people who hold those devices.
    User,
    /// By the cores of those devices.
    Core,
    /// By devices, against no limit: a subscription, a site, what is free.
    Unlimited,
}

impl Metric {
    /// The metric that a word of the field `metric` means.
    #[must_use]
    pub fn named(word: &str) -> Metric {
        match word {
            "per_install" => Metric::Install,
            "per_user" => Metric::User,
            "per_core" => Metric::Core,
            "subscription" | "site" | "free" => Metric::Unlimited,
            _ => Metric::Device,
        }
    }
}

/// A licence as it was bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// Its CI.
    pub ci: CiId,
    /// Its name.
    pub name: String,
    /// The titles that it covers; `*` stands for any text.
    pub software: Vec<String>,
    /// The word of its metric.
    pub metric: String,
    /// How much of that may be used.
    pub entitled: Option<i64>,
    /// Its last day: `2026-01-31`.
    pub expires: Option<String>,
    /// The CIs that use it by a relation, whatever is installed on them.
    pub users: Vec<CiId>,
}

/// Software on a CI: one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// The CI.
    pub ci: CiId,
    /// The title.
    pub title: String,
}

/// What a metric counts of a CI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Who holds it.
    pub holder: Option<PersonId>,
    /// Its cores.
    pub cores: Option<i64>,
}

/// What may be used and what is used of the same titles by the same metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The word of the metric.
    pub metric: String,
    /// The titles.
    pub software: Vec<String>,
    /// The licences, by number.
    pub licences: Vec<CiId>,
    /// How much may be used: the sum of the licences that have not expired. `None` where one of them does not say.
    pub entitled: Option<i64>,
    /// How much the expired ones entitled to.
    pub expired: i64,
    /// How much is used.
    pub used: i64,
    /// The CIs on which it is, by number.
    pub on: Vec<CiId>,
    /// CIs that use it and can't be counted: nobody holds them, or they do not tell their cores.
    pub uncounted: usize,
}

impl Position {
    /// What is left; below nothing where more is used than may be. `None` where there is no limit, or none is known.
    #[must_use]
    pub fn balance(&self) -> Option<i64> {
        (Metric::named(&self.metric) != Metric::Unlimited).then_some(())?;
        self.entitled.map(|entitled| entitled.saturating_sub(self.used))
    }

    /// What that comes to, in a word.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.balance() {
            Some(left) if left < 0 => "over",
            Some(0) if self.used == 0 && self.expired > 0 => "expired",
            Some(_) if self.used == 0 => "unused",
            Some(0) => "full",
            Some(_) => "under",
            None if Metric::named(&self.metric) == Metric::Unlimited => "unlimited",
            None => "unknown",
        }
    }
}

/// Whether a title is meant by a pattern, in any case; `*` stands for any text.
#[must_use]
pub fn covers(pattern: &str, title: &str) -> bool {
    let (pattern, title) = (pattern.trim().to_lowercase(), title.trim().to_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = title.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    // Without a star the whole title must be what was said.
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// What licences that count together have in common: their titles, their metric; or the one that names no title.
type Pool<'a> = (Vec<String>, &'a str, Option<CiId>);

/// The positions of some licences on a day, given `2026-01-31`, by what is installed.
#[must_use]
pub fn positions(
    licences: &[Licence],
    installs: &[Install],
    devices: &BTreeMap<CiId, Device>,
    today: &str,
) -> Vec<Position> {
    let mut pools: BTreeMap<Pool<'_>, Vec<&Licence>> = BTreeMap::new();
    for licence in licences {
        let mut titles: Vec<String> = licence.software.iter().map(|title| title.trim().to_lowercase()).collect();
        titles.sort();
        titles.dedup();
        // One that names no title shares nothing with another that names none.
        let alone = titles.is_empty().then_some(licence.ci);
        pools.entry((titles, licence.metric.as_str(), alone)).or_default().push(licence);
    }
    pools.into_values().map(|pool| position(&pool, installs, devices, today)).collect()
}

fn position(pool: &[&Licence], installs: &[Install], devices: &BTreeMap<CiId, Device>, today: &str) -> Position {
    let lasts = |licence: &&&Licence| licence.expires.as_deref().is_none_or(|day| day >= today);
    let valid: Vec<&&Licence> = pool.iter().filter(lasts).collect();
    let software = pool.first().map(|licence| licence.software.clone()).unwrap_or_default();
    let metric = pool.first().map(|licence| licence.metric.clone()).unwrap_or_default();
    let covered = installs.iter().filter(|install| software.iter().any(|pattern| covers(pattern, &install.title)));
    let mut counts: BTreeMap<CiId, i64> = BTreeMap::new();
    for install in covered {
        *counts.entry(install.ci).or_default() += 1;
    }
    for user in pool.iter().flat_map(|licence| &licence.users) {
        counts.entry(*user).or_insert(1);
    }
    let device = |ci: &CiId| devices.get(ci).copied().unwrap_or_default();
    let all = i64::try_from(counts.len()).unwrap_or(i64::MAX);
    let (used, uncounted) = match Metric::named(&metric) {
        Metric::Device | Metric::Unlimited => (all, 0),
        Metric::Install => (counts.values().sum(), 0),
        Metric::User => {
            let holders: BTreeSet<PersonId> = counts.keys().filter_map(|ci| device(ci).holder).collect();
            let unheld = counts.keys().filter(|ci| device(ci).holder.is_none()).count();
            (i64::try_from(holders.len()).unwrap_or(i64::MAX), unheld)
        }
        Metric::Core => {
            let cores = counts.keys().filter_map(|ci| device(ci).cores).fold(0, i64::saturating_add);
            (cores, counts.keys().filter(|ci| device(ci).cores.is_none()).count())
        }
    };
    let mut licences: Vec<CiId> = pool.iter().map(|licence| licence.ci).collect();
    licences.sort_unstable();
    Position {
        metric,
        software,
        licences,
        entitled: valid.iter().map(|licence| licence.entitled).sum(),
        expired: pool.iter().filter(|one| !lasts(one)).filter_map(|licence| licence.entitled).sum(),
        used,
        on: counts.into_keys().collect(),
        uncounted,
    }
}

#[cfg(test)]
mod tests;
