//! What could follow an action's name in the `:` line, for what is typed of it so far: whole arguments, those that fit best first.

use crate::desk::field::{Field, Origin, Shape};
use crate::desk::link::Relation;
use crate::desk::query::SortField;
use crate::desk::ticket::Ticket;
use crate::desk::workflow::Transition;
use crate::text;
use crate::tui::action::spoken::grammar::{asked, field_named, way, ways, words};
use crate::tui::action::{ActionId, start, team, ticket};
use crate::tui::model::Model;
use crate::tui::overlay::picker::{Item, fit};
use crate::tui::update;

pub(super) fn nothing(_: &Model, _: &str) -> Vec<Item> {
    Vec::new()
}

/// Those that fit what is typed, best first; all while nothing is.
fn fitting(typed: &str, items: Vec<Item>) -> Vec<Item> {
    let typed = typed.trim().to_lowercase();
    if typed.is_empty() {
        return items;
    }
    let score = |item: &Item| fit(&typed, &item.word).map(|score| score + 20).max(fit(&typed, &item.label));
    let mut found: Vec<(i32, Item)> = items
        .into_iter()
        .filter_map(|item| Some((if item.word.to_lowercase() == typed { -10_000 } else { -score(&item)? }, item)))
        .collect();
    found.sort_by_key(|(score, _)| *score);
    found.into_iter().map(|(_, item)| item).collect()
}

pub(super) fn bearers(model: &Model, typed: &str) -> Vec<Item> {
    let people = model.directory.people.iter().map(|(login, name)| Item::new(login, text::clean_line(name)));
    let teams =
        model.directory.teams.iter().map(|(key, name)| Item::new(key, format!("team {}", text::clean_line(name))));
    fitting(
        typed,
        [Item::new("me", "me")].into_iter().chain(people).chain(teams).chain([Item::new("none", "nobody")]).collect(),
    )
}

pub(super) fn teams(model: &Model, typed: &str) -> Vec<Item> {
    fitting(typed, team::lines(&model.directory))
}

pub(super) fn orders(_: &Model, typed: &str) -> Vec<Item> {
    fitting(typed, SortField::ALL.iter().map(|field| Item::new(field.word(), field.spelling().help)).collect())
}

pub(super) fn kinds(model: &Model, typed: &str) -> Vec<Item> {
    let (first, title) = typed.split_once(' ').unwrap_or((typed, ""));
    let mut items = fitting(first, start::lines(model));
    if !title.trim().is_empty() {
        items.truncate(1);
        items.iter_mut().for_each(|item| item.word = format!("{} {}", item.word, title.trim()));
    }
    items
}

pub(super) fn queries(model: &Model, typed: &str) -> Vec<Item> {
    let Some(completion) = update::filter_completion(model, typed, typed.len()) else { return Vec::new() };
    let head = typed.get(..completion.replace.start).unwrap_or_default();
    completion
        .candidates
        .iter()
        .take(12)
        .map(|one| Item::new(format!("{head}{}", one.text), one.help.clone()))
        .collect()
}

pub(super) fn relations(_: &Model, typed: &str) -> Vec<Item> {
    let names = Relation::ALL.into_iter().flat_map(|relation| {
        let (there, back) = relation.names();
        if there == back { vec![there] } else { vec![there, back] }
    });
    fitting(
        typed,
        names.map(|name| Item::new(format!("{} ", name.replace(' ', "-")), "then the other's number")).collect(),
    )
}

