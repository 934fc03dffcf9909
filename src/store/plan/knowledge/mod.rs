//! Planning changes of the knowledge base: articles written, edited, led through their life, read and used.

mod citation;
mod draft;
mod edit;
mod feedback;
mod file;
mod follow;
mod life;
mod tell;

use std::collections::BTreeSet;

use crate::desk::command::{Author, Command, Request};
use crate::desk::id::ArticleId;
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::desk::time::Moment;
use crate::store::plan::draft::Draft;
use crate::store::plan::plan;
use crate::store::reader::Reader;

pub(super) use citation::take_over_citations;

pub(super) fn carry_out(draft: &mut Draft, command: &KnowledgeCommand) -> Result<String, Refusal> {
    draft.may(match command {
        KnowledgeCommand::Rate { .. } | KnowledgeCommand::Flag { .. } | KnowledgeCommand::Missed { .. } => {
            Deed::AnswerOwn
        }
        KnowledgeCommand::Use { .. }
        | KnowledgeCommand::Solve { .. }
        | KnowledgeCommand::Tell { .. }
        | KnowledgeCommand::Follow { .. } => Deed::WorkTickets,
        _ => Deed::KeepKnowledge,
    })?;
    match command {
        KnowledgeCommand::Write { set, cite } => edit::write(draft, set, cite),
        KnowledgeCommand::Import { from, next, all } => import(draft, from, *next, all),
        KnowledgeCommand::Edit { on, set, settled } => edit::edit(draft, *on, set, settled),
        KnowledgeCommand::Restore { on, edition } => edit::restore(draft, *on, *edition),
        KnowledgeCommand::Advance { on, to, at } => life::advance(draft, on, to, *at),
        KnowledgeCommand::Review { on, comment } => life::review(draft, on, comment),
        KnowledgeCommand::Fall { now } => life::fall(draft, *now),
        KnowledgeCommand::Rate { on, helped, comment } => feedback::rate(draft, *on, *helped, comment),
        KnowledgeCommand::Flag { on, comment } => feedback::flag(draft, *on, comment),
        KnowledgeCommand::Missed { words } => feedback::missed(draft, words),
        KnowledgeCommand::Use { on, tickets, resolve, to } => {
            citation::used(draft, *on, tickets, resolve.as_ref(), to.as_deref())
        }
        KnowledgeCommand::Solve { on, open, resolve } => citation::solve(draft, *on, open, resolve),
        KnowledgeCommand::Follow { on, ticket } => follow::follow(draft, *on, *ticket),
        KnowledgeCommand::Attach { on, name, media, source, bytes } => {
            file::attach(draft, *on, &file::Incoming { name, media, source: source.as_deref(), bytes })
        }
        KnowledgeCommand::Detach { on, names } => file::detach(draft, *on, names),
        KnowledgeCommand::Cite { on, role, tickets } => citation::cite(draft, *on, *role, tickets),
        KnowledgeCommand::Uncite { on, tickets, role } => citation::uncite(draft, *on, tickets, *role),
        KnowledgeCommand::Tell { on } => tell::tell(draft, *on),
    }
}

/// Carries out all that becomes of the pages of a folder.
fn import(draft: &mut Draft, from: &str, next: ArticleId, all: &[KnowledgeCommand]) -> Result<String, Refusal> {
    let free = draft.reader.next_article()?;
    if free != next {
        let why = "somebody wrote an article meanwhile; plan it anew";
        return Err(Refusal::rule(format!("the next article is {}, not {}: {why}", free.number(), next.number())));
    }
    let (mut new, mut updated) = (0, BTreeSet::new());
    for command in all {
        match command {
            KnowledgeCommand::Write { .. } => new += 1,
            KnowledgeCommand::Edit { on, .. } => _ = updated.insert(on.id),
            // The files of a new article come with it.
            KnowledgeCommand::Attach { on, .. } | KnowledgeCommand::Detach { on, .. } if *on < next => {
                updated.insert(*on);
            }
            KnowledgeCommand::Advance { .. } | KnowledgeCommand::Attach { .. } | KnowledgeCommand::Detach { .. } => {}
            other => return Err(Refusal::rule(format!("{} has no place in an import", other.verb()))),
        }
        carry_out(draft, command)?;
    }
    Ok(format!("took in {from}: {new} new articles, {} updated", updated.len()))
}

impl Reader<'_> {
    /// Whether a command would be carried out now; changes nothing.
    ///
    /// # Errors
    /// Why it would not be.
    pub fn would(&self, command: &Command, author: &Author, moment: &Moment) -> Result<(), Refusal> {
        plan(self, &Request::new(command.clone()), author, moment).map(|_| ())
    }
}

/// `KB-9 VPN drops`, or `12 articles`.
fn named(draft: &mut Draft, on: &[ArticleId]) -> Result<String, Refusal> {
    match on {
        [] => Err(Refusal::rule("no article was named")),
        [one] => Ok(draft.article(*one)?.called()),
        many => Ok(format!("{} articles", many.len())),
    }
}
