//! The CMDB tab: what the desk is asked for when it shows something else, and what becomes of the answers.

use crate::desk::id::CiId;
use crate::desk::refusal::Refusal;
use crate::store::Reach;
use crate::tui::action;
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::inquiry::{Inquiry, Told};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::screen::Tab;
use crate::tui::screen::cmdb::text::{Spot, Text};
use crate::tui::screen::cmdb::{Cmdb, Face, MOST, PAGE, Pane, Want};
use crate::tui::screen::stops::At;
use crate::tui::update::{SLOW, go_tab, release};

/// Asks about CIs.
fn ask(model: &mut Model, slot: Slot, what: Inquiry) -> Effect {
    model.ask(slot, Question::Cmdb(Box::new(what)))
}

/// Shows the CIs for the first time.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    let mut effects = cis_again(model);
    effects.push(ask(model, Slot::CiClasses, Inquiry::Classes));
    effects
}

/// Reads the list from its beginning.
pub fn cis_again(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    match model.cmdb.query(&rules.cmdb) {
        Ok(query) => {
            let cmdb = &mut model.cmdb;
            (cmdb.filter_error, cmdb.failed, cmdb.total, cmdb.elsewhere) = (None, None, None, None);
            (cmdb.loading, cmdb.slow, cmdb.extending) = (true, false, false);
            let page = Inquiry::Page { query: query.clone(), after: None, limit: PAGE };
            vec![Effect::Wake(SLOW), ask(model, Slot::CiList, page), ask(model, Slot::CiTotal, Inquiry::Total(query))]
        }
        Err(error) => {
            // While a filter is typed it is often unfinished: the list stays, the mistake is told beside it.
            model.cmdb.filter_error = Some(error.to_string());
            model.cmdb.loading = false;
            Vec::new()
        }
    }
}

/// Asks how many of all classes fit, where none of this class does.
fn ask_elsewhere(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = model.rules.as_ref().filter(|_| !model.cmdb.filter.is_empty()) else { return Vec::new() };
    let (here, root) = (model.cmdb.class(&rules.cmdb), Cmdb::root(&rules.cmdb));
    match model.cmdb.query_in(root, &rules.cmdb).ok().filter(|_| here != root) {
        Some(query) => vec![ask(model, Slot::CiElsewhere, Inquiry::Total(query))],
        None => Vec::new(),
    }
}

/// Shows another class, from its top.
pub fn show_class(model: &mut Model, name: &str) -> Vec<Effect> {
    let cmdb = &mut model.cmdb;
    if cmdb.class == name {
        return Vec::new();
    }
    name.clone_into(&mut cmdb.class);
    cmdb.rows.clear();
    (cmdb.cursor, cmdb.away, cmdb.top, cmdb.range, cmdb.next) = (0, None, 0, None, None);
    cis_again(model)
}

/// Reads on where the cursor nears the end, and shows the CI under it where there is room.
pub fn ci_moved(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    let next = model.rules.as_ref().and_then(|rules| model.cmdb.next_page(&rules.cmdb));
    if let Some(next) = next {
        effects.push(ask(model, Slot::CiList, next));
    }
    if layout::shows_ci(model) && model.cmdb.pane != Pane::Ci {
        effects.extend(show_ci(model));
    }
    effects
}

/// Asks for the CI under the cursor of the list, unless it is shown as it is.
pub fn show_ci(model: &mut Model) -> Vec<Effect> {
    let cmdb = &mut model.cmdb;
    // What was looked at last stays beside a list that does not hold it, and until that comes to which somebody goes.
    if cmdb.away.is_some() || cmdb.going {
        return Vec::new();
    }
    let wanted = cmdb.here().map(|listed| (listed.row.id, listed.row.updated));
    let shown = cmdb.shown.as_ref().map(|shown| (shown.id(), shown.record.sheet.ci.updated));
    cmdb.walk.clear();
    match wanted {
        Some((id, _)) if wanted != shown => vec![ask(model, Slot::CiSheet, Inquiry::Record(id))],
        Some(_) => Vec::new(),
        None => {
            cmdb.shown = None;
            Vec::new()
        }
    }
}

