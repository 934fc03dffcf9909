//! The store's threads: questions in slots where the newest wins, changes in order.
//!
//! A question asked again replaces the one that waits and stops the one that runs; its late answer would be dropped by its
//! generation anyway. While nothing is asked the reader looks once a second whether another process changed the desk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::desk::command::{Author, Command, OpenTicket, Receipt, Record, Request, Target};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{Kind, Number, PersonId, Seq, TicketId};
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::link::Relation;
use crate::desk::query::{Is, Query, Term};
use crate::desk::refusal::Refusal;
use crate::desk::rules::{View, fill};
use crate::desk::time::Moment;
use crate::exchange::file;
use crate::home::memory::Memory;
use crate::home::{Home, moment};
use crate::store::{
    Access, Asker, Attachment, Doing, Holder, Interrupter, Nearby, OnlyRead, Reader, Stage, Stop, Store, WhenAway,
};
use crate::tui::effect::{Fetch, Generation, Post, Question, Slot, Wish};
use crate::tui::inquiry::{calendar, inquire, knowledge};
use crate::tui::lookup::look_up;
use crate::tui::message::{Answer, Msg, Welcome, Whole};
use crate::tui::outlook::look_ahead;
use crate::tui::proposal::propose;
use crate::tui::standing::{Kept, Standing};

/// How often it does while nobody looks at the screens.
const AWAY: Duration = Duration::from_secs(30);
/// Who waits longer than this for their turn at the drive is told for whom.
const NOTICED: Duration = Duration::from_millis(150);
/// How long whoever leaves waits for what is on its way to a drive, and then until the others can see that they left.
const FAREWELL: Duration = Duration::from_millis(700);
/// How many looks make a minute.
const MINUTE: u32 = 60;
/// After how many looks it asks again whether a backup is due; the first time after a minute.
const BACKUP_LOOKS: u32 = 15 * MINUTE;
/// How often an idle reader looks for changes of others.
const LOOK: Duration = Duration::from_secs(1);

/// The threads at the desk.
pub struct Worker {
    shared: Arc<Shared>,
    wishes: Option<Sender<Job>>,
    /// Closed when the thread that writes has ended.
    writer: Option<Receiver<()>>,
    /// Closed when the thread that reads has ended.
    reader: Receiver<()>,
    /// Lets the first copy of a desk on a drive be.
    leave: Stop,
    /// Lets a command that waits for its turn at the drive be.
    give_up: Stop,
}

/// Something for the thread that writes.
enum Job {
    Do(Wish),
    Preview(Wish),
    Fetch(Box<Attachment>, Fetch),
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    asked: Condvar,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<Slot, (Generation, Question)>,
    /// What was looked at and not told the store yet.
    seen: Vec<(TicketId, Seq)>,
    /// Whether nobody looks at the screens.
    away: bool,
    /// Whether somebody looks again, and has not seen what changed meanwhile.
    returned: bool,
    /// Whether each minute is told.
    beats: bool,
    running: Option<Slot>,
    interrupter: Option<Interrupter>,
    ended: bool,
    /// What others may know of what is done here.
    doing: Doing,
    /// What shall become of commands in the outbox.
    posts: Vec<Post>,
}

