//! Going from hit to hit of the filter's words, in the ticket and in pages.

use crate::tui::action::{ActionSpec, always, articles};
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::screen::Tab;
use crate::tui::screen::queue::hits;
use crate::tui::screen::queue::view::rows;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(HitNext "hit.next" "next hit" Hits Read ["n"], 79, always, "Go to the next place with a word of the filter.", |m| go(m, true)),
    work!(HitPrevious "hit.previous" "prev hit" Hits Read ["N"], 0, always, "Go to the previous place with a word of the filter.", |m| go(m, false)),
];

fn go(model: &mut Model, forward: bool) -> Vec<Effect> {
    if model.tab == Tab::Knowledge && model.overlays.is_empty() {
        return articles::go_to_hit(model, forward);
    }
    let (rows, top, height) = match model.overlays.last() {
        Some(Overlay::Page(page)) => (layout::page_rows(model, page), page.top, layout::page_height(model, page)),
        _ => (rows(&layout::ticket_text(model).lines), model.queue.scroll, layout::ticket_height(model)),
    };
    let hits = hits::find(&rows, &model.queue.words_sought());
    let places: Vec<usize> = hits.iter().filter_map(|hit| hit.first()).map(|(row, _)| *row).collect();
    let Some(last) = places.len().checked_sub(1) else {
        model.say("No word of the filter is in this text");
        return Vec::new();
    };
    let now = model.queue.hit.filter(|at| *at <= last);
    let (next, round) = match (now, forward) {
        (Some(at), true) if at < last => (at + 1, false),
        (Some(at), false) if at > 0 => (at - 1, false),
        (Some(_), true) => (0, true),
        (Some(_), false) => (last, true),
        (None, true) => places.iter().position(|row| *row >= top).map_or((0, true), |at| (at, false)),
        (None, false) => places.iter().rposition(|row| *row < top).map_or((last, true), |at| (at, false)),
    };
    model.queue.hit = Some(next);
    let row = places.get(next).copied().unwrap_or(0);
    let top = if (top..top + height).contains(&row) { top } else { row.saturating_sub(height / 3) };
    let top = top.min(rows.len().saturating_sub(height));
    match model.overlays.last_mut() {
        Some(Overlay::Page(page)) => page.top = top,
        _ => model.queue.scroll = top,
    }
    let around = match (round, forward) {
        (false, _) => "",
        (true, true) => ", from the top again",
        (true, false) => ", from the end again",
    };
    model.say(format!("Hit {} of {}{around}", next + 1, places.len()));
    Vec::new()
}
