//! The commands: `deskhand VERB …`. What a screen can do, a command can do.
//!
//! [`run`] reads the arguments and hands them to the verb, which lives in the file of its family together with its
//! options. stdout carries data only; messages, receipts and notices go to stderr.

mod args;
mod calendar;
mod care;
mod catalogue;
mod change;
mod ci;
mod columns;
pub mod demo;
mod diff;
mod doctor;
mod edit;
mod entry;
mod export;
mod failure;
mod files;
mod form;
mod guide;
mod ids;
pub mod import;
mod init;
mod journal;
mod kb;
mod lines;
mod links;
mod new;
mod open;
mod outbox;
mod output;
mod pager;
mod people;
mod preview;
mod records;
mod relocate;
mod rows;
mod settings;
mod sheet_json;
mod shield;
mod show;
mod teams;
mod tickets;
mod watch;
mod why;
mod windows;
mod work;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser};

use args::{Cli, Verb};
use failure::{Failure, Outcome};
use output::Format;

use crate::desk::refusal::Refusal;
use crate::home::Home;
use crate::store::{Store, WhenAway};
use crate::tui::setup::Setup;

/// Carries out a command line and says how it ended: 0 done, 1 refused, 2 usage, 3 not found, 4 unavailable, 5 damaged.
///
/// A reader who leaves early, such as `head`, is no failure.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(shield::shield(arguments)) {
        Ok(cli) => cli,
        Err(told) => {
            // Help goes to stdout, mistakes to stderr; whoever closed them does not want to read them.
            let _ = told.print();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2));
        }
    };
    let outcome = match cli.verb {
        None => screens(&cli.globals, None),
        Some(verb) => carry_out(&cli.globals, &verb),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.tell();
            ExitCode::from(failure.exit_code())
        }
    }
}

/// The whole command line as clap knows it: for completions, man pages and the guide.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

fn carry_out(globals: &args::Globals, verb: &Verb) -> Outcome<u8> {
    let outcome = begin(globals, verb);
    if !matches!(outcome, Err(Failure::Refused(Refusal::Damaged(_)))) || !open::gave_up_copy(globals) {
        return outcome;
    }
    // Only this machine's copy was damaged. Whoever only reads need not ask again; a change is given again by who wants it.
    match verb.only_reads() {
        true => begin(globals, verb),
        false => Err(Failure::Refused(Refusal::Unavailable(String::from(
            "this machine's copy of the desk was damaged, and is made anew; look whether the change was made, and make it again",
        )))),
    }
}

