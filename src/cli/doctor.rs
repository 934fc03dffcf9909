//! `doctor`: where the desk lies and how it is treated there, whether it is well, and what would be better.
//!
//! What concerns the place is told also of a desk that can't be opened there.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::Args;
use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::care::usual_folder;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::open::{Desk, desk_path};
use crate::cli::output::{Format, Output, labelled};
use crate::desk::refusal::Refusal;
use crate::desk::time::{MINUTE, short_span};
use crate::exchange::file::size;
use crate::store::{
    Access, Class, Health, LOOKED_AT, Place, Present, Probe, Reader, Store, in_time, is_locked, place_of,
};
use crate::text::clean_line;

/// How long the place may take to be looked at.
const LOOK: Duration = Duration::from_secs(10);

/// What the other process takes.
#[derive(Debug, Args)]
pub(super) struct TryLock {
    file: PathBuf,
}

/// Says `locked` or `free`.
pub(super) fn try_lock(args: &TryLock) -> Outcome {
    let locked = is_locked(&args.file).map_err(|error| Failure::file(&args.file, &error))?;
    writeln!(std::io::stdout(), "{}", if locked { "locked" } else { "free" })?;
    Ok(())
}

/// What was found, in its order.
#[derive(Default)]
struct Chart {
    facts: Vec<(&'static str, String, Json)>,
    advice: Vec<String>,
}

impl Chart {
    fn note(&mut self, name: &'static str, text: impl Into<String>, json: impl Into<Json>) {
        self.facts.push((name, text.into(), json.into()));
    }

    fn append(&mut self, other: Chart) {
        self.facts.extend(other.facts);
        self.advice.extend(other.advice);
    }

