//! The desk *file*: opened safely wherever it lies, read by questions, changed by commands.
//!
//! There are two doors. [`Store::read`] gives a [`Reader`] with one method a question; [`Store::execute`] carries out one
//! command in one transaction, all or nothing. There is no third way in.

mod apply;
mod backup;
mod batch;
mod drive;
mod full_text;
mod health;
mod hold;
mod image;
mod location;
mod open;
mod plan;
mod presence;
mod probe;
mod put;
mod reader;
mod reinstate;
mod relocate;
mod restore;
mod rotation;
mod schema;
mod signpost;
mod undo;
mod verify;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

pub use backup::Saved;
pub use drive::{
    Away, Bounds, Holder, Nearby, Standing, Step, Stop, Unreadable, Waiting, WhenAway, give_up_damaged, on_step,
    place_of,
};
pub(crate) use drive::{in_time, moved_from};
pub use health::{Health, LOOKED_AT};
pub use location::{Class, OnlyRead, Place, Told, believe};
pub use open::Access;
pub use plan::WindowFate;
pub use plan::cmdb::inventory::{InventoryPlan, PlannedCi, PlannedRun, Reconciled};
pub use plan::import::{Action, ImportPlan, PlannedTicket};
pub use presence::{Doing, Present, Writing};
pub use probe::{Answering, Probe, is_locked};
pub use reader::calendar::{Calendar, Marked, Scheduled};
pub use reader::change::{ApprovalStep, Called, Planned, Silent, Voted};
pub use reader::cmdb::{
    CiCursor, CiEvent, CiFact, CiFinding, CiPage, CiRow, CiSheet, Concerned, Drift, Expiry, Installed, Reach, Related,
    Sighting, Title, Trouble,
};
pub use reader::facets::{Facet, FacetValue, Facets};
pub use reader::filter::Asker;
pub use reader::history::{Event, FieldChange};
pub use reader::journal::{ChangedRow, Transaction};
pub use reader::knowledge::{
    AlertRunbook, ArticleDue, ArticleEvent, ArticleFile, ArticleFlag, ArticleHit, ArticleRow, Cited, CitedArticle,
    Edition, Followed, FollowedStep, Found, Gap, How, Offered, Shelf, ShelfPlace, Similar, Suggestions, Why,
};
pub use reader::reasons::Reasons;
pub use reader::sheet::{Affected, Attachment, Entry, Linked, Sheet, Task, WorkLog};
pub use reader::tickets::{Cursor, Page, PageFrom};
pub use reader::wording::{machine, shown};
pub use reader::words::Words;
pub use reader::{Reader, names::Names};
pub use relocate::{Relocated, Relocation};
pub use restore::restore;
pub use verify::Finding;

use crate::desk::command::{Author, Command, Receipt, Request};
use crate::desk::field::{Field, Value};
use crate::desk::id::{CommandId, Seq, TicketId};
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::refusal::Refusal;
use crate::desk::rules::Rules;
use crate::desk::time::Moment;
use plan::Ahead;
use presence::Presence;

/// An open desk.
pub struct Store {
    /// The desk file; of a desk on a network drive, its local copy.
    conn: Connection,
    path: PathBuf,
    access: Access,
    at_rest: bool,
    rules: KnownRules,
    drive: Option<drive::Drive>,
    /// Whoever works at a desk on a local disk, as others see them; the agent of a drive has its own.
    presence: Option<Presence>,
    /// Who else was here at the last look.
    here: Vec<Present>,
}

/// How far a command is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Somebody else has the lock of the drive. Told again and again while that lasts.
    Waiting(Holder),
    /// It is thought through, on the desk as it is at this moment. Told again when others changed the desk meanwhile.
    Planning,
    /// So many of so many steps are written.
    Writing {
        /// Those done.
        done: usize,
        /// Those to do.
        all: usize,
    },
}

/// A command as it would be carried out: shown by `--dry-run`, and by screens before a bulk edit.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What its author would be told.
    pub receipt: Receipt,
    /// The rows it would change, as the journal would tell them.
    pub changes: Vec<ChangedRow>,
}

