//! What becomes of a wish: looked at first, done, refused; and what the reader is told.

use crate::desk::command::Receipt;
use crate::desk::refusal::Refusal;
use crate::desk::workflow::Phase;
use crate::text;
use crate::tui::action::{self, ActionId};
use crate::tui::effect::{ArticleWish, ChangeWish, CiWish, Effect, Fetch, Question, Slot, Wish};
use crate::tui::lookup::Lookup;
use crate::tui::model::{Deed, Model};
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Picker, Purpose};
use crate::tui::proposal::Proposal;
use crate::tui::screen::Tab;
use crate::tui::screen::knowledge::Face;
use crate::tui::update::{arrive_at, capital, changes, keep, read_article, refresh};

pub(super) fn done(model: &mut Model, wish: &Wish, receipt: &Receipt) -> Vec<Effect> {
    let mut effects = Vec::new();
    model.held_by = None;
    if wish.is_noted() {
        return effects;
    }
    changes::done(model, wish);
    let taken = taken_from(model, wish);
    model.discarded = None;
    if let Wish::Write { on, .. } = wish
        && let Some(shown) = &model.queue.shown
        && on.iter().any(|target| target.id == shown.sheet.ticket.id)
    {
        model.queue.newest = Some(shown.sheet.ticket.id);
    }
    if let Some(Overlay::Form(form)) = model.overlays.last()
        && form.sending
        && form.sent.as_ref() == Some(wish)
    {
        let place = form.place();
        model.overlays.pop();
        effects.extend(keep(model, place, String::new()));
    }
    let deed = receipt.seq.map(Deed::Entry).or(receipt.waits.map(Deed::Kept));
    match (wish, deed) {
        (Wish::Undo { redo: false, .. } | Wish::TakeBack { redo: false, .. }, deed) => {
            model.done.pop();
            model.undone.extend(deed);
        }
        (Wish::Undo { redo: true, .. } | Wish::TakeBack { redo: true, .. }, deed) => {
            model.undone.pop();
            model.done.extend(deed);
        }
        (_, None) => {}
        (_, Some(deed)) => {
            model.done.push(deed);
            model.undone.clear();
        }
    }
    let notices = if receipt.notices.is_empty() { String::new() } else { format!(" ({})", receipt.notices.join("; ")) };
    // A plan is several commands; the first alone would not tell it.
    let planned = match wish {
        Wish::Change(what) if matches!(what.as_ref(), ChangeWish::Plan { .. }) => receipt.tickets.first(),
        _ => None,
    };
    let summary = planned.map_or_else(|| capital(&receipt.summary), |number| format!("Planned {number}"));
    let text = match (receipt.seq, wish) {
        (Some(_), _) => format!("{summary}{taken}{notices}{}", learnt_from(model, wish)),
        (None, _) if receipt.waits.is_some() => {
            format!("{}: waits until the drive is back", capital(&receipt.summary))
        }
        (None, Wish::TakeBack { .. }) => capital(&receipt.summary),
        (None, _) => format!("Nothing to change: {}", receipt.summary),
    };
    // What is done with a change can't be done again, and says so; what was done before it is not what again means.
    if wish.again(Vec::new()).is_some() || wish.is_of_its_change() {
        model.last = Some(wish.clone());
    }
    if let Wish::SaveView { name, .. } = wish {
        model.queue.wanted_view = Some(name.clone());
    }
    effects.extend(refresh(model));
    // What was made is looked at.
    if let (Wish::Ci(made), Some(id)) = (wish, receipt.cis.first())
        && matches!(made.as_ref(), CiWish::New { .. })
        && model.tab == Tab::Cmdb
    {
        model.cmdb.walk.clear();
        effects.extend(arrive_at(model, *id));
    }
    if let (Wish::Article(made), Some(id)) = (wish, receipt.articles.first())
        && matches!(made.as_ref(), ArticleWish::Write { .. })
        && model.tab == Tab::Knowledge
    {
        model.knowledge.turn_to(Face::Article);
        effects.extend(read_article(model, *id));
    }
    effects.extend(again_in_picker(model));
    effects.extend(action::solve::ask_whom_to_tell(model, wish, receipt));
    // A meeting goes on with its next item.
    if let Wish::Change(what) = wish
        && let ChangeWish::Decide { cab, .. } = what.as_ref()
    {
        effects.extend(action::show_meeting(model, *cab));
    }
    model.say(text);
    effects
}

/// How what was learnt by resolving a ticket is kept for the next one.
fn learnt_from(model: &Model, wish: &Wish) -> String {
    let Wish::Move { on, to, .. } = wish else { return String::new() };
    let [target] = on[..] else { return String::new() };
    let workflow = model.rules.as_ref().zip(model.ticket(target.id));
    let workflow = workflow.and_then(|(rules, ticket)| rules.workflow(ticket.kind()).ok());
    match workflow.is_some_and(|workflow| workflow.phase(to) == Phase::Done) {
        true => format!("; {} makes an article of it", model.key(ActionId::SolveArticle)),
        false => String::new(),
    }
}

