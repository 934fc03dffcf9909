//! The forms of articles: a new one by its type, its fields, its text alone, what somebody says of it.

use crate::desk::cmdb::Type;
use crate::desk::field::Value;
use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::{ArticleField, ArticleTarget, Audience, CitationRole, drawn_from};
use crate::text;
use crate::tui::action::ActionId;
use crate::tui::action::article::named;
use crate::tui::effect::Effect;
use crate::tui::inquiry::knowledge::{Record, label};
use crate::tui::model::Model;
use crate::tui::offer::Drawn;
use crate::tui::overlay::Overlay;
use crate::tui::overlay::form::{ArticleForm, Draft, Form, FormField, Purpose};
use crate::tui::screen::knowledge::Want;
use crate::tui::standing::Written;
use crate::tui::update;

/// The fields that people fill in, in the order of the form.
const FIELDS: [ArticleField; 12] = [
    ArticleField::Title,
    ArticleField::Summary,
    ArticleField::Type,
    ArticleField::Category,
    ArticleField::Owner,
    ArticleField::Audience,
    ArticleField::Language,
    ArticleField::Tags,
    ArticleField::Services,
    ArticleField::Cis,
    ArticleField::Review,
    ArticleField::Body,
];

/// A longer text is not edited in the form of all fields: each letter would go through all of it.
const LONG: usize = 64 << 10;

/// A field of an article in a form.
fn field(model: &Model, field: ArticleField, text: &str) -> FormField {
    let choices = match (field, &model.rules) {
        (ArticleField::Type, Some(rules)) => rules.knowledge.types.iter().map(|kind| kind.name.clone()).collect(),
        (ArticleField::Audience, _) => [Audience::Staff, Audience::Everyone].map(|one| one.word().to_owned()).into(),
        _ => Vec::new(),
    };
    let mut one = FormField::of_article(field, label(field), text, choices);
    // A text is read from its beginning.
    one.editor.go_to(if field == ArticleField::Body { begins(text) } else { usize::MAX });
    one
}

/// Where somebody begins to write in a text: under its first heading, where nothing stands there yet; else before all of it.
fn begins(text: &str) -> usize {
    let Some((heading, rest)) = text.split_once('\n').filter(|(first, _)| first.starts_with('#')) else { return 0 };
    let next = rest.trim_start().chars().next();
    if next.is_none_or(|c| c == '#') && rest.starts_with('\n') { heading.len() + 1 } else { 0 }
}

/// The form of a new article of a type, with its template.
pub(super) fn form_new(model: &mut Model, kind: &str, title: &str) -> Vec<Effect> {
    let Some(rules) = &model.rules else { return Vec::new() };
    let Ok(kind) = rules.knowledge.find_type(kind) else { return Vec::new() };
    let drawn = drawn_from(kind, None, "");
    let body = drawn.get(&ArticleField::Body).and_then(|values| values.first()).and_then(Value::text);
    let (name, body) = (kind.name.clone(), body.unwrap_or_default().trim_end_matches('\n').to_owned());
    let heading = format!("New {}", kind.label);
    let given = |field| match field {
        ArticleField::Title => title,
        ArticleField::Body => body.as_str(),
        _ => "",
    };
    let wanted = FIELDS.into_iter().filter(|field| !matches!(field, ArticleField::Type | ArticleField::Review));
    let fields = wanted.map(|one| field(model, one, given(one))).collect();
    update::open_form(model, Form::new(heading, Purpose::Article(ArticleForm::New(name)), fields))
}

