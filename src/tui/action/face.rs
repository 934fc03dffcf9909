//! Actions of the CMDB tab's panes: the classes, the list, the CI that is looked at.

use crate::desk::id::TicketId;
use crate::tui::action::{ActionId, ActionSpec, always, ci};
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::layout;
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::screen::Tab;
use crate::tui::screen::cmdb::classes::ClassRow;
use crate::tui::screen::cmdb::text::Spot;
use crate::tui::screen::cmdb::{Face, Pane};
use crate::tui::update;

macro_rules! row {
    ($id:ident $name:literal $title:literal $scope:ident $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title $scope Read $keys, $rank, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(ClassDown "classes.down" "down" CiClasses ["j", "Down"], 0, always, "Go to the next class.", |m| class(m, 1)),
    row!(ClassUp "classes.up" "up" CiClasses ["k", "Up"], 0, always, "Go to the previous class.", |m| class(m, -1)),
    row!(ClassTop "classes.top" "top" CiClasses ["g g", "Home"], 0, always, "Go to the first class: all CIs.", |m| class(m, -1_000)),
    row!(ClassBottom "classes.bottom" "bottom" CiClasses ["G", "End"], 0, always, "Go to the last class.", |m| class(m, 1_000)),
    row!(ClassOpen "classes.open" "list" CiClasses ["Enter"], 80, always, "Go into the list of this class.", open_class),
    row!(ClassUnfold "classes.unfold" "unfold" CiClasses ["l", "Right"], 70, always, "Unfold the class, then go to those below it; one without any is listed.", unfold_class),
    row!(ClassFold "classes.fold" "fold" CiClasses ["h", "Left"], 0, always, "Fold the class, or go to the one above.", fold_class),
    row!(CiDown "cis.down" "down" CiList ["j", "Down"], 0, always, "Go one row down.", |m| step(m, 1)),
    row!(CiUp "cis.up" "up" CiList ["k", "Up"], 0, always, "Go one row up.", |m| step(m, -1)),
    row!(CiPageDown "cis.page_down" "page down" CiList ["ctrl-d", "PgDn"], 0, always, "Go half a page down.", |m| { let h = half(layout::ci_list_height(m)); step(m, h) }),
    row!(CiPageUp "cis.page_up" "page up" CiList ["ctrl-u", "PgUp"], 0, always, "Go half a page up.", |m| { let h = half(layout::ci_list_height(m)); step(m, -h) }),
    row!(CiTop "cis.top" "top" CiList ["g g", "Home"], 0, always, "Go to the first row.", |m| step(m, isize::MIN / 2)),
    row!(CiBottom "cis.bottom" "bottom" CiList ["G", "End"], 0, always, "Go to the last row.", update::ci_list_end),
    row!(CiScrollDown "cis.scroll_down" "scroll" CiList ["J"], 0, always, "Scroll the CI beside the list down.", |m| update::leap(m, 3)),
    row!(CiScrollUp "cis.scroll_up" "scroll up" CiList ["K"], 0, always, "Scroll the CI beside the list up.", |m| update::leap(m, -3)),
    row!(CiOpen "cis.open" "open" CiList ["Enter", "l", "Right"], 80, some_row, "Look at the CI.", update::open_ci),
    row!(CiClasses "cis.classes" "classes" CiList ["h", "Left"], 0, always, "Go to the classes.", |m| { m.cmdb.pane = Pane::Classes; Vec::new() }),
    row!(CiMark "cis.mark" "mark" CiList ["Space"], 30, some_row, "Mark the CI, or no longer, and go on.", mark),
    row!(CiMarkAll "cis.mark_all" "mark all" CiList ["M"], 0, any_row, "Mark all rows that were read; again: none.", mark_all),
    row!(CiRange "cis.range" "range" CiList ["v"], 0, some_row, "Begin a range; again marks all rows in it.", range),
    row!(FaceDown "ci.down" "down" CiPane ["j", "Down"], 0, always, "Go to what is below: a field, CI, group or ticket; without one in sight, scroll.", |m| update::walk(m, true)),
    row!(FaceUp "ci.up" "up" CiPane ["k", "Up"], 0, always, "Go to what is above; without one in sight, scroll up.", |m| update::walk(m, false)),
    row!(FaceRight "ci.right" "unfold" CiPane ["l", "Right"], 0, always, "Unfold the group, or the relations of a CI in place; go to the field beside it.", right),
    row!(FaceLeft "ci.left" "back" CiPane ["h", "Left"], 0, always, "Fold what was unfolded; else go a step of the walk back, at last to the list.", left),
    row!(FacePageDown "ci.page_down" "page down" CiPane ["ctrl-d", "PgDn"], 0, always, "Go half a page down.", |m| { let h = half(layout::ci_height(m)); update::leap(m, h) }),
    row!(FacePageUp "ci.page_up" "page up" CiPane ["ctrl-u", "PgUp"], 0, always, "Go half a page up.", |m| { let h = half(layout::ci_height(m)); update::leap(m, -h) }),
    row!(FaceTop "ci.top" "top" CiPane ["g g", "Home"], 0, always, "Go to the top.", |m| { (m.cmdb.scroll, m.cmdb.spot) = (0, None); Vec::new() }),
    row!(FaceBottom "ci.bottom" "bottom" CiPane ["G", "End"], 0, always, "Go to the end.", bottom),
    row!(FaceOpen "ci.open" "open" CiPane ["Enter"], 80, on_something, "Open what the cursor is on: walk to a CI, fold a group, edit a field, go to a ticket.", open),
    row!(WalkBack "ci.back" "walk back" CiPane ["Backspace"], 0, always, "Go a step of the walk back, at last to the list.", update::walk_back),
    row!(CiDeeper "impact.deeper" "deeper" CiPane [">"], 0, on_impact, "Follow failure over one relation more.", |m| update::deepen(m, 1)),
    row!(CiNearer "impact.nearer" "nearer" CiPane ["<"], 0, on_impact, "Follow failure over one relation less.", |m| update::deepen(m, -1)),
    row!(CiCopyField "ci.copy_field" "copy field" CiPane ["y f"], 0, on_field, "Copy the value of the field that the cursor is on.", copy_field),
];

/// Half of what is seen at once.
fn half(height: usize) -> isize {
    isize::try_from(height / 2).unwrap_or(1).max(1)
}

fn rows(model: &Model) -> (Vec<ClassRow>, usize) {
    let Some(rules) = &model.rules else { return (Vec::new(), 0) };
    let rows = model.cmdb.class_rows(&rules.cmdb);
    let here = model.cmdb.class(&rules.cmdb);
    let at = rows.iter().position(|row| row.name == here).unwrap_or(0);
    (rows, at)
}

fn class(model: &mut Model, by: isize) -> Vec<Effect> {
    let (rows, at) = rows(model);
    let to = at.saturating_add_signed(by).min(rows.len().saturating_sub(1));
    rows.get(to).map(|row| update::show_class(model, &row.name)).unwrap_or_default()
}

fn open_class(model: &mut Model) -> Vec<Effect> {
    model.cmdb.pane = Pane::List;
    update::ci_moved(model)
}

fn unfold_class(model: &mut Model) -> Vec<Effect> {
    let (rows, at) = rows(model);
    match rows.get(at) {
        Some(row) if row.folds && !row.open => {
            model.cmdb.turn_class(&row.name);
            Vec::new()
        }
        // The first of those below it.
        Some(row) if row.folds => class(model, 1),
        _ => open_class(model),
    }
}

fn fold_class(model: &mut Model) -> Vec<Effect> {
    let (rows, at) = rows(model);
    let Some(row) = rows.get(at) else { return Vec::new() };
    match &row.parent {
        Some(_) if row.folds && row.open => {
            model.cmdb.turn_class(&row.name);
            Vec::new()
        }
        Some(parent) => update::show_class(model, parent),
        None => Vec::new(),
    }
}

fn any_row(model: &Model) -> Result<(), String> {
    if model.cmdb.rows.is_empty() { Err(String::from("there is no CI in this list")) } else { Ok(()) }
}

fn some_row(model: &Model) -> Result<(), String> {
    any_row(model)?;
    update::away(model).map_or(Ok(()), Err)
}

fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let height = layout::ci_list_height(model);
    model.cmdb.step(by, height);
    update::ci_moved(model)
}

