//! Whole files through the whole reader.

mod hostile;
mod presets;
mod shapes;
mod uci;

use std::io::Write;

use super::*;
use crate::desk::field::Field;
use crate::desk::time::{Moment, Timestamp};

type Outcome = Result<(Source, Vec<Incoming>, Vec<Rejected>), ImportError>;

/// Reads `bytes` with a map given as TOML.
fn read_with(map: &str, bytes: &[u8]) -> Outcome {
    read_mapped(&Map::parse("test", map).unwrap(), bytes)
}

/// Reads `bytes` with a preset.
fn read_as(name: &str, bytes: &[u8]) -> Outcome {
    read_mapped(&preset(name).unwrap(), bytes)
}

fn read_mapped(map: &Map, bytes: &[u8]) -> Outcome {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    read(file.path(), map, &Moment::utc(Timestamp(0)), &mut |_| {})
}

/// A field of a ticket in few words: `P anna`, `T 2016-02-29T01:16:00Z`, `- ` for nothing known, `absent`.
fn told(ticket: &Incoming, field: Field) -> String {
    ticket.fields.get(&field).map_or_else(|| "absent".to_owned(), shown)
}

fn shown(value: &Typed) -> String {
    match value {
        Typed::Null => "nothing".to_owned(),
        Typed::Int(n) => n.to_string(),
        Typed::Time(at) => at.to_string(),
        Typed::Text(text) => text.clone(),
        Typed::Person(name) => format!("person {name}"),
        Typed::Team(name) => format!("team {name}"),
        Typed::Service(name) => format!("service {name}"),
        Typed::Category(first, None) => format!("category {first}"),
        Typed::Category(first, Some(second)) => format!("category {first} / {second}"),
    }
}

/// Some fields of a ticket, one a line.
fn card(ticket: &Incoming, fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| format!("{field}: {}", told(ticket, *field))).collect()
}

fn rejections(rejected: &[Rejected]) -> Vec<String> {
    rejected.iter().map(|r| format!("row {} line {}: {}", r.row, r.line, r.reason)).collect()
}
