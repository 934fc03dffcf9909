//! What happens when something happens: the model changes, effects come out. No input or output, no clock.

mod filter;
mod form;
mod list;
mod outcome;
mod place;
mod text;

use crate::desk::id::{Seq, TicketId};
use crate::tui::action::{self, ActionId, Scope, allowed};
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::focus;
use crate::tui::key::{Code, Key, Meaning};
use crate::tui::layout;
use crate::tui::lookup::Lookup;
use crate::tui::message::{Answer, Msg, Welcome};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Purpose};
use crate::tui::screen::queue::Pane;
use crate::tui::term::{Input, TermEvent};
use crate::tui::widget::editor::{Editor, Stroke};

pub use filter::{filter_accept, filter_cancel, filter_complete, filter_open, filter_recall, narrow};
pub use form::{edited, form_act, form_discard, form_editor, form_enter, form_keep, form_leave, form_send, open_form};
pub use list::{column_items, mark_all, move_column, only_marked, only_marked_off, open_facets, reordered};
pub use outcome::{wish, wish_now};
pub use place::{go_to_number, last_place, step_place};
pub use text::{prompt_accept, want_text};

use outcome::{done, fetched, previewed, refused};

/// A list that takes longer than so many milliseconds is said to be on its way.
pub const SLOW: u64 = 150;

/// Changes the model by a message and tells what to do.
pub fn update(model: &mut Model, message: Msg) -> Vec<Effect> {
    let effects = react(model, message);
    place::note_place(model);
    effects
}

fn react(model: &mut Model, message: Msg) -> Vec<Effect> {
    match message {
        Msg::Term(TermEvent::Input(Input::Key(key))) => press(model, key),
        Msg::Term(TermEvent::Input(Input::Paste(text))) => paste(model, &text),
        Msg::Term(TermEvent::Input(Input::Focus(here))) if model.watch.is_none() => vec![Effect::Attend(here)],
        Msg::Term(TermEvent::Input(Input::Focus(_)) | TermEvent::Suspend | TermEvent::Continue) => Vec::new(),
        // It comes after a while of waiting, and each minute where a query is watched.
        Msg::Woke if model.awaits() => {
            model.queue.slow = true;
            Vec::new()
        }
        Msg::Term(TermEvent::Resize(columns, rows)) => {
            model.size = (columns, rows);
            settle(model)
        }
        Msg::Term(TermEvent::Signal(fatal)) => vec![Effect::Quit(u8::try_from(fatal.exit_code()).unwrap_or(1))],
        Msg::Term(TermEvent::HangUp) => vec![Effect::Quit(129)],
        Msg::Opened(Ok(welcome)) => opened(model, *welcome),
        Msg::Opened(Err(refusal)) => {
            model.failure = Some((refusal.to_string(), refusal.exit_code()));
            Vec::new()
        }
        Msg::Answer(slot, generation, answer) if model.queue.asked.get(&slot) == Some(&generation) => match answer {
            Ok(answer) => take(model, answer),
            Err(refusal) => {
                match slot {
                    Slot::List => {
                        model.queue.failed = Some(refusal.to_string());
                        model.queue.loading = false;
                        model.held.clear();
                    }
                    Slot::Place => {
                        model.queue.going = false;
                        model.held.clear();
                    }
                    _ => {}
                }
                model.refuse(refusal.to_string());
                Vec::new()
            }
        },
        Msg::Answer(..) => Vec::new(),
        Msg::Done(wish, Ok(receipt)) => {
            let mut effects = done(model, &wish, &receipt);
            effects.extend(release(model));
            effects
        }
        Msg::Done(wish, Err(refusal)) => refused(model, &wish, &refusal),
        Msg::Previewed(wish, outcome) => previewed(model, *wish, outcome),
        Msg::Fetched(to, outcome) => fetched(model, &to, outcome),
        Msg::Warned(text) => {
            model.refuse(text);
            Vec::new()
        }
        Msg::Changed | Msg::Woke => refresh(model),
    }
}

fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    // An Esc and a key in one packet of a slow line arrive as one. In a text field it could send or discard: there a key with
    // alt is none of ours.
    if key.alt && focus::scopes(model).iter().any(|scope| scope.takes_text() || *scope == Scope::Leaving) {
        return Vec::new();
    }
    if key.alt {
        let mut effects = press(model, Key::new(Code::Esc));
        effects.extend(press(model, Key { alt: false, ..key }));
        return effects;
    }
    if !model.pending.is_empty() && key == Key::new(Code::Esc) {
        model.pending.clear();
        return Vec::new();
    }
    if let Some((_, code)) = model.failure {
        return vec![Effect::Quit(code)];
    }
    // Keys keep their order: behind one that waits all wait, but for the one that stops.
    let sends = matches!(model.overlays.last(), Some(Overlay::Form(form)) if form.sending && !form.leaving);
    let waits = model.rules.is_none() || !model.held.is_empty() || (sends && key != Key::new(Code::Esc));
    if waits && key != Key::ctrl('c') {
        model.held.push(key);
        return Vec::new();
    }
    let was_stopping = std::mem::take(&mut model.stopping);
    model.message = None;
    model.pending.push(key);
    let scopes = focus::scopes(model);
    match model.keymap.resolve(scopes, &model.pending) {
        Meaning::More => Vec::new(),
        // It means a row that is not there yet; the one that is there was found by another question.
        Meaning::Act(row)
            if (model.queue.loading || model.queue.going) && matches!(row.scope, Scope::List | Scope::Ticket) =>
        {
            model.held = std::mem::take(&mut model.pending);
            Vec::new()
        }
        Meaning::Act(row) => {
            model.pending.clear();
            model.stopping = was_stopping;
            let effects = run(model, row);
            model.stopping &= row.id == action::ActionId::Stop;
            effects
        }
        Meaning::Text(c) => {
            model.pending.clear();
            typed(model, &c.to_string())
        }
        Meaning::Nothing => {
            let chord = model.pending.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            model.pending.clear();
            let help = if model.watch.is_some() { ActionId::WatchHelp } else { ActionId::Help };
            let key = model.key(help);
            model.say(format!("{chord} does nothing here; {key} shows what does"));
            Vec::new()
        }
    }
}

/// Presses the keys that waited for rows.
fn release(model: &mut Model) -> Vec<Effect> {
    let mut keys = std::mem::take(&mut model.held).into_iter();
    let mut effects = Vec::new();
    while let Some(key) = keys.next() {
        effects.extend(press(model, key));
        // What was pressed behind it is for the text that comes back.
        if matches!(effects.last(), Some(Effect::Editor(_))) {
            model.held = keys.collect();
            break;
        }
    }
    effects
}

/// `$EDITOR` is left, whether or not it gave a text.
pub fn returned(model: &mut Model) -> Vec<Effect> {
    release(model)
}

/// Runs an action, or says why not.
pub fn run(model: &mut Model, row: &action::ActionSpec) -> Vec<Effect> {
    match allowed(row, model) {
        Ok(()) => (row.run)(model),
        Err(why) => {
            model.refuse(format!("Can't {}: {why}", row.title));
            Vec::new()
        }
    }
}

fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if focus::scopes(model).iter().any(|scope| scope.takes_text()) {
        return typed(model, text);
    }
    model.say("Pasted text goes into text fields only; nothing was done");
    Vec::new()
}

/// The text field that has the keys.
fn field(model: &mut Model) -> Option<&mut Editor> {
    match model.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => Some(&mut picker.field),
        Some(Overlay::Form(form)) if !form.sending => form.field().map(|field| &mut field.editor),
        Some(Overlay::Form(_)) => None,
        Some(Overlay::Prompt(prompt)) => Some(&mut prompt.field),
        Some(_) => None,
        None => model.queue.typing.as_mut().map(|(editor, _)| editor),
    }
}

/// Types text into the field that has the keys.
pub fn typed(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(editor) = field(model) {
        editor.insert(text);
    }
    after_typing(model)
}

/// Carries out a stroke in the text field that has the keys.
pub fn stroke(model: &mut Model, stroke: Stroke) -> Vec<Effect> {
    if let Some(editor) = field(model) {
        editor.stroke(stroke);
    }
    after_typing(model)
}

