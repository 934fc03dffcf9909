//! The outbox: what waits on this machine until the drive is back, and what the desk refused then.

use crate::desk::command::Command;
use crate::desk::id::{ArticleId, CommandId};
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::refusal::Refusal;
use crate::desk::ticket::Ticket;
use crate::text;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::{ActionId, ActionSpec, always, article, conflict, solve, start, ticket};
use crate::tui::effect::{Effect, Post, Wish};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::{FormField, Solved};
use crate::tui::overlay::picker::Item;
use crate::tui::standing::Kept;
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Outbox "outbox" "outbox" Global Read ["g o"], 0, always, "Go to what waits for the drive, and what was refused when it was back.", list),
];

fn list(model: &mut Model) -> Vec<Effect> {
    if model.standing.waiting.is_empty() && model.standing.unreadable.is_empty() {
        model.say("Nothing waits in the outbox");
        return Vec::new();
    }
    let items = lines(model);
    choice::open_on(model, "Outbox: sent in this order when the drive is back", Choice::Outbox, Vec::new(), items)
}

/// What waits, in order, each with why it was refused.
fn lines(model: &Model) -> Vec<Item> {
    let line = |(place, kept): (usize, &Kept)| {
        let label = match &kept.refused {
            Some(why) => format!("{}: {why}", kept.summary),
            None => kept.text().map_or_else(|| kept.summary.clone(), |text| format!("{}: {text}", kept.summary)),
        };
        let hint = if kept.refused.is_some() { "refused" } else { "waits" };
        Item::new(place.to_string(), text::one_line(&label, 200, model.look.ellipsis())).hinted(hint)
    };
    let left = |(place, what): (usize, &String)| {
        Item::new(place.to_string(), text::one_line(what, 200, model.look.ellipsis())).hinted("unreadable")
    };
    let waiting = (1..).zip(&model.standing.waiting).map(line);
    let unreadable = (model.standing.waiting.len() + 1..).zip(&model.standing.unreadable).map(left);
    waiting.chain(unreadable).collect()
}

/// Asks what to do with the one that was chosen; what was refused can be put right.
pub(super) fn chosen(model: &mut Model, item: &Item) -> Vec<Effect> {
    let place = item.word.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let Some(kept) = place.and_then(|place| model.standing.waiting.get(place)).cloned() else {
        let left = place.and_then(|place| model.standing.unreadable.get(place - model.standing.waiting.len()));
        if let Some(left) = left.cloned() {
            model.refuse(format!("it can't be read, and stays: {left}"));
        }
        return Vec::new();
    };
    let mut items = Vec::new();
    match &kept.refused {
        Some(Refusal::Conflict(_)) => items.push(Item::new("decide", "field by field: theirs, or mine")),
        Some(_) if is_form(&kept) => items.push(Item::new("edit", "put it right and send it")),
        None if is_form(&kept) && asks(&kept) => items.push(Item::new("edit", "take it back as a draft and change it")),
        _ => {}
    }
    if kept.refused.is_some() {
        items.push(Item::new("again", "send it once more as it is"));
    }
    items.push(Item::new("discard", "it will not be sent"));
    if let Some(why) = &kept.refused {
        model.refuse(why.to_string());
    }
    choice::open_on(model, &kept.summary, Choice::Kept(kept.id), Vec::new(), items)
}

