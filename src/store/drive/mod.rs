//! A desk on a network drive.
//!
//! SQLite's own locks, caches and journal can't be trusted across machines, so the shared file is touched in one way only:
//! one exclusive lock on a side file ([`lock`]), a fresh open, one short transaction, close, unlock ([`touch`]). All reading
//! goes to a local copy ([`replica`]), made in slices ([`copy`]) and kept current by fetching the rows that the journal names
//! ([`delta`]). One thread touches the drive ([`agent`]), so a drive that hangs holds up nobody; commands that can't be
//! brought to it wait in the [`outbox`]. Where no lock reaches the other machines ([`way`]), the file is drawn as a whole and
//! looked over before it is believed ([`still`]), and nothing is written. The rest of the program asks a [`crate::store::Store`] and does not know.

mod agent;
mod block;
mod copy;
mod delta;
mod lock;
mod outbox;
mod replica;
mod signs;
mod standing;
mod step;
mod still;
mod touch;
mod way;

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use agent::{Agent, Task, Told};
pub(crate) use delta::position;
pub use lock::Holder;
pub(crate) use lock::Patience;
use outbox::Outbox;
pub use outbox::{Unreadable, Waiting};
use replica::Replica;
pub use standing::{Away, Standing, Stop};
use standing::{Flight, Shared};
pub(crate) use step::reached;
pub use step::{Step, on_step};
pub(crate) use touch::{Newest, Touch, newest};
pub use way::place_of;
pub(crate) use way::{Way, way_to};

use crate::desk::command::{Author, Receipt, Request};
use crate::desk::id::{CommandId, Seq};
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::location::{OnlyRead, is_shared};
use crate::store::presence::{Doing, Present};
use crate::store::signpost;
use crate::store::{Access, Stage, open};

/// What this machine keeps of a desk that lies elsewhere, and how it is used from here.
#[derive(Clone, Debug)]
pub struct Nearby {
    /// The folder of the local copy: rebuildable.
    pub copy: PathBuf,
    /// The folder of the outbox.
    pub outbox: PathBuf,
    /// Who works here.
    pub me: Author,
    /// What becomes of commands while the drive is away.
    pub when_away: WhenAway,
    /// How long to wait at the beginning for what the drive has new.
    pub patience: Duration,
    /// How long anybody waits for the drive.
    pub bounds: Bounds,
    /// Tells that nobody waits any more, for the first copy or the lock.
    pub stop: Stop,
}

/// How long anybody waits for a drive before going on without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// For an answer of the operating system about it.
    pub answer: Duration,
    /// For the lock while others have it: then a command goes to the outbox.
    pub lock: Duration,
    /// For a sign of a command that was brought to it: then its author is let go. The command goes on, and is found done or
    /// done later.
    pub silence: Duration,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { answer: Duration::from_secs(3), lock: Duration::from_secs(15), silence: Duration::from_secs(30) }
    }
}

/// What becomes of a command while the drive is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenAway {
    /// It is refused; whoever gave it decides what next.
    Refuse,
    /// It waits in the outbox and is sent when the drive is back.
    Wait,
}

/// After so long without a sign a drive counts as away: it hangs.
const HANG: Duration = Duration::from_secs(10);
/// How long a command waits to hear that a drive that was away is back, or that it can be written by now.
const BACK: Duration = Duration::from_millis(500);
/// How long a command waits for an answer before it looks whether its author leaves.
const TURN: Duration = Duration::from_millis(100);
/// How long whoever leaves waits until the others can see it.
const FAREWELL: Duration = Duration::from_millis(500);
/// What a refusal says where its author gave up waiting.
const STOPPED: &str = "stopped";

/// A desk on a drive, as one store uses it.
pub(crate) struct Drive {
    tasks: Sender<Task>,
    shared: Arc<Shared>,
    outbox: Outbox,
    copy: PathBuf,
    when_away: WhenAway,
    bounds: Bounds,
    /// Why nothing is written there.
    only_read: Option<OnlyRead>,
    /// The desk's own, which tells it from another in its place.
    identity: String,
}

