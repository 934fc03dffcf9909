//! What the `:` line takes in one go: an action's name and, behind it, what it would ask for. `assign anna`, `move pending
//! reason=vendor`, `filter prio:1`.

use crate::desk::field::{Field, Shape};
use crate::desk::id::Kind;
use crate::desk::link::Relation;
use crate::desk::query::{SortField, complete};
use crate::desk::workflow::Transition;
use crate::text;
use crate::tui::action::{ActionId, ActionSpec, allowed, spec, start, tag, ticket, time};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::lookup::{Found, Lookup};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose, fit};
use crate::tui::screen::queue::TextUse;
use crate::tui::update;

/// An action that can be told what it is to do.
pub struct Spoken {
    /// Which action.
    id: ActionId,
    /// What it is called in the line, beside its title and the last part of its name.
    word: &'static str,
    /// What follows, for help.
    takes: &'static str,
    /// What could be meant by what is typed so far: whole arguments.
    offers: fn(&Model, &str) -> Vec<Item>,
    /// Whether anything typed may be meant as it is.
    free: bool,
    /// What it does.
    run: fn(&mut Model, &str) -> Vec<Effect>,
}

macro_rules! spoken {
    ($($id:ident $word:literal $takes:literal $free:literal $offers:expr, $run:expr;)*) => {
        &[$(Spoken { id: ActionId::$id, word: $word, takes: $takes, free: $free, offers: $offers, run: $run },)*]
    };
}

static SPOKEN: &[Spoken] = spoken! {
    Assign "assign" "LOGIN | TEAM | none" false bearers, |m, word| { let on = ticket::targets(m); ticket::assign_to(on, word) };
    Move "move" "STATE field=value…" false steps, move_on;
    Team "team" "TEAM | none" false teams, |m, word| edit(m, vec![(Field::Team, word.to_owned())]);
    Edit "set" "field=value…" false fields, |m, text| set(m, text);
    Priority "priority" "1-5 why…" true nothing, prioritise;
    Due "due" "fri 14:00 | 2h | none" true nothing, |m, word| edit(m, vec![(Field::Due, word.to_owned())]);
    Tags "tag" "TAG… -TAG…" true nothing, |m, text| tag::typed(m, text);
    Note "note" "TEXT" true nothing, |m, text| write(m, text, false);
    Reply "reply" "TEXT" true nothing, |m, text| write(m, text, true);
    LogTime "time" "25m on what…" true nothing, |m, text| time::typed(m, text);
    Link "link" "RELATION NUMBER" true relations, link;
    Merge "merge" "NUMBER" true nothing, |m, into| update::wish(Wish::Merge { from: ticket::targets(m), into: into.to_owned() });
    New "new" "KIND | TEMPLATE title…" false kinds, open;
    Filter "filter" "QUERY" true queries, filter;
    Order "order" "FIELD" false orders, |m, word| update::order_by(m, word);
    GoNumber "go" "NUMBER" true nothing, |m, word| update::go_to_number(m, word);
    Pipe "pipe" "COMMAND" true nothing, |m, command| update::want_text(m, TextUse::Pipe(command.to_owned()));
};

/// What an action takes behind its name, if it takes anything.
pub(crate) fn of(id: ActionId) -> Option<&'static Spoken> {
    SPOKEN.iter().find(|spoken| spoken.id == id)
}

/// Every line that can be said: its first word, what follows, and the action.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static ActionSpec)> {
    SPOKEN.iter().filter_map(|spoken| Some((spoken.word, spoken.takes, spec(spoken.id)?)))
}

/// The action that is named at the beginning of the line, and what follows it.
pub(crate) fn begun(line: &str) -> Option<(&'static Spoken, &'static ActionSpec, &str)> {
    let (name, rest) = line.trim_start().split_once(' ')?;
    let name = name.to_lowercase();
    let named = |spoken: &&Spoken| {
        let row = spec(spoken.id);
        spoken.word == name || row.is_some_and(|row| row.name == name || row.name.ends_with(&format!(".{name}")))
    };
    let spoken = SPOKEN.iter().find(|spoken| spoken.word == name).or_else(|| SPOKEN.iter().find(named))?;
    Some((spoken, spec(spoken.id)?, rest.trim_start()))
}

