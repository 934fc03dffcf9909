//! Actions that shape the list: order, columns, filters by value, facets, saved views, preview.

use crate::desk::field::Field;
use crate::desk::query::{ChoiceField, LevelField, LevelRange, PersonField, ReferenceField, SortField, Term, Who};
use crate::tui::action::{ActionSpec, always, no_ticket};
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
    row!(Narrow "list.narrow" "filter by" Ticket Read ["*"], no_ticket, "Filter by a value of the ticket under the cursor.", narrow),
    row!(Facets "list.facets" "facets" List Read ["f"], always, "Count the values in this list, and filter by one of them.", update::open_facets),
    row!(SaveView "view.save" "save view" List Write ["F"], always, "Save the list with its filter, order and columns as a view.", save),
    row!(OnlyMarked "list.only_marked" "only marked" List Read ["\""], marked, "Show only the marked tickets, or all again.", update::only_marked),
    row!(Preview "preview" "preview" Global Read ["P"], always, "Show the ticket right of the list, below it, or not.", preview),
];

fn marked(model: &Model) -> Result<(), String> {
    match model.queue.marks.is_empty() && model.queue.only.is_none() {
        true => Err(String::from("no ticket is marked; Space marks one")),
        false => Ok(()),
    }
}

fn line(word: &str, label: &str, hint: &str) -> Item {
    Item { word: word.to_owned(), label: label.to_owned(), hint: hint.to_owned(), blocked: None, action: None }
}

fn pick(model: &mut Model, title: &str, purpose: Purpose, items: Vec<Item>) -> Vec<Effect> {
    model.overlays.push(Overlay::Picker(Picker::new(title, purpose, items)));
    Vec::new()
}

fn order(model: &mut Model) -> Vec<Effect> {
    let now = model.queue.query().ok().and_then(|query| query.sort.first().copied());
    let items = SortField::ALL
        .iter()
        .map(|field| {
            let hint = match now.filter(|key| key.field == *field) {
                Some(key) if key.descending => "now, turned; Enter turns it",
                Some(_) => "now; Enter turns it",
                None => "",
            };
            line(field.word(), field.spelling().help, hint)
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
    pick(model, "Columns: Enter shows or hides, Esc is done", Purpose::Columns, items)
}

/// The values of the ticket under the cursor, as conditions.
fn narrow(model: &mut Model) -> Vec<Effect> {
    let Some(ticket) = model.queue.current() else { return Vec::new() };
    let names = model.names_of(ticket);
    let person = |field, id: Option<_>| Term::Person {
        field,
        who: vec![id.map_or(Who::None, |id| Who::Named(names.login(id).to_owned()))],
    };
    let reference = |field, name: Option<String>| Term::Reference { field, names: vec![name] };
    let level = |field, n: u8| Term::Level { field, ranges: vec![LevelRange { from: n, to: n }] };
    let key = |field: Field| {
        let id = ticket.value(field).int()?;
        names.reference(field, id, field != Field::Category).map(str::to_owned)
    };
    let mut terms = vec![
        person(PersonField::Assignee, ticket.assignee),
        reference(ReferenceField::Team, key(Field::Team)),
        Term::State(vec![ticket.state.clone()]),
        level(LevelField::Priority, ticket.priority.get()),
        Term::Kind(vec![ticket.kind()]),
    ];
    if ticket.requester.is_some() {
        terms.push(person(PersonField::Requester, ticket.requester));
    }
    terms.extend(key(Field::Service).map(|name| reference(ReferenceField::Service, Some(name))));
    terms.extend(key(Field::Category).map(|name| reference(ReferenceField::Category, Some(name))));
    let choices = [
        (ChoiceField::Ci, &ticket.ci),
        (ChoiceField::Channel, &ticket.channel),
        (ChoiceField::PendingReason, &ticket.pending_reason),
    ];
    for (field, word) in choices {
        terms.extend(word.as_ref().map(|word| Term::Choice { field, words: vec![Some(word.clone())] }));
    }
    if let Some(shown) = model.queue.shown.as_ref().filter(|shown| shown.sheet.ticket.id == ticket.id) {
        terms.extend(shown.sheet.tags.iter().map(|tag| Term::Tag(vec![Some(tag.clone())])));
    }
    let title = format!("Filter by a value of {}", ticket.number);
    let items = terms.iter().map(|term| line(&term.to_string(), "", "")).collect();
    pick(model, &title, Purpose::Narrow, items)
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
