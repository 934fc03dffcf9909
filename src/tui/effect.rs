//! What the screens want done, as plain data: a test asserts on it, the loop does it.

use std::path::PathBuf;

use crate::desk::change::Decision;
use crate::desk::cmdb::CiTarget;
use crate::desk::command::{Command, Settled, Target, TaskChange};
use crate::desk::field::Field;
use crate::desk::id::{ArticleId, CabId, CiId, CommandId, Kind, Number, Seq, TicketId};
use crate::desk::knowledge::{ArticleField, ArticleTarget, CitationRole, Decided};
use crate::desk::link::Relation;
use crate::desk::query::Query;
use crate::store::{Attachment, Facet, PageFrom};
use crate::tui::habits::Habits;
use crate::tui::inquiry::{Inquiry, calendar, knowledge};
use crate::tui::lookup::Lookup;

/// Tells a late answer from a fresh one.
pub type Generation = u64;

/// Questions of one kind; the newest replaces one that waits and stops one that runs. The first are answered first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// The list.
    List,
    /// A ticket to be read as soon as it comes.
    Place,
    /// What the calendar shows.
    Calendar,
    /// What a change that is being moved would meet.
    Moved,
    /// The list of CIs.
    CiList,
    /// A CI to be looked at as soon as it comes.
    CiPlace,
    /// The CI shown.
    CiSheet,
    /// What is shown of it beside its record.
    CiFace,
    /// The list of articles.
    ArticleList,
    /// An article to be read as soon as it comes.
    ArticlePlace,
    /// The article shown.
    ArticleSheet,
    /// Its text laid out anew.
    ArticleLay,
    /// What is shown of it beside its text.
    ArticleFace,
    /// How far the steps of the article shown are at the ticket in hand.
    ArticleSteps,
    /// What it said before.
    ArticleOld,
    /// Two edits of its text in one.
    ArticleJoin,
    /// The ticket with which something is to be done as soon as it comes.
    Deed,
    /// The ticket shown.
    Sheet,
    /// What may help, for the box that waits for it.
    Helps,
    /// What is read of that which may help.
    Read,
    /// The text of a ticket, for another program.
    Text,
    /// The tickets to be marked.
    Marks,
    /// The names that completion offers.
    Words,
    /// What a picker offers.
    Picker,
    /// The names that fields may hold.
    Names,
    /// What is looked up as a form is filled in: what may help, what a plan would meet.
    Similar,
    /// What may help with the ticket shown.
    Offers,
    /// Whom to tell of a workaround that is another one now.
    Untold,
    /// The desk's rules.
    Rules,
    /// What is in conflict in the calendar.
    Conflicts,
    /// How many the list holds.
    Total,
    /// How many each view holds.
    Counts,
    /// How many changes wait for my approval.
    ToApprove,
    /// How many CIs the list holds.
    CiTotal,
    /// How many fit in all classes, where none of the one shown does.
    CiElsewhere,
    /// How many CIs each class has.
    CiClasses,
    /// How many articles each view has.
    ArticleCounts,
}

/// A question to the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// A page of tickets.
    Page {
        /// Which.
        query: Query,
        /// From where.
        from: PageFrom,
        /// At most.
        limit: usize,
    },
    /// How many tickets.
    Total(Query),
    /// One ticket with everything.
    Sheet(TicketId),
    /// How many tickets of each query.
    Counts(Vec<Query>),
    /// People and teams.
    Assignable,
    /// One ticket with everything, to be read at once.
    Reading(TicketId),
    /// The ticket of that number, likewise.
    Numbered(Number),
    /// One ticket with everything, for its text.
    Text(TicketId),
    /// The names of the desk.
    Words,
    /// Which values the tickets of a query have in a field.
    Facets(Query, Facet),
    /// Which tickets a query finds.
    Numbers {
        /// The query.
        query: Query,
        /// At most.
        limit: usize,
    },
    /// The desk's rules, which somebody may have changed.
    Rules,
    /// How many changes wait for my approval.
    ToApprove,
    /// Names, reasons, tickets to link and the like.
    LookUp(Lookup),
    /// About CIs.
    Cmdb(Box<Inquiry>),
    /// About the calendar of changes.
    Calendar(Box<calendar::Inquiry>),
    /// About articles.
    Knowledge(Box<knowledge::Inquiry>),
}

