//! Relations of CIs: made by those that fit the class, taken away, and how many of the other ends must stand.

use crate::desk::cmdb::{CmdbCommand, Need};
use crate::desk::id::CiId;
use crate::tui::action::ActionId;
use crate::tui::action::choice::Choice;
use crate::tui::action::ci::{command, named, one, one_ci, pick};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::Item;
use crate::tui::screen::cmdb::Face;
use crate::tui::screen::cmdb::text::Spot;
use crate::tui::update;

/// The relations that fit the class, both ways.
pub(super) fn pick_relation(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let classes = &rules.cmdb.classes;
    let Some(class) = one(model).and_then(|id| model.cmdb.class_of(id)) else { return Vec::new() };
    let fits = |of: &str| classes.is(class, of);
    let label = |ends: Vec<&str>| {
        let ends: Vec<&str> = ends.into_iter().map(|end| classes.label(end)).collect();
        if ends.is_empty() { String::from("any CI") } else { ends.join(", ") }
    };
    let mut items = Vec::new();
    for kind in rules.cmdb.relations.all() {
        let ahead: Vec<&str> = kind.pairs.iter().filter(|(a, _)| fits(a)).map(|(_, b)| b.as_str()).collect();
        let back: Vec<&str> = kind.pairs.iter().filter(|(_, b)| fits(b)).map(|(a, _)| a.as_str()).collect();
        if kind.pairs.is_empty() || !ahead.is_empty() {
            items.push(Item::new(&kind.label, label(ahead)));
        }
        if kind.pairs.is_empty() || !back.is_empty() {
            items.push(Item::new(&kind.reverse, label(back)));
        }
    }
    let title = format!("{} …", named(model));
    pick(model, &title, Choice::CiRelation, "", items)
}

/// The classes that the other end of the relation of the picker on top may be of; none means any.
pub(in crate::tui::action) fn others(model: &Model) -> Vec<String> {
    let (Some(Overlay::Picker(picker)), Some(rules)) = (model.overlays.last(), &model.rules) else {
        return Vec::new();
    };
    let (relation, reverse) = parted(&picker.about);
    let class = picker.cis.first().and_then(|one| model.cmdb.class_of(one.id)).unwrap_or_default();
    let Some(kind) = rules.cmdb.relations.get(relation) else { return Vec::new() };
    let ends = kind.pairs.iter().map(|(a, b)| if reverse { (b, a) } else { (a, b) });
    ends.filter(|(own, _)| rules.cmdb.classes.is(class, own)).map(|(_, other)| other.clone()).collect()
}

pub(super) fn parted(about: &str) -> (&str, bool) {
    about.strip_prefix('<').map_or((about, false), |relation| (relation, true))
}

/// The relation under the cursor: its type, and the other end.
fn relation_here(model: &Model) -> Option<(String, CiId)> {
    let Some(Spot::Ci(key, id)) = update::ci_spot(model).filter(|_| model.cmdb.face == Face::Relations) else {
        return None;
    };
    let mut parts = key.trim_start_matches('/').split('/');
    let group = parts.next()?;
    // Only those of the CI itself: what is unfolded below belongs to others.
    parts.next().filter(|_| parts.next().is_none())?;
    Some((group.split([':', '<']).next()?.to_owned(), id))
}

pub(super) fn on_relation(model: &Model) -> Result<(), String> {
    one_ci(model)?;
    let key = model.key(ActionId::CiRelations);
    relation_here(model).map(|_| ()).ok_or_else(|| format!("the cursor is on no relation of this CI; {key} shows them"))
}

pub(super) fn unrelate(model: &mut Model) -> Vec<Effect> {
    match (one(model), relation_here(model)) {
        (Some(from), Some((relation, to))) => command(CmdbCommand::Unrelate { from, to, relation: Some(relation) }),
        _ => Vec::new(),
    }
}

/// The types of its relations, to say how many of the other ends must stand.
pub(super) fn pick_need(model: &mut Model) -> Vec<Effect> {
    let (Some(shown), Some(rules)) = (&model.cmdb.shown, &model.rules) else { return Vec::new() };
    let sheet = &shown.record.sheet;
    let mut items: Vec<Item> = Vec::new();
    for one in &sheet.relations {
        let Some(kind) = rules.cmdb.relations.get(&one.relation) else { continue };
        let now = sheet.redundancies.iter().find(|(name, _)| *name == kind.name).map(|(_, need)| *need).or(kind.need);
        let now = now.map_or_else(|| String::from("all must stand"), |need| format!("{need} must stand"));
        if !items.iter().any(|item| item.word == kind.name) {
            items.push(Item::new(&kind.name, kind.reading(one.reverse)).hinted(now));
        }
    }
    if items.is_empty() {
        model.refuse("it has no relations of which some could fall");
        return Vec::new();
    }
    let title = format!("{}: of which relation must so many stand", named(model));
    pick(model, &title, Choice::CiNeed, "", items)
}

/// The line that says how many must stand.
pub(in crate::tui::action) fn count_line(typed: &str) -> Item {
    match (typed.trim(), typed.parse::<Need>()) {
        ("", _) => Item::new("", "").blocked("type 2 or 50%; none is as the relation says"),
        ("none", _) => Item::new("none", "as the relation says"),
        (_, Ok(need)) => Item::new(need.to_string(), "must stand"),
        (typed, Err(why)) => Item::new(typed, "").blocked(why),
    }
}
