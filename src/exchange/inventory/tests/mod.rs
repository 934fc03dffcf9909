//! Small inventories of our own, read.

mod programs;
mod tables;

use std::path::PathBuf;

use super::*;

/// A folder with files in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn heard(format: Format, name: &str, text: &str) -> Read {
    let folder = Folder::new();
    read(format, &folder.file(name, text), NOW).unwrap()
}

fn refused(format: Format, text: &str) -> String {
    let folder = Folder::new();
    let error = read(format, &folder.file("x", text), NOW).unwrap_err().to_string();
    error.split_once(": ").unwrap().1.to_owned()
}

/// `ip=10.0.0.1,10.0.0.2 os=Linux` of those fields that were told.
fn told(found: &FoundCi, fields: &str) -> String {
    let value = |name: &str| {
        let (_, values) = found.fields.iter().find(|(field, _)| field == name)?;
        Some(format!("{name}={}", values.join(",")))
    };
    fields.split(' ').filter_map(value).collect::<Vec<_>>().join(" ")
}