/// A change that somebody at the screen wants; words are understood at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Open a ticket.
    Open {
        /// Of this kind.
        kind: Kind,
        /// From this template, by its name in the rules.
        template: Option<String>,
        /// With these words.
        fields: Vec<(Field, String)>,
        /// Relating to these tickets.
        links: Vec<Number>,
        /// With these steps; none leaves them to the template.
        steps: Option<Vec<String>>,
        /// Resolved at once with this article.
        solved: Option<ArticleId>,
    },
    /// Note that an article helped with tickets, and resolve them with it.
    Use {
        /// The tickets.
        on: Vec<Target>,
        /// The article.
        article: ArticleId,
        /// The state, and what the transition demands, where they are resolved.
        resolve: Option<(String, Vec<(Field, String)>)>,
    },
    /// Give fields new values.
    Edit {
        /// The tickets, as they were seen.
        on: Vec<Target>,
        /// Field and word.
        fields: Vec<(Field, String)>,
    },
    /// Assign to a person or team by the word for it.
    Assign {
        /// The tickets.
        on: Vec<Target>,
        /// Login, team key, `me`.
        to: String,
    },
    /// Move to a state.
    Move {
        /// The tickets.
        on: Vec<Target>,
        /// The state.
        to: String,
        /// What the transition demands.
        fields: Vec<(Field, String)>,
    },
    /// Write a note or reply.
    Write {
        /// The tickets.
        on: Vec<Target>,
        /// Seen by the requester.
        public: bool,
        /// The text.
        text: String,
        /// Whether placeholders in it are filled in for each ticket.
        filled: bool,
    },
    /// Keep a query as a view for everybody.
    SaveView {
        /// What it is called.
        name: String,
        /// The query.
        query: String,
        /// Its columns; empty means as many as fit.
        columns: Vec<String>,
    },
    /// Link tickets with another, by the words for both.
    Link {
        /// The tickets.
        on: Vec<Target>,
        /// What it is to the other.
        relation: Relation,
        /// Whether it is meant from the other side: `blocks`.
        reverse: bool,
        /// The number of the other.
        other: String,
    },
    /// Let the ticket of this number take over others.
    Merge {
        /// The tickets that end.
        from: Vec<Target>,
        /// The number of the one that goes on.
        into: String,
    },
    /// Watch tickets myself, or no longer.
    Watch {
        /// The tickets.
        on: Vec<Target>,
        /// Whether to begin or to end.
        watching: bool,
    },
    /// Attach the file at a path.
    Attach {
        /// The tickets.
        on: Vec<Target>,
        /// The path as typed.
        path: String,
    },
    /// Change checklists.
    Task {
        /// The tickets.
        on: Vec<Target>,
        /// How.
        change: TaskChange,
    },
    /// Log time spent on each.
    LogTime {
        /// The tickets.
        on: Vec<Target>,
        /// Minutes; negative to correct.
        minutes: i64,
        /// On what.
        text: String,
    },
    /// Add or change CIs.
    Ci(Box<CiWish>),
    /// Do something with a change or release.
    Change(Box<ChangeWish>),
    /// Write or change articles.
    Article(Box<ArticleWish>),
    /// Carry out a command that holds no words to be understood.
    Command(Box<Command>),
    /// Take back a command that waited for the drive when it was given: out of the outbox, or from the desk if it was sent.
    TakeBack {
        /// Which.
        id: CommandId,
        /// Whether it was itself a taking back.
        redo: bool,
    },
    /// Want this in place of a command that waits in the outbox.
    Instead {
        /// That command: forgotten when the other is carried out.
        of: CommandId,
        /// What is wanted now.
        wish: Box<Wish>,
    },
    /// Take back an entry of the journal.
    Undo {
        /// Which.
        seq: Seq,
        /// Whether that entry is itself a taking back.
        redo: bool,
        /// What was decided about fields that others changed since.
        settled: Vec<Settled>,
    },
}

/// Something with a change or release that somebody at the screen wants, as far as it holds words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeWish {
    /// Plan it.
    Plan {
        /// The change, as it was seen.
        on: Vec<Target>,
        /// Field and word.
        fields: Vec<(Field, String)>,
        /// Its steps, a line each, where they are others now.
        steps: Option<String>,
        /// Logins of those who work on it besides its assignee, where they are others now.
        implementers: Option<String>,
    },
    /// Let somebody else approve.
    Delegate {
        /// The change.
        on: TicketId,
        /// In whose place; empty is one's own.
        from: String,
        /// The word for who.
        to: String,
    },
    /// Work on a step.
    Step {
        /// The change.
        on: TicketId,
        /// The step's position, as typed.
        position: String,
        /// Whether it is done, or only begun.
        done: bool,
        /// When, as typed; empty is now.
        at: String,
        /// What happened.
        note: String,
    },
    /// Look back at it.
    Review {
        /// The change.
        on: TicketId,
        /// What it teaches.
        lessons: Option<String>,
        /// Numbers of incidents that it caused.
        caused: String,
    },
    /// Live with conflicts.
    LiveWith {
        /// The change.
        on: TicketId,
        /// The conflicts, as they were seen: their identities.
        conflicts: Vec<String>,
        /// Their places among these, counted from 1, as typed.
        which: String,
        /// Why.
        why: String,
    },
    /// Call a meeting of the CAB.
    Call {
        /// When, as typed.
        at: String,
        /// What it is called.
        title: String,
        /// Logins of those who come; empty is the team `cab`.
        members: String,
        /// The query from which its agenda comes.
        query: String,
    },
    /// Decide about an item of its agenda.
    Decide {
        /// The meeting.
        cab: CabId,
        /// The change.
        number: Number,
        /// What; nothing while only notes are taken.
        decision: Option<Decision>,
        /// Notes on it.
        notes: Option<String>,
    },
}

