//! Reading a page.

use crate::tui::action::{ActionSpec, always};
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(PageLineDown "page.down" "down" Page Read ["j", "Down"], 50, always, "Read on.", |m| scroll(m, 1)),
    work!(PageLineUp "page.up" "up" Page Read ["k", "Up"], 40, always, "Go back up.", |m| scroll(m, -1)),
    work!(PagePageDown "page.page_down" "page down" Page Read ["ctrl-d", "PgDn", "Space"], 0, always, "Read on by a page.", |m| { let h = height(m); scroll(m, h) }),
    work!(PagePageUp "page.page_up" "page up" Page Read ["ctrl-u", "PgUp"], 0, always, "Go back up by a page.", |m| { let h = height(m); scroll(m, -h) }),
    work!(PageClose "page.close" "close" Page Read ["Esc", "q", "Enter"], 90, always, "Close the page.", close),
];

fn height(model: &Model) -> isize {
    match model.overlays.last() {
        Some(Overlay::Page(page)) => isize::try_from(layout::page_height(model, page)).unwrap_or(1).max(1),
        _ => 1,
    }
}

fn scroll(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(Overlay::Page(page)) = model.overlays.last() else { return Vec::new() };
    let last = layout::page_rows(model, page).len().saturating_sub(layout::page_height(model, page));
    if let Some(Overlay::Page(page)) = model.overlays.last_mut() {
        page.top = page.top.saturating_add_signed(by).min(last);
    }
    Vec::new()
}

fn close(model: &mut Model) -> Vec<Effect> {
    model.overlays.pop();
    model.queue.hit = None;
    Vec::new()
}
