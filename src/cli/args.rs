//! The command line as a whole: the verbs, and the options that all of them share.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::cli::output::Format;
use crate::cli::{
    care, change, diff, entry, export, files, guide, init, journal, links, new, records, settings, show, tickets, why,
    work,
};

const HELP_AFTER: &str = "\
Tickets are named by their number in any case, with or without the dash: INC-42, inc42. Given -, verbs that take
numbers read them from stdin, the first word of each line: deskhand list is:mine | deskhand note - -m 'on it'.

Exit codes: 0 done · 1 refused by a rule or a conflict · 2 usage · 3 not found · 4 desk unavailable · 5 damaged.
Environment: DESKHAND_DB, EDITOR or VISUAL, PAGER, NO_COLOR, TZ and the XDG directories.
More: deskhand guide";

/// An IT service desk that lives in a terminal: one binary, one SQLite file.
///
/// Without a verb it opens the screens.
#[derive(Debug, Parser)]
#[command(name = "deskhand", version, after_long_help = HELP_AFTER, disable_help_subcommand = true, max_term_width = 100)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) globals: Globals,
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
}

/// The options of every verb.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(super) struct Globals {
    /// The desk file [default: `desk` in config.toml, else desk.desk in the data folder]
    #[arg(long, value_name = "FILE", env = "DESKHAND_DB", hide_env_values = true, global = true)]
    pub(super) db: Option<PathBuf>,
    /// Act in this person's name; the journal keeps both names
    #[arg(long = "as", value_name = "LOGIN", global = true)]
    pub(super) acting: Option<String>,
    /// Why: kept with the change
    #[arg(long, value_name = "TEXT", global = true)]
    pub(super) reason: Option<String>,
    /// Show what would change, and change nothing
    #[arg(long, global = true)]
    pub(super) dry_run: bool,
    /// How to print: a table on a terminal, tab-separated into a pipe, unless given
    #[arg(long, value_name = "FORMAT", global = true)]
    pub(super) format: Option<Format>,
}

/// What can be done. A verb's options stand beside what it does, in the file of its family.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make a new desk; you become its admin
    Init(init::Init),
    /// Open a ticket and print its number
    New(new::New),
    /// List tickets
    List(tickets::List),
    /// Find tickets by their words, the best first
    Search(tickets::Search),
    /// Show a ticket with all that belongs to it
    Show(show::Show),
    /// The journal, newest first: of the desk or of one ticket
    Log(journal::Log),
    /// Why a field has its value
    Why(why::Why),
    /// What changed on a ticket between two times
    Diff(diff::Diff),
    /// Give fields new values, add and remove tags
    Set(change::Set),
    /// Move tickets to another state
    Move(change::Move),
    /// Give tickets to a person or a team
    Assign(change::Assign),
    /// Write a note, seen by staff only
    Note(entry::Write),
    /// Write a reply, seen by the requester
    Reply(entry::Write),
    /// Link two tickets
    Link(links::Link),
    /// Take the links between two tickets away
    Unlink(links::Unlink),
    /// Let one ticket take over others
    Merge(links::Merge),
    /// Watch tickets
    Follow(work::Follow),
    /// Watch tickets no longer
    Unfollow(work::Follow),
    /// Log time spent
    Time(work::Time),
    /// A ticket's checklist
    Task(work::Task),
    /// Attach files
    Attach(files::Attach),
    /// Save an attached file
    Save(files::Save),
    /// Take an attached file away
    Detach(files::Detach),
    /// Take back a change of any size, by a new change
    Undo(journal::Undo),
    /// Take back your last undo
    Redo,
    /// People
    Person {
        #[command(subcommand)]
        verb: records::RecordVerb,
    },
    /// Teams
    Team {
        #[command(subcommand)]
        verb: records::RecordVerb,
    },
    /// Services
    Service {
        #[command(subcommand)]
        verb: records::RecordVerb,
    },
    /// Categories
    Category {
        #[command(subcommand)]
        verb: records::RecordVerb,
    },
    /// The desk's configuration: documents in TOML
    Config {
        #[command(subcommand)]
        verb: settings::ConfigVerb,
    },
    /// Print tickets with all their fields, for other programs
    Export(export::Export),
    /// Do what is due: close what stayed resolved. For cron
    Tick,
    /// Where the desk lies, how it is opened, and whether it is well
    Doctor,
    /// Check the whole desk: the file, and the chain of its journal
    Verify,
    /// Copy the desk while others work, and verify the copy
    Backup(care::Backup),
    /// Put a backup in the desk's place; what it replaces is kept
    Restore(care::Restore),
    /// The guide
    Guide(guide::Guide),
    /// Completions for a shell
    Completions(guide::Completions),
    /// The manual page
    Man(guide::Man),
}
