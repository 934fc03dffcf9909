//! `change cab`: meetings of the change advisory board.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::cli::rows::{Cell, Column, Row, Rows};
use crate::desk::change::minutes::Meeting;
use crate::desk::change::{CabCommand, ChangeCommand, Decision};
use crate::desk::command::Command;
use crate::desk::id::{CabId, PersonId, TicketId};
use crate::desk::time::parse_time;
use crate::text::clean_text;

/// So many meetings are listed.
const LISTED: usize = 100;
/// What waits for approval, in the order in which it is planned.
const USUAL: &str = "kind:change state:approval sort:number";

/// What can be done with a meeting.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CabVerb {
    /// Call a meeting: its agenda comes from a query; prints its number
    New(New),
    /// List the meetings, the latest first
    List,
    /// Print a meeting with its agenda
    Show(One),
    /// Put changes on its agenda or take them off; say who comes
    Set(Set),
    /// Decide about a change; what is decided counts as the approval of the members who are asked
    Decide(Decide),
    /// Print the minutes, as Markdown or as text for a mail
    Minutes(Minutes),
    /// End it
    Close(One),
}

/// What `cab new` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    /// When: tue 10:00
    at: String,
    /// What it is called
    #[arg(long, default_value = "Change advisory board")]
    title: String,
    /// Who comes [default: the team `cab`]
    #[arg(long, value_name = "LOGIN,LOGIN", value_delimiter = ',')]
    members: Vec<String>,
    /// Which changes [default: those that wait for approval]
    #[arg(long, value_name = "QUERY", default_value = USUAL, hide_default_value = true)]
    query: String,
}

/// A meeting by its number.
#[derive(Debug, Args)]
pub(in crate::cli) struct One {
    /// The meeting
    cab: i64,
}

/// What `cab set` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Set {
    /// The meeting
    cab: i64,
    /// Put a change on the agenda
    #[arg(long, value_name = "ID")]
    add: Vec<String>,
    /// Take a change off
    #[arg(long, value_name = "ID")]
    remove: Vec<String>,
    /// Who comes too
    #[arg(long, value_name = "LOGIN")]
    join: Vec<String>,
    /// Who does not come
    #[arg(long, value_name = "LOGIN")]
    leave: Vec<String>,
}

/// What `cab decide` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Decide {
    /// The meeting
    cab: i64,
    /// The change
    id: String,
    /// What; without it, only notes are taken
    #[arg(value_enum)]
    decision: Option<Word>,
    /// Notes for the minutes
    #[arg(short = 'm', long, value_name = "TEXT")]
    notes: Option<String>,
}

/// A decision as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Word {
    /// Yes.
    Approve,
    /// No; takes notes.
    Reject,
    /// Another time.
    Defer,
}

/// What `cab minutes` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Minutes {
    /// The meeting
    cab: i64,
    /// Plain text, ready for a mail
    #[arg(long)]
    text: bool,
}

pub(super) fn run(globals: &Globals, verb: &CabVerb) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let command = match verb {
        CabVerb::New(args) => return call(&mut desk, args),
        CabVerb::List => return list(globals, &desk),
        CabVerb::Show(one) => return show(globals, &desk, CabId(one.cab)),
        CabVerb::Minutes(args) => return minutes(globals, &desk, args),
        CabVerb::Set(args) => CabCommand::Arrange {
            cab: CabId(args.cab),
            add: tickets(&desk, &args.add)?,
            remove: tickets(&desk, &args.remove)?,
            join: people(&desk, &args.join)?,
            leave: people(&desk, &args.leave)?,
        },
        CabVerb::Decide(args) => CabCommand::Decide {
            cab: CabId(args.cab),
            on: ids::ticket(&desk, &args.id)?.id,
            decision: args.decision.map(|word| match word {
                Word::Approve => Decision::Approve,
                Word::Reject => Decision::Reject,
                Word::Defer => Decision::Defer,
            }),
            notes: args.notes.clone(),
        },
        CabVerb::Close(one) => CabCommand::Close { cab: CabId(one.cab) },
    };
    desk.execute(Command::Change(ChangeCommand::Cab(command)))?;
    Ok(())
}

fn tickets(desk: &Desk, words: &[String]) -> Outcome<Vec<TicketId>> {
    match words.is_empty() {
        true => Ok(Vec::new()),
        false => Ok(ids::tickets(desk, words)?.iter().map(|ticket| ticket.id).collect()),
    }
}

