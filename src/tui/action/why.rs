//! *Why* a field is what it is.

use crate::desk::field::{Field, Value};
use crate::desk::id::Number;
use crate::store::{Reasons, shown};
use crate::text;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::{named, one_ticket, sample, typed};
use crate::tui::action::{ActionSpec, sheet};
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::page::Page;
use crate::tui::overlay::picker::{Item, Picker};
use crate::tui::term::Glyphs;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Why "ticket.why" "why" Ticket Read ["&"], 0, one_ticket, "Why a field is what it is: the rule, and who changed what led to it.", pick),
];

fn pick(model: &mut Model) -> Vec<Effect> {
    let Some(ticket) = sample(model) else { return Vec::new() };
    if let Some(field) = sheet::field(model) {
        let id = ticket.id;
        return vec![model.ask(Slot::Picker, Question::LookUp(Lookup::Why(id, field)))];
    }
    // What is set by a rule is asked for most.
    let mut fields: Vec<Field> = Field::ALL.iter().copied().filter(|field| field.fits(ticket.kind())).collect();
    fields.sort_by_key(|field| !matches!(field, Field::Priority | Field::State));
    let items = fields
        .into_iter()
        .map(|field| Item::new(field.name(), text::one_line(&typed(model, ticket, field), 60, model.look.ellipsis())))
        .collect();
    let title = format!("Why has {} this", named(model));
    choice::open(model, &title, Choice::Why, items)
}

pub(super) fn chosen(model: &mut Model, picker: &Picker, item: &Item) -> Vec<Effect> {
    match (picker.on.first(), Field::named(&item.word)) {
        (Some(target), Some(field)) => {
            vec![model.ask(Slot::Picker, Question::LookUp(Lookup::Why(target.id, field)))]
        }
        _ => Vec::new(),
    }
}

/// Shows the reasons.
pub(super) fn show(model: &mut Model, number: Number, field: Field, reasons: &Reasons) {
    let arrow = if model.look.glyphs == Glyphs::Ascii { "->" } else { "→" };
    let face = |field: Field, value: &Value| {
        let text = text::one_line(&shown(field, value, &reasons.names, &model.moment), 60, model.look.ellipsis());
        if text.is_empty() { String::from("nothing") } else { text }
    };
    let mut lines: Vec<String> = reasons.because.clone();
    if reasons.chain.is_empty() {
        lines.push(String::from("nobody ever changed it"));
    }
    for event in &reasons.chain {
        let place = event.transaction.as_ref();
        let place = place.map_or_else(|| String::from("before it came here"), |entry| format!("entry {}", entry.seq));
        lines.push(String::new());
        lines.push(format!("{}  {}  {place}", event.at.local(model.moment.zone), event.author()));
        for change in &event.changes {
            let Some(field) = change.field else { continue };
            lines.push(format!("  {field} {} {arrow} {}", face(field, &change.before), face(field, &change.after)));
        }
        let entry = event.transaction.as_ref();
        lines.extend(entry.iter().flat_map(|entry| &entry.notices).map(|note| format!("  rule: {note}")));
        lines.extend(entry.and_then(|entry| entry.reason.as_ref()).map(|reason| format!("  because: {reason}")));
    }
    let title = format!("{number} {field}: {}", face(field, &reasons.value));
    model.queue.hit = None;
    model.overlays.push(Overlay::Page(Page { title, lines, top: 0 }));
}
