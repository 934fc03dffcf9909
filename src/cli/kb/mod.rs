//! Knowledge's own verbs: articles and their life, search, what readers say, what is missing, known errors.

mod diff;
mod file;
mod known_error;
mod life;
mod link;
mod list;
mod page;
mod readers;
mod runbook;
pub(super) mod search;
pub(super) mod show;
mod why;
pub(super) mod words;
mod write;

use clap::Subcommand;

use crate::cli::args::Globals;
use crate::cli::failure::Outcome;

pub(super) use diff::diff as diff_of;
pub(super) use why::why;
pub(super) use write::set_words;

/// What can be done with articles. They are named by number, KB-9, or by title.
#[derive(Debug, Subcommand)]
pub(super) enum KbVerb {
    /// Write an article and print its number
    ///
    /// new 'VPN drops after sleep' --type fault tags=vpn services=vpn. The text comes from - (stdin), --file, or $EDITOR,
    /// which starts with the template of the type. From a resolved ticket: new --from INC-12.
    New(write::New),
    /// Change an article: fields, or its text in $EDITOR
    ///
    /// tags+=x adds to a list, tags-=x takes from it; an empty value or none empties a field. What others wrote into other
    /// paragraphs meanwhile stays; the same paragraph changed by two is shown, and what you typed is kept.
    Edit(write::Edit),
    /// Show articles with all that belongs to them
    Show(show::Show),
    /// Find articles, the best first
    ///
    /// Each word is also the beginning of longer ones; "in quotes" a phrase; -word must not be there. What is mistyped is
    /// taken for what was perhaps meant. A search that finds nothing is counted: kb gaps.
    Search(search::Search),
    /// List articles with use, votes and age
    List(list::List),
    /// Publish articles, now or later; each is kept as an edition
    Publish(life::Publish),
    /// Retire articles: they no longer hold, their history stays
    Retire(life::Named),
    /// Move articles to another state: in_review, draft…
    Move(life::Move),
    /// Say that articles still hold: the next review is due anew, what was flagged is settled
    Review(life::Review),
    /// Let an article say again what an edition of it said
    Restore(write::Restore),
    /// What changed between two editions, or between one and now
    ///
    /// Without --from and --to: the newest edition and now, or the last two.
    Diff(diff::Diff),
    /// The editions of an article, or the text of one
    Editions(diff::Editions),
    /// Say whether an article helped
    Rate(readers::Rate),
    /// Say that something is wrong with an article: a task for its owner, see kb due
    Flag(readers::Flag),
    /// Note that an article helped with tickets; --resolve resolves them with it
    Use(readers::Use),
    /// Follow a runbook for a ticket: its steps come onto the checklist
    ///
    /// kb follow KB-9 INC-12. It counts as use. Again, it adds only steps that are not there. Steps are ticked as all tasks
    /// are: task INC-12 done 3. They do not stand in the way of resolving, unless the ticket is a change.
    Follow(runbook::Follow),
    /// The steps of an article; for a ticket, which are done, when and by whom
    ///
    /// --code N prints the code of a step and nothing else: kb steps KB-9 --code 2 | sh
    Steps(runbook::Steps),
    /// Show the runbook of an alert, by its name or of a ticket that names it
    ///
    /// A runbook is named by its title, or by a tag that no other has. Whole names only; for words there is kb search.
    Runbook(runbook::Runbook),
    /// Attach pictures and other files
    ///
    /// The text shows them by name: ![the rack](attachment:rack.png). A file of a name that is there takes its place.
    Attach(file::Attach),
    /// Save an attached file
    ///
    /// Prints where the file was saved.
    Save(file::Save),
    /// Take an attached file away
    ///
    /// Its contents stay in the desk file, so that this can be undone.
    Detach(file::Detach),
    /// What was looked for in vain, the most wanted first: what to write next
    Gaps(list::Gaps),
    /// Articles at which somebody must look: flagged, in review, or their review day has come
    Due(list::Due),
    /// Link an article and tickets: kb link KB-9 relates INC-1
    ///
    /// What the tickets are to it: relates, made-from, known-error (a problem), used-by.
    Link(link::Link),
    /// Take the links between an article and tickets away
    Unlink(link::Unlink),
    /// The known error of a problem: written from its root cause and workaround; or what an incident may be a case of
    ///
    /// known-error PRB-3 writes the article, or prints the one that is there; --refresh lets it say what the problem says
    /// today. known-error INC-12 prints the workarounds that
    /// may help. --tell notes the workaround on all open incidents that are linked to the problem; look first with --plan.
    KnownError(known_error::KnownError),
    /// What may help with a ticket: articles, and tickets that were solved
    Suggest(search::Suggest),
}

impl KbVerb {
    /// Whether it changes nothing.
    pub(super) fn only_reads(&self) -> bool {
        use KbVerb::{Diff, Due, Editions, Gaps, List, Runbook, Show, Steps, Suggest};
        matches!(
            self,
            Show(_) | List(_) | Diff(_) | Editions(_) | Gaps(_) | Due(_) | Suggest(_) | Steps(_) | Runbook(_)
        )
    }
}

pub(super) fn run(globals: &Globals, verb: &KbVerb) -> Outcome {
    match verb {
        KbVerb::New(args) => write::new(globals, args),
        KbVerb::Edit(args) => write::edit(globals, args),
        KbVerb::Show(args) => show::run(globals, args),
        KbVerb::Search(args) => search::run(globals, args),
        KbVerb::List(args) => list::list(globals, args),
        KbVerb::Publish(args) => life::publish(globals, args),
        KbVerb::Retire(args) => life::retire(globals, args),
        KbVerb::Move(args) => life::advance(globals, args),
        KbVerb::Review(args) => life::review(globals, args),
        KbVerb::Restore(args) => write::restore(globals, args),
        KbVerb::Diff(args) => diff::run(globals, args),
        KbVerb::Editions(args) => diff::editions(globals, args),
        KbVerb::Rate(args) => readers::rate(globals, args),
        KbVerb::Flag(args) => readers::flag(globals, args),
        KbVerb::Use(args) => readers::used(globals, args),
        KbVerb::Follow(args) => runbook::follow(globals, args),
        KbVerb::Steps(args) => runbook::steps(globals, args),
        KbVerb::Runbook(args) => runbook::runbook(globals, args),
        KbVerb::Attach(args) => file::attach(globals, args),
        KbVerb::Save(args) => file::save(globals, args),
        KbVerb::Detach(args) => file::detach(globals, args),
        KbVerb::Gaps(args) => list::gaps(globals, args),
        KbVerb::Due(args) => list::due(globals, args),
        KbVerb::Link(args) => link::link(globals, args),
        KbVerb::Unlink(args) => link::unlink(globals, args),
        KbVerb::KnownError(args) => known_error::run(globals, args),
        KbVerb::Suggest(args) => search::suggest(globals, args),
    }
}
