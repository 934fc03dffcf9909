//! Which CI it is that an inventory found: by what the source calls it, then by what identifies it, then by its name.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::desk::cmdb::identity::turned;
use crate::desk::cmdb::{Ci, FoundCi, Mark, Phase};
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::desk::refusal::Refusal;
use crate::store::plan::draft::Draft;

/// The class of what nobody knows.
pub(super) const UNKNOWN: &str = "unknown";

/// What the desk has of a thing.
pub(super) enum Match {
    Nothing,
    One(CiId),
    Several(Vec<CiId>),
}

/// The CIs that this plan has made or changed, by what they are found by: the desk file does not know them yet.
#[derive(Default)]
pub(super) struct Index {
    marks: HashMap<(Mark, String), BTreeSet<CiId>>,
    names: HashMap<String, BTreeSet<CiId>>,
    keys: HashMap<(String, String), CiId>,
    /// What each source calls a CI.
    called: HashMap<(CiId, String), String>,
    /// The CIs that the input at hand has told of already.
    pub(super) taken: HashSet<CiId>,
}

impl Index {
    /// Notes what a CI is found by now.
    pub(super) fn note(&mut self, ci: &Ci, source: &str, key: &str) {
        for mark in Mark::ALL {
            for value in ci.values(mark.field()).iter().filter_map(Value::text) {
                self.marks.entry((mark, mark.indexed(value))).or_default().insert(ci.id);
            }
        }
        self.names.entry(ci.name.to_lowercase()).or_default().insert(ci.id);
        self.keys.insert((source.to_owned(), key.to_owned()), ci.id);
        self.called.insert((ci.id, source.to_owned()), key.to_owned());
        self.taken.insert(ci.id);
    }

    /// The CI that a source calls so.
    pub(super) fn called(&self, draft: &Draft, source: &str, key: &str) -> Result<Option<CiId>, Refusal> {
        if let Some(id) = self.keys.get(&(source.to_owned(), key.to_owned())) {
            return Ok(Some(*id));
        }
        // The one that was seen last, should two have been called so.
        let sql = "SELECT ci FROM sighting WHERE source = ?1 AND key = ?2 ORDER BY at DESC, ci DESC LIMIT 1";
        draft.reader.one(sql, (source, key), |row| row.get(0).map(CiId))
    }

    /// The CIs of that name.
    pub(super) fn named(&self, draft: &Draft, name: &str) -> Result<BTreeSet<CiId>, Refusal> {
        let sql = "SELECT id FROM ci WHERE name = ?1 COLLATE NOCASE";
        let mut found: BTreeSet<CiId> =
            draft.reader.all(sql, [name], |row| row.get(0).map(CiId))?.into_iter().collect();
        found.extend(self.names.get(&name.to_lowercase()).into_iter().flatten());
        Ok(found)
    }

    /// The CIs that have a mark.
    pub(super) fn marked(&self, draft: &Draft, mark: Mark, value: &str) -> Result<BTreeSet<CiId>, Refusal> {
        let mut found: BTreeSet<CiId> = match mark {
            Mark::Serial | Mark::AssetTag => {
                let sql = format!("SELECT id FROM ci WHERE {} = ?1", mark.field());
                draft.reader.all(&sql, [value], |row| row.get(0).map(CiId))?
            }
            _ => {
                let sql = "SELECT ci FROM attribute WHERE name = ?1 AND value = ?2";
                draft.reader.all(sql, (mark.field(), value), |row| row.get(0).map(CiId))?
            }
        }
        .into_iter()
        .collect();
        found.extend(self.marks.get(&(mark, mark.indexed(value))).into_iter().flatten());
        Ok(found)
    }

