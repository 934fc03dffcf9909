//! Actions on articles: on the marked ones, if any; else on the one under the cursor or read.

mod form;

use crate::desk::command::Command;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::{ArticleField, CitationRole, KnowledgeCommand, Phase};
use crate::text;
use crate::tui::action::choice::{self, Choice};
use crate::tui::action::{ActionId, ActionSpec, always, articles};
use crate::tui::effect::{ArticleWish, Effect, Question, Slot, Wish};
use crate::tui::inquiry::knowledge::label;
use crate::tui::lookup::{Directory, Lookup};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::Form;
use crate::tui::overlay::picker::{Item, Picker, Purpose};
use crate::tui::overlay::prompt::{Prompt, Purpose as Line};
use crate::tui::screen::knowledge::text::Spot;
use crate::tui::screen::knowledge::{Face, Want};
use crate::tui::update;

pub(super) use form::{comment_on, edit_shown, failed, form_kept, form_kept_edit, form_made, form_refreshed, reopen};

use form::{comment, form_new, later, text_shown};

macro_rules! row {
    ($id:ident $name:literal $title:literal $risk:ident $keys:expr, $rank:literal, $enabled:expr, $help:literal, $run:expr) => {
        work!($id $name $title Article $risk $keys, $rank, $enabled, $help, $run)
    };
}

pub(super) static ROWS: &[ActionSpec] = &[
    row!(ArticleNew "article.new" "new" Write ["n"], 65, always, "Write an article: choose its type, then fill in its template.", |m| pick_type(m, "")),
    row!(ArticleEdit "article.edit" "edit" Write ["e"], 66, one_article, "Edit its fields and its text.", |m| wanting(m, Want::Edit(None))),
    row!(ArticleText "article.edit_text" "edit text" Write ["E"], 0, one_article, "Edit its text in $EDITOR.", |m| wanting(m, Want::Text(true))),
    row!(ArticleState "article.state" "state" Write ["s"], 62, some_article, "Move it to another state, now or later: review, publish, retire.", pick_state),
    row!(ArticleReview "article.review" "review" Write ["r"], 61, some_article, "Say that it still holds; what was flagged is settled.", |m| comment(m, ActionId::ArticleReview)),
    row!(ArticleHelped "article.helped" "helped" Write ["+"], 59, one_article, "Say that it helped.", helped),
    row!(ArticleFailed "article.failed" "no help" Write ["_"], 0, one_article, "Say that it did not help, and what was missing.", |m| comment(m, ActionId::ArticleFailed)),
    row!(ArticleFlag "article.flag" "flag" Write ["F"], 57, one_article, "Say what is wrong with it: a task for its owner.", |m| comment(m, ActionId::ArticleFlag)),
    row!(ArticleRetire "article.retire" "retire" Write ["D"], 0, some_article, "Retire it: it no longer holds, its history stays. Asks for the count.", retire),
    row!(ArticleLink "article.link" "link" Write ["b"], 60, one_article, "Link it to a ticket, or say that it is about a CI or service.", pick_role),
    row!(ArticleUnlink "article.unlink" "unlink" Write ["B"], 0, on_link, "Take the link under the cursor away.", unlink),
    row!(ArticleOwn "article.own" "own it" Write ["i"], 0, some_article, "Answer for it from now on.", own),
    row!(ArticleTags "article.tags" "tags" Write ["t"], 0, one_article, "Edit its tags.", |m| wanting(m, Want::Edit(Some(ArticleField::Tags)))),
    row!(ArticleWhy "article.why" "why" Read ["&"], 0, one_article, "Why a field is what it is: who changed it, and what it was before.", why),
    row!(ArticlePipe "article.pipe" "pipe" Read ["|"], 0, one_article, "Pipe its text to a command.", |m| { m.overlays.push(Overlay::Prompt(Prompt::new("Pipe to ", Line::Pipe))); Vec::new() }),
    row!(ArticleCopyNumber "article.copy_number" "copy number" Read ["y i"], 0, some_article, "Copy its number.", |m| copy(m, |id, _| id.number())),
    row!(ArticleCopyTitle "article.copy_title" "copy title" Read ["y t"], 0, some_article, "Copy its title.", |m| copy(m, |_, title| title.to_owned())),
    row!(ArticleCopyBoth "article.copy" "copy both" Read ["y y"], 0, some_article, "Copy its number and title.", |m| copy(m, |id, title| format!("{} {title}", id.number()))),
    row!(ArticleCopyBody "article.copy_body" "copy body" Read ["y b"], 0, one_article, "Copy its text, in Markdown.", |m| wanting(m, Want::Copy)),
    row!(ArticleFace "article.read" "text" Read ["g e"], 0, one_article, "Show what it says.", |m| update::turn_article(m, Face::Article)),
    row!(ArticleLinks "article.links" "links" Read ["g l"], 0, one_article, "Show what it is linked to.", |m| update::turn_article(m, Face::Links)),
    row!(ArticleVersions "article.versions" "versions" Read ["g n"], 0, one_article, "Show its editions: compare two, go back to one.", |m| update::turn_article(m, Face::Versions)),
    row!(ArticleHistory "article.history" "history" Read ["g h"], 0, one_article, "Show what happened to it: who, when, before and after.", |m| update::turn_article(m, Face::History)),
];