impl Shared {
    /// What a panicking thread left behind is still a list of questions.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    /// Opens the desk in threads of its own; the first message is [`Msg::Opened`].
    #[must_use]
    pub fn start(
        desk: &Path,
        author: &Author,
        messages: &Sender<Msg>,
        seen: BTreeMap<TicketId, Seq>,
        memory: Memory,
    ) -> Worker {
        let shared = Arc::new(Shared::default());
        shared.lock().seen.extend(seen);
        let (wishes, wished) = std::sync::mpsc::channel::<Job>();
        let (leave, give_up) = (Stop::default(), Stop::default());
        let (ends, reader) = std::sync::mpsc::channel();
        let place = Place { desk: desk.to_path_buf(), author: author.clone(), messages: messages.clone() };
        let (reading, left, sharing) = (place.clone(), leave.clone(), Arc::clone(&shared));
        thread::spawn(move || {
            let _ends: Sender<()> = ends;
            read(&reading, &left, &sharing, memory);
        });
        let stop = give_up.clone();
        let (ends, writer) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let _ends: Sender<()> = ends;
            let mut store = None;
            for job in wished {
                if place.messages.send(carry_out(&mut store, &place, &stop, job)).is_err() {
                    return;
                }
            }
        });
        Worker { shared, wishes: Some(wishes), writer: Some(writer), reader, leave, give_up }
    }

    /// Asks a question in place of the last one of its slot.
    pub fn ask(&self, slot: Slot, generation: Generation, question: Question) {
        let mut state = self.shared.lock();
        state.waiting.insert(slot, (generation, question));
        // What is waited for on the screen does not wait behind counts.
        if state.running.is_some_and(|running| running >= slot)
            && let Some(interrupter) = &state.interrupter
        {
            interrupter.stop();
        }
        self.shared.asked.notify_one();
    }

    /// Tells that a ticket was looked at, for `is:changed`.
    pub fn saw(&self, ticket: TicketId, version: Seq) {
        self.shared.lock().seen.push((ticket, version));
    }

    /// Looks at the desk seldom while nobody looks at the screens, and at once when somebody does again.
    pub fn attend(&self, here: bool) {
        let mut state = self.shared.lock();
        state.returned |= here && state.away;
        state.away = !here;
        self.shared.asked.notify_one();
    }

    /// Tells what others may know of what is done here; they see it at the next look.
    pub fn does(&self, doing: Doing) {
        self.shared.lock().doing = doing;
    }

    /// Changes the outbox.
    pub fn post(&self, post: Post) {
        let mut state = self.shared.lock();
        state.posts.push(post);
        state.returned = true;
        self.shared.asked.notify_one();
    }

    /// Lets a command that waits for its turn at the drive be: it is refused.
    pub fn give_up(&self) {
        self.give_up.now();
    }

    /// Tells each minute, for screens that nobody touches.
    pub fn beat(&self) {
        self.shared.lock().beats = true;
    }

    /// Queues a change.
    pub fn wish(&self, wish: Wish) {
        self.queue(Job::Do(wish));
    }

    /// Queues a change that is told and not made.
    pub fn preview(&self, wish: Wish) {
        self.queue(Job::Preview(wish));
    }

    /// Queues an attachment to be saved.
    pub fn fetch(&self, attachment: Box<Attachment>, fetch: Fetch) {
        self.queue(Job::Fetch(attachment, fetch));
    }

    fn queue(&self, job: Job) {
        if let Some(wishes) = &self.wishes {
            // The thread lives as long as this sender.
            let _ = wishes.send(job);
        }
    }

    /// Waits until every change that was queued is carried out or refused. Those for which a drive does not answer soon
    /// wait in the outbox.
    pub fn finish(&mut self) {
        drop(self.wishes.take());
        let Some(writer) = self.writer.take() else { return };
        // A writer that died has nothing more to do.
        if let Err(RecvTimeoutError::Timeout) = writer.recv_timeout(FAREWELL) {
            self.give_up.leave();
            // What can't be left is done soon, or is a change of a desk on this machine.
            let _ = writer.recv();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.finish();
        self.leave.now();
        {
            let mut state = self.shared.lock();
            state.ended = true;
            if let Some(interrupter) = state.running.and(state.interrupter.as_ref()) {
                interrupter.stop();
            }
        }
        self.shared.asked.notify_one();
        // It tells the others that nobody is here any more; who is not told in time sees it in two minutes.
        let _ = self.reader.recv_timeout(FAREWELL);
    }
}

/// Which desk, who works there, and who is told.
#[derive(Clone)]
struct Place {
    desk: PathBuf,
    author: Author,
    messages: Sender<Msg>,
}

