//! What may help with a ticket, read over the form in which it is written, or over the list: chosen, put into the text, resolved
//! with. Nothing that was typed is lost by looking.

use crate::desk::id::ArticleId;
use crate::tui::action::solve::{self, Deed};
use crate::tui::action::{ActionId, ActionSpec, always};
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::layout;
use crate::tui::lookup::Lookup;
use crate::tui::message::Whole;
use crate::tui::model::Model;
use crate::tui::offer::{About, Offer, Thing};
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::{Form, Purpose};
use crate::tui::overlay::offers::{Offers, Read};
use crate::tui::prose::Prose;
use crate::tui::screen::queue::Shown;
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title Offers Read $keys, $rank, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    work!(FormOffers "form.offers" "may help" Form Read ["ctrl-o"], 55, offered, "Read what may help with this ticket: link it, put its text in, resolve with it.", over_form),
    row!(OfferDown "offer.down" "down" ["j", "Down"], 0, always, "Go to the next; where one fills the box, read on.", |m| step(m, 1)),
    row!(OfferUp "offer.up" "up" ["k", "Up"], 0, always, "Go to the previous; where one fills the box, go back up.", |m| step(m, -1)),
    row!(OfferScrollDown "offer.scroll_down" "read on" ["J"], 50, always, "Read on in what the chosen one says.", |m| scroll(m, 1)),
    row!(OfferScrollUp "offer.scroll_up" "back up" ["K"], 0, always, "Go back up in it.", |m| scroll(m, -1)),
    row!(OfferPageDown "offer.page_down" "page down" ["ctrl-d", "PgDn", "Space"], 0, always, "Read on by half a page.", |m| { let h = half(m); scroll(m, h) }),
    row!(OfferPageUp "offer.page_up" "page up" ["ctrl-u", "PgUp"], 0, always, "Go back up by half a page.", |m| { let h = half(m); scroll(m, -h) }),
    row!(OfferTop "offer.top" "top" ["g g", "Home"], 0, always, "Go to its beginning.", |m| scroll(m, -1_000_000)),
    row!(OfferBottom "offer.bottom" "bottom" ["G", "End"], 0, always, "Go to its end.", |m| scroll(m, 1_000_000)),
    row!(OfferWhole "offer.whole" "whole" ["Enter", "z"], 60, some, "Let the chosen one fill the box, or no longer.", whole),
    row!(OfferInsert "offer.insert" "insert text" ["i"], 84, |m| may(m, Deed::Note), "Put its fix, workaround or resolution into the text; over a ticket, into a note.", |m| act(m, Deed::Note)),
    row!(OfferReply "offer.reply" "reply with" ["r"], 72, |m| may(m, Deed::Reply), "Begin a reply to the requester with its fix or workaround.", |m| act(m, Deed::Reply)),
    row!(OfferLink "offer.link" "link" ["l"], 82, |m| may(m, Deed::Link), "Link it: KB-9 with its title in the text; over a ticket, a link of the ticket.", |m| act(m, Deed::Link)),
    row!(OfferResolve "offer.resolve" "resolve with" ["x"], 80, |m| may(m, Deed::Resolve), "Resolve with it; an article counts as used. In a form sending does it, and this again takes it back.", |m| act(m, Deed::Resolve)),
    row!(OfferUsed "offer.used" "it helped" ["u"], 64, |m| may(m, Deed::Used), "Note that it helped, without resolving.", |m| act(m, Deed::Used)),
    row!(OfferFailed "offer.failed" "no help" ["f"], 62, |m| may(m, Deed::Failed), "Say that it did not help.", |m| act(m, Deed::Failed)),
    row!(OfferUnlink "offer.unlink" "unlink" ["d"], 0, |m| may(m, Deed::Unlink), "Take its link with the ticket away.", |m| act(m, Deed::Unlink)),
    row!(OfferGo "offer.go" "go there" ["o"], 55, some, "Go to it; what was typed is kept as a draft.", |m| act(m, Deed::Go)),
    row!(OfferBack "offer.back" "back" ["q", "Esc", "ctrl-o"], 90, always, "Back to where this was opened, as it was.", back),
];

fn top(model: &Model) -> Option<&Offers> {
    match model.overlays.last() {
        Some(Overlay::Offers(offers)) => Some(offers),
        _ => None,
    }
}

fn top_mut(model: &mut Model) -> Option<&mut Offers> {
    match model.overlays.last_mut() {
        Some(Overlay::Offers(offers)) => Some(offers),
        _ => None,
    }
}

/// The form that is open, under whatever lies over it.
fn form(model: &mut Model) -> Option<&mut Form> {
    model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Form(form) => Some(form),
        _ => None,
    })
}

fn offered(model: &Model) -> Result<(), String> {
    match model.overlays.last() {
        Some(Overlay::Form(form)) if form.about().is_none() => Err(String::from("no help is offered with this")),
        Some(Overlay::Form(form)) if !form.offers.is_empty() => Ok(()),
        _ => Err(String::from("nothing is known that may help")),
    }
}

