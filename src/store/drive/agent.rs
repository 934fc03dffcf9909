//! The one thread that touches the drive. A drive that hangs holds up this thread and nobody else: questions go to the local
//! copy, and who waits for a command stops waiting.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use rusqlite::{Connection, DropBehavior, Transaction, TransactionBehavior};

use super::block::change_counter;
use super::copy::Copying;
use super::delta::Delta;
use super::lock::{Holder, Patience};
use super::outbox::{Outbox, Waiting, soon};
use super::replica::{Past, Replica};
use super::signs::Signs;
use super::standing::{Flight, Shared, now};
use super::step::{Step, reached};
use super::still::{Drawn, Due, Still, Torn};
use super::touch::{Touch, away, explain};
use super::way::still_on_one;
use super::{Nearby, STOPPED, make_private};
use crate::desk::command::{Author, Receipt, Request};
use crate::desk::id::Seq;
use crate::desk::refusal::Refusal;
use crate::desk::time::{Moment, Timestamp};
use crate::store::apply::Failure;
use crate::store::location::OnlyRead;
use crate::store::plan::{self, Ahead};
use crate::store::presence::Presence;
use crate::store::{Access, KnownRules, Reader, Stage, known, open, rules, signpost, verify, write};

/// How often the drive is asked under the lock where its file system knows no way past its cache.
const SLOW: Duration = Duration::from_secs(5);
/// How often it is written down that the copy is as new as the drive.
const KEEP_FRESH: Duration = Duration::from_secs(30);
/// From here on a difference between the drive's clock and ours is told, in milliseconds.
const CLOCK: i64 = 60_000;

/// Something for the agent to do.
pub(super) enum Task {
    /// Look whether the drive has news, and fetch them; send what waits.
    Look(Option<Sender<()>>),
    /// Carry out a command at the drive.
    Execute(Box<(Request, Author, Moment)>, Sender<Told>, Arc<Flight>),
    /// Copy the desk file as it is to a local one.
    Draw(PathBuf, Sender<Result<(), Refusal>>),
    /// Be here no longer.
    Leave(Sender<()>),
    /// Close an entry of the journal that was never finished.
    Mend(Sender<Result<Option<Seq>, Refusal>>),
    /// Make the local copy anew if it is damaged; tells whether it was.
    Heal(Sender<bool>),
}

/// What the agent says while and after it works.
pub(super) enum Told {
    /// It goes on.
    Progress(Stage),
    /// It is done or refused.
    Done(Result<Receipt, Refusal>),
}

/// The thread's own things.
pub(super) struct Agent {
    desk: PathBuf,
    nearby: Nearby,
    replica: Replica,
    outbox: Outbox,
    access: Access,
    /// Why the desk is drawn as a whole and never written, where it is.
    still: Option<OnlyRead>,
    rules: KnownRules,
    shared: Arc<Shared>,
    /// The drive's change counter when it was touched last.
    counter: Option<u32>,
    /// When the lock was given back last.
    last: Option<Instant>,
    looked: Option<Instant>,
    /// Whether the desk was found to lie on a drive.
    placed: bool,
    /// Whoever works here, as others see them.
    presence: Option<Presence>,
    /// When it was written down last that the copy is as new as the drive.
    kept_fresh: Option<Instant>,
}

impl Agent {
    /// Makes the first local copy of a desk in `folder`, telling how much of all is done.
    pub(super) fn first_copy(
        desk: &Path,
        nearby: &Nearby,
        access: Access,
        still: Option<&OnlyRead>,
        shared: &Arc<Shared>,
        telling: &mut dyn FnMut(i64, i64),
    ) -> Result<PathBuf, Refusal> {
        let folder = &nearby.copy;
        make_private(folder)
            .map_err(|error| Refusal::Unavailable(format!("{} can't be made: {error}", folder.display())))?;
        let part = folder.join(format!("{}.part", uuid::Uuid::now_v7()));
        let copied = match still {
            Some(_) => {
                let target = Replica::next(folder);
                copy_still(desk, &part, &target, shared, telling).map(|()| target)
            }
            // Two processes that copy at once both get one; the one that was finished later counts.
            None => copy(desk, &part, access, shared, nearby.bounds.lock * 4, telling).map(|()| Replica::next(folder)),
        };
        let made = copied.and_then(|target| {
            std::fs::rename(&part, &target)
                .map_err(|error| Refusal::Unavailable(format!("{} can't be written: {error}", target.display())))?;
            Ok(target)
        });
        if made.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        let target = made?;
        Replica::forget_all_but(folder, Some(&target));
        Ok(target)
    }

