//! Articles made of tickets: a draft of what happened and what helped, the known error of a problem, its workaround told to
//! those who wait for it; and what readers think of one.

use crate::desk::command::{Command, Receipt};
use crate::desk::field::Field;
use crate::desk::id::{ArticleId, Kind};
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::ticket::Ticket;
use crate::text;
use crate::tui::action::article::{form_made, form_refreshed};
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::{one_ticket, sample};
use crate::tui::effect::{ArticleWish, Effect, Question, Slot, Wish};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::offer::KnownError;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose};

/// Asks the desk about the one ticket that is meant; keys wait for what comes of it.
fn ask(model: &mut Model, what: Lookup) -> Vec<Effect> {
    model.queue.going = true;
    vec![model.ask(Slot::Deed, Question::LookUp(what))]
}

/// Makes an article of the ticket.
pub(super) fn make(model: &mut Model) -> Vec<Effect> {
    match sample(model).map(|ticket| ticket.id) {
        Some(id) => ask(model, Lookup::Drawn(id)),
        None => Vec::new(),
    }
}

/// Goes on with the draft of an article from a ticket.
pub(in crate::tui::action) fn made_from(model: &mut Model, ticket: &Ticket) -> Vec<Effect> {
    ask(model, Lookup::Drawn(ticket.id))
}

/// The one problem that is meant.
pub(super) fn of_problem(model: &Model) -> Result<(), String> {
    one_ticket(model)?;
    match sample(model) {
        Some(ticket) if ticket.kind() != Kind::Problem => {
            Err(format!("{} is no problem; a known error belongs to one", ticket.number))
        }
        _ => Ok(()),
    }
}

pub(super) fn known_error(model: &mut Model) -> Vec<Effect> {
    match sample(model).map(|ticket| ticket.id) {
        Some(id) => ask(model, Lookup::KnownError { of: id, tell: false }),
        None => Vec::new(),
    }
}

pub(super) fn tell(model: &mut Model) -> Vec<Effect> {
    match sample(model).map(|ticket| ticket.id) {
        Some(id) => ask(model, Lookup::KnownError { of: id, tell: true }),
        None => Vec::new(),
    }
}

/// Goes on with the known error of a problem: tells of it, writes it, or lets it say what the problem says today.
pub(crate) fn take_known_error(model: &mut Model, known: &KnownError, tells: bool) -> Vec<Effect> {
    match (known, tells) {
        (KnownError::Lacks(number, what), _) => {
            let key = model.key(crate::tui::action::ActionId::Edit);
            model.refuse(format!(
                "{number} has no {what}; a known error has a root cause and a workaround ({key} edits)"
            ));
            Vec::new()
        }
        (KnownError::New(drawn), false) => form_made(model, drawn),
        (KnownError::New(drawn), true) => {
            let key = model.key(crate::tui::action::ActionId::SolveKnownError);
            model.refuse(format!("{} has no known error yet; {key} makes it", drawn.number));
            Vec::new()
        }
        (KnownError::Known { called, untold: None, .. }, true) => {
            model.refuse(format!("{called} has no workaround to tell"));
            Vec::new()
        }
        (KnownError::Known { called, untold: Some(0), .. }, true) => {
            model.say(format!("Every open incident that is linked holds the workaround of {called}"));
            Vec::new()
        }
        (KnownError::Known { article, .. }, true) => look_at_telling(article.id),
        (KnownError::Known { called, refreshed: None, .. }, false) => {
            model.say(format!("{called} says what the problem says"));
            Vec::new()
        }
        (KnownError::Known { article, called, body, refreshed: Some(refreshed), .. }, false) => {
            let title = format!("{} as the problem has it today", text::clean_line(called));
            form_refreshed(model, *article, title, (body, refreshed))
        }
    }
}

/// Shows on which incidents a workaround would be noted.
fn look_at_telling(id: ArticleId) -> Vec<Effect> {
    let tell = Command::Knowledge(KnowledgeCommand::Tell { on: id });
    vec![Effect::Preview(Box::new(Wish::Command(Box::new(tell))))]
}

/// Asks, after a change, whether there is somebody to be told of a workaround.
pub(crate) fn ask_whom_to_tell(model: &mut Model, wish: &Wish, receipt: &Receipt) -> Option<Effect> {
    let says_else = match wish {
        Wish::Command(command) => matches!(
            command.as_ref(),
            Command::Knowledge(
                KnowledgeCommand::Advance { .. } | KnowledgeCommand::Edit { .. } | KnowledgeCommand::Restore { .. }
            )
        ),
        Wish::Article(wish) => matches!(wish.as_ref(), ArticleWish::Edit { .. } | ArticleWish::Advance { .. }),
        Wish::Edit { fields, .. } | Wish::Move { fields, .. } => {
            fields.iter().any(|(field, _)| *field == Field::Workaround)
        }
        _ => false,
    };
    let problems: Vec<_> = receipt.tickets.iter().copied().filter(|number| number.kind == Kind::Problem).collect();
    let asked = says_else && !(receipt.articles.is_empty() && problems.is_empty());
    asked.then(|| model.ask(Slot::Untold, Question::LookUp(Lookup::Untold(receipt.articles.clone(), problems))))
}

/// Offers to tell those who wait for it of a workaround, if there are any.
pub(crate) fn offer_to_tell(model: &mut Model, id: ArticleId, called: &str, count: usize) -> Vec<Effect> {
    // Whoever went on meanwhile is not disturbed.
    if count == 0 || !model.overlays.is_empty() || model.typing().is_some() {
        return Vec::new();
    }
    let incidents =
        if count == 1 { String::from("1 open incident does") } else { format!("{count} open incidents do") };
    let title = format!("{incidents} not hold the workaround of {}", text::clean_line(called));
    let items =
        vec![Item::new("tell", "look at each note first, then write them all"), Item::new("leave", "nothing is noted")];
    let picker = Picker::new(&title, Purpose::Work(Choice::Tell), items);
    model.overlays.push(Overlay::Picker(Picker { about: id.number(), ..picker }));
    choice::typed(model)
}

pub(in crate::tui::action) fn tell_chosen(picker: &Picker, item: &Item) -> Vec<Effect> {
    match picker.about.parse::<ArticleId>() {
        Ok(id) if item.word == "tell" => look_at_telling(id),
        _ => Vec::new(),
    }
}