fn some_article(model: &Model) -> Result<(), String> {
    match model.knowledge.targets().is_empty() {
        true => Err(update::away(model).unwrap_or_else(|| String::from("no article is selected"))),
        false => Ok(()),
    }
}

fn one_article(model: &Model) -> Result<(), String> {
    some_article(model)?;
    match model.knowledge.targets().len() {
        1 => Ok(()),
        _ => Err(format!("one article at a time; {} takes the marks away", model.key(ActionId::Back))),
    }
}

fn one(model: &Model) -> Option<ArticleId> {
    model.knowledge.targets().first().copied()
}

/// `KB-7 VPN drops`, or `3 articles`.
fn named(model: &Model) -> String {
    match model.knowledge.targets()[..] {
        [id] => format!("{} {}", id.number(), text::clean_line(model.knowledge.title(id).unwrap_or_default())),
        ref several => format!("{} articles", several.len()),
    }
}

fn wish(wish: ArticleWish) -> Vec<Effect> {
    update::wish(Wish::Article(Box::new(wish)))
}

fn command(command: KnowledgeCommand) -> Vec<Effect> {
    update::wish(Wish::Command(Box::new(Command::Knowledge(command))))
}

/// Opens a picker about the targets.
fn pick(model: &mut Model, title: &str, choice: Choice, items: Vec<Item>) -> Vec<Effect> {
    let ids: Vec<String> = model.knowledge.targets().iter().map(ToString::to_string).collect();
    pick_about(model, title, choice, &ids.join(","), items)
}

fn pick_about(model: &mut Model, title: &str, choice: Choice, about: &str, items: Vec<Item>) -> Vec<Effect> {
    let picker = Picker::new(title, Purpose::Work(choice), items);
    model.overlays.push(Overlay::Picker(Picker { about: about.to_owned(), ..picker }));
    choice::typed(model)
}

/// The articles that a picker is about.
pub(super) fn ids(about: &str) -> Vec<ArticleId> {
    about.split(',').filter_map(|id| id.parse().ok()).map(ArticleId).collect()
}

/// Does something with the one target, which may have to come first.
fn wanting(model: &mut Model, want: Want) -> Vec<Effect> {
    one(model).map(|id| update::with_article(model, id, want)).unwrap_or_default()
}

/// Does what was wanted of the article shown.
pub(crate) fn wanted(model: &mut Model, want: Want) -> Vec<Effect> {
    let Some(shown) = &model.knowledge.shown else { return Vec::new() };
    let article = &shown.record.article;
    match want {
        // Whatever has the keys by now keeps them.
        Want::Edit(_) | Want::Text(_) if !model.overlays.is_empty() => Vec::new(),
        Want::Edit(field) => edit_shown(model, field),
        Want::Text(editor) => text_shown(model, editor),
        Want::Copy if article.body.trim().is_empty() => {
            model.refuse(format!("{} says nothing yet", article.id.number()));
            Vec::new()
        }
        Want::Copy => vec![Effect::Copy(article.body.clone())],
        Want::Pipe(command) => {
            let text = format!("{}\n\n{}", article.called(), article.body);
            vec![Effect::Pipe { command, text }]
        }
    }
}

/// The types that there are, for a new article of that title.
pub(super) fn pick_type(model: &mut Model, title: &str) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let kinds = rules.knowledge.types.iter();
    let items = kinds.map(|kind| Item::new(&kind.label, &kind.help)).collect();
    pick_about(model, "New article: its type", Choice::ArticleType, title, items)
}

