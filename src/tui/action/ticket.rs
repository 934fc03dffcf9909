//! Actions on tickets: on the marked ones, if any; else on the one under the cursor or shown.

use crate::desk::command::Target;
use crate::desk::field::{Field, Shape};
use crate::desk::id::Kind;
use crate::desk::ticket::Ticket;
use crate::desk::workflow::{Phase, Transition};
use crate::tui::action::change::{self, Deed};
use crate::tui::action::{ActionId, ActionSpec, no_ticket, sheet};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::{Form, FormField, Purpose};
use crate::tui::overlay::picker::{Item, Picker, Purpose as Choice};
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $risk:ident $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title Ticket $risk $keys, $rank, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(Take "ticket.take" "take" Write ["i"], 78, no_ticket, "Take it: assign it to me.", |m| assign(m, "me")),
    row!(Assign "ticket.assign" "assign" Write ["a"], 76, no_ticket, "Assign it to a person or team.", pick_assignee),
    row!(Note "ticket.note" "note" Write ["c"], 74, no_ticket, "Write a note, seen by staff only.", |m| write(m, false)),
    row!(Reply "ticket.reply" "reply" Write ["r"], 72, no_ticket, "Reply to the requester.", |m| write(m, true)),
    row!(Move "ticket.state" "state" Write ["s"], 68, no_ticket, "Move it to another state: only what is allowed from here.", pick_state),
    row!(Resolve "ticket.resolve" "resolve" Write ["x"], 70, resolvable, "Resolve it, with a code and a text.", |m| to_phase(m, Phase::Done)),
    row!(Reopen "ticket.reopen" "reopen" Write ["X"], 0, reopenable, "Reopen it.", |m| to_phase(m, Phase::Active)),
    row!(Edit "ticket.edit" "edit" Write ["e"], 45, no_ticket, "Edit its fields.", edit),
    row!(Priority "ticket.priority" "priority" Write ["p"], 0, no_ticket, "Judge impact and urgency, or override the priority with a reason.", priority),
    row!(Due "ticket.due" "due" Write ["d"], 0, no_ticket, "Say when it should be done: fri 14:00, 2h.", due),
    row!(CopyNumber "ticket.copy_number" "copy number" Read ["y i"], 0, no_ticket, "Copy its number.", |m| copy(m, |t| t.number.to_string())),
    row!(CopyTitle "ticket.copy_title" "copy title" Read ["y t"], 0, no_ticket, "Copy its title.", |m| copy(m, |t| t.title.clone())),
    row!(CopyBoth "ticket.copy" "copy both" Read ["y y"], 0, no_ticket, "Copy its number and title.", |m| copy(m, |t| format!("{} {}", t.number, t.title))),
];

pub(super) fn one_ticket(model: &Model) -> Result<(), String> {
    no_ticket(model)?;
    if model.targets().len() > 1 {
        Err(format!("one ticket at a time; {} takes the marks away", model.key(ActionId::Back)))
    } else {
        Ok(())
    }
}

pub(super) fn resolvable(model: &Model) -> Result<(), String> {
    no_ticket(model)?;
    way(model, Phase::Done).map(|_| ())
}

fn reopenable(model: &Model) -> Result<(), String> {
    no_ticket(model)?;
    way(model, Phase::Active).map(|_| ())?;
    match model.current() {
        Some(ticket) if ticket.phase.is_open() => Err(format!("{} is open", ticket.number)),
        _ => Ok(()),
    }
}

/// The ticket that stands for the targets: the one under the cursor if it is among them, else the first. With its bodies,
/// where it is shown.
pub(super) fn sample(model: &Model) -> Option<&Ticket> {
    let targets = model.targets();
    let current = model.current().map(|ticket| ticket.id).filter(|id| targets.contains(id));
    current.or(targets.first().copied()).and_then(|id| model.known(id))
}

/// The transition that leads from the ticket's state into a phase.
fn way(model: &Model, phase: Phase) -> Result<&Transition, String> {
    let ticket = sample(model).ok_or("no ticket is selected")?;
    let rules = model.rules.as_ref().ok_or("the desk is not open yet")?;
    let workflow = rules.workflow(ticket.kind())?;
    workflow
        .leaving(ticket)
        .find(|transition| workflow.phase(&transition.to) == phase)
        .ok_or_else(|| format!("{} is {}: that can't be done from there", ticket.number, ticket.state))
}

pub(super) fn targets(model: &Model) -> Vec<Target> {
    model.targets().into_iter().map(|id| model.seen(id)).collect()
}

/// `INC-12`, or `3 tickets`.
pub(super) fn named(model: &Model) -> String {
    match (model.targets().len(), sample(model)) {
        (1, Some(ticket)) => ticket.number.to_string(),
        (count, _) => format!("{count} tickets"),
    }
}

