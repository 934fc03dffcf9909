//! The forms of CIs: a new one by its class, its fields, one field of several, handing out.

use crate::desk::cmdb::field::ENVIRONMENTS;
use crate::desk::cmdb::{CiTarget, Common, FieldOf, Model as Cmdb, Type};
use crate::desk::priority::Criticality;
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::action::choice::Choice;
use crate::tui::action::ci::{named, pick};
use crate::tui::effect::Effect;
use crate::tui::inquiry::Given;
use crate::tui::model::Model;
use crate::tui::overlay::field::FactField;
use crate::tui::overlay::form::{CiForm, Form, FormField, Purpose};
use crate::tui::overlay::picker::Item;
use crate::tui::update;

/// The form of a new CI of a class.
pub(in crate::tui::action) fn form_new(model: &mut Model, class: &str) -> Vec<Effect> {
    let Some(rules) = model.rules.clone() else { return Vec::new() };
    let classes = &rules.cmdb.classes;
    let required: Vec<&str> = classes.required(class).collect();
    let recommended: Vec<&str> = classes.recommended(class).collect();
    let all = all_fields(&rules.cmdb, class);
    let given: Vec<Given> = all
        .iter()
        .map(|field| Given {
            name: field.name().to_owned(),
            label: field.label().to_owned(),
            text: String::new(),
            typed: if field.name() == "status" { rules.cmdb.statuses.initial.clone() } else { String::new() },
            required: field.name() == "name" || required.contains(&field.name()),
            recommended: recommended.contains(&field.name()),
        })
        .collect();
    let fields = fields_of(model, class, &given, |one| !matches!(one.name.as_str(), "class" | "holder"));
    let title = format!("New {}", classes.label(class));
    let form = Form::new(title, Purpose::Ci(CiForm::New(class.to_owned())), fields);
    update::open_form(model, form)
}

fn all_fields<'a>(model: &'a Cmdb, class: &str) -> Vec<FieldOf<'a>> {
    let attributes = model.classes.attributes(class).into_iter().map(FieldOf::Attribute);
    Common::ALL.into_iter().map(FieldOf::Common).chain(attributes).collect()
}

/// Form fields for these: what is needed first, then what is recommended, then the others; the description last.
fn fields_of(model: &Model, class: &str, given: &[Given], wanted: impl Fn(&Given) -> bool) -> Vec<FormField> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let rank = |one: &Given| match one.name.as_str() {
        "name" => 0,
        "description" => 5,
        _ if one.required => 1,
        _ if one.recommended => 2,
        "status" | "criticality" | "environment" | "team" | "contact" | "location" => 3,
        _ => 4,
    };
    let mut given: Vec<&Given> = given.iter().filter(|one| wanted(one)).collect();
    given.sort_by_key(|one| rank(one));
    let own = |common: Common| common.is_given_by_desk();
    given
        .into_iter()
        .filter_map(|one| rules.cmdb.field(class, &one.name).ok().map(|field| (one, field)))
        .filter(|(_, field)| !matches!(field, FieldOf::Common(common) if own(*common)))
        .map(|(one, field)| FormField::of_ci(field, one.required, &one.typed, choices(model, field)))
        .collect()
}

/// The words that a field may hold; none where it is free.
fn choices(model: &Model, field: FieldOf) -> Vec<String> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match field {
        FieldOf::Common(Common::Status) => rules.cmdb.statuses.all().iter().map(|one| one.name.clone()).collect(),
        FieldOf::Common(Common::Criticality) => words(&Criticality::ALL.map(Criticality::word)),
        FieldOf::Common(Common::Environment) => words(&ENVIRONMENTS),
        FieldOf::Common(Common::Class) => {
            let classes = rules.cmdb.classes.all().iter().filter(|class| !class.is_abstract);
            classes.map(|class| class.name.clone()).collect()
        }
        FieldOf::Attribute(attribute) if !attribute.many => attribute.choices.clone(),
        _ => Vec::new(),
    }
}

/// Opens the form of the CI shown: of one field, or of all.
pub(in crate::tui::action) fn edit_shown(model: &mut Model, field: Option<&str>) -> Vec<Effect> {
    let Some(shown) = &model.cmdb.shown else { return Vec::new() };
    let (ci, given) = (shown.record.sheet.ci.clone(), shown.record.fields.clone());
    let on = vec![model.cmdb.seen(ci.id)];
    if field.and_then(Common::named).is_some_and(Common::is_given_by_desk) {
        model.refuse("this is set by the desk itself");
        return Vec::new();
    }
    let fields = fields_of(model, &ci.class, &given, |one| field.is_none_or(|field| field == one.name));
    let title = format!("Edit {} {}", ci.id.number(), ci.name);
    update::open_form(model, Form::new(title, Purpose::Ci(CiForm::Edit(on)), fields))
}

/// The fields that all targets have.
pub(super) fn pick_field(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let classes: Vec<&str> = model.cmdb.targets().iter().filter_map(|id| model.cmdb.class_of(*id)).collect();
    let first = classes.first().copied().unwrap_or_default();
    let everywhere = |name: &str| classes.iter().all(|class| rules.cmdb.field(class, name).is_ok());
    let items = all_fields(&rules.cmdb, first)
        .into_iter()
        .filter(|field| everywhere(field.name()) && field.name() != "name")
        .filter(|field| !matches!(field, FieldOf::Common(common) if common.is_given_by_desk()))
        .map(|field| Item::new(field.name(), field.label()))
        .collect();
    let title = format!("Field of {}", named(model));
    pick(model, &title, Choice::CiField, "", items)
}

pub(super) fn form_field(model: &mut Model, on: Vec<CiTarget>, name: &str) -> Vec<Effect> {
    let Some(rules) = model.rules.clone() else { return Vec::new() };
    let class = on.first().and_then(|one| model.cmdb.class_of(one.id)).unwrap_or_default().to_owned();
    let Ok(field) = rules.cmdb.field(&class, name) else { return Vec::new() };
    let field = FormField::of_ci(field, false, "", choices(model, field));
    let title = format!("{} of {} CIs", field.label, on.len());
    update::open_form(model, Form::new(title, Purpose::Ci(CiForm::Edit(on)), vec![field]))
}

pub(super) fn check_out(model: &mut Model) -> Vec<Effect> {
    let Some(shown) = &model.cmdb.shown else { return Vec::new() };
    let ci = shown.record.sheet.ci.clone();
    let on = model.cmdb.seen(ci.id);
    let stock = model.rules.as_ref().is_some_and(|rules| rules.cmdb.classes.is(&ci.class, "stock_item"));
    if ci.holder.is_some() && !stock {
        let holder = shown.record.fields.iter().find(|one| one.name == Common::Holder.name());
        let holder = text::clean_line(holder.map_or("somebody", |one| one.text.as_str())).into_owned();
        let key = model.key(ActionId::CiCheckIn);
        model.refuse(format!(
            "{} {} is with {holder}; {key} takes it back",
            ci.id.number(),
            text::clean_line(&ci.name)
        ));
        return Vec::new();
    }
    let line = |label: &str, name: &str, holds, needed| FormField {
        fact: Some(FactField::plain(name, holds)),
        needed,
        ..FormField::name(label)
    };
    let mut fields = vec![line("To", "holder", Type::Person, true)];
    if stock {
        fields.push(line("How many", "count", Type::Text, false));
    } else {
        fields.push(line("Due back", "due_back", Type::Text, false));
    }
    let title = format!("Hand out {} {}", ci.id.number(), ci.name);
    update::open_form(model, Form::new(title, Purpose::Ci(CiForm::CheckOut(on)), fields))
}
