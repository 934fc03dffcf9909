//! The filter line: typed, completed, recalled, kept or put back.

use crate::desk::cmdb::complete as complete_ci;
use crate::desk::knowledge::{Known, complete as complete_article};
use crate::desk::query::{Completion, QueryError, complete, parse};
use crate::tui::action::ActionId;
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::screen::Tab;
use crate::tui::screen::typing::{Completing, Typing, meant};
use crate::tui::screen::{cmdb, knowledge, queue};
use crate::tui::update::knowledge::settle_search;
use crate::tui::update::{articles_again, calendar_again, cis_again, list_again};

/// Opens the line, and asks the desk for the names that completion offers.
pub fn filter_open(model: &mut Model) -> Vec<Effect> {
    let names = match model.tab {
        Tab::Queue => {
            model.queue.pane = queue::Pane::List;
            vec![model.ask(Slot::Words, Question::Words)]
        }
        Tab::Changes => vec![model.ask(Slot::Words, Question::Words)],
        Tab::Cmdb => {
            model.cmdb.pane = cmdb::Pane::List;
            vec![model.ask(Slot::Names, Question::LookUp(Lookup::Directory))]
        }
        Tab::Knowledge => {
            model.knowledge.pane = knowledge::Pane::List;
            vec![model.ask(Slot::Names, Question::LookUp(Lookup::Directory))]
        }
    };
    let (typing, filter) = model.line();
    *typing = Some(Typing::new(filter));
    names
}

/// Takes what the line says now as the filter.
pub fn filter_typed(model: &mut Model) -> Vec<Effect> {
    let (typing, filter) = model.line();
    if let Some(typing) = typing {
        typing.completing = None;
        typing.editor.text().clone_into(filter);
    }
    again(model)
}

/// Asks for the list of the tab by its filter.
fn again(model: &mut Model) -> Vec<Effect> {
    match model.tab {
        Tab::Queue => {
            model.queue.only = None;
            list_again(model)
        }
        Tab::Changes => calendar_again(model),
        Tab::Cmdb => cis_again(model),
        Tab::Knowledge => articles_again(model),
    }
}

/// What is wrong with the filter that is typed.
#[must_use]
pub fn filter_mistake(model: &Model) -> Option<QueryError> {
    match model.tab {
        Tab::Queue | Tab::Changes => parse(&meant(model.filter(), model.typing().is_some())).err(),
        Tab::Cmdb => cmdb::read(&model.cmdb.filter, &model.rules.as_ref()?.cmdb).err(),
        // Any words can be searched.
        Tab::Knowledge => None,
    }
}

/// Keeps the filter and goes to the list.
pub fn filter_accept(model: &mut Model) -> Vec<Effect> {
    if let Some(error) = filter_mistake(model) {
        model.refuse(error.to_string());
        return Vec::new();
    }
    if matches!(model.tab, Tab::Queue | Tab::Changes) {
        // The word at its end goes on while the line is typed: this is the last moment to tell.
        let (typing, filter) = model.line();
        *filter = meant(filter, typing.is_some());
    }
    if model.tab == Tab::Queue {
        let queue = &mut model.queue;
        // An order that was typed is newer than one that was chosen.
        if parse(&queue.filter).is_ok_and(|query| !query.sort.is_empty()) {
            queue.order.clear();
        }
    }
    *model.line().0 = None;
    let mut effects = remember(model);
    if model.tab == Tab::Knowledge {
        effects.extend(settle_search(model));
    }
    effects
}

/// Puts the filter back as it was; first, what was completed.
pub fn filter_cancel(model: &mut Model) -> Vec<Effect> {
    let (typing, filter) = model.line();
    if typing.as_mut().is_some_and(|typing| typing.completing.take().is_some()) {
        return Vec::new();
    }
    let Some(Typing { before, .. }) = typing.take() else { return Vec::new() };
    if before == *filter {
        return Vec::new();
    }
    // A search that is left had been meant, as far as it was answered.
    let mut effects = if model.tab == Tab::Knowledge { settle_search(model) } else { Vec::new() };
    model.knowledge.settled = None;
    *model.line().1 = before;
    effects.extend(match model.tab {
        Tab::Queue => list_again(model),
        Tab::Changes => calendar_again(model),
        Tab::Cmdb => cis_again(model),
        Tab::Knowledge => articles_again(model),
    });
    effects
}

