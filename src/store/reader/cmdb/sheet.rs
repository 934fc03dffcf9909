//! A CI with all that belongs to it.

use rusqlite::OptionalExtension;

use crate::desk::cmdb::{Ci, Need, Phase};
use crate::desk::field::Value;
use crate::desk::id::{CiId, Number, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::cmdb::graph::Redundancies;
use crate::store::reader::knowledge::CitedArticle;
use crate::store::reader::sheet::Affected;

/// A CI with its relations, its place, what tickets concern it, and what inventories said.
#[derive(Clone, Debug)]
pub struct CiSheet {
    /// The CI.
    pub ci: Ci,
    /// Where it stands, the nearest first: rack, room, site.
    pub location: Vec<(CiId, String)>,
    /// Its relations, both ways, by type and name.
    pub relations: Vec<Related>,
    /// How many of what it needs must stand, by type of relation.
    pub redundancies: Vec<(String, Need)>,
    /// What inventories last said, newest first.
    pub sightings: Vec<Sighting>,
    /// How many titles of software an inventory found on it.
    pub software: i64,
    /// Open tickets that concern it, newest first, at most a hundred: by hand or as its CI, before those computed.
    pub tickets: Vec<Concerned>,
    /// The articles about it.
    pub articles: Vec<CitedArticle>,
}

/// A relation, as seen from a CI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The type.
    pub relation: String,
    /// Whether it was made from the other side.
    pub reverse: bool,
    /// The other CI.
    pub id: CiId,
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: String,
    /// Its status.
    pub status: String,
    /// What that amounts to.
    pub phase: Phase,
    /// Whether failure only degrades.
    pub soft: bool,
    /// The inventory that told; `None` by hand.
    pub source: Option<String>,
}

/// What a source last said of a CI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Which source.
    pub source: String,
    /// What it calls the CI.
    pub key: String,
    /// When.
    pub at: Timestamp,
    /// The checksum of the raw input.
    pub sha256: String,
    /// The fields that it gave, as the desk keeps them.
    pub found: crate::desk::cmdb::Facts,
}

/// In what an inventory differs from the record: its name, the field, what it found, what the record says.
pub type Drift = (String, String, Vec<Value>, Vec<Value>);

/// A ticket that concerns a CI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// The ticket.
    pub id: TicketId,
    /// Its number.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: String,
    /// Why, where it was computed.
    pub path: Option<String>,
}

