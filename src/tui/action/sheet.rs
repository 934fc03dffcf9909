//! Actions of the ticket pane: reading on, walking its fields, links, tasks and files, and what can be done with each.

use crate::desk::command::{Target, TaskChange};
use crate::desk::field::{Field, Origin};
use crate::desk::ticket::Ticket;
use crate::tui::action::list::scroll;
use crate::tui::action::{ActionId, ActionSpec, always, file, link, tag, team, ticket};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::offer::Thing;
use crate::tui::screen::Tab;
use crate::tui::screen::queue::Pane;
use crate::tui::screen::queue::sheet::Spot;
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title Sheet Read $keys, $rank, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(SheetDown "ticket.down" "down" ["j", "Down"], 0, always, "Go to the field, link, task or file below; without one in sight, scroll.", |m| walk(m, true)),
    row!(SheetUp "ticket.up" "up" ["k", "Up"], 0, always, "Go to the one above; without one in sight, scroll up.", |m| walk(m, false)),
    row!(SheetRight "ticket.right" "right" ["l", "Right"], 0, always, "Go to the field beside it; else do what opening does.", right),
    row!(SheetPageDown "ticket.page_down" "page down" ["ctrl-d", "PgDn"], 0, always, "Scroll half a page down.", |m| { let h = half(m); scroll(m, h) }),
    row!(SheetPageUp "ticket.page_up" "page up" ["ctrl-u", "PgUp"], 0, always, "Scroll half a page up.", |m| { let h = half(m); scroll(m, -h) }),
    row!(SheetTop "ticket.top" "top" ["g g", "Home"], 0, always, "Scroll to the top.", |m| { (m.queue.scroll, m.queue.spot) = (0, None); Vec::new() }),
    row!(SheetBottom "ticket.bottom" "bottom" ["G", "End"], 0, always, "Scroll to the end.", |m| { m.queue.spot = None; scroll(m, 1_000_000) }),
    row!(Unfold "ticket.quotes" "quotes" [">"], 0, always, "Show what mails quote in full, or folded again.", unfold),
    row!(Close "ticket.close" "list" ["h", "Left"], 70, always, "Go to the field beside it; else back to the list.", left),
    row!(FollowLink "ticket.links" "open" ["Enter"], 60, openable, "Open what the cursor is on: edit a field, follow a link; without one, list the links.", open),
    row!(CopyField "ticket.copy_field" "copy field" ["y f"], 0, on_field, "Copy the value of the field that the cursor is on.", copy),
];

/// Half of what is seen of the text at once.
fn half(model: &Model) -> isize {
    isize::try_from(layout::ticket_height(model) / 2).unwrap_or(1).max(1)
}

fn unfold(model: &mut Model) -> Vec<Effect> {
    model.queue.unfolded = !model.queue.unfolded;
    scroll(model, 0)
}

/// What the cursor stands on, while the ticket has the keys.
pub(super) fn spot(model: &Model) -> Option<Spot> {
    let here = model.tab == Tab::Queue && model.queue.pane == Pane::Ticket && model.queue.shown.is_some();
    let spot = model.queue.spot.filter(|_| here)?;
    layout::ticket_text(model).stop(Some(spot)).map(|stop| stop.spot)
}

/// The field that the cursor stands on.
pub(super) fn field(model: &Model) -> Option<Field> {
    match spot(model) {
        Some(Spot::Field(field)) => Some(field),
        _ => None,
    }
}

fn on_field(model: &Model) -> Result<(), String> {
    let down = || model.key(ActionId::SheetDown);
    field(model).map(|_| ()).ok_or_else(|| format!("the cursor is on no field; {} goes to one", down()))
}

fn openable(model: &Model) -> Result<(), String> {
    match spot(model) {
        Some(_) => Ok(()),
        None => link::linked(model),
    }
}

/// Goes to the nearest stop above or below that can be seen; without one, the text moves by a row.
fn walk(model: &mut Model, down: bool) -> Vec<Effect> {
    let text = layout::ticket_text(model);
    let height = layout::ticket_height(model);
    let top = model.queue.scroll.min(text.lines.len().saturating_sub(height));
    let seen = top..top + height;
    let here = text.stop(model.queue.spot).filter(|stop| seen.contains(&stop.row));
    let ahead = |row: usize| match here {
        Some(here) if down => row > here.row,
        Some(here) => row < here.row,
        // One comes onto the page from the side to which one goes.
        None => down,
    };
    let rows = text.stops.iter().map(|stop| stop.row).filter(|row| seen.contains(row) && ahead(*row));
    let next = if down { rows.min() } else { rows.max() };
    let column = here.map_or(0, |stop| stop.column);
    let next = next.and_then(|next| {
        let there = text.stops.iter().filter(|stop| stop.row == next);
        there.min_by_key(|stop| stop.column.abs_diff(column))
    });
    match next {
        Some(stop) => {
            model.queue.spot = Some(stop.spot);
            Vec::new()
        }
        None => {
            let effects = scroll(model, if down { 1 } else { -1 });
            let seen = model.queue.scroll..model.queue.scroll + height;
            model.queue.spot = here.filter(|stop| seen.contains(&stop.row)).map(|stop| stop.spot);
            effects
        }
    }
}

