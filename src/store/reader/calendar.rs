//! The calendar: which changes, releases and windows lie in a stretch of time, in one question.

use rusqlite::params_from_iter;

use crate::desk::change::window::{KeptWindow, Span};
use crate::desk::field::Value;
use crate::desk::id::{Kind, Number, PersonId, ServiceId, TeamId, TicketId};
use crate::desk::query::Query;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::{DAY, Timestamp};
use crate::desk::workflow::Phase;
use crate::store::reader::Reader;
use crate::store::reader::filter::Asker;
use crate::store::reader::sheet::{CORE, ticket};

/// Changes that take longer have an index of their own; the schema names the same time.
const LONG: i64 = 14 * DAY;

/// A change or release in the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// Its row.
    pub id: TicketId,
    /// Its number.
    pub number: Number,
    /// When it is planned.
    pub span: Span,
    /// What it is about.
    pub title: String,
    /// Where it is in its workflow.
    pub state: String,
    /// What that amounts to.
    pub phase: Phase,
    /// Who is to do it.
    pub assignee: Option<PersonId>,
    /// Whose it is.
    pub team: Option<TeamId>,
    /// The service that it is on.
    pub service: Option<ServiceId>,
}

/// A window in the calendar, with its times in the stretch that was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The window.
    pub kept: KeptWindow,
    /// When it is.
    pub spans: Vec<Span>,
}

/// What lies in a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Changes and releases, those that begin first first.
    pub changes: Vec<Scheduled>,
    /// Windows, by name.
    pub windows: Vec<Marked>,
}

impl Reader<'_> {
    /// What lies in a stretch of time at least in part: changes and releases in every state, and windows.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn calendar(&self, within: Span) -> Result<Calendar, Refusal> {
        let windows = self.windows_within(within)?.into_iter().map(|(kept, spans)| Marked { kept, spans }).collect();
        Ok(Calendar { changes: self.scheduled(within, "1")?, windows })
    }

    /// The changes and releases that a query finds and that lie in a stretch of time at least in part, those that begin first
    /// first, without their bodies.
    ///
    /// # Errors
    /// When the query names somebody or something that the desk does not know.
    pub fn tickets_within(&self, within: Span, query: &Query, asker: &Asker) -> Result<Vec<Ticket>, Refusal> {
        let (from, wanted) = self.source(query, asker, false)?;
        let (sql, [short, long]) = overlapping(CORE, &from, &wanted.sql, within);
        let values = wanted.values.iter().chain(&short).chain(&wanted.values).chain(&long);
        let mut found = self.all(&sql, params_from_iter(values), |row| ticket(row, false))?;
        found.sort_by_key(|one| (one.planned_start, one.id));
        Ok(found)
    }

    /// The changes that releases bundle: each change with its release.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn bundled(&self) -> Result<Vec<(TicketId, TicketId, Number)>, Refusal> {
        self.all(
            "SELECT l.ticket, r.id, r.n FROM ticket r JOIN link l ON l.other = r.id AND l.relation = 'child_of'
              WHERE r.kind = 'release'",
            [],
            |row| Ok((TicketId(row.get(0)?), TicketId(row.get(1)?), Number { kind: Kind::Release, n: row.get(2)? })),
        )
    }

    /// Changes and releases that overlap a stretch of time, of which `also` holds.
    pub(super) fn scheduled(&self, within: Span, also: &str) -> Result<Vec<Scheduled>, Refusal> {
        let columns = "t.id, t.kind, t.n, t.planned_start, t.planned_end, t.title, t.state, t.phase, t.assignee, t.team, t.service";
        let (sql, [short, long]) = overlapping(columns, "ticket t", also, within);
        let found = self.all(&format!("{sql} ORDER BY 4, 1"), params_from_iter(short.iter().chain(&long)), |row| {
            let (kind, n): (String, i64) = (row.get(1)?, row.get(2)?);
            let Some(kind) = Kind::named(&kind) else { return Ok(None) };
            Ok(Some(Scheduled {
                id: TicketId(row.get(0)?),
                number: Number { kind, n },
                span: Span { from: Timestamp(row.get(3)?), until: Timestamp(row.get(4)?) },
                title: row.get(5)?,
                state: row.get(6)?,
                phase: Phase::from_code(row.get(7)?).unwrap_or_default(),
                assignee: row.get::<_, Option<i64>>(8)?.map(PersonId),
                team: row.get::<_, Option<i64>>(9)?.map(TeamId),
                service: row.get::<_, Option<i64>>(10)?.map(ServiceId),
            }))
        })?;
        Ok(found.into_iter().flatten().collect())
    }
}

/// The statement for what overlaps a stretch of time, short changes and long ones by an index each; and what is bound in
/// both, behind what `also` binds.
fn overlapping(columns: &str, from: &str, also: &str, within: Span) -> (String, [Vec<Value>; 2]) {
    // A change of no length overlaps nothing, here and in the rules.
    let select = format!(
        "SELECT {columns} FROM {from}
          WHERE +t.kind IN ('change', 'release') AND t.planned_end > t.planned_start AND t.merged_into IS NULL AND ({also})"
    );
    let sql = format!(
        "{select} AND t.planned_start > ? AND t.planned_start < ? AND +t.planned_end > ?
         UNION ALL {select} AND t.planned_end - t.planned_start > {LONG} AND t.planned_end > ? AND +t.planned_start <= ?"
    );
    let (from, until, before) = (within.from.0, within.until.0, within.from.plus(-LONG).0);
    let bound = |values: &[i64]| values.iter().map(|at| Value::Int(*at)).collect();
    (sql, [bound(&[before, until, from]), bound(&[from, before])])
}