fn after_typing(model: &mut Model) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => {
            picker.cursor = 0;
            action::choice::typed(model)
        }
        Some(Overlay::Form(form)) => {
            form.refused = None;
            let title = form.title_typed();
            if let Some(field) = form.field() {
                field.candidate = 0;
            }
            let mut effects = form::kept(model);
            if let Some(title) = title {
                effects.push(model.ask(Slot::Similar, Question::LookUp(Lookup::Similar(title))));
            }
            effects
        }
        Some(_) => Vec::new(),
        None => {
            model.queue.recall = None;
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

fn opened(model: &mut Model, welcome: Welcome) -> Vec<Effect> {
    model.queue.open(&welcome.rules);
    model.rules = Some(welcome.rules);
    model.me = welcome.me;
    model.read_only = welcome.read_only || model.watch.is_some();
    // Somebody without work of their own begins with what is open.
    if model.me.is_none() {
        model.queue.view = model.queue.views.iter().position(|view| view.name == "Open").unwrap_or(0);
    }
    if let Some(query) = &model.watch {
        model.queue.watch(query);
    }
    let mut effects = list_again(model);
    effects.push(counts(model));
    effects.extend(release(model));
    effects
}

fn counts(model: &mut Model) -> Effect {
    let queries = model.queue.views.iter().filter_map(|view| view.query.clone().ok()).collect();
    model.ask(Slot::Counts, Question::Counts(queries))
}

fn take(model: &mut Model, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Page { .. } => {
            let height = layout::list_height(model);
            model.queue.take_page(answer, height);
            let mut effects = cursor_moved(model);
            effects.extend(release(model));
            effects
        }
        Answer::Total(total) => {
            model.queue.total = Some(total);
            Vec::new()
        }
        Answer::Sheet(sheet, history) => {
            let looked = (sheet.ticket.id, sheet.ticket.version);
            model.queue.take_sheet(*sheet, history, model.seen.get(&looked.0).copied());
            if model.queue.newest.take() == Some(looked.0) {
                show_newest(model);
            }
            looked_at(model, looked)
        }
        Answer::Reading(sheet, history) => {
            let mut effects = place::arrive(model, *sheet, history);
            effects.extend(release(model));
            effects
        }
        Answer::Text(sheet) => text::take_text(model, &sheet),
        Answer::Words(words) => {
            model.queue.words = Some(words);
            Vec::new()
        }
        Answer::Facets(facet, facets) => list::take_facets(model, facet, facets),
        Answer::Numbers(tickets) => {
            model.queue.mark_all(tickets);
            Vec::new()
        }
        Answer::Rules(rules) => list::take_rules(model, *rules),
        Answer::Counts(counts) => {
            let asked = model.queue.views.iter_mut().filter(|view| view.query.is_ok());
            for (view, count) in asked.zip(counts) {
                view.count = Some(count);
            }
            Vec::new()
        }
        Answer::Found(finding) => action::found::take(model, *finding),
        Answer::Assignable(people) => {
            let me = model.author.login.to_lowercase();
            if let Some(Overlay::Picker(picker)) = model.overlays.last_mut()
                && picker.purpose == Purpose::Assign
            {
                let mut items: Vec<Item> = people
                    .into_iter()
                    .map(|(word, label)| {
                        let hint = if word == me { String::from("me") } else { String::new() };
                        Item { word, label, hint, blocked: None, action: None }
                    })
                    .collect();
                items.sort_by_key(|item| item.hint.is_empty());
                items.push(Item {
                    word: String::from("none"),
                    label: String::from("nobody"),
                    hint: String::new(),
                    blocked: None,
                    action: None,
                });
                picker.items = items;
            }
            Vec::new()
        }
    }
}

/// Scrolls the ticket so that its newest note or reply is seen from its beginning.
fn show_newest(model: &mut Model) {
    let text = layout::ticket_text(model);
    let height = layout::ticket_height(model);
    let end = text.lines.len().saturating_sub(height);
    let Some(row) = text.newest.filter(|row| !(model.queue.scroll..model.queue.scroll + height).contains(&(row + 1)))
    else {
        return;
    };
    (model.queue.scroll, model.queue.spot) = (row.min(end), None);
}

/// Remembers that a ticket was looked at in this version.
fn looked_at(model: &mut Model, (ticket, version): (TicketId, Seq)) -> Vec<Effect> {
    if model.seen.insert(ticket, version) == Some(version) { Vec::new() } else { vec![Effect::Look(ticket, version)] }
}

/// Shows the ticket under the cursor where there is room, and reads ahead.
pub fn cursor_moved(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(question) = model.queue.next_page() {
        effects.push(model.ask(Slot::List, question));
    }
    // A ticket that is being read stays, even when it leaves the list.
    if layout::shows_ticket(model) && model.queue.pane != Pane::Ticket {
        effects.extend(show_ticket(model));
    }
    effects
}

