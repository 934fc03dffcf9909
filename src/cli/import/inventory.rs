//! What inventories found, taken into the CMDB: many files as one entry, first shown with `--plan`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Args, Context, Failure, Meter, say};
use crate::desk::cmdb::{CmdbCommand, Inventory};
use crate::desk::command::{Command, Request};
use crate::desk::time::Moment;
use crate::exchange::inventory::{self, InventoryError, Read};
use crate::store::{InventoryPlan, PlannedCi, Reconciled, Stage, Store};
use crate::text::{clean_line, width};

/// Imports what was found, or shows what that would do. Gives the exit code: 0, or 1 when a file was refused or nothing went in.
pub(super) fn run(args: &Args, context: Context<'_>) -> Result<u8, Failure> {
    let Context { store, author, moment, reason, out, out_is_terminal, told, told_is_terminal } = context;
    let files = match args.source.inventory() {
        Some(format) => inventory::files(format, &args.files)?,
        None => args.files.clone(),
    };
    let mut meter = Meter::new(told, told_is_terminal);
    let mut reads: Vec<Result<Read, InventoryError>> = Vec::with_capacity(files.len());
    let zoned = Moment { zone: args.zone.unwrap_or(moment.zone), ..*moment };
    let read = reader(args, store)?;
    for (done, file) in files.iter().enumerate() {
        meter.files(done, files.len());
        reads.push(read(file, &zoned));
    }
    meter.clear();
    let mut inventories: Vec<Inventory> = Vec::new();
    let mut warned: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut refused = None;
    for read in reads {
        match read {
            Ok(Read { inventory, warnings }) => {
                warnings
                    .into_iter()
                    .for_each(|warning| warned.entry(warning).or_default().push(inventory.file.clone()));
                inventories.push(inventory);
            }
            // One file alone that can't be read is the whole outcome.
            Err(error) if files.len() == 1 => return Err(error.into()),
            Err(error) => {
                say(told, &format!("not taken in: {error}"));
                refused = Some(error);
            }
        }
    }
    for (warning, files) in warned {
        match files.as_slice() {
            [first, _, _, ..] => say(told, &format!("{first} and {} more: {warning}", files.len() - 1)),
            few => say(told, &format!("{}: {warning}", few.join(" and "))),
        }
    }
    let code = u8::from(refused.is_some());
    if let (true, Some(error)) = (inventories.is_empty(), refused) {
        return Err(error.into());
    }
    drop(read);
    if args.plan {
        let plan = store.read()?.plan_inventory(&inventories, author, moment)?;
        write(out, out_is_terminal, &plan).map_err(Failure::Output)?;
        say(told, &plan.summary().replacen("took in", "would take in", 1));
        plan.notices().iter().for_each(|notice| say(told, notice));
        return Ok(code.max(u8::from(nothing_fits(plan.counts()))));
    }
    let things: usize = inventories.iter().map(|one| one.found.len()).sum();
    if things == 0 {
        say(told, "there is nothing to take in");
        return Ok(code);
    }
    let request = Request::new(Command::Cmdb(CmdbCommand::Inventory(inventories))).because(reason);
    let mut meter = Meter::new(told, told_is_terminal);
    let done = store.execute_telling(&request, author, moment, &mut |stage| match stage {
        Stage::Waiting(holder) => meter.say(&format!("waiting for {holder}")),
        Stage::Planning => meter.say("comparing with the desk"),
        Stage::Writing { done, all } => meter.writing(done, all),
    });
    meter.clear();
    let receipt = done?;
    say(told, &receipt.summary);
    receipt.notices.iter().for_each(|notice| say(told, notice));
    match receipt.seq {
        Some(seq) => say(told, &format!("to take it back: deskhand undo {seq}")),
        None => say(told, "nothing was changed"),
    }
    Ok(code.max(u8::from(receipt.summary.contains(": 0 new, 0 updated, 0 unchanged"))))
}

fn nothing_fits(counts: [usize; 5]) -> bool {
    counts.iter().take(3).sum::<usize>() == 0 && counts.iter().sum::<usize>() > 0
}

type Reading<'a> = dyn Fn(&std::path::Path, &Moment) -> Result<Read, InventoryError> + 'a;

/// How each of the files is read.
fn reader<'a>(args: &'a Args, store: &Store) -> Result<Box<Reading<'a>>, Failure> {
    if let Some(format) = args.source.inventory() {
        return Ok(Box::new(move |file, moment| inventory::read(format, file, moment.now)));
    }
    let map = inventory::list_map(&args.map)?;
    let model = store.read()?.rules().cmdb.clone();
    let dates = args.dates.map(super::DayOrder::order);
    Ok(Box::new(move |file, moment| inventory::read_list(file, &map, dates, &model, moment)))
}

/// Writes the plan: file, action, what the source calls it, CI here, and what changes or why not.
fn write(out: &mut dyn Write, aligned: bool, plan: &InventoryPlan) -> io::Result<()> {
    let mut lines = vec![["file", "action", "key", "name", "ci", "what"].map(str::to_owned)];
    for run in &plan.runs {
        lines.extend(run.things.iter().map(|thing| line(&run.file, thing)));
    }
    let widths: Vec<usize> = (0..5)
        .map(|at| lines.iter().filter_map(|line| line.get(at)).map(|cell| width(cell)).max().unwrap_or(0).min(34))
        .collect();
    for line in lines {
        if !aligned {
            writeln!(out, "{}", line.map(|cell| cell.replace('\t', " ")).join("\t"))?;
            continue;
        }
        let mut text = String::new();
        for (at, cell) in line.iter().enumerate() {
            text.push_str(cell);
            if let Some(wide) = widths.get(at) {
                text.push_str(&" ".repeat(wide.saturating_sub(width(cell)) + 2));
            }
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

fn line(file: &str, thing: &PlannedCi) -> [String; 6] {
    let ci = match (&thing.action, thing.ci) {
        (Reconciled::Create, _) | (_, None) => String::from("-"),
        (_, Some(ci)) => ci.number(),
    };
    let mut what = match &thing.action {
        Reconciled::Create => thing.class.clone(),
        Reconciled::Update(what) => what.join(", "),
        Reconciled::Unchanged(reason) => reason.unwrap_or_default().to_owned(),
        Reconciled::Ambiguous(candidates) => candidates.iter().map(|ci| ci.number()).collect::<Vec<_>>().join(" or "),
        Reconciled::Skip(reason) => reason.clone(),
    };
    if !thing.kept.is_empty() {
        what.push_str(&format!("{}kept: {}", if what.is_empty() { "" } else { "; " }, thing.kept.join(", ")));
    }
    let action = thing.action.word();
    [file, action, &thing.key, &thing.name, &ci, &what].map(|cell| clean_line(cell).into_owned())
}
