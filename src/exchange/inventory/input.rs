//! A file as it comes: opened within bounds, unpacked where it is packed, decoded whatever wrote it.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use encoding_rs::Encoding;
use serde_json::Value as Json;

use super::{Heard, InventoryError, Read, checksum};
use crate::desk::cmdb::Inventory;
use crate::desk::time::Timestamp;

/// More than this is no inventory, packed or not.
const MOST: u64 = 256 << 20;

/// A file that was read.
pub(super) struct Input {
    path: PathBuf,
    bytes: Vec<u8>,
    changed: Option<Timestamp>,
}

impl Input {
    pub(super) fn open(path: &Path) -> Result<Input, InventoryError> {
        let io = |source| InventoryError::Io { path: path.to_owned(), source };
        let refuse = |reason: &str| InventoryError::Refused { path: path.to_owned(), reason: reason.to_owned() };
        let file = File::open(path).map_err(io)?;
        let meta = file.metadata().map_err(io)?;
        if meta.is_dir() {
            return Err(refuse("it is a folder"));
        }
        let bytes = bounded(file).map_err(io)?.ok_or_else(|| refuse("it is larger than 256 MiB"))?;
        let bytes = match bytes.starts_with(&[0x1f, 0x8b]) {
            true => bounded(flate2::read::MultiGzDecoder::new(bytes.as_slice()))
                .map_err(|error| refuse(&format!("it can't be unpacked: {error}")))?
                .ok_or_else(|| refuse("unpacked it is larger than 256 MiB"))?,
            false => bytes,
        };
        let since = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let changed = since.and_then(|since| i64::try_from(since.as_millis()).ok()).map(Timestamp);
        Ok(Input { path: path.to_owned(), bytes, changed })
    }

    /// Its text, in whatever encoding its first bytes name; UTF-8 otherwise.
    pub(super) fn text(&self) -> Result<Cow<'_, str>, String> {
        let (encoding, skip) = Encoding::for_bom(&self.bytes).unwrap_or((encoding_rs::UTF_8, 0));
        let (text, bad) = encoding.decode_without_bom_handling(self.bytes.get(skip..).unwrap_or_default());
        if bad && text.contains('\0') {
            return Err(String::from("it is no text"));
        }
        Ok(text)
    }

    /// Its name without folder and endings.
    pub(super) fn stem(&self) -> String {
        let name = self.name();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        [".json", ".xml", ".csv", ".txt"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name).to_owned()
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    /// The inventory that it is.
    pub(super) fn told(self, source: &str, heard: Heard, now: Timestamp) -> Read {
        let raw = heard.kept.unwrap_or(self.bytes.clone());
        // A clock that runs ahead shall not keep what is newer out.
        let at = heard.at.or(self.changed).unwrap_or(now).min(now);
        let inventory = Inventory {
            source: source.to_owned(),
            file: self.name(),
            at,
            sha256: checksum(&raw),
            raw,
            found: heard.found,
        };
        Read { inventory, warnings: heard.warnings }
    }
}

fn bounded(mut from: impl std::io::Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.by_ref().take(MOST + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= MOST).then_some(bytes))
}

/// Text as JSON.
pub(super) fn json(text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))
}
