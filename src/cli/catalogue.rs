//! `service` and `category`: what tickets are about.

use serde_json::{Value as Json, json};

use crate::cli::args::Globals;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::open::Desk;
use crate::cli::records::{Given, RecordVerb, login, print};
use crate::cli::rows::{Cell, Row};
use crate::desk::command::{Command, Record};
use crate::desk::id::TeamId;
use crate::desk::people::{Category, Service};
use crate::desk::priority::Criticality;
use crate::store::{Reader, Trouble};

const SERVICE: [&str; 6] = ["key", "name", "criticality", "owner", "team", "active"];
/// What is shown besides: how it stands with it by what it needs.
const SHOWN: [&str; 7] = ["key", "name", "criticality", "owner", "team", "active", "state"];
const CATEGORY: [&str; 5] = ["key", "name", "parent", "team", "active"];

pub(super) fn service(globals: &Globals, verb: &RecordVerb) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let person = |word: &str| Ok(reader.find_person(word)?.id);
    let command = match verb {
        RecordVerb::New { key, fields } => {
            let given = Given::read(fields, &SERVICE)?;
            Command::Register(Record::Service {
                id: None,
                key: key.clone(),
                name: given.text("name", key),
                criticality: criticality(&given, Criticality::default())?,
                owner: given.reference("owner", None, person)?,
                team: team(&reader, &given, None)?,
                active: given.active(true)?,
            })
        }
        RecordVerb::Set { key, fields } => {
            let given = Given::read(fields, &SERVICE)?;
            let now = reader.find_service(key)?;
            let seen = Box::new(Record::from(now.clone()));
            let to = Record::Service {
                id: Some(now.id),
                key: given.text("key", &now.key),
                name: given.text("name", &now.name),
                criticality: criticality(&given, now.criticality)?,
                owner: given.reference("owner", now.owner, person)?,
                team: team(&reader, &given, now.team)?,
                active: given.active(now.active)?,
            };
            Command::Revise { seen, to: Box::new(to) }
        }
        RecordVerb::List => {
            let troubles = reader.services_in_trouble()?;
            let row = |one: &Service| service_row(&reader, one, troubles.get(&one.id));
            let rows = reader.services()?.iter().map(row).collect::<Outcome<Vec<_>>>()?;
            return print(globals, &SHOWN, &rows);
        }
        RecordVerb::Show { key } => {
            let (one, troubles) = (reader.find_service(key)?, reader.services_in_trouble()?);
            let mut row = service_row(&reader, &one, troubles.get(&one.id))?;
            let articles = reader.articles_about_service(one.id)?;
            let numbers: Vec<String> = articles.iter().map(|one| one.id.number()).collect();
            let told: Vec<String> = articles.iter().map(|one| format!("{} {}", one.id.number(), one.title)).collect();
            row.cells.push(Cell::of(told.join("; "), numbers));
            let columns: Vec<&str> = SHOWN.iter().copied().chain(["articles"]).collect();
            return print(globals, &columns, &[row]);
        }
    };
    drop(reader);
    desk.execute(command)?;
    Ok(())
}

pub(super) fn category(globals: &Globals, verb: &RecordVerb) -> Outcome {
    let mut desk = Desk::open(globals)?;
    let reader = desk.read()?;
    let above = |word: &str| Ok(reader.find_category(word)?.id);
    let command = match verb {
        RecordVerb::New { key, fields } => {
            let given = Given::read(fields, &CATEGORY)?;
            Command::Register(Record::Category {
                id: None,
                key: key.clone(),
                name: given.text("name", key),
                parent: given.reference("parent", None, above)?,
                team: team(&reader, &given, None)?,
                active: given.active(true)?,
            })
        }
        RecordVerb::Set { key, fields } => {
            let given = Given::read(fields, &CATEGORY)?;
            let now = reader.find_category(key)?;
            let seen = Box::new(Record::from(now.clone()));
            let to = Record::Category {
                id: Some(now.id),
                key: given.text("key", &now.key),
                name: given.text("name", &now.name),
                parent: given.reference("parent", now.parent, above)?,
                team: team(&reader, &given, now.team)?,
                active: given.active(now.active)?,
            };
            Command::Revise { seen, to: Box::new(to) }
        }
        RecordVerb::List => {
            let all = reader.categories()?;
            let rows = all.iter().map(|one| category_row(&reader, one, &all)).collect::<Outcome<Vec<_>>>()?;
            return print(globals, &CATEGORY, &rows);
        }
        RecordVerb::Show { key } => {
            let one = reader.find_category(key)?;
            return print(globals, &CATEGORY, &[category_row(&reader, &one, &reader.categories()?)?]);
        }
    };
    drop(reader);
    desk.execute(command)?;
    Ok(())
}

fn criticality(given: &Given, now: Criticality) -> Outcome<Criticality> {
    let Some(word) = given.get("criticality") else { return Ok(now) };
    Criticality::named(word).ok_or_else(|| {
        Failure::usage(format!(
            "criticality: takes {}, not '{word}'",
            Criticality::ALL.map(Criticality::word).join(", ")
        ))
    })
}

fn team(reader: &Reader, given: &Given, now: Option<TeamId>) -> Outcome<Option<TeamId>> {
    given.reference("team", now, |word| Ok(reader.find_team(word)?.id))
}

fn team_key(reader: &Reader, id: Option<TeamId>) -> Outcome<Cell> {
    Ok(optional(id.map(|id| reader.key_of("team", id.0)).transpose()?.flatten()))
}

fn optional(text: Option<String>) -> Cell {
    Cell::of(text.clone().unwrap_or_default(), text.map_or(Json::Null, Json::from))
}

fn service_row(reader: &Reader, service: &Service, trouble: Option<&Trouble>) -> Outcome<Row> {
    Ok(Row {
        id: service.key.clone(),
        cells: vec![
            Cell::text(service.key.as_str()),
            Cell::text(service.name.as_str()),
            Cell::text(service.criticality.word()),
            optional(login(reader, service.owner)?),
            team_key(reader, service.team)?,
            Cell::of(if service.active { "yes" } else { "no" }, service.active),
            state(reader, trouble)?,
        ],
    })
}

/// How it stands with a service: for people with the way by which trouble came and the incidents where it begins.
fn state(reader: &Reader, trouble: Option<&Trouble>) -> Outcome<Cell> {
    let Some(trouble) = trouble else { return Ok(Cell::of("ok", Json::Null)) };
    let way = reader.way(&trouble.path)?;
    let because: Vec<String> = trouble.because.iter().map(ToString::to_string).collect();
    let told = format!("{}: {way} ({})", trouble.state.word(), because.join(", "));
    Ok(Cell::of(told, json!({ "state": trouble.state.word(), "path": way, "because": because })))
}

fn category_row(reader: &Reader, category: &Category, all: &[Category]) -> Outcome<Row> {
    let parent = all.iter().find(|other| Some(other.id) == category.parent).map(|parent| parent.key.clone());
    Ok(Row {
        id: category.key.clone(),
        cells: vec![
            Cell::text(category.key.as_str()),
            Cell::of(category.path.as_str(), category.name.as_str()),
            optional(parent),
            team_key(reader, category.team)?,
            Cell::of(if category.active { "yes" } else { "no" }, category.active),
        ],
    })
}
