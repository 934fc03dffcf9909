//! What somebody should know about an import, said once with a count rather than once for every row.

use std::collections::BTreeMap;

/// Remarks with how often they apply and where first.
#[derive(Debug, Default)]
pub struct Notes {
    said: BTreeMap<String, (u64, u64)>,
}

/// Remarks beyond this many different ones are not collected.
const MOST: usize = 200;

impl Notes {
    /// Adds a remark about `row`.
    pub fn say(&mut self, row: u64, remark: impl Into<String>) {
        let remark = remark.into();
        if self.said.len() < MOST || self.said.contains_key(&remark) {
            let (count, first) = self.said.entry(remark).or_insert((0, row));
            *count += 1;
            *first = row.min(*first);
        }
    }

    /// The remarks in words.
    pub fn told(self) -> impl Iterator<Item = String> {
        self.said.into_iter().map(|(remark, (count, first))| match count {
            1 => format!("{remark} (row {first})"),
            _ => format!("{remark} ({count} times, first in row {first})"),
        })
    }
}