/// Opens the CI under the cursor of the list.
pub fn open_ci(model: &mut Model) -> Vec<Effect> {
    let away = model.cmdb.away.as_ref().map(|(id, _)| *id);
    let Some(id) = away.or(model.cmdb.here().map(|listed| listed.row.id)) else { return Vec::new() };
    model.cmdb.walk.clear();
    arrive_at(model, id)
}

/// Asks for a CI, to be looked at as soon as it comes.
pub fn arrive_at(model: &mut Model, id: CiId) -> Vec<Effect> {
    await_ci(model, None);
    vec![ask(model, Slot::CiPlace, Inquiry::Record(id))]
}

fn await_ci(model: &mut Model, want: Option<Want>) {
    // What is beside the list may still be on its way: it would come over the one to which somebody goes.
    model.asked.remove(&Slot::CiSheet);
    (model.cmdb.going, model.cmdb.want) = (true, want);
}

/// Goes to the CI that a word means.
pub fn go_to_ci(model: &mut Model, word: &str) -> Vec<Effect> {
    await_ci(model, None);
    let mut effects = go_tab(model, Tab::Cmdb);
    model.cmdb.walk.clear();
    effects.push(ask(model, Slot::CiPlace, Inquiry::Named(word.trim().to_owned())));
    effects
}

/// Asks for the record of a CI, to do something with it then; at once where it is shown.
pub fn with_record(model: &mut Model, id: CiId, want: Want) -> Vec<Effect> {
    if model.cmdb.shown.as_ref().is_some_and(|shown| shown.id() == id) {
        return action::ci_wanted(model, want);
    }
    await_ci(model, Some(want));
    vec![ask(model, Slot::CiPlace, Inquiry::Record(id))]
}

/// Walks from the CI shown to another; the way leads back.
pub fn walk_to(model: &mut Model, id: CiId) -> Vec<Effect> {
    let cmdb = &mut model.cmdb;
    if let Some(shown) = &cmdb.shown {
        let here = (shown.id(), shown.record.sheet.ci.name.clone());
        if here.0 == id {
            return Vec::new();
        }
        cmdb.walk.push(here);
    }
    // What is reached was reached from where one came.
    if cmdb.face != Face::Relations {
        cmdb.face = Face::Record;
    }
    arrive_at(model, id)
}

/// Goes a step of the walk back; from its beginning, to the list.
pub fn walk_back(model: &mut Model) -> Vec<Effect> {
    match model.cmdb.walk.pop() {
        Some((id, _)) => arrive_at(model, id),
        None => {
            model.cmdb.pane = Pane::List;
            ci_moved(model)
        }
    }
}

/// Shows this of the CI.
pub fn show_face(model: &mut Model, face: Face) -> Vec<Effect> {
    let cmdb = &mut model.cmdb;
    if cmdb.face != face {
        (cmdb.face, cmdb.scroll, cmdb.spot) = (face, 0, None);
    }
    let opened = match (cmdb.pane, layout::shows_ci(model)) {
        (Pane::Ci, _) | (_, true) => Vec::new(),
        _ => open_ci(model),
    };
    opened.into_iter().chain(ask_face(model)).collect()
}

/// Goes to the CI, and shows this of it.
pub fn open_face(model: &mut Model, face: Face) -> Vec<Effect> {
    let mut effects = show_face(model, face);
    if model.cmdb.pane != Pane::Ci && !model.cmdb.going {
        effects.extend(open_ci(model));
    }
    effects
}

/// Asks for what the face shows beside the record.
pub fn ask_face(model: &mut Model) -> Vec<Effect> {
    let cmdb = &model.cmdb;
    let Some(id) = cmdb.shown.as_ref().map(|shown| shown.id()) else { return Vec::new() };
    let what = match cmdb.face {
        Face::Record => return Vec::new(),
        Face::History => Inquiry::History(id),
        Face::Impact => Inquiry::Impact { of: cmdb.failing(), reach: cmdb.reach(), depth: cmdb.depth() },
        Face::Relations => {
            let open = cmdb.branches.keys().copied().collect::<Vec<_>>();
            if open.is_empty() {
                return Vec::new();
            }
            Inquiry::Branches(open)
        }
    };
    vec![ask(model, Slot::CiFace, what)]
}