/// Goes to the stop in the same row and another column, if there is one.
fn beside(model: &mut Model, column: usize) -> bool {
    let text = layout::ticket_text(model);
    let Some(here) = text.stop(model.queue.spot).filter(|stop| stop.column != column) else { return false };
    let there = text.stops.iter().find(|stop| (stop.row, stop.column) == (here.row, column));
    model.queue.spot = there.or(Some(here)).map(|stop| stop.spot);
    there.is_some()
}

fn left(model: &mut Model) -> Vec<Effect> {
    if beside(model, 0) { Vec::new() } else { update::leave_ticket(model) }
}

fn right(model: &mut Model) -> Vec<Effect> {
    if beside(model, 1) {
        return Vec::new();
    }
    match openable(model) {
        Ok(()) => open(model),
        Err(why) => {
            model.refuse(why);
            Vec::new()
        }
    }
}

/// Does what is most wanted with what the cursor stands on.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(spot) = spot(model) else { return link::walk(model) };
    let Some(sheet) = model.queue.shown.as_ref().map(|shown| shown.sheet.clone()) else { return Vec::new() };
    let on = vec![model.seen(sheet.ticket.id)];
    match spot {
        Spot::Link(place) => {
            let other = sheet.links.get(place).map(|link| link.id);
            other.map(|id| model.ask(Slot::Sheet, Question::Sheet(id))).into_iter().collect()
        }
        Spot::File(place) => file::pick_deed(model, on, &sheet, place),
        Spot::Article(place) => {
            let article = sheet.articles.get(place).map(|article| article.id);
            article.map(|id| update::go_to_article(model, &id.number())).unwrap_or_default()
        }
        Spot::Offer(place) => match model.queue.offers_of(sheet.ticket.id).get(place).map(|offer| offer.thing) {
            Some(Thing::Article(id)) => update::go_to_article(model, &id.number()),
            Some(Thing::Ticket(id, _)) => vec![model.ask(Slot::Sheet, Question::Sheet(id))],
            None => Vec::new(),
        },
        Spot::Ci(place) => {
            let ci = sheet.affected.get(place).map(|ci| ci.id);
            ci.map(|id| update::go_to_ci(model, &id.number())).unwrap_or_default()
        }
        _ if model.read_only.is_some() => {
            model.refuse(format!("Can't edit: {}", model.read_only.clone().unwrap_or_default()));
            Vec::new()
        }
        Spot::Field(field) => edit(model, on, &sheet.ticket, field),
        Spot::Tags => tag::pick_on(model, on, &sheet.ticket),
        Spot::Task(place) => {
            let Some(task) = sheet.tasks.get(place) else { return Vec::new() };
            let change = TaskChange::Done(task.position, !task.done);
            update::wish(Wish::Task { on, change })
        }
    }
}

/// Edits one field, in the way that its own key would.
fn edit(model: &mut Model, on: Vec<Target>, one: &Ticket, field: Field) -> Vec<Effect> {
    match field {
        Field::State => ticket::pick_state_on(model, on, one),
        Field::Assignee => ticket::pick_assignee_on(model, on, one),
        Field::Team => team::pick_on(model, on, one),
        Field::Priority => ticket::priority_on(model, on, one),
        field if field.spec().origin == Origin::Desk => {
            let why = model.key(ActionId::Why);
            model.refuse(format!("{} is set by the desk itself; {why} tells why it is so", field.spec().label));
            Vec::new()
        }
        field => ticket::form_on(model, on, one, "Edit", &[field]),
    }
}

fn copy(model: &mut Model) -> Vec<Effect> {
    let (Some(field), Some(shown)) = (field(model), &model.queue.shown) else { return Vec::new() };
    let ticket = &shown.sheet.ticket;
    vec![Effect::Copy(crate::store::shown(field, &ticket.value(field), &shown.sheet.names, &model.moment))]
}