impl Drive {
    /// Opens a desk on a drive: its local copy, made first where there is none, and the thread that touches the drive.
    ///
    /// # Errors
    /// When there is no local copy and the drive can't be read.
    pub(crate) fn open(
        desk: &Path,
        nearby: &Nearby,
        way: &Way,
        telling: &mut dyn FnMut(i64, i64),
    ) -> Result<(Drive, Connection), Refusal> {
        let shared = Arc::new(Shared::new(nearby.me.clone(), nearby.stop.clone()));
        // The first question to a drive that hangs is never answered.
        let path = desk.to_owned();
        let answer = nearby.bounds.answer;
        let refused = in_time(answer, move || open::may_write(&path)).flatten() == Some(false);
        let only_read = way.only_read().cloned();
        let access = if refused || only_read.is_some() { Access::Read } else { Access::Write };
        if is_shared(&nearby.copy) {
            return Err(Refusal::Unavailable(format!(
                "{} lies on a network drive itself, and this machine's copy of the desk must not; set XDG_CACHE_HOME to a folder on a local disk",
                nearby.copy.display()
            )));
        }
        let found = Replica::find(&nearby.copy);
        let ready = |copy: &Path| Ok((Replica::ask(copy)?, Replica::open(copy)?));
        let (copy, (conn, replica)) = match found.map(|copy| ready(&copy).map(|open| (copy, open))) {
            Some(Ok(found)) => found,
            Some(Err(Refusal::Damaged(_))) | None => {
                let copy = Agent::first_copy(desk, nearby, access, only_read.as_ref(), &shared, telling)?;
                let open = ready(&copy)?;
                (copy, open)
            }
            Some(Err(refusal)) => return Err(refusal),
        };
        way.remember(&nearby.copy);
        shared.change(|standing| standing.fresh = Replica::fresh(&nearby.copy));
        shared.may_write(access);
        Replica::sweep(&nearby.copy);
        let identity = conn.query_row("SELECT uuid FROM desk", [], |row| row.get(0));
        let identity: String = identity.map_err(|error| open::explain(&copy, &error))?;
        let outbox = Outbox::at(&nearby.outbox, desk);
        outbox.adopt(&identity, |place| moved_from(place, nearby.bounds.answer));
        let (tasks, asked) = channel();
        let (sending, sharing) = (outbox.clone(), Arc::clone(&shared));
        let (desk, near) = (desk.to_owned(), nearby.clone());
        let still = only_read.clone();
        std::thread::spawn(move || Agent::new(&desk, near, replica, sending, access, still, sharing).run(&asked));
        let (when_away, bounds) = (nearby.when_away, nearby.bounds);
        let drive = Drive { tasks, shared, outbox, copy, when_away, bounds, only_read, identity };
        drive.refresh(nearby.patience);
        Ok((drive, conn))
    }

    /// Lets the agent look for news of others, unless it is at it already. Does not wait.
    pub(crate) fn look(&self) {
        if self.shared.may_look() {
            // A thread that is gone has nothing to look at.
            let _ = self.tasks.send(Task::Look(None));
        }
    }

    /// Looks for news and waits until they are in the local copy, but no longer than `patience`. Where the desk is drawn as
    /// a whole, that is how long there may be no sign: a program that ends earlier would draw in vain each time.
    pub(crate) fn refresh(&self, patience: Duration) {
        let (done, looked) = channel();
        if self.tasks.send(Task::Look(Some(done))).is_err() {
            return;
        }
        while looked.recv_timeout(patience) == Err(RecvTimeoutError::Timeout)
            && self.only_read.is_some()
            && !patience.is_zero()
            && self.shared.silent_since(patience).is_none()
        {}
    }

    /// Why nothing is written to this desk from here, whoever asks.
    pub(crate) fn only_read(&self) -> Option<&OnlyRead> {
        self.only_read.as_ref()
    }

    /// How it stands with the drive. One that hangs can't say so itself.
    pub(crate) fn standing(&self) -> Standing {
        let standing = self.shared.standing();
        match self.shared.silent_since(HANG) {
            Some(since) if standing.away.is_none() => {
                let why = String::from("the drive does not answer");
                let mut standing = Standing { away: Some(Away { since, why }), ..standing };
                standing.lies_there(self.outbox.contents());
                standing
            }
            _ => standing,
        }
    }

    /// Whether the desk may be changed, as far as is known now: a drive may become writable, or stop being so.
    pub(crate) fn access(&self) -> Access {
        self.shared.access()
    }

    /// Asks a drive that could not be written whether it can by now. One that hangs is not waited for.
    pub(crate) fn ask_again(&self) {
        self.refresh(BACK);
    }

    /// Lets others know what whoever works here does, from the next look on; gives who else was here at the last one.
    pub(crate) fn present(&self, doing: Doing) -> Vec<Present> {
        self.shared.does(doing);
        self.shared.here()
    }