    pub(super) fn new(
        desk: &Path,
        nearby: Nearby,
        replica: Replica,
        outbox: Outbox,
        access: Access,
        still: Option<OnlyRead>,
        shared: Arc<Shared>,
    ) -> Agent {
        Agent {
            desk: desk.to_owned(),
            nearby,
            replica,
            outbox,
            access,
            still,
            rules: KnownRules::default(),
            shared,
            counter: None,
            last: None,
            looked: None,
            placed: false,
            presence: None,
            kept_fresh: None,
        }
    }

    pub(super) fn run(mut self, tasks: &Receiver<Task>) {
        for task in tasks {
            self.shared.works();
            match task {
                Task::Look(done) => {
                    self.look();
                    self.meet();
                    self.shared.looked();
                    // Who asked may have stopped waiting; so below.
                    let _ = done.map(|done| done.send(()));
                }
                // Its author has let it wait meanwhile.
                Task::Execute(_, _, flight) if !flight.begin() => {}
                Task::Execute(what, told, flight) => {
                    let (request, author, moment) = *what;
                    let shared = Arc::clone(&self.shared);
                    let mut tell = |stage| {
                        shared.works();
                        let _ = told.send(Told::Progress(stage));
                    };
                    let mut outcome =
                        self.send_earlier(&mut tell).and_then(|()| self.execute(&request, &author, &moment, &mut tell));
                    if matches!(outcome, Err(Refusal::Damaged(_))) && self.heal() {
                        outcome = self.execute(&request, &author, &moment, &mut tell);
                    }
                    self.note(outcome.as_ref().err());
                    if matches!(&outcome, Ok(receipt) if receipt.seq.is_some()) {
                        // It may have waited in the outbox for an answer that did not come.
                        self.outbox.remove(request.id);
                    }
                    // Where it waits in the outbox, it is not being sent any more.
                    drop(flight);
                    let _ = told.send(Told::Done(outcome));
                }
                Task::Draw(to, done) => {
                    let outcome = self.draw(&to);
                    self.note(outcome.as_ref().err());
                    let _ = done.send(outcome);
                }
                Task::Leave(done) => {
                    self.presence = None;
                    let _ = done.send(());
                }
                Task::Mend(done) => {
                    let outcome = self.mend();
                    self.note(outcome.as_ref().err());
                    let _ = done.send(outcome);
                }
                Task::Heal(done) => {
                    let _ = done.send(self.heal());
                }
            }
            self.shared.rests();
        }
    }

    /// Sees who else is here, and is seen.
    fn meet(&mut self) {
        let Some(doing) = self.shared.doing() else { return };
        if self.still.is_some() {
            // Nothing at all is written there.
            return;
        }
        if self.shared.standing().away.is_some() {
            return self.shared.met(Vec::new());
        }
        let presence = self.presence.get_or_insert_with(|| Presence::new(&self.desk, &self.shared.me()));
        if let Some(here) = presence.look(doing) {
            self.shared.met(here);
        }
    }