/// The states to which all of the targets can be moved, with the time for those that can wait for one.
pub(super) fn pick_state(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let life = &rules.knowledge.life;
    let states: Vec<&str> = model.knowledge.targets().iter().filter_map(|id| model.knowledge.state(*id)).collect();
    let Some((first, others)) = states.split_first() else { return Vec::new() };
    let mut items = Vec::new();
    for way in life.leaving(first) {
        if !others.iter().all(|other| life.leaving(other).any(|own| own.to == way.to)) {
            continue;
        }
        let help = life.state(&way.to).map_or("", |state| state.help.as_str());
        items.push(Item::new(&way.to, help).hinted(&way.verb));
        if life.phase(&way.to) == Phase::Live {
            items.push(Item::new(format!("{}{LATER}", way.to), "by itself, when a time has come"));
        }
    }
    if items.is_empty() {
        model.refuse("there is no state to which all of them can be moved");
        return Vec::new();
    }
    let title = format!("State of {}", named(model));
    pick(model, &title, Choice::ArticleState, items)
}

/// Behind a state that shall be entered at a time to come.
const LATER: &str = ", later";

fn helped(model: &mut Model) -> Vec<Effect> {
    one(model)
        .map(|on| command(KnowledgeCommand::Rate { on, helped: true, comment: String::new() }))
        .unwrap_or_default()
}

fn own(model: &mut Model) -> Vec<Effect> {
    let on = model.knowledge.targets().into_iter().map(Into::into).collect();
    let fields = vec![(ArticleField::Owner, String::from("me"))];
    wish(ArticleWish::Edit { on, fields, settled: Vec::new() })
}

/// Retires the targets, after it was confirmed by typing how many.
fn retire(model: &mut Model) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let gone = rules.knowledge.life.state.iter().find(|state| state.phase == Phase::Gone);
    let Some(to) = gone.map(|state| state.name.clone()) else {
        model.refuse("this desk has no state for what no longer holds");
        return Vec::new();
    };
    let on = model.knowledge.targets();
    let retire = ArticleWish::Advance { on: on.clone(), to, at: String::new() };
    let key = model.key(ActionId::PickerAccept);
    let title = format!("Retire {}? Type {} and {key}", named(model), on.len());
    let about = on.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let picker = Picker::new(&title, Purpose::Work(Choice::ArticleSure), Vec::new());
    let wish = Some(Box::new(Wish::Article(Box::new(retire))));
    model.overlays.push(Overlay::Picker(Picker { about, wish, ..picker }));
    choice::typed(model)
}

/// Lets the article read say again what an edition of it said.
pub(super) fn restore(model: &mut Model, edition: i64) -> Vec<Effect> {
    let on = model.knowledge.shown.as_ref().map(|shown| model.knowledge.seen(shown.id()));
    on.map(|on| command(KnowledgeCommand::Restore { on, edition })).unwrap_or_default()
}

/// The line for a CI that an article is about, and the one for a service.
const CI: &str = "about a CI";
const SERVICE: &str = "about a service";

fn pick_role(model: &mut Model) -> Vec<Effect> {
    let mut items: Vec<Item> = CitationRole::ALL.into_iter().map(|role| Item::new(role.reads(), "a ticket")).collect();
    items.extend([Item::new(CI, ""), Item::new(SERVICE, "")]);
    let title = format!("{} is", named(model));
    pick(model, &title, Choice::ArticleRole, items)
}

/// What the cursor is on, if that is a link which can be taken away.
fn link_here(model: &Model) -> Option<Spot> {
    update::article_spot(model).filter(|spot| matches!(spot, Spot::Ticket(..) | Spot::Service(_) | Spot::Ci(_)))
}

fn on_link(model: &Model) -> Result<(), String> {
    one_article(model)?;
    let key = || model.key(ActionId::ArticleLinks);
    let links = || format!("the cursor is on no link to a ticket, CI or service; {} shows them", key());
    link_here(model).map(|_| ()).ok_or_else(links)
}

fn unlink(model: &mut Model) -> Vec<Effect> {
    let Some(id) = one(model) else { return Vec::new() };
    let about = |field, word| ArticleWish::About { on: vec![id.into()], field, word, remove: true };
    match link_here(model) {
        Some(Spot::Ticket(_, ticket)) => command(KnowledgeCommand::Uncite { on: id, tickets: vec![ticket] }),
        Some(Spot::Service(key)) => wish(about(ArticleField::Services, key)),
        Some(Spot::Ci(ci)) => wish(about(ArticleField::Cis, ci.number())),
        _ => Vec::new(),
    }
}

/// The services as lines.
pub(super) fn services(directory: &Directory) -> Vec<Item> {
    directory.services.iter().map(|(key, name)| Item::new(key, text::clean_line(name))).collect()
}

