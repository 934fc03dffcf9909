//! `attach`, `save`, `detach`: files on a ticket.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome, say};
use crate::cli::ids;
use crate::cli::open::Desk;
use crate::desk::command::Command;
use crate::desk::rules::nearest;
use crate::store::Attachment;
use crate::text::clean_line;

/// What `attach` takes.
#[derive(Debug, Args)]
pub(super) struct Attach {
    /// The ticket
    id: String,
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// What `save` takes.
#[derive(Debug, Args)]
pub(super) struct Save {
    /// The ticket
    id: String,
    /// The file's name, or its place in the list of deskhand show
    #[arg(value_name = "NAME | N")]
    file: String,
    /// The folder to save it in
    #[arg(long, value_name = "DIR", default_value = ".")]
    to: PathBuf,
    /// Overwrite a file of that name
    #[arg(long)]
    force: bool,
}

/// What `detach` takes.
#[derive(Debug, Args)]
pub(super) struct Detach {
    /// The ticket
    id: String,
    /// The file's name, or its place in the list of deskhand show
    #[arg(value_name = "NAME | N")]
    file: String,
}

pub(super) fn attach(globals: &Globals, args: &Attach) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let on = ids::ticket(&desk, &args.id)?.id;
    let limit = u64::from(desk.read()?.rules().settings.attachment_limit) * 1024 * 1024;
    for file in &args.files {
        let meta = std::fs::metadata(file).map_err(|error| Failure::file(file, &error))?;
        if !meta.is_file() {
            return Err(Failure::rule(format!("{} is no file", file.display())));
        }
        // Before it is read: a huge file shall not fill the memory only to be refused.
        if meta.len() > limit {
            return Err(Failure::rule(format!(
                "{} has {}; this desk takes up to {} (attachment_limit in desk.toml)",
                file.display(),
                size(i64::try_from(meta.len()).unwrap_or(i64::MAX)),
                size(i64::try_from(limit).unwrap_or(i64::MAX))
            )));
        }
        let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let media = media(&name).to_owned();
        desk.execute(Command::Attach { on, name, media, bytes })?;
    }
    Ok(())
}

pub(super) fn save(globals: &Globals, args: &Save) -> Outcome {
    let desk = Desk::open(globals)?;
    let file = find(&desk, &args.id, &args.file)?;
    let bytes = desk.read()?.contents(&file)?;
    let path = args.to.join(file_name(&file.name));
    if args.force {
        // Removed rather than written through: what lies there may be a link to elsewhere.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Failure::file(&path, &error)),
            _ => {}
        }
    }
    let opened = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = opened.and_then(|mut out| out.write_all(&bytes).and_then(|()| out.sync_all()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::rule(format!("{} exists already; --force overwrites it", path.display()))
        }
        _ => Failure::file(&path, &error),
    })?;
    writeln!(std::io::stdout(), "{}", clean_line(&path.to_string_lossy()))?;
    say(&format!("saved {} ({})", file.name, size(file.size)));
    Ok(())
}

pub(super) fn detach(globals: &Globals, args: &Detach) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let attachment = find(&desk, &args.id, &args.file)?.id;
    desk.execute(Command::Detach { attachment })?;
    Ok(())
}

/// A ticket's file, by name or by its place in the list.
fn find(desk: &Desk, id: &str, word: &str) -> Outcome<Attachment> {
    let ticket = ids::ticket(desk, id)?;
    let files = desk.read()?.attachments(ticket.id)?;
    let place = word.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let found = files.iter().rev().find(|file| file.name == word).or_else(|| files.get(place?));
    found.cloned().ok_or_else(|| {
        Failure::not_found(match nearest(word, files.iter().map(|file| file.name.as_str())) {
            Some(near) => format!("{} has no file '{word}'; did you mean '{near}'?", ticket.number),
            None => format!("{} has no file '{word}'; it has {}", ticket.number, files.len()),
        })
    })
}

/// A name that stays in the folder it is put in, whatever the desk file says.
fn file_name(name: &str) -> String {
    let last = Path::new(name).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && !matches!(c, '/' | '\\')).collect();
    if clean.trim_matches(['.', ' ']).is_empty() { String::from("file") } else { clean }
}

/// The media type that a name's ending tells.
fn media(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("txt" | "log" | "conf" | "cfg" | "ini" | "md") => "text/plain",
        Some("csv") => "text/csv",
        Some("html" | "htm") => "text/html",
        Some("json") => "application/json",
        Some("xml") => "application/xml",
        Some("pdf") => "application/pdf",
        Some("zip") => "application/zip",
        Some("gz" | "tgz") => "application/gzip",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("svg") => "image/svg+xml",
        Some("eml") => "message/rfc822",
        Some("pcap") => "application/vnd.tcpdump.pcap",
        _ => "application/octet-stream",
    }
}

/// A size for people: `12 KiB`.
pub(super) fn size(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let mut amount = bytes;
    let mut unit = "bytes";
    for next in UNITS {
        if amount < 1024 {
            break;
        }
        amount = (amount + 512) / 1024;
        unit = next;
    }
    format!("{amount} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_never_leaves_its_folder() {
        for (name, saved) in [
            ("../../etc/passwd", "passwd"),
            ("..", "file"),
            ("a\u{1b}[2J\\b.txt", "a[2Jb.txt"),
            ("", "file"),
            (".bashrc", ".bashrc"),
        ] {
            assert_eq!(file_name(name), saved, "{name:?}");
        }
    }

    #[test]
    fn sizes_read_like_sizes() {
        assert_eq!([size(12), size(2048), size(26 * 1024 * 1024)], ["12 bytes", "2 KiB", "26 MiB"]);
    }
}