/// What the word at the cursor could become, as soon as the names are known.
fn completion(model: &Model) -> Option<Completion> {
    let typing = model.typing()?;
    filter_completion(model, typing.editor.text(), typing.editor.cursor())
}

/// What the word at a place in a filter could become, as soon as the names are known.
#[must_use]
pub fn filter_completion(model: &Model, text: &str, cursor: usize) -> Option<Completion> {
    match model.tab {
        Tab::Queue | Tab::Changes => Some(complete(text, cursor, model.queue.words.as_ref()?.as_ref())),
        Tab::Cmdb => {
            let keys = |names: &[(String, String)]| names.iter().map(|(word, _)| word.clone()).collect();
            let people: Vec<String> = keys(&model.directory.people);
            let teams: Vec<String> = keys(&model.directory.teams);
            Some(complete_ci(text, cursor, &model.rules.as_ref()?.cmdb, &people, &teams))
        }
        Tab::Knowledge => {
            let keys = |names: &[(String, String)]| names.iter().map(|(word, _)| word.clone()).collect::<Vec<_>>();
            let known = &model.directory;
            let [people, services, categories, cis] =
                [&known.people, &known.services, &known.categories, &known.cis].map(|names| keys(names));
            let known = Known { people: &people, services: &services, categories: &categories, cis: &cis };
            Some(complete_article(text, cursor, &model.rules.as_ref()?.knowledge, known))
        }
    }
}

/// Completes the word at the cursor; again, offers the next that it could be.
pub fn filter_complete(model: &mut Model, by: isize) -> Vec<Effect> {
    let going_on = model.line().0.as_mut().and_then(|typing| typing.completing.take());
    let fresh = || {
        let completion = completion(model)?;
        let last = completion.candidates.len().saturating_sub(1);
        Some(Completing { range: completion.replace.clone(), at: if by < 0 { 0 } else { last }, completion })
    };
    let Some(mut completing) = going_on.or_else(fresh) else { return Vec::new() };
    let count = isize::try_from(completing.completion.candidates.len()).unwrap_or(0);
    if count == 0 {
        let key = model.key(ActionId::FilterNext);
        model.say(format!("Nothing begins so; {key} completes fields, words and names"));
        return Vec::new();
    }
    let at = isize::try_from(completing.at).unwrap_or(0);
    completing.at = usize::try_from((at + by).rem_euclid(count)).unwrap_or(0);
    if let (Some(candidate), Some(typing)) = (completing.completion.candidates.get(completing.at), model.line().0) {
        typing.editor.replace(completing.range.clone(), &candidate.text);
        completing.range = completing.range.start..completing.range.start + candidate.text.len();
    }
    let effects = filter_typed(model);
    // A single candidate is taken; among several the next Tab goes on.
    if let Some(typing) = model.line().0 {
        typing.completing = (count > 1).then_some(completing);
    }
    effects
}

/// Shows an older or newer filter of the past.
pub fn filter_recall(model: &mut Model, older: bool) -> Vec<Effect> {
    let past = model.habits.filters_of(model.tab).to_vec();
    let Some(typing) = model.line().0 else { return Vec::new() };
    let at = match (typing.recall, older) {
        (None, true) => Some(0),
        (Some(at), true) => Some(at + 1).filter(|at| *at < past.len()).or(Some(at)),
        (Some(at), false) => at.checked_sub(1),
        (None, false) => None,
    };
    let recalled = at.and_then(|at| past.iter().rev().nth(at)).cloned();
    if older && recalled.is_none() {
        model.say("No filter was used before");
        return Vec::new();
    }
    typing.editor.set(&recalled.unwrap_or_else(|| typing.before.clone()));
    typing.recall = at;
    filter_typed(model)
}

/// Narrows the list by one more condition.
pub fn narrow(model: &mut Model, condition: &str) -> Vec<Effect> {
    let (_, filter) = model.line();
    *filter = queue::narrowed(filter, condition);
    if model.tab == Tab::Queue {
        model.queue.pane = queue::Pane::List;
    }
    let mut effects = again(model);
    effects.extend(remember(model));
    effects
}

fn remember(model: &mut Model) -> Vec<Effect> {
    let filter = model.filter().to_owned();
    if model.habits.used(model.tab, &filter) {
        vec![Effect::KeepHabits(Box::new(model.habits.clone()))]
    } else {
        Vec::new()
    }
}
