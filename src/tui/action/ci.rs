//! Actions on CIs: on the marked ones, if any; else on the one under the cursor or shown.

mod form;
mod relate;

use crate::desk::cmdb::{CiTarget, CmdbCommand, Common, Facts};
use crate::desk::command::Command;
use crate::desk::field::Value;
use crate::desk::id::CiId;
use crate::text;
use crate::tui::action::choice::Choice;
use crate::tui::action::{ActionId, ActionSpec, always, start, tag};
use crate::tui::effect::{CiWish, Effect, Question, Slot, Wish};
use crate::tui::inquiry::Given;
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose as PickerPurpose};
use crate::tui::screen::cmdb::text::Spot;
use crate::tui::screen::cmdb::{Face, Want};
use crate::tui::update;

pub(super) use form::{edit_shown, form_new};
pub(super) use relate::{count_line, others};

use form::{check_out, form_field, pick_field};
use relate::{on_relation, parted, pick_need, pick_relation, unrelate};

macro_rules! row {
    ($id:ident $name:literal $title:literal $risk:ident $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title Ci $risk $keys, $rank, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(CiNew "ci.new" "new" Write ["n"], 65, always, "Add a CI: choose its class, then fill in its fields.", pick_class),
    row!(CiEdit "ci.edit" "edit" Write ["e"], 66, some_ci, "Edit its fields; of several CIs, one field.", edit),
    row!(CiRelate "ci.relate" "relate" Write ["b"], 64, some_ci, "Relate it to another CI: it runs on it, depends on it, stands in it.", |m| wanting(m, Want::Relate)),
    row!(CiUnrelate "ci.unrelate" "unrelate" Write ["D"], 0, on_relation, "Take away the relation under the cursor.", unrelate),
    row!(CiNeed "ci.need" "must stand" Write ["B"], 0, one_ci, "Say how many of what it needs must stand: 2, 50%.", |m| wanting(m, Want::Need)),
    row!(CiStatus "ci.status" "status" Write ["s"], 62, some_ci, "Give it another status.", pick_status),
    row!(CiMove "ci.move" "place" Write ["m"], 0, some_ci, "Move it to another place: a rack, room or site.", pick_place),
    row!(CiTags "ci.tags" "tags" Write ["t"], 0, some_ci, "Add tags: choose or type them; -old takes old away.", pick_tags),
    row!(CiCheckOut "ci.check_out" "hand out" Write ["a"], 0, one_ci, "Hand it out to somebody, perhaps until a day.", |m| wanting(m, Want::CheckOut)),
    row!(CiCheckIn "ci.check_in" "take back" Write ["i"], 0, some_ci, "Take it back into stock.", check_in),
    row!(CiTicket "ci.ticket" "ticket" Write ["T"], 60, one_ci, "Open a ticket that concerns it.", pick_ticket),
    row!(CiCopyNumber "ci.copy_number" "copy number" Read ["y i"], 0, some_ci, "Copy its number.", |m| copy(m, |id, _| id.number())),
    row!(CiCopyName "ci.copy_name" "copy name" Read ["y t", "y n"], 0, some_ci, "Copy its name.", |m| copy(m, |_, name| name.to_owned())),
    row!(CiCopyBoth "ci.copy" "copy both" Read ["y y"], 0, some_ci, "Copy its number and name.", |m| copy(m, |id, name| format!("{} {name}", id.number()))),
    row!(CiWhy "ci.why" "why" Read ["&"], 0, one_ci, "Why a field is what it is: who or what gave it, and what it was before.", why),
    row!(CiRelations "ci.relations" "relations" Read ["r"], 72, one_ci, "Show what it is related to, as a tree.", |m| update::open_face(m, Face::Relations)),
    row!(CiImpact "ci.impact" "impact" Read ["I"], 70, some_ci, "What breaks if it fails, or the marked ones do; again: what it needs.", update::show_impact),
    row!(CiHistory "ci.history" "history" Read ["g h"], 0, one_ci, "Show what happened to it: who, when, before and after.", |m| update::open_face(m, Face::History)),
    row!(CiRecord "ci.record" "record" Read ["f"], 0, one_ci, "Show its fields, health and tickets.", |m| update::open_face(m, Face::Record)),
];

fn some_ci(model: &Model) -> Result<(), String> {
    match model.cmdb.targets().is_empty() {
        true => Err(update::away(model).unwrap_or_else(|| String::from("no CI is selected"))),
        false => Ok(()),
    }
}

fn one_ci(model: &Model) -> Result<(), String> {
    some_ci(model)?;
    match model.cmdb.targets().len() {
        1 => Ok(()),
        _ => Err(format!("one CI at a time; {} takes the marks away", model.key(ActionId::Back))),
    }
}

fn one(model: &Model) -> Option<CiId> {
    model.cmdb.targets().first().copied()
}

fn targets(model: &Model) -> Vec<CiTarget> {
    model.cmdb.targets().into_iter().map(|id| model.cmdb.seen(id)).collect()
}

/// `CI-7 esx2`, or `3 CIs`.
fn named(model: &Model) -> String {
    match model.cmdb.targets()[..] {
        [id] => format!("{} {}", id.number(), text::clean_line(model.cmdb.name(id).unwrap_or_default())),
        ref several => format!("{} CIs", several.len()),
    }
}

fn wish(wish: CiWish) -> Wish {
    Wish::Ci(Box::new(wish))
}

/// Does something with CIs: with several, after it was confirmed by typing how many.
fn sure(model: &mut Model, cis: Vec<CiTarget>, deed: &str, wish: Wish) -> Vec<Effect> {
    if cis.len() <= 1 {
        return update::wish(wish);
    }
    let deed = format!("{deed} of {} CIs", cis.len());
    ask_sure(model, cis, &deed, Some(Box::new(wish)))
}

/// Asks whether so many CIs are meant: for a wish, else for the form below.
pub(crate) fn ask_sure(model: &mut Model, cis: Vec<CiTarget>, deed: &str, wish: Option<Box<Wish>>) -> Vec<Effect> {
    let (count, key) = (cis.len(), model.key(ActionId::PickerAccept));
    let title = format!("{deed}? Type {count} and {key}");
    let picker = Picker::new(&title, PickerPurpose::Work(Choice::CiSure), Vec::new());
    model.overlays.push(Overlay::Picker(Picker { cis, wish, ..picker }));
    super::choice::typed(model)
}

/// Does what was confirmed.
fn confirmed(model: &mut Model, wish: Option<Box<Wish>>) -> Vec<Effect> {
    match (wish, model.overlays.last_mut()) {
        (Some(wish), _) => update::wish_now(*wish),
        (None, Some(Overlay::Form(form))) => {
            form.sure = true;
            update::form_send(model)
        }
        (None, _) => Vec::new(),
    }
}

/// The line for the count that is typed.
pub(super) fn sure_line(count: usize, typed: &str) -> Item {
    match typed.trim() == count.to_string() {
        true => Item::new("do it", format!("{count} of them; undo takes it back")),
        false => Item::new("…", "").blocked(format!("type {count} to do it")),
    }
}

fn command(command: CmdbCommand) -> Vec<Effect> {
    update::wish(Wish::Command(Box::new(Command::Cmdb(command))))
}

/// Opens a picker about the targets.
fn pick(model: &mut Model, title: &str, choice: Choice, about: &str, items: Vec<Item>) -> Vec<Effect> {
    let cis = targets(model);
    let picker = Picker::new(title, PickerPurpose::Work(choice), items);
    model.overlays.push(Overlay::Picker(Picker { cis, about: about.to_owned(), ..picker }));
    super::choice::typed(model)
}

/// Does something with the record of the one target, which may have to come first.
fn wanting(model: &mut Model, want: Want) -> Vec<Effect> {
    match one(model) {
        Some(id) => update::with_record(model, id, want),
        None => Vec::new(),
    }
}

/// Does what was wanted of the CI shown.
pub(crate) fn wanted(model: &mut Model, want: Want) -> Vec<Effect> {
    match want {
        Want::Edit(field) => edit_shown(model, field.as_deref()),
        Want::Relate => pick_relation(model),
        Want::Need => pick_need(model),
        Want::CheckOut => check_out(model),
        Want::Why => pick_why(model),
    }
}

fn pick_class(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let classes = &rules.cmdb.classes;
    let here = model.cmdb.class(&rules.cmdb).to_owned();
    let mut items: Vec<(bool, Item)> = classes
        .all()
        .iter()
        .filter(|class| !class.is_abstract)
        .map(|class| {
            let above = class.parent.as_deref().map_or("", |parent| classes.label(parent));
            (!classes.is(&class.name, &here), Item::new(&class.name, &class.label).hinted(above))
        })
        .collect();
    // Those of the class shown come first.
    items.sort_by_key(|(elsewhere, _)| *elsewhere);
    let items = items.into_iter().map(|(_, item)| item).collect();
    pick(model, "New CI: its class", Choice::CiClass, "", items)
}

fn edit(model: &mut Model) -> Vec<Effect> {
    match model.cmdb.targets()[..] {
        [id] => update::with_record(model, id, Want::Edit(None)),
        _ => pick_field(model),
    }
}

fn pick_status(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let statuses = rules.cmdb.statuses.all().iter();
    let items = statuses.map(|status| Item::new(&status.name, status.phase.word())).collect();
    let title = format!("Status of {}", named(model));
    pick(model, &title, Choice::CiStatus, "", items)
}

fn pick_place(model: &mut Model) -> Vec<Effect> {
    let title = format!("Where {} stands: a rack, room or site", named(model));
    pick(model, &title, Choice::CiPlace, "", Vec::new())
}

fn pick_tags(model: &mut Model) -> Vec<Effect> {
    let Some(id) = one(model) else { return Vec::new() };
    let title = format!("Tags of {}: type new ones, -old takes old away", named(model));
    let mut effects = pick(model, &title, Choice::CiTag, "", Vec::new());
    effects.push(model.ask(Slot::Picker, Question::LookUp(Lookup::CiTags(id))));
    effects
}

fn check_in(model: &mut Model) -> Vec<Effect> {
    let all = targets(model);
    let on: Vec<CiTarget> =
        all.iter().copied().filter(|one| !model.cmdb.is_free(one.id, model.rules.as_ref())).collect();
    if on.is_empty() {
        model.refuse(format!("{} with nobody", if all.len() == 1 { "it is" } else { "they are all" }));
        return Vec::new();
    }
    let deed = match all.len() - on.len() {
        0 => String::from("Taking back"),
        free => format!("{free} with nobody; taking back"),
    };
    let each: Vec<Command> = on.iter().map(|on| Command::Cmdb(CmdbCommand::CheckIn { on: *on, count: None })).collect();
    let command = match <[Command; 1]>::try_from(each) {
        Ok([one]) => one,
        Err(several) => Command::Each(several),
    };
    sure(model, on, &deed, Wish::Command(Box::new(command)))
}

fn pick_ticket(model: &mut Model) -> Vec<Effect> {
    let Some(id) = one(model) else { return Vec::new() };
    let items = start::lines(model);
    // It is opened on the one looked at, also while the impact of several is.
    let others = model.cmdb.marks.keys().filter(|one| **one != id).count();
    let alone = if others == 0 { String::new() } else { format!(" alone, not the other {others} marked") };
    let title = format!("New ticket on {}{alone}", named(model));
    pick(model, &title, Choice::CiTicket, &id.number(), items)
}

fn copy(model: &mut Model, what: fn(CiId, &str) -> String) -> Vec<Effect> {
    let each = model.cmdb.targets().into_iter();
    let texts: Vec<String> = each.map(|id| what(id, model.cmdb.name(id).unwrap_or_default())).collect();
    vec![Effect::Copy(texts.join("\n"))]
}

fn why(model: &mut Model) -> Vec<Effect> {
    let Some(id) = one(model) else { return Vec::new() };
    match update::ci_spot(model) {
        Some(Spot::Field(name)) => vec![model.ask(Slot::Picker, Question::LookUp(Lookup::CiWhy(id, name)))],
        _ => update::with_record(model, id, Want::Why),
    }
}

fn pick_why(model: &mut Model) -> Vec<Effect> {
    let Some(shown) = &model.cmdb.shown else { return Vec::new() };
    let own = |one: &&Given| !Common::named(&one.name).is_some_and(Common::is_given_by_desk);
    let mut given: Vec<&Given> = shown.record.fields.iter().filter(own).collect();
    given.sort_by_key(|one| one.text.is_empty());
    let items = given.into_iter().map(|one| Item::new(&one.name, text::clean_line(&one.text))).collect();
    let title = format!("Why has {} this", named(model));
    pick(model, &title, Choice::CiWhy, "", items)
}

/// Carries out the choice of a line; the picker is closed already.
pub(super) fn chosen(model: &mut Model, choice: Choice, picker: Picker, item: &Item) -> Vec<Effect> {
    let ids: Vec<CiId> = picker.cis.iter().map(|one| one.id).collect();
    let set = |model: &mut Model, name: &str, word: &str| {
        let deed = format!("{} {}", update::capital(name), text::clean_line(word));
        let fields = vec![(name.to_owned(), word.to_owned())];
        sure(model, picker.cis.clone(), &deed, wish(CiWish::Edit { on: picker.cis.clone(), fields }))
    };
    match choice {
        Choice::CiClass => form_new(model, &item.word),
        Choice::CiStatus => set(model, "status", &item.word),
        Choice::CiPlace => set(model, "location", &item.word),
        Choice::CiField => form_field(model, picker.cis, &item.word),
        Choice::CiRelation => {
            let found = model.rules.as_ref().and_then(|rules| rules.cmdb.relations.find(&item.word).ok());
            let about = match found {
                Some((kind, reverse)) => format!("{}{}", if reverse { "<" } else { "" }, kind.name),
                None => return Vec::new(),
            };
            let title = format!("{} {} …", named(model), item.word);
            pick(model, &title, Choice::CiOther, &about, Vec::new())
        }
        Choice::CiOther => {
            let (relation, reverse) = parted(&picker.about);
            let (relation, other) = (relation.to_owned(), item.word.clone());
            let deed = format!("A relation to {}", text::clean_line(&other));
            sure(model, picker.cis.clone(), &deed, wish(CiWish::Relate { on: ids, relation, reverse, other }))
        }
        Choice::CiNeed => {
            let title = format!("Of {} so many must stand", item.word);
            pick(model, &title, Choice::CiCount, &item.word, Vec::new())
        }
        Choice::CiCount => match ids.first() {
            Some(on) => {
                let need = item.word.parse().ok();
                command(CmdbCommand::Redundancy { on: *on, relation: picker.about, need })
            }
            None => Vec::new(),
        },
        Choice::CiTag => {
            let (add, remove) = tag::meant(item);
            let facts = |words: Vec<String>| {
                let values: Vec<Value> = words.into_iter().map(Value::from).collect();
                if values.is_empty() { Facts::new() } else { Facts::from([(String::from("tag"), values)]) }
            };
            let (add, remove) = (facts(add), facts(remove));
            let on = picker.cis.clone();
            let edit = Command::Cmdb(CmdbCommand::Edit { on, set: Facts::new(), add, remove });
            sure(model, picker.cis, "Tags", Wish::Command(Box::new(edit)))
        }
        Choice::CiSure => confirmed(model, picker.wish),
        Choice::CiWhy => match ids.first() {
            Some(id) => vec![model.ask(Slot::Picker, Question::LookUp(Lookup::CiWhy(*id, item.word.clone())))],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}