/// Opens the desk wherever it lies; what can't be brought to a drive waits.
fn open(place: &Place, stop: &Stop) -> Result<Store, Refusal> {
    let Some(home) = Home::find() else { return Store::open(&place.desk) };
    let nearby = home.nearby(&place.desk, &place.author, WhenAway::Wait, Duration::ZERO);
    let nearby = Nearby { stop: stop.clone(), ..nearby };
    let mut shown = -1;
    Store::open_near(&place.desk, &nearby, &mut |done, all| {
        let percent = done * 100 / all.max(1);
        if std::mem::replace(&mut shown, percent) != percent {
            // Screens that are gone have stopped this already.
            let _ = place.messages.send(Msg::Copying(done, all));
        }
    })
}

/// Lets this person's own files follow a desk that was moved.
fn follow(store: &Store, place: &Place) {
    let identity = store.read().and_then(|reader| reader.identity());
    if let (Some(home), Ok(identity)) = (Home::find(), identity) {
        home.follow(&place.desk, &identity);
    }
}

/// How it stands with the drive, and who is here.
fn stand(store: &mut Store, author: &Author, doing: Doing) -> Standing {
    let here = store.present(author, doing);
    let Some(standing) = store.standing() else { return Standing { here, ..Standing::default() } };
    let moment = moment();
    let kept = |reader: Reader| standing.waiting.iter().map(|one| Kept::read(one, &reader, &moment)).collect();
    let waiting = match standing.waiting.is_empty() {
        true => Vec::new(),
        false => store.read().map(kept).unwrap_or_default(),
    };
    let as_of = standing.fresh.filter(|_| standing.away.is_some() || standing.behind.is_some());
    let unreadable = standing.unreadable.iter().map(|left| format!("{}: {}", left.file.display(), left.why)).collect();
    Standing { away: standing.away.map(|away| away.why), as_of, waiting, unreadable, here }
}

