//! What the `:` line takes in one go: an action's name and, behind it, what it would ask for. `assign anna`, `move pending
//! reason=vendor`, `filter prio:1`.

mod grammar;
mod offer;

use crate::desk::field::Field;
use crate::desk::id::Kind;
use crate::desk::link::Relation;
use crate::text;
use crate::tui::action::{ActionId, ActionSpec, allowed, go, spec, start, tag, ticket, time};
use crate::tui::effect::{Effect, Question, Slot, Wish};
use crate::tui::lookup::{Found, Lookup};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::screen::queue::TextUse;
use crate::tui::update;
use grammar::{asked, given, way, ways, words};
use offer::{bearers, fields, kinds, nothing, orders, queries, relations, steps, teams, whole};

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
        None => {
            // What can be done where the line was opened, not in the line.
            let line = model.overlays.pop();
            let items = go::lines(model, true);
            model.overlays.extend(line);
            (items, String::from("Command"), Vec::new())
        }
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
    if let Some(typing) = model.line().0 {
        typing.editor.set(query);
    }
    effects.extend(update::filter_typed(model));
    if update::filter_mistake(model).is_none() {
        effects.extend(update::filter_accept(model));
    }
    effects
}
