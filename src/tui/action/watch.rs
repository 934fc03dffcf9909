//! Watching tickets.

use crate::tui::action::ticket::targets;
use crate::tui::action::{ActionSpec, no_ticket};
use crate::tui::effect::{Effect, Wish};
use crate::tui::model::Model;
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Watch "ticket.watch" "watch" Ticket Write ["I"], 0, no_ticket, "Watch it: it is in the view of what I watch.", |m| watch(m, true)),
    work!(Unwatch "ticket.unwatch" "unwatch" Ticket Write ["U"], 0, no_ticket, "Watch it no longer.", |m| watch(m, false)),
];

fn watch(model: &mut Model, watching: bool) -> Vec<Effect> {
    let on = targets(model);
    update::wish(Wish::Watch { on, watching })
}
