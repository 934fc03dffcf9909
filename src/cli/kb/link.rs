//! `kb link`, `kb unlink`: articles and tickets.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::knowledge::{CitationRole, KnowledgeCommand};

/// What `kb link` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Link {
    /// The article
    id: String,
    /// What the tickets are to it, then the tickets: relates INC-1 INC-2; known-error PRB-3
    #[arg(value_name = "ROLE | ID", required = true)]
    words: Vec<String>,
}

/// What `kb unlink` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Unlink {
    /// The article
    id: String,
    /// Tickets
    #[arg(value_name = "ID", required = true)]
    tickets: Vec<String>,
    /// Only this link of several: relates, made-from, known-error-of, used-by
    #[arg(long)]
    role: Option<String>,
}

pub(super) fn link(globals: &Globals, args: &Link) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = desk.read()?.find_article(&args.id)?;
    let first = args.words.iter().take_while(|word| word.parse::<crate::desk::id::Number>().is_err()).count();
    let (role, named) = args.words.split_at(first);
    let role = match role {
        [] => CitationRole::Relates,
        words => role_named(&words.join(" "))?,
    };
    let tickets = ids::tickets(&desk, named)?.iter().map(|ticket| ticket.id).collect();
    desk.execute(Command::Knowledge(KnowledgeCommand::Cite { on, role, tickets }))?;
    Ok(())
}

pub(super) fn unlink(globals: &Globals, args: &Unlink) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = desk.read()?.find_article(&args.id)?;
    let tickets = ids::tickets(&desk, &args.tickets)?.iter().map(|ticket| ticket.id).collect();
    let role = args.role.as_deref().map(role_named).transpose()?;
    desk.execute(Command::Knowledge(KnowledgeCommand::Uncite { on, tickets, role }))?;
    Ok(())
}

fn role_named(word: &str) -> Outcome<CitationRole> {
    CitationRole::named(word).ok_or_else(|| {
        let known = CitationRole::ALL.map(|role| role.reads().replace(' ', "-")).join(", ");
        Failure::usage(format!("'{word}' is no way to link an article; there are {known}"))
    })
}
