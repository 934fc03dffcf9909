//! Going from place to place: noting where somebody is, back and forward, to a ticket by its number.

use crate::desk::id::{Kind, Number};
use crate::store::{Event, Sheet};
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::screen::queue::Pane;
use crate::tui::screen::queue::trail::Place;
use crate::tui::update::{cursor_moved, looked_at, open_view};

/// Notes where somebody is, once what they asked for is there.
pub fn note_place(model: &mut Model) {
    let queue = &mut model.queue;
    if queue.loading || queue.going || queue.typing.is_some() || model.rules.is_none() {
        return;
    }
    let place = Place {
        view: queue.views.get(queue.view).map(|view| view.name.clone()).unwrap_or_default(),
        filter: queue.filter.clone(),
        reading: queue.current().map(|ticket| ticket.id).filter(|_| queue.pane == Pane::Ticket),
        cursor: queue.rows.get(queue.cursor).map(|(ticket, _)| ticket.id),
    };
    queue.trail.note(place);
}

/// Goes a place back, or forward again.
pub fn step_place(model: &mut Model, forward: bool) -> Vec<Effect> {
    match model.queue.trail.step(forward) {
        Some(place) => go_to(model, place),
        None => {
            model.say(if forward { "There is nothing to go forward to" } else { "There is nothing to go back to" });
            Vec::new()
        }
    }
}

/// Goes to the place before this one.
pub fn last_place(model: &mut Model) -> Vec<Effect> {
    match model.queue.trail.swap() {
        Some(place) => go_to(model, place),
        None => {
            model.say("There is no place before this one");
            Vec::new()
        }
    }
}

fn go_to(model: &mut Model, place: Place) -> Vec<Effect> {
    let queue = &mut model.queue;
    let view = queue.views.iter().position(|view| view.name == place.view).unwrap_or(queue.view);
    let stays = view == queue.view && place.filter == queue.filter && !queue.rows.is_empty();
    queue.pane = Pane::List;
    (queue.view, queue.filter, queue.goal, queue.only) = (view, place.filter, place.cursor, None);
    let mut effects = Vec::new();
    if stays {
        let at = queue.rows.iter().position(|(ticket, _)| Some(ticket.id) == place.cursor);
        let height = layout::list_height(model);
        model.queue.goal = None;
        model.queue.go(at.unwrap_or(model.queue.cursor), height);
        effects.extend(cursor_moved(model));
    } else {
        effects.extend(open_view(model));
    }
    if let Some(id) = place.reading {
        model.queue.going = true;
        effects.push(model.ask(Slot::Place, Question::Reading(id)));
    }
    effects
}

/// Goes to the ticket of a number; digits alone are an incident's.
pub fn go_to_number(model: &mut Model, typed: &str) -> Vec<Effect> {
    let number = match typed.trim().parse::<i64>() {
        Ok(n) if n > 0 => Ok(Number { kind: Kind::Incident, n }),
        _ => typed.parse::<Number>(),
    };
    match number {
        Ok(number) => {
            model.queue.going = true;
            vec![model.ask(Slot::Place, Question::Numbered(number))]
        }
        Err(why) => {
            model.refuse(why);
            Vec::new()
        }
    }
}

/// Shows the ticket to which somebody goes.
pub fn arrive(model: &mut Model, sheet: Sheet, history: Vec<Event>) -> Vec<Effect> {
    model.queue.going = false;
    model.queue.pane = Pane::Ticket;
    let seen = (sheet.ticket.id, sheet.ticket.version);
    model.queue.take_sheet(sheet, history, model.seen.get(&seen.0).copied());
    looked_at(model, seen)
}
