//! How it stands with what we run, now: open incidents are where it fails, relations carry it on, services show it.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::cmdb::impact::{needs, spread};
use crate::desk::cmdb::{Feed, Graph, Impact, Need, State};
use crate::desk::id::{CiId, Kind, Number, ServiceId};
use crate::desk::refusal::Refusal;
use crate::store::reader::Reader;
use crate::store::reader::cmdb::graph::Ways;

/// As far as failure is followed.
const DEPTH: u32 = 10;

/// Where trouble begins: how bad it is there, and the open incidents that say so.
struct Begun(BTreeMap<CiId, (State, Vec<Number>)>);

impl Begun {
    fn states(&self) -> Vec<(CiId, State)> {
        self.0.iter().map(|(ci, (state, _))| (*ci, *state)).collect()
    }

    fn reached(&self, found: &Impact, ci: CiId, state: State) -> Trouble {
        let path = found.path(ci);
        let because = path.last().and_then(|root| self.0.get(root)).map(|(_, because)| because.clone());
        Trouble { state, path, because: because.unwrap_or_default() }
    }
}

/// The part of the graph from which failure can reach one CI.
struct Within<'a, 'w, 'r> {
    ways: &'a Ways<'w, 'r>,
    inside: &'a BTreeSet<CiId>,
}

impl Graph for Within<'_, '_, '_> {
    type Error = Refusal;

    fn from(&self, cis: &[CiId]) -> Result<Vec<Feed>, Refusal> {
        let mut feeds = Graph::from(self.ways, cis)?;
        feeds.retain(|feed| self.inside.contains(&feed.to));
        Ok(feeds)
    }

    fn into(&self, cis: &[CiId]) -> Result<Vec<Feed>, Refusal> {
        Graph::into(self.ways, cis)
    }

    fn need(&self, ci: CiId, relation: &str) -> Result<Option<Need>, Refusal> {
        Graph::need(self.ways, ci, relation)
    }
}

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
        let begun = self.begun()?;
        let found = spread(&Ways::of(self), &begun.states(), DEPTH)?;
        let mut troubles: BTreeMap<CiId, Trouble> = BTreeMap::new();
        for (ci, (state, because)) in &begun.0 {
            troubles.insert(*ci, Trouble { state: *state, path: vec![*ci], because: because.clone() });
        }
        for hit in &found.hits {
            troubles.insert(hit.ci, begun.reached(&found, hit.ci, hit.state));
        }
        Ok(troubles)
    }

    /// The trouble of one CI, if it is in any: only what it needs is looked at.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn trouble(&self, ci: CiId) -> Result<Option<Trouble>, Refusal> {
        let begun = self.begun()?;
        if begun.0.is_empty() {
            return Ok(None);
        }
        let ways = Ways::of(self);
        let mut inside: BTreeSet<CiId> = needs(&ways, &[ci], DEPTH)?.hits.iter().map(|hit| hit.ci).collect();
        inside.insert(ci);
        let given: Vec<(CiId, State)> = begun.states().into_iter().filter(|(ci, _)| inside.contains(ci)).collect();
        let found = spread(&Within { ways: &ways, inside: &inside }, &given, DEPTH)?;
        if let Some(hit) = found.hits.iter().find(|hit| hit.ci == ci) {
            return Ok(Some(begun.reached(&found, ci, hit.state)));
        }
        Ok(begun.0.get(&ci).map(|(state, because)| Trouble { state: *state, path: vec![ci], because: because.clone() }))
    }

    /// Where trouble begins: the CIs of open incidents that matter.
    fn begun(&self) -> Result<Begun, Refusal> {
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
        let mut begun = BTreeMap::new();
        for (n, major, named, linked) in rows {
            let ci = match (named, linked) {
                (_, Some(ci)) => Some(CiId(ci)),
                (Some(name), None) => match self.ci_called(&name)?.as_slice() {
                    [one] => Some(*one),
                    _ => None,
                },
                (None, None) => None,
            };
            let Some(ci) = ci else { continue };
            let state = if major { State::Down } else { State::Degraded };
            let number = Number { kind: Kind::Incident, n };
            let (known, because) = begun.entry(ci).or_insert((state, Vec::new()));
            *known = (*known).max(state);
            if !because.contains(&number) {
                because.push(number);
            }
        }
        Ok(Begun(begun))
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
