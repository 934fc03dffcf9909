//! Meetings of the change advisory board: called, gone through item by item, their minutes taken along.

use crate::desk::change::minutes::{Item as Agenda, Meeting};
use crate::desk::change::{CabCommand, ChangeCommand, Decision};
use crate::desk::cmdb::Type;
use crate::desk::command::Command;
use crate::desk::id::{CabId, Number};
use crate::store::Called;
use crate::text;
use crate::tui::action::choice::{self, Choice, picker_for};
use crate::tui::action::{ActionSpec, always};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::field::Asked;
use crate::tui::overlay::form::{ChangeForm, Form, FormField, Purpose};
use crate::tui::overlay::page::Page;
use crate::tui::overlay::picker::{Item, Picker, Purpose as PickerPurpose};
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(ChangeMeetings "change.cab" "meetings" Ticket Read ["C m"], 0, always, "Meetings of the change advisory board: call one, decide item by item, take the minutes.", pick),
];

/// What waits for approval, in the order of its numbers.
const USUAL: &str = "kind:change state:approval sort:number";

fn pick(model: &mut Model) -> Vec<Effect> {
    choice::open_asking(model, "Meetings of the CAB", Choice::Cab, Lookup::Meetings)
}

/// Offers the meetings, and to call another.
pub(super) fn take_meetings(model: &mut Model, meetings: &[Called]) {
    let zone = model.moment.zone;
    let Some(picker) = picker_for(model, |choice| choice == Choice::Cab) else { return };
    let line = |one: &Called| {
        let items = if one.items == 1 { String::from("1 change") } else { format!("{} changes", one.items) };
        let ended = if one.ended { ", ended" } else { "" };
        let when = one.at.local(zone);
        Item::new(format!("CAB {}", one.id), text::clean_line(&one.title)).hinted(format!("{when}, {items}{ended}"))
    };
    let new = Item::new("new", "call a meeting: its agenda comes from a query");
    picker.items = meetings.iter().map(line).chain([new]).collect();
}

/// Shows a meeting: its agenda to decide about, and what can be done with it.
pub(super) fn take_meeting(model: &mut Model, meeting: &Meeting) {
    // Who went on meanwhile is not disturbed.
    if !model.overlays.is_empty() {
        return;
    }
    let items = meeting.items.iter().map(|item| {
        let line = line(item);
        if meeting.closed.is_some() { line.blocked("this meeting has ended") } else { line }
    });
    let mut items: Vec<Item> = items.collect();
    items.push(Item::new("read", "read the minutes"));
    items.push(Item::new("minutes", "copy the minutes as Markdown"));
    items.push(Item::new("mail", "copy the minutes as text for a mail"));
    let end = Item::new("end", "end the meeting");
    items.push(if meeting.closed.is_some() { end.blocked("it has ended") } else { end });
    let names: Vec<&str> = meeting.members.iter().map(|(_, name)| name.as_str()).collect();
    let when = meeting.at.local(model.moment.zone);
    let title = format!("{}, {when}: {}", meeting.title, names.join(", "));
    let picker = Picker::new(&title, PickerPurpose::Work(Choice::CabItem), items);
    model.overlays.push(Overlay::Picker(Picker { about: meeting.id.to_string(), ..picker }));
}

/// An item of an agenda.
fn line(item: &Agenda) -> Item {
    let told = item.decision.map_or("not decided", Decision::told);
    let risk = item.risk.as_ref().map(|risk| format!("{risk} risk, ")).unwrap_or_default();
    Item::new(item.number.to_string(), text::clean_line(&item.title)).hinted(format!("{risk}{told}"))
}

/// Goes on with a decision about an item, as that is now.
pub(super) fn take_item(model: &mut Model, meeting: &Meeting, number: Number) -> Vec<Effect> {
    // Who went on meanwhile is not disturbed.
    if !model.overlays.is_empty() {
        return Vec::new();
    }
    match meeting.items.iter().find(|item| item.number == number) {
        _ if meeting.closed.is_some() => model.refuse("this meeting has ended; the draft stays"),
        None => model.refuse(format!("{number} is not on its agenda any more; the draft stays")),
        Some(item) => {
            let item = line(item);
            return decide(model, meeting.id, number, &item);
        }
    }
    Vec::new()
}

