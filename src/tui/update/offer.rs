//! What may help with the ticket shown: asked when that is there already, so that no ticket comes later for it.

use crate::desk::id::TicketId;
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::layout;
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::offer::{About, Offer, Thing};
use crate::tui::screen::queue::sheet::Spot;

/// Asks what may help with the ticket shown, where it is still worked on.
pub(super) fn ask(model: &mut Model) -> Option<Effect> {
    let ticket = &model.queue.shown.as_ref()?.sheet.ticket;
    let about = About { on: Some(ticket.id), ..About::default() };
    let wanted = ticket.phase.is_open() && layout::shows_ticket(model);
    wanted.then(|| model.ask(Slot::Offers, Question::LookUp(Lookup::Offers(about))))
}

/// Where something that may help stands now: among what is offered, or among the articles of the ticket.
fn spot_of(model: &Model, thing: Thing) -> Option<Spot> {
    let sheet = &model.queue.shown.as_ref()?.sheet;
    let linked = sheet.articles.iter().position(|article| thing == Thing::Article(article.id)).map(Spot::Article);
    let offered = model.queue.offers_of(sheet.ticket.id).iter().position(|offer| offer.thing == thing);
    linked.or(offered.map(Spot::Offer))
}

/// Takes what may help with a ticket. What is read of the ticket stays where it is on the screen.
pub fn offers_of(model: &mut Model, id: TicketId, offers: Vec<Offer>) {
    if model.queue.shown.as_ref().is_none_or(|shown| shown.sheet.ticket.id != id) {
        return;
    }
    let before = layout::ticket_text(model);
    let on = match model.queue.spot {
        Some(Spot::Offer(place)) => model.queue.offers_of(id).get(place).map(|offer| offer.thing),
        _ => None,
    };
    model.queue.offers = Some((id, offers));
    model.queue.spot = on.map_or(model.queue.spot, |thing| spot_of(model, thing));
    let after = layout::ticket_text(model);
    let above = before.lines.iter().zip(&after.lines).take_while(|(one, other)| one == other).count();
    if model.queue.scroll > above {
        let scroll = model.queue.scroll + after.lines.len();
        model.queue.scroll = scroll.saturating_sub(before.lines.len());
    }
}