    /// Looks for news without the lock, and takes it only when there are some.
    fn look(&mut self) {
        if self.still.is_some() {
            return self.look_still();
        }
        let news = match change_counter(&self.desk) {
            Ok(Some(counter)) => self.counter != Some(counter),
            Ok(None) => self.looked.is_none_or(|at| at.elapsed() > SLOW),
            Err(error) => return self.note(Some(&away(&self.desk, &error))),
        };
        if news {
            let outcome = self.catch_up();
            if outcome.is_err() {
                // What was not fetched is still news.
                self.counter = None;
                return self.note(outcome.as_ref().err());
            }
        }
        self.note(None);
        if let Some(may) = open::may_write(&self.desk) {
            // Somebody may have given this person the right to write, taken it, or mounted the drive again.
            self.access = if may { Access::Write } else { Access::Read };
            self.shared.may_write(self.access);
        }
        if self.access == Access::Read || self.outbox.is_empty() {
            return;
        }
        match self.send(Duration::ZERO) {
            // Another program is at it: no reason to call the drive away.
            Err(refusal) if refusal == busy_sending() => {}
            sent => self.note(sent.as_ref().err()),
        }
    }

    /// Looks whether somebody has written to a desk where no lock reaches them, and draws it then.
    fn look_still(&mut self) {
        let outcome = self.catch_up_still();
        let behind = match outcome {
            Ok(None) => return self.note(None),
            Ok(Some(until)) => format!("it changed, and is copied again {} at the earliest", until.rfc3339()),
            Err(Torn::Unsettled(why)) => why,
            Err(Torn::Refused(refusal)) => return self.note(Some(&refusal)),
        };
        self.shared.change(|standing| {
            standing.away = None;
            standing.behind = Some(behind);
        });
    }

    /// Brings the copy to where the desk is; tells until when that is put off, where it is.
    fn catch_up_still(&mut self) -> Result<Option<Timestamp>, Torn> {
        let signs = Signs::read(&self.desk, true)?;
        match Drawn::into_copy(self.replica.path()).map_or(Due::Now, |drawn| drawn.due(&signs, now())) {
            Due::No => return Ok(None),
            Due::At(until) => return Ok(Some(until)),
            Due::Now => {}
        }
        let still = Still::draw(&self.desk, &self.nearby.copy, &self.shared, &mut |_, _| {})?;
        self.refuse_rewritten(still.conn())?;
        let delta = self.replica.lacks(still.conn(), self.replica.position()?, i64::MAX)?;
        self.take_in(&[delta])?;
        still.is_in(self.replica.path());
        reached(Step::CaughtUp);
        Ok(None)
    }

    /// Sends what was given before a command that is to be carried out now, also where another program of this person is at
    /// it: commands of one person happen in the order in which they were given.
    fn send_earlier(&mut self, tell: &mut dyn FnMut(Stage)) -> Result<(), Refusal> {
        if self.access == Access::Read || self.outbox.is_empty() {
            return Ok(());
        }
        tell(Stage::Planning);
        if self.send(self.nearby.bounds.lock)? { Ok(()) } else { Err(busy_sending()) }
    }

    /// Sends what waits, in order. What the desk refuses stays, with the reason. `false` where another program is at it for
    /// longer than `patience`.
    fn send(&mut self, patience: Duration) -> Result<bool, Refusal> {
        let stop = self.shared.stop.clone();
        let Some(_sender) = self.outbox.sender(patience, &stop) else { return Ok(false) };
        let desk = self.ground().and_then(|ground| ground.identity()).unwrap_or_default();
        // Told last: what asks for a decision is not covered by what was sent.
        let mut undecided = Vec::new();
        let mut sent = Ok(true);
        for waiting in self.outbox.list().into_iter().filter(|waiting| waiting.refused.is_none()) {
            match self.send_one(&waiting, &desk, patience) {
                Ok(None) => {}
                Ok(Some(refusal)) => undecided.push(format!("Waits for your decision: {}: {refusal}", waiting.summary)),
                Err(refusal) => {
                    sent = Err(refusal);
                    break;
                }
            }
        }
        undecided.into_iter().for_each(|news| self.shared.tell(news));
        sent
    }