fn mark(model: &mut Model) -> Vec<Effect> {
    model.cmdb.mark();
    step(model, 1)
}

fn mark_all(model: &mut Model) -> Vec<Effect> {
    let cmdb = &mut model.cmdb;
    let rows = || cmdb.rows.iter().map(|listed| (listed.row.id, listed.row.name.clone()));
    if cmdb.rows.iter().all(|listed| cmdb.marks.contains_key(&listed.row.id)) {
        cmdb.marks.clear();
    } else {
        let all: Vec<_> = rows().collect();
        cmdb.marks.extend(all);
        if cmdb.next.is_some() {
            let count = cmdb.marks.len();
            model.say(format!("{count} are marked: those read so far; the list goes on"));
        }
    }
    Vec::new()
}

fn range(model: &mut Model) -> Vec<Effect> {
    if model.cmdb.range.is_some() {
        model.cmdb.mark_range();
    } else {
        model.cmdb.range = Some(model.cmdb.cursor);
    }
    Vec::new()
}

fn on_something(model: &Model) -> Result<(), String> {
    let down = || model.key(ActionId::FaceDown);
    update::ci_spot(model).map(|_| ()).ok_or_else(|| format!("the cursor is on nothing; {} goes to something", down()))
}

fn on_impact(model: &Model) -> Result<(), String> {
    let key = || model.key(ActionId::CiImpact);
    if model.cmdb.face == Face::Impact { Ok(()) } else { Err(format!("{} shows the impact first", key())) }
}

