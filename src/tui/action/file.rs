//! Attachments: listed, added by path, saved to a folder, opened with a command, taken away.

use crate::desk::command::{Command, Target};
use crate::exchange::file::size;
use crate::store::{Attachment, Sheet};
use crate::text;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::named;
use crate::tui::action::{ActionSpec, no_ticket};
use crate::tui::effect::{Effect, Fetch, Wish};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Attachments "ticket.files" "files" Ticket Read ["A"], 0, no_ticket, "Attachments: add, save, open with a command, take away.", pick),
];

fn pick(model: &mut Model) -> Vec<Effect> {
    let [id] = model.targets()[..] else {
        let title = format!("Attach which file to {}? Type its path", named(model));
        return choice::open(model, &title, Choice::Attach, Vec::new());
    };
    let title = format!("Files of {}", named(model));
    choice::open_asking(model, &title, Choice::File, Lookup::Belongings(id))
}

pub(super) fn lines(sheet: &Sheet) -> Vec<Item> {
    let files = (1..).zip(&sheet.attachments);
    let files = files.map(|(place, file): (usize, &Attachment)| {
        Item::new(place.to_string(), text::clean_line(&file.name)).hinted(size(file.size))
    });
    files.chain([Item::new("add", "attach a file of this machine")]).collect()
}

fn again(model: &mut Model, title: String, choice: Choice, items: Vec<Item>, from: Picker) -> Vec<Effect> {
    let picker = Picker::new(&title, Purpose::Work(choice), items).on(from.on);
    model.overlays.push(Overlay::Picker(Picker { sheet: from.sheet, file: from.file, ..picker }));
    choice::typed(model)
}

fn attachment(picker: &Picker, place: usize) -> Option<Attachment> {
    let of_ticket = || picker.sheet.as_ref()?.attachments.get(place).cloned();
    picker.file.as_deref().cloned().or_else(of_ticket)
}

pub(super) fn chosen(model: &mut Model, picker: Picker, item: &Item) -> Vec<Effect> {
    if item.word == "add" {
        return again(model, String::from("Attach which file? Type its path"), Choice::Attach, Vec::new(), picker);
    }
    match item.word.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) {
        Some(place) => ask_deed(model, item.label.clone(), place, picker),
        None => Vec::new(),
    }
}

/// Asks what to do with the file in that place of a ticket.
pub(super) fn pick_deed(model: &mut Model, on: Vec<Target>, sheet: &Sheet, place: usize) -> Vec<Effect> {
    let Some(file) = sheet.attachments.get(place) else { return Vec::new() };
    let title = text::clean_line(&file.name).into_owned();
    let picker = Picker::new("", Purpose::Work(Choice::File), Vec::new()).on(on);
    ask_deed(model, title, place, Picker { sheet: Some(Box::new(sheet.clone())), ..picker })
}

/// Asks what to do with a file of an article.
pub(super) fn pick_deed_of(model: &mut Model, file: Attachment) -> Vec<Effect> {
    let title = text::clean_line(&file.name).into_owned();
    let picker = Picker::new("", Purpose::Work(Choice::File), Vec::new());
    ask_deed(model, title, 0, Picker { file: Some(Box::new(file)), ..picker })
}

fn ask_deed(model: &mut Model, title: String, place: usize, picker: Picker) -> Vec<Effect> {
    let mut items = vec![
        Item::new("save", "into a folder"),
        Item::new("open", "with a command, which gets its path"),
        Item::new("pipe", "into a command, which reads it"),
    ];
    if picker.file.is_none() {
        items.push(Item::new("take away", "its contents stay in the journal; undo brings it back"));
    }
    again(model, title, Choice::FileDeed(place), items, picker)
}

pub(super) fn deed(model: &mut Model, picker: Picker, place: usize, item: &Item) -> Vec<Effect> {
    let Some(file) = attachment(&picker, place) else { return Vec::new() };
    let name = text::clean_line(&file.name).into_owned();
    match item.word.as_str() {
        "save" => again(model, format!("Save {name} in which folder?"), Choice::Save(place), Vec::new(), picker),
        "open" => {
            let desktop = Item::new("xdg-open", "the desktop's program");
            let desktop = match model.desktop {
                true => desktop,
                false => desktop.blocked("no desktop here; save it, or pipe it"),
            };
            let items = vec![Item::new("less", "read it here"), Item::new("file", "tell what it is"), desktop];
            again(model, format!("Open {name} with"), Choice::OpenWith(place), items, picker)
        }
        "pipe" => {
            let usual = [("wc", "count its lines, words and bytes"), ("xxd | less", "read its bytes")];
            let items = usual.map(|(word, label)| Item::new(word, label)).to_vec();
            again(model, format!("Pipe {name} into"), Choice::PipeInto(place), items, picker)
        }
        _ => {
            let command = Command::Detach { attachment: file.id };
            update::wish(Wish::Command(Box::new(command)))
        }
    }
}

/// The line for a command typed.
pub(super) fn command(text: &str) -> Option<Item> {
    (!text.trim().is_empty()).then(|| Item::new(text.trim(), "as typed"))
}

pub(super) fn opened(picker: &Picker, place: usize, item: &Item) -> Vec<Effect> {
    let file = attachment(picker, place);
    file.map(|file| Effect::Fetch(Box::new(file), Fetch::Open(item.word.clone()))).into_iter().collect()
}

/// Gives the file to a command's standard input.
pub(super) fn piped(picker: &Picker, place: usize, item: &Item) -> Vec<Effect> {
    let into = Item::new(format!("pipe() {{ cat \"$1\" | {{ {}; }}; }}; pipe", item.word), "");
    opened(picker, place, &into)
}

/// The lines for a path typed so far; when saving, only folders, and first the one that is typed.
pub(super) fn paths(typed: &str, found: Vec<String>, saving: bool) -> Vec<Item> {
    let here = saving.then(|| match typed {
        "" => Item::new("./", "save it here"),
        typed => Item::new(typed, "save it here"),
    });
    let found = found.into_iter().filter(|path| !saving || path.ends_with('/'));
    let label = |path: &String| if path.ends_with('/') { "folder" } else { "" };
    here.into_iter().chain(found.map(|path| Item::new(&path, label(&path)))).collect()
}

/// Goes into a folder that was chosen.
fn into(model: &mut Model, mut picker: Picker, folder: &str) -> Vec<Effect> {
    picker.field.set(folder);
    picker.cursor = 0;
    model.overlays.push(Overlay::Picker(picker));
    choice::typed(model)
}

pub(super) fn attached(model: &mut Model, picker: Picker, item: &Item) -> Vec<Effect> {
    if item.word.ends_with('/') {
        return into(model, picker, &item.word);
    }
    update::wish(Wish::Attach { on: picker.on, path: item.word.clone() })
}

pub(super) fn saved(model: &mut Model, picker: Picker, place: usize, item: &Item) -> Vec<Effect> {
    if item.label != "save it here" {
        return into(model, picker, &item.word);
    }
    let file = attachment(&picker, place);
    file.map(|file| Effect::Fetch(Box::new(file), Fetch::Save(item.word.clone()))).into_iter().collect()
}