fn read(place: &Place, leave: &Stop, shared: &Shared, mut memory: Memory) {
    let Place { author, messages, .. } = place;
    let mut store = match open(place, leave) {
        Ok(store) => store,
        Err(refusal) => {
            let _ = messages.send(Msg::Opened(Err(refusal)));
            return;
        }
    };
    shared.lock().interrupter = Some(store.interrupter());
    follow(&store, place);
    let mut restricted = read_only(&store);
    if messages.send(Msg::Opened(welcome(&store, author).map(Box::new))).is_err() {
        return;
    }
    if let Some(breach) = meet(&store, &mut memory)
        && messages.send(Msg::Warned(breach)).is_err()
    {
        return;
    }
    let mut version = store.data_version().unwrap_or_default();
    let mut looks = 0_u32;
    let mut stood = Standing::default();
    loop {
        let mut state = shared.lock();
        state.running = None;
        if state.ended {
            return;
        }
        let Some((slot, (generation, question))) = state.waiting.pop_first() else {
            let pause = if state.away { AWAY } else { LOOK };
            let waited = shared.asked.wait_timeout(state, pause);
            let (mut state, wait) = waited.unwrap_or_else(PoisonError::into_inner);
            let (returned, beats) = (std::mem::take(&mut state.returned), state.beats);
            let (doing, posts) = (state.doing, std::mem::take(&mut state.posts));
            if state.ended {
                return;
            }
            drop(state);
            for one in posts {
                let done = post(&store, one).map_or_else(|why| Msg::Warned(why.to_string()), |()| Msg::Posted(one));
                if messages.send(done).is_err() {
                    return;
                }
            }
            if wait.timed_out() || returned {
                looks += 1;
                if beats && looks.is_multiple_of(MINUTE) && messages.send(Msg::Woke).is_err() {
                    return;
                }
                if store.is_outdated() {
                    reopen(&mut store, place, leave, shared);
                    // No version of the one is one of the other.
                    version = -1;
                }
                for news in store.news() {
                    if messages.send(Msg::Told(news)).is_err() {
                        return;
                    }
                }
                let why = read_only(&store);
                if std::mem::replace(&mut restricted, why.clone()) != why && messages.send(Msg::ReadOnly(why)).is_err()
                {
                    return;
                }
                let stands = stand(&mut store, author, doing);
                if stands != stood {
                    stood = stands.clone();
                    if messages.send(Msg::Standing(Box::new(stands))).is_err() {
                        return;
                    }
                }
                let now = store.data_version().unwrap_or(version);
                if std::mem::replace(&mut version, now) != now {
                    if let Some(breach) = meet(&store, &mut memory)
                        && messages.send(Msg::Warned(breach)).is_err()
                    {
                        return;
                    }
                    if messages.send(Msg::Changed).is_err() {
                        return;
                    }
                }
                if looks % BACKUP_LOOKS == MINUTE && store.access() == Access::Write {
                    back_up(place, leave);
                }
            }
            continue;
        };
        state.running = Some(slot);
        let seen = std::mem::take(&mut state.seen);
        drop(state);
        let answer = store
            .seen(seen)
            .and_then(|()| store.read())
            .and_then(|reader| answer(&reader, author, moment(), &question));
        let mut state = shared.lock();
        state.running = None;
        // Stopped for the sake of another question, which is done by now or was never this one: ask again.
        let stopped = matches!(&answer, Err(Refusal::Unavailable(text)) if text == "stopped");
        drop(state);
        // Only this machine's copy of a desk on a drive may be damaged.
        let healed = matches!(&answer, Err(Refusal::Damaged(_))) && store.heal();
        if healed {
            reopen(&mut store, place, leave, shared);
        }
        let mut state = shared.lock();
        if stopped || healed {
            state.waiting.entry(slot).or_insert((generation, question));
            continue;
        }
        drop(state);
        if messages.send(Msg::Answer(slot, generation, answer)).is_err() {
            return;
        }
    }
}

/// Opens the desk again where its local copy was made anew; the old one is read on where that fails.
fn reopen(store: &mut Store, place: &Place, leave: &Stop, shared: &Shared) {
    if let Ok(again) = open(place, leave) {
        shared.lock().interrupter = Some(again.interrupter());
        *store = again;
    }
}

/// Whether the desk is the one that this person saw, gone on. One that can't be read says so at the next question.
fn meet(store: &Store, memory: &mut Memory) -> Option<String> {
    memory.meet(&store.read().ok()?).ok().flatten()
}

/// Takes a backup if one is due, beside all else. One that is not finished when the program ends is given up.
fn back_up(place: &Place, leave: &Stop) {
    let (place, leave) = (place.clone(), leave.clone());
    thread::spawn(move || {
        if let Err(refusal) = open(&place, &leave).and_then(|store| store.back_up_if_due(moment().now)) {
            // Nobody may be left to hear it.
            let _ = place.messages.send(Msg::Warned(refusal.to_string()));
        }
    });
}

pub(crate) fn welcome(store: &Store, author: &Author) -> Result<Welcome, Refusal> {
    let reader = store.read()?;
    Ok(Welcome { rules: reader.rules().clone(), me: me(&reader, author)?, read_only: read_only(store) })
}

/// Why the desk can only be read, where it can.
fn read_only(store: &Store) -> Option<String> {
    match (store.access(), store.only_read()) {
        (_, Some(OnlyRead { instead, .. })) => Some(format!("this desk is only read from here; {instead}")),
        (Access::Read, None) => Some(String::from("this desk is read-only for you")),
        (Access::Write, None) => None,
    }
}

fn me(reader: &Reader, author: &Author) -> Result<Option<PersonId>, Refusal> {
    Ok(reader.person_by_login(&author.login)?.map(|person| person.id))
}