fn why(model: &mut Model) -> Vec<Effect> {
    let Some(id) = one(model) else { return Vec::new() };
    if let Some(Spot::Field(field)) = update::article_spot(model) {
        return vec![model.ask(Slot::Picker, Question::LookUp(Lookup::ArticleWhy(id, field)))];
    }
    let told = [ArticleField::Source, ArticleField::Hash];
    let fields = ArticleField::ALL.iter().filter(|field| !told.contains(field));
    let items = fields.map(|field| Item::new(field.name(), label(*field)).hinted(field.help())).collect();
    let title = format!("Why has {} this", named(model));
    pick(model, &title, Choice::ArticleWhy, items)
}

fn copy(model: &mut Model, what: fn(ArticleId, &str) -> String) -> Vec<Effect> {
    let each = model.knowledge.targets().into_iter();
    let texts: Vec<String> = each.map(|id| what(id, model.knowledge.title(id).unwrap_or_default())).collect();
    vec![Effect::Copy(texts.join("\n"))]
}

/// Carries out the choice of a line; the picker is closed already.
pub(super) fn chosen(model: &mut Model, choice: Choice, picker: Picker, item: &Item) -> Vec<Effect> {
    let on = ids(&picker.about);
    match (choice, on.first().copied()) {
        (Choice::ArticleType, _) => {
            let kind = model.rules.as_ref().and_then(|rules| rules.knowledge.find_type(&item.word).ok());
            let kind = kind.map(|kind| kind.name.clone());
            kind.map(|kind| form_new(model, &kind, &picker.about)).unwrap_or_default()
        }
        (Choice::ArticleOutline, _) => articles::headed_to(model, item),
        (Choice::ArticleSure, _) => picker.wish.map(|wish| update::wish_now(*wish)).unwrap_or_default(),
        (Choice::ArticleState, Some(_)) => match item.word.strip_suffix(LATER) {
            Some(to) => later(model, on, to),
            None => wish(ArticleWish::Advance { on, to: item.word.clone(), at: String::new() }),
        },
        (Choice::ArticleRole, Some(_)) if item.word == CI => {
            let title = format!("{} about: name or number of a CI", picker.title);
            pick_about(model, &title, Choice::ArticleCi, &picker.about, Vec::new())
        }
        (Choice::ArticleRole, Some(_)) if item.word == SERVICE => {
            let title = format!("{} about this service", picker.title);
            let items = services(&model.directory);
            let mut effects = pick_about(model, &title, Choice::ArticleService, &picker.about, items);
            effects.push(model.ask(Slot::Names, Question::LookUp(Lookup::Directory)));
            effects
        }
        (Choice::ArticleRole, Some(_)) => match CitationRole::named(&item.word) {
            Some(role) => {
                let title = picker.title.trim_end_matches(" is");
                let title = format!("{title} {}: number or words of the title", role.reads());
                pick_about(model, &title, Choice::ArticleTicket(role), &picker.about, Vec::new())
            }
            None => Vec::new(),
        },
        (Choice::ArticleTicket(role), Some(on)) => wish(ArticleWish::Cite { on, role, ticket: item.word.clone() }),
        (Choice::ArticleCi, Some(_)) => about(on, ArticleField::Cis, item),
        (Choice::ArticleService, Some(_)) => about(on, ArticleField::Services, item),
        (Choice::ArticleWhy, Some(id)) => match ArticleField::named(&item.word) {
            Some(field) => vec![model.ask(Slot::Picker, Question::LookUp(Lookup::ArticleWhy(id, field)))],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn about(on: Vec<ArticleId>, field: ArticleField, item: &Item) -> Vec<Effect> {
    let on = on.into_iter().map(Into::into).collect();
    wish(ArticleWish::About { on, field, word: item.word.clone(), remove: false })
}

/// Takes in the text in which what others made of an article is joined with what was typed.
pub(crate) fn joined(model: &mut Model, id: ArticleId, body: &str, theirs: String) -> Vec<Effect> {
    let Some(form) = joining(model) else { return Vec::new() };
    if !form.join(id, body, theirs) {
        return Vec::new();
    }
    form.sending = false;
    form.refused =
        Some(String::from("where both changed a paragraph, both wordings stand between <<<<<<< and >>>>>>>"));
    update::form_act(model, |_| ())
}

/// The form that waits for both wordings; something else may lie over it by now.
pub(crate) fn joining(model: &mut Model) -> Option<&mut Form> {
    model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Form(form) if form.sending && !form.articles().is_empty() => Some(form),
        _ => None,
    })
}
