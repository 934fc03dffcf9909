//! The Knowledge tab: what the desk is asked for when it shows something else.

mod answer;
mod walk;

use crate::desk::command::Command;
use crate::desk::id::{ArticleId, Number, TicketId};
use crate::desk::knowledge::KnowledgeCommand;
use crate::tui::action;
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::inquiry::knowledge::{Entry, Inquiry, Measure, View};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::screen::Tab;
use crate::tui::screen::knowledge::hand::Hand;
use crate::tui::screen::knowledge::{Face, PAGE, Pane, Want};
use crate::tui::update::{SLOW, go_tab, go_to_number, wish};

pub(super) use answer::{failed, settle_search, take};
pub use walk::{article_beside, article_leap, article_spot, article_walk, go_to_heading, go_to_row, next_step};

/// Asks about articles.
fn ask(model: &mut Model, slot: Slot, what: Inquiry) -> Effect {
    model.ask(slot, Question::Knowledge(Box::new(what)))
}

/// How the article is laid out now.
fn measure(model: &Model) -> Measure {
    Measure { width: layout::article_width(model), sought: model.knowledge.sought.clone() }
}

/// Shows the articles for the first time.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    let mut effects = articles_again(model);
    effects.push(ask(model, Slot::ArticleCounts, Inquiry::Counts));
    effects
}

/// What the list shows: what was found, or the view.
fn wanted(model: &Model, limit: usize) -> Inquiry {
    let knowledge = &model.knowledge;
    match knowledge.searches() {
        true => Inquiry::Search(knowledge.filter.clone()),
        false => Inquiry::Page { view: knowledge.view, after: None, limit },
    }
}

/// Reads the list from its beginning.
pub fn articles_again(model: &mut Model) -> Vec<Effect> {
    if model.rules.is_none() {
        return Vec::new();
    }
    model.knowledge.rows.awaited();
    if !model.knowledge.searches() {
        (model.knowledge.how, model.knowledge.answered) = (None, None);
        model.knowledge.sought.clear();
    }
    let page = wanted(model, PAGE);
    vec![Effect::Wake(SLOW), ask(model, Slot::ArticleList, page)]
}

/// Shows another view, from its top; a search ends.
pub fn show_shelf(model: &mut Model, view: View) -> Vec<Effect> {
    let knowledge = &mut model.knowledge;
    knowledge.filter.clear();
    (knowledge.view, knowledge.pane) = (view, Pane::List);
    knowledge.rows.clear();
    articles_again(model)
}

/// Reads on where the cursor nears the end, and shows the article under it where there is room.
pub fn article_moved(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if !model.knowledge.searches()
        && let Some(after) = model.knowledge.rows.reads_on().cloned()
    {
        let page = Inquiry::Page { view: model.knowledge.view, after: Some(after), limit: PAGE };
        effects.push(ask(model, Slot::ArticleList, page));
    }
    if layout::shows_article(model) && model.knowledge.pane == Pane::List {
        effects.extend(show_article(model));
    }
    effects
}

/// Asks for the article under the cursor of the list, unless it is shown as it is.
fn show_article(model: &mut Model) -> Vec<Effect> {
    let knowledge = &mut model.knowledge;
    // What was looked at last stays beside a list that does not hold it, and until that comes to which somebody goes.
    if knowledge.rows.away.is_some() || knowledge.going {
        return Vec::new();
    }
    let wanted = knowledge.item().map(|item| (item.id, item.updated));
    let shown = knowledge.shown.as_ref().map(|shown| (shown.id(), shown.record.article.updated));
    match wanted {
        Some((id, _)) if wanted != shown => {
            let measure = measure(model);
            vec![ask(model, Slot::ArticleSheet, Inquiry::Article(id, measure))]
        }
        Some(_) => lay_again(model),
        None => {
            knowledge.shown = None;
            Vec::new()
        }
    }
}

/// Asks for the text shown to be laid out anew, where it was for another width or other words.
fn lay_again(model: &mut Model) -> Vec<Effect> {
    let measure = measure(model);
    let Some(shown) = &model.knowledge.shown else { return Vec::new() };
    let prose = &shown.record.prose;
    let same = (prose.width, &prose.sought) == (measure.width, &measure.sought);
    if measure.width == 0 || (same && prose.coloured) {
        return Vec::new();
    }
    let (document, coloured) = (std::sync::Arc::clone(&prose.document), prose.coloured);
    let lay = Inquiry::Lay { of: shown.id(), document, coloured, colour: same, measure };
    vec![ask(model, Slot::ArticleLay, lay)]
}

