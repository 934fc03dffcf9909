//! Reading a page.

use crate::tui::action::{ActionSpec, always};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(PageLineDown "page.down" "down" Page Read ["j", "Down", "ctrl-d", "PgDn"], 50, always, "Read on.", |m| scroll(m, 3)),
    work!(PageLineUp "page.up" "up" Page Read ["k", "Up", "ctrl-u", "PgUp"], 40, always, "Go back up.", |m| scroll(m, -3)),
    work!(PageClose "page.close" "close" Page Read ["Esc", "q", "Enter"], 90, always, "Close the page.", close),
];

fn scroll(model: &mut Model, by: isize) -> Vec<Effect> {
    if let Some(Overlay::Page(page)) = model.overlays.last_mut() {
        page.top = page.top.saturating_add_signed(by).min(page.lines.len().saturating_sub(1));
    }
    Vec::new()
}

fn close(model: &mut Model) -> Vec<Effect> {
    model.overlays.pop();
    Vec::new()
}