impl Store {
    /// Opens the desk at `path` on a local disk.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] or [`Refusal::Damaged`], with what to do; the file is left as it was.
    pub fn open(path: &Path) -> Result<Store, Refusal> {
        let open::Opened { conn, access, at_rest } = open::open(path)?;
        Ok(Store::over(conn, path, access, at_rest, None))
    }

    /// Opens the desk at `path` wherever it lies; on a network drive, a local copy of it is kept `nearby`. While the first
    /// copy is made, `telling` hears how many of how many rows are there. Where no lock reaches the others it is only read.
    ///
    /// # Errors
    /// As [`Store::open`]. A drive that is away is no error once there is a local copy.
    pub fn open_near(path: &Path, nearby: &Nearby, telling: &mut dyn FnMut(i64, i64)) -> Result<Store, Refusal> {
        let way = match drive::way_to(path, nearby)? {
            drive::Way::Directly => return Store::open(path),
            way => way,
        };
        let (drive, conn) = drive::Drive::open(path, nearby, &way, telling)?;
        Ok(Store::over(conn, path, drive.access(), false, Some(drive)))
    }

    /// Whether the desk at `path` is used by way of a local copy: it lies on a drive, or can't be seen now and there is a copy.
    ///
    /// # Errors
    /// When nobody can tell.
    pub fn is_copied(path: &Path, nearby: &Nearby) -> Result<bool, Refusal> {
        drive::way_to(path, nearby).map(|way| way != drive::Way::Directly)
    }

    fn over(conn: Connection, path: &Path, access: Access, at_rest: bool, drive: Option<drive::Drive>) -> Store {
        let (path, rules) = (path.to_owned(), RefCell::new(None));
        Store { conn, path, access, at_rest, rules, drive, presence: None, here: Vec::new() }
    }

    /// Makes a new desk at `path`, with the configuration and categories of every new desk and `founder` as its admin.
    ///
    /// # Errors
    /// [`Refusal::Rule`] when something lies there already; otherwise as [`Store::open`]. Nothing half-made is left.
    pub fn create(path: &Path, founder: &Author, moment: &Moment, label: &str) -> Result<Store, Refusal> {
        Store::build(path, founder, moment, label, |_| Ok(()))
    }

    /// Makes a new desk at `path` and lets `fill` carry out commands on it before anybody else can see it.
    ///
    /// It is built beside its place and moved there when it is whole and on the disk, so single commands need not wait for
    /// the disk meanwhile.
    ///
    /// # Errors
    /// As [`Store::create`], and what `fill` refuses. Nothing half-made is left.
    pub fn build(
        path: &Path,
        founder: &Author,
        moment: &Moment,
        label: &str,
        fill: impl FnOnce(&mut Store) -> Result<(), Refusal>,
    ) -> Result<Store, Refusal> {
        put::refuse_taken(path)?;
        open::allow_place(path)?;
        let part = put::Part::beside(path);
        Store::found(part.path(), founder, moment, label, fill)?;
        std::fs::File::open(part.path())
            .and_then(|file| file.sync_all())
            .map_err(|error| Refusal::Unavailable(format!("{} can't be made: {error}", path.display())))?;
        part.appear(path, Class::Local)?;
        Store::open(path)
    }

    /// As [`Store::build`], wherever `path` lies. What goes to a network drive is built on this machine's disk and put there
    /// whole.
    ///
    /// # Errors
    /// As [`Store::build`].
    pub fn build_near(
        path: &Path,
        nearby: &Nearby,
        founder: &Author,
        moment: &Moment,
        label: &str,
        fill: impl FnOnce(&mut Store) -> Result<(), Refusal>,
    ) -> Result<Store, Refusal> {
        let class = put::class_for(path)?;
        if class == Class::Local {
            return Store::build(path, founder, moment, label, fill);
        }
        put::refuse_taken(path)?;
        let draft = put::draft_in(&nearby.copy)?;
        Store::found(draft.path(), founder, moment, label, fill)?;
        draft.fit(class)?;
        put::Part::carry(draft.path(), path, None)?.appear(path, class)?;
        drive::forget_copies(&nearby.copy);
        Store::open_near(path, nearby, &mut |_, _| {})
    }