pub(crate) fn answer(reader: &Reader, author: &Author, moment: Moment, question: &Question) -> Result<Answer, Refusal> {
    let asker = Asker { me: me(reader, author)?, moment };
    Ok(match question {
        Question::Page { query, from, limit } => {
            let page = reader.tickets(query, &asker, from, *limit)?;
            let shown = [Field::Assignee, Field::Requester, Field::Team, Field::Service, Field::Category];
            let references: Vec<_> =
                page.rows.iter().flat_map(|(ticket, _)| shown.map(|field| (field, ticket.value(field)))).collect();
            let names = reader.names(references.iter().map(|(field, value)| (*field, value)))?;
            Answer::Page { rows: page.rows, more: page.more, from: from.clone(), names: Box::new(names) }
        }
        Question::Total(query) => Answer::Total(reader.count(query, &asker)?),
        Question::Sheet(id) => Answer::Sheet(whole(reader, &asker, *id)?),
        Question::Counts(queries) => {
            Answer::Counts(queries.iter().map(|query| reader.count(query, &asker)).collect::<Result<_, _>>()?)
        }
        Question::Reading(id) => Answer::Reading(whole(reader, &asker, *id)?),
        Question::Numbered(number) => Answer::Reading(whole(reader, &asker, reader.ticket_numbered(*number)?.id)?),
        Question::ToApprove => match asker.me {
            Some(_) => {
                Answer::ToApprove(reader.count(&Query::default().and(Term::Is(vec![Is::ToApprove]).into()), &asker)?)
            }
            None => Answer::ToApprove(0),
        },
        Question::Text(id) => Answer::Text(Box::new(reader.sheet(*id)?)),
        Question::Words => Answer::Words(Box::new(reader.words()?)),
        Question::Facets(query, facet) => Answer::Facets(*facet, reader.facets(query, *facet, &asker)?),
        Question::Numbers { query, limit } => Answer::Numbers(reader.numbers(query, &asker, *limit)?),
        Question::Rules => Answer::Rules(Box::new(reader.rules().clone())),
        Question::Cmdb(what) => Answer::Cmdb(inquire(reader, &asker, what)?),
        Question::Calendar(what) => Answer::Calendar(calendar::inquire(reader, &asker, what)?),
        Question::Knowledge(what) => Answer::Knowledge(knowledge::inquire(reader, &asker, what)?),
        Question::LookUp(what) => Answer::Found(Box::new(look_up(reader, author, moment, what)?)),
        Question::Assignable => {
            let people = reader
                .people()?
                .into_iter()
                .filter(|person| person.active && person.roles.may(crate::desk::people::Deed::WorkTickets).is_ok());
            let teams = reader.teams()?.into_iter().filter(|team| team.active);
            Answer::Assignable(
                people
                    .map(|person| (person.login, person.name))
                    .chain(teams.map(|team| (team.key, format!("team {}", team.name))))
                    .collect(),
            )
        }
    })
}

/// A ticket with its history, what lies ahead of it, and the names behind all that it ever referred to.
fn whole(reader: &Reader, asker: &Asker, id: TicketId) -> Result<Box<Whole>, Refusal> {
    let mut sheet = reader.sheet(id)?;
    let history = reader.history(id)?;
    let changes = history.iter().flat_map(|event| &event.changes);
    let referred = changes.filter_map(|change| Some((change.field?, [&change.before, &change.after])));
    sheet.names.join(reader.names(referred.flat_map(|(field, values)| values.map(|value| (field, value))))?);
    let outlook = look_ahead(reader, asker, &sheet.ticket)?.map(Box::new);
    Ok(Box::new(Whole { sheet, history, outlook }))
}

