//! Links: made, merged, walked.

use crate::desk::cmdb::CmdbCommand;
use crate::desk::command::{Command, Target};
use crate::desk::id::{ArticleId, CiId};
use crate::desk::link::Relation;
use crate::store::Sheet;
use crate::text;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::ticket::named;
use crate::tui::action::{ActionSpec, no_ticket};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::update;

pub(super) static ROWS: &[ActionSpec] = &[
    work!(Link "ticket.link" "link" Ticket Write ["b"], 0, no_ticket, "Link it: blocks, child of, duplicate of… another ticket; affects a CI.", pick),
    work!(Merge "ticket.merge" "merge" Ticket Write ["B"], 0, no_ticket, "Merge it into another ticket, which takes over all that belongs to it.", merge),
];

pub(super) fn linked(model: &Model) -> Result<(), String> {
    match &model.queue.shown {
        Some(shown) if lines(&shown.sheet).is_empty() => Err(format!("{} has no links", shown.sheet.ticket.number)),
        Some(_) => Ok(()),
        None => Err(String::from("no ticket is shown")),
    }
}

fn pick(model: &mut Model) -> Vec<Effect> {
    let title = format!("{} is to another ticket", named(model));
    let mut items = Vec::new();
    for relation in Relation::ALL {
        let (there, back) = relation.names();
        items.push(Item::new(there, ""));
        if back != there {
            items.push(Item::new(back, ""));
        }
    }
    items.push(Item::new(AFFECTS, "a CI"));
    items.push(Item::new(AFFECTS_ALL, "a CI, and all that fails with it"));
    choice::open(model, &title, Choice::Relation, items)
}

/// The line for a CI that a ticket affects, and the one that follows failure from there.
const AFFECTS: &str = "affects";
const AFFECTS_ALL: &str = "affects, with impact";
/// As far as failure is followed.
const DEPTH: u32 = 10;

/// Makes the chosen CI one that the tickets affect.
pub(super) fn affects(picker: &Picker, impact: bool, item: &Item) -> Vec<Effect> {
    let Ok(ci) = item.word.parse::<CiId>() else { return Vec::new() };
    let concern = |target: &Target| {
        let impact = impact.then_some(DEPTH);
        Command::Cmdb(CmdbCommand::Concern { ticket: target.id, add: vec![ci], remove: Vec::new(), impact })
    };
    let mut all: Vec<Command> = picker.on.iter().map(concern).collect();
    let command = match all.len() {
        1 => all.remove(0),
        _ => Command::Each(all),
    };
    update::wish(Wish::Command(Box::new(command)))
}

/// Goes on from the relation to the other ticket.
pub(super) fn related(model: &mut Model, picker: Picker, item: &Item) -> Vec<Effect> {
    if item.word == AFFECTS || item.word == AFFECTS_ALL {
        let title =
            format!("{} affects: name or number of a CI", picker.title.trim_end_matches(" is to another ticket"));
        let purpose = Purpose::Work(Choice::Affects(item.word == AFFECTS_ALL));
        model.overlays.push(Overlay::Picker(Picker::new(&title, purpose, Vec::new()).on(picker.on)));
        return choice::typed(model);
    }
    let Some((relation, reverse)) = Relation::named(&item.word) else { return Vec::new() };
    let title = format!(
        "{} {}: number or words of the title",
        picker.title.trim_end_matches(" is to another ticket"),
        item.word
    );
    let purpose = Purpose::Work(Choice::Other(relation, reverse));
    model.overlays.push(Overlay::Picker(Picker::new(&title, purpose, Vec::new()).on(picker.on)));
    choice::typed(model)
}

pub(super) fn chosen(picker: &Picker, relation: Relation, reverse: bool, item: &Item) -> Vec<Effect> {
    update::wish(Wish::Link { on: picker.on.clone(), relation, reverse, other: item.word.clone() })
}

fn merge(model: &mut Model) -> Vec<Effect> {
    let title = format!("Merge {} into: number or words of the title", named(model));
    choice::open(model, &title, Choice::Heir, Vec::new())
}

pub(super) fn merged(picker: &Picker, item: &Item) -> Vec<Effect> {
    update::wish(Wish::Merge { from: picker.on.clone(), into: item.word.clone() })
}

pub(super) fn walk(model: &mut Model) -> Vec<Effect> {
    let Some(shown) = &model.queue.shown else { return Vec::new() };
    let (title, items) = (format!("Links of {}", shown.sheet.ticket.number), lines(&shown.sheet));
    let sheet = shown.sheet.clone();
    let picker = Picker::new(&title, Purpose::Work(Choice::Link), items);
    model.overlays.push(Overlay::Picker(Picker { sheet: Some(Box::new(sheet)), ..picker }));
    Vec::new()
}

/// The tickets and articles that it is linked to.
pub(super) fn lines(sheet: &Sheet) -> Vec<Item> {
    let line = |link: &crate::store::Linked| {
        Item::new(link.number.to_string(), format!("{}: {}", link.name(), text::clean_line(&link.title)))
            .hinted(&link.state)
    };
    let article = |one: &crate::store::CitedArticle| {
        let role = one.role.map_or("", crate::desk::knowledge::CitationRole::asks);
        Item::new(one.id.number(), format!("{role}: {}", text::clean_line(&one.title))).hinted(&one.state)
    };
    sheet.links.iter().map(line).chain(sheet.articles.iter().map(article)).collect()
}

/// Shows the other ticket in place of this one, or goes to the article.
pub(super) fn gone_to(model: &mut Model, picker: &Picker, item: &Item) -> Vec<Effect> {
    if item.word.parse::<ArticleId>().is_ok() {
        return update::go_to_article(model, &item.word);
    }
    let links = picker.sheet.iter().flat_map(|sheet| &sheet.links);
    let Some(id) = links.into_iter().find(|link| link.number.to_string() == item.word).map(|link| link.id) else {
        return Vec::new();
    };
    vec![model.ask(Slot::Sheet, Question::Sheet(id))]
}
