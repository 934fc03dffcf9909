//! Where things lie: arithmetic that saturates, so that no size is too small to be drawn.

use ratatui::layout::Rect;

use crate::tui::model::Model;
use crate::tui::screen::queue::{Pane, timeline};

/// Two panes beside each other from here.
const TWO: u16 = 100;
/// Three from here.
const THREE: u16 = 160;
/// Below this there is one polite line.
pub const SMALLEST: (u16, u16) = (40, 10);

/// The parts of the screen; `None` is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Breadcrumb.
    pub top: Rect,
    /// The strip of views, where they have no pane.
    pub strip: Option<Rect>,
    /// The views.
    pub views: Option<Rect>,
    /// The list.
    pub list: Option<Rect>,
    /// The ticket.
    pub ticket: Option<Rect>,
    /// The filter line or the last message.
    pub line: Rect,
    /// The footer.
    pub footer: Rect,
}

/// The parts of the screen as it is.
#[must_use]
pub fn parts(model: &Model) -> Parts {
    let (width, height) = model.size;
    let row = |y: u16| Rect::new(0, y, width, 1.min(height));
    // A screen reader reads across panes as if they were one text.
    let alone = model.queue.zoomed || model.look.plain || model.watch.is_some();
    let beside = width >= THREE && !alone;
    let watched = model.watch.is_some();
    let strip = (!beside && !watched && model.queue.pane != Pane::Ticket).then(|| row(1));
    let head = 1 + u16::from(strip.is_some());
    let body = Rect::new(0, head, width, height.saturating_sub(head + 2));
    let mut parts = Parts {
        top: row(0),
        strip,
        views: None,
        list: None,
        ticket: None,
        line: row(height.saturating_sub(2)),
        footer: row(height.saturating_sub(1)),
    };
    if alone || width < TWO {
        match model.queue.pane {
            Pane::Ticket => parts.ticket = Some(body),
            Pane::List | Pane::Views => parts.list = Some(body),
        }
        return parts;
    }
    let side = if beside { 26 } else { 0 };
    let rest = width.saturating_sub(side);
    let list = if beside { rest * 11 / 20 } else { rest / 2 };
    if beside {
        parts.views = Some(Rect { width: side.saturating_sub(1), ..body });
    }
    parts.list = Some(Rect { x: side, width: list.saturating_sub(1), ..body });
    parts.ticket = Some(Rect { x: side + list, width: rest.saturating_sub(list), ..body });
    parts
}

/// Whether the views have a pane of their own.
#[must_use]
pub fn shows_views(model: &Model) -> bool {
    parts(model).views.is_some()
}

/// Whether a ticket is shown.
#[must_use]
pub fn shows_ticket(model: &Model) -> bool {
    parts(model).ticket.is_some()
}

/// Rows of tickets that fit the list, under its heading.
#[must_use]
pub fn list_height(model: &Model) -> usize {
    parts(model).list.map_or(0, |list| usize::from(list.height.saturating_sub(1)))
}

/// Rows of the ticket pane.
#[must_use]
pub fn ticket_height(model: &Model) -> usize {
    parts(model).ticket.map_or(0, |ticket| usize::from(ticket.height))
}

/// Rows that the ticket shown would need.
#[must_use]
pub fn ticket_rows(model: &Model) -> usize {
    let width = parts(model).ticket.map_or(0, |ticket| usize::from(ticket.width));
    model.queue.shown.as_ref().map_or(0, |shown| timeline::lines(shown, model, width).len())
}
