//! Whether a local copy is what the desk on its drive is.

use rusqlite::Connection;

use super::ledger::held;
use crate::store::batch::Table;
use crate::store::drive::position;
use crate::store::full_text;

/// In what a copy differs from a desk that was drawn just now; `None` where it is as the desk, and where it can't be told
/// because others went on meanwhile.
pub(super) fn differs(copy: &Connection, desk: &Connection) -> Option<&'static str> {
    let compare = || -> rusqlite::Result<Option<&'static str>> {
        // One moment of the copy, whatever is caught up meanwhile.
        let copy = copy.unchecked_transaction()?;
        if position(&copy)? != position(desk)? {
            return Ok(None);
        }
        if copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0))? != "ok" {
            return Ok(Some("its file"));
        }
        for table in Table::ALL {
            if held(&copy, table)? != held(desk, table)? {
                return Ok(Some(table.name()));
            }
        }
        Ok((!full_text::astray(&copy, 1)?.is_empty()).then_some("its full text"))
    };
    compare().unwrap_or(Some("its file"))
}