fn begin(globals: &args::Globals, verb: &Verb) -> Outcome<u8> {
    if globals.format.is_some_and(Format::draws) && !matches!(verb, Verb::Ci { verb: ci::CiVerb::Impact(_) }) {
        return Err(Failure::usage("only ci impact is drawn; --format takes table, json, jsonl, csv, tsv, ids"));
    }
    let done = match verb {
        Verb::Import(args) => return bring_in(globals, args),
        Verb::Watch(args) => return screens(globals, Some(watch::query(args)?)),
        Verb::Demo(args) => return look_around(globals, args),
        Verb::Init(args) => init::run(globals, args),
        Verb::New(args) => new::run(globals, args),
        Verb::List(args) => tickets::list(globals, args),
        Verb::Search(args) => tickets::search(globals, args),
        Verb::Show(args) => show::run(globals, args),
        Verb::Log(args) => journal::log(globals, args),
        Verb::Why(args) => why::run(globals, args),
        Verb::Diff(args) => diff::run(globals, args),
        Verb::Set(args) => edit::set(globals, args),
        Verb::Move(args) => edit::advance(globals, args),
        Verb::Assign(args) => edit::assign(globals, args),
        Verb::Note(args) => entry::write(globals, args, false),
        Verb::Reply(args) => entry::write(globals, args, true),
        Verb::Link(args) => links::link(globals, args),
        Verb::Unlink(args) => links::unlink(globals, args),
        Verb::Merge(args) => links::merge(globals, args),
        Verb::Follow(args) => work::follow(globals, args, true),
        Verb::Unfollow(args) => work::follow(globals, args, false),
        Verb::Time(args) => work::time(globals, args),
        Verb::Task(args) => work::task(globals, args),
        Verb::Attach(args) => files::attach(globals, args),
        Verb::Save(args) => files::save(globals, args),
        Verb::Detach(args) => files::detach(globals, args),
        Verb::Undo(args) => journal::undo(globals, args),
        Verb::Redo => journal::redo(globals),
        Verb::Person { verb } => people::run(globals, verb),
        Verb::Team { verb } => teams::run(globals, verb),
        Verb::Service { verb } => catalogue::service(globals, verb),
        Verb::Category { verb } => catalogue::category(globals, verb),
        Verb::Change { verb } => change::run(globals, verb),
        Verb::Ci { verb } => ci::run(globals, verb),
        Verb::Kb { verb } => kb::run(globals, verb),
        Verb::Config { verb } => settings::run(globals, verb),
        Verb::Export(args) => export::run(globals, args),
        Verb::Tick => care::tick(globals),
        Verb::Doctor => doctor::run(globals),
        Verb::TryLock(args) => doctor::try_lock(args),
        Verb::Outbox(args) => outbox::run(globals, args),
        Verb::Verify(args) => care::verify(globals, args),
        Verb::Backup(args) => care::backup(globals, args),
        Verb::Restore(args) => care::restore(globals, args),
        Verb::Relocate(args) => relocate::run(globals, args),
        Verb::Guide(args) => guide::guide(globals, args),
        Verb::Completions(args) => guide::completions(args),
        Verb::Man(args) => guide::man(args),
    };
    done.map(|()| 0)
}

/// Imports a file; gives 1 when nothing of it could go in.
fn bring_in(globals: &args::Globals, args: &import::Args) -> Outcome<u8> {
    let open::Desk { mut store, author, moment, .. } = open::Desk::open(globals)?;
    let (mut out, mut told) = (std::io::stdout(), std::io::stderr());
    let (out_is_terminal, told_is_terminal) = (out.is_terminal(), told.is_terminal());
    let context = import::Context {
        store: &mut store,
        author: &author,
        moment: &moment,
        reason: globals.reason.clone(),
        out: &mut out,
        out_is_terminal,
        told: &mut told,
        told_is_terminal,
    };
    let args = import::Args { plan: args.plan || globals.dry_run, ..args.clone() };
    Ok(import::run(&args, context)?)
}

/// Makes or finds the demo desk and opens the screens on it.
fn look_around(globals: &args::Globals, args: &demo::Args) -> Outcome<u8> {
    let home =
        Home::find().ok_or_else(|| Failure::usage("there is no home folder for the demo desk; name one with --dir"))?;
    open::believed()?;
    let desk = demo::run(args, &home, &open::author(globals), &crate::home::moment())?;
    if args.no_open {
        println!("{}", desk.display());
        return Ok(0);
    }
    screens_on(globals, &desk, None)
}

/// Opens the screens on a desk; gives the code with which they ended.
fn screens(globals: &args::Globals, watch: Option<String>) -> Outcome<u8> {
    let desk = open::desk_path(globals)?;
    screens_on(globals, &desk, watch)
}

fn screens_on(globals: &args::Globals, desk: &std::path::Path, watch: Option<String>) -> Outcome<u8> {
    let home = Home::find().ok_or_else(|| Failure::usage("there is no home folder to keep drafts in; set HOME"))?;
    let author = open::author(globals);
    // A drive that is away is no reason not to read.
    let nearby = home.nearby(desk, &author, WhenAway::Wait, Duration::ZERO);
    if !Store::is_copied(desk, &nearby)? && !desk.exists() {
        return Err(Failure::Refused(Refusal::Unavailable(format!(
            "there is no desk at {}. Make one: deskhand init. See one: deskhand demo",
            desk.display()
        ))));
    }
    let setup = Setup::new(&open::config(&home)?, globals.plain, watch).map_err(open::broken)?;
    crate::tui::open(desk, &author, &home, setup).map_err(|error| Failure::usage(error.to_string()))
}
