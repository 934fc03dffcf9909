//! The Changes tab: what the desk is asked for when it shows something else, what becomes of the answers, and a change on its
//! way through time.
//!
//! A page more than is seen is held on both sides, so that the next one is there when it is turned to.

use crate::desk::change::window::Span;
use crate::desk::command::Command;
use crate::desk::field::{Edit, Field, Value};
use crate::desk::id::TicketId;
use crate::desk::refusal::Refusal;
use crate::desk::time::{Timestamp, parse_time};
use crate::tui::action::ActionId;
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::inquiry::calendar::{Inquiry, Meets, Told};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::screen::Tab;
use crate::tui::screen::changes::{Face, Grab, hour_of, when};
use crate::tui::update::{SLOW, go_tab, release, wish_now};

fn ask(model: &mut Model, slot: Slot, what: Inquiry) -> Effect {
    model.ask(slot, Question::Calendar(Box::new(what)))
}

/// What is read around the stretch that is shown.
fn around(shown: Span) -> Span {
    let length = shown.until.since(shown.from);
    Span { from: shown.from.plus(-length), until: shown.until.plus(length) }
}

/// Shows the calendar for the first time: now.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    let moment = model.moment;
    model.changes.at = hour_of(moment.now, &moment).from;
    calendar_again(model)
}

/// Reads what is shown from the desk, and lets what means a change wait for it.
pub fn calendar_again(model: &mut Model) -> Vec<Effect> {
    if model.rules.is_none() {
        return Vec::new();
    }
    let mut effects = read(model);
    if model.changes.filter_error.is_none() {
        let changes = &mut model.changes;
        (changes.loading, changes.slow, changes.failed) = (true, false, None);
        effects.insert(0, Effect::Wake(SLOW));
    }
    effects
}

/// Asks for what is shown.
fn read(model: &mut Model) -> Vec<Effect> {
    let within = around(model.changes.shown(&model.moment));
    match model.changes.query() {
        Ok(query) => {
            (model.changes.filter_error, model.changes.asked) = (None, Some(within));
            let mut effects = vec![ask(model, Slot::Calendar, Inquiry::Span { within, query })];
            model.changes.sought = None;
            effects.extend(seek(model));
            effects
        }
        Err(error) => {
            // While a filter is typed it is often unfinished: the calendar stays, the mistake is told beside it.
            model.changes.filter_error = Some(error);
            model.changes.loading = false;
            Vec::new()
        }
    }
}

/// Asks for the conflicts of what is shown, unless that was asked.
fn seek(model: &mut Model) -> Option<Effect> {
    let shown = model.changes.shown(&model.moment);
    if model.changes.sought.is_some_and(|sought| sought.contains(shown)) {
        return None;
    }
    // To find them takes longer than to read what lies there: of a month and more no page ahead is looked at.
    let within = if model.changes.face.is_by_hours() { around(shown) } else { shown };
    model.changes.sought = Some(within);
    Some(ask(model, Slot::Conflicts, Inquiry::Conflicts(within)))
}

/// Goes by where the cursor is now: it stays on the screen, and what is not held is asked for.
pub fn calendar_moved(model: &mut Model) -> Vec<Effect> {
    settle(model);
    let shown = model.changes.shown(&model.moment);
    let held = model.changes.held.as_ref().is_some_and(|held| held.within.contains(shown));
    let asked = model.changes.loading && model.changes.asked.is_some_and(|asked| asked.contains(shown));
    if held || asked { seek(model).into_iter().collect() } else { calendar_again(model) }
}

/// Goes by a new layout.
pub(super) fn settle(model: &mut Model) -> Vec<Effect> {
    let (height, moment) = (layout::calendar_height(model), model.moment);
    model.changes.settle(height, &moment);
    Vec::new()
}

/// Reads again what is shown, without moving the cursor.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    let mut effects = read(model);
    effects.extend(meet(model));
    effects
}

/// Puts the cursor on an instant.
pub fn calendar_to(model: &mut Model, at: Timestamp) -> Vec<Effect> {
    let moment = model.moment;
    model.changes.go(at, &moment);
    calendar_moved(model)
}

