//! One ticket with everything that belongs to it.

use rusqlite::Row;

use crate::desk::field::Field;
use crate::desk::id::{ArticleId, CategoryId, CiId, EntryId, Kind, Number, PersonId, Seq, ServiceId, TeamId, TicketId};
use crate::desk::knowledge::Origin;
use crate::desk::link::Relation;
use crate::desk::priority::{Level, Priority};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::Timestamp;
use crate::desk::workflow::Phase;
use crate::store::reader::Reader;
use crate::store::reader::knowledge::CitedArticle;
use crate::store::reader::names::Names;

/// A ticket with its notes, replies, links, tasks, times, files, tags and watchers.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The ticket.
    pub ticket: Ticket,
    /// Its tags, in alphabetical order.
    pub tags: Vec<String>,
    /// Its notes and replies, oldest first.
    pub entries: Vec<Entry>,
    /// Its links, both ways.
    pub links: Vec<Linked>,
    /// Its checklist.
    pub tasks: Vec<Task>,
    /// Time spent.
    pub worklog: Vec<WorkLog>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Who watches it.
    pub watchers: Vec<PersonId>,
    /// The CIs that it concerns besides its own: by hand first.
    pub affected: Vec<Affected>,
    /// The articles that are linked to it.
    pub articles: Vec<CitedArticle>,
    /// The names behind all references.
    pub names: Names,
}

/// A CI that a ticket concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The CI.
    pub id: CiId,
    /// Its name.
    pub name: String,
    /// Why, where it was computed and not given by hand: `Payroll ← app01 ← vm7`.
    pub path: Option<String>,
}

/// A note or reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its row.
    pub id: EntryId,
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub author: Option<PersonId>,
    /// Whether the requester sees it: a reply, not a note.
    pub public: bool,
    /// The text, as it was written: clean it before it reaches a terminal.
    pub text: String,
}

/// A link, as seen from the ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The relation.
    pub relation: Relation,
    /// Whether it was made from the other side: `parent of`, `blocks`.
    pub reverse: bool,
    /// The other ticket.
    pub id: TicketId,
    /// Its number.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: String,
    /// Its phase.
    pub phase: Phase,
}

impl Linked {
    /// How the link reads from here: `blocked by`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let (there, back) = self.relation.names();
        if self.reverse { back } else { there }
    }
}

/// A task of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its row.
    pub id: i64,
    /// Counts from 1.
    pub position: i64,
    /// Whether it is done.
    pub done: bool,
    /// When the work on it began.
    pub began: Option<Timestamp>,
    /// When it was done.
    pub ended: Option<Timestamp>,
    /// What to do.
    pub text: String,
    /// The step of an article that it is, where it comes from one.
    pub origin: Option<Origin>,
}

/// Time spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkLog {
    /// By whom.
    pub person: Option<PersonId>,
    /// When it was logged.
    pub at: Timestamp,
    /// How long; negative corrects.
    pub minutes: i64,
    /// On what.
    pub text: String,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its row.
    pub id: i64,
    /// When it was attached.
    pub at: Timestamp,
    /// Its name, without folders.
    pub name: String,
    /// Its media type.
    pub media: String,
    /// Its size in bytes.
    pub size: i64,
    /// SHA-256 of its contents, in hexadecimal.
    pub sha256: String,
}

/// The columns of a ticket without its bodies, in the order in which [`ticket`] reads them.
pub(crate) const CORE: &str = "t.id, t.kind, t.n, t.version, t.updated, t.created, t.state, t.phase, t.priority, t.priority_computed,
 t.impact, t.urgency, t.major, t.requester, t.assignee, t.team, t.service, t.category, t.due, t.resolved, t.closed, t.planned_start,
 t.planned_end, t.pending_reason, t.resolution_code, t.cause_code, t.channel, t.ci, t.external, t.merged_into, t.title,
 t.change_type, t.template, t.risk, t.risk_score, t.actual_start, t.actual_end, t.backout_minutes";

/// The bodies, which lists do not read.
pub(crate) const BODIES: &str = "t.priority_reason, t.resolution, t.root_cause, t.workaround, t.description,
 t.risk_reason, t.plan_reason, t.plan_impact, t.test_plan, t.backout_plan, t.communication, t.decision, t.lessons";

