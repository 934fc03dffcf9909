//! Files that come in as attachments and go out again: read within the desk's limit, saved under a name that is safe.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::desk::command::Command;
use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::refusal::Refusal;

/// The command that attaches the file at `path`, of at most `limit` mebibytes.
///
/// # Errors
/// When it is no file, too large or can't be read.
pub fn attach(on: Vec<TicketId>, path: &Path, limit: u32) -> Result<Command, Refusal> {
    let (name, media, bytes) = read(path, limit)?;
    Ok(Command::Attach { on, name, media, bytes })
}

/// The command that attaches the file at `path` to an article.
///
/// # Errors
/// As [`attach`].
pub fn attach_to_article(on: ArticleId, path: &Path, limit: u32) -> Result<Command, Refusal> {
    let (name, media, bytes) = read(path, limit)?;
    Ok(Command::Knowledge(KnowledgeCommand::Attach { on, name, media, source: None, bytes }))
}

/// The name, media type and contents of the file at `path`, of at most `limit` mebibytes.
fn read(path: &Path, limit: u32) -> Result<(String, String, Vec<u8>), Refusal> {
    let limit = u64::from(limit) * 1024 * 1024;
    let meta = std::fs::metadata(path).map_err(|error| refuse(path, &error))?;
    if !meta.is_file() {
        return Err(Refusal::rule(format!("{} is no file", path.display())));
    }
    // Before it is read: a huge file shall not fill the memory only to be refused.
    if meta.len() > limit {
        return Err(Refusal::rule(format!(
            "{} has {}; this desk takes up to {} (attachment_limit in desk.toml)",
            path.display(),
            size(i64::try_from(meta.len()).unwrap_or(i64::MAX)),
            size(i64::try_from(limit).unwrap_or(i64::MAX))
        )));
    }
    let bytes = std::fs::read(path).map_err(|error| refuse(path, &error))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let media = media(&name).to_owned();
    Ok((name, media, bytes))
}

/// Saves an attachment in a folder, under its own name; gives the path. What lies there already stays, unless `force`.
///
/// # Errors
/// When something lies there, or it can't be written.
pub fn save(folder: &Path, name: &str, bytes: &[u8], force: bool) -> Result<PathBuf, Refusal> {
    let path = folder.join(file_name(name));
    if force {
        // Removed rather than written through: what lies there may be a link to elsewhere.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refuse(&path, &error)),
            _ => {}
        }
    }
    let opened = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = opened.and_then(|mut out| out.write_all(bytes).and_then(|()| out.sync_all()));
    written.map_err(|error| refuse(&path, &error)).map(|()| path)
}

/// Why a file of the user's can't be read or written.
pub fn refuse(path: &Path, error: &io::Error) -> Refusal {
    let text = format!("{}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::NotFound => Refusal::not_found(text),
        io::ErrorKind::AlreadyExists => Refusal::rule(format!("{} exists already", path.display())),
        _ => Refusal::Unavailable(text),
    }
}

/// The paths that begin so, folders first with a slash at their end; `~/` is the home folder. Hidden ones only when asked
/// for by a dot.
#[must_use]
pub fn paths(begun: &str) -> Vec<String> {
    let (folder, begin) = begun.rsplit_once('/').map_or(("", begun), |(folder, begin)| (folder, begin));
    let shown = if begun.contains('/') { format!("{folder}/") } else { String::new() };
    let place = if shown.is_empty() { PathBuf::from(".") } else { expand(&shown) };
    let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
    let mut found: Vec<(bool, String)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let fits = name.to_lowercase().starts_with(&begin.to_lowercase());
            let hidden = name.starts_with('.') && !begin.starts_with('.');
            let is_folder = entry.path().is_dir();
            (fits && !hidden).then(|| (!is_folder, format!("{shown}{name}{}", if is_folder { "/" } else { "" })))
        })
        .collect();
    found.sort();
    found.truncate(500);
    found.into_iter().map(|(_, path)| path).collect()
}

/// A folder of this process for files that other programs shall look at, and nobody else.
///
/// # Errors
/// When it can't be made.
pub fn private_folder() -> Result<PathBuf, Refusal> {
    let folder = std::env::temp_dir().join(format!("deskhand-files-{}", std::process::id()));
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    match builder.create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(refuse(&folder, &error)),
        _ => Ok(folder),
    }
}

/// A path as typed, `~/` at its beginning for the home folder.
#[must_use]
pub fn expand(typed: &str) -> PathBuf {
    match (typed.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => PathBuf::from(typed),
    }
}

/// A name that stays in the folder it is put in, whatever the desk file says.
fn file_name(name: &str) -> String {
    let last = Path::new(name).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && !matches!(c, '/' | '\\')).collect();
    if clean.trim_matches(['.', ' ']).is_empty() { String::from("file") } else { clean }
}

/// The media type that a name's ending tells.
#[must_use]
pub fn media(name: &str) -> &'static str {
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
        Some("webp") => "image/webp",
        Some("svg") => "image/svg+xml",
        Some("eml") => "message/rfc822",
        Some("pcap") => "application/vnd.tcpdump.pcap",
        _ => "application/octet-stream",
    }
}

/// A size for people: `12 KiB`.
#[must_use]
pub fn size(bytes: i64) -> String {
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
