//! The store's threads: questions in slots where the newest wins, changes in order.
//!
//! A question asked again replaces the one that waits and stops the one that runs; its late answer would be dropped by its
//! generation anyway. While nothing is asked the reader looks once a second whether another process changed the desk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::desk::command::{Author, Command, OpenTicket, Receipt, Record, Request, Target};
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::{Number, PersonId, Seq, TicketId};
use crate::desk::link::Relation;
use crate::desk::refusal::Refusal;
use crate::desk::rules::{View, fill};
use crate::desk::time::Moment;
use crate::exchange::file;
use crate::home::memory::Memory;
use crate::home::{Home, moment};
use crate::store::{Access, Asker, Attachment, Event, Interrupter, Reader, Sheet, Store, WhenAway};
use crate::tui::effect::{Fetch, Generation, Question, Slot, Wish};
use crate::tui::lookup::look_up;
use crate::tui::message::{Answer, Msg, Welcome};
use crate::tui::proposal::propose;

/// How often it does while nobody looks at the screens.
const AWAY: Duration = Duration::from_secs(30);
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
    writer: Option<JoinHandle<()>>,
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
        let reading = (desk.to_path_buf(), author.clone(), messages.clone(), Arc::clone(&shared));
        thread::spawn(move || read(&reading.0, &reading.1, &reading.2, &reading.3, memory));
        let (desk, author, messages) = (desk.to_path_buf(), author.clone(), messages.clone());
        let writer = thread::spawn(move || {
            let mut store = None;
            for job in wished {
                if messages.send(carry_out(&mut store, &desk, &author, job)).is_err() {
                    return;
                }
            }
        });
        Worker { shared, wishes: Some(wishes), writer: Some(writer) }
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

    /// Waits until every change that was queued is carried out or refused.
    pub fn finish(&mut self) {
        drop(self.wishes.take());
        if let Some(writer) = self.writer.take() {
            // A writer that died has nothing more to do.
            let _ = writer.join();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.finish();
        self.shared.lock().ended = true;
        self.shared.asked.notify_one();
    }
}

/// Opens the desk wherever it lies; what can't be brought to a drive waits.
fn open(desk: &Path, author: &Author) -> Result<Store, Refusal> {
    match Home::find() {
        Some(home) => {
            let nearby = home.nearby(desk, author, WhenAway::Wait, Duration::ZERO);
            Store::open_near(desk, &nearby, &mut |_, _| {}).inspect_err(|_| home.sent_on(desk))
        }
        None => Store::open(desk),
    }
}

