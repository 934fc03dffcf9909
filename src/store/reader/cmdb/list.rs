//! Lists of CIs: filtered, ordered, paged by key.

use rusqlite::params_from_iter;

use crate::desk::cmdb::{CiQuery, CiSort, Phase};
use crate::desk::field::Value;
use crate::desk::id::{CiId, PersonId, TeamId};
use crate::desk::priority::Criticality;
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;
use crate::store::reader::cmdb::any_value;
use crate::store::reader::cmdb::filter::condition;
use crate::store::reader::filter::Asker;

/// A CI in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiRow {
    /// Which.
    pub id: CiId,
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: String,
    /// Its status.
    pub status: String,
    /// What that amounts to.
    pub phase: Phase,
    /// How much depends on it.
    pub criticality: Option<Criticality>,
    /// Production, test…
    pub environment: Option<String>,
    /// The group that owns it.
    pub team: Option<TeamId>,
    /// Who answers for it.
    pub contact: Option<PersonId>,
    /// To whom it was handed out.
    pub holder: Option<PersonId>,
    /// The maker's serial number.
    pub serial: Option<String>,
    /// The sticker.
    pub asset_tag: Option<String>,
    /// When an inventory last found it.
    pub seen: Option<Timestamp>,
    /// When its record last changed.
    pub updated: Timestamp,
}

/// A place in a list of CIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiCursor(Value, CiId);

/// A part of a list of CIs.
#[derive(Clone, Debug, Default)]
pub struct CiPage {
    /// The CIs.
    pub rows: Vec<CiRow>,
    /// Where the list goes on, if it does.
    pub next: Option<CiCursor>,
}

impl Reader<'_> {
    /// A page of the CIs that a query finds, from its beginning or behind a place. Without an order they come by name.
    ///
    /// # Errors
    /// When the query names somebody or something that the desk does not know.
    pub fn cis(
        &self,
        query: &CiQuery,
        asker: &Asker,
        after: Option<&CiCursor>,
        limit: usize,
    ) -> Result<CiPage, Refusal> {
        let (sort, descending) = query.sort.unwrap_or((CiSort::Name, false));
        let key = match sort {
            CiSort::Name => "c.name COLLATE NOCASE",
            CiSort::Number => "c.id",
            CiSort::Class => "c.class",
            CiSort::Status => "c.status",
            CiSort::Criticality => {
                "CASE c.criticality WHEN 'vital' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END"
            }
            CiSort::Updated => "c.updated",
            CiSort::Created => "c.created",
            CiSort::Seen => "ifnull(c.seen, 0)",
        };
        let mut wanted = condition(self, query.filter.as_ref(), asker)?;
        if let Some(CiCursor(value, id)) = after {
            let sign = if descending { "<" } else { ">" };
            wanted.sql = format!("({}) AND ({key}, c.id) {sign} (?, ?)", wanted.sql);
            wanted.values.extend([value.clone(), Value::Int(id.0)]);
        }
        let direction = if descending { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT c.id, c.name, c.class, c.status, c.phase, c.criticality, c.environment, c.team, c.contact, c.holder,
                    c.serial, c.asset_tag, c.seen, c.updated, {key}
               FROM ci c WHERE {} ORDER BY {key} {direction}, c.id {direction} LIMIT {}",
            wanted.sql,
            limit.saturating_add(1)
        );
        let mut rows = self.all(&sql, params_from_iter(&wanted.values), |row| {
            let ci = CiRow {
                id: CiId(row.get(0)?),
                name: row.get(1)?,
                class: row.get(2)?,
                status: row.get(3)?,
                phase: Phase::from_code(row.get(4)?).unwrap_or_default(),
                criticality: row.get::<_, Option<String>>(5)?.and_then(|word| Criticality::named(&word)),
                environment: row.get(6)?,
                team: row.get::<_, Option<i64>>(7)?.map(TeamId),
                contact: row.get::<_, Option<i64>>(8)?.map(PersonId),
                holder: row.get::<_, Option<i64>>(9)?.map(PersonId),
                serial: row.get(10)?,
                asset_tag: row.get(11)?,
                seen: row.get::<_, Option<i64>>(12)?.map(Timestamp),
                updated: Timestamp(row.get(13)?),
            };
            let place = CiCursor(any_value(row, 14)?, ci.id);
            Ok((ci, place))
        })?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|(_, place)| place.clone());
        Ok(CiPage { rows: rows.into_iter().map(|(ci, _)| ci).collect(), next })
    }

    /// How many CIs a query finds.
    ///
    /// # Errors
    /// As [`Reader::cis`].
    pub fn count_cis(&self, query: &CiQuery, asker: &Asker) -> Result<i64, Refusal> {
        let wanted = condition(self, query.filter.as_ref(), asker)?;
        let sql = format!("SELECT count(*) FROM ci c WHERE {}", wanted.sql);
        Ok(self.one(&sql, params_from_iter(&wanted.values), |row| row.get(0))?.unwrap_or(0))
    }

    /// Those of some CIs that a query finds.
    ///
    /// # Errors
    /// As [`Reader::cis`].
    pub fn cis_among(&self, query: &CiQuery, of: &[CiId], asker: &Asker) -> Result<Vec<CiId>, Refusal> {
        let wanted = condition(self, query.filter.as_ref(), asker)?;
        let sql = format!("SELECT c.id FROM ci c WHERE c.id = ? AND ({})", wanted.sql);
        let mut found = Vec::new();
        for id in of {
            let values = std::iter::once(Value::Int(id.0)).chain(wanted.values.iter().cloned());
            found.extend(self.one(&sql, params_from_iter(values), |row| row.get(0).map(CiId))?);
        }
        Ok(found)
    }

    /// How many CIs there are of each class, by phase; those below it are not counted in.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn class_counts(&self) -> Result<Vec<(String, Phase, i64)>, Refusal> {
        self.all("SELECT class, phase, count(*) FROM ci GROUP BY class, phase", [], |row| {
            Ok((row.get(0)?, Phase::from_code(row.get(1)?).unwrap_or_default(), row.get(2)?))
        })
    }
}