/// The form of an article that is made from a ticket, filled in as far as that tells.
pub(in crate::tui::action) fn form_made(model: &mut Model, drawn: &Drawn) -> Vec<Effect> {
    let given = |field: ArticleField| {
        let known = drawn.fields.iter().find(|(known, _)| *known == field);
        known.map(|(_, word)| word.trim_end_matches('\n')).unwrap_or_default()
    };
    let wanted = FIELDS.into_iter().filter(|field| *field != ArticleField::Review);
    let fields = wanted.map(|one| field(model, one, given(one))).collect();
    let title = match drawn.role {
        CitationRole::KnownError => format!("Known error of {}", drawn.number),
        _ => format!("Article from {}", drawn.number),
    };
    let purpose = Purpose::Article(ArticleForm::Made(drawn.from, drawn.role));
    update::open_form(model, Form { ready: true, ..Form::new(title, purpose, fields) })
}

/// The form of a new article that waits or was refused; its fields are filled in by whoever has them.
pub(in crate::tui::action) fn form_kept(
    model: &mut Model,
    kept: &[Written],
    made: Option<(TicketId, CitationRole)>,
) -> Vec<Effect> {
    let kind = kept.iter().find(|one| one.field == ArticleField::Type).map(|one| one.word.clone()).unwrap_or_default();
    let Some((from, role)) = made else { return form_new(model, &kind, "") };
    let wanted = FIELDS.into_iter().filter(|field| *field != ArticleField::Review);
    let fields = wanted.map(|one| field(model, one, "")).collect();
    let purpose = Purpose::Article(ArticleForm::Made(from, role));
    update::open_form(model, Form::new(String::from("Article from a ticket"), purpose, fields))
}

/// The form of the fields that an edit which waits or was refused changes.
pub(in crate::tui::action) fn form_kept_edit(model: &mut Model, on: ArticleTarget, kept: &[Written]) -> Vec<Effect> {
    let fields = kept.iter().map(|one| field(model, one.field, &one.now)).collect();
    let title = model.knowledge.title(on.id).map(text::clean_line).unwrap_or_default();
    let title = format!("Edit {} {title}", on.id.number()).trim_end().to_owned();
    update::open_form(model, Form::new(title, Purpose::Article(ArticleForm::Edit(vec![on])), fields))
}

/// The form of an article's text, which would say something else.
pub(in crate::tui::action) fn form_refreshed(
    model: &mut Model,
    on: ArticleTarget,
    title: String,
    (now, then): (&str, &str),
) -> Vec<Effect> {
    let mut text = field(model, ArticleField::Body, now.trim_end_matches('\n'));
    text.editor.set(then.trim_end_matches('\n'));
    update::open_form(model, Form::new(title, Purpose::Article(ArticleForm::Edit(vec![on])), vec![text]))
}

/// Says that an article did not help, and perhaps what was missing.
pub(in crate::tui::action) fn failed(model: &mut Model, id: ArticleId, called: &str) -> Vec<Effect> {
    let field = FormField::of_deed("comment", "What was missing", Type::Text, false, "");
    let title = format!("{} did not help", text::clean_line(called));
    update::open_form(model, Form::new(title, Purpose::Article(ArticleForm::Failed(id)), vec![field]))
}

/// What the article shown holds in a field, as one would type it.
fn typed(record: &Record, field: ArticleField) -> String {
    match field {
        ArticleField::Body => record.article.body.trim_end_matches('\n').to_owned(),
        _ => {
            let given = record.fields.iter().find(|one| one.name == field.name());
            given.map(|one| one.typed.clone()).unwrap_or_default()
        }
    }
}

/// Opens the form of the article shown: of one field, or of all.
pub(in crate::tui::action) fn edit_shown(model: &mut Model, wanted: Option<ArticleField>) -> Vec<Effect> {
    let Some(shown) = &model.knowledge.shown else { return Vec::new() };
    let record = &shown.record;
    let on = vec![model.knowledge.seen(shown.id())];
    // What was typed before the text grew so long is not left out of its draft.
    let place = ArticleForm::Edit(on.clone()).place(&[]);
    let drafted = model.drafts.get(&place).is_some_and(|draft| Draft::holds(draft, label(ArticleField::Body)));
    let long = record.article.body.len() > LONG && !drafted;
    let which: Vec<ArticleField> = match wanted {
        Some(field) => vec![field],
        None => FIELDS.into_iter().filter(|field| *field != ArticleField::Body || !long).collect(),
    };
    let fields = which.into_iter().map(|one| field(model, one, &typed(record, one))).collect();
    let title = format!("Edit {}", record.article.called());
    let effects = update::open_form(model, Form::new(title, Purpose::Article(ArticleForm::Edit(on)), fields));
    if long && wanted.is_none() && model.message.is_none() {
        let key = model.key(ActionId::ArticleText);
        model.say(format!("Its text is long: {key} edits it in $EDITOR"));
    }
    effects
}