    fn found(
        path: &Path,
        founder: &Author,
        moment: &Moment,
        label: &str,
        fill: impl FnOnce(&mut Store) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let conn = open::create(path)?;
        let mut store = Store::over(conn, path, Access::Write, false, None);
        let sql = |error: rusqlite::Error| open::explain(path, &error);
        // A draft lost with the machine is no loss: the file is synced as a whole before it gets its name.
        store.conn.pragma_update(None, "synchronous", "off").map_err(sql)?;
        store
            .conn
            .execute(
                "INSERT INTO desk (id, uuid, created) VALUES (1, ?1, ?2)",
                (uuid::Uuid::now_v7().to_string(), moment.now.0),
            )
            .map_err(sql)?;
        let id = CommandId(uuid::Uuid::now_v7());
        let plan = plan::found(founder, label)?;
        store.commit(id, founder, moment, &plan, "found", None, "{}")?;
        fill(&mut store)?;
        // All of it belongs into the one file that is moved; a log left beside it would be lost.
        store.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(sql)
    }

    /// Where the desk lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it may be changed here.
    #[must_use]
    pub fn access(&self) -> Access {
        self.drive.as_ref().map_or(self.access, drive::Drive::access)
    }

    /// The reading door: questions to the desk as it is at this moment, unmoved by what others write meanwhile. While
    /// one reader lives, further ones see the same moment.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn read(&self) -> Result<Reader<'_>, Refusal> {
        if self.at_rest {
            open::refuse_stale(&self.path)?;
        }
        let snapshot = match self.conn.is_autocommit() {
            true => Some(self.conn.unchecked_transaction().map_err(|error| open::explain(&self.path, &error))?),
            false => None,
        };
        let rules = rules(&self.conn, &self.path, &self.rules)?;
        Ok(Reader::new(&self.conn, &self.path, rules, snapshot))
    }

    /// Tells what the person at this screen has looked at, and in which version; `is:changed` asks for it. It is personal, so
    /// it stays with this connection and never reaches the file.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn seen(&self, looked_at: impl IntoIterator<Item = (TicketId, Seq)>) -> Result<(), Refusal> {
        let note = || -> rusqlite::Result<()> {
            let mut statement =
                self.conn.prepare_cached("INSERT OR REPLACE INTO temp.seen (ticket, version) VALUES (?1, ?2)")?;
            looked_at.into_iter().try_for_each(|(ticket, version)| statement.execute((ticket.0, version.0)).map(|_| ()))
        };
        note().map_err(|error| open::explain(&self.path, &error))
    }

    /// A handle by which another thread can stop a question or command that runs too long.
    #[must_use]
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.conn.get_interrupt_handle())
    }

    /// A number that changes when another process has changed the file. Cheap.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn data_version(&self) -> Result<i64, Refusal> {
        if let Some(drive) = &self.drive {
            // Its news come into the local copy by another connection, and change the number by the next look.
            drive.look();
        }
        self.conn
            .query_row("PRAGMA data_version", [], |row| row.get(0))
            .map_err(|error| open::explain(&self.path, &error))
    }

    /// The changing door: one command, one transaction, all or nothing. A command whose id the desk knows already is not
    /// carried out again; its receipt is given again.
    ///
    /// It is planned while others may write, however long that takes, and applied under the lock.
    ///
    /// # Errors
    /// The [`Refusal`] of a rule, a conflict, or of the file. Nothing was changed then.
    pub fn execute(&mut self, request: &Request, author: &Author, moment: &Moment) -> Result<Receipt, Refusal> {
        self.execute_telling(request, author, moment, &mut |_| {})
    }

    /// As [`Store::execute`], telling now and then how far it is.
    ///
    /// # Errors
    /// As [`Store::execute`].
    pub fn execute_telling(
        &mut self,
        request: &Request,
        author: &Author,
        moment: &Moment,
        tell: &mut dyn FnMut(Stage),
    ) -> Result<Receipt, Refusal> {
        self.writable()?;
        if let Some(drive) = &self.drive {
            return drive.execute(request, author, moment, tell, || self.foresee(request, author, moment));
        }
        let body = serde_json::to_string(&request.command)
            .map_err(|error| Refusal::rule(format!("the command can't be kept: {error}")))?;
        if let Some(receipt) = self.known(request.id)? {
            return Ok(receipt);
        }
        let ahead = {
            let ground = self.read()?;
            tell(Stage::Planning);
            Ahead::plan(&ground, request, author, moment)?
        };
        let path = self.path.clone();
        let sql = |error: rusqlite::Error| open::explain(&path, &error);
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        open::refuse_replaced(&transaction, &path)?;
        verify::refuse_unfinished(&transaction, &path)?;
        // Another process may have been faster with the same command.
        if let Some(receipt) = known(&transaction, request.id).map_err(sql)? {
            return Ok(receipt);
        }
        let rules = rules(&transaction, &path, &self.rules)?;
        let plan = ahead.on(&Reader::new(&transaction, &path, rules, None), |ground| {
            tell(Stage::Planning);
            plan::plan(ground, request, author, moment)
        })?;
        let receipt = write(
            &transaction,
            request.id,
            author,
            moment,
            &plan,
            request.command.verb(),
            request.reason.as_deref(),
            &body,
            &mut |done, all| tell(Stage::Writing { done, all }),
        )
        .map_err(|failure| self::failed(&path, failure))?;
        transaction.commit().map_err(sql)?;
        Ok(receipt)
    }

    /// What a command would do, without doing it.
    ///
    /// # Errors
    /// As [`Store::execute`].
    pub fn preview(&mut self, request: &Request, author: &Author, moment: &Moment) -> Result<Preview, Refusal> {
        self.writable()?;
        let ahead = Ahead::plan(&self.read()?, request, author, moment)?;
        let path = self.path.clone();
        let sql = |error: rusqlite::Error| open::explain(&path, &error);
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        let rules = rules(&transaction, &path, &self.rules)?;
        let reader = Reader::new(&transaction, &path, rules, None);
        let plan = ahead.on(&reader, |ground| plan::plan(ground, request, author, moment))?;
        let receipt =
            write(&transaction, request.id, author, moment, &plan, request.command.verb(), None, "{}", &mut |_, _| {})
                .map_err(|failure| failed(&path, failure))?;
        let changes = match receipt.seq {
            Some(seq) => reader.changes_of(seq)?,
            None => Vec::new(),
        };
        drop(reader);
        transaction.rollback().map_err(sql)?;
        Ok(Preview { receipt, changes })
    }

    /// What a command would be told, planned on what is known here.
    fn foresee(&self, request: &Request, author: &Author, moment: &Moment) -> Result<Receipt, Refusal> {
        let plan = plan::plan(&self.read()?, request, author, moment)?;
        let plan::Plan { tickets, cis, articles, summary, notices, .. } = plan;
        // Its number comes with its place in the journal, which nobody knows yet.
        let opened = match &request.command {
            Command::Open(open) => Some((open, "")),
            Command::Knowledge(KnowledgeCommand::Solve { open, .. }) => Some((open.as_ref(), ", resolved")),
            _ => None,
        };
        let (tickets, summary) = match opened {
            Some((open, done)) => {
                let title = open.set.get(&Field::Title).and_then(Value::text).unwrap_or_default();
                (Vec::new(), format!("a new {}{done}: {title}", open.kind.word()))
            }
            None => (tickets, summary),
        };
        Ok(Receipt { seq: None, tickets, cis, articles, summary, notices, waits: None })
    }

    /// How it stands with the drive; `None` for a desk on a local disk.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.drive.as_ref().map(drive::Drive::standing)
    }

    /// What happened at the drive that whoever works here should be told; each is said once.
    #[must_use]
    pub fn news(&self) -> Vec<String> {
        self.drive.as_ref().map(drive::Drive::news).unwrap_or_default()
    }

    /// Whether this store must be opened again to see what is: its local copy was made anew.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.drive.as_ref().is_some_and(drive::Drive::is_outdated)
    }

    /// What waits in the outbox, oldest first.
    #[must_use]
    pub fn waiting(&self) -> Vec<Waiting> {
        self.drive.as_ref().map(drive::Drive::waiting).unwrap_or_default()
    }

    /// Looks, after a question was answered by [`Refusal::Damaged`], whether only the local copy of a desk on a network drive
    /// is damaged, and makes that anew. `true` when the store must be opened again.
    #[must_use]
    pub fn heal(&self) -> bool {
        self.drive.as_ref().is_some_and(drive::Drive::heal)
    }

    /// What lies in the outbox and can't be read: commands that were cut off, or of a newer program.
    #[must_use]
    pub fn unreadable(&self) -> Vec<Unreadable> {
        self.drive.as_ref().map(drive::Drive::unreadable).unwrap_or_default()
    }

    /// Takes a command out of the outbox that waits there: it will not be sent. Gives the file in which it stays for a
    /// while, with all that was typed.
    ///
    /// # Errors
    /// When it does not wait any more, and while it is being sent: it may be done already.
    pub fn discard(&self, id: CommandId) -> Result<PathBuf, Refusal> {
        match &self.drive {
            Some(drive) => drive.discard(id),
            None => Err(Refusal::not_found("nothing waits: this desk lies on a local disk")),
        }
    }

    /// Lets a command that was refused be sent again when the drive is looked at next.
    ///
    /// # Errors
    /// When it does not wait any more, or the outbox can't be written.
    pub fn retry(&self, id: CommandId) -> Result<(), Refusal> {
        match &self.drive {
            Some(drive) => drive.retry(id),
            None => Err(Refusal::not_found("nothing waits: this desk lies on a local disk")),
        }
    }

    /// Sends what waits and fetches what is new, and waits for that, but no longer than `patience`.
    pub fn refresh(&self, patience: std::time::Duration) {
        if let Some(drive) = &self.drive {
            drive.refresh(patience);
        }
    }

    /// Who else is at this desk now; asked once, and waited for.
    pub fn meet(&mut self, me: &Author) -> Vec<Present> {
        self.present(me, Doing::default());
        self.refresh(std::time::Duration::from_secs(3));
        self.present(me, Doing::default())
    }

    /// Lets others at this desk know what `me` does here, until this store is dropped; gives who else is here, as far as
    /// that is known. Cheap: made to be called at each look for changes.
    pub fn present(&mut self, me: &Author, doing: Doing) -> Vec<Present> {
        if let Some(drive) = &self.drive {
            return drive.present(doing);
        }
        let presence = self.presence.get_or_insert_with(|| Presence::new(&self.path, me));
        if let Some(here) = presence.look(doing) {
            self.here = here;
        }
        self.here.clone()
    }

    #[expect(clippy::too_many_arguments, reason = "each is a column of the journal")]
    fn commit(
        &mut self,
        id: CommandId,
        author: &Author,
        moment: &Moment,
        plan: &plan::Plan,
        verb: &str,
        reason: Option<&str>,
        body: &str,
    ) -> Result<Receipt, Refusal> {
        let path = self.path.clone();
        let transaction = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| open::explain(&path, &error))?;
        let receipt = write(&transaction, id, author, moment, plan, verb, reason, body, &mut |_, _| {})
            .map_err(|failure| failed(&path, failure))?;
        transaction.commit().map_err(|error| open::explain(&path, &error))?;
        Ok(receipt)
    }

    /// Why the place of the desk lets nobody write from this machine, if it is the place.
    #[must_use]
    pub fn only_read(&self) -> Option<&OnlyRead> {
        self.drive.as_ref().and_then(drive::Drive::only_read)
    }

    fn writable(&self) -> Result<(), Refusal> {
        if let (Access::Read, None, Some(drive)) = (self.access(), self.only_read(), &self.drive) {
            drive.ask_again();
        }
        match (self.access(), self.only_read()) {
            (_, Some(only_read)) => Err(only_read.refusal(self.path.display())),
            (Access::Write, None) => Ok(()),
            (Access::Read, None) => Err(Refusal::Unavailable(format!(
                "{} is read-only for you: its file or its folder can't be written. Reading works",
                self.path.display()
            ))),
        }
    }

    /// What became of a command: its receipt, once the desk has carried it out.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn known(&self, id: CommandId) -> Result<Option<Receipt>, Refusal> {
        known(&self.conn, id).map_err(|error| open::explain(&self.path, &error))
    }
}