    /// A fact that is the same for people and programs.
    fn plain(&mut self, name: &'static str, text: impl Into<String>) {
        let text = text.into();
        self.note(name, text.clone(), text);
    }
}

pub(super) fn run(globals: &Globals) -> Outcome {
    let path = desk_path(globals)?;
    let whole = std::path::absolute(&path).unwrap_or(path.clone());
    let mut chart = Chart::default();
    chart.note("desk", whole.display().to_string(), whole.to_string_lossy().as_ref());
    // A drive that hangs answers none of this.
    let found = in_time(LOOK, move || {
        let mut chart = Chart::default();
        look_at_place(&mut chart, &path);
        chart
    });
    match found {
        Some(place) => chart.append(place),
        None => chart.plain("place", format!("it does not answer: nothing for {} s", LOOK.as_secs())),
    }
    chart.plain("deskhand", env!("CARGO_PKG_VERSION"));
    let outcome = examine(globals, &mut chart);
    print(globals, chart)?;
    outcome
}

fn print(globals: &Globals, chart: Chart) -> Outcome {
    let mut out = Output::text(globals);
    let advice: Vec<Json> = chart.advice.iter().map(|text| Json::from(text.as_str())).collect();
    match out.format {
        Format::Json | Format::Jsonl => {
            let facts = chart.facts.into_iter().map(|(name, _, fact)| (name.replace(' ', "_"), fact));
            let all = facts.chain([(String::from("advice"), Json::Array(advice))]);
            out.json(&all.collect::<serde_json::Map<_, _>>().into())?;
        }
        _ => {
            let advice = chart.advice.into_iter().map(|text| ("advice", text, Json::Null));
            // What has no words is said in those of another fact.
            let facts: Vec<_> = chart.facts.into_iter().chain(advice).filter(|(_, text, _)| !text.is_empty()).collect();
            let columns = facts.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
            for (name, text, _) in &facts {
                writeln!(out, "{}", labelled(name, columns, &clean_line(text)))?;
            }
        }
    }
    Ok(out.finish()?)
}

/// The place by the operating system's word, and by trying it.
fn look_at_place(chart: &mut Chart, path: &Path) {
    let place = match place_of(path) {
        Ok(place) => place,
        Err(error) => return chart.plain("place", error.to_string()),
    };
    let way = match place.class {
        Class::Local => "a local disk: read and written directly",
        Class::Network => "a network drive whose locks work",
        Class::Unsafe => "read by way of a local copy, never written",
    };
    let told = json!({
        "class": place.class.word(), "type": place.kind, "source": place.source, "server": place.server(),
        "mount": place.mount.to_string_lossy(),
    });
    chart.note("place", format!("{}: {way}", place.class), told);
    chart.plain("evidence", place.evidence.clone());
    match place.only_read() {
        Some(only_read) => chart.advice.push(format!("to change the desk, {}", only_read.instead)),
        None => chart.advice.extend(place.advice.iter().cloned()),
    }
    match Probe::beside(path) {
        Ok(probe) => try_place(chart, &place, probe),
        Err(error) => chart.plain("locks", format!("not tried: the folder can't be written ({error})")),
    }
}

fn try_place(chart: &mut Chart, place: &Place, mut probe: Probe) {
    let (text, holds) = match locks(&probe) {
        Ok(true) if place.class == Class::Local => (String::from("hold between two processes"), Json::from(true)),
        Ok(true) => (
            String::from(
                "hold between two processes of this machine; that they reach others is told by the mount options only",
            ),
            Json::from(true),
        ),
        Ok(false) => (String::from("do not hold: another process got the lock that this one has"), Json::from(false)),
        Err(error) => (format!("could not be tried: {error}"), Json::Null),
    };
    if holds == false {
        chart.advice.push(String::from("do not write to a desk here: locks do not even hold on this machine"));
    }
    chart.note("locks", text, holds);
    match probe.measure() {
        Ok(found) => {
            chart.note(
                "speed",
                format!("{} to write and sync, {} to open", in_words(found.write), in_words(found.look)),
                json!({ "write_us": micros(found.write), "open_us": micros(found.look) }),
            );
            let off = found.clock.abs();
            let clock = match found.clock {
                0 => String::from("as here"),
                _ => format!(
                    "{}.{:03} s {}",
                    off / 1_000,
                    off % 1_000,
                    if found.clock > 0 { "ahead of ours" } else { "behind ours" }
                ),
            };
            chart.note("clock", clock, json!({ "ahead_ms": found.clock }));
            if off > MINUTE {
                chart.advice.push(String::from(
                    "set the clocks: the drive's is more than a minute off. Order comes from the journal, but times mislead",
                ));
            }
        }
        Err(error) => chart.plain("speed", format!("could not be tried: {error}")),
    }
}

/// Whether another process sees our lock.
fn locks(probe: &Probe) -> std::io::Result<bool> {
    probe.lock()?;
    let other = Command::new(std::env::current_exe()?).arg("try-lock").arg(probe.path()).output()?;
    match other.stdout.as_slice() {
        b"locked\n" => Ok(true),
        b"free\n" => Ok(false),
        _ => Err(std::io::Error::other(String::from_utf8_lossy(&other.stderr).trim().to_owned())),
    }
}

/// What can be said only of a desk that opens.
fn examine(globals: &Globals, chart: &mut Chart) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let here = desk.store.meet(&desk.author);
    let health = desk.store.health()?;
    let reader = desk.read()?;
    let access = match (desk.store.access(), desk.store.only_read()) {
        (Access::Write, _) => "read and write",
        (Access::Read, None) => "read only",
        (Access::Read, Some(_)) => "read only, by way of a local copy",
    };
    let roles = reader.roles_of(&desk.author.login)?;
    chart.plain("label", reader.rules().settings.label.clone());
    chart.plain("identity", reader.identity()?);
    chart.plain("access", access);
    chart.note(
        "you",
        format!("{} ({roles})", desk.author.login),
        json!({ "login": desk.author.login, "roles": roles.to_string() }),
    );
    chart.note("schema", format!("{} (this program: {})", health.schema, Store::schema_version()), health.schema);
    chart.plain("sqlite", health.sqlite);
    chart.note(
        "size",
        match health.bytes {
            Some(file) => format!("{}, log {}", bytes(file), bytes(health.log_bytes)),
            None => String::from("its drive does not answer"),
        },
        json!({ "file": health.bytes, "log": health.log_bytes }),
    );
    chart.note("tickets", health.tickets.to_string(), health.tickets);
    company(chart, &reader, &here);
    chart.advice.extend(reader.outdated()?.iter().map(|name| {
        format!(
            "{name} is this desk's own, made from one that Deskhand ships otherwise by now: look what is new (deskhand config show {name} --shipped) and take it over (deskhand config edit {name})"
        )
    }));
    drop(reader);
    look_at_journal(chart, &health);
    look_at_outbox(chart, &desk);
    look_at_backups(chart, &desk)?;
    let whole = health.damage.is_empty() && health.journal.is_empty();
    if whole {
        return Ok(());
    }
    Err(Failure::Refused(Refusal::Damaged(String::from(
        "the desk is damaged; restore a backup: deskhand restore FILE",
    ))))
}

