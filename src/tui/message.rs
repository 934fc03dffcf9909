//! Everything that can happen to the screens, as plain data.

use std::path::PathBuf;

use crate::desk::command::Receipt;
use crate::desk::id::{Number, PersonId, TicketId};
use crate::desk::refusal::Refusal;
use crate::desk::rules::Rules;
use crate::desk::ticket::Ticket;
use crate::store::{Cursor, Event, Facet, Facets, Holder, Names, PageFrom, Sheet, Words};
use crate::tui::effect::{Fetch, Generation, Post, Slot, Wish};
use crate::tui::inquiry::{Told, calendar, knowledge};
use crate::tui::lookup::Finding;
use crate::tui::outlook::Outlook;
use crate::tui::proposal::Proposal;
use crate::tui::standing::Standing;
use crate::tui::term::TermEvent;

/// Something happened.
#[derive(Debug)]
pub enum Msg {
    /// At the terminal.
    Term(TermEvent),
    /// The desk is open, or can't be opened.
    Opened(Result<Box<Welcome>, Refusal>),
    /// A question is answered. One asked again meanwhile is late and dropped.
    Answer(Slot, Generation, Result<Answer, Refusal>),
    /// So many of so many rows of the first local copy are there.
    Copying(i64, i64),
    /// How it stands with the drive, or who is here, is another than before.
    Standing(Box<Standing>),
    /// A command waits for somebody who has the lock of the drive.
    Held(Holder),
    /// This was done with a command in the outbox.
    Posted(Post),
    /// From now on the desk can only be read, for this reason; or it can be changed again.
    ReadOnly(Option<String>),
    /// Something happened at the drive that whoever works here should know.
    Told(String),
    /// A wish was carried out or refused.
    Done(Box<Wish>, Result<Receipt, Refusal>),
    /// What a change of many tickets would do to each.
    Previewed(Box<Wish>, Result<Proposal, Refusal>),
    /// An attachment lies at a path now, for this purpose.
    Fetched(Fetch, Result<PathBuf, Refusal>),
    /// Something is wrong with the desk's file or its backups.
    Warned(String),
    /// Another process changed the desk.
    Changed,
    /// A minute went by: times on a screen that nobody touches are old.
    Woke,
}

impl From<TermEvent> for Msg {
    fn from(event: TermEvent) -> Msg {
        Msg::Term(event)
    }
}

/// What the screens need to know of a desk just opened.
#[derive(Debug)]
pub struct Welcome {
    /// The desk's rules: views, workflows, choices.
    pub rules: Rules,
    /// The person at this screen, if the desk knows them already.
    pub me: Option<PersonId>,
    /// Why it can only be read, where it can.
    pub read_only: Option<String>,
}

/// A ticket with all that is read of it.
#[derive(Debug)]
pub struct Whole {
    /// The ticket with everything that belongs to it.
    pub sheet: Sheet,
    /// Its history.
    pub history: Vec<Event>,
    /// What lies ahead of it, where it is a change or release.
    pub outlook: Option<Box<Outlook>>,
}

/// An answer of the desk.
#[derive(Debug)]
pub enum Answer {
    /// A page of a list.
    Page {
        /// Its tickets and their places.
        rows: Vec<(Ticket, Cursor)>,
        /// Whether the list goes on.
        more: bool,
        /// From where it was read.
        from: PageFrom,
        /// The names behind its references.
        names: Box<Names>,
    },
    /// How many tickets the list holds.
    Total(u64),
    /// A ticket with everything.
    Sheet(Box<Whole>),
    /// How many tickets each view holds.
    Counts(Vec<u64>),
    /// A ticket to be read now.
    Reading(Box<Whole>),
    /// A ticket whose text is wanted.
    Text(Box<Sheet>),
    /// The names of the desk.
    Words(Box<Words>),
    /// The values of a field.
    Facets(Facet, Facets),
    /// Tickets to be marked.
    Numbers(Vec<(TicketId, Number)>),
    /// The desk's rules.
    Rules(Box<Rules>),
    /// How many changes wait for my approval.
    ToApprove(u64),
    /// Who and what a ticket may be assigned to: word, label.
    Assignable(Vec<(String, String)>),
    /// What was looked up.
    Found(Box<Finding>),
    /// About CIs.
    Cmdb(Told),
    /// About the calendar of changes.
    Calendar(calendar::Told),
    /// About articles.
    Knowledge(knowledge::Told),
}