/// Stops a question or command of a [`Store`] that runs in another thread.
pub struct Interrupter(rusqlite::InterruptHandle);

impl Interrupter {
    /// Stops what runs now, if anything does.
    pub fn stop(&self) {
        self.0.interrupt();
    }
}

/// Rules as they were read last, with the newest change that they contain.
type KnownRules = RefCell<Option<(i64, Rc<Rules>)>>;

/// The desk's rules as a connection sees them now, read again when somebody changed them.
fn rules(conn: &Connection, path: &Path, known: &KnownRules) -> Result<Rc<Rules>, Refusal> {
    let sql = |error: rusqlite::Error| open::explain(path, &error);
    let edition: i64 = conn
        .prepare_cached("SELECT ifnull(max(id), 0) FROM change WHERE tbl = 'setting' AND ticket IS NULL")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(sql)?;
    if let Some((known, rules)) = &*known.borrow()
        && *known == edition
    {
        return Ok(Rc::clone(rules));
    }
    let documents: Vec<(String, String)> = conn
        .prepare_cached("SELECT name, value FROM setting ORDER BY name")
        .and_then(|mut statement| statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(sql)?;
    let rules = Rules::read(documents.iter().map(|(name, text)| (name.as_str(), text.as_str())))
        .map_err(|error| Refusal::Damaged(format!("the desk's configuration: {error}")))?;
    let rules = Rc::new(rules);
    *known.borrow_mut() = Some((edition, Rc::clone(&rules)));
    Ok(rules)
}

fn known(conn: &Connection, id: CommandId) -> rusqlite::Result<Option<Receipt>> {
    let found: Option<(i64, String)> = conn
        .prepare_cached("SELECT seq, receipt FROM txn WHERE command = ?1")?
        .query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.map(|(seq, receipt)| {
        serde_json::from_str(&receipt).unwrap_or(Receipt {
            seq: Some(Seq(seq)),
            tickets: Vec::new(),
            cis: Vec::new(),
            articles: Vec::new(),
            summary: receipt,
            notices: Vec::new(),
            waits: None,
        })
    }))
}