/// Who is at the desk now, with which version, and at which ticket.
fn company(chart: &mut Chart, reader: &Reader, here: &[Present]) {
    let number = |one: &Present| reader.ticket(one.doing.ticket?).ok().map(|ticket| ticket.number.to_string());
    let words = |one: &Present| {
        let at = number(one).map(|number| format!(", {number}")).unwrap_or_default();
        format!("{} on {} ({}{at})", one.login, one.host, one.version)
    };
    let object = |one: &Present| json!({ "login": one.login, "host": one.host, "pid": one.pid, "version": one.version, "ticket": number(one) });
    let told: Vec<String> = here.iter().map(words).collect();
    let told = if told.is_empty() { String::from("nobody else") } else { told.join("; ") };
    chart.note("here", told, here.iter().map(object).collect::<Vec<Json>>());
}

fn look_at_journal(chart: &mut Chart, health: &Health) {
    let newest: String = health.hash.chars().take(12).collect();
    let chain = match health.journal.as_slice() {
        [] if health.damage.is_empty() => format!("the last {} hold", health.newest.0.min(LOOKED_AT)),
        [] => String::from("not looked at"),
        findings => findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    };
    let findings: Vec<String> = health.journal.iter().map(ToString::to_string).collect();
    chart.note(
        "journal",
        format!("{} entries, sealed with {newest}; {chain}", health.newest),
        json!({ "entries": health.newest.0, "hash": health.hash, "findings": findings }),
    );
    let of = match health.of_copy {
        true => "this machine's copy was checked; the desk on its drive: deskhand verify",
        false => "quick check; all of it: deskhand verify",
    };
    let found = match health.damage.is_empty() {
        true => format!("ok ({of})"),
        false => format!("{} ({of})", health.damage.join("; ")),
    };
    chart.note(
        "integrity",
        found,
        if health.damage.is_empty() { "ok".into() } else { Json::from(health.damage.clone()) },
    );
    chart.facts.push(("examined", String::new(), if health.of_copy { "copy" } else { "desk" }.into()));
}

/// What waits on this machine for the drive.
fn look_at_outbox(chart: &mut Chart, desk: &Desk) {
    if desk.store.standing().is_none() {
        return;
    }
    let waiting = desk.store.waiting();
    let refused = waiting.iter().filter(|one| one.refused.is_some()).count();
    let unreadable: Vec<String> =
        desk.store.unreadable().iter().map(|left| format!("{}: {}", left.file.display(), left.why)).collect();
    chart.note(
        "outbox",
        format!("{} waiting, {refused} refused, {} unreadable", waiting.len() - refused, unreadable.len()),
        json!({ "waiting": waiting.len() - refused, "refused": refused, "unreadable": unreadable }),
    );
    if refused > 0 {
        chart.advice.push(String::from("decide what becomes of changes that were refused: deskhand outbox"));
    }
    chart.advice.extend(unreadable.iter().map(|left| {
        format!("a change in the outbox can't be read; install the newest Deskhand, or look at the file: {left}")
    }));
}

fn look_at_backups(chart: &mut Chart, desk: &Desk) -> Outcome {
    let folder = usual_folder(desk)?;
    let settings = desk.read()?.rules().settings.backup.clone();
    let newest = match desk.store.newest_backup(&folder) {
        Err(Refusal::Unavailable(why)) => {
            chart.plain("backups", why);
            return Ok(());
        }
        found => found?,
    };
    let age = newest.as_ref().map(|(at, _)| desk.moment.now.since(*at).max(0));
    let text = match (&newest, age) {
        (Some((_, path)), Some(age)) => {
            format!("{}, {} old, verified when it was taken", path.display(), short_span(age))
        }
        _ => format!("none in {}", folder.display()),
    };
    let automatic =
        if settings.is_on() { format!("every {} h", settings.every) } else { String::from("not automatic") };
    chart.note(
        "backups",
        format!("{text}; {automatic}"),
        json!({
            "folder": folder.to_string_lossy(), "newest": newest.map(|(_, path)| path.to_string_lossy().into_owned()),
            "age_seconds": age.map(|age| age / 1_000), "automatic": settings.is_on(), "every_hours": settings.every,
        }),
    );
    // One that failed leaves the newest older than it should be.
    let late = 2 * i64::from(settings.every) * crate::desk::time::HOUR;
    if !settings.is_on() {
        chart.advice.push(String::from(
            "have backups taken by themselves: name a folder in [backup] of desk.toml (deskhand config edit desk.toml)",
        ));
    } else if age.is_none_or(|age| age > late) {
        chart
            .advice
            .push(String::from("backups are late: run deskhand tick and see why, and have cron run it each hour"));
    }
    Ok(())
}

fn bytes(bytes: u64) -> String {
    size(i64::try_from(bytes).unwrap_or(i64::MAX))
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

fn in_words(span: Duration) -> String {
    match span.as_micros() {
        few @ 0..1_000 => format!("{few} µs"),
        many => format!("{}.{:02} ms", many / 1_000, many % 1_000 / 10),
    }
}
