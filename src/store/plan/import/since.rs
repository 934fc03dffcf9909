//! What this desk made of a ticket since it came: an import never overwrites what people changed here.

use std::collections::{HashMap, HashSet};

use crate::desk::field::{Field, Value};
use crate::desk::id::{Seq, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;

/// The transactions of all imports, and those that took them back or did them again.
pub(super) fn imports(reader: &Reader) -> Result<HashSet<Seq>, Refusal> {
    let found = reader.all(
        "WITH RECURSIVE brought (seq) AS (
           SELECT seq FROM txn WHERE verb = 'import'
           UNION
           SELECT u.seq FROM txn u JOIN brought b ON u.undoes = b.seq
         )
         SELECT seq FROM brought",
        [],
        |row| row.get(0).map(Seq),
    )?;
    Ok(found.into_iter().collect())
}

/// The life of one ticket on this desk.
pub(super) struct Since {
    /// What the last import made of each field.
    brought: HashMap<Field, Value>,
    /// The last change of each field by anybody else.
    changed: HashMap<Field, Seq>,
    /// Tags that people took away.
    untagged: HashSet<String>,
}

impl Since {
    pub(super) fn of(reader: &Reader, ticket: TicketId, imports: &HashSet<Seq>) -> Result<Since, Refusal> {
        let mut since = Since { brought: HashMap::new(), changed: HashMap::new(), untagged: HashSet::new() };
        for change in reader.changes_of_ticket(ticket, Seq(0))? {
            let by_import = imports.contains(&change.seq);
            match (change.table.as_str(), &change.after) {
                ("ticket", Some(after)) => {
                    for (field, value) in
                        after.iter().filter_map(|(column, value)| Some((Field::named(column)?, value)))
                    {
                        if by_import {
                            since.brought.insert(field, value.clone());
                        } else {
                            since.changed.insert(field, change.seq);
                        }
                    }
                }
                ("tag", after) => {
                    let image = after.as_ref().or(change.before.as_ref());
                    let name = image.and_then(|image| image.get("name")).and_then(Value::text).unwrap_or_default();
                    if after.is_none() && !by_import {
                        since.untagged.insert(name.to_owned());
                    } else {
                        since.untagged.remove(name);
                    }
                }
                _ => {}
            }
        }
        Ok(since)
    }

    /// Whether a field, which is `now`, was changed here: since the last import, or, where none ever brought it, since the
    /// file was written. What can't be told counts as changed.
    pub(super) fn changed_here(
        &self,
        reader: &Reader,
        field: Field,
        now: &Value,
        written: Option<Timestamp>,
    ) -> Result<bool, Refusal> {
        if let Some(brought) = self.brought.get(&field) {
            return Ok(brought != now);
        }
        let (Some(seq), Some(written)) = (self.changed.get(&field), written) else { return Ok(true) };
        // Files tell seconds.
        Ok(reader.transaction(*seq)?.at.0.div_euclid(1_000) > written.0.div_euclid(1_000))
    }

    /// Whether somebody here took a tag away.
    pub(super) fn took_away(&self, tag: &str) -> bool {
        self.untagged.contains(tag)
    }
}
