//! Articles written, edited and set back to an edition; merged field by field with what others did meanwhile, the body
//! paragraph by paragraph.

use crate::desk::field::Value;
use crate::desk::id::{ArticleId, TicketId};
use crate::desk::knowledge::{
    Article, ArticleField, ArticleTarget, Audience, CitationRole, Clash, Content, Decided, Happening, merge_by,
};
use crate::desk::refusal::{Conflict, Disputed, Refusal};
use crate::store::batch::Table;
use crate::store::plan::draft::Draft;
use crate::store::plan::knowledge::{citation, life};

/// The type of an article of which nobody said it.
const USUAL_TYPE: &str = "how_to";
/// No title is longer.
const LONGEST_TITLE: usize = 300;
/// No body is longer, in bytes: what is larger is a file to attach.
const LONGEST_BODY: usize = 4 << 20;

/// Writes a new article.
pub(super) fn write(draft: &mut Draft, set: &Content, cite: &[(TicketId, CitationRole)]) -> Result<String, Refusal> {
    let id = ArticleId(draft.new_id(Table::Article)?);
    let mut article = Article::blank(id, draft.seq, draft.moment.now);
    let practice = &draft.rules().knowledge;
    article.state = practice.life.initial.clone();
    article.phase = practice.life.phase(&article.state);
    article.owner = Some(draft.me());
    article.writer = Some(draft.me());
    // A desk may have its own types.
    let usual = practice.find_type(USUAL_TYPE).ok().or(practice.types.first());
    article.kind = usual.map(|kind| kind.name.clone()).unwrap_or_default();
    draft.add_article(article.clone());
    for (field, values) in in_order(set) {
        put(draft, &mut article, field, values)?;
    }
    if article.title.is_empty() {
        return Err(Refusal::rule("an article needs a title: title=…"));
    }
    draft.put_article(article.clone())?;
    for (ticket, role) in cite {
        citation::add(draft, id, *role, *ticket)?;
    }
    Ok(format!("added {}", article.called()))
}

/// Changes fields of an article.
pub(super) fn edit(
    draft: &mut Draft,
    on: ArticleTarget,
    set: &Content,
    settled: &[Decided],
) -> Result<String, Refusal> {
    let before = draft.article(on.id)?;
    let set = merged(draft, on, set, settled)?;
    let mut article = before.clone();
    for (field, values) in in_order(&set) {
        put(draft, &mut article, field, values)?;
    }
    let fields: Vec<&str> = set.keys().map(|field| field.name()).collect();
    if article == before {
        return Ok(format!("set {} of {}", fields.join(", "), before.called()));
    }
    changed(draft, &before, article)?;
    Ok(format!("set {} of {}", fields.join(", "), draft.article(on.id)?.called()))
}

/// Lets an article say again what an edition of it said.
pub(super) fn restore(draft: &mut Draft, on: ArticleTarget, edition: i64) -> Result<String, Refusal> {
    let then = draft.reader.edition(on.id, edition)?;
    let set = Content::from([
        (ArticleField::Title, vec![Value::from(then.title)]),
        (ArticleField::Summary, vec![Value::from(then.summary)]),
        (ArticleField::Body, vec![Value::from(then.body)]),
    ]);
    edit(draft, on, &set, &[])?;
    Ok(format!("set {} back to edition {edition}", draft.article(on.id)?.called()))
}

/// The type first: the others are checked as the article that it will be.
fn in_order(set: &Content) -> Vec<(ArticleField, &[Value])> {
    let mut all: Vec<(ArticleField, &[Value])> =
        set.iter().map(|(field, values)| (*field, values.as_slice())).collect();
    all.sort_by_key(|(field, _)| *field != ArticleField::Type);
    all
}

/// Takes over what an edit made of an article. What it says from now on is another edition, if readers rely on it.
fn changed(draft: &mut Draft, before: &Article, mut article: Article) -> Result<(), Refusal> {
    let says_else = article.says_else(before);
    if says_else {
        article.writer = Some(draft.me());
    }
    if says_else && article.phase.is_live() {
        let practice = &draft.rules().knowledge;
        let reviewed = practice.type_of(&article).is_some_and(|kind| kind.reviewed);
        match practice.life.happening(&article.state, Happening::Changed).filter(|_| reviewed) {
            Some(transition) => {
                article.state.clone_from(&transition.to);
                article.phase = practice.life.phase(&transition.to);
                let notice = format!("{} is {} until somebody else publishes it", article.id.number(), transition.to);
                draft.notices.push(notice);
            }
            None => life::new_edition(draft, &mut article)?,
        }
    }
    draft.put_article(article)
}

