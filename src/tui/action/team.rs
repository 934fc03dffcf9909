//! Moving tickets to another team.

use crate::desk::command::Target;
use crate::desk::field::Field;
use crate::desk::ticket::Ticket;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::named;
use crate::tui::action::{ActionSpec, no_ticket};
use crate::tui::effect::{Effect, Wish};
use crate::tui::lookup::{Directory, Lookup};
use crate::tui::model::Model;
use crate::tui::overlay::picker::{Item, Picker};
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] =
    &[work!(Team "ticket.team" "team" Ticket Write ["m"], 0, no_ticket, "Move it to a team.", pick)];

fn pick(model: &mut Model) -> Vec<Effect> {
    let title = format!("Move {} to team", named(model));
    choice::open_asking(model, &title, Choice::Team, Lookup::Directory)
}

/// Opens the choice of a team for these tickets, of which one is named.
pub(super) fn pick_on(model: &mut Model, on: Vec<Target>, ticket: &Ticket) -> Vec<Effect> {
    let title = format!("Move {} to team", ticket.number);
    choice::ask_on(model, &title, Choice::Team, on, Lookup::Directory)
}

pub(super) fn lines(directory: &Directory) -> Vec<Item> {
    let teams = directory.teams.iter().map(|(key, name)| Item::new(key, name));
    teams.chain([Item::new("none", "no team")]).collect()
}

pub(super) fn chosen(picker: &Picker, item: &Item) -> Vec<Effect> {
    update::wish(Wish::Edit { on: picker.on.clone(), fields: vec![(Field::Team, item.word.clone())] })
}
