//! Assets: what expires, which licences suffice, which software is where.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use crate::desk::cmdb::licence::{Device, Install, Licence, Position, covers, positions};
use crate::desk::cmdb::{FieldOf, Phase};
use crate::desk::id::{CiId, PersonId, TeamId};
use crate::desk::refusal::Refusal;
use crate::store::reader::Reader;

/// The class whose CIs are licences.
const LICENCE: &str = "licence";
/// The relation of what uses a licence to it.
const USES_LICENCE: &str = "uses_licence";
/// Days before its end by which an agreement must be given notice.
const NOTICE: &str = "notice";
/// The field of an agreement's end.
const EXPIRES: &str = "expires";

/// A day on which something of a CI ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// The CI.
    pub id: CiId,
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: String,
    /// The field; `notice` for the last day to give notice.
    pub field: String,
    /// What people call that.
    pub label: String,
    /// The day.
    pub day: NaiveDate,
    /// Days until then; below nothing for one that has passed.
    pub left: i64,
    /// Who answers for the CI.
    pub contact: Option<PersonId>,
    /// The group that owns it.
    pub team: Option<TeamId>,
}

impl Expiry {
    /// The tightest of the usual spans into which it falls: `past`, or within 7, 30, 60 or 90 days.
    #[must_use]
    pub fn span(&self) -> &'static str {
        match self.left {
            ..0 => "past",
            0..=7 => "7 days",
            8..=30 => "30 days",
            31..=60 => "60 days",
            61..=90 => "90 days",
            _ => "later",
        }
    }
}

/// A title of software, and how often it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// The title.
    pub title: String,
    /// On so many CIs.
    pub cis: i64,
    /// In so many versions, counted on each CI.
    pub installs: i64,
}

/// Software on a CI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The CI.
    pub id: CiId,
    /// Its name.
    pub name: String,
    /// Who holds it.
    pub holder: Option<PersonId>,
    /// The title.
    pub title: String,
    /// The version; empty where none was told.
    pub version: String,
    /// Who makes it.
    pub publisher: Option<String>,
}

/// A row of a CI with contact and team; its day is told apart.
fn expiry(row: &rusqlite::Row<'_>, field: &str) -> rusqlite::Result<Expiry> {
    Ok(Expiry {
        id: CiId(row.get(0)?),
        name: row.get(1)?,
        class: row.get(2)?,
        contact: row.get::<_, Option<i64>>(3)?.map(PersonId),
        team: row.get::<_, Option<i64>>(4)?.map(TeamId),
        field: field.to_owned(),
        label: String::new(),
        day: NaiveDate::MIN,
        left: 0,
    })
}