/// Puts values into a field by the rules.
fn put(draft: &Draft, article: &mut Article, field: ArticleField, values: &[Value]) -> Result<(), Refusal> {
    let refuse = |why: String| Err(Refusal::rule(format!("{}: {why}", field.name())));
    let text = values.first().and_then(Value::text).unwrap_or_default();
    let mut values = values.to_vec();
    match field {
        ArticleField::Title
        | ArticleField::Summary
        | ArticleField::Language
        | ArticleField::Source
        | ArticleField::Hash => {
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if field == ArticleField::Title && line.is_empty() {
                return refuse(String::from("an article needs one"));
            }
            if field == ArticleField::Title && line.chars().count() > LONGEST_TITLE {
                return refuse(format!("at most {LONGEST_TITLE} characters"));
            }
            values = vec![Value::from(line)];
        }
        ArticleField::Type => {
            let kind = draft.rules().knowledge.find_type(text).map_err(Refusal::Rule)?;
            values = vec![Value::from(kind.name.as_str())];
        }
        ArticleField::Audience => match Audience::named(text) {
            Some(audience) => values = vec![Value::from(audience.word())],
            None => return refuse(format!("'{text}' won't do; it takes staff or everyone")),
        },
        ArticleField::Body if text.len() > LONGEST_BODY => {
            return refuse(format!("at most {} MiB; attach what is larger to a ticket", LONGEST_BODY >> 20));
        }
        ArticleField::Body => values = vec![Value::from(text.replace("\r\n", "\n"))],
        ArticleField::Tags => {
            let mut tags = Vec::new();
            for tag in values.iter().filter_map(Value::text) {
                let tag = tag.trim().to_lowercase();
                if tag.is_empty() || tag.chars().any(|c| c.is_whitespace() || c.is_control() || ",\"".contains(c)) {
                    return refuse(format!("'{tag}' can't be a tag: no spaces, commas or quotes"));
                }
                tags.push(Value::from(tag));
            }
            values = tags;
        }
        ArticleField::Category => known(draft, field, &values, "category")?,
        ArticleField::Owner if text == "me" => values = vec![Value::Int(draft.me().0)],
        ArticleField::Owner if values.first().and_then(Value::int) != Some(draft.me().0) => {
            known(draft, field, &values, "person")?;
        }
        ArticleField::Services => known(draft, field, &values, "service")?,
        ArticleField::Cis => known(draft, field, &values, "ci")?,
        _ => {}
    }
    article.put(field, &values);
    Ok(())
}

/// Makes sure that references lead somewhere.
fn known(draft: &Draft, field: ArticleField, values: &[Value], table: &str) -> Result<(), Refusal> {
    for id in values.iter().filter_map(Value::int) {
        if draft.reader.one(&format!("SELECT 1 FROM {table} WHERE id = ?1"), [id], |_| Ok(()))?.is_none() {
            return Err(Refusal::not_found(format!("{}: there is no row {id}", field.name())));
        }
    }
    Ok(())
}

/// What is left to do of a wanted edit after what others did since the version that the author saw, and after what was decided
/// about that.
fn merged(draft: &mut Draft, target: ArticleTarget, wanted: &Content, settled: &[Decided]) -> Result<Content, Refusal> {
    let decided = |what: &str, theirs: &Value| {
        settled.iter().find(|one| one.what == what && one.theirs == *theirs).map(|one| one.mine)
    };
    let article = draft.article(target.id)?;
    let Some(version) = target.version.filter(|version| *version < article.version) else {
        return Ok(wanted.clone());
    };
    let since = draft.reader.article_changed_since(&article, version)?;
    let (mut merged, mut disputed) = (Content::new(), Vec::new());
    for (field, yours) in wanted {
        let theirs = article.values(*field);
        let Some(base) = since.get(field).filter(|base| **base != theirs) else {
            merged.insert(*field, yours.clone());
            continue;
        };
        // What the editor left as it was is not put back.
        if base == yours || theirs == *yours {
            continue;
        }
        if field.is_list() {
            merged.insert(*field, joined(base, &theirs, yours));
        } else if *field == ArticleField::Body {
            let text = |values: &[Value]| values.first().and_then(Value::text).unwrap_or_default().to_owned();
            // Whoever saw the whole of it put theirs into their own already.
            if decided(field.name(), &Value::from(text(&theirs))) == Some(true) {
                merged.insert(*field, yours.clone());
                continue;
            }
            let settle = |clash: &Clash| {
                let mine = decided(&paragraph(clash), &Value::from(clash.theirs.as_str()))?;
                Some(if mine { clash.yours.clone() } else { clash.theirs.clone() })
            };
            match merge_by(&text(base), &text(&theirs), &text(yours), &settle) {
                Ok(body) => _ = merged.insert(*field, vec![Value::from(body)]),
                Err(clashes) => disputed.extend(clashes.into_iter().map(|clash| Disputed {
                    field: paragraph(&clash),
                    base: Value::from(clash.base),
                    theirs: Value::from(clash.theirs),
                    yours: Value::from(clash.yours),
                })),
            }
        } else {
            let one = |values: &[Value]| values.first().cloned().unwrap_or_default();
            // People are shown names and times, and decide about those.
            let shown = Value::from(draft.reader.shown_article(*field, &one(&theirs), &draft.moment)?);
            match decided(field.name(), &one(&theirs)).or_else(|| decided(field.name(), &shown)) {
                Some(true) => _ = merged.insert(*field, yours.clone()),
                Some(false) => {}
                None => disputed.push(Disputed {
                    field: field.name().to_owned(),
                    base: one(base),
                    theirs: one(&theirs),
                    yours: one(yours),
                }),
            }
        }
    }
    if disputed.is_empty() {
        return Ok(merged);
    }
    let theirs = draft.reader.last_edit_of(target.id)?.unwrap_or(article.version);
    let author = draft.reader.transaction(theirs)?.author;
    Err(Refusal::Conflict(Box::new(Conflict { what: article.called(), theirs, author, fields: disputed, row: None })))
}

/// What a paragraph that both changed is called.
fn paragraph(clash: &Clash) -> String {
    format!("body, paragraph {}", clash.paragraph)
}

/// A list to which two people added and from which two took.
fn joined(base: &[Value], theirs: &[Value], yours: &[Value]) -> Vec<Value> {
    let kept = theirs.iter().filter(|value| yours.contains(value) || !base.contains(value));
    let added = yours.iter().filter(|value| !base.contains(value) && !theirs.contains(value));
    kept.chain(added).cloned().collect()
}