/// The lines for what is typed behind an action's name. What the desk must be asked for comes by the effects.
pub(crate) fn typed(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return Vec::new() };
    let line = picker.field.text().to_owned();
    let (items, title, effects) = match begun(&line) {
        Some((spoken, row, rest)) => {
            let mut effects = Vec::new();
            if matches!(spoken.id, ActionId::Link | ActionId::Merge) {
                let words =
                    if spoken.id == ActionId::Link { rest.split_once(' ').map(|(_, other)| other) } else { Some(rest) };
                effects.extend(
                    words.map(|words| model.ask(Slot::Picker, Question::LookUp(Lookup::Tickets(words.to_owned())))),
                );
            }
            if spoken.id == ActionId::Filter && model.queue.words.is_none() {
                effects.push(model.ask(Slot::Words, Question::Words));
            }
            (lines(model, spoken, row, rest), format!("{} {}", spoken.word, spoken.takes), effects)
        }
        None => (super::go::lines(model, true), String::from("Command"), Vec::new()),
    };
    let spoken = begun(&line).is_some();
    if let Some(Overlay::Picker(picker)) = model.overlays.last_mut() {
        (picker.items, picker.title, picker.answered) = (items, title, spoken);
    }
    effects
}

fn lines(model: &Model, spoken: &Spoken, row: &ActionSpec, rest: &str) -> Vec<Item> {
    if let Err(why) = allowed(row, model) {
        return vec![Item::new(spoken.word, "").blocked(why)];
    }
    let mut items = (spoken.offers)(model, rest);
    let exact = items.iter().any(|item| item.word.eq_ignore_ascii_case(rest.trim()));
    if spoken.free && !exact && !rest.trim().is_empty() {
        items.insert(0, whole(model, rest));
    }
    if items.is_empty() {
        let why = if rest.trim().is_empty() { spoken.takes.to_owned() } else { format!("takes {}", spoken.takes) };
        items.push(Item::new(if rest.trim().is_empty() { "…" } else { rest.trim() }, "").blocked(why));
    }
    items
}

/// Puts tickets that were looked up under what is typed.
pub(crate) fn found(model: &mut Model, tickets: &[Found]) {
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return };
    let line = picker.field.text().to_owned();
    let Some((spoken, _, rest)) = begun(&line).filter(|_| picker.purpose == Purpose::Run) else { return };
    let before = match (spoken.id, rest.split_once(' ')) {
        (ActionId::Link, Some((relation, _))) => format!("{relation} "),
        (ActionId::Merge, _) => String::new(),
        _ => return,
    };
    picker.items = tickets
        .iter()
        .map(|one| Item::new(format!("{before}{}", one.number), text::clean_line(&one.title)).hinted(&one.state))
        .collect();
}

/// Takes the line under the cursor into the line that is typed, to go on from there; else goes to the next.
pub(crate) fn complete_line(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return Vec::new() };
    let line = picker.field.text().to_owned();
    let whole = match (picker.purpose, begun(&line), picker.chosen()) {
        (Purpose::Run, Some((spoken, ..)), Some(item)) if item.blocked.is_none() => {
            Some(format!("{} {}", spoken.word, item.word))
        }
        (Purpose::Run, None, Some(item)) => item.action.and_then(of).map(|spoken| format!("{} ", spoken.word)),
        _ => None,
    };
    match whole.filter(|whole| *whole != line) {
        Some(whole) => {
            picker.field.set(&whole);
            picker.cursor = 0;
            typed(model)
        }
        None => {
            picker.step(1);
            Vec::new()
        }
    }
}

/// Whether a line is only the beginning of what an action takes.
pub(crate) fn goes_on(item: &Item) -> bool {
    item.word.ends_with(['=', ' '])
}

