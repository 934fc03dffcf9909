//! Priority: ITIL's impact × urgency, raised one step when the service is vital.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Impact or urgency: 1 is the highest, 4 the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// The highest level.
    pub const HIGHEST: Level = Level(1);
    /// The lowest level: what a ticket has when nobody judged.
    pub const LOWEST: Level = Level(4);

    /// The level `n`, if it is one.
    #[must_use]
    pub fn new(n: i64) -> Option<Level> {
        match n {
            1..=4 => u8::try_from(n).ok().map(Level),
            _ => None,
        }
    }

    /// 1 to 4.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Level {
    type Error = String;
    fn try_from(n: u8) -> Result<Self, String> {
        Level::new(i64::from(n)).ok_or_else(|| format!("{n} is not a level; 1 (highest) to 4 (lowest)"))
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        level.0
    }
}

/// Priority: P1 is the highest, P5 the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Priority(u8);

impl Priority {
    /// What a ticket has when nobody judged.
    pub const LOWEST: Priority = Priority(5);

    /// The priority `n`, if it is one.
    #[must_use]
    pub fn new(n: i64) -> Option<Priority> {
        match n {
            1..=5 => u8::try_from(n).ok().map(Priority),
            _ => None,
        }
    }

    /// 1 to 5.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    /// One step higher, never above P1.
    #[must_use]
    pub fn raised(self) -> Priority {
        Priority(self.0.saturating_sub(1).max(1))
    }
}

impl TryFrom<u8> for Priority {
    type Error = String;
    fn try_from(n: u8) -> Result<Self, String> {
        Priority::new(i64::from(n)).ok_or_else(|| format!("{n} is not a priority; 1 (highest) to 5 (lowest)"))
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> u8 {
        priority.0
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{}", self.0)
    }
}

/// How much the business depends on a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Criticality {
    /// Nobody waits for it.
    Low,
    /// The usual.
    #[default]
    Medium,
    /// Work suffers without it.
    High,
    /// Work stops without it: raises priority one step.
    Vital,
}

impl Criticality {
    /// All, from the least.
    pub const ALL: [Criticality; 4] = [Criticality::Low, Criticality::Medium, Criticality::High, Criticality::Vital];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Criticality::Low => "low",
            Criticality::Medium => "medium",
            Criticality::High => "high",
            Criticality::Vital => "vital",
        }
    }

    /// The criticality that a word names.
    #[must_use]
    pub fn named(word: &str) -> Option<Criticality> {
        Criticality::ALL.into_iter().find(|c| c.word().eq_ignore_ascii_case(word))
    }
}

/// Impact × urgency → priority; rows are impact, columns urgency, each 1 to 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    matrix: [[Priority; 4]; 4],
}

impl Default for Matrix {
    /// The matrix of the guide.
    fn default() -> Self {
        let rows = [[1, 1, 2, 3], [1, 2, 3, 4], [2, 3, 3, 4], [3, 3, 4, 5]];
        Matrix { matrix: rows.map(|row| row.map(Priority)) }
    }
}

impl Matrix {
    /// The priority before a service's criticality is looked at.
    #[must_use]
    pub fn at(&self, impact: Level, urgency: Level) -> Priority {
        self.matrix
            .get(usize::from(impact.get() - 1))
            .and_then(|row| row.get(usize::from(urgency.get() - 1)))
            .copied()
            .unwrap_or(Priority(5))
    }
}

/// Priority of a ticket: the desk's matrix, raised one step when the service is vital; never higher than P1.
#[must_use]
pub fn priority(matrix: &Matrix, impact: Level, urgency: Level, service: Option<Criticality>) -> Priority {
    let base = matrix.at(impact, urgency);
    match service {
        Some(Criticality::Vital) => base.raised(),
        _ => base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(n: i64) -> Level {
        Level::new(n).unwrap()
    }

    #[test]
    fn the_default_matrix_is_the_one_in_the_guide() {
        let matrix = Matrix::default();
        let shown: Vec<String> = (1..=4)
            .map(|impact| {
                (1..=4)
                    .map(|urgency| matrix.at(level(impact), level(urgency)).to_string())
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        assert_eq!(shown, ["P1 P1 P2 P3", "P1 P2 P3 P4", "P2 P3 P3 P4", "P3 P3 P4 P5"]);
    }

    #[test]
    fn a_vital_service_raises_priority_one_step_but_never_above_p1() {
        let matrix = Matrix::default();
        let with =
            |impact, urgency, service| priority(&matrix, level(impact), level(urgency), Some(service)).to_string();
        assert_eq!(with(4, 4, Criticality::Vital), "P4");
        assert_eq!(with(4, 4, Criticality::High), "P5");
        assert_eq!(with(1, 1, Criticality::Vital), "P1");
    }
}
