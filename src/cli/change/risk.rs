//! `change risk`: what a change risks, with the share of every answer.

use std::collections::BTreeMap;
use std::io::Write;

use clap::Args;
use serde_json::json;

use crate::cli::args::Globals;
use crate::cli::change::Planned;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::cli::output::{Format, Output};
use crate::desk::change::ChangeCommand;
use crate::desk::command::Command;
use crate::text::clean_line;

/// What `change risk` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Risk {
    /// The change
    id: String,
    /// Answers: users=team tested=fully
    #[arg(value_name = "QUESTION=ANSWER")]
    words: Vec<String>,
    /// Work it out anew, from what the desk knows today; a higher risk is approved anew
    #[arg(long, conflicts_with = "words")]
    again: bool,
}

pub(super) fn run(globals: &Globals, args: &Risk) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let ticket = ids::ticket(&desk, &args.id)?;
    if args.again {
        desk.execute(Command::Change(ChangeCommand::Reassess { on: vec![ticket.id] }))?;
        return Ok(());
    }
    if args.words.is_empty() {
        return print(globals, &desk, &args.id);
    }
    let (others, pairs) = ids::parted(&args.words);
    if let Some(word) = others.first() {
        return Err(Failure::usage(format!("'{word}' is no question=answer; see: deskhand change risk {}", args.id)));
    }
    let answers: BTreeMap<String, Option<String>> =
        pairs.into_iter().map(|(name, value)| (name, Some(value).filter(|value| !value.trim().is_empty()))).collect();
    desk.execute(Command::Change(ChangeCommand::Answer { on: ticket.id, answers }))?;
    Ok(())
}

fn print(globals: &Globals, desk: &Desk, id: &str) -> Outcome {
    let ticket = ids::ticket(desk, id)?;
    let reader = desk.read()?;
    let Some(planned) = Planned::read(&reader, &ticket, &desk.moment)? else {
        return Err(Failure::rule(format!("{} is {}, no change", ticket.number, ticket.kind().one())));
    };
    let mut out = Output::text(globals);
    if matches!(out.format, Format::Json | Format::Jsonl) {
        out.json(&json!({
            "number": ticket.number, "risk": ticket.risk, "score": planned.of.reading.score, "computed": planned.of.reading.band,
            "today": planned.of.shift.as_ref().map(|shift| json!({ "risk": shift.is, "because": shift.because })),
            "reason": ticket.risk_reason, "raised": planned.of.reading.raised, "answers": planned.answers(),
        }))?;
        return Ok(out.finish()?);
    }
    let risk = ticket.risk.as_deref().unwrap_or("not known yet");
    let heading = out.heading(&format!("{} risk: {risk}", ticket.number));
    writeln!(out, "{heading}")?;
    planned.print_risk(&mut out)?;
    if let Some(reason) = &ticket.risk_reason {
        writeln!(out, "     overridden to {risk}: {}", clean_line(reason))?;
    }
    let questions = &reader.rules().change.risk;
    let open: Vec<_> = planned.of.reading.open().collect();
    if !open.is_empty() {
        writeln!(out, "\n{}", out.heading("To answer"))?;
    }
    for share in open {
        writeln!(out, "{}", share.ask)?;
        for choice in questions.question(&share.question).map(|question| question.answer.as_slice()).unwrap_or_default()
        {
            writeln!(out, "{:>3}  {}={}  {}", choice.score, share.question, choice.name, choice.text)?;
        }
    }
    Ok(out.finish()?)
}