/// What breaks; and again, what is needed.
pub fn show_impact(model: &mut Model) -> Vec<Effect> {
    let again = model.cmdb.face == Face::Impact && (model.cmdb.pane == Pane::Ci || layout::shows_ci(model));
    if again {
        model.cmdb.reach = Some(match model.cmdb.reach() {
            Reach::Down => Reach::Up,
            Reach::Up => Reach::Down,
        });
    }
    open_face(model, Face::Impact)
}

/// Follows failure over more relations, or fewer.
pub fn deepen(model: &mut Model, by: i32) -> Vec<Effect> {
    model.cmdb.depth = model.cmdb.depth().saturating_add_signed(by).clamp(1, 99);
    ask_face(model)
}

/// Unfolds a CI's own relations in place, or folds them.
pub fn turn_branch(model: &mut Model, key: &str, id: CiId) -> Vec<Effect> {
    model.cmdb.turn(key);
    if model.cmdb.face == Face::Relations && !model.cmdb.branches.contains_key(&id) {
        let mut ids: Vec<CiId> = model.cmdb.branches.keys().copied().collect();
        ids.push(id);
        return vec![ask(model, Slot::CiFace, Inquiry::Branches(ids))];
    }
    Vec::new()
}

/// Goes to the end of the list, as far as it is read.
pub fn list_end(model: &mut Model) -> Vec<Effect> {
    let height = layout::ci_list_height(model);
    let after = model.cmdb.next.clone();
    let query = model.rules.as_ref().and_then(|rules| model.cmdb.query(&rules.cmdb).ok());
    match (after, query) {
        (Some(after), Some(query)) if model.cmdb.rows.len() < MOST => {
            (model.cmdb.to_end, model.cmdb.extending) = (true, true);
            let limit = MOST.saturating_sub(model.cmdb.rows.len());
            vec![ask(model, Slot::CiList, Inquiry::Page { query, after: Some(after), limit })]
        }
        _ => {
            model.cmdb.go(usize::MAX - 1, height);
            ci_moved(model)
        }
    }
}

/// Reads again what is shown, without moving the cursor.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    let Some(query) = model.rules.as_ref().and_then(|rules| model.cmdb.query(&rules.cmdb).ok()) else {
        return Vec::new();
    };
    model.cmdb.extending = false;
    let limit = model.cmdb.rows.len().max(PAGE);
    let mut effects = vec![
        ask(model, Slot::CiList, Inquiry::Page { query: query.clone(), after: None, limit }),
        ask(model, Slot::CiTotal, Inquiry::Total(query)),
        ask(model, Slot::CiClasses, Inquiry::Classes),
    ];
    // The one that is awaited to be looked at comes as it is.
    if let Some(id) = model.cmdb.shown.as_ref().map(|shown| shown.id()).filter(|_| !model.cmdb.going) {
        effects.push(ask(model, Slot::CiSheet, Inquiry::Record(id)));
        effects.extend(ask_face(model));
    }
    effects
}

/// Goes by a new layout.
pub(super) fn settle(model: &mut Model) -> Vec<Effect> {
    let height = layout::ci_list_height(model);
    model.cmdb.settle(height);
    ci_moved(model)
}

