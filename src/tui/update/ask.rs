//! What the desk is asked for when the screens show something else, or the same anew.

use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::screen::Tab;
use crate::tui::screen::queue::Pane;
use crate::tui::update::{changes, cmdb, knowledge};

/// A list that takes longer than so many milliseconds is said to be on its way.
pub const SLOW: u64 = 150;

/// Shows the ticket under the cursor where there is room, and reads ahead.
pub fn cursor_moved(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(question) = model.queue.next_page() {
        effects.push(model.ask(Slot::List, question));
    }
    // A ticket that is being read stays, even when it leaves the list.
    if layout::shows_ticket(model) && model.queue.pane != Pane::Ticket {
        effects.extend(show_ticket(model));
    }
    effects
}

/// Asks for the ticket under the cursor, unless it is shown as it is.
pub fn show_ticket(model: &mut Model) -> Vec<Effect> {
    // What was read last stays beside a list that does not hold it.
    if model.queue.away.is_some() {
        return Vec::new();
    }
    let wanted = model.queue.here().map(|ticket| (ticket.id, ticket.version));
    let shown = model.queue.shown.as_ref().map(|shown| (shown.sheet.ticket.id, shown.sheet.ticket.version));
    match wanted {
        Some((id, _)) if wanted != shown => vec![model.ask(Slot::Sheet, Question::Sheet(id))],
        None => {
            model.queue.shown = None;
            Vec::new()
        }
        Some(_) => Vec::new(),
    }
}

/// Reads the list from its beginning.
pub fn list_again(model: &mut Model) -> Vec<Effect> {
    model.queue.filter_error = None;
    match (model.queue.first_page(), model.queue.query()) {
        (Ok(page), Ok(query)) => {
            model.queue.loading = true;
            model.queue.slow = false;
            model.queue.failed = None;
            model.queue.total = None;
            vec![Effect::Wake(SLOW), model.ask(Slot::List, page), model.ask(Slot::Total, Question::Total(query))]
        }
        (Err(error), _) | (_, Err(error)) => {
            // While a query is typed it is often unfinished: the list stays, the mistake is told beside it.
            model.queue.filter_error = Some(error);
            model.queue.loading = false;
            Vec::new()
        }
    }
}

/// Reads the end of the list.
pub fn list_end(model: &mut Model) -> Vec<Effect> {
    match model.queue.last_page() {
        Ok(page) => vec![model.ask(Slot::List, page)],
        Err(_) => Vec::new(),
    }
}

/// Goes by a new layout: the cursor stays on the screen, the ticket is there where it is shown.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    let height = layout::list_height(model);
    model.queue.settle(height);
    match model.tab {
        Tab::Queue => cursor_moved(model),
        Tab::Changes => changes::settle(model),
        Tab::Cmdb => cmdb::settle(model),
        Tab::Knowledge => knowledge::settle(model),
    }
}

/// Shows another view, in its own order.
pub fn switch_view(model: &mut Model, view: usize) -> Vec<Effect> {
    model.queue.view = view;
    model.queue.order.clear();
    model.queue.only = None;
    open_view(model)
}

/// Shows the view chosen, from its top.
pub fn open_view(model: &mut Model) -> Vec<Effect> {
    model.queue.rows.clear();
    (model.queue.cursor, model.queue.away) = (0, None);
    model.queue.top = 0;
    model.queue.range = None;
    list_again(model)
}

/// Reads again what is shown, without moving the cursor.
pub fn refresh(model: &mut Model) -> Vec<Effect> {
    if model.rules.is_none() {
        return Vec::new();
    }
    let mut effects = match model.tab {
        Tab::Queue => list_as_it_is(model),
        Tab::Changes => changes::refresh(model),
        Tab::Cmdb => cmdb::refresh(model),
        Tab::Knowledge => knowledge::refresh(model),
    };
    // What is done with a change from the calendar is done with all of it.
    let tickets = matches!(model.tab, Tab::Queue | Tab::Changes);
    if let Some(id) = model.queue.shown.as_ref().map(|shown| shown.sheet.ticket.id).filter(|_| tickets) {
        effects.push(model.ask(Slot::Sheet, Question::Sheet(id)));
    }
    if model.tab == Tab::Queue {
        effects.push(counts(model));
    }
    effects.push(approvals(model));
    effects.push(model.ask(Slot::Rules, Question::Rules));
    effects
}

/// Reads the rows of the list that are held.
fn list_as_it_is(model: &mut Model) -> Vec<Effect> {
    match (model.queue.same_page(), model.queue.query()) {
        (Ok(page), Ok(query)) => {
            vec![model.ask(Slot::List, page), model.ask(Slot::Total, Question::Total(query))]
        }
        _ => Vec::new(),
    }
}

/// Asks how many tickets each view has.
pub(super) fn counts(model: &mut Model) -> Effect {
    let queries = model.queue.views.iter().filter_map(|view| view.query.clone().ok()).collect();
    model.ask(Slot::Counts, Question::Counts(queries))
}

/// Asks how many changes wait for my approval.
pub(super) fn approvals(model: &mut Model) -> Effect {
    model.ask(Slot::ToApprove, Question::ToApprove)
}