/// Opens the article under the cursor of the list.
pub fn open_article(model: &mut Model) -> Vec<Effect> {
    let away = model.knowledge.rows.away.as_ref().and_then(|(key, _)| match key {
        Entry::Article(id) => Some(*id),
        Entry::Gap(_) => None,
    });
    let Some(id) = away.or(model.knowledge.item().map(|item| item.id)) else { return Vec::new() };
    read_article(model, id)
}

/// Asks for an article, to be read as soon as it comes.
pub fn read_article(model: &mut Model, id: ArticleId) -> Vec<Effect> {
    await_article(model);
    let measure = measure(model);
    vec![ask(model, Slot::ArticlePlace, Inquiry::Article(id, measure))]
}

fn await_article(model: &mut Model) {
    // What is beside the list may still be on its way: it would come over the one to which somebody goes.
    model.asked.remove(&Slot::ArticleSheet);
    let knowledge = &mut model.knowledge;
    knowledge.going = true;
    (knowledge.want, knowledge.anchor, knowledge.resume) = (None, None, None);
}

/// Goes to the article that a word means, `KB-9` or `KB-9#fix`, from any tab; the trail leads back.
pub fn go_to_article(model: &mut Model, word: &str) -> Vec<Effect> {
    await_article(model);
    let mut effects = go_tab(model, Tab::Knowledge);
    let (word, anchor) = word.trim().split_once('#').map_or((word.trim(), None), |(word, at)| (word, Some(at)));
    model.knowledge.anchor = anchor.map(str::to_owned);
    model.knowledge.turn_to(Face::Article);
    let measure = measure(model);
    effects.push(ask(model, Slot::ArticlePlace, Inquiry::Named(word.to_owned(), measure)));
    effects
}

/// Follows an article for a ticket, which is in hand from now on: its steps come onto the checklist and are ticked there.
pub fn take_in_hand(model: &mut Model, id: ArticleId, ticket: TicketId, number: Number) -> Vec<Effect> {
    let mut effects = follow(id, ticket);
    model.knowledge.hand = Some(Hand { ticket, number, steps: None });
    effects.extend(go_to_article(model, &id.number()));
    effects
}

/// Puts the steps of an article onto a ticket's checklist.
pub fn follow(on: ArticleId, ticket: TicketId) -> Vec<Effect> {
    wish(Wish::Command(Box::new(Command::Knowledge(KnowledgeCommand::Follow { on, ticket }))))
}

/// Goes back to the ticket in hand, which is put down.
pub fn put_down(model: &mut Model) -> Vec<Effect> {
    match model.knowledge.hand.take() {
        Some(hand) => go_to_number(model, &hand.number.to_string()),
        None => Vec::new(),
    }
}

/// Asks for an article, to do something with it then; at once where it is shown.
pub fn with_article(model: &mut Model, id: ArticleId, want: Want) -> Vec<Effect> {
    if model.knowledge.shown.as_ref().is_some_and(|shown| shown.id() == id) {
        return action::article_wanted(model, want);
    }
    let effects = read_article(model, id);
    model.knowledge.want = Some(want);
    effects
}

/// Reads an article again where it was left: on this face, from this row.
pub(super) fn resume_article(model: &mut Model, id: ArticleId, face: Face, row: usize) -> Vec<Effect> {
    model.knowledge.turn_to(face);
    let effects = read_article(model, id);
    model.knowledge.resume = Some(row);
    effects
}

/// Leaves the article for the list.
pub fn leave_article(model: &mut Model) -> Vec<Effect> {
    model.knowledge.pane = Pane::List;
    article_moved(model)
}

/// Shows this of the article.
pub fn turn_article(model: &mut Model, face: Face) -> Vec<Effect> {
    model.knowledge.turn_to(face);
    let mut effects = ask_of_article(model);
    if model.knowledge.pane != Pane::Article && !model.knowledge.going {
        effects.extend(open_article(model));
    }
    effects
}