fn assign(model: &mut Model, to: &str) -> Vec<Effect> {
    let on = targets(model);
    update::wish(Wish::Assign { on, to: to.to_owned() })
}

fn pick_assignee(model: &mut Model) -> Vec<Effect> {
    let Some(ticket) = sample(model).cloned() else { return Vec::new() };
    let on = targets(model);
    pick_assignee_on(model, on, &ticket)
}

/// Opens the choice of an assignee for these tickets, of which one is named.
pub(super) fn pick_assignee_on(model: &mut Model, on: Vec<Target>, ticket: &Ticket) -> Vec<Effect> {
    let title = format!("Assign {} to", called(&on, ticket));
    model.overlays.push(Overlay::Picker(Picker::new(&title, Choice::Assign, Vec::new()).on(on)));
    vec![model.ask(Slot::Picker, Question::Assignable)]
}

/// Carries out the choice of an assignee.
pub(crate) fn assign_to(on: Vec<Target>, word: &str) -> Vec<Effect> {
    update::wish(Wish::Assign { on, to: word.to_owned() })
}

fn pick_state(model: &mut Model) -> Vec<Effect> {
    let Some(ticket) = sample(model).cloned() else { return Vec::new() };
    let on = targets(model);
    pick_state_on(model, on, &ticket)
}

/// Opens the choice of a state for these tickets, of which one stands for all.
pub(super) fn pick_state_on(model: &mut Model, on: Vec<Target>, ticket: &Ticket) -> Vec<Effect> {
    let title = format!("Move {} to", called(&on, ticket));
    let Some(workflow) = model.rules.as_ref().and_then(|rules| rules.workflow(ticket.kind()).ok()) else {
        return Vec::new();
    };
    let items = workflow
        .leaving(ticket)
        .map(|transition| Item {
            word: transition.to.clone(),
            label: workflow.state(&transition.to).map(|state| state.help.clone()).unwrap_or_default(),
            hint: transition.verb.clone(),
            blocked: None,
            action: None,
        })
        .collect();
    model.overlays.push(Overlay::Picker(Picker::new(&title, Choice::Move, items).on(on)));
    Vec::new()
}

fn to_phase(model: &mut Model, phase: Phase) -> Vec<Effect> {
    match way(model, phase).map(|transition| transition.to.clone()) {
        Ok(state) => {
            let on = targets(model);
            move_to(model, on, &state)
        }
        Err(why) => {
            model.refuse(why);
            Vec::new()
        }
    }
}

/// Carries out the choice of a state.
pub(crate) fn move_to(model: &mut Model, on: Vec<Target>, state: &str) -> Vec<Effect> {
    let current = model.current().filter(|ticket| on.iter().any(|target| target.id == ticket.id));
    let ticket = current.or_else(|| on.first().and_then(|target| model.known(target.id)));
    match ticket.cloned() {
        Some(ticket) => move_on(model, on, &ticket, state),
        None => Vec::new(),
    }
}

/// Moves the targets to a state with these words; what the transition demands beside them is asked for.
pub(super) fn move_given(model: &mut Model, state: &str, given: &[(Field, String)]) -> Vec<Effect> {
    let below = model.overlays.len();
    let on = targets(model);
    let mut effects = move_to(model, on, state);
    let Some(Overlay::Form(form)) = model.overlays.get_mut(below) else {
        for effect in &mut effects {
            if let Effect::Do(wish) | Effect::Preview(wish) = effect
                && let Wish::Move { fields, .. } = wish.as_mut()
            {
                fields.extend(given.iter().cloned());
            }
        }
        return effects;
    };
    for (field, word) in given {
        match form.fields.iter_mut().find(|known| known.field == Some(*field)) {
            Some(known) => known.editor.set(word),
            None => form.fields.push(FormField::line(*field, false, word, Vec::new())),
        }
    }
    form.at = form.fields.iter().position(|field| field.complaint().is_some()).unwrap_or(form.at);
    if form.fields.iter().all(|field| field.complaint().is_none()) {
        effects.extend(update::form_send(model));
    }
    effects
}

