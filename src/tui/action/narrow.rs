//! Filtering by a value of the ticket under the cursor: of the field that one is at, or of any.

use crate::desk::field::{Field, Shape};
use crate::desk::query::{ChoiceField, LevelField, LevelRange, PersonField, ReferenceField, Term, Who};
use crate::desk::ticket::Ticket;
use crate::desk::time::Timestamp;
use crate::store::Names;
use crate::tui::action::{ActionId, ActionSpec, no_ticket, sheet};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::screen::queue::narrowed;
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Narrow "list.narrow" "filter by" Ticket Read ["*"], 0, no_ticket, "Filter by its value in the column used last, or in the field under the cursor; again: any.", narrow),
    work!(NarrowAny "list.narrow_any" "filter any" Ticket Read ["g *"], 0, no_ticket, "Filter by any value of the ticket under the cursor.", any),
];

/// Filters by the field that one is at; where there is none, or it is filtered by that already, by any.
fn narrow(model: &mut Model) -> Vec<Effect> {
    let Some(ticket) = model.current() else { return Vec::new() };
    let field = sheet::field(model).or(model.queue.column);
    let condition = field.and_then(|field| Some((field, condition(model, ticket, field)?)));
    let fresh = |condition: &String| narrowed(model.filter(), condition) != model.filter().trim();
    match condition.filter(|(_, condition)| fresh(condition)) {
        Some((field, condition)) => {
            let effects = update::narrow(model, &condition);
            let other = model.key(ActionId::NarrowAny);
            model.say(format!("Filtered by {}; {other} lists all values", field.spec().label));
            effects
        }
        None => any(model),
    }
}

/// The values of the ticket under the cursor, to choose from.
fn any(model: &mut Model) -> Vec<Effect> {
    const FIELDS: [Field; 12] = [
        Field::Assignee,
        Field::Team,
        Field::State,
        Field::Priority,
        Field::Requester,
        Field::Service,
        Field::Category,
        Field::Ci,
        Field::Channel,
        Field::PendingReason,
        Field::Due,
        Field::Created,
    ];
    let Some(ticket) = model.current() else { return Vec::new() };
    let asked = |field: &&Field| ticket.value(**field).given() || matches!(field, Field::Assignee | Field::Team);
    let mut conditions: Vec<String> =
        FIELDS.iter().filter(asked).filter_map(|field| condition(model, ticket, *field)).collect();
    conditions.push(Term::Kind(vec![ticket.kind()]).to_string());
    if let Some(shown) = model.queue.shown.as_ref().filter(|shown| shown.sheet.ticket.id == ticket.id) {
        conditions.extend(shown.sheet.tags.iter().map(|tag| Term::Tag(vec![Some(tag.clone())]).to_string()));
    }
    let title = format!("Filter by a value of {}", ticket.number);
    let items = conditions.into_iter().map(|condition| Item::new(condition, "")).collect();
    model.overlays.push(Overlay::Picker(Picker::new(&title, Purpose::Narrow, items)));
    Vec::new()
}

/// The condition that a ticket's value in a field fulfils; times are asked for by their day.
fn condition(model: &Model, ticket: &Ticket, field: Field) -> Option<String> {
    let names = model.names_of(ticket);
    let value = ticket.value(field);
    if let (Shape::Time, Some(at)) = (field.shape(), value.int()) {
        return Some(format!("{field}:{}", model.moment.day_of(Timestamp(at))));
    }
    Some(term(ticket, names, field)?.to_string())
}

fn term(ticket: &Ticket, names: &Names, field: Field) -> Option<Term> {
    let value = ticket.value(field);
    let person = |field, id: Option<_>| Term::Person {
        field,
        who: vec![id.map_or(Who::None, |id| Who::Named(names.login(id).to_owned()))],
    };
    let reference = |of: ReferenceField| {
        let key = value.int().and_then(|id| names.reference(field, id, field != Field::Category)).map(str::to_owned);
        Term::Reference { field: of, names: vec![key] }
    };
    let level = |field, n: u8| Term::Level { field, ranges: vec![LevelRange { from: n, to: n }] };
    let choice = |field| Term::Choice { field, words: vec![value.text().map(str::to_owned)] };
    Some(match field {
        Field::Assignee => person(PersonField::Assignee, ticket.assignee),
        Field::Requester => person(PersonField::Requester, ticket.requester),
        Field::Team => reference(ReferenceField::Team),
        Field::Service => reference(ReferenceField::Service),
        Field::Category => reference(ReferenceField::Category),
        Field::State => Term::State(vec![ticket.state.clone()]),
        Field::Priority => level(LevelField::Priority, ticket.priority.get()),
        Field::Impact => level(LevelField::Impact, ticket.impact.get()),
        Field::Urgency => level(LevelField::Urgency, ticket.urgency.get()),
        Field::Ci => choice(ChoiceField::Ci),
        Field::Channel => choice(ChoiceField::Channel),
        Field::PendingReason => choice(ChoiceField::PendingReason),
        Field::ResolutionCode => choice(ChoiceField::ResolutionCode),
        Field::CauseCode => choice(ChoiceField::CauseCode),
        Field::ChangeType => choice(ChoiceField::ChangeType),
        Field::Template => choice(ChoiceField::Template),
        Field::Risk => choice(ChoiceField::Risk),
        Field::External => choice(ChoiceField::External),
        _ => return None,
    })
}