    /// Finds the CI that a source tells of.
    pub(super) fn find(&self, draft: &mut Draft, source: &str, found: &FoundCi) -> Result<Match, Refusal> {
        if let Some(id) = self.called(draft, source, &found.key)?
            && !self.taken.contains(&id)
        {
            return Ok(Match::One(id));
        }
        let mut left: Option<BTreeSet<CiId>> = None;
        let mut told = false;
        for mark in Mark::ALL {
            let mut hits = BTreeSet::new();
            for value in marks(found, mark) {
                told |= mark != Mark::Ip;
                hits.extend(self.marked(draft, mark, &value)?);
                if mark == Mark::Uuid
                    && let Some(turned) = turned(&value)
                {
                    hits.extend(self.marked(draft, mark, &turned)?);
                }
            }
            let mut hits = self.eligible(draft, found, Some(mark), hits)?;
            // An address is somebody else's tomorrow: it counts where nothing better is known of one or the other.
            if mark == Mark::Ip && told {
                let mut plain = BTreeSet::new();
                for id in hits {
                    if has_only_address(&draft.ci(id)?) {
                        plain.insert(id);
                    }
                }
                hits = plain;
            }
            let now = match left.take() {
                None => hits,
                Some(before) => {
                    let both: BTreeSet<CiId> = before.intersection(&hits).copied().collect();
                    if both.is_empty() { before } else { both }
                }
            };
            match now.len() {
                0 => {}
                1 => return Ok(now.into_iter().next().map_or(Match::Nothing, Match::One)),
                _ => left = Some(now),
            }
        }
        if let Some(several) = left {
            return Ok(Match::Several(several.into_iter().collect()));
        }
        self.by_name(draft, source, found)
    }

    fn by_name(&self, draft: &mut Draft, source: &str, found: &FoundCi) -> Result<Match, Refusal> {
        let Some(name) = &found.name else { return Ok(Match::Nothing) };
        let mut alike = BTreeSet::new();
        for id in self.eligible(draft, found, None, self.named(draft, name)?)? {
            let ci = draft.ci(id)?;
            let classes = &draft.rules().cmdb.classes;
            let fits = classes.is(&ci.class, &found.class)
                || classes.is(&found.class, &ci.class)
                || [ci.class.as_str(), found.class.as_str()].contains(&UNKNOWN);
            // What the source calls otherwise is another thing to it.
            if ci.phase != Phase::Gone && fits && !self.is_called(draft, id, source)? {
                alike.insert(id);
            }
        }
        Ok(match alike.len() {
            0 => Match::Nothing,
            1 => alike.into_iter().next().map_or(Match::Nothing, Match::One),
            _ => Match::Several(alike.into_iter().collect()),
        })
    }

    fn is_called(&self, draft: &Draft, id: CiId, source: &str) -> Result<bool, Refusal> {
        if self.called.contains_key(&(id, source.to_owned())) {
            return Ok(true);
        }
        let sql = "SELECT 1 FROM sighting WHERE ci = ?1 AND source = ?2";
        Ok(draft.reader.one(sql, (id.0, source), |_| Ok(()))?.is_some())
    }

    /// Those of what was found by a mark, or by name, that may be it: not told of by the same input already, with no other
    /// serial number or UUID where those are trusted more, and still there, unless all are gone.
    fn eligible(
        &self,
        draft: &mut Draft,
        found: &FoundCi,
        by: Option<Mark>,
        hits: BTreeSet<CiId>,
    ) -> Result<BTreeSet<CiId>, Refusal> {
        let (mut present, mut gone) = (BTreeSet::new(), BTreeSet::new());
        for id in hits {
            if self.taken.contains(&id) {
                continue;
            }
            let ci = draft.ci(id)?;
            if !contradicts(found, &ci, by) {
                if ci.phase == Phase::Gone { &mut gone } else { &mut present }.insert(id);
            }
        }
        Ok(if present.is_empty() { gone } else { present })
    }
}

/// Whether nothing better than its address tells a CI from others.
fn has_only_address(ci: &Ci) -> bool {
    Mark::ALL.into_iter().filter(|mark| *mark != Mark::Ip).all(|mark| ci.values(mark.field()).is_empty())
}

/// What tells a thing from others, of one sort.
pub(super) fn marks(found: &FoundCi, mark: Mark) -> Vec<String> {
    let given = found.fields.iter().filter(|(name, _)| name == mark.field()).flat_map(|(_, values)| values);
    given.filter_map(|value| mark.telling(value)).collect()
}

/// Whether a serial number or UUID that is trusted more than the mark says that it is another thing.
fn contradicts(found: &FoundCi, ci: &Ci, by: Option<Mark>) -> bool {
    [Mark::Serial, Mark::Uuid].into_iter().filter(|mark| by.is_none_or(|by| *mark < by)).any(|mark| {
        let told = marks(found, mark);
        let known: Vec<String> =
            ci.values(mark.field()).iter().filter_map(Value::text).filter_map(|value| mark.telling(value)).collect();
        let same = |a: &String, b: &String| {
            mark.indexed(a) == mark.indexed(b) || mark == Mark::Uuid && turned(a).is_some_and(|turned| turned == *b)
        };
        !told.is_empty() && !known.is_empty() && !told.iter().any(|a| known.iter().any(|b| same(a, b)))
    })
}
