//! Actions of lists: moving, opening, marking.

use crate::tui::action::{ActionSpec, always};
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::screen::queue::Pane;
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $scope:ident $keys:expr, $rank:literal, $help:literal, $run:expr) => {
        work!($id $name $title $scope Read $keys, $rank, always, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(Down "list.down" "down" List ["j", "Down"], 0, "Go one row down.", |m| step(m, 1)),
    row!(Up "list.up" "up" List ["k", "Up"], 0, "Go one row up.", |m| step(m, -1)),
    row!(PageDown "list.page_down" "page down" List ["ctrl-d", "PgDn"], 0, "Go half a page down.", |m| { let h = half(m); step(m, h) }),
    row!(PageUp "list.page_up" "page up" List ["ctrl-u", "PgUp"], 0, "Go half a page up.", |m| { let h = half(m); step(m, -h) }),
    row!(Top "list.top" "top" List ["g g", "Home"], 0, "Go to the first row.", top),
    row!(Bottom "list.bottom" "bottom" List ["G", "End"], 0, "Go to the last row.", bottom),
    row!(ScrollDown "preview.down" "scroll" List ["J"], 0, "Scroll the ticket beside the list down.", |m| scroll(m, 3)),
    row!(ScrollUp "preview.up" "scroll up" List ["K"], 0, "Scroll the ticket beside the list up.", |m| scroll(m, -3)),
    work!(Open "list.open" "open" List Read ["Enter", "l", "Right"], 80, some_row, "Open the ticket.", open),
    work!(Mark "list.mark" "mark" List Read ["Space"], 30, some_row, "Mark the ticket, or no longer, and go on.", mark),
    row!(MarkAll "list.mark_all" "mark all" List ["M"], 0, "Mark all rows; again: all of the query; again: none.", update::mark_all),
    work!(Range "list.range" "range" List Read ["v"], 0, some_row, "Begin a range; again marks all rows in it.", range),
    row!(ViewDown "views.down" "down" Views ["j", "Down"], 0, "Go to the next view.", |m| view(m, 1)),
    row!(ViewUp "views.up" "up" Views ["k", "Up"], 0, "Go to the previous view.", |m| view(m, -1)),
    row!(ViewOpen "views.open" "open" Views ["Enter", "l", "Right"], 80, "Go into the list of this view.", |m| { m.queue.pane = Pane::List; Vec::new() }),
];

fn some_row(model: &Model) -> Result<(), String> {
    match (model.queue.rows.is_empty(), update::away(model)) {
        (true, _) => Err(String::from("there is no ticket in this list")),
        (false, Some(why)) => Err(why),
        (false, None) => Ok(()),
    }
}

fn half(model: &Model) -> isize {
    isize::try_from(layout::list_height(model) / 2).unwrap_or(1).max(1)
}

pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let height = layout::list_height(model);
    model.queue.step(by, height);
    update::cursor_moved(model)
}

fn top(model: &mut Model) -> Vec<Effect> {
    if matches!(model.queue.start, Some(crate::store::PageFrom::Start) | None) {
        let height = layout::list_height(model);
        model.queue.go(0, height);
        return update::cursor_moved(model);
    }
    model.queue.loading = true;
    update::list_again(model)
}

fn bottom(model: &mut Model) -> Vec<Effect> {
    if model.queue.more {
        return update::list_end(model);
    }
    let height = layout::list_height(model);
    model.queue.go(usize::MAX - 1, height);
    update::cursor_moved(model)
}

pub(super) fn scroll(model: &mut Model, by: isize) -> Vec<Effect> {
    let most = layout::ticket_text(model).lines.len().saturating_sub(layout::ticket_height(model));
    model.queue.scroll = model.queue.scroll.saturating_add_signed(by).min(most);
    Vec::new()
}

pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let opened = model.queue.away.map(|(id, _)| id).or(model.queue.here().map(|ticket| ticket.id));
    if opened.is_none() {
        return Vec::new();
    }
    model.queue.pane = Pane::Ticket;
    // Keys mean the ticket that is opened, not the one shown before, while it is on its way.
    model.queue.shown.take_if(|shown| Some(shown.sheet.ticket.id) != opened);
    update::show_ticket(model)
}

fn mark(model: &mut Model) -> Vec<Effect> {
    model.queue.mark();
    step(model, 1)
}

fn range(model: &mut Model) -> Vec<Effect> {
    if model.queue.range.is_some() {
        model.queue.mark_range();
    } else {
        model.queue.range = Some(model.queue.cursor);
    }
    Vec::new()
}

fn view(model: &mut Model, by: isize) -> Vec<Effect> {
    let last = model.queue.views.len().saturating_sub(1);
    let view = model.queue.view.saturating_add_signed(by).min(last);
    update::switch_view(model, view)
}
