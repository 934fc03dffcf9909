//! What shapes the list: its order, columns, facets, the marks of a whole query, the view that it is saved as.

use crate::desk::query::SortField;
use crate::desk::rules::Rules;
use crate::store::{Facet, Facets};
use crate::tui::action::ActionId;
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::screen::queue::columns::{self, COLUMNS};
use crate::tui::screen::queue::view::grouped;
use crate::tui::update::{counts, list_again, open_view};

/// At most so many tickets are marked at once: more is a change for the command line.
const MARKED: usize = 10_000;

/// Orders the list by the field of that word.
pub fn order_by(model: &mut Model, word: &str) -> Vec<Effect> {
    if let Some(field) = SortField::named(word) {
        model.queue.order_by(field);
        model.queue.column = columns::field_of(word);
    }
    reordered(model)
}

/// Reads the list again in its new order.
pub fn reordered(model: &mut Model) -> Vec<Effect> {
    if let Some(order) = model.queue.order_words() {
        let turn = model.key(ActionId::Reverse);
        model.say(format!("Ordered: {order} ({turn} turns it)"));
    }
    list_again(model)
}

/// The columns as lines of a picker: those shown first, in their order.
pub fn column_items(model: &Model) -> Vec<Item> {
    let width = layout::parts(model).list.map_or(0, |area| usize::from(area.width));
    let shown: Vec<&str> = columns::shown(model, width).iter().map(|column| column.name).collect();
    let chosen = |name: &str| model.habits.columns.iter().position(|column| column == name);
    let now = if model.habits.columns.is_empty() { "now" } else { "" };
    let automatic = Item::new("auto", "The columns of the view, or as many as fit.").hinted(now);
    let mut columns: Vec<_> = COLUMNS.iter().collect();
    let place = |name: &str| chosen(name).or(shown.iter().position(|known| *known == name));
    columns.sort_by_key(|column| place(column.name).unwrap_or(usize::MAX));
    let items = columns.into_iter().map(|column| {
        let hint = match (shown.contains(&column.name), chosen(column.name)) {
            (true, _) => "shown",
            (false, Some(_)) => "no room",
            (false, None) => "",
        };
        Item::new(column.name, column.help).hinted(hint)
    });
    std::iter::once(automatic).chain(items).collect()
}

/// Shows a column, or no longer; the picker stays for the next.
pub fn toggle_column(model: &mut Model, name: &str) -> Vec<Effect> {
    let mut chosen = chosen_columns(model);
    if name == "auto" {
        chosen.clear();
    } else {
        let before = chosen.len();
        chosen.retain(|column| column != name);
        if chosen.len() == before {
            chosen.push(name.to_owned());
            model.queue.column = columns::field_of(name);
        }
    }
    keep_columns(model, chosen, name)
}

/// Moves the column under the picker's cursor among those shown.
pub fn move_column(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return Vec::new() };
    let Some(name) = picker.chosen().map(|item| item.word.clone()) else { return Vec::new() };
    let mut chosen = chosen_columns(model);
    let Some(from) = chosen.iter().position(|column| *column == name) else {
        if name == "auto" {
            model.say("This line stays; the columns below it can be moved");
            return Vec::new();
        }
        model.say(format!("{name} is not shown; {} shows it", model.key(ActionId::PickerAccept)));
        return Vec::new();
    };
    let to = from.saturating_add_signed(by).min(chosen.len() - 1);
    let column = chosen.remove(from);
    chosen.insert(to, column);
    model.queue.column = columns::field_of(&name);
    keep_columns(model, chosen, &name)
}

/// The columns chosen; where none were, those that are shown.
fn chosen_columns(model: &Model) -> Vec<String> {
    let width = layout::parts(model).list.map_or(0, |area| usize::from(area.width));
    if model.habits.columns.is_empty() {
        return columns::shown(model, width).iter().map(|column| column.name.to_owned()).collect();
    }
    model.habits.columns.clone()
}

/// Remembers the columns; the picker's cursor stays on the one that was changed.
fn keep_columns(model: &mut Model, chosen: Vec<String>, name: &str) -> Vec<Effect> {
    model.habits.columns = chosen;
    let items = column_items(model);
    if let Some(Overlay::Picker(picker)) = model.overlays.last_mut() {
        picker.items = items;
        let at = picker.fitting().iter().position(|item| item.word == name);
        picker.cursor = at.unwrap_or(picker.cursor);
    }
    vec![Effect::KeepHabits(Box::new(model.habits.clone()))]
}

