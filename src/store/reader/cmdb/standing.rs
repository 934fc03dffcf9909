//! How it stands with what we run, now: open incidents are where it fails, relations carry it on, services show it.

use std::collections::BTreeMap;

use crate::desk::cmdb::State;
use crate::desk::cmdb::impact::spread;
use crate::desk::id::{CiId, Number, ServiceId};
use crate::desk::refusal::Refusal;
use crate::store::reader::Reader;
use crate::store::reader::cmdb::graph::Ways;

/// As far as failure is followed.
const DEPTH: u32 = 10;

/// A CI that does not stand as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// How bad it is.
    pub state: State,
    /// The way from it back to the CI where it begins.
    pub path: Vec<CiId>,
    /// The open incidents on that CI.
    pub because: Vec<Number>,
}

impl Reader<'_> {
    /// The CIs in trouble. A CI with an open major incident is down; one with an open incident that a whole site or more
    /// suffers from (impact 1 or 2) is degraded. What follows from those is in trouble too.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn troubles(&self) -> Result<BTreeMap<CiId, Trouble>, Refusal> {
        let open = "FROM ticket t INDEXED BY ticket_open_newest";
        let wanted = "t.phase < 3 AND t.kind = 'incident' AND (t.major = 1 OR t.impact <= 2)";
        let sql = format!(
            "SELECT t.n, t.major, t.ci, NULL {open} WHERE {wanted} AND t.ci IS NOT NULL
             UNION ALL SELECT t.n, t.major, NULL, a.ci {open} JOIN affected a ON a.ticket = t.id AND a.path IS NULL WHERE {wanted}"
        );
        let rows = self.all(&sql, [], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, bool>(1)?,
                row.get::<_, Option<String>>(2)?,
                row.get::<_, Option<i64>>(3)?,
            ))
        })?;
        let mut given: Vec<(CiId, State)> = Vec::new();
        let mut because: BTreeMap<CiId, Vec<Number>> = BTreeMap::new();
        for (n, major, named, linked) in rows {
            let cis = match (named, linked) {
                (_, Some(ci)) => vec![CiId(ci)],
                (Some(name), None) => match self.ci_called(&name)?.as_slice() {
                    [one] => vec![*one],
                    _ => Vec::new(),
                },
                (None, None) => Vec::new(),
            };
            for ci in cis {
                given.push((ci, if major { State::Down } else { State::Degraded }));
                let number = Number { kind: crate::desk::id::Kind::Incident, n };
                let known = because.entry(ci).or_default();
                if !known.contains(&number) {
                    known.push(number);
                }
            }
        }
        let found = spread(&Ways::of(self), &given, DEPTH)?;
        let mut troubles: BTreeMap<CiId, Trouble> = BTreeMap::new();
        for (ci, state) in given {
            let because = because.get(&ci).cloned().unwrap_or_default();
            let known = troubles.entry(ci).or_insert(Trouble { state, path: vec![ci], because });
            known.state = known.state.max(state);
        }
        for hit in &found.hits {
            let path = found.path(hit.ci);
            let because = path.last().and_then(|root| because.get(root)).cloned().unwrap_or_default();
            troubles.insert(hit.ci, Trouble { state: hit.state, path, because });
        }
        Ok(troubles)
    }

    /// The services in trouble.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn services_in_trouble(&self) -> Result<BTreeMap<ServiceId, Trouble>, Refusal> {
        let mut troubles = self.troubles()?;
        let standing = self.all("SELECT id, ci FROM service WHERE ci IS NOT NULL AND active = 1", [], |row| {
            Ok((ServiceId(row.get(0)?), CiId(row.get(1)?)))
        })?;
        Ok(standing.into_iter().filter_map(|(service, ci)| Some((service, troubles.remove(&ci)?))).collect())
    }

    /// A way along CIs in words: `Payroll ← app01 ← vm7`.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn way(&self, path: &[CiId]) -> Result<String, Refusal> {
        let names: Vec<String> = path
            .iter()
            .map(|ci| Ok(self.ci_name(*ci)?.unwrap_or_else(|| ci.number())))
            .collect::<Result<_, Refusal>>()?;
        Ok(names.join(" ← "))
    }
}
