//! Logging time: `25m reset the token`.

use crate::desk::command::Target;
use crate::desk::time::{MINUTE, parse_span};
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::{named, targets};
use crate::tui::action::{ActionSpec, no_ticket};
use crate::tui::effect::{Effect, Wish};
use crate::tui::model::Model;
use crate::tui::overlay::picker::{Item, Picker};
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(LogTime "ticket.time" "log time" Ticket Write ["w"], 0, no_ticket, "Log time spent: 25m reset the token; -10m corrects.", pick),
];

fn pick(model: &mut Model) -> Vec<Effect> {
    let title = format!("Time on {}: 25m, then on what", named(model));
    choice::open(model, &title, Choice::Time, Vec::new())
}

/// Minutes and on what, as typed; a begun minute counts.
fn parse(text: &str) -> Option<(i64, &str)> {
    let (span, on) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let (sign, span) = span.strip_prefix('-').map_or((1, span), |span| (-1, span));
    let minutes = parse_span(span)?.saturating_add(MINUTE - 1) / MINUTE;
    (minutes > 0).then_some((sign * minutes, on.trim()))
}

/// The line for what is typed.
pub(super) fn line(text: &str) -> Item {
    match parse(text) {
        Some((minutes, on)) => Item::new(format!("{minutes} minutes"), on),
        None if text.trim().is_empty() => Item::new("…", "").blocked("how long? 25m, 1h30m, -10m; then on what"),
        None => Item::new(text.trim(), "").blocked("begins with how long: 25m, 1h30m, -10m"),
    }
}

pub(super) fn chosen(picker: &Picker) -> Vec<Effect> {
    log(picker.on.clone(), picker.field.text()).unwrap_or_default()
}

/// Logs time on the tickets as typed, or says how it is typed.
pub(super) fn typed(model: &mut Model, text: &str) -> Vec<Effect> {
    let logged = log(targets(model), text);
    if logged.is_none() {
        model.refuse("Begin with how long: 25m, 1h30m, -10m");
    }
    logged.unwrap_or_default()
}

fn log(on: Vec<Target>, text: &str) -> Option<Vec<Effect>> {
    let (minutes, text) = parse(text)?;
    Some(update::wish(Wish::LogTime { on, minutes, text: text.to_owned() }))
}
