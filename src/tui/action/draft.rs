//! Drafts: listed, gone on with, and asked about before one quits.

use crate::desk::change::Verdict;
use crate::desk::command::Target;
use crate::desk::field::Field;
use crate::desk::id::{ArticleId, CiId, Kind, TicketId};
use crate::text;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::{ActionSpec, always, article, cab, change, ci, solve, start, ticket, view};
use crate::tui::effect::{Effect, Question, Slot};
use crate::tui::lookup::Lookup;
use crate::tui::model::Model;
use crate::tui::overlay::form::Draft;
use crate::tui::overlay::picker::Item;
use crate::tui::screen::Tab;
use crate::tui::screen::cmdb::Want;
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Drafts "drafts" "drafts" Global Read ["g w"], 0, always, "Go to what I was writing: the texts that were not sent.", list),
];

/// What a draft is for: `reply 7` and the tickets in it.
fn parted(place: &str) -> (&str, Vec<TicketId>, &str) {
    let mut words = place.splitn(3, ' ');
    let verb = words.next().unwrap_or_default();
    let ids = words.next().unwrap_or_default();
    let ids = ids.split(',').filter_map(|id| id.parse().ok()).map(TicketId).collect();
    (verb, ids, words.next().unwrap_or_default())
}

fn list(model: &mut Model) -> Vec<Effect> {
    if model.drafts.is_empty() {
        model.say("There are no drafts");
        return Vec::new();
    }
    let items = lines(model);
    let tickets = |place: &String| {
        let (verb, ids, _) = parted(place);
        ids.into_iter().filter(|id| number_of(verb, *id).is_none()).collect::<Vec<_>>()
    };
    let ids = model.drafts.keys().flat_map(tickets).collect();
    let mut effects = choice::open(model, "Drafts", Choice::Draft, items);
    effects.push(model.ask(Slot::Picker, Question::LookUp(Lookup::Drafted(ids))));
    effects
}

/// The drafts with what they are for and how they begin.
pub(super) fn lines(model: &Model) -> Vec<Item> {
    let line = |(place, draft): (&String, &String)| {
        let draft: Draft = serde_json::from_str(draft).unwrap_or_default();
        let texts: Vec<&str> =
            draft.fields.iter().map(|(_, text, _)| text.as_str()).filter(|text| !text.is_empty()).collect();
        Item::new(named(model, place), text::one_line(&texts.join(" | "), 60, model.look.ellipsis()))
    };
    model.drafts.iter().map(line).collect()
}

/// Whether a draft is about what is no ticket: an article, a CI; and its number then.
fn number_of(verb: &str, id: TicketId) -> Option<String> {
    match verb.split_once('-') {
        Some(("article", _)) => Some(ArticleId(id.0).number()),
        Some(("ci", _)) => Some(CiId(id.0).number()),
        _ => None,
    }
}

/// What a draft is for, with the numbers of its tickets: `reply INC-7`.
fn named(model: &Model, place: &str) -> String {
    let (verb, ids, rest) = parted(place);
    let number =
        |id: &TicketId| number_of(verb, *id).or_else(|| model.ticket(*id).map(|ticket| ticket.number.to_string()));
    let numbers: Vec<String> = ids.iter().filter_map(number).collect();
    if numbers.is_empty() {
        place.to_owned()
    } else {
        format!("{verb} {} {rest}", numbers.join(" ")).trim_end().to_owned()
    }
}

/// Keeps a text that was discarded after all, and opens its form.
pub(super) fn bring_back(model: &mut Model, place: String, text: String) -> Vec<Effect> {
    let mut effects = update::keep(model, place.clone(), text);
    effects.extend(open(model, &place));
    effects
}

pub(super) fn chosen(model: &mut Model, item: &Item) -> Vec<Effect> {
    // The line may have been made before its ticket was known.
    let place = model.drafts.keys().find(|place| **place == item.word || named(model, place) == item.word).cloned();
    place.map(|place| open(model, &place)).unwrap_or_default()
}

/// Opens the form to which a draft belongs.
fn open(model: &mut Model, place: &str) -> Vec<Effect> {
    let (verb, ids, rest) = parted(place);
    let on: Vec<Target> = ids.iter().map(|id| model.seen(*id)).collect();
    let sample = ids.first().and_then(|id| model.ticket(*id)).cloned();
    match (verb, sample) {
        ("new", _) => {
            let mut words = place.split(' ').skip(1);
            let kind = words.next().and_then(Kind::named).unwrap_or(Kind::Incident);
            start::form(model, kind, words.next().map(str::to_owned))
        }
        ("view", _) => view::save(model),
        ("ci-new", _) => {
            let class = place.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut effects = update::go_tab(model, Tab::Cmdb);
            effects.extend(ci::form_new(model, &class));
            effects
        }
        ("ci-edit" | "ci-out", _) => {
            let Some(id) = ids.first().map(|id| CiId(id.0)) else { return Vec::new() };
            let want = match (verb, rest) {
                ("ci-out", _) => Want::CheckOut,
                (_, "") => Want::Edit(None),
                (_, field) => Want::Edit(Some(field.to_owned())),
            };
            let mut effects = update::go_tab(model, Tab::Cmdb);
            effects.extend(update::with_record(model, id, want));
            effects
        }
        ("article-made", Some(one)) => solve::made_from(model, &one),
        (verb, _) if verb.starts_with("article-") => {
            let ids: Vec<ArticleId> = ids.iter().map(|id| ArticleId(id.0)).collect();
            let mut effects = update::go_tab(model, Tab::Knowledge);
            effects.extend(article::reopen(model, place, verb, &ids, rest));
            effects
        }
        ("cab", _) => cab::reopen(model, place),
        ("change-approve", _) => change::vote_again(model, on, Verdict::Approve),
        ("change-reject", _) => change::vote_again(model, on, Verdict::Reject),
        (verb, _) if verb.starts_with("change-") => match (change::deed_of(verb), ids.first()) {
            (Some(deed), Some(id)) => change::with_change(model, *id, deed),
            _ => Vec::new(),
        },
        ("reply", Some(one)) => ticket::write_on(model, on, &one, true),
        ("note", Some(one)) => ticket::write_on(model, on, &one, false),
        ("edit", Some(one)) if rest.is_empty() => ticket::edit_one(model, on, &one),
        ("edit", Some(one)) => {
            let fields: Vec<Field> = rest.split(',').filter_map(Field::named).collect();
            ticket::form_on(model, on, &one, "Edit", &fields)
        }
        ("move", Some(one)) => ticket::move_on(model, on, &one, rest),
        _ => {
            model.refuse("that ticket is not there any more; the draft stays");
            Vec::new()
        }
    }
}

/// What `q` at the root asks while drafts are unsent.
pub(crate) fn ask_before_leaving(model: &mut Model) -> Vec<Effect> {
    let count = model.drafts.len();
    let title = if count == 1 { String::from("A draft is unsent") } else { format!("{count} drafts are unsent") };
    let items = vec![
        Item::new("quit", "they are kept and offered again where they belong"),
        Item::new("drafts", "look at them"),
    ];
    choice::open(model, &title, Choice::Leave, items)
}

pub(super) fn left(model: &mut Model, item: &Item) -> Vec<Effect> {
    if item.word == "quit" { vec![Effect::Quit(0)] } else { list(model) }
}
