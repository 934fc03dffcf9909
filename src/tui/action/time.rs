//! Logging time: `25m reset the token`.

use crate::desk::command::Command;
use crate::desk::id::TicketId;
use crate::desk::time::{MINUTE, parse_span};
use crate::tui::action::ActionSpec;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::{named, one_ticket};
use crate::tui::effect::{Effect, Wish};
use crate::tui::model::Model;
use crate::tui::overlay::picker::{Item, Picker};

pub(super) static ROWS: &[ActionSpec] = &[
    work!(LogTime "ticket.time" "log time" Ticket Write ["w"], 0, one_ticket, "Log time spent: 25m reset the token; -10m corrects.", pick),
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
    let logged = picker.on.first().and_then(|target| log(target.id, picker.field.text()));
    logged.into_iter().collect()
}

/// Logs time on the ticket as typed, or says how it is typed.
pub(super) fn typed(model: &mut Model, text: &str) -> Vec<Effect> {
    let logged = model.targets().first().and_then(|on| log(*on, text));
    if logged.is_none() {
        model.refuse("Begin with how long: 25m, 1h30m, -10m");
    }
    logged.into_iter().collect()
}

fn log(on: TicketId, text: &str) -> Option<Effect> {
    let (minutes, text) = parse(text)?;
    let command = Command::LogTime { on, minutes, text: text.to_owned() };
    Some(Effect::Do(Box::new(Wish::Command(Box::new(command)))))
}
