//! Knowledge at a ticket: what may help with it, articles linked to it, resolved with one, made into one.
//!
//! What the cursor stands on is meant; else it is asked which, among what is linked and offered, or by words as they are typed.

mod article;

use crate::desk::command::{Command, Target};
use crate::desk::field::Field;
use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::{CitationRole, KnowledgeCommand};
use crate::desk::link::Relation;
use crate::desk::ticket::Ticket;
use crate::desk::workflow::Phase;
use crate::text;
use crate::tui::action::article::failed;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::{move_on, named, one_ticket, resolvable, sample, targets, write_on};
use crate::tui::action::{ActionSpec, no_ticket, offer, sheet};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::offer::{About, Offer, Thing, Why};
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::Solved;
use crate::tui::overlay::picker::{Item, Picker};
use crate::tui::screen::queue::sheet::Spot;
use crate::tui::update;

pub(crate) use article::{ask_whom_to_tell, offer_to_tell, take_known_error};
pub(super) use article::{made_from, tell_chosen};

macro_rules! row {
    ($id:ident $name:literal $title:literal $risk:ident $keys:expr, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title Ticket $risk $keys, 0, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(SolveOffers "solve.offers" "may help" Read ["S s"], no_ticket, "Read what may help with it: articles, known errors, tickets that were solved.", offers),
    row!(SolveWith "solve.with" "resolve with" Write ["S x"], resolvable, "Resolve it with an article, which counts as used, or as another ticket was.", |m| with(m, Deed::Resolve)),
    row!(SolveNote "solve.note" "note with" Write ["S c"], no_ticket, "Begin a note with the workaround or fix of an article.", |m| with(m, Deed::Note)),
    row!(SolveReply "solve.reply" "reply with" Write ["S r"], no_ticket, "Begin a reply to the requester with the workaround or fix of an article.", |m| with(m, Deed::Reply)),
    row!(SolveUsed "solve.used" "it helped" Write ["S u"], no_ticket, "Note that an article helped with it.", |m| with(m, Deed::Used)),
    row!(SolveFailed "solve.failed" "no help" Write ["S f"], one_ticket, "Say that an article did not help, and perhaps why.", |m| with(m, Deed::Failed)),
    row!(SolveLink "solve.link" "link article" Write ["S l"], no_ticket, "Link an article: found by words as they are typed.", |m| with(m, Deed::Link)),
    row!(SolveUnlink "solve.unlink" "unlink" Write ["S d"], one_ticket, "Take the link with an article away.", |m| with(m, Deed::Unlink)),
    row!(SolveGo "solve.go" "article" Read ["S o"], one_ticket, "Go to one of its articles, or to one that may help.", |m| with(m, Deed::Go)),
    row!(SolveFollow "solve.follow" "follow" Write ["S b"], one_ticket, "Follow a runbook for it: its steps come onto the checklist, and are ticked where they are read.", |m| with(m, Deed::Follow)),
    row!(SolveArticle "solve.article" "make article" Write ["S n"], one_ticket, "Make an article of it: a draft with what happened, why, and what helped.", article::make),
    row!(SolveKnownError "solve.known_error" "known error" Write ["S k"], article::of_problem, "Make the known error of a problem, or let it say what the problem says today.", article::known_error),
    row!(SolveTell "solve.tell" "tell" Write ["S t"], article::of_problem, "Note the workaround of a problem on its open incidents, after a look at each.", article::tell),
];

/// What is done at a ticket with what may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Begin a note with its text.
    Note,
    /// Begin a reply with it.
    Reply,
    /// Link it.
    Link,
    /// Take the link away.
    Unlink,
    /// Note that it helped.
    Used,
    /// Say that it did not.
    Failed,
    /// Resolve the ticket with it.
    Resolve,
    /// Follow its steps.
    Follow,
    /// Go there.
    Go,
}

/// Whether this can be done with what is offered, whatever the ticket is.
///
/// # Errors
/// Why not.
pub(super) fn fits(deed: Deed, offer: &Offer) -> Result<(), String> {
    let article = matches!(offer.thing, Thing::Article(_));
    let number = offer.thing.number();
    match deed {
        Deed::Note | Deed::Reply if offer.text.is_none() && article => {
            Err(format!("{number} has no text under Fix, Workaround, Answer or Steps"))
        }
        Deed::Note | Deed::Reply | Deed::Resolve if offer.text.is_none() && !article => {
            Err(format!("{number} has no resolution"))
        }
        Deed::Used | Deed::Failed | Deed::Follow if !article => Err(format!("{number} is no article")),
        Deed::Unlink if !matches!(offer.why, Why::Linked(_)) || !article => {
            Err(format!("{number} is not linked as an article"))
        }
        _ => Ok(()),
    }
}

/// Whether it can be done at these tickets.
///
/// # Errors
/// Why not.
pub(super) fn may(model: &Model, deed: Deed, on: &[Target]) -> Result<(), String> {
    match deed {
        Deed::Unlink | Deed::Follow if on.len() > 1 => Err(String::from("one ticket at a time")),
        Deed::Resolve => resolvable(model),
        _ => Ok(()),
    }
}