    /// Sends one that waits; gives why the desk refuses it.
    fn send_one(&mut self, waiting: &Waiting, desk: &str, patience: Duration) -> Result<Option<Refusal>, Refusal> {
        let id = waiting.request.id;
        let taken = soon(patience, &self.shared.stop, || self.outbox.take(id).transpose());
        // Its author may have taken it out while the one before was sent.
        let Some(Ok(_sending)) = taken else {
            return if self.outbox.holds(id) { Err(busy_sending()) } else { Ok(None) };
        };
        let whole = match waiting.desk == desk {
            true => self.outbox.whole(waiting),
            false => Err(Refusal::rule("it was meant for the desk that lay here before; look whether it still fits")),
        };
        let done = whole.and_then(|request| self.execute(&request, &waiting.author, &waiting.moment(), &mut |_| {}));
        match done {
            Ok(receipt) => {
                self.outbox.remove(id);
                self.shared.tell(format!("Sent now that the drive is back: {}", receipt.summary));
                Ok(None)
            }
            Err(refusal @ (Refusal::Unavailable(_) | Refusal::Damaged(_))) => Err(refusal),
            Err(refusal) => {
                let refusal = match self.ground() {
                    Ok(ground) => ground.in_words(refusal, &waiting.moment()),
                    Err(_) => refusal,
                };
                self.outbox.refused(waiting, refusal.clone())?;
                Ok(Some(refusal))
            }
        }
    }

