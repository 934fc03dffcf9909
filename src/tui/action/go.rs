//! Actions that are the same everywhere: moving between places, help, undo, leaving.

use crate::text;
use crate::tui::action::{ActionId, ActionSpec, Risk, Scope, all, allowed, always, draft, list};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::lookup::Lookup;
use crate::tui::model::{Deed, Model};
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::screen::Tab;
use crate::tui::screen::changes::Face;
use crate::tui::screen::cmdb::Pane as CiPane;
use crate::tui::screen::knowledge::{Pane as ArticlePane, View as Shelf};
use crate::tui::screen::queue::Pane;
use crate::tui::screen::queue::view::grouped;
use crate::tui::{focus, update};

macro_rules! row {
    ($id:ident $name:literal $title:literal $scope:ident $keys:expr, $rank:literal, $help:literal, $run:expr) => {
        work!($id $name $title $scope Read $keys, $rank, always, $help, $run)
    };
    ($id:ident $name:literal $title:literal $keys:expr, $rank:literal, $help:literal, $run:expr) => {
        row!($id $name $title Global $keys, $rank, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(Help "help" "help" ["?"], 90, "Show what the keys do here; choosing a line runs it.", help),
    row!(Palette "palette" "command" [":"], 20, "Find an action and run it; behind its name, what it asks for: assign anna.", palette),
    row!(Filter "filter" "filter" ["/"], 60, "Narrow the list by a query, live.", update::filter_open),
    row!(Quit "quit" "quit" ["q"], 10, "One step back; at the root, quit.", quit),
    row!(Back "back" "back" ["Esc"], 0, "One step out: overlay, range, marks, filter. Never quits.", back),
    row!(NextPane "pane.next" "next pane" ["Tab"], 0, "Go to the next pane.", |model| pane(model, true)),
    row!(PreviousPane "pane.previous" "prev pane" ["Shift-Tab"], 0, "Go to the previous pane.", |model| pane(model, false)),
    work!(NextView "view.next" "next view" Global Read ["]"], 40, viewed, "Show the next view; of a CI or article its next page, of changes the next face.", |model| view(model, 1)),
    work!(PreviousView "view.previous" "prev view" Global Read ["["], 39, viewed, "Show the previous view, page or face.", |model| view(model, -1)),
    row!(GoView "go.view" "view…" ["g v"], 0, "Go to a view by its number or name; in the CMDB to a class, in Changes to a face.", views),
    row!(Zoom "zoom" "zoom" ["z"], 0, "Let this pane fill the screen, or no longer.", zoom),
    ActionSpec {
        id: ActionId::Undo,
        name: "undo",
        title: "undo",
        help: "Take back what I did last in this sitting; says what.",
        scope: Scope::Global,
        keys: &["u"],
        rank: 50,
        risk: Risk::Write,
        enabled: undoable,
        run: |model| match model.discarded.take() {
            Some((place, text)) => draft::bring_back(model, place, text),
            None => take_back(model.done.last().copied(), false),
        },
    },
    ActionSpec {
        id: ActionId::Redo,
        name: "redo",
        title: "redo",
        help: "Do again what I took back last.",
        scope: Scope::Global,
        keys: &["ctrl-r"],
        rank: 0,
        risk: Risk::Write,
        enabled: redoable,
        run: |model| take_back(model.undone.last().copied(), true),
    },
    row!(Refresh "refresh" "refresh" ["R"], 0, "Read everything again.", update::refresh),
    row!(Repaint "repaint" "repaint" Always ["ctrl-l"], 0, "Draw the whole screen again.", |_| vec![Effect::Repaint]),
    row!(Suspend "suspend" "suspend" Always ["ctrl-z"], 0, "Go to the background; fg comes back.", |_| vec![Effect::Suspend]),
    row!(Shell "shell" "shell" ["!"], 0, "Open a shell with $DESKHAND_ID and $DESKHAND_DB set.", shell),
    row!(Stop "stop" "stop" Always ["ctrl-c"], 0, "Stop what runs; twice: quit, drafts are kept.", update::stop),
];

/// The actions that can be reached from here, as lines of a picker.
pub(super) fn lines(model: &Model, everything: bool) -> Vec<Item> {
    let scopes = focus::scopes(model);
    let mut items: Vec<(usize, Item)> = all()
        .filter_map(|row| {
            let place = scopes.iter().position(|scope| *scope == row.scope);
            let work = match model.tab {
                Tab::Queue => matches!(row.scope, Scope::Ticket | Scope::List),
                Tab::Changes => matches!(row.scope, Scope::Ticket | Scope::Calendar | Scope::Planned),
                Tab::Cmdb => matches!(row.scope, Scope::Ci | Scope::CiList),
                Tab::Knowledge => matches!(row.scope, Scope::Article | Scope::ArticleList),
            };
            let place = place.or(everything.then_some(scopes.len()).filter(|_| work))?;
            Some((
                place,
                Item {
                    word: row.name.to_owned(),
                    label: row.help.to_owned(),
                    hint: if place < scopes.len() { model.keymap.here(scopes, row) } else { model.keymap.of(row) }
                        .join("  "),
                    blocked: allowed(row, model).err(),
                    action: Some(row.id),
                },
            ))
        })
        .collect();
    items.sort_by_key(|(place, _)| *place);
    items.into_iter().map(|(_, item)| item).collect()
}

/// A class has no pages to turn.
fn viewed(model: &Model) -> Result<(), String> {
    match model.tab == Tab::Cmdb && model.cmdb.pane == CiPane::Classes {
        true => Err(format!("{} goes into the list first", model.key(ActionId::ClassOpen))),
        false => Ok(()),
    }
}

fn undoable(model: &Model) -> Result<(), String> {
    let nothing = "nothing was done in this sitting; deskhand log and deskhand undo reach further back";
    if model.done.is_empty() && model.discarded.is_none() { Err(nothing.to_owned()) } else { Ok(()) }
}

fn redoable(model: &Model) -> Result<(), String> {
    if model.undone.is_empty() { Err(String::from("nothing was taken back since the last change")) } else { Ok(()) }
}

/// Takes back the last of this sitting, or does again what was taken back last.
pub(crate) fn take_back_next(model: &Model, redo: bool) -> Vec<Effect> {
    take_back(if redo { model.undone.last() } else { model.done.last() }.copied(), redo)
}

fn take_back(deed: Option<Deed>, redo: bool) -> Vec<Effect> {
    let wish = deed.map(|deed| match deed {
        Deed::Entry(seq) => Wish::Undo { seq, redo, settled: Vec::new() },
        Deed::Kept(id) => Wish::TakeBack { id, redo },
    });
    wish.map(|wish| Effect::Do(Box::new(wish))).into_iter().collect()
}

pub(super) fn help(model: &mut Model) -> Vec<Effect> {
    let items = lines(model, false);
    model.overlays.push(Overlay::Picker(Picker::new("Help", Purpose::Help, items)));
    Vec::new()
}

fn palette(model: &mut Model) -> Vec<Effect> {
    let items = lines(model, true);
    model.overlays.push(Overlay::Picker(Picker::new("Command", Purpose::Run, items)));
    vec![model.ask(Slot::Names, Question::LookUp(Lookup::Directory))]
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let reads = match model.tab {
        Tab::Queue => model.queue.pane == Pane::Ticket,
        Tab::Changes => model.changes.opened.is_some(),
        Tab::Cmdb => model.cmdb.pane == CiPane::Ci,
        Tab::Knowledge => model.knowledge.pane == ArticlePane::Article,
    };
    match reads {
        true => back(model),
        false if model.drafts.is_empty() => vec![Effect::Quit(0)],
        false => draft::ask_before_leaving(model),
    }
}

/// One step out in the CMDB.
fn back_in_cmdb(model: &mut Model) -> Vec<Effect> {
    let cmdb = &mut model.cmdb;
    if cmdb.zoomed {
        cmdb.zoomed = false;
    } else if cmdb.pane == CiPane::Ci {
        cmdb.pane = CiPane::List;
        return update::ci_moved(model);
    } else if cmdb.range.take().is_some() {
    } else if !cmdb.marks.is_empty() {
        cmdb.marks.clear();
    } else if !cmdb.filter.is_empty() {
        cmdb.filter.clear();
        return update::cis_again(model);
    } else if cmdb.pane == CiPane::List {
        cmdb.pane = CiPane::Classes;
    } else {
        let key = model.key(ActionId::Quit);
        model.say(format!("{key} quits"));
    }
    Vec::new()
}

/// One step out among articles.
fn back_in_knowledge(model: &mut Model) -> Vec<Effect> {
    let knowledge = &mut model.knowledge;
    let old = knowledge.shown.as_mut().and_then(|shown| shown.old.take());
    if knowledge.zoomed {
        knowledge.zoomed = false;
        return update::settle(model);
    } else if knowledge.pane == ArticlePane::Article && old.is_some() {
        knowledge.scroll = 0;
    } else if knowledge.pane == ArticlePane::Article {
        return update::leave_article(model);
    } else if knowledge.rows.range.take().is_some() {
    } else if !knowledge.rows.marks.is_empty() {
        knowledge.rows.marks.clear();
    } else if knowledge.searches() {
        knowledge.filter.clear();
        return update::articles_again(model);
    } else {
        let key = model.key(ActionId::Quit);
        model.say(format!("{key} quits"));
    }
    Vec::new()
}

fn back(model: &mut Model) -> Vec<Effect> {
    match model.tab {
        Tab::Queue => {}
        Tab::Changes => return update::back_in_calendar(model),
        Tab::Cmdb => return back_in_cmdb(model),
        Tab::Knowledge => return back_in_knowledge(model),
    }
    let queue = &mut model.queue;
    if queue.zoomed {
        queue.zoomed = false;
    } else if queue.pane == Pane::Ticket {
        return update::leave_ticket(model);
    } else if queue.range.take().is_some() {
    } else if queue.only.is_some() {
        return update::only_marked_off(model);
    } else if !queue.marks.is_empty() {
        queue.marks.clear();
    } else if !queue.filter.is_empty() {
        queue.filter.clear();
        return update::list_again(model);
    } else {
        let key = model.key(ActionId::Quit);
        model.say(format!("{key} quits"));
    }
    Vec::new()
}

/// The panes of the CMDB, from the classes to the CI.
fn pane_of_cmdb(model: &mut Model, forward: bool) -> Vec<Effect> {
    let order = [CiPane::Classes, CiPane::List, CiPane::Ci];
    let at = order.iter().position(|pane| *pane == model.cmdb.pane).unwrap_or(0);
    let next = if forward { at + 1 } else { at + order.len() - 1 } % order.len();
    match order.get(next).copied().unwrap_or_default() {
        // The CI beside the list, which may be on its way.
        CiPane::Ci => update::open_ci(model),
        pane => {
            model.cmdb.pane = pane;
            update::ci_moved(model)
        }
    }
}

fn pane(model: &mut Model, forward: bool) -> Vec<Effect> {
    if model.tab == Tab::Cmdb {
        return pane_of_cmdb(model, forward);
    }
    if model.tab == Tab::Knowledge {
        return match model.knowledge.pane {
            ArticlePane::List => update::open_article(model),
            ArticlePane::Article => update::leave_article(model),
        };
    }
    let order: &[Pane] = if crate::tui::layout::shows_views(model) {
        &[Pane::Views, Pane::List, Pane::Ticket]
    } else {
        &[Pane::List, Pane::Ticket]
    };
    let at = order.iter().position(|pane| *pane == model.queue.pane).unwrap_or(0);
    let next = if forward { at + 1 } else { at + order.len() - 1 } % order.len();
    match order.get(next).copied().unwrap_or_default() {
        Pane::Ticket => list::open(model),
        pane => {
            model.queue.pane = pane;
            Vec::new()
        }
    }
}

fn view(model: &mut Model, by: isize) -> Vec<Effect> {
    match model.tab {
        Tab::Queue => {}
        Tab::Changes => return update::show_calendar(model, model.changes.face.turned(by)),
        Tab::Cmdb => return update::show_face(model, model.cmdb.face.turned(by)),
        Tab::Knowledge => return turn(model, by),
    }
    let count = isize::try_from(model.queue.views.len().max(1)).unwrap_or(1);
    let at = isize::try_from(model.queue.view).unwrap_or(0);
    update::switch_view(model, usize::try_from((at + by).rem_euclid(count)).unwrap_or(0))
}

/// The next view of articles; of an article, its next page.
fn turn(model: &mut Model, by: isize) -> Vec<Effect> {
    let knowledge = &model.knowledge;
    if knowledge.pane == ArticlePane::Article {
        return update::turn_article(model, knowledge.face.turned(by));
    }
    // From what was found one comes to the view in which it was searched, then to those beside it.
    let view = if knowledge.searches() && by > 0 { knowledge.view } else { knowledge.view.turned(by) };
    update::show_shelf(model, view)
}

/// The views of articles.
fn shelves(model: &mut Model) -> Vec<Effect> {
    let count = |view: Shelf| {
        let count = model.knowledge.counts.iter().find(|(known, _)| *known == view).map(|(_, count)| *count);
        count.and_then(|count| u64::try_from(count).ok()).map(grouped).unwrap_or_default()
    };
    let items = Shelf::ALL.into_iter().map(|view| Item::new(view.title(), view.help()).hinted(count(view))).collect();
    model.overlays.push(Overlay::Picker(Picker::new("Articles", Purpose::View, items)));
    Vec::new()
}

/// The views with their numbers and counts.
fn views(model: &mut Model) -> Vec<Effect> {
    match model.tab {
        Tab::Queue => {}
        Tab::Changes => return faces(model),
        Tab::Cmdb => return classes(model),
        Tab::Knowledge => return shelves(model),
    }
    let count = |count: Option<u64>| count.map(grouped).unwrap_or_default();
    let views = (1..).zip(&model.queue.views);
    let items: Vec<Item> = views
        .map(|(n, view): (usize, _)| Item::new(n.to_string(), text::clean_line(&view.name)).hinted(count(view.count)))
        .collect();
    let picker = Picker { cursor: model.queue.view, ..Picker::new("Views", Purpose::View, items) };
    model.overlays.push(Overlay::Picker(picker));
    Vec::new()
}

/// The ways to look at the calendar.
fn faces(model: &mut Model) -> Vec<Effect> {
    let items = Face::ALL.into_iter().map(|face| Item::new(face.title(), "")).collect();
    model.overlays.push(Overlay::Picker(Picker::new("Calendar", Purpose::View, items)));
    Vec::new()
}

/// The classes that have CIs, with their counts.
fn classes(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let mut rows = model.cmdb.class_counts(&rules.cmdb);
    rows.retain(|(_, _, count)| *count > 0);
    let count = |count: i64| grouped(u64::try_from(count).unwrap_or_default());
    let items = rows.into_iter().map(|(name, label, n)| Item::new(name, label).hinted(count(n))).collect();
    model.overlays.push(Overlay::Picker(Picker::new("Classes", Purpose::View, items)));
    Vec::new()
}

fn zoom(model: &mut Model) -> Vec<Effect> {
    match model.tab {
        Tab::Queue => model.queue.zoomed = !model.queue.zoomed,
        Tab::Changes => model.changes.zoomed = !model.changes.zoomed,
        Tab::Cmdb => model.cmdb.zoomed = !model.cmdb.zoomed,
        Tab::Knowledge => {
            model.knowledge.zoomed = !model.knowledge.zoomed;
            return update::settle(model);
        }
    }
    Vec::new()
}

fn shell(model: &mut Model) -> Vec<Effect> {
    let number = match model.tab {
        Tab::Queue | Tab::Changes => model.current().map(|ticket| ticket.number.to_string()),
        Tab::Cmdb => model.cmdb.current().map(|id| id.number()),
        Tab::Knowledge => model.knowledge.current().map(|id| id.number()),
    };
    vec![Effect::Shell(number)]
}