impl Reader<'_> {
    /// What has expired of CIs that are not gone, or does within so many days, the earliest first; and the last days to give
    /// notice to agreements that have not ended.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn expiring(&self, today: NaiveDate, days: u32) -> Result<Vec<Expiry>, Refusal> {
        let model = &self.rules().cmdb;
        let until = today.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX);
        let names: BTreeSet<&str> = model
            .classes
            .all()
            .iter()
            .flat_map(|class| &class.attribute)
            .filter(|attribute| attribute.expires)
            .map(|attribute| attribute.name.as_str())
            .collect();
        let mut found = Vec::new();
        for name in names {
            let ends = self.all(
                "SELECT c.id, c.name, c.class, c.contact, c.team, a.value FROM attribute a JOIN ci c ON c.id = a.ci
                  WHERE a.name = ?1 AND a.value <= ?2 AND c.phase <> ?3",
                (name, until.to_string(), Phase::Gone.code()),
                |row| Ok((expiry(row, name)?, row.get::<_, String>(5)?)),
            )?;
            for (end, day) in ends {
                let attribute = model.field(&end.class, name);
                if let (Ok(day), Ok(FieldOf::Attribute(attribute))) = (day.parse(), attribute)
                    && attribute.expires
                {
                    found.push(Expiry { label: attribute.label.clone(), day, ..end });
                }
            }
        }
        let agreements = self.all(
            "SELECT c.id, c.name, c.class, c.contact, c.team, a.value, n.value FROM attribute n
               JOIN attribute a ON a.ci = n.ci AND a.name = ?1 JOIN ci c ON c.id = a.ci
              WHERE n.name = ?2 AND a.value >= ?3 AND c.phase <> ?4",
            (EXPIRES, NOTICE, today.to_string(), Phase::Gone.code()),
            |row| Ok((expiry(row, NOTICE)?, row.get::<_, String>(5)?, row.get::<_, i64>(6)?)),
        )?;
        for (end, day, notice) in agreements {
            let last = day.parse::<NaiveDate>().ok().zip(u64::try_from(notice).ok());
            if let Some(day) = last.and_then(|(day, notice)| day.checked_sub_days(Days::new(notice))) {
                found.push(Expiry { label: String::from("Last day for notice"), day, ..end });
            }
        }
        found.retain(|end| end.day <= until);
        found.iter_mut().for_each(|end| end.left = end.day.signed_duration_since(today).num_days());
        found.sort_by(|a, b| {
            (a.day, a.name.to_lowercase(), a.id, &a.field).cmp(&(b.day, b.name.to_lowercase(), b.id, &b.field))
        });
        Ok(found)
    }

    /// Which licences suffice: one position for those of one metric for the same titles, those exceeded first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn licences(&self, today: NaiveDate) -> Result<Vec<Position>, Refusal> {
        let model = &self.rules().cmdb;
        let mut licences = Vec::new();
        for class in model.classes.below(LICENCE) {
            // What is only planned or ordered entitles to nothing yet.
            let ids = self.all(
                "SELECT id FROM ci WHERE class = ?1 AND phase IN (?2, ?3) ORDER BY id",
                (class, Phase::Stock.code(), Phase::Live.code()),
                |row| row.get(0).map(CiId),
            )?;
            for id in ids {
                licences.push(self.licence(id)?);
            }
        }
        let patterns: BTreeSet<&str> =
            licences.iter().flat_map(|licence| &licence.software).map(String::as_str).collect();
        let mut installs = Vec::new();
        for title in self.titles_named(|title| patterns.iter().any(|pattern| covers(pattern, title)))? {
            let on = self.all(
                "SELECT i.ci FROM install i JOIN ci c ON c.id = i.ci WHERE i.title = ?1 AND c.phase <> ?2",
                (&title, Phase::Gone.code()),
                |row| row.get(0).map(CiId),
            )?;
            installs.extend(on.into_iter().map(|ci| Install { ci, title: title.clone() }));
        }
        let users = licences.iter().flat_map(|licence| licence.users.iter().copied());
        let all: BTreeSet<CiId> = installs.iter().map(|install| install.ci).chain(users).collect();
        let mut devices = BTreeMap::new();
        for id in all {
            let device = self.one(
                "SELECT holder, (SELECT a.value FROM attribute a WHERE a.ci = c.id AND a.name = 'cores') FROM ci c WHERE c.id = ?1",
                [id.0],
                |row| {
                    let cores = row.get::<_, Option<i64>>(1).ok().flatten();
                    Ok(Device { holder: row.get::<_, Option<i64>>(0)?.map(PersonId), cores })
                },
            )?;
            devices.extend(device.map(|device| (id, device)));
        }
        let mut found = positions(&licences, &installs, &devices, &today.format("%Y-%m-%d").to_string());
        found.sort_by_key(|position| (position.balance().unwrap_or(i64::MAX).min(0), position.licences.clone()));
        Ok(found)
    }

    fn licence(&self, id: CiId) -> Result<Licence, Refusal> {
        let ci = self.ci(id)?;
        let users = self.all(
            "SELECT r.ci FROM relation r JOIN ci c ON c.id = r.ci WHERE r.other = ?1 AND r.type = ?2 AND c.phase <> ?3",
            (id.0, USES_LICENCE, Phase::Gone.code()),
            |row| row.get(0).map(CiId),
        )?;
        Ok(Licence {
            ci: id,
            software: ci.values("software").iter().filter_map(|title| title.text().map(str::to_owned)).collect(),
            metric: ci.value("metric").text().unwrap_or_default().to_owned(),
            entitled: ci.value("entitled").int(),
            expires: ci.value(EXPIRES).text().map(str::to_owned),
            name: ci.name,
            users,
        })
    }

    /// The titles of software that will do, in their order.
    fn titles_named(&self, will_do: impl Fn(&str) -> bool) -> Result<Vec<String>, Refusal> {
        // From one title straight to the next: there are far fewer titles than installations.
        let all: Vec<String> = self.all(
            "WITH RECURSIVE next (title) AS (
               SELECT min(title) FROM install
               UNION ALL SELECT (SELECT min(i.title) FROM install i WHERE i.title > next.title) FROM next WHERE title IS NOT NULL)
             SELECT title FROM next WHERE title IS NOT NULL",
            [],
            |row| row.get(0),
        )?;
        Ok(all.into_iter().filter(|title| will_do(title)).collect())
    }

    /// The titles of software on CIs that are not gone, those that a pattern with `*` covers, by title.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn titles(&self, pattern: &str) -> Result<Vec<Title>, Refusal> {
        let mut titles = Vec::new();
        for title in self.titles_named(|title| covers(pattern, title))? {
            let counted = self.one(
                "SELECT count(DISTINCT i.ci), count(*) FROM install i JOIN ci c ON c.id = i.ci WHERE i.title = ?1 AND c.phase <> ?2",
                (&title, Phase::Gone.code()),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let (cis, installs) = counted.unwrap_or_default();
            if cis > 0 {
                titles.push(Title { title, cis, installs });
            }
        }
        Ok(titles)
    }

    /// Where software is that a pattern with `*` covers, everywhere or on one CI: by title, then by the CI's name.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn installed(&self, pattern: &str, on: Option<CiId>) -> Result<Vec<Installed>, Refusal> {
        const WHAT: &str =
            "SELECT c.id, c.name, c.holder, i.title, i.version, i.publisher FROM install i JOIN ci c ON c.id = i.ci";
        let installed = |row: &rusqlite::Row<'_>| {
            Ok(Installed {
                id: CiId(row.get(0)?),
                name: row.get(1)?,
                holder: row.get::<_, Option<i64>>(2)?.map(PersonId),
                title: row.get(3)?,
                version: row.get(4)?,
                publisher: row.get(5)?,
            })
        };
        if let Some(id) = on {
            let mut found =
                self.all(&format!("{WHAT} WHERE i.ci = ?1 ORDER BY i.title, i.version"), [id.0], installed)?;
            found.retain(|one| covers(pattern, &one.title));
            return Ok(found);
        }
        let mut found = Vec::new();
        for title in self.titles_named(|title| covers(pattern, title))? {
            let sql =
                format!("{WHAT} WHERE i.title = ?1 AND c.phase <> ?2 ORDER BY c.name COLLATE NOCASE, c.id, i.version");
            found.extend(self.all(&sql, (&title, Phase::Gone.code()), installed)?);
        }
        Ok(found)
    }
}