/// Does what the line says, if it names an action and what that is to do; the picker is closed already.
pub(crate) fn accepted(model: &mut Model, picker: &Picker, item: &Item) -> Option<Vec<Effect>> {
    let (spoken, row, _) = begun(picker.field.text())?;
    Some(match allowed(row, model) {
        Ok(()) => (spoken.run)(model, &item.word),
        Err(why) => {
            model.refuse(format!("Can't {}: {why}", row.title));
            Vec::new()
        }
    })
}

fn nothing(_: &Model, _: &str) -> Vec<Item> {
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

fn bearers(model: &Model, typed: &str) -> Vec<Item> {
    let people = model.directory.people.iter().map(|(login, name)| Item::new(login, text::clean_line(name)));
    let teams =
        model.directory.teams.iter().map(|(key, name)| Item::new(key, format!("team {}", text::clean_line(name))));
    fitting(
        typed,
        [Item::new("me", "me")].into_iter().chain(people).chain(teams).chain([Item::new("none", "nobody")]).collect(),
    )
}

fn teams(model: &Model, typed: &str) -> Vec<Item> {
    fitting(typed, super::team::lines(&model.directory))
}

fn orders(_: &Model, typed: &str) -> Vec<Item> {
    fitting(typed, SortField::ALL.iter().map(|field| Item::new(field.word(), field.spelling().help)).collect())
}

fn kinds(model: &Model, typed: &str) -> Vec<Item> {
    let (first, title) = typed.split_once(' ').unwrap_or((typed, ""));
    let mut items = fitting(first, start::lines(model));
    if !title.trim().is_empty() {
        items.truncate(1);
        items.iter_mut().for_each(|item| item.word = format!("{} {}", item.word, title.trim()));
    }
    items
}

fn queries(model: &Model, typed: &str) -> Vec<Item> {
    let Some(words) = &model.queue.words else { return Vec::new() };
    let completion = complete(typed, typed.len(), words.as_ref());
    let head = typed.get(..completion.replace.start).unwrap_or_default();
    completion.candidates.iter().take(12).map(|one| Item::new(format!("{head}{}", one.text), one.help)).collect()
}

fn relations(_: &Model, typed: &str) -> Vec<Item> {
    let names = Relation::ALL.into_iter().flat_map(|relation| {
        let (there, back) = relation.names();
        if there == back { vec![there] } else { vec![there, back] }
    });
    fitting(
        typed,
        names.map(|name| Item::new(format!("{} ", name.replace(' ', "-")), "then the other's number")).collect(),
    )
}

/// The words of a line; one in quotes holds blanks.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut quoted) = (String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The transitions from the ticket that stands for the targets.
fn ways(model: &Model) -> Vec<Transition> {
    let Some(ticket) = ticket::sample(model) else { return Vec::new() };
    let workflow = model.rules.as_ref().and_then(|rules| rules.workflow(ticket.kind()).ok());
    workflow.map(|workflow| workflow.leaving(&ticket.state).cloned().collect()).unwrap_or_default()
}

fn way<'a>(ways: &'a [Transition], word: &str) -> Option<&'a Transition> {
    ways.iter().find(|way| way.to.eq_ignore_ascii_case(word) || way.verb.eq_ignore_ascii_case(word))
}

/// The fields that a transition demands and takes, the former first.
fn asked(way: &Transition) -> Vec<Field> {
    let needs = way.needs.iter().flat_map(|need| need.split('|')).filter_map(Field::named);
    needs.chain(way.takes.iter().copied()).collect()
}