/// A change of CIs that somebody at the screen wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CiWish {
    /// Add one.
    New {
        /// Of this class.
        class: String,
        /// Fields by their words, as typed.
        fields: Vec<(String, String)>,
    },
    /// Give fields new values.
    Edit {
        /// The CIs, as they were seen.
        on: Vec<CiTarget>,
        /// Fields by their words, as typed.
        fields: Vec<(String, String)>,
    },
    /// Relate CIs to another.
    Relate {
        /// The CIs.
        on: Vec<CiId>,
        /// The type of relation.
        relation: String,
        /// Whether it is meant from the other side.
        reverse: bool,
        /// The word for the other.
        other: String,
    },
    /// Hand one out.
    CheckOut {
        /// The CI, as it was seen.
        on: CiTarget,
        /// The word for the person.
        to: String,
        /// The day on which it is due back, as typed; empty is never.
        until: String,
        /// How many of a stock, as typed.
        count: String,
    },
}

/// A change of articles that somebody at the screen wants, as far as it holds words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArticleWish {
    /// Write one.
    Write {
        /// Fields as typed; the type is one of them.
        fields: Vec<(ArticleField, String)>,
        /// What tickets are to it.
        cite: Vec<(TicketId, CitationRole)>,
    },
    /// Give fields new values.
    Edit {
        /// The articles, as they were seen.
        on: Vec<ArticleTarget>,
        /// Fields as typed.
        fields: Vec<(ArticleField, String)>,
        /// What was decided about what others changed too.
        settled: Vec<Decided>,
    },
    /// Say that they are about something more, or no longer: a service, a CI, a tag.
    About {
        /// The articles.
        on: Vec<ArticleTarget>,
        /// Which list.
        field: ArticleField,
        /// The word for it.
        word: String,
        /// Whether it is taken away.
        remove: bool,
    },
    /// Move them to another state.
    Advance {
        /// The articles.
        on: Vec<ArticleId>,
        /// The state.
        to: String,
        /// When, as typed; empty is now.
        at: String,
    },
    /// Link one to tickets.
    Cite {
        /// The article.
        on: ArticleId,
        /// What the tickets are to it.
        role: CitationRole,
        /// Their numbers, parted by commas.
        ticket: String,
    },
}

/// Where an attachment goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetch {
    /// Into a folder, as typed.
    Save(String),
    /// To a command.
    Open(String),
}

/// Something to do with a command that waits in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// Send it once more.
    Again(CommandId),
    /// Never send it.
    Discard(CommandId),
    /// Take it out to be changed and sent anew.
    TakeBack(CommandId),
}

/// Something to do outside the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Somebody looks at the screens, or at another window: then the desk need not be looked at each second.
    Attend(bool),
    /// Ask the desk.
    Ask(Slot, Generation, Question),
    /// Change the desk.
    Do(Box<Wish>),
    /// Let a command that waits for its turn at the drive give up.
    GiveUp,
    /// Change the outbox.
    Post(Post),
    /// Tell what a change of many tickets would do to each.
    Preview(Box<Wish>),
    /// Save an attachment in a folder, or open it with a command.
    Fetch(Box<Attachment>, Fetch),
    /// Run a command on a file, on the terminal.
    Open {
        /// The command.
        with: String,
        /// The file.
        path: PathBuf,
    },
    /// Copy text to the clipboard.
    Copy(String),
    /// Edit the text of the form's field in `$EDITOR`.
    Editor(String),
    /// Open a shell with `$DESKHAND_ID` and `$DESKHAND_DB`.
    Shell(Option<String>),
    /// Keep a text that is not sent yet.
    KeepDraft {
        /// Where it belongs.
        place: String,
        /// The text; empty forgets it.
        text: String,
    },
    /// Remember that a ticket was looked at in this version.
    Look(TicketId, Seq),
    /// Remember what this person is used to.
    KeepHabits(Box<Habits>),
    /// Give a text to a command.
    Pipe {
        /// The command, for `sh`.
        command: String,
        /// Its input.
        text: String,
    },
    /// Say [`Woke`](crate::tui::message::Msg::Woke) after so many milliseconds, if the list is still awaited.
    Wake(u64),
    /// Stop this process until it is continued.
    Suspend,
    /// Draw everything anew.
    Repaint,
    /// End with this exit code.
    Quit(u8),
}
