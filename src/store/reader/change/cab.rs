//! Meetings of the change advisory board.

use crate::desk::change::Decision;
use crate::desk::change::minutes::{Item, Meeting};
use crate::desk::id::{CabId, Kind, Number, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::time::Timestamp;
use crate::store::reader::Reader;

/// A meeting, as a list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// Its row.
    pub id: CabId,
    /// When it is.
    pub at: Timestamp,
    /// What it is called.
    pub title: String,
    /// Whether it has ended.
    pub ended: bool,
    /// How many changes are on its agenda.
    pub items: i64,
}

impl Reader<'_> {
    /// The meetings, the latest first, at most so many.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn meetings(&self, limit: usize) -> Result<Vec<Called>, Refusal> {
        self.all(
            "SELECT c.id, c.at, c.title, c.closed IS NOT NULL, (SELECT count(*) FROM cab_item i WHERE i.cab = c.id)
               FROM cab c ORDER BY c.at DESC, c.id DESC LIMIT ?1",
            [i64::try_from(limit).unwrap_or(i64::MAX)],
            |row| {
                Ok(Called {
                    id: CabId(row.get(0)?),
                    at: Timestamp(row.get(1)?),
                    title: row.get(2)?,
                    ended: row.get(3)?,
                    items: row.get(4)?,
                })
            },
        )
    }

    /// A meeting with its members and its agenda.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none.
    pub fn meeting(&self, id: CabId) -> Result<Meeting, Refusal> {
        let members = self.all(
            "SELECT p.login, p.name FROM cab_member m JOIN person p ON p.id = m.person WHERE m.cab = ?1 ORDER BY p.name",
            [id.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let items = self.all(
            "SELECT t.id, t.kind, t.n, t.title, t.risk, t.planned_start, t.planned_end, i.decision, i.notes
               FROM cab_item i JOIN ticket t ON t.id = i.ticket WHERE i.cab = ?1 ORDER BY i.position, i.id",
            [id.0],
            |row| {
                let kind = Kind::named(&row.get::<_, String>(1)?).unwrap_or(Kind::Change);
                let time = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp));
                Ok(Item {
                    ticket: TicketId(row.get(0)?),
                    number: Number { kind, n: row.get(2)? },
                    title: row.get(3)?,
                    risk: row.get(4)?,
                    planned: time(5)?.zip(time(6)?),
                    decision: row.get::<_, Option<String>>(7)?.and_then(|word| Decision::named(&word)),
                    notes: row.get(8)?,
                })
            },
        )?;
        self.one("SELECT at, title, query, closed FROM cab WHERE id = ?1", [id.0], |row| {
            Ok((
                Timestamp(row.get(0)?),
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, Option<i64>>(3)?.map(Timestamp),
            ))
        })?
        .map(|(at, title, query, closed)| Meeting { id, at, title, query, closed, members, items })
        .ok_or_else(|| Refusal::not_found(format!("there is no meeting {id}; see: deskhand change cab list")))
    }
}