#[expect(clippy::too_many_arguments, reason = "each is a column of the journal")]
fn write(
    conn: &Connection,
    id: CommandId,
    author: &Author,
    moment: &Moment,
    plan: &plan::Plan,
    verb: &str,
    reason: Option<&str>,
    body: &str,
    progress: apply::Tick<'_>,
) -> Result<Receipt, apply::Failure> {
    let mut receipt = Receipt {
        seq: None,
        tickets: plan.tickets.clone(),
        cis: plan.cis.clone(),
        articles: plan.articles.clone(),
        summary: plan.summary.clone(),
        notices: plan.notices.clone(),
        waits: None,
    };
    receipt.tickets.truncate(1_000);
    receipt.cis.truncate(1_000);
    receipt.articles.truncate(1_000);
    if plan.batch.writes.is_empty() {
        return Ok(receipt);
    }
    let seq = apply::next_seq(conn)?;
    receipt.seq = Some(seq);
    let told = serde_json::to_string(&receipt).unwrap_or_default();
    let heading =
        apply::Heading { id, author, at: moment.now, verb, summary: &plan.summary, reason, body, receipt: &told };
    apply::apply(conn, seq, &plan.batch, &heading, progress)?;
    Ok(receipt)
}

fn failed(path: &Path, failure: apply::Failure) -> Refusal {
    match failure {
        apply::Failure::Moved(ticket) => Refusal::rule(format!("ticket {ticket} changed meanwhile; try again")),
        apply::Failure::Sql(error) => open::explain(path, &error),
    }
}

#[cfg(test)]
pub(crate) mod tests;
