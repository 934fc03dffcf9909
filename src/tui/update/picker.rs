//! Pickers: the people to choose from, and what a line that was chosen does.

use crate::tui::action;
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Purpose};
use crate::tui::screen::Tab;
use crate::tui::screen::changes::Face;
use crate::tui::screen::cmdb::Pane as CiPane;
use crate::tui::screen::knowledge::View as Shelf;
use crate::tui::screen::queue::Pane;
use crate::tui::update::{list, narrow, run, show_calendar, show_class, show_shelf, switch_view};

/// Does what a picker's line says.
pub fn picker_accept(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return Vec::new() };
    let (purpose, chosen) = (picker.purpose, picker.chosen().cloned());
    let Some(item) = chosen else { return Vec::new() };
    if let Some(why) = item.blocked {
        model.refuse(format!("{}: {why}", item.word));
        return Vec::new();
    }
    if purpose == Purpose::Columns {
        return list::toggle_column(model, &item.word);
    }
    if purpose == Purpose::Run && action::spoken::goes_on(&item) {
        return action::spoken::complete_line(model);
    }
    let Some(Overlay::Picker(picker)) = model.overlays.pop() else { return Vec::new() };
    match purpose {
        Purpose::Work(choice) => action::choice::chosen(model, choice, picker, &item),
        Purpose::Help => item.action.and_then(action::spec).map(|row| run(model, row)).unwrap_or_default(),
        Purpose::Run => match (item.action.and_then(action::spec), action::spoken::accepted(model, &picker, &item)) {
            (_, Some(effects)) => effects,
            (Some(row), None) => run(model, row),
            (None, None) => Vec::new(),
        },
        Purpose::Assign => action::assign_to(picker.on, &item.word),
        Purpose::Move => action::move_to(model, picker.on, &item.word),
        Purpose::View if model.tab == Tab::Changes => {
            let face = Face::ALL.into_iter().find(|face| face.title() == item.word);
            face.map(|face| show_calendar(model, face)).unwrap_or_default()
        }
        Purpose::View if model.tab == Tab::Knowledge => {
            let view = Shelf::ALL.into_iter().find(|view| view.title() == item.word);
            view.map(|view| show_shelf(model, view)).unwrap_or_default()
        }
        Purpose::View if model.tab == Tab::Cmdb => {
            model.cmdb.pane = CiPane::List;
            show_class(model, &item.word)
        }
        Purpose::View => match item.word.parse::<usize>() {
            Ok(n) => {
                model.queue.pane = Pane::List;
                switch_view(model, n.saturating_sub(1))
            }
            Err(_) => Vec::new(),
        },
        Purpose::Order => list::order_by(model, &item.word),
        Purpose::Narrow | Purpose::Facets => narrow(model, &item.word),
        // It stays open and was dealt with above.
        Purpose::Columns => Vec::new(),
    }
}

/// Offers the people to whom tickets can be assigned, oneself first.
pub(super) fn offer_bearers(model: &mut Model, people: Vec<(String, String)>) {
    let me = model.author.login.to_lowercase();
    if let Some(Overlay::Picker(picker)) = model.overlays.last_mut()
        && picker.purpose == Purpose::Assign
    {
        let mut items: Vec<Item> = people
            .into_iter()
            .map(|(word, label)| {
                let hint = if word == me { String::from("me") } else { String::new() };
                Item { word, label, hint, blocked: None, action: None }
            })
            .collect();
        items.sort_by_key(|item| item.hint.is_empty());
        items.push(Item {
            word: String::from("none"),
            label: String::from("nobody"),
            hint: String::new(),
            blocked: None,
            action: None,
        });
        picker.items = items;
    }
}