fn is_form(kept: &Kept) -> bool {
    match &kept.command {
        Command::Write { .. } | Command::Move { .. } | Command::Edit { .. } | Command::Open(_) => true,
        Command::Knowledge(command) => match command {
            KnowledgeCommand::Write { cite, .. } => cite.len() < 2,
            KnowledgeCommand::Use { resolve, .. } => resolve.is_some(),
            KnowledgeCommand::Edit { .. } | KnowledgeCommand::Solve { .. } => true,
            KnowledgeCommand::Rate { .. } | KnowledgeCommand::Flag { .. } | KnowledgeCommand::Review { .. } => {
                kept.text().is_some()
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether its form has anything to fill in.
fn asks(kept: &Kept) -> bool {
    let moves = matches!(kept.command, Command::Move { .. } | Command::Knowledge(KnowledgeCommand::Use { .. }));
    !moves || !kept.words.is_empty()
}

/// Does it.
pub(super) fn deed(model: &mut Model, id: CommandId, item: &Item) -> Vec<Effect> {
    let Some(kept) = model.standing.waiting.iter().find(|kept| kept.id == id).cloned() else {
        model.say("It does not wait any more");
        return Vec::new();
    };
    match (item.word.as_str(), &kept.refused) {
        ("decide", Some(Refusal::Conflict(dispute))) => {
            let wish = Wish::Instead { of: id, wish: Box::new(Wish::Command(Box::new(kept.command.clone()))) };
            conflict::open(model, wish, dispute.as_ref().clone())
        }
        ("edit", None) => take_back(model, &kept),
        ("edit", Some(_)) => edit(model, &kept),
        ("again", _) => {
            model.say(format!("Sent again as soon as the drive is there: {}", kept.summary));
            vec![Effect::Post(Post::Again(id))]
        }
        _ => vec![Effect::Post(Post::Discard(id))],
    }
}

/// Asks for one that only waits, to change it. It may be on its way at this moment: there is a draft of it when it is out.
fn take_back(model: &mut Model, kept: &Kept) -> Vec<Effect> {
    match typed(model, kept) {
        Some((place, _)) if model.drafts.contains_key(&place) => {
            let key = model.key(ActionId::Drafts);
            model.refuse(format!("another draft of yours is there already: {key}"));
            Vec::new()
        }
        Some(_) => vec![Effect::Post(Post::TakeBack(kept.id))],
        // Why there is no form of it is said.
        None => Vec::new(),
    }
}

/// Goes on when something was done with what lies in the outbox: what was typed for a command that is out is a draft now,
/// unless another is there; whoever wants to change it has its form, unless they went on to something else meanwhile.
pub(in crate::tui) fn posted(model: &mut Model, post: Post) -> Vec<Effect> {
    let (Post::Discard(id) | Post::TakeBack(id)) = post else { return Vec::new() };
    let Some(kept) = model.standing.waiting.iter().find(|kept| kept.id == id).cloned() else { return Vec::new() };
    model.standing.waiting.retain(|other| other.id != id);
    let Some((place, draft)) = typed(model, &kept).filter(|(place, _)| !model.drafts.contains_key(place)) else {
        model.say(format!("Discarded: {}; it stays in the outbox's folder for 30 days", kept.summary));
        return Vec::new();
    };
    let mut effects = update::keep(model, place, draft);
    if post == Post::TakeBack(id) && model.overlays.is_empty() {
        effects.extend(edit(model, &kept));
        model.say(format!("Taken out of the outbox: {}", kept.summary));
    } else {
        let key = model.key(ActionId::Drafts);
        model.say(format!("Discarded: {}; what was typed is among the drafts: {key}", kept.summary));
    }
    effects
}

/// What was typed for a command, as a draft of its form, with the place of that.
fn typed(model: &mut Model, kept: &Kept) -> Option<(String, String)> {
    let below = model.overlays.len();
    let drafts = std::mem::take(&mut model.drafts);
    edit(model, kept);
    model.drafts = drafts;
    let form = match model.overlays.get(below) {
        Some(Overlay::Form(form)) => Some((form.place(), form.draft())),
        _ => None,
    };
    model.overlays.truncate(below);
    form
}

/// Opens the form that fits a command that waits or was refused, with what was typed in it.
pub(super) fn edit(model: &mut Model, kept: &Kept) -> Vec<Effect> {
    let below = model.overlays.len();
    let on = kept.targets();
    let sample = kept.on.first().and_then(|id| model.ticket(*id)).cloned();
    let mut effects = match (&kept.command, sample) {
        (Command::Knowledge(command), sample) if is_form(kept) => match of_article(model, kept, command, sample) {
            Some(effects) => effects,
            None => return not_at_hand(model, kept),
        },
        (Command::Open(ticket), _) => start::form(model, ticket.kind, None),
        (Command::Write { public, .. }, Some(one)) => ticket::write_on(model, on, &one, *public),
        (Command::Move { to, .. }, Some(one)) => ticket::move_on(model, on, &one, to),
        (Command::Edit { .. }, Some(one)) => {
            let fields: Vec<_> = kept.words.iter().map(|(field, _)| *field).collect();
            ticket::form_on(model, on, &one, "Edit", &fields)
        }
        _ => return not_at_hand(model, kept),
    };
    let Some(Overlay::Form(form)) = model.overlays.get_mut(below) else {
        // Nothing is asked for any more: what was wanted is sent as it is, in place of what waits.
        for effect in &mut effects {
            if let Effect::Do(wish) = effect {
                **wish = Wish::Instead { of: kept.id, wish: Box::new(wish.as_ref().clone()) };
            }
        }
        return effects;
    };
    // One that only waited is out by now, and is a draft until its author sends it again.
    form.instead = kept.refused.as_ref().map(|_| kept.id);
    form.refused = kept.refused.as_ref().map(ToString::to_string);
    if let (Some(text), Some(field)) = (kept.text(), form.fields.first_mut()) {
        field.editor.set(text);
    }
    for written in &kept.facts {
        let is = |field: &&mut FormField| field.fact.as_ref().is_some_and(|fact| fact.article == Some(written.field));
        if let Some(field) = form.fields.iter_mut().find(is) {
            field.editor.set(&written.word);
        }
    }
    for (name, word) in &kept.words {
        if let Some(field) = form.fields.iter_mut().find(|field| field.field == Some(*name)) {
            field.editor.set(word);
        }
    }
    effects
}

fn not_at_hand(model: &mut Model, kept: &Kept) -> Vec<Effect> {
    let why = match kept.numbers[..] {
        [] => format!("nothing of it can be filled in: {}", kept.summary),
        ref numbers => format!("go to {} first: its ticket is not at hand", numbers.join(" ")),
    };
    model.refuse(why);
    Vec::new()
}

/// Opens the form that fits a command about articles; `None` where its ticket is not at hand.
fn of_article(
    model: &mut Model,
    kept: &Kept,
    command: &KnowledgeCommand,
    sample: Option<Ticket>,
) -> Option<Vec<Effect>> {
    let by = |id: &ArticleId| Solved { by: Some(*id), called: id.number(), gave: Vec::new() };
    Some(match command {
        KnowledgeCommand::Write { cite, .. } => article::form_kept(model, &kept.facts, cite.first().copied()),
        KnowledgeCommand::Edit { on, .. } => article::form_kept_edit(model, *on, &kept.facts),
        KnowledgeCommand::Rate { on, .. } => article::comment_on(model, ActionId::ArticleFailed, vec![*on]),
        KnowledgeCommand::Flag { on, .. } => article::comment_on(model, ActionId::ArticleFlag, vec![*on]),
        KnowledgeCommand::Review { on, .. } => article::comment_on(model, ActionId::ArticleReview, on.clone()),
        KnowledgeCommand::Use { on, .. } => solve::resolving(model, kept.targets(), &sample?, by(on)),
        KnowledgeCommand::Solve { on, open, .. } => {
            let below = model.overlays.len();
            let effects = start::form(model, open.kind, None);
            if let Some(Overlay::Form(form)) = model.overlays.get_mut(below) {
                form.solved = Some(by(on));
            }
            effects
        }
        _ => return None,
    })
}

/// Opens the form of the command that a decision was about.
pub(super) fn edit_kept(model: &mut Model, id: CommandId) -> Vec<Effect> {
    match model.standing.waiting.iter().find(|kept| kept.id == id).cloned() {
        Some(kept) => edit(model, &kept),
        None => Vec::new(),
    }
}
