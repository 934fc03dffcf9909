//! Actions of the Changes tab: going about in time, opening and planning changes, moving and stretching them.

use crate::desk::change::window::Span;
use crate::desk::field::Field;
use crate::desk::id::Kind;
use crate::desk::time::{HOUR, MINUTE, Moment, Timestamp};
use crate::tui::action::{ActionSpec, always, start};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::prompt::{Prompt, Purpose};
use crate::tui::screen::Tab;
use crate::tui::screen::changes::{Face, shifted};
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $scope:ident $keys:expr, $rank:literal, $help:literal, $run:expr) => {
        work!($id $name $title $scope Read $keys, $rank, always, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(GoChanges "go.changes" "changes" Global ["2", "g c"], 0, "Go to the calendar of changes; there already, to today.", calendar),
    row!(DayNext "calendar.right" "next day" Calendar ["l", "Right"], 0, "Go a day on; in an agenda to the next day on which something begins.", |m| by_day(m, true)),
    row!(DayPrevious "calendar.left" "day before" Calendar ["h", "Left"], 0, "Go a day back.", |m| by_day(m, false)),
    row!(PlanDown "calendar.down" "down" Calendar ["j", "Down"], 0, "Go a week on, in a week or day an hour, in an agenda to the next change.", |m| down(m, true)),
    row!(PlanUp "calendar.up" "up" Calendar ["k", "Up"], 0, "Go a week, an hour or a change back.", |m| down(m, false)),
    row!(PageOn "calendar.next" "next page" Calendar ["J", "ctrl-d", "PgDn"], 84, "Go a month on, from a week or day a week, in an agenda four weeks.", |m| page(m, 1)),
    row!(PageBack "calendar.previous" "page before" Calendar ["K", "ctrl-u", "PgUp"], 0, "Go as far back.", |m| page(m, -1)),
    row!(PlanFirst "calendar.first" "first" Calendar ["g g", "Home"], 0, "Go to the first day, hour or change that is shown.", |m| end(m, false)),
    row!(PlanLast "calendar.last" "last" Calendar ["G", "End"], 0, "Go to the last one.", |m| end(m, true)),
    row!(Today "calendar.today" "today" Calendar ["t"], 83, "Go to today, and now.", today),
    row!(GoDay "calendar.go" "to a day" Calendar ["g t"], 0, "Go to a day or time: fri, 2026-12-24, 2w.", |m| prompt(m)),
    row!(PlanRange "calendar.range" "range" Calendar ["v"], 0, "Begin a range of days or hours for a new change; again: none.", range),
    work!(PlanNew "calendar.new" "plan" Calendar Write ["n"], 87, always, "Plan a change on the day or hour under the cursor, or on the range.", plan),
    row!(PlanOpen "calendar.open" "open" Planned ["Enter"], 89, "Open the change under the cursor, as in the queue; without one, look at the day.", update::open_planned),
    row!(PlanNext "calendar.next_change" "next change" Planned ["Tab"], 86, "Go to the next change by its beginning: those of a day one after the other.", |m| item(m, true)),
    row!(PlanPrevious "calendar.previous_change" "change back" Planned ["Shift-Tab"], 0, "Go to the change before.", |m| item(m, false)),
    work!(Grab "calendar.move" "move" Planned Write ["m"], 88, movable, "Take hold of the change, to move and stretch it in time.", update::grab),
    work!(GrabRight "move.right" "day on" Grab Read ["l", "Right"], 60, always, "Move it a day on.", |m| shift(m, 1, 0)),
    work!(GrabLeft "move.left" "day back" Grab Read ["h", "Left"], 61, always, "Move it a day back.", |m| shift(m, -1, 0)),
    work!(GrabDown "move.down" "later" Grab Read ["j", "Down"], 63, always, "Move it an hour on; in a month, a week.", |m| rows(m, 1)),
    work!(GrabUp "move.up" "earlier" Grab Read ["k", "Up"], 62, always, "Move it an hour back; in a month, a week.", |m| rows(m, -1)),
    work!(GrabLater "move.later" "15m later" Grab Read ["J"], 0, always, "Move it a quarter of an hour on.", |m| shift(m, 0, QUARTER)),
    work!(GrabEarlier "move.earlier" "15m earlier" Grab Read ["K"], 0, always, "Move it a quarter of an hour back.", |m| shift(m, 0, -QUARTER)),
    work!(GrabLonger "move.longer" "longer" Grab Read ["L"], 65, always, "Let it end an hour later.", |m| stretch(m, HOUR)),
    work!(GrabShorter "move.shorter" "shorter" Grab Read ["H"], 64, always, "Let it end an hour earlier.", |m| stretch(m, -HOUR)),
    work!(GrabLongerBit "move.longer_bit" "15m longer" Grab Read [">"], 0, always, "Let it end a quarter of an hour later.", |m| stretch(m, QUARTER)),
    work!(GrabShorterBit "move.shorter_bit" "15m shorter" Grab Read ["<"], 0, always, "Let it end a quarter of an hour earlier.", |m| stretch(m, -QUARTER)),
    work!(GrabSave "move.save" "save" Grab Write ["Enter"], 90, always, "Plan it for where it is now.", update::grab_save),
    work!(GrabBack "move.back" "put back" Grab Read ["Esc", "q"], 80, always, "Put it back to where it was.", update::grab_back),
];

const QUARTER: i64 = 15 * MINUTE;

fn calendar(model: &mut Model) -> Vec<Effect> {
    if model.tab == Tab::Changes { today(model) } else { update::go_tab(model, Tab::Changes) }
}

fn by_day(model: &mut Model, forward: bool) -> Vec<Effect> {
    let moment = model.moment;
    if model.changes.face != Face::Agenda {
        let at = shifted(model.changes.at, if forward { 1 } else { -1 }, &moment);
        return update::calendar_to(model, at);
    }
    // The next one on another day.
    let here = moment.day_of(model.changes.at);
    for _ in 0..1_000 {
        let before = (model.changes.item, model.changes.at);
        let effects = item(model, forward);
        if moment.day_of(model.changes.at) != here || (model.changes.item, model.changes.at) == before {
            return effects;
        }
    }
    Vec::new()
}

fn down(model: &mut Model, forward: bool) -> Vec<Effect> {
    let moment = model.moment;
    let at = match model.changes.face {
        Face::Month => shifted(model.changes.at, if forward { 7 } else { -7 }, &moment),
        Face::Week | Face::Day => model.changes.hour_on(forward, &moment),
        Face::Agenda => return item(model, forward),
    };
    update::calendar_to(model, at)
}

fn page(model: &mut Model, by: i64) -> Vec<Effect> {
    let moment = model.moment;
    let at = model.changes.face.paged(model.changes.at, by, &moment);
    model.changes.item = None;
    update::calendar_to(model, at)
}

/// The first or last of what is shown: a day of the month or week, an hour of the day, a change of the agenda.
fn end(model: &mut Model, last: bool) -> Vec<Effect> {
    let moment = model.moment;
    if model.changes.face == Face::Agenda {
        let items = model.changes.items(model.changes.shown(&moment));
        let item = if last { items.last() } else { items.first() };
        if let Some(id) = item.map(|item| item.ticket.id) {
            model.changes.stand_on(id, &moment);
        }
        return update::calendar_moved(model);
    }
    let at = model.changes.end(last, &moment);
    model.changes.item = None;
    update::calendar_to(model, at)
}

fn today(model: &mut Model) -> Vec<Effect> {
    update::calendar_to_typed(model, "now")
}

fn prompt(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Prompt(Prompt::new("Go to the day ", Purpose::Day)));
    Vec::new()
}