/// Does a job, on a store opened at the first one.
fn carry_out(kept: &mut Option<Store>, place: &Place, stop: &Stop, job: Job) -> Msg {
    if kept.as_ref().is_some_and(Store::is_outdated) {
        *kept = None;
    }
    let author = &place.author;
    let store = match kept {
        Some(store) => Ok(store),
        None => open(place, stop).map(|store| kept.insert(store)),
    };
    let moment = moment();
    match job {
        Job::Do(wish) => {
            let mut queue = Queue::default();
            let outcome = store.and_then(|store| {
                execute(store, author, &moment, &wish, &mut |stage| {
                    if let Some(holder) = queue.told(stage) {
                        // Screens that are gone need not know.
                        let _ = place.messages.send(Msg::Held(holder));
                    }
                })
            });
            Msg::Done(Box::new(wish), outcome)
        }
        Job::Preview(wish) => {
            let outcome = store.and_then(|store| propose(store, author, &moment, &wish));
            Msg::Previewed(Box::new(wish), outcome)
        }
        Job::Fetch(attachment, to) => {
            let outcome = store.and_then(|store| fetch(store, &attachment, &to));
            Msg::Fetched(to, outcome)
        }
    }
}

/// A command in the queue for its turn at the drive.
#[derive(Default)]
struct Queue {
    since: Option<Instant>,
    told: Option<Holder>,
}

impl Queue {
    /// Whom it waits for, where that is news; nothing while the wait is too short to be noticed.
    fn told(&mut self, stage: Stage) -> Option<Holder> {
        let Stage::Waiting(holder) = stage else { return None };
        let since = *self.since.get_or_insert_with(Instant::now);
        let news = since.elapsed() >= NOTICED && self.told.as_ref() != Some(&holder);
        news.then(|| self.told.insert(holder).clone())
    }
}

/// Changes the outbox.
fn post(store: &Store, post: Post) -> Result<(), Refusal> {
    match post {
        Post::Again(id) => store.retry(id),
        Post::Discard(id) | Post::TakeBack(id) => store.discard(id).map(|_| ()),
    }
}

/// Carries out a wish.
pub(crate) fn execute(
    store: &mut Store,
    author: &Author,
    moment: &Moment,
    wish: &Wish,
    tell: &mut dyn FnMut(Stage),
) -> Result<Receipt, Refusal> {
    if let Wish::TakeBack { id, .. } = wish
        && let Some(waiting) = store.waiting().into_iter().find(|waiting| waiting.request.id == *id)
    {
        store.discard(*id)?;
        let summary = format!("taken out of the outbox: {}", waiting.summary);
        return Ok(Receipt {
            seq: None,
            tickets: Vec::new(),
            cis: Vec::new(),
            articles: Vec::new(),
            summary,
            notices: Vec::new(),
            waits: None,
        });
    }
    let command = match wish {
        Wish::TakeBack { id, .. } => match store.known(*id)?.and_then(|receipt| receipt.seq) {
            Some(seq) => Command::Undo { seq, settled: Vec::new() },
            None => return Err(Refusal::not_found("it neither waits nor was it done here: deskhand log has what was")),
        },
        wish => understand(&store.read()?, author, moment, wish)?,
    };
    let done = store.execute_telling(&Request::new(command), author, moment, tell);
    if let (Ok(_), Wish::Instead { of, .. }) = (&done, wish) {
        // What was refused is not being sent; what is gone already need not go.
        let _ = store.discard(*of);
    }
    done.map_err(|refusal| match store.read() {
        Ok(reader) => reader.in_words(refusal, moment),
        Err(_) => refusal,
    })
}

/// Puts an attachment where it is wanted; a command gets it in a folder that nobody else may look into.
pub(crate) fn fetch(store: &Store, attachment: &Attachment, to: &Fetch) -> Result<PathBuf, Refusal> {
    let bytes = store.read()?.contents(attachment)?;
    match to {
        Fetch::Save(folder) => file::save(&file::expand(folder), &attachment.name, &bytes, false),
        Fetch::Open(_) => file::save(&file::private_folder()?, &attachment.name, &bytes, true),
    }
}

