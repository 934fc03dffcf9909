//! Tags: those in use to choose from, new ones typed, `-vpn` takes one away.

use crate::desk::command::{Command, Target};
use crate::desk::field::Edit;
use crate::desk::ticket::Ticket;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::{named, targets};
use crate::tui::action::{ActionSpec, no_ticket};
use crate::tui::effect::{Effect, Wish};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::picker::{Item, Picker};
use crate::tui::update;

/// Marks the line that is made of what is typed.
const TYPED: &str = "as typed";
/// Marks a tag that the ticket has.
const OWN: &str = "has it; choosing takes it away";

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Tags "ticket.tags" "tags" Ticket Write ["t"], 0, no_ticket, "Add tags: choose or type them; -vpn takes vpn away.", pick),
];

fn pick(model: &mut Model) -> Vec<Effect> {
    let Some(first) = model.targets().first().copied() else { return Vec::new() };
    let title = format!("Tags of {}: type new ones, -vpn takes vpn away", named(model));
    choice::open_asking(model, &title, Choice::Tag, Lookup::Tags(first))
}

/// Opens the tags of these tickets, of which one is named.
pub(super) fn pick_on(model: &mut Model, on: Vec<Target>, ticket: &Ticket) -> Vec<Effect> {
    let title = format!("Tags of {}: type new ones, -vpn takes vpn away", ticket.number);
    choice::ask_on(model, &title, Choice::Tag, on, Lookup::Tags(ticket.id))
}

pub(super) fn lines(used: &[(String, u64)], own: &[String]) -> Vec<Item> {
    let has = own.iter().map(|tag| Item::new(tag, "").hinted(OWN));
    let others = used.iter().filter(|(tag, _)| !own.contains(tag));
    has.chain(others.map(|(tag, count)| Item::new(tag, format!("on {count}")))).collect()
}

/// The line for what is typed: every word a tag, `-` before it takes it away.
pub(super) fn line(text: &str) -> Option<Item> {
    let (add, remove) = parted(text);
    let told: Vec<String> =
        add.iter().map(|tag| format!("+{tag}")).chain(remove.iter().map(|tag| format!("-{tag}"))).collect();
    (!told.is_empty()).then(|| Item::new(text.trim(), told.join(" ")).hinted(TYPED))
}

fn parted(text: &str) -> (Vec<String>, Vec<String>) {
    let words = text.split([' ', ',']).filter(|word| !word.trim_matches(['-', '+']).is_empty());
    let (remove, add): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with('-'));
    let bare =
        |words: Vec<&str>| words.into_iter().map(|word| word.trim_start_matches(['-', '+']).to_owned()).collect();
    (bare(add), bare(remove))
}

/// Changes the tags of the targets as typed.
pub(super) fn typed(model: &Model, text: &str) -> Vec<Effect> {
    let (tag, untag) = parted(text);
    let command = Command::Edit { on: targets(model), set: Edit::new(), tag, untag };
    update::wish(Wish::Command(Box::new(command)))
}

/// The tags that a line adds, and those that it takes away.
pub(super) fn meant(item: &Item) -> (Vec<String>, Vec<String>) {
    match item.hint.as_str() {
        TYPED => parted(&item.word),
        OWN => (Vec::new(), vec![item.word.clone()]),
        _ => (vec![item.word.clone()], Vec::new()),
    }
}

pub(super) fn chosen(picker: &Picker, item: &Item) -> Vec<Effect> {
    let (tag, untag) = meant(item);
    let command = Command::Edit { on: picker.on.clone(), set: Edit::new(), tag, untag };
    update::wish(Wish::Command(Box::new(command)))
}