fn range(model: &mut Model) -> Vec<Effect> {
    let changes = &mut model.changes;
    changes.range = if changes.range.is_some() { None } else { Some(changes.at) };
    Vec::new()
}

fn item(model: &mut Model, forward: bool) -> Vec<Effect> {
    let moment = model.moment;
    match model.changes.next_item(forward, &moment) {
        Some(id) => {
            model.changes.stand_on(id, &moment);
            update::calendar_moved(model)
        }
        None => {
            let (way, page) = if forward { ("later", "next") } else { ("earlier", "previous") };
            model.say(format!("Nothing {way} is planned on this page or the {page} one"));
            Vec::new()
        }
    }
}

fn movable(model: &Model) -> Result<(), String> {
    let Some(ticket) = model.changes.current() else { return Err(String::from("no change is under the cursor")) };
    match ticket.phase.is_open() {
        true => Ok(()),
        false => Err(format!("{} is {}: what is over is not moved", ticket.number, ticket.state)),
    }
}

fn shift(model: &mut Model, days: i64, ms: i64) -> Vec<Effect> {
    let moment = model.moment;
    update::grabbed(model, |grab| grab.shift(days, ms, &moment))
}

fn rows(model: &mut Model, by: i64) -> Vec<Effect> {
    if model.changes.face == Face::Month { shift(model, 7 * by, 0) } else { shift(model, 0, HOUR * by) }
}