pub(crate) fn understand(reader: &Reader, author: &Author, moment: &Moment, wish: &Wish) -> Result<Command, Refusal> {
    let me = me(reader, author)?;
    let values = |fields: &[(Field, String)]| -> Result<Edit, Refusal> {
        fields.iter().map(|(field, word)| Ok((*field, reader.understand(*field, word, me, moment)?))).collect()
    };
    Ok(match wish {
        Wish::Open { kind, template, fields, links, steps, solved } => {
            let related = |number: &Number| Ok((Relation::Relates, reader.ticket_numbered(*number)?.id));
            let name = template.as_ref().filter(|name| reader.rules().templates.contains_key(*name));
            let template = name.and_then(|name| reader.rules().templates.get(name));
            // What a ticket is resolved with that is resolved at once.
            let at_once = |(field, _): &(Field, Value)| solved.is_some() && is_resolution(*field);
            let (resolve, mut set): (Edit, Edit) = values(fields)?.into_iter().partition(at_once);
            // A change remembers what it was opened from: its risk and its approval hang on that.
            if let (Kind::Change, Some(name)) = (*kind, name) {
                set.insert(Field::Template, Value::from(name.as_str()));
            }
            if template.is_some() {
                fill_in(reader, author, &mut set)?;
            }
            let open = OpenTicket {
                kind: *kind,
                set,
                tags: template.map(|template| template.tags.clone()).unwrap_or_default(),
                tasks: steps.clone().or(template.map(|template| template.tasks.clone())).unwrap_or_default(),
                links: links.iter().map(related).collect::<Result<_, Refusal>>()?,
                created: None,
            };
            match solved {
                Some(on) => Command::Knowledge(KnowledgeCommand::Solve { on: *on, open: Box::new(open), resolve }),
                None => Command::Open(open),
            }
        }
        Wish::Use { on, article, resolve } => Command::Knowledge(KnowledgeCommand::Use {
            on: *article,
            tickets: on.clone(),
            resolve: resolve.as_ref().map(|(_, fields)| values(fields)).transpose()?,
            to: resolve.as_ref().map(|(state, _)| state.clone()),
        }),
        Wish::Link { on, relation, reverse, other } => {
            let other = numbered(reader, other)?;
            each(on, |one| {
                let (from, to) = if *reverse { (other, one) } else { (one, other) };
                Ok(Command::Link { from, relation: *relation, to })
            })?
        }
        Wish::Task { on, change } => each(on, |on| Ok(Command::Task { on, change: change.clone() }))?,
        Wish::LogTime { on, minutes, text } => {
            each(on, |on| Ok(Command::LogTime { on, minutes: *minutes, text: text.clone() }))?
        }
        Wish::Merge { from, into } => Command::Merge { from: from.clone(), into: numbered(reader, into)? },
        Wish::Watch { on, watching } => Command::Watch {
            on: on.iter().map(|target| target.id).collect(),
            // The command makes somebody new known, as this.
            person: me.map_or_else(|| reader.next_person(), Ok)?,
            watching: *watching,
        },
        Wish::Attach { on, path } => {
            let on = on.iter().map(|target| target.id).collect();
            file::attach(on, &file::expand(path), reader.rules().settings.attachment_limit)?
        }
        Wish::Ci(wish) => crate::tui::inquiry::understand(reader, moment, wish)?,
        Wish::Article(wish) => knowledge::understand(reader, me, moment, wish)?,
        Wish::Change(wish) => crate::tui::outlook::understand(reader, &Asker { me, moment: *moment }, wish, &values)?,
        Wish::Command(command) => command.as_ref().clone(),
        Wish::Edit { on, fields } => {
            Command::Edit { on: on.clone(), set: values(fields)?, tag: Vec::new(), untag: Vec::new() }
        }
        Wish::Assign { on, to } => {
            Command::Edit { on: on.clone(), set: reader.bearer(to, me)?, tag: Vec::new(), untag: Vec::new() }
        }
        Wish::Move { on, to, fields } => {
            Command::Move { on: on.clone(), to: to.clone(), set: values(fields)?, children: false }
        }
        Wish::Write { on, public, text, filled } if *filled && text.contains('{') => each(on, |id| {
            Ok(Command::Write { on: vec![id.into()], public: *public, text: addressed(reader, text, id)? })
        })?,
        Wish::Write { on, public, text, .. } => Command::Write { on: on.clone(), public: *public, text: text.clone() },
        Wish::SaveView { name, query, columns } => save_view(reader, name, query, columns)?,
        Wish::Instead { wish, .. } => understand(reader, author, moment, wish)?,
        // Which entry it is, the store knows.
        Wish::TakeBack { .. } => return Err(Refusal::rule("this can't be looked at before it is done")),
        Wish::Undo { seq, settled, .. } => Command::Undo { seq: *seq, settled: settled.clone() },
    })
}

