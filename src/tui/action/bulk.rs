//! A change of many tickets, looked at before it is made.

use crate::tui::action::{ActionSpec, always};
use crate::tui::effect::{Effect, Wish};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::bulk::Bulk;
use crate::tui::proposal::Proposal;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(BulkAccept "bulk.accept" "do it" Bulk Write ["Enter"], 90, some_allowed, "Change the tickets that allow it, in one step of undo.", accept),
    work!(BulkClose "bulk.close" "leave" Bulk Read ["Esc", "q"], 80, always, "Change nothing.", close),
    work!(BulkDown "bulk.down" "down" Bulk Read ["j", "Down"], 50, always, "Read on.", |m| scroll(m, 1)),
    work!(BulkUp "bulk.up" "up" Bulk Read ["k", "Up"], 40, always, "Go back up.", |m| scroll(m, -1)),
    work!(BulkPageDown "bulk.page_down" "page down" Bulk Read ["ctrl-d", "PgDn"], 0, always, "Read on by a page.", |m| { let h = page(m); scroll(m, h) }),
    work!(BulkPageUp "bulk.page_up" "page up" Bulk Read ["ctrl-u", "PgUp"], 0, always, "Go back up by a page.", |m| { let h = page(m); scroll(m, -h) }),
];

fn some_allowed(model: &Model) -> Result<(), String> {
    match model.overlays.last() {
        Some(Overlay::Bulk(bulk)) if bulk.proposal.allowed.is_empty() => {
            Err(String::from("each of them is refused; the reasons are beside them"))
        }
        _ => Ok(()),
    }
}

/// Shows what a wish would do.
pub(crate) fn show(model: &mut Model, wish: Wish, proposal: Proposal) {
    model.overlays.push(Overlay::Bulk(Box::new(Bulk { wish, proposal, top: 0 })));
}

fn accept(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Bulk(bulk)) = model.overlays.pop() else { return Vec::new() };
    let wish = bulk.wish.on(bulk.proposal.allowed);
    if let Some(Overlay::Form(form)) = model.overlays.last_mut()
        && form.sending
    {
        form.sent = Some(wish.clone());
    }
    vec![Effect::Do(Box::new(wish))]
}

fn close(model: &mut Model) -> Vec<Effect> {
    model.overlays.pop();
    if let Some(Overlay::Form(form)) = model.overlays.last_mut() {
        form.sending = false;
    }
    model.say("Nothing was changed");
    Vec::new()
}

fn page(model: &Model) -> isize {
    isize::try_from(model.size.1.saturating_sub(6)).unwrap_or(1).max(1)
}

fn scroll(model: &mut Model, by: isize) -> Vec<Effect> {
    if let Some(Overlay::Bulk(bulk)) = model.overlays.last_mut() {
        bulk.top = bulk.top.saturating_add_signed(by).min(bulk.proposal.rows.len().saturating_sub(1));
    }
    Vec::new()
}