/// What the desk is asked for the ticket that stands for the targets.
fn about(model: &Model) -> Option<About> {
    sample(model).map(|ticket| About { on: Some(ticket.id), ..About::default() })
}

fn offers(model: &mut Model) -> Vec<Effect> {
    let Some(about) = about(model) else { return Vec::new() };
    let (title, on) = (format!("May help with {}", named(model)), targets(model));
    offer::over_ticket(model, title, about, on)
}

/// What the cursor of the ticket pane stands on, where it may help.
fn here(model: &Model) -> Option<Offer> {
    let shown = model.queue.shown.as_ref()?;
    let known = model.queue.offers_of(shown.sheet.ticket.id);
    match sheet::spot(model)? {
        Spot::Article(place) => {
            let cited = shown.sheet.articles.get(place)?;
            let offer = known.iter().find(|offer| offer.thing == Thing::Article(cited.id)).cloned();
            offer.map(|offer| Offer { why: cited.role.map_or(offer.why, Why::Linked), ..offer })
        }
        Spot::Offer(place) => known.get(place).cloned(),
        _ => None,
    }
}

/// Does it with what the cursor stands on, or asks with what.
fn with(model: &mut Model, deed: Deed) -> Vec<Effect> {
    let on = targets(model);
    if let Some(offer) = here(model).filter(|_| model.queue.marks.is_empty()) {
        return match fits(deed, &offer) {
            Ok(()) => carry_out(model, deed, on, &offer),
            Err(why) => {
                model.refuse(why);
                Vec::new()
            }
        };
    }
    let name = named(model);
    let title = match deed {
        Deed::Note => format!("Note on {name} with: number or words"),
        Deed::Reply => format!("Reply on {name} with: number or words"),
        Deed::Link => format!("Link {name} with an article: number or words"),
        Deed::Unlink => format!("No longer link {name} with"),
        Deed::Used => format!("What helped with {name}: number or words"),
        Deed::Failed => String::from("What did not help: number or words"),
        Deed::Resolve => format!("Resolve {name} with: number or words"),
        Deed::Follow => format!("Follow for {name}: number or words"),
        Deed::Go => String::from("Go to an article: number or words"),
    };
    choice::open(model, &title, Choice::Article(deed), Vec::new())
}

/// Asks for what fits the letters typed in the picker on top; while there are none, for what is linked and offered.
pub(super) fn typed(model: &mut Model, typed: &str) -> Vec<Effect> {
    let on = match model.overlays.last() {
        Some(Overlay::Picker(picker)) => picker.on.first().map(|target| target.id),
        _ => None,
    };
    vec![model.ask(Slot::Picker, Question::LookUp(Lookup::Articles { typed: typed.to_owned(), on }))]
}

/// Takes what fits the letters typed.
pub(super) fn take(model: &mut Model, found: Vec<Offer>) {
    let Some(picker) = choice::picker_for(model, |choice| matches!(choice, Choice::Article(_))) else { return };
    let crate::tui::overlay::picker::Purpose::Work(Choice::Article(deed)) = picker.purpose else { return };
    let takes_tickets = matches!(deed, Deed::Resolve | Deed::Note | Deed::Reply);
    picker.offers.clear();
    for offer in found {
        let fitting = match deed {
            // Each link is a row.
            Deed::Unlink => fits(deed, &offer).is_ok(),
            _ => {
                let twice = picker.offers.iter().any(|known| known.thing == offer.thing);
                !twice && (takes_tickets || matches!(offer.thing, Thing::Article(_)))
            }
        };
        if fitting {
            picker.offers.push(offer);
        }
    }
    let item = |offer: &Offer| {
        let item = Item::new(offer.thing.number(), text::clean_line(&offer.title)).hinted(offer.why.word());
        match fits(deed, offer) {
            Ok(()) => item,
            Err(why) => item.blocked(why),
        }
    };
    picker.items = picker.offers.iter().map(item).collect();
    if picker.items.is_empty() {
        let why = if deed == Deed::Unlink { "it is linked with none" } else { "none fits" };
        picker.items.push(Item::new("no article", "").blocked(why));
    }
}

pub(super) fn chosen(model: &mut Model, deed: Deed, picker: Picker, item: &Item) -> Vec<Effect> {
    match picker.offers.iter().find(|offer| offer.thing.number() == item.word && offer.why.word() == item.hint) {
        Some(offer) => carry_out(model, deed, picker.on.clone(), offer),
        None => Vec::new(),
    }
}