/// Whether a field says how a ticket was resolved.
fn is_resolution(field: Field) -> bool {
    matches!(field, Field::Resolution | Field::ResolutionCode)
}

/// The same for each ticket, as one change.
fn each(on: &[Target], make: impl Fn(TicketId) -> Result<Command, Refusal>) -> Result<Command, Refusal> {
    match on {
        [one] => make(one.id),
        on => Ok(Command::Each(on.iter().map(|target| make(target.id)).collect::<Result<_, _>>()?)),
    }
}

/// A text as it is meant for one of several tickets.
fn addressed(reader: &Reader, text: &str, id: TicketId) -> Result<String, Refusal> {
    let ticket = reader.ticket(id)?;
    let requester = ticket.requester.map(|id| reader.person(id)).transpose()?.flatten();
    Ok(fill(text, &|word| match word {
        "requester" => requester.as_ref().map(|person| person.name.clone()),
        "number" => Some(ticket.number.to_string()),
        "title" => Some(ticket.title.clone()),
        _ => None,
    }))
}

/// A view's document: in the place of one of the same name, else behind all others.
fn save_view(reader: &Reader, name: &str, query: &str, columns: &[String]) -> Result<Command, Refusal> {
    let view = View { name: name.trim().to_owned(), query: query.to_owned(), columns: columns.to_vec() };
    let documents = reader.settings()?;
    let views = || documents.iter().filter(|(name, _)| name.starts_with("view/"));
    let same = views().find(|(_, text)| toml::from_str::<View>(text).is_ok_and(|known| known.name == view.name));
    let document = match same {
        Some((document, _)) => document.clone(),
        None => {
            let numbers = views().filter_map(|(document, _)| document.get(5..7)?.parse::<u8>().ok());
            let next = numbers.max().unwrap_or(0).saturating_add(1).min(99);
            let mut word: String =
                view.name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            word.truncate(40);
            format!("view/{next:02}-{}.toml", word.trim_matches('-'))
        }
    };
    let text = toml::to_string(&view).map_err(|error| Refusal::rule(format!("this view can't be kept: {error}")))?;
    Ok(Command::Register(Record::Settings(vec![(document, Some(text))])))
}

fn numbered(reader: &Reader, word: &str) -> Result<TicketId, Refusal> {
    Ok(reader.ticket_numbered(word.parse().map_err(Refusal::Rule)?)?.id)
}

/// Fills in the requester's name, which a template may want and nobody knows before the form is sent.
fn fill_in(reader: &Reader, author: &Author, set: &mut Edit) -> Result<(), Refusal> {
    let person = match set.get(&Field::Requester).and_then(Value::int) {
        Some(id) => reader.person(PersonId(id))?,
        None => reader.person_by_login(&author.login)?,
    };
    let name = person.map_or_else(|| author.login.clone(), |person| person.name);
    for field in [Field::Title, Field::Description] {
        if let Some(Value::Text(text)) = set.get_mut(&field) {
            *text = fill(text, &|word| (word == "requester").then(|| name.clone()));
        }
    }
    Ok(())
}
