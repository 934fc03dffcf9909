//! All that the screens know. Changed by `update` alone, drawn by `view`, told the time by the loop.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::desk::command::{Author, Target};
use crate::desk::id::{CommandId, PersonId, Seq, TicketId};
use crate::desk::rules::Rules;
use crate::desk::ticket::Ticket;
use crate::desk::time::{Moment, Timestamp};
use crate::store::{Doing, Holder, Names, Writing};
use crate::tui::action::{ActionId, Scope};
use crate::tui::effect::{Effect, Generation, Question, Slot, Wish};
use crate::tui::glyphs;
use crate::tui::habits::Habits;
use crate::tui::key::{Key, Keymap};
use crate::tui::layout;
use crate::tui::lookup::Directory;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::Purpose;
use crate::tui::screen::Tab;
use crate::tui::screen::changes::Changes;
use crate::tui::screen::cmdb::Cmdb;
use crate::tui::screen::knowledge::Knowledge;
use crate::tui::screen::queue::Queue;
use crate::tui::screen::trail::Trail;
use crate::tui::screen::typing::Typing;
use crate::tui::standing::Standing;
use crate::tui::term::Glyphs;
use crate::tui::theme::Theme;

/// The state of the screens.
#[derive(Debug)]
pub struct Model {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// How it is drawn.
    pub look: Look,
    /// The present, in this person's zone.
    pub moment: Moment,
    /// Who sits here.
    pub author: Author,
    /// Their row, once the desk knows them.
    pub me: Option<PersonId>,
    /// The file's name, for the breadcrumb.
    pub file: String,
    /// The desk's rules, once it is open.
    pub rules: Option<Rules>,
    /// Why it can only be read, where it can.
    pub read_only: Option<String>,
    /// Why the desk can't be opened, and the exit code for that.
    pub failure: Option<(String, u8)>,
    /// The tab shown.
    pub tab: Tab,
    /// The Queue tab.
    pub queue: Queue,
    /// The Changes tab.
    pub changes: Changes,
    /// The CMDB tab.
    pub cmdb: Cmdb,
    /// The Knowledge tab.
    pub knowledge: Knowledge,
    /// Where somebody has been, in all tabs.
    pub trail: Trail,
    /// The newest question of each slot; an answer to another is late.
    pub asked: BTreeMap<Slot, Generation>,
    /// Whether a desktop can open files here; not over SSH, as a rule.
    pub desktop: bool,
    /// What lies over it; the last is on top.
    pub overlays: Vec<Overlay>,
    /// The query that is watched, where nothing else is done.
    pub watch: Option<String>,
    /// The keys in force.
    pub keymap: Keymap,
    /// The keys of a chord begun.
    pub pending: Vec<Key>,
    /// Keys that came while the rows they mean were still on their way; pressed when those have come.
    pub held: Vec<Key>,
    /// What was said last.
    pub message: Option<Message>,
    /// How it stands with the drive, and who is here.
    pub standing: Standing,
    /// How far the first local copy is, while it is made: rows done, all rows.
    pub copying: Option<(i64, i64)>,
    /// Whom a command of ours waits for at the drive.
    pub held_by: Option<Holder>,
    /// What was done in this sitting and can be taken back, and what was taken back and can be done again; the last is next.
    pub done: Vec<Deed>,
    /// See [`Model::done`].
    pub undone: Vec<Deed>,
    /// Counts the questions asked.
    pub generation: Generation,
    /// Whether Ctrl-C was pressed just now.
    pub stopping: bool,
    /// What was taken out of a text field last, to be put elsewhere.
    pub killed: String,
    /// Texts that were typed and not sent, by the place where they belong.
    pub drafts: BTreeMap<String, String>,
    /// The text that was discarded last, and its place, until something else is done.
    pub discarded: Option<(String, String)>,
    /// The tickets that drafts are for, once the list of drafts was asked for.
    pub drafted: Vec<Ticket>,
    /// The names that fields may hold, once a form asked for them.
    pub directory: Directory,
    /// What this person has looked at, and in which version.
    pub seen: BTreeMap<TicketId, Seq>,
    /// How many changes wait for this person's approval.
    pub to_approve: u64,
    /// What this person is used to.
    pub habits: Habits,
    /// The last change of tickets from here, to be made of others too.
    pub last: Option<Wish>,
}