/// Asks for what the face shows beside the article.
fn ask_of_article(model: &mut Model) -> Vec<Effect> {
    let knowledge = &model.knowledge;
    let Some(id) = knowledge.shown.as_ref().map(|shown| shown.id()) else { return Vec::new() };
    let what = match knowledge.face {
        Face::Article => match &knowledge.hand {
            Some(hand) => {
                let steps = Inquiry::Steps(id, hand.ticket);
                return vec![ask(model, Slot::ArticleSteps, steps)];
            }
            None => return Vec::new(),
        },
        Face::Links => return Vec::new(),
        Face::Versions => Inquiry::Editions(id),
        Face::History => Inquiry::History(id),
    };
    vec![ask(model, Slot::ArticleFace, what)]
}

/// Asks for what an edition said.
pub fn read_edition(model: &mut Model, n: i64) -> Vec<Effect> {
    let Some(id) = model.knowledge.shown.as_ref().map(|shown| shown.id()) else { return Vec::new() };
    let measure = measure(model);
    vec![ask(model, Slot::ArticleOld, Inquiry::Edition(id, Some(n), measure))]
}

/// Asks what changed on an article up to an edition: from the one that is marked, else from the one before.
pub fn compare_editions(model: &mut Model, n: i64) -> Vec<Effect> {
    let Some(of) = model.knowledge.shown.as_ref().map(|shown| shown.id()) else { return Vec::new() };
    let other = model.knowledge.base.filter(|base| *base != n);
    let (from, to) = match other {
        Some(base) => (Some(base.min(n)), Some(base.max(n))),
        None => (Some(n - 1).filter(|before| *before > 0), Some(n)),
    };
    let measure = measure(model);
    vec![ask(model, Slot::ArticleOld, Inquiry::Difference { of, from, to, measure })]
}

/// Goes to the end of the list, as far as it is read.
pub fn article_list_end(model: &mut Model) -> Vec<Effect> {
    let height = layout::article_list_height(model);
    match model.knowledge.rows.next.clone() {
        Some(after) if !model.knowledge.searches() => {
            (model.knowledge.rows.to_end, model.knowledge.rows.extending) = (true, true);
            let page = Inquiry::Page { view: model.knowledge.view, after: Some(after), limit: MOST };
            vec![ask(model, Slot::ArticleList, page)]
        }
        _ => {
            model.knowledge.rows.go(usize::MAX - 1, height);
            article_moved(model)
        }
    }
}

/// How many are read at most to go to the end of a list.
const MOST: usize = 2_000;

/// Reads again what is shown, without moving the cursor.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    let limit = model.knowledge.rows.held.len().max(PAGE);
    model.knowledge.rows.extending = false;
    let page = wanted(model, limit);
    let mut effects = vec![ask(model, Slot::ArticleList, page), ask(model, Slot::ArticleCounts, Inquiry::Counts)];
    // The one that is awaited to be read comes as it is.
    if let Some(id) = model.knowledge.shown.as_ref().map(|shown| shown.id()).filter(|_| !model.knowledge.going) {
        let measure = measure(model);
        effects.push(ask(model, Slot::ArticleSheet, Inquiry::Article(id, measure)));
        effects.extend(ask_of_article(model));
    }
    effects
}

/// Goes by a new layout.
pub(super) fn settle(model: &mut Model) -> Vec<Effect> {
    let height = layout::article_list_height(model);
    model.knowledge.rows.settle(height);
    let mut effects = article_moved(model);
    effects.extend(lay_again(model));
    effects.extend(lay_old_again(model));
    effects
}

/// Asks for the edition or difference that is read to be laid out for another width.
fn lay_old_again(model: &mut Model) -> Option<Effect> {
    let measure = measure(model);
    let shown = model.knowledge.shown.as_ref()?;
    let old = shown.old.as_ref().filter(|old| old.prose.width != measure.width && measure.width > 0)?;
    let (document, coloured) = (std::sync::Arc::clone(&old.prose.document), old.prose.coloured);
    let lay = Inquiry::Lay { of: shown.id(), document, coloured, colour: true, measure };
    Some(ask(model, Slot::ArticleOld, lay))
}