fn some(model: &Model) -> Result<(), String> {
    top(model).and_then(Offers::chosen).map(|_| ()).ok_or_else(|| String::from("nothing is chosen"))
}

/// Whether this can be done with the chosen one, where it was opened.
fn may(model: &Model, deed: Deed) -> Result<(), String> {
    some(model)?;
    if let Some(why) = &model.read_only {
        return Err(why.clone());
    }
    let Some((offers, offer)) = top(model).and_then(|offers| Some((offers, offers.chosen()?))) else { return Ok(()) };
    solve::fits(deed, offer)?;
    if !offers.over_form {
        return solve::may(model, deed, &offers.on);
    }
    let purpose = model.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::Form(form) => Some(&form.purpose),
        _ => None,
    });
    match (deed, purpose) {
        (Deed::Note | Deed::Link, _) => Ok(()),
        (Deed::Resolve, Some(Purpose::Open(..))) => match offer.thing {
            Thing::Article(_) => Ok(()),
            Thing::Ticket(..) => {
                let key = model.key(ActionId::OfferInsert);
                Err(format!("a new ticket is resolved with an article; {key} copies how that one was resolved"))
            }
        },
        (Deed::Resolve, Some(Purpose::Move(_, to))) if resolves(model, to) => Ok(()),
        _ => Err(String::from("the text is written first; close it, and do that with the ticket")),
    }
}

/// Whether tickets are done in that state, of whatever kind they are.
fn resolves(model: &Model, state: &str) -> bool {
    let rules = model.rules.iter();
    let workflows =
        rules.flat_map(|rules| crate::desk::id::Kind::ALL.into_iter().filter_map(|kind| rules.workflow(kind).ok()));
    workflows.into_iter().any(|workflow| workflow.phase(state) == crate::desk::workflow::Phase::Done)
}

/// Opens what may help over the form.
fn over_form(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = model.overlays.last() else { return Vec::new() };
    let Some(about) = form.about() else { return Vec::new() };
    let overlay = Offers {
        title: String::from("May help; what was typed stays"),
        about,
        on: form.targets().to_vec(),
        over_form: true,
        offers: form.offers.clone(),
        awaited: false,
        cursor: 0,
        whole: false,
        top: 0,
        read: None,
    };
    model.overlays.push(Overlay::Offers(Box::new(overlay)));
    read(model)
}

/// Opens what may help with tickets, of which one stands for all.
pub(super) fn over_ticket(
    model: &mut Model,
    title: String,
    about: About,
    on: Vec<crate::desk::command::Target>,
) -> Vec<Effect> {
    let known = model.queue.offers.iter().find(|(id, _)| Some(*id) == about.on).map(|(_, offers)| offers.clone());
    let awaited = known.is_none();
    let overlay = Offers {
        title,
        about: about.clone(),
        on,
        over_form: false,
        offers: known.unwrap_or_default(),
        awaited,
        cursor: 0,
        whole: false,
        top: 0,
        read: None,
    };
    model.overlays.push(Overlay::Offers(Box::new(overlay)));
    match awaited {
        true => vec![model.ask(Slot::Helps, Question::LookUp(Lookup::Offers(about)))],
        false => read(model),
    }
}

/// Asks for what the chosen one says.
fn read(model: &mut Model) -> Vec<Effect> {
    let Some(overlay) = top_mut(model) else { return Vec::new() };
    overlay.top = 0;
    let thing = overlay.chosen().map(|offer| offer.thing);
    if thing.is_none() || overlay.read.as_ref().map(|(thing, _)| *thing) == thing {
        return Vec::new();
    }
    match thing {
        Some(Thing::Article(id)) => ask_article(model, id),
        Some(Thing::Ticket(id, _)) => vec![model.ask(Slot::Read, Question::Sheet(id))],
        None => Vec::new(),
    }
}

fn ask_article(model: &mut Model, id: ArticleId) -> Vec<Effect> {
    let width = layout::page_width(model);
    vec![model.ask(Slot::Read, Question::LookUp(Lookup::Article(id, width)))]
}

/// Asks for what is read in lines that fit the screen as it is now.
pub(crate) fn settle(model: &mut Model) -> Vec<Effect> {
    let width = layout::page_width(model);
    let read = top(model).and_then(|overlay| overlay.read.as_ref());
    match read {
        Some((Thing::Article(id), Read::Article(prose))) if prose.width != width => {
            let id = *id;
            ask_article(model, id)
        }
        _ => Vec::new(),
    }
}

/// Takes an article to be read.
pub(super) fn take_article(model: &mut Model, id: ArticleId, prose: Box<Prose>) {
    take_read(model, Thing::Article(id), Read::Article(prose));
}

