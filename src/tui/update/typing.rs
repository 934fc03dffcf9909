//! Text on its way into the field that has the keys, and what follows from what stands there then.

use crate::tui::action;
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::focus;
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::Purpose;
use crate::tui::update::{filter, form};
use crate::tui::widget::editor::{Editor, Stroke};

pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if focus::scopes(model).iter().any(|scope| scope.takes_text()) {
        return typed(model, text);
    }
    model.say("Pasted text goes into text fields only; nothing was done");
    Vec::new()
}

/// The text field that has the keys.
fn field(model: &mut Model) -> Option<&mut Editor> {
    if model.overlays.is_empty() {
        return model.line().0.as_mut().map(|typing| &mut typing.editor);
    }
    match model.overlays.last_mut()? {
        Overlay::Picker(picker) => Some(&mut picker.field),
        Overlay::Form(form) if !form.sending => form.field().map(|field| &mut field.editor),
        Overlay::Prompt(prompt) => Some(&mut prompt.field),
        _ => None,
    }
}

/// Types text into the field that has the keys.
pub fn typed(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Form(form)) = model.overlays.last_mut()
        && !form.sending
        && let Some(field) = form.field()
    {
        field.make_room();
    }
    if let Some(editor) = field(model) {
        editor.insert(text);
    }
    after_typing(model)
}

/// Carries out a stroke in the text field that has the keys.
pub fn stroke(model: &mut Model, stroke: Stroke) -> Vec<Effect> {
    let turns = match stroke {
        Stroke::Left => Some(-1),
        Stroke::Right => Some(1),
        _ => None,
    };
    if let Some(by) = turns
        && let Some(Overlay::Form(form)) = model.overlays.last_mut()
        && !form.sending
        && let Some(field) = form.field().filter(|field| field.asked.is_some())
    {
        field.choose(by);
        return after_typing(model);
    }
    if let Some(killed) = field(model).and_then(|editor| editor.stroke(stroke)) {
        model.killed = killed;
    }
    after_typing(model)
}

/// Types what was taken out of a text field last.
pub fn yank(model: &mut Model) -> Vec<Effect> {
    let text = model.killed.clone();
    typed(model, &text)
}

pub(super) fn after_typing(model: &mut Model) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => {
            picker.cursor = 0;
            match picker.purpose {
                Purpose::Run => action::spoken::typed(model),
                _ => action::choice::typed(model),
            }
        }
        Some(Overlay::Form(form)) => {
            form.refused = None;
            let about = form.about_typed();
            let other = form.ci_typed();
            let plan = form.plan_typed();
            if let Some(field) = form.field() {
                field.candidate = 0;
            }
            let mut effects = form::kept(model);
            if let Some((typed, classes)) = other {
                effects.push(model.ask(Slot::Similar, Question::LookUp(Lookup::Cis { typed, classes })));
            }
            if let Some((on, fields)) = plan {
                effects.push(model.ask(Slot::Similar, Question::LookUp(Lookup::Clashes { on, fields })));
            }
            if let Some(about) = about {
                effects.push(model.ask(Slot::Similar, Question::LookUp(Lookup::Offers(about))));
            }
            effects
        }
        Some(_) => Vec::new(),
        None => {
            if let Some(typing) = model.line().0 {
                typing.recall = None;
            }
            filter::filter_typed(model)
        }
    }
}

/// Keeps a draft, or forgets it where the text is empty.
pub fn keep(model: &mut Model, place: String, text: String) -> Vec<Effect> {
    if text.is_empty() {
        if model.drafts.remove(&place).is_none() {
            return Vec::new();
        }
    } else {
        model.drafts.insert(place.clone(), text.clone());
    }
    vec![Effect::KeepDraft { place, text }]
}
