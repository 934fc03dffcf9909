//! Planning: what a command will do to the rows of a desk. Reads what the rule needs, asks `desk` to decide, writes nothing.

mod ahead;
mod change;
pub(crate) mod cmdb;
mod draft;
mod drawn;
mod entries;
mod found;
pub(crate) mod import;
mod knowledge;
mod links;
mod merge;
mod overlay;
mod register;
mod revise;
mod tickets;
mod window;

pub(crate) use found::found;

use crate::desk::command::{Author, Command, Request};
use crate::desk::id::{ArticleId, CiId, Number};
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::batch::Batch;
use crate::store::reader::Reader;
use crate::store::{reinstate, undo};
pub(crate) use ahead::Ahead;
pub(crate) use draft::Draft;
pub use window::WindowFate;

/// What a command will do, and what its author will be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) batch: Batch,
    pub(crate) summary: String,
    pub(crate) tickets: Vec<Number>,
    pub(crate) cis: Vec<CiId>,
    pub(crate) articles: Vec<ArticleId>,
    pub(crate) notices: Vec<String>,
}

/// Plans a command.
pub(crate) fn plan(reader: &Reader, request: &Request, author: &Author, moment: &Moment) -> Result<Plan, Refusal> {
    let mut draft = Draft::begin(reader, author, moment)?;
    let summary = carry_out(&mut draft, &request.command)?;
    draft.finish(summary)
}

fn carry_out(draft: &mut Draft, command: &Command) -> Result<String, Refusal> {
    Ok(match command {
        Command::Open(open) => tickets::open(draft, open)?,
        Command::Edit { on, set, tag, untag } => tickets::edit(draft, on, set, tag, untag)?,
        Command::Move { on, to, set, children } => tickets::advance(draft, on, to, set, *children)?,
        Command::CloseResolved { before } => tickets::close_resolved(draft, *before)?,
        Command::Write { on, public, text } => entries::write(draft, on, *public, text)?,
        Command::Watch { on, person, watching } => entries::watch(draft, on, *person, *watching)?,
        Command::LogTime { on, minutes, text } => entries::log_time(draft, *on, *minutes, text)?,
        Command::Attach { on, name, media, bytes } => entries::attach(draft, on, name, media, bytes)?,
        Command::Detach { attachment } => entries::detach(draft, *attachment)?,
        Command::Task { on, change } => entries::task(draft, *on, change)?,
        Command::Link { from, relation, to } => links::link(draft, *from, *relation, *to)?,
        Command::Unlink { from, to, relation } => links::unlink(draft, *from, *to, *relation)?,
        Command::Merge { from, into } => merge::merge(draft, from, *into)?,
        Command::Register(record) => register::register(draft, record)?,
        Command::Revise { seen, to } => revise::revise(draft, seen, to)?,
        Command::Import(import) => import::import(draft, import)?,
        Command::Reinstate(wanted) => reinstate::reinstate(draft, wanted)?,
        Command::Undo { seq, settled } => undo::undo(draft, *seq, settled)?,
        Command::Cmdb(command) => cmdb::carry_out(draft, command)?,
        Command::Knowledge(command) => knowledge::carry_out(draft, command)?,
        Command::Window(command) => window::carry_out(draft, command)?,
        Command::Change(command) => change::carry_out(draft, command)?,
        Command::Each(commands) => each(draft, commands)?,
    })
}

/// Carries out several; the first stands for all in the journal's line.
fn each(draft: &mut Draft, commands: &[Command]) -> Result<String, Refusal> {
    let told = commands.iter().map(|one| carry_out(draft, one)).collect::<Result<Vec<_>, _>>()?;
    match told.split_first() {
        Some((first, [])) => Ok(first.clone()),
        Some((first, others)) => Ok(match commands {
            // One deed after another on the same, not one deed on several.
            [Command::Knowledge(one), .., Command::Knowledge(last)] if one.verb() != last.verb() => told.join("; "),
            _ => format!("{first}, and {} more like it", others.len()),
        }),
        None => Err(Refusal::rule("there is nothing to do")),
    }
}