/// Reads a ticket from [`CORE`], followed by [`BODIES`] if `bodies`.
pub(crate) fn ticket(row: &Row<'_>, bodies: bool) -> rusqlite::Result<Ticket> {
    let time = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp));
    let body = |column: usize| if bodies { row.get::<_, Option<String>>(column) } else { Ok(None) };
    let kind: String = row.get(1)?;
    let level = |column: usize| row.get::<_, i64>(column).map(|n| Level::new(n).unwrap_or(Level::LOWEST));
    let priority = |column: usize| row.get::<_, i64>(column).map(|n| Priority::new(n).unwrap_or(Priority::LOWEST));
    Ok(Ticket {
        id: TicketId(row.get(0)?),
        number: Number { kind: Kind::named(&kind).unwrap_or(Kind::Incident), n: row.get(2)? },
        version: Seq(row.get(3)?),
        updated: Timestamp(row.get(4)?),
        created: Timestamp(row.get(5)?),
        state: row.get(6)?,
        phase: Phase::from_code(row.get(7)?).unwrap_or_default(),
        priority: priority(8)?,
        priority_computed: priority(9)?,
        impact: level(10)?,
        urgency: level(11)?,
        major: row.get(12)?,
        requester: row.get::<_, Option<i64>>(13)?.map(PersonId),
        assignee: row.get::<_, Option<i64>>(14)?.map(PersonId),
        team: row.get::<_, Option<i64>>(15)?.map(TeamId),
        service: row.get::<_, Option<i64>>(16)?.map(ServiceId),
        category: row.get::<_, Option<i64>>(17)?.map(CategoryId),
        due: time(18)?,
        resolved: time(19)?,
        closed: time(20)?,
        planned_start: time(21)?,
        planned_end: time(22)?,
        pending_reason: row.get(23)?,
        resolution_code: row.get(24)?,
        cause_code: row.get(25)?,
        channel: row.get(26)?,
        ci: row.get(27)?,
        external: row.get(28)?,
        merged_into: row.get::<_, Option<String>>(29)?.and_then(|number| number.parse().ok()),
        title: row.get(30)?,
        change_type: row.get(31)?,
        template: row.get(32)?,
        risk: row.get(33)?,
        risk_score: row.get(34)?,
        actual_start: time(35)?,
        actual_end: time(36)?,
        backout_minutes: row.get(37)?,
        priority_reason: body(38)?,
        resolution: body(39)?,
        root_cause: body(40)?,
        workaround: body(41)?,
        description: body(42)?.unwrap_or_default(),
        risk_reason: body(43)?,
        plan_reason: body(44)?,
        plan_impact: body(45)?,
        test_plan: body(46)?,
        backout_plan: body(47)?,
        communication: body(48)?,
        decision: body(49)?,
        lessons: body(50)?,
    })
}