/// Does it at these tickets.
pub(super) fn carry_out(model: &mut Model, deed: Deed, on: Vec<Target>, offer: &Offer) -> Vec<Effect> {
    let knowledge = |command: KnowledgeCommand| update::wish(Wish::Command(Box::new(Command::Knowledge(command))));
    let tickets: Vec<TicketId> = on.iter().map(|target| target.id).collect();
    match (deed, offer.thing) {
        (Deed::Go, thing) => go(model, thing),
        (Deed::Link, Thing::Article(id)) => {
            knowledge(KnowledgeCommand::Cite { on: id, role: CitationRole::Relates, tickets })
        }
        (Deed::Link, Thing::Ticket(_, number)) => {
            update::wish(Wish::Link { on, relation: Relation::Relates, reverse: false, other: number.to_string() })
        }
        (Deed::Unlink, Thing::Article(id)) => {
            let role = match offer.why {
                Why::Linked(role) => Some(role),
                _ => None,
            };
            knowledge(KnowledgeCommand::Uncite { on: id, tickets, role })
        }
        (Deed::Used, Thing::Article(article)) => update::wish(Wish::Use { on, article, resolve: None }),
        (Deed::Failed, Thing::Article(id)) => failed(model, id, &offer.called()),
        (Deed::Follow, Thing::Article(id)) => match one_of(model, &on) {
            Some(ticket) => update::take_in_hand(model, id, ticket.id, ticket.number),
            None => Vec::new(),
        },
        (Deed::Note | Deed::Reply, _) => write_with(model, on, deed == Deed::Reply, offer),
        (Deed::Resolve, _) => resolve_with(model, on, offer),
        (Deed::Unlink | Deed::Used | Deed::Failed | Deed::Follow, Thing::Ticket(..)) => Vec::new(),
    }
}

/// Goes to an article or ticket.
pub(super) fn go(model: &mut Model, thing: Thing) -> Vec<Effect> {
    match thing {
        Thing::Article(id) => update::go_to_article(model, &id.number()),
        Thing::Ticket(_, number) => update::go_to_number(model, &number.to_string()),
    }
}

/// The ticket that stands for these.
fn one_of(model: &Model, on: &[Target]) -> Option<Ticket> {
    let current = model.current().filter(|ticket| on.iter().any(|target| target.id == ticket.id));
    current.or_else(|| on.first().and_then(|target| model.known(target.id))).cloned()
}

fn write_with(model: &mut Model, on: Vec<Target>, public: bool, offer: &Offer) -> Vec<Effect> {
    let Some(ticket) = one_of(model, &on) else { return Vec::new() };
    let mut effects = write_on(model, on, &ticket, public);
    let text = offer.text.clone().unwrap_or_default();
    // Staff find the source again; a requester has no use for its number.
    let text = if public { text } else { format!("{text}\n\n({})", offer.called()) };
    effects.extend(update::form_act(model, |form| form.put_in(&text, true)));
    offer::warn_of_audience(model, offer);
    effects
}

/// Resolves tickets by a form that is filled in as the chosen one says.
fn resolve_with(model: &mut Model, on: Vec<Target>, offer: &Offer) -> Vec<Effect> {
    let Some(ticket) = one_of(model, &on) else { return Vec::new() };
    resolving(model, on, &ticket, solved_with(offer))
}

/// Opens the form that resolves tickets with something.
pub(super) fn resolving(model: &mut Model, on: Vec<Target>, ticket: &Ticket, solved: Solved) -> Vec<Effect> {
    let workflow = model.rules.as_ref().and_then(|rules| rules.workflow(ticket.kind()).ok());
    let done = workflow
        .and_then(|workflow| workflow.leaving(ticket).find(|transition| workflow.phase(&transition.to) == Phase::Done));
    let Some(state) = done.map(|transition| transition.to.clone()) else {
        model.refuse(format!("{} is {}: it can't be resolved from there", ticket.number, ticket.state));
        return Vec::new();
    };
    let below = model.overlays.len();
    let effects = move_on(model, on, ticket, &state);
    if let Some(Overlay::Form(form)) = model.overlays.get_mut(below) {
        // A draft that goes on with something else is of another mind; one that was begun with this stays as it was left.
        if form.solved.as_ref().is_none_or(|known| known.called != solved.called) {
            form.solve_with(solved);
        }
        return effects;
    }
    // Where nothing is demanded, it is moved at once.
    effects.into_iter().map(|effect| used_in(effect, solved.by)).collect()
}

/// A form's word for what is chosen to resolve with.
pub(super) fn solved_with(offer: &Offer) -> Solved {
    let by = match offer.thing {
        Thing::Article(by) => Some(by),
        Thing::Ticket(..) => None,
    };
    let code = offer.code.clone().unwrap_or_default();
    let gave = [(Field::ResolutionCode, code), (Field::Resolution, offer.resolution())];
    Solved { by, called: offer.called(), gave: gave.into_iter().filter(|(_, text)| !text.is_empty()).collect() }
}

/// A move of tickets as the use of an article.
fn used_in(effect: Effect, by: Option<ArticleId>) -> Effect {
    let used = |wish: Box<Wish>| match (*wish, by) {
        (Wish::Move { on, to, fields }, Some(article)) => {
            Box::new(Wish::Use { on, article, resolve: Some((to, fields)) })
        }
        (other, _) => Box::new(other),
    };
    match effect {
        Effect::Do(wish) => Effect::Do(used(wish)),
        Effect::Preview(wish) => Effect::Preview(used(wish)),
        other => other,
    }
}
