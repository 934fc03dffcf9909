//! Going from place to place: noting where somebody is, back and forward, to a ticket or CI by its number.

use crate::desk::id::{ArticleId, CiId, Kind, Number};
use crate::store::PageFrom;
use crate::text;
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::inquiry::knowledge::Entry;
use crate::tui::layout;
use crate::tui::message::Whole;
use crate::tui::model::Model;
use crate::tui::screen::rows::Row;
use crate::tui::screen::trail::{ArticlePlace, CiPlace, Place, PlanPlace, TicketPlace};
use crate::tui::screen::{Tab, cmdb, knowledge, queue};
use crate::tui::update::changes::{self, calendar_again, calendar_moved};
use crate::tui::update::cmdb::{self as cis, arrive_at, ask_face, ci_moved, cis_again, go_to_ci};
use crate::tui::update::knowledge::{self as articles, article_moved, articles_again, go_to_article, resume_article};
use crate::tui::update::{cursor_moved, looked_at, offer, open_view, refresh};

/// Notes where somebody is, once what they asked for is there.
pub fn note_place(model: &mut Model) {
    if model.rules.is_none() || model.typing().is_some() {
        return;
    }
    let place = match model.tab {
        Tab::Queue => {
            let queue = &model.queue;
            if queue.loading || queue.going {
                return;
            }
            Place::Queue(TicketPlace {
                view: queue.views.get(queue.view).map(|view| view.name.clone()).unwrap_or_default(),
                filter: queue.filter.clone(),
                reading: queue.current().map(|ticket| ticket.id).filter(|_| queue.pane == queue::Pane::Ticket),
                cursor: queue.here().map(|ticket| ticket.id),
            })
        }
        Tab::Changes => {
            let changes = &model.changes;
            if changes.loading || changes.grab.is_some() {
                return;
            }
            Place::Changes(PlanPlace {
                face: changes.face,
                filter: changes.filter.clone(),
                at: changes.at,
                cursor: changes.item,
            })
        }
        Tab::Cmdb => {
            let cmdb = &model.cmdb;
            if cmdb.loading || cmdb.going {
                return;
            }
            let reads = cmdb.pane == cmdb::Pane::Ci;
            Place::Cmdb(CiPlace {
                class: cmdb.class.clone(),
                filter: cmdb.filter.clone(),
                reading: cmdb.shown.as_ref().filter(|_| reads).map(|shown| (shown.id(), cmdb.face)),
                walk: if reads { cmdb.walk.clone() } else { Vec::new() },
                cursor: cmdb.here().map(|listed| listed.row.id),
            })
        }
        Tab::Knowledge => {
            let knowledge = &model.knowledge;
            if knowledge.rows.loading || knowledge.going {
                return;
            }
            let reads = knowledge.pane == knowledge::Pane::Article;
            Place::Knowledge(ArticlePlace {
                view: knowledge.view,
                filter: knowledge.filter.clone(),
                reading: knowledge.shown.as_ref().filter(|_| reads).map(|shown| (shown.id(), knowledge.face)),
                row: if reads { knowledge.scroll } else { 0 },
                cursor: knowledge.here().map(Row::key),
            })
        }
    };
    model.trail.note(place);
}

/// Which panes are read: the ticket, the CI, the article.
pub fn reads(model: &Model) -> (bool, bool, bool) {
    let article = model.knowledge.pane == knowledge::Pane::Article;
    (model.queue.pane == queue::Pane::Ticket, model.cmdb.pane == cmdb::Pane::Ci, article)
}

/// Keeps the cursor of a list on what is read; whoever comes back to a list that does not hold it is told.
pub fn follow(model: &mut Model, (ticket, ci, article): (bool, bool, bool)) {
    let (list, cis) = (layout::list_height(model), layout::ci_list_height(model));
    let articles = layout::article_list_height(model);
    model.queue.follow(list);
    model.cmdb.follow(cis);
    model.knowledge.follow(articles);
    if model.queue.pane != queue::Pane::Ticket && !model.queue.going {
        model.queue.came = None;
    }
    let left = match (model.tab, reads(model)) {
        (Tab::Queue, (false, ..)) => ticket,
        (Tab::Cmdb, (_, false, _)) => ci && model.cmdb.pane == cmdb::Pane::List,
        (Tab::Knowledge, (.., false)) => article,
        _ => false,
    };
    if let Some(why) = away(model).filter(|_| left && model.message.is_none()) {
        model.say(why);
    }
}