fn people(desk: &Desk, words: &[String]) -> Outcome<Vec<PersonId>> {
    let reader = desk.read()?;
    words.iter().map(|word| Ok(reader.find_person(word.trim())?.id)).collect()
}

fn call(desk: &mut Desk, args: &New) -> Outcome {
    let at = parse_time(&args.at, &desk.moment)
        .ok_or_else(|| Failure::usage(format!("'{}' is no time; it looks like: tue 10:00", args.at)))?
        .from;
    let members = match args.members.is_empty() {
        true => desk.read()?.find_team("cab").map(|team| team.members).unwrap_or_default(),
        false => people(desk, &args.members)?,
    };
    if members.is_empty() {
        return Err(Failure::usage("who comes? --members anna,bob; or a team: deskhand team new cab members=anna,bob"));
    }
    let query = desk.query(std::slice::from_ref(&args.query))?;
    let found = desk.read()?.numbers(&query, &desk.asker()?, usize::MAX >> 1)?;
    let agenda = found.into_iter().map(|(id, _)| id).collect();
    let (title, query) = (args.title.clone(), args.query.clone());
    let command = CabCommand::Call { at, title, members, query, agenda };
    let receipt = desk.execute(Command::Change(ChangeCommand::Cab(command)))?;
    if receipt.is_some_and(|receipt| receipt.seq.is_some())
        && let Some(last) = desk.read()?.meetings(usize::MAX >> 1)?.into_iter().max_by_key(|one| one.id)
    {
        writeln!(std::io::stdout(), "{}", last.id)?;
    }
    Ok(())
}

fn list(globals: &Globals, desk: &Desk) -> Outcome {
    let columns = ["meeting", "at", "ended", "items", "title"].map(Column::of);
    let mut rows = Rows::new(Output::rows(globals), columns.into());
    let meetings = desk.read()?.meetings(LISTED)?;
    let lines: Vec<Row> = meetings
        .into_iter()
        .map(|one| Row {
            id: one.id.to_string(),
            cells: vec![
                Cell::of(one.id.to_string(), one.id.0),
                Cell::of(one.at.local(desk.moment.zone), one.at.rfc3339()),
                Cell::of(if one.ended { "yes" } else { "no" }, one.ended),
                Cell::of(one.items.to_string(), one.items),
                Cell::text(one.title),
            ],
        })
        .collect();
    rows.page(&lines)?;
    if rows.finish()? == 0 {
        say("there was no meeting");
    }
    Ok(())
}

fn show(globals: &Globals, desk: &Desk, cab: CabId) -> Outcome {
    let meeting = desk.read()?.meeting(cab)?;
    let mut out = Output::text(globals);
    match out.format {
        Format::Json | Format::Jsonl => out.json(&in_json(&meeting))?,
        _ => write!(out, "{}", clean_text(&meeting.text(&desk.moment)))?,
    }
    Ok(out.finish()?)
}

fn minutes(globals: &Globals, desk: &Desk, args: &Minutes) -> Outcome {
    let meeting = desk.read()?.meeting(CabId(args.cab))?;
    let mut out = Output::text(globals);
    match out.format {
        Format::Json | Format::Jsonl => out.json(&in_json(&meeting))?,
        _ if args.text => write!(out, "{}", clean_text(&meeting.text(&desk.moment)))?,
        _ => write!(out, "{}", clean_text(&meeting.markdown(&desk.moment)))?,
    }
    Ok(out.finish()?)
}

fn in_json(meeting: &Meeting) -> serde_json::Value {
    let items = meeting.items.iter().map(|item| {
        json!({
            "number": item.number, "title": item.title, "risk": item.risk,
            "planned_start": item.planned.map(|(from, _)| from.rfc3339()), "planned_end": item.planned.map(|(_, until)| until.rfc3339()),
            "decision": item.decision.map(Decision::word), "notes": item.notes,
        })
    });
    json!({
        "meeting": meeting.id.0, "at": meeting.at.rfc3339(), "title": meeting.title, "query": meeting.query,
        "ended": meeting.closed.map(|at| at.rfc3339()),
        "members": meeting.members.iter().map(|(login, _)| login.clone()).collect::<Vec<_>>(), "items": items.collect::<Vec<_>>(),
    })
}
