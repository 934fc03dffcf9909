//! What happens when something happens: the model changes, effects come out. No input or output, no clock.

mod ask;
mod changes;
mod cmdb;
mod filter;
mod form;
mod knowledge;
mod list;
mod offer;
mod outcome;
mod picker;
mod place;
mod text;
mod typing;

use crate::desk::id::{Seq, TicketId};
use crate::desk::refusal::Refusal;
use crate::tui::action::{self, ActionId, Scope, allowed};
use crate::tui::effect::{Effect, Slot};
use crate::tui::focus;
use crate::tui::key::{Code, Key, Meaning};
use crate::tui::layout;
use crate::tui::message::{Answer, Msg, Welcome};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::Purpose;
use crate::tui::screen::Tab;
use crate::tui::term::{Input, TermEvent};

pub use ask::{SLOW, cursor_moved, list_again, list_end, open_view, refresh, settle, show_ticket, switch_view};
pub use changes::{
    back_in_calendar, calendar_again, calendar_moved, calendar_to, calendar_to_typed, grab, grab_back, grab_save,
    grabbed, open_planned, show_calendar,
};
pub use cmdb::{
    arrive_at, ask_face, beside, ci_moved, ci_spot, cis_again, deepen, go_to_ci, leap, list_end as ci_list_end,
    open_ci, open_face, show_class, show_face, show_impact, turn_branch, walk, walk_back, walk_to, with_record,
};
pub use filter::{
    filter_accept, filter_cancel, filter_complete, filter_completion, filter_mistake, filter_open, filter_recall,
    filter_typed, narrow,
};
pub use form::{edited, form_act, form_discard, form_editor, form_enter, form_keep, form_leave, form_send, open_form};
pub use knowledge::{
    article_beside, article_leap, article_list_end, article_moved, article_spot, article_walk, articles_again,
    compare_editions, follow, go_to_article, go_to_heading, go_to_row, leave_article, next_step, open_article,
    put_down, read_article, read_edition, show_shelf, take_in_hand, turn_article, with_article,
};
pub use list::{column_items, mark_all, move_column, only_marked, only_marked_off, open_facets, order_by, reordered};
pub use offer::offers_of;
pub use outcome::{wish, wish_now};
pub use picker::picker_accept;
pub use place::{away, go_tab, go_to_number, last_place, leave_ticket, step_place};
pub use text::{prompt_accept, want_text};
pub use typing::{keep, stroke, typed, yank};

use ask::counts;
use outcome::{done, fetched, previewed, refused};
use typing::paste;