fn on_field(model: &Model) -> Result<(), String> {
    match update::ci_spot(model) {
        Some(Spot::Field(_)) => Ok(()),
        _ => Err(format!("the cursor is on no field; {} goes to one", model.key(ActionId::FaceDown))),
    }
}

fn open(model: &mut Model) -> Vec<Effect> {
    match update::ci_spot(model) {
        Some(Spot::Ci(_, id)) => update::walk_to(model, id),
        Some(Spot::Fold(key, _)) => {
            model.cmdb.turn(&key);
            Vec::new()
        }
        Some(Spot::Ticket(id)) => go_to_ticket(model, id),
        Some(Spot::Article(id)) => update::go_to_article(model, &id.number()),
        Some(Spot::Relations) => update::show_face(model, Face::Relations),
        Some(Spot::Software) => software(model),
        Some(Spot::Field(_)) if model.read_only.is_some() => {
            model.refuse(format!("Can't edit: {}", model.read_only.clone().unwrap_or_default()));
            Vec::new()
        }
        Some(Spot::Field(name)) => ci::edit_shown(model, Some(&name)),
        None => Vec::new(),
    }
}

fn software(model: &mut Model) -> Vec<Effect> {
    let id = model.cmdb.shown.as_ref().map(|shown| shown.id());
    id.map(|id| model.ask(Slot::Picker, Question::LookUp(Lookup::Software(id)))).into_iter().collect()
}

fn go_to_ticket(model: &mut Model, id: TicketId) -> Vec<Effect> {
    let mut effects = update::go_tab(model, Tab::Queue);
    model.queue.going = true;
    effects.push(model.ask(Slot::Place, Question::Reading(id)));
    effects
}

fn right(model: &mut Model) -> Vec<Effect> {
    if update::beside(model, true) {
        return Vec::new();
    }
    match update::ci_spot(model) {
        Some(Spot::Fold(key, false)) => {
            model.cmdb.turn(&key);
            Vec::new()
        }
        Some(Spot::Fold(_, true)) => update::walk(model, true),
        Some(Spot::Ci(key, id)) if model.cmdb.face == Face::Relations && !model.cmdb.folds.contains(&key) => {
            update::turn_branch(model, &key, id)
        }
        Some(Spot::Ci(key, _)) if model.cmdb.face == Face::Impact && key != "service" => {
            model.cmdb.turn(&key);
            Vec::new()
        }
        Some(_) => open(model),
        None => update::walk(model, true),
    }
}

fn left(model: &mut Model) -> Vec<Effect> {
    if update::beside(model, false) {
        return Vec::new();
    }
    match update::ci_spot(model) {
        Some(Spot::Fold(key, true)) if model.cmdb.folds.contains(&key) => model.cmdb.turn(&key),
        Some(Spot::Ci(key, _)) if model.cmdb.face == Face::Relations && model.cmdb.folds.contains(&key) => {
            model.cmdb.turn(&key);
        }
        _ => return update::walk_back(model),
    }
    Vec::new()
}

fn bottom(model: &mut Model) -> Vec<Effect> {
    let told = layout::ci_text(model);
    model.cmdb.spot = told.stops.last().map(|stop| stop.spot.clone());
    model.cmdb.scroll = told.lines.len().saturating_sub(layout::ci_height(model));
    Vec::new()
}

fn copy_field(model: &mut Model) -> Vec<Effect> {
    let (Some(Spot::Field(name)), Some(shown)) = (update::ci_spot(model), &model.cmdb.shown) else {
        return Vec::new();
    };
    let given = shown.record.fields.iter().find(|one| one.name == name);
    given.map(|one| Effect::Copy(one.text.clone())).into_iter().collect()
}
