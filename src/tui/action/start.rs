//! Opening a ticket: first its kind or a template, then the form.

use crate::desk::field::Field;
use crate::desk::id::Kind;
use crate::desk::rules::fill;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::field_of;
use crate::tui::action::{ActionSpec, always, calendar, change};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::{Form, FormField, Purpose};
use crate::tui::overlay::picker::Item;
use crate::tui::screen::Tab;
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(New "ticket.new" "new" Ticket Write ["n"], 65, always, "Open a new ticket of some kind, or from a template.", pick),
];

fn pick(model: &mut Model) -> Vec<Effect> {
    let items = lines(model);
    choice::open(model, "New", Choice::Start, items)
}

/// The kinds and templates.
pub(super) fn lines(model: &Model) -> Vec<Item> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let kinds = Kind::ALL.iter().map(|kind| Item::new(kind.word(), format!("{} without a template", kind.one())));
    let templates = rules.templates.iter();
    let templates = templates.map(|(word, template)| Item::new(word, &template.name).hinted(template.kind.word()));
    templates.chain(kinds).collect()
}

/// Opens the form of a kind or template.
pub(super) fn chosen(model: &mut Model, item: &Item) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let template = if item.hint.is_empty() { None } else { rules.templates.get(&item.word) };
    let kind = template.map(|template| template.kind).or_else(|| Kind::named(&item.word));
    let name = template.map(|_| item.word.clone());
    let Some(kind) = kind else { return Vec::new() };
    let mut effects = form(model, kind, name);
    if model.tab == Tab::Changes && change::is_planned(kind) {
        effects.extend(calendar::on_slot(model));
    }
    effects
}

/// Opens the form of a kind or template, about a CI.
pub(super) fn chosen_on(model: &mut Model, item: &Item, ci: &str) -> Vec<Effect> {
    let effects = chosen(model, item);
    if let Some(Overlay::Form(form)) = model.overlays.last_mut()
        && !form.fields.iter().any(|field| field.field == Some(Field::Ci))
    {
        let place = form.fields.len().saturating_sub(1);
        form.fields.insert(place, FormField::line(Field::Ci, false, ci, Vec::new()));
    }
    effects
}

/// The form of a new ticket.
pub(super) fn form(model: &mut Model, kind: Kind, name: Option<String>) -> Vec<Effect> {
    let Some(rules) = model.rules.clone() else { return Vec::new() };
    let template = name.as_ref().and_then(|name| rules.templates.get(name));
    let filled = |text: &str| {
        fill(text, &|word| match word {
            "me" => Some(model.author.login.clone()),
            "today" => Some(model.moment.today().to_string()),
            _ => None,
        })
    };
    let given = |field: Field| match (template, field) {
        (None, _) => String::new(),
        (Some(template), Field::Title) => filled(&template.title),
        (Some(template), Field::Description) => filled(template.description.trim_end()),
        (Some(template), field) => template.fields.get(field.name()).cloned().unwrap_or_default(),
    };
    let mut which =
        vec![Field::Title, Field::Requester, Field::Impact, Field::Urgency, Field::Service, Field::Category];
    let others = template.map(|template| template.fields.keys().filter_map(|name| Field::named(name)));
    which.extend(others.into_iter().flatten());
    which.push(Field::Description);
    // What is planned begins with its plan; the rest stands behind it.
    let mut fields = Vec::new();
    if change::is_planned(kind) {
        let steps = template.map(|template| template.tasks.join("\n")).unwrap_or_default();
        fields.push(field_of(&rules, Field::Title, true, &given(Field::Title)));
        fields.extend(change::plan_fields(model, kind, &given, &steps));
    }
    // The wish itself carries the template.
    fields.retain(|field| field.field != Some(Field::Template));
    for field in which.into_iter().filter(|field| field.fits(kind)) {
        if !fields.iter().any(|known| known.field == Some(field)) {
            fields.push(field_of(&rules, field, field == Field::Title, &given(field)));
        }
    }
    let title = match template {
        Some(template) => format!("New {kind}: {}{}", template.name, brings(template.tags.len(), template.tasks.len())),
        None => format!("New {kind}"),
    };
    update::open_form(model, Form::new(title, Purpose::Open(kind, name), fields))
}

fn brings(tags: usize, tasks: usize) -> String {
    let count = |n: usize, word: &str| (n > 0).then(|| format!("{n} {word}{}", if n == 1 { "" } else { "s" }));
    let both: Vec<String> = count(tags, "tag").into_iter().chain(count(tasks, "task")).collect();
    if both.is_empty() { String::new() } else { format!(" (brings {})", both.join(", ")) }
}