/// Takes a ticket to be read.
pub(crate) fn take_ticket(model: &mut Model, whole: Whole) {
    let ticket = &whole.sheet.ticket;
    let thing = Thing::Ticket(ticket.id, ticket.number);
    let shown = Shown { sheet: whole.sheet, history: whole.history, since: None, outlook: whole.outlook };
    take_read(model, thing, Read::Ticket(Box::new(shown)));
}

fn take_read(model: &mut Model, thing: Thing, read: Read) {
    if let Some(overlay) = top_mut(model) {
        overlay.read = Some((thing, read));
    }
}

/// Takes what may help: into the form that it is about, beside the ticket shown, into the box that waits for it.
pub(super) fn take(model: &mut Model, about: &About, found: Vec<Offer>) -> Vec<Effect> {
    if let Some(form) = form(model)
        && form.about().as_ref() == Some(about)
    {
        form.offers.clone_from(&found);
    }
    let as_it_is = about.title.is_empty() && about.description.is_empty();
    if let Some(id) = about.on.filter(|_| as_it_is) {
        update::offers_of(model, id, found.clone());
    }
    if let Some(overlay) = top_mut(model).filter(|overlay| overlay.awaited && overlay.about == *about) {
        overlay.take(found);
        return read(model);
    }
    Vec::new()
}

fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(overlay) = top_mut(model) else { return Vec::new() };
    if overlay.whole {
        return scroll(model, by);
    }
    overlay.cursor = overlay.cursor.saturating_add_signed(by).min(overlay.offers.len().saturating_sub(1));
    read(model)
}

fn half(model: &Model) -> isize {
    let text = top(model).map_or(0, |overlay| layout::offers_parts(model, overlay).text);
    isize::try_from(text / 2).unwrap_or(1).max(1)
}

fn scroll(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(overlay) = top(model) else { return Vec::new() };
    let parts = layout::offers_parts(model, overlay);
    let rows = overlay.reading().map_or(0, |read| read.height(model, parts.width));
    let last = rows.saturating_sub(parts.text);
    let to = overlay.top.saturating_add_signed(by).min(last);
    if let Some(overlay) = top_mut(model) {
        overlay.top = to;
    }
    Vec::new()
}

fn whole(model: &mut Model) -> Vec<Effect> {
    if let Some(overlay) = top_mut(model) {
        overlay.whole = !overlay.whole;
    }
    scroll(model, 0)
}

fn back(model: &mut Model) -> Vec<Effect> {
    model.overlays.pop();
    Vec::new()
}

/// Does it with the chosen one: into the form below, or to the tickets.
fn act(model: &mut Model, deed: Deed) -> Vec<Effect> {
    let Some(overlay) = top(model) else { return Vec::new() };
    let Some(offer) = overlay.chosen().cloned() else { return Vec::new() };
    let (on, over_form) = (overlay.on.clone(), overlay.over_form);
    model.overlays.pop();
    if over_form { into_form(model, deed, &offer) } else { solve::carry_out(model, deed, on, &offer) }
}

fn into_form(model: &mut Model, deed: Deed, offer: &Offer) -> Vec<Effect> {
    let opens = matches!(model.overlays.last(), Some(Overlay::Form(form)) if matches!(form.purpose, Purpose::Open(..)));
    match (deed, offer.thing) {
        (Deed::Go, thing) => {
            let mut effects = update::form_keep(model);
            effects.extend(solve::go(model, thing));
            effects
        }
        // A link of a ticket that is not there yet is made with it.
        (Deed::Link, Thing::Ticket(_, number)) if opens => {
            model.say(format!("It will relate to {number} when it is sent"));
            update::form_act(model, |form| {
                if !form.links.contains(&number) {
                    form.links.push(number);
                }
            })
        }
        (Deed::Link, _) => put_in(model, &offer.called(), false),
        (Deed::Resolve, _) => resolve_in_form(model, offer),
        _ => {
            let effects = put_in(model, offer.text.as_deref().unwrap_or_default(), true);
            warn_of_audience(model, offer);
            effects
        }
    }
}

/// Says so where a requester would read what is meant for staff.
pub(super) fn warn_of_audience(model: &mut Model, offer: &Offer) {
    if let (Some(warning), Some(Overlay::Form(form))) = (offer.is_for_staff(), model.overlays.last_mut())
        && matches!(form.purpose, Purpose::Write(_, true))
        && !form.told.contains(&warning)
    {
        form.told.push(warning);
    }
}

fn put_in(model: &mut Model, text: &str, block: bool) -> Vec<Effect> {
    // What the desk says itself does not change what is asked of it.
    update::form_act(model, |form| form.put_in(text, block))
}

/// Lets the form resolve its ticket with the chosen one, or no longer, where it does already.
fn resolve_in_form(model: &mut Model, offer: &Offer) -> Vec<Effect> {
    let solved = solve::solved_with(offer);
    update::form_act(model, |form| match &form.solved {
        Some(known) if (known.by, &known.called) == (solved.by, &solved.called) => form.unsolve(),
        _ => form.solve_with(solved),
    })
}
