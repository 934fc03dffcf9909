//! `import ics`: holidays and freezes of a calendar as windows.

use std::io::Write;
use std::path::Path;

use crate::cli::import::{Args, Context, EventsAre, Failure, checksum, name, say};
use crate::desk::change::window::{Window, WindowCommand, WindowImport, WindowKind};
use crate::desk::command::{Command, Request};
use crate::desk::refusal::Refusal;
use crate::exchange::csv::ImportError;
use crate::exchange::ics::{Calendar, Reading, read};
use crate::store::{Reader, WindowFate};
use crate::text::clean_line;

/// Imports a calendar, or shows what importing it would do. Gives the exit code: 0, or 1 when nothing of it could go in.
pub(super) fn run(args: &Args, file: &Path, context: Context<'_>) -> Result<u8, Failure> {
    let Context { store, author, moment, reason, out, told, .. } = context;
    let bytes = std::fs::read(file).map_err(|source| ImportError::Io { path: file.to_owned(), source })?;
    let reading = Reading {
        kind: match args.kind {
            EventsAre::Freeze => WindowKind::Freeze,
            EventsAre::Maintenance => WindowKind::Maintenance,
        },
        scope: store.read()?.find_scope(&args.scope)?,
        zone: args.zone.unwrap_or(moment.zone),
    };
    let source = name(file);
    let calendar = read(&bytes, &reading).map_err(|why| Refusal::rule(format!("{source}: {why}")))?;
    say(told, &format!("{} events, whole days by the clock of {}", calendar.events, reading.zone));
    if args.plan {
        plan(&store.read()?, &calendar, out)?;
        return Ok(u8::from(calendar.windows.is_empty() && calendar.cancelled.is_empty()));
    }
    for unread in &calendar.unread {
        say(told, &format!("line {}: {}: {}", unread.line, unread.name, unread.reason));
    }
    let Calendar { windows, cancelled, .. } = calendar;
    if windows.is_empty() && cancelled.is_empty() {
        say(told, "no event could be imported");
        return Ok(1);
    }
    let import = WindowImport { source, sha256: checksum(file)?, windows, cancelled };
    let request = Request::new(Command::Window(WindowCommand::Import(import))).because(reason);
    let receipt = store.execute(&request, author, moment)?;
    say(told, &receipt.summary);
    receipt.notices.iter().for_each(|notice| say(told, notice));
    match receipt.seq {
        Some(seq) => say(told, &format!("to take it back: deskhand undo {seq}")),
        None => say(told, "nothing was changed"),
    }
    Ok(0)
}

/// One line an event: what would become of it, its name, when it begins, how it comes again or why it can't.
fn plan(reader: &Reader, calendar: &Calendar, out: &mut dyn Write) -> Result<(), Failure> {
    let mut put = |action: &str, name: &str, starts: &str, what: &str| {
        let [name, what] = [name, what].map(|text| clean_line(text).replace('\t', " "));
        writeln!(out, "{action}\t{name}\t{starts}\t{what}").map_err(Failure::Output)
    };
    put("action", "name", "starts", "what")?;
    for window in &calendar.windows {
        let (action, why) = match reader.fate_of(window)? {
            WindowFate::New => ("create", None),
            WindowFate::Changed(_) => ("update", None),
            WindowFate::Same => ("unchanged", None),
            WindowFate::Refused(why) => ("skip", Some(why)),
        };
        put(action, &window.name, &window.starts.shown(), &why.unwrap_or_else(|| again(window)))?;
    }
    for uid in &calendar.cancelled {
        if let Some(kept) = reader.window_of(uid)? {
            put("remove", &kept.window.name, &kept.window.starts.shown(), "called off")?;
        }
    }
    for unread in &calendar.unread {
        put("skip", &unread.name, "-", &format!("line {}: {}", unread.line, unread.reason))?;
    }
    Ok(())
}

fn again(window: &Window) -> String {
    format!("until {} {}", window.ends.shown(), window.recurrence).trim_end().to_owned()
}