    /// Brings a command to the drive. Planned here, on the local copy; applied there if nothing happened since, else planned
    /// again on what did.
    fn execute(
        &mut self,
        request: &Request,
        author: &Author,
        moment: &Moment,
        tell: &mut dyn FnMut(Stage),
    ) -> Result<Receipt, Refusal> {
        let body = serde_json::to_string(&request.command)
            .map_err(|error| Refusal::rule(format!("the command can't be kept: {error}")))?;
        let mut again = true;
        loop {
            tell(Stage::Planning);
            let ahead = Ahead::plan(&self.ground()?, request, author, moment)?;
            let touch = self.begin(author, tell)?;
            match self.carry_out(&touch, request, author, moment, ahead, &body, tell) {
                Ok(done) => {
                    self.end(touch);
                    if let Some(delta) = &done.delta {
                        // It is done, whether or not the copy can hold it.
                        let _ = self.take_in(std::slice::from_ref(delta));
                    }
                    reached(Step::Copied);
                    return Ok(done.receipt);
                }
                Err(refusal) if refusal == crowded() => {
                    self.end(touch);
                    self.replica.wait_for_turn()?;
                }
                // Nobody knows whether a commit that failed was one: the desk does, by the command's id.
                Err(Refusal::Unavailable(_) | Refusal::Damaged(_)) if std::mem::take(&mut again) => {
                    self.end(touch);
                    // What this machine sees of it may not be what the drive has.
                    self.counter = None;
                }
                Err(refusal) => {
                    self.end(touch);
                    if matches!(refusal, Refusal::Unavailable(_) | Refusal::Damaged(_)) {
                        self.counter = None;
                    }
                    return Err(refusal);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a command with all that is written about it")]
    fn carry_out(
        &mut self,
        touch: &Touch,
        request: &Request,
        author: &Author,
        moment: &Moment,
        ahead: Ahead,
        body: &str,
        tell: &mut dyn FnMut(Stage),
    ) -> Result<Carried, Refusal> {
        let path = self.desk.clone();
        let sql = |error: rusqlite::Error| explain(&path, &error);
        self.fetch(touch)?;
        reached(Step::CaughtUp);
        if let Some(receipt) = known(touch.conn()?, request.id).map_err(sql)? {
            return Ok(Carried { receipt, delta: None });
        }
        // The copy is as the desk now: where the place in the journal is still free, the plan holds.
        let plan = ahead.on(&self.ground()?, |ground| {
            tell(Stage::Planning);
            plan::plan(ground, request, author, moment)
        })?;
        let mut transaction = Transaction::new_unchecked(touch.conn()?, TransactionBehavior::Immediate).map_err(sql)?;
        // Whether it may be rolled back is looked at when the file is closed.
        transaction.set_drop_behavior(DropBehavior::Ignore);
        verify::refuse_unfinished(&transaction, &path)?;
        reached(Step::Begun);
        let reason = request.reason.as_deref();
        let verb = request.command.verb();
        let receipt = write(&transaction, request.id, author, moment, &plan, verb, reason, body, &mut |done, all| {
            tell(Stage::Writing { done, all });
        })
        .map_err(|failure| match failure {
            Failure::Sql(error) => sql(error),
            moved => crate::store::failed(&path, moved),
        })?;
        if receipt.seq.is_none() {
            return Ok(Carried { receipt, delta: None });
        }
        // Read while the pages are at hand; believed only after the commit.
        let delta = self.replica.lacks(&transaction, self.replica.position()?, i64::MAX)?;
        touch.commit(transaction)?;
        Ok(Carried { receipt, delta: Some(delta) })
    }

    /// The local copy as it is now, to plan on.
    fn ground(&self) -> Result<Reader<'_>, Refusal> {
        let conn = self.replica.conn();
        let snapshot = conn.unchecked_transaction().map_err(|error| open::explain(&self.desk, &error))?;
        let rules = rules(conn, &self.desk, &self.rules)?;
        Ok(Reader::new(conn, &self.desk, rules, Some(snapshot)))
    }

    /// Takes the lock and opens the desk.
    fn begin(&mut self, author: &Author, tell: &mut dyn FnMut(Stage)) -> Result<Touch, Refusal> {
        if let Some(only_read) = &self.still {
            return Err(only_read.refusal(self.desk.display()));
        }
        let me = Holder::now(author);
        let (shared, tell) = (Arc::clone(&self.shared), RefCell::new(tell));
        let waiting = |holder: &Holder| {
            shared.works();
            shared.change(|standing| standing.waiting_for = Some(holder.clone()));
            (tell.borrow_mut())(Stage::Waiting(holder.clone()));
        };
        let until = Instant::now() + self.nearby.bounds.lock;
        let patience = Patience { until, stop: shared.stop.flag(), waiting: &waiting };
        if !self.placed {
            still_on_one(&self.desk)?;
            self.placed = true;
        }
        let touch = Touch::begin(&self.desk, &me, self.last, self.access, &patience);
        self.shared.change(|standing| standing.waiting_for = None);
        let touch = touch?;
        if let Some(ahead) = touch.clock_ahead(me.since).filter(|ahead| ahead.abs() > CLOCK) {
            self.shared.change(|standing| standing.clock_ahead = Some(ahead));
        }
        Ok(touch)
    }

    fn end(&mut self, touch: Touch) {
        self.counter = touch.end();
        self.last = Some(Instant::now());
        self.looked = self.last;
    }

    /// Fetches all that the drive has and the copy lacks, a bite under each lock.
    fn catch_up(&mut self) -> Result<(), Refusal> {
        let me = self.shared.me();
        let mut deltas: Vec<Delta> = Vec::new();
        loop {
            self.shared.works();
            let touch = self.begin(&me, &mut |_| {})?;
            let outcome = self.bite(&touch, &mut deltas);
            self.end(touch);
            if outcome? {
                self.take_in(&deltas)?;
                reached(Step::CaughtUp);
                return Ok(());
            }
        }
    }

    /// Fetches the next bite; `true` when it was the last.
    fn bite(&mut self, touch: &Touch, deltas: &mut Vec<Delta>) -> Result<bool, Refusal> {
        self.refuse_rewritten(touch.conn()?)?;
        let from = match deltas.last() {
            Some(delta) => delta.to,
            None => self.replica.position()?,
        };
        let newest = touch.newest()?.seq;
        if from.seq < newest {
            deltas.push(self.replica.lacks(touch.conn()?, from, super::delta::BITE)?);
        }
        Ok(deltas.last().map_or(from, |delta| delta.to).seq >= newest)
    }

    /// Fetches under this lock all that the copy lacks.
    fn fetch(&mut self, touch: &Touch) -> Result<(), Refusal> {
        self.refuse_rewritten(touch.conn()?)?;
        let position = self.replica.position()?;
        if touch.newest()?.seq == position.seq {
            return Ok(());
        }
        let delta = self.replica.lacks(touch.conn()?, position, i64::MAX)?;
        let taken = self.replica.take_in_at_once(&delta);
        self.watch(taken.as_ref().err());
        if taken? { Ok(()) } else { Err(crowded()) }
    }

    /// A copy that can't be written is made anew at the next look.
    fn take_in(&mut self, deltas: &[Delta]) -> Result<(), Refusal> {
        let outcome = self.replica.take_in(deltas);
        self.watch(outcome.as_ref().err());
        outcome
    }

    fn watch(&self, refusal: Option<&Refusal>) {
        if let Some(Refusal::Damaged(_)) = refusal {
            self.shared.change(|standing| standing.copy_damaged = true);
        }
    }

    /// Compares the desk's past with what this machine has seen. Where they differ, that is told, what was seen is kept
    /// aside, and the copy is made anew.
    fn refuse_rewritten(&mut self, desk: &Connection) -> Result<(), Refusal> {
        let Past::Rewritten(how) = self.replica.compare(desk)? else { return Ok(()) };
        let kept = self.replica.set_aside(now())?;
        self.shared.change(|standing| standing.rewritten = Some(how.clone()));
        self.shared.tell(format!(
            "{} is not the desk that this machine saw last: {how}. What it saw is kept as {}",
            self.desk.display(),
            kept.display()
        ));
        self.shared.change(|standing| standing.copy_damaged = true);
        Err(Refusal::Unavailable(format!(
            "{}: {how}; nothing was changed. Its local copy is made anew",
            self.desk.display()
        )))
    }

    /// Notes how the drive is, after it was touched.
    fn note(&mut self, refusal: Option<&Refusal>) {
        let contents = self.outbox.contents();
        let before = self.shared.standing();
        let fresh = match refusal {
            None if self.kept_fresh.is_none_or(|at| at.elapsed() > KEEP_FRESH) => Some(now()),
            Some(Refusal::Unavailable(_) | Refusal::Damaged(_)) if before.away.is_none() => before.fresh,
            _ => None,
        };
        if let Some(fresh) = fresh {
            self.kept_fresh = Some(Instant::now());
            Replica::keep_fresh(&self.nearby.copy, fresh);
        }
        let signpost = refusal.and_then(|_| signpost::at(&self.desk));
        let moved = signpost.filter(|signpost| !signpost.is_of_a_restore(&self.desk)).map(|signpost| signpost.to);
        if matches!(refusal, Some(Refusal::Damaged(_))) && self.shared.standing().away.is_none() {
            // The desk's damage or the copy's: the copy can be made anew. Looked at once: it may be long.
            self.heal();
        }
        self.shared.change(|standing| {
            standing.lies_there(contents);
            standing.moved = moved;
            match refusal {
                Some(Refusal::Unavailable(text) | Refusal::Damaged(text)) if text != STOPPED => {
                    standing.away.get_or_insert_with(|| super::standing::Away { since: now(), why: text.clone() });
                }
                Some(_) => {}
                None => {
                    standing.away = None;
                    standing.behind = None;
                    standing.fresh = Some(now());
                }
            }
        });
        self.renew();
    }

    /// Copies the desk file while it is held, and brings the local copy to the same entry of the journal.
    fn draw(&mut self, to: &Path) -> Result<(), Refusal> {
        if self.still.is_some() {
            let workshop = to.parent().unwrap_or(&self.nearby.copy);
            return Still::draw(&self.desk, workshop, &self.shared, &mut |_, _| {})?.keep_as(to);
        }
        let me = self.shared.me();
        let touch = self.begin(&me, &mut |_| {})?;
        // What stands in the way of the copy does not stand in the way of looking at the desk.
        let _ = self.fetch(&touch);
        let drawn = touch.draw(to);
        self.end(touch);
        drawn
    }

    /// Closes an entry that was never finished, so that it can be taken back. What this machine saw of it is not what it is
    /// now: the copy is made anew.
    fn mend(&mut self) -> Result<Option<Seq>, Refusal> {
        let me = self.shared.me();
        let touch = self.begin(&me, &mut |_| {})?;
        let path = self.desk.clone();
        let close = |touch: &Touch| -> Result<Option<Seq>, Refusal> {
            let sql = |error: rusqlite::Error| open::explain(&path, &error);
            let transaction = Transaction::new_unchecked(touch.conn()?, TransactionBehavior::Immediate).map_err(sql)?;
            let closed = verify::close_unfinished(&transaction).map_err(sql)?;
            if closed.is_some() {
                touch.commit(transaction)?;
            }
            Ok(closed)
        };
        let closed = close(&touch);
        self.end(touch);
        if matches!(closed, Ok(Some(_))) {
            self.shared.change(|standing| standing.copy_damaged = true);
        }
        closed
    }

    /// Makes the local copy anew if it is damaged; says whether it is another now.
    fn heal(&mut self) -> bool {
        if !self.shared.standing().copy_damaged && !Replica::is_damaged(self.replica.path()) {
            return false;
        }
        self.shared.change(|standing| standing.copy_damaged = true);
        self.renew();
        !self.shared.standing().copy_damaged
    }

    /// Makes the local copy anew where it must be.
    fn renew(&mut self) {
        if !self.shared.standing().copy_damaged {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let still = self.still.as_ref();
        let made = Agent::first_copy(&self.desk, &self.nearby, self.access, still, &shared, &mut |_, _| shared.works());
        if let Ok(path) = made
            && let Ok(replica) = Replica::open(&path)
        {
            self.replica = replica;
            self.counter = None;
            self.shared.change(|standing| {
                standing.copy_damaged = false;
                standing.copy = Some(path);
            });
        }
    }
}

/// What a command is told that can't overtake another one of the same person.
fn busy_sending() -> Refusal {
    Refusal::Unavailable(String::from(
        "what you gave before it is being sent by another Deskhand of yours, which has no answer from the drive yet",
    ))
}

/// Somebody writes in the local copy just now.
fn crowded() -> Refusal {
    Refusal::Unavailable(String::from("another Deskhand of yours is at this machine's copy of the desk; try again"))
}

/// What was done at the drive.
struct Carried {
    receipt: Receipt,
    /// What the local copy lacks now.
    delta: Option<Delta>,
}

fn copy(
    desk: &Path,
    part: &Path,
    access: Access,
    shared: &Shared,
    patience: Duration,
    telling: &mut dyn FnMut(i64, i64),
) -> Result<(), Refusal> {
    let me = shared.me();
    let touch = || {
        let me = Holder::now(&me);
        let waiting = |holder: &Holder| shared.change(|standing| standing.waiting_for = Some(holder.clone()));
        let patience = Patience { until: Instant::now() + patience, stop: shared.stop.flag(), waiting: &waiting };
        Touch::begin(desk, &me, Some(Instant::now()), access, &patience)
    };
    let first = touch()?;
    let mut copying = Copying::begin(first.conn()?, part)?;
    first.end();
    loop {
        let held = touch()?;
        let slice = held.conn().and_then(|desk| copying.read(desk));
        held.end();
        let Some(slice) = slice? else { break };
        let (done, all) = copying.write(&slice)?;
        telling(done, all);
        if shared.stop.is_told() {
            return Err(Refusal::Unavailable(String::from(STOPPED)));
        }
    }
    copying.finish()?;
    // What happened meanwhile, before anybody reads.
    let replica = Replica::open(part)?;
    let held = touch()?;
    let delta = held.conn().and_then(|desk| replica.lacks(desk, replica.position()?, i64::MAX));
    held.end();
    replica.take_in(&[delta?])?;
    replica.close()
}

/// Makes a copy of a desk that is drawn as a whole.
fn copy_still(
    desk: &Path,
    part: &Path,
    target: &Path,
    shared: &Arc<Shared>,
    telling: &mut dyn FnMut(i64, i64),
) -> Result<(), Refusal> {
    let still = Still::draw(desk, part.parent().unwrap_or(Path::new(".")), shared, telling)?;
    let mut copying = Copying::begin(still.conn(), part)?;
    while let Some(slice) = copying.read(still.conn())? {
        let (done, all) = copying.write(&slice)?;
        telling(done, all);
    }
    copying.finish()?;
    still.is_in(target);
    Ok(())
}