/// Whose the ticket was that I took: a colleague may not know yet.
fn taken_from(model: &Model, wish: &Wish) -> String {
    let Wish::Assign { on, .. } = wish else { return String::new() };
    let [target] = on[..] else { return String::new() };
    let before = model.ticket(target.id).and_then(|ticket| Some((ticket, ticket.assignee?)));
    match before.filter(|(_, person)| Some(*person) != model.me) {
        Some((ticket, person)) => format!(" (was {}'s)", text::clean_line(model.names_of(ticket).person(person))),
        None => String::new(),
    }
}

/// Asks again for what the picker on top lists, after a change made in it.
fn again_in_picker(model: &mut Model) -> Option<Effect> {
    match model.overlays.last() {
        Some(Overlay::Picker(Picker { purpose: Purpose::Work(action::Choice::Task), on, .. })) => {
            let ticket = on.first()?.id;
            Some(model.ask(Slot::Picker, Question::LookUp(Lookup::Belongings(ticket))))
        }
        _ => None,
    }
}

/// Wants something of the desk: of one ticket at once, of several after a look at what it would do to each.
pub fn wish(wish: Wish) -> Vec<Effect> {
    if wish.targets().len() > 1 { vec![Effect::Preview(Box::new(wish))] } else { wish_now(wish) }
}

/// Wants something of the desk, at once.
pub fn wish_now(wish: Wish) -> Vec<Effect> {
    vec![Effect::Do(Box::new(wish))]
}

pub(super) fn previewed(model: &mut Model, wish: Wish, outcome: Result<Proposal, Refusal>) -> Vec<Effect> {
    let own =
        matches!(model.overlays.last(), Some(Overlay::Form(form)) if form.sending && form.sent.as_ref() == Some(&wish));
    match outcome {
        // The keys of whoever went on meanwhile are not for a table that they did not expect.
        Ok(_) if !own && !model.overlays.is_empty() => {
            model.refuse("Nothing was changed: the table of what would change came too late");
            Vec::new()
        }
        Ok(proposal) => {
            model.held.clear();
            action::bulk::show(model, wish, proposal);
            Vec::new()
        }
        Err(refusal) => refused(model, &wish, &refusal),
    }
}

pub(super) fn fetched(model: &mut Model, to: &Fetch, outcome: Result<std::path::PathBuf, Refusal>) -> Vec<Effect> {
    match (outcome, to) {
        (Ok(path), Fetch::Save(_)) => model.say(format!("Saved as {}", path.display())),
        (Ok(path), Fetch::Open(with)) => return vec![Effect::Open { with: with.clone(), path }],
        (Err(refusal), _) => model.refuse(refusal.to_string()),
    }
    Vec::new()
}

pub(super) fn refused(model: &mut Model, wish: &Wish, refusal: &Refusal) -> Vec<Effect> {
    model.held_by = None;
    if wish.is_noted() {
        return Vec::new();
    }
    changes::refused(model, wish, refusal);
    let given_up = Refusal::Unavailable(String::from("given up: nothing was changed"));
    let refusal = if matches!(refusal, Refusal::Unavailable(text) if text == "stopped") { &given_up } else { refusal };
    let own = match model.overlays.last_mut() {
        Some(Overlay::Form(form)) if form.sending && form.sent.as_ref() == Some(wish) => {
            form.sending = false;
            form.go_to_fault(&refusal.to_string());
            // They were meant for what comes after it.
            model.held.clear();
            true
        }
        _ => false,
    };
    // Sent again, it says that theirs was seen.
    if let (Refusal::Conflict(conflict), true, Some(Overlay::Form(form))) = (refusal, own, model.overlays.last_mut())
        && form.sees(conflict.theirs)
    {
        let fields: Vec<&str> = conflict.fields.iter().map(|one| one.field.as_str()).collect();
        let (fields, who) = (fields.join(", "), &conflict.author);
        form.refused = Some(format!("{who} changed {fields} meanwhile; sent again, yours stands"));
        return refresh(model);
    }
    // A form that was opened meanwhile is not disturbed by what an earlier key led to.
    if let Refusal::Conflict(conflict) = refusal
        && (wish.targets().len() == 1
            || wish.edits_an_article()
            || matches!((wish, &conflict.row), (Wish::Undo { .. }, Some(_))))
        && !conflict.fields.is_empty()
        && (own || model.overlays.is_empty())
    {
        let mut effects = action::conflict::open(model, wish.clone(), conflict.as_ref().clone());
        effects.extend(refresh(model));
        return effects;
    }
    if own {
        return Vec::new();
    }
    // Somebody did it elsewhere, perhaps the same at a prompt: what is earlier is next.
    if let (Wish::Undo { seq, redo, .. }, Refusal::TakenBack { .. }) = (wish, refusal) {
        let deeds = if *redo { &mut model.undone } else { &mut model.done };
        deeds.retain(|deed| *deed != Deed::Entry(*seq));
        if !deeds.is_empty() {
            return action::take_back_next(model, *redo);
        }
    }
    model.refuse(refusal.to_string());
    refresh(model)
}