/// Opens the form of the text of the article shown, and `$EDITOR` on it, if so.
pub(super) fn text_shown(model: &mut Model, editor: bool) -> Vec<Effect> {
    let mut effects = edit_shown(model, Some(ArticleField::Body));
    if editor
        && let Some(Overlay::Form(form)) = model.overlays.last()
        && let Some(field) = form.fields.first()
    {
        effects.push(Effect::Editor(field.editor.text().to_owned()));
    }
    effects
}

/// Asks when articles shall be moved to a state.
pub(super) fn later(model: &mut Model, on: Vec<ArticleId>, to: &str) -> Vec<Effect> {
    let title = format!("{} is {to} at this time: mon 9:00, 2h, 2027-01-31", named(model));
    let field = FormField::of_deed("at", "When", Type::Text, true, "");
    update::open_form(model, Form::new(title, Purpose::Article(ArticleForm::Later(on, to.to_owned())), vec![field]))
}

/// Asks for what somebody says of an article.
pub(super) fn comment(model: &mut Model, what: ActionId) -> Vec<Effect> {
    let on = model.knowledge.targets();
    comment_on(model, what, on)
}

pub(in crate::tui::action) fn comment_on(model: &mut Model, what: ActionId, on: Vec<ArticleId>) -> Vec<Effect> {
    let Some(first) = on.first().copied() else { return Vec::new() };
    let name = match on[..] {
        [id] => format!("{} {}", id.number(), text::clean_line(model.knowledge.title(id).unwrap_or_default())),
        ref several => format!("{} articles", several.len()),
    };
    let (title, label, needed, form) = match what {
        ActionId::ArticleReview => {
            (format!("{} still holds", name.trim_end()), "What was looked at", false, ArticleForm::Review(on))
        }
        ActionId::ArticleFailed => {
            (format!("{} did not help", name.trim_end()), "What was missing", false, ArticleForm::Failed(first))
        }
        _ => (format!("Something is wrong with {}", name.trim_end()), "What", true, ArticleForm::Flag(first)),
    };
    let field = FormField::of_deed("comment", label, Type::Text, needed, "");
    update::open_form(model, Form::new(title, Purpose::Article(form), vec![field]))
}

/// Opens the form to which a draft belongs.
pub(in crate::tui::action) fn reopen(
    model: &mut Model,
    place: &str,
    verb: &str,
    on: &[ArticleId],
    rest: &str,
) -> Vec<Effect> {
    match (verb, on.first()) {
        ("article-new", _) => form_new(model, place.split(' ').nth(1).unwrap_or_default(), ""),
        ("article-edit", Some(id)) => {
            let want = match ArticleField::named(rest) {
                Some(ArticleField::Body) => Want::Text(false),
                field => Want::Edit(field),
            };
            update::with_article(model, *id, want)
        }
        ("article-later", Some(_)) => later(model, on.to_vec(), rest),
        ("article-review", Some(_)) => comment_on(model, ActionId::ArticleReview, on.to_vec()),
        ("article-failed", Some(_)) => comment_on(model, ActionId::ArticleFailed, on.to_vec()),
        ("article-flag", Some(_)) => comment_on(model, ActionId::ArticleFlag, on.to_vec()),
        _ => Vec::new(),
    }
}
