//! The rows that did not go in, in a file beside theirs, so that they can be put right and imported again.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::say;
use crate::exchange::csv::{Rejected, rejected_path, write_rejected};

/// So many reasons are told at once where the rows can't be written.
const SHOWN: usize = 10;

/// Writes the rejected rows and says where they are. A file that is there already, perhaps with rows half put right, stays.
pub(super) fn keep(told: &mut dyn Write, file: &Path, headers: &[String], rejected: &[Rejected]) {
    let Some(first) = rejected.first() else { return };
    let rows = if rejected.len() == 1 { "1 row was".to_owned() } else { format!("{} rows were", rejected.len()) };
    match save(file, headers, rejected) {
        Ok(path) => {
            say(told, &format!("{rows} rejected, the first (row {}): {}", first.row, first.reason));
            say(
                told,
                &format!("they are in {}, each with the reason; put them right and import that file", path.display()),
            );
        }
        Err(error) => {
            let path = rejected_path(file);
            say(told, &format!("{rows} rejected and can't be kept in {}: {error}", path.display()));
            for row in rejected.iter().take(SHOWN) {
                say(told, &format!("  row {}: {}", row.row, row.reason));
            }
            if rejected.len() > SHOWN {
                say(told, &format!("  … and {} more", rejected.len() - SHOWN));
            }
        }
    }
}

fn save(file: &Path, headers: &[String], rejected: &[Rejected]) -> std::io::Result<PathBuf> {
    let mut bytes = Vec::new();
    write_rejected(&mut bytes, headers, rejected)?;
    let mut path = rejected_path(file);
    let mut again = 1;
    loop {
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut new) => {
                new.write_all(&bytes)?;
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                if std::fs::read(&path).is_ok_and(|there| there == bytes) {
                    return Ok(path);
                }
                again += 1;
                let mut name = file.as_os_str().to_owned();
                name.push(format!(".rejected-{again}.csv"));
                path = PathBuf::from(name);
            }
            Err(error) => return Err(error),
        }
    }
}
