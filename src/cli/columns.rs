//! The columns of a list of tickets.

use serde_json::Value as Json;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::ids;
use crate::cli::rows::{Cell, Column, Row};
use crate::desk::field::{Field, Shape, Value};
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::desk::time::{Moment, Timestamp, short_span};
use crate::store::{ArticleHit, CiRow, Names, Reader, machine, shown};

/// What a list shows unless asked otherwise.
pub(super) const USUAL: &str = "number,priority,state,due,assignee,team,updated,title";

/// One column of a list of tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TicketColumn {
    Number,
    Kind,
    Tags,
    Field(Field),
}

impl TicketColumn {
    /// Every column that there is, as exports have them.
    pub(super) fn all() -> Vec<TicketColumn> {
        let first = [TicketColumn::Number, TicketColumn::Kind];
        let fields = Field::ALL.iter().map(|field| TicketColumn::Field(*field));
        first.into_iter().chain(fields).chain([TicketColumn::Tags]).collect()
    }

    fn named(word: &str) -> Outcome<TicketColumn> {
        match word {
            "number" | "id" => Ok(TicketColumn::Number),
            "kind" => Ok(TicketColumn::Kind),
            "tags" | "tag" => Ok(TicketColumn::Tags),
            other => match ids::field(other) {
                Ok(field) => Ok(TicketColumn::Field(field)),
                Err(failure) => Err(Failure::usage(format!("--columns: {failure}"))),
            },
        }
    }

    fn column(self) -> Column {
        match self {
            TicketColumn::Number => Column::of("number"),
            TicketColumn::Kind => Column::of("kind"),
            TicketColumn::Tags => Column::of("tags"),
            TicketColumn::Field(Field::Title) => Column::of("title").cut(),
            TicketColumn::Field(Field::Priority) => Column { label: String::from("prio"), ..Column::of("priority") },
            TicketColumn::Field(field) => Column::of(field.name()),
        }
    }

    fn cell(self, ticket: &Ticket, tags: &[String], names: &Names, moment: &Moment) -> Cell {
        match self {
            TicketColumn::Number => Cell::text(ticket.number.to_string()),
            TicketColumn::Kind => Cell::text(ticket.kind().word()),
            TicketColumn::Tags => Cell::of(tags.join(","), Json::from(tags)),
            TicketColumn::Field(field) => {
                let value = ticket.value(field);
                Cell::of(brief(field, &value, names, moment), machine(field, &value, names))
            }
        }
    }

    fn is_body(self) -> bool {
        matches!(
            self,
            TicketColumn::Field(
                Field::Description | Field::Resolution | Field::RootCause | Field::Workaround | Field::PriorityReason
            )
        )
    }
}

/// Reads `number,priority,title`.
pub(super) fn parse(text: &str) -> Outcome<Vec<TicketColumn>> {
    let columns: Vec<TicketColumn> = text
        .split(',')
        .map(|word| word.trim().to_ascii_lowercase())
        .filter(|word| !word.is_empty())
        .map(|word| TicketColumn::named(&word))
        .collect::<Outcome<_>>()?;
    if columns.is_empty() { Err(Failure::usage("--columns: name at least one column")) } else { Ok(columns) }
}

/// The columns as an output takes them.
pub(super) fn headers(columns: &[TicketColumn]) -> Vec<Column> {
    columns.iter().map(|column| column.column()).collect()
}

/// Tickets of a list as rows; what the list did not load and a column shows is read here.
pub(super) fn rows(
    reader: &Reader,
    tickets: Vec<Ticket>,
    columns: &[TicketColumn],
    moment: &Moment,
) -> Result<Vec<Row>, Refusal> {
    let bodies = columns.iter().any(|column| column.is_body());
    let tagged = columns.contains(&TicketColumn::Tags);
    let fields: Vec<Field> = columns
        .iter()
        .filter_map(|column| match column {
            TicketColumn::Field(field) => Some(*field),
            _ => None,
        })
        .collect();
    let values: Vec<(Field, Value)> =
        tickets.iter().flat_map(|ticket| fields.iter().map(|field| (*field, ticket.value(*field)))).collect();
    let names = reader.names(values.iter().map(|(field, value)| (*field, value)))?;
    tickets
        .into_iter()
        .map(|ticket| {
            let ticket = if bodies { reader.ticket(ticket.id)? } else { ticket };
            let tags = if tagged { reader.tags(ticket.id)? } else { Vec::new() };
            Ok(Row {
                id: ticket.number.to_string(),
                cells: columns.iter().map(|column| column.cell(&ticket, &tags, &names, moment)).collect(),
            })
        })
        .collect()
}

/// An article as a row among tickets: what it has of their columns.
pub(super) fn article(hit: &ArticleHit, columns: &[TicketColumn], moment: &Moment) -> Row {
    let cell = |column: &TicketColumn| match column {
        TicketColumn::Number => Cell::text(hit.id.number()),
        TicketColumn::Kind => Cell::text("article"),
        TicketColumn::Field(Field::State) => Cell::text(hit.state.as_str()),
        TicketColumn::Field(Field::Title) => Cell::text(hit.title.as_str()),
        TicketColumn::Field(Field::Updated) => {
            Cell::of(short_span(moment.now.since(hit.updated)), hit.updated.rfc3339())
        }
        TicketColumn::Tags | TicketColumn::Field(_) => Cell::of("", Json::Null),
    };
    Row { id: hit.id.number(), cells: columns.iter().map(cell).collect() }
}

/// A CI as a row among tickets: what it has of their columns.
pub(super) fn ci(row: &CiRow, columns: &[TicketColumn], moment: &Moment) -> Row {
    let cell = |column: &TicketColumn| match column {
        TicketColumn::Number => Cell::text(row.id.number()),
        TicketColumn::Kind => Cell::text("ci"),
        TicketColumn::Field(Field::State) => Cell::text(row.status.as_str()),
        TicketColumn::Field(Field::Title) => Cell::text(row.name.as_str()),
        TicketColumn::Field(Field::Updated) => {
            Cell::of(short_span(moment.now.since(row.updated)), row.updated.rfc3339())
        }
        TicketColumn::Tags | TicketColumn::Field(_) => Cell::of("", Json::Null),
    };
    Row { id: row.id.number(), cells: columns.iter().map(cell).collect() }
}

/// A value in few columns: times relative, `!` where overdue; a team by its key.
fn brief(field: Field, value: &Value, names: &Names, moment: &Moment) -> String {
    match (field, value) {
        (Field::Due, Value::Int(at)) => {
            let left = Timestamp(*at).since(moment.now);
            format!("{}{}", if left < 0 { "!" } else { "" }, short_span(left))
        }
        (Field::Created | Field::Updated | Field::Resolved | Field::Closed, Value::Int(at)) => {
            short_span(moment.now.since(Timestamp(*at)))
        }
        (Field::Team, Value::Int(id)) => names.reference(field, *id, true).unwrap_or("?").to_owned(),
        _ if field.shape() == Shape::Text => {
            shown(field, value, names, moment).lines().next().unwrap_or_default().to_owned()
        }
        _ => shown(field, value, names, moment),
    }
}
