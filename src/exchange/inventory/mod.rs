//! Inventories in: what other programs know of our machines, read into one shape that the desk reconciles with its CIs.
//!
//! Nothing here has met a desk yet. What is kept as the raw input is the file as it came, without what it tells of accounts
//! and secrets.

mod ansible;
mod error;
mod glpi;
mod input;
mod list;
mod listmap;
mod netbox;
mod nmap;
mod tell;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::desk::cmdb::{FoundCi, Inventory};
use crate::desk::time::Timestamp;
pub use error::InventoryError;
pub use list::read as read_list;
pub use listmap::{ListMap, is_list_map, list_map};

/// A program whose inventories are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// GLPI's inventory as JSON, of its agent or its network scans.
    Glpi,
    /// The XML of `nmap -oX`.
    Nmap,
    /// NetBox's database as Django dumps it.
    Netbox,
    /// Ansible's facts of a host, or `ansible-inventory --list`.
    Ansible,
}

impl Format {
    /// Its word in the desk.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Format::Glpi => "glpi",
            Format::Nmap => "nmap",
            Format::Netbox => "netbox",
            Format::Ansible => "ansible",
        }
    }

    /// The endings of its files in a folder; none means any.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Format::Glpi | Format::Netbox => &[".json", ".json.gz"],
            Format::Nmap => &[".xml", ".xml.gz"],
            Format::Ansible => &[],
        }
    }
}

/// An inventory as it was read, and what should be known of that.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// What it tells.
    pub inventory: Inventory,
    /// What was left out of it.
    pub warnings: Vec<String>,
}

/// What a reader makes of a file.
#[derive(Debug, Default)]
struct Heard {
    /// When it was found, where the input says so.
    at: Option<Timestamp>,
    found: Vec<FoundCi>,
    warnings: Vec<String>,
    /// What is kept of the input, where that is not all of it.
    kept: Option<Vec<u8>>,
}

/// Reads what a program found.
///
/// # Errors
/// When the file can't be read or is something else; the reason is told.
pub fn read(format: Format, path: &Path, now: Timestamp) -> Result<Read, InventoryError> {
    let input = input::Input::open(path)?;
    let refuse = |reason: String| InventoryError::Refused { path: path.to_owned(), reason };
    let text = input.text().map_err(refuse)?;
    let heard = match format {
        Format::Nmap => nmap::read(&text),
        Format::Glpi => input::json(&text).and_then(|json| glpi::read(&json)),
        Format::Netbox => input::json(&text).and_then(|json| netbox::read(&json)),
        Format::Ansible => ansible::json(&text).and_then(|json| ansible::read(&json, &input.stem())),
    };
    Ok(input.told(format.word(), heard.map_err(refuse)?, now))
}

/// The files that are meant: a folder stands for the files in it that may be inventories.
///
/// # Errors
/// When a folder can't be read, or holds none.
pub fn files(format: Format, given: &[PathBuf]) -> Result<Vec<PathBuf>, InventoryError> {
    let mut files = Vec::new();
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let io = |source| InventoryError::Io { path: path.clone(), source };
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(io)? {
            let entry = entry.map_err(io)?;
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let endings = format.endings();
            let fits = endings.is_empty() || endings.iter().any(|ending| name.ends_with(ending));
            if fits && !name.starts_with('.') && entry.path().is_file() {
                inside.push(entry.path());
            }
        }
        if inside.is_empty() {
            let reason = format!("there is no {} in this folder", format.endings().first().unwrap_or(&"file"));
            return Err(InventoryError::Refused { path: path.clone(), reason });
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
