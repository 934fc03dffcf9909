//! The workaround of a known error, noted on all open incidents that are linked to it.

use crate::desk::command::Target;
use crate::desk::id::ArticleId;
use crate::desk::knowledge::CitationRole;
use crate::desk::refusal::Refusal;
use crate::store::plan::draft::Draft;
use crate::store::plan::entries;
use crate::store::plan::knowledge::citation::planned;

/// Notes it, unless the newest such note says the same already.
pub(super) fn tell(draft: &mut Draft, on: ArticleId) -> Result<String, Refusal> {
    let article = draft.article(on)?;
    let mut problems = draft.reader.problems_of(on)?;
    problems.extend(planned(draft, on).filter(|(_, role)| *role == CitationRole::KnownError).map(|(ticket, _)| ticket));
    if problems.is_empty() {
        return Err(Refusal::rule(format!(
            "{} is the known error of no problem; to say of which: deskhand kb link {} known-error PRB-…",
            article.called(),
            on.number()
        )));
    }
    let workaround = draft.reader.workaround_among(&article, &problems)?.ok_or_else(|| {
        Refusal::rule(format!(
            "{} has no workaround: neither under such a heading nor on its problem",
            article.called()
        ))
    })?;
    let (told, text) = draft.reader.untold_among(&article, &problems, &workaround)?;
    let told: Vec<Target> = told.into_iter().map(Target::from).collect();
    if told.is_empty() {
        return Ok(format!("{}: no open incident that does not know it", article.called()));
    }
    entries::write(draft, &told, false, &text)?;
    let count = told.len();
    Ok(format!("noted the workaround of {} on {count} open incident{}", on.number(), if count == 1 { "" } else { "s" }))
}