fn read(desk: &Path, author: &Author, messages: &Sender<Msg>, shared: &Shared, mut memory: Memory) {
    let mut store = match open(desk, author) {
        Ok(store) => store,
        Err(refusal) => {
            let _ = messages.send(Msg::Opened(Err(refusal)));
            return;
        }
    };
    shared.lock().interrupter = Some(store.interrupter());
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
            drop(state);
            if wait.timed_out() || returned {
                looks += 1;
                if beats && looks.is_multiple_of(MINUTE) && messages.send(Msg::Woke).is_err() {
                    return;
                }
                let now = store.data_version().unwrap_or(version);
                if store.is_outdated() {
                    reopen(&mut store, desk, author, shared);
                    // The next look has its own number; this one is news.
                    version = now.wrapping_sub(1);
                }
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
                    back_up(desk, author, messages);
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
            reopen(&mut store, desk, author, shared);
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
fn reopen(store: &mut Store, desk: &Path, author: &Author, shared: &Shared) {
    if let Ok(again) = open(desk, author) {
        shared.lock().interrupter = Some(again.interrupter());
        *store = again;
    }
}

/// Whether the desk is the one that this person saw, gone on. One that can't be read says so at the next question.
fn meet(store: &Store, memory: &mut Memory) -> Option<String> {
    memory.meet(&store.read().ok()?).ok().flatten()
}

/// Takes a backup if one is due, beside all else. One that is not finished when the program ends is given up.
fn back_up(desk: &Path, author: &Author, messages: &Sender<Msg>) {
    let (desk, author, messages) = (desk.to_path_buf(), author.clone(), messages.clone());
    thread::spawn(move || {
        if let Err(refusal) = open(&desk, &author).and_then(|store| store.back_up_if_due(moment().now)) {
            // Nobody may be left to hear it.
            let _ = messages.send(Msg::Warned(refusal.to_string()));
        }
    });
}

pub(crate) fn welcome(store: &Store, author: &Author) -> Result<Welcome, Refusal> {
    let reader = store.read()?;
    Ok(Welcome { rules: reader.rules().clone(), me: me(&reader, author)?, read_only: store.access() == Access::Read })
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
        Question::Sheet(id) => {
            let (sheet, history) = with_history(reader, *id)?;
            Answer::Sheet(sheet, history)
        }
        Question::Counts(queries) => {
            Answer::Counts(queries.iter().map(|query| reader.count(query, &asker)).collect::<Result<_, _>>()?)
        }
        Question::Reading(id) => {
            let (sheet, history) = with_history(reader, *id)?;
            Answer::Reading(sheet, history)
        }
        Question::Numbered(number) => {
            let (sheet, history) = with_history(reader, reader.ticket_numbered(*number)?.id)?;
            Answer::Reading(sheet, history)
        }
        Question::Text(id) => Answer::Text(Box::new(reader.sheet(*id)?)),
        Question::Words => Answer::Words(Box::new(reader.words()?)),
        Question::Facets(query, facet) => Answer::Facets(*facet, reader.facets(query, *facet, &asker)?),
        Question::Numbers { query, limit } => Answer::Numbers(reader.numbers(query, &asker, *limit)?),
        Question::Rules => Answer::Rules(Box::new(reader.rules().clone())),
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

/// A ticket with its history, and the names behind all that it ever referred to.
fn with_history(reader: &Reader, id: TicketId) -> Result<(Box<Sheet>, Vec<Event>), Refusal> {
    let mut sheet = reader.sheet(id)?;
    let history = reader.history(id)?;
    let changes = history.iter().flat_map(|event| &event.changes);
    let referred = changes.filter_map(|change| Some((change.field?, [&change.before, &change.after])));
    sheet.names.join(reader.names(referred.flat_map(|(field, values)| values.map(|value| (field, value))))?);
    Ok((Box::new(sheet), history))
}

/// Does a job, on a store opened at the first one.
fn carry_out(kept: &mut Option<Store>, desk: &Path, author: &Author, job: Job) -> Msg {
    if kept.as_ref().is_some_and(Store::is_outdated) {
        *kept = None;
    }
    let store = match kept {
        Some(store) => Ok(store),
        None => open(desk, author).map(|store| kept.insert(store)),
    };
    let moment = moment();
    match job {
        Job::Do(wish) => {
            let outcome = store.and_then(|store| execute(store, author, &moment, &wish));
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

/// Carries out a wish.
pub(crate) fn execute(store: &mut Store, author: &Author, moment: &Moment, wish: &Wish) -> Result<Receipt, Refusal> {
    let command = understand(&store.read()?, author, moment, wish)?;
    let done = store.execute(&Request::new(command), author, moment);
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
        Wish::Open { kind, template, fields, links } => {
            let related = |number: &Number| Ok((Relation::Relates, reader.ticket_numbered(*number)?.id));
            let template = template.as_ref().and_then(|name| reader.rules().templates.get(name));
            let mut set = values(fields)?;
            if template.is_some() {
                fill_in(reader, author, &mut set)?;
            }
            Command::Open(OpenTicket {
                kind: *kind,
                set,
                tags: template.map(|template| template.tags.clone()).unwrap_or_default(),
                tasks: template.map(|template| template.tasks.clone()).unwrap_or_default(),
                links: links.iter().map(related).collect::<Result<_, Refusal>>()?,
                created: None,
            })
        }
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
        Wish::Undo { seq, settled, .. } => Command::Undo { seq: *seq, settled: settled.clone() },
    })
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
