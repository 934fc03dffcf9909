//! The text of a ticket on its way out: to the clipboard, to a command, to `$EDITOR`.

use crate::desk::field::Field;
use crate::store::Sheet;
use crate::tui::action;
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::model::Model;
use crate::tui::overlay::form::{Form, FormField, Purpose};
use crate::tui::overlay::{Overlay, prompt};
use crate::tui::screen::Tab;
use crate::tui::screen::knowledge::Want;
use crate::tui::screen::queue::TextUse;
use crate::tui::update::{calendar_to_typed, go_to_number, open_form, with_article};

/// Asks for the text of the ticket: lists have no bodies.
pub fn want_text(model: &mut Model, what_for: TextUse) -> Vec<Effect> {
    let Some(id) = model.targets().first().copied() else { return Vec::new() };
    model.queue.text_use = Some(what_for);
    vec![model.ask(Slot::Text, Question::Text(id))]
}

/// Does with the text what it was wanted for.
pub fn take_text(model: &mut Model, sheet: &Sheet) -> Vec<Effect> {
    let ticket = &sheet.ticket;
    match model.queue.text_use.take() {
        Some(TextUse::Copy) if ticket.description.trim().is_empty() => {
            model.refuse(format!("{} has no description", ticket.number));
            Vec::new()
        }
        Some(TextUse::Copy) => vec![Effect::Copy(ticket.description.clone())],
        Some(TextUse::Pipe(command)) => vec![Effect::Pipe { command, text: whole(sheet) }],
        // Whatever has the keys by now keeps them.
        Some(TextUse::Edit) if model.overlays.is_empty() => {
            let on = vec![model.seen(ticket.id)];
            let text =
                FormField::text(Some(Field::Description), Field::Description.spec().label, false, &ticket.description);
            let mut effects =
                open_form(model, Form::new(format!("Text of {}", ticket.number), Purpose::Edit(on), vec![text]));
            if let Some(Overlay::Form(form)) = model.overlays.last()
                && let Some(field) = form.fields.first()
            {
                effects.push(Effect::Editor(field.editor.text().to_owned()));
            }
            effects
        }
        Some(TextUse::Edit) | None => Vec::new(),
    }
}

/// A ticket as a text: what it says, then its notes and replies.
fn whole(sheet: &Sheet) -> String {
    let ticket = &sheet.ticket;
    let mut text = format!("{} {}\n", ticket.number, ticket.title);
    let bodies =
        [Some(&ticket.description), ticket.workaround.as_ref(), ticket.root_cause.as_ref(), ticket.resolution.as_ref()];
    for body in bodies.into_iter().flatten().filter(|body| !body.trim().is_empty()) {
        text.push_str(&format!("\n{}\n", body.trim_end()));
    }
    for entry in &sheet.entries {
        let who = entry.author.map_or("?", |id| sheet.names.person(id));
        let kind = if entry.public { "reply" } else { "note" };
        text.push_str(&format!("\n--- {who}, {kind}\n{}\n", entry.text.trim_end()));
    }
    text
}

/// Does what a prompt's line is for.
pub fn prompt_accept(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Prompt(prompt)) = model.overlays.pop() else { return Vec::new() };
    let typed = prompt.field.text().trim();
    match prompt.purpose {
        _ if typed.is_empty() => Vec::new(),
        prompt::Purpose::Number => go_to_number(model, typed),
        prompt::Purpose::Day => calendar_to_typed(model, typed),
        prompt::Purpose::Link => action::follow_link(model, typed),
        prompt::Purpose::Pipe if model.tab == Tab::Knowledge => {
            let wanted = Want::Pipe(typed.to_owned());
            let id = model.knowledge.targets().first().copied();
            id.map(|id| with_article(model, id, wanted)).unwrap_or_default()
        }
        prompt::Purpose::Pipe => want_text(model, TextUse::Pipe(typed.to_owned())),
    }
}