/// The minutes, to be read or copied.
pub(super) fn take_minutes(model: &mut Model, meeting: &Meeting, how: &str) -> Vec<Effect> {
    match how {
        "minutes" => vec![Effect::Copy(meeting.markdown(&model.moment))],
        "mail" => vec![Effect::Copy(meeting.text(&model.moment))],
        _ => {
            let lines = meeting.text(&model.moment).lines().map(str::to_owned).collect();
            model.queue.hit = None;
            model.overlays.push(Overlay::Page(Page { title: format!("Minutes of CAB {}", meeting.id), lines, top: 0 }));
            Vec::new()
        }
    }
}

/// Asks for a meeting, to be gone through.
pub(crate) fn show(model: &mut Model, cab: CabId) -> Vec<Effect> {
    vec![model.ask(Slot::Picker, Question::LookUp(Lookup::Meeting(cab, None)))]
}

fn cab_of(word: &str) -> Option<CabId> {
    word.rsplit(' ').next()?.parse().ok().map(CabId)
}

/// A meeting was chosen, or a new one is wanted.
pub(super) fn chosen(model: &mut Model, item: &Item) -> Vec<Effect> {
    match cab_of(&item.word) {
        Some(cab) => show(model, cab),
        None => call(model),
    }
}

fn call(model: &mut Model) -> Vec<Effect> {
    let fields = vec![
        FormField::of_deed("at", "When", Type::Text, true, ""),
        FormField::of_deed("title", "Title", Type::Text, true, "Change advisory board"),
        FormField::of_deed("members", "Who comes (none is team cab)", Type::Text, false, ""),
        FormField::of_deed("query", "Which changes", Type::Text, true, USUAL),
    ];
    let form = Form::new(String::from("Call a meeting of the CAB"), Purpose::Change(ChangeForm::Call), fields);
    update::open_form(model, form)
}

/// Opens the form to which a draft belongs: `cab`, or `cab c3 CHG-2`.
pub(super) fn reopen(model: &mut Model, place: &str) -> Vec<Effect> {
    let mut words = place.split(' ').skip(1);
    let cab = words.next().and_then(|word| word.strip_prefix('c')?.parse().ok()).map(CabId);
    match cab.zip(words.next().and_then(|word| word.parse::<Number>().ok())) {
        Some((cab, number)) => {
            let item = Lookup::Meeting(cab, Some(number.to_string()));
            vec![model.ask(Slot::Picker, Question::LookUp(item))]
        }
        None => call(model),
    }
}

/// A line of a meeting was chosen.
pub(super) fn item_chosen(model: &mut Model, picker: &Picker, item: &Item) -> Vec<Effect> {
    let Some(cab) = cab_of(&picker.about) else { return Vec::new() };
    if let Ok(number) = item.word.parse::<Number>() {
        return decide(model, cab, number, item);
    }
    match item.word.as_str() {
        "end" => {
            let end = Command::Change(ChangeCommand::Cab(CabCommand::Close { cab }));
            update::wish_now(Wish::Command(Box::new(end)))
        }
        how => vec![model.ask(Slot::Picker, Question::LookUp(Lookup::Meeting(cab, Some(how.to_owned()))))],
    }
}

fn decide(model: &mut Model, cab: CabId, number: Number, item: &Item) -> Vec<Effect> {
    let means = |decision: Decision| match decision {
        Decision::Approve => "counts as the approval of the members who are asked",
        Decision::Reject => "says why in the notes",
        Decision::Defer => "another time",
    };
    let answers = Decision::ALL.map(|one| (one.word().to_owned(), means(one).to_owned())).to_vec();
    let asked = Asked { ask: String::from("What is decided? Without an answer, only notes are taken."), own: None };
    let fields = vec![
        FormField::of_question("decision", asked, answers, ""),
        FormField::of_deed("notes", "Notes", Type::Long, false, ""),
    ];
    let title = format!("Decide about {number}: {} ({})", item.label, item.hint);
    update::open_form(model, Form::new(title, Purpose::Change(ChangeForm::Decide(cab, number)), fields))
}
