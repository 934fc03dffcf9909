//! Articles led through their life: published now or later, each edition kept whole; reviewed, called for review, retired.

use crate::desk::id::ArticleId;
use crate::desk::knowledge::{Article, Happening, Phase};
use crate::desk::refusal::Refusal;
use crate::desk::time::{DAY, Timestamp};
use crate::store::batch::{Table, Write, column, row};
use crate::store::plan::draft::Draft;
use crate::store::plan::knowledge::named;

/// Moves articles to another state, all or none; at a time to come, by itself.
pub(super) fn advance(draft: &mut Draft, on: &[ArticleId], to: &str, at: Option<Timestamp>) -> Result<String, Refusal> {
    if let Some(at) = at.filter(|at| *at <= draft.moment.now) {
        let when = at.local(draft.moment.zone);
        return Err(Refusal::rule(format!("{when} has passed; without a time it is done now")));
    }
    let later = at;
    let mut reached = String::new();
    for id in on {
        let mut article = draft.article(*id)?;
        let practice = &draft.rules().knowledge;
        let state = practice.advance(&article, to, draft.me())?;
        reached.clone_from(&state.name);
        if let Some(at) = later {
            if state.phase != Phase::Live {
                return Err(Refusal::rule(format!("only publishing can wait for a time, not {}", state.name)));
            }
            article.publish_at = Some(at);
            draft.put_article(article)?;
            continue;
        }
        enter(draft, article, &state.name.clone())?;
    }
    let what = named(draft, on)?;
    Ok(match later {
        Some(at) => format!("{what}: to be published {}", at.local(draft.moment.zone)),
        None => format!("{what} {} {reached}", if on.len() == 1 { "is" } else { "are" }),
    })
}

/// Puts an article into a state, with what follows from it.
fn enter(draft: &mut Draft, mut article: Article, state: &str) -> Result<(), Refusal> {
    let phase = draft.rules().knowledge.life.phase(state);
    state.clone_into(&mut article.state);
    article.phase = phase;
    article.publish_at = None;
    if phase == Phase::Live {
        confirm(draft, &mut article);
        new_edition(draft, &mut article)?;
    }
    if phase == Phase::Gone {
        article.review = None;
    }
    draft.put_article(article)
}

/// An article holds as of now: its review is due when its type says, unless somebody chose a later day.
fn confirm(draft: &Draft, article: &mut Article) {
    let now = draft.moment.now;
    let days = draft.rules().knowledge.type_of(article).map_or(180, |kind| kind.review_days);
    article.confirmed = Some(now);
    if article.review.is_none_or(|review| review <= now) {
        article.review = Some(now.plus(days.saturating_mul(DAY)));
    }
}

/// Keeps what an article says as an edition, unless the newest says the same.
pub(super) fn new_edition(draft: &mut Draft, article: &mut Article) -> Result<(), Refusal> {
    if article.edition > 0 && newest(draft, article)? == [article.title.as_str(), &article.summary, &article.body] {
        return Ok(());
    }
    article.edition += 1;
    let (now, me) = (draft.moment.now, draft.me());
    draft.insert(
        Table::Edition,
        row! {
            "article": article.id.0, "n": article.edition, "at": now.0, "person": me.0,
            "title": article.title.as_str(), "summary": article.summary.as_str(), "body": article.body.as_str(),
        },
    )?;
    Ok(())
}

/// The title, summary and body of the newest edition, which this plan may have made.
fn newest(draft: &Draft, article: &Article) -> Result<[String; 3], Refusal> {
    let planned = draft.batch.writes.iter().find_map(|write| match write {
        Write::Insert { table: Table::Edition, row, .. }
            if column(row, "article") == Some(article.id.0) && column(row, "n") == Some(article.edition) =>
        {
            let text = |name: &str| row.iter().find(|(known, _)| known == name)?.1.text().map(str::to_owned);
            Some([text("title")?, text("summary")?, text("body")?])
        }
        _ => None,
    });
    match planned {
        Some(planned) => Ok(planned),
        None => {
            let edition = draft.reader.edition(article.id, article.edition)?;
            Ok([edition.title, edition.summary, edition.body])
        }
    }
}

/// Says that articles still hold.
pub(super) fn review(draft: &mut Draft, on: &[ArticleId], comment: &str) -> Result<String, Refusal> {
    for id in on {
        let mut article = draft.article(*id)?;
        if !article.phase.is_live() {
            return Err(Refusal::rule(format!(
                "{} is {}: what is published is reviewed; to publish it: deskhand kb publish {}",
                id.number(),
                article.state,
                id.number()
            )));
        }
        if article.phase == Phase::Due {
            let life = &draft.rules().knowledge.life;
            if let Some(state) = life.publishing(&article.state).map(|transition| transition.to.clone()) {
                (article.state, article.phase) = (state, Phase::Live);
            }
        }
        // Whoever looks now need not look again on the day that was meant.
        article.review = None;
        confirm(draft, &mut article);
        draft.put_article(article)?;
        let open = draft.reader.all(
            "SELECT id FROM feedback WHERE article = ?1 AND verdict = 'flag' AND settled IS NULL",
            [id.0],
            |row| row.get::<_, i64>(0),
        )?;
        let (now, answer) = (draft.moment.now.0, Some(comment.trim()).filter(|text| !text.is_empty()));
        for flag in open {
            draft.update(Table::Feedback, flag, row! { "settled": now, "answer": answer });
        }
    }
    Ok(format!("reviewed {}", named(draft, on)?))
}

/// What time brings: publishes what is scheduled, calls for the reviews that are due.
pub(super) fn fall(draft: &mut Draft, now: Timestamp) -> Result<String, Refusal> {
    let ids = |draft: &Draft, sql: &str| draft.reader.all(sql, [now.0], |row| row.get(0).map(ArticleId));
    let (mut published, mut due) = (0, 0);
    for id in ids(draft, "SELECT id FROM article WHERE publish_at <= ?1 ORDER BY publish_at, id")? {
        let article = draft.article(id)?;
        let transition = draft.rules().knowledge.life.publishing(&article.state).map(|one| one.to.clone());
        match transition {
            Some(state) => {
                enter(draft, article, &state)?;
                published += 1;
            }
            // It was published or retired by hand meanwhile.
            None => draft.put_article(Article { publish_at: None, ..article })?,
        }
    }
    for id in ids(draft, "SELECT id FROM article WHERE review <= ?1 AND phase = 2 ORDER BY review, id")? {
        let mut article = draft.article(id)?;
        let life = &draft.rules().knowledge.life;
        if let Some(transition) = life.happening(&article.state, Happening::Due) {
            article.state.clone_from(&transition.to);
            article.phase = life.phase(&transition.to);
            draft.put_article(article)?;
            due += 1;
        }
    }
    Ok(format!("published {published} articles that were scheduled, called for {due} reviews"))
}
