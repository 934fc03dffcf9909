//! The command line as a whole: the verbs, and the options that all of them share.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::cli::output::Format;
use crate::cli::{
    calendar, care, change, ci, diff, doctor, edit, entry, export, files, guide, init, journal, kb, links, new, outbox,
    records, relocate, settings, show, tickets, watch, why, work,
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
#[command(name = "deskhand", version, after_long_help = HELP_AFTER, max_term_width = 100)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) globals: Globals,
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
}

/// The options of every verb.
#[derive(Clone, Debug, Args)]
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
    /// While the desk's drive is away, keep changes in the outbox on this machine instead of ending with exit code 4
    #[arg(long, global = true)]
    pub(super) queue: bool,
    /// Screens for a screen reader: one pane, no lines drawn, the cursor on the selected row
    #[arg(long, global = true)]
    pub(super) plain: bool,
    /// How to print: a table on a terminal, tab-separated into a pipe, unless given
    #[arg(long, value_name = "FORMAT", global = true)]
    pub(super) format: Option<Format>,
}

/// What can be done. A verb's options stand beside what it does, in the file of its family.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make a new desk; you become its admin
    ///
    /// Makes the desk at --db, DESKHAND_DB, the `desk` of config.toml, or in the data folder: the first that is
    /// given.
    Init(init::Init),
    /// Open a ticket and print its number
    ///
    /// Prints the number only. With no title on a terminal, $EDITOR opens a form.
    New(new::New),
    /// List tickets
    ///
    /// Without a query: is:open sort:priority,due. What can be asked: deskhand guide query.
    List(tickets::List),
    /// Find articles, CIs and tickets by their words, the best first
    ///
    /// Words in titles weigh more than words in texts, notes and replies. Terms narrow it to tickets: search vpn is:open.
    Search(tickets::Search),
    /// Watch a list: live and read-only, for a wall or a tmux pane
    ///
    /// It changes by itself when the desk does. q quits, j and k move.
    Watch(watch::Watch),
    /// Show a ticket, a CI or an article with all that belongs to it
    ///
    /// json has everything that belongs to it; csv and tsv have one row with all fields.
    Show(show::Show),
    /// The journal, newest first: of the desk, of one ticket, CI or article
    ///
    /// Each entry can be taken back: deskhand undo SEQ.
    Log(journal::Log),
    /// Why a field has its value
    ///
    /// For priority: impact, urgency, service and override; for each field: who, when, from what to what, and the
    /// reason given.
    Why(why::Why),
    /// What changed on a ticket or a CI between two times, on an article between two editions
    ///
    /// Times as people type them: yesterday, mon 9:00, 2026-03-31, -3d.
    Diff(diff::Diff),
    /// Give fields new values, add and remove tags
    ///
    /// An empty value or none empties the field. Priority takes a reason: set INC-1 priority=1 --reason 'whole site'.
    Set(edit::Set),
    /// Move tickets to another state
    ///
    /// The state may be given by its name (resolved) or by what leads to it (resolve).
    Move(edit::Move),
    /// Give tickets to a person or a team
    ///
    /// A team gets its tickets without an assignee; none takes the assignee away.
    Assign(edit::Assign),
    /// Write a note, seen by staff only
    ///
    /// Without -m, - or a snippet, $EDITOR opens. - reads the text from stdin; beside -m or --snippet, the tickets.
    Note(entry::Write),
    /// Write a reply, seen by the requester
    ///
    /// Without -m, - or a snippet, $EDITOR opens. - reads the text from stdin; beside -m or --snippet, the tickets.
    Reply(entry::Write),
    /// Link two tickets, or a ticket and the CIs that it affects
    ///
    /// Relations: relates to, duplicate of, child of, parent of, blocked by, blocks, caused by, causes. A ticket
    /// affects CIs, by name or number.
    Link(links::Link),
    /// Take the links between two tickets away
    ///
    /// Without a relation, all links between the two.
    Unlink(links::Unlink),
    /// Let one ticket take over others
    ///
    /// Notes, replies, files, tasks, times, tags, watchers and links go over; undo brings all back.
    Merge(links::Merge),
    /// Watch tickets
    ///
    /// Watched tickets are found by is:watched.
    Follow(work::Follow),
    /// Watch tickets no longer
    ///
    /// Watched tickets are found by is:watched.
    Unfollow(work::Follow),
    /// Log time spent
    ///
    /// A span with - in front corrects.
    Time(work::Time),
    /// A ticket's checklist
    ///
    /// Open tasks stand in the way of resolving; steps of a runbook (kb follow) only in that of a change.
    Task(work::Task),
    /// Attach files
    ///
    /// Files are kept in the desk file, each content once.
    Attach(files::Attach),
    /// Save an attached file
    ///
    /// Prints where the file was saved.
    Save(files::Save),
    /// Take an attached file away
    ///
    /// Its contents stay in the desk file, so that this can be undone.
    Detach(files::Detach),
    /// Take back a change of any size, by a new change
    ///
    /// Where a later change stands in the way it is named, and nothing is changed.
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
    /// Changes: plan, risk, approval, the work, meetings, windows, conflicts, the calendar
    Change {
        #[command(subcommand)]
        verb: change::ChangeVerb,
    },
    /// CIs: what we run, what depends on what, what breaks
    ///
    /// They are named by number, name, asset tag, serial, host name or address. show, log, why, diff and set take their
    /// numbers too.
    Ci {
        #[command(subcommand)]
        verb: ci::CiVerb,
    },
    /// Knowledge: articles, what is missing, known errors
    ///
    /// Articles are named by number (KB-9) or title. show, log, diff and set take their numbers too.
    Kb {
        #[command(subcommand)]
        verb: kb::KbVerb,
    },
    /// The desk's configuration: documents in TOML
    Config {
        #[command(subcommand)]
        verb: settings::ConfigVerb,
    },
    /// Take in records from another system, as one entry that can be undone
    ///
    /// First look with --plan: what would be created, updated, unchanged and skipped, row by row. Rejected rows go to
    /// FILE.rejected.csv with the reason; the rest go in. The same file twice changes nothing. Events of a calendar (ics)
    /// become freezes or, with --kind, maintenance windows.
    Import(crate::cli::import::Args),
    /// Look around in a ready desk of a mid-size company
    Demo(crate::cli::demo::Args),
    /// Print tickets with all their fields, for other programs
    ///
    /// Without a query: every ticket, the oldest first. `import csv --map generic` reads what csv writes. ics writes
    /// changes and releases that have a planned time.
    Export(export::Export),
    /// Do what is due: close what stayed resolved, take a backup. For cron
    Tick,
    /// Where the desk lies, how it is opened, and whether it is well
    ///
    /// Tries locks, speed and clock of the folder, and says what would be better.
    Doctor,
    /// What waits on this machine until the desk's drive is back
    ///
    /// Changes made with --queue or on the screens while the drive is away wait here and are sent in order when it is
    /// back. What the desk refuses then stays, with the reason, until it is sent again or discarded.
    Outbox(outbox::Outbox),
    /// What doctor lets another process do: say whether a file is locked
    #[command(hide = true)]
    TryLock(doctor::TryLock),
    /// Check the whole desk: the file, and the chain of its journal
    Verify(care::Verify),
    /// Copy the desk while others work, and verify the copy
    ///
    /// Others go on working meanwhile. Prints where the backup lies.
    Backup(care::Backup),
    /// Put a backup in the desk's place; what it replaces is kept
    ///
    /// The backup is verified first; the desk that it replaces is kept beside it. With --only, single tickets come back by
    /// a command of their own.
    Restore(care::Restore),
    /// Move the desk itself to another place: a local disk or a network drive
    ///
    /// Others can read meanwhile, and not write. The copy is verified and takes its place whole; the old file is kept
    /// beside a note that tells whoever opens the old place where the desk is. What would be done: --dry-run.
    Relocate(relocate::Relocate),
    /// The guide
    ///
    /// Without a topic: the list of topics.
    Guide(guide::Guide),
    /// Completions for a shell
    ///
    /// Where it goes depends on the shell: bash, /etc/bash_completion.d/; fish, ~/.config/fish/completions/.
    Completions(guide::Completions),
    /// The manual page
    ///
    /// Without a folder: deskhand(1) on stdout.
    Man(guide::Man),
}

impl Verb {
    /// Whether it changes nothing, so that it can begin again.
    pub(super) fn only_reads(&self) -> bool {
        match self {
            Verb::Ci { verb } => return verb.only_reads(),
            Verb::Kb { verb } => return verb.only_reads(),
            _ => {}
        }
        matches!(
            self,
            Verb::List(_)
                | Verb::Search(_)
                | Verb::Show(_)
                | Verb::Log(_)
                | Verb::Why(_)
                | Verb::Diff(_)
                | Verb::Export(_)
                | Verb::Change {
                    verb: change::ChangeVerb::Conflicts(_)
                        | change::ChangeVerb::Calendar(calendar::CalendarVerb::Calendar(_))
                }
                | Verb::Doctor
                | Verb::Verify(_)
        )
    }
}