/// Moves these tickets to a state, by a form where the transition demands fields of the one that stands for them.
pub(super) fn move_on(model: &mut Model, on: Vec<Target>, ticket: &Ticket, state: &str) -> Vec<Effect> {
    let Some(rules) = model.rules.clone() else { return Vec::new() };
    let transition = rules.workflow(ticket.kind()).ok().and_then(|workflow| workflow.between(ticket, state));
    let Some(transition) = transition.cloned() else {
        model.refuse(format!("{} can't go from {} to {state}", ticket.number, ticket.state));
        return Vec::new();
    };
    // Whoever begins says why, where something speaks against it.
    if ticket.kind() == Kind::Change && transition.begins() && on.len() == 1 {
        return change::with_change(model, ticket.id, Deed::Start);
    }
    // What a change risks comes from its answers.
    let needs: Vec<&String> = transition.needs.iter().filter(|need| *need != Field::Risk.name()).collect();
    if needs.len() < transition.needs.len() && ticket.risk.is_none() && on.len() == 1 {
        let key = model.key(ActionId::ChangeRisk);
        model
            .refuse(format!("Can't {}: it is not known yet what {} risks; {key} asks", transition.verb, ticket.number));
        return Vec::new();
    }
    if transition.unopposed && on.len() == 1 {
        let met = change::opposed(model, ticket.id);
        if let Some(first) = met.first() {
            let [live, plan] = [ActionId::ChangeLiveWith, ActionId::ChangePlan].map(|id| model.key(id));
            let more = if met.len() > 1 { format!(", and {} more", met.len() - 1) } else { String::new() };
            let verb = &transition.verb;
            model.refuse(format!("Can't {verb}: {first}{more}; {plan} plans it otherwise, {live} overrides it"));
            return Vec::new();
        }
    }
    let mut fields = Vec::new();
    for need in needs {
        let mut either = need.split('|').filter_map(Field::named);
        // Whatever is given already need not be asked for.
        if on.len() == 1
            && need
                .split('|')
                .filter_map(Field::named)
                .any(|f| ticket.value(f).given() && !transition.clears.contains(&f))
        {
            continue;
        }
        if let Some(field) = either.next() {
            let other = either.next();
            fields.push(FormField { instead: other, ..field_of(&rules, field, true, "") });
            fields.extend(other.map(|other| {
                let other = field_of(&rules, other, false, "");
                FormField { label: format!("or {}", other.label), ..other }
            }));
        }
    }
    if !fields.is_empty() {
        fields.extend(transition.takes.iter().map(|field| field_of(&rules, *field, false, "")));
        // What is needed comes first; of that, what is short.
        let told = |field: &FormField| field.needed || field.label.starts_with("or ");
        fields.sort_by_key(|field| (!told(field), field.editor.multiline));
    }
    if fields.is_empty() {
        return update::wish(Wish::Move { on, to: state.to_owned(), fields: Vec::new() });
    }
    let title = format!("{} {}", update::capital(&transition.verb), called(&on, ticket));
    update::open_form(model, Form::new(title, Purpose::Move(on, state.to_owned()), fields))
}

pub(super) fn field_of(rules: &crate::desk::rules::Rules, field: Field, needed: bool, text: &str) -> FormField {
    match field.shape() {
        Shape::Text => FormField::text(Some(field), field.spec().label, needed, text),
        Shape::Choice(list) => {
            FormField::line(field, needed, text, rules.words(list).into_iter().map(str::to_owned).collect())
        }
        _ => FormField::line(field, needed, text, Vec::new()),
    }
}

fn write(model: &mut Model, public: bool) -> Vec<Effect> {
    let Some(ticket) = sample(model).cloned() else { return Vec::new() };
    let on = targets(model);
    write_on(model, on, &ticket, public)
}

/// Opens a note or reply on these tickets, of which one is named.
pub(super) fn write_on(model: &mut Model, on: Vec<Target>, ticket: &Ticket, public: bool) -> Vec<Effect> {
    let name = called(&on, ticket);
    let title =
        if public { format!("Reply on {name}: the requester sees it") } else { format!("Note on {name}: staff only") };
    let label = if public { "Reply" } else { "Note" };
    update::open_form(model, Form::new(title, Purpose::Write(on, public), vec![FormField::text(None, label, true, "")]))
}

/// `INC-12`, or `3 tickets`.
fn called(on: &[Target], ticket: &Ticket) -> String {
    if on.len() == 1 { ticket.number.to_string() } else { format!("{} tickets", on.len()) }
}

/// A field's value as it would be typed.
pub(super) fn typed(model: &Model, ticket: &Ticket, field: Field) -> String {
    let value = ticket.value(field);
    let names = model.names_of(ticket);
    match (field.shape(), value.int()) {
        (Shape::Person | Shape::Team | Shape::Service | Shape::Category, Some(id)) => {
            names.reference(field, id, true).unwrap_or_default().to_owned()
        }
        _ => crate::store::shown(field, &value, names, &model.moment),
    }
}

fn form_of(model: &mut Model, title: &str, which: &[Field]) -> Vec<Effect> {
    let Some(ticket) = sample(model).cloned() else { return Vec::new() };
    let on = targets(model);
    form_on(model, on, &ticket, title, which)
}

