//! Planning: what a command will do to the rows of a desk. Reads what the rule needs, asks `desk` to decide, writes nothing.

mod ahead;
mod draft;
mod entries;
mod found;
pub(crate) mod import;
mod links;
mod merge;
mod register;
mod revise;
mod tickets;

pub(crate) use found::found;

use crate::desk::command::{Author, Command, Request};
use crate::desk::id::Number;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::batch::Batch;
use crate::store::reader::Reader;
use crate::store::undo;
pub(crate) use ahead::Ahead;
pub(crate) use draft::Draft;

/// What a command will do, and what its author will be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) batch: Batch,
    pub(crate) summary: String,
    pub(crate) tickets: Vec<Number>,
    pub(crate) notices: Vec<String>,
}

/// Plans a command.
pub(crate) fn plan(reader: &Reader, request: &Request, author: &Author, moment: &Moment) -> Result<Plan, Refusal> {
    let mut draft = Draft::begin(reader, author, moment)?;
    let summary = match &request.command {
        Command::Open(open) => tickets::open(&mut draft, open)?,
        Command::Edit { on, set, tag, untag } => tickets::edit(&mut draft, on, set, tag, untag)?,
        Command::Move { on, to, set, children } => tickets::advance(&mut draft, on, to, set, *children)?,
        Command::CloseResolved { before } => tickets::close_resolved(&mut draft, *before)?,
        Command::Write { on, public, text } => entries::write(&mut draft, on, *public, text)?,
        Command::Watch { on, person, watching } => entries::watch(&mut draft, on, *person, *watching)?,
        Command::LogTime { on, minutes, text } => entries::log_time(&mut draft, *on, *minutes, text)?,
        Command::Attach { on, name, media, bytes } => entries::attach(&mut draft, *on, name, media, bytes)?,
        Command::Detach { attachment } => entries::detach(&mut draft, *attachment)?,
        Command::Task { on, change } => entries::task(&mut draft, *on, change)?,
        Command::Link { from, relation, to } => links::link(&mut draft, *from, *relation, *to)?,
        Command::Unlink { from, to, relation } => links::unlink(&mut draft, *from, *to, *relation)?,
        Command::Merge { from, into } => merge::merge(&mut draft, from, *into)?,
        Command::Register(record) => register::register(&mut draft, record)?,
        Command::Revise { seen, to } => revise::revise(&mut draft, seen, to)?,
        Command::Import(import) => import::import(&mut draft, import)?,
        Command::Undo { seq, settled } => undo::undo(&mut draft, *seq, settled)?,
    };
    draft.finish(summary)
}