/// Shows a tab, as it was left.
pub fn go_tab(model: &mut Model, tab: Tab) -> Vec<Effect> {
    if model.tab == tab {
        return Vec::new();
    }
    model.tab = tab;
    match tab {
        Tab::Changes if !std::mem::replace(&mut model.changes.visited, true) => changes::enter(model),
        Tab::Cmdb if !std::mem::replace(&mut model.cmdb.visited, true) => cis::enter(model),
        Tab::Knowledge if !std::mem::replace(&mut model.knowledge.visited, true) => articles::enter(model),
        // What others did meanwhile.
        _ => refresh(model),
    }
}

/// Goes one step out of the ticket that is read: to where it was opened, the list as a rule.
pub fn leave_ticket(model: &mut Model) -> Vec<Effect> {
    model.queue.pane = queue::Pane::List;
    match model.queue.came.take() {
        Some(tab) => {
            // The list was not left for it, and stays as it is.
            (model.queue.shown, model.queue.away) = (None, None);
            go_tab(model, tab)
        }
        None => Vec::new(),
    }
}

/// Why the cursor of the list rests on nothing, if it does.
pub fn away(model: &Model) -> Option<String> {
    let (name, whole) = match model.tab {
        Tab::Queue => {
            let queue = &model.queue;
            let whole = !queue.more && matches!(queue.start, Some(PageFrom::Start) | None);
            (queue.away.map(|(_, number)| number.to_string())?, whole)
        }
        Tab::Changes => return None,
        Tab::Cmdb => {
            let (id, name) = model.cmdb.away.as_ref()?;
            (format!("{} {}", id.number(), text::clean_line(name)), model.cmdb.next.is_none())
        }
        Tab::Knowledge => {
            let (key, name) = model.knowledge.rows.away.as_ref()?;
            let number = match key {
                Entry::Article(id) => format!("{} ", id.number()),
                Entry::Gap(_) => String::new(),
            };
            (format!("{number}{}", text::clean_line(name)), model.knowledge.rows.next.is_none())
        }
    };
    Some(match whole {
        true => format!("{name} is not in this view"),
        false => format!("{name} is not among the rows read of this view"),
    })
}

/// Goes a place back, or forward again.
pub fn step_place(model: &mut Model, forward: bool) -> Vec<Effect> {
    match model.trail.step(forward) {
        Some(place) => go_to(model, place),
        None => {
            model.say(if forward { "There is nothing to go forward to" } else { "There is nothing to go back to" });
            Vec::new()
        }
    }
}

/// Goes to the place before this one.
pub fn last_place(model: &mut Model) -> Vec<Effect> {
    match model.trail.swap() {
        Some(place) => go_to(model, place),
        None => {
            model.say("There is no place before this one");
            Vec::new()
        }
    }
}

fn go_to(model: &mut Model, place: Place) -> Vec<Effect> {
    match place {
        Place::Queue(place) => {
            let mut effects = go_tab(model, Tab::Queue);
            effects.extend(go_to_ticket(model, place));
            effects
        }
        Place::Changes(place) => {
            let mut effects = go_tab(model, Tab::Changes);
            effects.extend(go_to_plans(model, place));
            effects
        }
        Place::Cmdb(place) => {
            let mut effects = go_tab(model, Tab::Cmdb);
            effects.extend(go_to_cis(model, place));
            effects
        }
        Place::Knowledge(place) => {
            let mut effects = go_tab(model, Tab::Knowledge);
            effects.extend(go_to_articles(model, place));
            effects
        }
    }
}

fn go_to_ticket(model: &mut Model, place: TicketPlace) -> Vec<Effect> {
    let queue = &mut model.queue;
    let view = queue.views.iter().position(|view| view.name == place.view).unwrap_or(queue.view);
    let stays = view == queue.view && place.filter == queue.filter && !queue.rows.is_empty();
    queue.pane = queue::Pane::List;
    (queue.view, queue.filter, queue.goal, queue.only) = (view, place.filter, place.cursor, None);
    let mut effects = Vec::new();
    if stays {
        let at = queue.rows.iter().position(|(ticket, _)| Some(ticket.id) == place.cursor);
        let height = layout::list_height(model);
        model.queue.goal = None;
        model.queue.go(at.unwrap_or(model.queue.cursor), height);
        effects.extend(cursor_moved(model));
    } else {
        effects.extend(open_view(model));
    }
    if let Some(id) = place.reading {
        model.queue.going = true;
        effects.push(model.ask(Slot::Place, Question::Reading(id)));
    }
    effects
}