/// What a field could hold, as `head name=value`.
fn values(model: &Model, head: &str, name: &str, field: Field, typed: &str) -> Vec<Item> {
    let known: Vec<(String, String)> = match field.shape() {
        Shape::Choice(list) => {
            let words = model.rules.as_ref().map(|rules| rules.words(list)).unwrap_or_default();
            words.into_iter().map(|word| (word.to_owned(), String::new())).collect()
        }
        Shape::Level => (1..=4).map(|n| (n.to_string(), String::from(if n == 1 { "highest" } else { "" }))).collect(),
        Shape::Person => model.directory.people.clone(),
        Shape::Team => model.directory.teams.clone(),
        Shape::Service => model.directory.services.clone(),
        Shape::Category => model.directory.categories.clone(),
        Shape::Ci => model.directory.cis.clone(),
        _ => Vec::new(),
    };
    let items = known.into_iter().map(|(word, label)| Item::new(word, text::clean_line(&label))).collect();
    let mut items = fitting(typed, items);
    if items.is_empty() && !typed.is_empty() && !matches!(field.shape(), Shape::Choice(_) | Shape::Level) {
        items.push(Item::new(typed, field.spec().help));
    }
    for item in &mut items {
        let quote = if item.word.contains(' ') { "\"" } else { "" };
        item.word = format!("{head}{name}={quote}{}{quote}", item.word);
    }
    items
}

/// What could follow in a line of `field=value`: of the last word, the value or the field.
fn assignments(model: &Model, line: &str, asked: &[Field]) -> Vec<Item> {
    let mut quoted = false;
    let mut at = 0;
    for (place, c) in line.char_indices() {
        quoted ^= c == '"';
        if c == ' ' && !quoted {
            at = place + 1;
        }
    }
    let (head, last) = line.split_at_checked(at).unwrap_or(("", line));
    if quoted {
        return Vec::new();
    }
    match last.split_once('=') {
        Some((name, typed)) => match field_named(name, asked) {
            Some(field) => values(model, head, name, field, typed.trim_matches('"')),
            None => Vec::new(),
        },
        None => {
            let items = asked.iter().map(|field| Item::new(field.name(), field.spec().help)).collect();
            let mut items = fitting(last, items);
            items.iter_mut().for_each(|item| item.word = format!("{head}{}=", item.word));
            items
        }
    }
}

/// The line that is said as it is typed.
pub(super) fn whole(model: &Model, line: &str) -> Item {
    Item::new(line.trim(), format!("{} does it", model.key(ActionId::PickerAccept)))
}

/// Offers the line as it is first, where its last word is whole.
fn as_it_is(model: &Model, line: &str, assigned: &str, mut items: Vec<Item>) -> Vec<Item> {
    let line = line.trim();
    let given = words(assigned).iter().all(|word| word.split_once('=').is_some_and(|(_, value)| !value.is_empty()));
    let exact = items.iter().any(|item| item.word == line);
    if given && !words(assigned).is_empty() && (exact || items.is_empty() || assigned.ends_with(' ')) {
        items.retain(|item| item.word != line);
        items.insert(0, whole(model, line));
    }
    items
}

pub(super) fn steps(model: &Model, typed: &str) -> Vec<Item> {
    let ways = ways(model);
    let Some((first, rest)) = typed.split_once(' ') else {
        let line = |way: &Transition| {
            let needs: Vec<String> = way.needs.iter().map(|need| format!("{}=", need.replace('|', "= or "))).collect();
            Item::new(&way.to, needs.join(" ")).hinted(&way.verb)
        };
        return fitting(typed, ways.iter().map(line).collect());
    };
    let Some(way) = way(&ways, first) else { return Vec::new() };
    let mut items = assignments(model, rest.trim_start(), &asked(way));
    items.iter_mut().for_each(|item| item.word = format!("{first} {}", item.word));
    as_it_is(model, typed, rest, items)
}

pub(super) fn fields(model: &Model, typed: &str) -> Vec<Item> {
    let Some(kind) = ticket::sample(model).map(Ticket::kind) else { return Vec::new() };
    let people = |field: &&Field| field.fits(kind) && field.spec().origin == Origin::People;
    let known: Vec<Field> = Field::ALL.iter().filter(people).copied().collect();
    let items = assignments(model, typed, &known);
    as_it_is(model, typed, typed, items)
}
