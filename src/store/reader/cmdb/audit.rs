//! Audits of the CMDB: the desk's rules asked of all CIs, and of one.

use crate::desk::cmdb::audit::{AuditRule, Audited};
use crate::desk::cmdb::{CiIs, CiQuery, CiTerm, Severity};
use crate::desk::id::CiId;
use crate::desk::query::Expr;
use crate::desk::refusal::Refusal;
use crate::desk::rules::nearest;
use crate::store::reader::Reader;
use crate::store::reader::filter::Asker;

/// A rule that a CI offends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's word.
    pub key: String,
    /// What it finds.
    pub name: String,
    /// Why that matters.
    pub help: String,
    /// How much it weighs.
    pub severity: Severity,
}

impl Reader<'_> {
    /// Every audit rule with how many CIs offend, the most severe first; [`crate::desk::cmdb::health`] makes a score of it.
    ///
    /// # Errors
    /// When a rule names somebody or something that the desk does not know.
    pub fn audit(&self, asker: &Asker) -> Result<Vec<Audited>, Refusal> {
        let model = &self.rules().cmdb;
        let count = |filter| -> Result<u64, Refusal> {
            let found = self.count_cis(&CiQuery { filter, sort: None }, asker)?;
            Ok(u64::try_from(found).unwrap_or(0))
        };
        let mut audited = Vec::new();
        for (key, rule) in &self.rules().audits {
            audited.push(Audited {
                key: key.clone(),
                rule: rule.clone(),
                offenders: count(rule.offenders(model).map_err(|error| broken(key, &error))?)?,
                scope: count(rule.scope(model).map_err(|error| broken(key, &error))?)?,
            });
        }
        audited.sort_by(|a, b| (b.rule.severity, b.offenders, &a.key).cmp(&(a.rule.severity, a.offenders, &b.key)));
        Ok(audited)
    }

    /// The query that finds the CIs which offend a rule.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] with the nearest rule.
    pub fn offenders(&self, key: &str) -> Result<(&AuditRule, CiQuery), Refusal> {
        let audits = &self.rules().audits;
        let wanted = key.trim().to_lowercase().replace([' ', '_'], "-");
        let Some(rule) = audits.get(&wanted) else {
            let known = audits.keys().map(String::as_str);
            return Err(Refusal::not_found(match nearest(&wanted, known) {
                Some(near) => format!("there is no audit rule '{key}'; did you mean '{near}'?"),
                None => format!("there is no audit rule '{key}'; see: deskhand ci audit"),
            }));
        };
        let filter = rule.offenders(&self.rules().cmdb).map_err(|error| broken(&wanted, &error))?;
        Ok((rule, CiQuery { filter, sort: None }))
    }

    /// The rules that one CI offends, the most severe first.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none of that number; as [`Reader::audit`].
    pub fn findings(&self, id: CiId, asker: &Asker) -> Result<Vec<Finding>, Refusal> {
        let alone = Settled {
            number: id,
            drifting: !self.drift(&self.ci(id)?)?.is_empty(),
            misrelated: self.is_misrelated(id)?,
        };
        let mut findings = Vec::new();
        for (key, rule) in &self.rules().audits {
            let offenders = rule.offenders(&self.rules().cmdb).map_err(|error| broken(key, &error))?;
            let this = Expr::Term(CiTerm::Number(vec![id]));
            let filter = Expr::all([this].into_iter().chain(offenders.map(|expr| alone.settle(expr))).collect());
            if self.count_cis(&CiQuery { filter, sort: None }, asker)? > 0 {
                findings.push(Finding {
                    key: key.clone(),
                    name: rule.name.clone(),
                    help: rule.help.clone(),
                    severity: rule.severity,
                });
            }
        }
        findings.sort_by(|a, b| (b.severity, &a.key).cmp(&(a.severity, &b.key)));
        Ok(findings)
    }

    /// Whether a relation of a CI joins classes that its type does not allow.
    fn is_misrelated(&self, id: CiId) -> Result<bool, Refusal> {
        let model = &self.rules().cmdb;
        let own = self.ci(id)?.class;
        Ok(self.related(id)?.iter().any(|one| {
            let (from, to) = if one.reverse { (&one.class, &own) } else { (&own, &one.class) };
            !model.relations.get(&one.relation).is_some_and(|kind| kind.joins(&model.classes, from, to))
        }))
    }
}

fn broken(key: &str, error: &str) -> Refusal {
    Refusal::rule(format!("audit/{key}.toml: {error}"))
}

/// What is known of one CI, so that what would be looked for among all of them need not be.
struct Settled {
    number: CiId,
    drifting: bool,
    misrelated: bool,
}

impl Settled {
    fn settle(&self, expr: Expr<CiTerm>) -> Expr<CiTerm> {
        let all = |parts: Vec<Expr<CiTerm>>| parts.into_iter().map(|part| self.settle(part)).collect();
        match expr {
            Expr::And(parts) => Expr::And(all(parts)),
            Expr::Or(parts) => Expr::Or(all(parts)),
            Expr::Not(inner) => Expr::Not(Box::new(self.settle(*inner))),
            Expr::Term(CiTerm::Is(any)) => {
                let parts = any.into_iter().map(|is| {
                    Expr::Term(match is {
                        CiIs::Drifting => self.known(self.drifting),
                        CiIs::Misrelated => self.known(self.misrelated),
                        other => CiTerm::Is(vec![other]),
                    })
                });
                Expr::any(parts.collect()).unwrap_or_else(|| Expr::Term(self.known(false)))
            }
            term @ Expr::Term(_) => term,
        }
    }

    /// A condition that holds of this CI, or of none.
    fn known(&self, holds: bool) -> CiTerm {
        CiTerm::Number(if holds { vec![self.number] } else { Vec::new() })
    }
}
