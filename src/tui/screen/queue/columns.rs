//! The columns of the list: which there are, and which of them are shown in so many terminal columns.

use crate::desk::field::Field;
use crate::desk::ticket::Ticket;
use crate::desk::time::{Timestamp, short_span};
use crate::tui::model::Model;
use crate::tui::theme::{self, Style};

/// The title keeps at least so much room; columns that would take it are left out.
const TITLE: usize = 24;

/// A column of the list.
pub struct Column {
    /// Its name in a view's document and among the habits.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it shows.
    pub help: &'static str,
    /// In terminal columns, the gap behind it included.
    pub width: usize,
    /// The width of a list that shows it unasked; `None` is only when it was chosen.
    pub from: Option<usize>,
    /// What it shows of a ticket.
    pub text: fn(&Model, &Ticket) -> String,
    /// How that looks.
    pub style: fn(&Model, &Ticket) -> Style,
}

macro_rules! columns {
    ($($name:literal $title:literal $width:literal $from:expr, $help:literal, $text:expr, $style:expr;)*) => {
        /// All columns but the title, which takes what is left, in the order in which they are shown unless somebody chose another.
        pub static COLUMNS: &[Column] = &[$(
            Column { name: $name, title: $title, help: $help, width: $width, from: $from, text: $text, style: $style },
        )*];
    };
}

columns! {
    "number" "Number" 12 Some(0), "Its number.", |_, t| t.number.to_string(), plain;
    "priority" "Pr" 3 Some(0), "P1 to P5.", |_, t| t.priority.to_string(), |m, t| theme::priority(m.look, t.priority);
    "state" "State" 12 Some(48), "Where it is in its life.", |_, t| t.state.clone(), |m, t| theme::phase(m.look, t.phase);
    "due" "Due" 6 Some(0), "How long until it is due; ! is overdue.", due,
        |m, t| if late(m, t) { theme::warning(m.look) } else { theme::plain() };
    "assignee" "Assignee" 14 Some(92), "Who does it; a team in brackets.", assignee, plain;
    "requester" "Requester" 16 Some(112), "Whom the work is for.", requester, plain;
    "team" "Team" 10 None, "The group that owns it.",
        |m, t| t.team.map(|team| m.queue.names.team(team).to_owned()).unwrap_or_default(), plain;
    "service" "Service" 14 None, "What the business misses.",
        |m, t| t.service.map(|service| m.queue.names.service(service).to_owned()).unwrap_or_default(), plain;
    "category" "Category" 18 None, "What it is about.",
        |m, t| t.category.map(|category| m.queue.names.category(category).to_owned()).unwrap_or_default(), plain;
    "ci" "CI" 12 None, "The configuration item.",
        |m, t| t.ci.as_deref().map(|ci| m.queue.names.ci(ci).unwrap_or(ci).to_owned()).unwrap_or_default(), plain;
    "channel" "Channel" 9 None, "How it reached the desk.", |_, t| t.channel.clone().unwrap_or_default(), plain;
    "impact" "Im" 3 None, "How many suffer, 1 to 4.", |_, t| t.impact.get().to_string(), plain;
    "urgency" "Ur" 3 None, "How soon it hurts, 1 to 4.", |_, t| t.urgency.get().to_string(), plain;
    "pending_reason" "Waits for" 12 None, "What it waits for.", |_, t| t.pending_reason.clone().unwrap_or_default(), plain;
    "external" "External" 12 None, "Its number in another system.", |_, t| t.external.clone().unwrap_or_default(), plain;
    "age" "Age" 5 None, "How long ago it was opened.", |m, t| ago(m, t.created), quiet;
    "here" "Here" 12 Some(132), "Who else has it open; ! is writing on it.", here, quiet;
    "updated" "Upd" 5 Some(84), "How long ago it changed.", |m, t| ago(m, t.updated), quiet;
}

/// The columns shown in a list so wide: those chosen by the person, else by the view, else as many as fit.
#[must_use]
pub fn shown(model: &Model, width: usize) -> Vec<&'static Column> {
    let of_view = model.queue.views.get(model.queue.view).map_or(&[][..], |view| &view.columns);
    let chosen = if model.habits.columns.is_empty() { of_view } else { &model.habits.columns };
    if chosen.is_empty() {
        return COLUMNS.iter().filter(|column| column.from.is_some_and(|from| width >= from)).collect();
    }
    let mut room = width.saturating_sub(2 + TITLE);
    let wanted = chosen.iter().filter_map(|name| COLUMNS.iter().find(|column| column.name == name));
    wanted.filter(|column| room.checked_sub(column.width).inspect(|left| room = *left).is_some()).collect()
}

/// The field that a column, or an order of that name, shows.
#[must_use]
pub fn field_of(name: &str) -> Option<Field> {
    match name {
        "age" => Some(Field::Created),
        "prio" => Some(Field::Priority),
        name => Field::named(name),
    }
}

fn plain(_: &Model, _: &Ticket) -> Style {
    theme::plain()
}

fn quiet(_: &Model, _: &Ticket) -> Style {
    theme::quiet()
}

fn late(model: &Model, ticket: &Ticket) -> bool {
    ticket.phase.is_open() && ticket.due.is_some_and(|due| due < model.moment.now)
}

fn due(model: &Model, ticket: &Ticket) -> String {
    match ticket.due {
        Some(due) if ticket.phase.is_open() => {
            format!("{}{}", if late(model, ticket) { "!" } else { "" }, short_span(due.since(model.moment.now)))
        }
        _ => String::new(),
    }
}

fn ago(model: &Model, at: Timestamp) -> String {
    short_span(model.moment.now.since(at).max(0))
}

fn assignee(model: &Model, ticket: &Ticket) -> String {
    match (ticket.assignee, ticket.team) {
        (Some(person), _) => model.queue.names.person(person).to_owned(),
        (None, Some(team)) => format!("({})", model.queue.names.team(team)),
        (None, None) => String::from("-"),
    }
}

fn here(model: &Model, ticket: &Ticket) -> String {
    let mut others = model.standing.at(ticket.id, &model.author.login);
    let first = others.next().map(|one| format!("{}{}", if one.doing.writing.is_some() { "!" } else { "" }, one.login));
    first.map_or_else(String::new, |first| match others.count() {
        0 => first,
        more => format!("{first} +{more}"),
    })
}

fn requester(model: &Model, ticket: &Ticket) -> String {
    ticket.requester.map(|person| model.queue.names.person(person).to_owned()).unwrap_or_default()
}