/// Takes in what the desk says.
pub(super) fn take(model: &mut Model, slot: Slot, told: Told) -> Vec<Effect> {
    match told {
        Told::Page { rows, next, goes_on } => {
            let height = layout::ci_list_height(model);
            model.cmdb.take_page(rows, next, goes_on, height);
            let (held, more) = (model.cmdb.rows.len(), model.cmdb.next.is_some());
            let mut effects = if held == 0 { ask_elsewhere(model) } else { Vec::new() };
            if goes_on && held >= MOST && more {
                let key = model.key(action::ActionId::Filter);
                model.say(format!("The first {held} are listed; {key} narrows the list"));
            }
            effects.extend(ci_moved(model));
            effects.extend(release(model));
            effects
        }
        Told::Total(total) if slot == Slot::CiElsewhere => {
            model.cmdb.elsewhere = Some(total);
            Vec::new()
        }
        Told::Total(total) => {
            model.cmdb.total = Some(total);
            Vec::new()
        }
        Told::Classes(counts) => {
            model.cmdb.counts = counts;
            Vec::new()
        }
        Told::Record(record) => {
            let fresh = model.cmdb.shown.as_ref().is_none_or(|shown| shown.id() != record.sheet.ci.id);
            model.cmdb.take_record(*record);
            let mut effects = Vec::new();
            if slot == Slot::CiPlace {
                model.cmdb.going = false;
                match model.cmdb.want.take() {
                    Some(want) => effects.extend(action::ci_wanted(model, want)),
                    None => model.cmdb.pane = Pane::Ci,
                }
            }
            if fresh {
                model.cmdb.reached = None;
                effects.extend(ask_face(model));
            }
            effects.extend(release(model));
            effects
        }
        Told::Branches(branches) => {
            model.cmdb.branches.extend(branches);
            Vec::new()
        }
        Told::Impact(reached) => {
            model.cmdb.reached = Some(*reached);
            Vec::new()
        }
        Told::History(id, history) => {
            if let Some(shown) = model.cmdb.shown.as_mut().filter(|shown| shown.id() == id) {
                shown.history = Some(history);
            }
            Vec::new()
        }
    }
}

/// What is refused is awaited no longer.
pub(super) fn failed(model: &mut Model, slot: Slot, why: &Refusal) {
    match slot {
        Slot::CiList => {
            model.cmdb.failed = Some(why.to_string());
            (model.cmdb.loading, model.cmdb.extending, model.cmdb.to_end) = (false, false, false);
            model.held.clear();
        }
        Slot::CiPlace => {
            model.cmdb.going = false;
            model.cmdb.want = None;
            model.held.clear();
        }
        // It is gone: somebody took its making back.
        Slot::CiSheet if matches!(why, Refusal::NotFound(_)) => {
            let gone = model.cmdb.shown.take();
            if model.cmdb.pane == Pane::Ci {
                model.cmdb.pane = Pane::List;
                model.cmdb.away = gone.map(|shown| (shown.id(), shown.record.sheet.ci.name));
            }
        }
        _ => {}
    }
}

fn go(model: &mut Model, told: &Text, at: At) {
    model.cmdb.scroll = at.top;
    model.cmdb.spot = at.stop.and_then(|stop| told.stops.get(stop)).map(|stop| stop.spot.clone());
}

fn whereabouts(model: &Model, told: &Text) -> At {
    At { top: model.cmdb.scroll, stop: told.place(model.cmdb.spot.as_ref()) }
}

/// Goes to the nearest place below or above where the cursor can stand; without one in sight, the text moves by a row.
pub fn walk(model: &mut Model, down: bool) -> Vec<Effect> {
    let told = layout::ci_text(model);
    let at = told.walk(layout::ci_height(model)).step(whereabouts(model, &told), down);
    go(model, &told, at);
    Vec::new()
}

/// Moves the text, and the cursor in it where there is one, by many rows.
pub fn leap(model: &mut Model, by: isize) -> Vec<Effect> {
    let told = layout::ci_text(model);
    let at = told.walk(layout::ci_height(model)).leap(whereabouts(model, &told), by);
    go(model, &told, at);
    Vec::new()
}

/// Goes to the place in the same row and another column, if there is one.
pub fn beside(model: &mut Model, right: bool) -> bool {
    let told = layout::ci_text(model);
    let at = whereabouts(model, &told);
    let there = told.walk(layout::ci_height(model)).beside(at, right);
    if there.is_some() {
        go(model, &told, At { stop: there, ..at });
    }
    there.is_some()
}

/// What the cursor stands on, while the CI has the keys.
#[must_use]
pub fn ci_spot(model: &Model) -> Option<Spot> {
    if model.tab != Tab::Cmdb || model.cmdb.pane != Pane::Ci {
        return None;
    }
    layout::ci_text(model).at(model.cmdb.spot.as_ref()).map(|stop| stop.spot.clone())
}
