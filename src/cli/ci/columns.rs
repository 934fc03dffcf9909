//! The columns of a list of CIs: every field of every class, and every relation.

use serde_json::Value as Json;

use crate::cli::ci::facts;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::rows::{Cell, Column, Row};
use crate::desk::cmdb::{Ci, Common, Model};
use crate::desk::id::{CiId, PersonId, TeamId};
use crate::desk::rules::nearest;
use crate::desk::time::{Moment, Timestamp, short_span};
use crate::store::{CiRow, Reader};

/// What a list shows unless asked otherwise.
pub(super) const USUAL: &str = "number,class,status,team,location,name";

/// One column of a list of CIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CiColumn {
    Number,
    Common(Common),
    Attribute(String),
    /// The type, and whether it is read from the other end.
    Relation(String, bool),
}

impl CiColumn {
    fn named(word: &str, model: &Model) -> Outcome<CiColumn> {
        let word = match word {
            "number" | "id" => return Ok(CiColumn::Number),
            "tags" => "tag",
            "env" => "environment",
            other => other,
        };
        if let Some(common) = Common::named(word) {
            return Ok(CiColumn::Common(common));
        }
        if model.classes.named(word).next().is_some() {
            return Ok(CiColumn::Attribute(word.to_owned()));
        }
        if let Ok((kind, reverse)) = model.relations.find(word) {
            return Ok(CiColumn::Relation(kind.name.clone(), reverse));
        }
        let attributes = model.classes.all().iter().flat_map(|class| &class.attribute).map(|one| one.name.as_str());
        let known = Common::ALL.iter().map(|common| common.name()).chain(attributes);
        Err(Failure::usage(match nearest(word, known) {
            Some(near) => format!("--columns: CIs have no field '{word}'; did you mean '{near}'?"),
            None => format!("--columns: CIs have no field '{word}'; see: deskhand ci classes CLASS"),
        }))
    }

    fn column(&self, model: &Model) -> Column {
        match self {
            CiColumn::Number => Column::of("number"),
            CiColumn::Common(Common::Name) => Column::of("name").cut(),
            CiColumn::Common(common) => Column::of(common.name()),
            CiColumn::Attribute(name) => Column::of(name),
            CiColumn::Relation(name, reverse) => {
                let label = model.relations.get(name).map_or(name.as_str(), |kind| kind.reading(*reverse));
                Column::of(&label.replace(' ', "_"))
            }
        }
    }

    /// Whether the list itself has it.
    fn is_listed(&self) -> bool {
        match self {
            CiColumn::Number | CiColumn::Relation(..) => true,
            CiColumn::Common(common) => !matches!(common, Common::Description | Common::Created),
            CiColumn::Attribute(_) => false,
        }
    }

    fn cell(&self, reader: &Reader, row: &CiRow, whole: Option<&Ci>, moment: &Moment) -> Outcome<Cell> {
        Ok(match (self, whole) {
            (CiColumn::Number, _) => Cell::text(row.id.number()),
            (CiColumn::Common(common), _) if self.is_listed() => listed(reader, *common, row, moment)?,
            (CiColumn::Common(common), Some(ci)) => facts::cell(reader, ci, common.name(), moment)?,
            (CiColumn::Attribute(name), Some(ci)) => facts::cell(reader, ci, name, moment)?,
            (CiColumn::Relation(name, reverse), _) => related(reader, row.id, name, *reverse)?,
            (_, None) => Cell::of("", Json::Null),
        })
    }
}

/// Reads `number,name,memory`.
pub(super) fn parse(text: &str, model: &Model) -> Outcome<Vec<CiColumn>> {
    let words = text.split(',').map(|word| word.trim().to_ascii_lowercase().replace('-', "_"));
    let columns: Vec<CiColumn> =
        words.filter(|word| !word.is_empty()).map(|word| CiColumn::named(&word, model)).collect::<Outcome<_>>()?;
    if columns.is_empty() { Err(Failure::usage("--columns: name at least one column")) } else { Ok(columns) }
}

/// The columns as an output takes them.
pub(super) fn headers(columns: &[CiColumn], model: &Model) -> Vec<Column> {
    columns.iter().map(|column| column.column(model)).collect()
}

/// CIs of a list as rows; what the list did not load and a column shows is read here.
pub(super) fn rows(reader: &Reader, cis: &[CiRow], columns: &[CiColumn], moment: &Moment) -> Outcome<Vec<Row>> {
    let listed = columns.iter().all(CiColumn::is_listed);
    cis.iter()
        .map(|row| {
            let whole = if listed { None } else { Some(reader.ci(row.id)?) };
            let cells = columns.iter().map(|column| column.cell(reader, row, whole.as_ref(), moment));
            Ok(Row { id: row.id.number(), cells: cells.collect::<Outcome<_>>()? })
        })
        .collect()
}

fn listed(reader: &Reader, common: Common, row: &CiRow, moment: &Moment) -> Outcome<Cell> {
    let text = |text: &Option<String>| facts::optional(text.clone());
    let ago = |at: Option<Timestamp>| match at {
        Some(at) => Cell::of(short_span(moment.now.since(at)), at.rfc3339()),
        None => Cell::of("", Json::Null),
    };
    Ok(match common {
        Common::Name => Cell::text(row.name.as_str()),
        Common::Class => Cell::text(row.class.as_str()),
        Common::Status => Cell::text(row.status.as_str()),
        Common::Criticality => facts::optional(row.criticality.map(|one| one.word().to_owned())),
        Common::Environment => text(&row.environment),
        Common::Team => team(reader, row.team)?,
        Common::Contact => person(reader, row.contact)?,
        Common::Holder => person(reader, row.holder)?,
        Common::Location => match reader.location(row.id)?.first() {
            Some((place, name)) => Cell::of(name.as_str(), place.number()),
            None => Cell::of("", Json::Null),
        },
        Common::Serial => text(&row.serial),
        Common::AssetTag => text(&row.asset_tag),
        Common::Seen => ago(row.seen),
        Common::Updated => ago(Some(row.updated)),
        Common::Description | Common::Created => Cell::of("", Json::Null),
    })
}

/// A person: by name for people, by login for programs.
pub(super) fn person(reader: &Reader, id: Option<PersonId>) -> Outcome<Cell> {
    let person = id.map(|id| reader.person(id)).transpose()?.flatten();
    Ok(person.map_or_else(|| Cell::of("", Json::Null), |person| Cell::of(person.name, person.login)))
}

/// A team by its key.
pub(super) fn team(reader: &Reader, id: Option<TeamId>) -> Outcome<Cell> {
    Ok(facts::optional(id.map(|id| reader.key_of("team", id.0)).transpose()?.flatten()))
}

fn related(reader: &Reader, id: CiId, relation: &str, reverse: bool) -> Outcome<Cell> {
    let all = reader.related(id)?;
    let ends: Vec<_> = all.iter().filter(|one| one.relation == relation && one.reverse == reverse).collect();
    let names: Vec<&str> = ends.iter().map(|one| one.name.as_str()).collect();
    let numbers: Vec<String> = ends.iter().map(|one| one.id.number()).collect();
    Ok(Cell::of(names.join(", "), Json::from(numbers)))
}
