//! `person`: who works here, and for whom work is done.

use serde_json::Value as Json;

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::open::Desk;
use crate::cli::records::{Given, RecordVerb, print};
use crate::cli::rows::{Cell, Row};
use crate::desk::command::{Command, Record};
use crate::desk::people::{Person, Roles};

const FIELDS: [&str; 5] = ["login", "name", "mail", "roles", "active"];

pub(super) fn run(globals: &Globals, verb: &RecordVerb) -> Outcome {
    let mut desk = Desk::open(globals)?;
    match verb {
        RecordVerb::New { key, fields } => {
            let given = Given::read(fields, &FIELDS)?;
            let newcomers = Roles::of(&[desk.read()?.rules().settings.newcomers]);
            let record = Record::Person {
                id: None,
                login: key.clone(),
                name: given.text("name", key),
                mail: given.reference("mail", None, |mail| Ok(mail.to_owned()))?,
                roles: roles(&given, newcomers)?,
                active: given.active(true)?,
            };
            desk.execute(Command::Register(record))?;
        }
        RecordVerb::Set { key, fields } => {
            let given = Given::read(fields, &FIELDS)?;
            let now = desk.read()?.find_person(key)?;
            let seen = Box::new(Record::from(now.clone()));
            let record = Record::Person {
                id: Some(now.id),
                login: given.text("login", &now.login),
                name: given.text("name", &now.name),
                mail: given.reference("mail", now.mail, |mail| Ok(mail.to_owned()))?,
                roles: roles(&given, now.roles)?,
                active: given.active(now.active)?,
            };
            desk.execute(Command::Revise { seen, to: Box::new(record) })?;
        }
        RecordVerb::List => {
            let people = desk.read()?.people()?;
            print(globals, &FIELDS, &people.iter().map(row).collect::<Vec<_>>())?;
        }
        RecordVerb::Show { key } => {
            let person = desk.read()?.find_person(key)?;
            print(globals, &FIELDS, &[row(&person)])?;
        }
    }
    Ok(())
}

fn roles(given: &Given, now: Roles) -> Outcome<Roles> {
    given.get("roles").map_or(Ok(now), |text| Roles::parse(text).map_err(Failure::usage))
}

fn row(person: &Person) -> Row {
    Row {
        id: person.login.clone(),
        cells: vec![
            Cell::text(person.login.as_str()),
            Cell::text(person.name.as_str()),
            Cell::of(person.mail.clone().unwrap_or_default(), person.mail.clone().map_or(Json::Null, Json::from)),
            Cell::text(person.roles.to_string()),
            Cell::of(if person.active { "yes" } else { "no" }, person.active),
        ],
    }
}