/// Opens a form of these fields. Of several tickets it holds what is the same in all; what is left as it is, stays.
pub(super) fn form_on(
    model: &mut Model,
    on: Vec<Target>,
    ticket: &Ticket,
    title: &str,
    which: &[Field],
) -> Vec<Effect> {
    let Some(rules) = model.rules.clone() else { return Vec::new() };
    let known: Vec<Option<&Ticket>> = on.iter().map(|target| model.ticket(target.id)).collect();
    let fits = |field: Field| match known[..] {
        [_] | [] => field.fits(ticket.kind()),
        _ => known.iter().flatten().any(|one| field.fits(one.kind())),
    };
    let value = |field: Field| {
        let word = typed(model, ticket, field);
        let same = |one: &Option<&Ticket>| one.is_some_and(|one| typed(model, one, field) == word);
        if known.len() < 2 || known.iter().all(same) { word } else { String::new() }
    };
    let demanded = demanded(model, ticket);
    // What a state demanded can be changed, not emptied; of several tickets, an empty field leaves each as it is.
    let needed = |field: Field| {
        field == Field::Title || (known.len() < 2 && demanded.contains(&field) && ticket.value(field).given())
    };
    let mut seen = std::collections::BTreeSet::new();
    let fields = which
        .iter()
        .filter(|field| fits(**field) && seen.insert(**field))
        .map(|field| field_of(&rules, *field, needed(*field), &value(*field)))
        .collect();
    let title = format!("{title} {}", called(&on, ticket));
    update::open_form(model, Form::new(title, Purpose::Edit(on), fields))
}

/// The fields that the ticket's state demanded of whoever moved it there. Of those of which one is enough, none by itself.
fn demanded(model: &Model, ticket: &Ticket) -> Vec<Field> {
    let Some(workflow) = model.rules.as_ref().and_then(|rules| rules.workflow(ticket.kind()).ok()) else {
        return Vec::new();
    };
    let into = workflow.transition.iter().filter(|transition| transition.to == ticket.state);
    into.flat_map(|transition| &transition.needs).filter_map(|need| Field::named(need)).collect()
}

fn edit(model: &mut Model) -> Vec<Effect> {
    if sheet::field(model).is_some() && model.queue.marks.is_empty() {
        return sheet::open(model);
    }
    let Some(ticket) = sample(model).cloned() else { return Vec::new() };
    let on = targets(model);
    edit_one(model, on, &ticket)
}

/// Opens the form of a ticket's fields.
pub(super) fn edit_one(model: &mut Model, on: Vec<Target>, ticket: &Ticket) -> Vec<Effect> {
    let shown = model.queue.shown.iter().map(|shown| &shown.sheet.ticket).find(|one| one.id == ticket.id).cloned();
    let full = shown.is_some();
    let ticket = &shown.unwrap_or_else(|| ticket.clone());
    let mut which = vec![
        Field::Title,
        Field::Requester,
        Field::Assignee,
        Field::Team,
        Field::Service,
        Field::Category,
        Field::Ci,
        Field::Impact,
        Field::Urgency,
        Field::Due,
        Field::Channel,
    ];
    // Titles and texts are each ticket's own. What its state demanded stands there to be put right; bodies are not in the
    // list and are edited where they are read.
    if on.len() > 1 {
        which.retain(|field| *field != Field::Title);
    } else {
        which.extend(demanded(model, ticket).iter().filter(|field| full || field.shape() != Shape::Text));
    }
    if on.len() == 1 && full {
        which.push(Field::Description);
    }
    form_on(model, on, ticket, "Edit", &which)
}

/// What priority is judged by.
const PRIORITY: &[Field] = &[Field::Impact, Field::Urgency, Field::Priority, Field::PriorityReason];

fn priority(model: &mut Model) -> Vec<Effect> {
    form_of(model, "Priority of", PRIORITY)
}

/// Opens the form of the priority of these tickets.
pub(super) fn priority_on(model: &mut Model, on: Vec<Target>, ticket: &Ticket) -> Vec<Effect> {
    form_on(model, on, ticket, "Priority of", PRIORITY)
}

fn due(model: &mut Model) -> Vec<Effect> {
    form_of(model, "Due time of", &[Field::Due])
}

fn copy(model: &mut Model, text: impl Fn(&Ticket) -> String) -> Vec<Effect> {
    let targets = model.targets();
    let rows: Vec<String> = if targets.len() == 1 {
        sample(model).map(&text).into_iter().collect()
    } else {
        model
            .queue
            .rows
            .iter()
            .map(|(ticket, _)| ticket)
            .filter(|ticket| targets.contains(&ticket.id))
            .map(text)
            .collect()
    };
    vec![Effect::Copy(rows.join("\n"))]
}