/// Puts the cursor on the day or time that is typed, as where a ticket's due time is.
pub fn calendar_to_typed(model: &mut Model, typed: &str) -> Vec<Effect> {
    match parse_time(typed, &model.moment) {
        Some(time) => {
            let (moment, face) = (model.moment, model.changes.face);
            // The agenda begins with the day that is asked for.
            model.changes.anchor = (face == Face::Agenda).then(|| moment.day_of(time.from));
            calendar_to(model, hour_of(time.from, &moment).from)
        }
        None => {
            model.refuse(format!("'{typed}' is no day: today, fri, 2026-12-24, 2w, \"fri 14:00\""));
            Vec::new()
        }
    }
}

/// Looks at the calendar in another way; the cursor stays where it is.
pub fn show_calendar(model: &mut Model, face: Face) -> Vec<Effect> {
    let moment = model.moment;
    let changes = &mut model.changes;
    (changes.face, changes.opened, changes.range, changes.anchor) = (face, None, None, None);
    // The working day is seen first.
    changes.top = if face.is_by_hours() { 7 } else { 0 };
    let at = if face.is_by_hours() { hour_of(changes.at, &moment).from } else { changes.at };
    match changes.item.filter(|_| face.is_by_hours()) {
        // On a day the cursor comes to the change that it was on.
        Some(id) if changes.current().is_some() => changes.come_to(id, at, &moment),
        _ => changes.go(at, &moment),
    }
    calendar_moved(model)
}

/// Opens the change under the cursor, as in the queue; one step out leads back here.
pub fn open_planned(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.changes.item else {
        let from = model.changes.face;
        let effects = show_calendar(model, Face::Day);
        model.changes.opened = (from != Face::Day).then_some(from);
        return effects;
    };
    model.queue.came = Some(Tab::Changes);
    model.queue.going = true;
    let mut effects = go_tab(model, Tab::Queue);
    effects.push(model.ask(Slot::Place, Question::Reading(id)));
    effects
}

/// Takes hold of the change under the cursor.
pub fn grab(model: &mut Model) -> Vec<Effect> {
    let changes = &mut model.changes;
    let Some((on, number, span)) =
        changes.current().and_then(|ticket| Some((changes.seen(ticket.id)?, ticket.number, changes.span_of(ticket)?)))
    else {
        return Vec::new();
    };
    let met = Some(Meets { conflicts: changes.conflicts_of(number).cloned().collect(), voids: false });
    changes.range = None;
    changes.grab = Some(Grab { on, number, was: span, span, met, back: changes.at, saving: false, saved: false });
    Vec::new()
}

/// Moves or stretches the change that is held, and asks what it would meet there.
pub fn grabbed(model: &mut Model, act: impl FnOnce(&mut Grab)) -> Vec<Effect> {
    let moment = model.moment;
    let Some(grab) = model.changes.grab.as_mut().filter(|grab| !grab.saving) else { return Vec::new() };
    act(grab);
    grab.met = None;
    let id = grab.on.id;
    model.changes.stand_on(id, &moment);
    let mut effects = calendar_moved(model);
    effects.extend(meet(model));
    effects
}

/// Asks what the change that is held would meet.
fn meet(model: &mut Model) -> Option<Effect> {
    let grab = model.changes.grab.as_ref().filter(|grab| !grab.saving)?;
    let (id, to) = (grab.on.id, grab.span);
    Some(ask(model, Slot::Moved, Inquiry::Moved { id, to }))
}

/// Plans the change that is held for where it is now.
pub fn grab_save(model: &mut Model) -> Vec<Effect> {
    let Some(grab) = model.changes.grab.as_mut().filter(|grab| !grab.saving) else { return Vec::new() };
    if grab.span == grab.was {
        model.changes.grab = None;
        model.say("It stays where it was");
        return Vec::new();
    }
    grab.saving = true;
    let time = |at: Timestamp| Value::Int(at.0);
    let mut set = Edit::new();
    if grab.span.from != grab.was.from {
        set.insert(Field::PlannedStart, time(grab.span.from));
    }
    if grab.span.until != grab.was.until {
        set.insert(Field::PlannedEnd, time(grab.span.until));
    }
    let edit = Command::Edit { on: vec![grab.on], set, tag: Vec::new(), untag: Vec::new() };
    wish_now(Wish::Command(Box::new(edit)))
}