impl Reader<'_> {
    /// A ticket by row, with its bodies.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none.
    pub fn ticket(&self, id: TicketId) -> Result<Ticket, Refusal> {
        self.one(&format!("SELECT {CORE}, {BODIES} FROM ticket t WHERE t.id = ?1"), [id.0], |row| ticket(row, true))?
            .ok_or_else(|| Refusal::not_found(format!("there is no ticket in row {id}")))
    }

    /// A ticket by number, with its bodies.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none.
    pub fn ticket_numbered(&self, number: Number) -> Result<Ticket, Refusal> {
        self.one(
            &format!("SELECT {CORE}, {BODIES} FROM ticket t WHERE t.kind = ?1 AND t.n = ?2"),
            (number.kind.word(), number.n),
            |row| ticket(row, true),
        )?
        .ok_or_else(|| Refusal::not_found(format!("there is no {number}")))
    }

    /// The tickets of a kind that have this number in another system, with their bodies.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn find_external(&self, kind: Kind, number: &str) -> Result<Vec<Ticket>, Refusal> {
        self.all(
            &format!("SELECT {CORE}, {BODIES} FROM ticket t WHERE t.external = ?1 AND t.kind = ?2 ORDER BY t.id"),
            (number, kind.word()),
            |row| ticket(row, true),
        )
    }

    /// A ticket with everything that belongs to it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none.
    pub fn sheet(&self, id: TicketId) -> Result<Sheet, Refusal> {
        let ticket = self.ticket(id)?;
        let entries = self.entries(id)?;
        let worklog = self.worklog(id)?;
        let watchers = self.watchers(id)?;
        let people = entries
            .iter()
            .map(|entry| entry.author)
            .chain(worklog.iter().map(|log| log.person))
            .chain(watchers.iter().copied().map(Some))
            .flatten()
            .map(|person| (Field::Assignee, person.0.into()));
        let references: Vec<(Field, crate::desk::field::Value)> =
            Field::ALL.iter().map(|field| (*field, ticket.value(*field))).chain(people).collect();
        Ok(Sheet {
            tags: self.tags(id)?,
            entries,
            links: self.links(id)?,
            tasks: self.tasks(id)?,
            worklog,
            attachments: self.attachments(id)?,
            watchers,
            affected: self.affected(id)?,
            articles: self.articles_of(id)?,
            names: self.names(references.iter().map(|(field, value)| (*field, value)))?,
            ticket,
        })
    }

    /// A ticket's tags.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn tags(&self, id: TicketId) -> Result<Vec<String>, Refusal> {
        self.all("SELECT name FROM tag WHERE ticket = ?1 ORDER BY name", [id.0], |row| row.get(0))
    }

    /// The tags in use with the number of their tickets, the most used first; at most a thousand.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn tags_in_use(&self) -> Result<Vec<(String, u64)>, Refusal> {
        self.all("SELECT name, count(*) FROM tag GROUP BY name ORDER BY 2 DESC, 1 LIMIT 1000", [], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })
    }

    /// A ticket's notes and replies, oldest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn entries(&self, id: TicketId) -> Result<Vec<Entry>, Refusal> {
        self.all("SELECT id, at, author, public, text FROM entry WHERE ticket = ?1 ORDER BY at, id", [id.0], |row| {
            Ok(Entry {
                id: EntryId(row.get(0)?),
                at: Timestamp(row.get(1)?),
                author: row.get::<_, Option<i64>>(2)?.map(PersonId),
                public: row.get(3)?,
                text: row.get(4)?,
            })
        })
    }

    /// A ticket's links, both ways.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn links(&self, id: TicketId) -> Result<Vec<Linked>, Refusal> {
        self.all(
            "SELECT l.relation, 0, t.id, t.kind, t.n, t.title, t.state, t.phase
               FROM link l JOIN ticket t ON t.id = l.other WHERE l.ticket = ?1
             UNION ALL
             SELECT l.relation, 1, t.id, t.kind, t.n, t.title, t.state, t.phase
               FROM link l JOIN ticket t ON t.id = l.ticket WHERE l.other = ?1
              ORDER BY 1, 2, 3",
            [id.0],
            |row| {
                Ok(Linked {
                    relation: Relation::stored(&row.get::<_, String>(0)?).unwrap_or(Relation::Relates),
                    reverse: row.get(1)?,
                    id: TicketId(row.get(2)?),
                    number: Number {
                        kind: Kind::named(&row.get::<_, String>(3)?).unwrap_or(Kind::Incident),
                        n: row.get(4)?,
                    },
                    title: row.get(5)?,
                    state: row.get(6)?,
                    phase: Phase::from_code(row.get(7)?).unwrap_or_default(),
                })
            },
        )
    }

    /// A ticket's checklist.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn tasks(&self, id: TicketId) -> Result<Vec<Task>, Refusal> {
        self.all(
            "SELECT id, position, done, began, ended, text, article, ifnull(edition, 0), ifnull(step, ''), ifnull(heading, '')
               FROM task WHERE ticket = ?1 ORDER BY position, id",
            [id.0],
            |row| {
                let time = |column: usize| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp));
                let origin = match row.get::<_, Option<i64>>(6)?.map(ArticleId) {
                    Some(article) => {
                        Some(Origin { article, edition: row.get(7)?, step: row.get(8)?, heading: row.get(9)? })
                    }
                    None => None,
                };
                Ok(Task {
                    id: row.get(0)?,
                    position: row.get(1)?,
                    done: row.get(2)?,
                    began: time(3)?,
                    ended: time(4)?,
                    text: row.get(5)?,
                    origin,
                })
            },
        )
    }

    /// Time spent on a ticket.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn worklog(&self, id: TicketId) -> Result<Vec<WorkLog>, Refusal> {
        self.all("SELECT person, at, minutes, text FROM worklog WHERE ticket = ?1 ORDER BY at, id", [id.0], |row| {
            Ok(WorkLog {
                person: row.get::<_, Option<i64>>(0)?.map(PersonId),
                at: Timestamp(row.get(1)?),
                minutes: row.get(2)?,
                text: row.get(3)?,
            })
        })
    }

    /// A ticket's files, without their contents.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn attachments(&self, id: TicketId) -> Result<Vec<Attachment>, Refusal> {
        self.all(
            "SELECT id, at, name, media, size, sha256 FROM attachment WHERE ticket = ?1 ORDER BY id",
            [id.0],
            |row| {
                Ok(Attachment {
                    id: row.get(0)?,
                    at: Timestamp(row.get(1)?),
                    name: row.get(2)?,
                    media: row.get(3)?,
                    size: row.get(4)?,
                    sha256: row.get(5)?,
                })
            },
        )
    }

    /// The contents of a file by its checksum.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] when they are missing or do not fit the checksum.
    pub fn contents(&self, attachment: &Attachment) -> Result<Vec<u8>, Refusal> {
        use sha2::{Digest, Sha256};
        let bytes: Vec<u8> = self
            .one("SELECT bytes FROM blob WHERE sha256 = ?1", [&attachment.sha256], |row| row.get(0))?
            .ok_or_else(|| Refusal::Damaged(format!("the contents of {} are missing", attachment.name)))?;
        if hex(&Sha256::digest(&bytes)) != attachment.sha256 {
            return Err(Refusal::Damaged(format!("the contents of {} do not fit their checksum", attachment.name)));
        }
        Ok(bytes)
    }

    /// Who watches a ticket.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn watchers(&self, id: TicketId) -> Result<Vec<PersonId>, Refusal> {
        self.all("SELECT person FROM watcher WHERE ticket = ?1 ORDER BY person", [id.0], |row| row.get(0).map(PersonId))
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
