//! What becomes of the answers of the desk about articles, and of what it refuses.

use crate::desk::command::Command;
use crate::desk::knowledge::KnowledgeCommand;
use crate::desk::refusal::Refusal;
use crate::tui::action;
use crate::tui::effect::{Effect, Slot, Wish};
use crate::tui::inquiry::knowledge::{Entry, Told};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::screen::knowledge::Pane;
use crate::tui::update::knowledge::walk::{go_to_heading, next_step, reading_row, stay};
use crate::tui::update::knowledge::{article_moved, ask_of_article, lay_again};
use crate::tui::update::release;

/// Takes in what the desk says.
pub(in crate::tui::update) fn take(model: &mut Model, slot: Slot, told: Told) -> Vec<Effect> {
    match told {
        Told::Page { rows, next, goes_on } => {
            let height = layout::article_list_height(model);
            model.knowledge.rows.take(rows, next, goes_on, height);
            let mut effects = article_moved(model);
            effects.extend(release(model));
            effects
        }
        Told::Found(hits) => {
            let height = layout::article_list_height(model);
            model.knowledge.take_hits(*hits, height);
            let mut effects = note_gap(model);
            effects.extend(article_moved(model));
            effects.extend(release(model));
            effects
        }
        Told::Counts(counts) => {
            model.knowledge.counts = counts;
            Vec::new()
        }
        Told::Article(record) => {
            let id = record.article.id;
            let fresh = model.knowledge.shown.as_ref().is_none_or(|shown| shown.id() != id);
            // An older text of it that is still being laid out comes too late.
            model.asked.remove(&Slot::ArticleLay);
            model.knowledge.take(*record);
            let mut effects = Vec::new();
            if slot == Slot::ArticlePlace {
                effects.extend(arrive(model));
            }
            if fresh {
                effects.extend(ask_of_article(model));
            }
            effects.extend(lay_again(model));
            // What was pressed behind `$EDITOR` is for the text that comes back.
            if !effects.iter().any(|effect| matches!(effect, Effect::Editor(_))) {
                effects.extend(release(model));
            }
            effects
        }
        Told::Laid(of, prose) if slot == Slot::ArticleOld => {
            let old =
                model.knowledge.shown.as_mut().filter(|shown| shown.id() == of).and_then(|shown| shown.old.as_mut());
            if let Some(old) = old {
                old.prose = std::sync::Arc::from(prose);
            }
            Vec::new()
        }
        Told::Laid(of, prose) => {
            let place = reading_row(model);
            if let Some(shown) = model.knowledge.shown.as_mut().filter(|shown| shown.id() == of) {
                shown.record.prose = std::sync::Arc::from(prose);
            }
            stay(model, place);
            lay_again(model)
        }
        Told::Steps(id, ticket, steps) => {
            let Some(hand) = model.knowledge.hand.as_mut().filter(|hand| hand.ticket == ticket) else {
                return Vec::new();
            };
            let begins = hand.steps.as_ref().is_none_or(|(of, _)| *of != id);
            hand.steps = Some((id, steps));
            if begins && model.knowledge.spot.is_none() {
                next_step(model, None);
            }
            Vec::new()
        }
        Told::Editions(id, editions) => {
            if let Some(shown) = model.knowledge.shown.as_mut().filter(|shown| shown.id() == id) {
                shown.editions = Some(editions);
            }
            Vec::new()
        }
        Told::Old(id, old) => {
            if let Some(shown) = model.knowledge.shown.as_mut().filter(|shown| shown.id() == id) {
                // The cursor is on its edition still when one comes back.
                shown.old = Some(*old);
                model.knowledge.scroll = 0;
            }
            Vec::new()
        }
        Told::History(id, history) => {
            if let Some(shown) = model.knowledge.shown.as_mut().filter(|shown| shown.id() == id) {
                shown.history = Some(history);
            }
            Vec::new()
        }
        Told::Joined(id, body, theirs) => {
            let mut effects = action::joined(model, id, &body, theirs);
            effects.extend(release(model));
            effects
        }
    }
}

/// Shows the article to which somebody goes, or does with it what was wanted.
fn arrive(model: &mut Model) -> Vec<Effect> {
    let knowledge = &mut model.knowledge;
    knowledge.going = false;
    if let Some(want) = knowledge.want.take() {
        return action::article_wanted(model, want);
    }
    knowledge.pane = Pane::Article;
    if let Some(row) = knowledge.resume.take() {
        knowledge.scroll = row;
    }
    match model.knowledge.anchor.take() {
        Some(anchor) => go_to_heading(model, &anchor),
        None => Vec::new(),
    }
}

/// The search that is on is what was meant: if it found nothing, that is noted, once its answer is there.
pub(in crate::tui::update) fn settle_search(model: &mut Model) -> Vec<Effect> {
    let words = model.knowledge.filter.trim().to_owned();
    if words.is_empty() || model.read_only.is_some() {
        return Vec::new();
    }
    model.knowledge.settled = Some(words);
    note_gap(model)
}

/// Notes the search that was settled, if it is answered and found nothing.
fn note_gap(model: &mut Model) -> Vec<Effect> {
    let knowledge = &mut model.knowledge;
    let (Some(words), Some((answered, gap))) = (&knowledge.settled, &knowledge.answered) else { return Vec::new() };
    if words != answered.trim() {
        return Vec::new();
    }
    let (words, gap) = (words.clone(), *gap);
    knowledge.settled = None;
    match gap {
        true => {
            vec![Effect::Do(Box::new(Wish::Command(Box::new(Command::Knowledge(KnowledgeCommand::Missed { words })))))]
        }
        false => Vec::new(),
    }
}

/// What is refused is awaited no longer.
pub(in crate::tui::update) fn failed(model: &mut Model, slot: Slot, why: &Refusal) {
    match slot {
        Slot::ArticleList => {
            model.knowledge.rows.fails(why.to_string());
            model.held.clear();
        }
        Slot::ArticlePlace => {
            let knowledge = &mut model.knowledge;
            knowledge.going = false;
            (knowledge.want, knowledge.anchor, knowledge.resume) = (None, None, None);
            model.held.clear();
        }
        // It is gone: somebody took its making back.
        Slot::ArticleSheet if matches!(why, Refusal::NotFound(_)) => {
            let gone = model.knowledge.shown.take();
            if model.knowledge.pane == Pane::Article {
                model.knowledge.pane = Pane::List;
                let gone = gone.map(|shown| (Entry::Article(shown.id()), shown.record.article.title));
                model.knowledge.rows.away = gone;
            }
        }
        Slot::ArticleJoin => {
            if let Some(form) = action::joining(model) {
                form.sending = false;
            }
            // They were meant for the text that does not come.
            model.held.clear();
        }
        _ => {}
    }
}