impl Reader<'_> {
    /// A CI with all that belongs to it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none of that number.
    pub fn ci_sheet(&self, id: CiId) -> Result<CiSheet, Refusal> {
        let ci = self.ci(id)?;
        let software = self.one("SELECT count(*) FROM install WHERE ci = ?1", [id.0], |row| row.get(0))?.unwrap_or(0);
        Ok(CiSheet {
            location: self.location(id)?,
            relations: self.related(id)?,
            redundancies: self.redundancies(id)?,
            sightings: self.sightings(id)?,
            software,
            tickets: self.concerned(id)?,
            articles: self.articles_about_ci(id)?,
            ci,
        })
    }

    /// A CI's relations, both ways, by type and name.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn related(&self, id: CiId) -> Result<Vec<Related>, Refusal> {
        self.all(
            "SELECT r.type, 0, c.id, c.name, c.class, c.status, c.phase, r.soft, r.source
               FROM relation r JOIN ci c ON c.id = r.other WHERE r.ci = ?1
             UNION ALL
             SELECT r.type, 1, c.id, c.name, c.class, c.status, c.phase, r.soft, r.source
               FROM relation r JOIN ci c ON c.id = r.ci WHERE r.other = ?1
             ORDER BY 1, 2, 4 COLLATE NOCASE, 3",
            [id.0],
            |row| {
                Ok(Related {
                    relation: row.get(0)?,
                    reverse: row.get(1)?,
                    id: CiId(row.get(2)?),
                    name: row.get(3)?,
                    class: row.get(4)?,
                    status: row.get(5)?,
                    phase: Phase::from_code(row.get(6)?).unwrap_or_default(),
                    soft: row.get(7)?,
                    source: row.get(8)?,
                })
            },
        )
    }

    /// Where a CI stands, the nearest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn location(&self, id: CiId) -> Result<Vec<(CiId, String)>, Refusal> {
        let mut chain: Vec<(CiId, String)> = Vec::new();
        let mut at = id;
        // A place that stands in itself ends the chain.
        while chain.len() < 16 {
            let above = self.one(
                "SELECT c.id, c.name FROM relation r JOIN ci c ON c.id = r.other
                  WHERE r.ci = ?1 AND r.type = 'located_in' ORDER BY c.id LIMIT 1",
                [at.0],
                |row| Ok((CiId(row.get(0)?), row.get::<_, String>(1)?)),
            )?;
            match above {
                Some((above, name)) if above != id && !chain.iter().any(|(known, _)| *known == above) => {
                    chain.push((above, name));
                    at = above;
                }
                _ => break,
            }
        }
        Ok(chain)
    }

    /// The name of the place in which a CI stands.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn ci_place(&self, id: CiId) -> Result<Option<String>, Refusal> {
        self.conn
            .prepare_cached(
                "SELECT c.name FROM relation r JOIN ci c ON c.id = r.other
                  WHERE r.ci = ?1 AND r.type = 'located_in' ORDER BY c.id LIMIT 1",
            )
            .and_then(|mut statement| statement.query_row([id.0], |row| row.get(0)).optional())
            .map_err(|error| self.explain(&error))
    }

    /// The tags of CIs, with how many have each, the most used first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn ci_tags(&self) -> Result<Vec<(String, u64)>, Refusal> {
        self.all(
            "SELECT value, count(*) FROM attribute WHERE name = 'tag' GROUP BY value ORDER BY 2 DESC, 1 LIMIT 500",
            [],
            |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())),
        )
    }

    /// How many of what a CI needs must stand, by type of relation, where it says so itself.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn redundancies(&self, id: CiId) -> Result<Vec<(String, Need)>, Refusal> {
        let rows = self.all("SELECT type, need FROM redundancy WHERE ci = ?1 ORDER BY type", [id.0], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        Ok(rows.into_iter().filter_map(|(name, need)| Some((name, need.parse().ok()?))).collect())
    }

    /// What all CIs say of how many must stand.
    pub(super) fn all_redundancies(&self) -> Result<Redundancies, Refusal> {
        let rows = self.all("SELECT ci, type, need FROM redundancy", [], |row| {
            Ok((CiId(row.get(0)?), row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        let mut all = Redundancies::new();
        for (ci, name, need) in rows {
            if let Ok(need) = need.parse() {
                all.entry(ci).or_default().push((name, need));
            }
        }
        Ok(all)
    }

    /// What inventories last said of a CI, newest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn sightings(&self, id: CiId) -> Result<Vec<Sighting>, Refusal> {
        self.all(
            "SELECT source, key, at, sha256, found FROM sighting WHERE ci = ?1 ORDER BY at DESC, source",
            [id.0],
            |row| {
                Ok(Sighting {
                    source: row.get(0)?,
                    key: row.get(1)?,
                    at: Timestamp(row.get(2)?),
                    sha256: row.get(3)?,
                    found: serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default(),
                })
            },
        )
    }

    /// Software that an inventory found on a CI: title, version, publisher.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn software(&self, id: CiId) -> Result<Vec<(String, String, Option<String>)>, Refusal> {
        self.all("SELECT title, version, publisher FROM install WHERE ci = ?1 ORDER BY title, version", [id.0], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
    }

    /// Open tickets that concern a CI.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn concerned(&self, id: CiId) -> Result<Vec<Concerned>, Refusal> {
        let rows = self.all(
            "SELECT t.id, t.kind, t.n, t.title, t.state, NULL AS path FROM ticket t WHERE t.ci IN (?2, ?3) AND t.phase < 3
             UNION ALL
             SELECT t.id, t.kind, t.n, t.title, t.state, a.path FROM affected a JOIN ticket t ON t.id = a.ticket
              WHERE a.ci = ?1 AND t.phase < 3 AND ifnull(t.ci, '') NOT IN (?2, ?3)
             ORDER BY 6 IS NOT NULL, 1 DESC LIMIT 100",
            (id.0, id.number(), self.ci_name(id)?.unwrap_or_default()),
            |row| {
                let kind = crate::desk::id::Kind::named(&row.get::<_, String>(1)?);
                Ok((TicketId(row.get(0)?), kind, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            },
        )?;
        Ok(rows
            .into_iter()
            .filter_map(|(id, kind, n, title, state, path)| {
                Some(Concerned { id, number: Number { kind: kind?, n }, title, state, path })
            })
            .collect())
    }

    /// The CIs that a ticket concerns: those by hand first; the path where it was computed.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn affected(&self, ticket: TicketId) -> Result<Vec<Affected>, Refusal> {
        self.all(
            "SELECT c.id, c.name, a.path FROM affected a JOIN ci c ON c.id = a.ci WHERE a.ticket = ?1
              ORDER BY a.path IS NOT NULL, c.name COLLATE NOCASE, c.id",
            [ticket.0],
            |row| Ok(Affected { id: CiId(row.get(0)?), name: row.get(1)?, path: row.get(2)? }),
        )
    }

    /// In what inventories differ from the record.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn drift(&self, ci: &Ci) -> Result<Vec<Drift>, Refusal> {
        let mut drift = Vec::new();
        for sighting in self.sightings(ci.id)? {
            for (field, found) in sighting.found {
                let now = ci.values(&field);
                let has_all = found.iter().all(|value| now.contains(value));
                let is_list = self.rules().cmdb.field(&ci.class, &field).is_ok_and(|field| field.is_list());
                if !(found == now || is_list && has_all) {
                    drift.push((sighting.source.clone(), field, found, now));
                }
            }
        }
        Ok(drift)
    }
}
