//! Planning changes of the knowledge base: articles written, edited, led through their life, read and used.

mod citation;
mod draft;
mod edit;
mod feedback;
mod life;
mod tell;

use crate::desk::id::ArticleId;
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::people::Deed;
use crate::desk::refusal::Refusal;
use crate::store::plan::draft::Draft;

pub(super) use citation::take_over_citations;
pub(super) use draft::Drawn;

pub(super) fn carry_out(draft: &mut Draft, command: &KnowledgeCommand) -> Result<String, Refusal> {
    draft.may(match command {
        KnowledgeCommand::Rate { .. } | KnowledgeCommand::Flag { .. } | KnowledgeCommand::Missed { .. } => {
            Deed::AnswerOwn
        }
        KnowledgeCommand::Use { .. } | KnowledgeCommand::Tell { .. } => Deed::WorkTickets,
        _ => Deed::KeepKnowledge,
    })?;
    match command {
        KnowledgeCommand::Write { set, cite } => edit::write(draft, set, cite),
        KnowledgeCommand::Edit { on, set } => edit::edit(draft, *on, set),
        KnowledgeCommand::Restore { on, edition } => edit::restore(draft, *on, *edition),
        KnowledgeCommand::Advance { on, to, at } => life::advance(draft, on, to, *at),
        KnowledgeCommand::Review { on, comment } => life::review(draft, on, comment),
        KnowledgeCommand::Fall { now } => life::fall(draft, *now),
        KnowledgeCommand::Rate { on, helped, comment } => feedback::rate(draft, *on, *helped, comment),
        KnowledgeCommand::Flag { on, comment } => feedback::flag(draft, *on, comment),
        KnowledgeCommand::Missed { words } => feedback::missed(draft, words),
        KnowledgeCommand::Use { on, tickets, resolve } => citation::used(draft, *on, tickets, resolve.as_ref()),
        KnowledgeCommand::Cite { on, role, tickets } => citation::cite(draft, *on, *role, tickets),
        KnowledgeCommand::Uncite { on, tickets } => citation::uncite(draft, *on, tickets),
        KnowledgeCommand::Tell { on } => tell::tell(draft, *on),
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
