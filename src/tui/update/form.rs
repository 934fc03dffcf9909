//! A form from its opening to its sending: filled in, left, kept, discarded.

use crate::desk::cmdb::CiTarget;
use crate::tui::action::{self, ActionId};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::Form;
use crate::tui::update::typing::after_typing;
use crate::tui::update::{keep, typed};

/// Changes a form, and keeps what is in it then.
pub fn form_act(model: &mut Model, act: impl FnOnce(&mut Form)) -> Vec<Effect> {
    form(model).map(act);
    kept(model)
}

/// Keeps what a form holds, where that is not kept already.
pub(super) fn kept(model: &mut Model) -> Vec<Effect> {
    let Some(form) = form(model) else { return Vec::new() };
    let (place, text) = (form.place(), if form.is_touched() { form.draft() } else { String::new() });
    if model.drafts.get(&place).is_some_and(|known| *known == text) { Vec::new() } else { keep(model, place, text) }
}

/// Opens a form, with the draft that belongs there.
pub fn open_form(model: &mut Model, mut form: Form) -> Vec<Effect> {
    if let Some(draft) = model.drafts.get(&form.place()).cloned() {
        form.recall(&draft);
        let keys = [ActionId::FormLeave, ActionId::LeaveDiscard].map(|id| model.key(id)).join(" ");
        model.say(format!("This is your draft; {keys} discards it"));
    }
    form.take_names(&model.directory);
    let about = form.about().filter(|about| about.on.is_some() || form.is_touched());
    model.overlays.push(Overlay::Form(form));
    let mut effects = vec![model.ask(Slot::Names, Question::LookUp(Lookup::Directory))];
    effects.extend(about.map(|about| model.ask(Slot::Similar, Question::LookUp(Lookup::Offers(about)))));
    effects
}

fn form(model: &mut Model) -> Option<&mut Form> {
    match model.overlays.last_mut() {
        Some(Overlay::Form(form)) => Some(form),
        _ => None,
    }
}

/// Enter in a form: a new line in long text, else the next field; at the end of short fields, sends.
pub fn form_enter(model: &mut Model) -> Vec<Effect> {
    let Some(form) = form(model) else { return Vec::new() };
    let last = form.is_at_end();
    match form.field() {
        Some(field) if field.editor.multiline => typed(model, "\n"),
        Some(_) if last => form_send(model),
        _ => form_act(model, |form| form.step(1)),
    }
}

/// Esc in a form: leaves it if nothing was typed, else asks.
pub fn form_leave(model: &mut Model) -> Vec<Effect> {
    let Some(form) = form(model) else { return Vec::new() };
    if form.is_touched() {
        form.leaving = true;
    } else {
        model.overlays.pop();
    }
    Vec::new()
}

/// Sends a form, or goes to the field that stands in the way.
pub fn form_send(model: &mut Model) -> Vec<Effect> {
    let Some(form) = form(model) else { return Vec::new() };
    form.leaving = false;
    if form.sending {
        return Vec::new();
    }
    form.complete();
    match form.wish() {
        Ok(wish) if wish.changes_nothing() => {
            model.overlays.pop();
            model.say("Nothing was changed");
            Vec::new()
        }
        Ok(_) if form.unsure().is_some() => {
            let on = form.unsure().map(<[CiTarget]>::to_vec).unwrap_or_default();
            let title = form.title.clone();
            action::ci_ask_sure(model, on, &title, None)
        }
        Ok(wish) => {
            let wish = match form.instead {
                Some(of) => Wish::Instead { of, wish: Box::new(wish) },
                None => wish,
            };
            form.sending = true;
            form.sent = Some(wish.clone());
            form.refused = None;
            let mut effects = kept(model);
            effects.extend(crate::tui::update::wish(wish));
            effects
        }
        Err((place, why)) => {
            form.at = place;
            form.refused = Some(why);
            kept(model)
        }
    }
}

/// Writes a form's field in `$EDITOR`.
pub fn form_editor(model: &mut Model) -> Vec<Effect> {
    let Some(form) = form(model) else { return Vec::new() };
    form.leaving = false;
    if form.sending {
        return Vec::new();
    }
    match form.field() {
        Some(field) => vec![Effect::Editor(field.editor.text().to_owned())],
        None => Vec::new(),
    }
}

/// Takes the text that `$EDITOR` left.
pub fn edited(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(form) = form(model)
        && let Some(field) = form.field()
    {
        field.take(text);
        return after_typing(model);
    }
    Vec::new()
}

/// Closes a form and keeps what was typed.
pub fn form_keep(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = model.overlays.pop() else { return Vec::new() };
    let (place, text) = (form.place(), form.draft());
    model.say("Kept as a draft; the same key goes on with it");
    keep(model, place, text)
}

/// Closes a form and forgets what was typed.
pub fn form_discard(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = model.overlays.pop() else { return Vec::new() };
    let undo = model.key(ActionId::Undo);
    model.say(format!("Discarded; {undo} brings it back"));
    model.discarded = Some((form.place(), form.draft()));
    keep(model, form.place(), String::new())
}