/// A field by its name, or by a part of it where a transition asks for one so called: `reason` for `pending_reason`.
fn field_named(name: &str, asked: &[Field]) -> Option<Field> {
    let part = |field: &&Field| field.name().split('_').any(|part| part.eq_ignore_ascii_case(name));
    let exact = asked.iter().find(|field| field.name().eq_ignore_ascii_case(name));
    exact.or_else(|| asked.iter().find(part)).copied().or_else(|| Field::named(name))
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
fn whole(model: &Model, line: &str) -> Item {
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

fn steps(model: &Model, typed: &str) -> Vec<Item> {
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

fn fields(model: &Model, typed: &str) -> Vec<Item> {
    let Some(kind) = ticket::sample(model).map(crate::desk::ticket::Ticket::kind) else { return Vec::new() };
    let people = |field: &&Field| field.fits(kind) && field.spec().origin == crate::desk::field::Origin::People;
    let known: Vec<Field> = Field::ALL.iter().filter(people).copied().collect();
    let items = assignments(model, typed, &known);
    as_it_is(model, typed, typed, items)
}

/// `field=value` by words, or what is wrong with one.
fn given(line: &[String], asked: &[Field]) -> Result<Vec<(Field, String)>, String> {
    line.iter()
        .map(|word| {
            let (name, value) = word.split_once('=').ok_or_else(|| format!("'{word}' is no field=value"))?;
            let field = field_named(name, asked).ok_or_else(|| format!("there is no field '{name}'"))?;
            Ok((field, value.to_owned()))
        })
        .collect()
}

fn edit(model: &Model, fields: Vec<(Field, String)>) -> Vec<Effect> {
    update::wish(Wish::Edit { on: ticket::targets(model), fields })
}

fn set(model: &mut Model, text: &str) -> Vec<Effect> {
    match given(&words(text), &[]) {
        Ok(fields) => edit(model, fields),
        Err(why) => {
            model.refuse(why);
            Vec::new()
        }
    }
}

/// Moves the targets; what is demanded and was not given is asked for.
fn move_on(model: &mut Model, text: &str) -> Vec<Effect> {
    let line = words(text);
    let ways = ways(model);
    let Some(way) = line.first().and_then(|word| way(&ways, word)) else {
        model.refuse(format!("'{text}' is no state that follows"));
        return Vec::new();
    };
    match given(line.get(1..).unwrap_or_default(), &asked(way)) {
        Ok(fields) => ticket::move_given(model, &way.to, &fields),
        Err(why) => {
            model.refuse(why);
            Vec::new()
        }
    }
}

fn prioritise(model: &mut Model, text: &str) -> Vec<Effect> {
    let (level, why) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let mut fields = vec![(Field::Priority, level.to_owned())];
    if !why.trim().is_empty() {
        fields.push((Field::PriorityReason, why.trim().to_owned()));
    }
    edit(model, fields)
}

fn write(model: &mut Model, text: &str, public: bool) -> Vec<Effect> {
    let on = ticket::targets(model);
    update::wish(Wish::Write { filled: on.len() > 1, on, public, text: text.to_owned() })
}

fn link(model: &mut Model, text: &str) -> Vec<Effect> {
    let (relation, other) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let named = Relation::named(&relation.replace('-', " ")).or_else(|| Relation::named(relation));
    match named {
        Some((relation, reverse)) if !other.trim().is_empty() => {
            let on = ticket::targets(model);
            update::wish(Wish::Link { on, relation, reverse, other: other.trim().to_owned() })
        }
        _ => {
            model.refuse("link takes RELATION NUMBER: link blocks INC-2");
            Vec::new()
        }
    }
}

fn open(model: &mut Model, text: &str) -> Vec<Effect> {
    let (word, title) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let template = model.rules.as_ref().is_some_and(|rules| rules.templates.contains_key(word));
    let effects = match (Kind::named(word), template) {
        (Some(kind), _) => start::form(model, kind, None),
        (None, true) => match model.rules.as_ref().and_then(|rules| rules.templates.get(word)).map(|one| one.kind) {
            Some(kind) => start::form(model, kind, Some(word.to_owned())),
            None => Vec::new(),
        },
        (None, false) => {
            model.refuse(format!("'{word}' is no kind of ticket and no template"));
            Vec::new()
        }
    };
    if title.is_empty() || !matches!(model.overlays.last(), Some(Overlay::Form(_))) {
        return effects;
    }
    effects.into_iter().chain(update::typed(model, title)).collect()
}

fn filter(model: &mut Model, query: &str) -> Vec<Effect> {
    let mut effects = update::filter_open(model);
    if let Some((editor, _)) = &mut model.queue.typing {
        editor.set(query);
    }
    effects.extend(update::filter_typed(model));
    if model.queue.filter_error.is_none() {
        effects.extend(update::filter_accept(model));
    }
    effects
}