/// Asks for the ticket under the cursor, unless it is shown as it is.
pub fn show_ticket(model: &mut Model) -> Vec<Effect> {
    let wanted = model.queue.rows.get(model.queue.cursor).map(|(ticket, _)| (ticket.id, ticket.version));
    let shown = model.queue.shown.as_ref().map(|shown| (shown.sheet.ticket.id, shown.sheet.ticket.version));
    match wanted {
        Some((id, _)) if wanted != shown => vec![model.ask(Slot::Sheet, Question::Sheet(id))],
        None => {
            model.queue.shown = None;
            Vec::new()
        }
        Some(_) => Vec::new(),
    }
}

/// Reads the list from its beginning.
pub fn list_again(model: &mut Model) -> Vec<Effect> {
    model.queue.filter_error = None;
    match (model.queue.first_page(), model.queue.query()) {
        (Ok(page), Ok(query)) => {
            model.queue.loading = true;
            model.queue.slow = false;
            model.queue.failed = None;
            model.queue.total = None;
            vec![Effect::Wake(SLOW), model.ask(Slot::List, page), model.ask(Slot::Total, Question::Total(query))]
        }
        (Err(error), _) | (_, Err(error)) => {
            // While a query is typed it is often unfinished: the list stays, the mistake is told beside it.
            model.queue.filter_error = Some(error);
            model.queue.loading = false;
            Vec::new()
        }
    }
}

/// Reads the end of the list.
pub fn list_end(model: &mut Model) -> Vec<Effect> {
    match model.queue.last_page() {
        Ok(page) => vec![model.ask(Slot::List, page)],
        Err(_) => Vec::new(),
    }
}

/// Goes by a new layout: the cursor stays on the screen, the ticket is there where it is shown.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    let height = layout::list_height(model);
    model.queue.settle(height);
    cursor_moved(model)
}

/// Shows another view, in its own order.
pub fn switch_view(model: &mut Model, view: usize) -> Vec<Effect> {
    model.queue.view = view;
    model.queue.order.clear();
    model.queue.only = None;
    open_view(model)
}

/// Shows the view chosen, from its top.
pub fn open_view(model: &mut Model) -> Vec<Effect> {
    model.queue.rows.clear();
    model.queue.cursor = 0;
    model.queue.top = 0;
    model.queue.range = None;
    list_again(model)
}

/// Reads again what is shown, without moving the cursor.
pub fn refresh(model: &mut Model) -> Vec<Effect> {
    if model.rules.is_none() {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if let (Ok(page), Ok(query)) = (model.queue.same_page(), model.queue.query()) {
        effects.push(model.ask(Slot::List, page));
        effects.push(model.ask(Slot::Total, Question::Total(query)));
    }
    if let Some(id) = model.queue.shown.as_ref().map(|shown| shown.sheet.ticket.id) {
        effects.push(model.ask(Slot::Sheet, Question::Sheet(id)));
    }
    effects.push(counts(model));
    effects.push(model.ask(Slot::Rules, Question::Rules));
    effects
}

/// Stops what runs; the second time in a row, quits.
pub fn stop(model: &mut Model) -> Vec<Effect> {
    if model.stopping {
        return vec![Effect::Quit(130)];
    }
    model.stopping = true;
    let key = model.key(ActionId::Stop);
    model.say(format!("{key} again quits; drafts are kept"));
    Vec::new()
}

/// Does what a picker's line says.
pub fn picker_accept(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return Vec::new() };
    let (purpose, chosen) = (picker.purpose, picker.chosen().cloned());
    let Some(item) = chosen else { return Vec::new() };
    if let Some(why) = item.blocked {
        model.refuse(format!("{}: {why}", item.word));
        return Vec::new();
    }
    if purpose == Purpose::Columns {
        return list::toggle_column(model, &item.word);
    }
    let Some(Overlay::Picker(picker)) = model.overlays.pop() else { return Vec::new() };
    match purpose {
        Purpose::Work(choice) => action::choice::chosen(model, choice, picker, &item),
        Purpose::Run => match item.action.and_then(action::spec) {
            Some(row) => run(model, row),
            None => Vec::new(),
        },
        Purpose::Assign => action::assign_to(picker.on, &item.word),
        Purpose::Move => action::move_to(model, picker.on, &item.word),
        Purpose::View => match item.word.parse::<usize>() {
            Ok(n) => {
                model.queue.pane = Pane::List;
                switch_view(model, n.saturating_sub(1))
            }
            Err(_) => Vec::new(),
        },
        Purpose::Order => list::order_by(model, &item.word),
        Purpose::Narrow | Purpose::Facets => narrow(model, &item.word),
        // It stays open and was dealt with above.
        Purpose::Columns => Vec::new(),
    }
}

/// The first letter large.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
