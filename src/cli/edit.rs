//! `set`, `move`, `assign`: what most days consist of.

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::ci::words::are_cis;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids;
use crate::cli::kb::words::are_articles;
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::field::{Edit, Field, Value};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::workflow::Workflow;

/// What `set` takes.
#[derive(Debug, Args)]
pub(super) struct Set {
    /// Tickets and name=value pairs; tags=+a,-b adds and removes tags. CIs and articles by number, as ci set and kb edit take them
    #[arg(value_name = "ID | FIELD=VALUE", required = true)]
    words: Vec<String>,
    /// Add a tag
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Remove a tag
    #[arg(long, value_name = "TAG")]
    untag: Vec<String>,
}

/// What `move` takes.
#[derive(Debug, Args)]
pub(super) struct Move {
    /// Tickets, the state, and the fields that it demands: INC-1 resolved resolution_code=fixed resolution='…'
    #[arg(value_name = "ID | STATE | FIELD=VALUE", required = true)]
    words: Vec<String>,
    /// Move open children too
    #[arg(long)]
    children: bool,
}

/// What `assign` takes.
#[derive(Debug, Args)]
pub(super) struct Assign {
    /// Tickets, then a login, a team, me or none
    #[arg(value_name = "ID… LOGIN|TEAM|me|none", required = true, num_args = 2.., hide_possible_values = true)]
    words: Vec<String>,
}

pub(super) fn set(globals: &Globals, args: &Set) -> Outcome {
    let named: Vec<String> = args.words.iter().filter(|word| !word.contains('=')).cloned().collect();
    if are_cis(&named) && args.tag.is_empty() && args.untag.is_empty() {
        return crate::cli::ci::set_words(globals, &args.words);
    }
    if are_articles(&named) && args.tag.is_empty() && args.untag.is_empty() {
        return crate::cli::kb::set_words(globals, &args.words);
    }
    let mut desk = Desk::open(globals)?;
    let (words, pairs) = ids::parted(&args.words);
    let tickets = ids::tickets(&desk, &words)?;
    let mut wanted = ids::wanted(&mut desk, &pairs)?;
    wanted.tag.extend(args.tag.iter().cloned());
    wanted.untag.extend(args.untag.iter().cloned());
    if wanted.set.is_empty() && wanted.tag.is_empty() && wanted.untag.is_empty() {
        return Err(Failure::usage("nothing to set; give field=value, --tag or --untag"));
    }
    give_the_reason(&mut wanted.set, globals);
    let (on, set) = (ids::targets(&tickets), wanted.set);
    desk.execute(Command::Edit { on, set, tag: wanted.tag, untag: wanted.untag })?;
    Ok(())
}

/// Overriding the matrix takes a reason; the command's own will do.
pub(super) fn give_the_reason(set: &mut Edit, globals: &Globals) {
    if let (true, Some(reason)) = (set.get(&Field::Priority).is_some_and(Value::given), &globals.reason) {
        set.entry(Field::PriorityReason).or_insert_with(|| Value::from(reason.as_str()));
    }
}

pub(super) fn advance(globals: &Globals, args: &Move) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let (mut words, pairs) = ids::parted(&args.words);
    let Some(state) = words.pop() else { return Err(Failure::usage("to which state?")) };
    if words.is_empty() {
        return Err(Failure::usage(format!("name the tickets, then the state: deskhand move INC-1 {state}")));
    }
    let tickets = ids::tickets(&desk, &words)?;
    let mut wanted = ids::wanted(&mut desk, &pairs)?;
    give_the_reason(&mut wanted.set, globals);
    if !(wanted.tag.is_empty() && wanted.untag.is_empty()) {
        return Err(Failure::usage("move takes no tags; use: deskhand set"));
    }
    let to = common_state(&desk, &tickets, &state)?;
    desk.execute(Command::Move { on: ids::targets(&tickets), to, set: wanted.set, children: args.children })?;
    Ok(())
}

/// The state that a word means for these tickets: they go there together or not at all.
fn common_state(desk: &Desk, tickets: &[Ticket], word: &str) -> Outcome<String> {
    let reader = desk.read()?;
    let mut states: Vec<String> = Vec::new();
    for ticket in tickets {
        let workflow = reader.rules().workflow(ticket.kind()).map_err(Refusal::Damaged)?;
        let state = meant(workflow, ticket, word);
        if !states.contains(&state) {
            states.push(state);
        }
    }
    match states.as_slice() {
        [state] => Ok(state.clone()),
        several => Err(Failure::rule(format!(
            "'{word}' leads to {} for these tickets; move them kind by kind",
            several.join(" and ")
        ))),
    }
}

/// The state of that name, or the one that a transition of that name leads to; else the word as it is, for the desk to
/// refuse in its own words.
fn meant(workflow: &Workflow, ticket: &Ticket, word: &str) -> String {
    let name = word.to_ascii_lowercase().replace('-', "_");
    if let Some(state) = workflow.state(&name) {
        return state.name.clone();
    }
    let verb = |verb: &str| verb.eq_ignore_ascii_case(word) || verb.eq_ignore_ascii_case(&name);
    let leaving = workflow.leaving(ticket).find(|transition| verb(&transition.verb));
    leaving
        .or_else(|| workflow.transition.iter().find(|transition| verb(&transition.verb)))
        .map_or(name.clone(), |transition| transition.to.clone())
}

pub(super) fn assign(globals: &Globals, args: &Assign) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let Some((who, numbers)) = args.words.split_last() else { return Err(Failure::usage("to whom?")) };
    let tickets = ids::tickets(&desk, numbers)?;
    let me = desk.asker()?.me;
    let set = desk.read()?.bearer(who, me)?;
    desk.execute(Command::Edit { on: ids::targets(&tickets), set, tag: Vec::new(), untag: Vec::new() })?;
    Ok(())
}