/// Asks for the facets of the list, one field after the other.
pub fn open_facets(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Picker(Picker::new("Narrow by", Purpose::Facets, Vec::new())));
    ask_facet(model, Facet::ALL.first().copied())
}

fn ask_facet(model: &mut Model, facet: Option<Facet>) -> Vec<Effect> {
    match (facet, model.queue.query()) {
        (Some(facet), Ok(query)) => {
            vec![model.ask(Slot::Picker, Question::Facets(query.without_sort(), facet))]
        }
        _ => Vec::new(),
    }
}

/// Takes the values of one field, and asks for the next while somebody still looks.
pub fn take_facets(model: &mut Model, facet: Facet, facets: Facets) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return Vec::new() };
    if picker.purpose != Purpose::Facets {
        return Vec::new();
    }
    let sign = if facets.at_least { "at least " } else { "" };
    picker.items.extend(facets.values.into_iter().map(|one| Item {
        word: one.term.to_string(),
        label: one.label,
        hint: format!("{sign}{}", grouped(one.count)),
        blocked: None,
        action: None,
    }));
    let next = Facet::ALL.iter().copied().find(|other| *other > facet);
    if next.is_none() && picker.items.is_empty() {
        model.overlays.pop();
        model.say("There is nothing to count in this list");
    }
    ask_facet(model, next)
}

/// Marks the rows that are held; pressed again, every ticket of the query; then none.
pub fn mark_all(model: &mut Model) -> Vec<Effect> {
    let rows: Vec<_> = model.queue.rows.iter().map(|(ticket, _)| (ticket.id, ticket.number)).collect();
    let goes_on = model.queue.total.is_some_and(|total| total > rows.len() as u64);
    let total = grouped(model.queue.total.unwrap_or(0));
    if !rows.iter().all(|(id, _)| model.queue.marks.contains(id)) {
        model.queue.mark_all(rows);
        if goes_on {
            let key = model.key(ActionId::MarkAll);
            model.say(format!("{key} again marks all {total} of this query"));
        }
    } else if goes_on && model.queue.total.is_some_and(|total| total > model.queue.marks.len() as u64) {
        if model.queue.total.is_some_and(|total| total > MARKED as u64) {
            let most = grouped(MARKED as u64);
            model.refuse(format!("{total} tickets are too many to mark at once: {most} at most. Narrow the list."));
        } else if let Ok(query) = model.queue.query() {
            return vec![model.ask(Slot::Marks, Question::Numbers { query, limit: MARKED })];
        }
    } else {
        model.queue.marks.clear();
        return only_marked_off(model);
    }
    Vec::new()
}

/// Shows only the marked tickets, or all again.
pub fn only_marked(model: &mut Model) -> Vec<Effect> {
    if model.queue.only.is_some() {
        return only_marked_off(model);
    }
    model.queue.only = Some(model.queue.marked_numbers());
    open_view(model)
}

/// Shows all tickets again.
pub fn only_marked_off(model: &mut Model) -> Vec<Effect> {
    if model.queue.only.take().is_none() {
        return Vec::new();
    }
    open_view(model)
}

/// Takes the desk's rules, which somebody may have changed, with the views that everybody has.
pub fn take_rules(model: &mut Model, rules: Rules) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.rules.as_ref() != Some(&rules) {
        let before = model.queue.views.get(model.queue.view).map(|view| (view.name.clone(), view.query.clone()));
        model.queue.open(&rules);
        if let Some(query) = &model.watch {
            model.queue.watch(query);
        }
        for overlay in &mut model.overlays {
            if let Overlay::Form(form) = overlay {
                form.take_words(&rules);
            }
        }
        model.rules = Some(rules);
        let after = model.queue.views.get(model.queue.view).map(|view| (view.name.clone(), view.query.clone()));
        if before != after {
            effects.extend(open_view(model));
        }
        effects.push(counts(model));
    }
    let wanted = model.queue.wanted_view.take();
    if let Some(at) = wanted.and_then(|name| model.queue.views.iter().position(|view| view.name == name)) {
        model.queue.view = at;
        model.queue.filter.clear();
        model.queue.order.clear();
        model.queue.only = None;
        effects.extend(open_view(model));
    }
    effects
}