/// Something done here that can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// An entry of the journal.
    Entry(Seq),
    /// A command that waited in the outbox when it was given, and may have been sent since.
    Kept(CommandId),
}

/// How the screens are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// In which colours.
    pub theme: Theme,
    /// Box drawing or ASCII.
    pub glyphs: Glyphs,
    /// Whether the terminal takes other characters than ASCII in texts.
    pub utf8: bool,
    /// For a screen reader: one pane, no lines, the terminal's cursor on the selected row.
    pub plain: bool,
}

impl Look {
    /// The characters that are not text.
    #[must_use]
    pub fn set(self) -> &'static glyphs::Set {
        glyphs::set(self.glyphs)
    }

    /// What stands for text that is cut off.
    #[must_use]
    pub fn ellipsis(self) -> &'static str {
        self.set().ellipsis
    }
}

/// A line for the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The text.
    pub text: String,
    /// Whether something was refused.
    pub refused: bool,
}

impl Model {
    /// The screens before the desk is open.
    #[must_use]
    pub fn new(author: Author, file: &str, size: (u16, u16), look: Look, now: Timestamp, zone: Tz) -> Model {
        Model {
            size,
            look,
            moment: Moment { now, zone },
            author,
            me: None,
            file: file.to_owned(),
            rules: None,
            read_only: None,
            failure: None,
            tab: Tab::default(),
            queue: Queue::default(),
            changes: Changes::default(),
            cmdb: Cmdb::default(),
            knowledge: Knowledge::default(),
            trail: Trail::default(),
            asked: BTreeMap::new(),
            desktop: false,
            overlays: Vec::new(),
            watch: None,
            keymap: Keymap::default(),
            pending: Vec::new(),
            held: Vec::new(),
            message: None,
            standing: Standing::default(),
            copying: None,
            held_by: None,
            done: Vec::new(),
            undone: Vec::new(),
            generation: 0,
            stopping: false,
            killed: String::new(),
            drafts: BTreeMap::new(),
            discarded: None,
            drafted: Vec::new(),
            directory: Directory::default(),
            seen: BTreeMap::new(),
            to_approve: 0,
            habits: Habits::default(),
            last: None,
        }
    }

    /// Whether a ticket changed since this person last looked at it.
    #[must_use]
    pub fn is_unread(&self, ticket: &Ticket) -> bool {
        self.seen.get(&ticket.id).is_some_and(|version| *version < ticket.version)
    }

    /// Whether something is awaited of which the reader is told after a while.
    #[must_use]
    pub fn awaits(&self) -> bool {
        let (slow, loading) = match self.tab {
            Tab::Queue => (self.queue.slow, self.queue.loading),
            Tab::Changes => (self.changes.slow, self.changes.loading),
            Tab::Cmdb => (self.cmdb.slow, self.cmdb.loading),
            Tab::Knowledge => (self.knowledge.rows.slow, self.knowledge.rows.loading),
        };
        !slow && self.failure.is_none() && (self.rules.is_none() || loading)
    }

    /// The filter line of the tab shown, while it is typed.
    #[must_use]
    pub fn typing(&self) -> Option<&Typing> {
        match self.tab {
            Tab::Queue => self.queue.typing.as_ref(),
            Tab::Changes => self.changes.typing.as_ref(),
            Tab::Cmdb => self.cmdb.typing.as_ref(),
            Tab::Knowledge => self.knowledge.typing.as_ref(),
        }
    }

    /// The filter line of the tab shown, and its filter as applied.
    pub fn line(&mut self) -> (&mut Option<Typing>, &mut String) {
        match self.tab {
            Tab::Queue => (&mut self.queue.typing, &mut self.queue.filter),
            Tab::Changes => (&mut self.changes.typing, &mut self.changes.filter),
            Tab::Cmdb => (&mut self.cmdb.typing, &mut self.cmdb.filter),
            Tab::Knowledge => (&mut self.knowledge.typing, &mut self.knowledge.filter),
        }
    }

    /// The filter of the tab shown, as applied.
    #[must_use]
    pub fn filter(&self) -> &str {
        match self.tab {
            Tab::Queue => &self.queue.filter,
            Tab::Changes => &self.changes.filter,
            Tab::Cmdb => &self.cmdb.filter,
            Tab::Knowledge => &self.knowledge.filter,
        }
    }

