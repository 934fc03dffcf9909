//! Cancelling tickets, confirmed by typing how many.

use crate::desk::workflow::Phase;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::{named, sample};
use crate::tui::action::{ActionId, ActionSpec, no_ticket};
use crate::tui::effect::{Effect, Wish};
use crate::tui::model::Model;
use crate::tui::overlay::picker::{Item, Picker};
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Cancel "ticket.cancel" "cancel" Ticket Write ["D"], 0, cancellable, "Cancel it: nobody wants it any more. Asks for the count.", pick),
];

/// The state for what nobody wants any more, from where the ticket is.
fn state(model: &Model) -> Result<String, String> {
    let ticket = sample(model).ok_or("no ticket is selected")?;
    let rules = model.rules.as_ref().ok_or("the desk is not open yet")?;
    let workflow = rules.workflow(ticket.kind())?;
    workflow
        .leaving(ticket)
        .find(|way| way.verb == "cancel" && workflow.phase(&way.to) == Phase::Closed)
        .map(|way| way.to.clone())
        .ok_or_else(|| format!("{} is {}: it can't be cancelled from there", ticket.number, ticket.state))
}

fn cancellable(model: &Model) -> Result<(), String> {
    no_ticket(model)?;
    state(model).map(|_| ())
}

fn pick(model: &mut Model) -> Vec<Effect> {
    let count = model.targets().len();
    let key = model.key(ActionId::PickerAccept);
    let title = format!("Cancel {}? Type {count} and {key}", named(model));
    choice::open(model, &title, Choice::Cancel, Vec::new())
}

/// The line for what is typed.
pub(super) fn line(count: usize, text: &str) -> Item {
    if text.trim() == count.to_string() {
        Item::new("cancel", format!("{count} of them; undo brings them back"))
    } else {
        Item::new("…", "").blocked(format!("type {count} to cancel"))
    }
}

pub(super) fn chosen(model: &mut Model, picker: &Picker) -> Vec<Effect> {
    match state(model) {
        Ok(to) => update::wish_now(Wish::Move { on: picker.on.clone(), to, fields: Vec::new() }),
        Err(why) => {
            model.refuse(why);
            Vec::new()
        }
    }
}
