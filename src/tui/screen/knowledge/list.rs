//! The columns of the list of articles, by how much room there is.

use crate::desk::knowledge::Phase;
use crate::desk::time::short_span;
use crate::tui::inquiry::knowledge::{Item, View};
use crate::tui::model::Model;
use crate::tui::theme::{self, Style};

/// A column beside number and title.
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// So many columns wide, with a blank.
    pub width: usize,
    /// Shown from so many columns of the list on.
    from: usize,
    /// What stands in it.
    pub text: fn(&Model, &Item) -> String,
    /// How that looks.
    pub style: fn(&Model, &Item) -> Style,
}

fn plain(_: &Model, _: &Item) -> Style {
    theme::plain()
}

fn quiet(_: &Model, _: &Item) -> Style {
    theme::quiet()
}

static COLUMNS: [Column; 5] = [
    Column { title: "Type", width: 15, from: 68, text: |_, item| item.kind.clone(), style: quiet },
    Column { title: "State", width: 12, from: 96, text: |_, item| item.state.clone(), style: state },
    Column {
        title: "Owner",
        width: 14,
        from: 110,
        text: |_, item| item.owner.clone().unwrap_or_default(),
        style: quiet,
    },
    Column { title: "Age", width: 6, from: 44, text: age, style: late },
    Column { title: "Use", width: 5, from: 50, text: used, style: plain },
];

/// What stands under the title: the title; with the state, where that is not what is expected and has no column.
pub fn title(item: &Item, width: usize) -> String {
    let told = shown(width).any(|column| column.title == "State");
    match item.phase {
        Phase::Live => item.title.clone(),
        _ if told => item.title.clone(),
        _ => format!("{} ({})", item.title, item.state),
    }
}

/// The columns that fit.
pub fn shown(width: usize) -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(move |column| column.from <= width)
}

fn state(model: &Model, item: &Item) -> Style {
    match item.phase {
        Phase::Due => theme::warning(model.look),
        Phase::Gone => theme::quiet(),
        _ => theme::plain(),
    }
}

/// How long ago somebody last said that it holds; in the view of what is due, for how long it is overdue.
fn age(model: &Model, item: &Item) -> String {
    let now = model.moment.now;
    match item.review.filter(|review| model.knowledge.view == View::Due && *review <= now) {
        Some(review) if !model.knowledge.searches() => format!("!{}", short_span(now.since(review))),
        _ => short_span(now.since(item.confirmed.unwrap_or(item.updated))),
    }
}

fn late(model: &Model, item: &Item) -> Style {
    let late = item.review.is_some_and(|review| review <= model.moment.now);
    if late && model.knowledge.view == View::Due { theme::warning(model.look) } else { theme::quiet() }
}

/// How many tickets it helped to work.
fn used(_: &Model, item: &Item) -> String {
    if item.proof.uses == 0 { String::new() } else { item.proof.uses.to_string() }
}
