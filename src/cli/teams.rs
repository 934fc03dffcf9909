//! `team`: groups that own tickets.

use serde_json::Value as Json;

use crate::cli::args::Globals;
use crate::cli::failure::Outcome;
use crate::cli::open::Desk;
use crate::cli::records::{Given, RecordVerb, login, print};
use crate::cli::rows::{Cell, Row};
use crate::desk::command::{Command, Record};
use crate::desk::id::PersonId;
use crate::desk::people::Team;
use crate::store::Reader;

const FIELDS: [&str; 4] = ["key", "name", "members", "active"];

pub(super) fn run(globals: &Globals, verb: &RecordVerb) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let command = match verb {
        RecordVerb::New { key, fields } => {
            let given = Given::read(fields, &FIELDS)?;
            Command::Register(Record::Team {
                id: None,
                key: key.clone(),
                name: given.text("name", key),
                members: members(&reader, &given, Vec::new())?,
                active: given.active(true)?,
            })
        }
        RecordVerb::Set { key, fields } => {
            let given = Given::read(fields, &FIELDS)?;
            let now = reader.find_team(key)?;
            let seen = Box::new(Record::from(now.clone()));
            let to = Record::Team {
                id: Some(now.id),
                key: given.text("key", &now.key),
                name: given.text("name", &now.name),
                members: members(&reader, &given, now.members)?,
                active: given.active(now.active)?,
            };
            Command::Revise { seen, to: Box::new(to) }
        }
        RecordVerb::List => {
            let rows = reader.teams()?.iter().map(|team| row(&reader, team)).collect::<Outcome<Vec<_>>>()?;
            return print(globals, &FIELDS, &rows);
        }
        RecordVerb::Show { key } => return print(globals, &FIELDS, &[row(&reader, &reader.find_team(key)?)?]),
    };
    drop(reader);
    desk.execute(command)?;
    Ok(())
}

/// `anna,ben` says who is in it; `+carl,-ben` who comes and goes.
fn members(reader: &Reader, given: &Given, now: Vec<PersonId>) -> Outcome<Vec<PersonId>> {
    let Some(text) = given.get("members") else { return Ok(now) };
    let words: Vec<&str> = text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
    let relative = words.iter().any(|word| word.starts_with(['+', '-']));
    let mut members = if relative { now } else { Vec::new() };
    for word in words {
        let person = reader.find_person(word.trim_start_matches(['+', '-']))?.id;
        members.retain(|member| *member != person);
        if !word.starts_with('-') {
            members.push(person);
        }
    }
    Ok(members)
}

fn row(reader: &Reader, team: &Team) -> Outcome<Row> {
    let members: Vec<String> = team
        .members
        .iter()
        .map(|id| login(reader, Some(*id)))
        .collect::<Outcome<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    Ok(Row {
        id: team.key.clone(),
        cells: vec![
            Cell::text(team.key.as_str()),
            Cell::text(team.name.as_str()),
            Cell::of(members.join(","), Json::from(members)),
            Cell::of(if team.active { "yes" } else { "no" }, team.active),
        ],
    })
}