fn go_to_plans(model: &mut Model, place: PlanPlace) -> Vec<Effect> {
    let moment = model.moment;
    let changes = &mut model.changes;
    let stays = place.filter == changes.filter;
    (changes.face, changes.filter, changes.item) = (place.face, place.filter, place.cursor);
    (changes.range, changes.anchor) = (None, None);
    changes.go(place.at, &moment);
    if stays { calendar_moved(model) } else { calendar_again(model) }
}

fn go_to_cis(model: &mut Model, place: CiPlace) -> Vec<Effect> {
    let cmdb = &mut model.cmdb;
    let stays = place.class == cmdb.class && place.filter == cmdb.filter && !cmdb.rows.is_empty();
    cmdb.pane = cmdb::Pane::List;
    (cmdb.class, cmdb.filter, cmdb.goal) = (place.class, place.filter, place.cursor);
    let mut effects = Vec::new();
    if stays {
        let at = cmdb.rows.iter().position(|listed| Some(listed.row.id) == place.cursor);
        let height = layout::ci_list_height(model);
        model.cmdb.goal = None;
        model.cmdb.go(at.unwrap_or(model.cmdb.cursor), height);
        effects.extend(ci_moved(model));
    } else {
        model.cmdb.rows.clear();
        effects.extend(cis_again(model));
    }
    if let Some((id, face)) = place.reading {
        model.cmdb.walk = place.walk;
        if model.cmdb.face != face {
            (model.cmdb.face, model.cmdb.scroll, model.cmdb.spot) = (face, 0, None);
        }
        if model.cmdb.shown.as_ref().is_some_and(|shown| shown.id() == id) {
            effects.extend(ask_face(model));
        }
        effects.extend(arrive_at(model, id));
    }
    effects
}

fn go_to_articles(model: &mut Model, place: ArticlePlace) -> Vec<Effect> {
    let knowledge = &mut model.knowledge;
    let same = (place.view, &place.filter) == (knowledge.view, &knowledge.filter);
    let stays = same && !knowledge.rows.held.is_empty() && !knowledge.rows.loading;
    knowledge.pane = knowledge::Pane::List;
    (knowledge.view, knowledge.filter) = (place.view, place.filter);
    let mut effects = Vec::new();
    if stays {
        let at = place.cursor.as_ref().and_then(|key| knowledge.rows.find(key));
        let at = at.unwrap_or(knowledge.rows.cursor);
        let height = layout::article_list_height(model);
        model.knowledge.rows.go(at, height);
        effects.extend(article_moved(model));
    } else {
        knowledge.rows.clear();
        knowledge.rows.goal = place.cursor;
        effects.extend(articles_again(model));
    }
    if let Some((id, face)) = place.reading {
        effects.extend(resume_article(model, id, face, place.row));
    }
    effects
}

/// Goes to the ticket, CI or article of a number; digits alone are an incident's, in the CMDB a CI's and among articles an
/// article's, and so is a name or title there.
pub fn go_to_number(model: &mut Model, typed: &str) -> Vec<Effect> {
    let typed = typed.trim();
    if typed.parse::<CiId>().is_ok() {
        return go_to_ci(model, typed);
    }
    if typed.parse::<ArticleId>().is_ok() {
        return go_to_article(model, typed);
    }
    let number = match (typed.parse::<i64>(), model.tab) {
        (Ok(n), Tab::Queue) if n > 0 => Ok(Number { kind: Kind::Incident, n }),
        _ => typed.parse::<Number>(),
    };
    match (number, model.tab) {
        (Ok(number), _) => {
            model.queue.going = true;
            let mut effects = go_tab(model, Tab::Queue);
            effects.push(model.ask(Slot::Place, Question::Numbered(number)));
            effects
        }
        (Err(_), Tab::Cmdb) if !typed.is_empty() => go_to_ci(model, typed),
        (Err(_), Tab::Knowledge) if !typed.is_empty() => go_to_article(model, typed),
        (Err(why), _) => {
            model.refuse(why);
            Vec::new()
        }
    }
}

/// Shows the ticket to which somebody goes.
pub fn arrive(model: &mut Model, whole: Whole) -> Vec<Effect> {
    model.queue.going = false;
    model.queue.pane = queue::Pane::Ticket;
    // The ticket that was shown before may still be on its way: it is not wanted any more.
    model.asked.remove(&Slot::Sheet);
    let seen = (whole.sheet.ticket.id, whole.sheet.ticket.version);
    model.queue.take_sheet(whole, model.seen.get(&seen.0).copied());
    let mut effects = looked_at(model, seen);
    effects.extend(offer::ask(model));
    effects
}
