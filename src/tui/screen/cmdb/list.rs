//! The columns of the list of CIs: which of them are shown in so many terminal columns.

use crate::desk::cmdb::Phase;
use crate::desk::priority::Criticality;
use crate::desk::time::short_span;
use crate::tui::inquiry::Listed;
use crate::tui::model::Model;
use crate::tui::theme::{self, Style};

/// A column of the list.
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// In terminal columns, the gap behind it included.
    pub width: usize,
    /// The width of a list that shows it.
    pub from: usize,
    /// What it shows of a CI.
    pub text: fn(&Model, &Listed) -> String,
    /// How that looks.
    pub style: fn(&Model, &Listed) -> Style,
}

/// All columns but the name, which takes what is left.
static COLUMNS: [Column; 6] = [
    Column { title: "Number", width: 9, from: 0, text: |_, one| one.row.id.number(), style: quiet },
    Column { title: "Class", width: 17, from: 48, text: class, style: plain },
    Column { title: "Status", width: 12, from: 58, text: |_, one| one.row.status.clone(), style: status },
    Column { title: "Crit", width: 9, from: 72, text: criticality, style: vital },
    Column { title: "Where or whose", width: 20, from: 84, text: place, style: plain },
    Column { title: "Seen", width: 6, from: 96, text: seen, style: quiet },
];

/// The columns shown in a list so wide.
pub fn shown(width: usize) -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(move |column| width >= column.from)
}

fn class(model: &Model, one: &Listed) -> String {
    model.rules.as_ref().map_or(one.row.class.as_str(), |rules| rules.cmdb.classes.label(&one.row.class)).to_owned()
}

fn criticality(_: &Model, one: &Listed) -> String {
    one.row.criticality.map_or("", Criticality::word).to_owned()
}

/// Where it stands; else who has it or answers for it.
fn place(_: &Model, one: &Listed) -> String {
    one.place.as_ref().or(one.contact.as_ref()).cloned().unwrap_or_default()
}

fn seen(model: &Model, one: &Listed) -> String {
    one.row.seen.map_or_else(String::new, |at| short_span(model.moment.now.since(at)))
}

fn plain(_: &Model, _: &Listed) -> Style {
    theme::plain()
}

fn quiet(_: &Model, _: &Listed) -> Style {
    theme::quiet()
}

fn status(model: &Model, one: &Listed) -> Style {
    match one.row.phase {
        Phase::Live => theme::plain(),
        Phase::Gone => theme::warning(model.look),
        Phase::Planned | Phase::Stock => theme::quiet(),
    }
}

fn vital(model: &Model, one: &Listed) -> Style {
    if one.row.criticality == Some(Criticality::Vital) { theme::warning(model.look) } else { theme::plain() }
}