    /// Whether the rows or the record that a key of this scope means are still on their way.
    #[must_use]
    pub fn awaits_rows(&self, scope: Scope) -> bool {
        match scope {
            Scope::Planned => self.changes.loading || self.queue.going,
            Scope::Ticket if self.tab == Tab::Changes => self.changes.loading || self.queue.going,
            Scope::List | Scope::Ticket => self.queue.loading || self.queue.going,
            Scope::CiList | Scope::Ci => self.cmdb.loading || self.cmdb.going,
            Scope::CiPane => self.cmdb.going,
            Scope::ArticleList | Scope::Article => self.knowledge.rows.loading || self.knowledge.going,
            Scope::ArticlePane | Scope::Hand => self.knowledge.going,
            Scope::Hits if self.tab == Tab::Knowledge => self.knowledge.going,
            _ => false,
        }
    }

    /// A question with a fresh generation.
    pub fn ask(&mut self, slot: Slot, question: Question) -> Effect {
        self.generation += 1;
        self.asked.insert(slot, self.generation);
        Effect::Ask(slot, self.generation, question)
    }

    /// The key of an action as hints name it; the palette's way to it where it has none.
    #[must_use]
    pub fn key(&self, id: ActionId) -> String {
        self.keymap.hint(id)
    }

    /// Tells the reader something.
    pub fn say(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), refused: false });
    }

    /// Tells the reader why not.
    pub fn refuse(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), refused: true });
    }

    /// A ticket that is held: shown, in the list, or named by a draft.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.known(id).or_else(|| self.drafted.iter().find(|one| one.id == id))
    }

    /// The ticket under the cursor of the tab shown, or read there.
    #[must_use]
    pub fn current(&self) -> Option<&Ticket> {
        if self.tab == Tab::Changes { self.changes.current() } else { self.queue.current() }
    }

    /// A ticket as the tab shown has it; of the queue with its bodies where it is read there, else without.
    #[must_use]
    pub fn known(&self, id: TicketId) -> Option<&Ticket> {
        let planned = self.changes.ticket(id).filter(|_| self.tab == Tab::Changes);
        planned.or_else(|| self.queue.known(id))
    }

    /// A ticket as it was seen here, for a change that respects what others did since.
    #[must_use]
    pub fn seen(&self, id: TicketId) -> Target {
        Target { id, version: self.known(id).map(|ticket| ticket.version) }
    }

    /// What others may know of what is done here.
    #[must_use]
    pub fn doing(&self) -> Doing {
        let form = self.overlays.iter().rev().find_map(|overlay| match overlay {
            Overlay::Form(form) => Some(form),
            _ => None,
        });
        let writing = form.and_then(|form| {
            let writing = match &form.purpose {
                Purpose::Write(_, true) => Writing::Reply,
                Purpose::Write(_, false) => Writing::Note,
                Purpose::Move(..) | Purpose::Edit(_) | Purpose::Change(_) => Writing::Change,
                Purpose::Open(..) | Purpose::SaveView(..) | Purpose::Ci(_) | Purpose::Article(_) => return None,
            };
            Some((form.targets().first()?.id, writing))
        });
        if let Some((ticket, writing)) = writing {
            return Doing { ticket: Some(ticket), writing: Some(writing) };
        }
        let shown = self.queue.shown.as_ref().filter(|_| self.tab == Tab::Queue && layout::shows_ticket(self));
        Doing { ticket: shown.map(|shown| shown.sheet.ticket.id), writing: None }
    }

    /// The names behind a ticket's references.
    #[must_use]
    pub fn names_of(&self, ticket: &Ticket) -> &Names {
        if let Some(held) = self.changes.held.as_ref().filter(|_| self.tab == Tab::Changes) {
            return &held.names;
        }
        let shown = self.queue.shown.as_ref().filter(|shown| shown.sheet.ticket.id == ticket.id);
        shown.map_or(&self.queue.names, |shown| &shown.sheet.names)
    }

    /// The tickets that an action is for: the marked ones, else the one under the cursor or shown.
    #[must_use]
    pub fn targets(&self) -> Vec<TicketId> {
        if self.queue.marks.is_empty() || self.tab == Tab::Changes {
            self.current().map(|ticket| ticket.id).into_iter().collect()
        } else {
            self.queue.marks.iter().copied().collect()
        }
    }
}