    /// What happened that whoever works here should be told once.
    pub(crate) fn news(&self) -> Vec<String> {
        self.shared.news()
    }

    /// Whether the local copy was made anew: the store must be opened again to see it.
    pub(crate) fn is_outdated(&self) -> bool {
        self.shared.standing().copy.is_some_and(|copy| copy != self.copy)
    }

    /// What waits in the outbox, oldest first.
    pub(crate) fn waiting(&self) -> Vec<Waiting> {
        self.outbox.list()
    }

    /// What lies in the outbox and can't be read.
    pub(crate) fn unreadable(&self) -> Vec<Unreadable> {
        self.outbox.contents().unreadable
    }

    /// Lets a command that was refused be sent again, at the next look.
    pub(crate) fn retry(&self, id: CommandId) -> Result<(), Refusal> {
        self.outbox.retry(id)?;
        self.tell_outbox();
        Ok(())
    }

    /// Takes a command out of the outbox: its author wants it no more, or gave it again in another form. Gives the file in
    /// which it stays for a while.
    pub(crate) fn discard(&self, id: CommandId) -> Result<PathBuf, Refusal> {
        let kept = self.outbox.discard(id);
        self.tell_outbox();
        kept
    }

    fn tell_outbox(&self) {
        let contents = self.outbox.contents();
        self.shared.change(|standing| standing.lies_there(contents));
    }

    /// Brings a command to the drive; where that is away, it waits in the outbox or is refused.
    ///
    /// `planned` tells what it would do by the local copy, or why that refuses it.
    pub(crate) fn execute(
        &self,
        request: &Request,
        author: &Author,
        moment: &Moment,
        tell: &mut dyn FnMut(Stage),
        planned: impl FnOnce() -> Result<Receipt, Refusal>,
    ) -> Result<Receipt, Refusal> {
        let may_wait = self.when_away == WhenAway::Wait;
        self.shared.stop.forget();
        if self.standing().away.is_some() && may_wait && !self.shared.stop.is_left() {
            // Perhaps it is back; one that hangs is not waited for with each command.
            self.refresh(BACK);
        }
        let flight = Arc::new(Flight::default());
        let outcome = match self.standing().away {
            Some(away) if may_wait => Err(Refusal::Unavailable(away.why)),
            _ => self.bring(request, author, moment, &flight, tell),
        };
        match outcome {
            // To a desk that was moved nothing is ever sent from here.
            Err(Refusal::Unavailable(why)) if may_wait && why != STOPPED && self.standing().moved.is_none() => {
                flight.withdraw();
                let receipt = planned()?;
                self.outbox.keep(request, author, moment, &receipt.summary, &self.identity)?;
                if let Ok(sending) = self.outbox.take(request.id) {
                    flight.mark(sending);
                }
                self.tell_outbox();
                Ok(Receipt {
                    seq: None,
                    waits: Some(request.id),
                    notices: vec![format!("It waits on this machine until the drive is back: {why}")],
                    ..receipt
                })
            }
            // Whoever gave it may not know that it could have waited.
            Err(Refusal::Unavailable(why)) if !may_wait && why != STOPPED && self.standing().moved.is_none() => {
                Err(Refusal::Unavailable(format!(
                    "{why}. With --queue a change waits on this machine until the drive answers, and happens once"
                )))
            }
            outcome => outcome,
        }
    }

    fn bring(
        &self,
        request: &Request,
        author: &Author,
        moment: &Moment,
        flight: &Arc<Flight>,
        tell: &mut dyn FnMut(Stage),
    ) -> Result<Receipt, Refusal> {
        let (answer, told) = channel();
        let task = Task::Execute(Box::new((request.clone(), author.clone(), *moment)), answer, Arc::clone(flight));
        let gone = || Refusal::Unavailable(String::from("the thread that works at the drive has ended; start again"));
        self.tasks.send(task).map_err(|_| gone())?;
        let begun = Instant::now();
        let mut until = begun + self.bounds.silence;
        let mut held = None;
        loop {
            if self.shared.stop.is_left() {
                return Err(Refusal::Unavailable(String::from("the drive had not answered when Deskhand was left")));
            }
            // In short turns: whoever leaves is not kept.
            match told.recv_timeout(until.saturating_duration_since(Instant::now()).min(TURN)) {
                Ok(Told::Progress(stage)) => {
                    until = Instant::now() + self.bounds.silence;
                    held = match &stage {
                        Stage::Waiting(holder) => Some(holder.clone()),
                        _ => None,
                    };
                    tell(stage);
                }
                Ok(Told::Done(outcome)) => return outcome,
                Err(RecvTimeoutError::Disconnected) => return Err(gone()),
                Err(RecvTimeoutError::Timeout) if Instant::now() < until => {}
                Err(RecvTimeoutError::Timeout) => return Err(self.silent(begun.elapsed(), held.as_ref(), flight)),
            }
        }
    }