fn stretch(model: &mut Model, ms: i64) -> Vec<Effect> {
    update::grabbed(model, |grab| grab.stretch(ms))
}

/// The form of a new change, planned for what is marked.
fn plan(model: &mut Model) -> Vec<Effect> {
    let mut effects = start::form(model, Kind::Change, None);
    effects.extend(on_slot(model));
    effects
}

/// Plans the change of the form for what is marked.
pub(super) fn on_slot(model: &mut Model) -> Vec<Effect> {
    let Span { from, until } = planned(model);
    let (zone, marked) = (model.moment.zone, model.changes.range.take().is_some());
    update::form_act(model, |form| {
        for (field, at) in [(Field::PlannedStart, from), (Field::PlannedEnd, until)] {
            let Some(field) = form.fields.iter_mut().find(|one| one.field == Some(field)) else { continue };
            // A draft has its own times, unless others were marked for it.
            if marked || field.editor.text().is_empty() {
                let untouched = field.editor.text() == field.before;
                field.editor.set(&at.local(zone));
                if untouched {
                    field.before = at.local(zone);
                }
            }
        }
    })
}

/// The time for a new change: the hours that are marked; on days within the hours of work.
fn planned(model: &Model) -> Span {
    let moment = &model.moment;
    let marked = model.changes.marked(moment);
    if model.changes.face.is_by_hours() {
        return marked;
    }
    let business = model.rules.as_ref().map(|rules| &rules.change.risk.business);
    let hour = |text: Option<&String>, usual: &str| text.map_or_else(|| usual.to_owned(), Clone::clone);
    let desk =
        Moment { zone: model.rules.as_ref().and_then(|rules| rules.settings.zone).unwrap_or(moment.zone), ..*moment };
    let at = |day: Timestamp, time: &str| {
        let time = time.parse().unwrap_or_default();
        desk.at(moment.day_of(day).and_time(time))
    };
    let mut from = at(marked.from, &hour(business.map(|hours| &hours.from), "08:00"));
    // Nothing is planned for what is over, if the day has hours left.
    let next = Timestamp(moment.now.0.div_euclid(HOUR).saturating_add(1).saturating_mul(HOUR));
    if from < next && next.plus(HOUR) <= marked.until && marked.from <= moment.now {
        from = next;
    }
    let several = moment.day_of(marked.from) != moment.day_of(marked.until.plus(-1));
    let until = if several {
        at(marked.until.plus(-1), &hour(business.map(|hours| &hours.until), "18:00"))
    } else {
        from.plus(HOUR)
    };
    Span { from, until: until.max(from.plus(HOUR)) }
}