/// Changes the model by a message and tells what to do.
pub fn update(model: &mut Model, message: Msg) -> Vec<Effect> {
    let reads = place::reads(model);
    let effects = react(model, message);
    place::follow(model, reads);
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
            match model.tab {
                Tab::Queue => model.queue.slow = true,
                Tab::Changes => model.changes.slow = true,
                Tab::Cmdb => model.cmdb.slow = true,
                Tab::Knowledge => model.knowledge.rows.slow = true,
            }
            Vec::new()
        }
        Msg::Term(TermEvent::Resize(columns, rows)) => {
            model.size = (columns, rows);
            let mut effects = settle(model);
            effects.extend(action::offer::settle(model));
            effects
        }
        Msg::Term(TermEvent::Signal(fatal)) => vec![Effect::Quit(u8::try_from(fatal.exit_code()).unwrap_or(1))],
        Msg::Term(TermEvent::HangUp) => vec![Effect::Quit(129)],
        Msg::Opened(Ok(welcome)) => opened(model, *welcome),
        Msg::Opened(Err(refusal)) => {
            model.failure = Some((refusal.to_string(), refusal.exit_code()));
            Vec::new()
        }
        Msg::Answer(slot, generation, answer) if model.asked.get(&slot) == Some(&generation) => match answer {
            Ok(answer) => take(model, slot, answer),
            Err(refusal) => {
                cmdb::failed(model, slot, &refusal);
                changes::failed(model, slot, &refusal);
                knowledge::failed(model, slot, &refusal);
                match slot {
                    Slot::List => {
                        model.queue.failed = Some(refusal.to_string());
                        model.queue.loading = false;
                        model.held.clear();
                    }
                    Slot::Place | Slot::Deed => {
                        (model.queue.going, model.queue.deed) = (false, None);
                        model.held.clear();
                    }
                    _ => {}
                }
                // What is shown and gone is no longer shown: that says enough.
                if matches!(slot, Slot::CiSheet | Slot::ArticleSheet) && matches!(refusal, Refusal::NotFound(_)) {
                    return Vec::new();
                }
                model.refuse(refusal.to_string());
                Vec::new()
            }
        },
        Msg::Answer(..) => Vec::new(),
        Msg::Copying(done, all) => {
            model.copying = Some((done, all));
            Vec::new()
        }
        Msg::Standing(standing) => {
            model.standing = *standing;
            Vec::new()
        }
        Msg::Held(holder) => {
            model.held_by = Some(holder);
            Vec::new()
        }
        Msg::Posted(post) => action::outbox::posted(model, post),
        Msg::ReadOnly(why) => {
            model.say(why.as_deref().map_or_else(|| String::from("This desk can be changed again"), capital));
            restrict(model, why);
            Vec::new()
        }
        Msg::Told(text) => {
            model.say(text);
            Vec::new()
        }
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
    // A first copy may take long: who does not want to wait for it leaves.
    if model.copying.is_some() && (key == Key::char('q') || key == Key::ctrl('c')) {
        return vec![Effect::Quit(130)];
    }
    // Keys keep their order: behind one that waits all wait, but for the one that stops.
    let sends = matches!(model.overlays.last(), Some(Overlay::Form(form)) if form.sending && !form.leaving);
    let waits = model.rules.is_none() || !model.held.is_empty() || (sends && key != Key::new(Code::Esc));
    if waits && key != Key::ctrl('c') {
        model.held.push(key);
        return Vec::new();
    }
    let was_stopping = std::mem::take(&mut model.stopping);
    // Nobody is asked in the midst of something else.
    model.asked.remove(&Slot::Untold);
    model.message = None;
    model.pending.push(key);
    let scopes = focus::scopes(model);
    match model.keymap.resolve(scopes, &model.pending) {
        Meaning::More => Vec::new(),
        // It means a row that is not there yet; the one that is there was found by another question.
        Meaning::Act(row) if model.awaits_rows(row.scope) => {
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
    // An open range is what is meant, as in vim: no second key makes it so.
    match row.scope {
        Scope::Ticket if model.tab == Tab::Queue => model.queue.mark_range(),
        Scope::Ci => model.cmdb.mark_range(),
        Scope::Article => model.knowledge.rows.mark_range(),
        _ => {}
    }
    match allowed(row, model) {
        Ok(()) => (row.run)(model),
        Err(why) => {
            model.refuse(format!("Can't {}: {why}", row.title));
            Vec::new()
        }
    }
}

fn opened(model: &mut Model, welcome: Welcome) -> Vec<Effect> {
    model.copying = None;
    model.queue.open(&welcome.rules);
    model.rules = Some(welcome.rules);
    model.me = welcome.me;
    announce(model, welcome.read_only.as_deref());
    restrict(model, welcome.read_only);
    // Somebody without work of their own begins with what is open.
    if model.me.is_none() {
        model.queue.view = model.queue.views.iter().position(|view| view.name == "Open").unwrap_or(0);
    }
    if let Some(query) = &model.watch {
        model.queue.watch(query);
    }
    let mut effects = list_again(model);
    effects.push(counts(model));
    effects.push(ask::approvals(model));
    effects.extend(release(model));
    effects
}

/// Lets nothing be changed where there is a reason; whoever only watches changes nothing anyway.
fn restrict(model: &mut Model, why: Option<String>) {
    let watched = model.watch.as_ref().map(|_| String::from("this desk is read-only for you"));
    model.read_only = why.or(watched);
}

/// Says at the beginning what somebody should know before they work: texts of theirs that wait, and why the desk is only
/// read.
fn announce(model: &mut Model, read_only: Option<&str>) {
    if model.message.is_some() || model.watch.is_some() {
        return;
    }
    let key = model.key(ActionId::Drafts);
    let drafts = match model.drafts.len() {
        0 => None,
        1 => Some(format!("1 unsent draft: {key}")),
        count => Some(format!("{count} unsent drafts: {key}")),
    };
    let told: Vec<String> = drafts.into_iter().chain(read_only.map(capital)).collect();
    if !told.is_empty() {
        model.say(told.join(". "));
    }
}

fn take(model: &mut Model, slot: Slot, answer: Answer) -> Vec<Effect> {
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
        Answer::Sheet(whole) => {
            if slot == Slot::Read {
                action::offer::take_ticket(model, *whole);
                return Vec::new();
            }
            let looked = (whole.sheet.ticket.id, whole.sheet.ticket.version);
            model.queue.take_sheet(*whole, model.seen.get(&looked.0).copied());
            if slot == Slot::Deed {
                let mut effects = action::change::wanted(model);
                effects.extend(release(model));
                return effects;
            }
            if model.queue.newest.take() == Some(looked.0) {
                show_newest(model);
            }
            let mut effects = looked_at(model, looked);
            effects.extend(offer::ask(model));
            effects
        }
        Answer::Reading(whole) => {
            let mut effects = place::arrive(model, *whole);
            effects.extend(release(model));
            effects
        }
        Answer::Text(sheet) => text::take_text(model, &sheet),
        Answer::Words(words) => {
            model.queue.words = Some(words);
            match model.overlays.last() {
                Some(Overlay::Picker(picker)) if picker.purpose == Purpose::Run => action::spoken::typed(model),
                _ => Vec::new(),
            }
        }
        Answer::Facets(facet, facets) => list::take_facets(model, facet, facets),
        Answer::Numbers(tickets) => {
            model.queue.mark_all(tickets);
            Vec::new()
        }
        Answer::Rules(rules) => list::take_rules(model, *rules),
        Answer::ToApprove(count) => {
            model.to_approve = count;
            Vec::new()
        }
        Answer::Counts(counts) => {
            let asked = model.queue.views.iter_mut().filter(|view| view.query.is_ok());
            for (view, count) in asked.zip(counts) {
                view.count = Some(count);
            }
            Vec::new()
        }
        Answer::Cmdb(told) => cmdb::take(model, slot, told),
        Answer::Calendar(told) => changes::take(model, told),
        Answer::Knowledge(told) => knowledge::take(model, slot, told),
        Answer::Found(finding) => {
            let deed = slot == Slot::Deed;
            model.queue.going &= !deed;
            // Whoever went on meanwhile is not disturbed.
            if deed && !(model.overlays.is_empty() && model.typing().is_none()) {
                return release(model);
            }
            let mut effects = action::found::take(model, *finding);
            if deed {
                effects.extend(release(model));
            }
            effects
        }
        Answer::Assignable(people) => {
            picker::offer_bearers(model, people);
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

/// Stops what runs; the second time in a row, quits.
pub fn stop(model: &mut Model) -> Vec<Effect> {
    if model.stopping {
        return vec![Effect::Quit(130)];
    }
    model.stopping = true;
    let key = model.key(ActionId::Stop);
    if model.held_by.is_some() {
        model.say(format!("Giving up; {key} again quits"));
        return vec![Effect::GiveUp];
    }
    model.say(format!("{key} again quits; drafts are kept"));
    Vec::new()
}

/// The first letter large.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