    /// What the author of a command is told that is not waited for any longer.
    fn silent(&self, waited: Duration, held: Option<&Holder>, flight: &Flight) -> Refusal {
        let holder = held.filter(|holder| !holder.login.is_empty());
        let holder = holder.map_or_else(String::new, |holder| format!("; its lock was held by {holder}"));
        let silent = format!("the drive has not answered for {} s{holder}", waited.as_secs());
        let done = match flight.withdraw() {
            true => "Nothing was changed",
            false => "Nobody knows yet whether the change was made: deskhand log tells when the drive answers",
        };
        Refusal::Unavailable(match self.when_away {
            WhenAway::Wait => silent,
            WhenAway::Refuse => format!("{silent}. {done}"),
        })
    }

    /// Copies the desk file as it is at the drive to a local one.
    pub(crate) fn draw(&self, to: &Path) -> Result<(), Refusal> {
        self.ask(|done| Task::Draw(to.to_owned(), done))?
    }

    /// Closes an entry of the journal that was never finished; tells which.
    pub(crate) fn mend(&self) -> Result<Option<Seq>, Refusal> {
        self.ask(Task::Mend)?
    }

    /// Looks whether the local copy is damaged, and makes it anew if so. `true` when the store must be opened again.
    pub(crate) fn heal(&self) -> bool {
        let (done, healed) = channel();
        // A drive that hangs holds up nobody's questions: the copy is made when it is back.
        let asked = self.tasks.send(Task::Heal(done)).is_ok();
        asked && healed.recv_timeout(self.bounds.answer).unwrap_or(false) || self.is_outdated()
    }

    /// Has the local copy made anew at once.
    pub(crate) fn renew(&self) {
        self.shared.change(|standing| standing.copy_damaged = true);
        // Where the drive is away, it is made when that is back.
        let _ = self.ask(Task::Heal);
    }

    /// The folder of the local copy.
    pub(crate) fn folder(&self) -> &Path {
        self.copy.parent().unwrap_or(Path::new("."))
    }

    fn ask<T>(&self, task: impl FnOnce(Sender<T>) -> Task) -> Result<T, Refusal> {
        let (done, told): (_, Receiver<T>) = channel();
        let gone = || Refusal::Unavailable(String::from("the drive does not answer"));
        self.tasks.send(task(done)).map_err(|_| gone())?;
        told.recv().map_err(|_| gone())
    }
}

impl Drop for Drive {
    fn drop(&mut self) {
        let (done, left) = channel();
        if self.shared.doing().is_some() && self.tasks.send(Task::Leave(done)).is_ok() {
            // Who is not seen to leave is gone in two minutes.
            let _ = left.recv_timeout(FAREWELL);
        }
    }
}

/// Makes a folder that nobody else may look into, whatever this person's umask says: what is kept in it is the desk.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// What `ask` finds out, or `None` where it takes longer than `patience`: it goes on in a thread that nobody waits for.
pub(crate) fn in_time<T: Send + 'static>(patience: Duration, ask: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (tell, told) = channel();
    std::thread::spawn(move || tell.send(ask()));
    told.recv_timeout(patience).ok()
}

/// Gives up the local copy of a desk if it is damaged; says whether it was. The next who opens the desk makes another.
#[must_use]
pub fn give_up_damaged(nearby: &Nearby) -> bool {
    let damaged = Replica::find(&nearby.copy).is_some_and(|copy| Replica::is_damaged(&copy));
    if damaged {
        forget_copies(&nearby.copy);
    }
    damaged
}

/// Gives up the local copies in a folder; the next who opens the desk makes one.
pub(crate) fn forget_copies(folder: &Path) {
    Replica::forget_all_but(folder, None);
}

/// Whether a signpost lies where a desk lay: it was moved. A place that does not answer tells nothing.
pub(crate) fn moved_from(place: &Path, patience: Duration) -> bool {
    let place = place.to_owned();
    let moved = move || signpost::at(&place).is_some_and(|signpost| !signpost.is_of_a_restore(&place));
    in_time(patience, moved).unwrap_or(false)
}

#[cfg(test)]
mod tests;
