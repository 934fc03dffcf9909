//! The checklist: ticked, added to, shortened.

use crate::desk::command::TaskChange;
use crate::store::Sheet;
use crate::text;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::named;
use crate::tui::action::{ActionSpec, no_ticket};
use crate::tui::effect::{Effect, Wish};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker};
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Tasks "ticket.tasks" "tasks" Ticket Write ["T"], 0, no_ticket, "The checklist: tick a task by choosing it, type a new one, -2 takes the second away.", pick),
];

fn pick(model: &mut Model) -> Vec<Effect> {
    let [id] = model.targets()[..] else {
        // Each has a list of its own; a task can be added to all.
        let title = format!("Add a task to {}: type it", named(model));
        return choice::open(model, &title, Choice::Task, Vec::new());
    };
    let title = format!("Tasks of {}: type a new one, -2 takes the second away", named(model));
    choice::open_asking(model, &title, Choice::Task, Lookup::Belongings(id))
}

pub(super) fn lines(sheet: &Sheet) -> Vec<Item> {
    let tick = |done: bool| if done { "[x]" } else { "[ ]" };
    let line = |task: &crate::store::Task| {
        Item::new(format!("{} {}", tick(task.done), task.position), text::clean_line(&task.text))
    };
    sheet.tasks.iter().map(line).collect()
}

/// The line for what is typed: a new task, or `-2`.
pub(super) fn line(text: &str) -> Option<Item> {
    let text = text.trim();
    match text.strip_prefix('-').map(str::parse::<i64>) {
        _ if text.is_empty() => None,
        Some(Ok(position)) => Some(Item::new("remove", position.to_string())),
        _ => Some(Item::new("add", text)),
    }
}

/// Changes the checklist; the picker of one ticket's tasks stays for the next change.
pub(super) fn chosen(model: &mut Model, mut picker: Picker, item: &Item) -> Vec<Effect> {
    let on = picker.on.clone();
    let change = match item.word.as_str() {
        "add" => TaskChange::Add(item.label.clone()),
        "remove" => TaskChange::Remove(item.label.parse().unwrap_or(0)),
        word => {
            let position = word.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
            TaskChange::Done(position, word.starts_with("[ ]"))
        }
    };
    if on.len() == 1 {
        picker.field.set("");
        picker.extra = None;
        let ticked = picker.items.iter().position(|one| one == item && matches!(change, TaskChange::Done(_, true)));
        if let Some(at) = ticked {
            picker.cursor = (at + 1).min(picker.items.len().saturating_sub(1));
        }
        model.overlays.push(Overlay::Picker(picker));
    }
    update::wish(Wish::Task { on, change })
}
