//! Audits: what a desk demands of its CIs, as queries of its own documents `audit/*.toml`, and how healthy that makes it.

use serde::{Deserialize, Serialize};

use crate::desk::cmdb::Model;
use crate::desk::cmdb::query::{CiTerm, parse};
use crate::desk::query::Expr;

/// One rule: among the CIs of its scope those that its query finds offend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditRule {
    /// What it finds, as a heading.
    pub name: String,
    /// Why that matters.
    pub help: String,
    /// How much it weighs.
    #[serde(default)]
    pub severity: Severity,
    /// The CIs that are looked at.
    pub scope: String,
    /// Those among them that offend.
    pub query: String,
}

/// How much an offence weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Untidy.
    Low,
    /// It makes answers incomplete.
    #[default]
    Medium,
    /// It makes answers wrong.
    High,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        }
    }

    /// Its weight in the health score: each step counts twice the one below.
    #[must_use]
    pub fn weight(self) -> u64 {
        match self {
            Severity::Low => 1,
            Severity::Medium => 2,
            Severity::High => 4,
        }
    }
}

impl AuditRule {
    /// Which CIs it looks at; `None` means every one.
    ///
    /// # Errors
    /// The first mistake in the scope.
    pub fn scope(&self, model: &Model) -> Result<Option<Expr<CiTerm>>, String> {
        parse(&self.scope, model).map(|query| query.filter).map_err(|error| format!("scope: {error}"))
    }

    /// Which CIs offend: those of the scope that the query finds.
    ///
    /// # Errors
    /// The first mistake in the scope or the query.
    pub fn offenders(&self, model: &Model) -> Result<Option<Expr<CiTerm>>, String> {
        let query = parse(&self.query, model).map_err(|error| format!("query: {error}"))?;
        Ok(Expr::all(self.scope(model)?.into_iter().chain(query.filter).collect()))
    }
}

/// What a rule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The rule's word: its document without folder and ending.
    pub key: String,
    /// The rule.
    pub rule: AuditRule,
    /// How many CIs offend.
    pub offenders: u64,
    /// How many were looked at.
    pub scope: u64,
}

/// How healthy a CMDB is, in thousandths: the share of clean pairs of rule and CI, each weighed by the severity of its rule,
///
/// Σ weight × (scope − offenders) ÷ Σ weight × scope,
///
/// rounded down, so that only what is wholly clean has 1000. `None` where there is nothing to look at.
#[must_use]
pub fn health(audited: &[Audited]) -> Option<u64> {
    let weigh = |count: &dyn Fn(&Audited) -> u64| -> u128 {
        audited.iter().map(|one| u128::from(one.rule.severity.weight()) * u128::from(count(one))).sum()
    };
    let all = weigh(&|one| one.scope);
    let clean = weigh(&|one| one.scope.saturating_sub(one.offenders));
    (clean * 1000).checked_div(all).and_then(|health| u64::try_from(health).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::rules::Rules;

    fn audited(severity: Severity, offenders: u64, scope: u64) -> Audited {
        let rule = AuditRule {
            name: String::from("x"),
            help: String::new(),
            severity,
            scope: String::from("is:live"),
            query: String::from("is:stale"),
        };
        Audited { key: String::from("x"), rule, offenders, scope }
    }

    #[test]
    fn health_is_the_weighed_share_of_what_is_clean() {
        assert_eq!(health(&[]), None);
        assert_eq!(health(&[audited(Severity::High, 0, 0)]), None);
        assert_eq!(health(&[audited(Severity::Low, 0, 7)]), Some(1000));
        assert_eq!(health(&[audited(Severity::Low, 1, 2)]), Some(500));
        // 4 × 9 + 1 × 0 clean of 4 × 10 + 1 × 10.
        assert_eq!(health(&[audited(Severity::High, 1, 10), audited(Severity::Low, 10, 10)]), Some(720));
        assert_eq!(health(&[audited(Severity::Low, 1, 1_000_000)]), Some(999));
    }

    #[test]
    fn the_rules_shipped_can_be_asked() {
        let rules = Rules::shipped().unwrap();
        assert_eq!(rules.audits.len(), 13);
        for (key, rule) in &rules.audits {
            assert!(rule.offenders(&rules.cmdb).unwrap().is_some(), "{key}");
        }
    }
}
