//! The filter line: typed, completed, recalled, kept or put back.

use crate::desk::query::{complete, parse};
use crate::tui::action::ActionId;
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::model::Model;
use crate::tui::screen::queue::Pane;
use crate::tui::screen::queue::typing::Completing;
use crate::tui::update::list_again;
use crate::tui::widget::editor::Editor;

/// Opens the line, and asks the desk for the names that completion offers.
pub fn filter_open(model: &mut Model) -> Vec<Effect> {
    let queue = &mut model.queue;
    queue.pane = Pane::List;
    queue.typing = Some((Editor::line(&queue.filter), queue.filter.clone()));
    (queue.completing, queue.recall) = (None, None);
    vec![model.ask(Slot::Words, Question::Words)]
}

/// Takes what the line says now as the filter.
pub fn filter_typed(model: &mut Model) -> Vec<Effect> {
    let queue = &mut model.queue;
    queue.completing = None;
    queue.only = None;
    if let Some((editor, _)) = &queue.typing {
        queue.filter = editor.text().to_owned();
    }
    list_again(model)
}

/// Keeps the filter and goes to the list.
pub fn filter_accept(model: &mut Model) -> Vec<Effect> {
    if let Some(error) = model.queue.filter_error.clone() {
        model.refuse(error);
        return Vec::new();
    }
    let queue = &mut model.queue;
    queue.filter = queue.filter_meant();
    queue.typing = None;
    queue.completing = None;
    // An order that was typed is newer than one that was chosen.
    if parse(&queue.filter).is_ok_and(|query| !query.sort.is_empty()) {
        queue.order.clear();
    }
    remember(model)
}

/// Puts the filter back as it was; first, what was completed.
pub fn filter_cancel(model: &mut Model) -> Vec<Effect> {
    if model.queue.completing.take().is_some() {
        return Vec::new();
    }
    let Some((_, before)) = model.queue.typing.take() else { return Vec::new() };
    if before == model.queue.filter {
        return Vec::new();
    }
    model.queue.filter = before;
    list_again(model)
}

/// Completes the word at the cursor; again, offers the next that it could be.
pub fn filter_complete(model: &mut Model, by: isize) -> Vec<Effect> {
    let queue = &mut model.queue;
    let (Some((editor, _)), Some(words)) = (&mut queue.typing, &queue.words) else { return Vec::new() };
    let mut completing = match queue.completing.take() {
        Some(going_on) => going_on,
        None => {
            let completion = complete(editor.text(), editor.cursor(), words.as_ref());
            let last = completion.candidates.len().saturating_sub(1);
            Completing { range: completion.replace.clone(), at: if by < 0 { 0 } else { last }, completion }
        }
    };
    let count = isize::try_from(completing.completion.candidates.len()).unwrap_or(0);
    if count == 0 {
        let key = model.key(ActionId::FilterNext);
        model.say(format!("Nothing begins so; {key} completes fields, words and names"));
        return Vec::new();
    }
    let at = isize::try_from(completing.at).unwrap_or(0);
    completing.at = usize::try_from((at + by).rem_euclid(count)).unwrap_or(0);
    if let Some(candidate) = completing.completion.candidates.get(completing.at) {
        editor.replace(completing.range.clone(), &candidate.text);
        completing.range = completing.range.start..completing.range.start + candidate.text.len();
    }
    let effects = filter_typed(model);
    // A single candidate is taken; among several the next Tab goes on.
    model.queue.completing = (count > 1).then_some(completing);
    effects
}

/// Shows an older or newer filter of the past.
pub fn filter_recall(model: &mut Model, older: bool) -> Vec<Effect> {
    let queue = &mut model.queue;
    let count = model.habits.filters.len();
    let at = match (queue.recall, older) {
        (None, true) => Some(0),
        (Some(at), true) => Some(at + 1).filter(|at| *at < count).or(Some(at)),
        (Some(at), false) => at.checked_sub(1),
        (None, false) => None,
    };
    let recalled = at.and_then(|at| model.habits.filters.iter().rev().nth(at)).cloned();
    let Some((editor, before)) = &mut queue.typing else { return Vec::new() };
    if older && recalled.is_none() {
        model.say("No filter was used before");
        return Vec::new();
    }
    editor.set(&recalled.unwrap_or_else(|| before.clone()));
    queue.recall = at;
    filter_typed(model)
}

/// Narrows the list by one more condition.
pub fn narrow(model: &mut Model, condition: &str) -> Vec<Effect> {
    model.queue.filter = model.queue.narrowed(condition);
    model.queue.only = None;
    model.queue.pane = Pane::List;
    let mut effects = list_again(model);
    effects.extend(remember(model));
    effects
}

fn remember(model: &mut Model) -> Vec<Effect> {
    if model.habits.used(&model.queue.filter) {
        vec![Effect::KeepHabits(Box::new(model.habits.clone()))]
    } else {
        Vec::new()
    }
}