/// Puts the change that is held back to where it was.
pub fn grab_back(model: &mut Model) -> Vec<Effect> {
    let Some(grab) = model.changes.grab.take_if(|grab| !grab.saving) else { return Vec::new() };
    let moment = model.moment;
    model.changes.item = Some(grab.on.id);
    model.changes.go(grab.back, &moment);
    model.say(format!("{} stays at {}", grab.number, when(grab.was, &moment)));
    calendar_moved(model)
}

/// A wish was carried out: what was held is let go as soon as the calendar comes as it is now.
pub(super) fn done(model: &mut Model, wish: &Wish) {
    if let Some(grab) = model.changes.grab.as_mut().filter(|grab| grab.saving && wish.targets() == [grab.on]) {
        grab.saved = true;
        model.changes.loading = true;
    }
}

/// A wish was refused: what was held is held on, or lies where the desk has it while somebody decides.
pub(super) fn refused(model: &mut Model, wish: &Wish, refusal: &Refusal) {
    let own = |grab: &&mut Grab| grab.saving && wish.targets() == [grab.on];
    let Some(grab) = model.changes.grab.as_mut().filter(own) else { return };
    grab.saving = false;
    if matches!(refusal, Refusal::Conflict(_)) {
        model.changes.at = grab.back;
        model.changes.grab = None;
    }
}

/// Takes in what the desk says.
pub(super) fn take(model: &mut Model, told: Told) -> Vec<Effect> {
    let moment = model.moment;
    match told {
        Told::Span(stretch) => {
            model.changes.grab.take_if(|grab| grab.saved);
            let away = model.changes.take(*stretch, &moment);
            if let Some(id) = away {
                tell_of(model, id);
            }
            // A change that is gone can't be held.
            let gone = model.changes.grab.as_ref().filter(|grab| model.changes.ticket(grab.on.id).is_none());
            if let Some(number) = gone.map(|grab| grab.number)
                && model.changes.reaches_grab()
            {
                model.changes.grab = None;
                model.refuse(format!("{number} is not in this calendar any more"));
            }
            settle(model);
            release(model)
        }
        Told::Conflicts(within, conflicts) => {
            model.changes.conflicts = (Some(within), conflicts);
            Vec::new()
        }
        Told::Moved(id, to, meets) => {
            if let Some(grab) = model.changes.grab.as_mut().filter(|grab| grab.on.id == id && grab.span == to) {
                grab.met = Some(meets);
            }
            Vec::new()
        }
    }
}

/// Says where the change is that was under the cursor: somebody else moved it.
fn tell_of(model: &mut Model, id: TicketId) {
    let Some(ticket) = model.changes.ticket(id) else { return };
    let told =
        model.changes.span_of(ticket).map(|span| format!("{} is now at {}", ticket.number, when(span, &model.moment)));
    if let Some(told) = told.filter(|_| model.message.is_none() && model.tab == Tab::Changes) {
        model.say(told);
    }
}

/// What is refused is awaited no longer.
pub(super) fn failed(model: &mut Model, slot: Slot, why: &Refusal) {
    match slot {
        Slot::Calendar => {
            model.changes.failed = Some(why.to_string());
            (model.changes.loading, model.changes.asked) = (false, None);
            model.changes.grab.take_if(|grab| grab.saved);
            model.held.clear();
        }
        Slot::Conflicts => model.changes.sought = None,
        _ => {}
    }
}

/// Goes one step out: what is held goes back, then the range, the filter.
pub fn back_in_calendar(model: &mut Model) -> Vec<Effect> {
    let changes = &mut model.changes;
    if changes.zoomed {
        changes.zoomed = false;
    } else if changes.range.take().is_some() {
    } else if let Some(face) = changes.opened {
        return show_calendar(model, face);
    } else if !changes.filter.is_empty() {
        changes.filter.clear();
        return calendar_again(model);
    } else {
        let key = model.key(ActionId::Quit);
        model.say(format!("{key} quits"));
    }
    Vec::new()
}
