//! Actions that shape the list: order, columns, filters by value, facets, saved views, preview.

use crate::desk::query::SortField;
use crate::tui::action::{ActionId, ActionSpec, always};
use crate::tui::effect::Effect;
use crate::tui::habits::Preview;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::{Form, FormField, Purpose as FormPurpose};
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $scope:ident $risk:ident $keys:expr, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title $scope $risk $keys, 0, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(Order "list.order" "order" List Read ["o"], always, "Choose the field by which the list is ordered.", order),
    row!(Reverse "list.reverse" "reverse" List Read ["O"], always, "Turn the order of the list round.", reverse),
    row!(Columns "list.columns" "columns" List Read ["W"], always, "Choose the columns of the list; they are remembered.", columns),
    row!(ColumnDown "columns.down" "move down" Columns Read ["J"], always, "Move the column on: it is shown further right.", |m| update::move_column(m, 1)),
    row!(ColumnUp "columns.up" "move up" Columns Read ["K"], always, "Move the column back: it is shown further left.", |m| update::move_column(m, -1)),
    row!(Facets "list.facets" "facets" List Read ["f"], always, "Count the values in this list, and filter by one of them.", update::open_facets),
    row!(SaveView "view.save" "save view" List Write ["F"], always, "Save the list with its filter, order and columns as a view.", save),
    row!(OnlyMarked "list.only_marked" "only marked" List Read ["\""], marked, "Show only the marked tickets, or all again.", update::only_marked),
    row!(Preview "preview" "preview" Global Read ["P"], always, "Show the ticket right of the list, below it, or not.", preview),
];

fn marked(model: &Model) -> Result<(), String> {
    match model.queue.marks.is_empty() && model.queue.only.is_none() {
        true => Err(format!("no ticket is marked; {} marks one", model.key(ActionId::Mark))),
        false => Ok(()),
    }
}

fn pick(model: &mut Model, title: &str, purpose: Purpose, items: Vec<Item>) -> Vec<Effect> {
    model.overlays.push(Overlay::Picker(Picker::new(title, purpose, items)));
    Vec::new()
}

fn order(model: &mut Model) -> Vec<Effect> {
    let now = model.queue.query().ok().and_then(|query| query.sort.first().copied());
    let turn = model.key(ActionId::PickerAccept);
    let items = SortField::ALL
        .iter()
        .map(|field| {
            let hint = match now.filter(|key| key.field == *field) {
                Some(key) if key.descending => format!("now, turned; {turn} turns it"),
                Some(_) => format!("now; {turn} turns it"),
                None => String::new(),
            };
            Item::new(field.word(), field.spelling().help).hinted(hint)
        })
        .collect();
    pick(model, "Order by", Purpose::Order, items)
}

fn reverse(model: &mut Model) -> Vec<Effect> {
    model.queue.reverse();
    update::reordered(model)
}

fn columns(model: &mut Model) -> Vec<Effect> {
    let items = update::column_items(model);
    use ActionId::{ColumnDown, ColumnUp, PickerAccept, PickerClose};
    let [show, down, up, done] = [PickerAccept, ColumnDown, ColumnUp, PickerClose].map(|id| model.key(id));
    let title = format!("Columns: {show} shows or hides, {down} {up} move, {done} is done");
    pick(model, &title, Purpose::Columns, items)
}

pub(super) fn save(model: &mut Model) -> Vec<Effect> {
    let query = match model.queue.query() {
        Ok(query) => query.to_string(),
        Err(why) => {
            model.refuse(why);
            return Vec::new();
        }
    };
    let columns = match model.queue.views.get(model.queue.view) {
        Some(view) if model.habits.columns.is_empty() => view.columns.clone(),
        _ => model.habits.columns.clone(),
    };
    let title = format!("Save as a view for everybody: {query}");
    let purpose = FormPurpose::SaveView(query, columns);
    update::open_form(model, Form::new(title, purpose, vec![FormField::name("Name")]))
}

fn preview(model: &mut Model) -> Vec<Effect> {
    model.habits.preview = model.habits.preview.next();
    model.say(match model.habits.preview {
        Preview::Right => "The ticket is shown right of the list, from 100 columns",
        Preview::Below => "The ticket is shown below the list",
        Preview::Off => "The ticket is shown when opened",
    });
    let mut effects = update::settle(model);
    effects.push(Effect::KeepHabits(Box::new(model.habits.clone())));
    effects
}
