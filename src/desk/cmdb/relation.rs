//! Types of relations between CIs: what they join, and the way that failure takes along them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::desk::cmdb::class::Classes;
use crate::desk::rules::nearest;

/// All types of relations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relations {
    relation: Vec<RelationType>,
}

/// One type of relation, read from this end to the other: *vm7 runs on esx2*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationType {
    /// Its word in commands and files: `runs_on`.
    pub name: String,
    /// How it reads from this end: `runs on`.
    pub label: String,
    /// How it reads from the other: `hosts`.
    pub reverse: String,
    /// The way that failure takes.
    pub flow: Flow,
    /// Whether failure degrades what it reaches and does not stop it, unless a relation says otherwise.
    #[serde(default)]
    pub soft: bool,
    /// How many of the ends from which failure flows must stand, unless a CI says otherwise; all of them where nothing does.
    #[serde(default)]
    pub need: Option<Need>,
    /// The classes that it may join, those below them included; none means any.
    #[serde(default)]
    pub pairs: Vec<(String, String)>,
}

/// The way that failure takes along a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// From this end to the other: a member takes its group along.
    Forward,
    /// From the other end to this one: a guest falls with its host.
    Back,
    /// Not at all.
    None,
}

/// How many of a redundant group must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// So many.
    Count(u32),
    /// So many of a hundred, rounded up.
    Share(u8),
}

impl Need {
    /// How many that is among so many.
    #[must_use]
    pub fn of(self, members: usize) -> usize {
        match self {
            Need::Count(n) => usize::try_from(n).unwrap_or(usize::MAX).min(members),
            Need::Share(percent) => (members * usize::from(percent)).div_ceil(100),
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Need::Count(n) => write!(f, "{n}"),
            Need::Share(percent) => write!(f, "{percent}%"),
        }
    }
}

impl FromStr for Need {
    type Err = String;

    fn from_str(text: &str) -> Result<Need, String> {
        let text = text.trim();
        let need = match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse().ok().filter(|n| (1..=100).contains(n)).map(Need::Share),
            None => text.parse().ok().filter(|n| *n > 0).map(Need::Count),
        };
        need.ok_or_else(|| format!("'{text}' is neither a number such as 2 nor a share such as 50%"))
    }
}

impl Serialize for Need {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Need {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Relations {
    pub(super) fn read(text: &str, classes: &Classes) -> Result<Relations, String> {
        let relations: Relations = toml::from_str(text).map_err(|error| error.to_string())?;
        for (at, one) in relations.relation.iter().enumerate() {
            if !super::class::is_word(&one.name) {
                return Err(format!("'{}' can't name a relation: small letters, digits and _", one.name));
            }
            if relations.relation.iter().skip(at + 1).any(|other| other.name == one.name) {
                return Err(format!("there are two relations '{}'", one.name));
            }
            for class in one.pairs.iter().flat_map(|(from, to)| [from, to]) {
                classes.find(class).map_err(|error| format!("relation '{}': {error}", one.name))?;
            }
        }
        Ok(relations)
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[RelationType] {
        &self.relation
    }

    /// The type of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&RelationType> {
        self.relation.iter().find(|one| one.name == name)
    }

    /// The type that words mean, and whether they read it from the other end: `hosts` is `runs_on` from the host.
    ///
    /// # Errors
    /// A sentence with the nearest.
    pub fn find(&self, words: &str) -> Result<(&RelationType, bool), String> {
        let plain = |text: &str| text.trim().to_lowercase().replace(['_', '-'], " ");
        let wanted = plain(words);
        let there = self.relation.iter().find(|one| plain(&one.name) == wanted || plain(&one.label) == wanted);
        let back = || self.relation.iter().find(|one| plain(&one.reverse) == wanted);
        if let Some(found) = there.map(|one| (one, false)).or_else(|| back().map(|one| (one, true))) {
            return Ok(found);
        }
        let known: Vec<String> =
            self.relation.iter().flat_map(|one| [one.name.clone(), plain(&one.reverse).replace(' ', "_")]).collect();
        let known = known.iter().map(String::as_str);
        Err(match nearest(&wanted.replace(' ', "_"), known.clone()) {
            Some(near) => format!("there is no relation '{words}'; did you mean '{near}'?"),
            None => format!("there is no relation '{words}'; there are {}", known.collect::<Vec<_>>().join(", ")),
        })
    }
}

impl RelationType {
    /// Whether it may join CIs of these classes.
    #[must_use]
    pub fn joins(&self, classes: &Classes, from: &str, to: &str) -> bool {
        self.pairs.is_empty() || self.pairs.iter().any(|(a, b)| classes.is(from, a) && classes.is(to, b))
    }

    /// Why it may not join CIs of these classes, if it may not.
    #[must_use]
    pub fn refusal(&self, classes: &Classes, from: &str, to: &str) -> Option<String> {
        if self.joins(classes, from, to) {
            return None;
        }
        let pairs: Vec<String> = self
            .pairs
            .iter()
            .map(|(a, b)| format!("{} {} {}", classes.label(a), self.label, classes.label(b)))
            .collect();
        let (from, to) = (classes.label(from), classes.label(to));
        Some(format!("a CI of class {from} is not {} one of class {to}; there is: {}", self.label, pairs.join(", ")))
    }

    /// How it reads from what suffers: a cluster *contains* what it stands on, a guest *runs on* it.
    #[must_use]
    pub fn group(&self) -> &str {
        self.reading(self.flow == Flow::Forward)
    }

    /// How it reads: from this end, or from the other.
    #[must_use]
    pub fn reading(&self, reverse: bool) -> &str {
        if reverse { &self.reverse } else { &self.label }
    }
}
