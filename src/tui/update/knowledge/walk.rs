//! The article as it is read: where the cursor goes in it, and what stays in sight.

use crate::store::FollowedStep;
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::prose::Mark;
use crate::tui::screen::Tab;
use crate::tui::screen::knowledge::text::{Spot, Text};
use crate::tui::screen::knowledge::{Face, Pane};
use crate::tui::screen::stops::At;

/// Goes to the nearest place below or above where the cursor can stand; without one in sight, the text moves by a row.
pub fn article_walk(model: &mut Model, down: bool) -> Vec<Effect> {
    let told = layout::article_text(model);
    let at = told.whereabouts(model.knowledge.scroll, model.knowledge.spot.as_ref());
    let at = told.walk(layout::article_height(model)).step(at, down);
    go(model, &told, at)
}

/// Moves the text, and the cursor in it where there is one, by many rows.
pub fn article_leap(model: &mut Model, by: isize) -> Vec<Effect> {
    let told = layout::article_text(model);
    // In a text that is read the cursor is left behind; in a list of things it goes along.
    let stop = if told.prose.is_some() { None } else { told.at(model.knowledge.spot.as_ref()) };
    let at = At { top: model.knowledge.scroll, stop };
    let at = told.walk(layout::article_height(model)).leap(at, by);
    go(model, &told, at)
}

/// Goes to the place beside this one in its row, if there is one.
pub fn article_beside(model: &mut Model, right: bool) -> bool {
    let told = layout::article_text(model);
    let at = told.whereabouts(model.knowledge.scroll, model.knowledge.spot.as_ref());
    match told.walk(layout::article_height(model)).beside(at, right) {
        Some(stop) => {
            go(model, &told, At { stop: Some(stop), ..at });
            true
        }
        None => false,
    }
}

/// What the cursor stands on, while the article has the keys.
#[must_use]
pub fn article_spot(model: &Model) -> Option<Spot> {
    if model.tab != Tab::Knowledge || model.knowledge.pane != Pane::Article {
        return None;
    }
    let told = layout::article_text(model);
    told.at(model.knowledge.spot.as_ref()).and_then(|at| told.stops.get(at)).map(|stop| stop.spot.clone())
}

/// Goes to the heading that a link calls so.
pub fn go_to_heading(model: &mut Model, anchor: &str) -> Vec<Effect> {
    let row = model.knowledge.shown.as_ref().and_then(|shown| shown.record.prose.heading(anchor));
    match row {
        Some(row) => go_to_row(model, row),
        None => model.refuse(format!("this article has no heading #{anchor}")),
    }
    Vec::new()
}

/// Shows a row of the article's text, at the top where the text is long enough.
pub fn go_to_row(model: &mut Model, row: usize) {
    model.knowledge.turn_to(Face::Article);
    let told = layout::article_text(model);
    let last = told.rows().saturating_sub(layout::article_height(model));
    model.knowledge.scroll = (told.head.len() + row).min(last);
    model.knowledge.spot = None;
}

/// Goes to the next step that is not done, behind this one; stays where there is none.
pub fn next_step(model: &mut Model, behind: Option<usize>) {
    let Some((hand, shown)) = model.knowledge.hand.as_ref().zip(model.knowledge.shown.as_ref()) else { return };
    let is_open = |step: &FollowedStep| step.task.as_ref().is_none_or(|task| !task.done);
    let steps = hand.steps_of(shown.id()).iter().enumerate().skip(behind.map_or(0, |at| at + 1));
    let Some(next) = steps.into_iter().find(|(_, step)| is_open(step)).map(|(at, _)| at) else { return };
    let (told, height) = (layout::article_text(model), layout::article_height(model));
    let spot = Spot::Text(Mark::Step(next));
    let Some(row) = told.stops.iter().find(|stop| stop.spot == spot).map(|stop| stop.row) else { return };
    let knowledge = &mut model.knowledge;
    knowledge.spot = Some(spot);
    if !(knowledge.scroll..knowledge.scroll + height).contains(&row) {
        knowledge.scroll = row.saturating_sub(height / 3).min(told.rows().saturating_sub(height));
    }
}

/// The paragraph that is read, as a share of the text: it stays in sight when the text is laid out anew.
pub(super) fn reading_row(model: &Model) -> Option<(usize, usize)> {
    let told = layout::article_text(model);
    let rows = told.rows().saturating_sub(told.head.len());
    let row = model.knowledge.scroll.checked_sub(told.head.len())?;
    Some((row, rows.max(1)))
}

/// Stays at that place of the text.
pub(super) fn stay(model: &mut Model, place: Option<(usize, usize)>) {
    let told = layout::article_text(model);
    let last = told.rows().saturating_sub(layout::article_height(model));
    if let Some((row, rows)) = place {
        let now = told.rows().saturating_sub(told.head.len());
        model.knowledge.scroll = (told.head.len() + row * now / rows).min(last);
    }
    model.knowledge.scroll = model.knowledge.scroll.min(last);
}

fn go(model: &mut Model, told: &Text, at: At) -> Vec<Effect> {
    model.knowledge.scroll = at.top;
    model.knowledge.spot = at.stop.and_then(|stop| told.stops.get(stop)).map(|stop| stop.spot.clone());
    Vec::new()
}
