//! The software that a source found on a CI, held against what it found there before.

use std::collections::BTreeMap;

use crate::desk::id::CiId;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::plan::draft::Draft;

/// Software: title, version, publisher.
pub(super) type Titles = Vec<(String, String, String)>;

/// Makes the software of a CI what a source tells; says how many titles came and went.
pub(super) fn settle(draft: &mut Draft, ci: CiId, source: &str, told: &Titles) -> Result<(usize, usize), Refusal> {
    type Known = BTreeMap<(String, String), (i64, Option<String>, Option<String>)>;
    let mut known: Known = draft
        .reader
        .all("SELECT id, title, version, publisher, source FROM install WHERE ci = ?1", [ci.0], |row| {
            let key = (row.get::<_, String>(1)?.to_lowercase(), row.get(2)?);
            Ok((key, (row.get(0)?, row.get(3)?, row.get(4)?)))
        })?
        .into_iter()
        .collect();
    let (mut came, mut went) = (0, 0);
    let mut wanted: BTreeMap<(String, String), (&str, &str)> = BTreeMap::new();
    for (title, version, publisher) in told {
        wanted.entry((title.to_lowercase(), version.clone())).or_insert((title, publisher));
    }
    for (key, (title, publisher)) in wanted {
        let publisher = Some(publisher).filter(|publisher| !publisher.is_empty());
        match known.remove(&key) {
            Some((row, as_before, _)) if publisher.is_some() && as_before.as_deref() != publisher => {
                draft.update(Table::Install, row, row! { "publisher": publisher });
            }
            Some(_) => {}
            None => {
                let row = row! {
                    "ci": ci.0, "title": title, "version": key.1.as_str(), "publisher": publisher, "source": source,
                };
                draft.insert(Table::Install, row)?;
                came += 1;
            }
        }
    }
    for (row, _, _) in known.into_values().filter(|(.., from)| from.as_deref() == Some(source)) {
        draft.delete(Table::Install, row);
        went += 1;
    }
    if came + went > 0 {
        draft.touch_ci(ci)?;
    }
    Ok((came, went))
}
