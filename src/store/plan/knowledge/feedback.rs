//! What readers say, and what they look for in vain.

use crate::desk::id::ArticleId;
use crate::desk::knowledge::Wanted;
use crate::desk::refusal::Refusal;
use crate::store::batch::{Table, row};
use crate::store::plan::draft::Draft;

/// Whether an article helped. Each person has one voice: a newer one takes its place.
pub(super) fn rate(draft: &mut Draft, on: ArticleId, helped: bool, comment: &str) -> Result<String, Refusal> {
    let article = draft.article(on)?;
    let (now, me, verdict) = (draft.moment.now.0, draft.me().0, if helped { "helped" } else { "failed" });
    let known: Option<i64> = draft.reader.one(
        "SELECT id FROM feedback WHERE article = ?1 AND person = ?2 AND verdict IN ('helped', 'failed')",
        (on.0, me),
        |row| row.get(0),
    )?;
    let row = row! { "at": now, "verdict": verdict, "comment": comment.trim() };
    match known {
        Some(id) => draft.update(Table::Feedback, id, row),
        None => {
            let mut row = row;
            row.extend(row! { "article": on.0, "person": me });
            draft.insert(Table::Feedback, row)?;
        }
    }
    draft.touch_article(on)?;
    Ok(format!("{} {}", article.called(), if helped { "helped" } else { "did not help" }))
}

/// Something is wrong with an article: a task for its owner until somebody reviews it.
pub(super) fn flag(draft: &mut Draft, on: ArticleId, comment: &str) -> Result<String, Refusal> {
    let (article, comment) = (draft.article(on)?, comment.trim());
    if comment.is_empty() {
        return Err(Refusal::rule("say what is wrong, so that somebody can mend it"));
    }
    let (now, me) = (draft.moment.now.0, draft.me().0);
    draft.insert(
        Table::Feedback,
        row! { "article": on.0, "at": now, "person": me, "verdict": "flag", "comment": comment },
    )?;
    draft.touch_article(on)?;
    if let Some(owner) = article.owner.map(|owner| draft.reader.person(owner)).transpose()?.flatten() {
        draft.notices.push(format!("to be reviewed by {}", owner.name));
    }
    Ok(format!("flagged {}", article.called()))
}

/// A search found nothing: counted by its words, whatever their order.
pub(super) fn missed(draft: &mut Draft, typed: &str) -> Result<String, Refusal> {
    let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = Wanted::read(&typed).normal();
    if words.is_empty() {
        return Err(Refusal::rule("there are no words"));
    }
    let now = draft.moment.now.0;
    let known: Option<(i64, i64)> =
        draft
            .reader
            .one("SELECT id, times FROM gap WHERE words = ?1", [&words], |row| Ok((row.get(0)?, row.get(1)?)))?;
    match known {
        Some((id, times)) => {
            draft.update(Table::Gap, id, row! { "times": times + 1, "last": now, "typed": typed.as_str() });
        }
        None => {
            let row = row! { "words": words.as_str(), "typed": typed.as_str(), "times": 1, "first": now, "last": now };
            draft.insert(Table::Gap, row)?;
        }
    }
    Ok(format!("nothing is known about {typed}"))
}
